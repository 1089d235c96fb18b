"""A file of clients is checked as a whole before anything runs (promise 12)."""

from pathlib import Path

import pytest

from analysis.errors import ParameterError, SchemeError
from analysis.reporting.batch_clients import choose, read_clients
from analysis.reporting.order import take_order

PARAMETERS = (
    'paths: list = ["../data"]\nclient: str = "client"\nscheme: str = "article"\nseed: int = 2020\nbudget: float = 1.0'
)


@pytest.fixture
def read(tmp_path, make_notebook):
    """Return a function that reads a file of clients with this content."""
    notebooks = make_notebook(tmp_path / "nb" / "01-a.ipynb", "1", parameters=PARAMETERS).parent

    def read(text, **options):
        (tmp_path / "clients.yml").write_text(text, encoding="utf-8")
        return read_clients(tmp_path / "clients.yml", notebooks=notebooks, **options)

    return read


def test_defaults_hold_where_a_client_says_nothing(read, tmp_path):
    orders = read(
        "defaults: {budget: 5, seed: 1}\n"
        "clients:\n- {client: Ana, paths: [a.csv, 'postgresql://h/db']}\n- {client: Bo, paths: /x/b.csv, budget: 7.5}\n"
    )
    assert [order.asked for order in orders] == [
        {"budget": 5, "seed": 1, "client": "Ana"},
        {"budget": 7.5, "seed": 1, "client": "Bo"},
    ]
    assert [order.inputs for order in orders] == [[str(tmp_path / "a.csv"), "postgresql://h/db"], ["/x/b.csv"]]
    assert [order.folder for order in orders] == ["Ana", "Bo"]


@pytest.mark.parametrize(
    "text",
    [
        "- {name: Ana, path: a.csv, parameters: {budget: 2.5}}",
        "clients:\n  Ana: {paths: [a.csv], budget: 2.5}",
        "clients:\n- client: Ana\n  paths: [a.csv]\n  parameters: ana.yml",
    ],
)
def test_a_client_may_be_written_in_several_ways(read, tmp_path, text):
    (tmp_path / "ana.yml").write_text("budget: 2.5\n", encoding="utf-8")
    (order,) = read(text)
    assert order.asked == {"client": "Ana", "budget": 2.5, "seed": 2020}
    assert order.inputs == [str(tmp_path / "a.csv")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "clients:\n- {client: Ana, paths: [a], budgt: 2}",
            r"client 'Ana': no parameter 'budgt' \(did you mean 'budget'\?\)",
        ),
        (
            "clients:\n- {client: Ana, paths: [a], budget: much}",
            r"client 'Ana': parameter 'budget' of 01-a must be float",
        ),
        ("defaults: {sed: 1}\nclients:\n- {client: Ana, paths: [a]}", r"no parameter 'sed' \(did you mean 'seed'\?\)"),
        ("client:\n- {client: Ana, paths: [a]}", r"no line 'client' \(did you mean 'clients'\?\)"),
        ("clients:\n- {paths: [a]}", "client 1 has no name"),
        ("clients:\n- {client: Ana}", "client 'Ana' has no paths"),
        ("clients:\n- Ana", "client 1 must be 'name: value' lines"),
        ("clients: []", "names no clients"),
        ("", "names no clients"),
        ("clients:\n- {client: Ana, name: Bo, paths: [a]}", "client 1 says 'client' twice"),
        (
            "clients:\n- {client: Ana, paths: [a]}\n- {client: ana, paths: [b]}",
            "'Ana' and 'ana' would lie in one folder",
        ),
        ("clients:\n- {client: A/B, paths: [a]}\n- {client: A-B, paths: [b]}", "would lie in one folder"),
        (
            "clients:\n- {client: Ana, period: Q1, paths: [a]}\n- {client: Ana, period: q1, paths: [b]}",
            "would lie in one folder",
        ),
        ("clients:\n- {client: Ana, period: Q1, paths: [a]}\n- {client: Ana, paths: [b]}", "would lie in one folder"),
        ("clients:\n- {client: Ana\n", "line 3 is not valid YAML"),
        ("clients:\n- {client: Ana, paths: [a], map: none.yml}", r"cannot read the file .*none\.yml"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(read, text, said):
    with pytest.raises(ParameterError, match=said):
        read(text)


def test_an_unknown_scheme_names_the_client(read):
    with pytest.raises(SchemeError, match="client 'Ana': "):
        read("clients:\n- {client: Ana, paths: [a], scheme: artcle}")


def test_one_client_may_have_several_periods(read):
    orders = read("clients:\n- {client: Ana, period: Q1, paths: [a]}\n- {client: Ana, period: Q2, paths: [b]}")
    assert [order.period for order in orders] == ["Q1", "Q2"]


def test_only_chooses_by_name(read):
    orders = read("clients:\n- {client: Ana, paths: [a]}\n- {client: Bo, paths: [b]}")
    assert choose(orders, ["Bo"]) == [orders[1]]
    assert choose(orders, []) == orders
    with pytest.raises(ParameterError, match=r"no client 'Anna' \(did you mean 'Ana'\?\)"):
        choose(orders, ["Anna"])


def test_the_key_tells_apart_whatever_changes_a_pack(read, tmp_path, make_notebook):
    data = [{"name": "a.csv", "bytes": 1, "sha256": "1"}]
    text = "clients:\n- {{client: Ana, paths: [a]{}}}"
    (order,) = read(text.format(""))
    (same,) = read(text.format(""))
    assert order.key(data) == same.key(data)
    keys = {order.key(data), order.key([{**data[0], "sha256": "2"}])}
    for changed in (", seed: 7", ", budget: 2", ", period: Q1", ", map: {Likes: likes}", ", scheme: lefty"):
        keys.add(read(text.format(changed))[0].key(data))
    (tmp_path / "own.yml").write_text("floors: {small: 0, large: 5000}\n", encoding="utf-8")
    keys.add(read(text.format(", scheme: own.yml"))[0].key(data))
    (tmp_path / "own.yml").write_text("floors: {small: 0, large: 6000}\n", encoding="utf-8")
    keys.add(read(text.format(", scheme: own.yml"))[0].key(data))
    (tmp_path / "theme.yml").write_text("footer: Hello\n", encoding="utf-8")
    keys.add(read(text.format(", theme: theme.yml"))[0].key(data))
    make_notebook(tmp_path / "nb" / "01-a.ipynb", "2", parameters=PARAMETERS)
    keys.add(read(text.format(""))[0].key(data))
    assert len(keys) == 11
    assert "" not in keys


def test_a_database_is_never_known_to_be_fresh():
    assert take_order(["postgresql://h/db"]).key([{"name": "postgresql database", "bytes": None, "sha256": None}]) == ""


def test_a_pack_is_fresh_only_when_it_is_whole_and_has_the_key(tmp_path):
    from analysis.reporting.batch_worker import ready_pack

    pack = tmp_path / "ana" / "now"
    pack.mkdir(parents=True)
    (tmp_path / "ana" / ".failed").mkdir()
    assert ready_pack(tmp_path, "ana", "k") is None
    (pack / "report.html").write_text("x")
    (pack / "run.json").write_text('{"key": "k", "files": {"report.html": "hash"}}')
    assert ready_pack(tmp_path, "ana", "k") == pack
    assert ready_pack(tmp_path, "ana", "k", first="ana/elsewhere") == pack
    assert ready_pack(tmp_path, "ana", "other") is None
    assert ready_pack(tmp_path, "ana", "") is None
    (pack / "report.html").unlink()
    assert ready_pack(tmp_path, "ana", "k") is None
    for broken in ("", "[]", '{"key": "k"}'):
        (pack / "run.json").write_text(broken)
        assert ready_pack(tmp_path, "ana", "k") is None
    assert ready_pack(Path("/not/here"), "ana", "k") is None
