"""Rows and frames into tables of ours. Apart, because few commands write any, and polars is heavy."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

# Arrow's own allocator sets a gibibyte of addresses aside as DuckDB reads the first frame, which counts
# where a process may have so much and no more.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def insert(
    con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]] | pl.DataFrame
) -> None:
    """Adds rows to a table of ours, by name; types are the table's."""
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows, infer_schema_length=None)
    if frame.is_empty():
        return
    take_in(con, f"insert into {table} by name select * from incoming", frame)  # noqa: S608 - our own names


def take_in(con: duckdb.DuckDBPyConnection, query: str, frame: pl.DataFrame) -> None:
    """Runs a query over the frame, which it calls `incoming`.

    The query finds the variable of that name. What is registered instead stays in memory, unregistered
    or not, until the transaction has ended and the connection is closed (DuckDB 2.0.0; a test shows it):
    that was all rows of a refresh.
    """
    incoming = frame.to_arrow()  # noqa: F841
    con.execute(query)
