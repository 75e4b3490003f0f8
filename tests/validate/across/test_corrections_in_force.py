"""What a correction (14) excuses: only what it names, and only where it is sound itself.

Unlike in the tests of single rules, K601 has its say before the rules that ask for corrections.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bench import Bench
from drop import Drop
from house import WAN, YI

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

DEC, JAN, FEB, MAR = "2020-12", "2021-01", "2021-02", "2021-03"
UNIT, OTHER = "招商局", "经济发展局"
P1, P2 = "GCKF-2021-0001", "GCKF-2021-0002"
PAID = "实到资金月报表"


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


def correct(bench: Bench, old: str, new: str, department: str = UNIT, **more: Any) -> str:
    """A sound correction of February's contract amount, unless told otherwise."""
    row = {
        "correction_no": "GZ-1",
        "report_month": day("2021-02-01"),
        "return_slug": "签约项目月报表",
        "row_key": P1,
        "field": "合同投资额",
        "old_value": old,
        "new_value": new,
        "filed_on": day("2021-03-01"),
        "approver": "张三",
        "approved_on": day("2021-03-02"),
        **more,
    }
    return bench.file("corrections", department, FEB, row, filler="李四")


def rules(bench: Bench) -> list[tuple[str, str | None]]:
    """The errors found, with their months."""
    return [(one.rule, one.month) for one in bench.all() if one.severity == "error"]


def amounts(bench: Bench, *amounts: int, department: str = UNIT) -> None:
    """Contracts of January and the months after it, in 亿元."""
    for month, amount in zip((JAN, FEB, MAR), amounts, strict=False):
        bench.file("signed_projects", department, month, {"contract_amount_cny": amount * YI})


# --- a correction with an error of its own -------------------------------------------------------


def test_one_in_error_excuses_no_change(bench: Bench) -> None:
    amounts(bench, 6, 7)
    correct(bench, "6亿元", "7亿元")
    assert rules(bench) == []
    bench.house.con.execute("update rows.corrections set approver = '李四'")
    assert rules(bench) == [("K601", FEB), ("M403", FEB)]


def test_one_in_error_excuses_no_stage(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, JAN, {"status": "在建"})
    bench.file("signed_projects", UNIT, FEB, {"status": "签约"})
    correct(bench, "在建", "签约", field="项目状态")
    assert rules(bench) == []
    bench.house.con.execute("update rows.corrections set approved_on = '2021-02-28'")
    assert rules(bench) == [("K601", FEB), ("M402", FEB)]


@pytest.mark.parametrize("number", [None, "GZ-1"])
def test_one_in_error_excuses_no_refund(bench: Bench, number: str | None) -> None:
    bench.file("paid_in", UNIT, JAN, paid(9, 9))
    bench.file("paid_in", UNIT, FEB, paid(-5, 4, correction_no=number))
    correct(bench, "0", "-5", return_slug=PAID, field="本月实到投资额")
    assert rules(bench) == []
    bench.house.con.execute("update rows.corrections set old_value = '-5'")
    assert rules(bench) == [("K601", FEB), ("M406", FEB)]


def test_a_zone_that_only_warns_of_k601_lets_it_excuse(bench: Bench) -> None:
    setting = {"rule": "K601", "severity": "warning"}
    bench.zone = bench.zone.model_validate(
        bench.zone.model_dump(by_alias=True)
        | {"rules": [setting], "thresholds": bench.zone.thresholds}
    )
    amounts(bench, 6, 7)
    correct(bench, "6亿元", "7亿元", approver="李四")
    assert rules(bench) == []


# --- whose row it names --------------------------------------------------------------------------


def test_another_unit_s_row_can_t_be_corrected(bench: Bench) -> None:
    amounts(bench, 6, 7)
    key = correct(bench, "6亿元", "7亿元", OTHER)
    assert rules(bench) == [("K601", FEB), ("M403", FEB)]
    (one,) = [one for one in bench.all() if one.rule == "K601"]
    assert (one.submission, one.field, one.holds) == (key, "row_key", False)
    assert one.message == f"{P1} 是招商局在《签约项目月报表》中填报的行，不能由经济发展局更正。"


def test_an_office_that_the_zone_names_may_correct_it(bench: Bench) -> None:
    filing = bench.zone.filing.model_copy(update={"may_correct": ("经发局",)})
    bench.zone = bench.zone.model_copy(update={"filing": filing})
    amounts(bench, 6, 7)
    correct(bench, "6亿元", "7亿元", OTHER)
    assert rules(bench) == []


def test_a_partner_corrects_its_own_row_alone(bench: Bench) -> None:
    """Both have a row of the project; what the other's holds doesn't matter."""
    amounts(bench, 6, 7)
    for month, amount in ((JAN, 5), (FEB, 4)):
        bench.file(
            "signed_projects", OTHER, month,
            {"contract_amount_cny": amount * YI, "role": "协办"},
        )  # fmt: skip
    correct(bench, "5亿元", "4亿元", OTHER)
    assert rules(bench) == [("M403", FEB)]
    correct(bench, "5亿元", "4亿元", UNIT, correction_no="GZ-2")
    assert rules(bench) == [("K601", FEB), ("M403", FEB)]


def test_another_unit_s_row_is_not_said_while_the_own_is_missing(bench: Bench) -> None:
    bench.house.owes(OTHER, "signed_projects")
    amounts(bench, 6, 6)
    correct(bench, "5亿元", "4亿元", OTHER)
    assert rules(bench) == []


# --- corrections that follow each other ----------------------------------------------------------


@pytest.mark.parametrize(("amount", "errors"), [(6, 0), (7, 0), (8, 0), (9, 2)])
def test_the_old_value_may_be_what_an_earlier_one_gave(
    bench: Bench, amount: int, errors: int
) -> None:
    amounts(bench, amount, amount)
    correct(bench, "6亿元", "7亿元")
    correct(bench, "7亿元", "8亿元", correction_no="GZ-2", filed_on=day("2021-03-02"))
    assert [one.rule for one in bench.of("K601")] == ["K601"] * errors


def test_the_earlier_one_must_be_in_force_and_earlier(bench: Bench) -> None:
    amounts(bench, 6, 6)
    correct(bench, "6亿元", "7亿元", approver="李四")
    later: dict[str, Any] = {"correction_no": "GZ-2", "filed_on": day("2021-03-02")}
    second = correct(bench, "7亿元", "8亿元", **later)
    assert [one.submission for one in bench.of("K601") if one.field == "new_value"] == [second]
    bench.house.con.execute("update rows.corrections set approver = '张三'")
    assert bench.of("K601") == []
    bench.house.con.execute(
        "update rows.corrections set filed_on = '2021-02-01' where correction_no = 'GZ-2'"
    )
    assert [one.submission for one in bench.of("K601")] == [second]


def test_another_row_s_correction_gives_nothing(bench: Bench) -> None:
    amounts(bench, 6, 6)
    bench.file("signed_projects", UNIT, MAR, {"project_id": P2, "contract_amount_cny": 6 * YI})
    correct(bench, "6亿元", "7亿元", row_key=P2, report_month=day("2021-03-01"))
    second = correct(bench, "7亿元", "8亿元", correction_no="GZ-2")
    assert [one.submission for one in bench.of("K601")] == [second]


def test_the_next_month_s_correction_goes_on_with_a_project(bench: Bench) -> None:
    amounts(bench, 6, 6, 6)
    correct(bench, "6亿元", "7亿元")
    correct(
        bench, "7亿元", "8亿元", correction_no="GZ-2", report_month=day("2021-03-01"),
        filed_on=day("2021-04-01"), approved_on=day("2021-04-02"),
    )  # fmt: skip
    assert bench.of("K601") == []


# --- the number that a payment names -------------------------------------------------------------


def test_an_unknown_number_is_not_saved_by_another_correction(bench: Bench) -> None:
    """A correction of the month before let it pass."""
    bench.file("paid_in", UNIT, JAN, paid(9, 9))
    bench.file("paid_in", UNIT, FEB, paid(-5, 4, correction_no="GZ-9"))
    form: dict[str, Any] = {
        "return_slug": PAID,
        "field": "本月实到投资额",
        "report_month": day("2021-01-01"),
    }
    correct(bench, "9", "4", **form)
    (one,) = [one for one in bench.all() if one.rule == "M406"]
    assert (one.field, one.holds) == ("paid_month_cny", True)
    assert "更正单“GZ-9”不在有效的数据更正单中" in one.message
    bench.house.con.execute("update rows.paid_in set correction_no = null")
    assert rules(bench) == []


def test_a_number_is_known_where_its_correction_names_project_and_return(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(9, 9, correction_no="gz-1"))
    (one,) = bench.of("M406")
    assert (one.field, one.value, one.holds) == ("correction_no", "gz-1", True)
    assert (
        one.message == f"更正单“gz-1”不在有效的数据更正单中，或不是更正项目 {P1} 的实到资金月报表。"
    )
    form: dict[str, Any] = {"field": "凭证编号", "report_month": day("2021-01-01")}
    correct(bench, "甲", "乙", **form)
    assert len(bench.of("M406")) == 1  # of another return
    bench.house.con.execute("update rows.corrections set return_slug = ?", [PAID])
    assert bench.of("M406") == []


def test_one_in_error_is_known_where_there_is_nothing_to_excuse(bench: Bench) -> None:
    """One fault, one finding: the payment that names it is not held for a slip in the form."""
    bench.file("paid_in", UNIT, FEB, paid(9, 9, correction_no="GZ-1"))
    key = correct(bench, "1", "2", return_slug=PAID, field="本月实到投资额")
    assert rules(bench) == [("K601", FEB)]
    bench.house.hold(key, 5, "R101")
    assert [one.rule for one in bench.of("M406")] == ["M406"]


def test_a_correction_of_another_field_excuses_no_refund(bench: Bench) -> None:
    bench.file("paid_in", UNIT, JAN, paid(-5, -5, correction_no="GZ-1"))
    correct(bench, "甲", "乙", return_slug=PAID, field="凭证编号")
    assert [one.field for one in bench.of("M406")] == ["paid_month_cny"]


# --- X210: the order of the three amounts --------------------------------------------------------


def test_x210_each_amount_holds_the_one_before(bench: Bench) -> None:
    key = bench.file(
        "paid_in", UNIT, FEB, paid(10, 9, 9), paid(9, 10, 9, project_id=P2), paid(9, 9, 9)
    )
    found = bench.of("X210")
    assert [(one.submission, one.cell, one.severity, one.holds) for one in found] == [
        (key, "F5", "error", True),
        (key, "G6", "error", True),
    ]
    assert found[0].message == "本年累计 9万元 小于本月 10万元。"
    assert found[1].message == "自签约累计 9万元 小于本年累计 10万元。"


def test_x210_is_silent_after_a_negative_month_of_the_year(bench: Bench) -> None:
    for month, row in ((JAN, paid(100, 100)), (FEB, paid(-150, -50)), (MAR, paid(80, 30))):
        bench.file("paid_in", UNIT, month, row)
    assert bench.of("X210") == []


def test_x210_of_last_year_s_negative_month_only_the_second_part_is_silent(bench: Bench) -> None:
    bench.file("paid_in", UNIT, DEC, paid(-150, -50, -50))
    bench.file("paid_in", UNIT, JAN, paid(80, 80, 30))
    assert bench.of("X210") == []
    bench.house.con.execute("update rows.paid_in set paid_ytd_cny = 0 where paid_month_cny > 0")
    assert bench.places("X210") == [("s002", "paid_ytd_cny")]


def test_x210_a_later_month_or_another_project_s_excuses_nothing(bench: Bench) -> None:
    first = bench.file("paid_in", UNIT, JAN, paid(100, 90, 90), paid(-5, -5, project_id=P2))
    bench.file("paid_in", UNIT, FEB, paid(-10, 80, 80))
    assert bench.places("X210") == [(first, "paid_ytd_cny")]


def test_x210_amounts_that_are_missing_are_said_elsewhere(bench: Bench) -> None:
    bench.file(
        "paid_in", UNIT, JAN,
        {"paid_ytd_cny": None}, {"project_id": P2, "paid_month_cny": None, "paid_total_cny": None},
    )  # fmt: skip
    assert bench.of("X210") == []


def test_after_a_corrected_minus_the_year_s_money_is_whole(drop: Drop) -> None:
    rows: dict[str, dict[str, Any]] = {
        JAN: {"paid_month_cny": 100, "paid_ytd_cny": 100, "paid_total_cny": 100},
        FEB: {
            "paid_month_cny": -150, "paid_ytd_cny": -50, "paid_total_cny": -50,
            "correction_no": "GZ-1",
        },
        MAR: {"paid_month_cny": 80, "paid_ytd_cny": 30, "paid_total_cny": 30},
    }  # fmt: skip
    for n, (month, row) in enumerate(rows.items(), start=1):
        drop.put(f"{month}/签约.xlsx", "signed_projects", UNIT, month, [{}])
        drop.put(f"{month}/实到.xlsx", "paid_in", UNIT, month, [row | {"evidence_no": str(n)}])
    form = {
        "correction_no": "GZ-1", "report_month": FEB, "return_slug": PAID, "row_key": P1,
        "field": "本月实到投资额", "old_value": "0", "new_value": "-150",
        "method": "本期调整(已通报)", "reason": "退款", "filed_on": "2021-03-01", "approver": "丁",
        "approved_on": "2021-03-02",
    }  # fmt: skip
    drop.put("更正.xlsx", "corrections", UNIT, FEB, [form])
    drop.refresh()
    assert drop.query("select rule, cell from mart.findings where severity = 'error'") == []
    assert drop.value("ZS02", MAR) == Decimal("0.003")
