"""An empty house for each test of a view."""

from collections.abc import Iterator

import pytest
from house import House


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
