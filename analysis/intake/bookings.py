"""Bookings: a table of amounts that says alone neither to whom nor for what, beside the tables that its rows name.

``invoice_no, username, amount, invoice_date`` may be a shop's customers or what creators were paid. Alone it stays out.
In a folder the values decide: where most of its rows name accounts that another table lists, or deliverables that
another table describes, and a header or the file's name speaks of invoices, payments or fees, the amounts are costs.
Net stands before gross; taxes, budgets and rates are no amounts; a list of goods or customers is no booking.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from analysis.intake.clean import clean_table
from analysis.intake.ledgers import COSTS, RESULTS
from analysis.intake.links import FOUND, Sheet, Web, make_sheet, normal, spoken
from analysis.intake.recognise import recognise
from analysis.intake.tables import CleanTable, RawTable
from analysis.intake.targets import said
from analysis.intake.told import Told
from analysis.intake.values import profile_of
from analysis.intake.words import fold

__all__ = ["booked", "named_by_values"]

#: Different values that must be names of accounts before a column without a telling header is taken for their column.
LEAST_NAMES = 3

_BOOKS = re.compile(
    r"(?i)invoice|payment|payout|paid\b|voucher|settlement|remittance|\bfees?\b|retainer|honorar|bookkeeping|paypal|transaction|transfer|"
    r"rechnung|zahlung|buchung|factur|fatura|fattura|notas? fisca|recibo|"
    r"quittung|re[cç]u\b|paiement|r[eè]glement|\bpagos?\b|pagamento|[oö]deme|结算|付款|"
    r"発票|支払|請求|지급|정산|thanh to[aá]n|pembayaran|faktur|p[lł]atno|оплат|счет"
)
_AMOUNT = re.compile(
    r"(?i)amount|\bnet\b|netto|\bneto\b|betrag|importe|monto|montant|importo|valor\b|tutar|bedrag|retainer|\bfees?\b|"
    r"honorar|cachet|\bgross\b|brutto|\btotal\b|\bht\b|金额|金額|費用|费用|금액|сумма|kwota|jumlah|số tiền"
)
_NET = re.compile(r"(?i)\bnet\b|netto|\bneto\b|\bnet[at]\b|hors taxe|\bht\b|excl|liquido")
_GROSS = re.compile(r"(?i)gross|brutto|\bttc\b|incl|bruto")
_NO_AMOUNT = re.compile(
    r"(?i)\bvat\b|\btax|mwst|ust\b|\biva\b|\btva\b|kdv|rate\b|percent|%|budget|plan|threshold|target|balance|"
    r"\bunit\b|\beach\b|\bper\b|\bcpm\b|\bcpe\b|discount|rabatt|due\b|open\b"
)
_ORDERS = re.compile(
    r"(?i)\border|bestell|pedido|commande|ordine|zam[oó]w|sipari|注文|订单|주문|đơn hàng|pesanan|заказ"
)
_CODES = re.compile(r"(?i)code|coupon|voucher|promo|cup[oó]m|cup[oó]n|gutschein|rabatt|discount|쿠폰|クーポン|优惠")
_SOLD = re.compile(
    r"(?i)\btotal|amount|value|betrag|umsatz|importe|monto|montant|valor|importo|tutar|金额|金額|금액|сумма|kwota"
)
_NOT_SOLD = re.compile(
    r"(?i)sub ?total|tax|vat|mwst|shipping|discount|refund|tip\b|outstanding|rate|balance|duties|cost|number|count"
)
_GOODS = re.compile(r"(?i)\bsku\b|line ?item|quantity|customer|buyer|shipping address|stock\b|unit price")


def booked(
    refused: Sequence[RawTable], cleaned: Sequence[CleanTable], mapping: Mapping[str, Told]
) -> list[tuple[RawTable, CleanTable]]:
    """Return the tables that are bookings beside the tables understood, each with what it becomes.

    Parameters
    ----------
    refused : sequence of RawTable
        Tables that alone hold nothing of ours.
    cleaned : sequence of CleanTable
        Tables that were understood; of those, links without any money or result may be bookings too.
    mapping : mapping of str to Told
        What a person decided of headers; it stands before what is found here.
    """
    known = [make_sheet(table) for table in cleaned]
    links = [table.raw for table in cleaned if table.grain == "placements" and not _measured(table)]
    found = []
    for raw in [*refused, *links]:
        if raw.hidden or not raw.frame.height:
            continue
        sheet = make_sheet(raw)
        link = _link(sheet, [other for other in known if other.label != raw.label]) if _speaks(raw) else None
        if link is None:
            continue
        header, role, other = link
        sold = bool(_ORDERS.search(_told(raw)) and _CODES.search(header))
        amount = _sold(raw) if sold else _amount(raw)
        if amount is None or {amount, header} & set(mapping):
            continue
        column = "revenue" if sold else "cost"
        wanted = {**mapping, amount: Told(column), header: Told(role or "creator_id")}
        recognised = recognise(raw, mapping=wanted)
        if recognised.grain != "placements" or column not in recognised.columns:
            continue
        what = "orders" if sold else "payments"
        recognised.rules.append(
            f"{said(amount)} is read as {column}: amounts of a table of {what} whose {said(header)} names rows of "
            f"{other}"
        )
        table = clean_table(raw, recognised)
        found.append((raw, table if role else _kept_out(table, header)))
    return found


def _kept_out(table: CleanTable, header: str) -> CleanTable:
    """Return a table with the column that leads to another table's rows as what it is: a key, and no account."""
    if "creator_id" not in table.frame.columns:
        return table
    key = table.frame["creator_id"].cast(pl.String).alias(header)
    mapping = {name: column for name, column in table.mapping.items() if column != "creator_id"}
    table.audit["columns"] = dict(mapping)
    table.audit["unmapped"] = [*table.audit["unmapped"], header]
    extra = table.extra.with_columns(key) if table.extra.width else key.to_frame()
    return replace(table, frame=table.frame.drop("creator_id"), extra=extra, mapping=mapping)


def _measured(table: CleanTable) -> bool:
    """Whether a table of placements holds any money or result."""
    names = [name for name in (*COSTS, *RESULTS) if name in table.frame.columns]
    return any(table.frame[name].is_not_null().any() for name in names)


def _told(raw: RawTable) -> str:
    """Return what a table says of itself: the name of its sheet or file, and its headers."""
    name = raw.part or re.sub(r"\.\w+$", "", raw.name.rsplit("/", 1)[-1])
    return " ".join([name, *raw.headers]).replace("_", " ")


def _speaks(raw: RawTable) -> bool:
    return bool(_BOOKS.search(_told(raw)) or _ORDERS.search(_told(raw)))


def _sold(raw: RawTable) -> str | None:
    """Return the header of the one column of what an order came to."""
    columns = [
        header
        for header, name in zip(raw.headers, raw.frame.columns, strict=True)
        if _SOLD.search(text := " ".join(fold(header)))
        and not _NOT_SOLD.search(text)
        and profile_of(raw, name).number_share("money") > 0.9
    ]
    return columns[0] if len(columns) == 1 else None


def _amount(raw: RawTable) -> str | None:
    """Return the header of the one column of amounts in a table that speaks of payments."""
    headers = {header: " ".join(fold(header)) for header in raw.headers}
    if not _BOOKS.search(_told(raw)) or any(_GOODS.search(text) for text in headers.values()):
        return None
    columns = []
    for header, name in zip(raw.headers, raw.frame.columns, strict=True):
        text = headers[header]
        if _AMOUNT.search(text) and not _NO_AMOUNT.search(text):
            profile = profile_of(raw, name)
            if profile.number_share("money") > 0.9 and profile.date_share < 0.5 and not profile.counts_up:
                columns.append(header)
    net = [header for header in columns if _NET.search(headers[header])]
    plain = [header for header in columns if not _GROSS.search(headers[header])]
    best = net or plain or columns
    return best[0] if len(best) == 1 else None


def _link(sheet: Sheet, known: Sequence[Sheet]) -> tuple[str, str, str] | None:
    """Return the header by which rows name rows of another table, what it is in ours, and the table."""
    web = Web(known)
    accounts = [other for other in known if other.grain == "creators"]
    for other in [*accounts, *(other for other in known if other.grain != "creators")]:
        for header in sheet.keys:
            for key in web.same_key(sheet, header, other):
                if web.overlap(sheet.keys[header], other.keys[key]) < FOUND:
                    continue
                role = other.roles.get(key, "")
                raw = next(column for column in sheet.others() if spoken(column) == header)
                if role in {"creator_id", "handle", "name"}:
                    return raw, "handle" if role == "name" else role, other.label
                if role in {"campaign_id", "post_id"} or (other.unique(key) and other.grain == "placements"):
                    return raw, "", other.label
    for other in accounts:
        for key in sorted(other.keys, key=lambda key: key not in other.roles):
            column = named_by_values(sheet, other.keys[key]) if other.unique(key) else None
            if column is not None:
                role = other.roles.get(key, "")  # an address leads to the account, and is no name of it
                return column, "handle" if role == "name" else role, other.label
    return None


def named_by_values(sheet: Sheet, names: pl.Series) -> str | None:
    """Return the column that was not recognised and whose cells are mostly these names, or None.

    Numbers prove nothing, and neither do one or two words.
    """
    known = names.drop_nulls().unique()
    best: tuple[float, str] | None = None
    for column in sheet.others():
        if sheet.extra[column].dtype != pl.String:
            continue
        values = normal(sheet.extra[column]).drop_nulls().unique()
        texts = values.filter(values.str.contains(r"\p{L}"))
        if len(texts) < LEAST_NAMES or len(values) > 20 * max(len(known), 1):
            continue
        hits = int(texts.is_in(known.implode()).sum())
        share = hits / len(values)
        if hits >= LEAST_NAMES and share >= FOUND and (best is None or share > best[0]):
            best = share, column
    return best[1] if best else None
