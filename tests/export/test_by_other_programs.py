"""What is published, read by other people's programs: frictionless and pandas.

They have an environment of their own (`make nightly` makes it): where pandas is installed pyarrow
imports it, and everything starts slower. `GUOBAN_READERS` names a Python that has them.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from drop import Drop

from flows.ground.settings import PROJECT
from flows.publish.current import newest_file

PYTHON = Path(os.environ.get("GUOBAN_READERS", PROJECT / ".venv-readers" / "bin" / "python"))
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(not PYTHON.exists(), reason="make nightly installs them"),
]
GUIDES = ("exports.md", "exports.zh.md")


@pytest.fixture(scope="module")
def release(golden: Drop) -> Path:
    return newest_file(golden.settings.warehouse).parent


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(PYTHON), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_frictionless_finds_the_package_valid(release: Path) -> None:
    told = run(release / "parquet", "-m", "frictionless", "validate", "datapackage.json", "--json")
    assert '"valid": true' in told


def test_frictionless_sees_a_value_that_does_not_belong(release: Path, tmp_path: Path) -> None:
    """It does look: a row that is missing is found."""
    for path in (release / "parquet").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / "datapackage.json").read_text("utf-8")
    told = re.sub(r'"rows": (\d+)', lambda found: f'"rows": {int(found[1]) + 1}', text, count=1)
    (tmp_path / "datapackage.json").write_text(told, "utf-8")
    done = subprocess.run(
        [str(PYTHON), "-m", "frictionless", "validate", "datapackage.json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "row-count" in done.stdout


@pytest.mark.parametrize("guide", GUIDES)
def test_every_relation_goes_into_a_spreadsheet_as_the_guide_says(
    release: Path, tmp_path: Path, guide: str
) -> None:
    (recipe,) = re.findall(
        r"```python\n(import duckdb.*?)```",
        (PROJECT / "docs" / guide).read_text("utf-8"),
        re.DOTALL,
    )
    for old, new in (
        ("data/warehouse/current/guoban.duckdb", f"{release}/guoban.duckdb"),
        ("mart.submissions", "{relation}"),
        ("submissions.xlsx", "{relation}.xlsx"),
    ):
        assert old in recipe
        recipe = recipe.replace(old, new)
    (tmp_path / "recipe.py").write_text(
        "import duckdb, pandas\n"
        f"told = {recipe!r}\n"
        f"con = duckdb.connect('{release}/guoban.duckdb', read_only=True)\n"
        "names = con.sql(\"select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('mart', '看板')\").fetchall()\n"
        "con.close()\n"
        "for (relation,) in names:\n"
        "    exec(told.replace('{relation}', relation))\n"
        "    again = pandas.read_excel(f'{relation}.xlsx')\n"
        "    assert len(again) == len(frame) and list(again) == list(frame), relation\n"
        "    print(relation)\n",
        "utf-8",
    )
    names = run(tmp_path, "recipe.py").split()
    assert len(names) > 35
    assert "看板.主要指标" in names


@pytest.mark.parametrize("guide", GUIDES)
def test_pandas_reads_the_workbook_as_the_guide_says(
    release: Path, tmp_path: Path, guide: str
) -> None:
    (recipe,) = re.findall(
        r"```python\n(sheet = .*?)```", (PROJECT / "docs" / guide).read_text("utf-8"), re.DOTALL
    )
    for sheet, first, rows in (
        ("指标", "指标", 7), ("各单位", "单位", 7), ("项目", "序号", 92), ("报送情况", "单位", 9)
    ):  # fmt: skip
        told = recipe.replace("export.xlsx", f"{release}/export.xlsx")
        told = told.replace("项目", sheet).replace("序号", first)
        printed = run(tmp_path, "-c", f"import pandas\n{told}\nprint(len(table), list(table)[0])")
        count, name = printed.split()
        assert int(count) >= rows
        assert name == first


def test_pandas_reads_the_parquet_files(release: Path, tmp_path: Path) -> None:
    code = (
        "import pandas, pathlib\n"
        f"for path in sorted(pathlib.Path('{release}/parquet').glob('*.parquet')):\n"
        "    print(path.stem, len(pandas.read_parquet(path)))\n"
    )
    counts = dict(line.split() for line in run(tmp_path, "-c", code).splitlines())
    assert counts["mart.signed_projects"] == "125"
    assert len(counts) > 45
