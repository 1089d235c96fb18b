"""What the cells of a column look like, before anybody decides what the column means.

A header proposes and the values dispose: a rank runs 1..n, a rate is bounded, an identifier is unique, a date looks
like one, likes lie below views. A :class:`Profile` answers such questions from a sample of the column where a sample
is enough, and from the whole column where it is not (uniqueness). Nothing here is computed until it is asked for.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from analysis.intake.numbers import Parsed, is_missing, parse_column
from analysis.intake.platforms import NATIVE_NAMES
from analysis.intake.spread import DistinctCount, stride_for
from analysis.intake.tables import RawTable

__all__ = ["REST", "SAMPLE", "Profile", "Summary", "names_network", "profile_of"]

#: Cells looked at where a sample is enough.
SAMPLE = 2_000

#: Cells looked at behind the first :data:`SAMPLE`, spread over the rest of the column.
REST = 3 * SAMPLE

_MONTH = (
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|out|dez|mär|okt|janv|févr|avr|juin|juil|août|"
    r"déc|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|gen|mag|giu|lug|set|ott|mrt|mei|tháng|agt|des"
)
_DATE = (
    r"^\s*(?:(?:19|20)\d{2}[-/年]\s?\d{1,2}(?:[-/月]\s?\d{1,2})?|(?:19|20)\d{2}\.\d{1,2}\.\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|(?:19|20)\d{2}[01]\d[0-3]\d(?:\d{2})?$|"
    r"1[0-9]{9}(?:\.\d+)?$|1[0-9]{12}(?:\.\d+)?$|1\.\d+[eE]\+?(?:9|12)$|(?i:[a-z]{3,9},?\s+)?(?i:"
    + _MONTH
    + r")[a-zç.]*\s+\d|"
    r"(?i:[a-z]{3,9},?\s+)?\d{1,2}(?:st|nd|rd|th|\.)?[\s-](?i:de\s)?(?i:" + _MONTH + r"))"
)
_HANDLE = r"^@?[\w.\-]{1,40}$"
_URL = r"^(?:https?://|www\.)"
_NETWORK = (
    r"(?i)^\s*(?:instagram|insta|ig|tik\s?tok|tt|you\s?tube|yt|facebook|fb|twitter|x|twitter/x|x/twitter|twitch|snapchat|"
    r"pinterest|linkedin|threads|reddit|kick|bilibili|douyin|xiaohongshu|weibo|vk|telegram|blog|podcast|naver|kuaishou|"
    r"rednote|zhihu|wechat|zalo|lemon8|likee|rutube|dzen|trovo|bluesky|tumblr|x\.com|"
    + "|".join(NATIVE_NAMES)
    + r")\s*$"
)


def names_network(text: str) -> bool:
    """Return whether a text names a network and nothing else.

    Examples
    --------
    >>> names_network("Instagram"), names_network("Instagram followers")
    (True, False)
    """
    return re.match(_NETWORK, text) is not None


@dataclass(frozen=True)
class Summary:
    """What is known of a whole column of which only a sample is at hand.

    Attributes
    ----------
    rows, filled : int
        Rows, and cells that are not null.
    head : polars.Series
        The first cells that are not null.
    distinct : callable
        Returns how many distinct cells there are.
    """

    rows: int
    filled: int
    head: pl.Series
    distinct: Callable[[], int]


def profile_of(raw: RawTable, name: str) -> "Profile":
    """Return the profile of a column of a table, or of the table that it is a sample of."""
    return Profile(raw.frame.get_column(name)) if raw.profiles is None else raw.profiles[name]


@dataclass
class Profile:
    """What the cells of one column look like."""

    cells: pl.Series
    summary: "Summary | None" = None
    _read: dict[tuple[str, str], Parsed] = field(default_factory=dict, repr=False)

    @cached_property
    def rows(self) -> int:
        """Rows of the column."""
        return len(self.cells) if self.summary is None else self.summary.rows

    @cached_property
    def present(self) -> pl.Series:
        """A sample of the cells that hold something: the first thousands and some spread over the rest."""
        cells = self.cells
        if self.summary is None and len(cells) > SAMPLE + REST:
            head, rest = cells.head(SAMPLE), cells.slice(SAMPLE)
            cells = pl.concat([head, rest.gather_every(stride_for(len(rest), REST))])
        return cells.filter(~is_missing(cells))

    @cached_property
    def sample(self) -> pl.Series:
        """The sample, at most :data:`SAMPLE` cells."""
        return self.present if len(self.present) <= SAMPLE else self.present.gather_every(len(self.present) // SAMPLE)

    @property
    def empty(self) -> bool:
        """Whether no cell (of the sample) holds anything."""
        return len(self.present) == 0

    @cached_property
    def filled(self) -> int:
        """Cells that are not null."""
        return len(self.cells) - self.cells.null_count() if self.summary is None else self.summary.filled

    @cached_property
    def distinct(self) -> int:
        """Distinct cells of the whole column; estimated within 1 % where they are many."""
        if self.summary is not None:
            return min(self.summary.distinct(), self.filled)
        count = DistinctCount()
        count.add(self.cells)
        return min(count.estimate(), self.filled)

    @property
    def unique_share(self) -> float:
        """Distinct cells for each filled one: 1.0 for an identifier of the row."""
        return self.distinct / self.filled if self.filled else 0.0

    def share(self, pattern: str) -> float:
        """Return the share of sampled cells that match a regular expression."""
        return float(self.sample.str.contains(pattern).mean() or 0.0) if len(self.sample) else 0.0  # type: ignore[arg-type]

    def read(self, kind: str, header: str = "") -> Parsed:
        """Read the sample as numbers of ``kind``."""
        if (kind, header) not in self._read:
            self._read[kind, header] = parse_column(self.sample, kind=kind, header=header)  # type: ignore[arg-type]
        return self._read[kind, header]

    @cached_property
    def numbers(self) -> pl.Series:
        """Numbers of the sample, read as averages (no currency, no percent)."""
        return self.read("average").values.drop_nulls()

    def number_share(self, kind: str, header: str = "") -> float:
        """Return the share of sampled cells that read as numbers of ``kind``."""
        if not len(self.sample):
            return 0.0
        return 1 - self.read(kind, header).values.null_count() / len(self.sample)

    @cached_property
    def plain_number_share(self) -> float:
        """Share of sampled cells that are nothing but a number."""
        return self.share(r"^[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?$")

    @cached_property
    def date_share(self) -> float:
        """Share of sampled cells that look like a date or a time stamp."""
        return self.share(_DATE)

    @cached_property
    def url_share(self) -> float:
        """Share of sampled cells that are addresses."""
        return self.share(_URL)

    @cached_property
    def handle_share(self) -> float:
        """Share of sampled cells that could be a handle: one word of letters, digits, dots, dashes."""
        return self.share(_HANDLE)

    @cached_property
    def at_share(self) -> float:
        """Share of sampled cells that start with @."""
        return self.share("^@")

    @cached_property
    def networks(self) -> float:
        """Share of sampled cells that name a network and nothing else."""
        return self.share(_NETWORK)

    @cached_property
    def counts_up(self) -> bool:
        """Whether the column is a row number or rank: 1, 2, 3, ... (or 0, 1, 2, ...) for its first rows."""
        cells = self.cells if self.summary is None else self.summary.head
        head = cells.drop_nulls().head(200).cast(pl.Int64, strict=False)
        if len(head) < 3 or head.null_count() or head[0] not in (0, 1):
            return False
        return bool((head.diff().drop_nulls() == 1).all())

    @cached_property
    def median(self) -> float | None:
        """Median of the sample's numbers."""
        middle = self.numbers.median()
        return float(middle) if isinstance(middle, int | float) else None

    @cached_property
    def text_length(self) -> float:
        """Mean length of the sampled cells."""
        mean = self.sample.str.len_chars().mean()
        return float(mean) if isinstance(mean, int | float) else 0.0

    @cached_property
    def handles(self) -> bool:
        """Whether cells are handles by their look alone: words after @, or one word each, different and no number."""
        if self.at_share > 0.8:
            return True
        words = self.handle_share > 0.9 and self.unique_share > 0.9 and self.filled > 2
        return words and self.number_share("count") < 0.1 and self.flag_share < 0.1

    @cached_property
    def id_like(self) -> bool:
        """Whether cells look like machine identifiers: one token each, with digits or mixed case."""
        if self.empty or self.share(r"\S\s+\S") > 0.02 or self.url_share > 0.1:
            return False
        tokens, marked = self.share(r"^\s*[A-Za-z0-9_:\-]{4,64}\s*$"), self.share(r"[\dA-Z_-]")
        return tokens > 0.9 and marked > 0.9

    @cached_property
    def months(self) -> float:
        """Share of sampled cells that name a month and nothing else."""
        return self.share(rf"(?i)^(?:{_MONTH})[a-zà-ÿğışç.]*$|^(?:1[0-2]|[1-9])\s?[월月]$")

    @cached_property
    def flag_share(self) -> float:
        """Share of sampled cells that are yes or no."""
        return self.share(r"(?i)^(?:true|false|yes|no|y|n|0|1|ja|nein|si|sí|oui|non|evet|hayır|sim|não|예|아니요)$")
