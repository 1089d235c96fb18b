"""Running notebooks: promises 3, 12, 13 and 19. Real kernels, tiny notebooks."""

import getpass
import json
import os
import socket
import sys
from pathlib import Path

import pytest
from support.patience import until

from analysis.errors import ColumnError, NotebookError, NotebookRunError, ParameterError
from analysis.reporting.run import Running, read_notebook, run_notebooks


@pytest.fixture
def run(tmp_path, make_notebook):
    """Return a function that runs cells as the notebook 07-trial, and says nothing."""
    into = tmp_path / "notebooks"
    into.mkdir()

    def run(*cells, parameters=None, kept=None, **options):
        source = make_notebook(tmp_path / "src" / "07-trial.ipynb", *cells, **options)
        return run_notebooks([source], into, parameters or {}, kept=kept, progress=False)[0]

    return run


def outputs(path):
    cells = read_notebook(path).cells
    return "".join(o.get("text", "") for c in cells if c.cell_type == "code" for o in c.outputs)


def test_runs_with_the_parameters_asked_in_this_interpreter(run):
    path = run(
        "import os, sys, analysis\nprint(seed, client, os.environ['PYTHONHASHSEED'], os.environ['MPLBACKEND'])",
        "import polars\nprint(sys.version_info[:3], polars.thread_pool_size(), os.path.basename(os.getcwd()))",
        parameters={"seed": 7, "client": 'Ac"me\\ {x} \n é'},
    )
    text = outputs(path)
    assert text.startswith('7 Ac"me\\ {x} \n é 0 agg')
    assert text.endswith(f"{tuple(sys.version_info[:3])} 1 notebooks\n")


def test_a_shadowing_kernelspec_and_startup_files_take_no_part(run, tmp_path, monkeypatch):
    home = tmp_path / "home"
    spec = home / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text(json.dumps({"argv": ["/bin/false"], "display_name": "x", "language": "python"}))
    startup = home / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("surprise = 1")
    (home / "start.py").write_text("surprise = 1")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "jupyter"))
    monkeypatch.setenv("JUPYTER_PATH", str(home / "jupyter"))
    monkeypatch.setenv("IPYTHONDIR", str(home / "ipython"))
    monkeypatch.setenv("PYTHONSTARTUP", str(home / "start.py"))
    assert outputs(run("print('surprise' in globals())")) == "False\n"


def test_unknown_and_mistyped_parameters_stop_before_anything_runs(run, tmp_path):
    with pytest.raises(ParameterError, match=r"did you mean 'confidence'"):
        run("1", parameters={"confidance": 0.9})
    with pytest.raises(ParameterError, match=r"'seed' of 07-trial must be int"):
        run("1", parameters={"seed": "2020"})
    assert not list((tmp_path / "notebooks").iterdir())


def test_a_notebook_that_lost_its_tag_does_not_run(tmp_path, make_notebook):
    source = make_notebook(tmp_path / "01-a.ipynb", "1", parameters=None)
    with pytest.raises(NotebookError, match="01-a: no cell is tagged 'parameters'"):
        run_notebooks([source], tmp_path, {}, progress=False)


def test_a_failed_cell_is_one_sentence_and_the_notebook_is_kept(run, tmp_path, make_notebook):
    kept = tmp_path / ".failed"
    with pytest.raises(NotebookRunError) as stopped:
        run("1", make_notebook.md("## Who pays?\n\ntext"), "raise ValueError('bad\\nthing')", "2", kept=kept)
    message = str(stopped.value)
    assert message.startswith('07-trial stopped at "Who pays?": ValueError: bad thing')
    assert "\n" not in message
    assert stopped.value.exit_code == 1
    assert not list((tmp_path / "notebooks").iterdir())
    assert "Traceback" in (kept / "07-trial.ipynb").read_text(encoding="utf-8")
    assert str(kept / "07-trial.ipynb") in message


def test_an_error_of_ours_passes_as_itself_and_a_refusal_writes_nothing(run, tmp_path):
    kept = tmp_path / ".failed"
    with pytest.raises(ColumnError, match=r"^rates needs 'folowers' \(did you mean 'followers'\?\)") as refused:
        run(
            "from analysis.errors import ColumnError\nraise ColumnError(['folowers'], ['followers'], 'rates')",
            kept=kept,
        )
    assert refused.value.exit_code == 2
    assert not kept.exists()


@pytest.mark.parametrize(
    "leave", ["import sys; sys.exit()", "import sys; sys.exit(0)", "raise SystemExit", "raise SystemExit(3)"]
)
def test_leaving_in_the_middle_is_a_failure(run, leave):
    with pytest.raises(NotebookRunError, match=r'^07-trial stopped early at "Does it run\?": a cell left the notebook'):
        run("1", leave, "2")


def test_a_dead_kernel_is_a_failure(run):
    with pytest.raises(NotebookRunError, match=r'^07-trial stopped at "Does it run\?": its Python process ended'):
        run("import os", "os._exit(3)", "2")


def test_a_cell_that_hangs_is_a_failure_and_the_notebook_is_kept(tmp_path, make_notebook):
    (tmp_path / "n").mkdir()
    source = make_notebook(tmp_path / "07-trial.ipynb", "print('before')", "import time; time.sleep(3600)")
    for seconds in (1, 15, 150):  # on a busy machine the cells before it take their time too
        steps = []
        running = Running(cell_seconds=seconds, on_step=lambda step, name, steps=steps: steps.append((step, name)))
        said = rf'stopped at "Does it run\?": a cell took longer than {seconds} s'
        with pytest.raises(NotebookRunError, match=said):
            run_notebooks([source], tmp_path / "n", {}, progress=False, kept=tmp_path / "kept", running=running)
        if len(steps) == 2:  # the parameters and the first cell ran
            break
    assert "before" in outputs(tmp_path / "kept" / "07-trial.ipynb")
    assert set(steps) == {("cell", "07-trial")}


def test_a_source_with_outputs_of_an_earlier_run_counts_for_nothing(run, tmp_path, make_notebook):
    path = run("print(1)")
    again = json.loads(path.read_text(encoding="utf-8"))
    again["cells"][-1]["source"] = ["raise KeyError('x')"]
    stale = tmp_path / "src" / "08-stale.ipynb"
    stale.write_text(json.dumps(again), encoding="utf-8")
    with pytest.raises(NotebookRunError, match="KeyError"):
        run_notebooks([stale], tmp_path / "notebooks", {}, progress=False)


def test_the_executed_notebook_names_no_path_user_host_or_clock(run, tmp_path):
    path = run(
        "import os, sys, socket, warnings, pathlib",
        "print(os.getcwd(), sys.prefix, pathlib.Path.home(), os.path.abspath('..'), object())",
        "warnings.warn('mind this')",
    )
    text = path.read_text(encoding="utf-8")
    home = str(Path.home())
    for secret in (str(tmp_path), sys.prefix, home + "/", str(Path.cwd()), socket.gethostname(), "0x7", "ipykernel_"):
        assert secret not in text
    if getpass.getuser() != "root":
        assert getpass.getuser() not in text
    assert "papermill" not in text
    assert "mind this" in text


def test_the_same_run_twice_gives_the_same_bytes(run):
    cells = ("print({'a', 'b', 'c'}, hash('x'), object())", "seed")
    assert run(*cells, parameters={"seed": 3}).read_bytes() == run(*cells, parameters={"seed": 3}).read_bytes()


def test_two_at_a_time_keep_their_order_and_their_folder(tmp_path, make_notebook):
    into = tmp_path / "notebooks"
    into.mkdir()
    before = Path.cwd()
    sources = [make_notebook(tmp_path / f"{name}.ipynb", f"print('{name}')") for name in ("01-a", "02-b", "03-c")]
    paths = run_notebooks(sources, into, {}, progress=False, running=Running(together=2))
    assert [(path.stem, outputs(path)) for path in paths] == [(n, f"{n}\n") for n in ("01-a", "02-b", "03-c")]
    assert Path.cwd() == before


def test_progress_is_plain_lines_when_nobody_watches(tmp_path, make_notebook, capsys):
    (tmp_path / "n").mkdir()
    source = make_notebook(tmp_path / "01-a.ipynb", "import warnings; warnings.warn('mind this')")
    run_notebooks([source], tmp_path / "n", {}, progress=True)
    said = capsys.readouterr().err
    assert said.startswith("01-a done (1 of 1, ")
    assert "01-a warns: " in said
    assert "mind this" in said


def test_a_file_that_is_no_notebook_is_refused(tmp_path):
    broken = tmp_path / "01.ipynb"
    broken.write_text("{}", encoding="utf-8")
    with pytest.raises(NotebookError, match=r"01\.ipynb is not a notebook"):
        read_notebook(broken)
    with pytest.raises(NotebookError, match=r"cannot read the notebook 02\.ipynb"):
        read_notebook(tmp_path / "02.ipynb")


def test_no_kernel_is_left_behind(run, tmp_path):
    path = run("import os\nprint(os.getpid())")
    pid = int(outputs(path))

    def gone():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    until(gone, "the end of the kernel")
