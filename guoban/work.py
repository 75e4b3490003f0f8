"""A run of `guoban serve`: what its child does, `python -m guoban.work`.

Prints what came of it in a line of JSON for serve. Exit status 0 done, 1 failed, 75 another refresh is
at work.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys

from flows import notify, pipeline, recorded
from flows.answer.results import RunResult
from flows.ground.durable import plain_modes
from flows.ground.errors import BusyError
from flows.ground.settings import BEIJING, settings_of
from flows.ground.zone import load_zone
from flows.once import Refresh
from flows.receive.inbox import UNFINISHED
from flows.serve.schedule import Job
from flows.serve.serving import BUSY
from flows.serve.tell import tell
from flows.store.warehouse import Warehouse
from guoban.cli import ended_by
from guoban.progress import StageDisplay, logged_to


def main() -> int:
    """Does one run; returns its exit status."""
    given = _arguments()
    settings = settings_of(
        {name: getattr(given, name) for name in ("raw", "warehouse", "zone", "orchestrator") if getattr(given, name)}
    )
    zone = load_zone(settings.zone)
    ...


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)
