"""Random numbers in random number formats, written into returns: is what is displayed what is read?

A `Pair` goes into one row of a return, written by one of the `Writer`s, read, recognised and made
into a typed frame. The value must then be what the display says, as far as the display shows its
digits, or a warning or an error must stand at the cell (`complaints`). The display is told by the
pair itself, which knows what its format does, or by LibreOffice (`displays`).

Another format of workbook plugs in with a writer of its own, in `WRITERS`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from drop import COUNTED
from office import converted
from renderer import Dressed, write
from renderer import Sheet as RenderedSheet

import schemas
from flows.ground.findings import Finding
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.normalise.frames import normalise
from flows.read.formats import read
from flows.recognise import Origin, recognise
from schemas.rules import Severity

Sheet = Sequence[Sequence[tuple[Any, str]]]
"""A sheet's cells: what is stored, and the code of its number format ("" is General)."""
Writer = Callable[[Path, Sheet], Path]

WAN = Decimal(10_000)


@dataclass(frozen=True)
class Field:
    """A column that the pairs are written into: by its return, with what its units are worth."""

    slug: str
    name: str
    worth: dict[str, Decimal]
    """By the word behind a number; "" is the unit of the column."""


AMOUNT = Field(
    "pipeline_projects",
    "planned_amount_cny",
    {"": WAN, "元": Decimal(1), "万元": WAN, "万": WAN, "亿元": WAN * WAN, "亿": WAN * WAN,
     "百万元": Decimal(1_000_000), "千元": Decimal(1_000)},
)  # fmt: skip
KILOMETRES = Field(
    "outbound_trips", "km", {"": Decimal(1), "公里": Decimal(1), "万公里": WAN, "km": Decimal(1)}
)
PEOPLE = Field("receptions", "visitors", {"": Decimal(1), "人": Decimal(1), "位": Decimal(1)})
FIELDS = (AMOUNT, KILOMETRES, PEOPLE)
# With these writers a date is a number in the format of one.
DATED = ("xlsxwriter", "openpyxl", "xml as xls", "html as xls")


@dataclass(frozen=True)
class Pair:
    """A stored number, its format, and what a spreadsheet program displays of it."""

    value: Decimal
    code: str
    display: str


# --- pairs ---------------------------------------------------------------------------------------


def fixed(value: Decimal, places: int, *, grouped: bool = False, width: int = 1) -> str:
    """The number rounded to so many places, as a format shows it; without its sign."""
    rounded = abs(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:,f}" if grouped else f"{rounded:f}"
    return text.zfill(width + (places + 1 if places else 0))


def _signed(value: Decimal, text: str) -> str:
    return f"-{text}" if value < 0 else text


def _numeral(dice: random.Random, places: int) -> tuple[str, bool]:
    grouped = dice.random() < 0.4
    return ("#,##0" if grouped else "0") + ("." + "0" * places if places else ""), grouped


def _words(dice: random.Random, value: Decimal, field: Field) -> tuple[str, str]:
    """Words behind the number, most of them a unit of the field."""
    places = dice.randrange(5)
    code, grouped = _numeral(dice, places)
    word = dice.choice([*field.worth, "个", "美元", "左右", "/月"])
    blank = dice.choice(["", "", " ", "_ "])
    seen = " " if blank == " " else ""
    written = dice.choice([f'"{word}"', "".join(f"\\{c}" for c in word)]) if word else ""
    return code + blank + written, _signed(
        value, f"{fixed(value, places, grouped=grouped)}{seen}{word}"
    )


def _scaled(dice: random.Random, value: Decimal, field: Field) -> tuple[str, str]:
    """Commas that move the number, with and without a word."""
    places, commas = dice.randrange(5), dice.choice([1, 1, 2])
    code, grouped = _numeral(dice, places)
    word = dice.choice(["", *field.worth])
    moved = value.scaleb(-3 * commas)
    shown = fixed(moved, places, grouped=grouped) + word
    return code + "," * commas + (f'"{word}"' if word else ""), _signed(value, shown)


def _pointed(dice: random.Random, value: Decimal, field: Field) -> tuple[str, str]:
    """A point that is only written between the digits: 0\\.0, shows thousands as tens of them."""
    places, commas = dice.choice([1, 2, 3, 4]), dice.randrange(3)
    word = dice.choice(["", *field.worth])
    digits = fixed(value.scaleb(-3 * commas), 0, width=places + 1)
    shown = f"{digits[:-places]}.{digits[-places:]}{word}"
    point = dice.choice(["\\.", '"."'])
    return f"0{point}{'0' * places}{',' * commas}" + (f'"{word}"' if word else ""), _signed(
        value, shown
    )


def _percent(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    places = dice.randrange(3)
    code, grouped = _numeral(dice, places)
    return f"{code}%", _signed(value, fixed(value * 100, places, grouped=grouped) + "%")


def _currency(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    code, shown = dice.choice(
        [("[$$-409]", "$"), ("[$€-407] ", "€ "), ("[$US$-409]", "US$"), ("[$HK$-C04]", "HK$"),
         ('"￥"', "￥"), ("[$¥-804]", "¥"), ("[$£-809]", "£"), ('"美元"', "美元")]
    )  # fmt: skip
    return f"{code}#,##0.00", _signed(value, shown + fixed(value, 2, grouped=True))


def _signs(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    """Sections that make, change or leave out the sign."""
    number = fixed(value, 2)
    code, positive, negative = dice.choice(
        [
            ("0.00_);(0.00)", number, f"({number})"),
            ("0.00_);[Red](0.00)", number, f"({number})"),
            ("0.00;\\-0.00", number, f"-{number}"),
            ("\\-0.00", f"-{number}", f"--{number}"),
            ("0.00;0.00", number, number),
            ('0.00"万元";\\-0.00"万元"', f"{number}万元", f"-{number}万元"),
            ('"增"0.00;"减"0.00', f"增{number}", f"减{number}"),
            ("+0.00;-0.00;0.00", f"+{number}" if value else number, f"-{number}"),
            ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
             fixed(value, 2, grouped=True) if value else "-",
             f"-{fixed(value, 2, grouped=True)}"),
        ]
    )  # fmt: skip
    return code, negative if value < 0 else positive


def _conditions(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    limit, commas, word = dice.choice([(10_000, 1, "万"), (100_000_000, 2, "亿")])
    places = {"万": 1, "亿": 2}[word]
    code = f'[>={limit}]0\\.{"0" * places}{"," * commas}"{word}";0.00'
    if value < limit:
        # The second of two sections leaves out the minus.
        return code, fixed(value, 2)
    digits = fixed(value.scaleb(-3 * commas), 0, width=places + 1)
    return code, f"{digits[:-places]}.{digits[-places:]}{word}"


def _padded(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    width = dice.randrange(2, 9)
    return "0" * width, _signed(value, fixed(value, 0, width=width))


def _prefixed(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    prefix = dice.choice(["JD-202104-", "第", "约", "20", "No."])
    return f'"{prefix}"000', _signed(value, prefix + fixed(value, 0, width=3))


def _nothing(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    code = dice.choice([";;;", "0;-0;;@", "#,##0;\\-#,##0;"])
    grouped = code.startswith("#")
    is_seen = value and code != ";;;"
    return code, _signed(value, fixed(value, 0, grouped=grouped)) if is_seen else ""


def _plain(dice: random.Random, value: Decimal, _: Field) -> tuple[str, str]:
    places = dice.randrange(5)
    code, grouped = _numeral(dice, places)
    tail = dice.choice(["", "_ ", "_);\\-" + code, ";[Red]\\-" + code])
    return code + tail, _signed(value, fixed(value, places, grouped=grouped))


def _dates(dice: random.Random, value: Decimal, field: Field) -> tuple[str, str]:
    if not 1 <= value < 2_000_000:
        # No day: a row of ### in one program, something else in the next.
        return _plain(dice, value, field)
    code = dice.choice(["yyyy-mm-dd", 'm"月"d"日"', "h:mm", "[h]:mm", 'yyyy"年"m"月"'])
    return code, "some date or time"


_KINDS = (_words, _words, _scaled, _pointed, _percent, _currency, _signs, _conditions, _padded,
          _prefixed, _nothing, _plain)  # fmt: skip


def _value(dice: random.Random) -> Decimal:
    """A number as people type amounts: mostly whole or with a few places, of any size."""
    size = dice.choice([1, 10, 100, 1000, 10_000, 1_000_000, 100_000_000, 2_000_000_000])
    places = dice.choice([0, 0, 0, 1, 2, 4])
    value = Decimal(str(round(dice.uniform(0, size), places)))
    return dice.choice([value, value, value, value, value, -value, Decimal(0)])


def pairs(count: int, field: Field, seed: int = 0, *, dates: bool = True) -> list[Pair]:
    """So many pairs, the same ones each time for a seed; without those that are shown as dates.

    Some formats have a type for dates, so that nobody writes a number in the format of one.
    """
    dice = random.Random(f"{field.name} {seed}")  # noqa: S311 - no secret
    kinds = (*_KINDS, _dates) if dates else _KINDS
    made = []
    for _ in range(count):
        value = _value(dice)
        code, display = dice.choice(kinds)(dice, value, field)
        made.append(Pair(value, code, display))
    return made


# --- workbooks -----------------------------------------------------------------------------------


def table(field: Field, written: Sequence[Pair]) -> tuple[Sheet, int, int]:
    """A return that holds the pairs; the row of the first, and their column (zero-based)."""
    model = schemas.by_name(field.slug)
    columns = {k: c for k, c in model.columns().items() if not c.is_envelope}
    given = {**COUNTED.get(field.slug, {}), **_FILLED.get(field.slug, {})}
    used = [k for k, c in columns.items() if c.required or k in given or k == field.name]
    rows: list[list[tuple[Any, str]]] = [
        [(text, "") for text in ("填报单位：招商局", "报告期：2021年5月", "计量单位：万元")],
        [(columns[k].header, "") for k in used],
    ]
    key = next(iter(used))
    for number, pair in enumerate(written):
        cells: list[tuple[Any, str]] = []
        for name in used:
            value = given.get(name, "")
            if name == key:
                value = f"GCKF-2021-{number:04d}"
            cells.append((str(value) if name.endswith("_on") else value, ""))
        cells[used.index(field.name)] = (float(pair.value), pair.code)
        rows.append(cells)
    return rows, 2, used.index(field.name)


_FILLED: dict[str, dict[str, Any]] = {
    "outbound_trips": {
        "leader": "甲", "leader_rank": "分管领导", "depart_on": "2021-05-10",
        "return_on": "2021-05-12", "days": 3, "people": 4, "provinces": "浙江",
    }
}  # fmt: skip


def by_xlsxwriter(path: Path, sheet: Sheet) -> Path:
    """An .xlsx with shared texts."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("报表")
        for row, cells in enumerate(sheet):
            for column, (value, code) in enumerate(cells):
                style = book.add_format({"num_format": code}) if code else None
                page.write(row, column, value, style)
    return path


def by_openpyxl(path: Path, sheet: Sheet) -> Path:
    """An .xlsx as another library writes it."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row, cells in enumerate(sheet, start=1):
        for column, (value, code) in enumerate(cells, start=1):
            cell = page.cell(row, column, value)
            if code:
                cell.number_format = code
    book.save(path)
    return path


def by_renderer(kind: str) -> Writer:
    """One of the formats that the renderer writes by hand."""

    def written(path: Path, sheet: Sheet) -> Path:
        rows = [[Dressed(value, code) if code else value for value, code in row] for row in sheet]
        path.write_bytes(write([RenderedSheet.of(rows)], kind))
        return path

    return written


WRITERS: dict[str, Writer] = {
    "xlsxwriter": by_xlsxwriter,
    "openpyxl": by_openpyxl,
    **{
        kind: by_renderer(kind)
        for kind in ("xls", "xls of Excel 5", "xlsb", "ods", "html as xls", "xml as xls")
    },
}


# --- what is displayed, and what is read ---------------------------------------------------------


# Comma, quote, UTF-8, from the first row on; cells as shown.
_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true"


def displays(path: Path, folder: Path) -> list[list[str]]:
    """Every cell as LibreOffice shows it."""
    text = converted(path, _AS_SHOWN, folder).read_text("utf-8")
    return list(csv.reader(io.StringIO(text)))


_SHOWN_NUMBER = re.compile(
    r"(?P<bracket>\()?(?P<sign>[-+减])?(?P<money>[￥¥])?(?P<digits>[\d,]+(?:\.\d+)?)"
    r"(?P<closed>\))?\s*(?P<word>\D*)"
)


def meant(display: str, field: Field) -> tuple[Decimal, Decimal] | None:
    """The value that a display says, and how far off its rounding may be; None where it says none."""
    found = _SHOWN_NUMBER.fullmatch(display.strip())
    if found is None or bool(found["bracket"]) != bool(found["closed"]):
        return None
    worth = field.worth.get(found["word"].strip())
    if worth is None:
        return None
    number = Decimal(found["digits"].replace(",", ""))
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    sign = -1 if found["bracket"] or found["sign"] in {"-", "减"} else 1
    # Half a unit of the last place that is shown.
    return sign * number * worth, worth * Decimal(5).scaleb(exponent - 1)


def complaints(
    path: Path, field: Field, shown: Sequence[str], sheet: tuple[Sheet, int, int]
) -> list[str]:
    """Of every display that was read as something else without a word, what was read."""
    rows, first, column = sheet
    values, findings = _read(path, field)
    found = []
    for at, display in enumerate(shown):
        row = first + at + 1
        stored, code = rows[first + at][column]
        if row in findings:
            continue
        value = values.get(row)
        # The whole column was turned back, or one finding speaks of the rest of the hidden cells.
        if None in findings and (value is None or not display):
            continue
        if not _agree(value, display, field):
            found.append(f"{stored} {code!r} shows {display!r}, was read as {value}")
    return found


def _agree(value: Decimal | None, display: str, field: Field) -> bool:
    if display.strip() in {"", "-"}:
        # Nothing, or a zero that accountants write so.
        return not value
    said = meant(display, field)
    if said is None or value is None:
        return False
    number, tolerance = said
    return abs(value - number) <= tolerance


def _read(path: Path, field: Field) -> tuple[dict[int, Decimal], set[int | None]]:
    """The field's values by row, and the rows where a finding stands at its cell."""
    book = read(path.read_bytes())
    origin = Origin(1, path.name, dt.date(2021, 6, 2))
    drafts = recognise(book, origin, load_zone(PROJECT / "zone.toml"))
    batches, found = normalise(drafts, {})
    (frame,) = [one.frame for one in batches]
    values = dict(zip(frame["excel_row"], frame[field.name], strict=True))
    every: list[Finding] = [*found, *(one for draft in drafts for one in draft.findings)]
    # What a format hides counts, and is said so.
    at_cell = {
        None if "另有" in one.message else one.row
        for one in every
        if one.field == field.name and _counts(one)
    }
    return {row: Decimal(str(value)) for row, value in values.items() if value is not None}, at_cell


def _counts(one: Finding) -> bool:
    return one.severity is not Severity.INFO or (one.rule == "E013" and "隐藏" in one.message)
