"""Writes the sample months below `data/raw/` from the golden tables, as departments file them.

For `make samples`. One workbook for each entry of the register, and the forms that it doesn't list
(targets, corrections); the same tables give the same bytes. Reading them is left to the pipeline.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

import schemas
from schemas.declare import Column, Kind, Return

PROJECT = Path(__file__).resolve().parent.parent
RAW, HASHES = PROJECT / "data" / "raw", PROJECT / "data" / "samples.sha256"
ZONE = "谷城经济开发区"
REGISTER = "00_报送登记表.csv"
# The envelope states these; as columns they would say them once more in every row.
ENVELOPE_HEADERS = frozenset({"报告期", "填报单位"})
# Who stands for the forms that the register doesn't list: the department that hands the targets
# down, and the people whom the register names everywhere.
TARGETS_FILED_BY = "招商局"
PEOPLE = ("合成填表人", "合成审核人", "合成负责人")

NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.WHOLE})
# Units in which the rows of one month add up; deadlines and targets don't.
ADDABLE_UNITS = frozenset({"万元", "天", "人", "公里", "人次", "家"})
TITLE_ROW, FORM_NO_ROW, ENVELOPE_ROW, HEADER_ROW = range(4)
FIRST_ROW = HEADER_ROW + 1
A3, A4 = 8, 9
MAX_COLUMNS_A4 = 12
# Narrow characters across a landscape A4 page.
PAGE_WIDTH = 110
FONT = {"font_name": "宋体", "font_size": 11}
FORMATS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
    "left": {"align": "left", "valign": "vcenter"},
    "center": {"align": "center", "valign": "vcenter"},
    "right": {"align": "right", "valign": "vcenter"},
    "header": {
        "bold": True,
        "border": 1,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        "bg_color": "#E7E6E6",
    },
    "text": {"border": 1, "valign": "vcenter", "text_wrap": True},
    "code": {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True},
    "money": {"border": 1, "align": "right", "valign": "vcenter", "num_format": "#,##0"},
    "number": {"border": 1, "align": "right", "valign": "vcenter"},
    "date": {"border": 1, "align": "center", "valign": "vcenter", "num_format": "yyyy-mm-dd"},
    "month": {"border": 1, "align": "center", "valign": "vcenter", "num_format": 'yyyy"年"m"月"'},
}


@dataclass(frozen=True)
class Table:
    """One golden file: its columns, and its rows by them."""

    headers: tuple[str, ...]
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class Filing:
    """One workbook: a return of one department for one month. No rows means 零报告."""

    model: type[Return]
    department: str
    month: dt.date
    filed_on: dt.date
    filler: str
    checker: str
    head: str
    table: Table

    @property
    def path(self) -> Path:
        """Where it is filed, below the drop folder."""
        return Path(f"{self.month:%Y-%m}") / self.department / f"{self.model.form().title}.xlsx"

    @property
    def title(self) -> str:
        """The heading of the sheet, with the time it is about."""
        title = self.model.form().title
        month = "" if title.startswith("年度") else f"年{self.month.month}月"
        return f"{ZONE}{self.month.year}{month}{title}"

    @property
    def columns(self) -> dict[str, Column]:
        """The declaration of each column of the sheet, by its header."""
        declared = {column.header: column for column in self.model.columns().values()}
        return {header: declared[header] for header in self.table.headers}

    def envelope(self) -> list[str]:
        """The line above the header, part by part."""
        parts = [f"填报单位：{self.department}", f"报告期：{_month(self.month)}"]
        units = dict.fromkeys(one.unit for one in self.columns.values() if one.unit)
        # A return whose rows state their unit has no unit of its own.
        if units and "计量单位" not in self.columns:
            parts.append(f"计量单位：{'、'.join(units)}")
        if not self.table.rows:
            parts.append("零报告：是")
        return parts

    def signatures(self) -> str:
        """The line below the table."""
        day = f"{_month(self.filed_on)}{self.filed_on.day}日"
        parts = {
            "单位负责人": self.head,
            "填表人": self.filler,
            "审核人": self.checker,
            "报出日期": day,
        }
        return (" " * 6).join(f"{label}：{value}" for label, value in parts.items())

    def totals(self) -> dict[str, int | float]:
        """What the 合计 row states, by header."""
        if not self.table.rows:
            return {}
        return {
            header: sum(_number(row[header]) for row in self.table.rows if row[header])
            for header, column in self.columns.items()
            if column.kind in NUMERIC and column.unit in ADDABLE_UNITS
        }


# --- from the golden tables to filings -----------------------------------------------------------


def read_table(path: Path) -> Table:
    """The rows of a golden file. Raises ValueError where a row is longer or shorter than its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        headers, *lines = csv.reader(file)
    rows = [dict(zip(headers, line, strict=True)) for line in lines]
    return Table(tuple(headers), rows)


def all_filings(golden: Path) -> list[Filing]:
    """Everything that is filed. Raises ValueError where register and tables differ."""
    register = read_table(golden / REGISTER).rows
    filings: list[Filing] = []
    for model in schemas.all_returns():
        form = model.form()
        table = read_table(golden / f"{form.number}_{form.title}.csv")
        _refuse_unknown(model, table)
        if form.month_from is None:
            listed = [entry for entry in register if entry["报表名称"] == form.title]
            found = [_registered(model, table, entry) for entry in listed]
        else:
            found = list(_unregistered(model, table))
        if sum(len(filing.table.rows) for filing in found) != len(table.rows):
            raise ValueError(f"{form.title}: not every row belongs to a workbook")
        filings += found
    return filings


def _refuse_unknown(model: type[Return], table: Table) -> None:
    declared = {column.header for column in model.columns().values()}
    if unknown := set(table.headers) - declared:
        raise ValueError(f"{model.form().title}: no such column: {'、'.join(sorted(unknown))}")


def _registered(model: type[Return], table: Table, entry: dict[str, str]) -> Filing:
    """What one entry of the register received: the rows of that department and month."""
    place = {header: entry[header] for header in ENVELOPE_HEADERS}
    rows = [row for row in table.rows if place.items() <= row.items()]
    if (str(len(rows)), "否" if rows else "是") != (entry["行数"], entry["零报告"]):
        raise ValueError(f"{model.form().title}: {entry} has {len(rows)} rows")
    return Filing(
        model,
        entry["填报单位"],
        dt.date.fromisoformat(f"{entry['报告期']}-01"),
        dt.date.fromisoformat(entry["报出日期"]),
        entry["填表人"],
        entry["审核人"],
        entry["单位负责人"],
        _without_envelope(table, rows),
    )


def _unregistered(model: type[Return], table: Table) -> Iterator[Filing]:
    """Targets and corrections: what one department files in the month its rows' dates name.

    Targets are filed on the day that hands them down, corrections on the day after their approval.
    """
    columns = model.columns()
    decides = columns[model.form().month_from or ""].header
    forms: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in table.rows:
        forms.setdefault((row[decides][:7], row.get("填报单位", TARGETS_FILED_BY)), []).append(row)
    for (month, department), rows in forms.items():
        dates = [column.header for column in columns.values() if column.kind is Kind.DATE]
        last = max(dt.date.fromisoformat(row[header]) for row in rows for header in dates)
        yield Filing(
            model,
            department,
            dt.date.fromisoformat(f"{month}-01"),
            last if model.form().rows_decide_month else last + dt.timedelta(days=1),
            *PEOPLE,
            _without_envelope(table, rows),
        )


def _without_envelope(table: Table, rows: list[dict[str, str]]) -> Table:
    headers = tuple(header for header in table.headers if header not in ENVELOPE_HEADERS)
    return Table(headers, rows)


# --- from a filing to its workbook ---------------------------------------------------------------


def write_workbook(filing: Filing, path: Path) -> None:
    """The filing as a spreadsheet program would have stored it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"in_memory": True, "default_format_properties": FONT}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {
                "title": filing.title,
                "author": filing.filler,
                "company": filing.department,
                "comments": "合成样例，内容均为虚构",
                # Else the clock would be in every file.
                "created": dt.datetime.combine(filing.filed_on, dt.time(9)),
            }
        )
        formats = {name: book.add_format(FONT | own) for name, own in FORMATS.items()}
        formats |= {
            f"total_{name}": book.add_format(FONT | FORMATS[name] | {"bold": True})
            for name in ("code", "money", "number")
        }
        sheet = book.add_worksheet(filing.model.form().title)
        _write_head(sheet, filing, formats)
        _write_rows(sheet, filing, formats)
        end = _write_totals(sheet, filing, formats)
        last = len(filing.columns) - 1
        sheet.merge_range(end, 0, end, last, filing.signatures(), formats["left"])
        _set_up(sheet, filing)


def _write_head(sheet: Worksheet, filing: Filing, formats: dict[str, Format]) -> None:
    """Title, number of the form, envelope and header."""
    last = len(filing.columns) - 1
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, filing.title, formats["title"])
    sheet.write_string(FORM_NO_ROW, last, f"表号：{filing.model.form().form_no}", formats["right"])
    parts = filing.envelope()
    for number, part in enumerate(parts):
        first = number * (last + 1) // len(parts)
        until = (number + 1) * (last + 1) // len(parts) - 1
        place = "left" if number == 0 else "right" if number == len(parts) - 1 else "center"
        if first == until:
            sheet.write_string(ENVELOPE_ROW, first, part, formats[place])
        else:
            sheet.merge_range(ENVELOPE_ROW, first, ENVELOPE_ROW, until, part, formats[place])
    for index, header in enumerate(filing.columns):
        sheet.write_string(HEADER_ROW, index, header, formats["header"])


def _write_rows(sheet: Worksheet, filing: Filing, formats: dict[str, Format]) -> None:
    for index, (header, column) in enumerate(filing.columns.items()):
        style = formats[_style(column)]
        for number, row in enumerate(filing.table.rows, start=FIRST_ROW):
            text = row[header]
            if not text:
                sheet.write_blank(number, index, None, style)
            elif column.kind in NUMERIC:
                sheet.write_number(number, index, _number(text), style)
            elif column.kind is Kind.DATE:
                sheet.write_datetime(number, index, dt.date.fromisoformat(text), style)
            elif column.kind is Kind.MONTH:
                sheet.write_datetime(number, index, dt.date.fromisoformat(f"{text}-01"), style)
            else:
                sheet.write_string(number, index, text, style)


def _style(column: Column) -> str:
    match column.kind:
        case Kind.MONEY:
            return "money"
        case Kind.NUMBER | Kind.WHOLE:
            return "number"
        case Kind.DATE:
            return "date"
        case Kind.MONTH:
            return "month"
        case Kind.TEXT | Kind.IDENTIFIER | Kind.LIST:
            return "text"
        case _:
            return "code"


def _write_totals(sheet: Worksheet, filing: Filing, formats: dict[str, Format]) -> int:
    """The 合计 row where anything adds up, as formulas with their results. Gives the next row."""
    row = FIRST_ROW + len(filing.table.rows)
    totals = filing.totals()
    if not totals:
        return row
    for index, (header, column) in enumerate(filing.columns.items()):
        if header in totals:
            style = formats[f"total_{_style(column)}"]
            cells = xl_range(FIRST_ROW, index, row - 1, index)
            sheet.write_formula(row, index, f"=SUM({cells})", style, totals[header])
        else:
            sheet.write(row, index, "合计" if index == 0 else "", formats["total_code"])
    return row + 1


def _set_up(sheet: Worksheet, filing: Filing) -> None:
    """Widths, heights, what stays on screen, and the printed page."""
    last = len(filing.columns) - 1
    widths = [_width(header, filing) for header in filing.columns]
    # A table of few columns is drawn out until the signatures fit below it.
    spread = max(1, PAGE_WIDTH / sum(widths))
    widths = [round(width * spread) for width in widths]
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    for number, row in enumerate(filing.table.rows, start=FIRST_ROW):
        # Not every program fits the height of wrapped rows when it opens a file.
        if (lines := _lines(row, dict(zip(filing.columns, widths, strict=True)))) > 1:
            sheet.set_row(number, 15 * lines)
    sheet.set_row(TITLE_ROW, 30)
    sheet.set_row(ENVELOPE_ROW, 20)
    sheet.set_row(HEADER_ROW, 34)
    sheet.freeze_panes(FIRST_ROW, 0)
    if filing.table.rows:
        # Numbers that are meant as text (old and new value of a correction) get no green corner.
        body = xl_range(FIRST_ROW, 0, FIRST_ROW + len(filing.table.rows) - 1, last)
        sheet.ignore_errors({"number_stored_as_text": body})
    sheet.set_landscape()
    sheet.set_paper(A3 if len(widths) > MAX_COLUMNS_A4 else A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&C第 &P 页　共 &N 页")


def _width(header: str, filing: Filing) -> int:
    """Wide enough for the longest value up to a limit, and for the header on two lines."""
    texts = [row[header] for row in filing.table.rows]
    needed = max(map(_columns_of, texts), default=0)
    return min(max(11, needed + 2, (_columns_of(header) + 1) // 2 + 2), 30)


def _lines(row: Mapping[str, str], widths: Mapping[str, int]) -> int:
    """How many lines the row's longest cell takes."""
    return max(-(-_columns_of(row[header]) // (width - 1)) for header, width in widths.items())


def _columns_of(text: str) -> int:
    """How many narrow characters wide the text is; Chinese ones count double."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _month(day: dt.date) -> str:
    return f"{day.year}年{day.month}月"


# --- the folder ----------------------------------------------------------------------------------


def write_samples(raw: Path, golden: Path) -> tuple[int, int]:
    """Writes all sample months below `raw`; gives how many workbooks were written and removed.

    Other .xlsx files in the folders of these months are earlier samples and are removed.
    """
    filings = all_filings(golden)
    written = {raw / filing.path for filing in filings}
    for filing in filings:
        write_workbook(filing, raw / filing.path)
    months = {raw / filing.path.parts[0] for filing in filings}
    stale = {path for month in months for path in month.rglob("*.xlsx")} - written
    for path in stale:
        path.unlink()
    return len(written), len(stale)


def hashes(raw: Path) -> str:
    """The hashes of all workbooks below `raw`, as `sha256sum` lists them: other zones know them so."""
    lines = [f"# {ZONE}"]
    for path in sorted(raw.rglob("*.xlsx")):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"{sha256}  {path.relative_to(raw.parent).as_posix()}")
    return "\n".join([*lines, ""])


def main() -> None:
    """The command line: where to write, and from which tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("raw", nargs="?", type=Path, default=RAW)
    parser.add_argument("golden", nargs="?", type=Path, default=PROJECT / "tests" / "golden")
    given = parser.parse_args()
    written, removed = write_samples(given.raw, given.golden)
    if given.raw == RAW:
        HASHES.write_text(hashes(RAW), "utf-8")
    print(f"{written} workbooks written below {given.raw}, {removed} stale ones removed")


if __name__ == "__main__":
    main()
