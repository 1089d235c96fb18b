"""What a parent of warm kernels may know of this package, where it lives no longer than one report or one batch.

A parent that serves whoever asks (JupyterLab, another project's notebooks) knows nothing of this package, so that a
kernel runs the code of the day. One that was started for a report or a batch serves notebooks of one moment, and half
a second of each went into importing the same rooms and parsing the same reference data.

Left out is what a kernel takes from the folder it works in: the charts, whose colours are the client's, and the
language of numbers. No client's data is ever read here.
"""

from importlib import import_module

from analysis.reference import read_yaml, reference_dir

__all__ = ["ROOMS", "load"]

#: What the shipped notebooks import, but for the charts.
ROOMS = (
    "analysis.findings",
    "analysis.findings.audit",
    "analysis.findings.claims.run",
    "analysis.findings.plan",
    "analysis.inference",
    "analysis.intake",
    "analysis.intake.canonical",
    "analysis.measures",
    "analysis.planning",
)


def load() -> None:
    """Import the rooms and parse the reference data."""
    for name in ROOMS:
        import_module(name)
    home = reference_dir()
    for path in sorted(home.rglob("*.yml")):
        read_yaml(path.relative_to(home).as_posix())
