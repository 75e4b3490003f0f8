"""Rows and frames into tables of ours. Apart, because few commands write any, and polars is heavy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import polars as pl


def insert(
    con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]] | pl.DataFrame
) -> None:
    """Adds rows to a table of ours, by name; types are the table's."""
    frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows, infer_schema_length=None)
    if frame.is_empty():
        return
    with incoming(con, frame):
        con.execute(f"insert into {table} by name select * from incoming")  # noqa: S608 - our own names


@contextlib.contextmanager
def incoming(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame) -> Iterator[None]:
    """The frame, as what SQL calls `incoming`."""
    con.register("incoming", frame.to_arrow())
    yield
    con.unregister("incoming")
