"""What is declared, as tables: every setting of the zone is a column, nobody has to list it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from house import ZONE, House
from pydantic import Field

import schemas
from flows.ground.zone import Campaign, Thresholds, Zone
from flows.settle import declared
from flows.validate.across import catalogue
from schemas.indicators import INDICATORS, SECONDARY


def stored(zone: Zone) -> dict[str, Any]:
    with duckdb.connect() as con:
        con.execute("create schema core")
        declared.store(con, zone)
        found = con.execute("from core.zone")
        names = [column[0] for column in found.description or []]
        ((*values,),) = found.fetchall()
    return dict(zip(names, values, strict=True))


def test_every_setting_that_is_one_value_is_a_column_under_its_part() -> None:
    campaign = Campaign(starts_on=dt.date(2021, 4, 21), ends_on=dt.date(2021, 6, 30))
    settings = stored(ZONE.model_copy(update={"campaign": campaign}))
    assert settings["readings_time_basis"] == "month"
    assert settings["thresholds_major_project_cny"] == Decimal(5 * 10**8)
    assert settings["campaign_ends_on"] == dt.date(2021, 6, 30)
    assert (settings["filing_due_day"], settings["rates_usd_cny"]) == (2, None)
    # Lists are no single value.
    assert "filing_days_off" not in settings


def test_a_zone_without_a_campaign_has_its_columns_all_the_same() -> None:
    assert stored(ZONE)["campaign_starts_on"] is None


def test_a_new_setting_needs_no_other_place() -> None:
    class More(Thresholds):
        service_project_cny: Decimal = Field(Decimal(5 * 10**7))

    class Wider(Zone):
        thresholds: More

    zone = Wider.model_construct(**{**dict(ZONE), "thresholds": More.model_construct(
        **dict(ZONE.thresholds), service_project_cny=Decimal(5 * 10**7))})  # fmt: skip
    assert stored(zone)["thresholds_service_project_cny"] == Decimal(5 * 10**7)


@pytest.mark.parametrize(
    ("reading", "value", "code", "column", "expected"),
    [
        ("talk_rate_by", "count", "ZS04", "rated_code", "ZS04"),
        ("talk_rate_by", "amount", "ZS04", "rated_code", "ZS04a"),
        ("talk_rate_by", "amount", "ZS04", "target_unit", "亿元"),
        ("major_counts", "signed", "ZS05", "started_only", False),
        ("major_counts", "started", "ZS05", "started_only", True),
    ],
)
def test_a_reading_of_the_zone_settles_what_is_left_open(
    house: House, reading: str, value: str, code: str, column: str, expected: Any
) -> None:
    house.zone(readings={reading: value})
    (row,) = house.read(f"select {column} from core.indicators where indicator_code = '{code}'")
    assert row[column] == expected


def test_a_threshold_is_the_greatest_of_its_settings_and_names_the_figure(house: House) -> None:
    house.zone(thresholds={"large_project_cny": Decimal(8 * 10**8)})
    rows = house.read("select indicator_code, indicator_name, minimum_cny from core.indicators")
    by_code = {row["indicator_code"]: row for row in rows}
    assert by_code["ZS05"]["minimum_cny"] == 8 * 10**8
    assert by_code["ZS05"]["indicator_name"] == "8亿元以上重大工业项目"
    assert by_code["ZS03"]["indicator_name"] == "新引进8亿元以上项目"
    assert by_code["ZS01"]["minimum_cny"] is None


def test_what_figures_are_declared_to_rest_on_is_there() -> None:
    for one in INDICATORS:
        assert {one.amount, *one.rests_on} <= schemas.by_name(one.return_name).columns().keys()
    for figure in SECONDARY:
        columns = schemas.by_name(figure.return_name).columns()
        assert figure.field in columns
        assert figure.adds is None or figure.adds in columns


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (10**8, "亿元"),
        (5 * 10**8, "5亿元"),
        (15 * 10**7, "1.5亿元"),
        (123 * 10**6, "1.23亿元"),
        (5 * 10**7, "5000万元"),
        (10**4, "1万元"),
        (5000, "5000元"),
        (123_456_789, "123456789元"),
    ],
)
def test_a_threshold_is_worded_as_people_say_it(yuan: int, words: str) -> None:
    assert declared.threshold_words(Decimal(yuan)) == words


def test_what_rules_put_in_question_beyond_a_cell(house: House) -> None:
    found = house.con.execute(
        "select questions, list(rule order by rule) from core.rules "
        "where questions <> 'cell' group by questions"
    ).fetchall()
    assert dict(found) == {
        "absence": ["M401"],
        "amount": ["R106"],
        "counting": ["C302", "C303", "R112"],
        "key": ["R109"],
    }
    ((rules,),) = house.con.execute("select count(*) from core.rules").fetchall()
    assert rules == len(catalogue())
