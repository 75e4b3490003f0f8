"""`mart.return_status`: every state, its due date, and which receipt it names."""

import datetime as dt
from typing import Any

import pytest
from house import House, month

EARLY = dt.datetime(2021, 2, 1, 8, tzinfo=dt.UTC)
LATE = dt.datetime(2021, 2, 5, 8, tzinfo=dt.UTC)
REJECTED: dict[str, Any] = {"is_current": False, "status": "rejected", "version": None}


def status(house: House) -> dict[str, Any]:
    (row,) = house.read("select state, due_on, received_at from mart.return_status")
    return row


@pytest.fixture
def owing(house: House) -> House:
    house.months("2021-01")
    house.owes("甲局", "paid_in")
    return house


def test_missing(owing: House) -> None:
    owing.file("paid_in", "乙局", "2021-01", {})
    owing.file("signed_projects", "甲局", "2021-01", {})
    assert status(owing) == {
        "state": "missing",
        "due_on": dt.date(2021, 2, 2),
        "received_at": None,
    }


@pytest.mark.parametrize(
    ("submission", "state"),
    [
        ({}, "on_time"),
        ({"is_late": None}, "on_time"),
        ({"is_late": True}, "late"),
        ({"is_nil": True}, "nil"),
        ({"is_nil": True, "is_late": True}, "nil"),
        ({"status": "partly_accepted"}, "on_time"),
        ({"status": "accepted_with_warnings"}, "on_time"),
        (REJECTED, "rejected"),
        ({"status": "rejected"}, "rejected"),
        ({"is_current": False, "status": "withdrawn", "is_withdrawn": True}, "missing"),
    ],
)
def test_states(owing: House, submission: dict[str, Any], state: str) -> None:
    owing.file("paid_in", "甲局", "2021-01", {}, **submission)
    assert status(owing)["state"] == state


def test_an_accepted_version_outweighs_what_was_turned_back(owing: House) -> None:
    owing.file("paid_in", "甲局", "2021-01", {}, received_at=EARLY)
    owing.file("paid_in", "甲局", "2021-01", {}, received_at=LATE, **REJECTED)
    found = status(owing)
    assert (found["state"], found["received_at"]) == ("on_time", EARLY)


def test_of_those_turned_back_the_newest_is_named(owing: House) -> None:
    owing.file("paid_in", "甲局", "2021-01", {}, received_at=EARLY, **REJECTED)
    owing.file("paid_in", "甲局", "2021-01", {}, received_at=LATE, **REJECTED)
    found = status(owing)
    assert (found["state"], found["received_at"]) == ("rejected", LATE)


def test_the_current_version_decides(owing: House) -> None:
    owing.file("paid_in", "甲局", "2021-01", {}, is_late=True, is_current=False)
    owing.file("paid_in", "甲局", "2021-01", version=2)
    assert status(owing)["state"] == "nil"


def test_owed_from_a_month_on_and_only_in_months_with_figures(house: House) -> None:
    house.months("2021-04", "2021-05")
    house.owes("甲局", "env_measures", since="2021-05")
    house.owes("乙局", "paid_in")
    rows = house.read("select report_month, department from mart.return_status order by all")
    assert [tuple(row.values()) for row in rows] == [
        (month("2021-04"), "乙局"),
        (month("2021-05"), "乙局"),
        (month("2021-05"), "甲局"),
    ]
