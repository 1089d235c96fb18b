"""Headers and values together become canonical columns.

Each header proposes readings (:mod:`analysis.intake.headers`), the values confirm or refute them
(:mod:`analysis.intake.values`), the confirmed concepts decide what a row is (:mod:`analysis.intake.grain`), and the
grain decides what a concept becomes: ``likes`` are a post's likes in a table of posts, and in a table of accounts an
average or a lifetime total, which the values decide. Where two columns claim one place the surer takes it and the
other is named. Where two readings are plausible the safer one wins, and the other is named.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.errors import ColumnError, ParameterError
from analysis.intake.grain import AVERAGES, METRICS, WHO, Facts, decide_grain
from analysis.intake.headers import Meaning, fold, read_header
from analysis.intake.tables import RawTable
from analysis.intake.values import Profile
from analysis.schema import COLUMNS, TABLES, Column, Kind

__all__ = ["Recognised", "recognise"]

#: A column is numeric when at least this share of its cells reads as numbers of its kind.
NUMERIC_SHARE = 0.5

#: Accounts whose likes (views) are beyond these multiples of their followers hold lifetime totals, not averages.
LIFETIME_LIKES = 1.0
LIFETIME_VIEWS = 3.0

_KIND: dict[str, Kind] = {column.name: column.kind for table in TABLES.values() for column in table.columns}
_CREATOR_WORD = re.compile(
    r"creator|influenc|kol|koc|blogger|youtuber|tiktoker|author|talent|ambassador|affiliate|streamer|instagrammer|"
    r"creador|criador|createur|크리에이터|인플루언서|kreator|クリエイター|インフルエンサー|broadcaster|vlogger|celebrit",
    re.IGNORECASE,
)
_PARENT = re.compile(
    r"^(?:\^|(?:author|user|owner|channel|profile|creator|account|from|page)(?:Stats(?:V2)?|Info|_stats)?\.)"
)


@dataclass
class Candidate:
    """One column of the raw table on its way to a meaning."""

    index: int
    header: str
    base: str
    profile: Profile
    meanings: list[Meaning]
    refuted: list[str] = field(default_factory=list)

    @property
    def best(self) -> Meaning | None:
        """The best reading without doubt."""
        return next((meaning for meaning in self.meanings if not meaning.doubts), None)


@dataclass(frozen=True)
class Recognised:
    """What a table is and which column is which.

    Attributes
    ----------
    grain : str or None
        ``creators``, ``posts``, ``placements``; None when refused.
    why : str
        The grounds of the grain, or of the refusal.
    columns : dict of str to list of int
        Canonical column → positions in the raw table, the best first; further ones are twins or rivals.
    unmapped : list of int
        Positions of columns that stay out.
    rules, warnings : list of str
        What was decided on what evidence; what a person should look at.
    """

    grain: str | None
    why: str
    columns: dict[str, list[int]]
    unmapped: list[int]
    rules: list[str]
    warnings: list[str]


def recognise(raw: RawTable, *, mapping: Mapping[str, str] | None = None) -> Recognised:
    """Return the grain of a table and its canonical columns.

    Parameters
    ----------
    raw : RawTable
        The table as read.
    mapping : mapping of str to str, optional
        Header → canonical column, decided by a person; an empty value keeps a column out.

    Raises
    ------
    ParameterError
        If the mapping names a column that does not exist in the schema.
    """
    columns = _candidates(raw, mapping or {})
    rules: list[str] = []
    warnings: list[str] = []
    for column in columns:
        _confirm(column)
        _mended(column, rules)
    facts = _facts(columns, raw)
    verdict = decide_grain(facts)
    if verdict.grain is None:
        return Recognised(None, verdict.why, {}, list(range(len(columns))), rules, warnings)
    targets = _targets(columns, verdict.grain, facts, rules, warnings)
    taken = {index for indexes in targets.values() for index in indexes}
    unmapped = [column.index for column in columns if column.index not in taken]
    for column in columns:
        if column.index in unmapped and column.refuted:
            warnings += [f"{_said(column.header)}: {reason}" for reason in column.refuted]
    return Recognised(verdict.grain, verdict.why, targets, unmapped, rules, warnings)


def _candidates(raw: RawTable, mapping: Mapping[str, str]) -> list[Candidate]:
    wanted = {_key(header): target for header, target in mapping.items()}
    unknown = sorted({target for target in wanted.values() if target and target not in COLUMNS})
    if unknown:
        raise ParameterError(f"the map names {', '.join(map(repr, unknown))}: {ColumnError(unknown, COLUMNS, 'a map')}")
    headers = [header.strip() for header in raw.headers]
    columns = []
    for index, (header, name) in enumerate(zip(raw.headers, raw.frame.columns, strict=True)):
        base = _base(header.strip(), headers)
        if _key(header) in wanted:
            target = wanted[_key(header)]
            meanings = [Meaning(target, True, exact=True, order=-1)] if target else []
        else:
            meanings = read_header(base)
        columns.append(Candidate(index, header, base, Profile(raw.frame.get_column(name)), meanings))
    return columns


def _key(header: str) -> str:
    return " ".join(header.split()).casefold()


def _base(header: str, headers: list[str]) -> str:
    """Strip the copy number that data frames give to a repeated header (``Subscribers.1``, ``Likes_2``)."""
    match = re.fullmatch(r"(.*?)(?:\.\d{1,2}|_\d|\s\(\d\)|_duplicated_\d+)", header)
    return match.group(1) if match and match.group(1) in headers else header


def _mended(column: Candidate, rules: list[str]) -> None:
    best = column.best
    if best and best.mended and best.ours:
        rules.append(f"{_said(column.header)} is read as a misspelling ({best.mended})")


def _said(header: str) -> str:
    return repr(" ".join(header.split()) or "(no header)")


def _confirm(column: Candidate) -> None:
    """Drop the readings that the values refute."""
    profile, kept = column.profile, []
    for meaning in column.meanings:
        if meaning.doubts:
            continue
        reason = "" if profile.empty or meaning.order < 0 else _refutes(meaning.concept, profile, column.base)
        if not reason:
            kept.append(meaning)
        elif meaning.ours:
            column.refuted.append(f"not read as {meaning.concept}: {reason}")
    column.meanings = kept
    _engagement(column)
    best = column.best
    if best and best.concept == "name" and profile.at_share > 0.8:
        column.meanings = [Meaning("handle", True, best.exact, length=best.length, order=best.order), *kept]


def _engagement(column: Candidate) -> None:
    """Settle rate against count where the header says only engagement."""
    best = column.best
    if best is None or best.concept not in {"engagement_rate", "engagements", "engagement_parts"} or best.order < 0:
        return
    values = column.profile.read("rate", column.base).values.drop_nulls()
    signed = column.profile.share("%") > 0.3
    if best.concept == "engagements" and len(values) and (signed or float(values.max() or 0) <= 1 < len(values)):  # type: ignore[arg-type]
        column.meanings = [Meaning("engagement_rate", True, best.exact, order=best.order)]


def _refutes(concept: str, profile: Profile, header: str) -> str:
    """Return why the values cannot be ``concept``, or an empty string."""
    kind = _KIND.get(concept)
    if concept in {"engagement_rate"}:
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
        if profile.date_share > 0.9 and profile.share(r"^\d+$") < 0.5:
            return "its values are dates"
        if concept not in {"cost", "revenue", "fee"} and profile.counts_up and profile.filled > 20:
            return "its values are 1, 2, 3, ...: a row number"
        return ""
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
    if concept in {"name", "handle", "creator_id"} and profile.url_share > 0.8:
        return "its values are addresses"
    if concept == "post_itself":
        return ""
    return ""


def _facts(columns: list[Candidate], raw: RawTable) -> Facts:
    concepts: set[str] = set()
    own: set[str] = set()
    unique: dict[str, float] = {}
    sure = False
    for column in columns:
        best = column.best
        if best is None or (column.profile.empty and best.order >= 0):
            continue
        if best.of_account and best.concept in METRICS:
            continue
        concept = best.concept
        if concept == "post_itself":
            concept = "post_id" if _is_post_key(column.profile) else "caption"
        if concept == "url" and not re.search(r"(?i)post|video|media|permalink|tweet|reel|web", column.base):
            concept = "url_any"
        concepts.add(concept)
        if not _PARENT.match(column.header):
            own.add(concept)
        unique[concept] = max(unique.get(concept, 0.0), column.profile.unique_share)
        sure = sure or (concept in WHO and bool(_CREATOR_WORD.search(column.base)))
    return Facts(frozenset(concepts), frozenset(own), unique, raw.frame.height, sure)


def _is_post_key(profile: Profile) -> bool:
    return profile.id_like and profile.unique_share > 0.9


def _targets(
    columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]
) -> dict[str, list[int]]:
    """Give every canonical column of the grain its candidates, the best first."""
    table = TABLES[grain]
    claims: dict[str, list[tuple[tuple[float, ...], int]]] = {}
    followers = next((c.profile for c in columns if c.best and c.best.concept == "followers"), None)
    for column in columns:
        meaning = column.best
        if meaning is None:
            continue
        target = _target(column, meaning, grain, facts, followers, rules, warnings)
        if target is None or target not in table:
            continue
        rank = (
            float(meaning.order >= 0),
            float(target != meaning.concept and meaning.concept not in {"id", "date", "published_at"}),
            float(column.profile.empty),
            float(not meaning.exact),
            float(bool(meaning.mended)),
            float(bool(_PARENT.match(column.header)) and target not in {"creator_id", "handle"}),
            float(meaning.order),
            float(column.index),
        )
        claims.setdefault(target, []).append((rank, column.index))
    return {name: [index for _, index in sorted(claims[name])] for name in table.names if name in claims}


def _target(
    column: Candidate,
    meaning: Meaning,
    grain: str,
    facts: Facts,
    followers: Profile | None,
    rules: list[str],
    warnings: list[str],
) -> str | None:
    """Return the canonical column a reading becomes in this grain, or None."""
    concept = meaning.concept
    if meaning.order < 0:
        return concept
    if meaning.of_account and concept in METRICS:
        warnings.append(f"{_said(column.header)} stays out: a total of the account is not a figure of one post")
        return None
    if grain == "creators":
        return _in_creators(column, concept, facts, followers, rules, warnings)
    if concept in {"name", "handle"}:
        return _who(column, concept, facts)
    if concept == "id":
        return "post_id" if grain == "posts" and not facts.has("post_id") else None
    if concept == "post_itself":
        return "post_id" if _is_post_key(column.profile) else None
    if concept in {"date", "published_at"}:
        return "published_at" if grain == "posts" else "date"
    if grain == "placements":
        return _in_placements(column, concept, facts, rules, warnings)
    if concept == "followers" and facts.has("duration", "part_of") and not _PARENT.match(column.header):
        warnings.append(f"{_said(column.header)} stays out: beside watch time or other per-video figures it is followers gained")  # fmt: skip
        return None
    return concept


def _who(column: Candidate, concept: str, facts: Facts) -> str | None:
    """A post's or placement's account: its handle, else its name when names repeat."""
    if concept == "handle":
        return "handle"
    if _CREATOR_WORD.search(column.base) or not facts.has("handle"):
        unique = column.profile.unique_share > 0.97 and column.profile.filled > 20
        plain = column.base.strip().casefold() in {"name", "nombre", "nome", "nom", "naam", "nama"}
        return None if unique and plain else "handle"
    return None


def _in_creators(
    column: Candidate, concept: str, facts: Facts, followers: Profile | None, rules: list[str], warnings: list[str]
) -> str | None:
    header = _said(column.header)
    if concept == "id":
        return None if facts.has("creator_id") else "creator_id"
    if concept == "title":
        return None if facts.has("name") else "name"
    if concept == "cost":
        return None if facts.has("fee") else "fee"
    if concept in {"likes", "comments", "shares", "views"}:
        average = f"avg_{concept}"
        if facts.has(average):
            return None
        if re.search(r"(?i)\btotal|lifetime|all.time|cumul", column.base):
            warnings.append(f"{header} stays out: a total of the account is not an average of its posts")
            return None
        limit = LIFETIME_VIEWS if concept == "views" else LIFETIME_LIKES
        ratio = _ratio(column.profile, followers)
        if ratio is not None and ratio <= limit:
            rules.append(
                f"{header} is read as {average}: in a table of accounts, and its middle value is {ratio:.2g} of the "
                f"middle follower count; a lifetime total would be larger"
            )
            return average
        warnings.append(f"{header} stays out: it may be a lifetime total ({concept} of an account, not of a post)")
        return None
    if concept in {"reach", "impressions", "engagements", "saves"}:
        warnings.append(f"{header} stays out: it may be a total or a projection, not {concept} per post")
        return None
    return concept


def _ratio(profile: Profile, followers: Profile | None) -> float | None:
    """Return the middle value of a column over the middle follower count."""
    if followers is None:
        return None
    top, bottom = profile.read("count").values.median(), followers.read("count").values.median()
    if not isinstance(top, int | float) or not isinstance(bottom, int | float) or bottom <= 0:
        return None
    return float(top) / float(bottom)


def _in_placements(column: Candidate, concept: str, facts: Facts, rules: list[str], warnings: list[str]) -> str | None:
    header = _said(column.header)
    if concept == "creator_id" and not _CREATOR_WORD.search(column.base) and not re.search(r"(?i)\binf", column.base):
        warnings.append(f"{header} stays out: it may be a customer, a sales channel or a page rather than a creator")
        return None
    if concept == "fee" and not facts.has("cost"):
        words = set(fold(column.base))
        if words & {"rate", "card", "list", "quote", "quoted", "asking", "standard", "base"}:
            warnings.append(f"{header} stays out: a quoted price is not money paid")
            return None
        rules.append(f"{header} is read as cost: the price of the deliverable in a table of deliverables")
        return "cost"
    if concept == "order_total":
        return "revenue" if facts.has("order_part") and not facts.has("revenue") else None
    if concept in AVERAGES:
        return None
    return concept


def table_column(grain: str, name: str) -> Column:
    """Return the schema column ``name`` of a grain."""
    return TABLES[grain][name]
