"""A county's drop folder of any size: workbooks as departments file them, and what is true of them.

Made from a seed: the same arguments give the same bytes, figures and bad cells. Every project, name
and amount is synthetic. `Truth` says what a contender has to find: the five figures of the last
month, and the cells that can't be read.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter

from benchmarks.forms import FORMS, PAID, SIGNED, TALKS, Form

FIRST_MONTH = dt.date(2021, 1, 1)
LARGE_WAN, MAJOR_WAN = 10_000, 50_000
FIGURES = ("ZS01", "ZS02", "ZS03", "ZS04", "ZS05")
_FIGURES_OF = {SIGNED: ("ZS01", "ZS03", "ZS05"), PAID: ("ZS02",), TALKS: ("ZS04",)}
# What is unreadable in a form: one of these columns.
_SPOILT = {
    SIGNED: ("合同投资额", "签约日期", "产业类别"),
    PAID: ("凭证类型",),
    TALKS: ("拟投资额", "首次对接日期", "产业类别"),
}
# What no reader takes for an amount, a day, or one of the words that a column allows.
BAD_AMOUNTS, BAD_DAYS, BAD_WORDS = (
    ("约5亿", "待定额", "1.2.3"),
    ("2021-13-45", "五月底"),
    ("工业类?",),
)
_EPOCH = dt.date(1899, 12, 30)


class BadCell(NamedTuple):
    """A cell that can't be read: the file below the drop folder, its address, what stands in it."""

    file: str
    cell: str
    value: str


class Truth(NamedTuple):
    """What is to be found: the zone's figures of the last month, file and cell of what can't be read."""

    figures: Mapping[str, Decimal]
    bad_cells: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Late:
    """A workbook that isn't in the drop folder yet, and what is true once it has come."""

    path: Path
    file: str
    truth: Truth


@dataclass
class County:
    """A drop folder and what is true of it."""

    folder: Path
    zone: Path
    files: list[str] = field(default_factory=list)
    bad_cells: set[BadCell] = field(default_factory=set)
    figures: dict[str, Decimal] = field(default_factory=dict)
    """The zone's figures of the last month: 亿元 of ZS01 and ZS02, else projects; those filed for."""
    last_month: dt.date = FIRST_MONTH
    rows: int = 0
    late: Late | None = None

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def truth(self) -> Truth:
        """What is true of the drop folder as it is now."""
        places = frozenset((one.file, one.cell) for one in self.bad_cells)
        return Truth(dict(self.figures), places)


class Project(NamedTuple):
    """A contract, with its payments, or a project in talks: what doesn't change from month to month."""

    number: str
    name: str
    investor: str
    amount: int
    day: dt.date
    sector: str
    nature: str
    audit: str


def make_county(
    folder: Path,
    *,
    files: int,
    rows: int = 50,
    months: int | None = None,
    bad_share: float = 0.2,
    investors: float = 1.3,
    seed: int = 20210601,
    is_one_late: bool = False,
) -> County:
    """Writes so many workbooks of so many rows: 02, 03 and 04 of each department and month.

    The last file is the last department's talks of the last month; with `is_one_late` that is one
    more, which lies beside the drop folder. One workbook in five (`bad_share`) has one bad cell.
    Each investor has about `investors` projects of a return.
    """
    files += is_one_late
    months = months or min(12 if files <= 2_000 else 40, max(1, files // 3))
    filings = -(-files // len(FORMS))
    departments = [f"合成{number:02d}局" for number in range(1, -(-filings // months) + 1)]
    county = County(folder, folder / "zone.toml")
    folder.mkdir(parents=True, exist_ok=True)
    county.zone.write_text(zone_text(departments), "utf-8")
    chance = random.Random(seed)
    contracts = {
        one: _projects(chance, "1", n, rows, investors) for n, one in enumerate(departments)
    }
    talks = {one: _projects(chance, "2", n, rows, investors) for n, one in enumerate(departments)}
    # Months without the full number of departments come first, so that the last is whole.
    returns = [
        (number, department, form)
        for number in range(months)
        for department in departments
        for form in FORMS
    ][-files:]
    county.last_month = month_after(FIRST_MONTH, months - 1)
    sums: Counter[str] = Counter()
    for number, department, form in returns:
        month = month_after(FIRST_MONTH, number)
        projects = talks[department] if form is TALKS else contracts[department]
        made = [list(_row(form, one, number, month)) for one in projects]
        file = f"{month:%Y-%m}/{department}/{form.title}.xlsx"
        bad_place = chance.randrange(len(made)) if chance.random() < bad_share else None
        bad_cells = set()
        if bad_place is not None:
            bad_cells.add(_spoil(chance, form, made, file, bad_place))
        is_late = is_one_late and len(county.files) == files - 1
        path = (folder / "late" if is_late else county.raw) / file
        write_workbook(path, form, department, month, made)
        good = [one for place, one in enumerate(projects) if place != bad_place]
        before = _figures(sums)
        _add(sums, form, good, number, month, months)
        if is_late:
            places = frozenset((one.file, one.cell) for one in bad_cells | county.bad_cells)
            county.late = Late(path, file, Truth(_figures(sums), places))
            county.figures = before
        else:
            county.files.append(file)
            county.bad_cells |= bad_cells
            county.rows += len(made)
            county.figures = _figures(sums)
    return county


def make_large(folder: Path, *, rows: int, bad: int, seed: int = 20210602) -> County:
    """One workbook of signed projects, 20 columns wide, with so many bad cells, one in a row."""
    department, month = "合成01局", FIRST_MONTH
    county = County(folder, folder / "zone.toml", last_month=month, rows=rows)
    folder.mkdir(parents=True, exist_ok=True)
    county.zone.write_text(zone_text([department]), "utf-8")
    chance = random.Random(seed)
    projects = _projects(chance, "1", 0, rows, 1.3)
    made = [list(_row(SIGNED, one, 0, month)) for one in projects]
    path = f"{month:%Y-%m}/{department}/{SIGNED.title}.xlsx"
    spoilt = set(chance.sample(range(rows), bad))
    for place in sorted(spoilt):
        county.bad_cells.add(_spoil(chance, SIGNED, made, path, place))
    write_workbook(county.raw / path, SIGNED, department, month, made)
    county.files.append(path)
    sums: Counter[str] = Counter()
    good = [one for place, one in enumerate(projects) if place not in spoilt]
    _add(sums, SIGNED, good, 0, month, 1)
    county.figures = _figures(sums)
    return county


def month_after(month: dt.date, count: int) -> dt.date:
    """The month so many months later."""
    place = month.month - 1 + count
    return dt.date(month.year + place // 12, place % 12 + 1, 1)


def zone_text(departments: Iterable[str]) -> str:
    """A zone with these departments, each of which owes the three returns."""
    owing = "\n".join(
        f'[[departments]]\nname = "{one}"\nowes."2021-01" = ["signed_projects", "paid_in", '
        '"pipeline_projects"]\n'
        for one in departments
    )
    return f"""[zone]
name = "合成开发区"
[thresholds]
large_project = "1亿元"
talk_project = "1亿元"
major_project = "5亿元"
implausible_below = "1元"
implausible_from = "10000亿元"
[projects]
number_pattern = 'HC-(?P<year>[0-9]{{4}})-[0-9]{{8}}'
{owing}"""


_PLACES = "东南西北中上下新老大小高长安和平乐永兴隆昌盛福瑞祥宏泰嘉华明德仁义信诚远达通顺利源丰茂"
_TRADES = ("新材料", "机械", "电子元件", "食品", "物流", "医药", "纺织", "汽配", "光伏", "环保设备")


def _projects(
    chance: random.Random, kind: str, department: int, rows: int, investors: float
) -> list[Project]:
    firms = [
        f"{''.join(chance.sample(_PLACES, 4))}{chance.choice(_TRADES)}有限公司"
        for _ in range(max(1, int(rows / investors)))
    ]
    made = []
    for place in range(rows):
        is_new = chance.random() < 0.6
        year = 2021 if is_new or kind == "2" else 2020
        day = dt.date(year, 1, 1) + dt.timedelta(days=chance.randrange(28 if year == 2021 else 300))
        name = f"{''.join(chance.sample(_PLACES, 6))}{chance.choice(_TRADES)}项目"
        made.append(
            Project(
                f"HC-{year}-{kind}{department:02d}{place:05d}",
                name,
                chance.choice(firms),
                chance.randrange(1_000, 100_000),
                day,
                chance.choice(("工业", "农业", "现代服务业")),
                "新引进" if is_new else "续建",
                "审核通过" if chance.random() < 0.9 else "待审核",
            )
        )
    return made


def _row(form: Form, one: Project, number: int, month: dt.date) -> Iterator[Any]:
    """The row of a project in the month with that number, in the order of the form's columns."""
    if form is SIGNED:
        yield from (one.number, one.name, one.investor, None, "民企500强", "省外", one.sector)
        # From the next year on it is carried over.
        nature = one.nature if one.day.year == month.year else "续建"
        yield from ("智能制造", "正式合同", nature, "牵头", one.amount, one.amount * 4 // 5)
        yield from (one.day, "注册", None, None, None, one.audit, "合成")
    elif form is PAID:
        paid = paid_month(one)
        yield from (one.number, one.name, paid, paid * month.month, paid * (number + 1))
        yield from ("设备购置", "发票", f"HC{one.number[3:]}-{month:%y%m}", None, one.audit, None)
    else:
        yield from (one.number, one.name, one.investor, one.amount, one.sector, "省外", "实地考察")
        yield from ("在谈", one.day, "合成跟踪人", "牵头", one.audit, f"{month:%Y-%m}继续洽谈")


def paid_month(one: Project) -> int:
    """What is paid of a contract each month, in 万元: never more than the contract in four years."""
    return one.amount // 100 + 1


def _spoil(
    chance: random.Random, form: Form, rows: list[list[Any]], file: str, place: int
) -> BadCell:
    """Makes one cell of that row unreadable."""
    header = chance.choice(_SPOILT[form])
    column = form.headers.index(header)
    if "额" in header:
        value = chance.choice(BAD_AMOUNTS)
    else:
        value = chance.choice(BAD_DAYS if "日期" in header else BAD_WORDS)
    rows[place][column] = value
    return BadCell(file, f"{letter(column)}{place + 4}", value)


def _add(
    sums: Counter[str],
    form: Form,
    projects: Iterable[Project],
    number: int,
    month: dt.date,
    months: int,
) -> None:
    """Adds what the good rows of a workbook are in the last month's figures, amounts in 万元."""
    is_last = number == months - 1
    last_year = month_after(FIRST_MONTH, months - 1).year
    if is_last:
        # A figure whose return nobody has filed is none, and no zero.
        sums.update(dict.fromkeys(_FIGURES_OF[form], 0))
    for one in projects:
        if one.audit != "审核通过":
            continue
        if form is PAID and month.year == last_year:
            sums["ZS02"] += paid_month(one)
        if form is TALKS and is_last:
            sums["ZS04"] += one.amount >= LARGE_WAN
        if form is SIGNED and is_last and one.day.year == month.year:
            sums["ZS01"] += one.amount
            if one.nature == "新引进":
                sums["ZS03"] += one.amount >= LARGE_WAN
                sums["ZS05"] += one.sector == "工业" and one.amount >= MAJOR_WAN


def _figures(sums: Counter[str]) -> dict[str, Decimal]:
    """The figures as they are published: amounts in 亿元."""
    return {
        code: Decimal(sums[code]) / (10_000 if code in ("ZS01", "ZS02") else 1)
        for code in FIGURES
        if code in sums
    }


# --- workbooks ------------------------------------------------------------------------------------


def letter(column: int) -> str:
    """The letters of a column, 0 for A."""
    return chr(65 + column) if column < 26 else letter(column // 26 - 1) + chr(65 + column % 26)


@cache
def _parts() -> tuple[dict[str, bytes], str, int]:
    """A workbook of one sheet as xlsxwriter makes it: its parts, the sheet's, the style of a day."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("数据")
        sheet.write_string(0, 0, "x")
        sheet.write_datetime(1, 0, dt.datetime(2021, 1, 1), book.add_format({"num_format": 14}))  # noqa: DTZ001 - a cell
    with zipfile.ZipFile(target) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    return parts, "xl/worksheets/sheet1.xml", 1


def write_workbook(
    path: Path,
    form: Form,
    department: str,
    month: dt.date,
    rows: Sequence[Sequence[Any]],
) -> None:
    """A return with its title, its line of particulars, header, rows and foot, and so old that it is taken at once."""
    due = month_after(month, 1)
    head = [
        [form.title],
        [f"填报单位：{department}      报告期：{month.year}年{month.month}月      计量单位：万元"],
        list(form.headers),
    ]
    foot = [
        [f"单位负责人：合成甲   填表人：合成乙   审核人：合成丙   报出日期：{due:%Y年%m月%d日}"]
    ]
    texts: dict[str, int] = {}
    _, sheet_name, day_style = _parts()
    lines = []
    for number, values in enumerate([*head, *rows, *foot], start=1):
        cells = []
        for column, value in enumerate(values):
            if value is None:
                continue
            place = f"{letter(column)}{number}"
            if isinstance(value, str):
                text = texts.setdefault(value, len(texts))
                cells.append(f'<c r="{place}" t="s"><v>{text}</v></c>')
            elif isinstance(value, dt.date):
                serial = (value - _EPOCH).days
                cells.append(f'<c r="{place}" s="{day_style}"><v>{serial}</v></c>')
            else:
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    width = letter(len(form.headers) - 1)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet {space}>'
        f'<dimension ref="A1:{width}{len(lines)}"/><sheetData>{"".join(lines)}</sheetData>'
        f'<mergeCells count="1"><mergeCell ref="A1:{width}1"/></mergeCells></worksheet>'
    )
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    shared = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst {space} '
        f'count="{len(texts)}" uniqueCount="{len(texts)}">{strings}</sst>'
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as target:
        for name, part in _parts()[0].items():
            made = {sheet_name: sheet.encode(), "xl/sharedStrings.xml": shared.encode()}
            # Without the time of writing: the same arguments give the same bytes.
            target.writestr(zipfile.ZipInfo(name), made.get(name, part), zipfile.ZIP_DEFLATED, 1)
    # Young files are looked at twice; these have lain there for a while.
    stamp = dt.datetime(due.year, due.month, 1, 12, tzinfo=dt.UTC).timestamp()
    os.utime(path, (stamp, stamp))
