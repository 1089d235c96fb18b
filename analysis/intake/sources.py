"""From what a person names (files, folders, archives, addresses) to things a reader can open, one at a time.

Nothing is judged here but whether opening is safe. What is not read is still listed, with its reason, so that a
folder never loses a file in silence. Limits are generous for data and fatal for bombs: an archive may not unpack to
more than it could plausibly hold, no entry of it may climb out of its folder, a text file may not be one endless
line. Hidden files are skipped without a word; links that lead out of the folder are refused.
"""

import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.notation import begins_document
from analysis.intake.readers import NOT_DATA
from analysis.intake.tables import RawTable

__all__ = ["Source", "open_paths"]

#: Bytes an archive or a compressed file may unpack to, in total.
MOST_UNPACKED = 4 * 2**30

#: A member that unpacks to more than this many times its size is a bomb, once it is larger than BOMB_FLOOR.
MOST_RATIO = 300
BOMB_FLOOR = 64 * 2**20

#: Members of one archive, files of one call.
MOST_FILES = 20_000

#: The longest line of a text file; a JSON document may be one line.
LONGEST_LINE = 32 * 2**20

_CHUNK = 4 * 2**20

#: What gives the folder that archives are unpacked into.
Scratch = Callable[[], Path]


@dataclass(frozen=True)
class Source:
    """One thing to read: a path, or tables that a database yields; or a reason why it is not read.

    Attributes
    ----------
    name : str
        How a person would name it: the path inside the folder or archive given.
    suffix : str
        Lower case, with its dot, without ``.gz``; empty for a database.
    path : pathlib.Path or None
        A file that exists while the iteration is at this source.
    tables : callable or None
        Returns the raw tables of a database; given a :data:`analysis.intake.tables.Hold`, their pieces go there.
    refused : str
        Why it is not read; empty otherwise.
    damaged : bool
        Whether it is refused because it is broken or harmful, rather than sound and nothing of ours.
    named : bool
        Whether a person named it, rather than a folder or archive that holds it.
    """

    name: str
    suffix: str = ""
    path: Path | None = None
    tables: Callable[..., list[RawTable]] | None = None
    refused: str = ""
    damaged: bool = False
    named: bool = False


def open_paths(paths: str | Path | Sequence[str | Path]) -> Iterator[Source]:
    """Yield what there is to read in files, folders, archives and database addresses, in a stable order.

    Parameters
    ----------
    paths : path, address, or sequence of them
        ``folder``, ``file.csv``, ``file.csv.gz``, ``export.zip``, ``shop.db::orders``,
        ``postgresql://host/base::SELECT ...``.

    Yields
    ------
    Source
        Read it before asking for the next: unpacked files are removed afterwards.

    Raises
    ------
    SourceError
        If a path does not exist, or there are more files than a call may have.

    Examples
    --------
    >>> list(open_paths([]))
    []
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    taken: set[str] = set()
    with ExitStack() as stack:

        @cache
        def scratch() -> Path:  # made when something is unpacked; one that a killed call left is taken away then
            from analysis.publish import scratch_folder

            return stack.enter_context(scratch_folder("intake"))

        for item in listed:
            for source in _open(item, scratch):
                if len(taken) == MOST_FILES:
                    raise SourceError(f"more than {MOST_FILES:,} files; name the folder that holds the tables.")
                name = _unlike(source.name, item, taken)
                taken.add(name)
                yield replace(source, name=name)


def _unlike(name: str, item: str | Path, taken: set[str]) -> str:
    """Return a name for a file that no earlier one of the call has: with its folder, or else numbered."""
    if name in taken:
        path = Path(item)
        name = f"{(path if path.is_dir() else path.absolute().parent).name}/{name}"
    number, unlike = 1, name
    while unlike in taken:
        number += 1
        unlike = f"{name} ({number})"
    return unlike


def _open(item: str | Path, scratch: Scratch) -> Iterator[Source]:
    from analysis.intake.addresses import split_address
    from analysis.intake.databases import database_source

    address = split_address(str(item)) if isinstance(item, str) else None
    if address is not None:
        yield replace(database_source(*address), named=True)
        return
    path = Path(item)
    try:
        if path.is_dir():
            yield from _folder(path, scratch)
        elif path.is_file():
            for source in _file(path, path.name, scratch, alone=True):
                yield replace(source, named=source.name == path.name)
        elif path.exists():
            raise SourceError(f"{item}: not a regular file.")
        else:
            raise SourceError(f"{item}: no such file or folder.")
    except OSError as error:
        raise SourceError(f"cannot read {path.name}: {error.strerror or error}.") from error


def _folder(folder: Path, scratch: Scratch) -> Iterator[Source]:
    """Yield the files of a folder by path; hidden ones are skipped, links out of it refused."""
    root = folder.resolve()
    names: list[PurePosixPath] = []
    for file in folder.rglob("*"):
        name = PurePosixPath(file.relative_to(folder).as_posix())
        if not any(part.startswith((".", "~$", "__MACOSX")) for part in name.parts) and not file.is_dir():
            names.append(name)
        if len(names) > MOST_FILES:
            raise SourceError(f"{folder.name}: more than {MOST_FILES:,} files; name the folder that holds the tables.")
    if not names:
        raise UnusableDataError(f"{folder}: no readable file in this folder.")
    for name in sorted(names):
        file = folder / name
        if _leads_out(file, root):
            yield Source(str(name), file.suffix.lower(), refused="a link that leaves the folder")
        elif not file.is_file():
            yield Source(str(name), file.suffix.lower(), refused="not a regular file")
        else:
            try:
                yield from _file(file, str(name), scratch)
            except OSError as error:  # gone since it was listed, or not ours to read
                yield Source(str(name), file.suffix.lower(), refused=f"cannot be read ({error.strerror or error})")


def _leads_out(file: Path, root: Path) -> bool:
    """Whether a file lies elsewhere than its folder; a link that leads to itself lies nowhere."""
    try:
        return not file.resolve().is_relative_to(root)
    except (OSError, RuntimeError):
        return True


def _file(path: Path, name: str, scratch: Scratch, *, alone: bool = False) -> Iterator[Source]:
    """Yield one file, or what is packed in it."""
    from analysis.intake.addresses import is_database
    from analysis.intake.databases import database_source

    suffix = path.suffix.lower()
    with path.open("rb") as handle:
        head = handle.read(_CHUNK)
    if suffix in NOT_DATA and not _a_document(head, suffix):
        yield Source(name, suffix, refused=NOT_DATA[suffix])
    elif not head:
        yield Source(name, suffix, refused="an empty file")
    elif is_database(head):
        yield database_source(str(path), "", name=name)
    elif head.startswith(b"\x1f\x8b"):
        yield from _gzip(path, name, scratch)
    elif head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        yield from _zip(path, name, scratch)
    elif suffix == ".txt" and not alone and not _a_document(head) and not _looks_tabular(head):
        yield Source(name, suffix, refused="a text, not a table")
    else:
        endless = _too_long(path, head)
        yield Source(name, suffix, path, refused=endless, damaged=bool(endless))


def _a_document(head: bytes, suffix: str = ".js") -> bool:
    """Whether a script or a text opens with records: an archive's ``window.posts = [{``."""
    return suffix == ".js" and begins_document(head[:4096].decode("utf-8", errors="replace"))


def _looks_tabular(head: bytes) -> bool:
    """Whether the first lines of a text share a separator, as a table's do and a letter's do not."""
    lines = [line for line in head.replace(b"\x00", b"").splitlines() if line.strip()][:4]
    for mark in (b"\t", b";", b"|", b","):
        counts = {line.replace(b", ", b"").count(mark) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            return True
    return False


def _too_long(path: Path, head: bytes) -> str:
    """Return why a text file cannot be a table: a line without end, a document beyond memory; or ''."""
    size = path.stat().st_size
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"[") or _a_document(head):
        from analysis.intake.json_lines import too_large

        return too_large(size, head)
    if size <= LONGEST_LINE or head.startswith((b"PAR1", b"PK")) or head[:8].count(0) > 4:
        return ""
    with path.open("rb") as handle:
        without = 0
        while chunk := handle.read(_CHUNK):
            without = 0 if b"\n" in chunk or b"\r" in chunk else without + len(chunk)
            if without >= LONGEST_LINE:
                return f"a line of more than {LONGEST_LINE // 2**20} MB; this is not a table"
    return ""


def _gzip(path: Path, name: str, scratch: Scratch) -> Iterator[Source]:
    inner = name[:-3] if name.lower().endswith(".gz") else name
    target = scratch() / PurePosixPath(inner).name
    try:
        with gzip.open(path) as packed:
            _unpack(packed, target, path.stat().st_size, MOST_UNPACKED, name)
        yield from _unpacked(target, name, PurePosixPath(inner).suffix.lower())
    except UnusableDataError as error:
        yield Source(name, ".gz", refused=str(error), damaged=True)
    except (OSError, EOFError, zlib.error) as error:
        yield Source(name, ".gz", refused=f"a broken gzip file ({error})", damaged=True)
    finally:
        target.unlink(missing_ok=True)


def _zip(path: Path, name: str, scratch: Scratch) -> Iterator[Source]:
    """Yield the members of a zip; a workbook is a zip too, and is yielded whole."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        yield Source(name, ".zip", refused=f"a broken zip file ({error})", damaged=True)
        return
    with archive:
        members = archive.infolist()
        held = {member.filename for member in members}
        if "[Content_Types].xml" in held or "mimetype" in held:
            sheet = any(entry.startswith("xl/") for entry in held) or "content.xml" in held
            heavy = sum(member.file_size for member in members) > MOST_UNPACKED // 4 or any(map(_bomb, members))
            refused = "" if sheet else "a document, not a workbook"
            refused = "unpacks beyond its limit; a zip bomb" if heavy else refused
            yield Source(name, path.suffix.lower(), path, refused=refused, damaged=heavy)
            return
        if len(members) > MOST_FILES:
            yield Source(name, ".zip", refused=f"more than {MOST_FILES:,} files in one archive")
            return
        left = MOST_UNPACKED
        for member in sorted(members, key=lambda member: member.filename):
            inner = PurePosixPath(member.filename.replace("\\", "/"))
            label = f"{name}/{inner}"
            if member.is_dir() or any(part.startswith((".", "__MACOSX")) and part != ".." for part in inner.parts):
                continue
            refused = _unsafe(member, inner, left)
            if refused:
                yield Source(label, inner.suffix.lower(), refused=refused)
                continue
            target = scratch() / re.sub(r"[^\w.-]", "_", inner.name)
            try:
                with archive.open(member) as packed:
                    left -= _unpack(packed, target, max(member.compress_size, 1), left, label)
                yield from _unpacked(target, label, inner.suffix.lower())
            except UnusableDataError as error:
                yield Source(label, inner.suffix.lower(), refused=str(error))
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
                yield Source(label, inner.suffix.lower(), refused=f"cannot be unpacked ({error})")
            finally:
                target.unlink(missing_ok=True)


def _bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > BOMB_FLOOR and member.file_size > MOST_RATIO * max(member.compress_size, 1)


def _unsafe(member: zipfile.ZipInfo, inner: PurePosixPath, left: int) -> str:
    if inner.is_absolute() or ".." in inner.parts or re.match(r"[A-Za-z]:", str(inner)):
        return "a path that leaves the folder"
    if member.flag_bits & 1:
        return "encrypted; unpack it first"
    if _bomb(member) or member.file_size > left:
        return "unpacks beyond its limit; a zip bomb"
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        return "a link inside an archive"
    return ""


def _unpack(packed: IO[bytes] | gzip.GzipFile, target: Path, size: int, most: int, name: str) -> int:
    """Write a compressed stream to a file, counting what really comes out; return the bytes."""
    written = 0
    with target.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > most or (written > BOMB_FLOOR and written > MOST_RATIO * size):
                raise UnusableDataError("unpacks beyond its limit; a zip bomb")
            out.write(chunk)
    return written


def _unpacked(target: Path, name: str, suffix: str) -> Iterator[Source]:
    """Yield a file that came out of an archive; archives inside archives are not opened."""
    with target.open("rb") as handle:
        head = handle.read(_CHUNK)
    if suffix in NOT_DATA and not _a_document(head, suffix):
        yield Source(name, suffix, refused=NOT_DATA[suffix])
    elif not head:
        yield Source(name, suffix, refused="an empty file")
    elif head.startswith(b"\x1f\x8b") or (head.startswith(b"PK\x03\x04") and suffix not in {".xlsx", ".xlsm", ".ods"}):
        yield Source(name, suffix, refused="an archive inside an archive; unpack it")
    elif suffix == ".txt" and not _a_document(head) and not _looks_tabular(head):
        yield Source(name, suffix, refused="a text, not a table")
    else:
        endless = _too_long(target, head)
        yield Source(name, suffix, target, refused=endless, damaged=bool(endless))
