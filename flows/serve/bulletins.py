"""The bulletins that serve makes on their days, into the warehouse folder; none is ever written over."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection
from pathlib import Path

from flows.bulletin.kinds import FORMATS, Kind
from flows.ground.days import due_on
from flows.ground.durable import GROUP, OWN, admit, plain_modes, write_at_once
from flows.ground.errors import GuobanError, is_stop
from flows.ground.notes import in_a_line
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.serve.schedule import Job

LOG = logging.getLogger("guoban")
FOLDER = "bulletins"


def put(settings: Settings, zone: Zone, jobs: Collection[Job], day: dt.date) -> list[Path]:
    """Makes what the jobs of a day ask for and is not there yet; the files that were made.

    The week's with the weekly dispatch; the month's with the close of the day on which its returns are
    due, or on a later day, once while it is open and once when it is locked. Only of what is
    published. What goes wrong is a line of the log: figures and schedule don't wait for it.
    """
    if not jobs:
        return []
    try:
        with plain_modes():
            return _put(settings, zone, jobs, day)
    except Exception as error:
        if is_stop(error):
            raise
        why = in_a_line(error).english
        LOG.warning(
            "the bulletin can't be made: %s", why,
            exc_info=None if isinstance(error, GuobanError | OSError) else error,
        )  # fmt: skip
        return []


def _put(settings: Settings, zone: Zone, jobs: Collection[Job], day: dt.date) -> list[Path]:
    # Most runs of serve make none.
    from flows.bulletin.making import document_of, files_of  # noqa: PLC0415
    from flows.month import months  # noqa: PLC0415
    from flows.publish.current import newest, open_release  # noqa: PLC0415

    if newest(settings.warehouse) is None:
        return []
    wanted = []
    with open_release(settings.warehouse) as con:
        month = months.newest(con)
        if month is None:
            return []
        due = due_on(zone, month)
        if Job.WEEKLY in jobs:
            document = document_of(con, zone, month, Kind.WEEKLY, day)
            wanted.append((Kind.WEEKLY, document, f"{day}"))
        if day > due or (day == due and Job.CLOSE in jobs):
            document = document_of(con, zone, month, Kind.MONTHLY)
            state = document.fields["数据状态"] if document else ""
            wanted.append((Kind.MONTHLY, document, state))
    folder = settings.warehouse / FOLDER
    group = settings.readers_gid
    admit(folder, OWN if group is None else GROUP, group)
    found = []
    for kind, document, mark in wanted:
        if document is None:
            continue
        place = folder / f"{month:%Y-%m}"
        missing = {
            form: path
            for form in FORMATS
            if not (path := place / f"{kind}（{mark}）.{form}").exists()
        }
        place.mkdir(exist_ok=True)
        for form, content in files_of(document, kind, missing, zone, settings.zone).items():
            write_at_once(missing[form], content)
            found.append(missing[form])
    for path in found:
        LOG.info("made %s", path)
    return found
