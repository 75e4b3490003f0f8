"""Tables in, one typed frame per return out: cells are parsed, and what can't be has a finding.

Syntax only: whether a value is allowed, plausible or consistent is for validate.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

import polars as pl

from flows.ground.collector import no_collections
from flows.ground.findings import Finding, FindingLimit, column_letter, finding
from flows.ground.time_limit import LateError
from flows.normalise import plain
from flows.normalise.batch import PLACE, TableSource, TypedBatch
from flows.normalise.cells import Cells, Read, Reader
from flows.normalise.money import Amounts, Rates, in_yuan
from flows.normalise.totals import Tally
from flows.read.grid import NO_RESULT
from flows.recognise import Draft, Table
from flows.recognise.drafts import odd_file
from flows.recognise.table import MERGED, PICTURE
from flows.store.handling import Handling
from flows.values.dates import month_end
from schemas.declare import PERIOD_END, Column, Kind, Return
from schemas.frames import dtypes_of
from schemas.rules import E007, R102, R110, R111, Severity

LOG = logging.getLogger("guoban")


@dataclass
class _Part:
    """The rows of one table that belong to one submission, and where they begin in its frame."""

    draft: Draft
    table: Table
    rows: Sequence[int]
    first: int
    findings: list[Finding] = field(default_factory=list)

    @property
    def places(self) -> range:
        return range(self.first, self.first + len(self.rows))


class _Columns:
    """The growing columns of one return's frame, over the parts that they come from."""

    def __init__(self, model: type[Return], rates: Rates, limit: FindingLimit) -> None:
        self._model, self._rates, self._limit = model, rates, limit
        self._parts: list[_Part] = []
        self._part_of: list[int] = []
        self._place: dict[str, list[Any]] = {name: [] for name in PLACE}
        self._period_end: list[dt.date | None] = []
        self._texts: dict[str, list[str]] = {name: [] for name in model.columns()}
        self._own: dict[str, list[Any]] = {
            name: [] for name, column in model.columns().items() if column.is_envelope
        }
        self._marked: dict[str, set[int]] = {}
        self._sources: dict[tuple[str, str], list[TableSource]] = {}
        self._parsed: set[tuple[str, str, int, str]] = set()

    def add(self, draft: Draft, table: Table, rows: Sequence[int]) -> _Part:
        """Appends one table's rows of a submission."""
        part = _Part(draft, table, rows, len(self._part_of))
        self._part_of += [len(self._parts)] * len(rows)
        self._parts.append(part)
        self._place["submission"] += [draft.key] * len(rows)
        self._place["sheet"] += [table.sheet] * len(rows)
        self._place["excel_row"] += [table.rows[index] + 1 for index in rows]
        self._period_end += [month_end(draft.month) if draft.month else None] * len(rows)
        headings = table.header.fields
        sources = self._sources.setdefault((draft.key, table.sheet), [])
        sources.append(
            TableSource(
                {name: heading.text for name, heading in headings.items()},
                {name: column_letter(heading.index) for name, heading in headings.items()},
                table.header.last_row + 2 if sources else 0,
            )
        )
        for name, column in self._model.columns().items():
            if column.is_envelope:
                self._add_own(part, name, column)
            elif name in headings:
                texts = table.texts[name]
                is_whole = len(rows) == len(texts)
                self._texts[name] += texts if is_whole else [texts[index] for index in rows]
            else:
                self._texts[name] += [""] * len(rows)
        marked = (*table.broken, *table.unseen, *table.shown, *table.long_numbers)
        if marked:
            place_of = dict(zip(rows, part.places, strict=True))
            for index, name in marked:
                if index in place_of:
                    self._marked.setdefault(name, set()).add(place_of[index])
        return part

    def _add_own(self, part: _Part, name: str, column: Column) -> None:
        """What the submission itself says of its rows: reporter and month, where they are no data."""
        draft, count = part.draft, len(part.rows)
        own = draft.month if column.kind is Kind.MONTH else draft.department
        self._own[name] += [own] * count
        self._texts[name] += ["" if own is None else str(own)] * count
        if own is None:
            # A reporter or month that nobody tells has its finding already (E003, E004).
            self._parsed |= {self._cell(part, index, name) for index in part.rows}

    def typed(self) -> TypedBatch:
        """Reads the cells of all parts, and leaves with each part what has to be said of them."""
        dtypes = dtypes_of(self._model)
        texts = pl.DataFrame([pl.Series(name, self._texts[name], pl.String()) for name in dtypes])
        values: list[pl.Series] = []
        units: list[pl.Series] = []
        for name, column in self._model.columns().items():
            if column.is_envelope:
                values.append(pl.Series(name, self._own[name], dtypes[name]))
            elif column.kind is Kind.MONEY:
                amounts, counted_in = self._amounts(name, column, texts[name])
                values.append(amounts)
                units.append(counted_in)
            else:
                values.append(self._values(name, column, texts[name], dtypes[name]))
        place = [pl.Series(name, self._place[name], dtype) for name, dtype in PLACE.items()]
        period_end = pl.Series(PERIOD_END, self._period_end, pl.Date())
        return TypedBatch(
            self._model,
            pl.DataFrame([*place, period_end, *values]),
            texts,
            pl.DataFrame(units),
            self._sources,
            frozenset(self._parsed),
        )

    def _values(self, name: str, column: Column, texts: pl.Series, dtype: pl.DataType) -> pl.Series:
        """The values of a column other than money."""
        values = plain.values(column, texts, dtype)
        cells = {
            number: Cells(name, column, part.draft, part.table)
            for number, part in enumerate(self._parts)
            if name in part.table.header.fields
        }
        for number, one in cells.items():
            if one.count_otherwise:
                values = values.scatter(list(self._parts[number].places), None)
        reads = self._rest(name, texts, values, cells)
        return _with(values, {at: read.value for at, read in reads.items()})

    def _amounts(self, name: str, column: Column, texts: pl.Series) -> tuple[pl.Series, pl.Series]:
        """The values of a column of money, and the unit that each was counted in."""
        cells: dict[int, Amounts] = {}
        stated: list[str | None] = []
        for number, part in enumerate(self._parts):
            if name in part.table.header.fields:
                cells[number] = Amounts(name, column, part.table, self._rates)
                stated += cells[number].units(part.rows)
            else:
                stated += [None] * len(part.rows)
        units = pl.Series("unit", stated, pl.String())
        values = plain.amounts(texts, units, in_yuan(set(stated), self._rates))
        units = units.zip_with(values.is_not_null(), pl.Series([None], dtype=pl.String()))
        reads = self._rest(name, texts, values, cells)
        return (
            _with(values, {at: read.value for at, read in reads.items()}),
            _with(units.alias(name), {at: read.unit for at, read in reads.items()}),
        )

    def _rest(
        self, name: str, texts: pl.Series, values: pl.Series, cells: Mapping[int, Reader]
    ) -> dict[int, Read]:
        """What is not written the plain way, or has its own mark, each cell by itself, by place."""
        unread = ((texts != "") & values.is_null()).arg_true().to_list()
        places = sorted({*unread, *self._marked.get(name, ())})
        reads: dict[int, Read] = {}
        for number, of_part in groupby(places, key=self._part_of.__getitem__):
            part, said = self._parts[number], []
            for at in of_part:
                index = part.rows[at - part.first]
                read = cells[number].read(index, self._texts[name][at])
                if (error := part.table.broken.get((index, name))) is not None:
                    read = _broken(cells[number].column, error)
                reads[at] = read
                found = _said(part, index, name, self._texts[name][at], read)
                if found and self._limit.take(part.draft.key):
                    said.append(found)
                if read.lacks_unit or (found and found.is_error):
                    self._parsed.add(self._cell(part, index, name))
            if problem := cells[number].problem():
                part.findings.append(problem.of(part.draft.key))
            part.findings += said
        return reads

    def _cell(self, part: _Part, index: int, name: str) -> tuple[str, str, int, str]:
        return part.draft.key, part.table.sheet, part.table.rows[index] + 1, name


def _with(column: pl.Series, values: Mapping[int, Any]) -> pl.Series:
    """The column with other values at these places."""
    if not values:
        return column
    return column.scatter(list(values), pl.Series([*values.values()], dtype=column.dtype))


@no_collections()
def normalise(
    drafts: Iterable[Draft], rates: Rates | None = None, handling: Handling | None = None
) -> tuple[list[TypedBatch], list[Finding]]:
    """Types the rows of all submissions, one batch per return, and says what could not be read.

    Findings carry their submission. File-level ones (E007) mean that the submission is turned
    back; its rows are in the batch all the same, so that its other faults are found as well. A
    file that can't be typed at all is turned back without its rows (E011), and costs no other;
    one for which time or memory do not suffice is `lost`, and left out.
    """
    drafts, rates, handling = list(drafts), rates or {}, handling or Handling()
    receipts = list(dict.fromkeys(draft.origin.receipt for draft in drafts))
    try:
        return handling.together("normalise", receipts, partial(_normalise, drafts, rates))
    except Exception as error:
        why = str(error) if isinstance(error, LateError) else "failed"
        LOG.warning("typing a batch of submissions: %s; now each file by itself", why)
    sound: list[Draft] = []
    failed: list[Finding] = []
    for receipt, group in groupby(drafts, key=lambda draft: draft.origin.receipt):
        of_file = list(group)
        try:
            if handling.alone("normalise", receipt, partial(_normalise, of_file, rates)):
                sound += of_file
        except Exception:
            LOG.exception("%s can't be typed", of_file[0].origin.path)
            failed += [odd_file().of(draft.key) for draft in of_file]
    # Each was well by itself: should a run end over all of them, the next has each alone.
    with handling.at("normalise", [*dict.fromkeys(draft.origin.receipt for draft in sound)]):
        batches, findings = _normalise(sound, rates)
    return batches, findings + failed


def _normalise(drafts: Iterable[Draft], rates: Rates) -> tuple[list[TypedBatch], list[Finding]]:
    columns: dict[str, _Columns] = {}
    parts: list[_Part] = []
    limit = FindingLimit()
    for draft in drafts:
        if draft.model is None:
            continue
        slug = draft.model.form().slug
        target = columns.get(slug)
        if target is None:
            target = columns[slug] = _Columns(draft.model, rates, limit)
        parts += [target.add(draft, piece.table, piece.rows) for piece in draft.slices]
    batches = {slug: target.typed() for slug, target in columns.items()}
    findings = []
    for key, of_submission in groupby(parts, key=lambda part: part.draft.key):
        said = [found for part in of_submission for found in part.findings]
        findings += [limit.instead(key)] if limit.is_over(key) else said
    tallies: dict[int, Tally] = {}
    for part in parts:
        if part.table.totals:
            tally = tallies.setdefault(id(part.table), Tally(part.table))
            frame = batches[part.table.model.form().slug].frame[part.first :][: len(part.rows)]
            tally.add(part.draft.key, part.rows, frame)
    for tally in tallies.values():
        findings += tally.differences(rates)
    return list(batches.values()), findings


def _broken(column: Column, error: str) -> Read:
    if error == NO_RESULT:
        return Read(rule=R111, message=f"“{column.header}”是公式，但文件里没有保存计算结果。")
    if error == MERGED:
        return Read(rule=R110, message=f"“{column.header}”合并了几行，不知道每行各是多少。")
    if error == PICTURE:
        return Read(
            rule=R111, message=f"“{column.header}”是一张图片，读不出内容，请改填文字或数字。"
        )
    return Read(rule=R111, message=f"“{column.header}”是错误值 {error}。")


def _said(part: _Part, index: int, name: str, text: str, read: Read) -> Finding | None:
    """The finding of a cell, if anything has to be said of it."""
    table = part.table
    heading = table.header.fields[name]
    rule, message, severity = read.rule, read.message, read.severity
    if rule is None:
        if (index, name) not in table.unseen:
            return None
        # Messages are published, names of contacts are not.
        column = table.model.columns()[name]
        is_private = column.is_personal or column.is_free_text
        read_as = "" if is_private else f"，按“{text}”读取"
        words = f"“{heading.text}”含有看不见的字符，已去掉{read_as}。"
        rule, message, severity = R102, words, Severity.INFO
    error = table.broken.get((index, name), NO_RESULT)
    number = table.rows[index] + 1
    return finding(
        rule,
        message,
        severity=severity,
        suggestion=read.suggestion,
        # A cell in doubt about its unit (E007) is its row's affair, not the file's.
        holds=rule is E007,
        sheet=table.sheet or None,
        cell=read.cell or f"{column_letter(heading.index)}{number}",
        row=number,
        column=heading.text,
        field=name,
        value=text if error in {NO_RESULT, MERGED} else error,
        submission=part.draft.key,
    )
