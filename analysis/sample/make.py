"""Draw the market, soil the tables, write them with their truth.

Each step has a random stream of its own, spawned from the one seed, so that a change to one table does not redraw
the others. The files are built out of sight and moved into place together, the truth last: it names the hash of
every table, so a folder that was interrupted is recognised.
"""

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import OutputError, ParameterError
from analysis.publish import write_whole
from analysis.sample.accounts import draw_accounts
from analysis.sample.activity import draw_activity
from analysis.sample.deliverables import draw_deliverables
from analysis.sample.dirt import repeat_rows, soil_creators, soil_placements, soil_posts
from analysis.sample.plan import Plan
from analysis.sample.returns import draw_returns, expected_returns
from analysis.sample.tables import creators_table, placements_table, posts_table
from analysis.sample.truth import planted_truth, written_tiers

__all__ = ["make_sample"]

#: Rows repeated exactly, by table.
_REPEATED = {"creators": 5, "posts": 4, "placements": 3}


def make_sample(
    out: Path | str, *, seed: int = 2020, creators: int = 2_000, posts: int = 60_000, placements: int = 1_500
) -> Path:
    """Write ``creators.csv``, ``posts.csv``, ``placements.csv`` and their ``truth.json``: whole or not at all.

    Parameters
    ----------
    out
        Folder to write into; made if absent. Other files in it are left alone.
    seed
        The same seed and sizes give the same bytes.
    creators, posts, placements
        Distinct rows of each table; a few repeated rows come on top.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ParameterError
        If a size is not positive, or there are fewer posts than placements.
    OutputError
        If the folder cannot be written.
    """
    sizes = {"creators": creators, "posts": posts, "placements": placements}
    for name, size in sizes.items():
        if size < 1:
            raise ParameterError(f"{name} is {size}; the sample needs at least 1.")
    if posts < placements:
        raise ParameterError(f"posts is {posts} and placements is {placements}; every placement needs a post.")
    if seed < 0:
        raise ParameterError(f"seed is {seed}; it is a whole number from 0 up.")
    frames, truth = _draw(seed, **sizes)
    texts = {f"{name}.csv": frame.write_csv().encode() for name, frame in frames.items()}
    truth["files"] = {
        name: {"rows": frames[name.removesuffix(".csv")].height, "sha256": hashlib.sha256(text).hexdigest()}
        for name, text in texts.items()
    }
    texts["truth.json"] = (json.dumps(truth, indent=2, allow_nan=False) + "\n").encode()
    _write_together(Path(out), texts)
    return Path(out)


def _draw(seed: int, *, creators: int, posts: int, placements: int) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    plan = Plan()
    streams = [np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(7)]
    accounts = draw_accounts(creators, plan, streams[0])
    deliverables = draw_deliverables(placements, accounts, plan, streams[1])
    activity = draw_activity(posts, accounts, deliverables, plan, streams[2])
    returns = draw_returns(accounts, deliverables, activity, plan, streams[3])
    clean_posts = posts_table(accounts, activity, plan, streams[4])
    clean_creators = creators_table(accounts, clean_posts, plan, streams[5])
    clean_placements = placements_table(accounts, deliverables, activity, returns)

    dirty = streams[6]
    soiled = {
        "creators": soil_creators(clean_creators, suffix_share=plan.suffix_share, rng=dirty),
        "posts": soil_posts(clean_posts, movable=activity.placement < 0, rng=dirty),
        "placements": soil_placements(clean_placements, rng=dirty),
    }
    repeated = {name: repeat_rows(dirt, _REPEATED[name], dirty) for name, dirt in soiled.items()}
    planted: dict[str, Any] = {"duplicate_rows": {name: count for name, (_, count) in repeated.items()}}
    for dirt in soiled.values():
        planted |= dirt.planted
    planted["gifts_without_post"] = int((~deliverables.appeared).sum())
    truth = planted_truth(
        seed=seed,
        plan=plan,
        accounts=accounts,
        deliverables=deliverables,
        activity=activity,
        returns=returns,
        expected=expected_returns(accounts, deliverables, activity, plan),
        account_tier=written_tiers(soiled["creators"].frame["followers"]),
        dirt=planted,
    )
    return {name: frame for name, (frame, _) in repeated.items()}, truth


def _write_together(out: Path, texts: dict[str, bytes]) -> None:
    new = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".sample-") as hidden:
            for name, text in texts.items():
                write_whole(Path(hidden) / name, text)
            (out / "truth.json").unlink(missing_ok=True)
            for name in texts:
                (Path(hidden) / name).replace(out / name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"cannot write the sample to {out}: {reason}. Choose another folder.") from error
    finally:
        if new and out.is_dir() and not any(out.iterdir()):
            out.rmdir()
