"""Values of a table as a reader sees them, and as plain JSON: no numpy scalar, no NaN, no timestamp."""

import json
import math
from typing import Any

import pandas as pd

from analysis import formats
from analysis.formats import FormatKind
from analysis.hostile import plain

__all__ = ["json_value", "plain_value", "shown_value"]


def shown_value(value: Any, kind: FormatKind, currency: str | None) -> str:
    """Return a cell as text; missing is said, never ``nan``."""
    value = plain_value(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "text" and not (value is None or isinstance(value, str)):
        return formats.number(value)
    return plain(formats.show(value, kind, currency))


def json_value(value: Any, kind: FormatKind) -> Any:
    """Return a cell as a JSON value; a count is a whole number."""
    value = plain_value(value)
    return int(value) if kind == "count" and isinstance(value, float) and value.is_integer() else value


def plain_value(value: Any) -> Any:
    """Return a JSON value: no numpy scalar, no NaN, no infinity, no timestamp."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, str | bool | int):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int | bool) else json.loads(json.dumps(value, default=str))
