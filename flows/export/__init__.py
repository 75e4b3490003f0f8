"""What a release holds beside its database, for those without DuckDB: a workbook, a page, Parquet files, a proof.

`workbook` makes the month's workbook, `site` the month's page, `package` the Parquet files with their
description, `proof` what `scripts/verify_standalone.py` reads, `calculation` a month's workbook of
formulas, `union` one database of several zones. Figures are taken from the release as they stand there; nothing is
computed anew.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flows.export import package, proof
from flows.ground.durable import is_disk_full
from flows.ground.errors import is_stop
from flows.ground.zone import Zone
from flows.publish.current import FILE_LIST
from flows.publish.release import Written

LOG = logging.getLogger("guoban")

Put = Callable[[Zone, Written, Path], None]
"""Puts one thing beside the database; it may have no use for the zone."""


# Importing what writes sheets and pages takes long; a run that publishes nothing does without.


def _put_workbook(zone: Zone, written: Written, target: Path) -> None:
    from flows.export import workbook  # noqa: PLC0415

    workbook.put(zone, written, target)


def _put_site(zone: Zone, written: Written, target: Path) -> None:
    from flows.export import site  # noqa: PLC0415

    site.put(zone, written, target)


_BY_PYTHON: Mapping[str, Put] = {"export.xlsx": _put_workbook, "site": _put_site}
_BY_DUCKDB: Mapping[str, Put] = {"parquet": package.put}
# It has the hashes of all others.
_LAST: Mapping[str, Put] = {FILE_LIST.parent.name: proof.put}


def put_beside(zone: Zone, written: Written) -> list[str]:
    """Puts into a release what it holds beside the database; the names of what is there.

    Figures don't wait for it: where one fails the release goes without, and the log says so. A full
    disk is raised; the release itself may be cut short.
    """
    # While DuckDB writes Parquet, Python has its hands free for sheets and pages.
    with written.for_another_thread() as other, ThreadPoolExecutor(1) as thread:
        waited = thread.submit(_put_all, zone, other, _BY_DUCKDB)
        made = _put_all(zone, written, _BY_PYTHON) + waited.result()
    return made + _put_all(zone, written, _LAST)


def _put_all(zone: Zone, written: Written, kinds: Mapping[str, Put]) -> list[str]:
    """The names of those that were put there."""
    return [name for name, put in kinds.items() if _is_put(zone, written, name, put)]


def _is_put(zone: Zone, written: Written, name: str, put: Put) -> bool:
    """Puts one there; whether anything is, as nothing is where there are no figures."""
    target = written.folder / name
    try:
        put(zone, written, target)
    except Exception as error:
        if is_stop(error) or is_disk_full(error):
            raise
        LOG.warning("%s is not in this release: %s", name, error)
        _remove(target)
    return target.exists()


def _remove(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
