"""The binary workbooks, .xls (BIFF8, WPS's .et too) and .xlsb: values by calamine.

Error cells and what is hidden are read from the records themselves: [MS-XLS] and [MS-XLSB] name
them. A formula always stores some result there, so none is ever said to lack one. A second look is
taken at the cells where a style of the workbook changes what a cell says (`flows.read.looks`).
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator, Mapping
from struct import unpack_from
from typing import Any

from lxml import etree

from flows.read import calamine
from flows.read.budget import Budget, refuse_wide
from flows.read.grid import BROKEN, Book, Range, UnreadableError
from flows.read.looks import Font, Looks, Styled, Text
from flows.read.parts import are_usual, put_as_usual
from flows.read.spelling import is_usual
from flows.read.xml import parse

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def _error(code: int) -> str:
    return _ERRORS.get(code, "#ERROR")


# --- .xls ----------------------------------------------------------------------------------------

_BOF, _EOF, _FILEPASS, _DATEMODE, _BOUNDSHEET = 0x809, 0x0A, 0x2F, 0x22, 0x85
_BIFF8 = b"\x00\x06"
_ROW, _COLINFO, _BOOLERR, _FORMULA = 0x208, 0x7D, 0x205, 0x06
_DIMENSIONS, _MOST_ROWS, _MOST_COLUMNS = 0x200, 65_536, 256
_FONT, _FORMAT, _XF, _SST, _CONTINUE = 0x31, 0x41E, 0xE0, 0xFC, 0x3C
_MULRK, _NUMBER, _RK, _LABEL, _LABELSST = 0xBD, 0x203, 0x27E, 0x204, 0xFD
_RSTRING, _STRING = 0xD6, 0x207
# What a formula results in, other than a number.
_TEXT_RESULT, _ERROR_RESULT, _EMPTY_RESULT = 0, 2, 3
# Where the text begins in a record with one: a cell's, with parts or without, and a formula's result.
_XLS_TEXT_AT = {_LABEL: 6, _RSTRING: 6, _STRING: 0}
_TEXT_HEAD = 3
# The shortest cell with a shared text.
_SHORTEST_CELL = 14
_XLS_CELLS = {_NUMBER, _RK, _FORMULA, _LABEL, _LABELSST}
_XLS_VALUES = {*_XLS_CELLS, _RSTRING, _MULRK, _BOOLERR}
_MAY_BE_ERRORS = {_BOOLERR, _FORMULA}
# Of which it is looked whether they are damaged.
_CHECKED = {_DIMENSIONS, _LABELSST, *_XLS_TEXT_AT}
_PLACE = struct.Struct("<HH").unpack_from


def is_encrypted(stream: bytes) -> bool:
    """Whether an .xls asks for a password; the record stands right behind the beginning."""
    records = _biff(stream, 0)
    return any(kind == _FILEPASS for (kind, _, _), _ in zip(records, range(20), strict=False))


def read_xls(data: bytes, stream: bytes, budget: Budget) -> Book:
    """Reads an .xls, whose workbook stream is given as well. Raises UnreadableError."""
    if stream[4:6] != _BIFF8:
        from flows.read import excel5  # noqa: PLC0415 - hardly ever needed

        return excel5.read(data, budget)
    try:
        marks = _xls_marks(stream, budget)
    except (struct.error, IndexError) as error:
        raise UnreadableError(BROKEN) from error
    return calamine.read(data, "xls", marks, budget)


def _biff(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """The records from there on: kind, where the content begins, its length."""
    while position + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, position)
        position += 4
        yield kind, position, length
        position += length


def _of_sheet(stream: bytes, begin: int) -> Iterator[tuple[int, int, int]]:
    """The records of the sheet that begins there, as `_biff`; charts within it are streams of their own."""
    depth = 0
    for kind, at, length in _biff(stream, begin):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth <= 1:
            yield kind, at, length


def _xls_marks(stream: bytes, budget: Budget) -> list[dict[str, Any]]:
    """What calamine leaves out of each sheet."""
    begins: list[int] = []
    uses_1904 = False
    looks = Looks()
    texts: list[bytes] = []
    last = 0
    for found, at, length in _biff(stream, 0):
        # What is continued belongs to the record before.
        kind = last if found == _CONTINUE else found
        if kind == _BOUNDSHEET:
            begins.append(_begin_of_sheet(stream, at))
        elif kind == _DATEMODE:
            uses_1904 = unpack_from("<H", stream, at)[0] == 1
        elif kind == _FONT:
            looks.fonts.append(_font(*unpack_from("<2xH4xH", stream, at)))
        elif kind == _FORMAT:
            number, count = unpack_from("<HH", stream, at)
            looks.codes[number] = _xls_text(stream, at + 4, count)
        elif kind == _XF:
            budget.elements("样式", 1)
            looks.formats.append(unpack_from("<HH", stream, at))
        elif kind == _SST:
            texts.append(stream[at : at + length])
        elif kind == _EOF:
            break
        last = kind
    # calamine makes room for as many texts as are said to be there; none is shorter than its head.
    if texts and unpack_from("<4xI", texts[0])[0] * _TEXT_HEAD > sum(map(len, texts)):
        raise UnreadableError(BROKEN)
    _foretell(stream, texts, begins, budget)
    # No font has the number 4.
    looks.fonts.insert(4, Font())
    telling = looks.telling()
    parts, count = _xls_parts(texts, is_wanted=looks.have_parts())
    marks = []
    for begin in begins:
        own = _xls_cells(stream, begin, telling, parts) if telling or parts else ()
        sheet = {"uses_1904": uses_1904, **_xls_sheet(stream, begin, count, budget)}
        marks.append({**sheet, **looks.marks(own)})
    return marks


def _begin_of_sheet(stream: bytes, at: int) -> int:
    """Where the sheet begins that is named there. Raises UnreadableError where no sheet does."""
    begin = int(unpack_from("<I", stream, at)[0])
    is_worksheet = not stream[at + 5]
    if is_worksheet and unpack_from("<H", stream, begin)[0] != _BOF:
        raise UnreadableError(BROKEN)
    return begin


def _foretell(stream: bytes, texts: list[bytes], begins: list[int], budget: Budget) -> None:
    budget.foretell(
        # More than there are: any four such bytes may be no beginning of a record.
        stream.count(struct.pack("<H", _LABELSST)),
        sum(map(len, texts)),
        lambda: (len(wide) // 2 for wide, _ in _xls_texts(texts)),
        lambda: (
            unpack_from("<I", stream, at + 6)[0]
            for begin in begins
            for kind, at, _ in _biff(stream, begin)
            if kind == _LABELSST
        ),
    )


def _font(options: int, escapement: int) -> Font:
    return Font(bool(options & 8), escapement == 1, escapement == 2)


def _xls_text(stream: bytes, at: int, count: int) -> str:
    """A text of so many characters: an octet that tells their width, then they."""
    if stream[at] & 1:
        return stream[at + 1 : at + 1 + 2 * count].decode("utf-16-le", "replace")
    return stream[at + 1 : at + 1 + count].decode("latin-1")


def _xls_cells(
    stream: bytes, begin: int, telling: frozenset[int], parts: Mapping[int, Text]
) -> Iterator[Styled]:
    """The cells of a sheet that have a telling format or a text of parts."""
    for kind, at, length in _of_sheet(stream, begin):
        if kind == _MULRK:
            row, first = unpack_from("<HH", stream, at)
            for index in range((length - 6) // 6):
                look = unpack_from("<H", stream, at + 4 + 6 * index)[0]
                if look in telling:
                    yield Styled((row, first + index), look)
        elif kind in _XLS_CELLS:
            row, column, look = unpack_from("<HHH", stream, at)
            text = parts.get(unpack_from("<I", stream, at + 6)[0]) if kind == _LABELSST else None
            if text or look in telling:
                yield Styled((row, column), look, text)


def _xls_parts(chunks: list[bytes], *, is_wanted: bool) -> tuple[dict[int, Text], int]:
    """The shared texts that have parts, by number, where they are wanted; how many texts there are."""
    parts: dict[int, Text] = {}
    count = 0
    for wide, runs in _xls_texts(chunks):
        if runs and is_wanted:
            parts[count] = Text(wide, [*struct.iter_unpack("<HH", runs)])
        count += 1
    return parts, count


def _xls_texts(chunks: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The shared texts in UTF-16, and where their parts begin; the table is cut into records anywhere."""
    table = _Chunks(chunks)
    count = unpack_from("<4xI", table.take(8))[0] if chunks else 0
    for _ in range(count):
        if table.is_at_end():
            return
        if (plain := table.plain()) is not None:
            yield plain, b""
            continue
        length, options = unpack_from("<HB", table.take(3))
        runs = unpack_from("<H", table.take(2))[0] if options & 8 else 0
        extra = unpack_from("<I", table.take(4))[0] if options & 4 else 0
        wide = table.text(length, is_wide=bool(options & 1))
        yield wide, table.take(4 * runs)
        table.take(extra)


class _Chunks:
    """A table over several records, read on from record to record."""

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks
        self.number = self.at = 0

    def is_at_end(self) -> bool:
        return self.number >= len(self.chunks) - 1 and not self._left()

    def plain(self) -> bytes | None:
        """The next text in UTF-16, where it lies in one record and has no parts: as almost all do."""
        chunk, at = self.chunks[self.number], self.at + _TEXT_HEAD
        if at > len(chunk) or chunk[at - 1] & 12:
            return None
        is_wide = chunk[at - 1] & 1
        end = at + ((chunk[at - 3] | chunk[at - 2] << 8) << is_wide)
        if end > len(chunk):
            return None
        self.at = end
        return chunk[at:end] if is_wide else chunk[at:end].decode("latin-1").encode("utf-16-le")

    def take(self, size: int) -> bytes:
        """The next so many bytes. Raises IndexError behind the end."""
        taken = b""
        while len(taken) < size:
            if not self._left():
                self._next()
            part = self.chunks[self.number][self.at : self.at + size - len(taken)]
            self.at += len(part)
            taken += part
        return taken

    def text(self, length: int, *, is_wide: bool) -> bytes:
        """So many characters in UTF-16; each record says anew how wide they are in it."""
        parts = []
        while length:
            if not self._left():
                self._next()
                is_wide = bool(self.take(1)[0] & 1)
            fit = min(length, self._left() // (1 + is_wide))
            if not fit:
                raise IndexError(BROKEN)
            part = self.take(fit * (1 + is_wide))
            parts.append(part if is_wide else part.decode("latin-1").encode("utf-16-le"))
            length -= fit
        return b"".join(parts)

    def _left(self) -> int:
        return len(self.chunks[self.number]) - self.at

    def _next(self) -> None:
        self.number, self.at = self.number + 1, 0
        while not self.chunks[self.number]:
            self.number += 1


def _xls_sheet(stream: bytes, begin: int, texts: int, budget: Budget) -> dict[str, Any]:
    """What calamine leaves out of a sheet of a workbook with so many shared texts."""
    broken: dict[tuple[int, int], str] = {}
    hidden_rows: list[int] = []
    hidden_columns: list[int] = []
    rows = columns = 0
    seen: set[int] = set()
    for kind, at, length in _of_sheet(stream, begin):
        if kind in _CHECKED and _is_damaged(kind, stream, at, length, texts):
            raise UnreadableError(BROKEN)
        seen.add(kind)
        if kind in _XLS_VALUES:
            row, column = _PLACE(stream, at)
            last = column + length // 6 - 2 if kind == _MULRK else column
            if last >= _MOST_COLUMNS:
                raise UnreadableError(BROKEN)
            rows, columns = max(rows, row + 1), max(columns, last + 1)
            if kind in _MAY_BE_ERRORS and (error := _xls_error(kind, stream, at)):
                broken[row, column] = error
        elif kind == _ROW and stream[at + 12] & 0x20:
            hidden_rows.append(unpack_from("<H", stream, at)[0])
        elif kind == _COLINFO and stream[at + 8] & 0x01:
            first, last = unpack_from("<HH", stream, at)
            hidden_columns += range(first, min(last, 255) + 1)
    if seen & {_FORMULA, _STRING} and not _has_all_results(stream, begin):
        raise UnreadableError(BROKEN)
    # calamine makes room for all that is between at once.
    refuse_wide(rows, columns)
    budget.marks(len(broken))
    budget.hide(len(hidden_rows) + len(hidden_columns))
    return {"broken": broken, "hidden_rows": hidden_rows, "hidden_columns": hidden_columns}


def _has_all_results(stream: bytes, begin: int) -> bool:
    """Whether every text that a formula results in stands behind it, and none behind another one.

    calamine leaves the cell blank without it, and puts any other over the result of the formula.
    """
    is_awaited = may_follow = False
    for kind, at, _ in _of_sheet(stream, begin):
        if kind == _STRING:
            if not may_follow:
                return False
            is_awaited = may_follow = False
        elif kind in _XLS_VALUES:
            if is_awaited:
                return False
            result = _result(stream, at) if kind == _FORMULA else None
            is_awaited = result == _TEXT_RESULT
            # Some programs write an empty text that need not be there.
            may_follow = result in {_TEXT_RESULT, _EMPTY_RESULT}
    return not is_awaited


def _xls_error(kind: int, stream: bytes, at: int) -> str | None:
    """The error that stands in a cell, or is the result of its formula."""
    if kind == _BOOLERR and stream[at + 7]:
        return _error(stream[at + 6])
    if kind == _FORMULA and _result(stream, at) == _ERROR_RESULT:
        return _error(stream[at + 8])
    return None


def _result(stream: bytes, at: int) -> int | None:
    """Of which kind the result of a formula is; None for a number."""
    return stream[at + 6] if stream[at + 12 : at + 14] == b"\xff\xff" else None


def _is_damaged(kind: int, stream: bytes, at: int, length: int, texts: int) -> bool:
    """Whether calamine would end at the record, one of `_CHECKED`, or read it otherwise than it stands there."""
    if kind == _DIMENSIONS:
        return _is_no_area(stream, at, length)
    if kind == _LABELSST:
        # A text that is not there is passed over.
        return bool(unpack_from("<I", stream, at + 6)[0] >= texts)
    return _is_cut(stream, at + _XLS_TEXT_AT[kind], at + length)


def _is_no_area(stream: bytes, at: int, length: int) -> bool:
    """Whether a sheet says that it has rows or columns that no .xls has, or ends before it begins.

    calamine makes room for all that is between at once.
    """
    # The shorter records are those of Excel 5.
    first, rows, _, columns = unpack_from("<HHHH" if length == 10 else "<IIHH", stream, at)
    return bool(rows > _MOST_ROWS or columns > _MOST_COLUMNS or 0 < rows < first)


def _is_cut(stream: bytes, at: int, end: int) -> bool:
    """Whether the record ends before its text does: calamine takes what is there for the whole."""
    if end - at == 2:
        # An empty text may do without its options.
        return bool(unpack_from("<H", stream, at)[0])
    count, options = unpack_from("<HB", stream, at)
    return bool(end - at < 3 + count * (1 + (options & 1)))


# --- .xlsb ---------------------------------------------------------------------------------------

_LINKS = "xl/_rels/workbook.bin.rels"
_ROW_HEADER, _CELL_BLANK, _CELL_ERROR, _FORMULA_ERROR, _LAST_CELL = 0, 1, 3, 11, 11
_COLUMN, _BEGIN_OF_ROWS, _END_OF_ROWS, _WORKBOOK, _SHEET, _MERGED = 60, 145, 146, 153, 156, 176
_FONT12, _FORMAT12, _XF12, _CELL_FORMATS, _END_OF_CELL_FORMATS = 43, 44, 47, 617, 618
_SHARED_TEXT = 19
_CELL_SHARED = 7
# Numbers, texts, and formulas with either.
_XLSB_CELLS = {2, 5, 6, _CELL_SHARED, 8, 9}
# A text of parts that stands in its cell: calamine passes it over, and no program is known to write it.
_CELL_PARTS = 62
# What a record must hold, by kind: calamine takes what is missing from the records before it.
_SHORTEST = {
    _ROW_HEADER: 12, _CELL_BLANK: 8, 2: 12, _CELL_ERROR: 9, 4: 9, 5: 16, 6: 12, _CELL_SHARED: 12, 8: 12, 9: 16, 10: 9,
    _FORMULA_ERROR: 9, _SHARED_TEXT: 5, _FONT12: 8, _FORMAT12: 6, _XF12: 6, _COLUMN: 17, _MERGED: 16,
}  # fmt: skip
# Where the text begins in a record with one.
_TEXT_AT = {6: 8, 8: 8, _SHARED_TEXT: 1, _FORMAT12: 2}
_MOST_ROWS12 = 1_048_576


def read_xlsb(data: bytes, archive: zipfile.ZipFile, budget: Budget) -> Book:
    """Reads an .xlsb. Raises UnreadableError."""
    names = archive.NameToInfo
    links = archive.read(_LINKS) if _LINKS in names else b""
    has_prefix = b":Relationship" in links
    if has_prefix or not (links and is_usual(links) and are_usual(links, "bin", names)):
        data, archive = put_as_usual(data, archive)
    try:
        marks = _xlsb_marks(archive, budget)
    except (struct.error, IndexError, KeyError, zipfile.BadZipFile, etree.XMLSyntaxError) as error:
        raise UnreadableError(BROKEN) from error
    return calamine.read(data, "xlsb", marks, budget)


def _xlsb_marks(archive: zipfile.ZipFile, budget: Budget) -> list[dict[str, Any]]:
    """What calamine leaves out of each sheet."""
    links = parse(archive.read(_LINKS))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    by_kind = {link.get("Type", "").rpartition("/")[2]: link.get("Target", "") for link in links}
    looks = _xlsb_looks(_part(archive, by_kind.get("styles"), budget), budget)
    telling = looks.telling()
    # Read in any case: calamine does not look at its check sum.
    texts = _part(archive, by_kind.get("sharedStrings"), budget)
    parts = dict(_xlsb_parts(texts)) if looks.have_parts() else {}
    book = archive.read("xl/workbook.bin")
    marks = []
    uses_1904 = False
    for kind, at, _ in _biff12(book):
        if kind == _WORKBOOK:
            uses_1904 = bool(book[at] & 1)
        elif kind == _SHEET:
            length = unpack_from("<I", book, at + 8)[0]
            link = book[at + 12 : at + 12 + 2 * length].decode("utf-16-le")
            sheet = _part(archive, targets.get(link), budget)
            _foretell12(sheet, texts, budget)
            own = _xlsb_cells(sheet, telling, parts) if telling or parts else ()
            marks.append({"uses_1904": uses_1904, **_xlsb_sheet(sheet, budget), **looks.marks(own)})
    return marks


def _part(archive: zipfile.ZipFile, target: str | None, budget: Budget) -> bytes:
    """The part that a relation of the workbook leads to, empty where there is none."""
    path = posixpath.normpath(posixpath.join("/xl", target or "")).lstrip("/")
    part = archive.read(path) if path in archive.NameToInfo else b""
    budget.inflate(len(part))
    return part


def _foretell12(sheet: bytes, texts: bytes, budget: Budget) -> None:
    budget.foretell(
        len(sheet) // _SHORTEST_CELL,
        len(texts) // 2,
        lambda: (
            unpack_from("<I", texts, at + 1)[0]
            for kind, at, _ in _biff12(texts)
            if kind == _SHARED_TEXT
        ),
        lambda: (
            unpack_from("<I", sheet, at + 8)[0]
            for kind, at, _ in _biff12(sheet)
            if kind == _CELL_SHARED
        ),
    )


def _wide_text(part: bytes, at: int) -> str:
    length = unpack_from("<I", part, at)[0]
    return part[at + 4 : at + 4 + 2 * length].decode("utf-16-le", "replace")


def _xlsb_looks(styles: bytes, budget: Budget) -> Looks:
    looks = Looks()
    is_of_cells = False
    for kind, at, _ in _biff12(styles):
        if kind == _FONT12:
            looks.fonts.append(_font(*unpack_from("<2xH2xH", styles, at)))
        elif kind == _FORMAT12:
            looks.codes[unpack_from("<H", styles, at)[0]] = _wide_text(styles, at + 2)
        elif kind in {_CELL_FORMATS, _END_OF_CELL_FORMATS}:
            is_of_cells = kind == _CELL_FORMATS
        elif kind == _XF12 and is_of_cells:
            budget.elements("样式", 1)
            number, font = unpack_from("<2xHH", styles, at)
            looks.formats.append((font, number))
    return looks


def _xlsb_parts(texts: bytes) -> Iterator[tuple[int, Text]]:
    """The shared texts that have parts, by number."""
    number = 0
    for kind, at, length in _biff12(texts):
        if kind == _SHARED_TEXT:
            if texts[at] & 1:
                yield number, _parts(texts[at : at + length])
            number += 1


def _parts(record: bytes) -> Text:
    """A text of parts: options, the text, where its parts begin. Raises UnreadableError, struct.error."""
    end = _end_of_text(record, 0, 1)
    begin = end + 4
    stop = begin + 4 * unpack_from("<I", record, end)[0]
    if stop > len(record):
        raise UnreadableError(BROKEN)
    return Text(record[5:end], [*struct.iter_unpack("<HH", record[begin:stop])])


def _xlsb_cells(
    part: bytes, telling: frozenset[int], parts: Mapping[int, Text]
) -> Iterator[Styled]:
    """The cells of a sheet that have a telling format or a text of parts."""
    row = 0
    for kind, at, _ in _biff12(part):
        if kind == _ROW_HEADER:
            row = unpack_from("<I", part, at)[0]
        elif kind in _XLSB_CELLS:
            column, look = unpack_from("<II", part, at)
            is_shared = kind == _CELL_SHARED
            text = parts.get(unpack_from("<I", part, at + 8)[0]) if is_shared else None
            if text or look & 0xFFFFFF in telling:
                yield Styled((row, column), look & 0xFFFFFF, text)


def _biff12(part: bytes) -> Iterator[tuple[int, int, int]]:
    """The records of a part: kind, where the content begins, its length.

    Raises UnreadableError at one that is shorter than what is read in it.
    """
    position, end = 0, len(part)
    while position < end:
        kind = part[position]
        position += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while shift < 28:
            byte = part[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if length < _SHORTEST.get(kind, 0) or (
            kind in _TEXT_AT and length < _end_of_text(part, position, _TEXT_AT[kind])
        ):
            raise UnreadableError(BROKEN)
        yield kind, position, length
        position += length


def _end_of_text(part: bytes, at: int, offset: int) -> int:
    """How many bytes of the record it takes up to the end of its text."""
    return int(offset + 4 + 2 * unpack_from("<I", part, at + offset)[0])


def _of_sheet12(part: bytes) -> Iterator[tuple[int, int]]:
    """The records of a sheet: their kinds and where their contents begin.

    Raises UnreadableError for a row or a cell in front of all rows or behind them: calamine ends where
    the sheet says that rows do.
    """
    is_among_rows = False
    for kind, at, _ in _biff12(part):
        if kind in {_BEGIN_OF_ROWS, _END_OF_ROWS}:
            is_among_rows = kind == _BEGIN_OF_ROWS
        elif kind <= _LAST_CELL and not is_among_rows:
            raise UnreadableError(BROKEN)
        yield kind, at


def _xlsb_sheet(part: bytes, budget: Budget) -> dict[str, Any]:
    broken: dict[tuple[int, int], str] = {}
    merged: list[Range] = []
    hidden_rows: list[int] = []
    hidden_columns: list[int] = []
    row = rows = columns = 0
    numbers: set[int] = set()
    taken: set[int] = set()
    for kind, at in _of_sheet12(part):
        if kind == _ROW_HEADER:
            row = unpack_from("<I", part, at)[0]
            if row >= _MOST_ROWS12 or row in numbers:
                # calamine takes the one for the end of the sheet, and puts the other over what was there.
                raise UnreadableError(BROKEN)
            numbers.add(row)
            taken = set()
            if part[at + 11] & 0x10:
                hidden_rows.append(row)
        elif kind == _CELL_PARTS:
            raise UnreadableError(BROKEN)
        elif kind <= _LAST_CELL:
            column = unpack_from("<I", part, at)[0]
            if kind != _CELL_BLANK:
                if column in taken:
                    # calamine keeps the last of those that stand in one place.
                    raise UnreadableError(BROKEN)
                taken.add(column)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if kind in {_CELL_ERROR, _FORMULA_ERROR}:
                broken[row, column] = _error(part[at + 8])
        elif kind == _COLUMN and part[at + 16] & 1:
            first, last = unpack_from("<II", part, at)
            hidden_columns += range(first, min(last, 16_383) + 1)
        elif kind == _MERGED:
            first, last, left, right = unpack_from("<IIII", part, at)
            merged.append((first, left, last, right))
    refuse_wide(rows, columns)
    budget.marks(len(broken))
    budget.hide(len(hidden_rows) + len(hidden_columns))
    return {
        "broken": broken,
        "merged": merged,
        "hidden_rows": hidden_rows,
        "hidden_columns": hidden_columns,
    }
