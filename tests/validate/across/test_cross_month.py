"""M401 to M410: a month against the one before, what is found and when nothing is said."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bench import Bench
from house import WAN, YI

DEC, JAN, FEB, MAR, APR = "2020-12", "2021-01", "2021-02", "2021-03", "2021-04"
UNIT, OTHER = "招商局", "经济发展局"
P1, P2 = "GCKF-2021-0001", "GCKF-2021-0002"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def paid(month: int, ytd: int, total: int | None = None, **more: Any) -> dict[str, Any]:
    """A row of 03, in 万元."""
    return {
        "paid_month_cny": month * WAN,
        "paid_ytd_cny": ytd * WAN,
        "paid_total_cny": (ytd if total is None else total) * WAN,
        **more,
    }


def correct(bench: Bench, field: str, filed_for: str = FEB, **more: Any) -> str:
    """A correction in force; it names February and nothing that is there, unless told to."""
    return bench.file(
        "corrections",
        UNIT,
        filed_for,
        {
            "correction_no": "GZ-1",
            "report_month": day("2021-02-01"),
            "return_slug": "签约项目月报表",
            "row_key": P1,
            "field": field,
            "old_value": "旧",
            "new_value": "新",
            **more,
        },
    )


# --- M401: nothing live vanishes -----------------------------------------------------------------


def test_m401_a_contract_vanishes(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {}, {"project_id": P2, "project_name": "乙项目"})
    after = bench.file("signed_projects", UNIT, FEB, {})
    bench.file("signed_projects", UNIT, MAR, {})
    (one,) = bench.of("M401")
    assert (one.submission, one.cell, one.severity, one.holds) == (after, None, "error", False)
    assert (one.month, one.department, one.return_name) == (FEB, UNIT, "signed_projects")
    assert one.message == f"上月（2021-01）签约项目月报表第6行的项目 {P2}（乙项目）本月没有填报。"


def test_m401_a_talk_and_a_payment_vanish(bench: Bench) -> None:
    bench.file("pipeline_projects", UNIT, JAN, {})
    talks = bench.file("pipeline_projects", UNIT, FEB)
    bench.file("paid_in", UNIT, JAN, {})
    payments = bench.file("paid_in", UNIT, FEB)
    assert [one.submission for one in bench.of("M401")] == [talks, payments]


def test_m401_is_silent(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"status": "终止"})
    bench.file("signed_projects", UNIT, FEB)
    bench.file(
        "pipeline_projects",
        UNIT,
        JAN,
        {"status": "已转签约"},
        {"project_id": P2, "status": "已终止"},
    )
    bench.file("pipeline_projects", UNIT, FEB)
    # This month's return isn't there; a new year begins.
    bench.file("signed_projects", OTHER, JAN, {"project_id": P2})
    bench.file("paid_in", UNIT, DEC, {})
    bench.file("paid_in", UNIT, JAN)
    assert bench.of("M401") == []


def test_m401_once_paid_in(bench: Bench) -> None:
    """A refund of everything was a payment, a line of noughts never was."""
    bench.file("paid_in", UNIT, JAN, paid(5, 5), paid(0, 0, project_id=P2))
    bench.file("paid_in", UNIT, FEB, paid(-5, 0))
    bench.file("paid_in", UNIT, MAR, paid(0, 0))
    bench.file("paid_in", UNIT, APR)
    assert [(one.month, one.value) for one in bench.of("M401")] == [(APR, P1)]


def test_m401_another_lead_has_the_project_now(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    bench.file("signed_projects", UNIT, FEB)
    bench.file("signed_projects", OTHER, FEB, {"role": "协办"})
    assert len(bench.of("M401")) == 1
    bench.house.con.execute("update rows.signed_projects set role = '牵头'")
    assert bench.of("M401") == []


def test_m401_a_role_that_could_not_be_read_may_be_the_lead(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    bench.file("signed_projects", UNIT, FEB)
    bench.file("signed_projects", OTHER, FEB, {"role": None})
    assert bench.of("M401") == []


# --- M402: stages go forward ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [("在建", "开工"), ("开工", "注册"), ("投产", "签约"), ("终止", "在建"), ("注册", "签约")],
)
def test_m402_a_contract_goes_back(bench: Bench, before: str, after: str) -> None:
    bench.file("signed_projects", UNIT, JAN, {"status": before})
    later = bench.file("signed_projects", UNIT, FEB, {"status": after})
    (one,) = bench.of("M402")
    assert (one.submission, one.field, one.severity, one.holds) == (later, "status", "error", True)
    assert one.message == f"项目 {P1} 的项目状态由上月的“{before}”退回“{after}”，没有更正单。"


@pytest.mark.parametrize(
    ("before", "after"),
    [("意向(框架)协议", "实质洽谈"), ("实质洽谈", "实地考察"), ("待签合同", "初步接触")],
)
def test_m402_a_talk_goes_back(bench: Bench, before: str, after: str) -> None:
    bench.file("pipeline_projects", UNIT, JAN, {"talk_stage": before})
    later = bench.file("pipeline_projects", UNIT, FEB, {"talk_stage": after})
    assert bench.places("M402") == [(later, "talk_stage")]


def test_m402_is_silent(bench: Bench) -> None:
    bench.file(
        "signed_projects", UNIT, JAN, {"status": "签约"}, {"project_id": P2, "status": "开工"}
    )
    bench.file(
        "signed_projects", UNIT, FEB, {"status": "终止"}, {"project_id": P2, "status": "开工"}
    )
    # February isn't accepted: April is compared with nothing.
    bench.file("pipeline_projects", UNIT, FEB, {"talk_stage": "待签合同"})
    bench.file("pipeline_projects", UNIT, APR, {"talk_stage": "初步接触"})
    assert bench.of("M402") == []


def goes_back(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"status": "在建"})
    bench.file("signed_projects", UNIT, FEB, {"status": "签约"})


@pytest.mark.parametrize("period", ["2021-02-01", "2021-01-01"])
def test_m402_a_correction_of_this_month_or_the_last_excuses(bench: Bench, period: str) -> None:
    goes_back(bench)
    correct(bench, "项目状态", report_month=day(period), old_value="在建", new_value="签约")
    assert bench.of("M402") == []


def test_m402_corrections_of_something_else_do_not(bench: Bench) -> None:
    goes_back(bench)
    correct(bench, "合同类型")
    correct(bench, "项目状态", row_key=P2, correction_no="GZ-2")
    correct(bench, "项目状态", report_month=day("2020-12-01"), correction_no="GZ-3", filed_for=MAR)
    # The month before has carried it out already.
    correct(
        bench,
        "项目状态",
        report_month=day("2021-01-01"),
        old_value="签约",
        new_value="在建",
        correction_no="GZ-4",
        filed_for=FEB,
    )
    assert len(bench.of("M402")) == 1


def test_m402_an_adjustment_filed_this_month_for_an_older_one(bench: Bench) -> None:
    goes_back(bench)
    correct(bench, "进展阶段", report_month=day("2020-11-01"), filed_for=FEB)
    assert bench.of("M402") == []


def test_m402_a_month_that_has_the_project_twice_is_not_compared_with(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"status": "在建"}, {"status": "签约"})
    bench.file("signed_projects", UNIT, FEB, {"status": "注册"})
    assert bench.of("M402") == []


# --- M403: what a contract says ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("contract_amount_cny", 5 * YI, "合同投资额由上月的“60000万元”变为“50000万元”"),
        ("contract_type", "框架协议", "合同类型由上月的“正式合同”变为“框架协议”"),
        ("signed_on", day("2021-01-21"), "签约日期由上月的“2021-01-20”变为“2021-01-21”"),
        ("investor", "另一公司", "投资方由上月的“甲公司”变为“另一公司”"),
    ],
)
def test_m403_a_change(bench: Bench, field: str, value: Any, words: str) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    later = bench.file("signed_projects", UNIT, FEB, {field: value})
    (one,) = bench.of("M403")
    assert (one.submission, one.field, one.severity, one.holds) == (later, field, "error", True)
    assert words in one.message


def test_m403_a_correction_excuses_its_field(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {})
    later = bench.file("signed_projects", UNIT, FEB, {"contract_amount_cny": YI, "investor": "乙"})
    correct(bench, "协议投资额", old_value="6亿元", new_value="10000")
    assert bench.places("M403") == [(later, "investor")]


@pytest.mark.parametrize("form_month", [FEB, MAR])
def test_m403_a_correction_that_is_carried_out_excuses_nothing_more(
    bench: Bench, form_month: str
) -> None:
    for month, amount in ((JAN, 6 * YI), (FEB, YI), (MAR, 2 * YI)):
        bench.file("signed_projects", UNIT, month, {"contract_amount_cny": amount})
    correct(bench, "合同投资额", old_value="60000", new_value="1亿元", filed_for=form_month)
    assert [one.month for one in bench.of("M403")] == [MAR]


def test_m403_a_new_supplement_excuses(bench: Bench) -> None:
    supplement = {"project_id": P2, "contract_type": "补充协议", "contract_amount_cny": YI}
    bench.file("signed_projects", UNIT, JAN, {})
    bench.file("signed_projects", UNIT, FEB, {"contract_amount_cny": 7 * YI}, supplement)
    bench.file("signed_projects", UNIT, MAR, {"contract_amount_cny": 8 * YI}, supplement)
    assert [one.month for one in bench.of("M403")] == [MAR]


def test_m403_a_row_that_goes_back_is_not_asked(bench: Bench) -> None:
    for month, amount in ((JAN, 6), (FEB, 5), (MAR, 6), (APR, 5)):
        bench.file("signed_projects", UNIT, month, {"contract_amount_cny": amount * YI})
    # To and fro is asked again.
    assert [one.month for one in bench.of("M403")] == [FEB, APR]


def test_m403_going_back_on_a_correction_is_a_change(bench: Bench) -> None:
    for month, amount in ((JAN, 6), (FEB, 5), (MAR, 6)):
        bench.file("signed_projects", UNIT, month, {"contract_amount_cny": amount * YI})
    correct(bench, "合同投资额", old_value="60000", new_value="50000")
    assert [one.month for one in bench.of("M403")] == [MAR]


def test_m403_is_silent(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"investor": "甲（集团）公司"})
    bench.file("signed_projects", UNIT, FEB, {"investor": "甲(集团) 公司"})
    bench.file("signed_projects", OTHER, JAN, {"project_id": P2})
    bench.file("signed_projects", OTHER, MAR, {"project_id": P2, "contract_amount_cny": YI})
    assert bench.of("M403") == []


def test_m403_a_framework_agreement_may_become_a_contract(bench: Bench) -> None:
    agreed = {"contract_type": "框架协议", "contract_amount_cny": 5 * YI}
    bench.file("signed_projects", UNIT, JAN, agreed)
    bench.file("signed_projects", UNIT, FEB, {"contract_type": "正式合同"})
    bench.file("signed_projects", OTHER, JAN, {**agreed, "project_id": P2})
    other = {"contract_type": "意向协议", "contract_amount_cny": 5 * YI, "project_id": P2}
    bench.file("signed_projects", OTHER, FEB, other)
    assert [one.field for one in bench.of("M403")] == ["contract_type"]


def test_m403_a_month_that_has_the_project_twice_is_not_compared_with(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {}, {"investor": "另一公司"})
    bench.file("signed_projects", UNIT, FEB, {})
    assert bench.of("M403") == []


def test_m403_names_are_compared_normalised(bench: Bench) -> None:
    supplement = {"project_id": P2, "contract_type": "补充协议", "investor": "a 公司"}
    bench.file("signed_projects", UNIT, JAN, {"investor": "Ａ公司"})
    bench.file(
        "signed_projects", UNIT, FEB, {"investor": "A 公司", "contract_amount_cny": YI}, supplement
    )
    bench.file(
        "signed_projects", UNIT, MAR, {"investor": "B公司", "contract_amount_cny": YI}, supplement
    )
    (one,) = bench.of("M403")
    assert (one.month, one.field) == (MAR, "investor")
    correct(
        bench, "投资方", filed_for=FEB, old_value="B公司", new_value="Ａ公司",
    )  # fmt: skip
    # February holds that new value already, however it is spelled.
    assert len(bench.of("M403")) == 1


# --- M405: cumulatives ---------------------------------------------------------------------------


def test_m405_both_cumulatives(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(100, 100, 500))
    later = bench.file("paid_in", UNIT, FEB, paid(50, 160, 540))
    found = bench.of("M405")
    assert [(one.submission, one.cell, one.severity, one.holds) for one in found] == [
        (later, "G5", "error", True),
        (later, "F5", "error", True),
    ]
    assert (
        found[1].message
        == "本年累计应为 150万元（上月累计 100万元 + 本月 50万元），填的是 160万元。"
    )


def test_m405_the_row_after_the_wrong_one_is_not_asked(bench: Bench) -> None:
    for month, row in ((JAN, paid(100, 100)), (FEB, paid(50, 160)), (MAR, paid(50, 200))):
        bench.file("paid_in", UNIT, month, row)
    assert {one.month for one in bench.of("M405")} == {FEB}


def test_m405_a_project_new_this_month_began_with_nothing(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN)
    later = bench.file("paid_in", UNIT, FEB, paid(50, 80, 900))
    assert bench.places("M405") == [(later, "paid_ytd_cny")]


def test_m405_a_new_year_goes_on_with_the_total_alone(bench: Bench) -> None:
    bench.file("paid_in", UNIT, DEC, paid(100, 700, 700))
    later = bench.file("paid_in", UNIT, JAN, paid(10, 10, 720))
    assert bench.places("M405") == [(later, "paid_total_cny")]


def test_m405_is_silent(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(100, 100, 500))
    bench.file("paid_in", UNIT, FEB, paid(-20, 80, 480))
    bench.file("paid_in", UNIT, APR, paid(1, 999, 999))
    bench.file("paid_in", OTHER, FEB, paid(50, 80, 900, project_id=P2))
    assert bench.of("M405") == []


def test_m405_a_month_that_has_the_project_twice_is_not_compared_with(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(100, 100), paid(200, 200))
    bench.file("paid_in", UNIT, FEB, paid(50, 150))
    assert bench.of("M405") == []


def test_m405_goes_on_with_another_departments_months(bench: Bench) -> None:
    bench.file("paid_in", OTHER, JAN, paid(100, 100))
    later = bench.file("paid_in", UNIT, FEB, paid(50, 150, 140))
    assert bench.places("M405") == [(later, "paid_total_cny")]


def test_m405_is_silent_where_the_month_before_was_turned_back(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, is_accepted=False, is_current=False)
    bench.file("paid_in", UNIT, FEB, paid(50, 80))
    assert bench.of("M405") == []


# --- M406: less only with a correction -----------------------------------------------------------


def test_m406_a_negative_month_and_a_fall(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(-5, -5), paid(9, 9, project_id=P2))
    after = bench.file("paid_in", UNIT, FEB, paid(1, -4), paid(0, 8, 7, project_id=P2))
    found = bench.of("M406")
    assert [(one.month, one.cell, one.severity, one.holds) for one in found] == [
        (JAN, "E5", "error", True),
        (FEB, "G6", "error", True),
        (FEB, "F6", "error", True),
    ]
    assert found[1].submission == after
    assert found[0].message == "本月实到 -5万元 为负，没有更正单。"
    assert found[2].message == "本年累计由上月的 9万元 减少为 8万元，没有更正单。"


def test_m406_a_correction_excuses(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(9, 9))
    bench.file("paid_in", UNIT, FEB, paid(-5, 4))
    correct(bench, "本月实到投资额", return_slug="实到资金月报表", old_value="0", new_value="-5")
    assert bench.of("M406") == []


def test_m406_the_rows_own_number_excuses_an_older_month(bench: Bench) -> None:
    bench.file("paid_in", UNIT, MAR, paid(9, 9))
    bench.file("paid_in", UNIT, APR, paid(-5, 4, correction_no="gz-1"))
    correct(
        bench,
        "到位资金",
        return_slug="实到资金月报表",
        report_month=day("2021-01-01"),
        filed_for=JAN,
    )
    (one,) = bench.of("M406")
    assert "更正单“gz-1”不在有效的数据更正单中" in one.message
    bench.house.con.execute("update rows.corrections set field = '本月到位资金'")
    assert bench.of("M406") == []


def test_m406_another_projects_correction_does_not(bench: Bench) -> None:
    bench.file("paid_in", UNIT, FEB, paid(-5, -5, correction_no="GZ-1"))
    correct(bench, "本月实到投资额", return_slug="实到资金月报表", row_key=P2)
    assert len(bench.of("M406")) == 1


def test_m406_a_fall_from_a_wrong_cumulative_is_the_months_before(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(9, 90))
    bench.file("paid_in", UNIT, FEB, paid(1, 10, 91))
    bench.file("paid_in", UNIT, MAR, paid(1, 50, 191))
    bench.file("paid_in", UNIT, APR, paid(1, 12, 93))
    assert bench.of("M406") == []
    assert [(one.rule, one.month) for one in bench.all()] == [
        ("M405", MAR),
        ("M405", MAR),
        ("M410", JAN),
    ]


def test_m406_a_held_correction_is_not_in_force(bench: Bench) -> None:
    bench.file("paid_in", UNIT, FEB, paid(-5, -5))
    key = correct(bench, "本月实到投资额", return_slug="实到资金月报表")
    assert bench.of("M406") == []
    bench.house.hold(key, 5, "R101")
    assert len(bench.of("M406")) == 1


def test_m406_is_silent(bench: Bench) -> None:
    """Nothing paid; a new year; a month that has the project twice."""
    bench.file("paid_in", UNIT, DEC, paid(9, 90))
    bench.file("paid_in", UNIT, JAN, paid(9, 9, 99), paid(9, 900, 9900, project_id=P2))
    bench.house.con.execute(
        "insert into rows.paid_in select * replace (excel_row + 9 as excel_row) "
        f"from rows.paid_in where project_id = '{P2}'"
    )
    bench.file("paid_in", UNIT, FEB, paid(0, 9, 99), paid(9, 18, project_id=P2))
    assert bench.of("M406") == []


@pytest.mark.parametrize(("period", "is_excused"), [("2021-01-01", True), ("2020-12-01", False)])
def test_m406_a_correction_of_last_month_excuses(
    bench: Bench, period: str, is_excused: bool
) -> None:
    bench.file("paid_in", UNIT, FEB, paid(-5, -5))
    correct(bench, "本月实到投资额", return_slug="实到资金月报表", report_month=day(period))
    assert (bench.of("M406") == []) is is_excused


# --- M407: reported late -------------------------------------------------------------------------


def test_m407_signed_before_its_first_report(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN)
    later = bench.file("signed_projects", UNIT, FEB, {"signed_on": day("2021-01-31")})
    bench.file("signed_projects", UNIT, MAR, {"signed_on": day("2021-01-31")})
    (one,) = bench.of("M407")
    assert (one.submission, one.cell, one.severity, one.holds) == (later, "P5", "warning", False)
    assert one.message == f"项目 {P1} 于 2021-01-31 签约，到 2021-02 才首次填报，属补报。"


def test_m407_is_silent(bench: Bench) -> None:
    old = {"signed_on": day("2020-05-05")}
    # The first month there is; carried over; reported by another department before.
    bench.file("signed_projects", UNIT, JAN, old)
    bench.file("signed_projects", OTHER, JAN)
    bench.file(
        "signed_projects",
        OTHER,
        FEB,
        old | {"project_id": P2, "nature": "续建"},
        old,
        {"project_id": "GCKF-2021-0003", "signed_on": day("2021-02-01")},
    )
    assert bench.of("M407") == []


def test_m407_is_silent_where_the_month_before_was_turned_back(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, is_accepted=False, is_current=False)
    bench.file("signed_projects", UNIT, FEB, {"signed_on": day("2021-01-31")})
    assert bench.of("M407") == []


# --- M408: unusually much ------------------------------------------------------------------------


def test_m408_more_than_three_times_the_mean(bench: Bench) -> None:
    for month, row in (
        (DEC, paid(10, 10)),
        (JAN, paid(10, 10)),
        (FEB, paid(0, 10)),
        (MAR, paid(10, 20)),
        (APR, paid(31, 51)),
    ):
        last = bench.file("paid_in", UNIT, month, row)
    (one,) = bench.of("M408")
    assert (one.submission, one.cell, one.severity, one.holds) == (last, "E5", "warning", False)
    assert one.message == "本月实到 31万元，超过以前3个有到位资金的月份平均数的3倍（合计 30万元）。"


def test_m408_more_than_half_the_annual_target(bench: Bench) -> None:
    bench.house.months(JAN)
    bench.house.targets(UNIT, ZS02=2)
    bench.file("paid_in", UNIT, JAN, paid(10_000, 10_000), paid(10_001, 10_001, project_id=P2))
    (one,) = bench.of("M408")
    assert one.cell == "E6"
    assert one.message == "本月实到 10001万元，超过招商局全年实到任务 2亿元的一半。"


def test_m408_is_silent(bench: Bench) -> None:
    # Three times exactly; two earlier months only; the month before isn't there.
    for month, first, second in ((DEC, 10, 0), (JAN, 10, 10), (FEB, 10, 10), (MAR, 30, 99)):
        bench.file("paid_in", UNIT, month, paid(first, 0), paid(second, 0, project_id=P2))
    for month in ("2020-09", "2020-10", "2020-11"):
        bench.file("paid_in", OTHER, month, paid(1, 1, project_id="GCKF-2021-0003"))
    bench.file("paid_in", OTHER, JAN, paid(99, 99, project_id="GCKF-2021-0003"))
    assert bench.of("M408") == []


def test_m408_refunds_are_no_payments(bench: Bench) -> None:
    for month, amount in (("2020-11", 10), (DEC, -25), (JAN, 10), (FEB, 10), (MAR, 30), (APR, 46)):
        bench.file("paid_in", UNIT, month, paid(amount, 0))
    assert [one.month for one in bench.of("M408")] == [APR]


def test_m408_is_silent_where_the_month_before_was_turned_back(bench: Bench) -> None:
    for month in (DEC, JAN, FEB):
        bench.file("paid_in", UNIT, month, paid(10, 0))
    bench.file("paid_in", UNIT, MAR, is_accepted=False, is_current=False)
    bench.file("paid_in", UNIT, APR, paid(99, 0))
    assert bench.of("M408") == []


# --- M409: talks that stand still ----------------------------------------------------------------


def test_m409_three_months_unchanged(bench: Bench) -> None:
    for month in (JAN, FEB, MAR, APR):
        last = bench.file("pipeline_projects", UNIT, month, {})
    (one,) = bench.of("M409")
    assert (one.submission, one.field, one.severity, one.holds) == (
        last,
        "remark",
        "warning",
        False,
    )
    assert "洽谈阶段（实质洽谈）和拟投资额（20000万元）已连续3个月没有变化" in one.message


def test_m409_is_silent(bench: Bench) -> None:
    months: list[tuple[str, dict[str, Any]]] = [
        (JAN, {"planned_amount_cny": 3 * YI}), (FEB, {}), (MAR, {}), (APR, {}), ("2021-05", {"remark": "等地"}),
    ]  # fmt: skip
    for month, row in months:
        bench.file("pipeline_projects", UNIT, month, row)
    # A month isn't there.
    for month in (DEC, JAN, MAR, APR):
        bench.file("pipeline_projects", OTHER, month, {"project_id": P2})
    assert bench.of("M409") == []


def test_m409_counts_months_not_rows(bench: Bench) -> None:
    bench.file("pipeline_projects", UNIT, JAN, {}, {})
    bench.file("pipeline_projects", UNIT, FEB, {})
    bench.file("pipeline_projects", UNIT, APR, {})
    assert bench.of("M409") == []
    bench.file("pipeline_projects", UNIT, MAR, {})
    assert [one.month for one in bench.of("M409")] == [APR]


# --- M410: a new year begins with nothing --------------------------------------------------------


def test_m410_january_carries_the_old_year_along(bench: Bench) -> None:
    key = bench.file("paid_in", UNIT, JAN, paid(10, 710, 710))
    (one,) = bench.of("M410")
    assert (one.submission, one.cell, one.severity, one.holds) == (key, "F5", "error", True)
    assert one.message == "1月的本年累计应等于本月 10万元，填的是 710万元。"


def test_m410_is_silent(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(10, 10, 710))
    bench.file("paid_in", UNIT, FEB, paid(10, 20, 720))
    assert bench.of("M410") == []


def test_exact_amounts(bench: Bench) -> None:
    """A hundredth of a fen is a difference."""
    bench.file("paid_in", UNIT, JAN, paid(100, 100))
    bench.file(
        "paid_in", UNIT, FEB, paid(50, 150) | {"paid_ytd_cny": 150 * WAN + Decimal("0.0001")}
    )
    (one,) = bench.of("M405")
    assert "填的是 150.00000001万元" in one.message
