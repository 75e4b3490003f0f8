"""What a release holds beside its database, for those without DuckDB: a workbook, Parquet files, a proof.

`workbook` makes the month's workbook, `package` the Parquet files with their description, `proof` what
`scripts/verify_standalone.py` reads, `calculation` a month's workbook of formulas, `union` one database
of several zones. Figures are taken from the release as they stand there; nothing is
computed anew.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from flows.export import package, proof
from flows.ground.durable import is_disk_full
from flows.ground.errors import is_stop
from flows.publish.release import Written

LOG = logging.getLogger("guoban")


def _put_workbook(written: Written, target: Path) -> None:
    # Importing what writes sheets takes long; a run that publishes nothing does without.
    from flows.export import workbook  # noqa: PLC0415

    workbook.put(written, target)


_KINDS: Sequence[tuple[str, Callable[[Written, Path], None]]] = (
    ("export.xlsx", _put_workbook),
    ("parquet", package.put),
    # The last: it has the hashes of all others.
    ("proof", proof.put),
)


def put_beside(written: Written) -> list[str]:
    """Puts into a release what it holds beside the database; the names of what is there.

    Figures don't wait for it: where one fails the release goes without, and the log says so. A full
    disk is raised; the release itself may be cut short.
    """
    made = []
    for name, put in _KINDS:
        target = written.folder / name
        try:
            put(written, target)
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
