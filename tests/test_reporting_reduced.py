"""A pack of many posts looks at them once. Authority: the pack whose notebooks read the posts themselves."""

import json
from pathlib import Path

import pytest

from analysis.reporting import pack as packs
from analysis.sample import make_sample


@pytest.mark.slow
def test_a_pack_from_reduced_tables_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_sample(tmp_path / "sample", creators=300, posts=4_000, placements=200)
    files = [made / f"{name}.csv" for name in ("creators", "posts", "placements")]
    plain = packs.report(files, client="One", out=tmp_path / "plain", progress=False)
    monkeypatch.setattr(packs, "MANY_POSTS", 1)
    asked: list[Path] = []
    reduced_by = packs._reduced

    def spied(*arguments: object) -> Path | None:
        asked.append(reduced_by(*arguments))  # type: ignore[arg-type]
        return asked[-1]

    monkeypatch.setattr(packs, "_reduced", spied)
    reduced = packs.report(files, client="One", out=tmp_path / "reduced", progress=False)
    assert asked[0] is not None
    assert asked[0].name == "reduced"
    found, expected = (json.loads((pack / "findings.json").read_text("utf-8")) for pack in (reduced, plain))
    for one, other in zip(found, expected, strict=True):
        assert one == other
    parts = [sorted(p.relative_to(pack).as_posix() for p in pack.rglob("*")) for pack in (reduced, plain)]
    assert parts[0] == parts[1]  # what was reduced is not published: the posts beside it say the same
