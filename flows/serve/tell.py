"""What is told after a run of serve's: of the refresh, and what the day asks for, bulletins among it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from flows import notify
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.once import Refresh
from flows.serve import bulletins
from flows.serve.schedule import Job


def tell_of(refresh: Refresh) -> None:
    """Tells of a refresh that has ended, or of its failure."""
    if refresh.error is None:
        notify.after_refresh(refresh.settings, refresh.zone, refresh.directly())
    else:
        notify.after_failure(refresh.settings, refresh.zone, refresh.error)


def tell(settings: Settings, zone: Zone, jobs: Collection[Job], day: dt.date) -> None:
    """Tells what the jobs ask for, and makes the bulletins of the day."""
    bulletins.put(settings, zone, jobs, day)
    if Job.DAILY in jobs or Job.CLOSE in jobs:
        notify.of_the_day(settings, zone, day)
    if Job.WEEKLY in jobs:
        notify.weekly(settings, zone, day)
