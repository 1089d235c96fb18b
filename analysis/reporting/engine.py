"""papermill's own engine, with one addition: the notebook is handed over even when it fails.

papermill gives a failed notebook only to a file at the place of the result. Nothing of ours may appear there before
it is whole, so papermill writes no file at all and the notebook is kept in memory.
"""

import logging
from typing import Any

from papermill.engines import NBClientEngine, papermill_engines

__all__ = ["ENGINE", "register"]

#: The name under which papermill knows this engine.
ENGINE = "creator-roi"


class _KeepingEngine(NBClientEngine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, seen: list[Any], **options: Any) -> Any:
        seen.append(nb_man.nb)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


def register() -> None:
    """Tell papermill of the engine; doing so twice changes nothing."""
    papermill_engines.register(ENGINE, _KeepingEngine)
    quiet = logging.getLogger("papermill")
    if not quiet.handlers:  # what went wrong is said once, by the runner
        quiet.addHandler(logging.NullHandler())
