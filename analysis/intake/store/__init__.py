"""A store: canonical tables of many exports, kept as Parquet by platform and month, grown a file at a time.

:func:`ingest` adds what is new, :func:`read_store` gives it back as one study's tables, :func:`forget` takes a
creator out of every file of it.
"""

from analysis.intake.store.book import is_store
from analysis.intake.store.forget import Forgotten, forget
from analysis.intake.store.ingest import Ingested, ingest
from analysis.intake.store.reading import open_store, read_store

__all__ = ["Forgotten", "Ingested", "forget", "ingest", "is_store", "open_store", "read_store"]
