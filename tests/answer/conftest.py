"""Fixtures for replies: an empty desk, and one that has answered the sample months."""

from pathlib import Path

import pytest
from desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty drop folder whose refresh answers."""
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The sample months, answered once for each test process; not to be changed."""
    desk = Desk(tmp_path_factory.mktemp("answered"))
    desk.samples()
    desk.answer()
    return desk
