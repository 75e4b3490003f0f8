"""Adding a return touches its schema file, nothing else: done here in a copy.

Where it is published otherwise than all others, it has a view of its own besides.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pytest
from seldom import nightly

from flows.ground.settings import PROJECT

SCHEMA = '''"""15 园区参观登记: groups that visited the zone's exhibition hall."""

from schemas.declare import (
    Cycle, Day, Money, Return, Text, Whole, day, department, money, remark, report_month, text, whole,
)


class HallVisits(
    Return,
    number="15",
    title="展厅参观登记表",
    form_no="办公月15",
    filed_by="党政办公室",
    cycle=Cycle.LEDGER,
    grain="一批参观",
    key=("visit_no",),
):
    """Every group counts once."""

    report_month: Day = report_month()
    department: Text = department()
    visit_no: Text = text("参观编号", "一批一个编号", required=True)
    visited_on: Day = day("参观日期", "参观的日期", required=True)
    visitors: Whole = whole("参观人数", "人数", unit="人", required=True, at_least=1)
    cost_cny: Money = money("接待费用", "接待的费用", at_least=0)
    remark: Text = remark()
'''
VIEW = """-- question: which groups visited the exhibition hall?
-- grain: group.
-- formula: rows of the current versions that are not held back.
-- authority: the office's own form 15.
create or replace view mart.hall_visits as
with accepted as (
    select
        report_month, department, visit_no, visited_on, visitors, cost_cny, submission_id, sheet,
        excel_row
    from accepted.hall_visits
)

select
    report_month,
    department,
    visit_no,
    visited_on,
    visitors,
    cost_cny,
    submission_id,
    sheet,
    excel_row
from accepted;

comment on view mart.hall_visits is '15 展厅参观登记表：采用的行，当前版本';
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "view", [None, nightly(VIEW)], ids=["like all others", "with its own view"]
)
def test_a_new_return_from_its_schema(tmp_path: Path, view: str | None) -> None:
    for name in ("schemas", "flows", "sql", "guoban"):
        shutil.copytree(
            PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copyfile(PROJECT / "zone.toml", tmp_path / "zone.toml")
    (tmp_path / "schemas" / "hall_visits.py").write_text(SCHEMA, "utf-8")
    if view is not None:
        (tmp_path / "sql" / "mart" / "hall_visits.sql").write_text(view, "utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["展厅参观登记表"])
    sheet.append(["填报单位：党政办公室", "报告期：2021年5月", "计量单位：万元"])
    sheet.append(["参观编号", "参观日期", "参观人数", "接待费用"])
    sheet.append(["CG-001", "2021-05-06", 12, "0.35"])
    sheet.append(["CG-002", "2021-05-07", 0, "0.1"])
    folder = tmp_path / "data" / "raw" / "2021-05"
    folder.mkdir(parents=True)
    book.save(folder / "参观.xlsx")

    run = subprocess.run(
        [sys.executable, "-m", "guoban", "refresh", "--orchestrator", "none", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (told,) = json.loads(run.stdout)["files"]
    assert (told["return"], told["status"]) == ("hall_visits", "partly_accepted")
    errors = [(one["rule"], one["cell"]) for one in told["findings"] if one["severity"] == "error"]
    assert errors == [("R103", "C5")]
    published = tmp_path / "data" / "warehouse" / "current" / "guoban.duckdb"
    with duckdb.connect(str(published.resolve()), read_only=True) as con:
        rows = con.execute("select visit_no, visitors, cost_cny from mart.hall_visits").fetchall()
        comments = dict(
            con.execute(
                "select column_name, comment from duckdb_columns() where table_name = 'hall_visits'"
            ).fetchall()
        )
    assert [(key, people, str(cost)) for key, people, cost in rows] == [("CG-001", 12, "3500.0000")]
    assert comments["cost_cny"] == "接待费用（元）：接待的费用"
