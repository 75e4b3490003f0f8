"""`flows.store.warehouse`: one writer at a time, and a working database that other code made is made anew."""

import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from drop import Drop

from flows.ground.errors import BusyError
from flows.store import warehouse
from flows.store.warehouse import Warehouse


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    with (
        Warehouse(tmp_path).locked(),
        pytest.raises(BusyError, match="another refresh"),
        Warehouse(tmp_path).locked(),
    ):
        pass
    with Warehouse(tmp_path).locked():
        pass


def test_a_working_database_of_other_code_is_made_anew(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.samples("2021-01/招商局/*.xlsx").refresh()
    before = drop.query("from mart.headline_indicators order by all")
    monkeypatch.setattr(warehouse, "tables_fingerprint", lambda: "another version's")
    # All is judged again from the archive; nothing has changed, so nothing is published.
    assert drop.refresh().published is None
    assert drop.query("from mart.headline_indicators order by all") == before


def test_a_copy_has_what_is_stored_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    stored = Warehouse(tmp_path / "warehouse")
    with stored.locked(), closing(stored.open()) as con:
        warehouse.remember(con, "key", "value")
    before = stored.working_database.read_bytes()
    with closing(stored.open_copy()) as copy:
        assert warehouse.recall(copy, "key") == "value"
        warehouse.remember(copy, "key", "another")
        assert list(place.iterdir()) == []
    assert stored.working_database.read_bytes() == before
