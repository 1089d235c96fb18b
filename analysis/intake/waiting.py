"""Tables of a large call wait on disk until all are read: only what a join looks at comes back into memory.

Several files are joined when the last one is read. Until then a large table lies in a scratch file, its canonical
columns beside its text, and is seen through the memory map of that file: a column that nobody asks for is never
loaded, and what was loaded can be let go again when memory is short. Small calls never get here.
"""

import mmap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import OutputError
from analysis.intake.tables import Block, CleanTable, RawTable, Streamed

__all__ = ["Waiting", "flowing"]

#: Bytes of tables that are held in memory; once they are more, every further table waits on disk.
HELD = 64_000_000

_CANONICAL, _RAW, _LINE = "canonical ", "text ", "line"


def flowing(frames: Iterator[pl.DataFrame]) -> pl.LazyFrame:
    """Return frames as one that is read as they come, and never held.

    Examples
    --------
    >>> flowing(pl.DataFrame({"a": [n]}) for n in range(3)).collect()["a"].to_list()
    [0, 1, 2]
    """
    from polars.io.plugins import register_io_source

    first = next(frames)

    def source(*_: Any) -> Iterator[pl.DataFrame]:
        yield first
        yield from frames

    return register_io_source(source, schema=first.schema)


class Waiting:
    """Where the tables of a call wait for each other; use it as a context, tables outlive it."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._files = self._held = 0
        self._maps: list[mmap.mmap] = []

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def keep(self, _: str, blocks: Iterator[Block]) -> pl.DataFrame:
        """Write the kept rows of blocks to a file as they come, and return them as they lie there."""
        with self._room() as file:
            flowing(self._passing(blocks)).sink_ipc(file)
        return self._mapped(file)

    def _passing(self, blocks: Iterator[Block]) -> Iterator[pl.DataFrame]:
        for block in blocks:
            yield _beside(block.frame, block.raw, block.keep)
            self.let_go()

    def table(self, done: Streamed, kept: pl.DataFrame) -> CleanTable:
        """Return the table of a file that was streamed to where it waits."""
        frame, text = _part(kept, _CANONICAL), _part(kept, _RAW)
        raw = replace(done.raw, frame=text, lines=kept[_LINE])
        columns = done.entry["columns"]
        return CleanTable(raw, done.grain, frame, text.select(done.unused), columns, done.rejected, done.entry)

    def put_by(self, table: CleanTable | RawTable) -> CleanTable | RawTable:
        """Return a table that was read whole, moved to disk when more is held than should be."""
        clean = table if isinstance(table, CleanTable) else None
        raw = table.raw if isinstance(table, CleanTable) else table
        self._held += int(raw.frame.estimated_size()) + int(clean.frame.estimated_size() if clean else 0)
        if self._held <= HELD or not raw.frame.height:
            return table
        if clean is None:
            kept = self._put(_beside(pl.DataFrame(), raw))
            return replace(raw, frame=_part(kept, _RAW), lines=kept[_LINE])
        there = clean.positions
        if there is not None:
            raw = replace(raw, frame=raw.frame[there], lines=raw.lines.gather(there))
        kept = self._put(_beside(clean.frame, raw))
        text = _part(kept, _RAW)
        raw = replace(raw, frame=text, lines=kept[_LINE], rejected=[])
        extra = text.select(clean.extra.columns)
        return replace(clean, raw=raw, frame=_part(kept, _CANONICAL), extra=extra, positions=None)

    def hold(self, piece: pl.DataFrame) -> pl.DataFrame:
        """Return a piece of a table that is being read: from disk, once more is held than should be."""
        self._held += int(piece.estimated_size())
        if self._held <= HELD or not piece.height:
            return piece
        return self._put(piece)

    def _put(self, frame: pl.DataFrame) -> pl.DataFrame:
        with self._room() as file:
            frame.write_ipc(file)
        return self._mapped(file)

    @contextmanager
    def _room(self) -> Iterator[Path]:
        """Give the name of a new file to write; a disk that is full is said."""
        from analysis.publish import scratch_folder

        if self._folder is None:
            self._folder = self._stack.enter_context(scratch_folder("tables"))
        self._files += 1
        try:
            yield self._folder / f"{self._files}.arrow"
        except OSError as error:
            raise OutputError(
                f"cannot write to {self._folder.parent}: {error.strerror or error}. Free some space, or set TMPDIR."
            ) from error

    def _mapped(self, file: Path) -> pl.DataFrame:
        """Return a file as a frame that is not loaded before it is looked at."""
        import pyarrow as pa

        with file.open("rb") as handle:
            self._maps.append(mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ))
        frame = pl.from_arrow(pa.ipc.open_file(pa.py_buffer(self._maps[-1])).read_all())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def let_go(self) -> None:
        """Let go of what was loaded from disk; it comes back when it is looked at again."""
        for loaded in self._maps if hasattr(mmap, "MADV_DONTNEED") else ():
            loaded.madvise(mmap.MADV_DONTNEED)


def _beside(frame: pl.DataFrame, raw: RawTable, keep: pl.Series | None = None) -> pl.DataFrame:
    """Return canonical columns and the text of the same rows in one frame."""
    text = pl.DataFrame([*(cells.alias(_RAW + cells.name) for cells in raw.frame), raw.lines.alias(_LINE)])
    text = text if keep is None else text.filter(keep)
    return pl.DataFrame([*(values.alias(_CANONICAL + values.name) for values in frame), *text])


def _part(kept: pl.DataFrame, prefix: str) -> pl.DataFrame:
    return pl.DataFrame(
        [kept[name].alias(name.removeprefix(prefix)) for name in kept.columns if name.startswith(prefix)]
    )
