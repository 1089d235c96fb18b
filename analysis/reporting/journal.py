"""What a batch did, one line of JSON a step: enough to know after a kill what was made and what was under way.

A line is appended with one system call and flushed to the disk, so that it is there whole or not at all, whatever
ends the process, and two batches can write to one journal. A line that is torn all the same is skipped, and the next
one starts on a line of its own. A journal that cannot be written stops nothing: the packs themselves know their keys.
"""

import json
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["NAME", "Journal", "read_journal", "state"]

#: The journal's place below the folder of packs.
NAME = ".batch.jsonl"

#: Steps after which a pack stands, and after which none is under way.
READY, ENDED = ("ready", "kept"), ("ready", "kept", "failed")


class Journal:
    """Appends steps to ``path``; ``trouble`` says why a step could not be written, if one could not."""

    def __init__(self, path: Path) -> None:
        self.path, self.trouble = path, ""
        self.batch = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}"

    def write(self, step: str, **facts: Any) -> None:
        """Append one step and flush it."""
        line = {"at": round(time.time(), 3), "batch": self.batch, "step": step, **facts}
        content = json.dumps(line, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace") + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                end = os.lseek(descriptor, 0, os.SEEK_END)
                torn = end > 0 and _byte_at(descriptor, end - 1) != b"\n"
                os.write(descriptor, b"\n" + content if torn else content)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            self.trouble = f"the journal {self.path.name} could not be written: {error.strerror or error}"


def _byte_at(descriptor: int, place: int) -> bytes:
    os.lseek(descriptor, place, os.SEEK_SET)
    return os.read(descriptor, 1)


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Return the steps of a journal in order; none when it is absent. A torn line is skipped."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return []
    steps = []
    for line in lines:
        try:
            step = json.loads(line)
        except ValueError:
            continue
        if isinstance(step, dict) and "step" in step:
            steps.append(step)
    return steps


def state(steps: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return where each client stands, by folder: its last step, and the last pack that was made with its key.

    Examples
    --------
    >>> state([{"step": "ready", "folder": "a", "key": "k", "pack": "a/now"}, {"step": "started", "folder": "a"}])
    {'a': {'step': 'started', 'key': 'k', 'pack': 'a/now'}}
    """
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        if "folder" not in step:
            continue
        now = found.setdefault(str(step["folder"]), {"step": "", "key": "", "pack": ""})
        now["step"] = step["step"]
        if step["step"] in READY:
            now["key"], now["pack"] = step.get("key", ""), step.get("pack", "")
    return found
