"""Stories, as executed notebooks tell them, made without running any; the hostile names that all tests know."""

from typing import Any

#: Names that would run, reorder a line, break XML or leave their place, were they not only shown.
HOSTILE_NAMES = (
    '=HYPERLINK("https://evil.example/","click")',
    '<img src=x onerror="window.hacked=1">',
    "<script>window.hacked=1</script>",
    '"><svg onload=window.hacked=1>',
    "](javascript:window.hacked=1)",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "..\\..\\x",
    "abc\u202egnp.exe\u202c",
    "👩\u200d👩\u200d👧 한국 ليلى 漢字 🔥",
    "x" * 500,
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "&lt;b&gt;",
    "#eval(read(1))",
    "$x^2$ \\frac{1}{2}",
    "nul\x07bell",
)


class StoryMaker:
    """Makes what executed notebooks say without running any: findings with tables, charts of every kind, an About."""

    NAMES = HOSTILE_NAMES

    COLUMNS = (
        ("tier", "tier", "text"),
        ("measured", "creators", "count"),
        ("numerator", "cost", "money"),
        ("denominator", "engagements", "count"),
        ("pooled", "cost per engagement", "money"),
        ("low", "95% from", "money"),
        ("high", "95% to", "money"),
    )
    ROWS = (
        ("micro", 288, 250.0, 1010, 250 / 1010, 0.2, 0.3),
        ("macro", 103, 900.0, 1000, 0.9, 0.7, 1.2),
        ("mega", 4, 0.0, 0, None, None, None),
    )

    def finding(
        self, id: str, *, rows: Any = ROWS, columns: Any = COLUMNS, notebook: str = "03-cost", **data: Any
    ) -> Any:
        """Return a finding with a table."""
        from analysis.reporting.story import Column, FindingRecord

        base = {
            "id": id,
            "question": f"What of {id}?",
            "title": f"An engagement of {id} costs $0.248 with micro",
            "sentence": f"All the money of a tier over all its engagements of {id} is $0.248 with micro creators.",
            "verdict": "supported",
            "evidence": "measured",
            "n": {"creators": 395, "posts": 1180},
            "subtitle": "Cost per engagement, pooled, USD",
            "source": "Source: posts.csv, July 2026. 1,180 of 1,312 rows used. Measured.",
            "caution": "This compares creators as they are. It is an association.",
            "currency": "USD",
            "table": {"columns": [dict(zip(("name", "header", "kind"), c, strict=True)) for c in columns]},
            **data,
        }
        told = tuple(Column(*column) for column in columns)
        rows = tuple(tuple(row) for row in rows)
        return FindingRecord(id, base["question"], base["title"], base["sentence"], notebook, base, told, rows)

    def drawing(
        self, finding: str, chart: str = "", rows: Any = (), columns: Any = (), slide: bytes = b"", **encoding: Any
    ) -> Any:
        """Return a finding's drawing, with what a slide needs to draw it itself."""
        from analysis.reporting.story import DrawingRecord

        told = {"kind": chart, "encoding": encoding, "columns": list(columns), "rows": [list(r) for r in rows]}
        alt = "An engagement costs $0.248 with micro and $0.9 with macro creators."
        svg = '<svg viewBox="0 0 720 360"><g/></svg>'
        return DrawingRecord(finding, finding, alt, svg, b"", "", None, told if chart else {}, slide)

    def intervals(self, finding: str, rows: Any = ROWS, **encoding: Any) -> Any:
        """Return a chart of intervals by tier."""
        table = [(*row, row[1] < 20) for row in rows]
        columns = [name for name, *_ in self.COLUMNS] + ["flagged"]
        return self.drawing(
            finding, "measure_by_tier", table, columns, value="pooled", kind="money", currency="USD", **encoding
        )

    def story(self, *items: Any, chapter: str = "03-cost") -> Any:
        """Return a story of one chapter, each item under a question of its own finding."""
        from analysis.reporting.story import Chapter, Section, Story

        sections = tuple(Section(getattr(item, "question", "and?"), ("A plain word.",), (item,)) for item in items)
        return Story((Chapter(chapter, "Which one pays?", ("It opens.",), sections),))

    def about(self, **other: Any) -> Any:
        """Return what stands beside the findings."""
        from analysis.reporting.assemble import About, Term, TierRange
        from analysis.reporting.ledger import FileRows, Ledger, SetAside

        files = (FileRows("posts.csv", "posts", 1312, 1180, 132),)
        base: dict[str, Any] = {
            "client": "Acme",
            "period": "2026-07",
            "scheme": "article",
            "scheme_source": "the article",
            "ledger": Ledger(1312, 1180, (SetAside("duplicate", 132),), files, ("a column is in doubt",)),
            "tiers": (TierRange("micro", "1K–10K"), TierRange("macro", "10K–1M"), TierRange("mega", "1M and more")),
            "glossary": (Term("cost per engagement (CPE)", "cost / engagements", "That a like is a sale."),),
            "settings": {"seed": 2020},
        }
        return About(**{**base, **other})

    def hostile(self) -> Any:
        """Return a story in which every text from data is hostile, in every place a format shows one."""
        names = list(self.NAMES)
        rows = [(name, 30 + i, 10.0 + i, 20 + i, (10.0 + i) / (20 + i), 0.1, 3.0) for i, name in enumerate(names)]
        few, some = rows[:6], [rows[0], rows[7]]
        scatter = [(1000.0 * (i + 1), 30.0 * (i + 1), names[i % 3]) for i in range(30)]
        ratios = [(name, 1.0 + i, 0.5 + i, 2.0 + i) for i, name in enumerate(names[6:9])]
        text = {"subtitle": names[0], "caution": names[1], "source": names[2], "question": names[4]}
        return self.story(
            self.finding(
                "head", rows=rows, role="headline", action=names[3], big={"value": names[0], "label": names[5]}
            ),
            self.finding("=1+1", rows=rows, title=names[0] + " 1", sentence=names[1], **text),
            self.finding("tiers", rows=some, question=names[5], title="Tiers are 1234"),
            self.intervals("tiers", some, panel=None, reference=[0.5, names[0]]),
            self.finding("dots", rows=few, question=names[6], title="Dots are 2345"),
            self.drawing(
                "dots", "price_against_rule", scatter, ("followers", "fee", "tier"), order=names[:3], y_label=names[1]
            ),
            self.finding("forest", rows=few, question=names[7], title="Forests are 3456"),
            self.drawing(
                "forest", "micro_against_mega", ratios, ("measure", "estimate", "low", "high"), a=names[0], b=names[1]
            ),
        )
