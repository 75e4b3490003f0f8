"""Every format gives the same grid: values at their cells, what is merged, hidden and broken."""

import datetime as dt
from pathlib import Path

import pytest
from renderer import FORMATS, Broken, Format, Formula, Sheet, Value, write

from flows.read.formats import read
from flows.read.grid import NO_RESULT, Grid

FILES = sorted((Path(__file__).parent / "files").iterdir())


@pytest.fixture(params=FORMATS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def grid_of(sheet: Sheet, kind: str) -> Grid:
    return read(write([sheet], kind)).sheets[0]


def cell(grid: Grid, row: int, column: int) -> str:
    """A cell's text; what lies outside the rows is blank."""
    cells = grid.rows[row] if row < len(grid.rows) else []
    return cells[column] if column < len(cells) else ""


def test_values_stand_where_the_department_sees_them(kind: str) -> None:
    sheet = Sheet.of([["项目编号", "金额", "备注"]], at=(3, 2))
    sheet.put(7, ["GCKF-2021-0001", 12345.67, "含“引号”,逗号;分号\t制表\n两行"], 2)
    grid = grid_of(sheet, kind)
    assert [cell(grid, 3, column) for column in range(5)] == ["", "", "项目编号", "金额", "备注"]
    assert cell(grid, 7, 2) == "GCKF-2021-0001"
    assert cell(grid, 7, 3) == "12345.67"
    shown = cell(grid, 7, 4)
    # A page shows a tab as a blank.
    assert shown.replace("\t", " ") == "含“引号”,逗号;分号 制表\n两行"
    assert not any(cell(grid, 5, column) for column in range(5))


def test_types_have_one_spelling(kind: str) -> None:
    values: list[Value] = [dt.date(2021, 5, 31), 100, 0.1, -2.5, 1234567.89, True]
    grid = grid_of(Sheet.of([["a", "b", "c", "d", "e", "f"], values]), kind)
    expected = ["2021-05-31", "100", "0.1", "-2.5", "1234567.89", "TRUE"]
    assert grid.rows[1][:6] == expected


def test_numbers_keep_no_noise_of_binary_fractions() -> None:
    grid = grid_of(Sheet.of([["a", "b", "c"], [0.1 + 0.2, 1e15, 1.005]]), "xlsx")
    assert grid.rows[1] == ["0.3", "1000000000000000", "1.005"]


def formats_that(**properties: bool) -> list[str]:
    return [
        name
        for name, one in FORMATS.items()
        if all(getattr(one, key) == value for key, value in properties.items())
    ]


@pytest.mark.parametrize("kind", formats_that(has_types=True))
def test_error_cells_are_marked_and_blank(kind: str) -> None:
    sheet = Sheet.of([["a", "b", "c"], [Broken("#REF!"), Formula("=1/0", Broken("#DIV/0!")), "x"]])
    grid = grid_of(sheet, kind)
    assert grid.broken == {(1, 0): "#REF!", (1, 1): "#DIV/0!"}
    assert grid.rows[1][:3] == ["", "", "x"]


@pytest.mark.parametrize("kind", formats_that(has_types=True))
def test_formulas_count_by_their_stored_result(kind: str) -> None:
    sheet = Sheet.of([["a", "b", "c"], [Formula("=1+1", 2.0), "x", Formula('="a"', "文字")]])
    if kind in {"ods", "xls of Excel 5"}:
        sheet.cells[1, 2] = "文字"
    grid = grid_of(sheet, kind)
    assert grid.rows[1][:3] == ["2", "x", "文字"]
    assert grid.broken == {}


@pytest.mark.parametrize("kind", formats_that(has_types=True, tells_missing_results=True))
def test_a_formula_without_a_stored_result_is_marked(kind: str) -> None:
    sheet = Sheet.of([["a", "b", "c"], ["x", Formula("=A1+1", None), "y"]])
    grid = grid_of(sheet, kind)
    assert grid.broken == {(1, 1): NO_RESULT}


@pytest.mark.parametrize("kind", formats_that(has_merges=True))
def test_merged_cells_are_known(kind: str) -> None:
    sheet = Sheet.of([["题", None, None], ["a", "b", "c"], [None, "d", "e"]], at=(1, 1))
    sheet.merge(1, 1, 1, 3)
    sheet.merge(2, 1, 3, 1)
    assert sorted(grid_of(sheet, kind).merged) == [(1, 1, 1, 3), (2, 1, 3, 1)]


@pytest.mark.parametrize("kind", formats_that(has_hidden=True))
def test_hidden_rows_and_columns_are_known(kind: str) -> None:
    sheet = Sheet.of([["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]])
    sheet.hidden_rows = {1}
    grid = grid_of(sheet, kind)
    assert grid.hidden_rows == [1]
    assert grid.rows[1][:3] == ["d", "e", "f"]
    if FORMATS[kind].has_sheets:
        sheet.hidden_columns = {2}
        assert grid_of(sheet, kind).hidden_columns == [2]


@pytest.mark.parametrize("kind", formats_that(has_sheets=True))
def test_sheets_keep_name_and_visibility(kind: str) -> None:
    seen, hidden = Sheet.of([["a"]], name="签约项目"), Sheet.of([["b"]], name="参数")
    hidden.is_hidden = True
    book = read(write([seen, hidden], kind))
    assert [(one.name, one.is_hidden) for one in book.sheets] == [
        ("签约项目", False),
        ("参数", True),
    ]


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "xls", "xls of Excel 5"])
def test_both_epochs_give_the_same_day(kind: str) -> None:
    sheet = Sheet.of([["a", "b", "c"], [dt.date(2021, 5, 31), "x", "y"]])
    sheet.uses_1904 = True
    grid = grid_of(sheet, kind)
    assert grid.uses_1904
    assert grid.rows[1][0] == "2021-05-31"


@pytest.mark.parametrize("one", FORMATS.values(), ids=FORMATS)
def test_the_name_of_a_file_is_never_asked(one: Format) -> None:
    """Only bytes are handed over; two formats share .xls, and two .et."""
    assert read(one.write([Sheet.of([["a", "b", "c"], ["d", "e", "f"]])])).sheets[0].rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix)
def test_files_of_libreoffice(path: Path) -> None:
    """The same workbook as LibreOffice stores it; a file put beside it is tested too."""
    first, second = read(path.read_bytes()).sheets
    assert (first.name, second.name, second.is_hidden) == ("签约项目", "参数", True)
    assert [cell(first, 3, column) for column in range(1, 6)] == [
        "项目编号",
        "项目名称",
        "合同投资额\n（万元）",
        "签约日期",
        "备注",
    ]
    assert [cell(first, 4, column) for column in range(1, 5)] == [
        "GCKF-2021-0001",
        "甲",
        "12345.67",
        "2021-05-31",
    ]
    assert first.merged == [(1, 1, 1, 5)]
    assert (first.hidden_rows, first.hidden_columns) == ([5], [2])
    assert first.broken == {(7, 3): "#DIV/0!"}
    assert cell(first, 8, 3) == "12345.77"
