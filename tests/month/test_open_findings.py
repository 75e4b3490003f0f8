"""Which findings are still open, and what has to be decided, as a house of departments files its months."""

import datetime as dt

import pytest
from drop import Drop, change_of

from flows.month import findings, todo
from flows.publish.release import open_release

pytestmark = pytest.mark.slow

FEB = dt.date(2021, 2, 1)
SIGNED = "2021-02/长三角招商分队/签约项目月报表.xlsx"


def opened(drop: Drop, month: dt.date = FEB) -> list[tuple[str, str | None]]:
    with open_release(drop.settings.warehouse) as con:
        rows = findings.still_open(findings.of_month(con, month))
    return [(row["rule"], row["file"]) for row in rows]


def todos(drop: Drop, month: dt.date = FEB) -> dict[str | None, todo.Todo]:
    with open_release(drop.settings.warehouse) as con:
        return {one.department: one for one in todo.of_month(con, drop.zone, month)}


def test_an_error_is_open_until_a_later_version_has_it_no_more(drop: Drop) -> None:
    drop.samples("2021-0[12]/*招商*/签约*.xlsx").samples("2021-01/招商局/年度*.xlsx")
    drop.edit(SIGNED, change_of("GCKF-2021-0022", 合同投资额="约1亿"))
    drop.refresh()
    found = opened(drop)
    assert found[0] == ("R110", SIGNED)
    assert [one["rule"] for one in todos(drop)["长三角招商分队"].to_correct] == ["R110"]
    drop.edit(SIGNED, change_of("GCKF-2021-0022", 合同投资额=4200))
    drop.refresh()
    assert "R110" not in {rule for rule, _ in opened(drop)}


def test_a_suspected_pair_is_to_be_decided_whatever_its_rows_remark(drop: Drop) -> None:
    drop.samples("2021-0[12]/*三角*/签约*.xlsx")
    drop.edit(
        SIGNED,
        change_of(
            "GCKF-2021-0007",
            项目名称="合成项目05·数字化供应链物流园(5亿以上)",
            投资方="合成投资方0005",
            合同投资额=59000,
        ),
    )
    drop.refresh()
    questions = [one for mine in todos(drop).values() for one in mine.to_decide]
    assert [set(one.row_keys) for one in questions] == [{"GCKF-2021-0005", "GCKF-2021-0007"}]
    assert questions[0].commands[0].startswith("guoban decide GCKF-2021-000")


def test_what_is_missing_is_owed_and_told_once(drop: Drop) -> None:
    drop.samples("2021-02/珠三角招商分队/签约*.xlsx")
    drop.refresh()
    mine = todos(drop)["珠三角招商分队"]
    assert {one.return_name for one in mine.owed} == {"paid_in", "pipeline_projects", "receptions"}
    assert not [one for one in mine.to_explain if one["rule"] == "B701"]
    text = "\n".join(todo.text(mine, drop.zone, FEB))
    assert text.startswith(
        "【珠三角招商分队】2021年2月报表：\n一、尚欠3张：\n1. 实到资金月报表：未报"
    )
    assert text.endswith("有疑问请联系招商局综合科。")


def test_departments_come_in_the_order_of_the_zone(drop: Drop) -> None:
    """For a month without any file, too: what each is expected to file."""
    found = todo.of_month(None, drop.zone, dt.date(2030, 1, 1))
    assert [one.department for one in found] == [one.name for one in drop.zone.departments]
