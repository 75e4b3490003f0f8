"""`live.headline_candidates`: the rows near each figure, where they stand, why they are out."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from house import YI, House

JANUARY = dt.date(2021, 1, 1)
FEBRUARY = dt.date(2021, 2, 1)
STARTED = {"status": "开工", "started_on": dt.date(2021, 1, 31)}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"nature": "续建"}, "项目性质为续建"),
        ({"nature": "增资扩产"}, "项目性质为增资扩产"),
        ({"contract_type": "补充协议"}, "合同类型为补充协议，只计金额不计项目"),
        ({"contract_amount_cny": YI - Decimal("0.0001")}, "合同投资额0.999999999999亿元不足1亿元"),
        ({"contract_amount_cny": 9999 * 10_000}, "合同投资额0.9999亿元不足1亿元"),
        ({"contract_amount_cny": YI}, None),
        ({"sector": "农业"}, None),
        ({"contract_type": "框架协议"}, "合同类型为框架协议"),
    ],
)
def test_new_large_projects(house: House, changed: dict[str, Any], reason: str | None) -> None:
    house.months("2021-01")
    house.file("signed_projects", "甲局", "2021-01", changed)
    assert house.reasons("ZS03") == [reason]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (STARTED, None),
        (STARTED | {"status": "在建"}, None),
        (STARTED | {"status": "投产"}, None),
        ({}, "尚未开工"),
        ({"status": "注册"}, "尚未开工"),
        (STARTED | {"started_on": dt.date(2021, 2, 1)}, "开工日期2021-02-01晚于月末"),
        (STARTED | {"started_on": None}, "开工日期为空"),
        (STARTED | {"nature": "续建"}, "项目性质为续建"),
    ],
)
def test_started_projects(house: House, changed: dict[str, Any], reason: str | None) -> None:
    house.months("2021-01")
    house.file("signed_projects", "甲局", "2021-01", changed)
    assert house.reasons("ZS03a") == [reason]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"contract_amount_cny": 5 * YI}, None),
        ({"contract_amount_cny": 5 * YI - 1}, "合同投资额4.99999999亿元不足5亿元"),
        ({"contract_amount_cny": 9999 * 10_000}, "合同投资额0.9999亿元不足5亿元"),
        ({"sector": "现代服务业"}, "非工业（现代服务业）"),
        ({"nature": "续建"}, "项目性质为续建"),
    ],
)
def test_major_projects(house: House, changed: dict[str, Any], reason: str | None) -> None:
    house.months("2021-01")
    house.file("signed_projects", "甲局", "2021-01", changed)
    assert house.reasons("ZS05") == [reason]


def test_major_projects_may_be_counted_when_started(house: House) -> None:
    house.zone(readings={"major_counts": "started"})
    house.months("2021-01")
    second = STARTED | {"project_id": "GCKF-2021-0002"}
    house.file("signed_projects", "甲局", "2021-01", {}, second)
    assert house.reasons("ZS05") == ["尚未开工", None]
    assert house.reasons("ZS03") == [None, None]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"planned_amount_cny": YI}, None),
        ({"planned_amount_cny": YI - Decimal("0.01")}, "拟投资额0.9999999999亿元不足1亿元"),
        ({"planned_amount_cny": None}, "拟投资额为空"),
        ({"status": "已转签约"}, "项目状态为已转签约"),
        ({"status": "已终止"}, "项目状态为已终止"),
        ({"audit_status": "待审核"}, "审核状态为待审核"),
        ({"role": "协办"}, "引资角色为协办"),
        ({"capital_origin": "县内"}, "县内资金"),
        ({"capital_origin": None}, "资金来源地为空"),
        ({"talk_stage": "初步接触"}, None),
    ],
)
def test_talks(house: House, changed: dict[str, Any], reason: str | None) -> None:
    house.months("2021-01")
    house.file("pipeline_projects", "甲局", "2021-01", changed)
    assert house.reasons("ZS04") == [reason]
    assert house.reasons("ZS04a") == [reason]


def test_paid_in_asks_for_nothing_but_the_audit(house: House) -> None:
    house.months("2021-01")
    key = house.file(
        "paid_in",
        "甲局",
        "2021-01",
        {},
        {"project_id": "GCKF-2018-0001"},
        {"paid_month_cny": -YI, "correction_no": "GZ-1"},
        {"audit_status": "已保存"},
        {"paid_month_cny": None},
        {},
    )
    house.hold(key, 10, "C301")
    assert house.reasons("ZS02") == [
        None,
        None,
        None,
        "审核状态为已保存",
        "本月实到投资额为空",
        "该行被扣留（C301）",
    ]


def test_paid_in_rows_stand_near_the_later_months_of_their_year(house: House) -> None:
    house.months("2020-12", "2021-01", "2021-02")
    for filed_for in ("2020-12", "2021-01", "2021-02"):
        house.file("paid_in", "甲局", filed_for, {})
    rows = house.read("select report_month, filed_month from live.headline_candidates order by all")
    assert [(row["report_month"], row["filed_month"]) for row in rows] == [
        (dt.date(2020, 12, 1), dt.date(2020, 12, 1)),
        (JANUARY, JANUARY),
        (FEBRUARY, JANUARY),
        (FEBRUARY, FEBRUARY),
    ]


def test_a_candidate_leads_to_its_cell(house: House) -> None:
    house.months("2021-01")
    key = house.file("signed_projects", "甲局", "2021-01", {"own_key": "GCKF-2021-0001"})
    house.con.execute(
        "insert into core.columns (submission_id, sheet, field, column_letter) values "
        "(?, 'Sheet1', 'contract_amount_cny', 'N'), (?, 'Sheet1', 'project_id', 'C')",
        [key, key],
    )
    (row,) = house.read(
        "select * exclude (corrections) from live.headline_candidates where indicator_code = 'ZS01'"
    )
    assert row == {
        "report_month": JANUARY,
        "indicator_code": "ZS01",
        "department": "甲局",
        "submission_id": key,
        "file": f"2021-01/甲局/{key}.xlsx",
        "sheet": "Sheet1",
        "cell": "N5",
        "excel_row": 5,
        "row_key": "GCKF-2021-0001",
        "filed_month": JANUARY,
        "label": "甲项目",
        "amount_cny": 6 * YI,
        "contribution": 6,
        "unit": "亿元",
        "is_counted": True,
        "reasons": [],
    }


def test_what_is_left_out_contributes_nothing(house: House) -> None:
    house.months("2021-01")
    house.file("signed_projects", "甲局", "2021-01", {"role": "协办"})
    house.file("pipeline_projects", "甲局", "2021-01", {"role": "协办"})
    house.file("paid_in", "甲局", "2021-01", {"audit_status": "退回"})
    rows = house.read("select is_counted, contribution from live.headline_candidates")
    assert [(row["is_counted"], row["contribution"]) for row in rows] == [(False, 0)] * 7
