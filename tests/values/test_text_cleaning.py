"""Cleaning: what nobody sees goes, what stands apart stays apart, no character becomes a digit."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.values.text import clean, clean_apart, folded, has_invisible, narrow
from flows.values.words import parse_yes_no

words = st.text(alphabet="5项 \t\n\u3000\xa0\u2009\u200b\u2028\ufeff'=\"①", max_size=12)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ('="GCKF-2021-0001"', "GCKF-2021-0001"),
        ("'GCKF-2021-0001", "GCKF-2021-0001"),
        ("'12000", "12000"),
        ('="招商局 "', "招商局"),
        ('=""', ""),
    ],
)
def test_a_text_files_mark_of_text_is_taken_away(text: str, cleaned: str) -> None:
    assert clean(text) == clean_apart(text) == cleaned
    assert has_invisible(text)


@pytest.mark.parametrize("text", ["'十四五'规划", "=A1", '="a"&"b"', "O'Neil", 'a="b"', "‘十四五"])
def test_quotations_and_formulas_stay(text: str) -> None:
    assert clean(text) == text
    assert not has_invisible(text)


@given(words)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_apart(clean_apart(text)) == clean_apart(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("500\n300", "500\n300"),
        ("500\r\n\r\n300", "500\n300"),
        ("500\t300", "500\n300"),
        ("500  300", "500\n300"),
        ("500\u3000300", "500\n300"),
        ("500\u2028300", "500\n300"),
        ("1 234 567", "1 234 567"),
        ("1\u2009234\xa0567", "1 234 567"),
        ("\n12000 \n", "12000"),
        ("\u3000\u200b", ""),
    ],
)
def test_what_stands_apart_in_a_cell(text: str, lines: str) -> None:
    assert clean_apart(text) == lines


def test_a_line_separator_is_a_blank() -> None:
    assert clean("甲\u2028乙") == "甲 乙"


@given(st.characters())
def test_only_full_width_digits_become_digits(character: str) -> None:
    became = narrow(character)
    if became != character and became.isnumeric():
        is_wide = unicodedata.name(character).startswith("FULLWIDTH DIGIT")
        assert became.isascii() == is_wide


def test_words_are_still_compared_as_they_look() -> None:
    assert folded("（招商）\u3000局") == "(招商)局"
    assert folded("世界５００强") == "世界500强"


@pytest.mark.parametrize("text", ["①", "¹", "⓪", "𝟏"])
def test_a_footnote_is_no_answer(text: str) -> None:
    assert parse_yes_no(text) is None
