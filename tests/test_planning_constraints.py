"""Files of constraints: what is read, and what is refused in one sentence."""

from pathlib import Path

import pytest

from analysis.errors import CreatorRoiError, ParameterError, SourceError
from analysis.planning.constraints import Constraints, Limits, find_accounts, load_constraints

WHOLE = """
tiers:
  micro: {min: 3, max: 20}
  mega: {max: 1}
platforms:
  tiktok: {min: 1}
categories: {beauty: {max: 4}}
must_have: ["@nora", "tiktok:ines"]
never: "@rex"
currency: usd
max_creators: 25
min_creators: 3
max_share: 0.3
share_of: reach
max_exposure: 1
"""


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "limits.yml"
    path.write_text(WHOLE, encoding="utf-8")
    assert load_constraints(path) == Constraints(
        tiers={"micro": Limits(3, 20), "mega": Limits(0, 1)},
        platforms={"tiktok": Limits(1)},
        categories={"beauty": Limits(0, 4)},
        must_have=("@nora", "tiktok:ines"),
        never=("@rex",),
        currency="USD",
        max_creators=25,
        min_creators=3,
        max_share=0.3,
        share_of="reach",
        max_exposure=1.0,
    )


def test_nothing_is_no_limit(tmp_path: Path) -> None:
    path = tmp_path / "empty.yml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert load_constraints(path) == load_constraints(None) == load_constraints({}) == Constraints()
    assert load_constraints({"max_share": None, "tiers": None}) == Constraints()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("max_creator: 5", "did you mean 'max_creators'?"),
        ("tier: {micro: {min: 1}}", "did you mean 'tiers'?"),
        ("tiers: {micro: {mn: 1}}", "did you mean 'min'?"),
        ("tiers: {micro: 3}", "write {min: 2, max: 5}"),
        ("tiers: [micro]", "tiers is a list"),
        ("tiers: {micro: {min: 5, max: 2}}", "min 5 above max 2"),
        ("tiers: {micro: {min: -1}}", "whole number of creators"),
        ("tiers: {micro: {min: 1.5}}", "whole number of creators"),
        ("tiers: {micro: {max: yes}}", "max of tier 'micro' is True"),
        ("max_share: 30%", "max_share is '30%'; give a share above 0 and up to 1, such as 0.3"),
        ("max_share: 0", "above 0"),
        ("max_exposure: 1.2", "up to 1"),
        ("max_exposure: .nan", "up to 1"),
        ("share_of: spent", "did you mean 'spend'?"),
        ("currency: dollars", "three letters"),
        ("currency: [USD, EUR]", "currency is a list"),
        ("must_have: [1, 2]", "list of handles"),
        ("never: {a: b}", "list of handles"),
        ("max_creators: 2\nmin_creators: 3", "give them in order"),
        ("- micro\n- mega", "holds a list"),
        ("just words", "holds 'just words'"),
        ("1: 2", "know no 1"),
        ("max_creators: 3\nmax_creators: 30", "'max_creators' stands twice"),
        ("tiers: {micro: {min: 1}, micro: {min: 2}}", "'micro' stands twice"),
        ("tiers: {micro", "is no YAML"),
        ("!!python/object/apply:os.system ['true']", "is no YAML"),
        ("a: &a [*a]", "know no 'a'"),
        ("tiers: &t {micro: *t}", "knows no 'micro'"),
        ("[" * 3000, "is no YAML"),
        ("max_share: \x00", "is no YAML"),
    ],
)
def test_a_bad_file_is_one_clear_sentence(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "limits.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CreatorRoiError) as caught:
        load_constraints(path)
    message = str(caught.value)
    assert words in message
    assert "limits.yml" in message
    assert "\n" not in message
    assert len(message) < 300


def test_aliases_that_multiply_are_not_written_out(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]" for i in range(1, 40)]
    path = tmp_path / "limits.yml"
    path.write_text("\n".join([*lines, "max_creators: *a39"]), encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load_constraints(path)
    assert len(str(caught.value)) < 300
    path.write_text("max_creators: &x [1]\nmax_share: *x", encoding="utf-8")
    with pytest.raises(ParameterError, match="max_creators is a list"):
        load_constraints(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent\.yml"):
        load_constraints(tmp_path / "absent.yml")
    with pytest.raises(SourceError):
        load_constraints(tmp_path)
    (tmp_path / "bytes.yml").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(SourceError, match="no UTF-8"):
        load_constraints(tmp_path / "bytes.yml")
    (tmp_path / "long.yml").write_text("# " + "x" * 1_100_000, encoding="utf-8")
    with pytest.raises(SourceError, match="larger"):
        load_constraints(tmp_path / "long.yml")


def test_a_mapping_is_read_like_a_file() -> None:
    given = {"tiers": {"micro": {"min": 1}}}
    assert load_constraints(given).tiers == {"micro": Limits(1)}
    assert given == {"tiers": {"micro": {"min": 1}}}
    with pytest.raises(ParameterError, match="without a name"):
        load_constraints({"tiers": {"": {"min": 1}}})


def test_accounts_are_found_by_key_and_handle() -> None:
    accounts, handles = ["instagram:Nora", "tiktok:ines", "x"], ["@nora", "ines", ""]
    found, unknown = find_accounts(["NORA", "tiktok:@ines", "X", ""], accounts, handles)
    assert found == {"NORA": [0], "tiktok:@ines": [1], "X": [2]}
    assert unknown == [""]
