"""Addresses of profiles say that a row is an account, and on which networks it is found.

An address leads to a profile or to a post; only the first says what a row is. A table whose columns lead to the
profiles of several networks is a list of creators though it has no figure; one column alone may be a list of
followers.
"""

import re
from collections.abc import Iterable

from analysis.intake.values import Profile

__all__ = ["listed"]

_POSTS = r"(?:p|reels?|tv|stories|explore|watch|shorts|playlist|videos?|clip|status|i|search|hashtag|tag|share)\b"
_NETWORKS = {
    "instagram": r"instagram\.com/(?!" + _POSTS + r")[\w.]+",
    "tiktok": r"tiktok\.com/@[\w.-]+",
    "youtube": r"youtube\.com/(?:@|c/|channel/|user/)[^/?\s]+",
    "twitch": r"twitch\.tv/(?!" + _POSTS + r")\w+",
    "x": r"(?:twitter|x)\.com/(?!" + _POSTS + r")\w+",
    "facebook": r"facebook\.com/(?!" + _POSTS + r")(?:profile\.php\?id=\d+[^\s]*|[\w.-]+)",
    "kick": r"kick\.com/(?!" + _POSTS + r")\w+",
}
_ADDRESS = r"\.(?:com|tv)/"
_AROUND = r"(?i)^\s*(?:https?://)?(?:www\.|m\.)?(?:{})/?(?:[?#]\S*)?\s*$"
_PATTERNS = {network: re.compile(_AROUND.format(pattern)) for network, pattern in _NETWORKS.items()}

#: The address of a post on a network.
_POST = r"(?i)^https?://\S+/(?:p|reels?|tv|video|shorts|status|posts|pin|photo)/[\w-]{5,}|[?&]v=[\w-]{11}|youtu\.be/[\w-]{11}"

#: Share of a column's cells that must lead to profiles of one network.
MOST = 0.8


def listed(columns: Iterable[Profile]) -> set[str]:
    """Return the fact ``profiles`` when columns lead to profiles of two networks or more, ``url`` when one to posts."""
    columns = list(columns)
    networks = {
        network
        for profile in columns
        if not profile.empty and profile.share(_ADDRESS) >= MOST
        for network, pattern in _PATTERNS.items()
        if _share(profile, pattern) >= MOST
    }
    posts = any(p.unique_share > MOST and not p.empty and p.share(_POST) >= MOST for p in columns)
    return ({"profiles"} if len(networks) > 1 else set()) | ({"url"} if posts else set())


def _share(profile: Profile, pattern: re.Pattern[str]) -> float:
    cells = [str(cell) for cell in profile.sample.to_list() if cell is not None]
    return sum(1 for cell in cells if pattern.match(cell)) / max(1, len(cells))
