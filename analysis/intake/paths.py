"""The part of a field's path that all fields of a record have in common says nothing.

GraphQL answers and scrapers wrap each record several times: ``content.itemContent.tweet_results.result.legacy.id``.
What most fields of a record begin with is where the record sits and not what a field is; it is dropped before the
header is read, unless it names an account, a comment, a sound or the like, whose fields are not the record's own.
"""

from analysis.intake.phrases import header_words
from analysis.intake.words import fold

__all__ = ["common_path", "without_path"]

#: Share of the fields that must begin with a path for it to be the record's place.
MOST = 0.6

#: Steps from which a wrapping is worth dropping; one step alone is read with the field.
FEWEST_STEPS = 2


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
