"""`against`: the submission by whose row a row is held, so that its change is known as the cause."""

import datetime as dt
from typing import Any

from bench import Bench
from house import WAN, YI

JAN, FEB = "2021-01", "2021-02"
UNIT, OTHER, THIRD = "招商局", "经济发展局", "项目服务中心"
P1, P2 = "GCKF-2021-0001", "GCKF-2021-0002"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def paid(month: int, ytd: int, total: int | None = None) -> dict[str, Any]:
    return {
        "paid_month_cny": month * WAN,
        "paid_ytd_cny": ytd * WAN,
        "paid_total_cny": (ytd if total is None else total) * WAN,
    }


def against(bench: Bench, rule: str) -> list[str | None]:
    return [one.against for one in bench.of(rule)]


def test_a_payment_is_judged_by_its_department_s_contracts(bench: Bench) -> None:
    signed = bench.file("signed_projects", UNIT, JAN, {"project_id": P2})
    bench.file("signed_projects", OTHER, JAN, {})
    bench.file("paid_in", UNIT, JAN, {})
    assert against(bench, "C301") == [signed]


def test_money_is_judged_by_its_contract(bench: Bench) -> None:
    early = {"contract_amount_cny": 1, "signed_on": day("2021-02-01")}
    signed = bench.file("signed_projects", UNIT, JAN, early)
    bench.file("paid_in", UNIT, JAN, {})
    assert against(bench, "C302") == [signed]
    assert against(bench, "C303") == [signed]


def test_a_start_is_judged_by_the_payments_of_the_month(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"started_on": day("2020-05-01")})
    payments = bench.file("paid_in", UNIT, JAN)
    assert against(bench, "C304") == [payments]


def test_a_talk_is_judged_by_the_contract_that_came_first(bench: Bench) -> None:
    first = bench.file("signed_projects", THIRD, JAN, {})
    bench.file("signed_projects", UNIT, JAN, {"role": "协办"})
    bench.file("pipeline_projects", UNIT, JAN, {"project_id": P1})
    assert against(bench, "C305") == [first]


def test_a_talk_that_ended_is_judged_by_its_department_s_contracts(bench: Bench) -> None:
    bench.file("signed_projects", OTHER, JAN)
    signed = bench.file("signed_projects", UNIT, JAN)
    bench.file("pipeline_projects", UNIT, JAN, {"status": "已转签约"})
    assert against(bench, "C306") == [signed]


def test_a_lead_is_judged_by_the_one_that_came_first(bench: Bench) -> None:
    first = bench.file("signed_projects", OTHER, JAN, {})
    bench.file("signed_projects", UNIT, JAN, {})
    assert against(bench, "C307") == [first]


def test_a_number_is_judged_by_the_one_that_came_first(bench: Bench) -> None:
    first = bench.file("signed_projects", OTHER, JAN, {"project_id": P2})
    bench.file("signed_projects", UNIT, JAN, {})
    assert against(bench, "C307") == [first]


def test_a_visit_is_judged_by_its_trip_or_by_the_return_that_lacks_it(bench: Bench) -> None:
    trip = {
        "trip_no": "WC-1",
        "depart_on": day("2021-01-04"),
        "return_on": day("2021-01-05"),
        "provinces": "广东",
    }
    trips = bench.file("outbound_trips", OTHER, JAN, trip)
    own = bench.file("outbound_trips", UNIT, JAN)
    visit = {"visited_on": day("2021-01-09"), "province": "广东", "org_name": "甲", "city": "乙"}
    bench.file(
        "outbound_visits", UNIT, JAN, visit | {"trip_no": "WC-1"}, visit | {"trip_no": "WC-2"}
    )
    assert against(bench, "C308") == [trips, own]


def test_a_stage_and_a_contract_are_judged_by_the_month_before(bench: Bench) -> None:
    before = bench.file("signed_projects", UNIT, JAN, {"status": "开工"})
    bench.file("signed_projects", UNIT, FEB, {"contract_amount_cny": 7 * YI})
    assert against(bench, "M402") == [before]
    assert against(bench, "M403") == [before]


def test_cumulatives_are_judged_by_the_month_before(bench: Bench) -> None:
    before = bench.file("paid_in", OTHER, JAN, paid(100, 100))
    bench.file("paid_in", UNIT, FEB, paid(10, 90))
    assert against(bench, "M405") == [before, before]
    assert against(bench, "M406") == [before, before]


def test_a_payment_is_judged_by_the_correction_that_it_names(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(10, 10))
    bench.file("paid_in", UNIT, FEB, paid(-5, 5) | {"correction_no": "GZ-1"})
    form = {"correction_no": "GZ-1", "return_slug": "实到资金月报表", "row_key": P1}
    bench.file("corrections", UNIT, JAN, form | {"field": "本月实到投资额"}, is_withdrawn=True)
    gone = bench.file("corrections", UNIT, JAN, form | {"row_key": P2}, is_withdrawn=True)
    assert against(bench, "M406") == [gone]


def test_a_new_project_is_judged_by_the_return_that_has_it_not(bench: Bench) -> None:
    before = bench.file("paid_in", UNIT, JAN)
    bench.file("paid_in", UNIT, FEB, paid(10, 90))
    assert against(bench, "M405") == [before]


def test_an_amount_is_judged_by_the_last_one_or_by_its_talk(bench: Bench) -> None:
    talk = bench.file("pipeline_projects", UNIT, JAN, {"project_id": P1, "planned_amount_cny": YI})
    first = bench.file("signed_projects", UNIT, JAN, {"contract_amount_cny": 10 * YI})
    bench.file("signed_projects", UNIT, FEB, {"contract_amount_cny": YI})
    assert against(bench, "R106") == [talk, first]
