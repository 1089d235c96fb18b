"""When nobody wrote down what was paid: the budget stands in for the cost, and the page says so.

A budget is planned, not spent, so it never counts where any cost is known. Where none is, a folder with results and
campaign budgets would have no cost at all; each budget is then counted once, on a row of its own, and belongs to an
account only where its campaign has a single one.
"""

import re

import polars as pl

from analysis.intake.links import ACCOUNT, Sheet, Web
from analysis.intake.numbers import parse_column
from analysis.intake.records import snake

__all__ = ["paid_fees", "stand_in"]

_BUDGET = re.compile(r"budget|presupuesto|or[cç]amento|bud[zż]et|b[uü]t[cç]e|예산|ngân_sách|anggaran")

_PAID = re.compile(r"(?:^|_)(?:paid|spent|spend|payout|invoiced|bezahlt|pagad[oa]|pag[oa]|pay[ée]e?)(?:_|$)")


def paid_fees(accounts: Sheet | None, own: str | None, rules: list[str]) -> pl.DataFrame | None:
    """Return one row of cost per account whose own row says what it was paid; None where fees are only quoted."""
    if accounts is None or own is None or accounts.clean is None or "fee" not in accounts.frame.columns:
        return None
    header = next((h for h, column in accounts.clean.mapping.items() if column == "fee"), "")
    if not _PAID.search(snake(header)):
        return None
    kept = [name for name in ("currency", "platform") if name in accounts.frame.columns]
    rows = accounts.frame.select(pl.col("fee").cast(pl.Float64).alias("cost"), *kept)
    rows = rows.with_columns(accounts.keys[own].alias(ACCOUNT)).drop_nulls("cost")
    rules.append(
        f"cost is {header!r} of {accounts.label} ({rows['cost'].sum():,.2f}): what each account was paid, counted once"
    )
    return rows


def stand_in(
    placements: pl.DataFrame | None,
    sheets: list[Sheet],
    web: Web,
    accounts: Sheet | None,
    own: str | None,
    rules: list[str],
) -> pl.DataFrame | None:
    """Return the placements with one row per budget, or as they were when there is no budget or no result."""
    if placements is None:
        return None
    for sheet in sheets:
        for column in sheet.others():
            if not _BUDGET.search(snake(column)):
                continue
            parsed = parse_column(sheet.extra[column].cast(pl.String), kind="money", header=column)
            campaign = next((k for k, role in sheet.roles.items() if role == "campaign_id"), None)
            campaign = campaign or next(
                (k for k in sheet.keys if re.search(r"campaign|deal|project", k) and sheet.unique(k)), None
            )
            if campaign is None or parsed.values.count() < 0.5 * sheet.height:
                continue
            if "campaign_id" not in placements.columns or not _speaks_of(
                sheet.keys[campaign], placements["campaign_id"]
            ):
                continue
            found = web.account_of(sheet, accounts, own)
            account = found[0] if found is not None else pl.repeat(None, sheet.height, dtype=pl.String, eager=True)
            rows = pl.DataFrame({ACCOUNT: account, "campaign_id": sheet.keys[campaign], "cost": parsed.values})
            rows = rows.drop_nulls("cost").unique("campaign_id", keep="first", maintain_order=True)
            rules.append(
                f"assumed: no file says what was paid, so the {rows.height:,} budgets of {sheet.label} ({column}, "
                f"{rows['cost'].sum():,.2f}) stand in for the cost, each counted once; "
                f"{rows[ACCOUNT].null_count():,} belong to no single account"
            )
            return pl.concat([placements, rows], how="diagonal_relaxed")
    return placements


def _speaks_of(keys: pl.Series, campaigns: pl.Series) -> bool:
    values = campaigns.drop_nulls().cast(pl.String).str.to_lowercase().unique()
    return len(values) > 0 and float(values.is_in(keys.drop_nulls().implode()).mean() or 0) >= 0.5  # type: ignore[arg-type]
