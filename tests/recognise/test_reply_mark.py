"""The hidden sheet of a reply: whatever stands there, it can be read, or it tells nothing."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.read import marks
from flows.read.marks import Line, ReplyMark

LINE = Line(
    1,
    "1",
    "R104",
    "receptions",
    "招商局",
    "2021-05-01",
    "接待",
    "D6",
    "JD1",
    "province",
    "火星",
    "",
)
MARK = ReplyMark(
    "a" * 64, "2021-05/招商局/接待.xlsx", "2021-06-01 09:00", ("000001-1",), ("审核意见",)
)


def parsed(*told: Sequence[str]) -> ReplyMark:
    """The mark of a reply with these rows behind the usual ones."""
    mark = ReplyMark.parse([*MARK.rows(), *told])
    assert mark is not None
    return mark


def line_with(**values: Any) -> list[str]:
    """A finding's row in which somebody has written other values."""
    return ["finding", json.dumps(list((vars(LINE) | values).values()))]


def test_what_was_written_is_read() -> None:
    assert parsed(line_with()).lines == (LINE,)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 30_000,
        '{"a":' * 30_000,
        "[1, " + "[" * 400 + "]" * 400 + "]",
        "[",
        "12",
        "null",
        "1" * 5_000,
    ],
    ids=["open lists", "open objects", "nested", "cut off", "number", "nothing", "huge"],
)
def test_what_is_no_finding_is_passed_over(text: str) -> None:
    assert parsed(["finding", text], line_with()).lines == (LINE,)


@pytest.mark.parametrize("name", [name for name in vars(LINE) if name != "number"])
def test_half_a_character_is_no_part_of_a_finding(name: str) -> None:
    """No database holds a lone surrogate; JSON spells it in plain letters."""
    assert parsed(line_with(**{name: "\ud800"}), line_with()).lines == (LINE,)


def test_a_finding_of_endless_length_is_passed_over() -> None:
    pieces = ["[1" + ', "x"' * 5_000, *[', "x"' * 5_000] * 100, "]"]
    assert parsed(["finding", *pieces]).lines == ()


def test_no_more_is_taken_than_any_reply_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MAX_LINES", 3)
    mark = parsed(
        *[line_with(number=number) for number in range(10)],
        ["file", *["很长的路径" * 1_000] * 5],
        ["sheets", *["审核意见"] * 1_000],
    )
    assert [one.number for one in mark.lines] == [0, 1, 2]
    assert len(mark.file) == marks.MAX_PATH
    assert mark.own_sheets == ("审核意见", "审核意见")


CELLS = st.one_of(
    st.sampled_from(["guoban", "reply", "sha256", "a" * 64, "file", "sheets", "finding", "", "[["]),
    st.text(max_size=20),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.just("\ud800"),
        lambda parts: st.lists(parts, max_size=12),
        max_leaves=15,
    ).map(json.dumps),
)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=6))
def test_any_rows_give_a_mark_that_can_be_stored_or_none(rows: list[list[str]]) -> None:
    mark = ReplyMark.parse([["guoban", "reply", "1"], ["sha256", "a" * 64], *rows])
    for line in mark.lines if mark else ():
        assert isinstance(line.number, int)
        "".join(str(value) for value in vars(line).values()).encode()
