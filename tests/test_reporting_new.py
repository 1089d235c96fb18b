"""A new client is a parameter file that a report takes as it is."""

import pytest
import yaml

from analysis.errors import OutputError, ParameterError, SourceError
from analysis.reference import notebooks_dir
from analysis.reporting import report
from analysis.reporting.new import new_client
from analysis.reporting.order import take_order
from analysis.reporting.parameters import declared_parameters
from analysis.reporting.run import read_notebook


def test_the_file_names_every_choice_of_the_notebooks_and_is_taken(tmp_path):
    data = tmp_path / "exports" / "posts.csv"
    data.parent.mkdir()
    data.write_text("x\n")
    target = new_client("Acme: Skin Co", [data], out=tmp_path / "parameters")
    assert target.name == "acme-skin-co.yml"
    said = yaml.safe_load(target.read_text(encoding="utf-8"))
    assert said["client"] == "Acme: Skin Co"
    assert said["paths"] == ["../exports/posts.csv"]
    for path in notebooks_dir().glob("*.ipynb"):
        declared = declared_parameters(read_notebook(path), path.stem)
        for name, parameter in declared.items():
            assert name in said
            if name not in {"client", "paths"}:
                assert said[name] == parameter.default
    assert "# Where the tiers are drawn" in target.read_text(encoding="utf-8")
    order = take_order(params=target)
    assert order.asked["client"] == "Acme: Skin Co"
    assert [str(path) for path in order.inputs] == [str(tmp_path / "parameters" / "../exports/posts.csv")]


def test_without_files_the_report_asks_for_them_and_is_no_sample(tmp_path):
    target = new_client("Acme", out=tmp_path)
    with pytest.raises(SourceError, match="no such file or folder"):
        report(params=target, out=tmp_path / "reports", progress=False)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "../../etc", "{{7*7}}", 'a"b: [', "x" * 500])
def test_a_hostile_name_stays_a_name(tmp_path, name):
    target = new_client(name, out=tmp_path)
    assert target.parent == tmp_path
    assert yaml.safe_load(target.read_text(encoding="utf-8"))["client"] == name[:80] or len(name) > 80


def test_nothing_is_written_over(tmp_path):
    new_client("Acme", out=tmp_path)
    with pytest.raises(OutputError, match="there already"):
        new_client("acme", out=tmp_path)
    with pytest.raises(ParameterError, match="needs a name"):
        new_client("  ", out=tmp_path)
