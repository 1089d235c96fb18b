"""An office file that is the same bytes on every day, with nothing in it that nobody meant to send."""

import io
import zipfile
from typing import Any

__all__ = ["colour", "element", "rezipped"]

#: The earliest day that a ZIP archive can tell.
DAY = (1980, 1, 1, 0, 0, 0)

_FIRST = "[Content_Types].xml"


def element(name: str, content: str = "", /, **attributes: object) -> Any:
    """Return an element of a slide or chart; ``content`` is its XML and never holds a text from data.

    Examples
    --------
    >>> element("c:idx", val=3).get("val")
    '3'
    """
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    made: Any = parse_xml(f"<{name} {nsdecls('a', 'c', 'p')}>{content}</{name}>")
    for key, value in attributes.items():
        made.set(key, str(value))
    return made


def colour(code: str) -> Any:
    """Return ``#RRGGBB`` as the slide library takes it.

    Examples
    --------
    >>> str(colour("#c2410c"))
    'C2410C'
    """
    from pptx.dml.color import RGBColor

    library: Any = RGBColor
    return library.from_string(code.lstrip("#").upper())


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
