"""What a notebook carries of the machine it ran on is taken out before it is published.

Absolute paths, the user's name in them, memory addresses, timings and random cell ids belong to this machine and this
moment: they would tell a reader where the analyst lives, and make two equal runs differ.
"""

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["scrub", "secrets"]


def secrets(into: Path) -> list[tuple[str, str]]:
    """Return what must not travel with a notebook, and what stands there instead, longest first."""
    repository = Path(__file__).resolve().parents[2]
    places = {str(into.absolute()): ".", str(into.absolute().parent): "..", str(Path.home()): "~"}
    for path in (Path.cwd(), repository, Path(sys.prefix), Path(sys.base_prefix), Path(tempfile.gettempdir())):
        places.setdefault(str(path), "…")
    resolved = {str(Path(place).resolve()): shown for place, shown in places.items()}
    return sorted(((p, s) for p, s in {**resolved, **places}.items() if len(p) > 3), key=lambda pair: -len(pair[0]))


_CELL_FILE = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py")
_ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,16}\b")


def scrub(executed: Any, private: Sequence[tuple[str, str]]) -> None:
    """Take out of an executed notebook, in place, what belongs to this machine and this moment.

    Timings, run metadata and random cell ids go; absolute paths and memory addresses in outputs are replaced.
    Pictures stay as they are: a run of base64 may look like anything.
    """
    executed.metadata.pop("papermill", None)
    # a path stands by itself: what looks like one inside a longer run of letters is none
    patterns = [(secret, re.compile(rf"(?<![\w+/=]){re.escape(secret)}(?![\w+=])"), shown) for secret, shown in private]
    for cell in executed.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = [_scrubbed(output, patterns) for output in cell.outputs]


def _scrubbed(value: Any, patterns: Sequence[tuple[str, re.Pattern[str], str]]) -> Any:
    if isinstance(value, str):
        if ";base64," in value:  # a picture inside a picture: its letters may spell a path by chance
            return value
        text = _CELL_FILE.sub("<cell>", value) if "ipykernel_" in value else value
        text = _ADDRESS.sub("0x…", text) if " at 0x" in text else text
        for secret, pattern, shown in patterns:
            if secret in text:  # which almost no text holds, and looking for it is quick
                text = pattern.sub(shown, text)
        return text
    if isinstance(value, dict):
        kept = {
            key: part if str(key).startswith("image/") else _scrubbed(part, patterns) for key, part in value.items()
        }
        return type(value)(kept)
    if isinstance(value, list):
        return [_scrubbed(part, patterns) for part in value]
    return value
