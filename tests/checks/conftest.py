"""An empty bench for each test of a check."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import PROJECT
from flows.zone import Zone, load_zone

sys.path.insert(0, str(Path(__file__).parent.parent / "sql"))

from bench import Bench
from house import House
from test_golden import golden  # noqa: F401 - a fixture


@pytest.fixture(scope="session")
def zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")


@pytest.fixture(scope="session")
def empty_house() -> Iterator[House]:
    house = House()
    yield house
    house.con.close()


@pytest.fixture
def bench(empty_house: House, zone: Zone) -> Bench:
    """A house with nothing filed; its tables and views are made once."""
    empty_house.empty()
    return Bench(empty_house, zone)
