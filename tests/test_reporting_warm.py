"""Warm kernels are ordinary kernels that start sooner: the same outputs, nothing shared, nobody left behind."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from support.patience import until

from analysis.errors import NotebookRunError
from analysis.reporting import warm, warm_server
from analysis.reporting.kernel import OwnKernelManager, kernel_environment, prepare_kernels
from analysis.reporting.run import read_notebook, run_notebooks

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(not warm.warm_possible(), reason="kernels are not forked on this system")


@pytest.fixture
def run(tmp_path, make_notebook):
    """Return a function that runs cells and gives the executed notebook's text outputs, cell by cell."""
    into = tmp_path / "notebooks"
    into.mkdir()

    def run(*cells, **parameters):
        source = make_notebook(tmp_path / "src" / "07-trial.ipynb", *cells)
        (path,) = run_notebooks([source], into, parameters, progress=False)
        code = [cell for cell in read_notebook(path).cells if cell.cell_type == "code"]
        return ["".join(output.get("text", "") for output in cell.outputs) for cell in code[2 if parameters else 1 :]]

    return run


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid):
    return until(lambda: not alive(pid), f"the end of process {pid}")


def test_a_kernel_is_a_fork_of_a_parent_that_has_the_libraries(run):
    said = run("import os, sys; print('matplotlib.pyplot' in sys.modules, os.getppid(), os.getsid(0) == os.getpid())")[
        0
    ].split()
    parents = [parent.process.pid for parent in warm._parents.values()]
    assert said[0] == "True"
    assert int(said[1]) in parents
    assert said[2] == "True"


def test_the_parent_of_anybody_knows_nothing_of_this_package_and_runs_one_thread(run):
    warm.stop()  # an earlier report in this process may have left its own
    assert run("import sys, threading; print([name for name in sys.modules if name.startswith('analysis')])") == [
        "[]\n"
    ]
    assert not any(name.partition(".")[0] == "analysis" for name in warm_server.PRELOAD)
    code = "import threading, warm_server; warm_server.preload(); print(threading.active_count())"
    environment = {**os.environ, **kernel_environment(""), "PYTHONPATH": str(ROOT / "analysis" / "reporting")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "1\n"


def test_the_parent_of_a_report_has_the_rooms_but_nothing_that_is_a_clients(run):
    warm.stop()
    prepare_kernels()
    cell = (
        "import sys, threading\n"
        "from analysis import look\n"
        "charts = [name for name in sys.modules if name.startswith('analysis.charts')]\n"
        "print('analysis.findings.plan' in sys.modules, charts, look._of_pack.cache_info().misses)"
    )
    said = run(cell)
    warm.stop()
    assert said == ["True [] 0\n"]


def test_a_worker_uses_the_parent_of_the_one_who_started_it(monkeypatch, tmp_path):
    warm.stop()
    monkeypatch.setenv(warm.SOCKET_VARIABLE, str(tmp_path / "socket"))
    assert prepare_kernels() == str(tmp_path / "socket")
    assert not warm._parents


def test_a_kernel_has_the_environment_directory_and_path_of_a_fresh_one(run, monkeypatch):
    cell = (
        "import json, os, sys, signal, time, locale\n"
        "ours = ('IPYTHONDIR', 'JPY_PARENT_PID', 'CREATOR_ROI_MEASURED')\n"
        "environment = {k: v for k, v in os.environ.items() if k not in ours}\n"
        "streams = [os.readlink(f'/proc/self/fd/{fd}') for fd in (0,)]\n"
        "print(json.dumps([environment, os.getcwd(), sys.path, sys.argv[0], sys.flags.hash_randomization, time.tzname,\n"
        "  locale.getlocale(), streams and None, repr(signal.getsignal(signal.SIGCHLD)), os.umask(18), __name__]))"
    )
    monkeypatch.setenv("A_VARIABLE_OF_OURS", "1")
    warmed = json.loads(run(cell)[0])
    monkeypatch.setenv("CREATOR_ROI_KERNELS", "cold")
    cold = json.loads(run(cell)[0])
    assert cold[0].pop("CREATOR_ROI_KERNELS") == "cold"
    assert warmed == cold
    assert warmed[0]["A_VARIABLE_OF_OURS"] == "1"


def test_outputs_are_those_of_a_cold_kernel_byte_for_byte(tmp_path, make_notebook, monkeypatch):
    cells = (
        "import numpy as np, pandas as pd, polars as pl, scipy.stats\nfrom matplotlib import pyplot as plt",
        "numbers = np.random.default_rng(seed).normal(size=1000)\nprint(repr(scipy.stats.skew(numbers)), hash('x'))",
        "pd.DataFrame({'a': numbers[:5]}).describe()",
        "pl.DataFrame({'a': [1, 2, 2]}).group_by('a').len().sort('a')",
        "figure, axes = plt.subplots()\naxes.scatter(numbers[:50], numbers[50:100])\naxes.set_title('µ – 1')",
        "import io\nfrom IPython.display import Image\npicture = io.BytesIO()\nfigure.savefig(picture)\nImage(picture.getvalue())",
        "print(plt.get_backend(), plt.rcParams['figure.dpi'], {'b', 'a', 'c'})",
        "import warnings; warnings.warn('mind this')",
    )
    source = make_notebook(tmp_path / "src" / "07-trial.ipynb", *cells)
    made = []
    for kind in ("warm", "cold"):
        monkeypatch.setenv("CREATOR_ROI_KERNELS", kind)
        (tmp_path / kind).mkdir()
        made.append(run_notebooks([source], tmp_path / kind, {}, progress=False)[0].read_bytes())
    assert made[0] == made[1]
    assert b"image/png" in made[0]


def test_two_kernels_share_nothing(run):
    cell = "import builtins, random, numpy, pandas\nprint(hasattr(builtins, 'left'), random.random(), numpy.random.random())"
    spoil = "builtins.left = 1; pandas.set_option('display.max_rows', 3); numpy.random.seed(1); random.seed(1)"
    first, second = (run(cell, spoil + "; print(pandas.get_option('display.max_rows'))") for _ in range(2))
    assert [text.split()[0] for text in (first[0], second[0])] == ["False", "False"]
    assert first[0].split()[1] != second[0].split()[1]
    assert first[0].split()[2] != second[0].split()[2]


def test_a_kernel_that_dies_or_is_killed_is_a_failure_and_the_next_one_works(run):
    for end in ("os._exit(3)", "os.kill(os.getpid(), 9)", "import ctypes; ctypes.string_at(0)"):
        with pytest.raises(NotebookRunError, match="its Python process ended"):
            run("import os", end, "2")
    assert run("print(1)") == ["1\n"]


def test_a_parent_that_was_killed_is_replaced(run):
    run("1")
    for parent in list(warm._parents.values()):
        os.kill(parent.process.pid, signal.SIGKILL)
        parent.process.wait()
    assert run("import os; print(1)") == ["1\n"]


def test_only_its_user_may_speak_to_the_parent():
    address = Path(prepare_kernels())
    assert stat.S_IMODE(address.stat().st_mode) == 0o600
    assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700


def test_nonsense_on_the_socket_hurts_nobody(run):
    import socket

    address = prepare_kernels()
    run("1")  # it has loaded
    for content in (b"", b"\0\0\0\1", b"\xff\xff\xff\xff", b"\0\0\0\2{}", b"GET / HTTP/1.1\r\n\r\n"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(address)
            connection.sendall(content)
    assert run("print(1)") == ["1\n"]


OWNER = """
import sys, time
from analysis.reporting.kernel import OwnKernelManager, prepare_kernels
from jupyter_client.manager import AsyncKernelManager
import asyncio

async def main():
    manager = OwnKernelManager(folder=sys.argv[1])
    await manager._async_start_kernel(cwd=".")
    from analysis.reporting import warm
    print(manager.provisioner.pid, *[parent.process.pid for parent in warm._parents.values()], flush=True)
    time.sleep(600)

asyncio.run(main())
"""


def test_a_killed_owner_leaves_neither_parent_nor_kernel_nor_files(tmp_path):
    """Standard output is a pipe: nobody may hold it open after the owner is gone."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    )
    with owner:
        kernel, parent = map(int, owner.stdout.readline().split())
        assert alive(kernel)
        assert alive(parent)
        owner.kill()
        assert owner.stdout.read() == ""
    assert gone(kernel)
    assert gone(parent)
    until(lambda: not list(tmp_path.glob("creator-roi-warm-*")), "the end of its folder")


def test_a_killed_parent_takes_its_kernels_with_it(tmp_path):
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    )
    with owner:
        kernel, parent = map(int, owner.stdout.readline().split())
        os.kill(parent, signal.SIGKILL)
        assert gone(kernel)
        owner.kill()


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "x.json"], ["-f", "x.json"]),
        ([sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "x"], ["-f", "x"]),
        ([sys.executable, "-O", "-m", "ipykernel_launcher", "-f", "x"], None),
        ([sys.executable, "-m", "other_kernel", "-f", "x"], None),
        (["/usr/bin/R", "-m", "ipykernel_launcher"], None),
        ([], None),
    ],
)
def test_only_an_ordinary_kernel_of_this_interpreter_is_forked(command, arguments):
    assert warm._kernel_arguments(command) == arguments


@pytest.mark.parametrize(
    "options", [{"stdout": subprocess.PIPE}, {"independent": True}, {"preexec_fn": print}, {"cwd": "/not/here"}]
)
def test_what_a_fork_cannot_give_is_started_the_ordinary_way(options):
    assert not warm._plain(options)
    assert warm._plain({"stdout": subprocess.DEVNULL, "cwd": ".", "env": {}})


def test_another_import_environment_has_a_parent_of_its_own():
    one = warm.import_environment({"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "EDITOR": "vi"})
    assert one == {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    assert one != warm.import_environment({"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1"})


def test_the_entry_point_of_the_package_is_the_provisioner():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (place,) = project["entry-points"]["jupyter_client.kernel_provisioners"].values()
    assert place == f"{warm.WarmProvisioner.__module__}:{warm.WarmProvisioner.__name__}"
    assert list(project["entry-points"]["jupyter_client.kernel_provisioners"]) == [warm.PROVISIONER]


def test_without_forks_the_kernelspec_is_the_ordinary_one(monkeypatch, tmp_path):
    monkeypatch.delattr(os, "fork")
    assert not warm.warm_possible()
    manager = OwnKernelManager(folder=str(tmp_path))
    assert manager.kernel_spec.metadata == {}
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not warm.warm_possible()
    monkeypatch.setenv("CREATOR_ROI_KERNELS", "warm")
    assert warm.warm_possible()


def test_a_long_temporary_folder_falls_back_to_a_port(tmp_path):
    deep = tmp_path / ("x" * 80)
    deep.mkdir()
    assert OwnKernelManager(folder=str(deep)).transport == "tcp"


def test_no_zombie_is_left_to_the_parent(run):
    run("1")
    run("2")
    for parent in warm._parents.values():
        children = Path(f"/proc/{parent.process.pid}/task/{parent.process.pid}/children")
        with contextlib.suppress(OSError):
            until(lambda: not children.read_text().split(), "the end of every kernel")  # noqa: B023
