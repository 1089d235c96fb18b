"""What stands beside the findings of a pack: whose it is, of when, what its words mean, what became of the rows."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.reporting.assemble import UNDATED, About, Term, TierRange
from analysis.reporting.ledger import Ledger, ledger

if TYPE_CHECKING:
    from analysis.intake import Canonical

__all__ = ["about_of", "about_pack", "data_period"]


def data_period(opened: "Canonical") -> str:
    """Return the first and last month of the data, such as ``2024-01 to 2024-12``, or ``undated``."""
    paid = opened.tables.placements
    days = [*opened.span("published_at")]
    if paid is not None and "date" in paid.columns:
        days += [paid["date"].min(), paid["date"].max()]
    months = [f"{day:%Y-%m}" for day in days if day is not None]
    if not months:
        return UNDATED
    return min(months) if min(months) == max(months) else f"{min(months)} to {max(months)}"


def about_of(parameters: Mapping[str, Any], when: str, rows: Ledger, folder: Path) -> About:
    """Return what stands beside the findings of a pack that lies, or is built, in ``folder``.

    Parameters
    ----------
    parameters : mapping
        What the notebooks ran with, defaults included.
    when : str
        The period in words.
    rows : Ledger
        Rows read, used and set aside.
    folder : Path
        Where a scheme of the client's own lies.
    """
    from analysis.measures import registry, tiers

    asked = str(parameters.get("scheme") or "article")
    scheme = None if asked == "quantile" else tiers.load_scheme(_scheme_place(asked, folder))
    ranges = {} if scheme is None else tiers.tier_ranges(scheme)
    terms = (Term(m.label, m.formula, m.not_proof) for m in registry.MEASURES.values())
    return About(
        client=str(parameters["client"]),
        period=when,
        scheme=asked if scheme is None else scheme.name,
        scheme_source="five equal groups of this data" if scheme is None else str(scheme.source or ""),
        platform=str(parameters.get("platform") or ""),
        ledger=rows,
        tiers=tuple(TierRange(name, text) for name, text in ranges.items()),
        glossary=tuple(terms),
        settings={name: parameters[name] for name in ("seed", "confidence") if name in parameters},
    )


def about_pack(pack: Path) -> About:
    """Return what stands beside the findings of a pack that was made already."""
    from analysis import intake
    from analysis.reporting.verify import read_record

    record = read_record(pack)
    return about_of(record["parameters"], record["period"], ledger(intake.open_or_read(pack / "data").tables), pack)


def _scheme_place(scheme: str, folder: Path) -> str | Path:
    return folder / "scheme.yml" if scheme == "../scheme.yml" else scheme
