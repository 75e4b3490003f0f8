"""From sheets to findings without a warehouse: what a department would be told of its file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from flows.ground.findings import Finding
from flows.ground.settings import PROJECT
from flows.ground.zone import Zone, load_zone
from flows.normalise.batch import TypedBatch
from flows.normalise.frames import normalise
from flows.read.formats import read
from flows.read.grid import Shown, column_index
from flows.recognise import Draft, Origin, recognise
from flows.validate.envelope import check_envelopes, is_late
from flows.validate.inside import validate
from renderer import Sheet, Value, write

RECEIVED = dt.date(2021, 6, 2)
ENVELOPE = "填报单位：招商局    报告期：2021年5月    计量单位：万元"
PEOPLE = "单位负责人：甲    填表人：乙    审核人：丙    报出日期：2021年6月1日"
UNIT = "计量单位：万元"
MAY = dt.date(2021, 5, 1)
# A sound row of 04, by the headers of its form.
TALK: dict[str, Value] = {
    "项目编号": "GCKF-2021-0001",
    "项目名称": "合成项目1",
    "投资方": "合成客商1",
    "拟投资额": 12000,
    "产业类别": "工业",
    "资金来源地": "省外",
    "洽谈阶段": "实地考察",
    "项目状态": "在谈",
    "首次对接日期": dt.date(2021, 5, 6),
    "跟踪人": "合成跟踪人",
    "引资角色": "牵头",
    "审核状态": "审核通过",
    "进展或停滞说明": "合成",
}

# The columns of 01 that it can't do without.
TARGETS: list[Value] = [
    "年度",
    "责任单位",
    "指标代码",
    "指标名称",
    "目标值",
    "计量单位",
    "下达日期",
]


@cache
def zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")


@dataclass(frozen=True)
class Judged:
    """What one file gave."""

    drafts: list[Draft]
    batches: list[TypedBatch]
    findings: list[Finding]
    is_late: bool
    """Whether any of it is late."""

    @property
    def draft(self) -> Draft:
        (only,) = self.drafts
        return only

    def of(self, rule: str, severity: str | None = None) -> list[Finding]:
        """The findings of a rule, those of one severity if it is given."""
        return [
            one for one in self.findings if one.rule == rule and severity in {None, one.severity}
        ]

    @property
    def errors(self) -> set[str]:
        return {one.rule for one in self.findings if one.is_error}

    def values(self, field: str) -> list[Any]:
        """A field of all rows."""
        (batch,) = self.batches
        return batch.frame[field].to_list()


def judge(
    *sheets: Sheet,
    kind: str = "xlsx",
    path: str = "收件/a.xlsx",
    rates: Mapping[str, Decimal] | None = None,
    received_on: dt.date = RECEIVED,
    late_by: Literal["filed_on", "received_on"] = "filed_on",
    shown: Mapping[str, Shown] | None = None,
    long_numbers: Sequence[str] = (),
) -> Judged:
    """Reads the sheets as a file of that format, and judges what is in it.

    `shown` and `long_numbers` say of cells of the first sheet, by address, what a reader would.
    """
    book = read(write(sheets, kind))
    if shown or long_numbers:
        book.sheets[0] = replace(
            book.sheets[0],
            shown={_place(address): one for address, one in (shown or {}).items()},
            long_numbers=[_place(address) for address in long_numbers],
        )
    filing = zone().filing.model_copy(update={"late_by": late_by})
    house = zone().model_copy(update={"filing": filing})
    drafts = recognise(book, Origin(1, path, received_on), house)
    batches, unread = normalise(drafts, rates)
    stated = [one.of(draft.key) for draft in drafts for one in draft.findings]
    stated += check_envelopes(drafts, house)
    late = [is_late(draft, house) for draft in drafts]
    failed = [one for batch in batches for one in validate(batch, zone())]
    return Judged(drafts, batches, [*stated, *unread, *failed], any(late))


def _place(address: str) -> tuple[int, int]:
    """Row and column of a cell, counted from zero: D4 is (3, 3)."""
    letters = address.rstrip("0123456789")
    return int(address[len(letters) :]) - 1, column_index(letters)


def owner(judged: Judged) -> tuple[str | None, dt.date | None]:
    """Who reports the only submission, and for which month."""
    return judged.draft.department, judged.draft.month


def above(*lines: Value) -> Sequence[Sequence[Value]]:
    """The lines above the header of a return 04, each in one cell, below its title."""
    return (["在谈项目月报表"], *([line] for line in lines))


def talk(**changes: Value) -> dict[str, Value]:
    """A row of 04 with other values, by header."""
    return TALK | changes


def talks(
    *rows: Mapping[str, Value],
    headers: Mapping[str, str] | None = None,
    above: Sequence[Sequence[Value]] = (["在谈项目月报表"], [ENVELOPE]),
    below: Sequence[Sequence[Value]] = ([PEOPLE],),
    name: str = "Sheet1",
    at: tuple[int, int] = (0, 0),
) -> Sheet:
    """A return 04. `headers` words columns otherwise; a header of a row that is new adds a column."""
    columns = list(dict.fromkeys([*TALK, *(header for row in rows for header in row)]))
    worded = [(headers or {}).get(header, header) for header in columns]
    body = [[row.get(header) for header in columns] for row in rows]
    return Sheet.of([*above, worded, *body, *below], name=name, at=at)
