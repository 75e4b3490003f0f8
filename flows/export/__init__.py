"""What a release holds beside its database, for those without DuckDB: a workbook, a page, Parquet files, a proof.

`workbook` makes the month's workbook, `site` the month's page, `package` the Parquet files with their
description, `proof` what `scripts/verify_standalone.py` reads, `calculation` a month's workbook of
formulas, `union` one database of several zones. Figures are taken from the release as they stand there; nothing is
computed anew.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flows.export import package, proof
from flows.ground.durable import is_disk_full
from flows.ground.errors import is_stop
from flows.ground.zone import Zone
from flows.publish.release import FILE_LIST, Written

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


def _put_proof(_: Zone, written: Written, target: Path) -> None:
    proof.put(written, target)


_Put = Callable[[Zone, Written, Path], None]
_BY_PYTHON: Sequence[tuple[str, _Put]] = (("export.xlsx", _put_workbook), ("site", _put_site))
_BY_DUCKDB: tuple[str, _Put] = ("parquet", _put_package)
# It has the hashes of all others.
_LAST: tuple[str, _Put] = (FILE_LIST.parent.name, _put_proof)


def put_beside(zone: Zone, written: Written) -> list[str]:
    """Puts into a release what it holds beside the database; the names of what is there.

    Figures don't wait for it: where one fails the release goes without, and the log says so. A full
    disk is raised; the release itself may be cut short.
    """
    # While DuckDB writes Parquet, Python has its hands free for sheets and pages.
    with written.for_another_thread() as other, ThreadPoolExecutor(1) as thread:
        waited = thread.submit(_put, zone, other, *_BY_DUCKDB)
        made = [_put(zone, written, *kind) for kind in _BY_PYTHON]
        made.append(waited.result())
    made.append(_put(zone, written, *_LAST))
    return [name for name in made if name]


def _put(zone: Zone, written: Written, name: str, put: _Put) -> str | None:
    """The name of what was put there, if anything was."""
    target = written.folder / name
    try:
        put(zone, written, target)
    except Exception as error:
        if is_stop(error) or is_disk_full(error):
            raise
        LOG.warning("%s is not in this release: %s", name, error)
        _remove(target)
    return name if target.exists() else None


def _remove(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
