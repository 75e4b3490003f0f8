"""Serve and Prefect: schedules as Prefect takes them, and where there is no Prefect to be had."""

import datetime as dt
import socket
import subprocess
import sys
from uuid import uuid4

import pytest
from drop import Drop

from flows.ground.settings import BEIJING, PROJECT
from flows.ground.zone import load_zone
from flows.serve.record import Record, Standing
from flows.serve.schedule import Job, moments
from guoban import work
from guoban.progress import StageDisplay


@pytest.mark.slow
def test_prefects_schedules_come_due_when_the_zones_do() -> None:
    """Over a year's end and days off, as Prefect's own server reckons them."""
    from prefect.server.schemas.schedules import (  # noqa: PLC0415 - takes seconds
        CronSchedule,
        RRuleSchedule,
    )

    from flows.serve.deployments import schedules_of  # noqa: PLC0415

    zone = load_zone(PROJECT / "zone.toml")
    start = dt.datetime(2020, 12, 20, tzinfo=BEIJING)
    end = dt.datetime(2021, 6, 30, tzinfo=BEIJING)
    for job in Job:
        (schedule,) = schedules_of(zone, job, start)
        kind = RRuleSchedule if job is Job.CLOSE else CronSchedule
        reckoned = kind.model_validate(schedule.model_dump())._get_dates_generator(
            n=400, start=start, end=end
        )
        assert list(reckoned) == list(moments(zone, job, start, end))


def test_serve_does_without_prefect(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    settings = drop.settings.model_copy(update={"orchestrator": "prefect"})
    monkeypatch.setattr("flows.serve.record.has_prefect", lambda: False)
    record = Record(settings, lambda english, chinese: said.append(english))
    record.start()
    assert record.standing is Standing.OFF
    assert "Prefect is not installed" in said[0]
    assert not record.look(drop.zone)
    assert record.for_children == {}
    record.stop()


@pytest.mark.slow
def test_a_run_that_prefect_fails_before_is_done_and_told(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The weekly report too: its run may never come up again on the server's record."""
    from flows.serve import deployed  # noqa: PLC0415 - imports Prefect

    def no_server(_: object) -> None:
        raise OSError("connection refused")

    told: list[object] = []
    monkeypatch.setattr(deployed, "load_flow_run", no_server)
    monkeypatch.setattr("flows.notify.after_refresh", lambda *given: told.append(given[2]))
    monkeypatch.setattr("guoban.work.tell", lambda *given: told.append(given[2]))
    drop.samples("2021-01/招商局/签约项目月报表.xlsx")
    result = work._done(drop.settings, drop.zone, uuid4(), [Job.WEEKLY], StageDisplay())
    assert result.published
    assert told == [result, [Job.WEEKLY]]


@pytest.mark.slow
def test_a_scheduled_run_with_a_wrong_setting_fails_in_words(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is raised Prefect would keep as a pickle."""
    from flows.serve import deployed  # noqa: PLC0415 - imports Prefect

    zone = drop.raw / "zone.toml"
    zone.write_text("[zone]\n")
    state = deployed.scheduled.fn(str(drop.raw), str(drop.settings.warehouse), str(zone))
    assert state.is_failed()
    assert "zone.toml" in str(state.message)
    state = deployed.scheduled.fn(jobs=["yearly"])
    assert "yearly" in str(state.message)


@pytest.mark.slow
def test_a_port_that_is_taken_is_said(drop: Drop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = served(drop, "--port", str(port))
    assert ended.returncode == 1
    assert f"guoban: port {port} is taken by another program" in ended.stderr
    assert not (drop.settings.warehouse / "prefect" / "server.json").exists()


@pytest.mark.slow
def test_a_second_serve_is_turned_away(drop: Drop) -> None:
    from flows.serve.serving import alone  # noqa: PLC0415

    with alone(drop.settings.warehouse):
        ended = served(drop)
    assert ended.returncode == 1
    assert "another guoban serve is at work in" in ended.stderr


def served(drop: Drop, *more: str) -> subprocess.CompletedProcess[str]:
    """The command, where it ends by itself."""
    places = ["--raw", str(drop.raw), "--warehouse", str(drop.settings.warehouse)]
    return subprocess.run(
        [sys.executable, "-m", "guoban", "serve", *places, *more],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
