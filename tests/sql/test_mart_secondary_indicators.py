"""`mart.secondary_indicators`: ledgers, monthly lists, what is counted once, what is null."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from house import House, month

OFFICE = "党政办公室"


def figures(house: House, filed_for: str) -> dict[str, Any]:
    rows = house.read(
        "select indicator_code, value from mart.secondary_indicators "
        f"where report_month = '{month(filed_for)}' and value is not null"
    )
    return {row["indicator_code"]: row["value"] for row in rows}


def visit(org_name: str, **changed: Any) -> dict[str, Any]:
    return {
        "trip_no": "WC-1",
        "visited_on": dt.date(2021, 1, 11),
        "province": "浙江",
        "city": "宁波市",
        "org_name": org_name,
        "org_type": "企业",
        **changed,
    }


def test_there_are_sixteen_with_their_units(house: House) -> None:
    house.months("2021-01")
    rows = house.read("select indicator_code, unit from mart.secondary_indicators")
    assert {row["indicator_code"]: row["unit"] for row in rows} == {
        "outbound_trips": "次",
        "outbound_days": "天",
        "outbound_distance": "万公里",
        "provinces_visited": "个",
        "places_visited": "个",
        "firms_visited": "家",
        "firms_received": "家",
        "visitors_received": "人次",
        "meetings_held": "次",
        "problems_raised": "件",
        "problems_closed": "件",
        "once_only_items": "项",
        "online_share": "%",
        "frontline_cadres": "人",
        "environment_measures": "条",
        "secretary_problems_solved": "件",
    }


def test_trips_days_and_distance_are_exact(house: House) -> None:
    house.months("2021-01", "2021-02")
    trip = {"trip_no": "WC-1", "days": Decimal("2.5"), "km": Decimal("1234.5")}
    house.file("outbound_trips", OFFICE, "2021-01", trip)
    house.file("outbound_trips", "甲局", "2021-02", trip | {"trip_no": "WC-2", "people": 4})
    assert figures(house, "2021-01") == {
        "outbound_trips": 1,
        "outbound_days": Decimal("2.5"),
        "outbound_distance": Decimal("0.12345"),
    }
    assert figures(house, "2021-02") == {
        "outbound_trips": 2,
        "outbound_days": 5,
        "outbound_distance": Decimal("0.2469"),
    }


def test_a_later_row_of_the_same_key_updates_the_ledger(house: House) -> None:
    house.months("2021-01", "2021-02", "2021-03", "2022-01")
    problem = {"problem_no": "JN-1", "status": "办理中"}
    house.file("problem_ledger", "甲局", "2021-01", problem, {"problem_no": "JN-2"})
    house.file("problem_ledger", "甲局", "2021-03", problem | {"status": "办结"})
    house.file("problem_ledger", "甲局", "2022-01")
    found = [figures(house, one) for one in ("2021-01", "2021-02", "2021-03", "2022-01")]
    assert [one["problems_raised"] for one in found] == [2, 2, 2, 0]
    assert [one["problems_closed"] for one in found] == [0, 0, 1, 0]


def test_a_row_that_is_held_back_updates_nothing(house: House) -> None:
    house.months("2021-01", "2021-02")
    problem = {"problem_no": "JN-1", "status": "办理中"}
    house.file("problem_ledger", "甲局", "2021-01", problem)
    key = house.file(
        "problem_ledger", "甲局", "2021-02", problem | {"status": "办结"}, {"problem_no": "JN-2"}
    )
    house.hold(key, 5, "X208")
    found = figures(house, "2021-02")
    assert (found["problems_raised"], found["problems_closed"]) == (2, 0)


def test_in_one_month_what_was_received_later_stands(house: House) -> None:
    house.months("2021-01")
    for department, visitors in (("甲局", 3), ("乙局", 5)):
        row = {"reception_no": "JD-1", "org_name": "甲公司", "visitors": visitors}
        house.file("receptions", department, "2021-01", row)
    found = figures(house, "2021-01")
    assert (found["firms_received"], found["visitors_received"]) == (1, 5)


def test_firms_are_counted_once_by_their_normalised_names(house: House) -> None:
    house.months("2021-01", "2021-02")
    house.file(
        "outbound_visits",
        OFFICE,
        "2021-01",
        visit("甲（宁波）有限公司"),
        visit("甲(宁波) 有限公司"),
        visit("乙公司", org_type="商(协)会"),
        visit("丙园区", org_type="园区平台"),
        visit("ABC公司", city="宁波市宁海县"),
    )
    house.file("outbound_visits", OFFICE, "2021-02", visit("ａｂｃ公司", province="广东"))
    assert figures(house, "2021-01") == {
        "provinces_visited": 1,
        "places_visited": 2,
        "firms_visited": 2,
    }
    assert figures(house, "2021-02") == {
        "provinces_visited": 2,
        "places_visited": 2,
        "firms_visited": 2,
    }


def test_a_firm_that_returns_is_one_firm_and_all_its_visitors(house: House) -> None:
    house.months("2021-01")
    house.file(
        "receptions",
        "甲局",
        "2021-01",
        {"reception_no": "JD-1", "org_name": "甲公司", "visitors": 3},
        {"reception_no": "JD-2", "org_name": "甲 公司", "visitors": 4},
    )
    assert figures(house, "2021-01") == {"firms_received": 1, "visitors_received": 7}


def test_meetings_of_every_type_count(house: House) -> None:
    house.months("2021-01")
    types = ("推介会", "座谈会", "项目协调会", "座谈会")
    rows = [{"meeting_no": str(n), "meeting_type": one} for n, one in enumerate(types)]
    house.file("meetings", OFFICE, "2021-01", *rows)
    assert figures(house, "2021-01") == {"meetings_held": 4}


def test_only_the_zones_own_project_has_its_secretary_counted(house: House) -> None:
    house.months("2021-01")
    solved = {"project_id": "GCKF-2020-0001", "status": "已解决"}
    house.file(
        "secretary_log",
        "甲局",
        "2021-01",
        solved | {"issue_no": "1"},
        solved | {"issue_no": "2", "status": "办理中"},
        solved | {"issue_no": "3", "project_id": "GCKF-2020-0002"},
    )
    assert figures(house, "2021-01") == {"secretary_problems_solved": 1}
    house.zone(projects={"secretary_project": ""})
    (row,) = house.read(
        "select value, note from mart.secondary_indicators "
        "where indicator_code = 'secretary_problems_solved'"
    )
    assert row == {"value": None, "note": "未设置项目秘书服务的项目"}


def test_the_online_share_is_of_the_once_only_items(house: House) -> None:
    house.months("2021-01", "2021-02")
    rows = [
        {"item_code": "1", "once_only": True, "online": True},
        {"item_code": "2", "once_only": True, "online": True},
        {"item_code": "3", "once_only": True, "online": False},
        {"item_code": "4", "once_only": False, "online": True},
    ]
    house.file("service_items", "甲局", "2021-01", *rows)
    assert figures(house, "2021-01") == {
        "once_only_items": 3,
        "online_share": Decimal("66.6666666666"),
    }
    house.file("service_items", "甲局", "2021-02", rows[3])
    assert figures(house, "2021-02") == {"once_only_items": 0}


def test_a_list_stands_until_its_department_files_the_next(house: House) -> None:
    house.months("2021-01", "2021-02", "2021-03", "2022-01")
    cadre = {"cadre_no": "1", "party_member": True}
    house.file("cadre_roster", "甲局", "2021-01", cadre | {"firm": "甲"}, cadre | {"firm": "乙"})
    house.file(
        "cadre_roster",
        "乙局",
        "2021-01",
        cadre | {"cadre_no": "2"},
        cadre | {"cadre_no": "3", "party_member": False},
    )
    house.file("cadre_roster", "乙局", "2021-03")
    found = [figures(house, one) for one in ("2021-01", "2021-02", "2021-03", "2022-01")]
    assert found == [{"frontline_cadres": 2}, {"frontline_cadres": 2}, {"frontline_cadres": 1}, {}]


@pytest.mark.parametrize("missing", ["lead_dept", "owner", "due_on"])
def test_a_measure_counts_with_department_owner_and_date(house: House, missing: str) -> None:
    house.months("2021-01")
    whole = {"lead_dept": "甲局", "owner": "某人", "due_on": dt.date(2021, 7, 1)}
    house.file(
        "env_measures",
        "甲局",
        "2021-01",
        whole | {"measure_no": 1},
        whole | {"measure_no": 2, missing: None},
    )
    house.file("env_measures", "乙局", "2021-01", whole | {"measure_no": 1})
    assert figures(house, "2021-01") == {"environment_measures": 1}


def test_what_nobody_filed_is_null_and_a_nil_return_is_zero(house: House) -> None:
    house.months("2021-01", "2021-02")
    assert figures(house, "2021-01") == {}
    house.file("meetings", OFFICE, "2021-02")
    assert figures(house, "2021-01") == {}
    assert figures(house, "2021-02") == {"meetings_held": 0}
    (row,) = house.read(
        "select note from mart.secondary_indicators "
        "where indicator_code = 'meetings_held' and report_month = '2021-01-01'"
    )
    assert row["note"] == "本年尚未报送招商会议活动台账"
