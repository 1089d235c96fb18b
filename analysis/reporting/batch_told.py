"""What a batch says while it runs and when it ends: a bar with the time left, or plain lines, and one last line.

The last line is what a person reads in the morning: how many packs are ready, how many failed, why, what to do.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.hostile import plain

__all__ = ["Outcome", "Result", "Told", "share_done", "why_lost"]

#: What to do about packs that failed or were not reached.
AGAIN = "Mend that and run the same command again: it makes only what is missing."


@dataclass(frozen=True)
class Result:
    """How one client went: ``ready`` (made now), ``kept`` (nothing had changed), ``failed``, ``left`` (not reached)."""

    client: str
    state: str
    pack: Path | None = None
    why: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a batch went, client by client, in the order of the file; ``notes`` are troubles that stopped nobody."""

    results: tuple[Result, ...]
    notes: tuple[str, ...] = ()
    stopped: bool = False

    @property
    def failed(self) -> list[Result]:
        """The clients without a fresh pack because something failed."""
        return [result for result in self.results if result.state == "failed"]

    @property
    def exit_code(self) -> int:
        """0 when every pack is ready, else 1."""
        return int(self.stopped or any(result.state in ("failed", "left") for result in self.results))

    def lines(self) -> list[str]:
        """Return the summary, a failure a line, and the last line that says it all."""
        failed = self.failed
        lines = [f"{result.client} failed: {result.why}" for result in failed] if len(failed) > 1 else []
        ready = sum(result.state in ("ready", "kept") for result in self.results)
        last = f"{ready} of {len(self.results)} packs ready"
        if len(failed) == 1:
            last += f", 1 failed: {failed[0].client}: {failed[0].why.rstrip('.')}. {AGAIN}"
        elif failed:
            last += (
                f", {len(failed)} failed: {', '.join(result.client for result in failed)} (why is said above). {AGAIN}"
            )
        elif self.stopped:
            last += ", stopped before the end. The same command goes on from here."
        else:
            last += "."
        return [plain(line) for line in (*lines, *self.notes, last)]


class Told:
    """Says what happens on standard error: a bar on a terminal, plain lines elsewhere, nothing when not wanted."""

    def __init__(self, total: int, kept: int, progress: bool) -> None:
        self.total, self.done, self.begun = total, 0, time.monotonic()
        self.wanted, self.bar = progress, self._bar() if progress and sys.stderr.isatty() and total else None
        self.parts: dict[str, float] = {}
        if progress and kept:
            self.say(f"{kept} {'pack is' if kept == 1 else 'packs are'} ready already; {total} to make")

    def _bar(self) -> Any:
        from tqdm import tqdm

        shape = "{l_bar}{bar}| {n:.1f} of {total} packs, {elapsed} so far, {remaining} left"
        return tqdm(total=self.total, bar_format=shape, file=sys.stderr, leave=False, smoothing=0.1)

    def part(self, client: str, share: float) -> None:
        """Move the bar to ``share`` (0 to 1) of a client's pack."""
        if self.bar is not None:
            self.bar.update(max(0.0, share - self.parts.get(client, 0.0)))
        self.parts[client] = max(share, self.parts.get(client, 0.0))

    def ended(self, result: Result, seconds: float) -> None:
        """Say how a client went."""
        self.done += 1
        self.part(result.client, 1.0)
        how = "ready" if result.state in ("ready", "kept") else f"failed: {result.why}"
        self.say(f"{result.client}: {how} ({self.done} of {self.total}, {seconds:.1f} s{self._left()})")

    def _left(self) -> str:
        if self.bar is not None or not 0 < self.done < self.total:
            return ""
        left = (time.monotonic() - self.begun) / self.done * (self.total - self.done)
        return f", about {left:.0f} s left" if left < 100 else f", about {left / 60:.0f} min left"

    def say(self, line: str) -> None:
        """Say one line."""
        if self.bar is not None:
            self.bar.write(plain(line), file=sys.stderr)
        elif self.wanted:
            print(plain(line), file=sys.stderr, flush=True)

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()


def share_done(steps: Sequence[str], cells: int) -> float:
    """Return how much of a pack is made after these steps, of notebooks with ``cells`` code cells in all.

    Reading counts as a twentieth, laying out as a tenth; the cells share the rest.

    Examples
    --------
    >>> share_done(["read", "cell", "cell"], 4)
    0.475
    """
    ran = min(1.0, steps.count("cell") / max(1, cells))
    return 0.05 * ("read" in steps) + 0.85 * ran


def why_lost(code: int, minutes: float | None, steps: Sequence[str], notebooks: int) -> str:
    """Return why a worker that ended with ``code`` made no pack; ``minutes`` is its limit, when it took longer.

    Examples
    --------
    >>> why_lost(-9, None, [], 1)
    'its process ended by signal 9, often for want of memory; try --jobs 1'
    >>> [why_lost(1, 5, steps, 1).partition(" while ")[2][:18] for steps in ([], ["read"], ["read", "notebook"])]
    ['its data was read.', 'its notebooks ran.', 'its report was lai']
    """
    if minutes is None:
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        return f"its process ended {how}, often for want of memory; try --jobs 1"
    if "read" not in steps:
        at = "its data was read"
    else:
        at = "its notebooks ran" if steps.count("notebook") < notebooks else "its report was laid out"
    given = f"it took longer than {minutes:g} min and was stopped while {at}"
    return f"{given}. Look into that, or give it longer with a line 'minutes: N' in the file of clients"
