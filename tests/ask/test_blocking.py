"""What blocks a month: which version of a return is the later one is told by its number."""

import datetime as dt

import pytest
from house import House

from flows.month import findings
from schemas.rules import IN_DOUBT

JAN = dt.date(2021, 1, 1)


@pytest.mark.parametrize("rule", IN_DOUBT)
@pytest.mark.parametrize(
    ("doubted", "current", "is_settled"),
    [
        ((1, 1), (2, 1), True),
        ((2, 1), (1, 1), False),
        ((1, 2), (1, 10), True),
        ((1, 10), (1, 2), False),
    ],
)
def test_a_later_version_settles_a_doubt(
    house: House, rule: str, doubted: tuple[int, int], current: tuple[int, int], is_settled: bool
) -> None:
    house.months("2021-01")
    whose = {"department": "招商局", "return_name": "signed_projects", "report_month": JAN}
    numbers = [
        dict(zip(("receipt_no", "draft_no"), one, strict=True)) for one in (doubted, current)
    ]
    key = house.file(
        "signed_projects", "招商局", "2021-01", **numbers[0], status="rejected", is_current=False,
        is_accepted=False, is_in_doubt=True, version=None,
    )  # fmt: skip
    house.file("signed_projects", "招商局", "2021-01", {}, **numbers[1])
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
    assert (findings.blocking([said]) == []) is is_settled
    assert said["is_to_decide"] is not is_settled
