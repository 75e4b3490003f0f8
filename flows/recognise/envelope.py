"""The envelope: who reports, for which month, in which unit, and who answers for it.

It is stated in lines above the header or below the rows ("填报单位：招商局"), in one cell or with
the value in the next one. Names of sheet, file and folder may help out; what is stated wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flows.findings import column_letter
from flows.values.text import clean, folded

# The envelope's parts with the words they go by; "department" and the rest are our own names.
LABELS: dict[str, tuple[str, ...]] = {
    "month": ("报告期", "报表期", "统计月份", "所属期", "报告期别"),
    "department": ("填报单位", "报送单位", "报告单位", "填表单位", "编报单位"),
    "unit": ("计量单位", "金额单位", "单位"),
    "nil": ("零报告", "是否零报告"),
    "filed_on": ("报出日期", "报送日期", "填报日期", "填报时间", "填表日期"),
    "filler": ("填表人", "填报人", "经办人", "制表人"),
    "checker": ("审核人", "统计负责人", "复核人"),
    "head": ("单位负责人", "负责人", "签发人"),
    "phone": ("联系电话", "电话"),
}
_BY_LABEL = {label: part for part, labels in LABELS.items() for label in labels}
_LABEL = re.compile(
    "(?<![一-龥])("
    + "|".join(r"\s*".join(label) for label in sorted(_BY_LABEL, key=len, reverse=True))
    + r")\s*(?:\([^)]*\)|（[^）]*）)?\s*[:：]"
)
_BARE_UNIT = re.compile(r"[(（]\s*(?:计量|金额)?单位\s*[:：]?\s*([^)）]+)[)）]")


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


def statements(row: Sequence[str], number: int) -> list[Statement]:
    """What one row of a sheet states; `row` as submitted, without filling merged cells."""
    found: list[Statement] = []
    for column, text in enumerate(row):
        if not text:
            continue
        labels = list(_LABEL.finditer(text))
        for position, label in enumerate(labels):
            end = labels[position + 1].start() if position + 1 < len(labels) else len(text)
            value = clean(text[label.end() : end])
            if not value and position + 1 == len(labels):
                value = _next_value(row, column)
            found.append(Statement(_BY_LABEL[folded(label[1])], value, number, column))
        if not labels and (unit := _BARE_UNIT.search(text)):
            found.append(Statement("unit", clean(unit[1]), number, column))
        elif not labels and folded(text).rstrip(":：") in _BY_LABEL:
            value = _next_value(row, column)
            if value:
                part = _BY_LABEL[folded(text).rstrip(":：")]
                found.append(Statement(part, value, number, column))
    return found


def _next_value(row: Sequence[str], column: int) -> str:
    """The value in the next filled cell, unless that cell is a label itself."""
    for text in row[column + 1 :]:
        if text:
            if _LABEL.search(text) or folded(text).rstrip(":：") in _BY_LABEL:
                return ""
            return clean(text)
    return ""


def is_envelope_row(row: Iterable[str]) -> bool:
    """Whether the row holds a label with its colon: an envelope line or a signature line."""
    return any(_LABEL.search(text) for text in row if text)
