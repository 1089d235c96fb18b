"""What the values of a column cannot be, whatever its header proposes."""

import re

from analysis.intake.values import Profile
from analysis.intake.words import fold
from analysis.schema import TABLES, Kind

__all__ = ["refutes"]

#: A column is numeric when at least this share of its cells reads as numbers of its kind.
NUMERIC_SHARE = 0.5

_COMMISSION = re.compile(
    r"(?i)commis|comisi|comiss|provision|provvig|komis|prowizj|hoa hong|hoa hồng|"
    r"手数料|コミッション|수수료|커미션|佣金|комисси"
)
#: A class of creators by size, with or without its noun.
_SIZE = r"(?i)^(?:nano|micro|mid|mid[ -]?tier|macro|mega|celebrity)(?:[ -]?(?:influencers?|creators?|tier))?$"
_COUNTS = frozenset({("count",), ("total",), ("num",), ("number",)})
_KIND: dict[str, Kind] = {column.name: column.kind for table in TABLES.values() for column in table.columns}


def refutes(concept: str, profile: Profile, header: str) -> str:
    """Return why the values cannot be ``concept``, or an empty string."""
    kind = _KIND.get(concept)
    if concept == "engagement_rate":
        values = profile.read("rate", header).values.drop_nulls()
        if len(values) < NUMERIC_SHARE * len(profile.sample):
            return "most cells are not numbers"
        raw = profile.read("average").values.drop_nulls()
        if len(raw) and float(raw.median() or 0) > 100:  # type: ignore[arg-type]
            return "its values are counts, not rates"
        return ""
    if kind in {"count", "average", "rate", "money"} or concept == "order_total":
        if profile.number_share(kind or "money", header) < NUMERIC_SHARE:
            return "most cells are not numbers"
        if kind in {"count", "average"} and "%" in header:
            return "its header says percent"
        if kind == "money" and ("%" in header or profile.share("%") > 0.5 or _a_share(profile, header)):
            return "its values are percentages"
        if concept == "fee" and "rate" in fold(header) and _shares(profile):
            return "its values are shares of one"
        if profile.share(r"^#\s?\d+$") > 0.8:
            return "its values are numbers of orders, not counts"
        if profile.date_share > 0.9 and profile.share(r"^\d+$") < 0.5:
            return "its values are dates"
        long = profile.filled > 20 or header.strip().casefold() == "order"  # an order, not the orders
        if concept not in {"cost", "revenue", "fee"} and profile.counts_up and long:
            return "its values are 1, 2, 3, ...: a row number"
        return ""
    if kind == "time" and _small_numbers(profile):
        return "its values are small whole numbers (a month, an hour, a year), no moments"
    if kind == "time":
        return "" if profile.date_share >= 0.5 or profile.share(r"\d") > 0.5 else "its values are no dates"
    if kind == "flag":
        return "" if profile.flag_share > 0.8 else "its values are not yes or no"
    if concept in {"platform", "country", "category", "currency", "name", "relationship"}:
        if profile.plain_number_share > 0.9:
            return "its values are numbers"
        if concept in {"platform", "currency", "country"} and profile.text_length > 40:
            return "its values are texts"
        if concept == "category" and profile.text_length > 120:
            return "its values are texts"
    if concept in {"name", "handle", "category", "country"} and profile.filled > 3 and profile.flag_share > 0.9:
        return "its values are yes or no"
    if concept in {"name", "handle"} and profile.plain_number_share > 0.9 and fold(header)[-1:] in _COUNTS:
        return "its values are numbers of them"
    if concept in {"name", "handle"} and profile.share(r"^#\d+$") > 0.8:
        return "its values are numbers of orders"
    if concept in {"name", "handle", "creator_id"} and profile.share(_SIZE) > 0.8:
        return "its values are sizes of creators"
    if concept in {"name", "handle", "creator_id"} and profile.url_share > 0.8:
        return "its values are addresses"
    return ""


def _shares(profile: Profile) -> bool:
    largest = profile.numbers.max()
    return isinstance(largest, int | float) and largest <= 1


def _small_numbers(profile: Profile) -> bool:
    """Whether cells are whole numbers too small for a date of any spelling: months, hours, years."""
    if profile.share(r"^\d{1,4}(?:\.0)?$") < 0.95:
        return False
    largest = profile.numbers.max()
    return isinstance(largest, int | float) and largest < 3000


def _a_share(profile: Profile, header: str) -> bool:
    """Whether a column of commissions holds rates without a percent sign: few different ones, none above a hundred."""
    if not _COMMISSION.search(header):
        return False
    values = profile.numbers
    largest = values.max() if len(values) else None
    few = len(values) > 3 and values.n_unique() <= max(3, len(values) // 4)
    return few and isinstance(largest, int | float) and largest <= 100
