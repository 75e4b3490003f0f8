"""What a cell holds beside what anybody sees of it is said at its place (E013)."""

from collections.abc import Mapping

from renderer.judged import ENVELOPE, talk

from flows.ground.findings import Finding
from flows.read.grid import Grid, Shown
from flows.recognise.sheet import recognise_tables


def said(
    shown: Mapping[tuple[int, int], Shown] | None = None,
    left_out: Mapping[tuple[int, int], str] | None = None,
) -> list[Finding]:
    values = ["" if value is None else str(value) for value in talk().values()]
    lines = [["在谈项目月报表"], [ENVELOPE], [*talk()], *[values] * 30]
    (table,) = recognise_tables(
        Grid("表", lines, shown=dict(shown or {}), left_out=dict(left_out or {}))
    )
    return table.findings


def test_a_cell_whose_format_shows_nothing_is_read_and_said() -> None:
    (found,) = said(shown={(3, 3): Shown(""), (2, 3): Shown(""), (4, 3): Shown("12000亿元")})
    assert (found.rule, found.severity, found.cell, found.row) == ("E013", "info", "D4", 4)
    assert "不显示内容，已按所存的“12000”读取" in found.message


def test_what_was_left_out_of_a_cell_is_said() -> None:
    (found,) = said(left_out={(4, 3): "9000", (4, 60): "1"})
    assert (found.rule, found.severity, found.cell, found.row) == ("E013", "info", "D5", 5)
    assert "“9000”没有读取，已按“12000”读取" in found.message


def test_names_of_contacts_are_not_told() -> None:
    visit = {
        "行程编号": "WC-2021-05",
        "走访日期": "2021-05-11",
        "省份": "浙江",
        "地市": "宁波市",
        "走访对象": "甲公司",
        "对象类型": "企业",
        "接洽人": "王五",
    }
    rows = [["外出走访企业明细表"], [*visit], [*visit.values()]]
    (table,) = recognise_tables(Grid("表", rows, left_out={(2, 6): "赵六"}))
    (found,) = table.findings
    assert "接洽人" in found.message
    assert not {"王五", "赵六"} & {found.message[at : at + 2] for at in range(len(found.message))}


def test_so_many_cells_and_no_more() -> None:
    found = said(left_out={(row, 3): "1" for row in range(3, 33)})
    assert len(found) == 21
    assert found[-1].message.startswith("另有10个单元格")
