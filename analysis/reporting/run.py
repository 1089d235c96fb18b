"""Notebook sources become executed notebooks, or one plain sentence.

papermill does the running. What it leaves open is closed here: the parameters are checked before a kernel starts
(:mod:`analysis.reporting.parameters`), the kernel is this environment's own (:mod:`analysis.reporting.kernel`), a
cell that failed or never ran stops the report (``sys.exit()`` in the middle leaves the rest unexecuted and papermill
content), nothing is written until a notebook is whole, and what is written holds no path, no user, no clock.

A failed notebook is kept for the analyst where the caller says, and never where a reader looks for a report.
"""

import contextlib
import copy
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from analysis import errors
from analysis.errors import CreatorRoiError, NotebookError, NotebookRunError
from analysis.hostile import plain
from analysis.publish import scratch_folder, write_whole
from analysis.reporting.notebook_format import nbformat_library
from analysis.reporting.parameters import check_parameters, declared_parameters
from analysis.reporting.scrub import scrub, secrets

__all__ = ["Running", "read_notebook", "run_notebooks"]

#: Notebooks that run at the same time; each has a kernel of its own (about 300 MB with the libraries loaded).
TOGETHER = 2

#: Seconds one cell may take before the run is stopped; a hang is a failure too.
CELL_SECONDS = 3600

#: Seconds to wait for a kernel to answer, and for the last of a cell's output: only a machine that is busy takes long.
PATIENCE_SECONDS = 600

#: Longest error message repeated in a sentence, in characters.
MESSAGE_LIMIT = 400

_Notebook = Any  # nbformat ships no types


def _nothing(step: str, name: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Running:
    """How notebooks run: how many at the same time, how long a cell may take, and who is told of each step.

    ``on_step(step, name)`` is called from the thread that runs the notebook, after each ``cell`` and ``notebook``.
    """

    together: int = TOGETHER
    cell_seconds: int = CELL_SECONDS
    on_step: Callable[[str, str], None] = _nothing


class _StoppedError(Exception):
    """A run that ended early: the error to raise, and the notebook as it stood."""

    def __init__(self, error: CreatorRoiError, executed: _Notebook | None) -> None:
        super().__init__(str(error))
        self.error, self.executed = error, executed


def read_notebook(path: Path) -> _Notebook:
    """Return a notebook source.

    Raises
    ------
    NotebookError
        If the file is absent or is not a notebook.
    """
    nbformat = nbformat_library()
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(notebook)
    except OSError as error:
        raise NotebookError(f"cannot read the notebook {path.name}: {error.strerror}.") from error
    except (ValueError, nbformat.ValidationError) as error:
        reason = plain(str(error).partition("\n")[0], MESSAGE_LIMIT)
        raise NotebookError(f"{path.name} is not a notebook: {reason}. Restore it from the repository.") from error
    return notebook


def _text(notebook: _Notebook) -> str:
    return str(nbformat_library().writes(notebook)) + "\n"


def run_notebooks(
    sources: Sequence[Path],
    into: Path,
    parameters: Mapping[str, Any],
    *,
    kept: Path | None = None,
    progress: bool = True,
    running: Running | None = None,
) -> list[Path]:
    """Execute notebooks with their working directory at ``into`` and write them there, clean, in order.

    Parameters
    ----------
    sources : sequence of Path
        Notebook sources; each gets the parameters it declares.
    into : Path
        An existing folder for the executed notebooks; relative paths in the parameters start here.
    parameters : mapping of str to value
        Every name must be declared by at least one of the notebooks.
    kept : Path, optional
        Where a failed notebook is kept for the analyst, traceback and all.
    progress : bool
        Say on standard error what runs.
    running : Running, optional
        Notebooks at the same time, the time limit of a cell, and who is told of the steps.

    Returns
    -------
    list of Path
        The executed notebooks, in the order of ``sources``.

    Raises
    ------
    NotebookError, ParameterError
        Before anything runs.
    NotebookRunError
        One sentence: which notebook, which question, the error's own message. An error of this package inside a
        notebook is raised as itself.
    """
    from concurrent.futures import ThreadPoolExecutor

    how = running or Running()
    notebooks = {path.stem: read_notebook(path) for path in sources}
    declared = {name: declared_parameters(notebook, name) for name, notebook in notebooks.items()}
    check_parameters(parameters, declared)
    private = secrets(into)
    with _told(notebooks, progress) as told, scratch_folder("run") as place:
        personal = str(place)

        def run(name: str) -> Path:
            asked = {key: value for key, value in parameters.items() if key in declared[name]}

            def on_cell(**_: Any) -> None:
                told.cell()
                how.on_step("cell", name)

            with _own_loop():
                executed = _execute(name, notebooks[name], asked, into, personal, on_cell, how.cell_seconds)
            told.notebook(name, executed)
            how.on_step("notebook", name)
            scrub(executed, private)
            path = into / f"{name}.ipynb"
            write_whole(path, _text(executed))
            return path

        with ThreadPoolExecutor(max_workers=max(1, how.together)) as pool:
            futures = {name: pool.submit(run, name) for name in notebooks}
            try:
                return [futures[name].result() for name in notebooks]
            except BaseException as stop:
                from analysis.reporting.kernel import stop_kernels

                for future in futures.values():
                    future.cancel()
                stop_kernels()
                if isinstance(stop, _StoppedError):
                    raise _kept(stop, name=_first_stopped(futures, stop), kept=kept) from None
                raise


@contextlib.contextmanager
def _own_loop() -> Iterator[None]:
    """Close the event loop that the kernel client opens in this thread."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    try:
        yield
    finally:
        loop.close()


def _first_stopped(futures: Mapping[str, Any], stop: _StoppedError) -> str:
    return next(name for name, future in futures.items() if future.done() and future.exception() is stop)


def _kept(stop: _StoppedError, *, name: str, kept: Path | None) -> CreatorRoiError:
    """Write the failed notebook where the analyst finds it; a call that was refused writes nothing."""
    if kept is None or stop.executed is None or stop.error.exit_code != NotebookRunError.exit_code:
        return stop.error
    path = kept / f"{name}.ipynb"
    try:
        write_whole(path, _text(stop.executed))
    except CreatorRoiError:
        return stop.error
    return NotebookRunError(f"{str(stop.error).rstrip('.')} (the notebook as it stopped: {path}).")


def _execute(
    name: str,
    source: _Notebook,
    parameters: Mapping[str, Any],
    cwd: Path,
    personal: str,
    on_cell: Callable[..., None],
    cell_seconds: int,
) -> _Notebook:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook
    from traitlets.config import Config

    from analysis.reporting.engine import ENGINE, register
    from analysis.reporting.kernel import KERNEL, OwnKernelManager

    register()
    seen: list[_Notebook] = []
    reached = 0

    def on_start(cell: _Notebook, cell_index: int) -> None:
        nonlocal reached
        reached = cell_index

    try:
        execute_notebook(
            copy.deepcopy(source),
            None,
            dict(parameters),
            engine_name=ENGINE,
            kernel_name=KERNEL,
            progress_bar=False,
            execution_timeout=cell_seconds,
            start_timeout=PATIENCE_SECONDS,
            iopub_timeout=PATIENCE_SECONDS,
            shutdown_kernel="immediate",  # the notebook is whole: its kernel has nothing left to do
            seen=seen,
            resources={"metadata": {"path": str(cwd)}},
            kernel_manager_class=OwnKernelManager,
            config=Config({OwnKernelManager.__name__: {"folder": personal}}),
            on_cell_start=on_start,
            on_cell_executed=on_cell,
            record_timing=False,
        )
    except PapermillExecutionError:
        pass  # told below, from the notebook itself
    except CellTimeoutError as error:
        executed = seen[0] if seen else None
        question = _question(executed, reached) if executed else ""
        message = f"a cell took longer than {cell_seconds:,} s"
        raise _StoppedError(NotebookRunError(f"{name} stopped{question}: {message}."), executed) from error
    except (DeadKernelError, RuntimeError) as error:
        executed = seen[0] if seen else None
        question = _question(executed, reached) if executed else ""
        raise _StoppedError(
            NotebookRunError(f"{name} stopped{question}: its Python process ended, often for want of memory."), executed
        ) from error
    executed = seen[0]
    failure = _failure(name, executed)
    if failure:
        raise _StoppedError(failure, executed)
    return executed


def _failure(name: str, executed: _Notebook) -> CreatorRoiError | None:
    """Return why an executed notebook is not whole, or None."""
    for index, cell in enumerate(executed.cells):
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                return _sentence(name, _question(executed, index), output.ename, output.evalue)
        if cell.source.strip() and cell.execution_count is None:
            return NotebookRunError(
                f"{name} stopped early{_question(executed, index)}: its cell {index + 1} never ran."
            )
    return None


def _sentence(name: str, question: str, ename: str, evalue: str) -> CreatorRoiError:
    message = plain(evalue, MESSAGE_LIMIT)
    own = getattr(errors, ename, None) if ename in errors.__all__ else None
    if isinstance(own, type) and issubclass(own, CreatorRoiError):
        return own.__new__(own, message)  # as it was raised: its class, its exit code, its sentence
    if ename == "SystemExit":
        return NotebookRunError(f"{name} stopped early{question}: a cell left the notebook (exit).")
    return NotebookRunError(f"{name} stopped{question}: {ename}{': ' if message else ''}{message}")


def _question(executed: _Notebook, index: int) -> str:
    """Return `` at "the heading above the cell"``, or nothing when there is none."""
    for cell in reversed(executed.cells[: index + 1]):
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#+\s+(.+)$", cell.source, flags=re.MULTILINE)
            if headings:
                return f' at "{plain(headings[-1])}"'
    return ""


class _Told:
    """Says what runs: a bar on a terminal, plain lines elsewhere, nothing when not wanted."""

    def __init__(self, notebooks: Mapping[str, _Notebook], bar: Any, lines: bool) -> None:
        self.total, self.done, self.bar, self.lines = len(notebooks), 0, bar, lines
        self.started, self.lock = time.monotonic(), Lock()

    def cell(self) -> None:
        if self.bar is not None:
            self.bar.update(1)

    def notebook(self, name: str, executed: _Notebook) -> None:
        with self.lock:
            self.done += 1
            if self.lines:
                self._say(f"{name} done ({self.done} of {self.total}, {time.monotonic() - self.started:.1f} s)")
            if self.lines or self.bar is not None:
                for warning in _warnings(executed):
                    self._say(f"{name} warns: {warning}")

    def _say(self, line: str) -> None:
        if self.bar is not None:
            self.bar.write(line, file=sys.stderr)
        else:
            print(line, file=sys.stderr, flush=True)


def _warnings(executed: _Notebook) -> list[str]:
    outputs = [output for cell in executed.cells if cell.cell_type == "code" for output in cell.outputs]
    texts = [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    return list(dict.fromkeys(plain(text, 200) for text in texts if text.strip()))


@contextlib.contextmanager
def _told(notebooks: Mapping[str, _Notebook], progress: bool) -> Iterator[_Told]:
    if progress and sys.stderr.isatty() and "TQDM_DISABLE" not in os.environ:
        from tqdm import tqdm

        # the injected parameters are one cell more in each notebook
        cells = sum(sum(cell.cell_type == "code" for cell in nb.cells) + 1 for nb in notebooks.values())
        with tqdm(total=cells, desc="notebooks", unit="cell", file=sys.stderr, leave=False) as bar:
            yield _Told(notebooks, bar, lines=False)
    else:
        yield _Told(notebooks, None, lines=progress)
