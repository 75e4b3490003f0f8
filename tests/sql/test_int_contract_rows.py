"""`int.contract_rows`: every clause of what a counted contract (S) is, and each kind of decoy."""

import datetime as dt
from typing import Any

import pytest
from house import House

from schemas.reasons import words

DECOYS: list[tuple[dict[str, Any], str]] = [
    ({"audit_status": "待审核"}, "审核状态为待审核"),
    ({"audit_status": "已保存"}, "审核状态为已保存"),
    ({"audit_status": "退回"}, "审核状态为退回"),
    ({"audit_status": None}, "审核状态为空"),
    ({"role": "协办"}, "引资角色为协办"),
    ({"capital_origin": "县内"}, "县内资金"),
    ({"capital_origin": None}, "资金来源地为空"),
    ({"contract_type": "框架协议"}, "合同类型为框架协议"),
    ({"contract_type": "意向协议"}, "合同类型为意向协议"),
    ({"status": "终止"}, "项目状态为终止"),
    ({"status": None}, "项目状态为空"),
    (
        {"signed_on": dt.date(2020, 12, 31)},
        "签约日期2020-12-31不在本年1月1日至2月28日之间",
    ),
    ({"signed_on": dt.date(2021, 3, 1)}, "签约日期2021-03-01不在本年1月1日至2月28日之间"),
    ({"signed_on": None}, "签约日期为空"),
    ({"project_id": None}, "项目编号为空"),
    ({"contract_amount_cny": None}, "合同投资额为空"),
]
COUNTED: list[dict[str, Any]] = [
    {},
    {"signed_on": dt.date(2021, 1, 1)},
    {"signed_on": dt.date(2021, 2, 28)},
    {"contract_type": "补充协议", "nature": "增资扩产"},
    {"capital_origin": "境外"},
    {"capital_origin": "市内县外"},
    {"sector": "农业"},
    {"status": "投产"},
    {"contract_amount_cny": 1},
]


def contracts(house: House) -> list[tuple[bool, str | None]]:
    rows = house.read(
        "select is_contract, contract_reasons from int.contract_rows "
        "order by report_month, submission_id, excel_row"
    )
    return [(row["is_contract"], words(row["contract_reasons"])) for row in rows]


@pytest.mark.parametrize(("changed", "reason"), DECOYS)
def test_what_is_no_contract_says_why(house: House, changed: dict[str, Any], reason: str) -> None:
    house.months("2021-02")
    house.file("signed_projects", "甲局", "2021-02", changed)
    assert contracts(house) == [(False, reason)]


@pytest.mark.parametrize("changed", COUNTED)
def test_what_is_a_contract(house: House, changed: dict[str, Any]) -> None:
    house.months("2021-02")
    house.file("signed_projects", "甲局", "2021-02", changed)
    assert contracts(house) == [(True, None)]


def test_all_reasons_are_said(house: House) -> None:
    house.months("2021-02")
    house.file(
        "signed_projects",
        "甲局",
        "2021-02",
        {"audit_status": "退回", "role": "协办", "capital_origin": "县内", "status": "终止"},
    )
    assert contracts(house) == [(False, "审核状态为退回；引资角色为协办；县内资金；项目状态为终止")]


def test_a_held_row_names_its_rules(house: House) -> None:
    house.months("2021-02")
    key = house.file("signed_projects", "甲局", "2021-02", {}, {"project_id": "GCKF-2021-0002"})
    house.hold(key, 6, "X203", "R110")
    assert contracts(house) == [(True, None), (False, "该行被扣留（R110、X203）")]


def test_a_project_counts_once_for_who_came_first(house: House) -> None:
    house.months("2021-01", "2021-02")
    for filed_for in ("2021-01", "2021-02"):
        house.file("signed_projects", "乙局", filed_for, {}, file="b.xlsx", refresh_no=2)
        house.file("signed_projects", "甲局", filed_for, {}, file="a.xlsx", refresh_no=1)
    repeated = (False, "同一项目编号已由甲局（a.xlsx第5行）计入")
    assert contracts(house) == [repeated, (True, None)] * 2


def test_in_one_refresh_the_earlier_signing_came_first_then_the_path(house: House) -> None:
    house.months("2021-01")
    later = {"signed_on": dt.date(2021, 1, 21)}
    house.file("signed_projects", "甲局", "2021-01", later, file="a.xlsx", refresh_no=1)
    house.file("signed_projects", "乙局", "2021-01", {}, file="c.xlsx", refresh_no=1)
    house.file("signed_projects", "丙局", "2021-01", {}, file="b.xlsx", refresh_no=1)
    assert [is_contract for is_contract, _ in contracts(house)] == [False, False, True]


def test_a_row_that_does_not_qualify_takes_no_place(house: House) -> None:
    house.months("2021-01")
    house.file("signed_projects", "甲局", "2021-01", {"role": "协办"})
    held = house.file("signed_projects", "乙局", "2021-01", {})
    house.file("signed_projects", "丙局", "2021-01", {})
    house.hold(held, 5, "R106")
    assert contracts(house) == [
        (False, "引资角色为协办"),
        (False, "该行被扣留（R106）"),
        (True, None),
    ]


def test_only_current_versions_are_looked_at(house: House) -> None:
    house.months("2021-01")
    house.file("signed_projects", "甲局", "2021-01", {}, is_current=False)
    house.file("signed_projects", "甲局", "2021-01", {"status": "终止"}, version=2)
    house.file("signed_projects", "乙局", "2021-01", {}, is_current=True, status="rejected")
    assert contracts(house) == [(False, "项目状态为终止")]
