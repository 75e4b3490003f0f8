"""Styles of an .ods and of an XML spreadsheet of 2003: where they come from, what they are not."""

from __future__ import annotations

import io
import zipfile

import pytest

from flows.read.formats import read
from flows.read.grid import Grid, Shown, UnreadableError

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "number": "datastyle",
        "fo": "xsl-fo-compatible",
    }.items()
)


def ods(row: str, *, automatic: str = "", common: str = "", columns: str = "") -> Grid:
    """A spreadsheet with one row."""
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{automatic}"
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="a">{columns}{row}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    styles = (
        f"<office:document-styles {NAMES}><office:styles>{common}</office:styles>"
        "</office:document-styles>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("content.xml", content)
        archive.writestr("styles.xml", styles)
    return read(target.getvalue()).sheets[0]


def cell(value: str = "12.5", attributes: str = "", kind: str = "float") -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}" {attributes}>'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


YI = (
    '<number:number-style style:name="N1"><number:number number:min-integer-digits="1" '
    'number:decimal-places="2"/><number:text>亿元</number:text></number:number-style>'
)
OF_CELL = '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
STRUCK = (
    '<style:style style:name="{name}" style:family="{family}">'
    '<style:text-properties style:text-line-through-type="single"/></style:style>'
)
USED = 'table:style-name="ce1"'


def test_styles_of_cells_may_stand_in_either_part() -> None:
    for automatic, common in ((YI + OF_CELL, ""), (OF_CELL, YI), ("", OF_CELL + YI)):
        grid = ods(row(cell(attributes=USED)), automatic=automatic, common=common)
        assert grid.shown == {(0, 0): Shown("12.5亿元")}


def test_a_style_has_what_its_parents_have() -> None:
    child = (
        '<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="Money"/>'
    )
    money = OF_CELL.replace("ce1", "Money")
    grid = ods(row(cell(attributes=USED)), automatic=child, common=money + YI)
    assert grid.shown == {(0, 0): Shown("12.5亿元")}


def test_rows_and_columns_have_styles_for_their_cells() -> None:
    default = 'table:default-cell-style-name="ce1"'
    by_row = ods(row(cell(), cell(), attributes=default), automatic=YI + OF_CELL)
    assert by_row.shown == dict.fromkeys([(0, 0), (0, 1)], Shown("12.5亿元"))
    columns = (
        f'<table:table-column/><table:table-column {default} table:number-columns-repeated="9"/>'
    )
    by_column = ods(row(cell(), cell()), automatic=YI + OF_CELL, columns=columns)
    assert by_column.shown == {(0, 1): Shown("12.5亿元")}


def test_repeated_cells_and_rows_are_marked_each() -> None:
    repeated = cell(attributes=f'{USED} table:number-columns-repeated="2"')
    grid = ods(row(repeated, attributes='table:number-rows-repeated="2"'), automatic=YI + OF_CELL)
    assert sorted(grid.shown) == [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (cell("0.5", kind="percentage"), Shown("50%")),
        (cell("300", 'office:currency="USD"', kind="currency"), Shown("USD300")),
        (cell("300", 'office:currency="CNY"', kind="currency"), None),
    ],
)
def test_types_say_what_no_style_says(one: str, shown: Shown | None) -> None:
    assert ods(row(one)).shown.get((0, 0)) == shown


def test_conditions_of_a_number_style() -> None:
    styles = (
        '<number:number-style style:name="N1P0"><number:number number:min-integer-digits="1" '
        'number:display-factor="1000000"/><number:text>百万</number:text></number:number-style>'
        '<number:number-style style:name="N1"><number:number number:min-integer-digits="1"/>'
        '<number:text>元</number:text><style:map style:condition="value()&gt;=1000000" '
        'style:apply-style-name="N1P0"/></number:number-style>'
    )
    grid = ods(row(cell("2500000", USED), cell("300", USED)), automatic=styles + OF_CELL)
    assert grid.shown == {(0, 0): Shown("2.5百万", True), (0, 1): Shown("300元")}


@pytest.mark.parametrize(
    ("inside", "text", "left_out", "is_struck"),
    [
        ("<text:p>500</text:p><text:p>600</text:p>", "500\n600", "", False),
        ("<text:p>5<text:s/>0</text:p>", "5 0", "", False),
        (
            "<text:p><text:ruby><text:ruby-base>武汉</text:ruby-base><text:ruby-text>wuhan"
            "</text:ruby-text></text:ruby></text:p>",
            "武汉",
            "wuhan",
            False,
        ),
        (
            "<office:annotation><text:p>批注 300</text:p></office:annotation><text:p>500</text:p>",
            "500",
            "",
            False,
        ),
        ('<text:p text:style-name="T1">500</text:p><text:p>600</text:p>', "600", "500", False),
        ('<text:p text:style-name="T1">500</text:p>', "500", "", True),
    ],
)
def test_paragraphs_and_what_hangs_on_them(
    inside: str, text: str, left_out: str, *, is_struck: bool
) -> None:
    one = f'<table:table-cell office:value-type="string">{inside}</table:table-cell>'
    grid = ods(row(one), automatic=STRUCK.format(name="T1", family="text"))
    assert grid.rows[0][0].strip() == text
    assert grid.left_out == ({(0, 0): left_out} if left_out else {})
    assert grid.struck == [(0, 0)] * is_struck


def test_what_is_not_struck_out_in_a_cell_that_is() -> None:
    free = (
        '<style:style style:name="T1" style:family="text"><style:text-properties '
        'style:text-line-through-style="none"/></style:style>'
    )
    one = (
        f'<table:table-cell office:value-type="string" {USED}><text:p>500'
        '<text:span text:style-name="T1">600</text:span></text:p></table:table-cell>'
    )
    styles = STRUCK.format(name="ce1", family="table-cell") + free
    grid = ods(row(one), automatic=styles)
    assert (grid.rows[0][0], grid.left_out, grid.struck) == ("600", {(0, 0): "500"}, [])


def test_a_long_number_has_lost_its_end() -> None:
    assert ods(row(cell("4.2010619900101E+016"))).long_numbers == [(0, 0)]


# --- XML spreadsheets of 2003 --------------------------------------------------------------------


def xml(table: str, styles: str = "") -> Grid:
    text = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:html="http://www.w3.org/TR/REC-html40">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="a"><Table>{table}</Table></Worksheet></Workbook>'
    )
    (grid,) = read(text.encode()).sheets
    return grid


def data(value: str = "12.5", attributes: str = "", kind: str = "Number") -> str:
    return f'<Cell {attributes}><Data ss:Type="{kind}">{value}</Data></Cell>'


XML_YI = '<Style ss:ID="s1"><NumberFormat ss:Format="0.00&quot;亿元&quot;"/></Style>'


@pytest.mark.parametrize(
    "table",
    [
        "<Row>" + data(attributes='ss:StyleID="s1"') + "</Row>",
        f'<Row ss:StyleID="s1">{data()}</Row>',
        f'<Column ss:StyleID="s1"/><Row>{data()}</Row>',
    ],
)
def test_a_cell_has_the_style_of_its_row_or_column(table: str) -> None:
    assert xml(table, XML_YI).shown == {(0, 0): Shown("12.5亿元")}


def test_the_parents_of_a_style_and_formats_by_name() -> None:
    styles = (
        '<Style ss:ID="Default"><Font ss:StrikeThrough="1"/></Style>'
        '<Style ss:ID="s1" ss:Parent="Default"><NumberFormat ss:Format="Percent"/></Style>'
        '<Style ss:ID="s2" ss:Parent="s1"><NumberFormat/><Font/></Style>'
    )
    cells = data("0.5", 'ss:StyleID="s1"') + data("0.5", 'ss:StyleID="s2"') + data("0.5")
    grid = xml(f"<Row>{cells}</Row>", styles)
    assert grid.shown == {(0, 0): Shown("50%")}
    assert grid.struck == [(0, 0), (0, 2)]


def test_texts_marked_up_as_in_a_page() -> None:
    inside = (
        '<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><Font html:Size="9">'
        "<S>500</S>600<Sup>1</Sup></Font></ss:Data>"
    )
    grid = xml(f"<Row><Cell>{inside}</Cell></Row>")
    assert (grid.rows[0][0], grid.left_out) == ("600", {(0, 0): "500；1"})


def test_an_error_is_one_whatever_its_style() -> None:
    grid = xml(f"<Row ss:StyleID='s1'>{data('#REF!', kind='Error')}</Row>", XML_YI)
    assert (grid.broken, grid.shown) == ({(0, 0): "#REF!"}, {})


@pytest.mark.parametrize(
    "table",
    [
        f'<Row>{data()}</Row><Row ss:Index="0">{data("13")}</Row>',
        f'<Row>{data()}</Row><Row ss:Index="-5">{data("13")}</Row>',
        "<Row>" + data() + data("13", 'ss:Index="0"') + "</Row>",
    ],
)
def test_a_place_before_the_first_is_no_cell_from_the_end(table: str) -> None:
    with pytest.raises(UnreadableError, match="损坏"):
        xml(table)
