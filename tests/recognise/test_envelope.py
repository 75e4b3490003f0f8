"""Who reports, for which month: stated, or named by sheet, file or folder; contradictions."""

import datetime as dt
from collections.abc import Sequence

import pytest
from renderer import Sheet, Value
from renderer.judged import ENVELOPE, PEOPLE, Judged, judge, talk, talks

from flows.recognise import submissions

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
        "单位：招商局    报告期：2021年5月1日至5月31日",
        "单位：招商局    报告期：截至2021年5月31日",
        "填报单位：招商局（盖章）    报告期：2021年5月",
        "报告期：2021年5月    填报单位：招商局    2021年6月1日",
        "报告期：2021年5月  填报单位：招商局 联系人：张三  手机：13800000000",
        "填报单位：招商局 （公章）    报告期：2021年5月（章）",
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


def test_a_label_with_a_place_for_the_seal_and_its_value_in_the_next_cell() -> None:
    line = ["填报单位（盖章）", "招商局", "报告期", "2021年5月", "计量单位", "万元"]
    assert owner(judge(talks(talk(), above=(["在谈项目月报表"], line)))) == ("招商局", MAY)


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
        ("5月", "招商局2021年在谈月报.xlsx"),
        ("Sheet1", "2021-05/招商局/在谈5月报表20210602.xlsx"),
        ("Sheet1", "招商局/在谈5月报表(2021-6-2).xlsx"),
        ("Sheet1", "谷城经济开发区招商局在谈2021年5月.xlsx"),
        ("Sheet1", "在谈项目表招商局2021年5月.xlsx"),
        ("Sheet1", "在谈项目招商局2021年5月.xlsx"),
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


@pytest.mark.parametrize(
    "name",
    [
        "企业服务中心",
        "招商局一分局",
        "谷城县招商局",
        "招商局项目中心",
        "招商局、经发局",
        "高新区招商局",
    ],
)
def test_a_department_inside_the_name_of_another_body_is_not_meant(name: str) -> None:
    judged = judge(talks(talk(), above=above("报告期：2021年5月", UNIT)), path=f"{name}5月.xlsx")
    assert (owner(judged), judged.errors) == ((None, MAY), {"E003"})


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


def test_what_is_wrong_above_the_header_is_told_where_it_stands() -> None:
    line = ["填报单位：招商局", "报告期：2021年5月", UNIT]
    titled = (["附件2"], [None, None, "2021年4月在谈项目月报表"], line)
    assert [one.cell for one in judge(talks(talk(), above=titled)).of("E004")] == ["C2"]


@pytest.mark.parametrize(
    "day",
    [
        "制表日期：2021年6月2日",
        "报送时间：2021年6月1日",
        "打印时间 2021-06-30",
        "打印时间：2021-06-30",
        "2021-06-30",
        dt.date(2021, 6, 30),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_day_of_printing_or_sending_is_no_month(day: Value, is_first: bool) -> None:
    lines: list[list[Value]]
    lines = [["2021年1—5月在谈项目月报表"], ["填报单位：招商局", "报告期：2021年5月", UNIT, day]]
    if is_first:
        lines = [[day], lines[0], lines[1][:3]]
    judged = judge(talks(talk(), above=lines))
    assert (owner(judged), judged.findings) == (("招商局", MAY), [])


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("A1", [["经济发展局2021年5月在谈项目月报表"]]),
        ("A1", [["谷城经济开发区经发局在谈项目月报表"], ["2021年5月"]]),
        ("A2", [["2021年5月在谈项目月报表"], ["经济发展局"]]),
    ],
)
def test_a_title_states_who_reports(cell: str, lines: list[list[Value]]) -> None:
    judged = judge(talks(talk(), above=[*lines, [UNIT]]), path="2021-05/招商局/a.xlsx")
    assert owner(judged) == ("经济发展局", MAY)
    assert [(one.rule, one.severity) for one in judged.findings] == [("E003", "warning")]
    line = ["填报单位：招商局  报告期：2021年5月"]
    (found,) = judge(talks(talk(), above=[*lines, line, [UNIT]])).of("E003")
    assert (found.is_error, found.cell) == (True, cell)


@pytest.mark.parametrize(
    "line",
    [
        ["制定机关：经济发展局"],
        ["制定机关：", "经济发展局"],
        ["经济发展局统一印制"],
        ["谷城县招商局制"],
        ["经济发展局："],
    ],
)
def test_whoever_made_the_form_does_not_report(line: list[Value]) -> None:
    judged = judge(talks(talk(), above=(["在谈项目月报表"], line, [ENVELOPE])))
    assert (owner(judged), judged.findings) == (("招商局", MAY), [])


def test_a_title_over_rows_of_several_departments_is_that_of_who_collected_them() -> None:
    rows = [
        talk(项目编号=f"GCKF-2021-000{n}", 填报单位=one)
        for n, one in enumerate(["招商局", "经发局"])
    ]
    titled = (["招商局2021年5月在谈项目汇总表"], [UNIT])
    judged = judge(talks(*rows, above=titled))
    assert [one.department for one in judged.drafts] == ["招商局", "经济发展局"]
    assert judged.errors == set()


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


@pytest.mark.parametrize(
    ("title", "path"), [("在谈项目月报表", "2021/a.xlsx"), ("2021年在谈项目月报表", "a.xlsx")]
)
def test_months_in_a_column_take_the_year_of_a_name_or_title(title: str, path: str) -> None:
    judged = judge(talks(talk(月份="5月"), above=([title], ["填报单位：招商局", UNIT])), path=path)
    assert (owner(judged), judged.findings) == (("招商局", MAY), [])


def test_title_and_folder_of_different_years_give_none() -> None:
    titled = (["2020年在谈项目月报表"], ["填报单位：招商局", UNIT])
    judged = judge(talks(talk(月份="5月"), above=titled), path="2021/a.xlsx")
    (found,) = [one for one in judged.findings if one.is_error]
    assert (found.rule, found.cell) == ("E004", "N4")
    assert "没有写年份" in found.message


def test_each_month_without_a_year_is_told_at_its_own_cell() -> None:
    rows = [
        talk(项目编号="GCKF-2021-0001", 填报单位="招商局", 月份="4月"),
        talk(项目编号="GCKF-2021-0002", 填报单位="经发局", 月份="5月"),
        talk(项目编号="GCKF-2021-0003", 填报单位="经发局", 月份="4月"),
    ]
    found = judge(talks(*rows, above=above(UNIT))).findings
    assert [(one.rule, one.cell) for one in found] == [
        ("E004", "O4"),
        ("E004", "O5"),
        ("E004", "O6"),
    ]


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


def test_a_blank_among_departments_is_not_filled_from_the_folder() -> None:
    rows = [
        talk(项目编号=f"GCKF-2021-000{number}", 引资单位=unit)
        for number, unit in enumerate([None, "经济发展局", None, "项目服务中心"])
    ]
    path = "2021-05/招商局/a.xlsx"
    judged = judge(talks(*rows, above=above("报告期：2021年5月", UNIT)), path=path)
    assert [one.department for one in judged.drafts] == [None, "经济发展局", "项目服务中心"]
    found = [one for one in judged.findings if one.is_error]
    assert [(one.rule, one.cell) for one in found] == [("E003", "N5"), ("E003", "N7")]


def test_a_blank_among_months_is_not_filled_from_the_folder() -> None:
    rows = [talk(项目编号="GCKF-2021-0001", 月份="2021-05"), talk(项目编号="GCKF-2021-0002")]
    lines = above("填报单位：招商局", UNIT)
    judged = judge(talks(*rows, above=lines), path="2021-05/招商局/a.xlsx")
    assert [one.month for one in judged.drafts] == [MAY, None]
    assert [(one.rule, one.cell) for one in judged.findings if one.is_error] == [("E004", "N6")]


def test_blanks_are_filled_by_what_is_stated_for_all_rows() -> None:
    rows = [talk(项目编号="GCKF-2021-0001", 引资单位="招商局"), talk(项目编号="GCKF-2021-0002")]
    judged = judge(talks(*rows))
    assert (owner(judged), judged.draft.rows_found, judged.findings) == (("招商局", MAY), 2, [])


def test_a_column_that_is_blank_all_the_way_down_is_as_good_as_none() -> None:
    judged = judge(talks(talk(引资单位=None), above=above(UNIT)), path="2021-05/招商局/a.xlsx")
    assert (owner(judged), judged.findings) == (("招商局", MAY), [])


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


def test_a_nil_return_of_an_unknown_department_is_nobodys() -> None:
    rows: list[dict[str, Value]] = [
        talk(填报单位="招商局", 零报告="否"),
        {"填报单位": "经济发展居", "零报告": "是"},
    ]
    lines = above("报告期：2021年5月", UNIT)
    judged = judge(talks(*rows, above=lines), path="2021-05/招商局/a.xlsx")
    assert [one.department for one in judged.drafts] == ["招商局", None]
    assert [one.cell for one in judged.of("E003")] == ["N6"]


def test_rows_under_a_nil_return_and_none_without_one() -> None:
    assert judge(talks(talk(), above=above(ENVELOPE, "零报告：是"))).errors == {"E009"}
    assert judge(talks()).errors == {"E009"}


# --- sheets that are no returns ------------------------------------------------------------------


def test_hidden_and_instruction_sheets_are_no_data_and_said() -> None:
    hidden = talks(talk(项目编号="GCKF-2021-0009"), name="旧表")
    hidden.is_hidden = True
    example = talks(talk(项目编号="GCKF-2021-0008"), name="填报说明")
    judged = judge(talks(talk()), hidden, example)
    assert judged.draft.rows_found == 1
    assert [(one.rule, one.severity, one.sheet) for one in judged.findings] == [
        ("E013", "info", "旧表"),
        ("E001", "warning", "填报说明"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "填报示例",
        "示例",
        "样例",
        "样表",
        "范例",
        "模板说明",
        "在谈项目（示例）",
        "填报说明（必读）",
    ],
)
def test_a_sheet_of_examples_is_no_data_and_said(name: str) -> None:
    judged = judge(talks(talk()), talks(talk(项目编号="GCKF-2021-0008"), name=name))
    assert judged.draft.rows_found == 1
    assert [(one.rule, one.severity, one.sheet) for one in judged.findings] == [
        ("E001", "warning", name)
    ]


@pytest.mark.parametrize("name", ["客商接待情况说明", "补充说明", "说明", "模板"])
def test_a_return_is_one_whatever_its_sheet_is_called(name: str) -> None:
    alone = judge(talks(talk(), name=name))
    assert (alone.draft.rows_found, alone.findings) == (1, [])
    second = judge(talks(talk()), talks(talk(项目编号="GCKF-2021-0002"), name=name))
    assert second.draft.rows_found == 2


def test_a_sheet_of_explanations_beside_a_return_is_no_stranger() -> None:
    guide = Sheet.of([["序号", "栏目", "含义"], *[["1", "拟投资额", "略"]] * 5], name="说明")
    judged = judge(talks(talk()), guide)
    assert (judged.draft.rows_found, judged.findings) == (1, [])


def test_a_return_in_the_guide_alone_is_not_read_and_said() -> None:
    judged = judge(talks(talk(), name="填表说明"))
    assert [(one.rule, one.severity) for one in judged.findings] == [
        ("E001", "error"),
        ("E001", "warning"),
    ]
    assert "改工作表的名称" in judged.findings[1].suggestion


# --- when it was filed ---------------------------------------------------------------------------

LATE = "单位负责人：甲    填表人：乙    审核人：丙    报出日期：2021年6月20日"
UNDATED = "单位负责人：甲    填表人：乙    审核人：丙"


@pytest.mark.parametrize(
    "lines", [(LATE, UNDATED), (UNDATED, LATE), (LATE, PEOPLE), (PEOPLE, LATE)]
)
def test_a_return_of_two_sheets_is_as_late_as_its_latest_date(lines: tuple[str, str]) -> None:
    first, second = lines
    judged = judge(
        talks(talk(), below=([first],)),
        talks(talk(项目编号="GCKF-2021-0002"), below=([second],), name="续表"),
    )
    assert (judged.draft.filed_on, judged.draft.is_late) == (dt.date(2021, 6, 20), True)
    assert [one.cell for one in judged.of("E006")] == ["A5"]


# --- what nobody foresaw -------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [RecursionError, MemoryError, KeyError])
def test_a_file_that_nobody_foresaw_is_turned_back_and_logged(
    fault: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        raise fault

    monkeypatch.setattr(submissions, "recognise_table", fail)
    (found,) = judge(talks(talk())).findings
    assert (found.rule, found.is_error) == ("E011", True)
    assert found.message == "文件结构异常，无法识别。"
    assert "模板" in found.suggestion
    (logged,) = caplog.records
    assert (logged.name, logged.levelname) == ("guoban", "ERROR")
    assert logged.exc_info is not None


def test_a_stranger_among_the_sheets_is_said() -> None:
    stranger = Sheet.of([["甲", "乙", "丙"]] * 4, name="通讯录")
    (found,) = judge(talks(talk()), stranger).findings
    assert (found.rule, found.severity, found.sheet) == ("E001", "warning", "通讯录")
