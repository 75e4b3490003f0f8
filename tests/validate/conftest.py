"""The zone of the samples."""

import pytest

from flows.ground.settings import PROJECT
from flows.ground.zone import Zone, load_zone


@pytest.fixture(scope="session")
def zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")
