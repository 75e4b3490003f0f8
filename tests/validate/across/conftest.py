"""An empty bench for each test of a check."""

import pytest
from bench import Bench
from house import House

from flows.ground.zone import Zone


@pytest.fixture
def bench(house: House, zone: Zone) -> Bench:
    """A house with nothing filed."""
    return Bench(house, zone)
