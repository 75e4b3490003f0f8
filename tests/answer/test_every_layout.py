"""Whatever format and layout a return comes in, its reply holds the same data again.

Each kind is answered and the replies are sent back as they are: nothing may seem changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import openpyxl
import pytest
from desk import Desk
from renderer import FORMATS, write
from renderer.hostile import CORPUS
from renderer.layouts import EACH_LAYOUT, Layout, path_of, sheet_of
from renderer.layouts import golden as filings


def one_of_each_return() -> Iterator[Any]:
    seen: set[str] = set()
    for filing in reversed(filings()):
        slug = filing.model.form().slug
        if slug not in seen and filing.table.rows:
            seen.add(slug)
            yield filing


def warn_everybody(con: duckdb.DuckDBPyConnection) -> None:
    """A warning at every cell of every submission's first data row."""
    for (slug,) in con.execute(
        "select distinct return_name from core.submissions where return_name is not null"
    ).fetchall():
        con.execute(
            f"""
            insert into core.findings by name
            select c.submission_id, 'X211' as rule, 'warning' as severity, false as holds,
                true as is_cross, c.sheet, c.column_letter || r.first_row as cell,
                r.first_row as excel_row, c.header as column_name, c.field, '=1+1' as value,
                '请说明' as message, '请说明' as suggestion
            from core.columns as c
            join (
                select submission_id, sheet, min(excel_row) as first_row
                from rows.{slug} group by all
            ) as r using (submission_id, sheet)
            """
        )


@pytest.mark.parametrize(("layout", "kind"), EACH_LAYOUT)
def test_sent_back_as_it_is_nothing_has_changed(layout: Layout, kind: str, desk: Desk) -> None:
    for filing in one_of_each_return():
        path = desk.raw / path_of(filing, layout, FORMATS[kind].ending)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write([sheet_of(filing, layout)], kind))
    first = desk.refresh()
    with duckdb.connect(str(desk.warehouse.working_database)) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        warn_everybody(con)
        receipts = list(range(1, len(first.files) + 1))
        replies = desk.reply(con, receipts)
    assert len(replies) == 14
    for number, path in enumerate(replies):
        assert_commented(path)
        (desk.raw / "退回").mkdir(exist_ok=True)
        shutil.copyfile(path, desk.raw / "退回" / f"{number}.xlsx")
    back = [one for one in desk.refresh().files if one.file.startswith("退回/")]
    assert [(one.status, [f.rule for f in one.findings]) for one in back] == [
        ("unchanged", ["E012"])
    ] * 14


def assert_commented(path: Any) -> None:
    """Every cell that the first sheet leads to has its comment."""
    book = openpyxl.load_workbook(path)
    links = [
        cell.hyperlink.location
        for row in book.worksheets[0].iter_rows()
        for cell in row
        if cell.hyperlink is not None
    ]
    assert links
    noted = {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }
    for link in links:
        quoted, _, cell = link.rpartition("!")
        sheet = quoted.strip("'").replace("''", "'")
        areas = [area for area in book[sheet].merged_cells.ranges if cell in area]
        shown = areas[0].start_cell.coordinate if areas else cell
        assert (sheet, shown) in noted


def test_hostile_files_get_a_word_and_nothing_else(desk: Desk) -> None:
    for name, content in CORPUS.items():
        (desk.raw / name).write_bytes(content())
    assert len(desk.answer()) == len(CORPUS)
    for path in desk.replied:
        assert openpyxl.load_workbook(path).sheetnames == ["审核意见", "_guoban"]
