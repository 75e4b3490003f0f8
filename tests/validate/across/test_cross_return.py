"""C301 to C311, and R106 and R112 across files: rows in, findings out, and when they are silent."""

import datetime as dt
from decimal import Decimal

import pytest
from bench import Bench
from house import WAN, YI

import schemas
from schemas.declare import Return

JAN, FEB, MAR, APR = "2021-01", "2021-02", "2021-03", "2021-04"
UNIT, OTHER, THIRD = "招商局", "经济发展局", "项目服务中心"
P1, P2, P3 = (f"GCKF-2021-000{n}" for n in (1, 2, 3))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- C301: the paid-in project is in the signed return of the month, same lead -------------------


def test_c301_project_not_in_the_signed_return(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"project_id": P2})
    paid = bench.file("paid_in", UNIT, JAN, {"project_id": P1})
    (one,) = bench.of("C301")
    assert (one.submission, one.cell, one.severity, one.holds) == (paid, "C5", "error", True)
    assert one.message == f"项目 {P1} 不在招商局 2021-01 的签约项目月报表中。"


def test_c301_led_by_another_department(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"role": "协办"})
    bench.file("signed_projects", OTHER, JAN, {"role": "牵头"})
    bench.file("paid_in", UNIT, JAN, {})
    (one,) = bench.of("C301")
    assert (
        one.message
        == f"项目 {P1} 当月由经济发展局牵头，招商局是协办单位，到位资金应由牵头单位填报。"
    )


def test_c301_a_nil_signed_return_has_no_project(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN)
    bench.file("paid_in", UNIT, JAN, {})
    assert len(bench.of("C301")) == 1


def test_c301_is_silent(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {}, {"project_id": P2, "role": None})
    bench.file("paid_in", UNIT, JAN, {}, {"project_id": P2})
    # The signed return of the month was turned back, or isn't there.
    bench.file("signed_projects", OTHER, JAN, is_accepted=False, is_current=False)
    bench.file("paid_in", OTHER, JAN, {"project_id": P2})
    bench.file("paid_in", UNIT, FEB, {"project_id": "GCKF-2021-0009"})
    assert bench.of("C301") == []


def test_c301_one_lead_row_is_enough(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"role": "协办"}, {})
    bench.file("paid_in", UNIT, JAN, {})
    assert bench.of("C301") == []


# --- C302: paid in beyond the contract -----------------------------------------------------------


def test_c302_more_than_the_contract(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"contract_amount_cny": 6 * YI})
    paid = bench.file("paid_in", UNIT, JAN, {"paid_total_cny": 6 * YI + Decimal("0.5")})
    (one,) = bench.of("C302")
    assert (one.submission, one.cell, one.severity, one.holds) == (paid, "G5", "warning", False)
    assert one.message == (
        "自签约累计实到 60000.00005万元，超过合同投资额 60000万元，多出 0.00005万元。"
    )


def test_c302_is_silent_up_to_the_contract(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"contract_amount_cny": YI})
    bench.file("paid_in", UNIT, JAN, {"paid_total_cny": YI})
    assert bench.of("C302") == []


# --- C303: money before the day of signing -------------------------------------------------------


def test_c303_a_payment_in_a_month_before_signing(bench: Bench) -> None:
    early = bench.file("paid_in", UNIT, JAN, {})
    bench.file("paid_in", UNIT, FEB, {"paid_ytd_cny": 2 * YI, "paid_total_cny": 2 * YI})
    bench.file("signed_projects", UNIT, FEB, {"signed_on": day("2021-02-03")})
    (one,) = bench.of("C303")
    assert (one.submission, one.field, one.severity) == (early, "paid_month_cny", "warning")
    assert one.message == "2021-01 到位 10000万元，早于签约日期 2021-02-03。"


def test_c303_the_cumulative_holds_money_from_before(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, FEB, {"signed_on": day("2021-02-03")})
    bench.file("signed_projects", UNIT, MAR, {"signed_on": day("2021-02-03")})
    first = bench.file("paid_in", UNIT, FEB, {"paid_total_cny": 3 * YI})
    bench.file("paid_in", UNIT, MAR, {"paid_ytd_cny": 2 * YI, "paid_total_cny": 4 * YI})
    (one,) = bench.of("C303")
    assert (one.submission, one.field) == (first, "paid_total_cny")
    assert "有 20000万元 是签约月份以前到位的" in one.message


def test_c303_a_day_of_signing_moved_behind_payments(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"signed_on": day("2021-01-05")})
    bench.file("signed_projects", UNIT, FEB, {"signed_on": day("2021-02-05")})
    bench.file("paid_in", UNIT, JAN, {})
    late = bench.file("paid_in", UNIT, FEB, {"paid_ytd_cny": 2 * YI, "paid_total_cny": 2 * YI})
    assert bench.places("C303") == [(late, "paid_total_cny")]


def test_c303_is_silent(bench: Bench) -> None:
    # Paid from the month of signing on; a carried-over contract whose first months aren't known.
    old = {"project_id": P2, "signed_on": day("2020-05-05"), "nature": "续建"}
    bench.file("signed_projects", UNIT, JAN, {"signed_on": day("2021-01-20")}, old)
    bench.file("paid_in", UNIT, JAN, {}, {"project_id": P2, "paid_total_cny": 9 * YI})
    assert bench.of("C303") == []


def test_c303_is_silent_to_the_day(bench: Bench) -> None:
    """Signed on the month's last day; nothing paid before; no 03 of the month of signing."""
    bench.file(
        "signed_projects",
        UNIT,
        FEB,
        {"signed_on": day("2021-01-31")},
        {"project_id": P2, "signed_on": day("2021-02-03")},
    )
    nothing = {"paid_month_cny": 0, "paid_total_cny": 0}
    bench.file("paid_in", UNIT, JAN, {}, {"project_id": P2} | nothing)
    bench.file("paid_in", UNIT, FEB, {"paid_total_cny": 2 * YI}, {"project_id": P2})
    third = {"project_id": "GCKF-2021-0003", "signed_on": day("2021-01-20")}
    bench.file("signed_projects", OTHER, FEB, third)
    bench.file("paid_in", OTHER, FEB, {"project_id": "GCKF-2021-0003", "paid_total_cny": 9 * YI})
    assert bench.of("C303") == []


def test_c303_early_money_is_said_without_the_month_of_signing(bench: Bench) -> None:
    early = bench.file("paid_in", UNIT, JAN, {})
    bench.file("signed_projects", UNIT, FEB, {"signed_on": day("2021-02-03")})
    assert bench.places("C303") == [(early, "paid_month_cny")]


# --- C304: started two months ago, and no money --------------------------------------------------


def started(on: str) -> dict[str, object]:
    return {"status": "开工", "signed_on": day("2021-01-04"), "started_on": day(on)}


def test_c304_two_months_after_its_start(bench: Bench) -> None:
    signed = bench.file("signed_projects", UNIT, MAR, started("2021-01-31"))
    bench.file("paid_in", UNIT, MAR)
    (one,) = bench.of("C304")
    assert (one.submission, one.field, one.severity) == (signed, "started_on", "warning")
    assert one.message.startswith("开工日期 2021-01-31，到 2021-03-31 已满两个月")


def test_c304_counts_calendar_months(bench: Bench) -> None:
    # 31 December and two months is 28 February, the end of the period.
    bench.file("signed_projects", UNIT, FEB, started("2020-12-31"))
    bench.file("paid_in", UNIT, FEB)
    assert len(bench.of("C304")) == 1


def test_c304_is_silent(bench: Bench) -> None:
    bench.file(
        "signed_projects",
        UNIT,
        MAR,
        started("2021-02-01"),
        started("2021-01-05") | {"project_id": P2},
        started("2021-01-05") | {"project_id": "GCKF-2021-0003", "role": "协办"},
        started("2021-01-05") | {"project_id": "GCKF-2021-0004", "status": "终止"},
    )
    bench.file("paid_in", UNIT, FEB, {"project_id": P2})
    bench.file("paid_in", UNIT, MAR, {"project_id": P2})
    # Its 03 of the month isn't there.
    bench.file(
        "signed_projects", OTHER, MAR, started("2021-01-05") | {"project_id": "GCKF-2021-0009"}
    )
    assert bench.of("C304") == []


def test_c304_money_that_came_later_is_none_so_far(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, MAR, started("2021-01-05"))
    bench.file("paid_in", UNIT, MAR)
    bench.file("paid_in", UNIT, APR, {})
    assert len(bench.of("C304")) == 1


def test_c304_a_line_of_noughts_is_no_money(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, MAR, started("2021-01-05"))
    bench.file("paid_in", UNIT, MAR, {"paid_month_cny": 0, "paid_total_cny": 0})
    assert len(bench.of("C304")) == 1


def test_c304_money_of_earlier_years_is_money(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, MAR, started("2021-01-05"))
    bench.file("paid_in", UNIT, MAR, {"paid_month_cny": 0, "paid_total_cny": 5})
    assert bench.of("C304") == []


def test_c304_is_silent_where_the_03_was_turned_back(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, MAR, started("2021-01-05"))
    bench.file("paid_in", UNIT, MAR, is_accepted=False, is_current=False)
    assert bench.of("C304") == []


# --- C305, C306: talks and contracts -------------------------------------------------------------


def test_c305_in_talks_and_under_contract(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    talk = bench.file("pipeline_projects", OTHER, JAN, {"project_id": P1})
    (one,) = bench.of("C305")
    assert (one.submission, one.field, one.severity, one.holds) == (talk, "status", "error", True)
    assert "招商局当月的签约项目月报表已列为正式合同" in one.message


def test_c305_is_silent(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"contract_type": "框架协议"}, {"project_id": P2})
    bench.file(
        "pipeline_projects", UNIT, JAN, {"project_id": P1}, {"project_id": P2, "status": "已转签约"}
    )
    # Another month's contract.
    bench.file("pipeline_projects", UNIT, FEB, {"project_id": P2})
    assert bench.of("C305") == []


def test_c306_turned_into_no_contract(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    talk = bench.file("pipeline_projects", UNIT, JAN, {"project_id": P2, "status": "已转签约"})
    (one,) = bench.of("C306")
    assert (one.submission, one.field, one.severity, one.holds) == (talk, "status", "error", True)


def test_c306_is_silent(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN)
    bench.file("signed_projects", OTHER, JAN, {})
    bench.file("pipeline_projects", UNIT, JAN, {"project_id": P1, "status": "已转签约"})
    # Its department's 02 isn't there.
    bench.file("pipeline_projects", THIRD, JAN, {"project_id": P2, "status": "已转签约"})
    assert bench.of("C306") == []


def test_c306_is_silent_where_the_02_was_turned_back(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, is_accepted=False, is_current=False)
    bench.file("pipeline_projects", UNIT, JAN, {"project_id": P2, "status": "已转签约"})
    assert bench.of("C306") == []


# --- C307: one lead, one number ------------------------------------------------------------------


def test_c307_two_leads_hold_the_later_refresh(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"signed_on": day("2021-01-25")})
    later = bench.file("signed_projects", OTHER, JAN, {"signed_on": day("2021-01-05")})
    (one,) = bench.of("C307")
    assert (one.submission, one.field, one.severity, one.holds) == (later, "role", "error", True)
    assert "招商局（日期 2021-01-25）在先，经济发展局（日期 2021-01-05）在后" in one.message


def test_c307_two_leads_of_one_refresh_hold_the_later_day_then_path(bench: Bench) -> None:
    one = bench.file("signed_projects", UNIT, JAN, {"signed_on": day("2021-01-25")}, refresh_no=1)
    bench.file("signed_projects", OTHER, JAN, {"signed_on": day("2021-01-05")}, refresh_no=1)
    assert bench.places("C307") == [(one, "role")]
    bench.house.con.execute("update rows.signed_projects set signed_on = '2021-01-05'")
    bench.house.con.execute(
        "update core.submissions set file = case when submission_id = ? then 'a' else 'b' end",
        [one],
    )
    assert [other != one for other, _ in bench.places("C307")] == [True]


def test_c307_filing_a_month_again_does_not_lose_the_place(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {}, refresh_no=1, is_current=False)
    later = bench.file("signed_projects", OTHER, JAN, {}, refresh_no=2)
    bench.file("signed_projects", UNIT, JAN, {}, refresh_no=3)
    assert bench.places("C307") == [(later, "role")]


def test_c307_a_joint_partner_that_becomes_the_lead_came_later(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"role": "协办"})
    bench.file("pipeline_projects", UNIT, JAN, {"role": "协办"})
    bench.file("signed_projects", OTHER, FEB, {})
    bench.file("pipeline_projects", OTHER, FEB, {})
    later = [
        bench.file("signed_projects", UNIT, FEB, {}),
        bench.file("pipeline_projects", UNIT, FEB, {}),
    ]
    found = [one.submission for one in bench.of("C307") if one.month == FEB]
    assert sorted(str(one) for one in found) == later


def test_c307_talks_have_one_lead_too(bench: Bench) -> None:
    bench.file("pipeline_projects", UNIT, JAN, {"first_contact_on": day("2021-01-01")})
    later = bench.file("pipeline_projects", OTHER, JAN, {"first_contact_on": day("2021-01-02")})
    assert bench.places("C307") == [(later, "role")]


def test_c307_one_contract_under_two_numbers(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"investor": "甲（武汉）公司"})
    later = bench.file(
        "signed_projects",
        OTHER,
        JAN,
        {"project_id": P2, "investor": "甲 (武汉)公司", "project_name": "完全另外的名字"},
    )
    (one,) = bench.of("C307")
    assert (one.submission, one.cell, one.severity, one.holds) == (later, "C5", "error", True)
    assert (
        f"与招商局的项目 {P1}（甲项目）投资方、金额（60000万元）、签约日期（2021-01-20）都相同"
        in one.message
    )


def test_c307_says_so_too_where_the_other_has_no_name(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"investor": "甲", "project_name": None})
    bench.file("signed_projects", OTHER, JAN, {"project_id": P2, "investor": "甲"})
    (one,) = bench.of("C307")
    assert f"与招商局的项目 {P1}（名称空）投资方" in one.message


def test_c307_alike_names_are_a_pair_with_a_score(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"project_name": "新能源汽车零部件生产基地建设项目"})
    later = bench.file(
        "signed_projects",
        OTHER,
        JAN,
        {
            "project_id": P2,
            "project_name": "新能源汽车零部件生产基地项目",
            "contract_amount_cny": 9 * YI,
            "signed_on": day("2021-01-30"),
        },
    )
    (one,) = bench.of("C307")
    assert (one.submission, one.severity, one.holds) == (later, "warning", False)
    assert one.other_row_key == P1
    assert "名称相似度 93%，" in one.message


@pytest.mark.parametrize(
    ("amount", "on", "is_pair"),
    [
        ("5.7", "2021-06-01", True),
        ("5.69", "2021-06-01", False),
        ("1", "2021-02-20", True),
        ("1", "2021-02-21", False),
    ],
)
def test_c307_amounts_within_a_twentieth_or_days_within_31(
    bench: Bench, amount: str, on: str, is_pair: bool
) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    other = {"project_id": P2, "contract_amount_cny": Decimal(amount) * YI, "signed_on": day(on)}
    bench.file("signed_projects", OTHER, JAN, other)
    assert [one.severity for one in bench.of("C307")] == (["warning"] if is_pair else [])


@pytest.mark.parametrize(
    ("name", "is_pair"), [("甲" * 17 + "乙" * 3, True), ("甲" * 16 + "乙" * 4, False)]
)
def test_c307_names_alike_by_85(bench: Bench, name: str, is_pair: bool) -> None:
    bench.file("signed_projects", UNIT, JAN, {"project_name": "甲" * 20})
    bench.file(
        "signed_projects",
        OTHER,
        JAN,
        {"project_id": P2, "project_name": name, "contract_amount_cny": Decimal("5.9") * YI},
    )
    found = bench.of("C307")
    assert len(found) == is_pair
    assert all("名称相似度 85%，" in one.message for one in found)


def test_c307_talks_of_one_investor_are_a_pair_only_by_name(bench: Bench) -> None:
    """Talks have no day of signing, so the same amount and date are no error."""
    bench.file("pipeline_projects", UNIT, JAN, {}, {"project_id": P2})
    assert [one.severity for one in bench.of("C307")] == ["warning"]


def test_c307_pairs_that_differ_are_silent(bench: Bench) -> None:
    name = {"project_name": "甲项目一期"}
    bench.file(
        "signed_projects",
        UNIT,
        JAN,
        name,
        # Another investor; another name; alike but neither amount nor date is near.
        name | {"project_id": P2, "investor": "乙公司"},
        {"project_id": "GCKF-2021-0003", "project_name": "物流园", "contract_amount_cny": 5 * YI},
        name
        | {
            "project_id": "GCKF-2021-0004",
            "contract_amount_cny": 5 * YI,
            "signed_on": day("2020-11-20"),
        },
    )
    assert bench.of("C307") == []


def test_c307_talks_investors_are_compared_normalised(bench: Bench) -> None:
    bench.file("pipeline_projects", UNIT, JAN, {"investor": "Ａ公司"})
    bench.file("pipeline_projects", OTHER, JAN, {"project_id": P2, "investor": "a 公司"})
    assert len(bench.of("C307")) == 1


def test_c307_a_number_stands_by_its_lead(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"role": "协办"})
    bench.file("signed_projects", OTHER, JAN, {})
    bench.file("signed_projects", THIRD, JAN, {"project_id": P2})
    (one,) = bench.of("C307")
    assert f"与经济发展局的项目 {P1}" in one.message


def test_c307_decided_pairs_are_silent_both_ways(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {}, {"project_id": P2})
    assert len(bench.of("C307")) == 1
    bench.decide(P2, P1, is_same=False)
    assert bench.of("C307") == []
    bench.decide(P2, P1, is_same=True)
    assert bench.of("C307") == []


def test_c307_decisions_carry_over(bench: Bench) -> None:
    """Of 1 = 2 and 2 = 3 follows 1 = 3, also in a month that has not 2."""
    for number in (P1, P2, P3):
        bench.file("signed_projects", UNIT, JAN, {"project_id": number})
    for number in (P1, P3):
        bench.file("signed_projects", UNIT, FEB, {"project_id": number})
    assert len(bench.of("C307")) == 4
    bench.decide(P1, P2, is_same=True)
    assert len(bench.of("C307")) == 3
    bench.decide(P2, P3, is_same=True)
    assert bench.of("C307") == []


@pytest.mark.parametrize("is_same", [True, False])
def test_c307_a_decision_on_the_pair_itself_stands_before_what_follows(
    bench: Bench, is_same: bool
) -> None:
    for number in (P1, P2, P3):
        bench.file("signed_projects", UNIT, JAN, {"project_id": number})
    bench.decide(P1, P3, is_same=not is_same)
    bench.decide(P1, P2, is_same=True)
    bench.decide(P2, P3, is_same=True)
    bench.decide(P1, P3, is_same=is_same)
    assert bench.of("C307") == []


def test_c307_what_differs_from_the_same_is_not_decided(bench: Bench) -> None:
    """1 = 2 and 2 is not 3: whether 1 is 3 has not been asked."""
    for number in (P1, P2, P3):
        bench.file("signed_projects", UNIT, JAN, {"project_id": number})
    bench.decide(P1, P2, is_same=True)
    bench.decide(P2, P3, is_same=False)
    assert [one.value for one in bench.of("C307")] == [P3]


def test_c307_of_two_sheets_of_a_file_the_later_sheet(bench: Bench) -> None:
    key = bench.file("signed_projects", UNIT, JAN, {"sheet": "2"}, {"sheet": "1", "project_id": P2})
    (one,) = bench.of("C307")
    assert (one.submission, one.value) == (key, P1)


def test_c307_no_lead(bench: Bench) -> None:
    first = bench.file("signed_projects", UNIT, JAN, {"role": "协办"})
    bench.file("signed_projects", OTHER, JAN, {"role": "协办"})
    (one,) = bench.of("C307")
    assert (one.submission, one.field, one.severity, one.holds) == (first, "role", "warning", False)
    assert one.message == f"项目 {P1} 当月没有单位填报牵头，只有招商局、经济发展局填报协办。"


def test_c307_no_lead_is_silent_while_its_lead_has_not_filed(bench: Bench) -> None:
    for month in (JAN, FEB):
        bench.file("signed_projects", UNIT, month, {"role": "协办"})
    bench.file("signed_projects", OTHER, JAN, {})
    bench.file("signed_projects", OTHER, MAR)
    assert bench.of("C307") == []


# --- C308: visits within their trip --------------------------------------------------------------

TRIP = {
    "trip_no": "WC-1",
    "depart_on": day("2021-01-11"),
    "return_on": day("2021-01-16"),
    "provinces": "广东、江苏",
}
VISIT = {"trip_no": "WC-1", "visited_on": day("2021-01-16"), "province": "江苏", "org_name": "甲"}


def test_c308_outside_dates_and_provinces(bench: Bench) -> None:
    bench.file("outbound_trips", UNIT, JAN, TRIP)
    visits = bench.file(
        "outbound_visits",
        UNIT,
        JAN,
        VISIT | {"visited_on": day("2021-01-17")},
        VISIT | {"province": "浙江"},
        VISIT | {"trip_no": "WC-9"},
    )
    found = bench.of("C308")
    assert [(one.submission, one.field, one.holds) for one in found] == [
        (visits, "visited_on", True),
        (visits, "province", True),
        (visits, "trip_no", True),
    ]
    assert found[0].message == (
        "走访日期 2021-01-17 不在行程“WC-1”的 2021-01-11 至 2021-01-16 之内。"
    )


def test_c308_the_latest_row_of_the_trip_stands(bench: Bench) -> None:
    bench.file("outbound_trips", UNIT, JAN, TRIP)
    bench.file("outbound_trips", UNIT, FEB, TRIP | {"return_on": day("2021-02-03")})
    bench.file("outbound_visits", UNIT, JAN, VISIT | {"visited_on": day("2021-01-31")})
    assert bench.of("C308") == []


def test_c308_is_silent(bench: Bench) -> None:
    bench.file("outbound_visits", UNIT, JAN, VISIT)
    assert bench.of("C308") == []


def test_c308_is_silent_where_the_05_was_turned_back(bench: Bench) -> None:
    bench.file("outbound_trips", UNIT, JAN, is_accepted=False, is_current=False)
    bench.file("outbound_visits", UNIT, JAN, VISIT)
    assert bench.of("C308") == []


def test_c308_an_unknown_trip_without_its_05(bench: Bench) -> None:
    """The trip is known from another month, the month's own 05 isn't there."""
    bench.file("outbound_trips", UNIT, FEB, TRIP)
    bench.file("outbound_visits", UNIT, JAN, VISIT, VISIT | {"province": "浙江"})
    assert [one.field for one in bench.of("C308")] == ["province"]


def test_c308_numbers_begin_anew_each_year(bench: Bench) -> None:
    bench.file("outbound_trips", UNIT, "2020-03", TRIP | {"return_on": day("2020-01-12")})
    bench.file("outbound_trips", UNIT, JAN, TRIP)
    bench.file("outbound_visits", UNIT, JAN, VISIT)
    assert bench.of("C308") == []
    bench.house.con.execute("delete from rows.outbound_trips where report_month = '2021-01-01'")
    assert [one.field for one in bench.of("C308")] == ["visited_on"]


def test_c308_of_one_month_the_row_received_later_stands(bench: Bench) -> None:
    # Numbered so that the order of neither path nor row decides.
    bench.file("outbound_trips", OTHER, JAN, TRIP | {"provinces": "浙江"}, file="z")
    bench.file("outbound_trips", UNIT, JAN, TRIP, file="a")
    bench.file("outbound_visits", UNIT, JAN, VISIT)
    assert bench.of("C308") == []


# --- C309: the project exists --------------------------------------------------------------------


def test_c309_unknown_projects(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    bench.file("pipeline_projects", UNIT, FEB, {"project_id": P2})
    issue = bench.file("secretary_log", UNIT, JAN, {"project_id": "X"}, {"project_id": P1})
    visit = bench.file(
        "receptions", UNIT, JAN, {"project_id": "Y"}, {"project_id": P2}, {"project_id": None}
    )
    found = bench.of("C309")
    assert [(one.submission, one.cell, one.severity, one.holds) for one in found] == [
        (issue, "D5", "error", True),
        (visit, "I5", "error", True),
    ]


def test_c309_is_silent_while_nobody_has_filed_projects(bench: Bench) -> None:
    bench.file("secretary_log", UNIT, JAN, {"project_id": "X"})
    assert bench.of("C309") == []


def test_c309_is_said_once(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    bench.file("pipeline_projects", UNIT, JAN, {})
    bench.file("secretary_log", UNIT, JAN, {"project_id": "X"})
    assert len(bench.of("C309")) == 1


def test_c309_is_silent_where_the_02_was_turned_back(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, is_accepted=False, is_current=False)
    bench.file("secretary_log", UNIT, JAN, {"project_id": "X"})
    assert bench.of("C309") == []


# --- C310: targets add up ------------------------------------------------------------------------


def targets(bench: Bench, zone: int, *units: int, **more: object) -> str:
    return bench.file(
        "annual_targets",
        UNIT,
        JAN,
        {"department": "全区", "target": Decimal(zone), "remark": "由通报反推"},
        *(
            {"department": name, "target": Decimal(target)} | more
            for name, target in zip((UNIT, OTHER, THIRD), units, strict=False)
        ),
    )


def test_c310_a_sum_below_the_zones(bench: Bench) -> None:
    key = targets(bench, 10, 4, 5, remark="预留")
    (one,) = bench.of("C310")
    assert (one.submission, one.cell, one.severity, one.holds) == (key, "E5", "warning", False)
    assert one.message == "2021年 ZS01：各单位目标之和 9亿元，全区目标 10亿元，少 1亿元。"


def test_c310_a_sum_above_the_zones_needs_a_note(bench: Bench) -> None:
    targets(bench, 10, 6, 5)
    assert [one.field for one in bench.of("C310")] == ["target"]


def test_c310_a_total_filed_as_a_department_is_not_added(bench: Bench) -> None:
    targets(bench, 10, 6, 4)
    bench.file("annual_targets", UNIT, JAN, {"department": "合计", "target": Decimal(10)})
    assert bench.of("C310") == []


def test_c310_is_silent(bench: Bench) -> None:
    targets(bench, 10, 6, 4)
    assert bench.of("C310") == []
    bench.house.empty()
    targets(bench, 10, 6, 5, remark="加压")
    assert bench.of("C310") == []
    bench.house.empty()
    # No department has one, or the zone has none.
    targets(bench, 10)
    bench.file("annual_targets", UNIT, JAN, {"indicator_code": "ZS02", "department": OTHER})
    assert bench.of("C310") == []


def test_c310_the_note_of_one_department_is_enough(bench: Bench) -> None:
    zone = {"department": "全区", "target": Decimal(10)}
    own = {"department": UNIT, "target": Decimal(6), "remark": "加压"}
    bench.file("annual_targets", UNIT, JAN, zone, own, {"department": OTHER})
    assert bench.of("C310") == []


def test_c310_compares_what_is_in_force_last(bench: Bench) -> None:
    targets(bench, 10, 6, 4)
    bench.file(
        "annual_targets",
        UNIT,
        MAR,
        {
            "department": OTHER,
            "target": Decimal(30000),
            "unit": "万元",
            "issued_on": day("2021-03-05"),
        },
    )
    assert "各单位目标之和 9亿元" in bench.of("C310")[0].message


# --- R106, R112: what the file alone doesn't show ------------------------------------------------


def test_r106_a_power_of_ten_from_the_last_report(bench: Bench) -> None:
    for month, amount in ((JAN, 6 * YI), (FEB, 60 * YI), (MAR, 6 * YI)):
        bench.file("signed_projects", UNIT, month, {"contract_amount_cny": amount})
    (one,) = bench.of("R106")
    # March goes back to January's amount: it is February's that is wrong.
    assert (one.month, one.severity, one.holds) == (FEB, "warning", False)
    assert one.message == "金额是上次填报的10倍：上次 60000万元，这次 600000万元，疑为单位错误。"


def test_r106_ten_thousand_times_is_an_error(bench: Bench) -> None:
    for month, amount in ((JAN, 2 * YI), (FEB, 2 * WAN + 50)):
        bench.file("pipeline_projects", UNIT, month, {"planned_amount_cny": amount})
    (one,) = bench.of("R106")
    assert (one.month, one.field, one.severity, one.holds) == (
        FEB, "planned_amount_cny", "error", True,
    )  # fmt: skip
    assert "10000分之一" in one.message


def test_r106_a_first_contract_is_compared_with_its_talk(bench: Bench) -> None:
    bench.file("pipeline_projects", UNIT, JAN, {"project_id": P1, "planned_amount_cny": 6 * WAN})
    signed = bench.file("signed_projects", UNIT, FEB, {})
    assert bench.places("R106") == [(signed, "contract_amount_cny")]


def test_r106_a_first_contract_is_compared_with_the_talk_of_its_month(bench: Bench) -> None:
    bench.file("pipeline_projects", UNIT, FEB, {"project_id": P1, "planned_amount_cny": 6 * WAN})
    bench.file("signed_projects", UNIT, FEB, {})
    assert [(one.field, one.severity) for one in bench.of("R106")] == [
        ("contract_amount_cny", "error")
    ]


@pytest.mark.parametrize(
    ("last", "now", "is_slip"),
    [
        ("1000", "9950", True),
        ("1000", "10050", True),
        ("1000", "9949.9999", False),
        ("1000", "10050.0001", False),
        ("9950", "1000", True),
        ("10050.0001", "1000", False),
        ("1", "1000", True),
        ("1", "100", True),
    ],
)
def test_r106_within_half_a_percent(bench: Bench, last: str, now: str, is_slip: bool) -> None:
    for month, amount in ((JAN, last), (FEB, now)):
        bench.file("signed_projects", UNIT, month, {"contract_amount_cny": Decimal(amount)})
    assert bool(bench.of("R106")) is is_slip


def test_r106_a_month_that_has_the_project_twice_is_not_compared(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {}, {"contract_amount_cny": 60 * YI})
    bench.file("pipeline_projects", UNIT, JAN, {}, {"planned_amount_cny": 20 * YI})
    assert bench.of("R106") == []


def test_r106_is_silent_beside_powers_of_ten(bench: Bench) -> None:
    for month, amount in ((JAN, 6 * YI), (FEB, 7 * YI), (MAR, Decimal("70.4") * YI)):
        bench.file("signed_projects", UNIT, month, {"contract_amount_cny": amount})
    bench.file("signed_projects", OTHER, MAR, {"contract_amount_cny": Decimal("0.7") * YI})
    assert bench.of("R106") == []


def test_r112_a_voucher_for_two_projects(bench: Bench) -> None:
    first = bench.file("paid_in", UNIT, JAN, {"evidence_no": "A-1"}, {"evidence_no": "B-1"})
    other = bench.file("paid_in", OTHER, FEB, {"project_id": P2, "evidence_no": "Ａ-1 "})
    found = bench.of("R112")
    assert [(one.submission, one.cell, one.severity, one.holds) for one in found] == [
        (first, "J5", "warning", False),
        (other, "J5", "warning", False),
    ]
    assert found[0].message == f"凭证编号“A-1”用于多个项目：{P1}、{P2}。"


def test_r112_is_silent_within_one_project(bench: Bench) -> None:
    for month in (JAN, FEB):
        bench.file("paid_in", UNIT, month, {"evidence_no": "A-1"})
    assert bench.of("R112") == []


# --- C308: a department's own trip goes before the zone's ----------------------------------------


def trip(number: str, first: str, last: str, **more: object) -> dict[str, object]:
    return {
        "trip_no": number,
        "leader": "丁",
        "depart_on": day(first),
        "return_on": day(last),
        "provinces": "广东",
        **more,
    }


def call(number: str, on: str) -> dict[str, object]:
    return {"trip_no": number, "visited_on": day(on), "province": "广东", "org_name": "甲公司"}


def test_c308_a_number_means_the_department_s_own_trip_first(bench: Bench) -> None:
    bench.file("outbound_trips", UNIT, JAN, trip("1", "2021-01-04", "2021-01-08"))
    bench.file("outbound_trips", OTHER, JAN, trip("1", "2021-01-18", "2021-01-20"))
    bench.file("outbound_visits", UNIT, JAN, call("1", "2021-01-05"))
    wrong = bench.file("outbound_visits", OTHER, JAN, call("1", "2021-01-05"))
    # Who has no trip of that number was on another's.
    bench.file("outbound_trips", THIRD, JAN, trip("3", "2021-01-04", "2021-01-05"))
    bench.file("outbound_visits", THIRD, JAN, call("1", "2021-01-19"), call("1", "2021-01-05"))
    (one,) = bench.of("C308")
    assert (one.submission, one.field) == (wrong, "visited_on")


def test_c308_of_trips_that_took_one_number_the_one_of_those_days(bench: Bench) -> None:
    bench.file("outbound_trips", UNIT, JAN, trip("1", "2021-01-04", "2021-01-08"))
    bench.file("outbound_trips", UNIT, FEB, trip("1", "2021-02-04", "2021-02-08", leader="戊"))
    bench.file("outbound_visits", UNIT, JAN, call("1", "2021-01-05"))
    bench.file("outbound_visits", UNIT, FEB, call("1", "2021-02-05"))
    assert bench.of("C308") == []


# --- C311: a ledger's number is not taken again for another thing --------------------------------


def meeting(number: str, on: str, title: str) -> dict[str, object]:
    return {"meeting_no": number, "held_on": day(on), "title": title}


def test_c311_names_both_things(bench: Bench) -> None:
    first = bench.file("meetings", UNIT, JAN, meeting("1", "2021-01-05", "推介会"))
    again = bench.file("meetings", UNIT, FEB, meeting("1", "2021-02-05", "座谈会"))
    # Carried on, it is the same thing still.
    bench.file("meetings", UNIT, MAR, meeting("1", "2021-02-05", "座谈会"))
    (one,) = bench.of("C311")
    assert (one.submission, one.against, one.severity, one.holds) == (
        again,
        first,
        "warning",
        False,
    )
    assert one.cell == "C5"
    assert "2021-01 台账第5行（2021-01-05 推介会）" in one.message
    assert "2021-02 台账第5行（2021-02-05 座谈会）" in one.message


def test_c311_says_what_may_be_another_thing_of_the_same_name(bench: Bench) -> None:
    bench.file("outbound_trips", UNIT, JAN, trip("1", "2021-01-04", "2021-01-08"))
    bench.file("outbound_trips", UNIT, FEB, trip("1", "2021-02-04", "2021-02-08"))
    (one,) = bench.of("C311")
    assert "按同一件事更新" in one.message


def takes_up_numbers() -> list[type[Return]]:
    """The ledgers of which a number may be taken for another thing: date and name are not in it."""
    return [one for one in schemas.all_returns() if set(one.form().known_by) - set(one.form().key)]


@pytest.mark.parametrize("model", takes_up_numbers(), ids=lambda model: model.form().slug)
def test_c311_looks_at_every_ledger(bench: Bench, model: type[Return]) -> None:
    (number,), (date, name) = model.own_key(), model.form().known_by
    first, again = (
        bench.file(
            model.form().slug, UNIT, month, {number: "1", date: day(f"{month}-05"), name: told}
        )
        for month, told in ((JAN, "甲事"), (FEB, "乙事"))
    )
    (one,) = bench.of("C311")
    assert (one.submission, one.against, one.field) == (again, first, number)
    assert "（2021-01-05 甲事）" in one.message
    assert "（2021-02-05 乙事）" in one.message


def test_c311_is_silent(bench: Bench) -> None:
    bench.file("meetings", UNIT, JAN, meeting("1", "2021-01-05", "推介会"))
    # Another department's, another kind of thing, another year, another spelling of the same.
    bench.file("meetings", OTHER, FEB, meeting("1", "2021-02-05", "座谈会"))
    bench.file("receptions", UNIT, FEB, {"reception_no": "1", "visited_on": day("2021-02-05")})
    bench.file("meetings", UNIT, "2022-01", meeting("1", "2022-01-05", "座谈会"))
    bench.file("meetings", UNIT, MAR, meeting("1", "2021-01-06", "推 介 会"))
    assert bench.of("C311") == []
