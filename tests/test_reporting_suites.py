"""papermill's and nbclient's own test suites pass with the warm kernel in place of the ordinary one.

Their sources are not part of this repository: unpack the two source distributions into one folder and name it in
``CREATOR_ROI_SUITES``; what the suites need beside this environment (see the sources) may lie in ``extra`` below it.
What fails with an ordinary kernel too is theirs; what fails with the warm one only is named below, with its reason.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SUITES = Path(os.environ.get("CREATOR_ROI_SUITES", "/nowhere"))

#: Tests that cannot hold with a forked kernel, and why. None is known.
EXCEPTIONS: dict[str, str] = {}

#: Tests of storage services that need libraries or networks of their own.
ELSEWHERE = ("test_gcs", "test_hdfs", "test_adl", "test_abs", "test_s3")


def failing(folder: Path, tests: str, provisioner: str | None) -> set[str]:
    """Return the tests of a suite that fail."""
    bin_dir = Path(sys.executable).parent  # the suites start commands by their names
    environment = {
        **os.environ,
        "PYTHONPATH": str(SUITES / "extra"),
        "PATH": f"{bin_dir}{os.pathsep}{os.environ['PATH']}",
    }
    if provisioner:
        environment["JUPYTER_DEFAULT_PROVISIONER_NAME"] = provisioner
    options = [
        "-q",
        "-rfE",
        "--color=no",
        "-p",
        "no:cacheprovider",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
    ]
    ignored = [f"--ignore={tests}/{name}.py" for name in ELSEWHERE]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", tests, *options, *ignored],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert " passed" in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    return set(re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, flags=re.MULTILINE))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "tests"), [("nbclient", "tests"), ("papermill", "papermill/tests")])
def test_their_own_suite_passes_with_the_warm_kernel(name, tests):
    folders = sorted(SUITES.glob(f"{name}-*/"))
    if not folders:
        pytest.skip(f"the sources of {name} are not here; set CREATOR_ROI_SUITES to the folder they are unpacked in")
    warm = failing(folders[0], tests, "creator-roi-warm")
    if warm - set(EXCEPTIONS):  # what fails with an ordinary kernel too is not ours
        warm -= failing(folders[0], tests, None)
    assert warm <= set(EXCEPTIONS)
