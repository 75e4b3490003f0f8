"""A finding names the cell that the department sees, in every format that has cells."""

import pytest
from renderer import FORMATS, Broken, Formula, Sheet, address
from renderer.judged import ENVELOPE, PEOPLE, TALK, judge, talk

TOP, LEFT = 3, 2
HEADERS = list(TALK)


def offset_sheet(kind: str) -> Sheet:
    """Offset rows and columns, a merged two-row header, a blank and a hidden row in between."""
    sheet = Sheet()
    sheet.put(TOP, ["在谈项目月报表"], LEFT)
    sheet.merge(TOP, LEFT, TOP, LEFT + 5)
    sheet.put(TOP + 1, [ENVELOPE], LEFT)
    for index, header in enumerate(HEADERS):
        if not FORMATS[kind].has_merges:
            sheet.put(TOP + 2, ["项目情况" if index == 3 else None], LEFT + index)
            sheet.put(TOP + 3, [header], LEFT + index)
        elif header == "拟投资额":
            sheet.put(TOP + 2, ["投资（万元）"], LEFT + index)
            sheet.put(TOP + 3, [header], LEFT + index)
        else:
            sheet.put(TOP + 2, [header], LEFT + index)
            sheet.merge(TOP + 2, LEFT + index, TOP + 3, LEFT + index)
    return sheet


@pytest.mark.parametrize("kind", FORMATS)
def test_the_cell_is_the_one_on_the_screen(kind: str) -> None:
    sheet = offset_sheet(kind)
    first, third, fourth = TOP + 4, TOP + 7, TOP + 9
    sheet.put(first, list(talk().values()), LEFT)
    sheet.put(third, list(talk(项目编号="GCKF-2021-0002", 拟投资额="约5亿").values()), LEFT)
    row = talk(项目编号="GCKF-2021-0003", 资金来源地="外省", 首次对接日期="2021年2月30日")
    sheet.put(fourth, list(row.values()), LEFT)
    sheet.put(fourth + 2, [PEOPLE], LEFT)
    sheet.hidden_rows = {third} if FORMATS[kind].has_hidden else set()
    judged = judge(sheet, kind=kind)
    found = {one.rule: (one.cell, one.row) for one in judged.findings if one.is_error}
    place = {header: LEFT + index for index, header in enumerate(HEADERS)}
    assert found == {
        "R110": (address(third, place["拟投资额"]), third + 1),
        "R104": (address(fourth, place["资金来源地"]), fourth + 1),
        "R105": (address(fourth, place["首次对接日期"]), fourth + 1),
    }
    assert judged.draft.slices[0].table.rows == [first, third, fourth]
    hidden = [one.message for one in judged.of("E013")]
    assert hidden == (
        [f"第{third + 1}行（共1行）是隐藏行，已按数据读取。"] if sheet.hidden_rows else []
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_error_cells_are_found_where_they_stand(kind: str) -> None:
    sheet = offset_sheet(kind)
    values = list(
        talk(拟投资额=Broken("#REF!"), 跟踪人=Formula("=1/0", Broken("#DIV/0!"))).values()
    )
    sheet.put(TOP + 5, values, LEFT)
    found = {(one.cell, one.value) for one in judge(sheet, kind=kind).of("R111")}
    assert found == {
        (address(TOP + 5, LEFT + HEADERS.index("拟投资额")), "#REF!"),
        (address(TOP + 5, LEFT + HEADERS.index("跟踪人")), "#DIV/0!"),
    }


@pytest.mark.parametrize(
    "kind", [name for name, one in FORMATS.items() if one.has_types and one.tells_missing_results]
)
def test_a_formula_without_a_result_is_no_number(kind: str) -> None:
    sheet = offset_sheet(kind)
    sheet.put(TOP + 5, list(talk(拟投资额=Formula("=A1", None)).values()), LEFT)
    (found,) = judge(sheet, kind=kind).of("R111")
    assert found.cell == address(TOP + 5, LEFT + HEADERS.index("拟投资额"))
    assert "没有保存计算结果" in found.message
