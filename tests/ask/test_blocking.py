"""What blocks a month: a later version settles what an earlier one asks; which is later, the order says."""

import datetime as dt
from typing import Any

import pytest
from house import House

from flows.month import findings
from schemas.rules import IN_DOUBT

JAN = dt.date(2021, 1, 1)


def said_of(house: House, rule: str, **more: Any) -> dict[str, Any]:
    """What an error of that rule asks, which turned a version of January back beside one that counts."""
    house.months("2021-01")
    whose = {"department": "招商局", "return_name": "signed_projects", "report_month": JAN}
    places = {"turned_back": more.pop("stands_no"), "counts": more.pop("current_no")}
    of_current = {name: more.pop(name) for name in ("receipt_no",) if name in more}
    key = house.file(
        "signed_projects", "招商局", "2021-01", status="rejected", is_current=False,
        is_accepted=False, version=None, stands_no=places["turned_back"], **more,
    )  # fmt: skip
    house.file("signed_projects", "招商局", "2021-01", {}, stands_no=places["counts"], **of_current)
    house._insert(
        "core.findings",
        [
            {
                **whose,
                "submission_id": key,
                "rule": rule,
                "severity": "error",
                "sheet": "",
                "holds": False,
                "message": "没有采用。",
            }
        ],
    )
    (said,) = findings.of_month(house.con, JAN)
    return dict(said)


@pytest.mark.parametrize("rule", IN_DOUBT)
@pytest.mark.parametrize(("stands_no", "current_no", "is_settled"), [(1, 2, True), (2, 1, False)])
def test_a_later_version_settles_a_doubt(
    house: House, rule: str, stands_no: int, current_no: int, is_settled: bool
) -> None:
    said = said_of(house, rule, stands_no=stands_no, current_no=current_no, is_in_doubt=True)
    assert (findings.blocking([said]) == []) is is_settled
    assert said["asks"] == (None if is_settled else "decide")


@pytest.mark.parametrize(("stands_no", "current_no", "is_settled"), [(1, 2, True), (2, 1, False)])
def test_an_error_that_turned_a_version_back_is_open_until_a_later_one_counts(
    house: House, stands_no: int, current_no: int, is_settled: bool
) -> None:
    said = said_of(house, "E007", stands_no=stands_no, current_no=current_no)
    assert (findings.blocking([said]) == []) is is_settled
    assert said["asks"] == (None if is_settled else "correct")


def test_what_rules_across_files_turn_back_is_asked_about_as_well(house: House) -> None:
    assert said_of(house, "M405", stands_no=2, current_no=1, is_overruled=True)["asks"] == "correct"


def test_a_second_sheet_beside_the_good_one_of_its_file_asks_nothing(house: House) -> None:
    assert said_of(house, "E015", stands_no=2, current_no=1, receipt_no=1)["asks"] is None


def test_in_a_locked_month_nothing_is_asked_beside_what_counts(house: House) -> None:
    house.con.execute("insert into core.locks values ('2021-01-01', now(), '张三')")
    assert said_of(house, "M411", stands_no=2, current_no=1)["asks"] is None


@pytest.mark.parametrize(
    ("own", "current", "is_settled"), [("1", "2", False), ("1", "1", True), ("1", None, True)]
)
def test_a_part_is_answered_by_parts_of_its_name_and_by_whole_returns(
    house: House, own: str, current: str | None, is_settled: bool
) -> None:
    house.months("2021-01")
    key = house.file(
        "signed_projects", "招商局", "2021-01", status="rejected", is_current=False,
        is_accepted=False, version=None, part=own,
    )  # fmt: skip
    house.file("signed_projects", "招商局", "2021-01", {}, part=current)
    ((stands,),) = house.con.execute(
        "select stands from int.standing_submissions where submission_id = ?", [key]
    ).fetchall()
    assert stands is not is_settled
