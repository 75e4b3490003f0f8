"""An empty bench for each test of a check."""

from collections.abc import Iterator

import pytest
from bench import Bench
from house import House

from flows.ground.zone import Zone


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
