"""A roster with a block of columns for each platform becomes one row an account.

Agencies keep one line a person: ``Name | Instagram | Followers | TikTok | Followers | ...`` or ``Instagram followers |
TikTok followers``. A person is not an account: each platform's followers belong to an account of their own. Such a
table is unfolded before it is recognised: shared columns are repeated, the platform's own columns lose the platform
from their header, and a ``platform`` column is added. A platform where the person has neither handle nor followers
is no account and gives no row.
"""

import re
from collections import Counter

import polars as pl

from analysis.intake.headers import read_header
from analysis.intake.numbers import is_missing
from analysis.intake.opened import opened
from analysis.intake.platforms import NATIVE_NAMES
from analysis.intake.tables import RawTable, unique_names
from analysis.intake.values import Profile
from analysis.intake.words import fold

__all__ = ["unfold"]

_PLATFORM_WORDS = {
    "instagram": "instagram", "ig": "instagram", "insta": "instagram", "tiktok": "tiktok", "tt": "tiktok",
    "youtube": "youtube", "yt": "youtube", "facebook": "facebook", "fb": "facebook", "twitter": "twitter",
    "twitch": "twitch", "snapchat": "snapchat", "pinterest": "pinterest", "linkedin": "linkedin", "threads": "threads",
    **{name: network for name, network in NATIVE_NAMES.items() if network in {"instagram", "youtube", "tiktok"}},
}  # fmt: skip
_WORD = re.compile(r"(?i)\b(tik[\s_]?tok|you[\s_]?tube|" + "|".join(_PLATFORM_WORDS) + r")(?=\b|_)")
_OWN = frozenset(
    {"followers", "handle", "url", "name", "engagement_rate", "fee", "following", "post_count"}
    | {f"avg_{metric}" for metric in ("likes", "comments", "views", "shares", "reach")}
)


def unfold(raw: RawTable) -> RawTable:
    """Return a wide roster as one row an account, and documents in cells as columns; any other table as it is.

    Examples
    --------
    >>> from analysis.intake.tables import raw_table
    >>> wide = raw_table("r.csv", ["Name", "Instagram followers", "TikTok followers"], [["Mara"], ["12K"], ["3K"]])
    >>> long = unfold(wide)
    >>> long.headers, long.frame.rows()
    (['Name', 'followers', 'platform'], [('Mara', '12K', 'instagram'), ('Mara', '3K', 'tiktok')])
    """
    raw = opened(raw)
    blocks = _blocks(raw)
    if len(blocks) < 2:
        return raw
    owned = {index for block in blocks.values() for index in block.values()}
    shared = [index for index in range(len(raw.headers)) if index not in owned]
    own_names = list(dict.fromkeys(name for block in blocks.values() for name in block))
    headers = [raw.headers[index] for index in shared] + own_names + ["platform"]
    names = unique_names(headers)
    columns = raw.frame.columns
    parts, lines = [], []
    for platform, block in blocks.items():
        frame = raw.frame.select(
            [pl.col(columns[index]).alias(name) for index, name in zip(shared, names, strict=False)]
            + [
                (pl.col(columns[block[own]]) if own in block else pl.lit(None, dtype=pl.String)).alias(name)
                for own, name in zip(own_names, names[len(shared) :], strict=False)
            ]
            + [pl.lit(platform).alias(names[-1])]
        )
        present = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        for own in ("followers", "handle"):
            if own in block:
                present = present | ~is_missing(raw.frame.get_column(columns[block[own]]))
        parts.append(frame.filter(present))
        lines.append(raw.lines.filter(present))
    nobody = ~raw.lines.is_in(pl.concat(lines).unique().implode())
    rejected = [
        (line, "no account on any platform", list(cells))
        for line, cells in zip(raw.lines.filter(nobody), raw.frame.filter(nobody).rows(), strict=True)
    ]
    order = pl.concat(lines).alias("line").to_frame().with_row_index("at").sort("line", "at")["at"]
    said = (f"{platform} ({', '.join(raw.headers[i] for i in block.values())})" for platform, block in blocks.items())
    note = f"one row a person with columns for several platforms, unfolded to one row an account: {'; '.join(said)}"
    return RawTable(
        raw.name,
        raw.part,
        pl.concat(parts)[order],
        headers,
        pl.concat(lines)[order],
        [*raw.notes, note],
        raw.hidden,
        [*raw.rejected, *rejected],
        raw.frame.height - len(rejected),
    )


def _blocks(raw: RawTable) -> dict[str, dict[str, int]]:
    """Return platform → (its own column's name → position), for platforms that have followers."""
    if len(raw.headers) > 200 or not raw.frame.height:
        return {}
    repeated = {key for key, times in Counter(_key(header) for header in raw.headers).items() if times > 1}
    blocks: dict[str, dict[str, int]] = {}
    current = ""
    for index, header in enumerate(raw.headers):
        match = _WORD.search(header)
        if match:
            current = _platform(match.group(1))
            rest = (header[: match.start()] + header[match.end() :]).strip(" _-:()/.")
        elif _key(header) in repeated and current:
            rest = header
        elif current and index - 1 in blocks.get(current, {}).values() and "followers" not in blocks[current]:
            rest = header  # "YouTube | Subscribers": the second belongs to the first
        else:
            continue
        own = _own(rest, Profile(raw.frame.get_column(raw.frame.columns[index])))
        if own:
            blocks.setdefault(current, {}).setdefault(own, index)
    blocks = {platform: block for platform, block in blocks.items() if "followers" in block}
    positions = [block["followers"] for block in blocks.values()]
    return blocks if len(set(positions)) == len(positions) and len(blocks) >= 2 else {}


def _key(header: str) -> str:
    return " ".join(fold(re.sub(r"\.\d+$", "", header)))


def _platform(word: str) -> str:
    plain = re.sub(r"[\s_]", "", word.casefold())
    return _PLATFORM_WORDS.get(plain, plain)


def _own(rest: str, profile: Profile) -> str:
    """Return what a platform's column holds; a bare platform name holds a handle, an address or the followers."""
    if not rest:
        if profile.number_share("count") > 0.6:
            return "followers"
        return "url" if profile.url_share > 0.5 else "handle"
    best = next((meaning for meaning in read_header(rest) if not meaning.doubts), None)
    return best.concept if best and best.concept in _OWN else ""
