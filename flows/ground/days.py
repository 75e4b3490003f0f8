"""Days off and due dates: the one place that knows on which days people work.

A day is judged by the zone's own days first (`[holidays]` in `zone.toml`), then by the calendar that
the State Council published for its year (`chinesecalendar`). It comes out late in the year before:
a year that is not known yet is estimated from the festivals that the law names (`holidays`), which
knows neither the days that make a holiday longer nor the weekends worked for them.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable

import chinese_calendar

from flows.ground.notes import Notes
from flows.ground.zone import Zone


def due_on(zone: Zone, month: dt.date) -> dt.date:
    """When returns of the month are due: the day of the next month, moved past days off."""
    day = _unmoved(zone, month)
    while is_day_off(zone, day):
        day += dt.timedelta(days=1)
    return day


def is_day_off(zone: Zone, day: dt.date) -> bool:
    """Whether people are off on the day; the zone's own days overrule every calendar."""
    if day in zone.working_days:
        return False
    if day in zone.days_off:
        return True
    if day.year in zone.holidays.whole_years:
        return day.weekday() >= 5
    return not (_is_worked if _is_official(day.year) else _is_probably_worked)(day)


def is_known(zone: Zone, year: int) -> bool:
    """Whether the days off of the year are known; else they are an estimate."""
    return year in zone.holidays.whole_years or _is_official(year)


def missing_years(zone: Zone, today: dt.date) -> list[int]:
    """This year and the next, as far as their days off are not known.

    The next year's calendar comes out in November as a rule: until then that it is missing is no
    fault of anybody's.
    """
    return [year for year in (today.year, today.year + 1) if not is_known(zone, year)]


def say_estimated(zone: Zone, months: Iterable[dt.date], notes: Notes) -> None:
    """Says once for all of these months that due dates of theirs rest on an estimate, and of which years."""
    asked = {day.year for month in months for day in (_unmoved(zone, month), due_on(zone, month))}
    if years := sorted(year for year in asked if not is_known(zone, year)):
        notes.say(
            f"the official days off of {', '.join(map(str, years))} are not known: due dates there "
            "are estimates; put the published calendar into [holidays] of zone.toml, or renew guoban",
            f"尚无{'、'.join(map(str, years))}年的法定节假日安排，有关报送期限系推算；"
            "请在zone.toml的[holidays]中填入已公布的安排，或更新程序",
        )


def _unmoved(zone: Zone, month: dt.date) -> dt.date:
    """The due day of the month's returns, day off or not."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=zone.filing.due_day)


@functools.cache
def _is_official(year: int) -> bool:
    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@functools.cache
def _is_worked(day: dt.date) -> bool:
    # It looks through all days that it knows, each time: a due date is asked for with every file.
    return bool(chinese_calendar.is_workday(day))


@functools.cache
def _is_probably_worked(day: dt.date) -> bool:
    # Imported where it is needed, which is seldom: it takes longer than a command may to begin.
    from holidays.countries.china import China  # noqa: PLC0415

    return China(years=day.year).is_working_day(day)  # type: ignore[no-untyped-call]
