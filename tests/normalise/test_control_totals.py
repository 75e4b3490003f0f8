"""How far a stated total may be from its rows' sum (E008): by what rounding them adds up to.

Amounts are kept to a hundredth of a fen, 0.0001元. Rows written with more places are rounded, so their
stated total, with more places too, may differ by as much for each row; one with no more places than
are kept may not differ at all.
"""

import pytest
from renderer.judged import PEOPLE, judge, talk, talks

# Each is 1亿元 and 0.00004元: kept as 1亿元, with what was lost.
LONG = "10000.000000004"


def differs(total: str, amounts: list[str]) -> bool:
    """Whether the total in 万元 is told to differ from the sum of the amounts in 万元."""
    rows = [
        talk(项目编号=f"GCKF-2021-{number:04}", 拟投资额=amount)
        for number, amount in enumerate(amounts, start=1)
    ]
    judged = judge(talks(*rows, {"项目名称": "合计", "拟投资额": total}, below=[[PEOPLE]]))
    assert len(judged.values("planned_amount_cny")) == len(amounts)
    return judged.of("E008") != []


@pytest.mark.parametrize(
    ("total", "rows", "is_told"),
    [
        ("30000", 3, False),
        ("30000.000000012", 3, False),  # what the rows were written as
        ("30000.000000029", 3, False),
        ("30000.000000031", 3, True),
        ("29999.999999971", 3, False),
        ("29999.999999969", 3, True),
        ("10000.000000009", 1, False),
        ("10000.000000011", 1, True),
        # No more places than are kept: nothing was rounded in it.
        ("30000.00000001", 3, True),
        ("29999.99999999", 3, True),
    ],
)
def test_a_total_may_differ_by_the_rounding_of_its_rows(
    total: str, rows: int, is_told: bool
) -> None:
    assert differs(total, [LONG] * rows) == is_told
