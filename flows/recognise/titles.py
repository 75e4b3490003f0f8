"""What stands above the header of a table: its title, and other words that name it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import schemas
from flows.read.grid import Grid
from flows.recognise.envelope import MAX_RAW, Envelope, Statement
from flows.recognise.headers import SEARCH_COLUMNS
from flows.values.text import clean, folded

NOTE = re.compile(r"(?:注|备注|说明|填表说明|填报说明)\s*(?:\d*\s*[:：.、]|$)|[*※]")
LABELLED = re.compile(r"[一-龥]{2,8}(?:\(.*?\))?:")
_NUMBER = r"[一二三四五六七八九十\d]*"
# A title above the table, or the name of a body that stands there alone.
_TITLE = re.compile(
    rf".*(?:表|台账|清单|名册|更正单|情况|[局办室队]|中心){_NUMBER}(?:\(.*\){_NUMBER})?"
)
_MAX_TITLE = 60
# A return is named by a title in the first rows.
TITLE_ROWS = 10
# The day of printing or sending; 截至 goes before the last day of what is reported.
_SOME_DAY = re.compile(
    r"(?<!\d)(?<!截[至止])(?:(?:20\d{2}年)?\d{1,2}月\d{1,2}日|20\d{2}([-./])\d{1,2}\1\d{1,2}(?!\d))"
)


def return_titled(rows: Sequence[Sequence[str]]) -> str | None:
    """The return that one of the first rows names by its title or form number, if one does."""
    text = folded("".join(text for row in rows[:TITLE_ROWS] for text in dict.fromkeys(row) if text))
    named = [title for title, form_no in _titles() if title in text or form_no in text]
    return named[0] if len(named) == 1 else None


@cache
def _titles() -> tuple[tuple[str, str], ...]:
    """Each return's title and form number."""
    forms = [model.form() for model in schemas.all_returns()]
    return tuple((form.title, form.form_no) for form in forms)


def titles_in(row: Sequence[str]) -> list[str]:
    """The cells, folded, that are worded as titles and name a return: 5月签约项目月报表, 续表."""
    return [flat for text in row if text and _is_title(flat := folded(text[:MAX_RAW]))]


def _is_title(flat: str) -> bool:
    is_worded = len(flat) <= _MAX_TITLE and _TITLE.fullmatch(flat) is not None
    return is_worded and (flat.startswith("续表") or return_titled([[flat]]) is not None)


def _is_worded(flat: str) -> bool:
    """Whether it is worded as a title, or as what has a label."""
    return bool(_TITLE.fullmatch(flat) or LABELLED.match(flat))


def titles_of(grid: Grid, rows: range, envelope: Envelope) -> list[Statement]:
    """What names the table below these rows: its title, and other cells that are worded as one.

    On top of the sheet the first words are its title, however worded. Neither notes nor days of
    printing or sending, nor the value beside a label that we don't know.
    """
    taken = {(stated.row, stated.column) for stated in envelope.statements}
    titles: list[Statement] = []
    is_on_top = rows.start == 0
    for number in rows:
        row = grid.rows[number]
        before = ""
        for column, raw in enumerate(row[:SEARCH_COLUMNS]):
            if not raw:
                continue
            text, flat = clean(raw[:MAX_RAW]), folded(raw[:MAX_RAW])
            if (
                len(text) <= _MAX_TITLE
                and (number, column) not in taken
                and ((is_on_top and not titles) or _is_worded(flat))
                and not before.endswith(":")
                and not NOTE.match(text)
                and not _SOME_DAY.search(flat)
            ):
                titles.append(Statement("title", text, number, column))
            before = flat
    return titles
