"""`int.targets_in_force`: which target counts in which month."""

import datetime as dt
from decimal import Decimal
from typing import Any

from house import House


def row(target: str, issued_on: str, **changed: Any) -> dict[str, Any]:
    return {
        "department": "全区",
        "target": Decimal(target),
        "issued_on": dt.date.fromisoformat(issued_on),
        **changed,
    }


def in_force(house: House) -> list[tuple[str, Any]]:
    rows = house.read(
        "select strftime(report_month, '%Y-%m') as month, target_value from int.targets_in_force "
        "where indicator_code = 'ZS01' order by all"
    )
    return [(one["month"], one["target_value"]) for one in rows]


def test_from_the_month_of_issue_on_and_the_first_before(house: House) -> None:
    house.months("2021-01", "2021-02", "2021-03", "2021-04")
    house.file("annual_targets", "招商局", "2021-02", row("74", "2021-02-28"))
    house.file("annual_targets", "招商局", "2021-04", row("80", "2021-04-01"))
    assert in_force(house) == [
        ("2021-01", 74),
        ("2021-02", 74),
        ("2021-03", 74),
        ("2021-04", 80),
    ]


def test_issued_before_its_year_it_is_in_force_from_january(house: House) -> None:
    house.months("2021-12", "2022-01", "2022-02")
    house.file(
        "annual_targets",
        "招商局",
        "2021-12",
        row("90", "2021-12-20", year=2022),
        row("95", "2022-02-03", year=2022),
    )
    assert in_force(house) == [("2022-01", 90), ("2022-02", 95)]


def test_in_one_month_the_later_date_stands(house: House) -> None:
    house.months("2021-01")
    house.file(
        "annual_targets", "招商局", "2021-01", row("70", "2021-01-20"), row("74", "2021-01-08")
    )
    assert in_force(house) == [("2021-01", 70)]


def test_a_later_file_replaces_the_row_of_the_same_date(house: House) -> None:
    house.months("2021-01")
    house.file("annual_targets", "招商局", "2021-01", row("70", "2021-01-08"), is_current=False)
    house.file("annual_targets", "招商局", "2021-01", row("74", "2021-01-08"))
    assert in_force(house) == [("2021-01", 74)]
