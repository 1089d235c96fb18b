"""A caller's table becomes a lazy canonical one, whatever library it comes from.

Everything above this module sees the same thing: a narwhals LazyFrame that holds only canonical columns, numbers as
floats in which neither NaN nor infinity survives, identifiers as text. What goes in lazy comes out lazy; what goes in
as a pandas or polars frame comes out as one. Only schemas are looked at here, never rows, except to refuse an eager
table that cannot be summed.
"""

from collections.abc import Callable, Iterable
from typing import Any

import narwhals as nw

from analysis.errors import ColumnError, CurrencyError, ParameterError, ValueRangeError
from analysis.measures.tiers import check_followers
from analysis.schema import TABLES, Table

__all__ = ["Lazy", "canonical", "clean", "clean_texts", "collected", "missing", "same_library"]

Lazy = nw.LazyFrame[Any]

#: The name of an account serves as its key in a fact table too, although the schema has it in ``creators`` alone.
_IDENTITY = ("creator_id", "handle", "name")


def clean(column: nw.Expr) -> nw.Expr:
    """Return the column as floats, where NaN and infinity are missing."""
    number = column.cast(nw.Float64)
    return nw.when(number.is_finite()).then(number)


def missing(dtype: Any = nw.Float64) -> nw.Expr:
    """Return a column of nothing."""
    return nw.lit(None, dtype)


def same_library(frames: Iterable[Any]) -> Callable[[Lazy], Any]:
    """Return the function that turns a lazy result into what the caller's frames are: collected when they were eager.

    Raises
    ------
    ParameterError
        If there is no frame, one is no frame, or they belong to different libraries.
    """
    wrapped = []
    for frame in frames:
        try:
            wrapped += [] if frame is None else [nw.from_native(frame)]
        except TypeError as error:
            raise ParameterError(
                f"a table must be a pandas, polars, duckdb or Spark frame, not {type(frame).__name__}."
            ) from error
    if not wrapped:
        raise ParameterError("give at least one of creators, posts and placements.")
    kinds = {(frame.implementation, isinstance(frame, nw.LazyFrame)) for frame in wrapped}
    if len(kinds) > 1:
        names = sorted(f"{'lazy ' if lazy else ''}{library}" for library, lazy in kinds)
        raise ParameterError(f"the tables belong to {' and '.join(names)}; convert them to one library first.")
    lazy = isinstance(wrapped[0], nw.LazyFrame)
    return lambda frame: frame.to_native() if lazy else collected(frame)


def collected(frame: Lazy) -> Any:
    """Return an eager native frame; a pandas index is made anew."""
    native = frame.collect().to_native()
    return native.reset_index(drop=True) if hasattr(native, "reset_index") else native


def canonical(frame: Any, table: Table, *, texts: bool = True) -> Lazy:
    """Return the frame's canonical columns as a LazyFrame of clean numbers and text.

    With ``texts=False`` text stays as it is and whole numbers stay whole: where rows are summed first,
    :func:`clean_texts` cleans far fewer, and sums of whole numbers are quicker.

    Raises
    ------
    ColumnError
        If no column is canonical.
    ValueRangeError
        If a numeric column holds text, or an eager table holds negative followers.
    CurrencyError
        If an eager table mixes currencies.
    """
    wrapped = nw.from_native(frame)
    schema = wrapped.collect_schema()
    wanted = [name for name in dict.fromkeys((*_IDENTITY, *table.names)) if name in schema]
    if not set(wanted) & set(table.names):
        raise ColumnError(table.names[:3], schema.names(), f"the table of {table.name}")
    if isinstance(wrapped, nw.DataFrame):
        _refuse(wrapped, table)
    columns = []
    for name in wanted:
        kind = TABLES["creators"]["name"].kind if name == "name" and name not in table else table[name].kind
        if kind in {"time", "flag"}:
            continue
        numeric = kind in {"count", "average", "rate", "money"}
        if _holds_nothing(wrapped, name):
            column = missing(nw.Float64 if numeric else nw.String)
        else:
            column = (
                _number(table, name, schema[name], whole=not texts)
                if numeric
                else _text(name, schema[name], as_is=not texts)
            )
        columns.append(column.alias(name))
    lazy: Lazy = wrapped.lazy()
    return lazy.select(columns)


def clean_texts(frame: Lazy, names: Iterable[str]) -> Lazy:
    """Return the frame with these columns as clean text: trimmed, nothing for an empty one."""
    schema = frame.collect_schema()
    return frame.with_columns(*(_text(name, schema[name]).alias(name) for name in names if name in schema))


def _holds_nothing(frame: nw.DataFrame[Any] | Lazy, name: str) -> bool:
    """Whether an eager column has no value: pandas calls such a one text, object or number as it came to be."""
    return isinstance(frame, nw.DataFrame) and len(frame) > 0 and bool(frame[name].is_null().all())


def _number(table: Table, name: str, dtype: Any, *, whole: bool = False) -> nw.Expr:
    if dtype in (nw.String, nw.Categorical):
        raise ValueRangeError(
            f"{table.name}.{name} holds text, not numbers; read the file with analysis.intake and use its table."
        )
    # a whole number is neither NaN nor infinite
    kind = nw.Int64() if whole else nw.Float64()
    number = nw.col(name).cast(kind) if dtype.is_integer() else clean(nw.col(name))
    # eager tables with negative followers are refused; in a lazy one such a count is missing, like its tier
    return nw.when(number >= 0).then(number) if name == "followers" else number


def _text(name: str, dtype: Any, *, as_is: bool = False) -> nw.Expr:
    if as_is:
        return nw.col(name)
    text = nw.col(name).cast(nw.String).str.strip_chars()
    if dtype.is_float():  # pandas keeps whole-number ids with a gap as 12.0
        text = text.str.replace_all(r"\.0+$", "")
    return nw.when(text.str.len_chars() > 0).then(text)


def _refuse(frame: nw.DataFrame[Any], table: Table) -> None:
    if "followers" in frame.columns and not _holds_nothing(frame, "followers"):
        check_followers(frame["followers"])
    if "currency" in frame.columns:
        found = sorted(str(code) for code in frame["currency"].unique().drop_nulls().to_list())
        if len(found) > 1:
            raise CurrencyError(
                f"{table.name} mixes {', '.join(found[:5])}; keep one currency, or convert the amounts first."
            )
