"""Creator ROI: does micro or mega pay, for this client and this budget, and how sure are we?

The package is cut by noun; import the room you need::

    from analysis import intake, measures, findings, charts

Importing :mod:`analysis` itself loads nothing else, so that the command line answers at once.
"""

from importlib import import_module
from types import ModuleType

__all__ = ["__version__", "charts", "findings", "inference", "intake", "measures", "reporting", "sample", "schema"]

__version__ = "0.1.0"

_ROOMS = frozenset(__all__) - {"__version__"}


def __getattr__(name: str) -> ModuleType:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
