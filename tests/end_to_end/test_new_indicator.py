"""A new headline indicator touches three product files, nothing else: done here in a copy.

ZS06 counts the signed projects of 现代服务业 over a threshold of its own. What is edited stands in
`EDITS`; then it is looked for wherever an indicator must be found: `mart`, the headline, explain,
changes, targets and the data dictionary.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop

from flows.ground.settings import PROJECT

pytestmark = pytest.mark.slow

# Product file -> (what stands there, what it becomes). The generated pages are made, not edited.
EDITS = {
    "schemas/indicators.py": (
        "\n)\n\n\n@dataclass(frozen=True, kw_only=True)\nclass Secondary:",
        """
    Indicator(
        code="ZS06",
        name="{threshold}以上现代服务业项目",
        unit="个",
        return_name="signed_projects",
        amount="contract_amount_cny",
        thresholds=("service_project_cny",),
        new_only=True,
        sector="现代服务业",
        rests_on=(*_NEW_PROJECT, "sector"),
        line="签约{name}{value}{unit}",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Secondary:""",
    ),
    "flows/ground/zone.py": (
        '    major_project_cny: Yuan = Field(alias="major_project")\n',
        '    major_project_cny: Yuan = Field(alias="major_project")\n'
        '    service_project_cny: Yuan = Field(alias="service_project")\n',
    ),
    "zone.toml": (
        'major_project = "5亿元"\n',
        'major_project = "5亿元"\n# Projects of services (ZS06). 现代服务业项目\nservice_project = "5000万元"\n',
    ),
}
COPIED = ("schemas", "flows", "sql", "guoban", "scripts")
A, MONTH = "招商局", "2021-01"
Run = Callable[..., Any]


def project(digit: int, amount: int, sector: str = "现代服务业") -> dict[str, Any]:
    key = f"GCKF-2021-000{digit}"
    return {
        "project_id": key,
        "project_name": f"项目{digit}",
        "investor": f"公司{digit}",
        "sector": sector,
        "contract_amount_cny": amount,
    }


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command of the copy; a module's output is JSON."""
    for name in COPIED:
        shutil.copytree(
            PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copyfile(PROJECT / "zone.toml", tmp_path / "zone.toml")
    for name, (before, after) in EDITS.items():
        text = (tmp_path / name).read_text("utf-8")
        assert text.count(before) == 1, f"{name} is not as EDITS has it"
        (tmp_path / name).write_text(text.replace(before, after), "utf-8")

    def run(*arguments: str) -> Any:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    return run


def test_a_new_indicator_is_three_edits(run: Run, tmp_path: Path) -> None:
    assert len(EDITS) <= 3
    drop = Drop(tmp_path / "data")

    def sign(name: str, *rows: dict[str, Any]) -> None:
        drop.put(f"{MONTH}/{name}.xlsx", "signed_projects", A, MONTH, rows)

    others = project(3, 4999), project(4, 90_000, "工业")
    sign("一版", project(1, 5000), project(2, 6000), *others)
    target = {"department": "全区", "indicator_code": "ZS06", "indicator": "服务业", "target": 4}
    drop.put("目标.xlsx", "annual_targets", A, MONTH, [target | {"unit": "个"}])
    run("-m", "guoban", "refresh", "--orchestrator", "none", "--json")

    published = tmp_path / "data" / "warehouse" / "current" / "guoban.duckdb"
    with duckdb.connect(str(published.resolve()), read_only=True) as con:
        found = con.execute(
            "select indicator_name, value, unit, target_value, completion_pct_rounded "
            "from mart.headline_indicators where indicator_code = 'ZS06' and department = '全区'"
        ).fetchall()
        rows = con.execute(
            "select row_key, contribution from mart.headline_rows where indicator_code = 'ZS06' "
            "order by all"
        ).fetchall()
        assert found == [("5000万元以上现代服务业项目", 2, "个", 4, 50)]
        assert rows == [("GCKF-2021-0001", 1), ("GCKF-2021-0002", 1)]

    asked = ("--month", MONTH, "--json")
    headline = run("-m", "guoban", "headline", *asked)
    (shown,) = [one for one in headline["indicators"] if one["indicator_code"] == "ZS06"]
    assert Decimal(shown["value"]) == 2
    assert any("签约5000万元以上现代服务业项目2个" in line for line in headline["lines"])

    explained = run("-m", "guoban", "explain", "ZS06", *asked)
    assert [one["row_key"] for one in explained["rows"]] == ["GCKF-2021-0001", "GCKF-2021-0002"]
    reasons = {one["row_key"]: one["reasons"] for one in explained["left_out"]}
    assert "不足" in reasons["GCKF-2021-0003"]
    assert "工业" in reasons["GCKF-2021-0004"]

    sign("二版", project(1, 5000), project(2, 4000), *others)
    run("-m", "guoban", "refresh", "--orchestrator", "none", "--json")
    changes = run("-m", "guoban", "changes", *asked)["changes"]
    told = [
        (Decimal(one["old_value"]), Decimal(one["new_value"]), one["cause"])
        for one in changes
        if one["indicator_code"] == "ZS06" and one["department"] == "全区"
    ]
    assert told == [(Decimal(2), Decimal(1), "resubmission")]

    run("scripts/write_docs.py", str(tmp_path / "docs"))
    dictionary = (tmp_path / "docs" / "data-dictionary.md").read_text("utf-8")
    assert "ZS06" in dictionary
