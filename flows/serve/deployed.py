"""The flow that schedules run: a refresh, and then what the day asks to be told.

Serve has it run by a child of its own, and anybody's work pool can (`prefect.yaml`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.flow_engine import load_flow_run, run_flow
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.ground.notes import in_a_line
from flows.ground.settings import BEIJING
from flows.once import Refresh
from flows.refresh import asked, asking, recorded, refresh
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
    day = _meant_for()
    try:
        this = asked(raw, warehouse, zone)
        wanted = {Job(one) for one in jobs or []}
    except Exception as error:
        # As an exception Prefect would store it, pickled.
        return Failed(message=in_a_line(error).english)
    if wanted == {Job.CLOSE} and not is_due_date(this.zone, day):
        return Completed(message=f"no returns are due on {day}")
    with asking(this):
        # Its stages and its page become those of this run.
        state: State[Any] = refresh.fn(raw, warehouse, zone)
    tell_of(this)
    if this.error is None:
        tell(this.settings, this.zone, wanted, day)
    return state


def run_due(this: Refresh, run: UUID, jobs: Collection[Job]) -> None:
    """Has a run that is due on the server done by this process, for all of these jobs.

    What it failed with is the refresh's `error`; where Prefect itself fails, the refresh is done all
    the same.
    """

    def ask() -> None:
        known = load_flow_run(run)
        parameters = {**known.parameters, "jobs": sorted(jobs)}
        run_flow(scheduled, flow_run=known, parameters=parameters, return_type="state")

    recorded(this, ask)


def _meant_for() -> dt.date:
    """The day that the run was scheduled for; one that is made up for later is still that day's."""
    moment = flow_run.scheduled_start_time or dt.datetime.now(BEIJING)
    return moment.astimezone(BEIJING).date()
