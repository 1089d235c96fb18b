"""What the documents say of the code, taken from the code.

The README's glossary, its map and its table of notebooks, and the data dictionary in ``data/README.md``, stand
between marker comments. ``python -m analysis.docs`` writes them anew; a test fails when they are stale.
"""

import ast
import json
import re
from pathlib import Path

from analysis.errors import ReferenceDataError
from analysis.publish import write_whole
from analysis.reference import repository_dir
from analysis.schema import data_dictionary

__all__ = ["code_map", "fill", "notebook_table", "refreshed"]

#: Rooms from the top floor to the ground, and what each is for.
ROOMS = {
    "cli": "a thin wrapper; every command is one function call (beside it `docs`, which makes these sections)",
    "reporting": "notebooks become a pack",
    "findings": "what we say: a question, a sentence, a table, a verdict, from the same numbers",
    "charts": "a tidy table in, Axes out",
    "planning": "where the budget should go: who to book, what it should bring, and what would change the answer",
    "intake": "a client's file becomes canonical tables",
    "measures": "a table gains measures",
    "inference": "how sure are we",
    "sample": "a synthetic data set with a planted truth",
    "": "the ground floor, which everything may lean on",
}

#: Modules that are doors, not places.
_ENTRANCES = {"__init__", "__main__", "cli", "docs"}


def _essay(path: Path) -> str:
    """Return the first line of a module's docstring, without its full stop."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.split("\n", 1)[0].rstrip(".")


def code_map(package: Path) -> str:
    """Return the map of the package as Markdown: every module and the first line of its essay."""
    lines: list[str] = []
    for room, purpose in ROOMS.items():
        if room == "cli":
            lines += ["- **`cli`**: " + purpose]
            continue
        modules = sorted(
            path for path in (package / room).glob("*.py") if path.stem not in {"__init__", "__main__", "cli"}
        )
        lines += [f"- **{f'`{room}/`' if room else 'ground floor'}**: {purpose}"]
        lines += [f"    - `{path.stem}`: {_essay(path)}" for path in modules]
    return "\n".join(lines)


def notebook_table(findings_json: Path, notebooks: Path) -> str:
    """Return the table of notebooks: the question each asks and the first things it found on the sample."""
    found = json.loads(findings_json.read_text(encoding="utf-8"))
    rows = ["| notebook | asks | found on the sample |", "|---|---|---|"]
    for path in sorted(notebooks.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        heading = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        question = heading.split("\n", 1)[0].lstrip("# ").strip()
        here = [finding for finding in found if finding["notebook"] == path.stem]
        # what it concludes comes before what it describes; three tell a newcomer what a notebook is for
        titles = [finding["title"] for finding in sorted(here, key=lambda finding: finding["verdict"] is None)[:3]]
        rows.append(f"| `{path.stem}` | {question} | {'<br>'.join(titles)} |")
    return "\n".join(rows)


def fill(text: str, name: str, content: str) -> str:
    """Return ``text`` with ``content`` between the comments ``<!-- name -->`` and ``<!-- /name -->``.

    Raises
    ------
    ReferenceDataError
        If the markers are not there.

    Examples
    --------
    >>> fill("<!-- a -->old<!-- /a -->", "a", "new")
    '<!-- a -->\\nnew\\n<!-- /a -->'
    """
    pattern = re.compile(rf"(<!-- {name} -->).*?(<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ReferenceDataError(f"the markers <!-- {name} --> and <!-- /{name} --> are missing; put them back.")
    return pattern.sub(lambda match: f"{match[1]}\n{content.strip()}\n{match[2]}", text)


def refreshed(root: Path) -> dict[Path, str]:
    """Return every document with its generated sections as the code has them now."""
    from analysis.measures import glossary

    readme, dictionary = root / "README.md", root / "data" / "README.md"
    text = fill(readme.read_text(encoding="utf-8"), "glossary", glossary())
    text = fill(text, "map", code_map(root / "analysis"))
    found = root / "reports" / "sample" / "findings.json"
    text = fill(text, "notebooks", notebook_table(found, root / "notebooks"))
    data = fill(dictionary.read_text(encoding="utf-8"), "dictionary", data_dictionary())
    return {readme: text, dictionary: data}


def main() -> None:
    """Write the generated sections anew."""
    root = repository_dir()
    if root is None:
        raise ReferenceDataError("the documents are in the repository; run this from a checkout.")
    for path, text in refreshed(root).items():
        write_whole(path, text)


if __name__ == "__main__":
    main()
