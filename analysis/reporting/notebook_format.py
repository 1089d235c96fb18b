"""The library that reads and writes notebooks, loaded without what no notebook asks of it.

It checks notebooks with jsonschema, which as it loads builds a parser for web addresses in any script where a package
for that happens to be installed: a second of work at the start of every report, for a check that the schema of
notebooks does not contain. Here jsonschema is loaded as it is where that package is not installed.
"""

import sys
from typing import Any

__all__ = ["nbformat_library"]

#: The package whose parser takes a second to build.
_GRAMMAR = "rfc3987_syntax"


def nbformat_library() -> Any:
    """Return nbformat.

    Examples
    --------
    >>> nbformat_library().current_nbformat
    4
    """
    if "jsonschema" not in sys.modules and _GRAMMAR not in sys.modules:
        sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # Python's own way to say: not to be had
        try:
            import jsonschema  # type: ignore[import-untyped]  # noqa: F401
        finally:
            del sys.modules[_GRAMMAR]
    import nbformat

    return nbformat
