"""`guoban serve` as an administrator starts it: nobody types a command, and figures are published.

With Prefect and a server of its own; files arrive, runs and serve itself are ended in every way.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command import assert_nothing_is_left, of_session
from drop import Drop
from past import assert_verified

pytestmark = pytest.mark.nightly

# As the issue has it, on a machine that has its processors to itself.
PUBLISHED_WITHIN, GONE_WITHIN = 15.0, 10.0
MOST_SECONDS = 240.0


def busy() -> float:
    """How many want each processor of this machine; 1 where it is free."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Serve:
    """A running serve, in a session of its own, by which all it starts is known."""

    def __init__(self, drop: Drop) -> None:
        clean = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
        settings = drop.settings
        self._said = settings.warehouse.parent / "said.txt"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "guoban", "serve"),
                    *("--raw", settings.raw, "--warehouse", settings.warehouse),
                ],
                env={**clean, "LC_ALL": "C.UTF-8"},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self._home = settings.warehouse / "prefect"

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def until(self, is_so: Callable[[], bool], seconds: float = MOST_SECONDS) -> float:
        """Waits until it is so; for how long."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < seconds, self.said
            assert self.process.poll() is None, self.said
            time.sleep(0.1)
        return time.monotonic() - began

    def until_said(self, words: str, times: int = 1) -> None:
        self.until(lambda: self.said.count(words) >= times)

    def runs(self) -> int:
        """How many refreshes have come to something."""
        return self.said.count("published 2")

    @property
    def api_address(self) -> str:
        announced = json.loads((self._home / "server.json").read_bytes())
        return str(announced["api"])

    def api(self, path: str, **body: Any) -> Any:
        """What its server says."""
        address = self.api_address + path
        data = json.dumps(body).encode() if body or path.endswith("filter") else None
        asked = urllib.request.Request(  # noqa: S310 - our own server
            address, data, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def flow_runs(self, state: str) -> list[dict[str, Any]]:
        states = {"state": {"type": {"any_": [state]}}}
        found: list[dict[str, Any]] = self.api("/flow_runs/filter", flow_runs=states)
        return found

    def work(self) -> int | None:
        """The process of the run at work, or of one that gets ready."""
        found = of_session(self.process.pid)
        return next((pid for pid, command in found.items() if b"guoban.work" in command), None)

    def server(self) -> int:
        """The process of its server."""
        found = of_session(self.process.pid)
        return next(pid for pid, command in found.items() if b"flows.serve.pages" in command)

    def stop(self, sign: signal.Signals) -> float:
        """Ends it; how long it took until nothing was left."""
        began = time.monotonic()
        self.process.send_signal(sign)
        self.process.wait(60)
        assert_nothing_is_left(self.process.pid)
        return time.monotonic() - began


def read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
        content: bytes = answer.read()
    return content


def filed(drop: Drop) -> set[str]:
    """The files that are published."""
    with contextlib.suppress(Exception):
        return {name for (name,) in drop.query("select distinct file from mart.submissions")}
    return set()


def assert_stopped_quietly(serve: Serve) -> None:
    assert "Traceback" not in serve.said
    assert serve.said.rstrip().endswith("stopped")


@pytest.fixture
def started(drop: Drop) -> Iterator[Callable[[], Serve]]:
    """Starts a serve; those that a test leaves are ended."""
    serves: list[Serve] = []

    def start() -> Serve:
        serves.append(Serve(drop))
        return serves[-1]

    yield start
    for serve in serves:
        serve.process.kill()


def test_a_day_of_serving(drop: Drop, tmp_path: Path, started: Callable[[], Serve]) -> None:
    desk = Drop(tmp_path / "desk")

    def written(name: str, number: int) -> Path:
        """A return at its department, before it is filed: each with another amount."""
        row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": 10_000 + number}
        return desk.put(name, "signed_projects", "招商局", "2021-01", [row])

    def file(name: str, number: int) -> str:
        shutil.copyfile(written(name, number), drop.raw / name)
        return name

    many = [written(f"甲{number:03}.xlsx", number) for number in range(200)]
    serve = started()
    serve.until_said("runs are on record at")
    serve.until_said("published 2")

    # Prefect's pages know where they are, and schedules yield runs.
    pages = serve.api_address.removesuffix("/api")
    assert b"<html" in read(f"{pages}/").lower()
    assert json.loads(read(f"{pages}/ui-settings"))["api_url"] == serve.api_address
    serve.until(lambda: len(serve.flow_runs("SCHEDULED")) >= 9)
    names = {one["id"]: one["name"].partition(" ")[0] for one in serve.api("/deployments/filter")}
    scheduled = {names[one["deployment_id"]] for one in serve.flow_runs("SCHEDULED")}
    assert scheduled == {"daily", "weekly", "close"}

    # Somebody asks for a run by hand, and for the week's: they are one.
    ids = {name: one for one, name in names.items()}
    asked = [
        serve.api(f"/deployments/{ids[name]}/create_flow_run", name=name)["id"]
        for name in ("by-hand", "weekly")
    ]
    serve.until(lambda: {one["id"] for one in serve.flow_runs("COMPLETED")} >= {*asked})
    ended = {one["id"]: one["state"] for one in serve.flow_runs("COMPLETED")}
    assert {ended[one]["name"] for one in asked} <= {"Completed", "Merged"}
    assert "nothing new" in {ended[one]["message"] for one in asked}

    # A run is cancelled in Prefect's pages; the next takes in what it did not.
    name = file("撤.xlsx", 500)
    serve.until(lambda: bool(serve.flow_runs("RUNNING")))
    (cancelled,) = serve.flow_runs("RUNNING")
    serve.api(f"/flow_runs/{cancelled['id']}/set_state", state={"type": "CANCELLING"}, force=True)
    serve.until(
        lambda: (
            {"CANCELLED", "COMPLETED"} >= {serve.api(f"/flow_runs/{cancelled['id']}")["state_type"]}
        )
    )

    # A file arrives.
    name = file("一月.xlsx", 1000)
    took = serve.until(lambda: name in filed(drop))
    assert took < PUBLISHED_WITHIN * busy()

    # Two hundred within ten seconds.
    before = serve.runs()
    began = time.monotonic()
    for number, path in enumerate(many):
        shutil.copyfile(path, drop.raw / path.name)
        time.sleep(max(0.0, number / 20 - (time.monotonic() - began)))
    serve.until(lambda: {path.name for path in many} <= filed(drop))
    assert 1 <= serve.runs() - before <= 4

    # It is stopped while a run is at work; what came in before and meanwhile is not lost.
    arrivals = serve.said.count("have arrived")
    name = file("二月.xlsx", 2000)
    serve.until_said("have arrived", arrivals + 1)
    assert serve.stop(signal.SIGTERM) < GONE_WITHIN
    assert serve.process.returncode == 0
    assert_stopped_quietly(serve)
    other = file("三月.xlsx", 3000)
    serve = started()
    serve.until(lambda: {name, other} <= filed(drop))

    # A run is killed half-way.
    name = file("四月.xlsx", 4000)
    serve.until_said("have arrived")
    serve.until(lambda: bool(serve.flow_runs("RUNNING")))
    (killed,) = serve.flow_runs("RUNNING")
    os.kill(serve.work() or 0, signal.SIGKILL)
    serve.until_said("it was killed (SIGKILL)")
    serve.until(lambda: killed["id"] in {one["id"] for one in serve.flow_runs("CRASHED")})
    serve.until(lambda: name in filed(drop))

    # Serve itself is, while a run is at work.
    name = file("五月.xlsx", 5000)
    serve.until_said("have arrived", 2)
    serve.until(lambda: bool(serve.flow_runs("RUNNING")))
    assert serve.work()
    assert serve.stop(signal.SIGKILL) < GONE_WITHIN
    serve = started()
    serve.until(lambda: name in filed(drop))
    serve.until(lambda: serve.work() is None)
    serve.until(lambda: serve.flow_runs("RUNNING") == [])
    assert serve.said.count("have arrived") == 0

    # Its server dies: runs go on, and are on record again.
    os.kill(serve.server(), signal.SIGKILL)
    serve.until_said("Prefect fails, runs go on without its record (its server has ended)")
    name = file("六月.xlsx", 6000)
    serve.until(lambda: name in filed(drop))
    serve.until_said("runs are on record at", 2)
    assert serve.stop(signal.SIGINT) < GONE_WITHIN
    assert_stopped_quietly(serve)
    assert_verified(drop)
