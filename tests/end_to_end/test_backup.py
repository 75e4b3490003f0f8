"""A zone comes back from its backup: the guide's own lines, on a machine that has nothing else."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from drop import Drop

from flows.ground.settings import PROJECT

# Refreshes as processes of their own.
pytestmark = pytest.mark.slow

GUIDE = (PROJECT / "docs" / "admin.md").read_text("utf-8")
COMMAND = f'guoban() {{ {sys.executable} -m guoban "$@"; }}\n'
PUBLISHED = {
    "figures": "from mart.headline_indicators order by all",
    "as published at any time": "select * exclude (valid_until) from mart.headline_vintages order by all",
    "changes": "from mart.figure_changes order by all",
    "submissions": "from mart.submissions order by all",
}


def lines_of(chapter: str) -> str:
    """The commands that the guide has in a chapter."""
    text = GUIDE.split(f"\n## {chapter}\n")[1].split("\n## ")[0]
    (found,) = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return str(found)


def run(lines: str, folder: Path, drop: Drop) -> None:
    done = subprocess.run(
        ["sh", "-eux", "-c", COMMAND + lines],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "LC_ALL": "C.UTF-8",
            "GUOBAN_RAW": str(drop.settings.raw),
            "GUOBAN_WAREHOUSE": str(drop.settings.warehouse),
            "GUOBAN_ZONE": str(drop.settings.zone),
            "GUOBAN_ORCHESTRATOR": "none",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def told(drop: Drop) -> dict[str, list[tuple[Any, ...]]]:
    known = {name for (name,) in drop.query("select table_name from duckdb_tables()")}
    return {
        name: drop.query(query)
        for name, query in PUBLISHED.items()
        if re.search(r"mart\.(\w+)", query)[1] in known  # type: ignore[index]
    }


def test_journal_and_archive_are_all_that_a_backup_needs(tmp_path: Path) -> None:
    drop = Drop(tmp_path / "here")
    contract = {"investor": "甲公司", "contract_amount_cny": 60_000}
    drop.put("一.xlsx", "signed_projects", "招商局", "2021-05", [contract])
    drop.refresh()
    more = contract | {"contract_amount_cny": 70_000}
    drop.put("一.xlsx", "signed_projects", "招商局", "2021-05", [more], filed_on="2021-06-02")
    drop.refresh()
    backups = tmp_path / "backups"
    backups.mkdir()
    run(lines_of("Backup"), backups, drop)
    (kept,) = backups.glob("*.tar.gz")
    kept.rename(backups / "guoban-2027-01-05.tar.gz")

    # What was filed is gone as well.
    there = Drop(tmp_path / "there")
    run(lines_of("Restore"), backups, there)
    assert told(there) == told(drop)
    assert len(told(there)["changes"]) > 0
    assert there.value("ZS01", "2021-05") == drop.value("ZS01", "2021-05")
