"""What is marked as not to count: rows struck out or voided (R116), sheets that are (E015)."""

import pytest
from renderer import Sheet, Value
from renderer.judged import ENVELOPE, TARGETS, Judged, above, judge, talk, talks

from flows.read.grid import Grid
from flows.recognise.sheet import recognise_tables
from flows.recognise.voids import is_voided, void_word

A, B, C = "GCKF-2021-0001", "GCKF-2021-0002", "GCKF-2021-0003"
VOIDS = [
    "此行作废",
    "本行作废，不计",
    "重复不计",
    "撤销",
    "作废",
    "不计入",
    "已作废",
    "（作废）",
    "【作废】",
    "该条删除",
    "与第5行重复",
    "与第5行重复，不计",
    "误填",
    "填报错误，此行作废",
    "此行不计入合计",
    "该项目重复，不计",
    "本条取消",
    "重复",
    "重复填报",
    "此项目作废",
    "数据作废",
    "作废！",
    "作废（重复）",
    "作废,见下行",
    "本行数据无效",
    "请删除此行",
    "已撤销",
    "此条撤回",
    "多报，删除",
    "重复上报",
    "录入错误作废",
    "*作废*",
]
ABOUT_THE_PROJECT = [
    "不作废",
    "未撤销",
    "原合同作废，重签",
    "县内资金，不计入",
    "框架协议不计合同额",
    "不计新引进个数",
    "待审核不计",
    "原协议撤销后新签",
    "合同未作废",
    "该项目取消",
    "该项目已撤销",
    "该企业已注销",
    "旧合同(作废)已重签",
    "与客商重复洽谈三次",
    "取消原定会议，改为线上",
    "确为县内资金，不计入，照实填报",
    "原编号GCKF-2021-0001作废",
    "一张300万元进账单与2月重复",
    "无",
]


@pytest.mark.parametrize("remark", VOIDS)
def test_a_remark_that_voids_its_row(remark: str) -> None:
    judged = judge(talks(talk(项目编号=A), talk(项目编号=B, 进展或停滞说明=remark)))
    assert [(one.rule, one.severity, one.cell, one.row) for one in judged.findings] == [
        ("R116", "error", "M5", 5)
    ]
    assert judged.findings[0].column == "进展或停滞说明"


def test_only_the_words_that_void_are_quoted() -> None:
    remark = "此行作废（问甲13800000000），另报13800000000"
    (found,) = judge(talks(talk(进展或停滞说明=remark), talk(项目编号=B))).of("R116")
    assert "“此行作废”" in found.message
    assert "138" not in found.message


@pytest.mark.parametrize("remark", ABOUT_THE_PROJECT)
def test_words_about_the_project_void_nothing(remark: str) -> None:
    assert not is_voided(remark)


@pytest.mark.parametrize("name", ["甲项目（作废）", "【作废】甲项目", "甲项目(重复不计)"])
def test_a_name_with_the_mark_voids_its_row(name: str) -> None:
    judged = judge(talks(talk(项目名称=name), talk(项目编号=B, 项目名称="旧厂房废弃物利用")))
    assert [(one.rule, one.cell) for one in judged.findings] == [("R116", "B4")]


def test_a_row_of_another_department_is_said_to_that_one() -> None:
    rows = [
        talk(填报单位="招商局", 项目编号=A),
        talk(填报单位="经济发展局", 项目编号=B, 进展或停滞说明="作废"),
    ]
    judged = judge(talks(*rows, above=above("报告期：2021年5月 计量单位：万元")))
    (found,) = judged.of("R116")
    owner = {one.key: one.department for one in judged.drafts}[found.submission or ""]
    assert owner == "经济发展局"


def test_struck_cells_of_a_data_row_are_said_at_the_first() -> None:
    lines = [["在谈项目月报表"], [ENVELOPE], [*talk()]]
    values = [["" if value is None else str(value) for value in talk().values()]] * 2
    struck = [(4, 3), (4, 0), (0, 0), (9, 9)]
    (table,) = recognise_tables(Grid("表", [*lines, *values], struck=struck))
    (found,) = table.findings
    assert (found.rule, found.cell, found.row) == ("R116", "A5", 5)
    assert "A5、D5画了删除线" in found.message


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("是否作废", "是"),
        ("作废", "√"),
        ("是否有效", "否"),
        ("备注", "此行作废"),
        ("是否重复", "重复"),
    ],
)
def test_a_column_of_no_field_may_void_a_row(header: str, said: str) -> None:
    row: dict[str, Value] = talk(项目编号=B) | {header: said}
    headers = {"进展或停滞说明": "进展或停滞说明", header: header}
    judged = judge(talks(talk(项目编号=A), row, headers=headers))
    (found,) = judged.of("R116")
    assert (found.cell, found.row, found.column) == ("N5", 5, header)


@pytest.mark.parametrize(
    ("header", "said"), [("是否作废", "否"), ("是否有效", "是"), ("备注", "略")]
)
def test_a_column_of_no_field_may_say_that_a_row_counts(header: str, said: str) -> None:
    assert judge(talks(talk() | {header: said})).of("R116") == []


@pytest.mark.parametrize(
    "heading",
    [
        "以下项目作废",
        "（以下作废）",
        "注：以下为已作废的项目",
        "二、下列各项已取消，问甲",
        "第6行以下不计入",
        "以下为备份",
    ],
)
def test_rows_below_a_heading_that_voids_them(heading: str) -> None:
    rows: list[dict[str, Value]] = [
        talk(项目编号=A),
        {"项目编号": heading},
        talk(项目编号=B),
        {"项目编号": "续建项目"},
        talk(项目编号=C),
    ]
    judged = judge(talks(*rows))
    assert [one.row for one in judged.of("R116", "error")] == [6]
    assert judged.draft.rows_found == 3


@pytest.mark.parametrize(
    "heading",
    [
        "注：以下金额不计入税费",
        "说明：以下项目未取消",
        "以下项目不作废",
        "以下各项请勿重复填报",
        "以下项目如取消请注明",
        "以下金额含取消的补贴",
    ],
)
def test_a_note_above_rows_that_voids_none(heading: str) -> None:
    rows: list[dict[str, Value]] = [talk(项目编号=A), {"项目编号": heading}, talk(项目编号=B)]
    judged = judge(talks(*rows))
    assert judged.of("R116") == []
    assert judged.draft.rows_found == 2


# --- sheets --------------------------------------------------------------------------------------


def kept(judged: Judged) -> list[str]:
    """The numbers of the projects in submissions that are not turned back."""
    back = {one.submission for one in judged.findings if one.is_error and one.row is None}
    return [
        number
        for draft in judged.drafts
        if draft.key not in back
        for piece in draft.slices
        for number in piece.table.texts["project_id"]
    ]


def beside(name: str, *others: Sheet, first: str = "在谈项目") -> Judged:
    return judge(talks(talk(项目编号=A), name=first), talks(talk(项目编号=B), name=name), *others)


@pytest.mark.parametrize(
    "name",
    [
        "作废",
        "备份",
        "5月草稿",
        "旧",
        "旧表",
        "Sheet1_old",
        "backup",
        "副本",
        "在谈项目 (2)",
        "Copy of 在谈",
    ],
)
def test_a_spare_sheet_is_turned_back_and_the_good_one_filed(name: str) -> None:
    judged = beside(name)
    assert kept(judged) == [A]
    (found,) = judged.findings
    assert (found.rule, found.severity, found.sheet) == ("E015", "error", name)
    assert "（1行）" in found.message
    assert "删去" in found.suggestion


def test_every_spare_sheet_has_its_finding() -> None:
    judged = beside("作废", talks(talk(项目编号=C), name="备份"))
    assert kept(judged) == [A]
    assert {one.sheet for one in judged.of("E015", "error")} == {"作废", "备份"}


@pytest.mark.parametrize(
    "name", ["不作废", "旧城改造项目", "旧村", "Sheet1", "golden", "2021年5月"]
)
def test_names_that_say_no_such_thing(name: str) -> None:
    assert void_word(name) is None


def test_a_spare_sheet_alone_is_turned_back_too() -> None:
    assert judge(talks(talk(), name="草稿")).errors == {"E015"}
    assert judge(talks(talk()), path="2021-05/招商局/在谈（作废）.xlsx").errors == {"E015"}
    titled = (["在谈项目月报表（草稿）"], [ENVELOPE])
    assert judge(talks(talk(), above=titled)).errors == {"E015"}


def test_a_copy_alone_is_the_return() -> None:
    assert judge(talks(talk(), name="在谈项目 (2)")).findings == []


def test_a_copy_of_nothing_that_counts_is_the_return() -> None:
    judged = judge(talks(name="在谈项目"), talks(talk(项目编号=A), name="在谈项目 副本"))
    assert (kept(judged), judged.findings) == ([A], [])
    judged = judge(talks(talk(项目编号=A), name="备份"), talks(talk(项目编号=B), name="副本"))
    assert (kept(judged), {one.sheet for one in judged.findings}) == ([B], {"备份"})


def test_a_copy_of_sheets_that_do_not_count_is_one_of_them() -> None:
    judged = beside("农业", talks(talk(项目编号=C), name="工业 (2)"), first="工业")
    assert kept(judged) == []
    assert all("不知以哪一张为准" in one.message for one in judged.of("E015", "error"))


def test_of_two_sheets_of_one_return_neither_counts_by_itself() -> None:
    judged = beside("Sheet2")
    assert kept(judged) == []
    assert [(one.rule, one.sheet) for one in judged.findings] == [
        ("E015", "在谈项目"),
        ("E015", "Sheet2"),
    ]
    assert all("Sheet2" in one.message and "在谈项目" in one.message for one in judged.findings)


def test_a_sheet_in_which_nothing_is_filled_in_is_no_second_one() -> None:
    judged = judge(talks(talk(项目编号=A)), talks(name="Sheet2"))
    assert (kept(judged), judged.findings) == ([A], [])


@pytest.mark.parametrize(("first", "second"), [("在谈", "续表"), ("第一部分", "第二部分")])
def test_parts_are_added_together(first: str, second: str) -> None:
    judged = beside(second, first=first)
    assert (judged.draft.rows_found, judged.findings) == (2, [])


def test_forms_that_add_up_may_stand_in_several_sheets() -> None:
    def targets(code: str, name: str) -> Sheet:
        row: list[Value] = [2021, "招商局", code, "略", 70, "亿元", "2021-01-15"]
        return Sheet.of([["年度目标任务分解表"], ["填报单位：招商局"], TARGETS, row], name=name)

    judged = judge(targets("ZS01", "一"), targets("ZS02", "二"))
    assert (judged.draft.rows_found, judged.errors) == (2, set())


def test_sheets_of_other_months_are_other_returns() -> None:
    april = talks(talk(), above=above(ENVELOPE.replace("5月", "4月")), name="4月")
    judged = judge(talks(talk(), name="5月"), april)
    assert [one.rows_found for one in judged.drafts] == [1, 1]
    assert judged.of("E015") == []


def test_a_hidden_spare_sheet_is_not_read_and_said() -> None:
    hidden = talks(talk(项目编号=B), name="备份")
    hidden.is_hidden = True
    judged = judge(talks(talk(项目编号=A)), hidden)
    assert kept(judged) == [A]
    assert [(one.rule, one.severity) for one in judged.findings] == [("E013", "info")]
