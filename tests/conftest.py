"""Fixtures: a drop folder from workbooks to the published database, and a house of bare views, empty for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from drop import Drop
from house import House

from flows import export, pipeline
from flows.read import Limits, Readers
from flows.store.warehouse import Warehouse

# A server of Prefect's that stays after a command would outlive the tests; those about it say so.
os.environ.setdefault("GUOBAN_SERVER_MINUTES", "0")
# The allocator of test processes (Makefile) is not that of the processes that they start.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("LD_PRELOAD", None)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Over a few rows a second thread of DuckDB's costs a fourth more than it saves."""
    ready = Warehouse._ready

    def with_one_thread(
        self: Warehouse, con: duckdb.DuckDBPyConnection
    ) -> duckdb.DuckDBPyConnection:
        con.execute("set threads = 1")
        return ready(self, con)

    with mock.patch.object(Warehouse, "_ready", with_one_thread):
        yield


# Rooms whose tests look at figures, findings and replies, and at nothing that lies beside the database.
_WITHOUT_EXPORTS = frozenset(
    {"answer", "ask", "declared", "end_to_end", "month", "normalise", "notify", "publish", "read",
     "receive", "recognise", "rules", "settle", "store", "validate"}
)  # fmt: skip

# Rooms whose tests look at readers, at what they may do, and at what becomes of them.
_ABOUT_READING = frozenset(
    {"benchmarks", "end_to_end", "fuzz", "ground", "guoban", "read", "receive"}
)


@pytest.fixture(autouse=True)
def exports(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sheets, pages and Parquet files cost a third of a small refresh; the proof is made everywhere."""
    is_about_them = request.node.get_closest_marker("exports") is not None
    if is_about_them or request.path.parent.name not in _WITHOUT_EXPORTS:
        yield
        return
    with mock.patch.multiple(export, _BY_PYTHON={}, _BY_DUCKDB={}):
        yield


class _StayingReaders(Readers):
    """Children that stay when a refresh ends: starting them costs a tenth of a small one."""

    def __exit__(self, *error: object) -> None:
        """Leaves them to the next refresh."""

    def end(self) -> None:
        """Leaves them, too."""


@pytest.fixture(scope="session")
def staying_readers() -> Iterator[Callable[[Limits], Readers]]:
    """Readers for refreshes, the same for the same limits; not kept to a test's own archive."""
    readers: dict[Limits, _StayingReaders] = {}

    def given(limits: Limits) -> Readers:
        return readers.setdefault(anywhere := replace(limits, inputs=()), _StayingReaders(anywhere))

    yield given
    for each in readers.values():
        each.keep(0)


@pytest.fixture(autouse=True)
def readers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where reading is not what a test is about, readers are not started for each refresh."""
    if request.path.parent.name in _ABOUT_READING:
        yield
        return
    with mock.patch.object(pipeline, "Readers", request.getfixturevalue("staying_readers")):
        yield


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    """The sample months, refreshed once for each test process; not to be changed."""
    drop = Drop(tmp_path_factory.mktemp("golden")).samples()
    drop.refresh()
    return drop


@pytest.fixture
def filed_year(golden: Drop, tmp_path: Path) -> Drop:
    """The sample months, refreshed, for a test to change."""
    for folder in (golden.raw, golden.settings.warehouse):
        shutil.copytree(folder, tmp_path / folder.name, symlinks=True)
    return Drop(tmp_path)


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """An empty drop folder."""
    return Drop(tmp_path)


@pytest.fixture(scope="session")
def built_house() -> Iterator[House]:
    made = House()
    yield made
    made.con.close()


@pytest.fixture
def house(built_house: House) -> House:
    """The house with nothing filed yet; its tables and views are made once."""
    built_house.empty()
    return built_house
