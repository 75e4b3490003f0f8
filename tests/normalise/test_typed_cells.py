"""Cells into values: each silent repair is said, each guess that would change a figure is an error."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from renderer import Sheet, Value, write
from renderer.judged import ENVELOPE, PEOPLE, TALK, judge, talk, talks, zone

import schemas
from flows.normalise.cells import PARSERS
from flows.normalise.frames import normalise
from flows.read.formats import read
from flows.recognise import Draft, Origin, recognise
from flows.store.handling import Handling
from flows.store.journal import ENDED
from flows.values.text import clean
from schemas.declare import Kind

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


@pytest.mark.parametrize(
    "header",
    [
        "拟投资额（以亿元计）", "拟投资额（总额亿元）", "拟投资额（按亿元填）", "拟投资额（单位为亿元）", "拟投资额（亿元整）",
        "拟投资额（请填亿元）", "拟投资额（单位：亿元）", "拟投资额（人民币亿元）", "拟投资额（亿元人民币）", "拟投资额（亿元，保留两位小数）",
        "拟投资额（亿元以上项目，亿元）", "拟投资额（亿元、万人）", "拟投资额（含税）（亿元）", "拟投资额（亿元）（截至元月）", "拟投资额\n【均以亿元为单位】",
        "拟投资额亿元", "拟投资额:亿元", "拟投资额，亿元", "拟投资额/亿元", "拟投资额 单位：亿元", "拟投资额亿元（含税）", "拟投资额（亿）",
    ],
)  # fmt: skip
def test_a_unit_in_the_header_counts_in_whatever_words(header: str) -> None:
    judged = judge(sheet_with("计量单位：万元", header=header, value="1.2"))
    assert judged.of("E007") == []
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000)]


@pytest.mark.parametrize(
    "header",
    [
        "拟投资额（亿元以上）", "拟投资额（5亿元以上）", "拟投资额（500万元）", "拟投资额（百亿元）", "拟投资额（十万元）", "拟投资额（千美元）",
        "拟投资额（万港元）", "拟投资额（欧元）", "拟投资额（美金）", "拟投资额（元/平方米）", "拟投资额（万元/亩）", "拟投资额（万人）",
        "拟投资额（以亿计）", "拟投资额（精确到元）", "拟投资额（超亿元）", "拟投资额（单位：万园）", "拟投资额（亿元、万元）", "拟投资额（亿元）（万元）",
        "拟投资额亿元（万元）",
    ],
)  # fmt: skip
def test_a_header_that_speaks_of_money_unclearly_is_no_guess(header: str) -> None:
    judged = judge(sheet_with("计量单位：万元", header=header))
    (found,) = judged.of("E007")
    assert (found.is_error, found.cell, found.column) == (True, "D3", header)
    assert judged.values("planned_amount_cny") == [None]


@pytest.mark.parametrize(
    "header", ["拟投资额（含税）", "拟投资额（2021年）", "拟投资额（亩）", "拟投资额（1-5月）", "拟投资额（元月）"]
)  # fmt: skip
def test_brackets_about_something_else_leave_the_line_to_count(header: str) -> None:
    judged = judge(sheet_with("计量单位：万元", header=header))
    assert judged.of("E007") == []
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000)]


@pytest.mark.parametrize(
    ("line", "yuan"),
    [
        ("计量单位：以亿元计", 1_200_000_000_000),
        ("计量单位：万元/个", 120_000_000),
        ("计量单位：万元、万人、公里", 120_000_000),
        ("计量单位：百亿元", None),
        ("计量单位：万元  单位：按亿元填报", None),
        ("计量单位：万元  金额单位：百亿元", None),
    ],
)
def test_a_unit_line_is_read_with_the_same_care(line: str, yuan: int | None) -> None:
    judged = judge(sheet_with(line))
    assert judged.values("planned_amount_cny") == [yuan]
    assert [one.is_error for one in judged.of("E007")] == ([] if yuan else [True])


def unit_above(group: str, *, below: str = "拟投资额") -> Sheet:
    """A header of two rows, the amount's column below a group of its own."""
    headers = list(TALK)
    at = headers.index("拟投资额")
    sheet = Sheet.of([["在谈项目月报表"], [f"{LINE}  计量单位：万元"], headers])
    sheet.put(2, [group], at)
    sheet.put(3, [below], at)
    for column in set(range(len(headers))) - {at}:
        sheet.merge(2, column, 3, column)
    sheet.put(4, list(talk(拟投资额="1.2").values()))
    sheet.put(5, [PEOPLE])
    return sheet


@pytest.mark.parametrize(
    ("sheet", "yuan"),
    [
        (unit_above("投资情况（亿元）"), 120_000_000),
        (unit_above("投资情况（以亿元计）"), 120_000_000),
        (unit_above("投资情况", below="拟投资额（亿元）"), 120_000_000),
        (unit_above("投资（万元）", below="拟投资额（亿元）"), 120_000_000),
        (unit_above("拟投资额", below="亿元"), 120_000_000),
        (unit_above("拟投资额", below="（以亿元计）"), 120_000_000),
        (unit_above("投资情况以亿元计"), 120_000_000),
        (unit_above("亿元以上项目"), 12_000),
        (unit_above("投资情况（百亿元）"), None),
        (unit_above("拟投资额", below="（亿元以上）"), None),
    ],
)
def test_a_unit_in_one_of_two_header_rows(sheet: Sheet, yuan: int | None) -> None:
    judged = judge(sheet)
    assert judged.values("planned_amount_cny") == [yuan]
    assert judged.errors == (set() if yuan else {"E007"})


def test_an_amount_with_its_own_unit_needs_none_in_the_header() -> None:
    judged = judge(sheet_with(header="拟投资额（亿元以上）", value="1.2亿元"))
    assert judged.of("E007") == []
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000)]


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


# --- contacts ------------------------------------------------------------------------------------

CONTACTS = [
    "张三13812345678",
    "１３８１２３４５６７８",
    "#REF!",
    "/",
    "2021-05-06",
    "1,234",
    "张三" * 2_000,
]


@pytest.mark.parametrize("written", CONTACTS)
@pytest.mark.parametrize("mark", ["", "\u200b"])
def test_no_message_repeats_what_is_personal(written: str, mark: str) -> None:
    for model in schemas.all_returns():
        for column in model.columns().values():
            if column.is_personal or column.is_free_text:
                judged = judge(changed(model.form().title, **{column.header: f"{mark}{written}"}))
                about = [one for one in judged.findings if one.column == column.header and one.row]
                is_odd = written == "#REF!" or len(written) > 2_000
                is_missing = column.required and written == "/"
                assert bool(about) == bool(mark or is_odd or is_missing)
                said = [f"{one.message}{one.suggestion}" for one in about if written != "#REF!"]
                assert not [one for one in said if written in one or clean(written) in one]


def test_what_nobody_sees_in_a_contact_is_said_without_the_contact() -> None:
    (found,) = judge(changed("外出走访企业明细表", 接洽人="张三\u200b13812345678")).of("R102")
    assert found.message == "“接洽人”含有看不见的字符，已去掉。"
    # The value itself is masked where it is published.
    assert found.value == "张三13812345678"


# --- what nobody foresaw -------------------------------------------------------------------------


def filed(number: int, name: str) -> list[Draft]:
    # The second one's date is not written the plain way, so that a parser is asked.
    day = "2021年5月6日" if name == "乙" else dt.date(2021, 5, 6)
    book = read(write([talks(talk(项目名称=name, 首次对接日期=day))], "xlsx"))
    return recognise(book, Origin(number, f"{name}.xlsx", dt.date(2021, 6, 2)), zone())


def trip_at_the_second(monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    parse = PARSERS[Kind.DATE]

    def trip(context: Any, text: str) -> Any:
        if context.draft.origin.path == "乙.xlsx":
            raise fault
        return parse(context, text)

    monkeypatch.setitem(PARSERS, Kind.DATE, trip)


@pytest.mark.parametrize("fault", [RecursionError, ValueError])
def test_a_file_that_cannot_be_typed_costs_no_other(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    drafts = [draft for at, name in enumerate("甲乙丙") for draft in filed(at, name)]
    trip_at_the_second(monkeypatch, fault)
    (batch,), findings = normalise(drafts)
    assert batch.frame["project_name"].to_list() == ["甲", "丙"]
    (found,) = findings
    assert (found.rule, found.is_error, found.submission) == ("E011", True, "000001-1")
    assert (drafts[1].rows_found, "模板" in found.suggestion) == (1, True)
    assert [one.exc_info is not None for one in caplog.records if "乙.xlsx" in one.message] == [
        True
    ]


def test_a_file_that_memory_does_not_suffice_for_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says nothing of the file's cells: whoever handles files turns it back as a whole."""
    drafts = [draft for at, name in enumerate("甲乙丙") for draft in filed(at, name)]
    trip_at_the_second(monkeypatch, MemoryError)
    handling = Handling()
    (batch,), findings = normalise(drafts, {}, handling)
    assert batch.frame["project_name"].to_list() == ["甲", "丙"]
    assert (findings, handling.lost) == ([], {1: ENDED})


def test_the_envelope_is_no_cell_of_the_row() -> None:
    assert ENVELOPE.startswith("填报单位：招商局")
    judged = judge(talks(talk()))
    assert judged.values("department") == ["招商局"]
    assert judged.values("report_month") == [dt.date(2021, 5, 1)]


# --- spellings that must not become another figure ------------------------------------------------


@pytest.mark.parametrize(
    ("header", "written", "field", "value", "rule"),
    [
        ("项目编号", '="GCKF-2021-0001"', "project_id", "GCKF-2021-0001", "R102"),
        ("项目编号", "'GCKF-2021-0001", "project_id", "GCKF-2021-0001", "R102"),
        ("拟投资额", "'12000", "planned_amount_cny", Decimal(120_000_000), "R102"),
        ("首次对接日期", "2021/5/3 10:30", "first_contact_on", dt.date(2021, 5, 3), "R105"),
    ],
)
def test_what_programs_put_around_a_value_is_taken_off_and_said(
    header: str, written: str, field: str, value: object, rule: str
) -> None:
    judged = judge(talks(talk(**{header: written})))
    assert judged.values(field) == [value]
    (found,) = judged.findings
    assert (found.rule, found.severity) == (rule, "info")


@pytest.mark.parametrize(
    "written", ["12000①", "12000²", "500\n300", "500\n300\n400", "500 300", "500\t300\t400", "3千"]
)
def test_what_may_be_two_numbers_is_none(written: str) -> None:
    (found,) = judge(talks(talk(拟投资额=written))).findings
    assert (found.rule, found.severity, found.cell) == ("R110", "error", "D4")


def test_a_mark_behind_a_project_number_stays_a_mark() -> None:
    judged = judge(talks(talk(项目编号="GCKF-2021-0001①")))
    assert judged.values("project_id") == ["GCKF-2021-0001①"]


@pytest.mark.parametrize(
    ("header", "field", "written", "value"),
    [
        ("同行人数", "people", "5人", 5),
        ("同行人数", "people", "5人次", 5),
        ("行程公里", "km", "2.1万公里", 21000),
        ("天数", "days", "36天", 36),
    ],
)
def test_a_count_may_have_its_unit_in_the_cell(
    header: str, field: str, written: str, value: int
) -> None:
    assert judge(changed("外出招商台账", **{header: written})).values(field)[0] == value


@pytest.mark.parametrize(("header", "written"), [("同行人数", "5万元"), ("行程公里", "10%")])
def test_another_unit_is_an_error(header: str, written: str) -> None:
    judged = judge(changed("外出招商台账", **{header: written}))
    assert "R110" in judged.errors


def test_what_is_rounded_is_told_in_the_cell_s_own_unit() -> None:
    judged = judge(sheet_with("计量单位：万元", value="12000.000000001"))
    assert judged.values("planned_amount_cny") == [Decimal(120_000_000)]
    assert "按四舍五入后的 12000万元 读取" in judged.of("R110")[0].message


@pytest.mark.parametrize(
    "path", ["收件/签约项目5月报表20210602.xlsx", "2021年/在谈5月报表(2021-6-2).xlsx"]
)
def test_a_day_in_a_file_s_name_is_no_month(path: str) -> None:
    above = (["在谈项目月报表"], ["填报单位：招商局  计量单位：万元"])
    judged = judge(talks(talk(), above=above), path=path)
    assert judged.draft.month == dt.date(2021, 5, 1)


@pytest.mark.parametrize("span", ["2021年1月—5月", "1月至5月", "2021年1月1日至5月31日"])
def test_a_span_of_months_in_the_title_is_its_last(span: str) -> None:
    line = "填报单位：招商局  报告期：2021年5月  计量单位：万元"
    judged = judge(talks(talk(), above=([f"在谈项目月报表（{span}）"], [line])))
    assert judged.draft.month == dt.date(2021, 5, 1)
    assert judged.errors == set()


@pytest.mark.parametrize(("stated", "month"), [("2021.01", 1), ("2021.2", 2), ("2021.1月", 1)])
def test_a_month_behind_a_dot(stated: str, month: int) -> None:
    above = (["在谈项目月报表"], ["填报单位：招商局", "计量单位：万元"], ["报告期", stated])
    judged = judge(talks(talk(首次对接日期="2021-01-04"), above=above), path="a/a.xlsx")
    assert (judged.draft.month, judged.errors) == (dt.date(2021, month, 1), set())


def test_january_and_october_are_told_apart_or_neither() -> None:
    """A number cell drops the nought of 2021.10."""
    above: list[list[Value]]
    above = [["在谈项目月报表"], ["填报单位：招商局", "计量单位：万元"], ["报告期", 2021.1]]
    (found,) = judge(talks(talk(), above=above), path="a/a.xlsx").of("E004")
    assert "分不清是1月还是10月" in found.message


# --- the unit by which an amount became yuan ------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "header", "unit"),
    [
        (12000, "拟投资额", "万元"),
        (1.2, "拟投资额（亿元）", "亿元"),
        ("1.2亿元", "拟投资额", "亿元"),
        ("1000万美元", "拟投资额", "万美元"),
        (1000, "拟投资额（万美元）", "万美元"),
        (0, "拟投资额", "万元"),
        # Rounded to a hundredth of a fen.
        ("0.000000001", "拟投资额", "万元"),
        ("约5亿", "拟投资额", None),
        (None, "拟投资额", None),
    ],
)
def test_the_unit_applied_is_handed_over(written: Value, header: str, unit: str | None) -> None:
    judged = judge(
        talks(talk(拟投资额=written), headers={"拟投资额": header}),
        rates={"usd_cny": Decimal("6.37")},
    )
    (batch,) = judged.batches
    assert batch.units.to_dicts() == [{"planned_amount_cny": unit}]


def test_a_unit_column_is_handed_over_row_for_row() -> None:
    rows = [
        talk(项目编号=f"GCKF-2021-000{at}", 拟投资额=2, 计量单位=unit)
        for at, unit in enumerate(["亿元", "千万元"])
    ]
    line = "填报单位：招商局    报告期：2021年5月"
    (batch,) = judge(talks(*rows, above=(["在谈项目月报表"], [line]))).batches
    assert batch.units["planned_amount_cny"].to_list() == ["亿元", "千万元"]


@pytest.mark.parametrize(("written", "read_as"), [("√", "是"), ("无", "否")])
def test_an_answer_in_other_words_is_said_as_it_is_read(written: str, read_as: str) -> None:
    judged = judge(changed("政务服务事项清单", 网上办=written))
    (said,) = (one for one in judged.findings if one.field == "online")
    assert f"“{read_as}”" in said.message


@pytest.mark.parametrize("blank", ["", "/", "—"])
def test_a_month_that_is_left_blank_lacks_and_is_no_wrong_month(blank: str) -> None:
    judged = judge(changed("数据更正单", 原报告期=blank))
    assert [one.rule for one in judged.findings if one.field == "report_month"] == ["R101"]
