"""A hundred million posts are looked at once for all notebooks: what is kept beside them is small.

Each question that needs single posts makes one small table of them, a row an account or less. Here all of these are
made and written beside the cleaned tables, so that a notebook opens its study without reading a post, and finds the
same numbers to the last digit: the tables are made by the questions' own code.
"""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from analysis.findings import crossing, media_value, peers, posts, unusual
from analysis.findings.claims import ground
from analysis.findings.study import Study, study_of
from analysis.findings.summed import FOLDER, KEY, POINTED, TALLIES, sums_of, valid_for
from analysis.intake import Tables
from analysis.publish import staging_folder

__all__ = ["write_reduced"]

#: Every question that looks at single posts.
_QUESTIONS: tuple[Callable[[Study], object], ...] = (
    posts.kinds,
    lambda study: study.dates,
    lambda study: study.rules,
    crossing.kinds_of_posts,
    media_value.worth_of_posts,
    peers.levels_of_posts,
    unusual.signals_of_posts,
    ground.marks_of_posts,
)


def write_reduced(tables: Tables, folder: Path, *, platform: str | None = None, currency: str | None = None) -> Path:
    """Make every small table of the posts and write them into ``folder/reduced``: tables in, that folder out.

    ``folder`` holds the cleaned tables, as :func:`analysis.intake.write` wrote them.

    Raises
    ------
    ParameterError, CurrencyError
        As :func:`analysis.findings.open_study`.
    """
    assert tables.posts is not None
    paid = tables.placements
    asked = None if paid is None or "post_id" not in paid.columns else paid.select("post_id").drop_nulls().unique()
    tallies, pointed = sums_of([tables.posts.lazy()], asked)
    study = study_of(tables, platform=platform, currency=currency)
    for question in _QUESTIONS:
        question(study)
    kept: dict[str, pl.DataFrame] = {**study.kept, TALLIES: tallies}
    if pointed is not None:
        kept[POINTED] = pointed
    target = folder / FOLDER
    with staging_folder(target) as staging:
        for name, table in kept.items():
            table.write_parquet(staging / f"{name}.parquet")
        key = valid_for(folder, {"platform": platform, "currency": currency})
        (staging / KEY).write_text(json.dumps(key), encoding="utf-8")
    return target
