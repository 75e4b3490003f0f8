"""Fixtures for replies: an empty desk, and one that has answered the sample months."""

from __future__ import annotations

from pathlib import Path

import pytest
from wiring import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty drop folder whose refresh answers."""
    return Desk(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The sample months, answered once for each test process; not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        desk = Desk(tmp_path_factory.mktemp("answered"), patch)
        desk.samples()
        desk.answer()
    return desk
