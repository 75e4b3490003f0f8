"""Pages sent as workbooks: one cell, one value, and the number format that shows it."""

from __future__ import annotations

import pytest

from flows.read.formats import read
from flows.read.grid import Grid, Shown, UnreadableError

OF_EXCEL = r"""<style><!--table {mso-displayed-decimal-separator:"\.";}
.style0 {mso-number-format:General; text-decoration:none;}
.style16 {mso-number-format:0%; mso-style-name:百分比;}
td {mso-style-parent:style0; padding:0px; mso-number-format:General;}
.xl65 {mso-style-parent:style0; mso-number-format:"0\.00\0022亿元\0022";}
.xl66 {mso-style-parent:style16; color:red;}
.xl67 {mso-style-parent:style0; text-decoration:line-through;}
.xl64 {mso-style-parent:style0; mso-number-format:"\@";}
.xl68 {mso-number-format:"\0022JD-202104-\0022000";}
.font6 {text-decoration:line-through;}
.gone {display:none}
tr.out td {text-decoration: line-through}
@media print {.seen {display:none}}
--></style>"""


def page(cell: str, *, style: str = OF_EXCEL, row: str = "") -> Grid:
    """A page with a table of three cells in each of two rows; `cell` is the second of the second."""
    text = (
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>{style}</head><body><table>'
        f"<tr><td>编号</td><td>金额</td><td>备注</td></tr><tr{row}><td>甲</td>{cell}<td>乙</td></tr>"
        "</table></body></html>"
    )
    (grid,) = read(text.encode()).sheets
    return grid


def text_of(cell: str) -> str:
    grid = page(cell)
    assert (grid.rows[1][0], grid.rows[1][2]) == ("甲", "乙")
    return grid.rows[1][1]


@pytest.mark.parametrize(
    "inside",
    [
        "<p>500</p><p>600</p>",
        "<div>500</div><div>600</div>",
        "<ul>\n <li>500</li>\n <li>600</li>\n</ul>",
        "<table><tr><td>500</td><td>600</td></tr></table>",
        "<table><tr><td>500</td></tr><tr><td>600</td></tr></table>",
        "500<br>600",
        "500<br/><br/>600<br/>",
        "500<div>600</div>",
        '<span style="display:block">500</span>600',
        "<pre>500\n600</pre>",
        '<span style="white-space:pre-line">500\n600</span>',
        "<select><option>500</option><option>600</option></select>",
    ],
)
def test_what_stands_apart_stays_apart(inside: str) -> None:
    assert text_of(f"<td>{inside}</td>") == "500\n600"


@pytest.mark.parametrize(
    ("inside", "text", "left_out"),
    [
        ("<del>500</del><ins>600</ins>", "600", "500"),
        ("<s>500</s> 600", "600", "500"),
        ("<strike>500</strike>600", "600", "500"),
        ('<span style="text-decoration: line-through">500</span>600', "600", "500"),
        ('<font class="font6">500</font><font>600</font>', "600", "500"),
        ("800<sup>1</sup>", "800", "1"),
        ('800<span style="vertical-align:super">1</span>', "800", "1"),
        ("<ruby>武汉<rp>(</rp><rt>wuhan</rt><rp>)</rp></ruby>", "武汉", "(wuhan)"),
        ('600<span style="display:none">500</span>', "600", "500"),
        ('600<span style="visibility: hidden">500</span>', "600", "500"),
        ('600<span style="mso-hide:all">500</span>', "600", "500"),
        ('600<span class="gone">500</span>', "600", "500"),
        ("600<span hidden>500</span>", "600", "500"),
        ("10<sup>4</sup>", "10\n4", ""),
        ("平方米<sup>2</sup>", "平方米2", ""),
        ('600<span class="seen">.5</span>', "600.5", ""),
        ("5<b>0</b><i>0</i>", "500", ""),
        ("1<del>2</del>3", "1\n3", "2"),
    ],
)
def test_parts_that_are_not_the_value(inside: str, text: str, left_out: str) -> None:
    grid = page(f"<td>{inside}</td>")
    assert grid.rows[1][1] == text
    assert grid.left_out.get((1, 1), "") == left_out
    assert grid.struck == []


@pytest.mark.parametrize(
    "cell",
    [
        "<td><s>500</s></td>",
        "<td><p><del>500</del></p></td>",
        '<td class="xl67">500</td>',
        '<td class="xl67" x:num="500">500</td>',
        '<td style="text-decoration:line-through">500</td>',
    ],
)
def test_a_cell_struck_out_keeps_its_text(cell: str) -> None:
    grid = page(cell)
    assert grid.rows[1][1] == "500"
    assert grid.struck == [(1, 1)]


@pytest.mark.parametrize("row", [' style="text-decoration:line-through"', ' class="out"'])
def test_a_row_struck_out(row: str) -> None:
    assert page("<td>500</td>", row=row).struck == [(1, 0), (1, 1), (1, 2)]


@pytest.mark.parametrize(
    ("cell", "text", "shown"),
    [
        ('<td class="xl65" x:num="12.5">12.50亿元</td>', "12.5", Shown("12.5亿元")),
        ('<td class="xl65">12.5</td>', "12.5", Shown("12.5亿元")),
        ('<td class="xl65" x:num>12.5</td>', "12.5", Shown("12.5亿元")),
        ('<td class="xl65" x:str>12.5</td>', "12.5", None),
        ('<td class="xl66" x:num="0.5">50%</td>', "0.5", Shown("50%")),
        ('<td class="xl68" x:num="1">JD-202104-001</td>', "1", Shown("JD-202104-001", True)),
        (
            r"""<td style='mso-number-format:"0\.00\0022亿元\0022"' x:num="1">1</td>""",
            "1",
            Shown("1亿元"),
        ),
        ("<td style=\"mso-number-format:'\\@'\">0012</td>", "0012", None),
        (
            """<td style='vnd.ms-excel.numberformat:0.00"亿元"'>12.5</td>""",
            "12.5",
            Shown("12.5亿元"),
        ),
        ('<td style="vnd.ms-excel.numberformat:@">0012</td>', "0012", None),
        ('<td x:num="1234.5">1,234.50</td>', "1234.5", None),
        ('<td x:num="1234.567">1,235</td>', "1234.567", None),
        ('<td x:num="12.5">12.50亿元</td>', "12.5", Shown("12.5亿元")),
        ('<td x:num="125000000">12,500</td>', "125000000", Shown("12500", True)),
        ('<td x:num="125000000">1.25亿</td>', "125000000", Shown("1.25亿", True)),
        ('<td x:num="0.5">50%</td>', "0.5", Shown("50%")),
        ('<td x:num="300">-300.00</td>', "300", Shown("-300")),
        ('<td x:num="-300">(300.00)</td>', "-300", None),
        ('<td x:num="-300">300</td>', "-300", Shown("300", True)),
        ('<td x:num="300">US$300</td>', "300", Shown("US$300")),
        ('<td x:num="1">001</td>', "1", Shown("001")),
        ('<td x:num="500">600</td>', "500", Shown("600", True)),
        ('<td x:num="44347">2021-05-31</td>', "44347", Shown("2021-05-31")),
        ('<td x:num="500"></td>', "500", None),
    ],
)
def test_numbers_and_what_is_shown_of_them(cell: str, text: str, shown: Shown | None) -> None:
    grid = page(cell)
    assert grid.rows[1][1] == text
    assert grid.shown.get((1, 1)) == shown


def test_an_error_is_no_text() -> None:
    assert page('<td x:err="#REF!">#REF!</td>').broken == {(1, 1): "#REF!"}


def test_a_number_too_long_has_lost_its_end() -> None:
    assert page('<td x:num="42010619900101001">4.2E+16</td>').long_numbers == [(1, 1)]


def test_hidden_columns_are_read_and_known() -> None:
    grid = page('<td style="display:none">500</td>')
    assert (grid.rows[1][1], grid.hidden_columns) == ("500", [1])


def test_a_table_that_only_sets_out_the_page() -> None:
    text = (
        "<table><tr><td><p>单位：招商局</p><table><tr><td>编号</td><td>金额</td></tr>"
        "<tr><td>甲</td><td>500</td></tr></table></td></tr></table>"
    )
    (grid,) = read(text.encode()).sheets
    assert grid.rows == [["单位：招商局"], ["编号", "金额"], ["甲", "500"]]


def test_hidden_tables_are_known_as_hidden_rows() -> None:
    text = '<div style="display:none"><table><tr><td>a</td><td>b</td></tr></table></div>'
    (grid,) = read(text.encode()).sheets
    assert grid.hidden_rows == [0]


@pytest.mark.parametrize("span", ["²", "", "-1", "一", "9" * 5000])
def test_a_span_that_is_no_number_costs_nothing(span: str) -> None:
    assert text_of(f'<td rowspan="{span}">500</td>') == "500"


def test_half_a_character_in_a_format_costs_nothing() -> None:
    style = "<style>.a {mso-number-format:'0\\0022\\D83D\\0022'}</style>"
    assert page('<td class="a">500</td>', style=style).rows[1] == ["甲", "500", "乙"]


# --- pages that are damaged ----------------------------------------------------------------------

_ROW = "<tr><td>GCKF-2021-0001</td><td>12000</td></tr>"
_LOST = "<tr><td>GCKF-2021-0002</td><td>35000</td></tr>"


def rows_of(*rows: str) -> list[list[str]]:
    return read(f"<html><body><table>{''.join(rows)}</table></body></html>".encode()).sheets[0].rows


@pytest.mark.parametrize(
    "damaged",
    [
        _LOST.replace("<tr>", ""),
        _LOST.replace("<tr><td>", "<tr>"),
        _LOST.replace("<tr>", "").replace("<td>", "", 1),
        _LOST.replace("</td><td>35000", "</td>35000"),
        f"</tr2owspan='1'>{_LOST.removeprefix('<tr><td>')}",
    ],
)
def test_what_a_table_has_outside_its_cells_is_never_lost_in_silence(damaged: str) -> None:
    with pytest.raises(UnreadableError, match="不在单元格内"):
        rows_of(_ROW, damaged, _ROW)


# Some programs make lines of them, some a table, and some pass over what stands in the head.
@pytest.mark.parametrize("page", [f"<html><head>{_LOST}</head><body>{{}}</body></html>",
                                  "<html><head><tr>甲</style></head><body>{}</body></html>",
                                  "<html><head><met>甲</head><body>{}</body></html>",
                                  f"<html><body>{_LOST}{{}}</body></html>",
                                  "<html><body>甲<td>乙{}</td></body></html>"])  # fmt: skip
def test_cells_that_stand_in_no_table_are_damage(page: str) -> None:
    with pytest.raises(UnreadableError, match="不在单元格内"):
        read(page.format(f"<table>{_ROW}</table>").encode())


@pytest.mark.parametrize("head", ["<title>甲</title>", "<style>td {}</style>", "<script>1</script>", "<meta name='甲'>甲",
                                  "<xml><x:Name>甲</x:Name></xml>", "<x:Name>甲</x:Name>"])  # fmt: skip
def test_what_programs_write_in_the_head_is_no_damage(head: str) -> None:
    page = f"<html><head>{head}</head><body><table>{_ROW}</table></body></html>"
    assert read(page.encode()).sheets[0].rows[-1] == ["GCKF-2021-0001", "12000"]


@pytest.mark.parametrize("end", ["<", "</td", "<td", "</table></body></html"])
def test_a_page_that_ends_within_a_tag_is_cut_off(end: str) -> None:
    with pytest.raises(UnreadableError, match="损坏"):
        read(f"<html><body><table>{_ROW}<tr><td>GCKF-2021-0002{end}".encode())


@pytest.mark.parametrize("around", ["<tr><td>{}</td></tr>", "<td>{}</td>"])
def test_a_table_within_a_cell_that_stands_in_no_table_is_read(around: str) -> None:
    page = f"<html><body>{around.format(f'<table>{_ROW}</table>')}</body></html>"
    assert read(page.encode()).sheets[0].rows == [["GCKF-2021-0001", "12000"]]


@pytest.mark.parametrize("around", ["<form>{}</form>", "<tbody><form>{}</form></tbody>", "<div>{}</div>"])  # fmt: skip
def test_rows_within_a_form_are_rows(around: str) -> None:
    assert rows_of(_ROW, around.format(_LOST))[1] == ["GCKF-2021-0002", "35000"]


def test_cells_within_a_form_are_cells() -> None:
    inside = _LOST.replace("<tr>", "<tr><form>").replace("</tr>", "</form></tr>")
    assert rows_of(inside)[0] == ["GCKF-2021-0002", "35000"]


def test_pages_that_are_joined_end_to_end_are_all_read() -> None:
    page = f"<html><head><title>x</title></head><body><table>{_ROW}</table></body></html>"
    (grid,) = read((page + page.replace(_ROW, _LOST)).encode()).sheets
    assert [row[0] for row in grid.rows if row] == ["GCKF-2021-0001", "GCKF-2021-0002"]
