"""The platform that a file's name names, for tables that do not say."""

import re

__all__ = ["platform_named"]

_PLATFORMS = {
    "instagram": "instagram", "insta": "instagram", "tiktok": "tiktok", "tik": "tiktok", "youtube": "youtube",
    "twitch": "twitch", "facebook": "facebook", "twitter": "twitter", "snapchat": "snapchat", "pinterest": "pinterest",
    "linkedin": "linkedin", "reddit": "reddit",
}  # fmt: skip


def platform_named(name: str) -> str:
    """Return the one platform that a file's name names, or an empty string.

    Examples
    --------
    >>> platform_named("top influencers - tiktok nov.csv"), platform_named("tiktok and youtube.csv")
    ('tiktok', '')
    """
    words = set(re.findall(r"[a-z]+", name.casefold()))
    found = {platform for word, platform in _PLATFORMS.items() if word in words}
    return found.pop() if len(found) == 1 else ""
