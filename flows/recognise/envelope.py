"""The envelope: who reports, for which month, in which unit, and who answers for it.

It is stated in lines above the header or below the rows ("填报单位：甲局"), in one cell or with
the value in the next one, or in columns of its own. Names of sheet, file and folder may help out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flows.ground.findings import column_letter
from flows.values.dates import is_month, parse_date
from flows.values.text import clean, folded, parts
from flows.values.units import money_unit, unit_said

# The envelope's parts with the words they go by; "department" and the rest are our own names.
LABELS: dict[str, tuple[str, ...]] = {
    "month": ("报告期", "报表期", "统计月份", "所属期", "报告期别", "所属月份", "月份"),
    "department": (
        "填报单位",
        "报送单位",
        "报告单位",
        "填表单位",
        "编报单位",
        "责任单位",
        "引资单位",
        "招商单位",
        "填报部门",
        "报送部门",
    ),
    "unit": ("计量单位", "金额单位", "单位"),
    "currency": ("币种", "币别", "货币", "货币种类", "货币单位"),
    "nil": ("零报告", "是否零报告"),
    "filed_on": ("报出日期", "报送日期", "报送时间", "填报日期", "填报时间", "填表日期"),
    "filler": ("填表人", "填报人", "经办人", "制表人"),
    "checker": ("审核人", "统计负责人", "复核人"),
    "head": ("单位负责人", "负责人", "签发人"),
    "phone": ("联系电话", "电话"),
}
_BY_LABEL = {label: part for part, labels in LABELS.items() for label in labels}
# Labels only with their colon: as a column's header they mean something else.
_BEFORE_COLON = {"制表": "filler", "填表": "filler", "审核": "checker", "复核": "checker"}
_PART_OF = _BY_LABEL | _BEFORE_COLON
_LABEL = re.compile(
    "(?<![一-龥])("
    + "|".join(r"\s*".join(label) for label in sorted(_PART_OF, key=len, reverse=True))
    + r")\s*(?:签[字名章]\s*)?(?:[(（][^()（）]*[)）]\s*)?[:：]"
)
# A label that is none of ours ends the value before it: 填报单位：甲局 联系人：甲.
_OTHER_LABEL = re.compile(r"\s+[一-龥]{2,8}\s*[:：]")
# Where the seal or the signature goes.
_SEAL = re.compile(r"[(（]\s*(?:加?盖?[公印]?章|签[字名章])\s*[)）]")
_BARE_UNIT = re.compile(r"[(（]\s*(?:计量|金额)?单位([^()（）]*)[)）]")
# 单位 is the measure or the reporter; who reports is a body.
_BODY = re.compile(r".*(?:局|办|室|中心|队|委|部|处|会|公司|镇|乡|街道)")
_BRACKETS = "()（）[]【】"
_BRACKETED = re.compile(r"[(（]([^()（）]{1,12})[)）]")
# What stands between one statement and the next one's label.
_BETWEEN = "(（;；,，、"
_OPENING = re.compile(r"[(（]")
# Blanks between two statements of a line.
_WIDE = "  "
# A line of the envelope is never this long, nor as far to the right; what is longer is prose.
_MAX_LINE = 500
MAX_RAW = 2_000
_MAX_COLUMNS = 500


@dataclass(frozen=True)
class Statement:
    """One part of the envelope as stated, and the cell it stands in."""

    part: str
    value: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        return f"{column_letter(self.column)}{self.row + 1}"


@dataclass
class Envelope:
    """Everything stated about a table, in the order of the sheet."""

    statements: list[Statement] = field(default_factory=list)

    def all(self, part: str) -> list[Statement]:
        """The statements of that part that say something."""
        return [one for one in self.statements if one.part == part and one.value]

    def first(self, part: str) -> Statement | None:
        return next(iter(self.all(part)), None)

    def value(self, part: str) -> str:
        one = self.first(part)
        return one.value if one else ""


@lru_cache(maxsize=10_000)
def part_of(label: str) -> str | None:
    """The part that a label without its colon, or a column's header, names."""
    return _BY_LABEL.get(_bare_label(label))


def _bare_label(text: str) -> str:
    return _SEAL.sub("", folded(text)).rstrip(":")


def _line(text: str) -> str:
    """A cell's line without what nobody sees, its statements set apart by two blanks."""
    return _WIDE.join(filter(None, parts(text[:MAX_RAW])))[:_MAX_LINE]


def statements(row: Sequence[str], number: int) -> list[Statement]:
    """What one row of a sheet states; `row` as submitted, without filling merged cells."""
    found: list[Statement] = []
    taken = -1
    for column, cell in enumerate(row[:_MAX_COLUMNS]):
        if not cell or column == taken:
            continue
        text = _line(cell)
        labels = list(_LABEL.finditer(text))
        for position, label in enumerate(labels):
            is_last = position + 1 == len(labels)
            end = len(text) if is_last else labels[position + 1].start()
            found += _said(folded(label[1]), text[label.end() : end], number, column)
            if is_last and not found[-1].value:
                taken, value = _next_value(row, column)
                found[-1] = _settled(folded(label[1]), value, number, column)
        if labels:
            continue
        if unit := _BARE_UNIT.search(text):
            found.append(Statement("unit", clean(unit[1].strip(":： ")), number, column))
        elif part_of(text):
            taken, value = _next_value(row, column)
            if value:
                found.append(_settled(_bare_label(text), value, number, column))
        elif is_month(bare := text.strip(_BRACKETS)):
            found.append(Statement("month", clean(bare), number, column))
    return found


def units_said(row: Sequence[str], number: int) -> list[Statement]:
    """What a heading or a note between the rows says of the unit of money of what follows.

    （单位：亿元）, 单位：亿元, or the unit alone in brackets: 工业项目（亿元）.
    """
    said = []
    for column, cell in enumerate(row[:_MAX_COLUMNS]):
        insides = map(money_unit, _BRACKETED.findall(cell[:MAX_RAW]))
        if unit := next(filter(None, insides), None) or unit_said(cell[:MAX_RAW]):
            said.append(Statement("unit", unit, number, column))
    return said


def is_unit_line(text: str) -> bool:
    """Whether the cell only states the unit: 单位：亿元, （金额单位：万元）."""
    label = _LABEL.match(text.lstrip(_BRACKETS))
    return label is not None and _PART_OF[folded(label[1])] == "unit"


def _said(label: str, text: str, row: int, column: int) -> list[Statement]:
    """The statement behind a label; a month that only stands behind it is one of its own."""
    text = text.strip().rstrip(_BETWEEN).rstrip()
    if not _OPENING.search(text):
        text = text.rstrip(")）")
    words, *rest = _OTHER_LABEL.split(text.strip())[0].split(_WIDE)
    months = [part for part in rest if is_month(part)]
    # A day that only stands behind is that of filling in, or the last one of the month.
    value = clean(
        " ".join([words, *(one for one in rest if one not in months and not _is_day(one))])
    )
    if not months or is_month(clean(text)):
        return [_settled(label, value, row, column)]
    month = Statement("month", months[0], row, column)
    return [month, _settled(label, value, row, column)]


def _is_day(text: str) -> bool:
    return not text.isdecimal() and parse_date(text) is not None


def _settled(label: str, value: str, row: int, column: int) -> Statement:
    value = clean(_SEAL.sub("", value))
    is_reporter = label == "单位" and _BODY.fullmatch(folded(value)) is not None
    return Statement("department" if is_reporter else _PART_OF[label], value, row, column)


def _next_value(row: Sequence[str], column: int) -> tuple[int, str]:
    """Column and text of the next filled cell, unless that cell is a label itself."""
    for index in range(column + 1, len(row)):
        if row[index]:
            text = _line(row[index])
            return (-1, "") if _LABEL.search(text) or part_of(text) else (index, clean(text))
    return -1, ""


def is_envelope_row(row: Sequence[str]) -> bool:
    """Whether the row is an envelope line or a signature line: it begins with a label.

    A label without a colon counts where the next cell holds its value.
    """
    for column, cell in enumerate(row):
        if cell and (text := _line(cell)):
            # Most rows begin with a number of theirs, and no label is one.
            if text.isascii():
                return False
            if _LABEL.match(text):
                return True
            return part_of(text) is not None and bool(_next_value(row, column)[1])
    return False
