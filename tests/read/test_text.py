"""Text with separators and pages: encodings, quotes, and the rows that a program would show."""

import codecs

import pytest

from flows.read.formats import read
from flows.read.grid import Grid, UnreadableError

TEXT = "项目编号,项目名称,投资方\nGCKF-2021-0001,㐂喜𠮷,乙\n"


def only(data: bytes) -> Grid:
    (grid,) = read(data).sheets
    return grid


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings_of_spreadsheet_programs(encoding: str) -> None:
    assert only(TEXT.encode(encoding)).rows[1] == ["GCKF-2021-0001", "㐂喜𠮷", "乙"]


def test_big_endian_with_its_mark() -> None:
    assert only(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")).rows[0][0] == "项目编号"


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_separators(separator: str) -> None:
    text = TEXT.replace(",", separator) + separator.join(["x", "1,2;3", "z"]).join("\n\n")
    quoted = text.replace("1,2;3", '"1,2;3"')
    assert only(quoted.encode()).rows[3] == ["x", "1,2;3", "z"]


def test_a_row_is_what_a_program_shows_not_a_line_of_the_file() -> None:
    text = '标题,,\n\n项目编号,项目名称,"投资\n方"\na,b,"两\n行"\nc,d,e\n'
    grid = only(text.encode())
    assert grid.rows[1] == []
    assert grid.rows[2][2] == "投资\n方"
    assert grid.rows[4] == ["c", "d", "e"]


def test_the_line_that_names_the_separator_is_not_shown() -> None:
    assert only(b"sep=;\r\na;b;c\r\nd;e;f\r\n").rows[0] == ["a", "b", "c"]


def test_prose_is_no_table() -> None:
    with pytest.raises(UnreadableError, match="不是能识别的表格文件"):
        read("各位同事，请于2日前报送。\n谢谢, 招商局\n".encode())


PAGE = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>不算</title></head><body>
<h1>签约项目月报表</h1><p>计量单位：万元</p>
<table><thead><tr><th rowspan=2>编号<th colspan=2>金额</tr><tr><th>合同<th>固投</tr></thead>
<tr><td>00123</td><td x:num="1234.5">1,234.50</td><td>第一<br>第二</td></tr></table>
<p>第二张</p><table><tr><td>甲</td></tr></table></body></html>"""


def test_a_page_is_one_sheet_tables_one_below_the_other() -> None:
    grid = only(PAGE.encode("gb18030"))
    assert grid.rows[:4] == [
        ["签约项目月报表"],
        ["计量单位：万元"],
        ["编号", "金额"],
        ["", "合同", "固投"],
    ]
    assert grid.rows[4] == ["00123", "1234.5", "第一\n第二"]
    assert grid.rows[5:] == [["第二张"], ["甲"]]
    assert grid.merged == [(2, 0, 3, 0), (2, 1, 2, 2)]


def test_a_page_without_a_table_is_none() -> None:
    with pytest.raises(UnreadableError, match="不是能识别的表格文件"):
        read(b"<html><body>404</body></html>")
