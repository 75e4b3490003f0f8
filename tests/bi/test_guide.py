"""Every piece of Python in docs/bi.md does what it says, run as a reader would run it."""

import re
import subprocess
import sys
from pathlib import Path

import guide
import pytest
from drop import Drop

from scripts.superset.served import VENV, is_installed

PAGES = ("bi.md", "bi.zh.md")
PLACES = [
    pytest.param(page, number, id=f"{page}-{number}")
    for page in PAGES
    for number in range(len(guide.blocks(page, Path("current"))))
]


def needs_pandas(block: str) -> bool:
    return "import pandas" in block


@pytest.mark.parametrize(("page", "number"), PLACES)
def test_a_piece_of_python_runs(golden: Drop, tmp_path: Path, page: str, number: int) -> None:
    block = guide.blocks(page, golden.settings.warehouse / "current")[number]
    if needs_pandas(block):
        pytest.skip("make test-bi runs it: pandas is no part of guoban")
    assert run(block, tmp_path, sys.executable).strip()


@pytest.mark.nightly
@pytest.mark.skipif(not is_installed(), reason="make test-bi installs pandas")
@pytest.mark.parametrize("page", PAGES)
def test_pandas_writes_every_relation_to_excel(golden: Drop, tmp_path: Path, page: str) -> None:
    import openpyxl  # noqa: PLC0415

    blocks = guide.blocks(page, golden.settings.warehouse / "current")
    (block,) = filter(needs_pandas, blocks)
    run(block, tmp_path, str(VENV / "bin" / "python"))
    book = openpyxl.load_workbook(tmp_path / "guoban.xlsx", read_only=True)
    rows = {sheet.title: len(list(sheet.iter_rows())) - 1 for sheet in book}
    assert rows == {name: golden.query(f"select count(*) from mart.{name}")[0][0] for name in rows}
    # All that the guide names as what to take.
    assert set(rows) == set(re.findall(r"\| `mart\.(\w+)`", guide.text(page)))


def run(block: str, folder: Path, python: str) -> str:
    """What it prints."""
    done = subprocess.run(
        [python, "-W", "error", "-c", block],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_figure_of_the_first_piece_is_the_published_one(golden: Drop, tmp_path: Path) -> None:
    block = guide.blocks("bi.md", golden.settings.warehouse / "current")[0]
    assert "84.57" in run(block, tmp_path, sys.executable)


def test_both_guides_have_the_same_code() -> None:
    """But for comments, which are in the reader's language."""
    english, chinese = (
        [
            [line for line in block.splitlines() if not line.lstrip().startswith("#")]
            for block in guide.fenced(page)
        ]
        for page in PAGES
    )
    assert english == chinese


@pytest.mark.parametrize("page", PAGES)
def test_every_way_to_open_the_file_is_locked(page: str) -> None:
    """Wherever the file is opened, both settings stand beside it: in Python, R, JSON."""
    for block in guide.fenced(page):
        if "guoban.duckdb" in block and ("connect" in block or "duckdb(" in block):
            if "superset import-dashboards" in block:
                # The archive has them in it; tests/scripts/test_superset_files.py.
                continue
            assert re.search(r'enable_external_access"? ?[:=] ?"?false', block)
            assert re.search(r'lock_configuration"? ?[:=] ?"?true', block)
            assert re.search(r"read_only", block)
