"""Reasons in words: every code has its wording, amounts are said as they are."""

import re
from decimal import Decimal

import pytest

from flows.store.statements import SQL
from schemas.reasons import REASONS, in_yi, words


@pytest.mark.parametrize(
    ("yuan", "expected"),
    [
        ("99990000", "0.9999亿元"),
        ("100000000", "1亿元"),
        ("10000000000", "100亿元"),
        ("0", "0亿元"),
        ("-150000000", "-1.5亿元"),
        ("0.0001", "0.000000000001亿元"),
    ],
)
def test_amounts_in_words(yuan: str, expected: str) -> None:
    assert in_yi(Decimal(yuan)) == expected


def codes(text: str) -> set[str]:
    """The codes that a text gives to `stg.why`: the quoted words of each second argument."""
    found: set[str] = set()
    for call in re.finditer(r"stg\.why\(", text):
        depth, argument, quoted = 1, 1, False
        second = ""
        for character in text[call.end() :]:
            if character == "'":
                quoted = not quoted
            elif not quoted:
                depth += (character == "(") - (character == ")")
                argument += character == "," and depth == 1
            if depth == 0 or argument > 2:
                break
            if argument == 2:
                second += character
        found |= set(re.findall(r"'(\w+)'", second))
    return found


def test_every_code_of_the_sql_has_its_words_and_no_other_is_there() -> None:
    assert codes("stg.why(a in ('x', 'y'), if(b, 'one', 'two'), value := 'z')") == {"one", "two"}
    used = {
        code
        for path in SQL.rglob("*.sql")
        for code in codes(re.sub(r"--[^\n]*", "", path.read_text("utf-8")))
    }
    assert used | {"worded"} == REASONS.keys()


def test_a_row_in_the_figure_has_no_reason() -> None:
    assert words([]) is None
    assert words(None) is None
