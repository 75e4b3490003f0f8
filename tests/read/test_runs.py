"""What the runs of a cell come to: struck out, raised, lowered, hidden."""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.read.runs import Joined, Run, is_footnote_mark, join


def _struck(text: str) -> Run:
    return Run(text, is_struck=True)


def _raised(text: str) -> Run:
    return Run(text, is_raised=True)


@pytest.mark.parametrize(
    ("runs", "joined"),
    [
        ([Run("5"), Run("00")], Joined("500")),
        ([Run("一期"), Run("项目")], Joined("一期项目")),
        ([_struck("500"), Run("600")], Joined("600", "500")),
        ([_struck("5"), _struck("00"), Run(" 600")], Joined(" 600", "500")),
        ([Run("600"), _struck("500")], Joined("600", "500")),
        ([_struck("500")], Joined("500", is_wholly_struck=True)),
        ([_struck("500"), Run(" "), _struck("元")], Joined("500元", is_wholly_struck=True)),
        ([_struck("500"), _raised("1")], Joined("5001", is_wholly_struck=True)),
        ([Run("1"), _struck("2"), Run("3")], Joined("1\n3", "2")),
        ([Run("武汉"), _struck("市"), Run("公司")], Joined("武汉公司", "市")),
        ([Run("800"), _raised("1")], Joined("800", "1")),
        ([Run("800"), _raised("1"), Run("万元")], Joined("800万元", "1")),
        ([Run("80"), _raised("1"), Run("5")], Joined("80\n5", "1")),
        ([Run("招商局"), _raised("12")], Joined("招商局", "12")),
        ([Run("10"), _raised("4")], Joined("10\n4")),
        ([Run("5"), _raised("2")], Joined("5\n2")),
        ([Run("500"), _raised("00")], Joined("500\n00")),
        ([_raised("1"), Run("800")], Joined("1\n800")),
        ([Run("m"), _raised("2")], Joined("m2")),
        ([Run("500万平方米"), _raised("2")], Joined("500万平方米2")),
        ([Run("CO"), Run("2", is_lowered=True)], Joined("CO2")),
        ([Run("500"), Run("2", is_lowered=True)], Joined("500\n2")),
        ([Run("500"), Run("600", is_hidden=True)], Joined("500", "600")),
        ([Run("500", is_hidden=True)], Joined("", "500")),
        ([_struck("500"), Run("1", is_hidden=True)], Joined("500", "1", is_wholly_struck=True)),
        ([], Joined("")),
    ],
)
def test_runs_come_to_what_the_cell_says(runs: list[Run], joined: Joined) -> None:
    assert join(runs) == joined


@pytest.mark.parametrize(
    ("before", "raised", "is_mark"),
    [
        ("800", "1", True),
        ("12.5", "*", True),
        ("10", "*", True),
        ("10", "(1)", True),
        ("800", "注1", True),
        ("800", "①", True),
        ("GCKF-2021-0501", "1", True),
        ("无", "（3）", True),
        ("招商局", "1,2", True),
        ("800", "2)", True),
        ("800", "[3", True),
        ("TCL", "1", True),
        ("CO", "x", True),
        ("x", "2", False),
        ("10", "4", False),
        ("1.5×100", "4", False),
        ("500", "50", False),
        ("公里", "2", False),
        ("km", "2", False),
        ("1", "st", False),
        ("", "1", False),
    ],
)
def test_only_what_can_be_nothing_else_is_a_footnote(
    before: str, raised: str, *, is_mark: bool
) -> None:
    assert is_footnote_mark(before, raised) is is_mark


_RUNS = st.lists(
    st.builds(
        Run,
        st.text("0123456789.,-万元 一", min_size=1, max_size=4),
        st.booleans(),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=5,
)


@given(_RUNS)
def test_a_number_is_one_that_stands_in_a_row(runs: list[Run]) -> None:
    """No number arises from digits that something struck out, raised or hidden parts."""
    joined = join(runs)
    if joined.is_wholly_struck:
        return
    looks = "|".join(
        "".join(one.text for one in alike) for _, alike in groupby(runs, key=lambda one: one[1:])
    )
    for number in re.findall(r"\d+", joined.text):
        assert number in looks
