"""Serve's side of Prefect: its deployments, the runs that are due, and runs that nobody runs any more.

Imports Prefect; a serve without it does without this module.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import (
    FlowRun,
    State,
    StateType,
)
from prefect.client.schemas.schedules import CronSchedule, RRuleSchedule
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_KEY, PREFECT_API_URL
from prefect.states import Cancelled, Completed, Crashed
from prefect.utilities.callables import parameter_schema

from flows.ground.settings import BEIJING, PROJECT, Settings
from flows.ground.zone import Zone
from flows.serve.deployed import scheduled
from flows.serve.schedule import Job, cron, moments

LOG = logging.getLogger("guoban")
FAILURES = (httpx.HTTPError, PrefectException, OSError, ValueError)
"""What asking a Prefect server may raise."""
# The name of the deployment that people start by hand.
BY_HAND = "by-hand"
_TAG = "serve"
ENTRYPOINT = "flows/serve/deployed.py:scheduled"
# Closes are listed for so long ahead, and anew at every start and every day.
_AHEAD = dt.timedelta(days=400)
_ANSWER_SECONDS = 10.0
_AT_WORK = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_ZOMBIES = "guoban: runs that nobody runs any more"
# A run says every half minute that it is at work; after three times it is taken for dead.
HEARTBEAT_SECONDS, _DEAD_AFTER_SECONDS = 30, 100
_WORDS = {
    BY_HAND: "Started by hand: everything new is published. 手动刷新",
    Job.DAILY: "Every day (zone.toml, [schedule]). 每日刷新",
    Job.WEEKLY: "Before the weekly dispatch, with its report. 周调度",
    Job.CLOSE: "The day returns are due, moved past days off. 报送截止日刷新",
}


@dataclass(frozen=True)
class DueRun:
    """A run that Prefect wants started now; `job` is None where somebody asked for it by hand."""

    id: UUID
    job: Job | None


def configured_api() -> str | None:
    """The address of the server that environment or Prefect's files name."""
    address = PREFECT_API_URL.value()
    return str(address) if address else None


class Deployments:
    """This warehouse's deployments on a server.

    Whatever asks the server may raise one of `FAILURES`.
    """

    def __init__(self, api: str, settings: Settings) -> None:
        self._settings = settings
        self._client = SyncPrefectClient(
            api,
            auth_string=PREFECT_API_AUTH_STRING.value(),
            api_key=PREFECT_API_KEY.value(),
            httpx_settings={"timeout": _ANSWER_SECONDS},
        )
        self._client.__enter__()
        self._jobs: dict[UUID, Job | None] = {}

    def close(self) -> None:
        self._client.__exit__(None, None, None)

    def set_up(self, zone: Zone, now: dt.datetime) -> None:
        """Makes the deployments and their schedules as zone.toml has them now, and the automation."""
        flow_id = self._client.create_flow(scheduled)
        found: dict[UUID, Job | None] = {self._deployed(flow_id, zone, BY_HAND, []): None}
        for job in Job:
            schedules = [
                DeploymentScheduleCreate(schedule=one) for one in schedules_of(zone, job, now)
            ]
            found[self._deployed(flow_id, zone, job, schedules)] = job
        self._jobs = found
        self._forget_others()
        if not self._client.read_automations_by_name(_ZOMBIES):
            self._client.create_automation(_automation())

    def _deployed(
        self, flow_id: UUID, zone: Zone, name: str, schedules: list[DeploymentScheduleCreate]
    ) -> UUID:
        jobs = [] if name == BY_HAND else [name]
        return self._client.create_deployment(
            flow_id=flow_id,
            name=f"{name} {zone.zone.name}",
            description=_WORDS[name],
            schedules=schedules,
            parameters={**self.parameters, "jobs": jobs},
            parameter_openapi_schema=parameter_schema(scheduled).model_dump_for_openapi(),
            enforce_parameter_schema=False,
            # No limit of Prefect's: a run that was killed would hold its place for minutes, and serve
            # has one run at a time.
            tags=[zone.zone.name, _TAG],
            path=str(PROJECT),
            entrypoint=ENTRYPOINT,
        )

    def _forget_others(self) -> None:
        """Takes away what an earlier name of the zone left: nobody would do its runs."""
        for one in self._client.read_deployments():
            is_ours = one.parameters.get("warehouse") == self.parameters["warehouse"]
            if is_ours and _TAG in one.tags and one.id not in self._jobs:
                self._client.delete_deployment(one.id)

    @property
    def parameters(self) -> dict[str, str]:
        """What every run is given."""
        names = ("raw", "warehouse", "zone")
        return {name: str(Path(getattr(self._settings, name)).resolve()) for name in names}

    def due(self, now: dt.datetime) -> list[DueRun]:
        """The runs that are due, the earliest first."""
        runs = self._client.get_scheduled_flow_runs_for_deployments([*self._jobs], now, limit=100)
        return [
            DueRun(run.id, self._jobs[run.deployment_id])
            for run in runs
            if run.deployment_id in self._jobs
        ]

    def want(self, jobs: Iterable[Job]) -> bool:
        """Has runs of these jobs be due now, as they were missed."""
        wanted = set(jobs)
        for deployment, job in self._jobs.items():
            if job in wanted:
                self._client.create_flow_run_from_deployment(deployment, tags=["missed"])
        return True

    def merged(self, runs: Iterable[DueRun], words: str) -> None:
        """Records that another run does what these would."""
        for run in runs:
            self._client.set_flow_run_state(
                run.id, Completed(name="Merged", message=words), force=True
            )

    def cancelling(self) -> list[UUID]:
        """The runs of which somebody asked in Prefect's pages that they should end."""
        return [run.id for run in self._ours([StateType.CANCELLING])]

    def cancelled(self, runs: Iterable[UUID]) -> None:
        """Records that they have ended, as was asked, whatever their process said of its end."""
        for run in runs:
            self._client.set_flow_run_state(run, Cancelled(message="已取消"), force=True)

    def clean_up(self, words: str, *, is_wanted: bool = False) -> int:
        """Ends on record the runs that have no process; how many they were.

        Call it only while no refresh is at work in this warehouse. `is_wanted`: somebody asked for it.
        """
        state: State[Any] = Cancelled(message=words) if is_wanted else Crashed(message=words)
        runs = list(self._ours(_AT_WORK))
        for run in runs:
            self._client.set_flow_run_state(run.id, state, force=True)
        return len(runs)

    def _ours(self, states: list[StateType]) -> Iterator[FlowRun]:
        """The runs over this warehouse that are in one of the states."""
        runs = self._client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states))
            )
        )
        for run in runs:
            given = run.parameters.get("warehouse")
            if run.deployment_id in self._jobs or (
                isinstance(given, str)
                and Path(given).resolve() == self._settings.warehouse.resolve()
            ):
                yield run


def schedules_of(zone: Zone, job: Job, now: dt.datetime) -> list[CronSchedule | RRuleSchedule]:
    """The job's schedules as Prefect takes them."""
    if job is not Job.CLOSE:
        return [CronSchedule(cron=one, timezone=BEIJING.key) for one in cron(zone, job)]
    days = ",".join(f"{one:%Y%m%dT%H%M%S}" for one in moments(zone, job, now, now + _AHEAD))
    return [RRuleSchedule(rrule=f"RDATE:{days}", timezone=BEIJING.key)] if days else []


def _automation() -> AutomationCore:
    """A run that says no more that it is at work has crashed, whoever should have run it."""
    ends = {f"prefect.flow-run.{name}" for name in ("Completed", "Failed", "Cancelled", "Crashed")}
    beat = "prefect.flow-run.heartbeat"
    return AutomationCore(
        name=_ZOMBIES,
        trigger=EventTrigger(
            after={beat},
            expect={beat, *ends},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=dt.timedelta(seconds=_DEAD_AFTER_SECONDS),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message="no sign of life; the next refresh goes on with what it took in",
                force=True,
            )
        ],
    )
