"""A recognised table becomes canonical rows, and everything set aside on the way is accounted for.

Cells become numbers, moments, texts and flags by the kind of their canonical column; a cell that cannot be read is
missing, counted, and listed. A column and its twin (the same header twice, once as text and once as numbers) are
checked one against the other, and the more complete and more precise reading wins. An exact copy of an earlier row
is set aside where the row names what it is about; where nothing identifies a row, equal rows may be different
accounts, and they stay. Rows in which no recognised column holds anything are set aside.

``rows_read = rows_kept + rows_rejected`` for every table, by construction: the rows kept are those not set aside.
"""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import polars as pl

from analysis.intake.accounting import (
    DUPLICATE,
    EMPTY,
    KEYS,
    PROVED,
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
from analysis.intake.columns import read_column
from analysis.intake.readings import Reading
from analysis.intake.recognise import Recognised
from analysis.intake.rejections import REJECTED, rejections, removal
from analysis.intake.repeats import SNAPSHOT, copies, earlier_snapshots, recurring
from analysis.intake.tables import CleanTable, RawTable
from analysis.intake.told import NOTHING, Told
from analysis.schema import TABLES

__all__ = ["REJECTED", "clean_table", "set_aside"]

#: Twins agree on a row when they differ by no more than this (a suffix keeps two or three digits).
TWIN_TOLERANCE = 0.06

#: Rival columns are twins when this share of their common rows agrees.
TWIN_SHARE = 0.9

#: Columns of a table of this many rows are read side by side.
LONG = 50_000


_SENDING = re.compile(
    r"(?i)shipp|freight|handling|postage|packag|customs|versand|porto\b|env[ií]o|frete|livraison|送料|运费|배송"
)
_PRODUCT = re.compile(r"(?i)product|gift|goods|sample|producto|produit|produkt|ware|regalo|merch")


def clean_table(raw: RawTable, recognised: Recognised, *, platform: str = "") -> CleanTable:
    """Return the canonical rows of a recognised table, and its account.

    Parameters
    ----------
    raw : RawTable
        The table as read.
    recognised : Recognised
        What it is; ``grain`` must not be None.
    platform : str
        The platform its file name names, for tables that do not say.
    """
    assert recognised.grain is not None
    table = TABLES[recognised.grain]
    work = Work(rules=list(recognised.rules), warnings=list(recognised.warnings))
    _read_all(raw, recognised, work)
    _one_locale(raw, work)
    _constants(raw, table.names, work, platform)
    frame = pl.DataFrame({name: work.columns[name] for name in table.names if name in work.columns})
    keep, removed = _kept(raw, frame, work, recognised.grain)
    kept = int(keep.sum())
    rejected = rejections(raw, removed)
    if raw.unfolded_from is not None:  # a source row is set aside only when none of its accounts is kept
        lines = raw.lines.filter(keep).unique()
        kept = len(lines)
        rejected = rejected.filter(~pl.col("line").is_in(lines.implode())).unique("line", maintain_order=True)
    copied = int((rejected["reason"] == DUPLICATE).sum())
    account = entry(raw, recognised, work, (raw.rows_read, kept, rejected.height, copied), raw.notes)
    extra = raw.frame.select(
        [name for index, name in enumerate(raw.frame.columns) if index not in work.used or index in recognised.unmapped]
    )
    if removed.height:
        work.columns.clear()
        work.readings.clear()
        columns = frame.get_columns()
        del frame
        frame = pl.DataFrame([columns.pop(0).filter(keep) for _ in range(len(columns))])  # never the whole twice
        extra = extra.filter(keep) if extra.width else extra
    positions = keep.arg_true() if removed.height else None
    return CleanTable(raw, recognised.grain, frame, extra, work.mapping, rejected, account, positions)


def set_aside(table: CleanTable, rows: Sequence[int], reason: str) -> pl.DataFrame:
    """Return rows of a cleaned table, given by their position among its kept rows, as rejected rows."""
    at = pl.Series("at", rows, dtype=pl.get_index_type())
    at = at if table.positions is None else table.positions.gather(at).alias("at")
    return rejections(table.raw, at.to_frame().with_columns(reason=pl.lit(reason)), with_reader=False)


def _read_all(raw: RawTable, recognised: Recognised, work: Work) -> None:
    """Read every recognised column into ``work``."""
    table = TABLES[recognised.grain or ""]
    rates = [name for name in recognised.columns if table[name].kind == "rate"]  # last: they lean on others
    others = [name for name in recognised.columns if name not in rates]
    for names in (others, rates):
        calls = [
            partial(_read, raw, index, table[name].kind, name, work, recognised.told.get(index, NOTHING))
            for name in names
            for index in recognised.columns[name]
        ]
        done = _side_by_side(calls, raw.frame.height)
        for name in names:
            readings = [(index, done.pop(0)) for index in recognised.columns[name]]
            _settle(raw, table[name].kind, name, readings, work)


def _side_by_side(calls: Sequence[Callable[[], Reading]], rows: int) -> list[Reading]:
    """Return what calls return, in their order; those about a long table run side by side."""
    if rows < LONG:
        return [call() for call in calls]
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def _settle(raw: RawTable, kind: str, name: str, readings: Sequence[tuple[int, Reading]], work: Work) -> None:
    """Choose between the columns that claim one place; the best reading takes it."""
    indexes = [index for index, _ in readings]
    index, reading = readings[0]
    twins: list[int] = []
    rivals: list[int] = []
    added: list[int] = []
    for other, rival in readings[1:]:
        if name == "product_cost" and _beside_the_product(raw, index) != _beside_the_product(raw, other) and not added:
            added.append(other)
            reading = replace(reading, values=_sum(reading.values, rival.values))
            continue
        same = _same_header(raw, index, other)
        if _agree(reading, rival, numeric=kind in {"count", "average", "rate", "money"}):
            twins.append(other)
            index, reading = _better((index, reading), (other, rival))
        elif same and reading.values.null_count() == len(reading.values):
            index, reading = other, rival
        else:
            rivals.append(other)
    if (
        not twins
        and not rivals
        and reading.values.null_count() == len(reading.values)
        and kind == "time"
        and reading.unread
    ):
        work.warnings.append(undated(header_of(raw, index), name))
    work.used.update([index, *twins, *added])
    work.columns[name] = reading.values.alias(name)
    work.readings[name] = (index, reading)
    work.mapping[header_of(raw, index)] = name
    if twins:
        names = ", ".join(repr(header_of(raw, other)) for other in sorted({*indexes} & {*twins, indexes[0]} - {index}))
        work.rules.append(
            f"{name}: {header_of(raw, index)!r} (column {index + 1}) taken, checked against its twin {names} "
            f"(column {', '.join(str(i + 1) for i in sorted({indexes[0], *twins} - {index}))}): both agree"
        )
    for other in added:
        work.mapping[header_of(raw, other)] = name
        work.rules.append(f"{name} is {header_of(raw, index)!r} and {header_of(raw, other)!r} together, where known")
    for other in rivals:
        work.warnings.append(
            f"{header_of(raw, other)!r} (column {other + 1}) could also be {name}; {header_of(raw, index)!r} was taken"
        )
    for column, done in readings:
        if column == index or column in twins or column in added:
            unread = Unread()
            unread.add(raw, column, done.unparsed)
            note(header_of(raw, column), column, name, done, unread, work)
    work.derived.update(dict(reading.derived.items()))


def _sum(one: pl.Series, other: pl.Series) -> pl.Series:
    """Return two amounts added, row by row; where only one is known, that one."""
    both = pl.DataFrame({"one": one, "other": other})
    known = pl.any_horizontal(pl.all().is_not_null())
    return both.select(pl.when(known).then(pl.sum_horizontal("one", "other"))).to_series()


def _beside_the_product(raw: RawTable, index: int) -> bool:
    """Whether a column holds what sending a product costs, and not the product."""
    header = raw.headers[index]
    return bool(_SENDING.search(header)) and not _PRODUCT.search(header)


def _one_locale(raw: RawTable, work: Work) -> None:
    """Read averages that could be read in two ways as the other columns of the file prove."""
    for name, done in as_others_prove({name: done for name, (_, done) in work.readings.items()}).items():
        index, doubtful = work.readings[name]
        header = header_of(raw, index)
        before = f"{name} from {header!r}: {doubtful.rule}"
        work.warnings = [text for text in work.warnings if not text.startswith(f"{header!r}: could be read")]
        work.rules = [f"{text}; {PROVED}" if text == before else text for text in work.rules]
        work.in_doubt.pop(header, None)
        work.readings[name] = index, done
    if not comma_proved(done.rule for _, done in work.readings.values() if not done.ambiguous):
        return
    for name, (index, done) in work.readings.items():
        if not done.ambiguous or not name.startswith("avg_"):
            continue
        again = _read(raw, index, "count", name, work)
        if again.unread == done.unread:
            work.columns[name] = again.values.cast(pl.Float64).alias(name)
            header = header_of(raw, index)
            work.warnings = [text for text in work.warnings if not text.startswith(f"{header!r}: could be read")]
            work.rules = [text for text in work.rules if not text.startswith(f"{name} from {header!r}: decimal")]
            work.in_doubt.pop(header, None)
            work.rules.append(f"{name} from {header!r}: a dot is a thousands sign, as other columns of the file prove")


def _read(raw: RawTable, index: int, kind: str, name: str, work: Work, told: Told = NOTHING) -> Reading:
    implied = implied_rate(work.columns) if kind == "rate" else None
    return read_column(
        raw.frame.get_column(raw.frame.columns[index]),
        kind=kind,
        name=name,
        header=raw.headers[index],
        implied=implied,
        told=told,
    )


def _same_header(raw: RawTable, one: int, other: int) -> bool:
    return header_of(raw, one).casefold() == header_of(raw, other).casefold()


def _agree(one: Reading, other: Reading, *, numeric: bool) -> bool:
    """Whether two columns tell the same wherever both tell something."""
    both = one.values.is_not_null() & other.values.is_not_null()
    n = int(both.sum())
    if n == 0:
        return False
    a, b = one.values.filter(both), other.values.filter(both)
    if numeric:
        near = (a.cast(pl.Float64) - b.cast(pl.Float64)).abs() <= TWIN_TOLERANCE * a.cast(pl.Float64).abs() + 1e-9
    elif a.dtype == b.dtype:
        near = a == b
    else:
        return False
    return bool(near.mean() >= TWIN_SHARE)  # type: ignore[operator]


def _better(one: tuple[int, Reading], other: tuple[int, Reading]) -> tuple[int, Reading]:
    """Return the more complete of two twins; of equals the more precise (more distinct, fewer round values)."""

    def worth(pair: tuple[int, Reading]) -> tuple[int, int, int]:
        values = pair[1].values
        round_ones = int((values % 100 == 0).sum()) if values.dtype.is_numeric() else 0
        return (len(values) - values.null_count(), values.n_unique(), -round_ones)

    return other if worth(other) > worth(one) else one


def _constants(raw: RawTable, names: Sequence[str], work: Work, platform: str) -> None:
    """Add what holds for every row: the currency a header or sign names, the platform the file's name names."""
    height = raw.frame.height
    if "currency" in names and "currency" not in work.columns and "currency" in work.derived:
        work.columns["currency"] = work.derived["currency"]
        work.rules.append(currency_rule(work.derived["currency"].drop_nulls().unique().to_list()))
    if "platform" in names and "platform" not in work.columns and platform and height:
        work.columns["platform"] = pl.Series("platform", [platform], dtype=pl.String).new_from_index(0, height)
        work.rules.append(platform_rule(platform))


def _kept(raw: RawTable, frame: pl.DataFrame, work: Work, grain: str) -> tuple[pl.Series, pl.DataFrame]:
    """Return which rows are kept, and where the others stand with their reason."""
    height = raw.frame.height
    keep = pl.repeat(True, height, dtype=pl.Boolean, eager=True)
    removed = [removal(~keep, "")]
    if frame.width and height:
        empty = empty_rows(frame, work.mapping)
        keep = keep & ~empty
        removed.append(removal(empty, EMPTY))
    key = next((name for name in KEYS if name in frame.columns), None)
    among = recurring(frame.get_column(key)) if key else None  # rows that are equal name the same
    again = copies(raw.frame, among) & keep
    if again.any():
        if identified(raw, frame.columns):
            keep = keep & ~again
            removed.append(removal(again, DUPLICATE))
        else:
            work.warnings.append(unidentified(int(again.sum())))
    if grain == "creators" and raw.unfolded_from is None:
        earlier = earlier_snapshots(raw, frame, work.rules, work.warnings, among) & keep
        keep = keep & ~earlier
        removed.append(removal(earlier, SNAPSHOT))
    return keep, pl.concat(removed).sort("at", "reason")
