"""A frame is held no longer than the statement that takes it in: all rows of a refresh go through one."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.ground.settings import PROJECT
from flows.store.incoming import insert, take_in


class Watched(pl.DataFrame):
    """A frame that knows which of its tables somebody still holds."""

    tables: list[weakref.ref[Any]]

    def to_arrow(self, *args: Any, **more: Any) -> Any:
        table = super().to_arrow(*args, **more)
        self.tables.append(weakref.ref(table))
        return table

    def are_held(self) -> bool:
        gc.collect()
        return any(table() is not None for table in self.tables)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in the middle of a transaction."""
    with duckdb.connect() as con:
        con.execute("create table names (name varchar)")
        con.begin()
        yield con


@pytest.fixture
def frame() -> Watched:
    made = Watched({"name": ["甲", "乙"]})
    made.tables = []
    return made


def test_a_frame_is_let_go_in_the_middle_of_a_transaction(
    con: duckdb.DuckDBPyConnection, frame: Watched
) -> None:
    insert(con, "names", frame)
    take_in(con, "create temp table others as from incoming where name = '甲'", frame)
    assert con.execute("select name from names order by all").fetchall() == [("乙",), ("甲",)]
    assert con.execute("from others").fetchall() == [("甲",)]
    assert len(frame.tables) == 2
    assert not frame.are_held()


def test_what_is_registered_is_not(con: duckdb.DuckDBPyConnection, frame: Watched) -> None:
    """Why nothing is registered: where this fails, DuckDB lets go of it, and either way will do."""
    con.register("incoming", frame.to_arrow())
    con.execute("insert into names from incoming")
    con.unregister("incoming")
    assert frame.are_held()


def test_taking_in_sets_no_gibibyte_of_addresses_aside() -> None:
    """In a process of its own: it is done with the first frame."""
    code = (
        "import duckdb, polars, re; from flows.store.incoming import insert\n"
        "from pathlib import Path\n"
        "con = duckdb.connect(); con.execute('create table names (name varchar)')\n"
        "insert(con, 'names', polars.DataFrame({'name': ['甲']}))\n"
        "print(re.search(r'VmData:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=True
    )
    assert int(done.stdout) < 600 * 1024
