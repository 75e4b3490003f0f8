"""The ranking by the overall score: exact, with ties, and nothing where a rate can't be computed."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Any

from flows.month.board import Standing, standings

EQUAL = {code: Decimal(1) for code in ("ZS01", "ZS02", "ZS04")}


def row(
    department: str, code: str, value: str | None, target: str | None, **more: Any
) -> dict[str, Any]:
    """A row of `mart.department_indicators` with what the ranking looks at."""
    rate = None
    if value is not None and target and Decimal(target):
        rate = (Decimal(value) * 100 / Decimal(target)).quantize(Decimal("1e-10"), ROUND_DOWN)
    return {
        "department": department,
        "indicator_code": code,
        "indicator_name": code,
        "value": None if value is None else Decimal(value),
        "target_value": None if target is None else Decimal(target),
        "completion_pct": rate,
        "progress_gap_pp": None if rate is None else rate - Decimal("41.6666666666"),
        "is_complete": True,
        **more,
    }


def ranked(rows: list[dict[str, Any]], weighs: Mapping[str, Decimal] = EQUAL) -> list[Standing]:
    return standings(rows, {}, weighs, {"甲": 0, "乙": 1, "丙": 2, "丁": 3})


def test_ties_share_a_place_though_their_rates_have_no_end() -> None:
    """1/3 and 2/3 make as much as 1/2 and 1/2; cut off they would not."""
    found = ranked(
        [
            *(row("丁", code, "1", "4") for code in ("ZS01", "ZS02")),
            row("丙", "ZS01", "1", "3"),
            row("丙", "ZS02", "2", "3"),
            *(row("乙", code, "1", "2") for code in ("ZS01", "ZS02")),
            *(row("甲", code, "3", "4") for code in ("ZS01", "ZS02")),
        ]
    )
    assert [(one.department, one.rank) for one in found] == [
        ("甲", 1),
        ("乙", 2),
        ("丙", 2),
        ("丁", 4),
    ]
    assert [one.score_pct for one in found] == [75, 50, 50, 25]


def test_a_yuan_more_is_more() -> None:
    found = ranked([row("甲", "ZS01", "3.50000000", "7"), row("乙", "ZS01", "3.50000001", "7")])
    assert [one.department for one in found] == ["乙", "甲"]
    assert [one.rank for one in found] == [1, 2]


def test_figures_weigh_as_the_zone_says() -> None:
    rows = [
        row("甲", "ZS01", "1", "1"),
        row("甲", "ZS02", "0", "1"),
        row("乙", "ZS01", "0", "1"),
        row("乙", "ZS02", "1", "1"),
    ]
    assert [one.rank for one in ranked(rows)] == [1, 1]
    found = ranked(rows, {"ZS01": Decimal("0.3"), "ZS02": Decimal("0.7")})
    assert [(one.department, one.score_pct) for one in found] == [
        ("乙", Decimal(70)),
        ("甲", Decimal(30)),
    ]
    left_out = ranked(rows, {"ZS01": Decimal(0), "ZS02": Decimal(1)})
    assert [(one.department, one.score_pct) for one in left_out] == [
        ("乙", Decimal(100)),
        ("甲", Decimal(0)),
    ]


def test_what_can_t_be_computed_is_null_and_says_why() -> None:
    """A missing return is no zero; a figure without a task is no part of the score."""
    found = ranked(
        [
            row("甲", "ZS01", None, "10"),
            row("甲", "ZS02", "9", "10"),
            row("乙", "ZS01", "1", "10"),
            row("乙", "ZS02", "5", None),
            row("丙", "ZS01", "5", "0"),
        ]
    )
    by_name = {one.department: one for one in found}
    assert [one.department for one in found] == ["乙", "甲", "丙"]
    assert (by_name["乙"].rank, by_name["乙"].score_pct) == (1, Decimal(10))
    assert (by_name["甲"].rank, by_name["甲"].score_pct) == (None, None)
    assert by_name["甲"].note == "ZS01没有完成率，综合得分无法计算"
    assert by_name["丙"].note == "没有目标任务"
    assert by_name["乙"].behind == ["ZS01"]
    assert [one.department for one in found if one.is_ahead] == []


def test_talks_that_are_read_by_their_amount_weigh_by_it() -> None:
    """The target is held against ZS04a then; the score takes the exact rate of that."""
    talks = [
        row("甲", "ZS04", "9", "3", completion_pct=Decimal("33.3333333333")),
        row("甲", "ZS04a", "1", None),
        row("乙", "ZS04", "1", "3", completion_pct=Decimal("33.3333333333")),
        row("乙", "ZS04a", "1", None),
    ]
    assert [(one.rank, one.score_pct) for one in ranked(talks)] == [
        (1, Decimal("33.3333333333")),
        (1, Decimal("33.3333333333")),
    ]
