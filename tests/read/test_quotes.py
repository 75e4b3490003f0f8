"""Quotes in text files that quote nothing: no row is ever swallowed in silence."""

from __future__ import annotations

import csv
import io

import pytest
from drop import Drop
from hypothesis import example, given
from hypothesis import strategies as st

from flows.read.formats import read
from flows.read.grid import Grid, UnreadableError

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

HEAD = "填报单位,招商局\n编号,名称,金额,备注\n"


def grid_of(text: str) -> Grid:
    (grid,) = read(text.encode()).sheets
    return grid


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_quote_that_never_closes_is_a_character(end: str) -> None:
    text = f'{HEAD}1,甲,500,"首批\n2,乙,500,\n3,丙,500,\n'.replace("\n", end)
    grid = grid_of(text)
    assert grid.rows[2:] == [
        ["1", "甲", "500", '"首批'],
        ["2", "乙", "500", ""],
        ["3", "丙", "500", ""],
    ]
    assert grid.stray_quotes == [(2, 3)]


def test_two_stray_quotes_take_no_rows_between_them() -> None:
    grid = grid_of(f'{HEAD}1,甲,500,"首批\n2,乙,500,\n3,丙,500,"\n4,丁,500,"是,的"\n')
    assert [row[0] for row in grid.rows[2:]] == ["1", "2", "3", "4"]
    assert grid.stray_quotes == [(2, 3), (4, 3)]
    assert grid.rows[5][3] == "是,的"


def test_a_quote_in_the_middle_of_two_rows() -> None:
    grid = grid_of(f'{HEAD}1,"甲,500,\n2,乙",500,\n3,丙,500,\n')
    assert grid.rows[2:] == [
        ["1", '"甲', "500", ""],
        ["2", '乙"', "500", ""],
        ["3", "丙", "500", ""],
    ]


def test_text_behind_a_closing_quote_is_the_cell_s() -> None:
    grid = grid_of(f'"双过半"统计表\n{HEAD}1,"一带一路"项目,500,\n2,"乙" ,500,\n')
    assert grid.rows[0] == ['"双过半"统计表']
    assert grid.rows[3] == ["1", '"一带一路"项目', "500", ""]
    assert grid.rows[4] == ["2", "乙", "500", ""]
    assert grid.stray_quotes == [(0, 0), (3, 1)]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('1,"甲\n乙,500,\n2,丙,500,\n', 3),
        ('1,甲,500,\n2,"一,二"乙,500,\n', 4),
        ('1,"甲\n2,乙,500,\n3,丙",500,\n', 3),
        # The quote that should open the cell is lost, or a second one closes it too early.
        ('1,甲,500,\n2,乙,1,200",\n', 4),
        ('1,甲\n乙",500,\n2,丙,500,\n', 4),
        ('1,"甲"\n乙",500,\n2,丙,500,\n', 4),
    ],
)
def test_what_nobody_can_tell_names_its_line(rows: str, line: int) -> None:
    with pytest.raises(UnreadableError, match=f"第{line}行"):
        grid_of(HEAD + rows)


@pytest.mark.parametrize(
    "rows",
    [
        [["1", "甲\n乙,丙", "500", ""], ["2", "丁", "500", "第一\n第二\n第三"]],
        [["1", "甲", "500", "见附件,\n共三页,\n请核"], ["2", "丁", "500", '说"是"\n说"否"']],
        [["1\n2", "甲", "500", ""], ["3\n4", "丁", "500", "\n"]],
        [["1", "GC-1\nGC-2", "500", ""], ["2", "丁", "5\n00", "是\n否"]],
    ],
)
def test_cells_of_several_lines_stay_one_cell(rows: list[list[str]]) -> None:
    assert grid_of(_written([["编号", "名\n称", "金额", "备注"], *rows])).rows[1:] == rows


def test_the_end_mark_of_dos_is_cut_off() -> None:
    assert grid_of(f"{HEAD}1,甲,500,\r\n\x1a").rows[2:] == [["1", "甲", "500", ""]]
    assert len(grid_of(f"{HEAD}1,甲,500,\r\n\x1a\r\n").rows) == 3


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_other_separators_and_other_quotes(separator: str) -> None:
    text = HEAD.replace(",", separator)
    text += separator.join(["1", "“甲", "500", '"首批']) + "\n"
    text += separator.join(["2", "乙”", "1，200", ""]) + "\n"
    grid = grid_of(text)
    assert grid.rows[2:] == [["1", "“甲", "500", '"首批'], ["2", "乙”", "1，200", ""]]
    assert grid.stray_quotes == [(2, 3)]


@pytest.mark.parametrize("row", ["3，丙，500，", "3,丙，500，首批"])
def test_a_row_with_full_width_commas_is_not_taken_for_words(row: str) -> None:
    text = f"{HEAD}1,甲，乙,500,见附件，共三页\n2,乙,500,\n{row}\n注，一，二，三\n"
    with pytest.raises(UnreadableError, match="第5行用了全角逗号"):
        grid_of(text)
    assert len(grid_of(text.replace(f"{row}\n", "")).rows) == 5


def _written(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


_CELL = st.text('甲乙1",\n 。', max_size=6)


# Lines of commas within a cell may look like rows; people write them one or the other way.
_SOUND = _CELL.filter(lambda text: "," not in text or "\n" not in text)


@given(st.lists(st.tuples(_SOUND, _SOUND), min_size=1, max_size=6))
@example([('"', "\n")])
def test_what_a_program_writes_is_read_as_it_was(pairs: list[tuple[str, str]]) -> None:
    rows = [["编号", "名称", "类别", "说明", "金额", "状态"]]
    rows += [[f"GC-{n}", name, "工业", words, "500", "x"] for n, (name, words) in enumerate(pairs)]
    assert grid_of(_written(rows)).rows == rows


@given(st.lists(st.tuples(_CELL, _CELL), min_size=2, max_size=5), st.data())
def test_a_lost_quote_swallows_no_row_in_silence(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    rows = [["编号", "名称", "类别", "金额", "状态", "说明"]]
    rows += [
        [f"GC-{n}", name, "工业", "500", "x", words.replace("\n", "")]
        for n, (name, words) in enumerate(pairs)
    ]
    text = _written(rows)
    quotes = [place for place, one in enumerate(text) if one == '"']
    if not quotes:
        return
    lost = data.draw(st.sampled_from(quotes))
    try:
        grid = grid_of(text[:lost] + text[lost + 1 :])
    except UnreadableError:
        return
    found = {row[0] for row in grid.rows if row}
    assert grid.stray_quotes or {row[0] for row in rows} <= found


PAID = (
    "项目编号,项目名称,本月实到投资额,本年累计实到投资额,自签约累计实到投资额,"
    "资金类型,凭证类型,凭证编号,审核状态,备注\n"
)


def paid(number: int, remark: str = "") -> str:
    amounts = "500,500,500,土地款,发票"
    return f"GCKF-2021-000{number},甲,{amounts},P{number},审核通过,{remark}\n"


def refreshed(drop: Drop, text: str) -> list[tuple[str, str, str | None, int | None]]:
    """What is said of quotes in the file, all rows of which count."""
    (drop.raw / "a.csv").write_text(text, encoding="gb18030")
    drop.refresh()
    rows = drop.query("select project_id, paid_month_cny from mart.paid_in order by all")
    assert rows == [(f"GCKF-2021-000{n}", 5_000_000) for n in (1, 2, 3)]
    said = [one for one in drop.findings("a.csv") if "引号" in one.message]
    return [(one.rule, one.severity, one.cell, one.row) for one in said]


TOP = "填报单位,招商局,报告期,2021年5月,计量单位,万元\n"


def test_a_stray_quote_is_said_at_its_cell(drop: Drop) -> None:
    text = TOP + PAID + paid(1, '"首批') + paid(2) + paid(3)
    assert refreshed(drop, text) == [("E013", "warning", "J3", 3)]


@pytest.mark.parametrize(
    ("above", "below", "cell"),
    [
        ('"实到投资额月报表\n' + TOP, "", "A1"),
        (TOP + ',,,"注：一\n', "", "D2"),
        (TOP, '"合计,,1500,1500,1500,,,,,\n', "A6"),
    ],
)
def test_a_stray_quote_beside_the_rows_is_said_too(
    drop: Drop, above: str, below: str, cell: str
) -> None:
    text = above + PAID + paid(1) + paid(2) + paid(3) + below
    assert refreshed(drop, text) == [("E013", "warning", cell, None)]


def test_a_stray_quote_is_said_once_in_a_sheet_of_several_tables(drop: Drop) -> None:
    text = ',,,"注：一\n' + TOP + PAID + paid(1, '"首批') + paid(2) + "\n" + PAID + paid(3)
    assert refreshed(drop, text) == [
        ("E013", "warning", "D1", None),
        ("E013", "warning", "J4", 4),
    ]
