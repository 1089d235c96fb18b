"""From posts in a Parquet file to the tier table with medians and intervals: ours beside what an expert would write.

Posts are synthetic, a hundred to a creator. Every way gives, for each tier, the creators, the posts, the pooled
engagement rate by followers, the median and the middle half over creators, and both intervals; the table says whether
the numbers agree with the first row's to a billionth. The intervals are the package's own in every way: what is
compared is how the posts are reduced. Each run is a process of its own, in turns, with its imports and its reading;
processor seconds (of all cores) stand beside those of the clock, because a machine may be shared.

With three sizes or more, the time and memory of the largest are predicted from the two smallest: the seconds are a
constant (imports, starting) plus a cost per post that the two sizes fix, and the prediction stands beside what was
measured. ::

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


def write_posts(path: Path, rows: int) -> None:
    """Write posts with a hundred to a creator, in pieces, so that the largest file needs no large memory."""
    import numpy as np
    import polars as pl
    import pyarrow.parquet as pq

    rng = np.random.default_rng(2020)
    creators = max(1_000, rows // 100)
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


def predicted(small: tuple[int, float], middle: tuple[int, float], rows: int) -> float:
    """Return what a constant and a cost per post that two sizes fix give at another size."""
    (a, at_a), (b, at_b) = small, middle
    each = max((at_b - at_a) / (b - a), 0.0)
    return at_a + each * (rows - a)


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
    told: dict[str, list[tuple[int, float, float, float]]] = {way: [] for way in asked.only}
    for rows in sorted(map(int, asked.rows)):
        with tempfile.TemporaryDirectory() as scratch:
            path = (asked.folder or Path(scratch)) / f"posts-{rows}.parquet"
            if not path.exists():
                write_posts(path, rows)
            found: dict[str, list[Run]] = {way: [] for way in asked.only}
            for _ in range(asked.runs):
                for way in asked.only:
                    found[way].append(run(way, path))
            size = path.stat().st_size
        first = found[asked.only[0]]
        base, base_cpu = (statistics.median(getattr(r, name) for r in first) for name in ("seconds", "cpu"))
        for way, runs in found.items():
            seconds, reduced, cpu = (
                statistics.median(getattr(r, name) for r in runs) for name in ("seconds", "reduced", "cpu")
            )
            peak = max(r.peak for r in runs)
            same = "the same" if agree(runs[0].table, first[0].table) else "DIFFERENT"
            told[way].append((rows, seconds, cpu, peak))
            print(
                f"{rows:>12,}  {way:<20}  {seconds:>8.2f}  {reduced:>8.2f}  {cpu:>7.2f}  {seconds / base:>6.2f}x"
                f"  {cpu / base_cpu:>5.2f}x  {peak:>8,.0f}  {same}",
                flush=True,
            )
        print(f"{rows:>12,}  posts in {size / 1e6:,.0f} MB of Parquet, {size / rows:.1f} bytes a post", flush=True)
    _predictions(told)


def _predictions(told: dict[str, list[tuple[int, float, float, float]]]) -> None:
    """Print what the two smallest sizes say of each larger one, beside what was measured there."""
    for way, sizes in told.items():
        if len(sizes) < 2:
            continue
        (a, *low), (b, *high) = sizes[:2]
        each = (high[1] - low[1]) / (b - a)
        speed = 1 / each if each > 0 else math.inf
        print(f"{way}: {low[1] - each * a:.2f} CPU s and one more for every {speed:,.0f} posts")
        for rows, *measured in sizes[2:]:
            for name, place in (("seconds", 0), ("CPU s", 1), ("peak MB", 2)):
                said = predicted((a, low[place]), (b, high[place]), rows)
                print(
                    f"  {rows:>12,} posts, {name:<8} predicted {said:>9,.2f}, measured {measured[place]:>9,.2f}"
                    f" ({measured[place] / said - 1:+.0%})"
                )


if __name__ == "__main__":
    main()
