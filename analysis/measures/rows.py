"""How a row measure takes its columns: Series in, Series out, or expressions in, expression out.

A measure is written once, as a formula over expressions whose methods narwhals and polars share. A notebook calls it
on pandas or polars Series (aligned on the pandas index, as pandas does); a pipeline calls it on ``narwhals.col`` or
``polars.col``; a plain number stands for every row. Undefined is missing: a ratio over zero is never infinite.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import narwhals as nw

from analysis.errors import ParameterError, ValueRangeError

__all__ = ["divided", "finite", "per_row"]

Formula = Callable[..., Any]


def finite(ops: ModuleType, column: Any) -> Any:
    """Return the column as floats in which NaN and infinity are missing."""
    number = column.cast(ops.Float64)
    return ops.when(number.is_finite()).then(number)


def divided(ops: ModuleType, numerator: Any, denominator: Any) -> Any:
    """Return numerator / denominator, missing where the denominator is not above zero."""
    bottom = finite(ops, denominator)
    return ops.when(bottom > 0).then(finite(ops, numerator) / bottom)


def per_row(name: str, formula: Formula, *parts: Any) -> Any:
    """Return ``formula(ops, *parts)`` as what the parts are: a Series, a narwhals or polars expression, or a number.

    ``ops`` is the module (narwhals or polars) whose functions the formula uses. The result is named ``name``.

    Raises
    ------
    ParameterError
        If the parts are of several libraries, or of none this package knows.
    ValueRangeError
        If a Series holds text.
    """
    if any(isinstance(part, nw.Expr) for part in parts):
        return formula(nw, *(_literal(nw, part) for part in parts)).alias(name)
    if any(type(part).__name__ == "Expr" and type(part).__module__.startswith("polars") for part in parts):
        import polars as pl

        return formula(pl, *(_literal(pl, part) for part in parts)).alias(name)
    given = [part for part in parts if not _is_number(part)]
    if not given:
        return _of_numbers(formula, parts)
    return _of_series(name, formula, parts)


def _is_number(part: Any) -> bool:
    return part is None or isinstance(part, int | float)


def _literal(ops: ModuleType, part: Any) -> Any:
    return ops.lit(part, ops.Float64) if _is_number(part) else part


def _of_series(name: str, formula: Formula, parts: tuple[Any, ...]) -> Any:
    try:
        series = {place: nw.from_native(p, series_only=True) for place, p in enumerate(parts) if not _is_number(p)}
    except TypeError as error:
        raise ParameterError(f"{name} takes pandas or polars Series, expressions or numbers: {error}") from error
    if len({one.implementation for one in series.values()}) > 1:
        raise ParameterError(f"{name} takes Series of one library; convert them first.")
    for one in series.values():
        if one.dtype in (nw.String, nw.Categorical):
            raise ValueRangeError(
                f"{name}: {one.name or 'a column'} holds text, not numbers; read the file with analysis.intake."
            )
    aligned = _aligned(series)
    first, *others = (one.alias(f"_{place}") for place, one in aligned.items())
    frame = first.to_frame().with_columns(*others)
    columns = [nw.col(f"_{place}") if place in aligned else _literal(nw, part) for place, part in enumerate(parts)]
    return frame.select(formula(nw, *columns).alias(name))[name].to_native()


def _aligned(series: dict[int, nw.Series[Any]]) -> dict[int, nw.Series[Any]]:
    """Bring pandas Series onto one index; other libraries have none, and need equal lengths."""
    places = list(series)
    if not series[places[0]].implementation.is_pandas():
        return series
    native = {place: one.to_native() for place, one in series.items()}
    index = native[places[0]].index
    for place in places[1:]:
        if not native[place].index.equals(index):
            index = index.union(native[place].index, sort=False)
    if all(one.index.equals(index) for one in native.values()):
        return series
    return {place: nw.from_native(one.reindex(index), series_only=True) for place, one in native.items()}


def _of_numbers(formula: Formula, parts: tuple[Any, ...]) -> float | None:
    import polars as pl

    value: float | None = pl.select(formula(pl, *(_literal(pl, part) for part in parts)).alias("value")).item()
    return value
