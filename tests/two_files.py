"""A first file that is in, and a second one: what unlucky days happen to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from drop import Drop
from past import house_of

ONE, OTHER = "GCKF-2021-0001", "GCKF-2021-0002"


def first(drop: Drop) -> None:
    drop.put("甲.xlsx", "signed_projects", "招商局", "2021-01", [{"project_id": ONE}])


def second(drop: Drop) -> None:
    """A row of which one cell can't be read: it is answered."""
    row = {"project_id": OTHER, "investor": "另一客商"}
    rows = [row, {**row, "project_id": "GCKF-2021-0003", "sector": "天上"}]
    drop.put("乙.xlsx", "signed_projects", "经济发展局", "2021-01", rows)


def copy_of(drop: Drop, folder: Path) -> Drop:
    for part in (drop.raw, drop.settings.warehouse):
        shutil.copytree(part, folder / part.name, symlinks=True)
    return Drop(folder)


def with_second(started: Drop, folder: Path) -> Drop:
    """What a second file comes to where nothing happens."""
    twin = copy_of(started, folder)
    second(twin)
    twin.refresh()
    return twin


def filed_and_answered(drop: Drop) -> dict[str, Any]:
    """What refreshes came to in submissions and replies, but for times."""
    return {
        "submissions": drop.query(
            "select submission_id, file, status, version, is_current, rows_accepted "
            "from mart.submissions order by all"
        ),
        "replies": sorted(
            path.relative_to(house_of(drop).replies).as_posix()
            for path in house_of(drop).replies.rglob("*.reply.xlsx")
        ),
    }
