"""Why somebody is not planned with, and why there is no plan: each reason with what would help.

A list of viral posts makes small accounts look like magic; what such a post brought is no expectation of the next one,
so a plan leaves those sizes out. And where no list can pay, the reason names what is assumed, because the same report
may have measured that the money came back.
"""

import numpy as np
import pandas as pd

from analysis import formats
from analysis.errors import CurrencyError
from analysis.findings.study import Study
from analysis.findings.viral import sizes_of_success

__all__ = ["needed", "ordinary", "though"]

#: People on earth (United Nations, World Population Prospects 2024), rounded up.
PEOPLE = 8.5e9

VIRAL = "listed only because a post went viral, which says nothing of the next one"


def ordinary(study: Study, candidates: pd.DataFrame, left_out: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out sizes that are listed only for a post that went viral, and counts of followers that cannot be."""
    listed = sizes_of_success(study)[0]
    tiers = list(listed.loc[listed["viral"], "tier"]) if len(listed) else []
    viral, crowd = candidates["tier"].isin(tiers), candidates["followers"] > PEOPLE
    if not (viral | crowd).any():
        return candidates, left_out
    why = np.where(crowd, "more followers than there are people: the count cannot be right", VIRAL)
    out = candidates[["account"]].assign(reason=why)[viral | crowd]
    kept = candidates[~(viral | crowd)].reset_index(drop=True)
    kept.attrs = dict(candidates.attrs)
    return kept, pd.concat([left_out, out], ignore_index=True)


def though(study: Study, candidates: pd.DataFrame) -> str:
    """Return what to know where money came back in these data and yet no single post is expected to bring it."""
    deals = study.measured("roas")
    cost = float(deals["roas_den"].sum())
    back = float(deals["roas_num"].sum()) / cost if cost > 0 else 0.0
    assumed = "conversions_evidence" in candidates and (candidates["conversions_evidence"] == "assumed").all()
    if not assumed or back <= 1:
        return ""
    return (
        f"; the return of {formats.number(back)} for each 1 spent is of whole accounts, and what one post sells is "
        "not in these files, so it is assumed"
    )


def needed(error: Exception, study: Study, candidates: pd.DataFrame, budget: float) -> str:
    """Return what would make a plan possible."""
    if isinstance(error, CurrencyError):
        return f"assumptions of your own in {study.currency} (`creator-roi plan --assumptions FILE`)"
    if len(candidates) and candidates["cost"].min() > budget:
        cheapest = formats.money(float(candidates["cost"].min()), candidates.attrs.get("currency"))
        return f"a budget of {cheapest} or more"
    return ""
