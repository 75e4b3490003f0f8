"""The public relations of a release in PostgreSQL as well, for tools that don't speak DuckDB.

After each refresh the newest release is copied to the database that `GUOBAN_PUBLISH` names, where it
isn't there yet. What fails is told and tried again with the next refresh: nothing here raises, and
the warehouse's lock is free by then. What talks to the server is a child process, for so long and no
longer (`GUOBAN_PUBLISH_SECONDS`).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.ground.database_url import shown
from flows.ground.errors import GuobanError
from flows.ground.notes import Note, Notes, in_a_line
from flows.ground.patience import Patience
from flows.ground.settings import PROJECT, Settings
from flows.ground.zone import Zone
from flows.publish.current import newest

LOG = logging.getLogger("guoban")


class CopyError(GuobanError):
    """The release could not be copied; what stood in the database still does."""

    def __init__(self, english: str, chinese: str, *, heals: bool = False) -> None:
        super().__init__(english, chinese)
        self.heals = heals


@dataclass(frozen=True)
class Standing:
    """What `look` found: the server's version, whose release stands there, what is to be said."""

    version: str
    releases: tuple[str, ...]
    zones: tuple[str, ...]
    notes: tuple[Note, ...]


def copy_release(
    settings: Settings, zone: Zone, notes: Notes, patience: Patience | None = None
) -> None:
    """Has the database hold the newest release, if one is named; says in the notes what is wrong."""
    url = settings.publish_to
    if url is None or newest(settings.warehouse) is None:
        return
    until = time.monotonic() + settings.publish_seconds
    started = time.perf_counter()

    def attempt() -> dict[str, Any]:
        return _asked("copy", url, settings.warehouse, zone, max(0.1, until - time.monotonic()))

    try:
        came = (patience or Patience()).with_patience(
            "PostgreSQL", attempt, lambda error: isinstance(error, CopyError) and error.heals
        )
    except Exception as error:
        # The figures are published by then, whatever fails here.
        why = in_a_line(error)
        notes.say(
            f"PostgreSQL ({shown(url)}) does not have this release, the next refresh tries again; "
            f"what was copied before stands there: {why.english}",
            f"PostgreSQL（{shown(url)}）没有这次发布的数据，下次刷新会再试，此前复制的仍在：{why.chinese}",
        )
        return
    for one in came["notes"]:
        notes.say(one["english"], one["chinese"])
    LOG.info(
        "PostgreSQL (%s) has %s: %s relations with %s rows written in %.1f s",
        shown(url),
        came["release"],
        came["relations"],
        came["rows"],
        time.perf_counter() - started,
    )


def look(settings: Settings, zone: Zone, seconds: float) -> Standing:
    """What stands in the database that is named; nothing is changed. Raises CopyError."""
    url = settings.publish_to
    assert url is not None  # noqa: S101 - whoever asks knows that there is one
    came = _asked("look", url, settings.warehouse, zone, seconds)
    notes = tuple(Note(**one) for one in came["notes"])
    return Standing(came["version"], tuple(came["releases"]), tuple(came["zones"]), notes)


def _asked(what: str, url: str, warehouse: Path, zone: Zone, seconds: float) -> dict[str, Any]:
    """What the child process answers. Raises CopyError."""
    order = {
        "do": what,
        "url": url,
        "warehouse": str(warehouse.absolute()),
        "zone": zone.zone.name,
        "former_names": zone.zone.former_names,
        "departments": [one.name for one in zone.departments],
        "seconds": seconds,
    }
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "flows.postgres.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    ) as child:
        try:
            out = _answer(child, json.dumps(order), seconds)
        finally:
            child.kill()
    try:
        came: dict[str, Any] = json.loads(out)
    except ValueError:
        raise CopyError(
            "what talks to it has ended without a word", "与其通信的进程意外结束"
        ) from None
    if error := came.get("error"):
        raise CopyError(error["english"], error["chinese"], heals=error["heals"])
    return came


def _answer(child: subprocess.Popen[str], order: str, seconds: float) -> str:
    """The line that the child says; nothing where it ends before. Raises CopyError: it takes too long."""
    assert child.stdin and child.stdout  # noqa: S101 - they are piped
    with contextlib.suppress(BrokenPipeError):
        # It stays open: by its end the child knows of ours.
        child.stdin.write(order + "\n")
        child.stdin.flush()
    if not select.select([child.stdout], [], [], seconds)[0]:
        raise CopyError(
            f"it took more than {seconds:.0f} seconds (GUOBAN_PUBLISH_SECONDS)",
            f"超过{seconds:.0f}秒仍未完成（GUOBAN_PUBLISH_SECONDS）",
        )
    return child.stdout.readline()
