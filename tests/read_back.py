"""What a bulletin says, read back from its three files by other people's programs."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import docx
import openpyxl
from docx.text.paragraph import Paragraph
from drop import Drop
from lxml import html

from flows.bulletin.kinds import FORMATS, Kind
from flows.bulletin.making import document_of, files_of
from flows.ground.settings import PROJECT
from flows.ground.zone import Zone
from flows.publish.current import open_release

MAY = dt.date(2021, 5, 1)

# A number as it stands in a text: not a part of a name or of another number.
NUMBER = re.compile(r"(?<![A-Za-z0-9.:-])[+-]?\d+(?:\.\d+)?%?(?![A-Za-z0-9])")


def files(
    drop: Drop,
    month: dt.date = MAY,
    kind: Kind = Kind.MONTHLY,
    formats: tuple[str, ...] = FORMATS,
    zone: Zone | None = None,
    today: dt.date | None = None,
    folder: Path = PROJECT,
) -> dict[str, bytes]:
    """The bulletin's files by format."""
    used = zone or drop.zone
    with open_release(drop.settings.warehouse) as con:
        document = document_of(con, used, month, kind, today)
    assert document is not None
    return files_of(document, kind, formats, used, folder / "zone.toml")


@dataclass
class Read:
    """A bulletin as its reader sees it: paragraphs, and tables by name, each row by its heads."""

    paragraphs: list[str] = field(default_factory=list)
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def _rows(heads: list[list[str]], rows: list[list[str]]) -> list[dict[str, str]]:
    """Rows by their heads: where there are two, the upper one that reaches over it stands before it."""
    *upper, lower = heads
    over = upper[0] if upper else lower
    names = [one if one == head else f"{one}/{head}" for one, head in zip(over, lower, strict=True)]
    return [dict(zip(names, row, strict=True)) for row in rows]


def of_docx(data: bytes) -> Read:
    document = docx.Document(io.BytesIO(data))
    found = Read()
    name = ""
    for one in document.iter_inner_content():
        if isinstance(one, Paragraph):
            if caption := _CAPTION.match(one.text):
                name = caption[1] or caption[2]
            if one.text:
                found.paragraphs.append(one.text)
            continue
        lines = [[cell.text for cell in row.cells] for row in one.rows]
        heads = sum(1 for row in one.rows if row._tr.xpath("./w:trPr/w:tblHeader"))
        found.tables[name] = _rows(lines[:heads], lines[heads:])
    return found


# What stands over a table: its own name, or the heading of its section.
_CAPTION = re.compile(r"(表\d[^　]*)　|[一二三四五六七八九]、(.*)")


def of_html(data: bytes) -> Read:
    root = html.fromstring(data.decode())
    found = Read([one.text_content() for one in root.xpath("//h1 | //h2 | //p | //figcaption")])
    for table in root.xpath("//table"):
        heads: list[list[str]] = []
        below: list[str | None] = []
        for row in table.xpath("./thead/tr"):
            line: list[str] = []
            for cell in row:
                while heads and len(line) < len(heads[0]) and below[len(line)] is not None:
                    line.append(below[len(line)] or "")
                text, span = cell.text_content(), int(cell.get("colspan", 1))
                line += [text] * span
                below += [text if cell.get("rowspan") else None] * span
            heads.append(line)
        rows = [[cell.text_content() for cell in row] for row in table.xpath("./tbody/tr")]
        found.tables[table.get("id")] = _rows(heads, rows)
    return found


def of_xlsx(data: bytes) -> Read:
    book = openpyxl.load_workbook(io.BytesIO(data))
    text, *tables = book.worksheets
    found = Read([str(row[0]).strip("　") for row in text.iter_rows(values_only=True) if row[0]])
    for sheet in tables:
        heads = [int(one) for one in re.findall(r"\d+", sheet.print_title_rows or "")]
        first, last = heads[0], heads[-1]
        lines = [[_shown(cell) for cell in row] for row in sheet.iter_rows(min_row=first)]
        for number in range(len(lines[0])):
            # What is merged stands in its first cell.
            if last > first and not lines[1][number]:
                lines[1][number] = lines[0][number]
            if number and not lines[0][number]:
                lines[0][number] = lines[0][number - 1]
        size = last - first + 1
        notes = {
            one.min_row
            for one in sheet.merged_cells.ranges
            if one.min_col == 1 and one.max_col == sheet.max_column
        }
        rows = [line for at, line in enumerate(lines[size:], start=last + 1) if at not in notes]
        found.tables[sheet.title] = _rows(lines[:size], rows)
    return found


def _shown(cell: object) -> str:
    """The cell as a spreadsheet program shows it, for the formats that bulletins have."""
    value, code = cell.value, cell.number_format  # type: ignore[attr-defined]
    assert cell.data_type != "f"  # type: ignore[attr-defined]
    if value is None or isinstance(value, str):
        return value or ""
    if code == "0%":
        return f"{round(value * 100)}%"
    if code.startswith("+0.0"):
        return f"{value:+.1f}" if value else "0.0"
    if code == "0.0":
        return f"{value:.1f}"
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return f"+{text}" if code.startswith("+") and value > 0 else text


READERS = {"docx": of_docx, "html": of_html, "xlsx": of_xlsx}
