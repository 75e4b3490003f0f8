"""The month's workbook (`export.xlsx`): figures, departments, projects, filing, corrections.

For those who have a spreadsheet program and nothing else, on screen and on paper.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from flows.answer.workbook import CUSTOM, Workbook
from flows.export.contents import Contents, Release, contents
from flows.export.linking import take_over
from flows.export.pages import pages, title
from flows.ground.zone import Zone
from flows.month import months
from flows.publish.release import Written

# The property of the file that states what it says.
_STATED = "guoban"


def put(_: Zone, written: Written, target: Path) -> None:
    """Writes the workbook of the newest month; nothing where there are no figures.

    What says the same in the release before is not written again. Raises OSError or duckdb.Error.
    """
    month = months.newest(written.con)
    read = contents(written.con, month) if month else None
    if not read:
        return
    said, release = read
    before = written.before / target.name if written.before else None
    if before and _fingerprint_in(before) == said.fingerprint():
        take_over(before, target)
    else:
        target.write_bytes(made(said, release))


def made(said: Contents, release: Release) -> bytes:
    """The workbook, as the bytes of its file."""
    workbook = Workbook()
    for number, page in enumerate(pages(said, release)):
        workbook.add(page, is_first=not number)
    workbook.describe(title(said, "招商引资主要指标"), {_STATED: said.fingerprint()})
    return workbook.save()


def _fingerprint_in(path: Path) -> str | None:
    """What a workbook of ours states that it says; None where any of it can't be read."""
    try:
        with zipfile.ZipFile(path) as container:
            if container.testzip() is not None:
                return None
            text = container.read(CUSTOM).decode()
    except (OSError, KeyError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return None
    stated = re.search(f'name="{_STATED}"><[^>]*>(\\w+)<', text)
    return stated and stated[1]
