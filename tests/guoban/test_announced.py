"""How a command finds the Prefect server that another one keeps for the same warehouse."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from flows.announcement import answers
from flows.embedded import announced, announcing


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def answering() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api"
        finally:
            server.shutdown()
            thread.join()


def test_a_server_is_found_as_long_as_it_is_announced(tmp_path: Path) -> None:
    assert announced(tmp_path) is None
    with answering() as api:
        with announcing(tmp_path, api):
            assert announced(tmp_path) == api
        assert announced(tmp_path) is None


def test_one_that_does_not_answer_is_not_believed(tmp_path: Path) -> None:
    with answering() as api:
        pass
    with announcing(tmp_path, api):
        assert announced(tmp_path) is None


def test_one_whose_process_has_ended_is_not_believed(tmp_path: Path) -> None:
    """Also where its number has been given to another process since, and its port is answered at."""
    with answering() as api:
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        for said in ({"pid": ended.pid, "started": "1"}, {"pid": os.getpid(), "started": "1"}):
            (tmp_path / "server.json").write_text(json.dumps({"api": api, **said}))
            assert announced(tmp_path) is None


def test_one_elsewhere_is_not_believed(tmp_path: Path) -> None:
    """A file that names another machine, or no address, sends no record there."""
    with answering() as api:
        port = api.split(":")[2]
        for place in (f"http://localhost:{port}", "http://[::1", "http://127.0.0.1:x/api", "x"):
            with announcing(tmp_path, place):
                assert announced(tmp_path) is None


@pytest.mark.parametrize("place", ["http://[", "http://127.0.0.1:x/", f"http://{'a' * 300}/", ""])
def test_nobody_answers_at_what_is_no_address(place: str) -> None:
    assert not answers(place)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"api": "x", "pid": "?", "started": ""}',
        '{"api": "http://127.0.0.1:1/api", "pid": 1e999, "started": "1"}',
        "[" * 100_000,
        "\0",
    ],
)
def test_an_announcement_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text)
    assert announced(tmp_path) is None


def test_the_announcement_of_a_later_server_stays(tmp_path: Path) -> None:
    with answering() as api:
        with announcing(tmp_path, "http://127.0.0.1:1/api"):
            later = announcing(tmp_path, api)
            later.__enter__()
        assert announced(tmp_path) == api
        later.__exit__(None, None, None)
