"""A refresh as a Prefect flow: offline with the embedded API, and on a running server."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import Refresh
from drop import Drop
from two_files import first, second

from flows.ground.settings import PROJECT

pytestmark = pytest.mark.slow

STAGES = {"receive", "read", "normalise", "validate", "load", "settle", "publish"}
QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


def refresh(drop: Drop, raw: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """The command as an administrator calls it, with a home of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    places = ["--raw", str(raw), "--warehouse", str(drop.settings.warehouse)]
    return subprocess.run(
        [sys.executable, "-m", "guoban", "refresh", "--json", *places],
        env={**clean, "HOME": str(drop.raw), **more},
        capture_output=True,
        text=True,
        check=False,
    )


def task_runs(home: Path) -> tuple[set[str], set[str]]:
    """The names of Prefect's task runs, and the states they ended in."""
    with sqlite3.connect(home / "prefect.db") as con:
        runs: list[Any] = con.execute("select name, state_type from task_run").fetchall()
    return {name.rsplit("-", 1)[0] for name, _ in runs}, {state for _, state in runs}


def assert_same(drop: Drop, golden: Drop) -> None:
    for relation in ("mart.headline_indicators", "mart.findings"):
        query = f"from {relation} order by all"
        assert drop.query(query) == golden.query(query)


@pytest.mark.nightly
def test_offline_it_gives_the_same(drop: Drop, golden: Drop) -> None:
    """Its home in the warehouse, each stage a task run."""
    run = refresh(drop, golden.raw)
    assert run.returncode == 0, run.stderr
    assert "leaked" not in run.stderr
    assert json.loads(run.stdout)["submissions"] == {"accepted": 146, "accepted_with_warnings": 9}
    assert_same(drop, golden)
    home = drop.settings.warehouse / "prefect"
    names, states = task_runs(home)
    assert names >= STAGES
    assert states == {"COMPLETED"}
    assert list(drop.raw.iterdir()) == []
    assert_on_record(home, json.loads(run.stdout)["published"], drop.zone.zone.name)


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(home / "prefect.db")) as con:
        return con.execute(query).fetchall()


def assert_on_record(home: Path, release: str, zone: str) -> None:
    """Run, release and pages name each other; whoever looks at a stage sees its lines."""
    ((name, tags, parameters, flow_run),) = asked(
        home, "select name, tags, parameters, id from flow_run"
    )
    assert name == release
    assert {zone, "2021-01", "2021-05"} <= set(json.loads(tags))
    assert json.loads(parameters).keys() == {"raw", "warehouse", "zone"}
    messages = [one for (one,) in asked(home, "select message from flow_run_state")]
    assert messages[-1] == f"published {release}"
    lines = asked(home, "select message, task_run_id from log")
    assert any(release in line and str(uuid.UUID(flow_run)) in line for line, _ in lines)
    assert any("checking rows" in line and task for line, task in lines)
    ((key, page),) = asked(home, "select key, data from artifact")
    assert key.isascii()
    shown = json.loads(page)
    assert all(words in shown for words in (release, "已接收 | 146", "警告", "ZS01", "2021年5月"))
    # Nothing is stored that would have to be unpickled.
    assert not list(home.rglob("storage"))
    assert {data for (data,) in asked(home, "select data from flow_run_state")} <= {None, "null"}


@pytest.mark.nightly
def test_a_server_stays_for_the_next_refresh_and_goes_with_one_that_is_killed(drop: Drop) -> None:
    first(drop)
    home = drop.settings.warehouse / "prefect"
    staying = {"GUOBAN_SERVER_MINUTES": "10"}
    ended = Refresh(drop, **staying).end()
    assert ended.status == 0, ended.words
    # Said before anything large is imported.
    assert ended.err.startswith("guoban: something new; Prefect is started\n")
    server = json.loads((home / "server.json").read_text())
    second(drop)
    again = Refresh(drop, **staying).end()
    assert again.status == 0, again.words
    assert json.loads((home / "server.json").read_text()) == server
    assert [state for (state,) in asked(home, "select state_type from flow_run")] == [
        "COMPLETED",
        "COMPLETED",
    ]
    copy = drop.raw / "again.xlsx"
    shutil.copyfile(next(drop.raw.rglob("*.xlsx")), copy)
    run = Refresh(drop, **staying).until("receive")
    assert run.kill().status == -signal.SIGKILL
    until = time.monotonic() + 10
    while Path(f"/proc/{server['pid']}/cmdline").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{server['pid']}/cmdline").exists()
    run.assert_nothing_is_left()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A Prefect server on loopback: the address of its API, and its home."""
    home = tmp_path / "server"
    home.mkdir()
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)],
        env={**os.environ, **QUIET, "PREFECT_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    api = f"http://127.0.0.1:{port}/api"
    try:
        wait_for(f"{api}/health", seconds=120)
        yield api, home
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own server
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


@pytest.mark.nightly
def test_on_a_running_server_it_gives_the_same(
    drop: Drop, golden: Drop, server: tuple[str, Path]
) -> None:
    api, home = server
    run = refresh(drop, golden.raw, PREFECT_API_URL=api)
    assert run.returncode == 0, run.stderr
    assert_same(drop, golden)
    names, states = task_runs(home)
    assert names >= STAGES
    assert states == {"COMPLETED"}
    # What a deployment's worker does, with nothing of the command around it.
    assert deployed(drop, golden, api, home, zone=None) == ("COMPLETED", "nothing new")
    broken = drop.raw / "zone.toml"
    broken.write_text("[zone]\n")
    state, message = deployed(drop, golden, api, home, zone=broken)
    assert state == "FAILED"
    assert "zone.toml" in message
    assert not list(home.rglob("storage"))


def posted(api: str, path: str, **body: Any) -> str:
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{api}/{path}/", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return str(json.load(answer)["id"])


def deployed(drop: Drop, golden: Drop, api: str, home: Path, zone: Path | None) -> tuple[str, str]:
    """Runs the flow as a process of Prefect's does; the state it ended in, and the words of it."""
    parameters = {
        "raw": str(golden.raw),
        "warehouse": str(drop.settings.warehouse),
        "zone": zone and str(zone),
    }
    flow_run = posted(
        api,
        "flow_runs",
        flow_id=posted(api, "flows", name="refresh"),
        parameters=parameters,
        state={"type": "PENDING"},
    )
    subprocess.run(
        [sys.executable, "-m", "prefect.flow_engine", "flows/refresh.py:refresh"],
        env={**os.environ, **QUIET, "PREFECT_API_URL": api, "PREFECT__FLOW_RUN_ID": flow_run,
             "PREFECT_HOME": str(home)},
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )  # fmt: skip
    with urllib.request.urlopen(f"{api}/flow_runs/{flow_run}") as answer:  # noqa: S310
        state = json.load(answer)["state"]
    return state["type"], state["message"]


def test_a_server_that_does_not_answer_is_said_so(drop: Drop, golden: Drop) -> None:
    api = f"http://127.0.0.1:{free_port()}/api"
    run = refresh(drop, golden.raw, PREFECT_API_URL=api)
    assert run.returncode == 1
    *_, line = run.stderr.splitlines()
    assert line.startswith(f"guoban: the Prefect server at {api} (PREFECT_API_URL) doesn't answer")
    assert not (drop.settings.warehouse / "current").exists()
