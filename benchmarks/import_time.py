"""How long until the first answer: the command line's help beside what it must not wait for.

Each line is a whole process, started from nothing, timed from outside. The commands take turns, so that a busy
machine slows all of them alike; the median of the runs is what to compare.

    python benchmarks/import_time.py [RUNS]
"""

import platform
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import analysis": ["-c", "import analysis"],
    "creator-roi --help": ["-m", "analysis", "--help"],
    "import pandas": ["-c", "import pandas"],
    "import pandas, seaborn": ["-c", "import pandas, seaborn"],
}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(runs: int) -> None:
    for arguments in COMMANDS.values():  # once unmeasured: bytecode is written, files are in the cache
        seconds(arguments)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            times[name].append(seconds(arguments))
    print(f"Seconds of a whole process, {runs} runs each, Python {platform.python_version()}, warm file cache")
    print(f"{'':24}{'median':>8}{'least':>8}{'most':>8}")
    for name, values in times.items():
        print(f"{name:24}{statistics.median(values):8.3f}{min(values):8.3f}{max(values):8.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
