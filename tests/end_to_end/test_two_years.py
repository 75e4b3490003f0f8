"""A zone's first 26 months: every figure, target, rate and rank against a calculation of its own."""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import two_years
from drop import Drop
from two_years import ENDING, FORMER, OLD, Town, half_up, zone_text

from flows.ground.zone import zone_of

CODES = ("ZS01", "ZS02", "ZS03", "ZS03a", "ZS04", "ZS04a", "ZS05")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"{text}-01")


def told(drop: Drop) -> dict[tuple[dt.date, str, str], dict[str, Any]]:
    rows = drop.rows("from mart.headline_indicators")
    return {(row["report_month"], row["department"], row["indicator_code"]): row for row in rows}


def compare(drop: Drop, town: Town, last: dt.date, name_of_first: str) -> None:
    """Every published headline figure up to the month against the town's own."""
    found = told(drop)
    expected = set()
    for month in two_years.months(last=last):
        for department in ("全区", *town.scopes(month)):
            name = name_of_first if department == FORMER else department
            for code in CODES:
                place = (month, name, code)
                expected.add(place)
                row = found[place]
                own = None if department == "全区" else department
                assert row["value"] == town.figure(code, month, own), place
                assert abs(Fraction(row["time_progress_pct"]) - town.progress(month)) < 1e-6, place
                if code not in two_years.CODES:
                    continue
                assert row["target_value"] == town.target(code, month, department), place
                rate = town.rate(code, month, department)
                rounded = None if rate is None else half_up(rate)
                assert row["completion_pct_rounded"] == rounded, place
                assert row["is_past_half"] == (None if rate is None else rate >= 50), place
                rank = None if department == "全区" else town.rank(code, month, department)
                assert row["rank"] == rank, place
    assert found.keys() == expected


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> tuple[Drop, Town, dict[str, Any]]:
    """All 26 months in four refreshes, and what was seen on the way."""
    town = Town(7)
    seen: dict[str, Any] = {}
    drop = Drop(tmp_path_factory.mktemp("years"))

    def refresh(first: str, last: str, **as_it_is: bool) -> None:
        drop.zone = zone_of(zone_text(**as_it_is), "zone.toml")
        name = OLD if as_it_is["is_renamed"] else FORMER
        town.file(drop, day(first), day(last), name)
        result = drop.refresh()
        assert result.published
        found = (one for file in result.files for one in file.findings)
        wrong = [one for one in found if one.severity == "error"]
        assert wrong == []

    refresh("2022-11", "2023-02", is_renamed=False, has_end=False, has_dated=False)
    seen["before targets"] = told(drop)
    seen["T501"] = drop.query(
        "select distinct department, report_month from mart.findings where rule = 'T501'"
    )
    seen["M407"] = drop.query(
        "select message, suggestion from mart.findings where rule = 'M407' and message like ?",
        [f"%{town.late.number}%"],
    )
    refresh("2023-03", "2023-06", is_renamed=False, has_end=False, has_dated=False)
    seen["moved by targets"] = drop.query("select distinct figure, cause from mart.figure_changes")
    seen["changes"] = len(drop.query("from mart.figure_changes"))
    refresh("2023-07", "2023-12", is_renamed=True, has_end=True, has_dated=False)
    seen["moved by a name"] = len(drop.query("from mart.figure_changes")) - seen["changes"]
    refresh("2024-01", "2024-12", is_renamed=True, has_end=True, has_dated=True)
    return drop, town, seen


@pytest.mark.nightly
def test_every_figure_of_26_months(years: tuple[Drop, Town, dict[str, Any]]) -> None:
    drop, town, _ = years
    compare(drop, town, two_years.LAST, OLD)
    # What adds up to the figures adds up to the same, and each row is where it says.
    sums = drop.query(
        "select report_month, indicator_code, sum(contribution) from mart.headline_rows group by all"
    )
    for month, code, value in sums:
        assert value == town.figure(code, month), (month, code)


@pytest.mark.nightly
def test_a_year_without_targets_yet_has_last_year_s_departments(
    years: tuple[Drop, Town, dict[str, Any]],
) -> None:
    _, _, seen = years
    for month in (day("2023-01"), day("2023-02")):
        scopes = {dept for at, dept, _ in seen["before targets"] if at == month}
        assert scopes == {"全区", FORMER, "乙局", ENDING}
        rows = [row for (at, *_), row in seen["before targets"].items() if at == month]
        assert {row["target_value"] for row in rows} == {None}
        assert {name for name, at in seen["T501"] if at == month} == scopes
    # Targets that come late move targets alone, and nobody is asked for a document.
    assert seen["moved by targets"] == [("target_value", "target")]


@pytest.mark.nightly
def test_a_contract_told_too_late_says_so(years: tuple[Drop, Town, dict[str, Any]]) -> None:
    _, town, seen = years
    ((message, suggestion),) = seen["M407"]
    assert f"{town.late.amount}万元 不计入任何一年" in message
    assert "请重报2022年12月的签约项目月报表" in suggestion


@pytest.mark.nightly
def test_a_new_name_moves_nothing_and_is_one_series(
    years: tuple[Drop, Town, dict[str, Any]],
) -> None:
    drop, _, seen = years
    assert seen["moved by a name"] == 0
    names = {name for (name,) in drop.query("select department from mart.headline_indicators")}
    assert names == {"全区", OLD, "乙局", ENDING, "丁局"}
    past = drop.query(
        "select distinct department from detail.headline_indicators where until_at is not null"
    )
    assert (FORMER,) in past


@pytest.mark.nightly
def test_opening_balances_are_told_and_traced(years: tuple[Drop, Town, dict[str, Any]]) -> None:
    drop, town, _ = years
    opened = {one.number: one for one in town.contracts if one.paid_before}
    said = drop.query(
        "select f.cell, r.cell as traced, r.contribution * 10000, f.report_month, r.row_key "
        "from mart.findings as f left join mart.headline_rows as r "
        "using (submission_id, sheet, excel_row) where f.rule = 'M405' and f.severity = 'info' "
        "and coalesce(r.report_month = f.report_month, true)"
    )
    counted = {one.number for one in opened.values() if one.paid_audit == "审核通过"}
    assert len(said) == len(opened)
    assert {key for *_, key in said if key} == counted
    for cell, traced, amount, month, key in said:
        if key:
            assert traced == cell
            assert amount == opened[key].year_to_date(month)


@pytest.mark.nightly
def test_the_campaign_goes_on_over_the_year_s_end(
    years: tuple[Drop, Town, dict[str, Any]],
) -> None:
    drop, town, _ = years
    rows = drop.rows("from mart.campaign order by report_month")
    days = [(row["elapsed_days"], row["remaining_days"]) for row in rows]
    assert days == [(15, 72), (46, 41), (77, 10), (87, 0)]
    for row in rows:
        got = (row["contracts_signed"], row["contract_value"])
        assert got == town.campaign(row["report_month"]), row["report_month"]


@pytest.mark.nightly
def test_an_ended_department_owes_nothing_and_months_are_complete(
    years: tuple[Drop, Town, dict[str, Any]],
) -> None:
    drop, _, _ = years
    assert drop.query(
        "select max(report_month) from mart.return_status where department = ?", [ENDING]
    ) == [(day("2023-06"),)]
    assert drop.query("select distinct state from mart.return_status") == [("on_time",)]
    assert drop.query("select bool_and(is_complete) from mart.headline_indicators") == [(True,)]


@pytest.mark.nightly
def test_no_start_without_money_is_told_twice_in_a_year(
    years: tuple[Drop, Town, dict[str, Any]],
) -> None:
    drop, _, _ = years
    said = drop.query(
        "select regexp_extract(value, '.*'), year(report_month), department, message "
        "from mart.findings where rule = 'C304'"
    )
    assert all(row[0] >= "2022-11-01" for row in said)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3))
def test_other_towns_month_by_month(seed: int, tmp_path: Path) -> None:
    town, drop = Town(seed), Drop(tmp_path)
    for month in two_years.months():
        drop.zone = zone_of(
            zone_text(
                is_renamed=month >= day("2023-07"),
                has_end=month >= day("2023-07"),
                has_dated=month >= day("2024-01"),
            ),
            "zone.toml",
        )
        town.file(drop, month, month, OLD if month >= day("2023-07") else FORMER)
        drop.refresh()
    compare(drop, town, two_years.LAST, OLD)
    before = told(drop)
    shutil.rmtree(drop.settings.warehouse)
    drop.refresh()
    assert {place: row["value"] for place, row in told(drop).items()} == {
        place: row["value"] for place, row in before.items()
    }
    assert all(isinstance(row["value"], Decimal) for row in before.values())
