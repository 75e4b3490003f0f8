"""Totals in a reply that comes back: the formula is gone, its old result tells nothing."""

import datetime as dt

from renderer import Value
from renderer.judged import PEOPLE, talk, talks, zone

from flows.normalise.frames import normalise
from flows.read import Book, Grid
from flows.read.marks import MARK_SHEET, ReplyMark
from flows.recognise import Origin
from flows.recognise.returned import recognise_any

SHA = "a" * 64
ROWS = [talk(项目编号="GCKF-2021-0001"), talk(项目编号="GCKF-2021-0002")]


def sheet(second: float, total: float) -> Grid:
    rows: list[dict[str, Value]]
    rows = [ROWS[0], ROWS[1] | {"拟投资额": second}, {"项目名称": "合计", "拟投资额": total}]
    shown = talks(*rows, below=[[PEOPLE]]).rows()
    return Grid("在谈", [["" if value is None else str(value) for value in row] for row in shown])


def differences(original: Grid, returned: Grid) -> list[str | None]:
    """The cells of E008 in a reply to the original with that sheet in it."""
    mark = Grid(MARK_SHEET, list(ReplyMark(SHA, "在谈.xlsx", "").rows()), is_hidden=True)
    reply = Book("xlsx", [returned, mark])
    origin = Origin(2, "在谈.xlsx.reply.xlsx", dt.date(2021, 6, 2))
    found = recognise_any(reply, origin, zone(), {SHA: Book("xlsx", [original])})
    return [one.cell for one in normalise(found.drafts)[1] if one.rule == "E008"]


def test_a_total_that_stands_as_before_is_not_held_against_corrected_rows() -> None:
    assert differences(sheet(1000, 13000), sheet(2000, 13000)) == []


def test_a_total_that_was_changed_is_held_against_them() -> None:
    assert differences(sheet(1000, 13000), sheet(2000, 15000)) == ["D6"]
