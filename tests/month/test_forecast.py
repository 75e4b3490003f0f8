"""When half of a task and all of it will be done: exact to the day, and nothing where nothing is known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from flows.month.forecast import HIT_PCT, Forecast, Goal, Reached, forecast
from scripts.forecasts import overall, tried


def asked(target: str | None, *parts: str | None, year: int = 2021) -> Forecast | None:
    """The forecast after months that brought so much."""
    told, so_far = [], Decimal(0)
    for number, part in enumerate(parts, start=1):
        so_far += Decimal(part or 0)
        told.append(
            Reached(dt.date(year, number, 1), so_far, None if target is None else Decimal(target))
        )
    return forecast(told, [None if part is None else Decimal(part) for part in parts])


def goals(target: str, *parts: str | None) -> tuple[Goal, Goal]:
    found = asked(target, *parts)
    assert found is not None
    half, whole = found.goals
    return half, whole


def test_what_each_month_has_to_bring() -> None:
    """After March 25 of 100: 25 more up to June, 75 up to December, over three and nine months."""
    half, whole = goals("100", "5", "10", "10")
    assert (half.left, half.months_left) == (Decimal(25), 3)
    assert half.per_month == Decimal("8.34")
    assert (whole.left, whole.months_left) == (Decimal(75), 9)
    assert whole.per_month == Decimal("8.34")
    assert half.due_on == dt.date(2021, 6, 30)


def test_the_day_by_the_fastest_the_mean_and_the_slowest_month() -> None:
    half, _ = goals("100", "5", "10", "15")
    # 20 are left: two months at 10, one and a third at 15, four at 5.
    assert half.expected == dt.date(2021, 5, 31)
    assert half.earliest == dt.date(2021, 5, 11)
    assert half.latest == dt.date(2021, 7, 31)


def test_only_the_last_three_months_count() -> None:
    half, _ = goals("1000", "400", "10", "10", "10")
    assert (half.earliest, half.latest) == (dt.date(2021, 11, 30), dt.date(2021, 11, 30))


def test_what_is_done_has_its_month_s_end() -> None:
    half, whole = goals("100", "10", "40", "5")
    assert (half.is_done, half.since_on) == (True, dt.date(2021, 2, 28))
    assert not whole.is_done
    # Exactly half is half.
    assert goals("100", "50")[0].is_done
    assert not goals("100", "49.9999")[0].is_done


def test_what_is_not_reached_within_the_year_has_no_day() -> None:
    _, whole = goals("1000", "1", "1", "1")
    assert (whole.earliest, whole.expected, whole.latest) == (None, None, None)
    assert whole.note and "达不到" in whole.note
    _, whole = goals("100", "0", "0", "12")
    assert whole.earliest == dt.date(2021, 11, 10)
    assert (whole.expected, whole.latest) == (None, None)


@pytest.mark.parametrize("parts", [("10",), ("10", None, "10"), ("10", None)])
def test_too_few_months_say_nothing(parts: tuple[str | None, ...]) -> None:
    half, _ = goals("1000", *parts)
    assert (half.earliest, half.expected, half.latest) == (None, None, None)
    assert half.note and "无法推算" in half.note
    # What is left to do is known all the same.
    assert half.per_month is not None


def test_without_a_target_nothing_is_forecast() -> None:
    assert asked(None, "1", "2", "3") is None
    assert asked("0", "1", "2", "3") is None


def test_after_june_the_half_has_no_months_left() -> None:
    half, whole = goals("100", *["1"] * 7)
    assert (half.months_left, half.per_month) == (0, None)
    assert whole.months_left == 5


def test_how_often_it_is_right_is_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    found = tried(150, seed=7)
    with capsys.disabled():
        print(f"\nforecast right in {overall(found):.1f} % of made-up years' months")
    assert abs(overall(found) - HIT_PCT) < 4
    assert all(one.right_pct > 70 for one in found.values())
