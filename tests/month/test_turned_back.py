"""A resubmission that is turned back while an earlier version counts is asked about, until somebody answers."""

import datetime as dt
from typing import Any

import pytest
from drop import Drop
from past import assert_sound, house_of

from flows.ask import decisions
from flows.month import todo
from flows.publish.current import open_release

pytestmark = pytest.mark.slow

FEB = dt.date(2021, 2, 1)
KEPT = "本表没有采用，现采用的仍是第1版（文件“1.xlsx”）。请改正后重报，如不需更正，请告知联系人。"


def sign(drop: Drop, name: str, amount: object) -> None:
    """招商局's one contract of February comes in, of that amount."""
    row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": amount}
    drop.put(name, "signed_projects", "招商局", "2021-02", [row])
    drop.refresh()


def number_of(drop: Drop, name: str) -> str:
    ((number,),) = drop.query("select submission_id from mart.submissions where file = ?", [name])
    return str(number)


def asked_of(drop: Drop, name: str) -> list[Any]:
    """The rules whose findings of a file ask for a correction, as published."""
    found = drop.query(
        "select rule from mart.findings inner join mart.submissions using (submission_id) "
        "where file = ? and asks = 'correct' and is_open",
        [name],
    )
    return [rule for (rule,) in found]


def texts(drop: Drop) -> tuple[str, str]:
    """What the department is told, and what the zone's office has to settle."""
    with open_release(drop.settings.warehouse) as con:
        found = todo.of_month(con, drop.zone, FEB)
    (mine,) = [one for one in found if one.department == "招商局"]
    return "\n".join(todo.text(mine, drop.zone, FEB)), "\n".join(todo.office_text(found, FEB))


def test_it_stands_until_it_is_withdrawn_or_a_later_version_counts(drop: Drop) -> None:
    sign(drop, "1.xlsx", 60_000)
    sign(drop, "2.xlsx", "约7亿")
    assert asked_of(drop, "2.xlsx") == ["R110"]
    assert drop.value("ZS01", "2021-02") == 6
    said = [one.message + one.suggestion for one in drop.result("2.xlsx").findings]
    assert KEPT in said
    text, of_office = texts(drop)
    assert f"文件 2.xlsx\n{KEPT}\n1. 签约项目月报表" in text
    assert "guoban" not in text
    withdraw = f"guoban withdraw {number_of(drop, '2.xlsx')} --reason …"
    assert withdraw in of_office
    assert "单位确认不需更正的" in of_office
    # The return is there, and on time or late as before; what is to be done about it is told beside.
    assert drop.query(
        "select state, open_errors, to_correct from mart.return_status "
        "where department = '招商局' and return_name = 'signed_projects'"
    ) == [("late", 1, 1)]
    blocking = decisions.lock(house_of(drop), FEB, "张三")
    assert [one for one in blocking if "2.xlsx" in one]
    assert_sound(drop)

    decisions.withdraw(house_of(drop), number_of(drop, "2.xlsx"), "以第1版为准", "张三")
    drop.refresh()
    assert asked_of(drop, "2.xlsx") == []
    assert (KEPT in texts(drop)[0], texts(drop)[1]) == (False, "")
    assert drop.value("ZS01", "2021-02") == 6

    sign(drop, "3.xlsx", "约8亿")
    assert asked_of(drop, "3.xlsx") == ["R110"]
    sign(drop, "4.xlsx", 80_000)
    assert asked_of(drop, "3.xlsx") == []
    assert drop.value("ZS01", "2021-02") == 8
    assert_sound(drop)
    assert decisions.lock(house_of(drop), FEB, "张三") == []


@pytest.mark.nightly
def test_beside_a_locked_month_nothing_is_asked_and_an_open_one_asks_again(drop: Drop) -> None:
    sign(drop, "1.xlsx", 60_000)
    assert decisions.lock(house_of(drop), FEB, "张三") == []
    sign(drop, "2.xlsx", "约7亿")
    assert asked_of(drop, "2.xlsx") == []
    with pytest.raises(decisions.RefusedError):
        decisions.withdraw(house_of(drop), number_of(drop, "2.xlsx"), "以第1版为准", "张三")
    decisions.unlock(house_of(drop), FEB, "重报", "张三")
    drop.refresh()
    assert asked_of(drop, "2.xlsx") == ["R110"]
    assert_sound(drop)


def test_a_sheet_that_says_it_is_void_is_not_asked_about_beside_the_good_one(drop: Drop) -> None:
    """It stands behind the good one in its file: the file is answered."""
    row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": 60_000}
    path = drop.put("1.xlsx", "signed_projects", "招商局", "2021-02", [row])

    def with_old_sheet(sheet: Any) -> None:
        old = sheet.parent.copy_worksheet(sheet)
        old.title = "作废"

    drop.edit(path.name, with_old_sheet)
    drop.refresh()
    assert {status for (status,) in drop.query("select status from mart.submissions")} == {
        "rejected",
        "accepted_with_warnings",
    }
    assert asked_of(drop, "1.xlsx") == []


def test_of_one_refresh_the_order_of_versions_tells_which_is_later(drop: Drop) -> None:
    """By 报出日期 before the path: the one that is turned back was filed before the sound one."""
    row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": 60_000}
    wrong = row | {"contract_amount_cny": "约7亿"}
    for name, one, day in (("1.xlsx", row, "2021-03-02"), ("2.xlsx", wrong, "2021-03-01")):
        drop.put(name, "signed_projects", "招商局", "2021-02", [one], filed_on=day)
    drop.refresh()
    assert asked_of(drop, "2.xlsx") == []


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("name", "department", "left", "rule"),
    [
        ("2021-02/招商局/2.xlsx", "招商局", [4], "E014"),
        ("2021-02/招商局/2.xlsx", "招伤局", [1, 2, 3], "E003"),
    ],
)
def test_whatever_turns_it_back_it_says_which_version_counts(
    drop: Drop, name: str, department: str, left: list[int], rule: str
) -> None:
    """Also where its folder alone says whose it is; a later version settles it."""

    def put(name: str, department: str, numbers: list[int]) -> None:
        rows = [{"project_id": f"GCKF-2021-000{number}"} for number in numbers]
        drop.put(name, "signed_projects", department, "2021-02", rows)
        drop.refresh()

    put("1.xlsx", "招商局", [1, 2, 3])
    put(name, department, left)
    found = drop.result(name).findings
    assert rule in {one.rule for one in found if one.is_error}
    assert any(one.message.endswith("现采用的仍是第1版（文件“1.xlsx”）。") for one in found)
    assert "现采用的仍是第1版（文件“1.xlsx”）。" in texts(drop)[0]
    assert_sound(drop)
    put("3.xlsx", "招商局", [1, 2, 3, 5])
    assert drop.query(
        "select rule from mart.findings inner join mart.submissions using (submission_id) "
        "where file = ? and asks is not null",
        [name],
    ) == []  # fmt: skip
    assert_sound(drop)


def test_a_sheet_of_nobody_known_is_asked_about_beside_the_good_one_of_its_file(drop: Drop) -> None:
    """What its folder would make of it is no other version of the good one."""
    name = "2021-02/招商局/1.xlsx"
    drop.put(name, "signed_projects", "招商局", "2021-02", [{"project_id": "GCKF-2021-0001"}])

    def with_another(sheet: Any) -> None:
        sheet.parent.copy_worksheet(sheet)["A1"] = "填报单位：招伤局"

    drop.edit(name, with_another)
    drop.refresh()
    assert "E003" in asked_of(drop, name)
