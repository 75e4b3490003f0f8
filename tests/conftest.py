"""Fixtures for tests that go all the way from workbooks to the published database."""

from pathlib import Path

import pytest
from drop import Drop


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    """The sample months, refreshed once for each test process; not to be changed."""
    drop = Drop(tmp_path_factory.mktemp("golden")).samples()
    drop.refresh()
    return drop


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    """An empty drop folder."""
    return Drop(tmp_path)
