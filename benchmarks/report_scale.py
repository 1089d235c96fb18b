"""Where the time of a whole report goes as posts grow: ten thousand creators, and more and more posts of each.

The posts lie in a cleaned folder, as ``creator-roi clean`` writes it, so that no text is parsed. Each report is a
process of its own. Steps are timed by the clock and in processor seconds (of kernels as far as their process reports
them); two notebooks run at a time, and each line says when one was done. ::

    python benchmarks/report_scale.py [POSTS ...] [--creators N]
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = (10_000, 1_000_000)

STEPS = """
import json, resource, sys, time
from pathlib import Path
from analysis import intake
from analysis.reporting import manifest, pack
from analysis.reporting.run import Running

def used():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

told = {}
def timed(owner, name, step):
    real = getattr(owner, name)
    def spent(*args, **kwargs):
        clock, cpu = time.perf_counter(), used()
        try:
            return real(*args, **kwargs)
        finally:
            before = told.get(step, (0.0, 0.0))
            told[step] = (before[0] + time.perf_counter() - clock, before[1] + used() - cpu)
    setattr(owner, name, spent)

timed(intake, "open_canonical", "opening the tables")
timed(pack, "_hashes", "hashing the files")
timed(intake.Canonical, "write", "copying the tables")
timed(pack, "_reduced", "summing the posts")
timed(pack, "data_period", "first and last month")
def run_notebooks(*args, real=pack.run_notebooks, **kwargs):
    start = time.perf_counter()
    def note(step, name):
        if step == "notebook":
            told["  " + name + ", done after"] = (time.perf_counter() - start, float("nan"))
    return real(*args, **{**kwargs, "running": Running(on_step=note)})

pack.run_notebooks = run_notebooks
timed(pack, "run_notebooks", "running the notebooks")
timed(manifest, "write_run", "hashing the pack")
clock, cpu = time.perf_counter(), used()
pack.report([sys.argv[1]], client="Scale", out=sys.argv[2], progress=False)
told["whole report"] = (time.perf_counter() - clock, used() - cpu)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"steps": told, "peak": peak}))
"""


def write_cleaned(folder: Path, posts: int, creators: int) -> None:
    """Write a cleaned folder of so many creators and posts, the posts in pieces."""
    import numpy as np
    import polars as pl
    import pyarrow.parquet as pq

    from analysis import intake
    from analysis.intake.rejections import REJECTED

    rng = np.random.default_rng(2020)
    followers = np.exp(rng.normal(10.5, 2, creators)).astype(np.int64) + 100
    strength = np.exp(rng.normal(0, 0.6, creators))
    ids = np.char.add("c", np.arange(creators).astype(str))
    platform = np.array(["instagram", "tiktok", "youtube"])[rng.integers(0, 3, creators)]
    fee = (0.012 * followers * np.exp(rng.normal(0, 0.5, creators))).round(2)
    listed = pl.DataFrame({"creator_id": ids, "platform": platform, "followers": followers, "fee": fee})
    rows = posts + creators
    audit = {
        **{"grain": None, "rows_read": rows, "rows_kept": rows, "rows_rejected": 0, "duplicates_removed": 0},
        **{"files": [{"file": "posts.csv", "rows_read": rows, "rows_kept": rows}], "rules": [], "warnings": []},
    }
    intake.write(intake.Tables(listed, None, None, pl.DataFrame(schema=REJECTED), audit), folder)
    writer = None
    for first in range(0, posts, 1_000_000):
        n = min(1_000_000, posts - first)
        who = rng.integers(0, creators, n)
        then = (followers[who] * rng.uniform(0.9, 1.1, n)).astype(np.int64)
        paid = rng.random(n) < 0.2
        likes = 0.05 * strength[who] * (then / 1e4) ** -0.2 * then * np.exp(rng.normal(0, 0.8, n)) * (1 - 0.2 * paid)
        likes = likes.astype(np.int64)
        when = rng.integers(0, 365 * 86_400, n).astype("timedelta64[s]")
        piece = pl.DataFrame(
            {
                "post_id": np.char.add("p", np.arange(first, first + n).astype(str)),
                "creator_id": ids[who],
                "platform": platform[who],
                "published_at": np.datetime64("2025-10-01T00:00:00", "us") + when,
                "likes": likes,
                "comments": likes // 30,
                "shares": likes // 50,
                "views": (likes * rng.uniform(5, 15, n)).astype(np.int64),
                "followers": then,
                "sponsored": paid,
            }
        ).with_columns(pl.col("published_at").dt.replace_time_zone("UTC"))
        table = piece.to_arrow()
        writer = writer or pq.ParquetWriter(folder / "posts.parquet", table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def main() -> None:
    """Report on every size and print what each step took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("posts", nargs="*", type=float, default=SIZES)
    parser.add_argument("--creators", type=int, default=10_000)
    asked = parser.parse_args()
    print(f"{'posts':>12}  {'step':<30}  {'seconds':>8}  {'CPU s':>7}")
    for posts in map(int, asked.posts):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            write_cleaned(folder / "data", posts, asked.creators)
            call = [sys.executable, "-c", STEPS, str(folder / "data"), str(folder / "reports")]
            done = subprocess.run(call, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"the report on {posts:,} posts failed:\n{done.stderr[-3000:]}")
            told = json.loads(done.stdout.splitlines()[-1])
            shutil.rmtree(folder / "reports", ignore_errors=True)
        for step, (seconds, cpu) in told["steps"].items():
            shown = f"{cpu:>7.1f}" if cpu == cpu else f"{'':>7}"
            print(f"{posts:>12,}  {step:<30}  {seconds:>8.1f}  {shown}", flush=True)
        print(f"{posts:>12,}  peak {told['peak']:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
