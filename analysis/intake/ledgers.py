"""Placements from several tables: money in one, results in another, and neither counted twice.

A payment and the posts it paid for meet in one of three ways. Where a key names one row on both sides they become
one row. Where both sides know their account, they stay rows of their own, a ledger of costs beside a ledger of
results, and meet in the account's sums: joining several payments to several posts would multiply both. Where only
the results know their account, a deliverable's cost is split equally over its posts. In every case the sum of the
costs stays what was paid.

A column that two tables of different kinds both give (orders of the payout sheet and orders of the tracking log) is
taken from one of them. Money that was paid stands before money that was agreed, and that before a budget. A payment
whose status is not that of money paid is no cost.
"""

import re
from dataclasses import dataclass, field

import polars as pl

from analysis.intake.links import ACCOUNT, Sheet, Web, spoken
from analysis.intake.records import snake
from analysis.schema import PLACEMENTS

__all__ = ["COSTS", "RESULTS", "Part", "merge", "unpaid"]

#: Columns of money spent, and of what it brought.
COSTS = ("cost", "product_cost")
RESULTS = (
    "likes", "comments", "shares", "saves", "views", "reach", "impressions", "clicks", "conversions", "revenue",
    "engagements",
)  # fmt: skip

#: Share of a ledger's rows that must know their account for it to stand beside another.
KNOWN = 0.9

_PAID = re.compile(
    r"^(?:paid|success|successful|succeeded|complete|completed|settled|done|cleared|captured|received|processed|"
    r"bezahlt|pagad[oa]|pag[oa]|payée?|pagato|zapłacon[eay]|opłacon[eay]|已付款?|已支付|已结算|支払済み?|"
    r"지급완료|지급 완료|оплачено|ödendi|dibayar|lunas|đã thanh toán|yes|true|ok|part(?:ial(?:ly)?)?[ _-]?paid)$"
)
_UNPAID = re.compile(
    r"fail|pending|cancel|refund|reject|declin|unpaid|due|open|void|not paid|hold|process(?:ing)?$|offen|ausstehend|"
    r"pendiente|impag|non pagat|niezapłac|未付|未支付|未结算|未払|미지급|не оплачен|"
    r"pendente|en attente|bekliyor|menunggu|chờ|^no$|^false$|scheduled|initiated"
)
_STATUS = re.compile(
    r"(?:^|_)(?:status|state|paid|estado|statut|durum|situação|situacao|situación|stato|"
    r"estatus|状态|状態|상태|статус|trạng_thái)(?:_|$)"
)
_RANKS = (
    (3, re.compile(r"paid|payout|payment|pagad|bezahlt|disburse|settled|transfer")),
    (2, re.compile(r"cost|spend|spent|kosten|costo|custo|coût|maliyet|biaya|amount|expense")),
    (1, re.compile(r"fee|rate|price|agreed|quote|contract|value|deal|honorar")),
)


@dataclass
class Part:
    """A table of placements on its way into one: its sheet, its rows with their account, and how that was found."""

    sheet: Sheet
    rows: pl.DataFrame  # canonical columns and ACCOUNT
    way: str
    pieces: list[str] = field(default_factory=list)

    def has(self, names: tuple[str, ...]) -> list[str]:
        """Return which of these columns hold anything."""
        return [n for n in names if n in self.rows.columns and self.rows[n].is_not_null().any()]

    @property
    def known(self) -> float:
        """Share of rows whose account is known."""
        return 1 - self.rows[ACCOUNT].null_count() / max(self.rows.height, 1)


def unpaid(part: Part, rules: list[str], *, nothing: float | None) -> None:
    """Take the cost off rows whose payment was not made, where a status column says which were.

    Beside results such a row cost nothing so far (0); alone it says nothing about a cost (None).
    """
    if not part.has(("cost",)):
        return
    for column in part.sheet.others():
        if not _STATUS.search(spoken(column)):
            continue
        status = part.sheet.extra[column].str.strip_chars().str.to_lowercase().fill_null("")
        words = status.unique().to_list()
        paid = [word for word in words if _PAID.match(word)]
        other = [word for word in words if word and word not in paid]
        if not paid or not any(_UNPAID.search(word) for word in other) or "campaign" in spoken(column):
            continue
        made = status.is_in(paid)
        lost = part.rows.filter(~made)["cost"].sum()
        counts = status.filter(~made).value_counts(sort=True).rows()
        named = ", ".join(f"{rows:,} {word or 'blank'}" for word, rows in counts[:5])
        part.rows = part.rows.with_columns(cost=pl.when(made).then(pl.col("cost")).otherwise(pl.lit(nothing)))
        rules.append(
            f"{part.sheet.label}: cost counts payments whose {column} is {', '.join(sorted(paid))}; "
            f"not counted: {named}, {lost:,.2f} in all"
        )
        return


def merge(parts: list[Part], web: Web, rules: list[str], warnings: list[str]) -> pl.DataFrame | None:
    """Return the one table of placements, with ACCOUNT; None when no part holds money or results.

    Sums of costs and of results are those of the parts, less what a rule set aside.
    """
    nothing = 0.0 if any(part.has(RESULTS) for part in parts) else None
    for part in parts:
        unpaid(part, rules, nothing=nothing)
    _one_cost(parts, web, rules, warnings)
    _one_result(parts, web, rules, warnings)
    for part in [part for part in parts if not part.has(COSTS + RESULTS)]:
        rules.append(f"{part.sheet.label}: {part.rows.height:,} rows link other tables and hold no cost and no result")
        parts.remove(part)
    ledgers = [part for part in parts if part.has(COSTS) and not part.has(RESULTS)]
    for cost in ledgers:
        met = _meeting(cost, [part for part in parts if part.has(RESULTS)], web)
        if met is None:
            continue
        result, own, key = met
        if _meet(cost, result, own, key, rules):
            parts.remove(cost)
    if not parts:
        return None
    _free(parts, rules)
    if any(not p.has(RESULTS) for p in parts) and any(p.has(RESULTS) for p in parts):
        rules.append(
            "Costs and results that stay rows of their own meet in the sums of their account, each counted once."
        )
        rows = _never_paid(parts, rules)
        stack = [rows] if rows is not None else []
    else:
        stack = []
    names = [ACCOUNT, *PLACEMENTS.names]
    stacked = pl.concat([*(part.rows for part in parts), *stack], how="diagonal_relaxed")
    return stacked.select([name for name in names if name in stacked.columns])


def _free(parts: list[Part], rules: list[str]) -> None:
    """Give what was sent the fee of nothing on its own row, where another table holds the fees."""
    sent = [part for part in parts if part.has(("product_cost",)) and not part.has(("cost",))]
    if not any(part.has(("cost",)) for part in parts):
        return
    for part in sent:
        part.rows = part.rows.with_columns(cost=pl.when(pl.col("product_cost").is_not_null()).then(0.0))
        rules.append(
            f"{part.sheet.label} holds what was sent ({part.rows['product_cost'].sum():,.2f}) and no fee; fees stand "
            "in another table, and both are counted once"
        )


def _never_paid(parts: list[Part], rules: list[str]) -> pl.DataFrame | None:
    """Return a cost of nothing for accounts with results that a ledger of most accounts' payments does not name."""
    costs = [part for part in parts if part.has(COSTS) and not part.has(RESULTS) and part.known >= KNOWN]
    results = [part for part in parts if part.has(RESULTS) and not part.has(COSTS) and part.known >= KNOWN]
    if not costs or not results or any(part.has(COSTS) and part.has(RESULTS) for part in parts):
        return None
    paid = pl.concat([part.rows[ACCOUNT] for part in costs]).drop_nulls().unique()
    worked = pl.concat([part.rows[ACCOUNT] for part in results]).drop_nulls().unique().sort()
    never = worked.filter(~worked.is_in(paid.implode()))
    if never.is_empty() or 2 * len(never) > len(worked):
        return None
    rules.append(
        f"assumed: {' and '.join(part.sheet.label for part in costs)} names every payment, so {len(never):,} accounts "
        f"with results and no payment ({len(worked):,} have results) cost nothing"
    )
    return pl.DataFrame({ACCOUNT: never, "cost": pl.repeat(0.0, len(never), eager=True)})


def _rank(part: Part) -> int:
    clean = part.sheet.clean
    header = next((snake(h) for h, column in clean.mapping.items() if column == "cost"), "") if clean else ""
    return next((rank for rank, words in _RANKS if words.search(header)), 2)


def _shared(one: Sheet, other: Sheet, web: Web) -> list[tuple[str, str]]:
    """Return the keys, not those of accounts, under which two tables speak of the same deliverables."""
    pairs = []
    for header, values in one.keys.items():
        if one.roles.get(header) in {"creator_id", "handle", "name"}:
            continue
        for key in web.same_key(one, header, other):
            if other.roles.get(key) in {"creator_id", "handle", "name"}:
                continue
            if max(web.overlap(values, other.keys[key]), web.overlap(other.keys[key], values)) >= 0.5:
                pairs.append((header, key))
    return sorted(pairs, key=lambda pair: -one.keys[pair[0]].n_unique())


def _one_cost(parts: list[Part], web: Web, rules: list[str], warnings: list[str]) -> None:
    """Where two tables give the cost of the same deliverables, keep what was paid and drop what was agreed."""
    priced = sorted((part for part in parts if part.has(("cost",))), key=_rank, reverse=True)
    for position, part in enumerate(priced):
        for better in priced[:position]:
            pairs = _shared(part.sheet, better.sheet, web)
            if not pairs or not better.has(("cost",)) or not part.has(("cost",)):
                continue
            total, kept = part.rows["cost"].sum(), better.rows["cost"].sum()
            if _rank(better) > _rank(part):
                part.rows = part.rows.with_columns(cost=pl.lit(None, dtype=pl.Float64))
                rules.append(
                    f"cost is {better.sheet.label} ({kept:,.2f}, money paid); {part.sheet.label} ({total:,.2f}, "
                    f"agreed or quoted) speaks of the same {pairs[0][0]} and is not added"
                )
            else:
                warnings.append(
                    f"{better.sheet.label} ({kept:,.2f}) and {part.sheet.label} ({total:,.2f}) both give costs by "
                    f"{pairs[0][0]}; both are kept. If they are the same money, leave one file out"
                )


def _one_result(parts: list[Part], web: Web, rules: list[str], warnings: list[str]) -> None:
    """Where two ledgers of one kind of account give the same result, keep the finer one."""
    for name in RESULTS:
        givers = sorted((p for p in parts if p.has((name,))), key=lambda p: p.rows[name].count(), reverse=True)
        for part in givers[1:]:
            finest = givers[0]
            both = web.overlap(part.rows[ACCOUNT], finest.rows[ACCOUNT]) >= 0.5
            if not both and not _shared(part.sheet, finest.sheet, web):
                continue
            total, kept = float(part.rows[name].sum()), float(finest.rows[name].sum())
            if not both:
                warnings.append(f"{name}: {finest.sheet.label} and {part.sheet.label} both give it; both are kept")
                continue
            part.rows = part.rows.with_columns(pl.lit(None, dtype=part.rows[name].dtype).alias(name))
            rules.append(
                f"{name} is taken from {finest.sheet.label} ({kept:,.0f}, the finer record); {part.sheet.label} says "
                f"{total:,.0f} for the same accounts and is not added"
            )


def _meeting(cost: Part, results: list[Part], web: Web) -> tuple[Part, str, str] | None:
    """Return the results that a ledger of costs speaks of, and the key on each side."""
    found = []
    for result in results:
        for own, key in _shared(cost.sheet, result.sheet, web):
            share = web.overlap(cost.sheet.keys[own], result.sheet.keys[key])
            found.append((result.sheet.unique(key), cost.sheet.unique(own), share, result, own, key))
    if not found:
        return None
    best = max(found, key=lambda item: item[:3])
    return best[3], best[4], best[5]


def _meet(cost: Part, result: Part, own: str, key: str, rules: list[str]) -> bool:
    """Bring costs to results: row to row, or split over a deliverable's posts; False when both stay ledgers."""
    alone = result.sheet.unique(key)
    if not alone and cost.known >= KNOWN:
        rules.append(
            f"{cost.sheet.label} and {result.sheet.label} share {own}, several rows a side; each finds its account "
            f"({cost.way}), so no row is joined to another"
        )
        return False
    if _moneys_differ(cost, result, own, key, rules):
        return False
    names = cost.has(tuple(name for name in PLACEMENTS.names if name not in {*RESULTS, "creator_id", "handle"}))
    sums = [pl.col(name).sum() if name in COSTS else pl.col(name).drop_nulls().first() for name in names]
    known = [pl.when(pl.col(name).count() > 0).then(total).alias(name) for name, total in zip(names, sums, strict=True)]
    keyed = cost.rows.with_columns(cost.sheet.keys[own].alias("_key"))
    paid = (
        keyed.drop_nulls("_key")
        .group_by("_key", maintain_order=True)
        .agg(*known, pl.col(ACCOUNT).drop_nulls().first(), pl.len().alias("_n"))
    )
    rows = result.rows.with_columns(result.sheet.keys[key].alias("_key"))
    met = rows.join(paid, on="_key", how="left", suffix="_paid", maintain_order="left")
    share = pl.len().over("_key")
    amounts = [
        (pl.col(f"{name}_paid" if name in rows.columns else name) / (1 if alone else share)).alias(name)
        for name in names if name in COSTS
    ]  # fmt: skip
    others = [
        pl.coalesce(name, f"{name}_paid").alias(name) for name in names if name not in COSTS and name in rows.columns
    ]
    account = pl.coalesce(ACCOUNT, f"{ACCOUNT}_paid").alias(ACCOUNT)
    met = met.with_columns(*amounts, *others, account)
    unmatched = keyed.filter(
        pl.col("_key").is_null() | ~pl.col("_key").is_in(rows["_key"].drop_nulls().unique().implode())
    )
    spent = [pl.col(name).fill_null(0.0) != 0 for name in COSTS if name in unmatched.columns]
    unmatched = unmatched.filter(pl.any_horizontal(spent))
    drop = ["_key", "_n", *(name for name in met.columns if name.endswith("_paid"))]
    result.rows = pl.concat([met.drop(drop, strict=False), unmatched.drop("_key")], how="diagonal_relaxed")
    several = int((paid["_n"] > 1).sum())
    text = f"{cost.sheet.label} joined to {result.sheet.label} on {own}"
    text += ", one row a side" if alone else ", each cost split equally over its posts"
    text += f"; {several:,} keys with several payments summed first" if several else ""
    rules.append(f"{text}; {unmatched.height:,} costs without a result stand alone")
    _extend_keys(result, unmatched.height)
    return True


def _moneys_differ(cost: Part, result: Part, own: str, key: str, rules: list[str]) -> bool:
    """Whether costs and the results they meet are in different currencies: a row has one, so each keeps its rows."""
    if not cost.has(("currency",)) or not result.has(("currency",)):
        return False
    sides = (
        (cost.rows.select(ACCOUNT, "currency"), cost.sheet.keys[own]),
        (
            result.rows.select(ACCOUNT, "currency"),
            result.sheet.keys[key],
        ),
    )
    paid, earned = (rows.with_columns(keys.alias("_key")).drop_nulls(["_key", "currency"]) for rows, keys in sides)
    met = paid.join(earned.unique(["_key", "currency"]), on="_key", suffix="_earned")
    apart = met.filter(pl.col("currency") != pl.col("currency_earned"))
    if apart.is_empty():
        return False
    one = apart.row(0, named=True)
    names = earned.drop_nulls(ACCOUNT).unique("_key", keep="first", maintain_order=True)
    way = pl.DataFrame({"_key": cost.sheet.keys[own]}).join(
        names.select("_key", ACCOUNT), on="_key", how="left", maintain_order="left"
    )
    cost.rows = cost.rows.with_columns(pl.coalesce(ACCOUNT, way[ACCOUNT]).alias(ACCOUNT))
    rules.append(
        f"{cost.sheet.label} and {result.sheet.label} share {own} but not the currency ({one['currency']} against "
        f"{one['currency_earned']}), so no cost is set beside a result in another money; each keeps its rows"
    )
    return True


def _extend_keys(part: Part, rows: int) -> None:
    """Lengthen a sheet's keys for rows that joined from elsewhere."""
    if rows:
        blank = pl.repeat(None, rows, dtype=pl.String, eager=True)
        part.sheet.keys = {header: values.append(blank) for header, values in part.sheet.keys.items()}
