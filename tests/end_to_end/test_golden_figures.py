"""The sample months give, in the published database, every figure that the article states."""

import datetime as dt
import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from drop import Drop

from flows.ground.settings import PROJECT
from schemas.reasons import words

EXPECTED = json.loads((PROJECT / "tests/golden/expected_figures.json").read_text("utf-8"))
CODES = {
    **{code: code for code in ("ZS01", "ZS02", "ZS03", "ZS04", "ZS05")},
    "started": "ZS03a",
    "talk_amount": "ZS04a",
}
UNITS = tuple(EXPECTED["by_unit"])


def places(number: Decimal, count: int) -> str:
    """As printed: half up, trailing zeros dropped by comparing numbers."""
    return str(number.quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP))


def headline(golden: Drop, filed_for: str, department: str = "全区") -> dict[str, dict[str, Any]]:
    rows = golden.rows(
        "from mart.headline_indicators where report_month = ? and department = ?",
        [f"{filed_for}-01", department],
    )
    return {row["indicator_code"]: row for row in rows}


def compare(rows: dict[str, dict[str, Any]], expected: dict[str, Any]) -> None:
    for name, code in CODES.items():
        assert places(rows[code]["value"], 2) == places(Decimal(expected[name]), 2), code
    for code, printed in expected["pct"].items():
        assert places(rows[code]["completion_pct"], 2) == printed, code
    for code, printed in expected["pct_int"].items():
        assert rows[code]["completion_pct_rounded"] == printed, code
    for code, is_past_half in expected["over_half"].items():
        assert rows[code]["is_past_half"] is is_past_half, code


@pytest.mark.parametrize("filed_for", EXPECTED["monthly"])
def test_the_zone_by_month(golden: Drop, filed_for: str) -> None:
    rows = headline(golden, filed_for)
    compare(rows, EXPECTED["monthly"][filed_for])
    assert all(row["is_complete"] for row in rows.values())


@pytest.mark.parametrize("filed_for", EXPECTED["monthly"])
def test_the_contracts_of_the_zone_by_month(golden: Drop, filed_for: str) -> None:
    found = golden.query(
        "select count(*) from mart.headline_rows "
        "where indicator_code = 'ZS01' and report_month = ?",
        [f"{filed_for}-01"],
    )
    assert found == [(EXPECTED["monthly"][filed_for]["n_contracts"],)]


@pytest.mark.parametrize("unit", UNITS)
def test_each_department_in_may(golden: Drop, unit: str) -> None:
    compare(headline(golden, "2021-05", unit), EXPECTED["by_unit"][unit])
    found = golden.query(
        "select count(*) from mart.headline_rows where indicator_code = 'ZS01' "
        "and report_month = '2021-05-01' and department = ?",
        [unit],
    )
    assert found == [(EXPECTED["by_unit"][unit]["n_contracts"],)]


def test_targets(golden: Drop) -> None:
    rows = headline(golden, "2021-05")
    found = {code: rows[code]["target_value"] for code in EXPECTED["targets"]}
    assert found == {code: Decimal(target) for code, target in EXPECTED["targets"].items()}
    assert rows["ZS03a"]["target_value"] is None


def test_april_is_not_rounded(golden: Drop) -> None:
    assert headline(golden, "2021-04")["ZS01"]["value"] == Decimal("74.4699")


def test_time_progress(golden: Drop) -> None:
    expected = EXPECTED["time_progress"]
    rows = headline(golden, "2021-05")
    assert places(rows["ZS01"]["time_progress_pct"], 2) == expected["month_12"]
    for code, gap in expected["gap_month_12_pp"].items():
        assert places(rows[code]["progress_gap_pp"], 2) == gap, code
    assert rows["ZS02"]["progress_gap_pp"] > 0


@pytest.mark.slow
def test_time_progress_by_days(golden: Drop, tmp_path: Path) -> None:
    """京津冀招商分队 has paid in 41.43 %: behind by months, ahead by days."""
    by_month = headline(golden, "2021-05", "京津冀招商分队")["ZS02"]
    readings = golden.zone.readings.model_copy(update={"time_basis": "day"})
    counting_days = Drop(tmp_path, golden.zone.model_copy(update={"readings": readings}))
    counting_days.samples().refresh()
    by_day = headline(counting_days, "2021-05", "京津冀招商分队")["ZS02"]
    assert places(by_day["time_progress_pct"], 2) == EXPECTED["time_progress"]["day_365"]
    assert by_day["progress_gap_pp"] > 0 > by_month["progress_gap_pp"]


def test_campaign(golden: Drop) -> None:
    expected = EXPECTED["campaign"]
    rows = golden.query(
        "select report_month, starts_on, ends_on, elapsed_days, remaining_days, elapsed_pct, "
        "contracts_signed, contract_value from mart.campaign order by all"
    )
    assert [row[0] for row in rows] == [dt.date(2021, 4, 1), dt.date(2021, 5, 1)]
    _, starts_on, ends_on, elapsed, remaining, pct, signed, value = rows[1]
    assert (str(starts_on), str(ends_on)) == (expected["start"], expected["end"])
    assert (elapsed, remaining) == (expected["elapsed_days"], expected["remaining_days"])
    assert elapsed + remaining == expected["length_days"]
    assert places(pct, 1) == expected["elapsed_pct"]
    since = expected["contracts_signed_since_start"]
    assert signed == since["n"]
    assert places(value, 2) == places(Decimal(since["amount"]), 2)


def test_secondary_figures_of_may(golden: Drop) -> None:
    found = dict(
        golden.query(
            "select indicator_code, value from mart.secondary_indicators "
            "where report_month = '2021-05-01'"
        )
    )
    assert places(found.pop("outbound_distance"), 1) == "2.1"
    assert found == {
        "outbound_trips": 5,
        "outbound_days": 36,
        "provinces_visited": 8,
        "places_visited": 23,
        "firms_visited": 76,
        "firms_received": 63,
        "visitors_received": 232,
        "meetings_held": 68,
        "problems_raised": 77,
        "problems_closed": 77,
        "once_only_items": 212,
        "online_share": 100,
        "frontline_cadres": 43,
        "environment_measures": 30,
        "secretary_problems_solved": 11,
    }


def test_secondary_figures_of_a_list_not_yet_filed_are_null(golden: Drop) -> None:
    found = golden.query(
        "select indicator_code, note from mart.secondary_indicators "
        "where report_month = '2021-04-01' and value is null order by all"
    )
    assert found == [
        ("environment_measures", "本年尚未报送营商环境30条任务清单"),
        ("frontline_cadres", "本年尚未报送党员干部联企名册"),
        ("once_only_items", "本年尚未报送政务服务事项清单"),
        ("online_share", "本年尚未报送政务服务事项清单"),
    ]


def test_departments_add_up_to_the_zone(golden: Drop) -> None:
    found = golden.query(
        "select sum(value) filter (where department = '全区'), "
        "sum(value) filter (where department <> '全区') "
        "from mart.headline_indicators group by report_month, indicator_code"
    )
    assert len(found) == 5 * 7
    assert all(zone == departments for zone, departments in found)


def test_contributions_add_up_to_every_value(golden: Drop) -> None:
    found = golden.query(
        "select i.report_month, i.department, i.indicator_code, i.value, "
        "coalesce(sum(r.contribution), 0) as added "
        "from mart.headline_indicators as i left join mart.headline_rows as r "
        "on i.report_month = r.report_month and i.indicator_code = r.indicator_code "
        "and (i.department in ('全区', r.department)) group by all having value <> added"
    )
    assert found == []


def test_return_status(golden: Drop) -> None:
    found = dict(golden.query("select state, count(*) from mart.return_status group by all"))
    assert found == {"on_time": 148, "nil": 4, "late": 1}


@pytest.mark.parametrize(
    ("code", "project", "department", "reasons"),
    [
        ("ZS01", "GCKF-2021-0002", "招商局", "引资角色为协办"),
        ("ZS01", "GCKF-2021-0026", "珠三角招商分队", "项目状态为终止"),
        ("ZS01", "GCKF-2021-0027", None, "审核状态为待审核"),
        ("ZS01", "GCKF-2021-0028", None, "合同类型为框架协议"),
        ("ZS01", "GCKF-2021-0029", None, "县内资金"),
        (
            "ZS01",
            "GCKF-2020-0108",
            None,
            "签约日期2020-09-02不在本年1月1日至5月31日之间",
        ),
        ("ZS03", "GCKF-2021-0020", None, "合同投资额0.9999亿元不足1亿元"),
        (
            "ZS03",
            "GCKF-2021-0030",
            None,
            "项目性质为增资扩产；合同类型为补充协议，只计金额不计项目",
        ),
        ("ZS05", "GCKF-2021-0005", None, "非工业（现代服务业）"),
        ("ZS03a", "GCKF-2021-0003", None, "尚未开工"),
        ("ZS04", "GCKF-2021-0321", None, "县内资金"),
        ("ZS04", "GCKF-2021-0225", "招商局", "引资角色为协办"),
    ],
)
def test_decoys_say_why(
    golden: Drop, code: str, project: str, department: str | None, reasons: str
) -> None:
    rows = golden.query(
        "select is_counted, contribution, reasons from detail.headline_candidates "
        "where report_month = '2021-05-01' and indicator_code = ? and row_key = ? "
        "and (department = ? or ? is null) order by all",
        [code, project, department, department],
    )
    found = [(*row, words(why)) for *row, why in rows]
    assert found == [(False, 0, reasons)]
