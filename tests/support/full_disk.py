"""A disk that is full at the nth write: every opening for writing, new folder, link and rename is one write."""

import os
import sys

CHANGES = {"os.rename", "os.mkdir", "os.link", "os.symlink", "os.truncate"}


class FullDisk:
    """Counts writes of this process, and fails the ``fail``-th (0: none), or with ``everything`` all from there on."""

    def __init__(self) -> None:
        self.count, self.fail, self.everything = 0, 0, False
        sys.addaudithook(self._hear)

    def full_at(self, nth: int, *, everything: bool = False) -> None:
        """Fail the ``nth`` write from now, once or for good."""
        self.count, self.fail, self.everything = 0, nth, everything

    def emptied(self) -> int:
        """Fail nothing any more; return how many writes were tried."""
        self.fail = 0
        return self.count

    def _hear(self, event: str, details: tuple) -> None:
        if not self.fail:
            return
        flags = details[2] if event == "open" else None
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if not (writes or event in CHANGES) or str(details[0]).startswith("/dev/"):
            return
        self.count += 1
        if self.count == self.fail or (self.everything and self.count > self.fail):
            raise OSError(28, "No space left on device", str(details[0]))
