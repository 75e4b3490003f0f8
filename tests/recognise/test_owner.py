"""Who reports, for which month: stated, or named by sheet, file or folder."""

import datetime as dt

import pytest
from renderer import Value
from renderer.judged import ENVELOPE, MAY, PEOPLE, UNIT, above, judge, owner, talk, talks


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
    assert [one.rule for one in judged.findings] == ["E013"]


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


@pytest.mark.parametrize(
    ("title", "path"), [("在谈项目月报表", "2021/a.xlsx"), ("2021年在谈项目月报表", "a.xlsx")]
)
def test_months_in_a_column_take_the_year_of_a_name_or_title(title: str, path: str) -> None:
    judged = judge(talks(talk(月份="5月"), above=([title], ["填报单位：招商局", UNIT])), path=path)
    assert (owner(judged), judged.findings) == (("招商局", MAY), [])


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
