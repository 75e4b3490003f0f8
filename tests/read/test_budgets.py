"""What a book may hold in all: every format is stopped while it is read, by name and in little memory."""

import os
from pathlib import Path

import pytest
from bombs import SHEET, STYLES
from overfull import GOOD, OVERFULL, below_rows
from renderer import Sheet, write
from renderer.hostile import part, repacked

import schemas
from flows.read import Book, Limits, Readers, Unreadable, budget, read_files
from flows.read.budget import MAX_CHARACTERS
from flows.read.formats import read
from flows.read.grid import UnreadableError
from flows.values.text import LONGEST, cut, full_length

# A reader that has much less than what the files would take; a book of a few rows takes 60 MiB.
TIGHT = Limits(seconds=30, memory_mib=256, among_mib=192, workers=1)


@pytest.mark.parametrize("name", OVERFULL)
def test_what_is_over_a_budget_says_which_and_never_gets_to_the_memory(
    name: str, tmp_path: Path
) -> None:
    make, word = OVERFULL[name]
    (tmp_path / "bomb").write_bytes(make())
    (tmp_path / "good").write_bytes(write([GOOD], "xlsx"))
    files = {one: tmp_path / one for one in ("bomb", "good")}
    told = dict(read_files(files, TIGHT))
    assert isinstance(told["good"], Book)
    assert isinstance(told["bomb"], Unreadable)
    assert word in told["bomb"].reason, told["bomb"].reason


def test_a_part_that_shrank_beyond_all_measure_is_no_workbook() -> None:
    """Beside enough of what does not shrink."""
    noise = {f"xl/media/{n}.png": os.urandom(200_000) for n in range(3)}
    blown = below_rows(b"<x/>" * 6_000_000)
    with pytest.raises(UnreadableError, match="部件的压缩比"):
        read(repacked(blown, noise))


def test_a_sheet_that_is_named_again_and_again_counts_each_time() -> None:
    """One part of a few hundred kilobytes."""
    rows = [[f"{n}", "文" * 30, "字" * 30] for n in range(3_000)]
    data = write([Sheet.of(rows)], "xlsx")
    book = part(data, "xl/workbook.xml").decode()
    (sheet,) = (one for one in book.split("<") if one.startswith("sheet "))
    again = "<".join(
        sheet.replace('name="', f'name="{n}').replace('sheetId="1"', f'sheetId="{n}"')
        for n in range(2, 400)
    )
    with pytest.raises(UnreadableError, match="超出限制"):
        read(repacked(data, {"xl/workbook.xml": book.replace(sheet, f"{sheet}<{again}", 1)}))


# --- what is looked at twice ---------------------------------------------------------------------


def oddly_spelt(data: bytes) -> bytes:
    """The workbook with a comment in its sheet: its other parts are looked at before that is seen."""
    sheet = part(data, SHEET)
    return repacked(data, {SHEET: sheet.replace(b"<sheetData>", b"<!-- odd --><sheetData>")})


def test_what_was_counted_before_the_spelling_was_seen_is_not_counted_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = write([GOOD], "xlsx")
    monkeypatch.setattr(budget, "MAX_ELEMENTS", part(data, STYLES).count(b"<"))
    assert read(oddly_spelt(data)).sheets[0].rows == read(data).sheets[0].rows


def test_a_part_that_relations_name_again_and_again_counts_each_time_it_is_put(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = oddly_spelt(write([GOOD], "xlsx"))
    links = part(data, "xl/_rels/workbook.xml.rels").decode()
    (link,) = (one for one in links.split("<") if "worksheets/sheet1.xml" in one)
    again = "<".join(link.replace('Id="', f'Id="again{n}') for n in range(500))
    often = repacked(data, {"xl/_rels/workbook.xml.rels": links.replace(link, f"{link}<{again}")})
    monkeypatch.setattr(budget, "MAX_INFLATED", 60_000)
    assert read(data).sheets
    with pytest.raises(UnreadableError, match="展开后过大"):
        read(often)


# --- honest books ---------------------------------------------------------------------------------


def test_sixty_thousand_styles_that_a_program_let_grow_are_read() -> None:
    data = write([GOOD], "xlsx")
    xf = b'<xf numFmtId="0" applyAlignment="1"><alignment/><protection/></xf>'
    named = b'<cellStyle name="x" xfId="0"/>'
    blown = (
        b"<cellStyleXfs>" + xf * 60_000 + b"</cellStyleXfs>"
        b"<cellXfs>" + xf * 60_000 + b"</cellXfs><cellStyles>" + named * 60_000 + b"</cellStyles>"
    )
    whole = part(data, STYLES).replace(b"</styleSheet>", blown + b"</styleSheet>")
    assert len(read(repacked(data, {STYLES: whole})).sheets[0].rows) == 2


def large(rows: int = 100_000) -> bytes:
    """Every text is another one."""
    texts = "".join(
        f"<si><t>合成项目名称一二三四五六{cell:08d}</t></si>" for cell in range(20 * rows)
    )
    cells = "".join(
        f'<row r="{row + 1}">'
        + "".join(
            f'<c r="{letter}{row + 1}" s="1" t="s"><v>{20 * row + at}</v></c>'
            for at, letter in enumerate("ABCDEFGHIJKLMNOPQRST")
        )
        + "</row>"
        for row in range(rows)
    )
    data = write([GOOD], "xlsx")
    sheet = part(data, SHEET)
    start, end = sheet.index(b"<sheetData>") + 11, sheet.index(b"</sheetData>")
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return repacked(
        data,
        {
            SHEET: sheet[:start] + cells.encode() + sheet[end:],
            "xl/sharedStrings.xml": b"<sst %s>%s</sst>" % (space, texts.encode()),
        },
    )


@pytest.mark.nightly
def test_the_largest_honest_book_is_read(tmp_path: Path) -> None:
    """100,000 rows of 20 columns with 20 characters, by a reader alone as by default."""
    path = tmp_path / "large.xlsx"
    path.write_bytes(large())
    ((_, book_read),) = read_files({1: path}, Limits())
    assert isinstance(book_read, Book), book_read
    assert sum(map(len, book_read.sheets[0].rows)) == 2_000_000
    assert {len(text) for row in book_read.sheets[0].rows for text in row} == {20}


# --- texts that are too long -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv in UTF-8", "html as xls", "xml as xls"])
def test_a_text_too_long_for_any_field_is_cut_and_says_so(kind: str) -> None:
    text = "很长" * 3_000
    (grid,) = read(write([Sheet.of([["a", "b", "c"], ["d", text, "f"]])], kind)).sheets
    (found,) = (one for row in grid.rows for one in row if len(one) > 100)
    assert found == f"{text[:LONGEST]}……（全文共6000字）"
    assert full_length(found) == 6_000


def test_what_is_cut_is_too_long_for_every_field_however_it_is_read() -> None:
    longest = max(
        column.max_length or 0
        for model in schemas.all_returns()
        for column in model.columns().values()
    )
    assert longest < LONGEST // 2
    kept = cut("a " * 5_000)
    assert kept is not None
    assert len("".join(kept.split())) > longest
    # Of blanks within, nobody knows what they part.
    assert cut("100" + " " * 20_000 + "万元") is None
    # Outer blanks say nothing.
    assert cut("100" + " " * 20_000) == "100"


def test_what_only_looks_cut_has_its_own_length() -> None:
    assert full_length("短文……（全文共6000字）") == len("短文……（全文共6000字）")


# --- how much is held at once ---------------------------------------------------------------------


def test_no_further_file_is_begun_once_enough_is_told(tmp_path: Path) -> None:
    rows = [[f"{n}", "文字" * 100, "说明"] for n in range(1_000)]
    files = {n: tmp_path / f"{n}.csv" for n in range(8)}
    for path in files.values():
        path.write_bytes(write([Sheet.of(rows)], "csv in UTF-8"))
    with Readers(Limits(told_mib=1, workers=1)) as readers:
        told = dict(readers.read(files))
        # One more is read while the last answer is taken in.
        assert 2 <= len(told) <= 3
        assert all(isinstance(book, Book) for book in told.values())
        assert set(dict(readers.read_all(files))) == set(files)


def test_what_tells_more_than_is_held_at_once_is_read_alone(tmp_path: Path) -> None:
    rows = [[f"{n}", "文字" * 9, "说明"] for n in range(20_000)]
    (tmp_path / "large").write_bytes(write([Sheet.of(rows)], "csv in UTF-8"))
    (tmp_path / "small").write_bytes(write([GOOD], "xlsx"))
    files = {one: tmp_path / one for one in ("large", "small")}
    with Readers(Limits(told_mib=1)) as readers:
        told = [key for key, book in readers.read_all(files) if isinstance(book, Book)]
    assert told == ["small", "large"]


def test_characters_are_counted_as_often_as_they_are_repeated() -> None:
    """As much as there may be is read, a row more is not."""
    rows = MAX_CHARACTERS // 4_000
    (grid,) = read(("a,b,c\n" + f"{'字' * 3_998},x,y\n" * (rows - 1)).encode()).sheets
    assert len(grid.rows) == rows
    with pytest.raises(UnreadableError, match="文字总量超过4500万字"):
        read(("a,b,c\n" + f"{'字' * 3_998},x,y\n" * (rows + 1)).encode())
