"""Months that are due in a year whose calendar nobody has yet: the refresh says so, once."""

import datetime as dt
from pathlib import Path

import pytest
from drop import Drop

from flows.ground import days

pytestmark = pytest.mark.slow


def test_a_refresh_tells_an_estimated_due_date_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in January 2021, had the calendar at hand ended with 2020."""
    monkeypatch.setattr(days, "_is_official", lambda year: year < 2021)
    drop = Drop(tmp_path)
    for month in ("2021-01", "2021-04"):
        filed_on = f"{month[:-1]}{int(month[-1]) + 1}-01"
        drop.put(f"{month}/招商局/会议.xlsx", "meetings", "招商局", month, [], filed_on=filed_on)
    (note,) = drop.refresh().notes
    assert note.chinese.startswith("尚无2021年的法定节假日安排")
    due = drop.query(
        "select distinct due_on from mart.return_status where report_month = '2021-04-01'"
    )
    # 2 May is a festival of the estimate as well.
    assert due[0][0] > dt.date(2021, 5, 3)
    assert drop.refresh().notes == []
