"""Files that hold more than any book may, a format each, and the word that says what is too much."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import xlsxwriter
from bombs import SHEET, STYLES, before
from renderer import Rich, Sheet, write
from renderer.biff import xls, xlsb
from renderer.hostile import part, repacked

from flows.read.budget import MAX_CELLS

GOOD = Sheet.of([["项目编号", "项目名称", "备注"], ["1", "甲", "乙"]])
LONG = "很长的一段文字，" * 4_000


def shared_xlsx(columns: int = 60) -> bytes:
    """250 rows of 32,000 characters that are one and the same text."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        for row in range(250):
            page.write_row(row, 0, [LONG] * columns)
    return target.getvalue()


def shared_ods() -> bytes:
    """A few hundred bytes that repeat one row of one cell."""
    cell = (
        '<table:table-row table:number-rows-repeated="3000"><table:table-cell '
        'table:number-columns-repeated="800" office:value-type="string">'
        f"<text:p>{'多' * 40}</text:p></table:table-cell></table:table-row>"
    )
    spaces = "".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" '
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table>{cell}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("content.xml", content)
    assert len(target.getvalue()) < 658
    return target.getvalue()


def rich() -> list[Sheet]:
    """250 rows of one shared text of 8,000 characters."""
    text = Rich(((LONG[:8_000], "plain"),))
    return [Sheet.of([[text] * 40 for _ in range(250)])]


def styles(xfs: int = 3_900_000) -> bytes:
    data = write([GOOD], "xlsx")
    blown = b"</cellXfs>" if b"</cellXfs>" in part(data, STYLES) else b"</styleSheet>"
    return repacked(data, before(STYLES, blown, b"<xf/>" * xfs)({STYLES: part(data, STYLES)}))


def below_rows(blown: bytes) -> bytes:
    data = write([GOOD], "xlsx")
    return repacked(data, {SHEET: part(data, SHEET).replace(b"</sheetData>", b"</sheetData>" + blown)})  # fmt: skip


def validations() -> bytes:
    rules = "".join(
        f'<dataValidation type="list" sqref="H{n}"><formula1>"x"</formula1></dataValidation>'
        for n in range(600_000)
    )
    return below_rows(f"<dataValidations>{rules}</dataValidations>".encode())


def ods_styles() -> bytes:
    data = write([GOOD], "ods")
    mark = b"<office:automatic-styles>"
    names = b"".join(b'<style:style style:name="s%d"/>' % n for n in range(1_500_000))
    content = part(data, "content.xml").replace(mark, mark + names, 1)
    assert names in content
    return repacked(data, {"content.xml": content})


def page() -> bytes:
    """Cells that reach over a thousand rows and columns, each a hundred times."""
    cells = '<td rowspan="1000" colspan="1000">1</td>' * 100
    return f"<html><table><tr><td>a<td>b<td>c</tr><tr>{cells}</tr></table></html>".encode()


def hidden_xml() -> bytes:
    column = b'<Column ss:Hidden="1" ss:Span="16383"/>'
    return write([GOOD], "xml as xls").replace(b"<Row", column * 200 + b"<Row", 1)


def csv_cells() -> bytes:
    return b"1,2,3,4,5,6,7,8,9,10\n" * (MAX_CELLS // 10 + 1)


OVERFULL: dict[str, tuple[Callable[[], bytes], str]] = {
    "xlsx, shared texts": (shared_xlsx, "文字总量"),
    "ods, repeated cells": (shared_ods, "文字总量"),
    "xls, shared texts": (lambda: xls(rich()), "文字总量"),
    "xlsb, shared texts": (lambda: xlsb(rich()), "文字总量"),
    "xlsx, styles": (styles, "样式过多"),
    "xlsx, rules": (validations, "规则过多"),
    "ods, styles": (ods_styles, "样式过多"),
    "page, spans": (page, "标记超过"),
    "xml, hidden columns": (hidden_xml, "隐藏的行列"),
    "csv, cells": (csv_cells, "有内容的单元格超过"),
}
