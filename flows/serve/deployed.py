"""The flow that schedules run: a refresh, and then what the day asks to be told.

Serve has it run by a child of its own (`work`), and anybody's work pool can (`prefect.yaml`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from prefect import flow
from prefect.runtime import flow_run
from prefect.states import Completed, State

from flows.ground.settings import BEIJING, settings_of
from flows.ground.zone import load_zone
from flows.once import Refresh
from flows.refresh import asking, refresh
from flows.serve.schedule import Job, is_due_date
from flows.serve.tell import tell, tell_of


@flow(name="scheduled", persist_result=False, validate_parameters=False)
def scheduled(
    raw: str | None = None,
    warehouse: str | None = None,
    zone: str | None = None,
    jobs: list[str] | None = None,
) -> State[Any]:
    """Refreshes, then tells people what is due on the day.

    Args:
        raw: the drop folder.
        warehouse: the folder that guoban writes to.
        zone: the zone's own file. Each by default as the settings (`GUOBAN_*`) have it.
        jobs: "daily", "weekly", "close"; none: only the refresh. A close alone does nothing on
            other days than due dates, since cron knows no days off.
    """
    given = {"raw": raw, "warehouse": warehouse, "zone": zone}
    settings = settings_of({name: value for name, value in given.items() if value})
    wanted = {Job(one) for one in jobs or []}
    known = load_zone(settings.zone)
    today = _meant_for()
    if wanted == {Job.CLOSE} and not is_due_date(known, today):
        return Completed(message=f"no returns are due on {today}")
    this = Refresh(settings, known)
    with asking(this):
        state: State[Any] = refresh.fn()
    tell_of(this)
    tell(settings, known, wanted, today)
    return state


def _meant_for() -> dt.date:
    """The day that the run was scheduled for; one that is made up for later is still that day's."""
    moment = flow_run.scheduled_start_time or dt.datetime.now(BEIJING)
    return moment.astimezone(BEIJING).date()
