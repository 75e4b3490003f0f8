"""Which version of a return counts: the order of arrival, from the refresh down to the path.

DOMAIN, "From file to figure", 2.: a later refresh; within one 报出日期, then the file's modification
time, then its path, then its sheet. Every case here is one in which the next key alone would choose
the other file, so that each key is seen to decide. Sheets of one file that are of one return, unit
and month are one version; where sheets decide, see test_who_came_first.py.
"""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest
from drop import Drop

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

A, B = "招商局", "经济发展局"
MONTH = "2021-01"
NOON = dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC)


def at(path: Path, hours: int) -> Path:
    """Sets when the file was last modified, in hours from a certain noon."""
    moment = (NOON + dt.timedelta(hours=hours)).timestamp()
    os.utime(path, (moment, moment))
    return path


def sign(drop: Drop, name: str, yi: int, *, hours: int = 0, filed_on: str = "2021-06-01") -> None:
    """One department's contract of so many 亿元, in a file of that time."""
    contract = {"project_id": "GCKF-2021-0001", "contract_amount_cny": yi * 10_000}
    at(drop.put(name, "signed_projects", A, MONTH, [contract], filed_on=filed_on), hours)


def files(drop: Drop, slug: str = "signed_projects") -> list[str]:
    """The files of a return's versions in their order; the last one must be the current one."""
    found = drop.query(
        "select file, is_current from mart.submissions where return_name = ? and version is not null "
        "order by version",
        [slug],
    )
    assert [is_current for _, is_current in found] == [False] * (len(found) - 1) + [True]
    return [file for file, _ in found]


def test_a_later_refresh_comes_before_every_other_key(drop: Drop) -> None:
    sign(drop, "乙.xlsx", 6, hours=5, filed_on="2021-06-03")
    drop.refresh()
    sign(drop, "一.xlsx", 7, hours=0, filed_on="2021-06-02")
    drop.refresh()
    assert files(drop) == ["乙.xlsx", "一.xlsx"]
    assert drop.value("ZS01", MONTH) == Decimal(7)


def test_in_one_refresh_the_day_of_filing_comes_before_the_file_s_time(drop: Drop) -> None:
    sign(drop, "1.xlsx", 6, hours=0, filed_on="2021-06-03")
    sign(drop, "2.xlsx", 7, hours=5, filed_on="2021-06-02")
    drop.refresh()
    assert files(drop) == ["2.xlsx", "1.xlsx"]
    assert drop.value("ZS01", MONTH) == Decimal(6)


def test_a_file_without_a_day_of_filing_comes_before_those_with_one(drop: Drop) -> None:
    sign(drop, "1.xlsx", 6, hours=0, filed_on="2021-06-02")
    sign(drop, "2.xlsx", 7, hours=5, filed_on="")
    drop.refresh()
    assert files(drop) == ["2.xlsx", "1.xlsx"]
    assert drop.value("ZS01", MONTH) == Decimal(6)


def test_of_one_day_the_file_s_time_comes_before_its_path(drop: Drop) -> None:
    sign(drop, "1.xlsx", 6, hours=5)
    sign(drop, "2.xlsx", 7, hours=0)
    drop.refresh()
    assert files(drop) == ["2.xlsx", "1.xlsx"]
    assert drop.value("ZS01", MONTH) == Decimal(6)


def test_of_one_time_the_path_decides_only_where_the_rows_are_the_same(drop: Drop) -> None:
    """Else a person has to say which it is: see test_doubts.py."""
    sign(drop, "2/约.xlsx", 7, hours=1)
    sign(drop, "1/约.xlsx", 7, hours=1)
    at(drop.edit("1/约.xlsx", {"A9": "注：无"}), 1)
    drop.refresh()
    assert files(drop) == ["1/约.xlsx", "2/约.xlsx"]
    assert drop.value("ZS01", MONTH) == Decimal(7)


def test_a_withdrawn_version_leaves_the_one_before_in_this_order(drop: Drop) -> None:
    sign(drop, "1.xlsx", 6, hours=5)
    sign(drop, "2.xlsx", 7, hours=0)
    sign(drop, "3.xlsx", 8, hours=2)
    drop.refresh()
    assert files(drop) == ["2.xlsx", "3.xlsx", "1.xlsx"]


# --- returns that add up: of the rows of one key the latest stands --------------------------------


def issue(drop: Drop, name: str, target: int, *, hours: int, filed_on: str = "2021-01-10") -> None:
    row = {"department": "全区", "target": target, "indicator": "合同", "doc_no": "号"}
    at(drop.put(name, "annual_targets", A, MONTH, [row], filed_on=filed_on), hours)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"hours": 0, "filed_on": "2021-01-12"}, {"hours": 5, "filed_on": "2021-01-11"}),
        ({"hours": 5}, {"hours": 0}),
    ],
    ids=["the day of filing", "the file's time"],
)
def test_of_one_target_in_two_files_the_later_one_is_in_force(
    drop: Drop, first: dict[str, str], second: dict[str, str]
) -> None:
    sign(drop, "约.xlsx", 6)
    issue(drop, "目标1.xlsx", 70, **first)  # type: ignore[arg-type]
    issue(drop, "目标2.xlsx", 80, **second)  # type: ignore[arg-type]
    drop.refresh()
    assert drop.query("select target from mart.annual_targets") == [(Decimal(70),)]


# --- ledgers: a number is its department's own ----------------------------------------------------


def travel(drop: Drop, name: str, department: str, days: int) -> None:
    """A trip of so many days, under the number that both departments use."""
    trip = {
        "trip_no": "WC-1",
        "leader": "丁",
        "leader_rank": "分管领导",
        "depart_on": "2021-01-04",
        "return_on": f"2021-01-{3 + days:02}",
        "days": days,
        "people": 3,
        "km": 100,
        "provinces": "广东",
    }
    drop.put(name, "outbound_trips", department, MONTH, [trip])


def days_out(drop: Drop) -> Decimal:
    ((value,),) = drop.query(
        "select value from mart.secondary_indicators where indicator_code = 'outbound_days'"
    )
    return Decimal(value)


def test_one_number_in_two_departments_ledgers_is_two_entries(drop: Drop) -> None:
    travel(drop, "1.xlsx", "党政办公室", 3)
    travel(drop, "2.xlsx", A, 5)
    drop.refresh()
    assert days_out(drop) == 8
