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


def test_every_code_of_the_sql_has_its_words_and_no_other_is_there() -> None:
    texts = [path.read_text("utf-8") for path in SQL.rglob("*.sql")]
    called = " ".join(re.findall(r"stg\.why\((.*?)\n? *\)\n", "\n".join(texts), re.DOTALL))
    codes = {code for code in REASONS if f"'{code}'" in "".join(texts)}
    assert codes | {"worded"} == REASONS.keys()
    assert called


def test_a_row_in_the_figure_has_no_reason() -> None:
    assert words([]) is None
    assert words(None) is None
