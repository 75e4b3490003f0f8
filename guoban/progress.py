"""What the operator sees and keeps of a run: stages on the terminal, and a log that machines read too.

`<warehouse>/logs/guoban.jsonl` has an object of JSON in each line: `time`, `level`, `run`, `stage`,
`message`, and as it comes `outcome`, `counts`, `seconds` (since the run began), `stages` (the seconds
of each), `done`, `of`, `error`. Elsewhere than on a terminal, stderr has the same lines for people.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from rich.status import Status

from flows.answer.results import RunResult
from flows.ground.durable import OWN, admit
from flows.ground.errors import BusyError, is_stop
from flows.ground.settings import BEIJING
from guoban.output import console, one_line
from guoban.words import say

T = TypeVar("T")
LOG = logging.getLogger("guoban")
STAGES = {
    "receive": ("looking into the drop folder", "查看投放文件夹"),
    "read": ("reading workbooks", "读取表格"),
    "normalise": ("reading cells", "解析单元格"),
    "validate": ("checking rows", "逐行校验"),
    "load": ("loading", "入库"),
    "views": ("building views", "生成视图"),
    "settle": ("settling what counts", "核定计入范围"),
    "record": ("recording what changed", "登记变化"),
    "publish": ("publishing", "发布"),
    "answer": ("writing replies", "生成审核意见"),
    "copy": ("copying to PostgreSQL", "复制到PostgreSQL"),
}


# A line of how far a run has come is due after so long without one; a terminal is written to at most
# so often.
LINE_SECONDS, SHOWN_SECONDS = 10.0, 0.2
LOG_NAME = "guoban.jsonl"
_LOG_BYTES, _LOGS_KEPT = 5_000_000, 5
# What a line says besides, where its `extra` has it.
_MORE = ("outcome", "counts", "seconds", "stages", "done", "of")


@dataclass
class _Now:
    """What this process is at: every line of the log says so, whichever thread it comes from."""

    run: str | None = None
    stage: str | None = None


_NOW = _Now()


class StageDisplay:
    """Shows the stage at work on a terminal, and how far it has come.

    Elsewhere that is lines of the log: one as a stage begins for the first time, then one from time
    to time, with how far it is.
    """

    def __init__(self) -> None:
        out = console(to_stderr=True)
        self._status: Status | None = out.status("guoban") if out.is_terminal else None
        self._started = self._said = self._shown = time.perf_counter()
        self._begun: set[str] = set()
        self._stage = ""

    def __enter__(self) -> StageDisplay:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _NOW.stage = None
        if self._status is not None:
            self._status.stop()

    def stage(self, name: str) -> None:
        """Says that the stage begins."""
        _NOW.stage = name
        self._stage = say(*STAGES.get(name, (name, name)))
        # Stages come in turns for batches of files, and there may be hundreds of those.
        if name not in self._begun or self._is_due():
            self._begun.add(name)
            self._say(self._stage)
        self._show(self._stage)

    def progress(self, done: int, of: int) -> None:
        """Says how many files of how many the stage is done with, not too often."""
        words = say(
            f"{self._stage}: {done:,} of {of:,} files", f"{self._stage}：{done:,}/{of:,}个文件"
        )
        if self._is_due():
            self._say(words, done=done, of=of)
        if time.perf_counter() - self._shown >= SHOWN_SECONDS:
            self._show(words)

    def _is_due(self) -> bool:
        return time.perf_counter() - self._said >= LINE_SECONDS

    def _say(self, words: str, **counts: int) -> None:
        self._said = time.perf_counter()
        seconds = self._said - self._started
        LOG.info("%5.1f s  %s", seconds, words, extra={"seconds": round(seconds, 1), **counts})

    def _show(self, words: str) -> None:
        self._shown = time.perf_counter()
        if self._status is not None:
            self._status.update(f"guoban: {words}")

    def runner(self, name: str, stage: Callable[[], T]) -> T:
        """Runs a stage in this process and shows it."""
        self.stage(name)
        return stage()


def _clock(record: logging.LogRecord) -> dt.datetime:
    """When the line was said, by the one clock of guoban, whatever the machine's."""
    return dt.datetime.fromtimestamp(record.created, BEIJING)


class _Words(logging.Formatter):
    """What people see of an entry: its first line. Where in the program it was, is in the file."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        seen = copy.copy(record)
        first = next(iter(record.getMessage().splitlines()), "")
        # An entry is a line, whatever names and cells are made of.
        seen.msg, seen.args = one_line(first), None
        seen.exc_info = seen.exc_text = seen.stack_info = None
        return super().format(seen)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - its name
        return f"{_clock(record):%Y-%m-%d %H:%M:%S},{record.msecs:03.0f}"


class _Objects(logging.Formatter):
    """An entry as an object of JSON on a line."""

    def format(self, record: logging.LogRecord) -> str:
        _NOW.run = getattr(record, "run", _NOW.run)
        plain: dict[str, Any] = {
            "time": _clock(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "run": _NOW.run,
            "stage": _NOW.stage,
            "message": record.getMessage().strip(),
        }
        plain |= {name: getattr(record, name) for name in _MORE if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            plain["error"] = _error(record.exc_info[1])
        # What JSON leaves as it is, a terminal may still obey.
        return one_line(json.dumps(plain, ensure_ascii=False, default=str))


def _error(error: BaseException) -> dict[str, str]:
    told = "".join(traceback.format_exception(error))
    return {"kind": type(error).__name__, "message": str(error), "traceback": told}


class _File(RotatingFileHandler):
    """A log that can't be written, as on a full disk, is no reason to say so at every line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name
        pass


def _is_for_people(record: logging.LogRecord) -> bool:
    return not getattr(record, "is_shown", False)


@contextmanager
def logged_to(folder: Path) -> Iterator[None]:
    """Sends the log of a run to `<warehouse>/logs/guoban.jsonl`, and to stderr where it is piped.

    What ends the run is in the file as well; people are told of it by whoever catches it.
    """
    with contextlib.suppress(OSError):
        # Whoever has to write there says what is wrong with it; the log alone is no reason.
        admit(folder, OWN)
    handlers: list[logging.Handler] = [
        _File(
            folder / LOG_NAME,
            maxBytes=_LOG_BYTES,
            backupCount=_LOGS_KEPT,
            encoding="utf-8",
            delay=True,
        )
    ]
    handlers[0].setFormatter(_Objects())
    if not sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
        handlers[1].setFormatter(_Words())
        handlers[1].addFilter(_is_for_people)
    level, propagates = LOG.level, LOG.propagate
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    _NOW.run = _NOW.stage = None
    for handler in handlers:
        LOG.addHandler(handler)
    try:
        yield
    except BaseException as error:
        _log_end(error)
        raise
    finally:
        LOG.setLevel(level)
        LOG.propagate = propagates
        for handler in handlers:
            LOG.removeHandler(handler)
            with contextlib.suppress(OSError):
                # What is left of the log has no room; what ends the run is said by whoever catches it.
                handler.close()


def _log_end(error: BaseException) -> None:
    """What ended the run, for the file alone."""
    if isinstance(error, BusyError):
        LOG.warning("not begun: %s", error, extra={"outcome": "busy", "is_shown": True})
    elif is_stop(error):
        kind = type(error).__name__
        LOG.warning("stopped: %s", kind, extra={"outcome": "stopped", "is_shown": True})
    else:
        more = {"outcome": "failed", "is_shown": True}
        LOG.error("failed: %s", error, exc_info=error, extra=more)


def log_outcome(result: RunResult) -> None:
    """What a refresh came to, for the file alone: whoever asked for it tells people."""
    seconds = round(sum(result.seconds.values()), 3)
    outcome = f"published {result.published}" if result.published else "nothing new"
    counts = ", ".join(f"{name} {count}" for name, count in sorted(result.counts.items()))
    LOG.info(
        "%s in %.1f s: %s",
        outcome,
        seconds,
        counts or "no files",
        extra={
            "run": result.run_id,
            "outcome": "published" if result.published else "nothing new",
            "counts": result.counts,
            "seconds": seconds,
            "stages": result.seconds,
            "is_shown": True,
        },
    )


def last_outcome(folder: Path) -> dict[str, Any] | None:
    """The last line of the log that tells what a run came to; None for none."""
    for name in (LOG_NAME, f"{LOG_NAME}.1"):
        try:
            lines = (folder / name).read_bytes().splitlines()
        except OSError:
            continue
        for line in reversed(lines):
            if b'"outcome": ' in line:
                with contextlib.suppress(ValueError):
                    return dict(json.loads(line))
    return None
