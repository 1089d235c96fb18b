"""The linter of notebooks: one small broken notebook per rule, and a good one."""

import json

import pytest

from analysis.errors import NotebookError
from analysis.reporting.lint import lint, lint_notebook, main
from analysis.reporting.parameters import TAG

GOOD = 'paths: list = ["../data/sample"]  # where the tables lie\n# seed of everything random\nseed: int = 2020'


def code(source, tags=(), **also):
    metadata = {"tags": list(tags)} if tags else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None, **also}


def md(source):
    return {"cell_type": "markdown", "source": source, "metadata": {}}


@pytest.fixture
def written(tmp_path):
    def written(*cells, parameters=GOOD, title="# Which one pays?", kernel="python3", ids=True):
        tagged = [] if parameters is None else [code(parameters, [TAG])]
        every = [md(title), *tagged, *cells]
        if ids:
            every = [{**cell, "id": f"c{place}"} for place, cell in enumerate(every)]
        content = {"cells": every, "metadata": {"kernelspec": {"name": kernel}}, "nbformat": 4, "nbformat_minor": 5}
        path = tmp_path / "03-cost.ipynb"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return written


def rules(path):
    return [complaint.rule for complaint in lint_notebook(path)]


def test_a_good_notebook_has_nothing_to_mend(written):
    good = written(
        code("from analysis import charts, findings"),
        code("study = findings.open_study(paths, seed=seed)"),
        md("## What does an engagement cost?\n\nPlain words, no result."),
        code("cost = findings.cost_by_tier(study)\ncost"),
        code("cost.draw(charts.measure_by_tier, reference=None, place=[0, 1])"),
    )
    assert lint_notebook(good) == []
    assert main([str(good)]) == 0


@pytest.mark.parametrize(
    ("cell", "rule", "fix"),
    [
        (code("def f():\n    return 1"), "definition", "Move it to analysis/"),
        (code("class A:\n    pass"), "definition", "a class"),
        (code("f = lambda x: x"), "definition", "a lambda"),
        (code("for a in b:\n    a"), "definition", "a loop"),
        (code("while a:\n    a"), "definition", "a loop"),
        (code("[a for a in b]"), "definition", "a comprehension"),
        (code("{a: 1 for a in b}"), "definition", "a comprehension"),
        (code("big = cost[cost.n > 20]"), "threshold", "Make it a parameter"),
        (code("cost.head(10)"), "threshold", "10"),
        (code("draw(color='#C2410C')"), "colour", "the palette"),
        (code("draw(color='tab:blue')"), "colour", "palette"),
        (code("draw(color='darkred')"), "colour", "palette"),
        (code("study.save('out/a')"), "path", "parameters only"),
        (code("study.save('posts.csv')"), "path", "parameters only"),
        (code("import pandas as pd"), "import", "Import only from analysis"),
        (code("from pathlib import Path"), "import", "pathlib"),
        (code("sys.path.insert(0, '')"), "sys-path", "make lab"),
        (code("pd.read_csv(paths)"), "reading", "findings.open_study"),
        (code("open(paths)"), "reading", "open"),
        (code("%matplotlib inline"), "python", "magics"),
        (code("a\n" * 13), "long", "13 lines"),
        (code("a", execution_count=3), "outputs", "--clear-output"),
        (code("a", outputs=[{"output_type": "stream", "text": "x", "name": "stdout"}]), "outputs", "Clear"),
        (code("a", ["raises-exception"]), "raises", "Remove the tag"),
        (md("## The cost"), "heading", "question mark"),
        (md("Micro is 62.4 % better."), "typed-result", "let a finding say it"),
        (md("Micro is 2.6× cheaper."), "typed-result", "finding"),
        (md("Let's look."), "voice", "present tense"),
        (md("Step 3 follows."), "voice", "plainly"),
        (md("Good \U0001f680"), "voice", "voice"),
    ],
)
def test_one_broken_notebook_per_rule(written, cell, rule, fix):
    (complaint,) = lint_notebook(written(cell))
    assert complaint.rule == rule
    assert fix in complaint.message
    assert str(complaint).startswith("03-cost.ipynb, cell 3: ")


@pytest.mark.parametrize(
    ("options", "rule", "fix"),
    [
        ({"parameters": None}, "parameters", "Tag the one cell"),
        ({"parameters": "a: int = 1 * b  # x"}, "parameters", "Move the rest to another cell"),
        ({"parameters": "a = 1  # x"}, "annotation", "'name: type = value'"),
        ({"parameters": "a: int = 1"}, "comment", "Add a comment"),
        ({"kernel": "ir"}, "kernel", "Python 3 (ipykernel)"),
        ({"ids": False}, "cell-ids", "nbformat 4.5"),
        ({"title": "Which one pays?"}, "title", "Make the first cell Markdown"),
        ({"title": "# Costs"}, "heading", "End it with a question mark"),
    ],
)
def test_rules_of_the_whole(written, options, rule, fix):
    (complaint,) = lint_notebook(written(**options))
    assert complaint.rule == rule
    assert fix in complaint.message


def test_a_question_may_name_a_price_or_a_tier(written):
    assert rules(written(md("## Does the $25 per 1,000 followers rule hold?"))) == []


def test_the_command_says_and_counts(written, capsys, tmp_path):
    written(code("lambda: 1"))
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("03-cost.ipynb, cell 3: it holds a lambda.")


def test_nothing_to_lint_is_an_unusable_call(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "no notebook at" in capsys.readouterr().err
    (tmp_path / "a.ipynb").write_text("[]")
    with pytest.raises(NotebookError, match="is not a notebook"):
        lint([tmp_path])
