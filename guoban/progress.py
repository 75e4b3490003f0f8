"""What the operator sees and keeps of a run: stages on the terminal, lines in a log file."""

from __future__ import annotations

import copy
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from rich.status import Status

from flows.ground.durable import OWN, admit
from guoban.output import console, one_line, visible
from guoban.words import say

T = TypeVar("T")
LOG = logging.getLogger("guoban")
_FORMAT = "%(asctime)s %(levelname)s %(message)s"
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
}


# A line of how far a run has come is due after so long without one; a terminal is written to at most
# so often.
LINE_SECONDS, SHOWN_SECONDS = 10.0, 0.2


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
        if self._status is not None:
            self._status.stop()

    def stage(self, name: str) -> None:
        """Says that the stage begins."""
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
            self._say(words)
        if time.perf_counter() - self._shown >= SHOWN_SECONDS:
            self._show(words)

    def _is_due(self) -> bool:
        return time.perf_counter() - self._said >= LINE_SECONDS

    def _say(self, words: str) -> None:
        self._said = time.perf_counter()
        LOG.info("%5.1f s  %s", self._said - self._started, words)

    def _show(self, words: str) -> None:
        self._shown = time.perf_counter()
        if self._status is not None:
            self._status.update(f"guoban: {words}")

    def runner(self, name: str, stage: Callable[[], T]) -> T:
        """Runs a stage in this process and shows it."""
        self.stage(name)
        return stage()


class _Lines(logging.Formatter):
    """An entry is a line, whatever names and cells are made of; a traceback stands below its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name
        record.message = one_line(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - its name
        return visible(super().formatException(ei))


class _Words(_Lines):
    """What people see of an entry: its first line. Where in the program it was, is in the file."""

    def format(self, record: logging.LogRecord) -> str:
        seen = copy.copy(record)
        seen.msg, seen.args = next(iter(record.getMessage().splitlines()), ""), None
        seen.exc_info = seen.exc_text = seen.stack_info = None
        return super().format(seen)


class _File(RotatingFileHandler):
    """A log that can't be written, as on a full disk, is no reason to say so at every line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name
        pass


@contextmanager
def logged_to(folder: Path) -> Iterator[None]:
    """Sends the log of a run to `<warehouse>/logs/guoban.log`, and to stderr where it is piped."""
    admit(folder, OWN)
    handlers: list[logging.Handler] = [
        _File(folder / "guoban.log", maxBytes=2_000_000, backupCount=5, encoding="utf-8")
    ]
    handlers[0].setFormatter(_Lines(_FORMAT))
    if not sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
        handlers[1].setFormatter(_Words(_FORMAT))
    level, propagates = LOG.level, LOG.propagate
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    for handler in handlers:
        LOG.addHandler(handler)
    try:
        yield
    finally:
        LOG.setLevel(level)
        LOG.propagate = propagates
        for handler in handlers:
            LOG.removeHandler(handler)
            handler.close()
