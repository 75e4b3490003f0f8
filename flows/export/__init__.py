"""What a release holds beside its database, for those without DuckDB: a workbook, a page, Parquet files.

`workbook` makes the month's workbook, `site` the month's page, `package` the Parquet files with their
description, `union` one database of several zones. Figures are taken from the release as they stand there; nothing is
computed anew.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from flows.export import package
from flows.ground.durable import is_disk_full
from flows.ground.errors import is_stop
from flows.ground.zone import Zone
from flows.publish.release import Written

LOG = logging.getLogger("guoban")


def _put_workbook(_: Zone, written: Written, target: Path) -> None:
    # Importing what writes sheets takes long; a run that publishes nothing does without.
    from flows.export import workbook  # noqa: PLC0415

    workbook.put(written, target)


def _put_site(zone: Zone, written: Written, target: Path) -> None:
    # So does what writes pages.
    from flows.export import site  # noqa: PLC0415

    site.put(zone, written, target)


def _put_package(_: Zone, written: Written, target: Path) -> None:
    package.put(written, target)


_KINDS: Sequence[tuple[str, Callable[[Zone, Written, Path], None]]] = (
    ("export.xlsx", _put_workbook),
    ("site", _put_site),
    ("parquet", _put_package),
)


def put_beside(zone: Zone, written: Written) -> list[str]:
    """Puts into a release what it holds beside the database; the names of what is there.

    Figures don't wait for it: where one fails the release goes without, and the log says so. A full
    disk is raised; the release itself may be cut short.
    """
    made = []
    for name, put in _KINDS:
        target = written.folder / name
        try:
            put(zone, written, target)
        except Exception as error:
            if is_stop(error) or is_disk_full(error):
                raise
            LOG.warning("%s is not in this release: %s", name, error)
            _remove(target)
        if target.exists():
            made.append(name)
    return made


def _remove(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
