"""A month that is due in a year whose calendar nobody has yet: the refresh says so, once."""

from pathlib import Path

from drop import Drop


def test_a_refresh_tells_an_estimated_due_date_once(tmp_path: Path) -> None:
    drop = Drop(tmp_path)
    for month in ("2049-04", "2049-05"):
        drop.put(
            f"{month}/招商局/会议.xlsx", "meetings", "招商局", month, [], filed_on="2049-05-05"
        )
    result = drop.refresh()
    (note,) = result.notes
    assert "2049年的法定节假日安排" in note.chinese
    due = dict(drop.query("select distinct report_month::varchar, due_on::varchar "
                          "from mart.return_status"))  # fmt: skip
    assert due["2049-04-01"] == "2049-05-05"
    assert drop.refresh().notes == []
