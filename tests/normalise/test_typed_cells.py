"""Cells into values: each silent repair is said, each guess that would change a figure is an error."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from renderer import Sheet, Value
from renderer.judged import ENVELOPE, PEOPLE, judge, talk, talks

from renderer.layouts import Layout, golden, sheet_of  # isort: skip


@pytest.mark.parametrize(
    ("header", "written", "field", "value", "rule"),
    [
        ("拟投资额", "12,000", "planned_amount_cny", Decimal(120_000_000), "R110"),
        ("拟投资额", "１２０００", "planned_amount_cny", Decimal(120_000_000), "R110"),
        ("拟投资额", "1.2亿元", "planned_amount_cny", Decimal(120_000_000), "R110"),
        ("拟投资额", "壹亿贰仟万元整", "planned_amount_cny", Decimal(120_000_000), "R110"),
        ("首次对接日期", "2021年5月6日", "first_contact_on", dt.date(2021, 5, 6), "R105"),
        ("首次对接日期", "5月6日", "first_contact_on", dt.date(2021, 5, 6), "R105"),
        ("首次对接日期", 44322, "first_contact_on", dt.date(2021, 5, 6), "R105"),
        ("洽谈阶段", "意向（框架）协议", "talk_stage", "意向(框架)协议", "R104"),
        ("项目编号", "ｇｃｋｆ-2021-0001", "project_id", "GCKF-2021-0001", "R102"),
        ("项目编号", "GCKF-2021-0001\u200b", "project_id", "GCKF-2021-0001", "R102"),
    ],
)
def test_repairs_are_said(header: str, written: Value, field: str, value: Any, rule: str) -> None:
    judged = judge(talks(talk(**{header: written})))
    assert judged.values(field) == [value]
    (found,) = judged.findings
    assert (found.rule, found.severity, found.row, found.field) == (rule, "info", 4, field)


@pytest.mark.parametrize(
    ("header", "written", "rule"),
    [
        ("拟投资额", "约5亿", "R110"),
        ("拟投资额", "5-8亿", "R110"),
        ("拟投资额", "/", "R110"),
        ("拟投资额", "12%", "R110"),
        ("首次对接日期", "2021-02-30", "R105"),
        ("首次对接日期", "去年", "R105"),
        ("引资角色", "牵 头人", "R104"),
    ],
)
def test_guesses_are_errors(header: str, written: str, rule: str) -> None:
    (found,) = judge(talks(talk(**{header: written}))).findings
    assert (found.rule, found.severity, found.value) == (rule, "error", written)


def test_a_value_near_an_option_is_suggested() -> None:
    (found,) = judge(talks(talk(产业类别="工业类"))).findings
    assert "最接近的选项是“工业”" in found.suggestion


@pytest.mark.parametrize("blank", ["", "/", "-", "无", "暂无", "——", "\u3000", "\u200b"])
def test_words_for_nothing_are_blank(blank: str) -> None:
    judged = judge(talks(talk(进展或停滞说明=blank)))
    assert judged.values("remark") == [None]
    assert judged.errors == set()


# --- units (E007) --------------------------------------------------------------------------------

LINE = "填报单位：招商局  报告期：2021年5月"


def sheet_with(
    line: str = "", header: str = "拟投资额", column: str | None = None, value: Value = 12000
) -> Sheet:
    row = talk(拟投资额=value, **({"计量单位": column} if column else {}))
    above = (["在谈项目月报表"], [f"{LINE}  {line}"])
    return talks(row, headers={"拟投资额": header}, above=above, below=([PEOPLE],))


@pytest.mark.parametrize(
    ("sheet", "yuan"),
    [
        (sheet_with("计量单位：万元"), 120_000_000),
        (sheet_with("计量单位：万元、个"), 120_000_000),
        (sheet_with("单位：元"), 12_000),
        (sheet_with(header="拟投资额（万元）"), 120_000_000),
        (sheet_with(column="万元"), 120_000_000),
        (sheet_with("计量单位：亿元", header="拟投资额（万元）"), 120_000_000),
        (sheet_with("计量单位：亿元", column="万元"), 120_000_000),
        (sheet_with("计量单位：亿元", header="拟投资额（亿元）", value="12000万元"), 120_000_000),
        (sheet_with("计量单位：元、亿元", header="拟投资额（万元）"), 120_000_000),
        (sheet_with("计量单位：元、亿元", value="12000万元"), 120_000_000),
        (sheet_with(value="1.2亿"), 120_000_000),
        (sheet_with("计量单位：万元", column="个"), 120_000_000),
    ],
)
def test_the_nearer_statement_wins_without_conflict(sheet: Sheet, yuan: int) -> None:
    judged = judge(sheet)
    assert judged.of("E007") == []
    assert judged.values("planned_amount_cny") == [Decimal(yuan)]


@pytest.mark.parametrize(
    ("sheet", "words", "cell"),
    [
        (sheet_with(), "没有写明计量单位", "D3"),
        (sheet_with("计量单位：万元、亿元"), "写了不同的单位", "D3"),
        (sheet_with(header="拟投资额（万元/亿元）"), "写了不同的单位", "D3"),
        (sheet_with(header="拟投资额（万元）", column="亿元"), "计量单位一列却是“亿元”", "N4"),
        (sheet_with("计量单位：万园"), "“万园”不是认识的金额单位", "A2"),
        (sheet_with(column="万园"), "“万园”不是认识的金额单位", "N4"),
        (sheet_with("计量单位：万美元"), "没有设定汇率", "D3"),
    ],
)
def test_a_unit_is_never_guessed(sheet: Sheet, words: str, cell: str) -> None:
    judged = judge(sheet)
    (found,) = judged.of("E007")
    assert (found.severity, found.cell, found.field) == ("error", cell, "planned_amount_cny")
    assert words in found.message
    # The amounts are there, only their unit is not: nobody is told that they are missing.
    assert judged.errors == {"E007"}


def test_a_unit_nearly_right_is_suggested() -> None:
    (found,) = judge(sheet_with("计量单位：万园")).of("E007")
    assert "是否为“万元”" in found.suggestion


def test_dollars_by_the_zones_rate() -> None:
    judged = judge(sheet_with("计量单位：万美元"), rates={"usd_cny": Decimal("6.45")})
    assert judged.values("planned_amount_cny") == [Decimal(774_000_000)]


def test_money_never_passes_through_a_float() -> None:
    sheet = sheet_with("计量单位：万元", value="12000.00005")
    assert judge(sheet).values("planned_amount_cny") == [Decimal("120000000.5")]


# --- the other returns ---------------------------------------------------------------------------


def changed(title: str, **cells: Value) -> Sheet:
    """The first golden filing of a return, with values of its first row changed by header."""
    filing = next(one for one in golden() if one.model.form().title == title and one.table.rows)
    sheet = sheet_of(filing, Layout())
    headers = list(filing.columns)
    row = next(row for row, _ in sheet.cells if sheet.cells.get((row, 0)) == headers[0]) + 1
    for header, value in cells.items():
        sheet.cells[row, headers.index(header)] = value
    return sheet


@pytest.mark.parametrize(
    ("title", "header", "written", "field", "value"),
    [
        ("外出招商台账", "天数", "6天", "days", Decimal(6)),
        ("外出招商台账", "同行人数", "4人", "people", 4),
        ("外出招商台账", "目的省份", "广东省", "provinces", "广东"),
        ("客商接待台账", "客商人数", "４人次", "visitors", 4),
        ("政务服务事项清单", "最多跑一次", "√", "once_only", True),
        ("政务服务事项清单", "网上办", "无", "online", False),
        ("年度目标任务分解表", "年度", "2021年", "year", 2021),
        ("年度目标任务分解表", "责任单位", "经发局", "department", "经济发展局"),
        ("数据更正单", "报表名称", "招商月03", "return_slug", "实到资金月报表"),
        ("数据更正单", "处理方式", "重报（未锁定）", "method", "重报(未锁定)"),
    ],
)
def test_spellings_in_other_returns(
    title: str, header: str, written: Value, field: str, value: Any
) -> None:
    judged = judge(changed(title, **{header: written}))
    assert judged.values(field)[0] == value
    told = [one.field for one in judged.findings if one.severity == "info" and one.row]
    assert told == [field]


@pytest.mark.parametrize(
    ("title", "header", "written", "rule"),
    [
        ("外出招商台账", "天数", "半天左右", "R110"),
        ("外出招商台账", "同行人数", "4.5", "R102"),
        ("政务服务事项清单", "网上办", "部分", "R102"),
        ("数据更正单", "原报告期", "3月", "R105"),
    ],
)
def test_what_other_returns_do_not_guess(
    title: str, header: str, written: Value, rule: str
) -> None:
    judged = judge(changed(title, **{header: written}))
    assert {one.rule for one in judged.findings if one.is_error} == {rule}


def test_the_envelope_is_no_cell_of_the_row() -> None:
    assert ENVELOPE.startswith("填报单位：招商局")
    judged = judge(talks(talk()))
    assert judged.values("department") == ["招商局"]
    assert judged.values("report_month") == [dt.date(2021, 5, 1)]
