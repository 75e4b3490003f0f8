"""Serve's own process: it watches the folder and the clock, and has one run at work at a time.

Nothing is computed here. A run is a child, so that whatever becomes of it, and however much memory it
took, serve goes on; Prefect's server is one too, and where it fails runs go on without its record.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from flows.ground.durable import plain_modes, replace_durably
from flows.ground.errors import BusyError, GuobanError, SettingsError
from flows.ground.notes import Note, in_a_line
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone, load_zone
from flows.serve.arrivals import Arrivals
from flows.serve.children import Backoff, Child
from flows.serve.record import Record, Standing
from flows.serve.schedule import Job, missed
from flows.serve.watch import Watch
from flows.store.warehouse import Warehouse

if TYPE_CHECKING:
    from flows.serve.deployments import DueRun

LOG = logging.getLogger("guoban")
# For so long a file that has arrived waits for others on their way.
_PATIENCE_SECONDS = 5.0
# What failed is tried again after so long, twice as long each time, up to a most; what another
# refresh keeps waiting, soon.
_RETRY_SECONDS, _MOST_RETRY_SECONDS = 5.0, 900.0
_BUSY_SECONDS = 5.0
# How often zone.toml and a run's cancellation are looked for, and the schedule's place is kept.
_ZONE_SECONDS, _CANCEL_SECONDS, _KEEP_SECONDS = 15.0, 5.0, 60.0
# A run is given so long to end when serve is stopped; all together has ten.
_END_SECONDS = 3.0
# No refresh takes so long; one that does hangs.
_HANGING_SECONDS = 12 * 3600.0
# How a run ends that another one keeps from the warehouse (EX_TEMPFAIL).
BUSY = 75

Say = Callable[[str, str], None]
"""Tells the operator something, in English and Chinese."""
NAMES = {Job.DAILY: "每日刷新", Job.WEEKLY: "周调度", Job.CLOSE: "报送截止日刷新"}


@dataclass
class _Wanted:
    """What the next run is for: whatever comes up before it begins is one run."""

    is_asked: bool = False
    jobs: set[Job] = field(default_factory=set)
    due: list[DueRun] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.is_asked or bool(self.jobs or self.due)

    def add(self, other: _Wanted) -> None:
        """Wants what the other wanted as well, but for Prefect's runs: they are ended on record."""
        self.is_asked = True
        self.jobs |= other.jobs | {one.job for one in other.due if one.job}


@dataclass
class _Run:
    """A child at work, and what for."""

    child: Child
    wanted: _Wanted
    started: float = field(default_factory=time.monotonic)
    looked: float = field(default_factory=time.monotonic)
    cancelled: list[UUID] = field(default_factory=list)


class Serving:
    """One zone's serve. `module` is what a run's child runs, see `guoban.work`."""

    def __init__(
        self,
        settings: Settings,
        zone: Zone,
        module: str,
        say: Say,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(BEIJING),
    ) -> None:
        self._settings, self._zone, self._module, self._say = settings, zone, module, say
        self._now = now
        self._warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
        self._watch = Watch(settings.raw, settings.watch)
        self._arrivals = Arrivals(settings.still_seconds, _PATIENCE_SECONDS)
        self._record = Record(settings, say)
        # What arrived while nothing ran is looked for at once.
        self._wanted = _Wanted(is_asked=True)
        self._run: _Run | None = None
        # A child that gets ready while files arrive.
        self._ready: Child | None = None
        self._retry = Backoff(_RETRY_SECONDS, _MOST_RETRY_SECONDS)
        # Files that a run left for the next one.
        self._left = Backoff(_RETRY_SECONDS, _MOST_RETRY_SECONDS)
        self._has_left = False
        self._not_before = 0.0
        self._is_waiting_said = False
        self._trouble = ""
        self._zone_signs = _signs(settings.zone)
        self._zone_looked = self._kept = time.monotonic()
        self._until = now()

    def forever(self) -> None:
        """Serves until SIGTERM or Ctrl-C.

        Raises BusyError where another serve has the warehouse, OrchestratorError where the port that
        was asked for is taken.
        """
        with alone(self._warehouse.folder), _stopped_by_signals():
            try:
                self.recall()
                self._greet()
                self._record.start()
                while True:
                    self.round()
            except KeyboardInterrupt:
                self._say("stopping", "正在停止")
            finally:
                self.stop()

    def _greet(self) -> None:
        how = ("looking every few seconds", "定时查看") if self._watch.is_polling else ("", "")
        self._say(
            f"watching {self._settings.raw}{', ' if how[0] else ''}{how[0]}; "
            f"publishing to {self._settings.warehouse}",
            f"监视投放文件夹{self._settings.raw}{'，' if how[1] else ''}{how[1]}；"
            f"发布到{self._settings.warehouse}",
        )

    def stop(self) -> None:
        """Ends everything, within ten seconds, whatever else is asked meanwhile."""
        with _deaf_to_signals():
            if (run := self._run) is not None:
                run.child.end(_END_SECONDS)
                self._run = None
                self._say(
                    "the run at work was ended; the next start goes on with what it took in",
                    "已结束正在进行的刷新，下次启动时接着处理",
                )
                self._clean_up(
                    "guoban serve was stopped; its next start goes on 服务已停止，下次启动时接着处理",
                    is_wanted=True,
                )
            if self._ready is not None:
                self._ready.end(0)
            self._watch.close()
            self._record.stop()
            self._keep()
            self._say("stopped", "已停止")

    def round(self) -> None:
        """Listens for a moment, and does what is to be done."""
        self._hear()
        self._look_at_zone()
        self._follow_schedule()
        if self._run is not None:
            self._look_at_run(self._run)
        if self._run is None and self._wanted and self._may_start():
            self._start()

    # --- what is wanted --------------------------------------------------------------------------

    def _hear(self) -> None:
        """Listens for a moment; what has arrived is wanted."""
        for path, signs in self._watch.changed().items():
            self._arrivals.look(path, signs, time.monotonic())
        if self._watch.trouble != self._trouble:
            self._trouble = self._watch.trouble
            if self._trouble:
                self._say(
                    f"waiting for the drop folder: {self._trouble}",
                    f"等待投放文件夹恢复：{self._trouble}",
                )
            else:
                self._say("the drop folder is there", "投放文件夹可以查看了")
                self._wanted.is_asked = True
        if self._has_left and self._left.is_over:
            self._has_left = False
            self._wanted.is_asked = True
        now = time.monotonic()
        for path in self._arrivals.paths:
            self._arrivals.look(path, self._watch.signs(path), now)
        if self._arrivals.paths and self._run is None and not self._record.is_awaited:
            # Most of a small run is getting ready, which takes no longer than a file to arrive.
            with contextlib.suppress(OSError):
                self._get_ready()
        if self._arrivals.is_due(now):
            files = self._arrivals.take(now)
            self._say(f"{files} files have arrived", f"到达{files}个文件")
            self._wanted.is_asked = True
            # Whatever failed before may have been put right by it.
            self._retry.hurry()

    def _look_at_zone(self) -> None:
        """Takes up zone.toml when it has changed; one that can't be used is said and left."""
        if time.monotonic() - self._zone_looked < _ZONE_SECONDS:
            return
        self._zone_looked = time.monotonic()
        if (signs := _signs(self._settings.zone)) == self._zone_signs:
            return
        self._zone_signs = signs
        try:
            self._zone = load_zone(self._settings.zone)
        except SettingsError as error:
            self._say(
                f"zone.toml has changed and can't be used, the one before holds: {error}",
                f"zone.toml有改动但无法使用，日程沿用原来的：{error.chinese}",
            )
            return
        self._say("zone.toml has changed", "zone.toml有改动")
        self._record.renew(self._zone)
        self._wanted.is_asked = True

    def _follow_schedule(self) -> None:
        """Wants what has come due: what Prefect says is due where it is there, else by the clock."""
        is_new = self._record.look(self._zone)
        now = self._now()
        if is_new:
            self._say(
                f"runs are on record at {self._record.pages}", f"运行记录见{self._record.pages}"
            )
            self._clean_up("its process ended 进程已结束")
            if (jobs := missed(self._zone, self._until, now)) and self._record.wants(jobs):
                self._until = now
        if self._record.standing is Standing.UP:
            due = self._record.due(self._zone)
            if due is not None:
                self._until = now
                known = {*self._wanted.due, *(self._run.wanted.due if self._run else ())}
                self._wanted.due += [one for one in due if one not in known]
        elif not self._record.is_awaited:
            self._wanted.jobs |= missed(self._zone, self._until, now)
            self._until = now
        if time.monotonic() - self._kept > _KEEP_SECONDS:
            self._keep()

    def _clean_up(self, words: str, *, is_wanted: bool = False) -> None:
        """Ends on Prefect's record what nobody runs any more, unless a refresh is at work now."""
        if self._run is None:
            with contextlib.suppress(GuobanError, OSError), self._warehouse.locked():
                self._record.clean_up(words, is_wanted=is_wanted)

    # --- how far the schedule was followed, for the next start -------------------------------------

    @property
    def _place(self) -> Path:
        return self._warehouse.folder / "work" / "served.json"

    def recall(self) -> None:
        """Goes on with the schedule where the last serve of this warehouse left it."""
        odd = (ValueError, LookupError, TypeError, ArithmeticError, RecursionError)
        with contextlib.suppress(OSError, *odd):
            kept = json.loads(self._place.read_bytes())
            self._until = dt.datetime.fromisoformat(kept["until"]).astimezone(BEIJING)

    def _keep(self) -> None:
        self._kept = time.monotonic()
        # On a full disk, or where the folder has gone: the one kept before is good for a while.
        with contextlib.suppress(OSError), plain_modes():
            replace_durably(self._place, json.dumps({"until": self._until.isoformat()}).encode())

    # --- runs ------------------------------------------------------------------------------------

    def _may_start(self) -> bool:
        """Whether a run can begin now: nothing keeps the warehouse, and nothing failed just before."""
        if self._trouble or self._record.is_awaited:
            return False
        if not self._retry.is_over or time.monotonic() < self._not_before:
            return False
        try:
            with self._warehouse.locked():
                self._is_waiting_said = False
                return True
        except BusyError:
            self._waits()
        except (GuobanError, OSError) as error:
            self._failed(in_a_line(error))
        return False

    def _waits(self) -> None:
        """Another refresh is at work: what is wanted is tried again after it."""
        self._not_before = time.monotonic() + _BUSY_SECONDS
        if not self._is_waiting_said:
            self._is_waiting_said = True
            self._say("another refresh is at work; waiting for it", "另一次刷新正在进行，等它结束")

    def _start(self) -> None:
        wanted, self._wanted = self._wanted, _Wanted()
        is_up = self._record.standing is Standing.UP
        # Without a server its runs stay due, and those that are due again by then do nothing twice.
        due = (
            sorted(wanted.due, key=lambda one: [*Job].index(one.job) if one.job else -1)
            if is_up
            else []
        )
        jobs = wanted.jobs | {one.job for one in wanted.due if one.job}
        arguments = [f"--job={job}" for job in sorted(jobs)]
        try:
            child = self._get_ready()
        except OSError as error:
            # No memory, or no process more.
            self._wanted.add(wanted)
            self._failed(in_a_line(error))
            return
        if due:
            arguments.append(f"--run={due[-1].id}")
            self._record.merged(due[:-1])
        self._run, self._ready = _Run(child, wanted), None
        self._run.child.go(arguments)

    def _get_ready(self) -> Child:
        """A child that waits to be told what to do; one that would find no server is no use."""
        more = self._record.for_children
        ready = self._ready
        if ready is not None and (ready.status() is not None or ready.more != more):
            self._ready = None
            ready.end(0)
            ready.close()
            ready = None
        if ready is None:
            folders = [f"--{name}={getattr(self._settings, name)}" for name in _PASSED_ON]
            folders.append(f"--orchestrator={'prefect' if more else 'none'}")
            ready = Child(self._module, folders, more)
        self._ready = ready
        return ready

    def _look_at_run(self, run: _Run) -> None:
        status = run.child.status()
        now = time.monotonic()
        if status is None:
            if now - run.looked > _CANCEL_SECONDS:
                run.looked = now
                run.cancelled = run.cancelled or self._record.cancelling()
            if run.cancelled or now - run.started > _HANGING_SECONDS:
                run.child.end(_END_SECONDS)
            return
        self._run = None
        out, err = run.child.said()
        run.child.close()
        result = _result(out) if status == 0 else None
        if result is not None:
            self._retry.worked()
            if late := self._record.cancelling():
                # Asked for as it ended: nobody else would take them for ended.
                self._record.cancelled(late)
            self._done(result, now - run.started)
        elif status == BUSY:
            self._wanted.add(run.wanted)
            self._waits()
        elif run.cancelled:
            self._record.cancelled(run.cancelled)
            self._say("the run was cancelled in Prefect's pages", "本次刷新已在Prefect页面中取消")
        else:
            why = _why(status, err)
            self._wanted.add(run.wanted)
            self._clean_up(why.english)
            self._failed(why)

    def _done(self, result: dict[str, Any], seconds: float) -> None:
        """Says what came of a run."""
        counts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in result["counts"].items())
        if result["published"]:
            self._say(
                f"published {result['published']} in {seconds:.1f} s: {counts}",
                f"已发布{result['published']}，用时{seconds:.1f}秒：{counts}",
            )
        elif counts:
            self._say(f"nothing new to publish: {counts}", f"没有新内容：{counts}")
        if result["is_left"]:
            # A file that was held by another program, or looked at when it changed once more.
            self._left.failed()
            self._has_left = True
        else:
            self._left.worked()
            self._has_left = False

    def _failed(self, why: Note) -> None:
        self._retry.failed()
        seconds = self._retry.seconds
        self._say(
            f"the refresh failed, what was published stands: {why.english}; tried again in {seconds:.0f} s",
            f"刷新失败，已发布的数字不变：{why.chinese}；{seconds:.0f}秒后重试",
        )


def _result(out: str) -> dict[str, Any] | None:
    """What a run says last that came of it; None where it says nothing of the kind."""
    try:
        result = json.loads(out.splitlines()[-1])
    except (IndexError, ValueError):
        return None
    return result if isinstance(result, dict) else None


def _why(status: int, err: str) -> Note:
    """What ended a run: it says so itself, unless it was killed."""
    if status < 0:
        name = next((one.name for one in signal.Signals if one == -status), str(-status))
        return Note(f"it was killed ({name})", f"被强行结束（{name}）")
    words = next((line for line in reversed(err.splitlines()) if line.strip()), "?")
    return Note(words, words)


# What a child is told of the settings; the rest it finds in the environment, as serve did.
_PASSED_ON = ("raw", "warehouse", "zone")


def _signs(path: Path) -> tuple[int, int] | None:
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_size, info.st_mtime_ns


@contextlib.contextmanager
def alone(warehouse: Path) -> Iterator[None]:
    """Has this be the only serve of the warehouse; the system frees it when the process ends."""
    with plain_modes():
        (warehouse / "work").mkdir(parents=True, exist_ok=True)
        handle = os.open(warehouse / "work" / "serving", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                f"another guoban serve is at work in {warehouse}; one is enough",
                f"另一个guoban serve正在使用{warehouse}，只需运行一个",
            ) from None
        yield
    finally:
        os.close(handle)


def _interrupted(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM, which is what systemd sends, stops like Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, _interrupted) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextlib.contextmanager
def _deaf_to_signals() -> Iterator[None]:
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)
    yield
