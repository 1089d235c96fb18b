"""Which reader a file needs, decided by its bytes and not by its name.

A workbook saved as ``.csv``, JSON saved as ``.txt`` and a zip of CSV files all occur. The first bytes tell: a zip
that holds ``xl/`` is a workbook, ``PAR1`` is Parquet, a brace or bracket opens JSON, also behind
a name it is given to; everything else that is text is
a delimited table.
"""

from contextlib import suppress
from pathlib import Path

from analysis.errors import SourceError, UnusableDataError
from analysis.intake.notation import begins_document
from analysis.intake.tables import Hold, RawTable, held

__all__ = ["NOT_DATA", "read_tables", "sniff"]

#: Files of JSON Lines, and lists of records, larger than this are read a block at a time.
LARGE_LINES = 16 * 2**20

#: Suffixes that hold no table → what they are.
NOT_DATA = {
    **dict.fromkeys((".md", ".rst", ".rtf", ".doc", ".docx", ".odt"), "a text, not a table"),
    **dict.fromkeys((".yml", ".yaml", ".toml", ".ini", ".cfg", ".lock"), "settings, not a table"),
    **dict.fromkeys((".py", ".r", ".js", ".sql", ".ipynb", ".sh", ".css"), "a program, not a table"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp"), "a picture"),
    **dict.fromkeys((".pdf", ".ppt", ".pptx", ".key"), "a document; export its table as CSV or XLSX"),
    **dict.fromkeys((".html", ".htm", ".xml"), "a web page; export its table as CSV or XLSX"),
    **dict.fromkeys((".mp4", ".mov", ".mp3", ".wav"), "a recording"),
    **dict.fromkeys((".rar", ".7z", ".tar", ".tgz", ".bz2", ".xz", ".zst"), "an archive not read; use zip or gzip"),
    **dict.fromkeys((".exe", ".dll", ".so", ".pyc", ".pkl", ".pickle"), "a program or its memory; never opened"),
}  # fmt: skip

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED = (
    (b"%PDF", "a PDF; export the table as CSV or XLSX"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it"),
)


def sniff(head: bytes) -> str:
    """Return the kind of file its first bytes tell: workbook, parquet, json, text, or a refusal ``!reason``.

    Examples
    --------
    >>> sniff(b"PAR1...."), sniff(b'[{"id": 1}]'), sniff(b"a,b"), sniff(b"%PDF-1.7")
    ('parquet', 'json', 'text', '!a PDF; export the table as CSV or XLSX')
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", _OLD_OFFICE)):
        return "workbook"
    for magic, reason in _REFUSED:
        if head.startswith(magic):
            return f"!{reason}"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head[2:].replace(b"\x00", b"")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")) or begins_document(start.decode("utf-8", errors="replace")):
        return "json"
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "!a web page; export the table as CSV or XLSX"
    return "text"


def read_tables(name: str, *, data: bytes | None = None, path: Path | None = None, hold: Hold = held) -> list[RawTable]:
    """Return the raw tables of one file, given as a path or as bytes; ``hold`` takes the pieces of a long one.

    Raises
    ------
    SourceError
        If the file cannot be read.
    UnusableDataError
        If it holds no table.
    """
    head = data[:4096] if data is not None else _head(path)
    kind = sniff(head)
    if kind.startswith("!"):
        raise UnusableDataError(f"{name} is {kind[1:]}.")
    if kind == "parquet":
        from analysis.intake.workbook import read_parquet

        return read_parquet(name, data=data, path=path, hold=hold)
    if kind == "workbook":
        from analysis.intake.workbook import read_workbook

        return read_workbook(name, data=data, path=path)
    if kind == "json" and path is not None and path.stat().st_size > LARGE_LINES:
        from analysis.intake.json_lines import is_json_lines, is_record_list, read_json_lines, read_record_list

        head = _head(path, 2**20)
        if is_json_lines(head):
            return read_json_lines(path, name, hold)
        if is_record_list(head):
            with suppress(SourceError):  # not written as a list of records: it is read whole, or refused with its place
                return read_record_list(path, name, hold)
    if kind == "json":
        tables = _json(name, data if data is not None else _bytes(path))
        if tables is not None:
            return tables
    from analysis.intake.delimited import read_delimited

    return read_delimited(name, data=data, path=path)


def _json(name: str, data: bytes) -> list[RawTable] | None:
    """Read JSON; None when the text only starts like JSON (a CSV whose first header is in brackets)."""
    from analysis.intake.documents import read_json

    try:
        return read_json(data, name)
    except UnusableDataError:
        first = data[:2000].split(b"\n", 1)[0]
        if first.count(b",") + first.count(b";") + first.count(b"\t") >= 1 and b":" not in first and b'"' not in first:
            return None
        raise


def _head(path: Path | None, size: int = 4096) -> bytes:
    assert path is not None
    try:
        with path.open("rb") as handle:
            return handle.read(size)
    except OSError as error:
        raise SourceError(f"cannot read {path.name}: {error.strerror or error}.") from error


def _bytes(path: Path | None) -> bytes:
    assert path is not None
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read {path.name}: {error.strerror or error}.") from error
