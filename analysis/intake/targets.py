"""What a confirmed concept becomes in a table of this grain.

``likes`` are a post's likes in a table of posts; in a table of accounts they are an average or a lifetime total, and
the size of the values beside the followers decides. ``date`` is the moment of publication of a post and the day of a
placement. ``Subscribers`` beside watch time are subscribers gained, not followers. Where a column stays out for such
a reason, the reason is said.
"""

import re
from dataclasses import dataclass, field

from analysis.intake.facts import AVERAGES, METRICS, Facts
from analysis.intake.headers import Meaning
from analysis.intake.values import Profile, names_network
from analysis.intake.words import fold
from analysis.schema import TABLES

__all__ = ["CREATOR_WORD", "OWNED", "PARENT", "SOMEBODY", "WATCHED", "Candidate", "assign", "is_post_key", "said"]

#: Accounts whose likes (views) are beyond these multiples of their followers hold lifetime totals, not averages.
LIFETIME_LIKES = 0.5
LIFETIME_VIEWS = 3.0

#: Subscribers of a video table below this share of its views are subscribers gained.
GAINED_SHARE = 0.1

CREATOR_WORD = re.compile(
    r"creator|influenc|kol|koc|blogger|youtuber|tiktoker|author|talent|ambassador|affiliate|streamer|instagrammer|"
    r"creador|criador|createur|크리에이터|인플루언서|kreator|クリエイター|インフルエンサー|broadcaster|vlogger|celebrit",
    re.IGNORECASE,
)
PARENT = re.compile(
    r"^(?:\^|parent\.|attributedTo\.|(?:author|user|owner|channel|profile|creator|account|from|page)(?:(?:Stats(?:V2)?|Info|Meta|_stats|_info|_meta)?[./]))"
)
SOMEBODY = re.compile(r"(?i)(?:author|user|owner|profile|creator)[./]")
OWNED = re.compile(r"(?i)(?:[a-z]+_)?(?:owner|curator)[./]")
_OF_PARENT = frozenset({"creator_id", "handle", "name", "followers", "platform", "currency"})
WATCHED = re.compile(
    r"(?i)watch|view duration|wiedergabe|visuali[sz]|시청|izlenme|xem|tonton|kijk|再生時間|視聴|visionnage|viewed|"
    r"время просмотра|czas ogl|观看时长|観看|visningstid|seertid|katseluaika|doba sled|vizionare|"
    r"megtekintesi|megtekintési|צפייה|тривалість перегляду|เวลาในการดู|المشاهدة"
)
_A_PARTNER = re.compile(r"(?i)\binf|partner|publisher|^media[ _]?id$")
_OF_A_STORY = re.compile(r"(?i)\bstor(?:y|ies)|histori|hikaye|스토리|ストーリー|сторис")
_SUBSCRIBERS = re.compile(
    r"(?i)subscri|подпис|subskry|abonn|suscript|inscri|iscritti|abone|구독|登録|订阅|訂閱|dang ky|đăng ký|"
    r"theo d[oõ]i|langgan|prenumer|tilaaj|odb[eě]ratel|feliratkoz|підпис|מנויים|συνδρομητ|المشترك|مشترك|ผู้ติดตาม"
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


def said(header: str) -> str:
    """Return a header as messages show it."""
    return repr(" ".join(header.split()) or "(no header)")


def is_post_key(profile: Profile) -> bool:
    """Return whether cells are machine identifiers, one a row."""
    return (profile.id_like or profile.share("^at://") > 0.9) and profile.unique_share > 0.9


@dataclass
class _Context:
    """What the assignment of one column may look at, and where it says what it decided."""

    grain: str
    facts: Facts
    profiles: dict[str, Profile]
    rules: list[str]
    warnings: list[str]

    def ratio(self, profile: Profile, concept: str) -> float | None:
        """Return the middle value of a column over the middle value of another concept's column."""
        other = self.profiles.get(concept)
        if other is None:
            return None
        top, bottom = profile.read("count").values.median(), other.read("count").values.median()
        if not isinstance(top, int | float) or not isinstance(bottom, int | float) or bottom <= 0:
            return None
        return float(top) / float(bottom)

    def out(self, column: Candidate, reason: str) -> None:
        """Say why a column stays out."""
        self.warnings.append(f"{said(column.header)} stays out: {reason}")


def assign(
    columns: list[Candidate], grain: str, facts: Facts, rules: list[str], warnings: list[str]
) -> dict[str, list[int]]:
    """Give every canonical column of the grain its candidates, the best first; rules and warnings are added to."""
    table = TABLES[grain]
    claims: dict[str, list[tuple[tuple[float, ...], int]]] = {}
    profiles = {column.best.concept: column.profile for column in reversed(columns) if column.best}
    context = _Context(grain, facts, profiles, rules, warnings)
    for column in columns:
        best = column.best
        if best is None:
            continue
        for meaning in column.meanings:
            if meaning.doubts or meaning.length != best.length:
                continue
            target = _target(column, meaning, context)
            if target is not None and target in table:
                claims.setdefault(target, []).append((_rank(column, meaning, target), column.index))
                break
    if grain == "posts" and "published_at" not in claims:
        _bare_time(columns, claims, rules)
    return {name: [index for _, index in sorted(claims[name])] for name in table.names if name in claims}


def _rank(column: Candidate, meaning: Meaning, target: str) -> tuple[float, ...]:
    """Order rivals: a person's word, moments, the plain concept, filled, exact, spelt right, its own, the surer."""
    return (
        float(meaning.order >= 0),
        float(target in {"published_at", "date"} and not _moments(column.profile)),
        float(target != meaning.concept and meaning.concept not in {"id", "date", "published_at"}),
        float(column.profile.empty),
        float(target == "handle" and column.profile.at_share <= 0.8),
        float(target == "fee" and bool(_OF_A_STORY.search(column.base))),
        float(target == "handle" and meaning.concept == "name" and not CREATOR_WORD.search(column.base)),
        float(target == "handle" and names_network(column.base.rpartition(".")[2])),
        float(not meaning.exact),
        float(bool(meaning.mended)),
        float(bool(PARENT.match(column.header)) and target not in {"creator_id", "handle"}),
        float(meaning.order),
        float(column.index),
    )


def _moments(profile: Profile) -> bool:
    """Whether cells are dates, or seconds since 1970."""
    return profile.date_share >= 0.5 or profile.share(r"^\d{9,16}(?:\.\d+)?$") >= 0.5


def _bare_time(
    columns: list[Candidate], claims: dict[str, list[tuple[tuple[float, ...], int]]], rules: list[str]
) -> None:
    """Take a column called no more than "time" for the moment of publication when nothing else is."""
    for column in columns:
        if fold(column.base) == ("time",) and column.profile.date_share > 0.9:
            claims["published_at"] = [((0.0,), column.index)]
            rules.append(f"{said(column.header)} is read as published_at: the only time in a table of posts")


def _target(column: Candidate, meaning: Meaning, context: _Context) -> str | None:
    """Return the canonical column a reading becomes, or None."""
    concept, facts = meaning.concept, context.facts
    if meaning.order < 0:
        return _as_the_grain_says(concept, context.grain)
    if meaning.of_account and concept in METRICS:
        context.out(column, "a total of the account is not a figure of one post")
        return None
    if context.grain == "creators":
        return _in_creators(column, concept, context)
    if PARENT.match(column.header) and concept not in _OF_PARENT:
        return None
    if concept in {"name", "handle"}:
        return _who(column, concept, facts)
    if concept == "id":
        return "post_id" if context.grain == "posts" and _own_id(column, facts) else None
    if concept == "post_itself":
        return "post_id" if is_post_key(column.profile) else None
    if concept in {"date", "published_at"}:
        return "published_at" if context.grain == "posts" else "date"
    if context.grain == "placements":
        return _in_placements(column, concept, context)
    if concept == "followers" and _gained(column, context):
        context.out(column, "beside watch time or a video's views it is followers gained")
        return None
    return concept


def _own_id(column: Candidate, facts: Facts) -> bool:
    """Whether a bare identifier is the post's: no other names posts, or the other repeats (a clip's ``video_id``)."""
    if not facts.has("post_id"):
        return True
    return column.profile.unique_share > 0.97 and facts.unique.get("post_id", 1.0) < 0.9


def _as_the_grain_says(name: str, grain: str) -> str:
    """Return what a person's column is called in this grain: one map serves all files of a client."""
    other = {"date": "published_at", "published_at": "date", "name": "handle", "fee": "cost", "cost": "fee"}
    return name if name in TABLES[grain] else other.get(name, name)


def _gained(column: Candidate, context: _Context) -> bool:
    """Whether "subscribers" of a video table are those the video brought."""
    if PARENT.match(column.header) or not _SUBSCRIBERS.search(column.base):
        return False
    ratio = context.ratio(column.profile, "views")
    return "watch_time" in context.facts.concepts or (ratio is not None and ratio < GAINED_SHARE)


def _who(column: Candidate, concept: str, facts: Facts) -> str | None:
    """A post's or placement's account: its handle, else its name when names repeat."""
    if concept == "handle":
        return "handle"
    if CREATOR_WORD.search(column.base) or not facts.has("handle"):
        another = column.profile.filled > 20 or facts.tells_apart("campaign_id", "id")  # what an id names has a name
        unique = column.profile.unique_share > 0.97 and another
        plain = column.base.strip().casefold() in {"name", "nombre", "nome", "nom", "naam", "nama"}
        return None if plain and (unique or is_post_key(column.profile)) else "handle"
    return None


def _in_creators(column: Candidate, concept: str, context: _Context) -> str | None:
    facts = context.facts
    if concept == "id":
        return None if facts.has("creator_id") else "creator_id"
    if concept == "title":
        return None if facts.has("name") else "name"
    if concept == "follower_change" and fold(column.base)[-1:] == ("follow",) and not facts.has("following"):
        return "following" if facts.has("followers") and facts.has("post_count") else None
    if concept == "cost":
        return None if facts.has("fee") else "fee"
    if concept in {"likes", "comments", "shares", "views"}:
        return _average_or_lifetime(column, concept, context)
    if concept in {"reach", "impressions", "engagements", "saves"}:
        context.out(column, f"it may be a total or a projection, not {concept} per post")
        return None
    return concept


def _average_or_lifetime(column: Candidate, concept: str, context: _Context) -> str | None:
    """Likes, comments, shares or views of an account: an average of its posts, or all it ever got."""
    average = f"avg_{concept}"
    if context.facts.has(average):
        return None
    whole = context.facts.has("following") and context.facts.has("post_count")
    if whole and re.fullmatch(r"(?i)(?:.*[./])?(?:like|favou?rite)s?_?count", column.base):
        context.out(column, "a profile's count of likes is of all it ever gave or got, not of one post")
        return None
    if re.search(r"(?i)digg|given|liked", column.base):
        context.out(column, "likes the account gave, not likes it got")
        return None
    if re.search(r"(?i)\btotal|lifetime|all.time|cumul|received", column.base):
        context.out(column, "a total of the account is not an average of its posts")
        return None
    limit = LIFETIME_VIEWS if concept == "views" else LIFETIME_LIKES
    ratio = context.ratio(column.profile, "followers")
    if not ratio or ratio > limit:
        context.out(column, f"it may be a lifetime total ({concept} of an account, not of a post)")
        return None
    context.rules.append(
        f"{said(column.header)} is read as {average}: in a table of accounts, and its middle value is {ratio:.2g} of "
        f"the middle follower count; a lifetime total would be larger"
    )
    return average


def _in_placements(column: Candidate, concept: str, context: _Context) -> str | None:
    facts = context.facts
    poster = facts.has("post_id") and facts.has("likes") and not facts.has("conversions", "revenue", "clicks")
    if concept == "creator_id" and not (CREATOR_WORD.search(column.base) or _A_PARTNER.search(column.base) or poster):
        context.out(column, "it may be a customer, a sales channel or a page rather than a creator")
        return None
    if concept == "fee" and not facts.has("cost"):
        words = set(fold(column.base))
        if facts.has("order_part"):
            context.out(column, "a price beside the parts of an order is the customer's")
            return None
        if words & {"rate", "card", "list", "quote", "quoted", "asking", "standard", "base"}:
            context.out(column, "a quoted price is not money paid")
            return None
        context.rules.append(f"{said(column.header)} is read as cost: the price in a table of deliverables")
        return "cost"
    if concept == "order_total" and {"paid_out"} <= facts.concepts and facts.sure_creator:
        if facts.has("cost", "order_part"):
            return None
        context.rules.append(f"{said(column.header)} is read as cost: an amount in a table of payments to creators")
        return "cost"
    if concept == "order_total":
        brought = facts.has("own_code", "campaign_id") and facts.has("buyer")  # an order with a code
        return "revenue" if (facts.has("order_part") or brought) and not facts.has("revenue") else None
    return None if concept in AVERAGES else concept
