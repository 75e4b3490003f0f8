"""When serve refreshes by itself: across days off, the ends of years, and times of standstill."""

import datetime as dt

import pytest

from flows.ground.settings import BEIJING, PROJECT
from flows.ground.zone import Schedule, Zone, load_zone
from flows.serve.schedule import Job, cron, is_due_date, missed, moments


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def closes(zone: Zone, after: str, until: str) -> list[str]:
    return [f"{one:%Y-%m-%d %H:%M}" for one in moments(zone, Job.CLOSE, at(after), at(until))]


def test_closes_move_past_days_off(zone: Zone) -> None:
    """May's first days and the National Day's week are off; a Saturday made up for is not."""
    assert closes(zone, "2021-04-01", "2021-11-30") == [
        "2021-04-02 18:00",
        "2021-05-06 18:00",
        "2021-06-02 18:00",
        "2021-07-02 18:00",
        "2021-08-02 18:00",
        "2021-09-02 18:00",
        "2021-10-08 18:00",
        "2021-11-02 18:00",
    ]


def test_closes_at_the_end_of_a_year(zone: Zone) -> None:
    """December's returns are due in January, after New Year's days off, of which one year had its
    last on the 3rd, a Sunday, and another had Sunday the 4th worked."""
    assert closes(zone, "2020-12-02 18:00", "2021-01-31") == ["2021-01-04 18:00"]
    assert closes(zone, "2025-12-31", "2026-01-31") == ["2026-01-04 18:00"]


def test_a_close_may_move_into_the_month_after(zone: Zone) -> None:
    late = zone.model_copy(update={"filing": zone.filing.model_copy(update={"due_day": 28})})
    holidays = zone.holidays.model_copy(
        update={"days_off": frozenset(dt.date(2021, 9, day) for day in range(28, 31))}
    )
    late = late.model_copy(update={"holidays": holidays})
    assert is_due_date(late, dt.date(2021, 10, 8))
    assert not is_due_date(late, dt.date(2021, 9, 28))


def test_days_off_of_the_zones_own_count(zone: Zone) -> None:
    holidays = zone.holidays.model_copy(update={"days_off": frozenset({dt.date(2021, 6, 2)})})
    own = zone.model_copy(update={"holidays": holidays})
    assert closes(own, "2021-06-01", "2021-06-30") == ["2021-06-03 18:00"]


def test_times_are_beijings_wherever_the_machine_is(zone: Zone) -> None:
    after = dt.datetime(2021, 5, 31, 22, 30, tzinfo=dt.UTC)
    (moment,) = moments(zone, Job.DAILY, after, after + dt.timedelta(hours=1))
    assert moment == at("2021-06-01 07:00")


def test_weeks_begin_on_monday(zone: Zone) -> None:
    found = list(moments(zone, Job.WEEKLY, at("2021-05-01"), at("2021-05-31 08:30")))
    assert [one.day for one in found] == [3, 10, 17, 24, 31]
    assert cron(zone, Job.WEEKLY) == ["30 8 * * 1"]
    sunday = zone.model_copy(update={"schedule": Schedule(weekly_on=7)})
    assert cron(sunday, Job.WEEKLY) == ["30 8 * * 0"]


def test_several_times_a_day_and_none(zone: Zone) -> None:
    own = Schedule.model_validate({"daily_at": ["9:00", "18:00"], "weekly_at": "", "close_at": []})
    often = zone.model_copy(update={"schedule": own})
    assert cron(often, Job.DAILY) == ["0 9 * * *", "0 18 * * *"]
    assert cron(often, Job.WEEKLY) == []
    assert closes(often, "2021-04-01", "2021-11-30") == []


@pytest.mark.parametrize("wrong", ["25:00", "9", "09:60", ["9:00", 7]])
def test_a_wrong_time_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="a time of the day is wanted"):
        Schedule.model_validate({"daily_at": wrong})


def test_what_was_missed_is_made_up_for_once(zone: Zone) -> None:
    """From Friday evening to Monday morning: one daily and the weekly, whatever came due in between."""
    assert missed(zone, at("2021-05-14 20:00"), at("2021-05-17 09:00")) == {Job.DAILY, Job.WEEKLY}
    assert missed(zone, at("2021-05-17 09:00"), at("2021-05-17 09:00:05")) == set()


def test_what_is_long_past_is_past(zone: Zone) -> None:
    assert missed(zone, at("2021-05-10 08:00"), at("2021-05-14 06:00")) == {Job.DAILY}


def test_every_moment_comes_once_however_time_is_cut(zone: Zone) -> None:
    """Rounds of any length over a year's end see what one look sees."""
    start, end = at("2020-12-28"), at("2021-01-08")
    whole = {(job, one) for job in Job for one in moments(zone, job, start, end)}
    found: list[tuple[Job, dt.datetime]] = []
    until = start
    while until < end:
        then, until = until, min(end, until + dt.timedelta(minutes=47))
        found += [(job, one) for job in Job for one in moments(zone, job, then, until)]
    assert len(found) == len(whole)
    assert set(found) == whole
