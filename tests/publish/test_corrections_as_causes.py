"""A correction (14) alone lets rows in or out: it is told as the cause, whoever's files they are in.

DOMAIN, "From file to figure", 16.: a 14 that comes, is replaced or withdrawn is the cause of what it
lets in or out, also where a whole file was turned back for want of it.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from drop import Drop
from past import Change, assert_sound, house_of, newest_changes

from flows.ask import decisions

pytestmark = pytest.mark.slow

A, B = "招商局", "经济发展局"
FIRST, SECOND = "GCKF-2021-0001", "GCKF-2021-0002"
MONTHS = ("2021-01", "2021-02", "2021-03")
FEBRUARY, MARCH = MONTHS[1:]


@pytest.fixture
def drop(drop: Drop) -> Iterator[Drop]:
    """Whatever is done: the changes add up, and all can be made again."""
    yield drop
    assert_sound(drop)


def sign(drop: Drop, name: str, department: str, month: str, **amounts: int) -> None:
    """A department's 02 of a month: amounts in 万元 by the number's last digit, `_1=60000`."""
    rows = [
        {"project_id": key, "investor": f"{key}公司", "contract_amount_cny": amount}
        for digit, amount in amounts.items()
        for key in [f"GCKF-2021-000{digit[-1]}"]
    ]
    drop.put(f"{month}/{name}.xlsx", "signed_projects", department, month, rows)


def correct(drop: Drop, name: str, key: str, old: int, new: int, department: str = A) -> None:
    """A form of February's contract amount, always under the number GZ-1."""
    form: dict[str, Any] = {
        "correction_no": "GZ-1",
        "report_month": FEBRUARY,
        "return_slug": "签约项目月报表",
        "row_key": key,
        "field": "合同投资额",
        "old_value": str(old),
        "new_value": str(new),
        "method": "重报(未锁定)",
        "reason": "填错",
        "filed_on": "2021-03-01",
        "approver": "丁",
        "approved_on": "2021-03-02",
    }
    drop.put(f"{name}.xlsx", "corrections", department, FEBRUARY, [form])


def contract_changes(drop: Drop, month: str, department: str = "全区") -> list[Change]:
    """What the last publication changed in the contract amount."""
    return [one for one in newest_changes(drop, month, department) if one[0] == "ZS01"]


def statuses(drop: Drop, name: str) -> list[str]:
    found = drop.query(
        "select status from mart.submissions where file like ? order by file", [f"%/{name}.xlsx"]
    )
    return [status for (status,) in found]


def turned_back(drop: Drop) -> None:
    """February's and March's second versions, each turned back for M403; 二版 is in no figure."""
    targets = [
        {"department": one, "target": 20, "indicator": "合同", "indicator_code": "ZS01"}
        for one in ("全区", A, B)
    ]
    drop.put("目标.xlsx", "annual_targets", A, "2021-01", targets)
    for month in MONTHS:
        sign(drop, "一版", A, month, _1=60_000)
        sign(drop, "乙", B, month, _2=50_000)
    drop.refresh()
    for month in (FEBRUARY, MARCH):
        sign(drop, "二版", A, month, _1=70_000)
    drop.refresh()
    assert statuses(drop, "二版") == ["rejected", "rejected"]
    assert [drop.value("ZS01", month) for month in MONTHS] == [11, 11, 11]


def let_in(drop: Drop) -> None:
    turned_back(drop)
    correct(drop, "更正", FIRST, 60_000, 70_000)
    drop.refresh()
    assert [drop.value("ZS01", month) for month in MONTHS] == [11, 12, 12]


def test_a_correction_lets_in_the_files_that_were_turned_back_for_want_of_it(drop: Drop) -> None:
    let_in(drop)
    for month in (FEBRUARY, MARCH):
        for scope, old in (("全区", 11), (A, 6)):
            expected = ("ZS01", Decimal(old), Decimal(old + 1), "correction", "更正")
            assert contract_changes(drop, month, scope) == [expected]
        assert contract_changes(drop, month, B) == []


@pytest.mark.nightly
def test_its_withdrawal_turns_them_back_again(drop: Drop) -> None:
    let_in(drop)
    ((key,),) = drop.query("select submission_id from mart.submissions where file = '更正.xlsx'")
    decisions.withdraw(house_of(drop), key, "报错了", "李四")
    drop.refresh()
    assert [drop.value("ZS01", month) for month in MONTHS] == [11, 11, 11]
    for month in (FEBRUARY, MARCH):
        for scope, old in (("全区", 12), (A, 7)):
            expected = ("ZS01", Decimal(old), Decimal(old - 1), "withdrawal", "更正")
            assert contract_changes(drop, month, scope) == [expected]


@pytest.mark.nightly
def test_a_form_of_another_project_under_its_number_turns_them_back_again(drop: Drop) -> None:
    let_in(drop)
    correct(drop, "改单", SECOND, 50_000, 50_500, B)
    drop.refresh()
    assert [drop.value("ZS01", month) for month in MONTHS] == [11, 11, 11]
    for month in (FEBRUARY, MARCH):
        for scope, old in (("全区", 12), (A, 7)):
            expected = ("ZS01", Decimal(old), Decimal(old - 1), "correction", "改单")
            assert contract_changes(drop, month, scope) == [expected]


@pytest.mark.nightly
def test_a_correction_lets_in_one_row_of_a_file(drop: Drop) -> None:
    """The file's other row counted all the while: nothing is told of it."""
    for month in (MONTHS[0], FEBRUARY):
        sign(drop, "一版", A, month, _1=60_000, _3=20_000)
    drop.refresh()
    sign(drop, "二版", A, FEBRUARY, _1=70_000, _3=20_000)
    drop.refresh()
    assert statuses(drop, "二版") == ["partly_accepted"]
    assert contract_changes(drop, FEBRUARY) == [
        ("ZS01", Decimal(8), Decimal(2), "resubmission", "二版")
    ]
    correct(drop, "更正", FIRST, 60_000, 70_000)
    drop.refresh()
    assert contract_changes(drop, FEBRUARY) == [
        ("ZS01", Decimal(2), Decimal(9), "correction", "更正")
    ]


@pytest.mark.nightly
def test_a_correction_and_a_definition_in_one_refresh_are_told_apart(drop: Drop) -> None:
    turned_back(drop)
    thresholds = drop.zone.thresholds.model_copy(update={"large_project_cny": Decimal(6 * 10**8)})
    drop.zone = drop.zone.model_copy(update={"thresholds": thresholds})
    correct(drop, "更正", FIRST, 60_000, 70_000)
    drop.refresh()
    for month in (FEBRUARY, MARCH):
        assert contract_changes(drop, month) == [
            ("ZS01", Decimal(11), Decimal(12), "correction", "更正")
        ]
    # 5亿 of the second project is no large one any more: nobody filed anything about it.
    assert drop.query(
        "select distinct cause, submission_id from mart.figure_changes where "
        "publication_no = (select count(*) from mart.refreshes) and indicator_code = 'ZS03' "
        "and department = ?",
        [B],
    ) == [("definition", None)]
