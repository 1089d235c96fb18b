"""What belongs to this machine and this moment does not travel with a notebook (promise 19)."""

from analysis.reporting.run import read_notebook
from analysis.reporting.scrub import scrub


def test_scrub_replaces_paths_longest_first(make_notebook, tmp_path):
    notebook = read_notebook(make_notebook(tmp_path / "a.ipynb", "1"))
    stream = {"output_type": "stream", "name": "stdout", "text": "/home/x/reports/a.csv and /home/x/b"}
    notebook.cells[-1].outputs = [type(notebook)(stream)]
    scrub(notebook, [("/home/x/reports", "."), ("/home/x", "~")])
    assert notebook.cells[-1].outputs[0].text == "./a.csv and ~/b"


def test_scrub_leaves_pictures_alone(make_notebook, tmp_path):
    notebook = read_notebook(make_notebook(tmp_path / "a.ipynb", "1"))
    picture = "AA/tmp/BB+0x7f00aa11bb at 0x7f00aa11bb"
    data = {"image/png": picture, "text/plain": "x at 0x7f00aa11bb in /tmp/y", "narrow": "base64,A/tmp/B"}
    notebook.cells[-1].outputs = [type(notebook)({"output_type": "display_data", "data": data, "metadata": {}})]
    scrub(notebook, [("/tmp", "…")])
    assert notebook.cells[-1].outputs[0].data == {
        "image/png": picture,
        "text/plain": "x at 0x… in …/y",
        "narrow": "base64,A/tmp/B",
    }
