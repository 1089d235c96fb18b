"""Value: revenue set against cost, and apart from it what exposure would have cost.

Three figures that are often confused, and never share a name here. ROI is profit over cost, (revenue - cost) / cost:
0 is break-even. ROAS is revenue over cost: 1 is break-even. Earned media value (EMV) is no revenue at all; it prices
likes and views by somebody's list, and the lists disagree several times over, so it is shown as a range over the
published conventions of ``data/reference/emv_conventions.yml`` and never bears the name ROI.
"""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from analysis.errors import ParameterError, ReferenceDataError, nearest
from analysis.measures.rows import divided, finite, per_row
from analysis.reference import read_yaml

__all__ = ["EMV_PARTS", "emv", "emv_convention", "emv_convention_names", "emv_range", "roas", "roi"]

#: What a convention may put a price on; one price a unit.
EMV_PARTS = ("likes", "comments", "shares", "saves", "views", "impressions", "clicks")


def roi(revenue: Any, cost: Any) -> Any:
    """Return (revenue - cost) / cost of each row, as a fraction: 0 breaks even, -1 lost all; missing without cost.

    Examples
    --------
    >>> roi(300, 100)
    2.0
    """

    def gain(ops: ModuleType, revenue: Any, cost: Any) -> Any:
        return divided(ops, finite(ops, revenue) - finite(ops, cost), cost)

    return per_row("roi", gain, revenue, cost)


def roas(revenue: Any, cost: Any) -> Any:
    """Return revenue / cost of each row: 1 breaks even before the goods are paid; missing without cost.

    Examples
    --------
    >>> roas(300, 100)
    3.0
    """
    return per_row("roas", divided, revenue, cost)


def emv_convention_names(platform: str | None = None) -> tuple[str, ...]:
    """Return the published conventions, those for one platform (or for all platforms) when it is given.

    Examples
    --------
    >>> "aspire-tiktok" in emv_convention_names("tiktok")
    True
    """
    wanted = None if platform is None else {platform.lower(), "all"}
    return tuple(name for name, rule in _conventions().items() if wanted is None or rule["platform"] in wanted)


def emv_convention(convention: str) -> Mapping[str, Any]:
    """Return a convention as its file states it: platform, currency, price per unit, source.

    Raises
    ------
    ParameterError
        If there is no such convention.

    Examples
    --------
    >>> emv_convention("aspire-instagram")["per_unit"]["likes"]
    0.15
    """
    known = _conventions()
    if convention not in known:
        hint = nearest(convention, known)
        raise ParameterError(f"unknown EMV convention {convention!r}{hint}; known: {', '.join(known)}.")
    found: Mapping[str, Any] = known[convention]
    return found


def emv(*, convention: str, **parts: Any) -> Any:
    """Return earned media value by one convention: counts in, money in the convention's currency out.

    Parameters
    ----------
    convention : str
        A name of :func:`emv_convention_names`.
    **parts : Series, expression or number
        Any of :data:`EMV_PARTS`; parts the convention does not price are left out.

    Returns
    -------
    Series, expression or number
        Sum of count x price over the parts that are given; missing where none of them is known.

    Raises
    ------
    ParameterError
        If a part is unknown, or the convention prices none of the given ones.

    Examples
    --------
    >>> emv(convention="aspire-instagram", likes=1_000, comments=20)
    170.0
    """
    _check_parts(parts)
    prices = emv_convention(convention)["per_unit"]
    priced = {part: column for part, column in parts.items() if part in prices and column is not None}
    if not priced:
        raise ParameterError(f"{convention} prices {', '.join(prices)}; give at least one of them.")
    return per_row(
        "emv", lambda ops, *columns: _worth(ops, dict(zip(priced, columns, strict=True)), prices), *priced.values()
    )


def emv_range(*, platform: str | None = None, **parts: Any) -> tuple[Any, Any]:
    """Return the lowest and the highest earned media value over the published conventions.

    Parameters
    ----------
    platform : str, optional
        Only conventions for this platform, or for all.
    **parts : Series, expression or number
        Any of :data:`EMV_PARTS`.

    Returns
    -------
    tuple
        (emv_low, emv_high), each as the parts are; missing where no convention prices anything that is known.

    Raises
    ------
    ParameterError
        If a part is unknown, or no convention prices any of the given ones.

    Examples
    --------
    >>> emv_range(likes=1_000, views=50_000)
    (1550.0, 2650.0)
    """
    _check_parts(parts)
    given = {part: column for part, column in parts.items() if column is not None}
    usable = {name: emv_convention(name)["per_unit"] for name in emv_convention_names(platform)}
    usable = {name: prices for name, prices in usable.items() if set(prices) & set(given)}
    if not usable:
        raise ParameterError(
            f"no published EMV convention prices {', '.join(given) or 'nothing'} on {platform or 'any'}."
        )

    def bound(side: str) -> Any:
        def formula(ops: ModuleType, *columns: Any) -> Any:
            counts = dict(zip(given, columns, strict=True))
            worths = [
                _worth(ops, {part: counts[part] for part in given if part in prices}, prices)
                for prices in usable.values()
            ]
            return getattr(ops, f"{side}_horizontal")(*worths)

        return per_row(f"emv_{'low' if side == 'min' else 'high'}", formula, *given.values())

    return bound("min"), bound("max")


def _worth(ops: ModuleType, counts: Mapping[str, Any], prices: Mapping[str, float]) -> Any:
    """Return the sum of count x price; missing where no count is known."""
    known = [finite(ops, column) * float(prices[part]) for part, column in counts.items()]
    some = ~known[0].is_null()
    for column in known[1:]:
        some = some | ~column.is_null()
    return ops.when(some).then(ops.sum_horizontal(*known))


def _check_parts(parts: Mapping[str, Any]) -> None:
    unknown = next((part for part in parts if part not in EMV_PARTS), None)
    if unknown is not None:
        raise ParameterError(f"EMV knows no {unknown!r}{nearest(unknown, EMV_PARTS)}; parts: {', '.join(EMV_PARTS)}.")


def _conventions() -> Mapping[str, Any]:
    document = read_yaml("emv_conventions.yml")
    found = document.get("conventions") if isinstance(document, Mapping) else None
    if not isinstance(found, Mapping) or not found:
        raise ReferenceDataError("emv_conventions.yml must hold a mapping `conventions`.")
    return found
