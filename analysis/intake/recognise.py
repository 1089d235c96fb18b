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

from analysis.intake.facts import METRICS, TELLING, WHO, Facts
from analysis.intake.grain import decide_grain
from analysis.intake.headers import Meaning, read_header
from analysis.intake.neighbours import settle, unmistake
from analysis.intake.overrides import grain_told, homeless
from analysis.intake.paths import common_path, without_codes, without_path
from analysis.intake.phrases import header_ties
from analysis.intake.profiles import listed
from analysis.intake.refuted import refutes
from analysis.intake.siblings import account_ids, last_posts, own_ids, own_post_ids, wrapped_ids
from analysis.intake.tables import RawTable
from analysis.intake.targets import CREATOR_WORD, OWNED, PARENT, SOMEBODY, WATCHED, Candidate, assign, is_post_key, said
from analysis.intake.told import Told, told_of
from analysis.intake.tools import affiliates, heard, monitored_reach
from analysis.intake.values import names_network, profile_of
from analysis.intake.words import fold, visible

__all__ = ["Recognised", "recognise"]

_OF_COMMENTS = re.compile(
    r"(?i)comment[ _.]?(?:id|text|body|content|url|link)\b|toplevelcomment|reply[ _](?:id|text)\b"
)
_PAID = re.compile(
    r"(?i)(?:\b|_)paid(?:\b|_)|zahlt|payment|payout|invoice|\bwire\b|iban|paypal|factur|fatura|fattura|rechnung|zahlung|paiement|"
    r"r[eè]glement|\bpago|pagad|pagamento|[oö]deme|지급|入金|支払|thanh to[aá]n|pembayaran|p[lł]atno"
)
_RESOURCES = {
    "post_id": r"^urn:li:(?:share|ugcPost|activity|post):",
    "creator_id": r"^urn:li:(?:organization|organizationBrand|person|member|company):",
}
_USERNAME = re.compile(
    r"(?i)user[_ ]?name|handle|screen[_ ]?name|login|unique[_ ]?id|(?:channel|page)[_ ]?(?:title|name)"
)
_CODE = re.compile(r"(?i)^(?!.*campaign).*(?:code|coupon|voucher|cup[oó]m|gutschein|промокод|쿠폰|할인|クーポン)")


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
    told : dict of int to Told
        Position → what a person says of how a column is read.
    """

    grain: str | None
    why: str
    columns: dict[str, list[int]]
    unmapped: list[int]
    rules: list[str]
    warnings: list[str]
    told: dict[int, Told] = field(default_factory=dict)


def recognise(raw: RawTable, *, mapping: Mapping[str, str | Told] | None = None) -> Recognised:
    """Return the grain of a table and its canonical columns.

    Parameters
    ----------
    raw : RawTable
        The table as read.
    mapping : mapping of str to str or Told, optional
        Header → canonical column, decided by a person; an empty value keeps a column out.
    """
    told = _told(raw, mapping or {})
    columns = _candidates(raw, told)
    rules: list[str] = []
    warnings: list[str] = []
    for column in columns:
        _confirm(column)
        _mended(column, rules)
    unmistake(columns)
    last_posts(columns)
    wrapped_ids(columns)
    account_ids(columns)
    affiliates(columns, rules)
    heard(columns, warnings)
    facts = _facts(columns, raw)
    verdict = grain_told(decide_grain(facts), columns)
    if verdict.grain is None:
        return Recognised(None, verdict.why, {}, list(range(len(columns))), rules, warnings)
    monitored_reach(columns, warnings)
    settle(columns, verdict.grain, facts, rules, warnings)
    own_ids(columns, verdict.grain)
    own_post_ids(columns, verdict.grain)
    targets = assign(columns, verdict.grain, facts, rules, warnings)
    taken = {index for indexes in targets.values() for index in indexes}
    unmapped = [column.index for column in columns if column.index not in taken]
    warnings += homeless(columns, unmapped, verdict.grain)
    for column in columns:
        if column.index in unmapped and column.refuted:
            warnings += [f"{said(column.header)}: {reason}" for reason in column.refuted]
    return Recognised(verdict.grain, verdict.why, targets, unmapped, rules, warnings, told)


def _told(raw: RawTable, mapping: Mapping[str, str | Told]) -> dict[int, Told]:
    """Return what a person says of the columns of a table, by their position."""
    said = {_key(header): told_of(header, value) for header, value in mapping.items()}
    return {index: said[_key(header)] for index, header in enumerate(raw.headers) if _key(header) in said}


def _candidates(raw: RawTable, told: Mapping[int, Told]) -> list[Candidate]:
    headers = without_codes([header.strip() for header in raw.headers])
    columns = []
    place = common_path(headers)
    for index, (header, name) in enumerate(zip(raw.headers, raw.frame.columns, strict=True)):
        base = without_path(visible(_base(headers[index], headers)), place)
        if index in told:
            target = told[index].column
            meanings = [Meaning(target, True, exact=True, order=-1)] if target else []
        else:
            meanings = read_header(base)
        columns.append(Candidate(index, header, base, profile_of(raw, name), meanings))
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
        rules.append(f"{said(column.header)} is read as a misspelling ({best.mended})")


def _confirm(column: Candidate) -> None:
    """Drop the readings that the values refute."""
    profile, kept = column.profile, []
    _signed(column)
    for meaning in column.meanings:
        if meaning.doubts:
            continue
        reason = "" if profile.empty or meaning.order < 0 else refutes(meaning.concept, profile, column.base)
        if not reason:
            kept.append(meaning)
        elif meaning.ours:
            column.refuted.append(f"not read as {meaning.concept}: {reason}")
    column.meanings = kept
    if not column.meanings and not column.refuted and names_network(column.base) and profile.handles:
        column.meanings = [Meaning("handle", True, order=100)]  # a column "Instagram" of handles
    if not column.base.strip() and profile.at_share > 0.9:
        column.meanings = [Meaning("handle", True, order=100)]
    _engagement(column)
    _resource(column)
    best = column.best
    itself = bool(_USERNAME.search(column.base)) and profile.distinct == 1  # the network's own account
    named = best is not None and best.order >= 0 and best.concept in {"name", "handle", "media_type"}
    if best and named and profile.networks > 0.9 and not itself:
        column.meanings = [Meaning("platform", True, length=best.length, order=best.order)]
        return
    if best and best.concept == "name" and profile.at_share > 0.8:
        column.meanings = [Meaning("handle", True, best.exact, length=best.length, order=best.order), *kept]


def _resource(column: Candidate) -> None:
    """Read a column of resource names as what they name: a share is a post, an organisation is an account."""
    if column.profile.empty or (column.best and column.best.order < 0) or column.profile.share("^urn:li:") <= 0.9:
        return
    for concept, pattern in _RESOURCES.items():
        if column.profile.share(pattern) > 0.9:
            column.meanings = [Meaning(concept, True, order=5)]
            column.refuted = []


def _signed(column: Candidate) -> None:
    """Read an engagement with a percent sign, in its header or its cells, as a rate before it is doubted as a count."""
    best = column.best
    counted = best is not None and best.order >= 0 and best.concept in {"engagements", "engagement_parts"}
    if best and counted and ("%" in column.base or column.profile.share("%") > 0.5):
        column.meanings = [Meaning("engagement_rate", True, best.exact, length=best.length, order=best.order)]


def _engagement(column: Candidate) -> None:
    """Settle rate against count where the header says only engagement."""
    best = column.best
    if best is None or best.concept not in {"engagement_rate", "engagements", "engagement_parts"} or best.order < 0:
        return
    values = column.profile.read("rate", column.base).values.drop_nulls()
    signed = column.profile.share("%") > 0.3
    small = len(values) > 1 and int((values > 1).sum()) == 0
    if best.concept in {"engagements", "engagement_parts"} and (signed or small):
        column.meanings = [Meaning("engagement_rate", True, best.exact, order=best.order)]


def _own_codes(columns: list[Candidate]) -> bool:
    """Whether all that could name a campaign are codes, one a row: whose they are, and no campaigns."""
    named = [c for c in columns if c.best and c.best.concept == "campaign_id" and not c.profile.empty]
    return bool(named) and all(_CODE.search(c.base) and c.profile.unique_share > 0.97 for c in named)


def _a_tie(column: Candidate) -> bool:
    """Whether the records call themselves ties between accounts: ``kind`` is ``network#subscription`` in all."""
    if fold(column.base) not in {("kind",), ("object",), ("object", "type")} or column.profile.distinct != 1:
        return False
    return bool(
        {" ".join(fold(str(cell).rpartition("#")[2])) for cell in column.profile.sample.to_list()} & header_ties()
    )


def _facts(columns: list[Candidate], raw: RawTable) -> Facts:
    concepts: set[str] = set()
    own: set[str] = set()
    unique: dict[str, float] = {}
    sure = False
    for column in columns:
        best = column.best
        texts = any("comments" in reason for reason in column.refuted) and column.profile.text_length > 15
        if texts or _OF_COMMENTS.search(column.base):
            concepts.add("comment_text")
        if _PAID.search(" ".join(fold(column.base))) or _PAID.search(column.base):
            concepts.add("paid_out")
        if best is None or (column.profile.empty and best.order >= 0):
            continue
        concept = best.concept
        if (best.of_account and concept in METRICS) or (concept == "campaign_id" and SOMEBODY.match(column.header)):
            continue  # a total of an account; how a network follows somebody, which is no campaign
        if concept == "post_itself":
            if PARENT.match(column.header):
                continue
            repeated = column.profile.share(r"^[\w-]{11}$") > 0.95 and column.profile.share(r"\d|[a-z][A-Z]") > 0.5
            concept = "post_id" if is_post_key(column.profile) or repeated else "caption"
        if concept == "url" and not re.search(r"(?i)post|video|media|permalink|tweet|reel|web", column.base):
            concept = "url_any"
        if concept == "duration" and WATCHED.search(column.base):
            concepts.add("watch_time")
        if concept == "cost" and column.profile.numbers.max() == 0:
            continue  # nothing was paid for any of them
        concepts.add(concept)
        if not PARENT.match(column.header):
            own.add(concept)
        if concept in WHO and OWNED.match(column.header):
            concepts.add("owned")
        if concept in TELLING:
            unique[concept] = max(unique.get(concept, 0.0), column.profile.unique_share)
        sure = sure or (concept in WHO and bool(CREATOR_WORD.search(column.base)))
    if not own & {*METRICS, "post_id", "id", "caption", "title", "published_at", "followers", "date"}:
        own = set(concepts)  # everything is the account's: a table of accounts under one prefix
    if _own_codes(columns):
        concepts.add("own_code")
    if any(_a_tie(column) for column in columns):
        concepts.add("tie")
    concepts |= listed(column.profile for column in columns)
    rows = columns[0].profile.rows if columns else 0
    return Facts(frozenset(concepts), frozenset(own), unique, rows, sure)
