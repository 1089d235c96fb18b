"""The part of a field's path that all fields of a record have in common says nothing.

GraphQL answers and scrapers wrap each record several times: ``content.itemContent.tweet_results.result.legacy.id``.
What most fields of a record begin with is where the record sits and not what a field is; it is dropped before the
header is read, unless it names an account, a comment, a sound or the like, whose fields are not the record's own.
"""

import re

from analysis.intake.phrases import header_words
from analysis.intake.words import fold

__all__ = ["common_path", "said_again", "without_codes", "without_path"]

#: Share of the fields that must begin with a path for it to be the record's place.
MOST = 0.6

#: Steps from which a wrapping is worth dropping; one step alone is read with the field.
FEWEST_STEPS = 2


#: The code that a questionnaire or a codebook gives each of its columns: ``V5b_``, ``12. ``.
_CODE = re.compile(r"^([A-Za-z]{0,2}\d{1,3}[a-z]?)[_.):\s-]\s*(?=[^\W\d])")


def said_again(above: str, last: str) -> bool:
    """Return whether the last name of a path repeats what the one above it says.

    Examples
    --------
    >>> said_again("commentsSummary", "totalComments"), said_again("author", "name")
    (True, False)
    """
    words = set(fold(above)) - header_words("fillers")
    return bool(words) and words <= set(fold(last))


def without_codes(headers: list[str]) -> list[str]:
    """Return headers without the running codes that most of them begin with, each its own.

    Examples
    --------
    >>> without_codes(["id", "M1_like_count", "M2_view_count", "V7a_topic"])
    ['id', 'like_count', 'view_count', 'topic']
    >>> without_codes(["7d_likes", "7d_views", "30d_likes", "30d_views"])[0]
    '7d_likes'
    """
    found = [_CODE.match(header) for header in headers]
    codes = [match[1] for match in found if match]
    bare = [header[match.end() :] if match else header for header, match in zip(headers, found, strict=True)]
    running = len(codes) == len(set(codes)) and len(codes) > max(FEWEST_STEPS, MOST * len(headers))
    return bare if running and len(set(bare)) == len(set(headers)) else headers


def common_path(headers: list[str]) -> str:
    """Return the path, with its last dot, that most headers begin with; empty when it says something.

    Examples
    --------
    >>> common_path(["entryId", "content.result.rest_id", "content.result.likes", "content.result.views"])
    'content.result.'
    >>> common_path(["id", "author.stats.followers", "author.stats.likes", "author.stats.videos"])
    ''
    """
    found = ""
    while True:
        steps: dict[str, int] = {}
        for header in headers:
            if header.startswith(found) and "." in header[len(found) :]:
                step = header[len(found) :].split(".", 1)[0]
                steps[step] = steps.get(step, 0) + 1
        best = max(steps, key=lambda step: steps[step], default="")
        if not best or steps[best] < MOST * len(headers):
            return found if found.count(".") >= FEWEST_STEPS else ""
        if any(word in header_words("aside") | header_words("accounts") for word in fold(best)):
            return ""
        found = f"{found}{best}."


def without_path(header: str, place: str) -> str:
    """Return a header without as much of ``place`` as it begins with.

    Examples
    --------
    >>> without_path("content.result.rest_id", "content.result.legacy."), without_path("entryId", "content.result.")
    ('rest_id', 'entryId')
    """
    while place and not header.startswith(place):
        place = place.rstrip(".").rpartition(".")[0]
        place = f"{place}." if place else ""
    return header[len(place) :]
