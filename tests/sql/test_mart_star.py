"""The star: scopes apart, months' own values, what figures are read as, dimensions."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from house import WAN, YI, House

from schemas.indicators import INDICATORS, PLACES, SECONDARY
from schemas.labels import LABELS


def month_values(house: House, code: str, relation: str = "zone") -> list[tuple[Any, ...]]:
    rows = house.read(
        f"select month_value, month_note from mart.{relation}_indicators "
        f"where indicator_code = '{code}' order by report_month"
    )
    return [tuple(row.values()) for row in rows]


def test_months_of_a_year_add_up_and_a_year_begins_anew(house: House) -> None:
    house.months("2020-12", "2021-01", "2021-02")
    for filed_for, amount in (("2020-12", 7), ("2021-01", 2), ("2021-02", 3)):
        house.file("paid_in", "甲局", filed_for, {"paid_month_cny": amount * YI})
    assert month_values(house, "ZS02") == [
        (None, "上月没有数，当月数无法计算"),
        (2, None),
        (3, None),
    ]


def test_a_stock_has_no_month_of_its_own(house: House) -> None:
    house.months("2021-01", "2021-02")
    for filed_for in ("2021-01", "2021-02"):
        house.file("pipeline_projects", "甲局", filed_for, {})
    for code in ("ZS04", "ZS04a"):
        assert month_values(house, code) == [(None, "月末存量，没有当月数")] * 2


def test_no_month_of_its_own_where_the_month_before_is_unknown(house: House) -> None:
    house.months("2021-01", "2021-02")
    house.owes("甲局", "signed_projects")
    house.file("signed_projects", "甲局", "2021-02", {})
    assert month_values(house, "ZS01") == [
        (None, "本月无数可计"),
        (None, "上月无数可计，当月数无法计算"),
    ]


def test_a_renamed_department_goes_on(house: House) -> None:
    house.con.execute(
        "insert into core.departments by name select '甲局' as department, 0 as ordinal"
    )
    house.con.execute(
        "insert into core.department_names values ('甲局', '甲局'), ('旧甲局', '甲局')"
    )
    for number, (filed_for, name) in enumerate((("2021-01", "旧甲局"), ("2021-02", "甲局"))):
        house.con.execute(
            "insert into record.headline_indicators "
            "(report_month, department, indicator_code, value, unit, since_no) "
            "values (?, ?, 'ZS01', ?, '亿元', 1)",
            [f"{filed_for}-01", name, 5 + number],
        )
    rows = house.con.execute(
        "select department, month_value from mart.department_indicators order by report_month"
    ).fetchall()
    # What is published has the name of now.
    assert rows == [("甲局", 5), ("甲局", 1)]


def test_scopes_are_apart(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=10)
    house.file("signed_projects", "甲局", "2021-01", {})
    house.file("signed_projects", "乙局", "2021-01", {"project_id": "GCKF-2021-0002"})
    (zone,) = house.read("select value from mart.zone_indicators where indicator_code = 'ZS01'")
    departments = house.read(
        "select department, value from mart.department_indicators where indicator_code = 'ZS01'"
    )
    assert zone == {"value": 12}
    assert departments == [{"department": "甲局", "value": 6}]
    scopes = house.read(
        "select distinct scope, department from mart.headline_indicators order by all"
    )
    assert [tuple(row.values()) for row in scopes] == [("department", "甲局"), ("zone", "全区")]


@pytest.mark.parametrize(
    ("value", "places", "read"),
    [
        ("74.4699", 2, "74.47"),
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("2.05", 1, "2.1"),
        ("19.5", 0, "20"),
    ],
)
def test_figures_are_read_half_up_by_their_unit(
    house: House, value: str, places: int, read: str
) -> None:
    rows = house.read(f"select stg.readable({value}::decimal(38, 12), {places}) as read")
    assert rows == [{"read": Decimal(read)}]


def test_every_unit_has_its_places() -> None:
    assert {one.unit for one in (*INDICATORS, *SECONDARY)} == PLACES.keys()


def test_rows_of_figures_say_what_kind_of_project_it_is(house: House) -> None:
    house.months("2021-01")
    traits = {"chain": "汽车", "investor_type": "央企"}
    house.file("signed_projects", "甲局", "2021-01", traits)
    house.file("pipeline_projects", "甲局", "2021-01", {"sector": "农业"})
    house.file("paid_in", "甲局", "2021-01", {"paid_month_cny": WAN})
    rows = house.read(
        "select distinct indicator_code, sector, capital_origin, chain, investor_type "
        "from mart.headline_rows where indicator_code in ('ZS01', 'ZS02', 'ZS04') order by all"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("ZS01", "工业", "省外", "汽车", "央企"),
        ("ZS02", None, None, None, None),
        ("ZS04", "农业", "省外", None, None),
    ]


def test_months_have_no_gaps_and_begin_with_the_year(house: House) -> None:
    house.months("2021-03", "2021-04")
    house.file("signed_projects", "甲局", "2020-11", {}, is_current=False, status="rejected")
    rows = house.read(
        "select ordinal, label, has_figures, is_newest from mart.dim_month order by 1"
    )
    assert [tuple(row.values()) for row in rows] == [
        (1, "2020年11月", False, False),
        (2, "2021年1月", False, False),
        (3, "2021年2月", False, False),
        (4, "2021年3月", True, False),
        (5, "2021年4月", True, True),
    ]


def test_departments_are_in_the_order_of_the_zone_and_former_names_lead_to_the_present_one(
    house: House,
) -> None:
    for ordinal, name in enumerate(("乙局", "甲局")):
        house.con.execute(
            "insert into core.departments by name select ? as department, ? as ordinal",
            [name, ordinal],
        )
        house.con.execute("insert into core.department_names values (?, ?)", [name, name])
    house.con.execute("insert into core.department_names values ('旧甲局', '甲局')")
    house.months("2021-01")
    house.file("signed_projects", "旧甲局", "2021-01", {})
    rows = house.read(
        "select department, scope, is_listed, renamed_to from mart.dim_department order by ordinal"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("全区", "zone", False, None),
        ("乙局", "department", True, None),
        ("甲局", "department", True, None),
        ("旧甲局", "department", False, "甲局"),
    ]


def test_a_month_says_what_is_missing_and_who_locked_or_opened_it(house: House) -> None:
    house.months("2021-01", "2021-02")
    house.owes("甲局", "signed_projects", "paid_in")
    house.file("signed_projects", "甲局", "2021-01", {})
    at = dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC)
    house.con.execute("insert into core.locks values ('2021-01-01', ?, '王')", [at])
    acts = ((1, "unlock", "李", "先前的"), (2, "unlock", "张", "补报"))
    for number, act, by, reason in acts:
        house.con.execute(
            "insert into core.acts (act_no, act, acted_at, acted_by, reason, report_month) "
            "values (?, ?, ?, ?, ?, '2021-02-01')",
            [number, act, at, by, reason],
        )
    rows = house.read(
        "select is_locked, locked_by, missing_returns, unlocked_by, unlock_reason "
        "from mart.months order by report_month"
    )
    assert [tuple(row.values()) for row in rows] == [
        (True, "王", 1, None, None),
        (False, None, 2, "张", "补报"),
    ]


def test_every_slug_that_a_view_tells_has_its_words(house: House) -> None:
    labels = {
        (row["column_name"], row["slug"]): row["label"] for row in house.read("from mart.dim_label")
    }
    assert labels == {
        (column, slug): words
        for column, slugs in LABELS.items()
        for slug, (_, words) in slugs.items()
    }
