"""Tells people what happened: sends what zone.toml's `[notifications]` asks for, through apprise.

Nothing is sent where nothing is configured. None of these raises: what can't be sent is a line of the
log, and is tried again with the next refresh.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.answer.results import RunResult
    from flows.ground.settings import Settings
    from flows.ground.zone import Zone


def after_refresh(settings: Settings, zone: Zone, result: RunResult) -> None:
    """Tells what a refresh found and moved, and sends what could not be sent before."""


def after_failure(settings: Settings, zone: Zone, error: BaseException) -> None:
    """Tells the zone that a refresh failed; once, until one succeeds."""


def of_the_day(settings: Settings, zone: Zone, today: dt.date) -> None:
    """Reminds who owes returns that are due tomorrow, or overdue for so many days."""


def weekly(settings: Settings, zone: Zone, today: dt.date) -> None:
    """Sends the zone its weekly report (周调度), once a week."""
