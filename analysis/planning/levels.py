r"""What one brand post of a creator brings, on the log scale: own record, drawn towards size and platform.

For engagements and for reach alike, :math:`\log y = \text{line}(\log F) + u_i + \beta^T s + e`: a line in followers
per platform, a creator's own deviation, what being sponsored does, and the luck of a single post. The creator's part
is partially pooled (:func:`analysis.inference.creator_scores`): thirty posts speak for themselves, two hardly do, none
leave the line and the spread between creators. Posts are known by their sums (``record.cells_of``), which say all
of this. The luck is not assumed normal: it is the residuals themselves, viral posts among them, and engagement and
reach of one post stay together.

The trap is the mean. Exp(mean log) is a typical post, and totals are made of average ones, which viral posts carry;
the two differ by the mean of the exponentiated residuals (Duan's smearing), kept in ``Luck``.

References
----------
Duan, N. (1983). Smearing estimate: a nonparametric retransformation method. *JASA* 78, 605-610.
"""

import math
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis import inference
from analysis.inference.regression import huber
from analysis.planning.effects import Effects

__all__ = ["Levels", "Luck", "levels", "luck"]

Floats = NDArray[np.float64]

#: Accounts with posts that a platform needs for a line of its own; below it platforms share the slope.
OWN_LINE = 30
#: Residuals from which luck is measured.
FEWEST_RESIDUALS = 100
#: Posts that an average in a list of creators is taken to stand for, where the list does not say.
POSTS_IN_AVERAGE = 12


@dataclass(frozen=True)
class Levels:
    """Per account, in the order asked for: log of a typical brand post, its own uncertainty, and what it rests on."""

    centre: Floats
    own_sd: Floats
    multiple: Floats
    posts: NDArray[np.int64]
    evidence: NDArray[np.str_]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Luck:
    """Log residuals of single posts, a row each: engagement, reach; with their smearing factors."""

    rows: Floats
    smear: tuple[float, float]
    spread: tuple[float, float]
    measured: bool = field(default=True)

    def __deepcopy__(self, memo: object) -> "Luck":
        return self


def levels(people: pl.DataFrame, cells: pl.DataFrame, outcome: str, effects: Effects, *, post_spread: float) -> Levels:
    """Return what a brand post of each account brings, typically.

    Parameters
    ----------
    people : polars.DataFrame
        account, platform, followers, relationship, and ``average``: the mean outcome that a list reports, or null.
    cells : polars.DataFrame
        ``Record.cells``.
    outcome : str
        ``engagements`` or ``reach``.
    effects : Effects
        Added for a brand post of the account's relationship, and taken out of the posts seen.
    post_spread : float
        Standard deviation of log posts of one creator, used where posts are too few to show it.

    Returns
    -------
    Levels
        ``centre`` is NaN where nothing is known of the outcome at all.
    """
    rows = _accounts(cells, outcome, effects)
    rows = rows.join(people.select("account", "platform"), on="account", how="left", maintain_order="left")
    own = _own(rows.filter(pl.col("posts") > 0), people, post_spread) or _nothing(people.height)
    own = _without_size(own, rows, people, post_spread)
    ambassador = (people["relationship"] == "ambassador").fill_null(False).to_numpy().astype(float)
    move = effects.of("sponsored") + ambassador * effects.of("ambassador")
    return Levels(own.centre + move, own.own_sd, own.multiple, own.posts, own.evidence, own.note)


def _accounts(cells: pl.DataFrame, outcome: str, effects: Effects) -> pl.DataFrame:
    """Return one row an account, in order: its posts as if none were sponsored.

    ``posts``, ``mean`` (of the log), ``squares`` (about it) and ``size`` (mean log followers) are over posts whose
    followers are known; ``all_posts`` and ``all_mean`` over every post.
    """
    n, other = pl.col(f"{outcome}_posts"), pl.col(f"{outcome}_other_posts")
    log, squares, shift = pl.col(f"{outcome}_log"), pl.col(f"{outcome}_squares"), effects.shift
    # sorted here, for polars sums what it knows to be sorted in another order of additions
    ordered = cells.sort("account", "sponsored", "brand", "ambassador")
    rows = ordered.group_by("account", maintain_order=True).agg(
        n.sum().alias("posts"),
        (log - n * shift).sum().alias("mean"),
        (squares - 2 * shift * log + n * shift**2).sum().alias("squares"),
        pl.col(f"{outcome}_size").sum().alias("size"),
        (n + other).sum().alias("all_posts"),
        (log + pl.col(f"{outcome}_other_log") - (n + other) * shift).sum().alias("all_mean"),
    )
    rows = rows.filter(pl.col("all_posts") > 0).with_columns(
        pl.col("mean", "size") / pl.col("posts"), pl.col("all_mean") / pl.col("all_posts")
    )
    about = (pl.col("squares") - pl.col("posts") * pl.col("mean") ** 2).clip(0.0)
    return rows.with_columns(about.alias("squares"), pl.col("posts", "all_posts").cast(pl.Int64)).sort("account")


def _without_size(found: Levels, rows: pl.DataFrame, people: pl.DataFrame, post_spread: float) -> Levels:
    """Fill accounts whose followers nobody knows with the mean of their own posts: there is no size to draw it to."""
    joined = people.select("account").join(rows, on="account", how="left", maintain_order="left")
    mean, n = joined["all_mean"].fill_null(math.nan).to_numpy(), joined["all_posts"].fill_null(0).to_numpy()
    alone = np.isnan(found.centre) & np.isfinite(mean)
    if not alone.any():
        return found
    return Levels(
        np.where(alone, mean, found.centre),
        np.where(alone, post_spread / np.sqrt(np.maximum(n, 1)), found.own_sd),
        np.where(alone, math.nan, found.multiple),
        np.where(alone, n, found.posts),
        np.where(alone, "measured", found.evidence),
        found.note,
    )


def _nothing(count: int) -> Levels:
    blank = np.full(count, math.nan)
    return Levels(blank, blank, blank, np.zeros(count, np.int64), np.full(count, "assumed"), "nothing was seen.")


def _own(rows: pl.DataFrame, people: pl.DataFrame, post_spread: float) -> Levels | None:
    """Return the levels of unsponsored posts: platforms with many accounts by themselves, the rest together."""
    averages = people.filter(pl.col("average").is_not_null() & (pl.col("followers") > 0))
    counted = rows.select("account", "platform").unique()
    counted = pl.concat([counted, averages.select("account", "platform")]).unique()
    sizes = counted.group_by("platform").len().sort("platform", nulls_last=True)
    alone = [name for name, n in sizes.iter_rows() if n >= OWN_LINE and name is not None]
    count = people.height
    centre, spread, multiple = np.full(count, math.nan), np.full(count, math.nan), np.ones(count)
    seen, evidence = np.zeros(count, np.int64), np.full(count, "assumed", dtype="U8")
    parts = [pl.col("platform") == name for name in alone]
    rest = ~pl.col("platform").is_in(alone).fill_null(False)
    if people.filter(rest).height:
        parts.append(rest)
    lines = []
    for part in parts:
        here = people.with_row_index("_row").filter(part.fill_null(False))
        found = _one_line(rows.filter(part.fill_null(False)), here, post_spread)
        if found is None:
            continue
        place = here["_row"].to_numpy()
        centre[place], spread[place], multiple[place] = found.centre, found.own_sd, found.multiple
        seen[place], evidence[place] = found.posts, found.evidence
        lines.append(found)
    if np.isnan(centre).all():
        return None
    note = "; ".join(dict.fromkeys(found.note for found in lines if found.note))
    lost = np.isnan(centre) & (people["followers"].fill_null(0) > 0).to_numpy()
    if lost.any():  # a platform nobody was seen on: the line of everybody, and more doubt
        everybody = _one_line(rows, people.with_row_index("_row"), post_spread)
        if everybody is not None:
            centre[lost] = everybody.centre[lost]
            spread[lost] = np.hypot(everybody.own_sd[lost], 0.5)
            evidence[lost] = "modelled"
    return Levels(centre, spread, multiple, seen, evidence, note)


def _one_line(rows: pl.DataFrame, people: pl.DataFrame, post_spread: float) -> Levels | None:
    """Return levels of people who share a line: their posts where there are some, else their reported averages."""
    now = people["followers"].cast(pl.Float64).fill_null(math.nan).to_numpy()
    log_now = np.log(np.where(now > 0, now, np.nan))
    platform = rows["platform"].fill_null("").to_numpy() if rows["platform"].n_unique() > 1 else None
    sums = (rows[name].to_numpy() for name in ("posts", "mean", "size", "squares"))
    scores = inference.level_scores(inference.Levels(rows["account"].to_numpy(), *sums), platform=platform)
    if not np.isfinite(scores.multiple).any():
        return _from_means(rows, people, log_now, post_spread)
    table = rows.select("account", "posts", "size").with_columns(
        pl.Series("base", np.log(scores.expected)),
        pl.Series("own", np.log(scores.multiple)),
        pl.Series("sd", (np.log(scores.high) - np.log(scores.low)) / (2 * 1.959963984540054)),
    )
    slope = 0.0 if math.isnan(scores.slope) else scores.slope
    weight = scores.weight
    held = weight < 1
    between = float(np.median(table["sd"].to_numpy()[held] ** 2 / (1 - weight[held]))) if held.any() else 0.0
    joined = people.join(table, on="account", how="left", maintain_order="left")
    number = {name: joined[name].fill_null(math.nan).to_numpy() for name in ("base", "own", "sd", "size")}
    then = np.where(np.isnan(log_now), number["size"], log_now)
    centre = number["base"] + number["own"] + slope * (then - number["size"])
    fresh = np.isnan(centre)
    start = table.join(people.select("account", "platform"), on="account", how="left").with_columns(
        (pl.col("base") - slope * pl.col("size")).alias("start")
    )
    starts = dict(start.group_by("platform").agg(pl.col("start").mean()).iter_rows())
    common = float(start["start"].mean())  # type: ignore[arg-type]
    origin = np.array([starts.get(name, common) for name in joined["platform"].to_list()], dtype=float)
    strange = np.array([name not in starts for name in joined["platform"].to_list()])
    centre = np.where(fresh, origin + slope * log_now, centre)
    doubt = math.sqrt(max(between, 1e-4) * (1 + 3 / max(len(weight), 1)))
    spread = np.where(fresh, np.where(strange, np.hypot(doubt, 0.5), doubt), number["sd"])
    return Levels(
        centre,
        np.where(np.isnan(centre), np.nan, spread),
        np.where(fresh, 1.0, np.exp(number["own"])),
        joined["posts"].fill_null(0).cast(pl.Int64).to_numpy(),
        np.where(fresh, "modelled", "measured"),
        scores.note,
    )


def _from_means(rows: pl.DataFrame, people: pl.DataFrame, log_now: Floats, post_spread: float) -> Levels | None:
    """Return levels from one figure a creator: a reported average, or a single post; its error is assumed."""
    single = rows.select("account", pl.col("mean").alias("y"), "posts", "size")
    joined = people.join(single, on="account", how="left", maintain_order="left")
    mean = joined["average"].cast(pl.Float64).fill_null(math.nan).to_numpy()
    posts = joined["posts"].fill_null(0).to_numpy().astype(float)
    y = joined["y"].fill_null(math.nan).to_numpy()
    reported = np.isnan(y) & np.isfinite(mean) & np.isfinite(log_now)
    y = np.where(reported, np.log(np.maximum(mean, 0.5)) - post_spread**2 / 2, y)
    n = np.where(reported, float(POSTS_IN_AVERAGE), posts)
    size = np.where(np.isnan(log_now), joined["size"].fill_null(math.nan).to_numpy(), log_now)
    used = np.isfinite(y) & np.isfinite(size) & (n > 0)
    if not used.any():
        return None
    middle = float(size[used].mean())
    x = np.column_stack([size - middle, np.ones(len(size))])
    fit = huber(y[used], x[used]) if used.sum() >= 8 and np.ptp(size[used]) > 1e-9 else None
    slope = float(fit.coefficients[0]) if fit is not None else 1.0
    level = float(fit.coefficients[1]) if fit is not None else float(np.median(y[used] - (size[used] - middle)))
    line = level + slope * (size - middle)
    error = post_spread**2 / np.maximum(n, 1)
    gap = np.where(used, y - line, 0.0)
    freedom = max(int(used.sum()) - 2, 1)
    between = max(float((gap[used] ** 2).sum()) / freedom - float(error[used].mean()), 0.05)
    weight = np.where(used, between / (between + error), 0.0)
    centre = line + weight * gap
    spread = np.sqrt(np.where(used, weight * error, between * (1 + 3 / used.sum())))
    return Levels(
        centre,
        spread,
        np.exp(weight * gap),
        np.where(reported, 0, posts).astype(np.int64),
        np.where(used, "measured", "modelled"),
        "one figure a creator: how far it may be trusted is assumed.",
    )


def luck(residuals: pl.DataFrame, *, post_spread: float) -> Luck:
    """Return the luck of single posts from ``Record.luck``; that of an assumed spread where they are too few.

    Notes
    -----
    Where reach is missing it is taken to share the engagement's luck.
    """
    if residuals.height < FEWEST_RESIDUALS:
        from scipy.special import ndtri

        normal = ndtri((np.arange(2_000) + 0.5) / 2_000) * post_spread
        pairs = np.column_stack([normal, 0.7 * normal])
        return _made(pairs, measured=False)
    reach = residuals["reach"].fill_null(strategy=None, value=math.nan).to_numpy()
    engagement = residuals["engagements"].to_numpy()
    return _made(np.column_stack([engagement, np.where(np.isnan(reach), 0.7 * engagement, reach)]), measured=True)


def _made(pairs: Floats, *, measured: bool) -> Luck:
    mean, spread = np.exp(pairs).mean(axis=0), pairs.std(axis=0)
    return Luck(pairs, (float(mean[0]), float(mean[1])), (float(spread[0]), float(spread[1])), measured)
