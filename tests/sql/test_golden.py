"""The sample months, loaded as they are, give every figure that the article and the set state."""

import csv
import datetime as dt
import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
import pytest
from house import House

import schemas
from flows.settings import PROJECT
from schemas.declare import Kind, Return

GOLDEN = PROJECT / "tests" / "golden"
EXPECTED = json.loads((GOLDEN / "expected_figures.json").read_text("utf-8"))
CODES = {
    **{code: code for code in ("ZS01", "ZS02", "ZS03", "ZS04", "ZS05")},
    "started": "ZS03a",
    "talk_amount": "ZS04a",
}
UNITS = tuple(EXPECTED["by_unit"])
OFFICE = "党政办公室"
SERVICE = "项目服务中心"
OWED = {
    **{(unit, name): "2021-01" for unit in UNITS for name in ("signed_projects", "paid_in")},
    **{(unit, "pipeline_projects"): "2021-01" for unit in UNITS},
    **{(unit, "receptions"): "2021-01" for unit in (*UNITS, OFFICE)},
    **{(OFFICE, name): "2021-01" for name in ("outbound_trips", "outbound_visits", "meetings")},
    **{(SERVICE, name): "2021-01" for name in ("problem_ledger", "secretary_log")},
    ("经济发展局", "env_measures"): "2021-05",
    ("行政审批服务局", "service_items"): "2021-05",
    (OFFICE, "cadre_roster"): "2021-05",
}
DUE = {
    "2021-01": dt.date(2021, 2, 2),
    "2021-02": dt.date(2021, 3, 2),
    "2021-03": dt.date(2021, 4, 2),
    "2021-04": dt.date(2021, 5, 6),
    "2021-05": dt.date(2021, 6, 2),
}


def places(number: Decimal, count: int) -> str:
    """As printed: half up, trailing zeros dropped by comparing numbers."""
    return str(number.quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP))


def _typed(model: type[Return]) -> tuple[dict[str, str], list[pl.Expr]]:
    """Header to field, and an expression per field that turns the CSV's text into its type."""
    exprs = []
    for name, column in model.columns().items():
        text = pl.col(name)
        if column.kind is Kind.MONEY:
            exprs.append(
                (text.cast(pl.Decimal(20, 4)) * 10_000).cast(pl.Decimal(20, 4)).alias(name)
            )
        elif column.kind is Kind.MONTH:
            exprs.append((text + "-01").str.to_date().alias(name))
        elif column.kind is Kind.DATE:
            exprs.append(text.str.to_date().alias(name))
        elif column.kind is Kind.YES_NO:
            exprs.append((text == "是").alias(name))
        else:
            exprs.append(text.cast(model.dtypes()[name]).alias(name))
    return {column.header: name for name, column in model.columns().items()}, exprs


def _register() -> Iterator[dict[str, str]]:
    (path,) = GOLDEN.glob("00_*.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def golden() -> Iterator[House]:
    house = House()
    house.zone(
        secretary_project="GCKF-2020-0110",
        campaign_starts_on=dt.date(2021, 4, 21),
        campaign_ends_on=dt.date(2021, 6, 30),
    )
    house.months(*DUE)
    house.con.execute("delete from core.due_dates")
    for filed_for, due_on in DUE.items():
        house.con.execute("insert into core.due_dates values (?, ?)", [f"{filed_for}-01", due_on])
    for (department, name), since in OWED.items():
        house.owes(department, name, since=since)
    titles = {model.form().title: model.form().slug for model in schemas.all_returns()}
    keys: dict[tuple[str, str, str], str] = {}
    for one in _register():
        slug = titles[one["报表名称"]]
        filed_on = dt.date.fromisoformat(one["报出日期"])
        keys[slug, one["填报单位"], one["报告期"]] = house.file(
            slug,
            one["填报单位"],
            one["报告期"],
            is_nil=one["零报告"] == "是",
            is_late=filed_on > DUE[one["报告期"]],
            filed_on=filed_on,
        )
    keys["annual_targets", "招商局", "2021-01"] = house.file("annual_targets", "招商局", "2021-01")
    for model in schemas.all_returns():
        form = model.form()
        if form.slug == "corrections":
            continue
        (path,) = GOLDEN.glob(f"{form.number}_*.csv")
        headers, exprs = _typed(model)
        frame = (
            pl.read_csv(path, infer_schema=False, null_values="")
            .rename(headers)
            .with_columns(exprs)
            .with_row_index("excel_row", 2)
        )
        submissions = [
            keys[form.slug, row["department"], f"{row['report_month']:%Y-%m}"]
            if "report_month" in row
            else keys["annual_targets", "招商局", "2021-01"]
            for row in frame.iter_rows(named=True)
        ]
        own = [name for name in form.key if name not in {"report_month", "department"}]
        frame = frame.with_columns(
            pl.Series("submission_id", submissions),
            pl.lit("Sheet1").alias("sheet"),
            pl.concat_str([pl.col(name).cast(pl.String) for name in own]).alias("own_key"),
        )
        house.con.register("incoming", frame.to_arrow())
        house.con.execute(f"insert into rows.{form.slug} by name select * from incoming")
        house.con.unregister("incoming")
    yield house
    house.con.close()


def headline(golden: House, filed_for: str, department: str = "全区") -> dict[str, dict[str, Any]]:
    found = golden.con.execute(
        "select * from mart.headline_indicators where report_month = ? and department = ?",
        [f"{filed_for}-01", department],
    )
    names = [column[0] for column in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
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
def test_the_zone_by_month(golden: House, filed_for: str) -> None:
    rows = headline(golden, filed_for)
    compare(rows, EXPECTED["monthly"][filed_for])
    assert all(row["is_complete"] for row in rows.values())


@pytest.mark.parametrize("filed_for", EXPECTED["monthly"])
def test_the_contracts_of_the_zone_by_month(golden: House, filed_for: str) -> None:
    found = golden.con.execute(
        "select count(*) from mart.headline_rows "
        "where indicator_code = 'ZS01' and report_month = ?",
        [f"{filed_for}-01"],
    ).fetchone()
    assert found == (EXPECTED["monthly"][filed_for]["n_contracts"],)


@pytest.mark.parametrize("unit", UNITS)
def test_each_department_in_may(golden: House, unit: str) -> None:
    compare(headline(golden, "2021-05", unit), EXPECTED["by_unit"][unit])
    found = golden.con.execute(
        "select count(*) from mart.headline_rows where indicator_code = 'ZS01' "
        "and report_month = '2021-05-01' and department = ?",
        [unit],
    ).fetchone()
    assert found == (EXPECTED["by_unit"][unit]["n_contracts"],)


def test_targets(golden: House) -> None:
    rows = headline(golden, "2021-05")
    found = {code: rows[code]["target_value"] for code in EXPECTED["targets"]}
    assert found == {code: Decimal(target) for code, target in EXPECTED["targets"].items()}
    assert rows["ZS03a"]["target_value"] is None


def test_april_is_not_rounded(golden: House) -> None:
    assert headline(golden, "2021-04")["ZS01"]["value"] == Decimal("74.4699")


def test_time_progress(golden: House) -> None:
    expected = EXPECTED["time_progress"]
    rows = headline(golden, "2021-05")
    assert places(rows["ZS01"]["time_progress_pct"], 2) == expected["month_12"]
    for code, gap in expected["gap_month_12_pp"].items():
        assert places(rows[code]["progress_gap_pp"], 2) == gap, code
    golden.zone(time_basis="day")
    by_day = headline(golden, "2021-05", "京津冀招商分队")["ZS02"]
    golden.zone(time_basis="month")
    by_month = headline(golden, "2021-05", "京津冀招商分队")["ZS02"]
    assert places(by_day["time_progress_pct"], 2) == expected["day_365"]
    # 41.43 %: ahead by days, behind by months.
    assert by_day["progress_gap_pp"] > 0 > by_month["progress_gap_pp"]


def test_campaign(golden: House) -> None:
    expected = EXPECTED["campaign"]
    rows = golden.con.execute(
        "select report_month, starts_on, ends_on, elapsed_days, remaining_days, elapsed_pct, "
        "contracts_signed, contract_value from mart.campaign order by all"
    ).fetchall()
    assert [row[0] for row in rows] == [dt.date(2021, 4, 1), dt.date(2021, 5, 1)]
    _, starts_on, ends_on, elapsed, remaining, pct, signed, value = rows[1]
    assert (str(starts_on), str(ends_on)) == (expected["start"], expected["end"])
    assert (elapsed, remaining) == (expected["elapsed_days"], expected["remaining_days"])
    assert elapsed + remaining == expected["length_days"]
    assert places(pct, 1) == expected["elapsed_pct"]
    since = expected["contracts_signed_since_start"]
    assert signed == since["n"]
    assert places(value, 2) == places(Decimal(since["amount"]), 2)


def test_secondary_figures_of_may(golden: House) -> None:
    found = dict(
        golden.con.execute(
            "select indicator_code, value from mart.secondary_indicators "
            "where report_month = '2021-05-01'"
        ).fetchall()
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


def test_secondary_figures_of_a_list_not_yet_filed_are_null(golden: House) -> None:
    found = golden.con.execute(
        "select indicator_code, note from mart.secondary_indicators "
        "where report_month = '2021-04-01' and value is null order by all"
    ).fetchall()
    assert found == [
        ("environment_measures", "本年尚未报送营商环境30条任务清单"),
        ("frontline_cadres", "本年尚未报送党员干部联企名册"),
        ("once_only_items", "本年尚未报送政务服务事项清单"),
        ("online_share", "本年尚未报送政务服务事项清单"),
    ]


def test_departments_add_up_to_the_zone(golden: House) -> None:
    found = golden.con.execute(
        "select sum(value) filter (where department = '全区'), "
        "sum(value) filter (where department <> '全区') "
        "from mart.headline_indicators group by report_month, indicator_code"
    ).fetchall()
    assert len(found) == 5 * 7
    assert all(zone == departments for zone, departments in found)


def test_contributions_add_up_to_every_value(golden: House) -> None:
    found = golden.con.execute(
        "select i.report_month, i.department, i.indicator_code, i.value, "
        "coalesce(sum(r.contribution), 0) as added "
        "from mart.headline_indicators as i left join mart.headline_rows as r "
        "on i.report_month = r.report_month and i.indicator_code = r.indicator_code "
        "and (i.department in ('全区', r.department)) group by all having value <> added"
    ).fetchall()
    assert found == []


def test_return_status(golden: House) -> None:
    found = dict(
        golden.con.execute("select state, count(*) from mart.return_status group by all").fetchall()
    )
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
    golden: House, code: str, project: str, department: str | None, reasons: str
) -> None:
    found = golden.con.execute(
        "select is_counted, contribution, reasons from detail.headline_candidates "
        "where report_month = '2021-05-01' and indicator_code = ? and row_key = ? "
        "and (department = ? or ? is null) order by all",
        [code, project, department, department],
    ).fetchall()
    assert found == [(False, 0, reasons)]
