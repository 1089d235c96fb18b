"""How much memory does cleaning take where a large input is no plain CSV named alone?

Posts of one kind in the ways in which they come: dates written day first, American, as seconds; accounts beside posts;
twelve months in twelve files; a column beside its twin; gzip, JSON Lines, Parquet, a table of a database. Each is
cleaned in a process of its own. Of the memory at its peak, what a process holds itself tells whether an input is held
whole; pages of scratch files that are mapped are let go by the system when it needs them, and count in the whole. ::

    python benchmarks/intake_kinds.py [ROWS ...]
"""

import gzip
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

#: CPU seconds, the peak of resident memory and of what the process holds itself in MB, and the rows kept.
WORK = """
import sys, threading, time
from pathlib import Path
from analysis.intake import clean
peak, own = 0, 0
def watch():
    global peak, own
    while True:
        lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        peak, own = int(lines["VmHWM"].split()[0]), max(own, int(lines["RssAnon"].split()[0]))
        time.sleep(0.01)
threading.Thread(target=watch, daemon=True).start()
rows = clean(sys.argv[1], Path(sys.argv[2]))["rows_kept"]
time.sleep(0.05)
print(time.process_time(), peak / 1024, own / 1024, rows)
"""


def posts(rows: int) -> pl.DataFrame:
    """Return invented posts, a hundred an account, spread over two years."""
    number = pl.int_range(rows, eager=True)
    seconds = (number * 7919) % (700 * 86_400)
    return pl.DataFrame({"n": number, "at": seconds}).select(
        post_id=pl.format("p{}", pl.col("n").cast(pl.String).str.zfill(8)),
        username=pl.format("maker_{}", (pl.col("n") * 31) % max(1, rows // 100)),
        published_at=pl.datetime(2024, 1, 1) + pl.duration(seconds=pl.col("at")),
        caption=pl.format("morning look number {} for you", pl.col("n") % 9973),
        likes=(pl.col("n") * 37) % 90_000,
        views=(pl.col("n") * 37) % 90_000 * 12,
    )


def write_kinds(folder: Path, rows: int) -> dict[str, str]:
    """Write the same posts in every way; return what each is called and where it lies."""
    frame, moment = posts(rows), pl.col("published_at").dt
    iso = frame.with_columns(published_at=moment.to_string("%Y-%m-%dT%H:%M:%S"))
    for name, shape in (("dmy", "%d/%m/%Y"), ("us", "%-m/%-d/%Y %-I:%M %p"), ("epoch", "%s")):
        frame.with_columns(published_at=moment.to_string(shape)).write_csv(folder / f"{name}.csv")
    iso.write_csv(folder / "iso.csv")
    twin = pl.format("{}K", (pl.col("likes") / 1000).round(1))
    header = ",".join([*iso.columns, "likes"]) + "\n"
    (folder / "twins.csv").write_text(header + iso.with_columns(twin.alias("again")).write_csv(include_header=False))
    with gzip.open(folder / "iso.csv.gz", "wb", 3) as packed:
        packed.write((folder / "iso.csv").read_bytes())
    iso.write_ndjson(folder / "posts.jsonl")
    frame.write_parquet(folder / "posts.parquet")
    with sqlite3.connect(folder / "shop.db") as base:
        base.execute(f"CREATE TABLE posts ({', '.join(iso.columns)})")
        base.executemany(f"INSERT INTO posts VALUES ({', '.join('?' * iso.width)})", iso.iter_rows())
    for name in ("both", "months"):
        (folder / name).mkdir()
    iso.write_csv(folder / "both" / "posts.csv")
    makers = iso.select(pl.col("username").unique(maintain_order=True)).with_columns(
        followers=pl.int_range(pl.len()) * 97 % 3_000_000 + 1000, platform=pl.lit("instagram")
    )
    makers.write_csv(folder / "both" / "creators.csv")
    for month in range(12):
        iso.slice(month * rows // 12, rows // 12).write_csv(folder / "months" / f"posts_2024_{month + 1:02d}.csv")
    return {
        "ISO dates": "iso.csv",
        "day first": "dmy.csv",
        "American, 12 hours": "us.csv",
        "seconds since 1970": "epoch.csv",
        "a column and its twin": "twins.csv",
        "gzip": "iso.csv.gz",
        "accounts beside posts": "both",
        "twelve files": "months",
        "JSON Lines": "posts.jsonl",
        "Parquet": "posts.parquet",
        "a database": "shop.db::posts",
    }


def main(sizes: list[int]) -> None:
    print(f"{'':24}{'rows':>12}{'CPU s':>8}{'peak MB':>9}{'own MB':>9}{'rows out':>12}")
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="creator-roi-bench-") as name:
            folder = Path(name)
            for kind, file in write_kinds(folder, rows).items():
                call = [sys.executable, "-c", WORK, str(folder / file), str(folder / "out")]
                done = subprocess.run(call, check=True, capture_output=True, text=True)
                cpu, peak, own, out = map(float, done.stdout.split())
                print(f"{kind:24}{rows:12,}{cpu:8.2f}{peak:9.0f}{own:9.0f}{out:12,.0f}", flush=True)


if __name__ == "__main__":
    main([int(float(argument)) for argument in sys.argv[1:]] or [1_000_000])
