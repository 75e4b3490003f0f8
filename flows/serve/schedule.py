"""When serve refreshes by itself: what `[schedule]` of zone.toml comes to in moments.

The close of a month falls on its due date, which moves past days off: no cron can say that, so its
moments are listed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from flows.ground.days import due_on
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone

# What was missed while nothing ran is made up for so long, once.
_MADE_UP = dt.timedelta(days=2)


class Job(StrEnum):
    """What is done on a schedule; each is a refresh, and what it tells of afterwards.

    A later one covers those before it: it does all that they do.
    """

    DAILY = "daily"
    WEEKLY = "weekly"
    CLOSE = "close"


def moments(zone: Zone, job: Job, after: dt.datetime, until: dt.datetime) -> Iterator[dt.datetime]:
    """When the job is due later than `after` and not later than `until`, in order, Beijing time."""
    last = until.astimezone(BEIJING).date()
    day = after.astimezone(BEIJING).date()
    while day <= last:
        for time in _times_on(zone, job, day):
            moment = dt.datetime.combine(day, time, BEIJING)
            if after < moment <= until:
                yield moment
        day += dt.timedelta(days=1)


def missed(zone: Zone, after: dt.datetime, until: dt.datetime) -> set[Job]:
    """The jobs that came due since `after`, each once; what is long past is past."""
    after = max(after, until - _MADE_UP)
    return {job for job in Job if any(moments(zone, job, after, until))}


def cron(zone: Zone, job: Job) -> list[str]:
    """The job's times as cron has them, in Beijing time; none for the close."""
    days = {Job.DAILY: "*", Job.WEEKLY: str(zone.schedule.weekly_on % 7)}
    if job not in days:
        return []
    return [f"{at.minute} {at.hour} * * {days[job]}" for at in _times(zone, job)]


def _times_on(zone: Zone, job: Job, day: dt.date) -> tuple[dt.time, ...]:
    is_its_day = (
        job is Job.DAILY
        or (job is Job.WEEKLY and day.isoweekday() == zone.schedule.weekly_on)
        or (job is Job.CLOSE and is_due_date(zone, day))
    )
    return _times(zone, job) if is_its_day else ()


def _times(zone: Zone, job: Job) -> tuple[dt.time, ...]:
    times: dict[Job, tuple[dt.time, ...]] = {
        Job.DAILY: zone.schedule.daily_at,
        Job.WEEKLY: zone.schedule.weekly_at,
        Job.CLOSE: zone.schedule.close_at,
    }
    return times[job]


def is_due_date(zone: Zone, day: dt.date) -> bool:
    """Whether the returns of some month are due on the day.

    A due day late in the month may move past a long holiday into the next one.
    """
    month = day.replace(day=1)
    for _ in range(2):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        if due_on(zone, month) == day:
            return True
    return False
