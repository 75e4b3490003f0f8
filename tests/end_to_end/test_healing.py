"""A refresh waits for what heals by itself; the next one tells what a failed or killed one took in."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from drop import Drop

from flows.ground import patience
from flows.ground.errors import PublicationError, SettingsError, WarehouseError
from flows.publish import publication
from flows.receive import inbox

pytestmark = pytest.mark.slow

NAME = "2021-01/招商局/签约项目月报表.xlsx"


@pytest.fixture
def filed(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> Drop:
    """One sound return in the drop folder; waits take no time."""
    monkeypatch.setattr(patience, "WAITS", (0.0, 0.0))
    return drop.samples(NAME)


def failing(times: int, error: Exception, real: Any) -> Any:
    """The function as it is, but that it fails so often before."""
    left = [times]

    def function(*given: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] >= 0:
            raise error
        return real(*given, **more)

    return function


def away(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def test_a_file_that_another_program_holds_is_taken_a_moment_later(
    filed: Drop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    held = failing(2, away(errno.EBUSY), inbox._archived)
    monkeypatch.setattr(inbox, "_archived", held)
    assert filed.refresh().counts == {"accepted": 1}
    assert "tried again" in caplog.text


def test_a_file_that_stays_busy_is_left_for_the_next_refresh_and_not_turned_back(
    filed: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_archived", failing(99, away(errno.ETXTBSY), None))
        assert filed.refresh().counts == {"ignored": 1}
        assert "下次再取" in filed.result(NAME).note
    assert filed.refresh().counts == {"accepted": 1}


def test_a_drop_folder_that_is_away_for_a_moment(
    filed: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "_entries", failing(1, away(errno.ESTALE), inbox._entries))
    assert filed.refresh().counts == {"accepted": 1}


def test_a_drop_folder_that_is_not_there_is_said_at_once(filed: Drop, tmp_path: Path) -> None:
    settings = filed.settings.model_copy(update={"raw": tmp_path / "nowhere"})
    filed.settings = settings
    with pytest.raises(SettingsError):
        filed.refresh()


def test_a_warehouse_that_is_away_for_a_moment_is_gone_on_with(
    filed: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that did not come through had taken the file in already: it is new all the same."""
    error = WarehouseError("the releases can't be written")
    error.__cause__ = away(errno.ETIMEDOUT)
    monkeypatch.setattr(publication, "publish", failing(1, error, publication.publish))
    result = filed.refresh()
    assert result.published
    assert result.counts == {"accepted": 1}


def test_after_a_failed_refresh_the_next_one_tells_what_came_of_its_files(
    filed: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(publication, "publish", failing(99, PublicationError("no"), None))
        with pytest.raises(PublicationError):
            filed.refresh()
    bad = filed.edit(NAME, {"A1": "什么也不是"})
    bad.rename(filed.raw / "另一份.xlsx")
    filed.samples(NAME)
    result = filed.refresh()
    assert filed.result(NAME).status == "accepted"
    assert result.counts.get("unchanged") is None
    assert filed.refresh().counts["unchanged"] == 2


def test_files_that_were_told_of_are_unchanged_from_then_on(filed: Drop) -> None:
    """Also where the working database was lost meanwhile, and what had been told with it."""
    filed.refresh()
    assert filed.refresh().counts == {"unchanged": 1}
    work = filed.settings.warehouse / "work"
    for name in ("guoban-work.duckdb", "told"):
        (work / name).unlink()
    assert filed.refresh().counts == {"unchanged": 1}
