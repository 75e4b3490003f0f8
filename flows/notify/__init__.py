"""Tells people what happened: sends what zone.toml's `[notifications]` asks for, through apprise.

Nothing is sent where nothing is configured. What can't be sent is a line of the log, and is tried
again with the next refresh: nothing here but `try_out` and `addresses` ever raises.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flows.ground.errors import BusyError, is_stop
from flows.ground.settings import BEIJING
from flows.notify.recipients import Recipient, recipients

if TYPE_CHECKING:
    from flows.answer.results import RunResult
    from flows.ground.notes import Note
    from flows.ground.settings import Settings
    from flows.ground.zone import Zone

# What tells is imported where there is anybody to tell; apprise only by what sends.


def after_refresh(
    settings: Settings, zone: Zone, result: RunResult, now: dt.datetime | None = None
) -> None:
    """Tells what a refresh found and moved, and sends what could not be sent before."""
    if recipients(zone):
        from flows.notify.telling import Telling  # noqa: PLC0415

        Telling(settings, zone).of_refresh(result, now or dt.datetime.now(BEIJING))


def after_failure(
    settings: Settings, zone: Zone, error: BaseException, now: dt.datetime | None = None
) -> None:
    """Tells the zone that a refresh failed; once, until one succeeds.

    That another one is at work, or somebody stops this one, is no failure.
    """
    is_failure = not is_stop(error) and not isinstance(error, BusyError)
    if is_failure and recipients(zone):
        from flows.notify.telling import Telling  # noqa: PLC0415

        Telling(settings, zone).of_failure(error, (now or dt.datetime.now(BEIJING)).date())


def of_the_day(settings: Settings, zone: Zone, today: dt.date) -> None:
    """Reminds who owes returns that are due tomorrow, or overdue for so many days."""
    if recipients(zone):
        from flows.notify.telling import Telling  # noqa: PLC0415

        Telling(settings, zone).of_the_day(today)


def weekly(settings: Settings, zone: Zone, today: dt.date) -> None:
    """Sends the zone its weekly report (周调度), once a week."""
    if recipients(zone):
        from flows.notify.telling import Telling  # noqa: PLC0415

        Telling(settings, zone).of_the_week(today)


def addresses(zone: Zone) -> list[tuple[Recipient, Note | None]]:
    """Every address, and what is wrong with it; nothing is sent. Imports apprise where there is any."""
    if not (known := recipients(zone)):
        return []
    from flows.notify.trial import problem_of  # noqa: PLC0415

    return [(one, problem_of(one)) for one in known]


def try_out(settings: Settings, zone: Zone) -> list[tuple[Recipient, Note | None]]:
    """Sends a message to every address that says that it arrives; gives why it doesn't."""
    from flows.notify.trial import sent  # noqa: PLC0415

    return sent(settings, zone, recipients(zone))
