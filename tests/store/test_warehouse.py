"""`flows.store.warehouse`: one writer at a time, and a working database that other code made is made anew."""

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
