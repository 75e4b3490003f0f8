"""Who reports, for which month: stated, or named by sheet, file or folder; contradictions."""

import datetime as dt
from collections.abc import Sequence

import pytest
from renderer import Sheet, Value
from renderer.judged import ENVELOPE, PEOPLE, Judged, judge, talk, talks

MAY = dt.date(2021, 5, 1)
UNIT = "计量单位：万元"


def above(*lines: Value) -> Sequence[Sequence[Value]]:
    return (["在谈项目月报表"], *([line] for line in lines))


def owner(judged: Judged) -> tuple[str | None, dt.date | None]:
    return judged.draft.department, judged.draft.month


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：招商局    报告期：2021年5月    计量单位：万元",
        "填报单位（盖章）:招商局 报告期: 2021-05 单位：万元",
        "填 报 单 位：招商局　　2021年5月　　（单位：万元）",
        "报送单位：区招商局；所属期：202105",
        "单位：招商局    报告期：2021年1-5月",
    ],
)
def test_a_line_above_the_header(line: str) -> None:
    assert owner(judge(talks(talk(), above=above(line, UNIT)))) == ("招商局", MAY)


def test_labels_and_values_in_cells_of_their_own() -> None:
    line = ["填报单位", "招商局", None, "报告期", "2021年5月", "计量单位", "万元"]
    signed = ["单位负责人", "甲", "填表人", "乙", "审核人", "丙", "报出日期", "2021-06-01"]
    judged = judge(talks(talk(), above=(["在谈项目月报表"], line), below=(signed,)))
    assert owner(judged) == ("招商局", MAY)
    assert judged.findings == []


def test_a_lone_month_and_the_title() -> None:
    assert owner(judge(talks(talk(), above=above("填报单位：招商局", "（2021年5月）", UNIT)))) == (
        "招商局",
        MAY,
    )
    titled = (["招商局2021年5月在谈项目月报表"], ["填报单位：招商局"], [UNIT])
    assert owner(judge(talks(talk(), above=titled))) == ("招商局", MAY)


def test_the_footer_states_it_too() -> None:
    below = (["注：按月报送"], ["填报单位：招商局  报告期：2021年5月"], [PEOPLE])
    judged = judge(talks(talk(), above=above(UNIT), below=below))
    assert owner(judged) == ("招商局", MAY)
    assert judged.findings == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("招商局2021年5月", "收件/a.xlsx"),
        ("Sheet1", "收件/招商局2021年5月在谈.xlsx"),
        ("Sheet1", "2021-05/招商局/a.xlsx"),
        ("5月", "2021/招商局/a.xlsx"),
    ],
)
def test_names_help_out_where_nothing_is_stated(name: str, path: str) -> None:
    judged = judge(talks(talk(), above=above(UNIT), name=name), path=path)
    assert owner(judged) == ("招商局", MAY)
    assert judged.findings == []


def test_stated_wins_over_names_with_a_warning() -> None:
    judged = judge(talks(talk()), path="2021-04/经济发展局/a.xlsx")
    assert owner(judged) == ("招商局", MAY)
    assert [(one.severity, one.cell) for one in judged.of("E003")] == [("warning", "A2")]
    assert [(one.severity, one.cell) for one in judged.of("E004")] == [("warning", "A2")]


def test_the_nearest_name_wins_over_a_farther_one_with_a_warning() -> None:
    judged = judge(talks(talk(), above=above(UNIT), name="招商局"), path="2021-05/经发局/a.xlsx")
    assert owner(judged) == ("招商局", MAY)
    (found,) = judged.of("E003")
    assert found.severity == "warning"
    assert "文件夹" in found.message


def test_two_statements_that_differ_are_an_error() -> None:
    line = "填报单位：招商局  报告期：2021年5月"
    other = ["填报单位：经济发展局  报告期：2021年4月"]
    judged = judge(talks(talk(), above=above(line, UNIT), below=(other, [PEOPLE])))
    assert [(one.rule, one.cell) for one in judged.findings if one.is_error] == [
        ("E003", "A6"),
        ("E004", "A6"),
    ]


def test_a_title_of_another_month_is_an_error() -> None:
    titled = (["2021年4月在谈项目月报表"], [ENVELOPE])
    (found,) = judge(talks(talk(), above=titled)).of("E004")
    assert found.is_error
    assert "2021年5月、2021年4月" in found.message


def test_nothing_stated_anywhere_is_an_error() -> None:
    judged = judge(talks(talk(), above=above(UNIT)))
    assert owner(judged) == (None, None)
    assert judged.errors == {"E003", "E004"}


def test_a_department_near_one_on_the_roster_is_suggested() -> None:
    (found,) = judge(talks(talk(), above=above("填报单位：招商居  报告期：2021年5月", UNIT))).of(
        "E003"
    )
    assert (found.is_error, found.cell) == (True, "A2")
    assert "是否为“招商局”" in found.suggestion


def test_a_month_without_its_year_is_not_guessed() -> None:
    (found,) = judge(talks(talk(), above=above("填报单位：招商局  报告期：5月", UNIT))).of("E004")
    assert "没有写年份" in found.message


def test_a_month_after_receipt_is_an_error() -> None:
    line = "填报单位：招商局 报告期：2021年7月"
    assert "E004" in judge(talks(talk(), above=above(line, UNIT))).errors


def test_columns_split_a_sheet_into_submissions() -> None:
    rows = [
        talk(填报单位=unit, 报告期=month, 项目编号=f"GCKF-2021-000{number}")
        for number, (unit, month) in enumerate(
            [("招商局", "2021-05"), ("经发局", "2021年5月"), ("招商局", "2021-04")]
        )
    ]
    judged = judge(talks(*rows, above=above(UNIT)))
    assert [(one.department, one.month, one.rows_found) for one in judged.drafts] == [
        ("招商局", MAY, 1),
        ("经济发展局", MAY, 1),
        ("招商局", dt.date(2021, 4, 1), 1),
    ]


def test_a_row_against_the_envelope_is_an_error_at_its_cell() -> None:
    rows = [talk(填报单位="招商局"), talk(填报单位="经发局", 项目编号="GCKF-2021-0002")]
    found = judge(talks(*rows)).of("E003")
    assert [(one.cell, one.is_error) for one in found] == [("N5", True)]


def test_the_people_may_stand_in_columns() -> None:
    people = {"填表人": "甲", "审核人": "乙", "单位负责人": "丙", "报出日期": "2021年6月1日"}
    judged = judge(talks(talk(**people), below=()))
    assert judged.findings == []
    assert judged.draft.envelope_value("checker") == "乙"


# --- nil returns ---------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["零报告：是", "是否零报告：√"])
def test_a_nil_return_is_stated_in_the_line(line: str) -> None:
    judged = judge(talks(above=above(ENVELOPE, line)))
    assert (judged.draft.is_nil, judged.findings) == (True, [])


def test_the_word_alone_below_the_header_is_a_nil_return() -> None:
    judged = judge(talks(below=(["零报告"], [PEOPLE])))
    assert (judged.draft.is_nil, judged.findings) == (True, [])


def test_a_nil_return_among_others_in_columns() -> None:
    rows: list[dict[str, Value]] = [
        talk(填报单位="招商局", 报告期="2021-05", 零报告="否"),
        {"填报单位": "经济发展局", "报告期": "2021-05", "零报告": "是"},
    ]
    drafts = judge(talks(*rows, above=above(UNIT))).drafts
    assert [(one.department, one.is_nil, one.rows_found) for one in drafts] == [
        ("招商局", False, 1),
        ("经济发展局", True, 0),
    ]


def test_rows_under_a_nil_return_and_none_without_one() -> None:
    assert judge(talks(talk(), above=above(ENVELOPE, "零报告：是"))).errors == {"E009"}
    assert judge(talks()).errors == {"E009"}


# --- sheets that are no returns ------------------------------------------------------------------


def test_hidden_and_instruction_sheets_are_no_data() -> None:
    hidden = talks(talk(项目编号="GCKF-2021-0009"), name="旧表")
    hidden.is_hidden = True
    example = talks(talk(项目编号="GCKF-2021-0008"), name="填报说明")
    judged = judge(talks(talk()), hidden, example)
    assert judged.draft.rows_found == 1
    assert [(one.rule, one.severity, one.sheet) for one in judged.findings] == [
        ("E013", "info", "旧表")
    ]


def test_a_stranger_among_the_sheets_is_said() -> None:
    stranger = Sheet.of([["甲", "乙", "丙"]] * 4, name="通讯录")
    (found,) = judge(talks(talk()), stranger).findings
    assert (found.rule, found.severity, found.sheet) == ("E001", "warning", "通讯录")
