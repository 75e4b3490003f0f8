"""Another zone runs from its own `zone.toml`: other names, thresholds, readings, dates, numbers."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from drop import Drop

from flows.ground.zone import load_zone

ZONE = """
[zone]
name = "青山高新区"

[readings]
talk_rate_by = "amount"
major_counts = "started"
time_basis = "day"

[thresholds]
large_project = "5000万元"
talk_project = "3000万元"
major_project = "2亿元"
implausible_below = "1万元"
implausible_from = "50亿元"

[projects]
number_pattern = 'QS(?P<year>[0-9]{4})[0-9]{3}'

[filing]
due_day = 5

[[departments]]
name = "投资促进局"
aliases = ["投促局"]
owes."2023-03" = ["signed_projects", "pipeline_projects"]

[[departments]]
name = "科技局"
owes."2023-03" = ["signed_projects"]
"""


@pytest.fixture
def second(tmp_path: Path) -> Drop:
    path = tmp_path / "zone.toml"
    path.write_text(ZONE, "utf-8")
    return Drop(tmp_path / "drop", load_zone(path))


def contract(number: str, amount: int, **more: object) -> dict[str, object]:
    return {
        "project_id": f"QS2023{number}",
        "investor": f"第{number}公司",
        "contract_amount_cny": amount,
        "signed_on": dt.date(2023, 3, 8),
        **more,
    }


def started(number: str, amount: int) -> dict[str, object]:
    return contract(number, amount, status="开工", started_on=dt.date(2023, 3, 20))


def test_the_zone_s_own_choices(second: Drop) -> None:
    second.put(
        "三月.xlsx",
        "signed_projects",
        "投促局",
        "2023-03",
        [contract("001", 5000), contract("002", 4999), started("003", 20000)],
        filed_on="2023-04-04",
    )
    second.put(
        "科技局.xlsx",
        "signed_projects",
        "科技局",
        "2023-03",
        [contract("004", 30000)],
        filed_on="2023-04-07",
    )
    second.put(
        "在谈.xlsx",
        "pipeline_projects",
        "投资促进局",
        "2023-03",
        [
            {"project_id": "QS2023101", "planned_amount_cny": 3000},
            {"project_id": "QS2023102", "planned_amount_cny": 2999, "investor": "丁"},
        ],
        filed_on="2023-04-04",
    )
    second.put(
        "目标.xlsx",
        "annual_targets",
        "投资促进局",
        "2023-01",
        [
            {"department": "全区", "indicator_code": code, "target": target, "unit": unit,
             "year": 2023, "issued_on": "2023-01-05", "indicator": code}
            for code, target, unit in (("ZS01", 10, "亿元"), ("ZS04", 6000, "万元"))
        ],
    )  # fmt: skip
    result = second.refresh()
    assert {one.status for one in result.files} <= {"accepted", "accepted_with_warnings"}

    figures = {
        row["indicator_code"]: row
        for row in second.rows("from mart.headline_indicators where department = '全区'")
    }
    assert figures["ZS01"]["value"] == Decimal("5.9999")
    assert (figures["ZS03"]["value"], figures["ZS03a"]["value"]) == (3, 1)
    # Started ones of 2亿元 and more only: 004 is signed but not started.
    assert figures["ZS05"]["value"] == 1
    assert figures["ZS03"]["indicator_name"] == "新引进5000万元以上项目"
    assert figures["ZS05"]["indicator_name"] == "2亿元以上重大工业项目"
    # Talks are rated by amount: 0.3 of 0.6亿元.
    assert (figures["ZS04"]["value"], figures["ZS04"]["completion_pct_rounded"]) == (1, 50)
    assert figures["ZS04"]["is_past_half"]
    assert round(figures["ZS01"]["time_progress_pct"], 2) == Decimal("24.66")  # day 90 of 365
    states = second.query(
        "select department, return_name, state, due_on from mart.return_status order by all"
    )
    # The 5th of April 2023 is a day off (清明), so returns are due on the 6th.
    due = dt.date(2023, 4, 6)
    assert states == [
        ("投资促进局", "pipeline_projects", "on_time", due),
        ("投资促进局", "signed_projects", "on_time", due),
        ("科技局", "signed_projects", "late", due),
    ]
    assert second.query("select count(*) from mart.campaign") == [(0,)]
