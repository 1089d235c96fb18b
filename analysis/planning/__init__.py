"""Where should the budget go: what a booking brings, how audiences overlap, which set of creators to book.

Plain pandas and numpy in and out. Names load when they are first used.
"""

from importlib import import_module
from typing import Any

_ROOMS = (
    "allocation",
    "assumptions",
    "bookings",
    "breakeven",
    "constraints",
    "learning",
    "overlap",
    "response",
    "simulate",
)

__all__ = sorted(_ROOMS)


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
