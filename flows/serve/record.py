"""Whether serve's runs are on Prefect's record, and who keeps it: a server of serve's own, or a named one.

Prefect itself is imported when there is one to talk to. Where it fails, that is said, and tried again;
serve goes on without.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import socket
import time
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from flows.announcement import announcing, answers, home_of, is_announced_here
from flows.early import is_server_named, prepare
from flows.ground.defaults import has_prefect
from flows.ground.errors import GuobanError, OrchestratorError
from flows.ground.notes import Note, Notes, in_a_line
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone
from flows.serve.children import Backoff
from flows.serve.schedule import Job
from flows.serve.server import Server

if TYPE_CHECKING:
    from flows.serve.deployments import Deployments, DueRun

T = TypeVar("T")
LOG = logging.getLogger("guoban")
Say = Callable[[str, str], None]
# The port that Prefect itself has by default.
_USUAL_PORT = 4200
# How often the server is asked what is due; how long one that starts is waited for before runs begin
# without it.
_POLL_SECONDS, _START_SECONDS = 3.0, 120.0
_RETRY_SECONDS, _MOST_RETRY_SECONDS = 2.0, 300.0
# A server that was up for so long did not fail by itself.
_STEADY_SECONDS = 120.0
_RENEW = dt.timedelta(days=1)


class Standing(Enum):
    """How serve stands with Prefect."""

    OFF = auto()
    STARTING = auto()
    UP = auto()
    DOWN = auto()


class Record:
    """Prefect's record of serve's runs, as far as there is one now."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self._settings, self._say = settings, say
        self._home = home_of(settings.warehouse)
        self.standing = Standing.OFF
        self.api = ""
        self._server: Server | None = None
        self._port = settings.port
        self._announced = contextlib.ExitStack()
        self._deployments: Deployments | None = None
        self._is_named = False
        self._retry = Backoff(_RETRY_SECONDS, _MOST_RETRY_SECONDS)
        self._since = self._polled = 0.0
        self._renewed = dt.datetime.min.replace(tzinfo=dt.UTC)

    # --- its beginning and end -------------------------------------------------------------------

    def start(self) -> None:
        """Begins; raises OrchestratorError where the port that was asked for is taken."""
        if self._settings.orchestrator == "none":
            return
        if not has_prefect():
            self._say(
                "Prefect is not installed: schedule and watch go on without its record and pages",
                "未安装Prefect：定时和监视照常进行，但没有运行记录和页面",
            )
            return
        prepare(self._settings.warehouse)
        # Serve asks often; what doesn't answer now is asked again soon.
        os.environ.setdefault("PREFECT_CLIENT_MAX_RETRIES", "1")
        self._is_named = is_server_named()
        self._begin()

    def stop(self) -> None:
        """Ends the server, if it is serve's own."""
        self._let_go()
        if self._server is not None:
            self._server.end()
            self._server = None

    def _begin(self) -> None:
        """Starts the server, or takes the one that is named."""
        self.standing, self._since = Standing.STARTING, time.monotonic()
        if self._is_named:
            from flows.serve.deployments import configured_api  # noqa: PLC0415 - takes seconds

            if api := configured_api():
                self.api = api
                return
            self._is_named = False
        notes, now = Notes(), dt.datetime.now(BEIJING)
        self._server = Server(self._home, self._free_port(), now, notes)
        self.api = self._server.api
        # After a failure pages that stand open find it again.
        self._port = self._server.port
        for note in notes:
            self._say(note.english, note.chinese)
        self._say(
            "starting Prefect's server, which may take a minute; runs begin once it answers",
            "正在启动Prefect服务器，可能需要一分钟；随后开始刷新",
        )

    def _free_port(self) -> int:
        """The port for the server; 0 for any. Raises OrchestratorError: the one asked for is taken."""
        port = self._port or _USUAL_PORT
        if _is_free(port):
            return port
        if self._settings.port:
            raise OrchestratorError(
                f"port {port} is taken by another program: choose one by --port or GUOBAN_PORT",
                f"端口{port}已被其他程序占用，请用--port或GUOBAN_PORT另选",
            )
        return 0

    def _let_go(self) -> None:
        self._announced.close()
        if self._deployments is not None:
            self._deployments.close()
            self._deployments = None

    # --- while serving ---------------------------------------------------------------------------

    @property
    def is_awaited(self) -> bool:
        """Whether a run had better wait for a server that is about to answer."""
        return (
            self.standing is Standing.STARTING and time.monotonic() - self._since < _START_SECONDS
        )

    @property
    def pages(self) -> str:
        """Where people find Prefect's pages; "" for nowhere."""
        return self.api.removesuffix("/api") if self.standing is Standing.UP else ""

    @property
    def for_children(self) -> dict[str, str]:
        """What a child has to be told to find the server; nothing where it finds it by itself."""
        return {"PREFECT_API_URL": self.api} if self.standing is Standing.UP else {}

    def look(self, zone: Zone) -> bool:
        """Looks after the server; whether it has just come up."""
        if self.standing is Standing.UP:
            if self._server is not None and self._server.has_ended:
                self._fails(Note("its server has ended", "其服务器已退出"))
            return False
        if self.standing is Standing.DOWN and self._retry.is_over:
            self._again()
        if self.standing is not Standing.STARTING:
            return False
        try:
            return self._comes_up(zone)
        except Exception as error:
            self._fails(in_a_line(error))
            return False

    def _again(self) -> None:
        if self._server is not None and not self._server.has_ended and answers(self.api):
            # It was only busy.
            self.standing, self._since = Standing.STARTING, time.monotonic()
            return
        if self._server is not None:
            self._server.end()
            self._server = None
        try:
            self._begin()
        except (GuobanError, OSError) as error:
            self._fails(in_a_line(error))

    def _comes_up(self, zone: Zone) -> bool:
        if self._server is not None and not self._server.is_up():
            if time.monotonic() - self._since > _START_SECONDS:
                raise OrchestratorError("its server doesn't answer", "其服务器没有响应")
            return False
        from flows.serve.deployments import Deployments  # noqa: PLC0415 - takes seconds

        deployments = Deployments(self.api, self._settings)
        try:
            deployments.set_up(zone, dt.datetime.now(BEIJING))
        except BaseException:
            deployments.close()
            raise
        self._deployments, self._renewed = deployments, dt.datetime.now(BEIJING)
        self._announce()
        self.standing, self._since = Standing.UP, time.monotonic()
        return True

    def _announce(self) -> None:
        """Has commands find the server; again where one of them, which failed on it, took it back."""
        if self._server is not None and not is_announced_here(self._home):
            self._announced.enter_context(announcing(self._home, self.api))

    def _fails(self, why: Note) -> None:
        if self.standing is Standing.UP and time.monotonic() - self._since > _STEADY_SECONDS:
            self._retry.worked()
        self.standing = Standing.DOWN
        self._let_go()
        self._retry.failed()
        self._say(
            f"Prefect fails, runs go on without its record ({why.english}); tried again in "
            f"{self._retry.seconds:.0f} s",
            f"Prefect出错，刷新照常进行但没有记录（{why.chinese}）；{self._retry.seconds:.0f}秒后重试",
        )

    def due(self, zone: Zone) -> list[DueRun] | None:
        """The runs that Prefect wants started; None where it can't be asked, or was just now."""
        if time.monotonic() - self._polled < _POLL_SECONDS:
            return None
        self._polled = time.monotonic()
        now = dt.datetime.now(BEIJING)
        return self._asked(lambda known: self._renewed_and_due(known, zone, now))

    def _renewed_and_due(self, known: Deployments, zone: Zone, now: dt.datetime) -> list[DueRun]:
        if now - self._renewed > _RENEW:
            self._set_up(known, zone, now)
        self._announce()
        return known.due(now)

    def _set_up(self, known: Deployments, zone: Zone, now: dt.datetime) -> None:
        known.set_up(zone, now)
        self._renewed = now

    def renew(self, zone: Zone) -> None:
        """Makes the deployments anew, as zone.toml has them now."""
        self._asked(lambda known: self._set_up(known, zone, dt.datetime.now(BEIJING)))

    def wants(self, jobs: Iterable[Job]) -> bool:
        """Has runs of these jobs be due now; False where that can't be done."""
        return bool(self._asked(lambda known: known.want(jobs)))

    def merged(self, runs: Iterable[DueRun]) -> None:
        """Records that these are done by the run that begins now."""
        words = "done by a run that began at the same time 并入同时开始的运行"
        self._asked(lambda known: known.merged(runs, words))

    def cancelling(self) -> list[UUID]:
        """The runs of which somebody asked in Prefect's pages that they should end."""
        return self._asked(lambda known: known.cancelling()) or []

    def cancelled(self, runs: Iterable[UUID]) -> None:
        """Records that they have ended, as was asked."""
        self._asked(lambda known: known.cancelled(runs))

    def clean_up(self, words: str, *, is_wanted: bool = False) -> None:
        """Ends on record the runs that have no process; only while no refresh is at work."""
        if found := self._asked(lambda known: known.clean_up(words, is_wanted=is_wanted)):
            LOG.info("%d runs without a process are ended on Prefect's record", found)

    def _asked(self, ask: Callable[[Deployments], T]) -> T | None:
        """What the server says; None where it can't be asked."""
        if self.standing is not Standing.UP or self._deployments is None:
            return None
        from flows.serve.deployments import FAILURES  # noqa: PLC0415 - it is imported by now

        try:
            return ask(self._deployments)
        except FAILURES as error:
            self._fails(in_a_line(error))
            return None


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False
