"""Posts too many for memory, in blocks of whole accounts: what asks for an account's posts sees them all together.

Posts are read where they lie, a piece at a time; a piece is cut by account, and the cuts are written to a scratch
folder. Then each block is read by itself. So memory holds one piece or one block, whatever there is in all, and every
post is read twice and written once. Few posts are one block, which is read as it is.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import narwhals as nw
import polars as pl

from analysis.measures import keys
from analysis.measures.frames import clean_texts

__all__ = ["BLOCK", "blocks_of"]

#: Posts of a block, about; and of a piece.
BLOCK = 1_000_000

#: What may name an account in posts.
_IDENTITY = ("creator_id", "handle", "name", "platform")

#: Gives a table back, as often as it is called.
Again = Callable[[], pl.DataFrame]


@contextmanager
def blocks_of(
    posts: pl.LazyFrame, rows: int, key: str | None, kept: Callable[[pl.DataFrame], pl.DataFrame], beside: Path
) -> Iterator[list[Again]]:
    """Give readers of posts, each of one block of whole accounts.

    Parameters
    ----------
    posts : polars.LazyFrame
        Canonical posts.
    rows : int
        How many they are, about.
    key : str or None
        The column by which tables name accounts (:func:`analysis.measures.keys.shared_key`).
    kept : callable
        Keeps the posts that are looked at, of some of them.
    beside : path
        Folder in which the scratch folder is made.
    """
    count = max(1, -(-rows // BLOCK))
    if count == 1:
        whole = kept(posts.collect(engine="streaming"))
        yield [lambda: whole]
        return
    with tempfile.TemporaryDirectory(prefix=".blocks-", dir=beside) as scratch:
        files: list[list[Path]] = [[] for _ in range(count)]
        for number, piece in enumerate(posts.collect_batches(chunk_size=BLOCK // 2, maintain_order=True)):
            for block, part in _cut(kept(piece), key, count).items():
                file = Path(scratch) / f"{block}-{number}.parquet"
                part.write_parquet(file, compression="lz4", statistics=False)
                files[block].append(file)
        empty = pl.DataFrame(schema=posts.collect_schema())
        yield [_reader(names, empty) for names in files]


def _cut(piece: pl.DataFrame, key: str | None, count: int) -> dict[int, pl.DataFrame]:
    """Return the posts of a piece by block; those that name nobody lie in one."""
    names = [name for name in _IDENTITY if name in piece.columns]
    if not names:
        return {0: piece}
    owners = clean_texts(nw.from_native(piece.select(names)).lazy(), names)
    found: pl.DataFrame = keys.keyed(owners, key).select("_id").collect().to_native()
    block = (found["_id"].fill_null("").hash(0) % count).cast(pl.Int64).alias("_block")
    cut = piece.with_columns(block).partition_by("_block", maintain_order=True, include_key=False, as_dict=True)
    return {int(number): part for (number,), part in cut.items()}


def _reader(files: list[Path], empty: pl.DataFrame) -> Again:
    return lambda: pl.concat([empty, *(pl.read_parquet(file) for file in files)])
