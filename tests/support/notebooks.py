"""Small notebook sources."""

import json
from pathlib import Path
from typing import Any


class NotebookMaker:
    """Writes small notebook sources: code as text, Markdown as ``md(text)``, a finding as ``finding(...)``."""

    PARAMETERS = 'paths: list = ["../data"]\nclient: str = "client"\nseed: int = 2020\nconfidence: float = 0.95'

    def __call__(
        self, path: Path, *cells: Any, parameters: str | None = PARAMETERS, title: str = "# Does it run?"
    ) -> Path:
        from nbformat import v4, write

        spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        notebook = v4.new_notebook(metadata={"kernelspec": spec})
        tagged = [] if parameters is None else [v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        made = [cell if not isinstance(cell, str) else v4.new_code_cell(cell) for cell in cells]
        notebook.cells = [v4.new_markdown_cell(title), *tagged, *made]
        for place, cell in enumerate(notebook.cells):
            cell.id = f"cell-{place}"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(notebook, path)
        return path

    @staticmethod
    def md(text: str) -> Any:
        """Return a Markdown cell."""
        from nbformat.v4 import new_markdown_cell

        return new_markdown_cell(text)

    @staticmethod
    def show(kind: str, data: dict[str, Any], **also: str) -> str:
        """Return code that displays ``data`` under our JSON type ``kind``."""
        bundle = {f"application/vnd.creator-roi.{kind}+json": data, "text/plain": "shown", **also}
        text = repr(json.dumps(bundle))
        return f"import json\nfrom IPython.display import display\ndisplay(json.loads({text}), raw=True)"

    def finding(self, id: str, **data: Any) -> str:
        """Return code that displays a finding."""
        base = {
            "id": id,
            "question": f"What of {id}?",
            "title": f"{id} is 1",
            "sentence": f"The answer of {id} is 1.",
            "verdict": None,
            "evidence": "measured",
            "n": {"creators": 12, "posts": None},
            "table": {"columns": [{"name": "a", "header": "A", "kind": "count"}], "rows": [[1]]},
        }
        return self.show("finding", {**base, **data})
