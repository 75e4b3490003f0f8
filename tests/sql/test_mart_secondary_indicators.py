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
    problem = {"problem_no": "JN-1", "raised_on": dt.date(2021, 1, 4), "status": "办理中"}
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


def reception(number: str, day: str, firm: str, visitors: int = 3) -> dict[str, Any]:
    return {
        "reception_no": number,
        "visited_on": dt.date.fromisoformat(day),
        "org_name": firm,
        "visitors": visitors,
    }


def test_a_number_is_its_department_s_own(house: House) -> None:
    house.months("2021-01")
    house.file("receptions", "甲局", "2021-01", reception("001", "2021-01-04", "甲公司", 3))
    house.file("receptions", "乙局", "2021-01", reception("001", "2021-01-04", "乙公司", 5))
    found = figures(house, "2021-01")
    assert (found["firms_received"], found["visitors_received"]) == (2, 8)


@pytest.mark.parametrize(
    ("later", "visitors"),
    [
        (("2021-01-04", "乙公司"), 5),
        (("2021-01-06", "甲 公司"), 5),
        (("2021-02-06", "甲公司"), 5),
        (("2021-02-06", "乙公司"), 8),
    ],
    ids=["same day", "same firm", "same firm, a later day", "another thing"],
)
def test_an_entry_is_updated_where_its_day_or_its_name_stayed(
    house: House, later: tuple[str, str], visitors: int
) -> None:
    house.months("2021-01", "2021-02")
    house.file("receptions", "甲局", "2021-01", reception("1", "2021-01-04", "甲公司", 3))
    house.file("receptions", "甲局", "2021-02", reception("1", *later, visitors=5))
    assert figures(house, "2021-01")["visitors_received"] == 3
    assert figures(house, "2021-02")["visitors_received"] == visitors


def test_of_two_things_with_one_number_each_is_updated_by_its_own_rows(house: House) -> None:
    house.months("2021-01", "2021-02", "2021-03", "2021-04")
    first, second = ("2021-01-04", "甲公司"), ("2021-02-08", "乙公司")
    house.file("receptions", "甲局", "2021-01", reception("1", *first, visitors=1))
    house.file("receptions", "甲局", "2021-02", reception("1", *second, visitors=10))
    house.file("receptions", "甲局", "2021-03", reception("1", *first, visitors=2))
    house.file("receptions", "甲局", "2021-04", reception("1", *second, visitors=20))
    found = [figures(house, f"2021-0{n}")["visitors_received"] for n in (1, 2, 3, 4)]
    assert found == [1, 11, 12, 22]


def test_an_entry_counts_in_the_year_in_which_it_was_filed_first(house: House) -> None:
    """As closed: first filed as closed; however often a later year's ledger carries it on."""
    house.months("2021-12", "2022-01", "2022-02", "2023-01")
    problem = {"problem_no": "JN-1", "raised_on": dt.date(2021, 12, 4), "status": "办理中"}
    house.file("problem_ledger", "甲局", "2021-12", problem)
    for carried_on in ("2022-01", "2022-02", "2023-01"):
        house.file("problem_ledger", "甲局", carried_on, problem | {"status": "办结"})
    found = [figures(house, one) for one in ("2021-12", "2022-01", "2022-02", "2023-01")]
    assert [one["problems_raised"] for one in found] == [1, 0, 0, 0]
    assert [one["problems_closed"] for one in found] == [0, 1, 1, 0]


def test_a_number_that_begins_anew_in_a_new_year_is_another_thing(house: House) -> None:
    """Though the firm is the same: in the year before nobody could know of it."""
    house.months("2021-12", "2022-01")
    house.file("receptions", "甲局", "2021-12", reception("001", "2021-12-04", "甲公司", 3))
    house.file("receptions", "甲局", "2022-01", reception("001", "2022-01-05", "甲公司", 4))
    found = [figures(house, one)["visitors_received"] for one in ("2021-12", "2022-01")]
    assert found == [3, 4]


def test_names_in_one_cell_count_each(house: House) -> None:
    house.months("2021-01")
    house.file(
        "outbound_visits",
        OFFICE,
        "2021-01",
        visit("甲公司、乙公司，丙公司", city="深圳、东莞"),
        visit("丁公司\n戊公司／甲 公司", city="深　圳"),
        visit("己（北京、上海）公司；Novo Nordisk A/S", city="广州"),
        visit("庚公司等3家企业", city="东 莞"),
    )
    house.file("receptions", "甲局", "2021-01", reception("1", "2021-01-04", "甲公司、乙公司", 4))
    assert figures(house, "2021-01") == {
        "provinces_visited": 1,
        "places_visited": 3,
        "firms_visited": 8,
        "firms_received": 2,
        "visitors_received": 4,
    }


def test_names_in_one_cell_are_rows_of_their_own(house: House) -> None:
    house.months("2021-01")
    house.file("outbound_visits", OFFICE, "2021-01", visit("甲公司、乙公司"), visit("乙公司"))
    rows = house.read(
        "select label, contribution, is_counted from live.secondary_rows "
        "where indicator_code = 'firms_visited' order by excel_row, label"
    )
    assert [(one["label"], one["contribution"], one["is_counted"]) for one in rows] == [
        ("乙公司", 1, True),
        ("甲公司", 1, True),
        ("乙公司", 0, False),
    ]


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
    again = visit("ａｂｃ公司", province="广东", visited_on=dt.date(2021, 2, 3))
    house.file("outbound_visits", OFFICE, "2021-02", again)
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
