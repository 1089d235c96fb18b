"""Which rows belong to one account.

Tables name an account by an id, a handle or a name; the key is the first of these that every table with accounts
has. Handles are compared without case and without @. On which network the account lives is part of the key when the
tables say so, because one handle on two networks is two accounts. A table of deliverables often does not say; there
an id or handle that ``creators`` lists once still finds its account, and one that it lists on several networks finds
none rather than the wrong one.
"""

from collections.abc import Collection, Iterable, Mapping

import narwhals as nw

from analysis.measures.frames import Lazy, missing

__all__ = ["account_rules", "account_text", "directory", "keyed", "located", "names_accounts", "shared_key"]

_ORDER = ("creator_id", "handle", "name")


def names_accounts(columns: Iterable[str]) -> bool:
    """Whether a table with these columns says whose its rows are."""
    return bool(set(columns) & set(_ORDER))


def shared_key(columns: Iterable[Collection[str]]) -> str | None:
    """Return the identifying column that all tables with accounts share, or None when they share none.

    Examples
    --------
    >>> shared_key([["creator_id", "handle"], ["handle", "likes"], ["campaign_id"]])
    'handle'
    """
    naming = [set(names) for names in columns if names_accounts(names)]
    return next((key for key in _ORDER if naming and all(key in names for names in naming)), None)


def keyed(frame: Lazy, first: str | None) -> Lazy:
    """Add ``_id`` (the account's identifier within its network) and ``_platform``, missing where unknown."""
    names = frame.collect_schema().names()
    order = [key for key in ((first,) if first else ()) + _ORDER if key in names]
    parts = [_normal(key) for key in dict.fromkeys(order)]
    found = nw.coalesce(*parts) if parts else missing(nw.String)
    network = nw.col("platform").str.to_lowercase() if "platform" in names else missing(nw.String)
    return frame.with_columns(found.alias("_id"), network.alias("_platform"))


def _normal(key: str) -> nw.Expr:
    if key == "creator_id":
        return nw.col(key)
    text = nw.col(key).str.to_lowercase()
    return text.str.replace_all(r"^@+", "") if key == "handle" else text


def account_text(*, with_platform: bool) -> nw.Expr:
    """Return the key as text, ``platform:id``; without a network, the id alone."""
    if not with_platform:
        return nw.col("_id")
    prefixed = nw.concat_str([nw.col("_platform"), nw.lit(":"), nw.col("_id")])
    return nw.coalesce(prefixed, nw.col("_id"))


def directory(creators: Lazy) -> Lazy:
    """Return one row per identifier: its account and network when ``creators`` lists it once, else missing."""
    listed = (
        creators.filter(~nw.col("_id").is_null())
        .group_by("_id")
        .agg(
            nw.col("account").min().alias("_first"),
            nw.col("account").max().alias("_last"),
            nw.col("_platform").max().alias("_home"),
        )
    )
    once = nw.col("_first") == nw.col("_last")
    return listed.select(
        "_id", nw.when(once).then(nw.col("_first")).alias("_only"), nw.when(once).then(nw.col("_home")).alias("_home")
    )


def located(facts: Lazy, accounts: Lazy | None, *, by_id: bool, with_platform: bool) -> Lazy:
    """Add ``account`` to rows that carry ``_id`` and ``_platform``.

    ``accounts`` is the :func:`directory` of creators. By id, a row belongs to the only account of that id, whatever
    network it names; by handle or name, the network must agree where both are known.
    """
    own = account_text(with_platform=with_platform)
    if accounts is None:
        return facts.with_columns(own.alias("account"))
    agree = nw.col("_platform").is_null() | nw.col("_home").is_null() | (nw.col("_platform") == nw.col("_home"))
    only = nw.col("_only") if by_id else nw.when(agree).then(nw.col("_only"))
    joined = facts.join(accounts, on="_id", how="left")
    return joined.with_columns(nw.coalesce(only, own).alias("account")).drop("_only", "_home")


def account_rules(columns: Mapping[str, Collection[str]]) -> list[str]:
    """Return how accounts are told apart, in sentences; ``columns`` maps each given table to its column names."""
    naming = {table: set(names) for table, names in columns.items() if names_accounts(names)}
    key = shared_key(naming.values())
    if not naming:
        return ["No table names its accounts; every row of creators is one account."]
    if key is None:
        return [f"{' and '.join(naming)} share no identifying column, so their accounts do not meet."]
    rule = [f"An account is told by its {key}{' (without case or @)' if key == 'handle' else ''}."]
    located_by = [table for table, names in naming.items() if "platform" in names]
    if len(located_by) == len(naming):
        rule.append("One identifier on two platforms is two accounts.")
    elif "creators" in located_by:
        rule.append("Rows that name no platform go to the only account of their identifier; where several, to none.")
    return rule
