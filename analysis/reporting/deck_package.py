"""An office file that is the same bytes on every day, with nothing in it that nobody meant to send."""

import io
import zipfile

__all__ = ["rezipped"]

#: The earliest day that a ZIP archive can tell.
DAY = (1980, 1, 1, 0, 0, 0)

_FIRST = "[Content_Types].xml"


def rezipped(package: bytes) -> bytes:
    """Return an office package with fixed dates and a fixed order of its parts.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> with zipfile.ZipFile(stream, "w") as made:
    ...     made.writestr("b.xml", "<b/>")
    >>> rezipped(stream.getvalue()) == rezipped(rezipped(stream.getvalue()))
    True
    """
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as read,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made,
    ):
        for name in sorted(read.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            made.writestr(entry, read.read(name))
    return stream.getvalue()
