"""`mart.headline_indicators`: values, targets, rates, halves, ranks; what is null and what is 0."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from house import WAN, YI, House, month

THREE = ("signed_projects", "paid_in", "pipeline_projects")


def projects(*amounts_yi: Any) -> list[dict[str, Any]]:
    return [
        {"project_id": f"GCKF-2021-{number:04}", "contract_amount_cny": Decimal(amount) * YI}
        for number, amount in enumerate(amounts_yi, start=1)
    ]


# --- values -------------------------------------------------------------------------------------


def test_the_seven_figures_of_a_scope(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=10)
    started = {"status": "在建", "started_on": dt.date(2021, 1, 31)}
    rows = projects("6", "1", "0.9999")
    rows[1] |= started
    house.file("signed_projects", "甲局", "2021-01", *rows)
    house.file("paid_in", "甲局", "2021-01", {}, {"paid_month_cny": YI / 2})
    house.file("pipeline_projects", "甲局", "2021-01", {}, {"planned_amount_cny": YI})
    expected = {
        "ZS01": Decimal("7.9999"),
        "ZS02": Decimal("1.5"),
        "ZS03": 2,
        "ZS03a": 1,
        "ZS04": 2,
        "ZS04a": 3,
        "ZS05": 1,
    }
    for department in ("全区", "甲局"):
        found = house.read(
            "select indicator_code, value from mart.headline_indicators "
            f"where department = '{department}'"
        )
        assert {row["indicator_code"]: row["value"] for row in found} == expected


def test_the_zone_adds_up_departments_without_targets_too(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=10)
    house.file("signed_projects", "甲局", "2021-01", *projects("2"))
    house.file(
        "signed_projects", "乙局", "2021-01", {"project_id": "x", "contract_amount_cny": 3 * YI}
    )
    assert house.figure("ZS01")["value"] == 5
    assert house.figure("ZS01", department="甲局")["value"] == 2
    assert {row["department"] for row in house.read("from mart.headline_indicators")} == {
        "全区",
        "甲局",
    }


def test_sums_of_a_hundred_thousand_small_amounts_are_exact(house: House) -> None:
    house.months("2021-01")
    key = house.file("paid_in", "甲局", "2021-01")
    house.con.execute(
        "insert into rows.paid_in (submission_id, sheet, excel_row, report_month, department, "
        "paid_month_cny, audit_status) select ?, 'Sheet1', n + 5, '2021-01-01', '甲局', "
        "case when n % 2 = 0 then '0.1' else '0.2' end::decimal(20, 4), '审核通过' "
        "from range(100000) as numbers (n)",
        [key],
    )
    # 50,000 × 0.1 + 50,000 × 0.2 yuan; in floating point the sum is not 15,000.
    assert house.figure("ZS02")["value"] == Decimal(15_000) / YI


def test_paid_in_adds_up_the_months_of_the_year_only(house: House) -> None:
    house.months("2020-12", "2021-01", "2021-02")
    for filed_for in ("2020-12", "2021-01", "2021-02"):
        house.file("paid_in", "甲局", filed_for, {})
    assert [house.figure("ZS02", one)["value"] for one in ("2020-12", "2021-01", "2021-02")] == [
        1,
        1,
        2,
    ]


def test_contracts_and_talks_are_the_months_own(house: House) -> None:
    house.months("2021-01", "2021-02")
    house.file("signed_projects", "甲局", "2021-01", *projects("2", "3"))
    house.file("signed_projects", "甲局", "2021-02", *projects("2"))
    house.file("pipeline_projects", "甲局", "2021-01", {}, {"project_id": "x"})
    house.file("pipeline_projects", "甲局", "2021-02", {})
    assert house.figure("ZS01", "2021-02")["value"] == 2
    assert house.figure("ZS04", "2021-02")["value"] == 1


# --- null and zero ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "return_name", "title"),
    [
        ("ZS01", "signed_projects", "签约项目月报表（2021-01）"),
        ("ZS02", "paid_in", "实到资金月报表（本年至2021-01）"),
        ("ZS03", "signed_projects", "签约项目月报表（2021-01）"),
        ("ZS03a", "signed_projects", "签约项目月报表（2021-01）"),
        ("ZS04", "pipeline_projects", "在谈项目月报表（2021-01）"),
        ("ZS04a", "pipeline_projects", "在谈项目月报表（2021-01）"),
        ("ZS05", "signed_projects", "签约项目月报表（2021-01）"),
    ],
)
def test_silence_is_null_and_a_nil_return_is_zero(
    house: House, code: str, return_name: str, title: str
) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=10, ZS02=10, ZS03=10, ZS04=10, ZS05=10)
    house.owes("甲局", *THREE)
    for department in ("全区", "甲局"):
        silent = house.figure(code, department=department)
        assert silent["value"] is None
        assert silent["completion_pct"] is None
        assert silent["is_past_half"] is None
        assert silent["rank"] is None
        assert f"未报{title}，无数可计" in silent["note"]
    house.file(return_name, "甲局", "2021-01")
    for department in ("全区", "甲局"):
        nil = house.figure(code, department=department)
        assert nil["value"] == 0
        assert "无数可计" not in (nil["note"] or "")


def test_filed_with_nothing_that_counts_is_zero(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=10)
    house.owes("甲局", *THREE)
    house.file("signed_projects", "甲局", "2021-01", {"role": "协办"})
    figure = house.figure("ZS01", department="甲局")
    assert (figure["value"], figure["completion_pct"], figure["is_past_half"]) == (0, 0, False)


def test_a_return_turned_back_is_silence(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=10)
    house.owes("甲局", *THREE)
    house.file("signed_projects", "甲局", "2021-01", {}, is_current=False, status="rejected")
    assert house.figure("ZS01", department="甲局")["value"] is None


def test_who_owes_nothing_and_files_nothing_has_zero(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=10)
    house.owes("甲局", *THREE, since="2021-02")
    house.file("signed_projects", "乙局", "2021-01", {})
    assert house.figure("ZS01", department="甲局")["value"] == 0


def test_paid_in_of_one_earlier_month_is_a_sum(house: House) -> None:
    house.months("2021-01", "2021-02", "2022-01")
    house.targets("甲局", ZS02=10)
    house.owes("甲局", *THREE)
    house.file("paid_in", "甲局", "2021-01", {})
    february = house.figure("ZS02", "2021-02", "甲局")
    assert (february["value"], february["is_complete"]) == (1, False)
    assert house.figure("ZS02", "2022-01")["value"] is None


def test_the_zone_is_known_as_soon_as_anyone_has_filed(house: House) -> None:
    house.months("2021-01")
    house.owes("甲局", *THREE)
    house.owes("乙局", *THREE)
    house.file("signed_projects", "乙局", "2021-01", {})
    figure = house.figure("ZS01")
    assert (figure["value"], figure["is_complete"]) == (6, False)


# --- targets ------------------------------------------------------------------------------------


def test_no_target_and_a_target_of_zero_give_no_rate(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=0, ZS03=5)
    house.file("signed_projects", "甲局", "2021-01", *projects("2"))
    for code, target in (("ZS01", 0), ("ZS05", None)):
        figure = house.figure(code, department="甲局")
        assert figure["target_value"] == target
        assert figure["completion_pct"] is None
        assert figure["completion_pct_rounded"] is None
        assert figure["is_past_half"] is None
        assert figure["progress_gap_pp"] is None
        assert figure["rank"] is None
        assert figure["time_progress_pct"] is not None
        assert figure["note"] == "无目标任务"
    assert house.figure("ZS03", department="甲局")["completion_pct"] == 20
    assert house.figure("ZS03", department="甲局")["note"] is None


def test_figures_that_never_have_a_target_don_t_miss_one(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS03=10, ZS04=10)
    house.file("signed_projects", "甲局", "2021-01", {})
    house.file("pipeline_projects", "甲局", "2021-01", {})
    for code in ("ZS03a", "ZS04a"):
        figure = house.figure(code, department="甲局")
        assert figure["completion_pct"] is None
        assert figure["rank"] is None
        assert figure["note"] is None


def test_a_target_changed_in_the_year_leaves_the_months_before(house: House) -> None:
    house.months("2021-01", "2021-02", "2021-03", "2021-04")
    rows = [
        {"department": "甲局", "target": Decimal(target), "issued_on": dt.date.fromisoformat(day)}
        for target, day in (("20", "2021-02-15"), ("40", "2021-04-30"), ("30", "2021-04-01"))
    ]
    house.file("annual_targets", "招商局", "2021-02", *rows)
    for filed_for in ("2021-01", "2021-02", "2021-03", "2021-04"):
        house.file("signed_projects", "甲局", filed_for, *projects("10"))
    figures = [house.figure("ZS01", f"2021-0{n}", "甲局") for n in (1, 2, 3, 4)]
    assert [figure["target_value"] for figure in figures] == [20, 20, 20, 40]
    assert [figure["is_past_half"] for figure in figures] == [True, True, True, False]


def test_targets_belong_to_their_year(house: House) -> None:
    house.months("2021-12", "2022-01")
    house.file(
        "annual_targets",
        "招商局",
        "2021-01",
        {"department": "甲局"},
        {"department": "乙局", "year": 2022, "issued_on": dt.date(2021, 12, 20)},
    )
    found = house.read("select distinct report_month, department from mart.headline_indicators")
    assert {(row["report_month"], row["department"]) for row in found} == {
        (month("2021-12"), "全区"),
        (month("2021-12"), "甲局"),
        (month("2022-01"), "全区"),
        (month("2022-01"), "乙局"),
    }


def test_a_target_row_held_back_is_none(house: House) -> None:
    house.months("2021-01")
    key = house.file("annual_targets", "招商局", "2021-01", {"department": "全区"})
    house.hold(key, 5, "R104")
    house.file("signed_projects", "甲局", "2021-01", {})
    assert house.figure("ZS01")["target_value"] is None


@pytest.mark.parametrize(("code", "value"), [("ZS01", 6), ("ZS02", 1)])
def test_a_target_in_wan_is_converted(house: House, code: str, value: int) -> None:
    house.months("2021-01")
    target = {"indicator_code": code, "target": Decimal("120000.5"), "unit": "万元"}
    house.file("annual_targets", "招商局", "2021-01", {"department": "全区", **target})
    house.file("signed_projects", "甲局", "2021-01", {})
    house.file("paid_in", "甲局", "2021-01", {})
    figure = house.figure(code)
    assert (figure["value"], figure["target_value"]) == (value, Decimal("12.00005"))


def test_a_target_in_the_wrong_kind_of_unit_is_none(house: House) -> None:
    house.months("2021-01")
    house.file("annual_targets", "招商局", "2021-01", {"department": "全区", "unit": "个"})
    house.file("signed_projects", "甲局", "2021-01", {})
    figure = house.figure("ZS01")
    assert (figure["target_value"], figure["completion_pct"]) == (None, None)
    assert figure["note"] == "目标任务的计量单位应为亿元"


def test_an_absurd_target_stops_nothing(house: House) -> None:
    house.months("2021-01")
    row = {"department": "甲局", "target": Decimal("9999999999999999.9999")}
    house.file("annual_targets", "招商局", "2021-01", row)
    most = {"contract_amount_cny": Decimal("9999999999999999.9999")}
    house.file("signed_projects", "甲局", "2021-01", most)
    figure = house.figure("ZS01", department="甲局")
    assert (figure["target_value"], figure["rank"]) == (None, None)
    assert figure["note"] == "目标任务过大，疑为计量单位错误"


def test_the_largest_amount_over_the_smallest_target(house: House) -> None:
    house.months("2021-01")
    row = {"department": "甲局", "target": Decimal("0.0001"), "unit": "万元"}
    house.file("annual_targets", "招商局", "2021-01", row)
    most = {"contract_amount_cny": Decimal("9999999999999999.9999")}
    house.file("signed_projects", "甲局", "2021-01", most)
    figure = house.figure("ZS01", department="甲局")
    assert figure["completion_pct"] == Decimal("999999999999999999.99")
    assert figure["rank"] == 1


@pytest.mark.parametrize(("target", "unit"), [("4", "亿元"), ("40000", "万元")])
def test_talks_may_be_rated_by_amount(house: House, target: str, unit: str) -> None:
    house.zone(readings={"talk_rate_by": "amount"})
    house.months("2021-01")
    row = {"indicator_code": "ZS04", "target": Decimal(target), "unit": unit}
    house.file("annual_targets", "招商局", "2021-01", {"department": "全区", **row})
    house.file("pipeline_projects", "甲局", "2021-01", {"planned_amount_cny": 3 * YI})
    figure = house.figure("ZS04")
    assert (figure["value"], figure["unit"], figure["target_value"]) == (1, "个", 4)
    assert (figure["completion_pct"], figure["is_past_half"]) == (75, True)
    assert house.figure("ZS04a")["completion_pct"] is None


# --- rates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "target", "pct", "rounded", "is_past_half"),
    [
        ("5", "10", "50", 50, True),
        ("4.9999999999", "10", "49.999999999", 50, False),
        ("4.96", "10", "49.6", 50, False),
        ("4.95", "10", "49.5", 50, False),
        ("4.949", "10", "49.49", 49, False),
        ("9", "8", "112.5", 113, True),
        ("1", "8", "12.5", 13, False),
        ("1", "3", "33.3333333333", 33, False),
        ("2", "3", "66.6666666666", 67, True),
        ("0.00005", "10", "0.0005", 0, False),
    ],
)
def test_rates_are_exact_and_printed_half_up(
    house: House, value: str, target: str, pct: str, rounded: int, is_past_half: bool
) -> None:
    house.months("2021-01")
    house.targets("全区", ZS01=target)
    house.file("signed_projects", "甲局", "2021-01", *projects(value))
    figure = house.figure("ZS01")
    assert figure["completion_pct"] == Decimal(pct)
    assert figure["completion_pct_rounded"] == rounded
    assert figure["is_past_half"] is is_past_half


def test_a_half_that_ten_places_can_t_tell_is_still_none(house: House) -> None:
    # 0.0001 yuan short of half of 100万亿: the printed rate of ten places may not decide.
    house.months("2021-01")
    house.targets("全区", ZS01=1_000_000)
    house.file(
        "signed_projects",
        "甲局",
        "2021-01",
        {"contract_amount_cny": 500_000 * YI - Decimal("0.0001")},
    )
    figure = house.figure("ZS01")
    assert figure["is_past_half"] is False
    assert figure["completion_pct"] < 50
    assert figure["completion_pct_rounded"] == 50


def test_a_negative_sum_has_a_negative_rate(house: House) -> None:
    house.months("2021-01")
    house.targets("全区", ZS02=8)
    house.file("paid_in", "甲局", "2021-01", {"paid_month_cny": -YI})
    figure = house.figure("ZS02")
    assert (figure["completion_pct"], figure["completion_pct_rounded"]) == (Decimal("-12.5"), -13)
    assert figure["is_past_half"] is False


def test_progress_by_month_and_by_day(house: House) -> None:
    house.months("2021-05", "2024-02", "2021-12")
    house.targets("全区", ZS01=12)
    house.file("signed_projects", "甲局", "2021-05", *projects("5"))
    by_month = house.figure("ZS01", "2021-05")
    assert by_month["time_progress_pct"] == Decimal("41.6666666666")
    assert by_month["progress_gap_pp"] == 0
    house.zone(readings={"time_basis": "day"})
    by_day = house.figure("ZS01", "2021-05")
    assert by_day["time_progress_pct"] == Decimal("41.3698630136")
    assert by_day["progress_gap_pp"] == Decimal("0.2968036530")
    # A leap year: day 60 of 366.
    assert house.figure("ZS01", "2024-02")["time_progress_pct"] == Decimal("16.3934426229")
    assert house.figure("ZS01", "2021-12")["time_progress_pct"] == 100


# --- ranks --------------------------------------------------------------------------------------


def test_ties_share_a_place_and_the_next_is_left_out(house: House) -> None:
    house.months("2021-01")
    house.targets("全区", ZS01=100)
    amounts = {"甲局": 9, "乙局": 5, "丙局": 5, "丁局": 1, "戊局": 7, "己局": 8}
    for number, (department, amount) in enumerate(amounts.items()):
        house.targets(department, ZS01=0 if department == "己局" else 10)
        house.owes(department, "signed_projects")
        if department != "戊局":
            row = {"project_id": f"p{number}", "contract_amount_cny": amount * YI}
            house.file("signed_projects", department, "2021-01", row)
    found = house.read(
        "select department, rank from mart.headline_indicators where indicator_code = 'ZS01'"
    )
    # 戊局 hasn't filed, 己局 has no task, and the zone has no place.
    assert {row["department"]: row["rank"] for row in found} == {
        "甲局": 1,
        "乙局": 2,
        "丙局": 2,
        "丁局": 4,
        "戊局": None,
        "己局": None,
        "全区": None,
    }


def test_ranks_compare_the_exact_rates(house: House) -> None:
    # 1/3 and 0.333333333333 differ beyond the ten places of completion_pct.
    house.months("2021-01")
    house.targets("甲局", ZS01=1)
    house.targets("乙局", ZS01=3)
    almost = {"project_id": "a", "contract_amount_cny": Decimal("33333333.3333")}
    house.file("signed_projects", "甲局", "2021-01", almost)
    house.file("signed_projects", "乙局", "2021-01", {"project_id": "b", "contract_amount_cny": YI})
    first, second = (house.figure("ZS01", department=one) for one in ("乙局", "甲局"))
    assert first["completion_pct"] == second["completion_pct"]
    assert (first["rank"], second["rank"]) == (1, 2)


def test_same_rates_of_different_sizes_tie(house: House) -> None:
    house.months("2021-01")
    house.targets("甲局", ZS01=3)
    house.targets("乙局", ZS01=9)
    house.file("signed_projects", "甲局", "2021-01", *projects("1"))
    house.file(
        "signed_projects", "乙局", "2021-01", {"project_id": "b", "contract_amount_cny": 3 * YI}
    )
    assert [house.figure("ZS01", department=one)["rank"] for one in ("甲局", "乙局")] == [1, 1]


# --- completeness -------------------------------------------------------------------------------


def test_one_missing_return_of_any_kind_counts_from_its_month_on(house: House) -> None:
    house.months("2021-01", "2021-02", "2021-03", "2022-01")
    house.targets("甲局", ZS01=10)
    house.targets("乙局", ZS01=10)
    for department in ("甲局", "乙局"):
        house.owes(department, "signed_projects", "receptions")
        for filed_for in ("2021-01", "2021-02", "2021-03", "2022-01"):
            house.file("signed_projects", department, filed_for, *projects("1"))
            if (department, filed_for) != ("甲局", "2021-02"):
                house.file("receptions", department, filed_for)
    months = ("2021-01", "2021-02", "2021-03")
    for department, expected in (
        ("全区", [True, False, False]),
        ("甲局", [True, False, False]),
        ("乙局", [True, True, True]),
    ):
        found = [house.figure("ZS01", one, department)["is_complete"] for one in months]
        assert found == expected, department
    assert house.figure("ZS01", "2022-01")["is_complete"]
    assert house.figure("ZS01", "2021-03", "甲局")["note"] == "缺报1份：2021-02客商接待台账"
    assert house.figure("ZS01", "2021-03")["note"] == "无目标任务；缺报1份：2021-02甲局客商接待台账"


def test_a_held_row_is_not_complete(house: House) -> None:
    house.months("2021-01", "2021-02")
    house.targets("甲局", ZS01=10)
    house.owes("甲局", "signed_projects")
    key = house.file("signed_projects", "甲局", "2021-01", *projects("1", "2"))
    house.file("signed_projects", "甲局", "2021-02", *projects("1"))
    house.hold(key, 6, "X201")
    january = house.figure("ZS01", "2021-01", "甲局")
    assert (january["value"], january["is_complete"], january["note"]) == (1, False, "被扣留1行")
    assert not house.figure("ZS01", "2021-02", "甲局")["is_complete"]


def test_long_lists_of_what_is_missing_are_cut(house: House) -> None:
    house.months("2021-03")
    house.owes("甲局", *THREE)
    note = house.figure("ZS03", "2021-03")["note"]
    assert "缺报9份：2021-03甲局签约项目月报表、2021-03甲局实到资金月报表、" in note
    assert note.endswith("等")


def test_what_is_owed_later_is_not_missed(house: House) -> None:
    house.months("2021-01")
    house.owes("甲局", "env_measures", since="2021-05")
    assert house.figure("ZS01")["is_complete"]


# --- thresholds of another zone -----------------------------------------------------------------


def test_thresholds_are_the_zones_own(house: House) -> None:
    house.zone(
        thresholds={
            "large_project_cny": 5000 * WAN,
            "talk_project_cny": 3000 * WAN,
            "major_project_cny": 2 * YI,
        }
    )
    house.months("2021-01")
    house.file("signed_projects", "甲局", "2021-01", *projects("0.5", "0.4999", "2"))
    talks = [{"planned_amount_cny": 3000 * WAN}, {"planned_amount_cny": 2999 * WAN}]
    house.file("pipeline_projects", "甲局", "2021-01", *talks)
    found = {code: house.figure(code)["value"] for code in ("ZS03", "ZS04", "ZS05")}
    assert found == {"ZS03": 2, "ZS04": 1, "ZS05": 1}


def test_a_row_without_a_department_is_in_the_zone_once(house: House) -> None:
    house.months("2021-01")
    house.targets("全区", ZS01=10)
    house.file("signed_projects", "甲局", "2021-01", {}, {"project_id": "X-2", "department": None})
    rows = house.read(
        "select department, value from mart.headline_indicators where indicator_code = 'ZS01'"
    )
    assert rows == [{"department": "全区", "value": 12}]
