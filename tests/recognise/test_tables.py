"""Several tables in one sheet: a header that is read anew, a unit from there on, two returns."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from renderer import FORMATS, Sheet, Value
from renderer.judged import ENVELOPE, MAY, PEOPLE, TALK, Judged, above, judge, talk, talks

A, B, C = "GCKF-2021-0001", "GCKF-2021-0002", "GCKF-2021-0003"
OWNER = "填报单位：招商局    报告期：2021年5月"
YI, WAN = 100_000_000, 10_000


def rows_of(*rows: dict[str, Value]) -> list[list[Value]]:
    return [[row.get(header) for header in TALK] for row in rows]


def worded(amount: str = "拟投资额") -> list[Value]:
    return [amount if header == "拟投资额" else header for header in TALK]


def stacked(*lines: list[Value], top: str = ENVELOPE, kind: str = "xlsx") -> Judged:
    return judge(Sheet.of([["在谈项目月报表"], [top], *lines, [PEOPLE]]), kind=kind)


def amounts(judged: Judged) -> dict[str, Any]:
    numbers = judged.values("project_id")
    return dict(zip(numbers, judged.values("planned_amount_cny"), strict=True))


# --- a header that stands again ------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_a_header_with_another_unit_counts_from_there(kind: str) -> None:
    judged = stacked(
        worded("拟投资额（万元）"),
        *rows_of(talk(项目编号=A)),
        [],
        ["（二）续建项目"],
        worded("拟投资额（亿元）"),
        *rows_of(talk(项目编号=B, 拟投资额=1.5)),
        top=OWNER,
        kind=kind,
    )
    assert amounts(judged) == {A: 12_000 * WAN, B: 15 * YI // 10}
    assert judged.findings == []
    assert (judged.draft.department, judged.draft.month) == ("招商局", MAY)


def test_columns_in_another_order_are_read_in_theirs() -> None:
    swapped = [*TALK]
    swapped[1:4] = ["投资方", "拟投资额", "项目名称"]
    row = talk(项目编号=B, 项目名称="乙项目", 投资方="乙公司", 拟投资额="约5亿")
    judged = stacked(
        [*TALK], *rows_of(talk(项目编号=A)), [*swapped], [row[header] for header in swapped]
    )
    assert judged.values("project_name") == ["合成项目1", "乙项目"]
    assert judged.values("investor") == ["合成客商1", "乙公司"]
    (found,) = judged.findings
    assert (found.rule, found.cell, found.column) == ("R110", "C6", "拟投资额")


def test_a_header_that_lacks_a_column_is_said_at_its_row() -> None:
    short = [header for header in TALK if header != "产业类别"]
    rows = [talk(项目编号=B)[header] for header in short]
    judged = stacked([*TALK], *rows_of(talk(项目编号=A)), [*short], rows)
    assert [(one.rule, one.column) for one in judged.findings if one.is_error] == [
        ("E002", "产业类别")
    ]
    assert judged.draft.rows_found == 2


def test_the_same_header_on_every_page_is_one_table() -> None:
    judged = stacked(
        worded("拟投资额（万元）"),
        *rows_of(talk(项目编号=A)),
        worded("拟投资额\n（万元）"),
        *rows_of(talk(项目编号=B)),
        worded("拟投资额"),
        *rows_of(talk(项目编号=C)),
        worded("拟投资额（万元）"),
        top=OWNER,
    )
    assert [piece.rows for piece in judged.draft.slices] == [[0, 1, 2]]
    assert judged.findings == []


def test_a_header_of_two_rows_stands_again_with_another_unit() -> None:
    def lines(unit: str) -> list[list[Value]]:
        units: list[Value] = [unit if header == "拟投资额" else None for header in TALK]
        return [[*TALK], units]

    judged = stacked(
        *lines("万元"),
        *rows_of(talk(项目编号=A)),
        *lines("万元"),
        *rows_of(talk(项目编号=B)),
        *lines("亿元"),
        *rows_of(talk(项目编号=C, 拟投资额=2)),
        top=OWNER,
    )
    assert amounts(judged) == {A: 12_000 * WAN, B: 12_000 * WAN, C: 2 * YI}
    assert judged.findings == []


def test_a_header_without_its_unit_takes_that_of_the_line_above_it() -> None:
    judged = stacked(
        worded("拟投资额（万元）"),
        *rows_of(talk(项目编号=A)),
        [PEOPLE],
        ["在谈项目月报表"],
        [f"{OWNER}    计量单位：亿元"],
        worded("拟投资额"),
        *rows_of(talk(项目编号=B, 拟投资额=2)),
        top=OWNER,
    )
    assert amounts(judged) == {A: 12_000 * WAN, B: 2 * YI}
    assert judged.findings == []


def test_a_line_right_below_the_header_is_none_of_it() -> None:
    rows = rows_of(talk(项目编号=A, 拟投资额=2))
    assert amounts(stacked(worded(), ["单位：亿元"], *rows, top=OWNER)) == {A: 2 * YI}
    assert stacked(worded(), ["单位：亿元"], *rows).errors == {"E007"}


def test_a_total_of_both_sections_is_held_against_neither() -> None:
    total: dict[str, Value] = {"项目编号": "合计", "拟投资额": 3.6}
    judged = stacked(
        worded("拟投资额（万元）"),
        *rows_of(talk(项目编号=A), {"项目编号": "小计", "拟投资额": 12000}),
        worded("拟投资额（亿元）"),
        *rows_of(talk(项目编号=B, 拟投资额=2.4), total),
        top=OWNER,
    )
    assert (judged.draft.rows_found, judged.findings) == (2, [])


# --- a unit between the rows ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        ["二、工业项目（单位：亿元）"],
        ["（二）续建项目（亿元）"],
        ["二、工业项目", None, None, None, "单位：亿元"],
        ["单位：亿元"],
        [None, None, None, "计量单位：亿元"],
        ["注：以下金额单位：亿元"],
    ],
)
def test_a_unit_between_the_rows_counts_from_there(line: list[Value]) -> None:
    judged = stacked(
        worded(), *rows_of(talk(项目编号=A)), line, *rows_of(talk(项目编号=B, 拟投资额=1.5))
    )
    assert amounts(judged) == {A: 12_000 * WAN, B: 15 * YI // 10}
    assert judged.errors == set()


def test_a_unit_between_the_rows_against_that_of_the_header_is_undecided() -> None:
    judged = stacked(
        worded("拟投资额（万元）"),
        *rows_of(talk(项目编号=A)),
        ["二、工业项目（单位：亿元）"],
        *rows_of(talk(项目编号=B, 拟投资额=1.5)),
        top=OWNER,
    )
    (found,) = judged.of("E007", "error")
    assert (found.cell, "亿元" in found.message) == ("A5", True)
    assert amounts(judged)[B] is None


def test_a_heading_beside_one_with_another_unit_is_undecided() -> None:
    judged = stacked(
        worded(),
        ["一、新签项目"],
        *rows_of(talk(项目编号=A)),
        ["二、工业项目（单位：亿元）"],
        *rows_of(talk(项目编号=B, 拟投资额=1.5)),
        ["三、农业项目"],
        *rows_of(talk(项目编号=C)),
    )
    (found,) = judged.of("E007", "error")
    assert found.cell == "A8"
    assert amounts(judged) == {A: 12_000 * WAN, B: 15 * YI // 10, C: None}


@pytest.mark.parametrize("heading", ["二、5亿元以上工业项目", "二、续建项目", "（二）亿元以上项目"])
def test_a_heading_that_states_no_unit_changes_none(heading: str) -> None:
    judged = stacked(worded(), *rows_of(talk(项目编号=A)), [heading], *rows_of(talk(项目编号=B)))
    assert amounts(judged) == {A: 12_000 * WAN, B: 12_000 * WAN}
    assert judged.errors == set()


def test_the_same_unit_on_every_page_changes_nothing() -> None:
    judged = stacked(
        worded(), *rows_of(talk(项目编号=A)), ["计量单位：万元"], *rows_of(talk(项目编号=B))
    )
    assert amounts(judged) == {A: 12_000 * WAN, B: 12_000 * WAN}
    assert judged.findings == []


def test_a_total_is_counted_in_the_unit_of_no_single_row() -> None:
    total: dict[str, Value] = {"项目编号": "合计", "拟投资额": "2.7亿元"}
    judged = stacked(
        worded(),
        *rows_of(talk(项目编号=A)),
        ["单位：亿元"],
        *rows_of(talk(项目编号=B, 拟投资额=1.5), total),
    )
    assert judged.findings == []


def test_a_unit_that_the_third_table_may_have_from_either_is_undecided() -> None:
    judged = stacked(
        worded(),
        *rows_of(talk(项目编号=A)),
        ["二、工业项目（单位：亿元）"],
        [*reversed(TALK)],
        [*reversed(talk(项目编号=B, 拟投资额=1.5).values())],
        ["三、农业项目"],
        worded(),
        *rows_of(talk(项目编号=C)),
    )
    assert amounts(judged) == {A: 12_000 * WAN, B: 15 * YI // 10, C: None}
    assert [one.rule for one in judged.findings if one.is_error] == ["E007"]


# --- two returns in one sheet --------------------------------------------------------------------

GUESTS: list[list[Value]] = [
    ["接待编号", "来访日期", "来访企业", "来源省份", "客商人数"],
    ["JD-2021-001", "2021-05-06", "甲公司", "湖北", 3],
]


@pytest.mark.parametrize(
    ("between", "department", "month"),
    [
        ([["客商接待台账"]], "招商局", MAY),
        ([[PEOPLE], [], ["客商接待台账"], ["填报单位：党政办公室"]], "党政办公室", MAY),
        ([["填报单位：党政办公室  报告期：2021年4月"]], "党政办公室", dt.date(2021, 4, 1)),
        ([], "招商局", MAY),
    ],
)
def test_two_returns_below_each_other_are_two_submissions(
    between: Sequence[list[Value]], department: str, month: dt.date
) -> None:
    judged = stacked([*TALK], *rows_of(talk()), *between, *GUESTS)
    talks_, guests = judged.drafts
    assert talks_.model and guests.model
    assert [one.model.form().slug for one in judged.drafts if one.model] == [
        "pipeline_projects",
        "receptions",
    ]
    assert (talks_.department, talks_.month, talks_.rows_found) == ("招商局", MAY, 1)
    assert (guests.department, guests.month, guests.rows_found) == (department, month, 1)
    assert {one.rule for one in judged.findings} <= {"E005", "E006", "R105"}
    assert judged.of("E005") == []


def test_one_return_of_two_departments_below_each_other() -> None:
    other: list[Value] = ["填报单位：经济发展局    报告期：2021年5月"]
    judged = stacked(
        [*TALK], *rows_of(talk(项目编号=A)), [PEOPLE], other, [*TALK], *rows_of(talk(项目编号=B))
    )
    assert [one.department for one in judged.drafts] == ["招商局", "经济发展局"]
    assert judged.findings == []


def test_one_return_of_two_months_below_each_other() -> None:
    april = talk(项目编号=B, 首次对接日期="2021-04-06")
    judged = judge(
        Sheet.of(
            [
                ["招商局2021年5月在谈项目月报表"],
                ["计量单位：万元"],
                [*TALK],
                *rows_of(talk(项目编号=A)),
                [],
                ["招商局2021年4月在谈项目月报表"],
                [*TALK],
                *rows_of(april),
                [PEOPLE],
            ]
        )
    )
    assert [(one.month, one.rows_found) for one in judged.drafts] == [
        (MAY, 1),
        (dt.date(2021, 4, 1), 1),
    ]
    assert {one.rule for one in judged.findings} <= {"E006", "E013"}


def test_a_page_that_continues_is_of_the_same_return() -> None:
    judged = stacked(
        [*TALK],
        *rows_of(talk(项目编号=A)),
        ["在谈项目月报表（续表）"],
        [ENVELOPE],
        [*TALK],
        *rows_of(talk(项目编号=B)),
    )
    assert (judged.draft.rows_found, judged.draft.part, judged.errors) == (2, None, set())


def test_the_other_table_may_be_nil() -> None:
    judged = stacked([*TALK], *rows_of(talk()), ["客商接待台账"], GUESTS[0], ["零报告"])
    assert [(one.is_nil, one.rows_found) for one in judged.drafts] == [(False, 1), (True, 0)]
    assert judged.findings == []


def test_a_section_without_rows_is_no_nil_return() -> None:
    for first, second in ((rows_of(talk()), [["零报告"]]), ([["零报告"]], rows_of(talk()))):
        judged = stacked(
            worded("拟投资额（万元）"),
            *first,
            ["（二）"],
            worded("拟投资额（亿元）"),
            *second,
            top=OWNER,
        )
        assert (judged.draft.is_nil, judged.draft.rows_found, judged.errors) == (False, 1, set())


# --- side by side --------------------------------------------------------------------------------


@pytest.mark.parametrize(("beside", "name"), [(GUESTS, "客商接待台账"), (None, "在谈项目月报表")])
def test_tables_beside_each_other_are_turned_back(
    beside: list[list[Value]] | None, name: str
) -> None:
    right: list[list[Value]] = beside or [[*TALK], *rows_of(talk(项目编号=B))]
    left: list[list[Value]] = [[*TALK], *rows_of(talk(项目编号=A))]
    lines: list[list[Value]] = [
        [*one, None, *other] for one, other in zip(left, right, strict=True)
    ]
    judged = stacked(*lines)
    (found,) = judged.of("E001", "error")
    assert (found.cell, name in found.message) == ("O3", True)


def test_columns_of_another_return_are_no_table() -> None:
    more: dict[str, Value] = {
        "本月实到投资额": 1,
        "本年累计实到投资额": 1,
        "自签约累计实到投资额": 1,
        "资金类型": "土地款",
        "凭证类型": "发票",
        "凭证编号": "1",
    }
    assert judge(talks(talk(**more))).of("E001") == []


def test_too_many_tables_are_said() -> None:
    lines: list[list[Value]] = []
    for number in range(202):
        header = worded(f"拟投资额（{'万元' if number % 2 else '亿元'}）")
        lines += [header, *rows_of(talk(项目编号=f"GCKF-2021-{number + 1:04}", 拟投资额=2))]
    judged = stacked(*lines, top=OWNER)
    assert judged.draft.rows_found == 200
    (found,) = judged.of("E001", "error")
    assert "第403行起没有读取" in found.message


def test_the_signature_below_serves_all_and_is_asked_for_once() -> None:
    table = talks(talk(项目编号=A), above=above(ENVELOPE), below=())
    first: list[list[Value]] = [["在谈项目月报表"], [ENVELOPE], [*TALK], *rows_of(talk())]
    more = rows_of(talk(项目编号=B, 拟投资额=2))
    unsigned = Sheet.of([*first, ["二、续建"], worded("拟投资额（亿元）"), *more])
    assert len(judge(table).of("E005")) == 1
    assert len(judge(unsigned).of("E005")) == 1
