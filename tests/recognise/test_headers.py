"""Headers: synonyms, order, brackets, several rows; what is missing, twice or nearly right."""

import pytest
from renderer import Sheet, Value
from renderer.judged import ENVELOPE, PEOPLE, TALK, judge, talk, talks


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("拟投资额", "拟投资额（万元）"),
        ("拟投资额", "拟 投 资 额\n【万元】"),
        ("拟投资额", "计划投资额，万元"),
        ("拟投资额", "＊拟投资额:"),
        ("拟投资额", "拟投资额①（万元）"),
        ("拟投资额", "其中：拟投资额"),
        ("投资方", "在谈\n投资方"),
        ("项目编号", "项目ＩＤ"),
        ("进展或停滞说明", "存在问题"),
    ],
)
def test_ways_to_write_a_header(header: str, written: str) -> None:
    judged = judge(talks(talk(), headers={header: written}))
    assert judged.findings == []
    assert judged.values("planned_amount_cny") == [120_000_000]


def test_a_missing_column_with_one_that_is_nearly_it() -> None:
    found = judge(talks(talk(), headers={"拟投资额": "拟投资金额"})).of("E002")
    assert [(one.cell, one.is_error, one.value) for one in found] == [("D3", True, "拟投资金额")]
    assert "请改为“拟投资额”" in found[0].suggestion


def test_a_missing_column_without_any_like_it() -> None:
    row = {header: value for header, value in talk().items() if header != "跟踪人"}
    rows: list[list[Value]]
    rows = [["在谈项目月报表"], [ENVELOPE], list(row), list(row.values()), [PEOPLE]]
    (found,) = judge(Sheet.of(rows)).of("E002")
    assert (found.field, found.cell) == ("owner", None)
    assert "请补上“跟踪人”" in found.suggestion


def test_the_same_column_twice() -> None:
    rows: list[list[Value]]
    rows = [["在谈项目月报表"], [ENVELOPE], [*TALK, "项目编号"], [*talk().values(), "x"], [PEOPLE]]
    (found,) = judge(Sheet.of(rows)).of("E002")
    assert (found.cell, found.field) == ("N3", "project_id")


@pytest.mark.parametrize(
    ("header", "written", "other", "field"),
    [
        ("拟投资额", "总投资", "意向投资额", "planned_amount_cny"),
        ("跟踪人", "联系人", "跟踪责任人", "owner"),
    ],
)
def test_two_synonyms_are_as_good_as_each_other(
    header: str, written: str, other: str, field: str
) -> None:
    judged = judge(talks(talk(**{other: 50000}), headers={header: written}))
    ((cell, is_error, told),) = [(one.cell, one.is_error, one.message) for one in judged.of("E002")]
    assert (cell, is_error) == ("N3", True)
    assert f"“{other}”与“{written}”" in told
    assert judged.of("E013") == []


def test_a_synonym_beside_the_header_itself_is_an_extra_column() -> None:
    judged = judge(talks(talk(总投资=50000)))
    assert [(one.rule, one.cell) for one in judged.findings] == [("E013", "N3")]
    assert judged.values("planned_amount_cny") == [120_000_000]


def test_of_two_synonyms_for_a_remark_the_first_counts_and_that_is_said() -> None:
    judged = judge(talks(talk(备注="略"), headers={"进展或停滞说明": "存在问题"}))
    ((rule, cell, told),) = [(one.rule, one.cell, one.message) for one in judged.findings]
    assert (rule, cell) == ("E013", "N3")
    assert "以后者为准" in told
    assert judged.values("remark") == ["合成"]


def test_extra_columns_are_kept_and_named() -> None:
    judged = judge(talks(talk(内部流水=1)))
    assert [(one.severity, one.cell, one.column) for one in judged.of("E013")] == [
        ("info", "N3", "内部流水")
    ]


def test_an_extra_column_that_is_nearly_an_optional_one_is_worth_a_word() -> None:
    (found,) = judge(talks(talk(), headers={"进展或停滞说明": "进展停滞说明"})).of("E013")
    assert found.severity == "warning"
    assert "是否为“进展或停滞说明”" in found.suggestion


def test_values_without_a_header_are_said() -> None:
    sheet = talks(talk())
    sheet.put(3, ["x"], 14)
    (found,) = judge(sheet).of("E013")
    assert (found.cell, found.message) == ("O4", "O列没有表头，已保存，不参与计算。")


def test_a_file_without_a_return_says_what_it_is_nearest_to() -> None:
    headers = ["项目编码", "项目名", "投资", "拟投资", "产业", "来源", "阶段", "跟踪"]
    (found,) = judge(Sheet.of([headers, list("abcdefgh")])).findings
    assert (found.rule, found.is_error) == ("E001", True)
    blank = judge(Sheet.of([[None, None, "x"]]))
    assert blank.errors == {"E001"}


def test_a_group_above_its_columns_in_a_format_without_merged_cells() -> None:
    headers = list(TALK)
    top: list[Value] = [None if index == 3 else header for index, header in enumerate(headers)]
    top[3] = "投资（亿元）"
    below: list[Value] = [header if index == 3 else None for index, header in enumerate(headers)]
    rows: list[list[Value]]
    rows = [["在谈项目月报表"], ["填报单位：招商局 报告期：2021年5月"], top, below]
    sheet = Sheet.of([*rows, list(talk(拟投资额=1.2).values()), [PEOPLE]])
    judged = judge(sheet, kind="csv in UTF-8")
    assert judged.findings == []
    assert judged.values("planned_amount_cny") == [120_000_000]


def test_a_bare_unit_column_is_the_measure_where_measures_stand_below() -> None:
    line = "填报单位：招商局 报告期：2021年5月"
    judged = judge(talks(talk(单位="万元"), above=(["在谈项目月报表"], [line])))
    assert judged.findings == []
    assert judged.values("planned_amount_cny") == [120_000_000]


def test_headers_repeated_on_every_page_and_numbered_columns_are_no_data() -> None:
    numbered: list[Value] = [str(number) for number in range(1, len(TALK) + 1)]
    rows: list[list[Value]]
    rows = [["在谈项目月报表"], [ENVELOPE], list(TALK), numbered, list(talk().values()), list(TALK)]
    sheet = Sheet.of([*rows, list(talk(项目编号="GCKF-2021-0002").values()), [PEOPLE]])
    judged = judge(sheet)
    assert judged.draft.slices[0].table.rows == [4, 6]
    assert judged.findings == []
