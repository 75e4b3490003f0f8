"""What workbooks of ours say of themselves: replies with findings, blank templates.

A very hidden sheet tells it; it is written and read here and nowhere else. Nobody stops a
department from changing it, so what it says is matched and compared, never trusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from flows.read.grid import Book

MARK_SHEET = "_guoban"
REPLY, TEMPLATE = "reply", "template"
REPLY_FORMAT = "1"
# The table of findings: the columns that lead from an explanation to its findings.
NUMBER_HEADER, EXPLANATION_HEADER = "序号", "单位说明"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LINE = "finding"
_PIECE = 30_000
# More than this is not taken from a workbook that says it is a reply, whoever made it: findings,
# cells of a finding, characters of a file's path, visible sheets of ours.
MAX_LINES, MAX_PIECES, MAX_PATH, MAX_SHEETS = 100_000, 10, 4_096, 2


@dataclass(frozen=True)
class Line:
    """A finding that a reply tells: which line of the first sheet and of the full list it is on.

    `explanation` is what stood beside it when the reply was written.
    """

    number: int
    line: str
    rule: str
    return_name: str
    department: str
    month: str
    sheet: str
    cell: str
    own_key: str
    field: str
    value: str
    explanation: str = ""


@dataclass(frozen=True)
class ReplyMark:
    """What a reply says of itself. `own_sheets` are the sheets that hold no data, by name."""

    sha256: str
    file: str
    received_at: str
    submissions: tuple[str, ...] = ()
    own_sheets: tuple[str, ...] = ()
    lines: Iterable[Line] = ()

    def rows(self) -> Iterator[list[str]]:
        """The rows of the hidden sheet, all of them texts."""
        yield ["guoban", REPLY, REPLY_FORMAT]
        yield ["sha256", self.sha256]
        yield ["file", self.file]
        yield ["received_at", self.received_at]
        yield ["submissions", *self.submissions]
        yield ["sheets", *self.own_sheets]
        for one in self.lines:
            # One text a finding, in pieces that fit into a cell.
            text = json.dumps(list(vars(one).values()), ensure_ascii=False)
            yield [_LINE, *(text[at : at + _PIECE] for at in range(0, len(text), _PIECE))]

    @classmethod
    def parse(cls, rows: Sequence[Sequence[str]]) -> ReplyMark | None:
        """The mark that `rows` wrote; None where too little of it is left."""
        stated = {row[0]: [text for text in row[1:] if text] for row in rows if row and row[0]}
        sha256 = "".join(stated.get("sha256", ()))
        if not _SHA256.fullmatch(sha256):
            return None
        return cls(
            sha256,
            "".join(stated.get("file", ()))[:MAX_PATH],
            "".join(stated.get("received_at", ())),
            tuple(stated.get("submissions", ())),
            tuple(stated.get("sheets", ()))[:MAX_SHEETS],
            tuple(islice(_lines(rows), MAX_LINES)),
        )


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """The findings that can still be read."""
    width = len(Line.__dataclass_fields__)
    for row in rows:
        if row and row[0] == _LINE:
            try:
                number, *rest = json.loads("".join(row[1 : MAX_PIECES + 1]))
                # Texts alone, and none that no database holds: half of a surrogate.
                "".join(rest).encode()
            except (ValueError, TypeError, RecursionError):
                continue
            if isinstance(number, int) and len(rest) == width - 1:
                yield Line(number, *rest)


@dataclass(frozen=True)
class TemplateMark:
    """Which return's blank workbook it is, and of which version.

    `blank` is what its sheet says as it is handed out, with all that was carried over into it
    (`content_of`); "" where nobody has told.
    """

    return_name: str
    version: str
    blank: str = ""

    def rows(self) -> Iterator[list[str]]:
        """The rows of the hidden sheet."""
        yield ["guoban", TEMPLATE, self.version]
        yield ["return", self.return_name]
        yield ["blank", self.blank]

    @classmethod
    def parse(cls, rows: Sequence[Sequence[str]]) -> TemplateMark | None:
        """The mark that `rows` wrote; None where too little of it is left."""
        stated = {row[0]: row[1] for row in rows if len(row) > 1}
        version = next((row[2] for row in rows[:1] if len(row) > 2), "")
        name = stated.get("return", "")
        return cls(name, version, stated.get("blank", "")) if name and version else None


def mark_of(book: Book) -> ReplyMark | TemplateMark | None:
    """What the workbook says of itself, None where it is not one of ours."""
    for grid in book.sheets:
        if grid.name == MARK_SHEET and grid.rows and grid.rows[0][:1] == ["guoban"]:
            kind = grid.rows[0][1] if len(grid.rows[0]) > 1 else ""
            if kind == REPLY:
                return ReplyMark.parse(grid.rows)
            return TemplateMark.parse(grid.rows) if kind == TEMPLATE else None
    return None


def without_own_sheets(book: Book, mark: ReplyMark | TemplateMark) -> Book:
    """The workbook without the sheets that we added: what is left is the department's data."""
    ours = {MARK_SHEET, *(mark.own_sheets if isinstance(mark, ReplyMark) else ())}
    return replace(book, sheets=[grid for grid in book.sheets if grid.name not in ours])
