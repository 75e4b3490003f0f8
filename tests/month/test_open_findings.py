"""Which findings are still open, and what has to be decided, as a house of departments files its months."""

import datetime as dt
import os
import shutil

import pytest
from drop import Drop, change_of
from past import house_of

from flows.ask import decisions
from flows.month import filing, findings, todo
from flows.publish.current import open_release

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


def texts(drop: Drop, department: str) -> tuple[str, str]:
    """What a department is told for February, and what the zone's office has to settle."""
    found = todos(drop)
    mine = todo.text(found[department], drop.zone, FEB) if department in found else []
    return "\n".join(mine), "\n".join(todo.office_text(found.values(), FEB))


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
    text, of_office = texts(drop, "长三角招商分队")
    text += texts(drop, "珠三角招商分队")[0]
    assert "疑为同一项目" in text
    assert "请与另一单位核实由谁牵头、是否同一项目" in text
    assert "guoban" not in text
    assert questions[0].commands[1] in of_office


def asked_about(drop: Drop, month: dt.date = FEB) -> list[tuple[str, bool, tuple[str, ...]]]:
    """The files of versions that the zone's office has to decide on, and how it does."""
    return [
        (one.doubt.file, one.doubt.is_again, one.commands)
        for mine in todos(drop, month).values()
        for one in mine.to_decide
        if one.doubt is not None
    ]


def test_a_version_that_came_again_in_vain_is_to_be_decided_until_somebody_does(drop: Drop) -> None:
    """v1's bytes again after v2: v2 counts, and somebody has to say whether that is meant."""
    row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": 60_000}
    first = drop.put("1.xlsx", "signed_projects", "招商局", "2021-02", [row])
    drop.refresh()
    drop.put("2.xlsx", "signed_projects", "招商局", "2021-02", [row | {"contract_amount_cny": 7e4}])
    drop.refresh()
    assert asked_about(drop) == []
    shutil.copyfile(first, drop.raw / "3.xlsx")
    drop.refresh()
    ((file, is_again, commands),) = asked_about(drop)
    assert (file, is_again) == ("1.xlsx", True)
    assert [one.split()[1] for one in commands] == ["restore", "withdraw"]
    said = "又收到内容相同的“3.xlsx”，是本表第1版，不再计入；现在采用的是第2版“2.xlsx”。"
    text, of_office = texts(drop, "招商局")
    assert f"{said}确要采用这一版的，请告知联系人，由其恢复。" in text
    assert "guoban" not in text
    assert f"{said}\n   {commands[0]}\n   {commands[1]}" in of_office
    decisions.withdraw(house_of(drop), commands[1].split()[2], "以第2版为准", "张三")
    drop.refresh()
    assert asked_about(drop) == []


@pytest.mark.nightly
def test_a_withdrawn_version_that_came_again_may_be_withdrawn_again(drop: Drop) -> None:
    row = {"project_id": "GCKF-2021-0001"}
    path = drop.put("1.xlsx", "signed_projects", "招商局", "2021-02", [row])
    drop.refresh()
    ((number,),) = drop.query("select submission_id from mart.submissions")
    decisions.withdraw(house_of(drop), number, "报错", "张三")
    drop.refresh()
    with pytest.raises(decisions.RefusedError, match="already"):
        decisions.withdraw(house_of(drop), number, "报错", "张三")
    shutil.copyfile(path, drop.raw / "2.xlsx")
    drop.refresh()
    assert [one[:2] for one in asked_about(drop)] == [("1.xlsx", True)]
    decisions.withdraw(house_of(drop), number, "仍是报错", "张三")
    drop.refresh()
    assert asked_about(drop) == []


def test_a_version_in_doubt_is_decided_and_not_explained(drop: Drop) -> None:
    """Two files of one refresh, different in their rows, that nothing tells apart (E010)."""
    for name, amount in (("甲", 60_000), ("乙", 70_000)):
        row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": amount}
        path = drop.put(f"{name}.xlsx", "signed_projects", "招商局", "2021-02", [row])
        os.utime(path, (1_614_600_000, 1_614_600_000))
    drop.refresh()
    assert {one[:2] for one in asked_about(drop)} == {("甲.xlsx", False), ("乙.xlsx", False)}
    mine = todos(drop)["招商局"]
    said = {one["rule"] for one in (*mine.to_correct, *mine.to_explain)}
    assert "E010" not in said


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


def test_a_department_that_has_ended_owes_nothing_for_months_behind_it(drop: Drop) -> None:
    """Nor is it asked for months of which nobody has filed anything yet."""
    may = dt.date(2021, 5, 1)
    ended = drop.zone.departments[3].model_copy(update={"until": may})
    departments = [*drop.zone.departments[:3], ended, *drop.zone.departments[4:]]
    zone = drop.zone.model_copy(update={"departments": departments})
    for month, is_owing in ((may, True), (dt.date(2021, 6, 1), False)):
        names = {one.department for one in filing.of_month(None, zone, month)}
        assert (ended.name in names) is is_owing
        asked = {one.department for one in todo.of_month(None, zone, month)}
        assert (ended.name in asked) is is_owing
