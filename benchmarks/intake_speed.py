"""How long does understanding a file take, beside merely reading its text?

Messy rows of accounts: suffixes (``13.6M``), thousands separators, percent signs, currency signs, missing markers,
exact copies. ``clean`` reads, recognises, converts and writes canonical Parquet; beside it polars and pandas load the
same file as plain text, and understand nothing. Each run is a process of its own, in turns, memory at its peak; CPU
seconds tell more than the clock on a machine that others use. ``clean`` reads a file of this size in blocks and writes
each as it is understood. ::

    python benchmarks/intake_speed.py [ROWS ...]
"""

import subprocess
import sys
import tempfile
from pathlib import Path

SIZES = (100_000, 1_000_000)
RUNS = 3

READERS = {
    "creator-roi clean": "from analysis.intake import clean\nrows = clean({file!r}, Path({out!r}))['rows_kept']",
    "polars, as text": "import polars as pl\nrows = pl.read_csv({file!r}, infer_schema=False).height",
    "pandas, as text": "import pandas as pd\nrows = len(pd.read_csv({file!r}, dtype=str))",
}

#: Seconds and CPU of the work with its imports, the peak of resident memory in MB, and the rows.
FRAME = """
import time, os
from pathlib import Path
start, cpu = time.perf_counter(), time.process_time()
{work}
spent = time.perf_counter() - start, time.process_time() - cpu
status = Path("/proc/self/status")
if status.exists():
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(*spent, peak, rows)
"""


def write_messy(path: Path, rows: int) -> None:
    """Write accounts as an analytics tool shows them: rounded, decorated, with gaps and copies."""
    import numpy as np

    rng = np.random.default_rng(2020)
    with path.open("w", encoding="utf-8") as out:
        out.write("Account,Platform,Country,Followers,Posts,Avg. Likes,Avg. Views,Engagement Rate,Price per Post\n")
        for first in range(0, rows, 100_000):
            n = min(100_000, rows - first)
            followers = np.exp(rng.normal(11, 2, n))
            likes = followers * rng.uniform(0.002, 0.08, n)
            kinds = rng.random(n)
            lines = []
            for i in range(n):
                size, liked, kind = followers[i], likes[i], kinds[i]
                shown = f"{size / 1e6:.1f}M" if size > 1e6 else f"{size / 1e3:.1f}K" if size > 1e4 else f'"{size:,.0f}"'
                rate = "N/A" if kind < 0.02 else f"{100 * liked / size:.2f}%"
                views = "-" if kind > 0.97 else f'"{liked * 9:,.0f}"'
                price = "" if 0.4 < kind < 0.6 else f'"$ {size / 40 + 5:,.2f}"'
                line = f"@creator_{first + i},instagram,{'DE' if kind < 0.5 else 'US'},{shown},{i % 3000},{liked:.0f},"
                lines.append(f"{line}{views},{rate},{price}\n")
                if i % 1000 == 999:
                    lines.append(lines[-1])  # an exact copy
            out.write("".join(lines))


def measured(work: str) -> tuple[float, float, float, int]:
    done = subprocess.run([sys.executable, "-c", FRAME.format(work=work)], check=True, capture_output=True, text=True)
    seconds, cpu, peak, rows = done.stdout.split()
    return float(seconds), float(cpu), float(peak), int(rows)


def main(sizes: list[int]) -> None:
    print(f"{'':20}{'rows':>12}{'MB':>7}{'seconds':>9}{'CPU s':>8}{'peak MB':>9}{'× polars CPU':>14}{'rows out':>12}")
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="creator-roi-bench-") as folder:
            file = Path(folder) / "accounts.csv"
            write_messy(file, rows)
            runs: dict[str, list[tuple[float, float, float, int]]] = {name: [] for name in READERS}
            for turn in range(RUNS if rows <= 1_000_000 else 1):
                for name, work in READERS.items():
                    runs[name].append(measured(work.format(file=str(file), out=f"{folder}/out{turn}")))
            size = file.stat().st_size / 2**20
            least = {name: min(many, key=lambda run: run[1]) for name, many in runs.items()}
            base = least["polars, as text"][1]
            for name, (seconds, cpu, peak, out) in least.items():
                print(
                    f"{name:20}{rows:12,}{size:7.0f}{seconds:9.2f}{cpu:8.2f}{peak:9.0f}{cpu / base:14.1f}{out:12,}",
                    flush=True,
                )


if __name__ == "__main__":
    main([int(float(argument)) for argument in sys.argv[1:]] or list(SIZES))
