"""`mart.campaign`: its days, and what was signed since it began."""

import datetime as dt
from decimal import Decimal

from house import YI, House


def campaign(house: House, starts_on: dt.date, ends_on: dt.date) -> None:
    house.zone(campaign={"starts_on": starts_on, "ends_on": ends_on})


def test_no_campaign_no_rows(house: House) -> None:
    house.months("2021-04", "2021-05")
    house.file("signed_projects", "甲局", "2021-05", {})
    assert house.read("from mart.campaign") == []


def test_the_first_day_is_day_zero(house: House) -> None:
    campaign(house, dt.date(2021, 4, 21), dt.date(2021, 6, 30))
    house.months("2021-03", "2021-04", "2021-05", "2021-06", "2021-07")
    rows = house.read(
        "select report_month, elapsed_days, remaining_days, elapsed_pct from mart.campaign "
        "order by all"
    )
    assert [tuple(row.values()) for row in rows] == [
        (dt.date(2021, 4, 1), 9, 61, Decimal("12.8571428571")),
        (dt.date(2021, 5, 1), 40, 30, Decimal("57.1428571428")),
        (dt.date(2021, 6, 1), 70, 0, 100),
    ]


def test_counted_contracts_since_its_start(house: House) -> None:
    campaign(house, dt.date(2021, 4, 21), dt.date(2021, 6, 30))
    house.months("2021-04", "2021-05")
    start = dt.date(2021, 4, 21)
    house.file(
        "signed_projects",
        "甲局",
        "2021-05",
        {"project_id": "1", "signed_on": start},
        {"project_id": "2", "signed_on": start - dt.timedelta(days=1)},
        {"project_id": "3", "signed_on": start, "role": "协办"},
        {"project_id": "4", "signed_on": dt.date(2021, 5, 31), "contract_amount_cny": YI / 2},
    )
    rows = house.read("select contracts_signed, contract_value from mart.campaign order by all")
    # Nobody has filed April: unknown, not none.
    assert [tuple(row.values()) for row in rows] == [(2, Decimal("6.5")), (None, None)]


def test_filed_with_nothing_signed_since_is_zero(house: House) -> None:
    campaign(house, dt.date(2021, 4, 21), dt.date(2021, 6, 30))
    house.months("2021-04")
    house.file("signed_projects", "甲局", "2021-04", {})
    (row,) = house.read("select contracts_signed, contract_value from mart.campaign")
    assert row == {"contracts_signed": 0, "contract_value": 0}


def test_a_campaign_of_one_day(house: House) -> None:
    campaign(house, dt.date(2021, 4, 30), dt.date(2021, 4, 30))
    house.months("2021-04")
    (row,) = house.read("select elapsed_days, remaining_days, elapsed_pct from mart.campaign")
    assert row == {"elapsed_days": 0, "remaining_days": 0, "elapsed_pct": None}
