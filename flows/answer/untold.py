"""Up to which receipt runs have told what came of the files: a run that is ended tells nobody.

The next one tells it for it, by the real status of each. Kept beside the working database; nothing
rests on it but words.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from flows.store.journal import Journal


def untold(warehouse: Path, journal: Journal) -> list[int]:
    """The receipts of which no run has told what came of them.

    Where that isn't known (nor can be, of receipts that the journal hasn't), those since the last
    publication: their runs failed.
    """
    last = _last_told(warehouse)
    if last is None or last > journal.last_receipt:
        last = journal.until_last_publication().last_receipt
    return [one.number for one in journal.receipts if one.number > last]


def remember_told(warehouse: Path, last: int) -> None:
    """What came of the files up to this receipt is told."""
    known = _last_told(warehouse)
    if known is not None and known >= last:
        # Another run was quicker.
        return
    with contextlib.suppress(OSError):
        path = _mark(warehouse)
        unfinished = path.with_suffix(".new")
        unfinished.write_text(f"{last}\n", "ascii")
        unfinished.replace(path)


def _last_told(warehouse: Path) -> int | None:
    try:
        return int(_mark(warehouse).read_text("ascii"))
    except (OSError, ValueError):
        return None


def _mark(warehouse: Path) -> Path:
    return warehouse / "work" / "told"
