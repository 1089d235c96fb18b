"""Output appears whole or not at all.

A file is written beside its place, flushed, and moved there in one step. A folder is built in a hidden sibling and
takes its place by a rename; the last good one is moved aside first and removed afterwards, so that a failure at any
moment leaves the old folder, the new one, or (between two renames) the old one under its hidden name, from which
the next run puts it back.
"""

import contextlib
import glob
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import OutputError

__all__ = ["lock_folder", "recover", "scratch_folder", "staging_folder", "write_whole"]

_STAGING = ".staging-"
_ASIDE = ".previous-"
_LOCK = ".lock-"


def _refused(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(f"cannot write {path}: {reason}. Choose another folder with --out, or free this one.")


def _flush_folder(folder: Path) -> None:
    # a rename is durable once its folder is; Windows has no such call
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_whole(path: Path, data: bytes | str) -> None:
    """Write ``data`` (text as UTF-8, line ends as given) to ``path``: the old file or the new one, never a part.

    Raises
    ------
    OutputError
        If the folder cannot be written, or the disk is full; the old file is untouched.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    except OSError as error:
        raise _refused(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if sys.platform != "win32":
            umask = os.umask(0)
            os.umask(umask)
            Path(beside).chmod(0o666 & ~umask)
        Path(beside).replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        Path(beside).unlink(missing_ok=True)


@contextlib.contextmanager
def lock_folder(folder: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Hold ``folder`` for this process; the system frees the lock when the process is gone, however it went.

    Parameters
    ----------
    folder : Path
        What is held; it need not exist.
    wait : float
        Seconds to wait for another process to let go.

    Raises
    ------
    OutputError
        If another living process holds it, or the parent folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.parent / f"{_LOCK}{folder.name}", timeout=wait)
        lock.acquire()
    except Timeout as error:
        raise OutputError(
            f"{folder} is being written by another run. Wait for it to end, or choose another folder."
        ) from error
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        yield
    finally:
        if sys.platform != "win32":
            # taken away while it is still held: whoever opened it meanwhile finds it without a name, and starts over
            with contextlib.suppress(OSError):
                Path(lock.lock_file).unlink()
        lock.release()


@contextlib.contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Give a temporary folder that only this user may enter, and take it away afterwards.

    A process that is killed cannot take its own away. So a folder is held while it is used, and whoever makes the next
    one for the same purpose removes those that nobody holds any more.

    Parameters
    ----------
    purpose : str
        A short word, part of the folder's name.

    Raises
    ------
    OutputError
        If there is no room.

    Examples
    --------
    >>> with scratch_folder("example") as folder:
    ...     folder.name.startswith("creator-roi-example-"), folder.is_dir()
    (True, True)
    >>> folder.exists()
    False
    """
    home = Path(tempfile.gettempdir())
    for left in home.glob(f"creator-roi-{purpose}-*"):
        with contextlib.suppress(OutputError, OSError), lock_folder(left):
            shutil.rmtree(left)
    folder = home / f"creator-roi-{purpose}-{uuid.uuid4().hex[:8]}"
    with lock_folder(folder):  # held before it is there: nobody takes it for a left one
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise OutputError(f"cannot write to {home}: {error.strerror}. Free some space, or set TMPDIR.") from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def recover(final: Path) -> None:
    """Put back what a killed run left behind: restore a pack moved aside, remove half-built ones."""
    aside = final.parent / f"{_ASIDE}{final.name}"
    if aside.is_dir():
        if final.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.replace(final)
    for left in final.parent.glob(f"{_STAGING}{glob.escape(final.name)}-*"):
        shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def staging_folder(final: Path) -> Iterator[Path]:
    """Build a folder out of sight; it takes the place of ``final`` when the block ends without an error.

    Yields
    ------
    Path
        The hidden folder to write into, on the same disk as ``final``.

    Raises
    ------
    OutputError
        If the place cannot be written or another run holds it. ``final`` is then as it was.
    """
    final = final.absolute()
    with lock_folder(final):
        try:
            recover(final)
            staging = Path(tempfile.mkdtemp(dir=final.parent, prefix=f"{_STAGING}{final.name}-"))
            staging.chmod(0o755)
        except OSError as error:
            raise _refused(final, error) from error
        aside = final.parent / f"{_ASIDE}{final.name}"
        try:
            yield staging
            if final.exists():
                final.replace(aside)
            staging.replace(final)
            _flush_folder(final.parent)
        except OSError as error:
            raise _refused(final, error) from error
        finally:
            recover(final)
