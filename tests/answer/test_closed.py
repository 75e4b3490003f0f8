"""What is said is closed: what departments explain, and where they are answered who can't be placed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from desk import Desk, explain, table_of
from drop import change_of
from guests import guests, row

from flows.month import findings, todo
from flows.publish.current import open_release

pytestmark = pytest.mark.slow

MAY = dt.date(2021, 5, 1)
SIGNED = "2021-05/项目服务中心/签约项目月报表.xlsx"


def lines(path: Any) -> list[str]:
    """The first sheet's rows, the cells of each joined."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return ["|".join(str(one) for one in row if one is not None) for row in sheet.values]


def test_an_explained_warning_is_closed_everywhere(desk: Desk) -> None:
    """In the reply to what explains it, in the receipt, in findings, todo and the state of the return."""
    desk.samples(SIGNED)
    # A remark at the row would explain it.
    desk.edit(SIGNED, change_of("GCKF-2021-0029", 备注=None))
    desk.answer()
    asked = lines(desk.reply_to(SIGNED))
    assert any("请核对标为“警告”的地方" in line for line in asked)
    receipt = desk.warehouse.replies / "2021-05" / "项目服务中心" / "回执.xlsx"
    assert any("待说明1处" in line for line in lines(receipt))
    explain(
        desk.reply_to(SIGNED), {"X212": "县内资金，照实填报"}, desk.raw / f"{SIGNED}.reply.xlsx"
    )
    desk.answer()

    answered = desk.reply_to(f"{SIGNED}.reply.xlsx")
    assert any(line.startswith("已接收，警告均已说明") for line in lines(answered))
    assert any("警告1条（1条已说明）" in line for line in lines(answered))
    (told,) = [
        one
        for one in table_of(openpyxl.load_workbook(answered).worksheets[0])
        if one["编号"].value == "X212"
    ]
    assert told["程度"].value == "已说明"
    # The word is shown, and nothing is asked of it: neither here nor on top.
    assert told["单位说明"].value == "县内资金，照实填报"
    assert not told["处理办法"].value
    assert not any("改正办法" in line for line in lines(answered))
    found = lines(receipt)
    assert not any("待说明1处" in line for line in found)
    assert any("已接收，警告均已说明" in line for line in found)
    with open_release(desk.settings.warehouse) as con:
        assert not [
            one for one in findings.of_month(con, MAY) if one["rule"] == "X212" and one["is_open"]
        ]
        mine = [
            one for one in todo.of_month(con, desk.zone, MAY) if one.department == "项目服务中心"
        ]
    assert [one.to_explain for one in mine] == [[]]
    assert desk.query(
        "select state, open_errors, open_warnings, rows_held from mart.return_status "
        "where department = '项目服务中心' and return_name = 'signed_projects'"
    ) == [("on_time", 0, 0, 0)]


def test_who_misspells_its_name_is_answered_in_its_folder(desk: Desk) -> None:
    """With the reply and in the receipt, and asked in its own part of what is to be done."""

    def misspelt(_: Any, sheet: Any) -> None:
        sheet.write_string(1, 0, "填报单位：招伤局")

    name = "2021-05/招商局/接待.xlsx"
    guests(desk.raw / name, [row("1")], change=misspelt)
    guests(desk.raw / "2021-05/招商局/又一份.xlsx", [row("2")], month="报告期：2021年4月")
    desk.answer()
    assert {one.parent.parts[-2:] for one in desk.replied} >= {("2021-05", "招商局")}
    receipt = lines(desk.warehouse.replies / "2021-05" / "招商局" / "回执.xlsx")
    assert any(name in line and "退回" in line for line in receipt)
    assert any("接待.xlsx.reply.xlsx" in line and "待改正" in line for line in receipt)
    with open_release(desk.settings.warehouse) as con:
        mine = {one.department: one for one in todo.of_month(con, desk.zone, MAY)}
    assert "E003" in {one["rule"] for one in mine["招商局"].to_correct}
    assert None not in mine


def test_what_is_to_be_corrected_and_moves_most_comes_first(desk: Desk) -> None:
    """Beside what was on time; and corrected as asked it moves the figure by just that."""
    name = "2021-05/珠三角招商分队/签约项目月报表.xlsx"
    desk.samples("2021-05/珠三角招商分队/*.xlsx").samples("2021-01/招商局/年度*.xlsx")
    desk.edit(name, change_of("GCKF-2021-0024", 引资角色="领头"))
    desk.edit(name, change_of("GCKF-2021-0005", 审核状态="审核通国"))
    desk.refresh()
    before = desk.value("ZS01", "2021-05")
    assert desk.query(
        "select state, rows_held, open_errors from mart.return_status "
        "where department = '珠三角招商分队' and return_name = 'signed_projects'"
    ) == [("on_time", 2, 2)]
    with open_release(desk.settings.warehouse) as con:
        rows = findings.still_open(findings.of_month(con, MAY))
    first, second = (one for one in rows if one["rule"] == "R104")
    assert rows[0] is first
    assert (first["value"], first["proposed"]) == ("审核通国", "审核通过")
    assert (first["effect_indicator"], first["effect_value"]) == ("ZS01", 6)
    assert second["effect_value"] == Decimal("0.0501")
    # 74亿元 is the year's task.
    assert round(first["effect_pp"], 4) == round(Decimal(600) / 74, 4)
    (told,) = [one for one in desk.findings(name) if one.value == "审核通国"]
    assert {(one.indicator_code, one.department) for one in told.effect} >= {
        ("ZS01", "全区"), ("ZS01", "珠三角招商分队"), ("ZS03", "全区"),
    }  # fmt: skip
    desk.edit(name, change_of("GCKF-2021-0005", 审核状态="审核通过"))
    desk.refresh()
    assert desk.value("ZS01", "2021-05") - before == 6


def test_the_other_row_is_named(desk: Desk) -> None:
    """Where a key is there twice, and where two projects may be one: file, sheet and row."""
    name = "2021-05/珠三角招商分队/签约项目月报表.xlsx"
    other = "2021-05/长三角招商分队/签约项目月报表.xlsx"
    desk.samples(name).samples(other)
    desk.edit(
        other,
        change_of(
            "GCKF-2021-0007",
            项目名称="合成项目14·光电器件",
            投资方="合成投资方0014",
            合同投资额=26000,
            签约日期="2021-04-27",
        ),
    )
    desk.edit(name, change_of("GCKF-2021-0024", 项目编号="GCKF-2021-0005"))
    desk.refresh()
    (pair,) = (one for file in (name, other) for one in desk.findings(file) if one.rule == "C307")
    (rows_of_other,) = {name, other} - {
        file for file in (name, other) if pair in desk.findings(file)
    }
    place = f"{rows_of_other}“签约项目月报表”第"
    assert place in pair.message
    assert [one.message for one in desk.findings(name) if one.rule == "R109"] == [
        "项目编号与本文件另一行相同：GCKF-2021-0005（第8行）。",
        "项目编号与本文件另一行相同：GCKF-2021-0005（第6行）。",
    ]
