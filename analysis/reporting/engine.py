"""papermill's own engine, with one addition: the notebook is handed over even when it fails.

papermill gives a failed notebook only to a file at the place of the result. Nothing of ours may appear there before
it is whole, so papermill writes no file at all and the notebook is kept in memory. It would still turn all of it
into text, in order to write that nowhere; it is left a copy without outputs.
"""

import copy
import logging
from typing import Any

from papermill.engines import NBClientEngine, papermill_engines

__all__ = ["ENGINE", "register"]

#: The name under which papermill knows this engine.
ENGINE = "creator-roi"


class _KeepingEngine(NBClientEngine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, seen: list[Any], **options: Any) -> Any:
        whole = nb_man.nb
        seen.append(whole)
        super().execute_managed_notebook(nb_man, kernel_name, **options)
        outputs = (output for cell in whole.cells for output in cell.get("outputs", ()))
        if all(output.output_type != "error" for output in outputs):  # else papermill marks the place in the notebook
            nb_man.nb = _without_outputs(whole)


def _without_outputs(notebook: Any) -> Any:
    """Return a copy without outputs that shares its metadata with the notebook."""
    light = copy.copy(notebook)
    light.cells = [copy.copy(cell) for cell in notebook.cells]
    for cell in light.cells:
        if "outputs" in cell:
            cell.outputs = []
    return light


def register() -> None:
    """Tell papermill of the engine; doing so twice changes nothing."""
    papermill_engines.register(ENGINE, _KeepingEngine)
    quiet = logging.getLogger("papermill")
    if not quiet.handlers:  # what went wrong is said once, by the runner
        quiet.addHandler(logging.NullHandler())
