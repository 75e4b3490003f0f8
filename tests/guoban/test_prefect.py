"""A refresh as a Prefect flow: offline with the embedded API, and on a running server."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from drop import Drop

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


def test_offline_it_gives_the_same(drop: Drop, golden: Drop) -> None:
    """Its home in the warehouse, each stage a task run."""
    run = refresh(drop, golden.raw)
    assert run.returncode == 0, run.stderr
    assert "leaked" not in run.stderr
    assert json.loads(run.stdout)["submissions"] == {"accepted": 146, "accepted_with_warnings": 9}
    assert_same(drop, golden)
    names, states = task_runs(drop.settings.warehouse / "prefect")
    assert names >= STAGES
    assert states == {"COMPLETED"}
    assert list(drop.raw.iterdir()) == []


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


def test_a_server_that_does_not_answer_is_said_so(drop: Drop, golden: Drop) -> None:
    api = f"http://127.0.0.1:{free_port()}/api"
    run = refresh(drop, golden.raw, PREFECT_API_URL=api)
    assert run.returncode == 1
    *_, line = run.stderr.splitlines()
    assert line.startswith(f"guoban: the Prefect server at {api} (PREFECT_API_URL) doesn't answer")
    assert not (drop.settings.warehouse / "current").exists()
