"""What stands below the header: data, totals, notes, signatures, merged cells."""

from typing import Any

import pytest
from renderer import Sheet, Value
from renderer.judged import ENVELOPE, PEOPLE, TALK, TARGETS, Judged, judge, talk, talks

A, B, C = (f"GCKF-2021-000{number}" for number in (1, 2, 3))


def total(label: str, amount: float | str | None, **more: Any) -> dict[str, Any]:
    return {"项目名称": label, "拟投资额": amount, **more}


@pytest.mark.parametrize(
    "label",
    [
        "合计",
        "合 计",
        "总　计",
        "小计：",
        "工业项目小计",
        "合计（2个项目）",
        "共计2个",
        "本月合计",
        "合計",
        "总数",
        "Total",
    ],
)
def test_a_total_is_no_project_wherever_it_stands(label: str) -> None:
    for rows in (
        [talk(项目编号=A), talk(项目编号=B), total(label, 24000)],
        [total(label, 24000), talk(项目编号=A), talk(项目编号=B)],
    ):
        judged = judge(talks(*rows))
        assert judged.draft.rows_found == 2
        assert judged.findings == []


def test_a_total_full_of_dashes_is_still_one() -> None:
    row: dict[str, Value] = {**dict.fromkeys(talk(), "—"), "项目编号": "合计", "拟投资额": 12000}
    judged = judge(talks(talk(), row))
    assert (judged.draft.rows_found, judged.findings) == (1, [])


@pytest.mark.parametrize("count", ["2个", "共2个项目", "2", 2])
def test_a_total_may_count_its_rows_where_their_numbers_stand(count: Value) -> None:
    rows: list[list[Value]] = [[1, *talk(项目编号=A).values()], [2, *talk(项目编号=B).values()]]
    head: list[Value] = ["序号", *TALK]
    counted: list[Value] = ["合计", count, None, None, 24000]
    judged = judge(Sheet.of([["在谈项目月报表"], [ENVELOPE], head, *rows, counted, [PEOPLE]]))
    assert (judged.draft.rows_found, judged.findings) == (2, [])


def test_a_total_in_the_place_of_the_number_may_have_an_audit_status() -> None:
    judged = judge(talks(talk(), {"项目编号": "合计", "拟投资额": 12000, "审核状态": "审核通过"}))
    assert (judged.draft.rows_found, judged.findings) == (1, [])


@pytest.mark.parametrize("label", ["上年同期", "同比增长（%）", "环比", "完成率", "其中：工业"])
def test_what_is_compared_with_a_total_is_no_project_either(label: str) -> None:
    besides: list[dict[str, Value]] = [total(label, 99), {"项目编号": label, "拟投资额": 99}]
    for beside in besides:
        judged = judge(talks(talk(), total("合计", 12000), beside))
        assert (judged.draft.rows_found, judged.findings) == (1, [])


@pytest.mark.parametrize(
    "remark", ["分期投入，本年累计", "本年累计", "合计", "与GCKF-2021-0009合计", "其中：设备"]
)
def test_a_project_without_its_number_is_no_total_whatever_its_remark(remark: str) -> None:
    judged = judge(talks(talk(项目编号=A), talk(项目编号=None, 进展或停滞说明=remark)))
    assert judged.draft.rows_found == 2
    assert [(one.rule, one.cell) for one in judged.findings] == [("R101", "A5")]
    begun: dict[str, Value] = {"项目名称": "某项目", "拟投资额": 500, "进展或停滞说明": remark}
    assert judge(talks(talk(), begun)).draft.rows_found == 2


def test_targets_of_all_departments_together_are_a_total() -> None:
    of_all: list[Value] = [2021, "合计", "ZS01", "合同投资额", 74, "亿元", "2021-01-15"]
    row: list[Value] = [2021, "招商局", "ZS01", "合同投资额", 70, "亿元", "2021-01-15"]
    other: list[Value] = [2021, "招商局", "ZS03", "新引进项目", 24, "个", "2021-01-15"]
    rows: list[list[Value]]
    rows = [["年度目标任务分解表"], ["填报单位：招商局"], TARGETS, row, other, of_all, [PEOPLE]]
    judged = judge(Sheet.of(rows))
    assert (judged.draft.rows_found, judged.findings) == (2, [])


def test_a_total_that_differs_tells_both_numbers() -> None:
    (found,) = judge(talks(talk(项目编号=A), talk(项目编号=B), total("合计", 25000))).findings
    assert (found.rule, found.severity, found.cell, found.row) == ("E008", "warning", "D6", 6)
    assert "25000万元" in found.message
    assert "24000万元" in found.message
    assert not found.holds


def test_subtotals_stand_for_their_part_and_the_total_for_all() -> None:
    rows = [
        talk(项目编号=A),
        total("小计", 12000),
        talk(项目编号=B),
        talk(项目编号=C),
        total("小计", 24000),
        total("总计", 36000),
        total("累计", 99000),
        total("其中：工业", 1),
    ]
    judged = judge(talks(*rows))
    assert (judged.draft.rows_found, judged.findings) == (3, [])


def test_a_total_over_rows_of_several_departments_is_checked() -> None:
    rows = [
        talk(填报单位="招商局", 项目编号=A),
        talk(填报单位="经济发展局", 项目编号=B),
        total("合计", 30000),
    ]
    above = (["在谈项目月报表"], ["报告期：2021年5月 计量单位：万元"])
    (found,) = judge(talks(*rows, above=above)).of("E008")
    assert "24000万元" in found.message


def test_a_total_is_not_held_against_rows_that_could_not_be_read() -> None:
    judged = judge(talks(talk(项目编号=A, 拟投资额="约5亿"), total("合计", 50000)))
    assert judged.of("E008") == []


def test_a_project_named_like_a_total_is_a_project() -> None:
    assert judge(talks(talk(项目名称="共计"))).draft.rows_found == 1


@pytest.mark.parametrize(
    ("below", "listed"),
    [
        (
            [["注：1.本表于次月2日前报送"], ["2.项目变化另附说明"], [PEOPLE]],
            "说明：第5行；小标题或单独的文字：第6行",
        ),
        ([["说明：略"], [PEOPLE]], "说明：第5行"),
        ([["一、工业项目"], [PEOPLE]], "小标题或单独的文字：第5行"),
        ([[PEOPLE], ["本表一式两份"]], "签字以下的文字：第6行"),
        ([["单位负责人：甲", None, "填表人：乙", None, "审核人：丙", "报出日期：2021-06-01"]], ""),
        ([["单位负责人签字：甲", "制表：乙", "审核：丙", "报出日期：2021-06-01"]], ""),
        ([[PEOPLE], ["联系人：张三", "电话：0710-1234567"]], ""),
        ([["联系人：", "张三"], [PEOPLE]], ""),
        ([["以下空白"], [PEOPLE]], "印制的文字：第5行"),
        ([[None, "以下空白"], [PEOPLE]], "印制的文字：第5行"),
        ([["第1页", "共2页"], [PEOPLE]], "印制的文字：第5行"),
        ([[None, "以上数据截至5月31日"], [PEOPLE]], "印制的文字：第5行"),
        ([["注", "本表按月报送"], [PEOPLE]], "说明：第5行"),
        ([["续建项目"], [PEOPLE]], "小标题或单独的文字：第5行"),
        ([["单位负责人（签字）", None, "填表人（签字）", None, "审核人（签字）"], [PEOPLE]], ""),
        ([[PEOPLE], ["审核意见", "同意报出"]], "签字以下的文字：第6行"),
        ([["/"] * len(TALK), [PEOPLE]], ""),
    ],
)
def test_notes_are_no_data_and_listed_and_signatures_are_neither(
    below: list[list[str | None]], listed: str
) -> None:
    judged = judge(talks(talk(), below=below))
    assert judged.draft.rows_found == 1
    assert_listed(judged, listed)


def assert_listed(judged: Judged, listed: str) -> None:
    """Nothing is said of the file but which rows were taken for no data, in one finding."""
    assert [(one.rule, one.severity, one.cell) for one in judged.findings] == (
        [("E013", "info", None)] if listed else []
    )
    assert all(f"（{listed}）" in one.message for one in judged.findings)


def test_an_odd_row_is_data_and_told_what_it_lacks() -> None:
    judged = judge(talks(talk(项目编号=A), {"项目编号": B, "拟投资额": 500}))
    assert judged.draft.rows_found == 2
    assert judged.errors == {"R101"}


def test_a_number_alone_is_a_project_that_is_not_filled_in() -> None:
    for number in (B, "12", f"{B}（新）"):
        judged = judge(talks(talk(项目编号=A), {"项目编号": number}))
        assert judged.draft.rows_found == 2
        assert "R101" in judged.errors


def test_numbers_printed_on_blank_lines_are_no_rows() -> None:
    head = ["问题编号", "受理日期", "提出对象", "问题类别", "问题内容", "承办单位", "办理状态"]
    row: list[Value] = [1, "2021-05-06", "企业家", "用工", "缺工", "人社局", "办理中"]
    line = "填报单位：项目服务中心 报告期：2021年5月"
    for first, count in (("序号", 1), ("问题编号", 3)):
        rows: list[list[Value]]
        rows = [["急难愁盼问题台账"], [line], [first, *head[1:]], row, [2], [3], [PEOPLE]]
        assert judge(Sheet.of(rows)).draft.rows_found == count


def test_a_heading_stands_in_the_first_column_whichever_that_is() -> None:
    rows: list[list[Value]]
    rows = [
        ["在谈项目月报表"],
        [ENVELOPE],
        [*reversed(TALK)],
        ["续建项目"],
        [*reversed(talk().values())],
    ]
    judged = judge(Sheet.of([*rows, [PEOPLE]]))
    assert judged.draft.rows_found == 1
    assert_listed(judged, "小标题或单独的文字：第4行")


def test_a_line_with_nothing_but_its_printed_reporter_is_no_row() -> None:
    rows: list[dict[str, Value]] = [
        talk(填报单位="招商局", 报告期="2021-05"),
        {"填报单位": "经济发展局", "报告期": "2021-05"},
    ]
    judged = judge(talks(*rows, above=(["在谈项目月报表"], ["计量单位：万元"])))
    assert (judged.draft.department, judged.draft.rows_found) == ("招商局", 1)
    assert_listed(judged, "只在单位、报告期或本表没有的列里有内容：第5行")


def test_a_heading_in_front_of_its_rows_is_none_of_them() -> None:
    rows: list[dict[str, Value]]
    rows = [{"项目编号": "续建项目"}, talk(项目编号=A), {"项目编号": "新引进"}, talk(项目编号=B)]
    judged = judge(talks(*rows))
    assert judged.draft.rows_found == 2
    assert_listed(judged, "小标题或单独的文字：第4、6行")


def merged(header: str, *rows: dict[str, Any]) -> Sheet:
    sheet = talks(*rows)
    column = list(talk()).index(header)
    sheet.merge(3, column, 2 + len(rows), column)
    for row in range(4, 3 + len(rows)):
        sheet.cells.pop((row, column), None)
    return sheet


def test_words_merged_down_stand_in_every_row() -> None:
    judged = judge(merged("资金来源地", talk(项目编号=A), talk(项目编号=B)))
    assert judged.findings == []
    assert judged.values("capital_origin") == ["省外", "省外"]


def test_one_number_over_several_rows_is_not_shared_out() -> None:
    judged = judge(merged("拟投资额", talk(项目编号=A), talk(项目编号=B)))
    assert [(one.cell, one.is_error) for one in judged.of("R110")] == [("D4", True), ("D5", True)]
    assert judged.values("planned_amount_cny") == [None, None]


def test_hidden_columns_are_data_and_said() -> None:
    sheet = talks(talk())
    sheet.hidden_columns = {3}
    judged = judge(sheet)
    assert [(one.cell, one.severity) for one in judged.of("E013")] == [("D3", "info")]
    assert judged.values("planned_amount_cny") == [120_000_000]


# --- firms that are called like something else ---------------------------------------------------

VISIT: dict[str, Value] = {
    "行程编号": "WC-2021-05",
    "走访日期": "2021-05-11",
    "省份": "浙江",
    "地市": "宁波市",
    "走访对象": "甲公司",
    "对象类型": "企业",
    "备注": None,
}


def visits(*rows: dict[str, Value], below: list[list[Value]] | None = None) -> Judged:
    """A return 06 with these rows, each given by what it has."""
    line = "填报单位：党政办公室    报告期：2021年5月"
    cells = [[row.get(header) for header in VISIT] for row in rows]
    return judge(
        Sheet.of([["外出走访企业明细表"], [line], [*VISIT], *cells, *(below or [[PEOPLE]])])
    )


LIKE_TOTALS = ["TOTAL", "其中科技有限公司", "湖北数据汇总", "环比科技", "同比", "总计科技", "合计"]


@pytest.mark.parametrize("name", LIKE_TOTALS)
def test_a_complete_row_is_data_however_its_firm_is_called(name: str) -> None:
    judged = visits(VISIT, VISIT | {"走访对象": name})
    assert judged.values("org_name") == ["甲公司", name]
    assert judged.findings == []


@pytest.mark.parametrize(
    "name",
    [
        "湖北省襄阳市谷城县某某汽车零部件制造股份有限公司",
        "2、乙公司",
        "（三）丙公司",
        "丙公司",
        "其中科技有限公司",
        "TOTAL",
        "湖北数据汇总",
    ],
)
def test_a_firm_alone_in_its_row_is_a_row_that_lacks_the_rest(name: str) -> None:
    judged = visits(VISIT, {"走访对象": name})
    assert judged.values("org_name") == ["甲公司", name]
    assert {(one.rule, one.row) for one in judged.findings} == {("R101", 5)}


@pytest.mark.parametrize("label", ["合计", "小计：", "总计（2家）"])
def test_a_sum_without_a_number_is_a_total_wherever_it_stands(label: str) -> None:
    for place in ("行程编号", "走访对象"):
        judged = visits(VISIT, {place: label})
        assert (judged.draft.rows_found, judged.findings) == (1, [])


@pytest.mark.parametrize("count", ["2家", 2])
def test_what_may_be_a_name_is_a_total_where_a_number_follows(count: Value) -> None:
    judged = visits(VISIT, {"行程编号": "Total", "走访对象": count})
    assert (judged.draft.rows_found, judged.findings) == (1, [])


def test_what_heads_a_part_without_a_number_is_listed() -> None:
    judged = judge(talks(talk(), {"项目名称": "其中："}))
    assert judged.draft.rows_found == 1
    assert_listed(judged, "没有数字的比较项：第5行")


def test_a_sentence_in_the_column_of_names_is_a_note_and_listed() -> None:
    judged = visits(VISIT, {"走访对象": "以上企业均由党政办公室会同有关单位走访，情况属实。"})
    assert judged.draft.rows_found == 1
    judged = visits(VISIT, {"走访对象": "本表由党政办公室会同有关单位填报，每月报送一次"})
    assert_listed(judged, "小标题或单独的文字：第5行")


# --- below the signatures ------------------------------------------------------------------------


def test_rows_below_the_signatures_are_data_or_listed() -> None:
    row = list((VISIT | {"走访对象": "乙公司"}).values())
    alone: list[Value] = [None, None, None, None, "丙公司"]
    two: list[Value] = [None, None, None, "宁波市", "丁公司"]
    judged = visits(VISIT, below=[[PEOPLE], row, alone, two, [PEOPLE]])
    assert judged.values("org_name") == ["甲公司", "乙公司"]
    assert_listed(judged, "签字以下的文字：第7—8行")


# --- the list of rows that were taken for no data ------------------------------------------------


def test_rows_that_are_no_data_are_listed_in_runs_and_so_many() -> None:
    notes: list[list[Value]] = [["注：甲"]] * 30
    assert_listed(visits(VISIT, below=[*notes, [PEOPLE]]), "说明：第5—34行")
    rows: list[dict[str, Value]] = []
    for _ in range(25):
        rows += [VISIT, {"行程编号": "续建项目"}]
    listed = "、".join(str(number) for number in range(5, 45, 2))
    (one,) = [one for one in visits(*rows).findings if one.rule == "E013"]
    assert f"有25行没有按数据读取（小标题或单独的文字：第{listed}等行）" in one.message


def test_what_every_form_has_is_not_listed() -> None:
    header: list[Value] = [*VISIT]
    numbering: list[Value] = ["甲", "乙", *range(1, 6)]
    line = "填报单位：党政办公室    报告期：2021年5月"
    row, blank = [*VISIT.values()], ["/", "—", None, "", " "]
    judged = judge(
        Sheet.of(
            [["外出走访企业明细表"], [line], header, numbering, row, blank, [PEOPLE], header, row]
        )
    )
    assert judged.draft.rows_found == 2
    assert {one.rule for one in judged.findings} == {"R109"}


# --- rows that say that there is nothing ---------------------------------------------------------

GUEST_HEADERS: list[Value] = [
    *(
        "报告期",
        "填报单位",
        "序号",
        "接待编号",
        "来访日期",
        "来访企业",
        "来源省份",
        "客商人数",
        "备注",
    )
]
GUEST: list[Value] = ["JD-2021-001", "2021-05-06", "甲公司", "湖北", 3]
OWNED: list[Value] = ["2021-05", "招商局", 1]


def guests(*rows: list[Value]) -> Judged:
    return judge(Sheet.of([["客商接待台账"], GUEST_HEADERS, *rows, [PEOPLE]]))


@pytest.mark.parametrize(
    "said",
    [
        ["无"],
        ["零报告"],
        [None, None, "无"],
        ["无", "无", "无", "无", 0],
        ["/", "/", "/", "/", 0, "本月无"],
        ["本月无客商来访"],
        [None, None, None, None, None, "零报告"],
    ],
)
def test_a_row_that_says_that_there_is_nothing_is_a_nil_return(said: list[Value]) -> None:
    judged = guests([*OWNED, *said])
    draft = judged.draft
    assert (draft.is_nil, draft.rows_found, draft.department) == (True, 0, "招商局")
    assert judged.findings == []


@pytest.mark.parametrize(
    "said", [["/", "/", "/"], [None, None, None, None, None, "无"], [None, None, "无锡公司"]]
)
def test_other_words_are_no_nil_return(said: list[Value]) -> None:
    judged = guests([*OWNED, *said])
    assert not any(draft.is_nil for draft in judged.drafts)
    assert judged.errors


def test_a_blank_line_with_such_a_word_beside_rows_says_nothing() -> None:
    judged = guests([*OWNED, *GUEST], ["2021-05", "招商局", 2, "无"], [None, None, 3, "无"])
    assert (judged.draft.rows_found, judged.draft.is_nil, judged.findings) == (1, False, [])


def test_one_department_has_nothing_beside_the_rows_of_another() -> None:
    judged = guests([*OWNED, *GUEST], ["2021-05", "经济发展局", 2, "无"])
    assert [(one.department, one.rows_found, one.is_nil) for one in judged.drafts] == [
        ("招商局", 1, False),
        ("经济发展局", 0, True),
    ]


# --- rows that only look like something else -----------------------------------------------------


@pytest.mark.parametrize("name", ["丙公司", "襄阳市某某商会", "丁有限公司（襄阳）"])
def test_a_firm_alone_in_front_is_a_row_that_lacks_the_rest(name: str) -> None:
    headers: list[Value] = ["走访对象", *(header for header in VISIT if header != "走访对象")]
    full = [(VISIT | {"走访对象": "甲公司"})[str(header)] for header in headers]
    line = "填报单位：党政办公室    报告期：2021年5月"
    rows: list[list[Value]] = [["外出走访企业明细表"], [line], headers, full, [name], [PEOPLE]]
    judged = judge(Sheet.of(rows))
    assert judged.values("org_name") == ["甲公司", name]
    assert {(one.rule, one.row) for one in judged.findings} == {("R101", 5)}


def test_a_complete_row_is_data_though_its_number_is_a_word_of_totals() -> None:
    judged = guests([*OWNED, *GUEST], ["2021-05", "招商局", 2, "合计", *GUEST[1:]])
    assert judged.draft.rows_found == 2
    total = guests([*OWNED, *GUEST], [None, None, None, "合计", None, "1家", None, 3])
    assert (total.draft.rows_found, total.findings) == (1, [])


@pytest.mark.parametrize(
    "label", ["填报单位：招商局    报告期：2021年5月", "填表人：乙", "单位负责人"]
)
def test_a_full_row_whose_number_became_a_label_is_no_line_of_labels(label: str) -> None:
    """As where a damaged workbook shows another text in the cell: the row must not vanish."""
    judged = judge(talks(talk(项目编号=A), talk(项目编号=label), talk(项目编号=C)))
    assert judged.draft.rows_found == 3


def test_a_line_of_labels_and_values_in_all_columns_is_none_of_the_rows() -> None:
    signed: list[Value] = [
        "单位负责人",
        "甲",
        "填表人",
        "乙",
        "审核人",
        "丙",
        "报出日期",
        "2021年6月1日",
    ]
    judged = judge(talks(talk(), below=([*signed, "联系电话", "0710-1234567"],)))
    assert judged.draft.rows_found == 1
    assert judged.findings == []
