"""What a post costs on Spark, from Spark's own counters, and what a billion would cost a cluster.

Posts in Parquet (as ``engines.py`` writes them) become one row a creator through ``measures.accounts`` in local mode.
The first run warms the virtual machine and is not counted. Counted are the processor seconds of all tasks, and the
rows and bytes that they send through the shuffle. The last size is measured once more with ten times the creators,
because a post costs more the larger the table is in which a task finds its creator; the cost at as many creators as a
task of a cluster meets continues the line through both, in the logarithm of the creators. From these the seconds of a
cluster are: posts and shuffled rows / (posts per core-second x cores) + bytes shuffled / (bytes per second and node x
nodes) + starting.
Needs Java 17 and pyspark. ::

    python benchmarks/spark_scale.py [ROWS ...] [--folder DIR] [--cores N]
"""

import argparse
import math
import shutil
import tempfile
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from engines import creators_of, write_posts

SIZES = (1_000_000, 10_000_000)

#: The cluster of the prediction: nodes, cores a node, bytes a second that a node sends, seconds to start and plan.
NODES, CORES, NETWORK, STARTING = 10, 16, 1.0e9, 20.0

#: Posts that one task of a cluster reads: Spark cuts Parquet at 128 MB.
CUT = 128 * 2**20


def session(cores: int) -> Any:
    """Return a local session of so many cores, without its page."""
    from pyspark.sql import SparkSession

    settings = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.memory": "3g"}
    builder = SparkSession.builder.master(f"local[{cores}]").config("spark.sql.shuffle.partitions", str(2 * cores))
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def reduced(spark: Any, path: Path) -> dict[str, float]:
    """Reduce the posts of a file to a row a creator, every sum of it, and return what that took by Spark's counters."""
    from analysis.measures.tallies import tally

    context, start = spark.sparkContext, time.perf_counter()
    posts = tally(spark.read.parquet(str(path)))
    group = f"{path.name} {start}"
    context.setJobGroup(group, "")
    posts.write.format("noop").mode("overwrite").save()
    spent = time.perf_counter() - start
    time.sleep(1)  # the counters of the last job settle
    tracker, store = context.statusTracker(), context._jsc.sc().statusStore()
    jobs = [tracker.getJobInfo(job) for job in tracker.getJobIdsForGroup(group)]
    stages = [store.lastStageAttempt(stage) for stage in sorted({stage for job in jobs for stage in job.stageIds})]
    done = [stage for stage in stages if stage.executorCpuTime()]  # a later plan skips what an earlier one did
    return {
        "seconds": spent,
        "cpu": sum(stage.executorCpuTime() for stage in done) / 1e9,
        "maps": float(done[0].numTasks()),
        "rows": float(sum(stage.shuffleWriteRecords() for stage in done)),
        "bytes": float(sum(stage.shuffleWriteBytes() for stage in done)),
    }


class Cost(NamedTuple):
    """What was measured: core seconds a post, the creators a task met, core seconds a post a tenfold of these adds.

    And bytes of a shuffled row, and of a post on disk.
    """

    each: float
    creators: float
    tenfold: float
    row: float
    size: float


def predicted(posts: float, creators: float, cost: Cost, *, together: bool) -> str:
    """Return what a cluster takes, in words.

    A task sends one row for each creator it meets: where posts lie in any order, in nearly every task; where the
    posts of a creator lie together, in one.
    """
    in_task, row = CUT / cost.size, cost.row
    met = creators * (1 - math.exp(-in_task / creators))
    rows = creators if together else posts / in_task * met
    held = rows / posts * in_task  # creators in the table of a task
    each = cost.each + cost.tenfold * math.log10(max(held / cost.creators, 1.0))
    work, sent = (posts + rows) * each / (NODES * CORES), rows * row  # a row that arrives costs what a post does
    seconds = STARTING + work + sent / (NETWORK * NODES)
    order = "a creator's posts together" if together else "posts in any order"
    return (
        f"{posts:,.0f} posts, {creators:,.0f} creators, {NODES} nodes of {CORES} cores, {order}: {rows:,.0f} rows, "
        f"{sent / 1e9:,.1f} GB shuffled; {STARTING:.0f} + {work:.0f} + {sent / (NETWORK * NODES):.0f} = {seconds:.0f} s"
    )


def main() -> None:
    """Measure each size on this machine and say what a billion posts would take."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*", type=float, default=SIZES)
    parser.add_argument("--folder", type=Path, help="Keep the files of posts here, and use those that are there.")
    parser.add_argument("--cores", type=int, default=2)
    asked = parser.parse_args()
    if find_spec("pyspark") is None or shutil.which("java") is None:
        print("Spark is not here: make spark, and Java 17")
        return
    warnings.simplefilter("ignore")
    spark = session(asked.cores)
    spark.sparkContext.setLogLevel("ERROR")
    last: Cost | None = None
    print(
        f"{'posts':>12}  {'creators':>10}  {'seconds':>8}  {'CPU s':>7}  {'posts/core s':>12}  {'tasks':>5}"
        f"  {'rows':>9}  {'MB':>7} B/row"
    )
    try:
        sizes = list(map(int, asked.rows))
        asks = [(rows, creators_of(rows)) for rows in sizes] + [(sizes[-1], 10 * creators_of(sizes[-1]))]
        for rows, creators in asks:
            name = f"posts-{rows}.parquet" if creators == creators_of(rows) else f"posts-{rows}-of-{creators}.parquet"
            with tempfile.TemporaryDirectory() as scratch:
                path = (asked.folder or Path(scratch)) / name
                if not path.exists():
                    write_posts(path, rows, creators)
                reduced(spark, path)
                found = reduced(spark, path)
                size = path.stat().st_size / rows
            row, each = found["bytes"] / found["rows"], found["cpu"] / rows
            if last is None or creators == creators_of(rows):
                last = Cost(each, creators, 0.0, row, size)
            else:
                last = last._replace(tenfold=max(each - last.each, 0.0))
            print(
                f"{rows:>12,}  {creators:>10,}  {found['seconds']:>8.2f}  {found['cpu']:>7.2f}"
                f"  {rows / found['cpu']:>12,.0f}  {found['maps']:>5.0f}  {found['rows']:>9,.0f}"
                f"  {found['bytes'] / 1e6:>7.2f}  {row:>5.0f}",
                flush=True,
            )
    finally:
        spark.stop()
    if last is not None:
        print(predicted(1e9, 1e7, last, together=False))
        print(predicted(1e9, 1e7, last, together=True))


if __name__ == "__main__":
    main()
