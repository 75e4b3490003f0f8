"""Text with separators (.csv, .tsv) in the encodings of spreadsheet programs, and decoding at all.

A row is what a spreadsheet program shows as one: a line break within quotes does not count. A quote
that quotes nothing (one that never closes, one with text behind it, one that would take whole rows
into a cell) is a character like any other, and the grid says where it stands.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from flows.read.budget import MAX_REACHED, Budget, refuse_wide
from flows.read.grid import NO_TABLE, Book, Grid, UnreadableError

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UNMARKED = ("utf-8", "gb18030")
_SEPARATORS = ",\t;"
# Excel's own first line that names the separator and is not shown.
_NAMED = re.compile(r"sep=(.)\r?\n")
_NOT_IN_TEXT = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe]")
# Rows that are looked at to tell the separator.
_SAMPLE = 200
_MAX_FIELD = 1_000_000
# Fewer columns are no table: prose has commas too.
MIN_COLUMNS = 3
# The end of a text file in DOS, which some programs still write.
_END = re.compile("\x1a[\x1a\0\\s]*\\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
# A quoted cell; blanks behind its closing quote count for nothing.
_LOOSE_END = re.compile(r'[^"]+(?:"[^"]*"[^"]*)*"')
_QUOTED = r'"([^"]*+(?:""[^"]*+)*+)" *(?=[{separator}\r\n]|\Z)'


def decode(data: bytes) -> str | None:
    """The file's text, None where it is none in any encoding that spreadsheet programs write."""
    marked = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None)
    for encoding in (marked,) if marked else _UNMARKED:
        if text := _decoded(data, encoding):
            return text
    # UTF-16 without its mark: the right order of bytes is the one that gives separators.
    found = [_decoded(data, one) or "" for one in ("utf-16-le", "utf-16-be") if not marked]
    return max(found, key=_count_marks, default="") or None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = _END.sub("", data.decode(encoding))
    except UnicodeDecodeError:
        return None
    return None if _NOT_IN_TEXT.search(text) else text


def _count_marks(text: str) -> int:
    return sum(text.count(mark) for mark in f"{_SEPARATORS}\n")


def read(text: str, budget: Budget) -> Book:
    """The text's one sheet. Raises UnreadableError where it is no table."""
    named = _NAMED.match(text)
    if named:
        text, separator = text[named.end() :], named[1]
    else:
        separator = _separator(text)
    if len(text) > MAX_REACHED:
        # All cells come at once, so what may become one is counted before.
        refuse_wide(1, text.count(separator) + text.count("\n"))
    grid = _Quoted(text, separator).grid() if '"' in text else Grid("", _rows(text, separator))
    if "，" in text:
        _refuse_wide_commas(grid.rows)
    budget.take_rows(grid.rows)
    return Book("csv", [grid])


def _refuse_wide_commas(rows: Sequence[Sequence[str]]) -> None:
    """A line parted by full-width commas among others that are not would be but one cell."""
    above: Sequence[str] = ()
    for number, row in enumerate(rows, start=1):
        if len(row) < len(above) and "，" in "".join(row):
            cells = [cell for text in row for cell in text.split("，")]
            if len(cells) == len(above) and _shape(cells[0]) == _shape(above[0]) != cells[0]:
                raise UnreadableError(
                    f"第{number}行用了全角逗号分隔，无法分清各列，请改为半角逗号后重新报送。"
                )
        elif len(row) >= MIN_COLUMNS:
            above = row


def _rows(text: str, separator: str, limit: int | None = None) -> list[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if limit and len(rows) >= limit:
                break
    except csv.Error as error:
        raise UnreadableError("文件不是完整的逗号或制表符分隔文本。") from error
    return rows


@dataclass
class _Row:
    """A row of a text from `begin` to `end`.

    `stray` are the columns of cells that begin with a quote that is a character, `broken` the
    places in the text of quoted cells with line breaks; `has_loose_end`: a quote closes a cell that
    none opens.
    """

    begin: int
    end: int = 0
    cells: list[str] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)
    broken: list[tuple[int, int]] = field(default_factory=list)
    has_loose_end: bool = False


class _Quoted:
    """A text with quotes, read cell by cell where they are not what they should be."""

    def __init__(self, text: str, separator: str) -> None:
        self.text = text
        self.separator = separator
        self.rows: list[list[str]] = []
        self.stray: list[tuple[int, int]] = []
        self.was_broken = False

    def grid(self) -> Grid:
        """The sheet. Raises UnreadableError with the line where nobody can tell the columns."""
        if rows := _sound_rows(self.text, self.separator):
            return Grid("", rows)
        lenient = _rows(self.text, self.separator)
        self.width = self._usual_width(lenient)
        self.cell = re.compile(_QUOTED.format(separator=re.escape(self.separator)))
        self.plain = re.compile(rf"[^{re.escape(self.separator)}\r\n]*")
        position = 0
        while position < len(self.text):
            position = self._record(position)
        return Grid("", self.rows, stray_quotes=self.stray)

    def _record(self, begin: int) -> int:
        """Takes one row and gives where the next begins."""
        row = self._row(begin, spans_lines=True)
        if any(self._swallows(row, *place) for place in row.broken):
            row = self._row(begin, spans_lines=False)
        if (row.has_loose_end and self._is_torn(row)) or (row.stray and not self._is_clear(row)):
            raise UnreadableError(self._unclear(begin))
        if row.broken or len(row.cells) == self.width:
            self.was_broken = bool(row.broken)
        self.stray += [(len(self.rows), column) for column in row.stray]
        # A blank line is a row without cells.
        self.rows.append(row.cells if row.cells != [""] else [])
        next_line = _LINE_END.match(self.text, row.end)
        return next_line.end() if next_line else row.end

    def _is_torn(self, row: _Row) -> bool:
        """Whether a quote that none opens may close what another row or cell has begun."""
        is_below = any(len(other) == self.width for other in self.rows)
        return self.was_broken or (is_below and len(row.cells) != self.width)

    def _row(self, begin: int, *, spans_lines: bool) -> _Row:
        """The row that begins there, with quoted cells of several lines or none."""
        row = _Row(begin)
        position = begin
        while True:
            quoted = self.cell.match(self.text, position)
            is_broken = quoted is not None and _LINE_END.search(quoted[1]) is not None
            if quoted and (spans_lines or not is_broken):
                row.cells.append(quoted[1].replace('""', '"'))
                row.broken += [quoted.span(1)] * is_broken
                position = quoted.end()
            else:
                row.stray += [len(row.cells)] * self.text.startswith('"', position)
                plain = self.plain.match(self.text, position)
                row.cells.append(plain[0] if plain else "")
                row.has_loose_end |= _LOOSE_END.fullmatch(row.cells[-1]) is not None
                position += len(row.cells[-1])
            if not self.text.startswith(self.separator, position):
                row.end = position
                return row
            position += len(self.separator)

    def _swallows(self, row: _Row, begin: int, end: int) -> bool:
        """Whether a cell of several lines, which lies there, holds lines that would be rows."""
        before = [*_LINE_END.finditer(self.text, row.begin, begin)]
        first = self._row(before[-1].end() if before else row.begin, spans_lines=False).cells
        starts = [one.end() for one in _LINE_END.finditer(self.text, begin, end)]
        lines = [self._row(start, spans_lines=False) for start in starts]
        *inside, last = (self._is_like(row, line.cells) for line in lines)
        # In the last line the quote that closes the cell is odd, if it is what it seems.
        inside.append(last and not lines[-1].stray and not lines[-1].has_loose_end)
        if not last and not any(inside) and len(first) <= self.width:
            return False
        if len(first) == self.width:
            return True
        if len(row.cells) == self.width and not any(inside):
            return False
        raise UnreadableError(self._unclear(row.begin))

    def _is_like(self, row: _Row, line: Sequence[str]) -> bool:
        """Whether a line within the row would be a row like it."""
        is_long = len(line) >= max(MIN_COLUMNS, self.width / 2)
        return len(line) == self.width or (is_long and _shape(line[0]) == _shape(row.cells[0]))

    def _is_clear(self, row: _Row) -> bool:
        """Whether a line with a stray quote has its columns: the table's, or the same either way."""
        if len(row.cells) == self.width:
            return True
        line = self.text[row.begin : row.end]
        is_above = all(len(other) != self.width for other in self.rows)
        is_same = len(row.cells) == len(_rows(line, self.separator)[0])
        return is_same and (is_above or line.count('"') % 2 == 0)

    def _usual_width(self, rows: Sequence[Sequence[str]]) -> int:
        """How many columns the table has, by its rows and by the lines that have no quotes at all."""
        lines = (line for line in _LINE_END.split(self.text) if '"' not in line)
        widths = Counter(len(row) for row in rows if any(row))
        widths.update(line.count(self.separator) + 1 for line in lines if line)
        return max(widths, key=lambda width: (width >= MIN_COLUMNS, widths[width], width))

    def _unclear(self, begin: int) -> str:
        number = len(_LINE_END.findall(self.text, 0, begin)) + 1
        return (
            f"第{number}行的引号不成对，或引号里夹有整行数据，无法分清各列，"
            "请在表格软件中打开核对，另存为 .xlsx 后重新报送。"
        )


def _sound_rows(text: str, separator: str) -> list[list[str]] | None:
    """The rows, if every quote opens and closes a cell of one line, or stands in a sound row."""
    try:
        rows = [*csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)]
    except csv.Error:
        return None
    has_other_ends = text.count("\r") > text.count("\r\n")
    ends = len(_LINE_END.findall(text)) if has_other_ends else text.count("\n")
    if len(rows) != ends + (not text.endswith(("\r", "\n"))):
        return None
    width = Counter(map(len, rows)).most_common(1)[0][0]
    odd = (cell for row in rows if len(row) != width for cell in row)
    return None if any(cell[1:].endswith('"') for cell in odd) else rows


def _shape(text: str) -> str:
    """What kind of characters a text is made of: ABC-2021-0501 is A-0-0."""
    return re.sub(r"[A-Za-z]+", "A", re.sub(r"\d+", "0", text.strip().lstrip('"')))


def _separator(text: str) -> str:
    """The separator that makes the most even table of the text."""
    scores = {
        separator: _evenness(len(row) for row in _rows(text, separator, _SAMPLE) if any(row))
        for separator in _SEPARATORS
    }
    if not any(scores.values()):
        # A quote that never closes may take all rows into one cell: the other lines have them still.
        plain = (line for line in _LINE_END.split(text) if line and '"' not in line)
        lines = list(islice(plain, _SAMPLE))
        scores = {one: _evenness(line.count(one) + 1 for line in lines) for one in _SEPARATORS}
    best = max(scores, key=lambda one: scores[one])
    if not scores[best]:
        raise UnreadableError(NO_TABLE)
    return best


def _evenness(widths: Iterable[int]) -> int:
    """How large a table rows of these widths make; 0 where too few columns."""
    counted = Counter(widths).items()
    width, count = max(counted, key=lambda one: (one[0] >= MIN_COLUMNS, one[1]), default=(0, 0))
    return (width >= MIN_COLUMNS) * count * width
