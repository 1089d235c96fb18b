"""A large plain file is cleaned block by block: what is held is a block of text, never the whole.

What a column means, the locale it is written in, whether a rate is in percent: the rules decide such things from all
cells of a column, and a block shows but some. So the first block proposes a plan, every block is read by it, and
every block adds its evidence. When the last one is read, the evidence of all decides. Nearly always it comes to the
plan that was proposed, and the work is done; where it does not, the file is read again by the plan it came to.

Copies of a row in another block are known by their hashes (:mod:`analysis.intake.hashed`). What only the whole file
can tell (a column and its twin, text in a broken encoding, a tracker's snapshots) is left to the readers of whole
tables: :class:`analysis.intake.bulk.NotPlainError` says so.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Protocol, TypeVar

import polars as pl

from analysis.intake.accounting import (
    DUPLICATE,
    EMPTY,
    KEYS,
    Unread,
    Work,
    as_others_prove,
    comma_proved,
    currency_rule,
    empty_rows,
    entry,
    header_of,
    identified,
    implied_rate,
    note,
    platform_rule,
    undated,
    unidentified,
)
from analysis.intake.bulk import NotPlainError
from analysis.intake.columns import open_column
from analysis.intake.contradictions import Counts, TierCounts, check_rows, states_tier
from analysis.intake.hashed import Hashed
from analysis.intake.maps import HeaderMap
from analysis.intake.mojibake import may_be_broken, repair
from analysis.intake.readings import ColumnReader, Reading
from analysis.intake.recognise import Recognised, recognise
from analysis.intake.rejections import REJECTED, rejections, removal
from analysis.intake.repeats import listed_again, may_be_snapshots
from analysis.intake.samples import Sampler
from analysis.intake.tables import Block, RawTable, Streamed
from analysis.intake.told import NOTHING
from analysis.intake.wide import unfold
from analysis.schema import TABLES

__all__ = ["Flow", "stream"]

#: Bytes of text read at once.
BLOCK = 24 * 2**20

#: Times a file is read before it is left to the readers of whole tables.
MOST_PASSES = 5

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class _Plan:
    """What a pass goes by: the columns, how each is read, and the copies that earlier passes found."""

    recognised: Recognised | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    copies: pl.Series | None = None
    counted: frozenset[str] = frozenset()
    seed: int = 0


class Flow(Protocol):
    """A table that comes in blocks, as often as it is asked for: a file, or a table that lies somewhere."""

    @property
    def bare(self) -> RawTable:
        """The table without its rows."""

    def blocks(self, size: int) -> Iterator[tuple[RawTable, bool]]:
        """Yield its rows in blocks of about so many bytes; with each, whether it surely is ASCII."""


def stream(
    source: Flow | None,
    keep: Callable[[str, Iterator[Block]], Kept],
    *,
    mapping: HeaderMap | None = None,
    platform: str = "",
) -> tuple[Streamed, Kept] | None:
    """Clean a large table block by block; None where only the whole table tells.

    Parameters
    ----------
    source : Flow or None
        The table; None where its blocks cannot be told.
    keep : callable
        Takes the grain and an iterator of blocks, and keeps them; what it returns is returned. It may be
        called again from the start.
    mapping : mapping of str to Told, optional
        Header → canonical column, decided by a person.
    platform : str
        The platform its name names, for tables that do not say.
    """
    plan = _Plan()
    if source is None:
        return None
    for _ in range(MOST_PASSES):
        done = _Pass(source, plan, mapping or {}, platform)
        try:
            with done:
                blocks = done.blocks()
                first = next(blocks)
                kept = keep(done.grain, chain([first], blocks))
                plan, settled = done.settle()
        except Exception as error:
            if isinstance(done.failed, NotPlainError) or isinstance(error, NotPlainError):
                return None
            raise done.failed or error from error
        if settled:
            return done.result(), kept
    return None


class _Pass:
    """One reading of the file, and all that is gathered on the way."""

    def __init__(self, source: Flow, plan: _Plan, mapping: HeaderMap, platform: str) -> None:
        self.source, self.plan, self.mapping, self.platform = source, plan, mapping, platform
        self.bare = source.bare
        self.failed: BaseException | None = None
        self.read = self.kept = self.copied = 0
        self.readers: dict[str, ColumnReader] = {}
        self.unread: dict[str, Unread] = {}
        self.filled: set[str] = set()
        self.rejected: list[pl.DataFrame] = []
        self.same: dict[str, pl.Series] = {}
        self.counts, self.tiers = Counts(), TierCounts(self.bare.label)
        self.grain = ""

    def __enter__(self) -> "_Pass":
        self.pool = ThreadPoolExecutor(pl.thread_pool_size())
        self.reader = ThreadPoolExecutor(1)
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.shutdown(cancel_futures=True)
        self.pool.shutdown(cancel_futures=True)

    def blocks(self) -> Iterator[Block]:
        """Yield the kept rows of each block."""
        try:
            for raw, ascii_only in self._ahead():
                if not ascii_only and any(may_be_broken(column) for column in raw.frame.get_columns()):
                    raise NotPlainError
                yield self._block(raw, ascii_only)
            if not self.grain:
                raise NotPlainError
        except Exception as error:
            self.failed = error
            raise

    def _ahead(self) -> Iterator[tuple[RawTable, bool]]:
        """Yield raw blocks, the next one being read while the last one is cleaned."""
        blocks = self.source.blocks(BLOCK)
        coming = self.reader.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = self.reader.submit(next, blocks, None)
            yield block

    def _block(self, raw: RawTable, ascii_only: bool) -> Block:
        self.several = bool(self.grain)
        if not self.grain:
            self._begin(raw, ascii_only)
        else:
            self.sampler.add(raw.frame)
        columns = self._columns(raw)
        names = TABLES[self.grain].names
        self._constants(columns, raw.frame.height)
        frame = pl.DataFrame({name: columns[name] for name in names if name in columns})
        keep = self._keep(raw, frame)
        kept = frame if keep is None else frame.filter(keep)
        extra = raw.frame.select(self.tier_columns)
        if extra.width and "followers" in kept.columns:
            self.tiers.add(kept["followers"], extra if keep is None else extra.filter(keep))
        check_rows(self.counts, *(kept if grain == self.grain else None for grain in TABLES))
        self.read += raw.rows_read
        self.kept += kept.height
        return Block(kept, raw, keep)

    def _begin(self, raw: RawTable, ascii_only: bool) -> None:
        """Decide from the first block what the columns are, unless an earlier pass knows."""
        doubts: list[str] = []
        self.sampler = Sampler(raw.frame)
        first = replace(raw, profiles=self.sampler.profiles())
        sound = (ascii_only and all(map(str.isascii, raw.headers))) or (repair(raw, doubts) is raw and not doubts)
        if not sound or unfold(raw) is not raw:
            raise NotPlainError
        self.recognised = self.plan.recognised or recognise(first, mapping=self.mapping)
        columns = self.recognised.columns
        if self.recognised.grain is None or not columns or any(len(indexes) > 1 for indexes in columns.values()):
            raise NotPlainError
        self.sampler.count({*self.plan.counted, *self.sampler.asked()})
        self.sampler.add(raw.frame)
        self.grain = self.recognised.grain
        self.index = {name: indexes[0] for name, indexes in columns.items()}
        table = TABLES[self.grain]
        for name, index in self.index.items():
            told = self.recognised.told.get(index, NOTHING)
            self.readers[name] = open_column(table[name].kind, name, raw.headers[index], told)
            self.unread[name] = Unread()
        unmapped = {*range(len(raw.headers))} - {*self.index.values()} | {*self.recognised.unmapped}
        self.tier_columns = [raw.frame.columns[i] for i in sorted(unmapped) if states_tier(raw.frame.columns[i])]
        self.key = next((name for name in KEYS if name in columns), None)
        self.named = identified(raw, list(columns))
        key = self.key if self.grain == "creators" else None
        self.hashed = Hashed(key, self.plan.copies, self.plan.seed)

    def _columns(self, raw: RawTable) -> dict[str, pl.Series]:
        """Read the recognised columns of a block, rates last: they lean on others."""
        columns: dict[str, pl.Series] = {}
        table = TABLES[self.grain]
        self.codes: dict[str, pl.Series] = {}
        for rates in (False, True):
            names = [name for name in self.index if (table[name].kind == "rate") == rates]
            implied = implied_rate(columns) if rates else None

            def read(name: str, implied: pl.Series | None = implied) -> Reading:
                cells = raw.frame.get_column(raw.frame.columns[self.index[name]])
                return self.readers[name].read(cells, self.plan.columns.get(name), implied)

            for name, reading in zip(names, self.pool.map(read, names), strict=True):
                columns[name] = reading.values.alias(name)
                if "currency" in reading.derived:
                    self.codes[name] = reading.derived["currency"]
                self.unread[name].add(raw, self.index[name], reading.unparsed)
                if reading.values.null_count() < len(reading.values):
                    self.filled.add(name)
        if not self.plan.columns:
            if not all(reader.streams for reader in self.readers.values()):
                raise NotPlainError
            self.plan = replace(self.plan, columns=self._plans())
        return columns

    def _plans(self) -> dict[str, Any]:
        """Return how each column is read; under no name, the column that names the currency, and the currencies."""
        named = [(name, self.readers[name].currencies()) for name in self._ordered()]
        currency = next(((name, codes) for name, codes in reversed(named) if codes), ("", ()))
        return {name: reader.plan() for name, reader in self.readers.items()} | {"": currency}

    def _ordered(self) -> list[str]:
        """Return the recognised columns in the order in which they are read."""
        table = TABLES[self.grain]
        return sorted(self.index, key=lambda name: table[name].kind == "rate")

    def _constants(self, columns: dict[str, pl.Series], height: int) -> None:
        """Add what holds for every row: the currency that headers or signs name, the platform of the file's name."""
        names = TABLES[self.grain].names
        if "currency" in names and "currency" not in columns:
            source, codes = self.plan.columns[""]
            if len(codes) > 1:
                columns["currency"] = self.codes[source]
            elif codes:
                columns["currency"] = self._repeated("currency", codes[0], height)
        if "platform" in names and "platform" not in columns and self.platform:
            columns["platform"] = self._repeated("platform", self.platform, height)

    def _repeated(self, name: str, value: str, height: int) -> pl.Series:
        """Return a column that says the same in every row; blocks share its memory."""
        if len(self.same.get(name, ())) < height:
            self.same[name] = pl.Series(name, [value]).new_from_index(0, height)
        return self.same[name].head(height)

    def _keep(self, raw: RawTable, frame: pl.DataFrame) -> pl.Series | None:
        """Return which rows are kept, None when all are; the others are written down."""
        empty = empty_rows(frame, {name: name for name in self.index})
        alive = ~empty
        again = self.hashed.add(raw.frame, frame, alive)
        again = again & alive if self.named else pl.repeat(False, len(again), dtype=pl.Boolean, eager=True)
        removed = pl.concat([removal(empty, EMPTY), removal(again, DUPLICATE)])
        if removed.height or raw.rejected:
            self.rejected.append(rejections(raw, removed.sort("at", "reason")))
        self.copied += int(again.sum())
        return alive & ~again if removed.height else None

    def settle(self) -> tuple[_Plan, bool]:
        """Return the plan that all blocks together come to, and whether it is the one they were read by."""
        said = {name: reader.said() for name, reader in self.readers.items()}
        doubtful = any(name.startswith("avg_") and column.ambiguous for name, column in said.items())
        if doubtful and comma_proved(column.rule for column in said.values() if not column.ambiguous):
            raise NotPlainError
        self.listed = self.hashed.accounts_again()
        snapshots = self.listed and may_be_snapshots(self.bare.headers)
        if snapshots or not all(reader.streams for reader in self.readers.values()):
            raise NotPlainError
        final = self._final()
        counted = frozenset(self.sampler.asked()) | self.plan.counted
        same = (final.grain, final.columns) == (self.grain, self.recognised.columns)
        plans = self._plans() if same else {}
        found = self.hashed.copies() if self.named else self.plan.copies
        settled = same and plans == self.plan.columns and self.sampler.complete() and found is self.plan.copies
        self.recognised = final if same else self.recognised
        plan = _Plan(final, plans, found, counted, self.plan.seed + 1)
        return plan, settled

    def _final(self) -> Recognised:
        """Return what the columns are, as the whole file has it: the first block, where there is no other."""
        if not self.several:
            return self.recognised
        sample = self.sampler.table(self.bare)
        if unfold(sample) is not sample:
            raise NotPlainError
        return recognise(sample, mapping=self.mapping)

    def result(self) -> Streamed:
        """Return the account of the file."""
        raw = self.bare
        work = Work(rules=list(self.recognised.rules), warnings=list(self.recognised.warnings))
        table = TABLES[self.grain]
        decided = {name: reader.said() for name, reader in self.readers.items()}
        decided |= as_others_prove(decided)
        for name in self._ordered():
            index, unread = self.index[name], self.unread[name]
            if table[name].kind == "time" and unread.count and name not in self.filled:
                work.warnings.append(undated(header_of(raw, index), name))
            work.used.add(index)
            work.mapping[header_of(raw, index)] = name
            note(header_of(raw, index), index, name, decided[name], unread, work)
        self._say_constants(work, table.names)
        equal = 0 if self.named else self.hashed.equal()
        work.warnings += [unidentified(equal)] if equal else []
        work.warnings += [listed_again(self.listed, self.key or "")] if self.listed else []
        rejected = pl.concat(self.rejected) if self.rejected else pl.DataFrame(schema=REJECTED)
        counts = (self.read, self.kept, rejected.height, self.copied)
        account = entry(raw, self.recognised, work, counts, raw.notes)
        unused = [
            name for i, name in enumerate(raw.frame.columns) if i not in work.used or i in self.recognised.unmapped
        ]
        said = [*self.tiers.said(), *self.counts.said()]
        return Streamed(self.grain, account, said, rejected, raw, unused)

    def _say_constants(self, work: Work, names: Sequence[str]) -> None:
        if "currency" in names and "currency" not in self.index:
            _, codes = self.plan.columns[""]
            work.rules += [currency_rule(codes)] if codes else []
        if "platform" in names and "platform" not in self.index and self.platform:
            work.rules.append(platform_rule(self.platform))
