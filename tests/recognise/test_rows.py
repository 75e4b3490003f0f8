"""What stands below the header: data, totals, notes, signatures, merged cells."""

from typing import Any

import pytest
from renderer import Sheet, Value
from renderer.judged import ENVELOPE, PEOPLE, TALK, judge, talk, talks

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
    head: list[Value] = [
        "年度",
        "责任单位",
        "指标代码",
        "指标名称",
        "目标值",
        "计量单位",
        "下达日期",
    ]
    of_all: list[Value] = [2021, "合计", "ZS01", "合同投资额", 74, "亿元", "2021-01-15"]
    row: list[Value] = [2021, "招商局", "ZS01", "合同投资额", 70, "亿元", "2021-01-15"]
    other: list[Value] = [2021, "招商局", "ZS03", "新引进项目", 24, "个", "2021-01-15"]
    rows: list[list[Value]]
    rows = [["年度目标任务分解表"], ["填报单位：招商局"], head, row, other, of_all, [PEOPLE]]
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
    "below",
    [
        [["注：1.本表于次月2日前报送"], ["2.项目变化另附说明"], [PEOPLE]],
        [["说明：略"], [PEOPLE]],
        [["一、工业项目"], [PEOPLE]],
        [[PEOPLE], ["本表一式两份"]],
        [["单位负责人：甲", None, "填表人：乙", None, "审核人：丙", "报出日期：2021-06-01"]],
        [["单位负责人签字：甲", "制表：乙", "审核：丙", "报出日期：2021-06-01"]],
        [[PEOPLE], ["联系人：张三", "电话：0710-1234567"]],
        [["联系人：", "张三"], [PEOPLE]],
        [["以下空白"], [PEOPLE]],
        [[None, "以下空白"], [PEOPLE]],
        [["第1页", "共2页"], [PEOPLE]],
        [[None, "以上数据截至5月31日"], [PEOPLE]],
        [["注", "本表按月报送"], [PEOPLE]],
        [["续建项目"], [PEOPLE]],
        [["单位负责人（签字）", None, "填表人（签字）", None, "审核人（签字）"], [PEOPLE]],
        [[PEOPLE], ["审核意见", "同意报出"]],
        [["/"] * len(TALK), [PEOPLE]],
    ],
)
def test_notes_and_signatures_are_no_data(below: list[list[str | None]]) -> None:
    judged = judge(talks(talk(), below=below))
    assert (judged.draft.rows_found, judged.findings) == (1, [])


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
    assert (judged.draft.rows_found, judged.findings) == (1, [])


def test_a_line_with_nothing_but_its_printed_reporter_is_no_row() -> None:
    rows: list[dict[str, Value]] = [
        talk(填报单位="招商局", 报告期="2021-05"),
        {"填报单位": "经济发展局", "报告期": "2021-05"},
    ]
    judged = judge(talks(*rows, above=(["在谈项目月报表"], ["计量单位：万元"])))
    assert (judged.draft.department, judged.draft.rows_found) == ("招商局", 1)
    assert judged.errors == set()


def test_a_heading_in_front_of_its_rows_is_none_of_them() -> None:
    rows: list[dict[str, Value]]
    rows = [{"项目编号": "续建项目"}, talk(项目编号=A), {"项目编号": "新引进"}, talk(项目编号=B)]
    judged = judge(talks(*rows))
    assert (judged.draft.rows_found, judged.findings) == (2, [])


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
