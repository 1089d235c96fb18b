"""From posts in a Parquet file to the tier table with medians and intervals: ours beside what an expert would write.

Posts are synthetic, a hundred to a creator. Every way gives, for each tier, the creators, the posts, the pooled
engagement rate by followers, the median and the middle half over creators, and both intervals; the table says whether
the numbers agree with the first row's to a billionth. The intervals are the package's own in every way: what is
compared is how the posts are reduced. Each run is a process of its own, in turns, with its imports and its reading;
processor seconds (of all cores) stand beside those of the clock, because a machine may be shared.

With three sizes or more, the time and memory of the larger ones are predicted from the two smallest and stand beside
what was measured. A post costs more the more creators there are, because the table in which it finds its own leaves
the processor's caches; and each creator costs a little. So the second size is measured twice more, with as few
creators as the first and with as many as the size to be predicted, and the time is

    that of ten thousand posts + posts x (a + b log10 creators) + d x creators

with a, b and d from these three runs. Memory is a constant, so much a post and so much a creator. ::

    python benchmarks/engines.py [ROWS ...] [--runs N] [--only NAME ...] [--folder DIR]
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

SIZES = (1_000_000, 10_000_000)

#: The last step of every way: creators (arrays by name: tier, num, den, posts) become the table. No way needs a
#: library for it that it did not choose for the posts.
LAST = """
import numpy as np
from analysis import inference

def last(creators):
    rows = []
    for tier in ("under 1k", "micro", "macro", "mega"):
        here = np.asarray(creators["tier"]) == tier
        num, den, posts = (np.asarray(creators[name], dtype=float)[here] for name in ("num", "den", "posts"))
        own = num / den
        pooled = inference.ratio_interval(num, den)
        median = inference.median_interval(own)
        rows.append([tier, len(num), float(posts.sum()), num.sum() / den.sum(), *np.quantile(own, [0.25, 0.5, 0.75]),
                     pooled.low, pooled.high, median.low, median.high])
    return rows
"""

#: How each way reduces posts to creators.
WAYS = {
    "polars, by hand": """
import polars as pl
posts = pl.scan_parquet(PATH)
rate = (pl.col("likes") + pl.col("comments") + pl.col("shares")).alias("num")
creators = (
    posts.group_by("creator_id", "platform")
    .agg(rate.sum(), pl.col("followers").sum().alias("den"), pl.col("followers").max(), pl.len().alias("posts"))
    .with_columns(
        tier=pl.when(pl.col("followers") < 1_000).then(pl.lit("under 1k"))
        .when(pl.col("followers") < 10_000).then(pl.lit("micro"))
        .when(pl.col("followers") < 1_000_000).then(pl.lit("macro"))
        .otherwise(pl.lit("mega"))
    )
    .sort("platform", "creator_id")
    .collect(engine="streaming")
    .select("tier", "num", "den", "posts")
    .to_dict()
)
""",
    "creator-roi, polars": """
import polars as pl
from analysis import measures
creators = ours(measures.accounts(posts=pl.scan_parquet(PATH)).select(WANTED).collect(engine="streaming").to_dict())
""",
    "duckdb SQL, by hand": """
import duckdb
creators = duckdb.sql(f'''
    select creator_id, platform, sum(likes + comments + shares)::double as num, sum(followers)::double as den,
           count(*) as posts, max(followers) as followers,
           case when max(followers) < 1000 then 'under 1k' when max(followers) < 10000 then 'micro'
                when max(followers) < 1000000 then 'macro' else 'mega' end as tier
    from '{PATH}' group by all order by platform, creator_id
''').fetchnumpy()
""",
    "creator-roi, duckdb": """
import duckdb
from analysis import measures
creators = ours(measures.accounts(posts=duckdb.read_parquet(PATH)).select(*WANTED).fetchnumpy())
""",
    "pandas, by hand": """
import pandas as pd
posts = pd.read_parquet(PATH, columns=["creator_id", "platform", "likes", "comments", "shares", "followers"])
posts["num"] = posts["likes"] + posts["comments"] + posts["shares"]
creators = posts.groupby(["platform", "creator_id"]).agg(
    num=("num", "sum"), den=("followers", "sum"), followers=("followers", "max"), posts=("num", "size")
).reset_index()
creators["tier"] = pd.cut(
    creators["followers"], [0, 1_000, 10_000, 1_000_000, float("inf")], right=False,
    labels=["under 1k", "micro", "macro", "mega"],
)
""",
}

FRAME = """
import json, sys, time, resource
PATH = {path!r}
WANTED = ["account", "tier", "posts", "engagement_rate_by_followers_num", "engagement_rate_by_followers_den"]
def ours(accounts):
    return {{"num": accounts[WANTED[3]], "den": accounts[WANTED[4]], **accounts}}
start = time.perf_counter()
{way}
reduced = time.perf_counter() - start
{last}
table = last(creators)
seconds = time.perf_counter() - start
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([seconds, reduced, peak, used.ru_utime + used.ru_stime, table]))
"""


#: Posts of the run that tells what starting and planning take, and posts to a creator.
FEW, EACH = 10_000, 100


def write_posts(path: Path, rows: int, creators: int = 0) -> None:
    """Write posts, a hundred to a creator unless told, in pieces, so that the largest file needs no large memory."""
    import numpy as np
    import polars as pl
    import pyarrow.parquet as pq

    rng = np.random.default_rng(2020)
    creators = creators or creators_of(rows)
    followers = np.exp(rng.normal(10.5, 2, creators)).astype(np.int64) + 100
    strength = np.exp(rng.normal(0, 0.6, creators))
    platform = pl.Series(["instagram", "tiktok", "youtube"]).gather(rng.integers(0, 3, creators))
    writer = None
    for first in range(0, rows, 1_000_000):
        n = min(1_000_000, rows - first)
        who = rng.integers(0, creators, n)
        then = (followers[who] * rng.uniform(0.9, 1.1, n)).astype(np.int64)
        likes = (0.05 * strength[who] * (then / 1e4) ** -0.2 * then * np.exp(rng.normal(0, 0.8, n))).astype(np.int64)
        table = pl.DataFrame(
            {
                "post_id": "p" + pl.Series(np.arange(first, first + n)).cast(pl.String),
                "creator_id": "c" + pl.Series(who).cast(pl.String),
                "platform": platform.gather(who),
                "published_at": np.datetime64("2025-10-01T00:00:00", "us")
                + rng.integers(0, 365 * 86_400, n).astype("timedelta64[s]"),
                "likes": likes,
                "comments": likes // 30,
                "shares": likes // 50,
                "views": (likes * rng.uniform(5, 15, n)).astype(np.int64),
                "followers": then,
            }
        ).to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def creators_of(rows: int) -> int:
    """Return how many creators a file of so many posts has."""
    return max(1_000, rows // EACH)


class Run(NamedTuple):
    """What one process measured: seconds by the clock and of the reduction, peak MB, processor seconds, the table."""

    seconds: float
    reduced: float
    peak: float
    cpu: float
    table: list[list[object]]


def run(way: str, path: Path) -> Run:
    """Run one way in a process of its own."""
    code = FRAME.format(path=str(path), way=WAYS[way], last=LAST)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way} failed:\n{done.stderr[-2000:]}")
    return Run(*json.loads(done.stdout.splitlines()[-1]))


def agree(one: list[list[object]], other: list[list[object]]) -> bool:
    """Whether two tables hold the same numbers to a billionth."""
    pairs = [(a, b) for left, right in zip(one, other, strict=True) for a, b in zip(left, right, strict=True)]
    return all(a == b if isinstance(a, str) else abs(float(a) - float(b)) <= 1e-9 * abs(float(b)) for a, b in pairs)  # type: ignore[arg-type]


class Told(NamedTuple):
    """What a way took at one size: medians of seconds and processor seconds, the largest peak in MB."""

    posts: int
    creators: int
    seconds: float
    cpu: float
    peak: float


def measured(runs: list[Run], posts: int, creators: int) -> Told:
    """Return what several runs of one way on one file came to."""
    seconds, cpu = (statistics.median(getattr(run, name) for run in runs) for name in ("seconds", "cpu"))
    return Told(posts, creators, seconds, cpu, max(run.peak for run in runs))


def predicted(few: Told, small: Told, runs: tuple[Told, Told, Told], posts: int) -> Told:
    """Return what a way takes at so many posts of as many creators as the last of ``runs`` has.

    ``runs`` are of one number of posts with few, more and that many creators, ``few`` of so few posts that it tells
    what starting takes; ``small`` is of fewer posts.
    """
    _, middle, crowded = runs
    seconds, cpu = (_grown(getattr(few, name), runs, name, posts) for name in ("seconds", "cpu"))
    a_creator = max((crowded.peak - middle.peak) / (crowded.creators - middle.creators), 0.0)
    more = a_creator * (middle.creators - small.creators)
    a_post = max((middle.peak - small.peak - more) / (middle.posts - small.posts), 0.0)
    return Told(posts, crowded.creators, seconds, cpu, crowded.peak + a_post * (posts - crowded.posts))


def _grown(start: float, runs: tuple[Told, Told, Told], name: str, posts: int) -> float:
    """Return start + posts x (a + b log10 creators) + d x creators, where the three runs fix a, b and d."""
    low, middle, high = ((getattr(told, name) - start, told.creators, math.log10(told.creators)) for told in runs)
    steps = [(b[0] - a[0], b[1] - a[1], b[2] - a[2]) for a, b in ((low, middle), (middle, high))]
    (rise, more, tenfold), (rise_last, more_last, tenfold_last) = steps
    each = (rise_last / tenfold_last - rise / tenfold) / (more_last / tenfold_last - more / tenfold)
    each = min(max(each, 0.0), max(rise_last, 0.0) / more_last)
    a_post = (high[0] - each * high[1]) / runs[2].posts  # with as many creators: a + b log10 creators
    return float(start + posts * max(a_post, 0.0) + each * high[1])


def main() -> None:
    """Measure every way at every size, in turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*", type=float, default=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=sorted(WAYS), default=sorted(WAYS, key=list(WAYS).index))
    parser.add_argument("--folder", type=Path, help="Keep the files of posts here, and use those that are there.")
    asked = parser.parse_args()
    print(
        f"{'posts':>12}  {'way':<20}  {'seconds':>8}  {'reducing':>8}  {'CPU s':>7}  {'beside':>7}  {'CPU':>6}"
        f"  {'peak MB':>8}  numbers"
    )
    told: dict[str, list[Told]] = {way: [] for way in asked.only}
    sizes = sorted(map(int, asked.rows))
    for rows in sizes:
        found, size = _turns(asked, rows, creators_of(rows))
        first = found[asked.only[0]]
        base = measured(first, rows, 0)
        for way, runs in found.items():
            now = measured(runs, rows, creators_of(rows))
            told[way].append(now)
            same = "the same" if agree(runs[0].table, first[0].table) else "DIFFERENT"
            reduced = statistics.median(run.reduced for run in runs)
            print(
                f"{rows:>12,}  {way:<20}  {now.seconds:>8.2f}  {reduced:>8.2f}  {now.cpu:>7.2f}"
                f"  {now.seconds / base.seconds:>6.2f}x  {now.cpu / base.cpu:>5.2f}x  {now.peak:>8,.0f}  {same}",
                flush=True,
            )
        print(f"{rows:>12,}  posts in {size / 1e6:,.0f} MB of Parquet, {size / rows:.1f} bytes a post", flush=True)
    if len(sizes) > 2:
        few = _turns(asked, FEW, creators_of(FEW))[0]
        for place, rows in enumerate(sizes[2:], start=2):
            others = [(n, _turns(asked, sizes[1], n)[0]) for n in (creators_of(sizes[0]), creators_of(rows))]
            for way in asked.only:
                begun = measured(few[way], FEW, creators_of(FEW))
                sparse, crowded = (measured(found[way], sizes[1], n) for n, found in others)
                _prediction(way, begun, told[way][0], (sparse, told[way][1], crowded), told[way][place])


def _turns(asked: argparse.Namespace, rows: int, creators: int) -> tuple[dict[str, list[Run]], int]:
    """Run every way on one file, in turns; return what they measured, and the bytes of the file."""
    name = f"posts-{rows}.parquet" if creators == creators_of(rows) else f"posts-{rows}-of-{creators}.parquet"
    with tempfile.TemporaryDirectory() as scratch:
        path = (asked.folder or Path(scratch)) / name
        if not path.exists():
            write_posts(path, rows, creators)
        found: dict[str, list[Run]] = {way: [] for way in asked.only}
        for _ in range(asked.runs):
            for way in asked.only:
                found[way].append(run(way, path))
        return found, path.stat().st_size


def _prediction(way: str, few: Told, small: Told, runs: tuple[Told, Told, Told], real: Told) -> None:
    """Print what the smaller sizes say of a larger one, beside what was measured there."""
    said = predicted(few, small, runs, real.posts)
    a_post = ", ".join(
        f"{(told.cpu - few.cpu) / told.posts * 1e6:.3f} µs of {told.creators:,} creators" for told in runs
    )
    print(f"{way}: {few.cpu:.2f} CPU s to start; a post {a_post}")
    for name in ("seconds", "cpu", "peak"):
        there, real_one = getattr(said, name), getattr(real, name)
        print(
            f"  {real.posts:>12,} posts, {name:<8} predicted {there:>9,.2f}, measured {real_one:>9,.2f}"
            f" ({real_one / there - 1:+.0%})",
            flush=True,
        )


if __name__ == "__main__":
    main()
