"""回执.xlsx: what was filed, what became of it, what is still owed."""

from __future__ import annotations

import datetime as dt
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk
from guests import guests, row

from flows.answer.receipts import renew_receipts
from flows.ask import decisions

pytestmark = pytest.mark.slow


def texts(desk: Desk, month: str, department: str) -> list[list[Any]]:
    path = desk.warehouse.replies / month / department / "回执.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[cell.value for cell in line if cell.value is not None] for line in sheet.iter_rows()]


def state(line: list[Any]) -> list[Any]:
    """A submission's status, and whether it counts."""
    return [one for one in line if one in {"已接收", "退回", "已撤回", "是", "否"}]


def test_every_submission_of_the_month_is_listed(answered: Desk) -> None:
    lines = texts(answered, "2021-05", "招商局")
    assert lines[1] == ["招商局　　2021年5月"]
    assert lines[2] == [
        "汇总：应报4张：按时4张；已报齐。收到4份（已接收3份；已接收，警告均已说明1份）。"
    ]
    (signed,) = [line for line in lines if "签约项目月报表" in line]
    assert signed[0] == 1
    assert signed[2] == "2021-05/招商局/签约项目月报表.xlsx"
    reply = "签约项目月报表.xlsx.reply.xlsx"
    # The row with the warning has a remark.
    assert signed[4:] == [1, "已接收，警告均已说明", "是", 12, 12, 0, 0, 0, 0, 1, reply]


def test_what_is_owed_is_named_with_its_date(desk: Desk) -> None:
    guests(desk.raw / "2021-05/招商局/接待.xlsx", [row("1")])
    desk.answer()
    lines = texts(desk, "2021-05", "招商局")
    assert "应报4张：按时1张，未报3张；尚欠3张" in lines[2][0]
    owed = {line[1]: line[2:] for line in lines if len(line) == 4 and isinstance(line[0], int)}
    assert set(owed) == {"签约项目月报表", "实到资金月报表", "在谈项目月报表"}
    assert owed["签约项目月报表"][0] == "未报"
    assert owed["签约项目月报表"][1].date() == dt.date(2021, 6, 2)


def test_who_has_filed_nothing_gets_one_too(desk: Desk) -> None:
    guests(desk.raw / "2021-05/招商局/接待.xlsx", [row("1")])
    desk.answer()
    lines = texts(desk, "2021-05", "经济发展局")
    assert "未报5张；尚欠5张" in lines[2][0]
    assert ["没有收到报表。"] in lines


def test_a_version_turned_back_and_the_one_in_force_both_stand(desk: Desk) -> None:
    name = "2021-05/招商局/接待.xlsx"
    guests(desk.raw / name, [row("1")])
    desk.answer()
    guests(desk.raw / name, [row("1", 来源省份="火星")])
    desk.answer()
    lines = [line for line in texts(desk, "2021-05", "招商局") if name in line]
    assert [state(line) for line in lines] == [["已接收", "是"], ["退回", "否"]]


def test_what_is_not_recognised_has_a_receipt_of_its_own(desk: Desk) -> None:
    path = desk.raw / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    desk.answer()
    lines = texts(desk, "未识别", "未识别")
    assert lines[1] == ["填报单位未识别　　未识别"]
    assert any("坏.xlsx" in line for line in lines)


def test_telephone_numbers_and_contacts_stay_at_home(desk: Desk) -> None:
    name = "2021-05/招商局/接待13912345678.xlsx"
    guests(desk.raw / name, [row("1")])
    desk.answer()
    path = desk.warehouse.replies / "2021-05" / "招商局" / "回执.xlsx"
    words = str([list(line) for line in openpyxl.load_workbook(path).worksheets[0].values])
    assert "13912345678" not in words
    assert "139****5678" in words


# --- what is so now ------------------------------------------------------------------------------


def renewed(desk: Desk) -> set[str]:
    """The receipts that are not as they were before a refresh, by month and department."""
    before = stamps(desk)
    desk.refresh()
    with desk.working() as con:
        renew_receipts(con, desk.warehouse, desk.zone)
        assert renew_receipts(con, desk.warehouse, desk.zone) == []
    return {place for place, stamp in stamps(desk).items() if stamp != before.get(place)}


def stamps(desk: Desk) -> dict[str, tuple[int, int]]:
    return {
        path.parent.relative_to(desk.warehouse.replies).as_posix(): (
            path.lstat().st_ino,
            path.lstat().st_mtime_ns,
        )
        for path in desk.warehouse.replies.glob("*/*/回执.xlsx")
    }


def test_a_withdrawal_shows_without_a_new_file(desk: Desk) -> None:
    desk.samples("2021-05/招商局/*.xlsx")
    desk.answer()
    assert "已报齐" in texts(desk, "2021-05", "招商局")[2][0]
    talks = "2021-05/招商局/在谈项目月报表.xlsx"
    decisions.withdraw(desk.warehouse, desk.result(talks).submission_id or "", "报错了", "甲")
    assert renewed(desk) == {"2021-05/招商局"}
    lines = texts(desk, "2021-05", "招商局")
    assert "未报1张；尚欠1张" in lines[2][0]
    (told,) = [line for line in lines if talks in line and state(line)]
    assert state(told) == ["已撤回", "否"]


def test_where_nothing_is_new_no_receipt_is_written(desk: Desk) -> None:
    desk.samples("2021-0[45]/**/*.xlsx")
    desk.answer()
    assert len(stamps(desk)) > 10
    assert renewed(desk) == set()


def test_what_was_done_to_a_receipt_is_undone(desk: Desk, tmp_path: Path) -> None:
    guests(desk.raw / "2021-05/招商局/接待.xlsx", [row("1")])
    desk.answer()
    month = desk.warehouse.replies / "2021-05"
    (month / "招商局" / "回执.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (month / "经济发展局" / "回执.xlsx").unlink()
    kept = shutil.copyfile(month / "行政审批服务局" / "回执.xlsx", tmp_path / "别处.xlsx")
    (month / "行政审批服务局" / "回执.xlsx").unlink()
    (month / "行政审批服务局" / "回执.xlsx").symlink_to(kept)
    assert renewed(desk) == {f"2021-05/{one}" for one in ("招商局", "经济发展局", "行政审批服务局")}
    assert not (month / "行政审批服务局" / "回执.xlsx").is_symlink()


def test_of_months_that_nothing_touched_only_what_was_spoilt_is_looked_at(desk: Desk) -> None:
    for month in ("2021-04", "2021-05"):
        words = f"报告期：{month}"
        guests(desk.raw / month / "招商局/接待.xlsx", [row("1", 来访日期=None)], month=words)
    desk.answer()
    spoilt, other = (
        desk.warehouse.replies / month / "招商局" / "回执.xlsx" for month in ("2021-04", "2021-05")
    )
    spoilt.unlink()
    with closing(desk.warehouse.open()) as con:
        con.execute("update core.submissions set status = 'withdrawn'")
        written = renew_receipts(con, desk.warehouse, desk.zone, months=[])
        assert spoilt in written
        assert {path.parts[-3] for path in written} == {"2021-04"}
        assert other in renew_receipts(con, desk.warehouse, desk.zone)
