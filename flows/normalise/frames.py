"""Tables in, one typed frame per return out: cells are parsed, and what can't be has a finding.

Syntax only: whether a value is allowed, plausible or consistent is for validate.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import polars as pl

from flows.ground.findings import Finding, column_letter, finding
from flows.normalise.batch import PLACE, TableSource, TypedBatch
from flows.normalise.cells import PARSERS, Context, Read, as_text
from flows.normalise.money import Rates, amounts
from flows.normalise.schema import dtypes_of
from flows.normalise.totals import Tally
from flows.read.grid import NO_RESULT
from flows.recognise import Draft, Table
from flows.recognise.drafts import odd_file
from flows.recognise.table import MERGED
from flows.values.dates import month_end
from schemas.declare import PERIOD_END, Column, Kind, Return
from schemas.rules import R102, R110, R111, Severity

LOG = logging.getLogger("guoban")


@dataclass
class _Columns:
    """The growing columns of one return's frame."""

    model: type[Return]
    place: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in PLACE})
    period_end: list[dt.date | None] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    units: dict[str, list[str | None]] = field(default_factory=dict)
    sources: dict[tuple[str, str], TableSource] = field(default_factory=dict)
    parsed: set[tuple[str, str, int, str]] = field(default_factory=set)

    def batch(self) -> TypedBatch:
        dtypes = dtypes_of(self.model)
        frame = pl.DataFrame(
            [
                *(pl.Series(name, self.place[name], dtype) for name, dtype in PLACE.items()),
                pl.Series(PERIOD_END, self.period_end, pl.Date()),
                *(pl.Series(name, self.values[name], dtype) for name, dtype in dtypes.items()),
            ]
        )
        texts = pl.DataFrame(
            {name: pl.Series(self.texts[name], dtype=pl.String()) for name in dtypes}
        )
        units = pl.DataFrame(
            {name: pl.Series(column, dtype=pl.String()) for name, column in self.units.items()}
        )
        return TypedBatch(self.model, frame, texts, units, self.sources, frozenset(self.parsed))


def normalise(
    drafts: Iterable[Draft], rates: Rates | None = None
) -> tuple[list[TypedBatch], list[Finding]]:
    """Types the rows of all submissions, one batch per return, and says what could not be read.

    Findings carry their submission. File-level ones (E007) mean that the submission is turned
    back; its rows are in the batch all the same, so that its other faults are found as well. A
    file that can't be typed at all is turned back without its rows (E011), and costs no other.
    """
    drafts = list(drafts)
    try:
        return _normalise(drafts, rates or {})
    except Exception:
        LOG.warning("typing a batch of submissions failed; now each file by itself")
    sound: list[Draft] = []
    failed: list[Finding] = []
    for _, group in groupby(drafts, key=lambda draft: draft.origin.receipt):
        of_file = list(group)
        try:
            _normalise(of_file, rates or {})
            sound += of_file
        except Exception:
            LOG.exception("%s can't be typed", of_file[0].origin.path)
            failed += [odd_file().of(draft.key) for draft in of_file]
    batches, findings = _normalise(sound, rates or {})
    return batches, findings + failed


def _normalise(drafts: Iterable[Draft], rates: Rates) -> tuple[list[TypedBatch], list[Finding]]:
    columns: dict[str, _Columns] = {}
    tallies: dict[int, Tally] = {}
    findings: list[Finding] = []
    for draft in drafts:
        if draft.model is None:
            continue
        slug = draft.model.form().slug
        target = columns.get(slug)
        if target is None:
            target = columns[slug] = _Columns(draft.model)
            for name, column in draft.model.columns().items():
                target.values[name], target.texts[name] = [], []
                if column.kind is Kind.MONEY:
                    target.units[name] = []
        for part in draft.slices:
            values, problems = _add(target, draft, part.table, part.rows, rates)
            findings += [problem.of(draft.key) for problem in problems]
            if part.table.totals:
                tally = tallies.setdefault(id(part.table), Tally(part.table))
                tally.add(draft.key, part.rows, values)
    for tally in tallies.values():
        findings += tally.differences(rates)
    return [target.batch() for target in columns.values()], findings


def _add(
    target: _Columns, draft: Draft, table: Table, rows: Sequence[int], rates: Rates
) -> tuple[dict[str, list[Any]], list[Finding]]:
    """Appends one table's rows of a submission to the columns of its return.

    Gives the values by field as well, and what has to be said of them.
    """
    findings: list[Finding] = []
    numbers = [table.rows[index] + 1 for index in rows]
    target.place["submission"] += [draft.key] * len(rows)
    target.place["sheet"] += [table.sheet] * len(rows)
    target.place["excel_row"] += numbers
    end = month_end(draft.month) if draft.month else None
    target.period_end += [end] * len(rows)
    headings = table.header.fields
    target.sources[draft.key, table.sheet] = TableSource(
        {name: heading.text for name, heading in headings.items()},
        {name: column_letter(heading.index) for name, heading in headings.items()},
    )
    values: dict[str, list[Any]] = {}
    for name, column in target.model.columns().items():
        own = _envelope_value(draft, column)
        if column.is_envelope or name not in headings:
            values[name] = [own] * len(rows)
            units: list[str | None] = [None] * len(rows)
            target.texts[name] += [str(own) if own is not None else ""] * len(rows)
            if column.is_envelope and own is None:
                # A reporter or month that nobody tells has its finding already (E003, E004).
                target.parsed |= {(draft.key, table.sheet, row, name) for row in numbers}
        else:
            texts = [table.texts[name][index] for index in rows]
            target.texts[name] += texts
            reads, problems = _reads(name, column, draft, table, rows, texts, rates)
            values[name] = [read.value for read in reads]
            units = [read.unit for read in reads]
            findings += problems
            said = list(_said(name, table, rows, texts, reads))
            findings += said
            unread = [cell.row for cell in said if cell.is_error and cell.row is not None]
            unread += [n for n, read in zip(numbers, reads, strict=True) if read.lacks_unit]
            target.parsed |= {(draft.key, table.sheet, row, name) for row in unread}
        target.values[name] += values[name]
        if name in target.units:
            target.units[name] += units
    return values, findings


def _envelope_value(draft: Draft, column: Column) -> Any:
    """What the submission itself says of the row: reporter and month, where they are no data."""
    if not column.is_envelope:
        return None
    return draft.month if column.kind is Kind.MONTH else draft.department


def _reads(
    name: str,
    column: Column,
    draft: Draft,
    table: Table,
    rows: Sequence[int],
    texts: Sequence[str],
    rates: Rates,
) -> tuple[list[Read], list[Finding]]:
    """The cells of one column, and what is wrong with the column as a whole."""
    if column.kind is Kind.MONEY:
        reads, problems = amounts(name, column, table, rows, texts, rates)
    else:
        parse = PARSERS.get(column.kind, as_text)
        context = Context(column, draft, table, table.header.fields[name])
        cache: dict[str, Read] = {}
        for text in texts:
            if text not in cache:
                cache[text] = parse(context, text)
        reads, problems = [cache[text] for text in texts], []
    if table.broken:
        errors = (table.broken.get((index, name)) for index in rows)
        reads = [
            read if error is None else _broken(column, error)
            for read, error in zip(reads, errors, strict=True)
        ]
    return reads, problems


def _broken(column: Column, error: str) -> Read:
    if error == NO_RESULT:
        return Read(rule=R111, message=f"“{column.header}”是公式，但文件里没有保存计算结果。")
    if error == MERGED:
        return Read(rule=R110, message=f"“{column.header}”合并了几行，不知道每行各是多少。")
    return Read(rule=R111, message=f"“{column.header}”是错误值 {error}。")


def _said(
    name: str, table: Table, rows: Sequence[int], texts: Sequence[str], reads: Sequence[Read]
) -> Iterator[Finding]:
    """The findings of one column's cells."""
    heading = table.header.fields[name]
    letter = column_letter(heading.index)
    is_personal = table.model.columns()[name].is_personal
    for index, text, read in zip(rows, texts, reads, strict=True):
        rule, message, severity = read.rule, read.message, read.severity
        if rule is None:
            if not table.unseen or (index, name) not in table.unseen:
                continue
            # Messages are published as they are, names of contacts are not.
            read_as = "" if is_personal else f"，按“{text}”读取"
            words = f"“{heading.text}”含有看不见的字符，已去掉{read_as}。"
            rule, message, severity = R102, words, Severity.INFO
        error = table.broken.get((index, name), NO_RESULT) if table.broken else NO_RESULT
        number = table.rows[index] + 1
        yield finding(
            rule,
            message,
            severity=severity,
            sheet=table.sheet or None,
            cell=f"{letter}{number}",
            row=number,
            column=heading.text,
            field=name,
            value=text if error in {NO_RESULT, MERGED} else error,
        )
