"""What one book may hold, whatever its format: the one place that says so.

Cells and their texts are counted as they come, and so is what stands beside them (styles, rules,
names, marks): a file of a few kilobytes can share or repeat a text a million times. More than all
this is no return, and would fill the memory of whoever holds it. The largest honest book that was
thought of has 100,000 rows of 20 columns with 20 characters each, and 60,000 styles.

A text longer than any field takes is cut, and says so itself: the rules find it too long either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from typing import NoReturn

from flows.read.grid import UnreadableError
from flows.read.marks import MARK_SHEET
from flows.values.text import LONGEST, cut

# Cells that sheets reach over, the blank ones between others too.
MAX_REACHED = 10_000_000
# Cells with something in them, and the characters in all of them.
MAX_CELLS = 2_500_000
MAX_CHARACTERS = 45_000_000
# No spreadsheet program keeps more characters in a cell.
MAX_TEXT = 32_767
# What stands beside cells: merged areas, what is struck, shown otherwise, broken.
MAX_MARKS = 600_000
# Hidden rows and columns: those below and beside a table are sometimes hidden to the sheet's end.
MAX_HIDDEN = 3_000_000
# Of styles, of rules (validations, conditional formats), of names and links: elements or records.
# 60,000 styles that a program let grow are 600,000 elements.
MAX_ELEMENTS = 1_500_000
MAX_SHEETS = 1_000
# Bytes of all that is told of a book: nobody may have to hold more of one that was read.
MAX_TOLD = 144 * 1024 * 1024
MAX_NAME = 255
# What a zip may declare before anything in it is opened: a workbook of 100,000 rows by 15 columns
# inflates to about 80 MB, at about ten times its size; and what may be opened of it in all, however
# often the same part is named.
MAX_INFLATED = 1_000 * 1024 * 1024
MAX_RATIO = 250
MAX_RATIO_OF_PART = 400
RATIO_COUNTS_FROM = 20 * 1024 * 1024
MAX_ENTRIES = 10_000
# Rows that are counted in one go.
_ROWS_AT_ONCE = 16
# Of so many shared texts it is foretold what the cells that name them come to.
MOST_FORETOLD = 2_000
# Sheets of more cells are left to the limit of memory: to foretell them takes as long as to read.
_FORETOLD_CELLS = 50_000


class Budget:
    """What is left for the rest of a book. Its methods raise UnreadableError where it is used up."""

    def __init__(self) -> None:
        self._reached = MAX_REACHED
        self._cells = MAX_CELLS
        self._characters = self._foretold = MAX_CHARACTERS
        self._marks = MAX_MARKS
        self._hidden = MAX_HIDDEN
        self._elements: dict[str, int] = {}
        self._inflated = MAX_INFLATED
        self._sheets = MAX_SHEETS
        self._is_kept = False

    def begin_sheet(self, name: str) -> None:
        """The next sheet begins."""
        self._sheets -= 1
        if self._sheets < 0:
            _refuse(f"工作表超过{MAX_SHEETS}个")
        if len(name) > MAX_NAME:
            _refuse(f"工作表名称超过{MAX_NAME}个字")
        # What a workbook of ours says of itself is no data, and parted into long texts.
        self._is_kept = name == MARK_SHEET

    def take_rows(self, rows: Sequence[list[str]]) -> None:
        """Whole rows; texts that are too long for any field are cut in them."""
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[start : start + _ROWS_AT_ONCE]
            lengths = [*map(len, chain.from_iterable(some))]
            characters = sum(lengths)
            self.take(len(lengths), len(lengths) - lengths.count(0), characters)
            # Mostly there are no more than that in all of them.
            if characters > LONGEST and max(lengths) > LONGEST:
                for row in some:
                    row[:] = map(self.text, row)

    def take(self, reached: int, cells: int, characters: int) -> None:
        """Cells that are reached, those among them with something in them, and their characters."""
        self._reached -= reached
        self._cells -= cells
        self._characters -= characters
        if self._reached < 0:
            _refuse_wide()
        if self._cells < 0:
            _refuse(f"有内容的单元格超过{MAX_CELLS // 10_000}万个")
        if self._characters < 0:
            _refuse_texts()

    def text(self, text: str) -> str:
        """A cell's text as it goes on: what is too long for any field says how long it was."""
        if len(text) <= LONGEST:
            return text
        kept = text if self._is_kept else cut(text)
        if len(text) > MAX_TEXT or kept is None:
            _refuse(f"有单元格的文字过长（{len(text)}字）")
        return kept

    def marks(self, count: int) -> None:
        """Places with something beside their text."""
        self._marks -= count
        if self._marks < 0:
            _refuse(f"合并、删除线、特殊格式、错误值等标记超过{MAX_MARKS // 10_000}万处")

    def hide(self, count: int) -> None:
        """Hidden rows or columns."""
        self._hidden -= count
        if self._hidden < 0:
            _refuse(f"隐藏的行列超过{MAX_HIDDEN // 10_000}万")

    def elements(self, of: str, count: int) -> None:
        """Parts of styles, of rules or of what else is no cell; `of` says of what in Chinese."""
        self._elements[of] = self._elements.get(of, 0) + count
        if self._elements[of] > MAX_ELEMENTS:
            _refuse(f"{of}过多（超过{MAX_ELEMENTS // 10_000}万项）")

    def inflate(self, size: int) -> None:
        """Bytes that come out of a container."""
        self._inflated -= size
        if self._inflated < 0:
            refuse_inflated()

    def foretell(
        self,
        most_cells: int,
        texts_size: int,
        lengths: Callable[[], Iterable[int]],
        used: Callable[[], Iterable[int]],
    ) -> None:
        """What the shared texts of a sheet will come to, before anything makes a cell of each.

        `most_cells` is what the sheet can have at most, `texts_size` all shared texts together;
        `lengths` gives how long each is, `used` which of them the cells name.
        """
        most = most_cells * texts_size
        if most > self._foretold and most_cells <= _FORETOLD_CELLS:
            known = [*islice(lengths(), MOST_FORETOLD)]
            most = most_cells * max(known, default=0)
            if most > self._foretold:
                most = sum(known[number] for number in used() if number < len(known))
        elif most > self._foretold:
            most = 0
        self._foretold -= most
        if self._foretold < 0:
            _refuse_texts()


def refuse_told(size: int) -> None:
    """Raises UnreadableError where so many bytes are more than may be told of a book."""
    if size > MAX_TOLD:
        _refuse("内容总量过大")


def refuse_wide(rows: int, columns: int) -> None:
    """Raises UnreadableError where a sheet reaches over more cells than any return has."""
    if rows * columns > MAX_REACHED:
        _refuse_wide()


def refuse_inflated() -> NoReturn:
    """The container has too much in it."""
    raise UnreadableError("文件展开后过大，超出限制。")


def _refuse_wide() -> NoReturn:
    raise UnreadableError("工作表的范围过大，请删除多余的空行空列后重新报送。")


def _refuse_texts() -> NoReturn:
    _refuse(f"文字总量超过{MAX_CHARACTERS // 10_000}万字（重复引用的文字按次数计）")


def _refuse(what: str) -> NoReturn:
    raise UnreadableError(
        f"文件超出限制：{what}。请把需要报送的数据按数值粘贴到新的工作簿后重新报送。"
    )
