"""What stands below the header, sorted apart: data rows, totals, envelope lines, and the rest.

A total is never loaded as a row, a row is never taken for a note because it is odd: where a row
looks like data it is data, and the rules say what is wrong with it. What is none has its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import islice, takewhile

from flows.read.grid import Grid
from flows.recognise.envelope import (
    Statement,
    is_envelope_row,
    is_unit_line,
    part_of,
    statements,
    units_said,
)
from flows.recognise.headers import COUNTING_COLUMN, MAX_HEADING, Header, Heading, bare
from flows.recognise.heads import header_at, is_header_like, is_same, is_whole
from flows.recognise.merged import values_merged_down
from flows.recognise.names import part_named
from flows.recognise.roles import Roles, is_mark
from flows.recognise.table import Skip
from flows.recognise.titles import LABELLED, NOTE, TITLE_ROWS, titles_in
from flows.recognise.totals import is_beside, label_of
from flows.values.numbers import parse_number
from flows.values.text import PLACEHOLDERS, clean, folded
from flows.values.words import parse_yes_no

# No envelope says more, though it is repeated on every page.
_MOST_STATED = 2_000
_LONG = 20
# What is printed below and between the rows, wherever it stands.
_PRINTED = re.compile(r"以下空白|以下无正文|(?:第|共)\d+页.*|以上.*|截至.*")
# Labels of who signs or is called; behind others stands what may be worth reading.
_OF_A_SIGNATURE = re.compile(
    r"[一-龥]{0,7}(?:人|员|长|领导|单位|部门|话|机|箱|址|真|方式|期|间|[章字])(?:\(.*?\))?:"
)
# What names a row: letters and digits, a few words behind them or not.
_CODE = re.compile(r"[A-Z0-9./_-]+|.*[A-Z]{2,}-?\d.*", re.I)
_NUMBERED = re.compile(r"[(（]?[一二三四五六七八九十\d]{1,2}[)）]?\s*[、.．)）]")
# What a sentence has and no name.
_PROSE = re.compile("[,;:。!?]")
_NIL = frozenset({"零报告", "本月零报告", "本月无", "无数据", "本月无数据", "无发生额"})
# What says so where nothing else stands in the row, and nothing by itself.
_NOTHING = frozenset({"无", "暂无", "没有", "无业务", "无情况"})
_NIL_THIS_MONTH = re.compile(r"(?:本|当|\d{1,2})月(?:暂)?(?:无|没有|未发生)[一-龥]{0,10}")
_NIL_WORDS = _NIL | _NOTHING | PLACEHOLDERS | {"0"}
# A name that is no heading, even in front.
_BODY = re.compile(
    ".*(?:公司|集团|厂|店|商会|协会|研究院|学院|大学|银行|合作社|事务所|企业|基金|合伙|工作室)"
    r"(?:\(.*\))?"
)
_NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛]|\(?\d{1,2}\)?")


_OWNER = frozenset({"department", "month"})


@dataclass
class SortedRows:
    """The rows below a header by what they are, as numbers of the sheet's rows.

    `totals` are those with a total's word, and the word. `nil` only report that there is nothing,
    each for whom its columns name, the `faint_nil` among them by a word such as 无, that says so only
    where there are no rows; `nil_lines` are such lines for the whole table. `stated` is what
    lines of the envelope among them state, `units` what headings and notes say of the unit of what
    follows. `skipped` is what is none of this, with the reason. `next_header` is another header
    further down, at which the rows end.
    """

    data: list[int] = field(default_factory=list)
    totals: list[tuple[int, str]] = field(default_factory=list)
    nil: list[int] = field(default_factory=list)
    nil_lines: list[int] = field(default_factory=list)
    stated: list[Statement] = field(default_factory=list)
    faint_nil: set[int] = field(default_factory=set)
    units: list[Statement] = field(default_factory=list)
    skipped: dict[int, Skip] = field(default_factory=dict)
    next_header: Header | None = None

    @property
    def last(self) -> int:
        """The last row that is data or a total, -1 where none is."""
        return max(self.data[-1:] + [number for number, _ in self.totals[-1:]], default=-1)

    def end_at(self, row: int) -> None:
        """Forgets what stands from that row on: it is no data, and belongs to the next header."""
        self.nil = [number for number in self.nil if number < row]
        self.nil_lines = [number for number in self.nil_lines if number < row]
        self.stated = [one for one in self.stated if one.row < row]
        self.units = [one for one in self.units if one.row < row]
        self.skipped = {n: reason for n, reason in self.skipped.items() if n < row}


class _Kind(Enum):
    """What a row is, where it is not skipped for a reason."""

    DATA = auto()
    TOTAL = auto()
    ENVELOPE = auto()
    NIL = auto()
    NIL_ALONE = auto()
    NOTHING = auto()
    """As NIL, by a word such as 无, which beside rows says nothing."""
    FORM = auto()
    """The form's own lines: blank, the header again, numbers of columns or rows, who is called."""


def sort_rows(grid: Grid, header: Header, above: Sequence[Statement] = ()) -> SortedRows:
    """Sorts the rows below the header, down to one that is another's; `above` is stated above it."""
    sorter = _Sorter(grid, header, above)
    for number, row in enumerate(grid.rows[header.last_row + 1 :], start=header.last_row + 1):
        if any(row):
            sorter.take(number, row)
            if sorter.rows.next_header:
                break
    return sorter.rows


class _Sorter:
    """What is known of the sheet while its rows are sorted from top to bottom."""

    def __init__(self, grid: Grid, header: Header, above: Sequence[Statement]) -> None:
        self.rows = SortedRows()
        self._owners = {_owner(one) for one in above if one.part in _OWNER}
        self._compared = 0
        on_top = range(max(0, header.first_row - TITLE_ROWS), header.first_row)
        self._titles = {title for number in on_top for title in titles_in(grid.rows[number])}
        self._grid, self._header = grid, header
        self._repeated_until = header.last_row
        self._headings = list(header.fields.values())
        self._roles = Roles(header)
        self._width = header.width
        self._most_stated = _MOST_STATED - len(above)
        self._filled_down = values_merged_down(grid, header.last_row)
        self._spans = {(first, column) for first, column, _, last in grid.merged if last > column}
        key = header.fields.get(header.model.form().key[-1])
        self._key = key.index if key else None
        self._is_key_printed = key is not None and key.bare in COUNTING_COLUMN
        self._counting = {
            heading.index for heading in header.extra if heading.bare in COUNTING_COLUMN
        }
        keys = [] if self._key is None else [*self._roles.keys, self._key]
        self._codes = list(dict.fromkeys(keys))
        self._has_ended = False

    def take(self, number: int, row: Sequence[str]) -> None:
        """Puts one row where it belongs."""
        if number <= self._repeated_until:
            return
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        if self._is_plain(row):
            self.rows.data.append(number)
            return
        is_restated = _restates_header(row, self._headings)
        if (is_restated or is_header_like(row)) and self._is_header(number):
            return
        kind = _Kind.FORM if is_restated else self._nil_at_once(row) or self._sort(number, row)
        match kind:
            case Skip() as reason:
                self._skip(number, row, reason)
            case _Kind.DATA:
                self.rows.data.append(number)
            case _Kind.TOTAL:
                self.rows.totals.append((number, self._label(row)))
            case _Kind.ENVELOPE:
                if len(self.rows.stated) < self._most_stated:
                    self.rows.stated += statements(row, number)
                self._has_ended = bool(self.rows.data)
            case _Kind.NIL:
                self.rows.nil.append(number)
            case _Kind.NOTHING:
                self.rows.nil.append(number)
                self.rows.faint_nil.add(number)
            case _Kind.NIL_ALONE:
                self.rows.nil_lines.append(number)

    def _is_header(self, number: int) -> bool:
        """Whether the row is of a header: the same again, as on every printed page, or another."""
        since = max(self._repeated_until, self.rows.last) + 1
        header = self._same_header(number) or header_at(self._grid, number, since)
        if header is None:
            return False
        if is_same(header, self._header) and not self._is_of_another(header, since):
            self._repeated_until = header.last_row
        else:
            self.rows.next_header = header
        return True

    def _same_header(self, number: int) -> Header | None:
        """The table's own header where it stands again, cell for cell."""
        first, last = self._header.first_row, self._header.last_row
        rows = self._grid.rows
        below = number + last - first
        if rows[number : below + 1] != rows[first : last + 1]:
            return None
        return replace(self._header, first_row=number, last_row=below)

    def _is_of_another(self, header: Header, since: int) -> bool:
        """Whether lines since that row state another department or month than lines before it.

        Or another title; 续表 is none. Or a unit that the header has no longer.
        """
        stated = [one for one in self.rows.stated[self._compared :] if one.part in _OWNER]
        self._compared = len(self.rows.stated)
        self._owners |= {_owner(one) for one in stated if one.row < since}
        late = {_owner(one) for one in stated if one.row >= since}
        is_other = bool(self._owners) and not late <= self._owners
        self._owners |= late
        return is_other or self._has_other_title(since) or self._has_own_unit(header, since)

    def _has_other_title(self, since: int) -> bool:
        rows = self._grid.rows
        last = takewhile(lambda number: number >= since, reversed(self.rows.skipped))
        titles = [title for number in last for title in titles_in(rows[number])]
        is_other = any(one not in self._titles and not part_named(one) for one in titles)
        return bool(self._titles) and is_other

    def _has_own_unit(self, header: Header, since: int) -> bool:
        if is_whole(header, self._header):
            return False
        said = (*self.rows.stated, *self.rows.units)
        return any(one.part == "unit" and one.row >= since for one in said)

    def _skip(self, number: int, row: Sequence[str], reason: Skip) -> None:
        self.rows.skipped[number] = reason
        if reason in {Skip.LONE_WORDS, Skip.NOTE}:
            self.rows.units += units_said(row, number)

    def _is_plain(self, row: Sequence[str]) -> bool:
        """Whether nothing can be said against a data row: it is full, and its key are codes.

        So are most rows of most returns, and asking everything of each is slow.
        """
        return (
            bool(self._codes)
            and all(_is_code(row[index]) for index in self._codes)
            and self._codes[0] in self._roles.own
            and self._filled(row) >= self._roles.enough
            and _is_code(next(filter(None, row)))
        )

    def _sort(self, number: int, row: Sequence[str]) -> _Kind | Skip:
        roles = self._roles
        filled = self._filled(row) + self._merged_in(number, row)
        if filled >= roles.enough and any(not is_mark(row[index]) for index in roles.own):
            return self._sort_full(row)
        kept = [(index, text) for index, cell in enumerate(row) if cell and (text := clean(cell))]
        if len(kept) == 2 and is_unit_line(kept[1][1]):
            # A heading with the unit of its rows at the far end.
            kept.pop()
        return self._sort_sparse(number, row, kept) if kept else _Kind.FORM

    def _filled(self, row: Sequence[str]) -> int:
        """How many required cells have something in them."""
        required = [row[index] for index in self._roles.required]
        return len(required) - required.count("")

    def _merged_in(self, number: int, row: Sequence[str]) -> int:
        """How many required cells a merged area above fills for the row."""
        if not self._filled_down:
            return 0
        return sum(
            1
            for index in self._roles.required
            if not row[index] and self._filled_down.get(index, {}).get(number)
        )

    def _sort_full(self, row: Sequence[str]) -> _Kind:
        """A row with enough of what is required: data, unless it says that it is something else."""
        if self._label(row):
            return _Kind.TOTAL
        if is_envelope_row(row) and not self._counts(row):
            return _Kind.ENVELOPE
        return _Kind.FORM if not self.rows.data and _is_numbering(row) else _Kind.DATA

    def _counts(self, row: Sequence[str]) -> bool:
        """Whether a number stands wherever rows have one: so no line of labels looks."""
        numbers = [row[index] for index in self._roles.numeric]
        return bool(numbers) and all(map(parse_number, numbers))

    def _label(self, row: Sequence[str]) -> str:
        return label_of(row, self._roles, self._key)

    def _sort_sparse(
        self, number: int, row: Sequence[str], kept: Sequence[tuple[int, str]]
    ) -> _Kind | Skip:
        """A row of few cells: where nothing speaks against it, it is data that lacks something."""
        if self._label(row):
            return _Kind.TOTAL
        if is_envelope_row(row):
            return _Kind.ENVELOPE
        if nil := self._nil(kept):
            return nil
        return self._form_line(row, kept) or self._reason(number, row, kept) or _Kind.DATA

    def _nil_at_once(self, row: Sequence[str]) -> _Kind | None:
        """Whether a row, full or not, says that there is nothing; most have no such word or mark."""
        if _NIL_WORDS.isdisjoint(row):
            return None
        kept = [(index, text) for index, cell in enumerate(row) if cell and (text := clean(cell))]
        return self._nil(kept)

    def _nil(self, kept: Sequence[tuple[int, str]]) -> _Kind | None:
        """Whether the row only says that there is nothing: alone, or for those its columns name."""
        roles = self._roles
        places = {*roles.own, *self._counting} - roles.remarks
        said = {
            index
            for index, text in kept
            if _is_nil(text) or (index == roles.nil and parse_yes_no(text))
        }
        faint = {index for index, text in kept if index in places and folded(text) in _NOTHING}
        is_more = any(
            index not in roles.envelope and index not in said and not self._is_blank(index, text)
            for index, text in kept
        )
        if is_more or not (said or faint):
            return None
        if not said:
            return _Kind.NOTHING
        return _Kind.NIL_ALONE if len(kept) == 1 and _is_nil(kept[0][1]) else _Kind.NIL

    def _is_blank(self, index: int, text: str) -> bool:
        """Whether a cell says nothing where its row says that there is nothing: 序号, /, 0."""
        if index in self._counting or is_mark(text):
            return True
        flat = folded(text)
        if index in self._roles.numeric:
            number = parse_number(text)
            return number is not None and number.value == 0
        return index in self._roles.keys and flat.isdecimal() and len(flat) <= 3

    def _form_line(self, row: Sequence[str], kept: Sequence[tuple[int, str]]) -> _Kind | None:
        """A line that any filled-in form has, and that says nothing."""
        is_printed = all(is_mark(text) or index in self._counting for index, text in kept)
        if is_printed or self._is_printed_number(kept):
            return _Kind.FORM
        is_numbering = not self.rows.data and _is_numbering(row)
        return _Kind.FORM if is_numbering or _is_signature(kept) else None

    def _is_printed_number(self, kept: Sequence[tuple[int, str]]) -> bool:
        """Whether the row has nothing but the 序号 of a blank line, in a column taken for the key."""
        return (
            self._is_key_printed
            and len(kept) == 1
            and kept[0][0] in self._roles.front
            and folded(kept[0][1]).isdecimal()
        )

    def _reason(
        self, number: int, row: Sequence[str], kept: Sequence[tuple[int, str]]
    ) -> Skip | None:
        """Why a row of few cells is none that is reported."""
        index, text = kept[0]
        if is_beside(row, self._roles, self._key):
            return Skip.BESIDE
        if NOTE.match(text) or _is_labelled(kept):
            return Skip.NOTE
        if all(_PRINTED.fullmatch(folded(words)) for _, words in kept):
            return Skip.PRINTED
        if len(kept) == 1 and (reason := self._alone(number, index, text)):
            return reason
        if not any(at in self._roles.own and not is_mark(words) for at, words in kept):
            return Skip.ELSEWHERE
        return Skip.AFTERWORD if self._has_ended and self._is_afterword(kept) else None

    def _alone(self, number: int, index: int, text: str) -> Skip | None:
        """Why words that stand alone in a row are none of a row's: a heading or a note.

        A name stands in its own column, whatever its length and the number before it; what is
        called a company is none of a heading's even in front.
        """
        if self._has_ended:
            return Skip.AFTERWORD
        is_name = index in self._roles.names and not _PROSE.search(folded(text))
        is_body = is_name and _BODY.fullmatch(folded(text)) is not None
        is_in_front = index in self._roles.front
        is_numbered = _NUMBERED.match(text) is not None
        is_lone = (
            (number, index) in self._spans
            or (not is_name and (len(text) > _LONG or is_numbered))
            or (is_in_front and (is_numbered or not self._is_begun(folded(text))) and not is_body)
        )
        return Skip.LONE_WORDS if is_lone else None

    def _is_afterword(self, kept: Sequence[tuple[int, str]]) -> bool:
        """Whether two words below the signatures are a label and its value: 审核意见, 同意."""
        return len(kept) == 2 and not any(
            parse_number(text) or (index in self._roles.keys and self._is_begun(folded(text)))
            for index, text in kept
        )

    def _is_begun(self, text: str) -> bool:
        """Whether the text alone begins a row: it looks like a number, and not a printed 序号.

        A lone word is a heading of the rows below, or a note.
        """
        is_printed = self._is_key_printed and text.isdecimal()
        return _CODE.fullmatch(text) is not None and not is_printed


def _owner(statement: Statement) -> tuple[str, str]:
    """Who or which month is stated, to be compared."""
    return statement.part, folded(statement.value)


def _is_signature(kept: Sequence[tuple[int, str]]) -> bool:
    """Whether the row tells who signs, or who is called."""
    first = kept[0][1]
    is_known = part_of(first) is not None or _OF_A_SIGNATURE.match(folded(first)) is not None
    return is_known and _is_labelled(kept)


def _is_labelled(kept: Sequence[tuple[int, str]]) -> bool:
    """Whether all of the row are labels with their values: 联系人：甲, 电话：1."""
    is_awaited = False
    for _, text in kept:
        label = LABELLED.match(folded(text))
        is_bare = part_of(text) is not None or (label and label.end() == len(folded(text)))
        if not (label or is_bare or is_awaited):
            return False
        is_awaited = bool(is_bare)
    return True


def _is_nil(text: str) -> bool:
    flat = folded(text).strip("。.!！:：")
    return flat in _NIL or _NIL_THIS_MONTH.fullmatch(flat) is not None


def _is_code(text: str) -> bool:
    """Whether the text is surely neither a total, a count, a mark nor a label: HC-2021-0001."""
    return text.isascii() and text[:1].isalpha() and text[-1:].isdigit()


def _restates_header(row: Sequence[str], headings: Sequence[Heading]) -> bool:
    """Whether the row is the header again, as on every printed page."""
    cells = ((heading, text) for heading in headings if (text := row[heading.index]))
    # Most rows are told by their first letters; comparing whole headers for each is slow.
    first = list(islice(cells, 2))
    if not any(text[0] == heading.text[0] for heading, text in first):
        return False
    said = [*first, *cells]
    same = sum(len(text) <= MAX_HEADING and bare(text) == heading.bare for heading, text in said)
    return len(said) > 1 and same * 5 >= len(said) * 4


def _is_numbering(row: Sequence[str]) -> bool:
    """The line of column numbers below a statutory header: 甲 乙 1 2 3."""
    texts = [folded(text) for text in row if text]
    if len(texts) < 3 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    numbers = [int(text.strip("()")) for text in texts if text.strip("()").isdecimal()]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)) if numbers else [])
