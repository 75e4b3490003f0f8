"""T501, T502, K601 and B701: targets, corrections, and what was not received."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bench import Bench
from house import WAN

JAN, FEB, MAR = "2021-01", "2021-02", "2021-03"
UNIT, OTHER = "招商局", "经济发展局"
P1 = "GCKF-2021-0001"
FIVE = {"ZS01": 1, "ZS02": 1, "ZS03": 1, "ZS04": 1, "ZS05": 1}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# --- T501 ----------------------------------------------------------------------------------------


def test_t501_missing_and_zero(bench: Bench) -> None:
    bench.house.months(JAN)
    bench.house.targets("全区", **FIVE)
    bench.house.targets(UNIT, **(FIVE | {"ZS02": 0}))
    bench.house.targets(OTHER, **{code: 1 for code in FIVE if code != "ZS05"})
    found = bench.of("T501")
    assert [(one.month, one.department, one.return_name, one.severity) for one in found] == [
        (JAN, UNIT, "annual_targets", "warning"),
        (JAN, OTHER, "annual_targets", "warning"),
    ]
    assert found[0].message == "招商局的招商引资实到投资额（ZS02）目标值为 0，完成率显示“—”。"
    assert "没有目标值" in found[1].message
    assert [(one.submission, one.cell, one.holds) for one in found] == [(None, None, False)] * 2


def test_t501_the_zone_always_has_targets_to_have(bench: Bench) -> None:
    bench.house.months(JAN, FEB)
    assert [(one.month, one.department) for one in bench.of("T501")] == [
        *[(JAN, "全区")] * 5,
        *[(FEB, "全区")] * 5,
    ]


def test_t501_is_silent(bench: Bench) -> None:
    bench.house.months(JAN)
    bench.house.targets("全区", **FIVE)
    bench.house.owes(UNIT, "signed_projects")
    assert bench.of("T501") == []


# --- T502 ----------------------------------------------------------------------------------------


def target(issued_on: str, amount: int, **more: Any) -> dict[str, Any]:
    return {"department": UNIT, "target": Decimal(amount), "issued_on": day(issued_on), **more}


def test_t502_a_change_without_its_document(bench: Bench) -> None:
    bench.file("annual_targets", UNIT, JAN, target("2021-01-08", 10))
    later = bench.file("annual_targets", UNIT, MAR, target("2021-03-08", 12))
    (one,) = bench.of("T502")
    assert (one.submission, one.cell, one.severity, one.holds) == (later, "G5", "warning", False)
    assert one.message == "2021年招商局的 ZS01 目标由 10亿元 调整为 12亿元，没有填下达文号。"


def test_t502_says_so_too_where_a_unit_is_missing(bench: Bench) -> None:
    bench.file("annual_targets", UNIT, JAN, target("2021-01-08", 10))
    bench.file("annual_targets", UNIT, MAR, target("2021-03-08", 12, unit=None))
    (one,) = bench.of("T502")
    assert one.message == "2021年招商局的 ZS01 目标由 10亿元 调整为 12，没有填下达文号。"


def test_t502_a_change_under_the_old_date(bench: Bench) -> None:
    bench.file("annual_targets", UNIT, JAN, target("2021-01-08", 10, doc_no="1号"))
    later = bench.file("annual_targets", UNIT, JAN, target("2021-01-08", 12, doc_no="1号"))
    (one,) = bench.of("T502")
    assert (one.submission, one.field) == (later, "issued_on")
    assert "目标由 10亿元 改为 12亿元，下达日期仍是 2021-01-08" in one.message


def test_t502_compares_with_what_was_filed_last(bench: Bench) -> None:
    for amount in (9, 10, 12):
        bench.file("annual_targets", UNIT, JAN, target("2021-01-08", amount, doc_no="1号"))
    (one,) = bench.of("T502")
    assert "目标由 10亿元 改为 12亿元" in one.message


def test_t502_the_same_again_is_no_change(bench: Bench) -> None:
    for _ in range(2):
        bench.file("annual_targets", UNIT, JAN, target("2021-01-08", 10))
    assert bench.of("T502") == []


def test_t502_is_silent(bench: Bench) -> None:
    bench.file("annual_targets", UNIT, JAN, target("2021-01-08", 10))
    bench.file(
        "annual_targets",
        UNIT,
        MAR,
        target("2021-03-08", 12, doc_no="2号"),
        target("2021-04-08", 12),
        target("2021-03-08", 9, department=OTHER),
    )
    assert bench.of("T502") == []


# --- K601 ----------------------------------------------------------------------------------------


def correction(bench: Bench, **more: Any) -> str:
    """A sound correction of a payment: 3300 was stated, 3000 万元 is right."""
    row = {
        "correction_no": "GZ-1",
        "report_month": day("2021-03-01"),
        "return_slug": "实到资金月报表",
        "row_key": P1,
        "field": "本月实到投资额",
        "old_value": "3300",
        "new_value": "3000",
        "filed_on": day("2021-04-01"),
        "approver": "张三",
        "approved_on": day("2021-04-01"),
        **more,
    }
    return bench.file("corrections", UNIT, MAR, row, filler="李四")


def payment(bench: Bench, amount: int, month: str = MAR) -> None:
    bench.file("paid_in", UNIT, month, {"paid_month_cny": amount * WAN})


@pytest.mark.parametrize(("amount", "month"), [(3000, MAR), (3300, MAR), (3000, FEB), (3300, FEB)])
def test_k601_the_row_holds_the_new_value_or_the_old(bench: Bench, amount: int, month: str) -> None:
    payment(bench, amount, month)
    correction(bench)
    assert bench.of("K601") == []


@pytest.mark.parametrize("stated", ["3,000", "3000.00", "0.3亿元", "３０００万元", "30000000元"])
def test_k601_values_are_read_as_cells_are(bench: Bench, stated: str) -> None:
    payment(bench, 3000)
    correction(bench, new_value=stated)
    assert bench.of("K601") == []


def test_k601_the_row_holds_something_else(bench: Bench) -> None:
    payment(bench, 2999)
    key = correction(bench)
    (one,) = bench.of("K601")
    assert (one.submission, one.cell, one.severity, one.holds) == (key, "H5", "error", False)
    assert one.message == (
        f"{P1} 的“本月实到投资额”现为“2999万元”，既不是原值“3300”，也不是更正值“3000”。"
    )


def test_k601_of_what_is_not_filled_in(bench: Bench) -> None:
    payment(bench, 2999)
    correction(bench, old_value=None)
    (one,) = bench.of("K601")
    assert "既不是原值“空”，也不是更正值“3000”" in one.message
    bench.house.empty()
    # Without its month the row can't be looked for; that the month is missing is said already.
    correction(bench, report_month=None)
    assert bench.of("K601") == []


def test_k601_no_such_row(bench: Bench) -> None:
    payment(bench, 3000)
    key = correction(bench, row_key="GCKF-2021-0009")
    assert bench.places("K601") == [(key, "row_key")]


def test_k601_no_such_column(bench: Bench) -> None:
    payment(bench, 3000)
    correction(bench, field="到位")
    (one,) = bench.of("K601")
    assert (one.field, one.message) == ("field", "《实到资金月报表》没有“到位”这个栏目。")


def test_k601_a_row_whose_return_is_owed_is_not_missed(bench: Bench) -> None:
    bench.house.owes(UNIT, "paid_in")
    correction(bench)
    assert bench.of("K601") == []


def test_k601_a_row_of_before_anything_was_owed_is_missed(bench: Bench) -> None:
    bench.house.owes(UNIT, "paid_in", since="2021-03")
    correction(bench)
    correction(bench, report_month=day("2021-02-01"), correction_no="GZ-2")
    assert [one.field for one in bench.of("K601")] == ["row_key"]


def test_k601_changes_nothing(bench: Bench) -> None:
    payment(bench, 3000)
    key = correction(bench, old_value="3000万元")
    assert bench.places("K601") == [(key, "new_value")]


def test_k601_approved_by_its_filler_and_before_it_was_asked_for(bench: Bench) -> None:
    payment(bench, 3000)
    key = correction(bench, approver="李　四", approved_on=day("2021-03-31"))
    found = bench.of("K601")
    assert [(one.submission, one.field, one.holds) for one in found] == [
        (key, "approved_on", False),
        (key, "approver", False),
    ]
    assert found[0].message == "批准日期 2021-03-31 早于申请日期 2021-04-01。"


def test_k601_other_returns_and_their_keys(bench: Bench) -> None:
    bench.file(
        "outbound_visits",
        UNIT,
        MAR,
        {
            "trip_no": "WC-1",
            "visited_on": day("2021-03-02"),
            "org_name": "甲/乙公司",
            "city": "苏州市",
        },
    )
    named = {"return_slug": "外出走访企业明细表", "field": "地市", "new_value": "苏州 市"}
    correction(bench, row_key="WC-1、2021-03-02、甲/乙公司", old_value="无锡市", **named)
    assert bench.of("K601") == []
    # The month before counts for projects alone.
    correction(
        bench, row_key="WC-1/2021-03-02/甲/乙公司", report_month=day("2021-04-01"),
        correction_no="GZ-2", **named,
    )  # fmt: skip
    assert [one.field for one in bench.of("K601")] == ["row_key"]


def test_k601_empty_values(bench: Bench) -> None:
    bench.file("signed_projects", UNIT, MAR, {"started_on": None})
    correction(
        bench,
        return_slug="签约项目月报表",
        field="开工日期",
        old_value="空",
        new_value="2021年3月1日",
    )
    assert bench.of("K601") == []


# --- B701 ----------------------------------------------------------------------------------------


def test_b701_not_received(bench: Bench) -> None:
    bench.house.months(FEB)
    bench.house.owes(UNIT, "signed_projects", "paid_in")
    bench.house.owes(OTHER, "paid_in", since=FEB)
    bench.file("signed_projects", UNIT, JAN)
    bench.file("signed_projects", UNIT, FEB, {})
    bench.file("paid_in", UNIT, FEB, is_withdrawn=True, is_current=False, status="withdrawn")
    found = bench.of("B701")
    assert [(one.month, one.department, one.return_name, one.severity) for one in found] == [
        (JAN, UNIT, "paid_in", "warning"),
        (FEB, UNIT, "paid_in", "warning"),
        (FEB, OTHER, "paid_in", "warning"),
    ]
    assert [(one.submission, one.cell, one.holds) for one in found] == [(None, None, False)] * 3
    assert found[2].message == (
        "经济发展局 2021-02 的《实到资金月报表》没有收到（应于 2021-03-02 前报送），合计不完整。"
    )


def test_b701_is_silent_for_what_was_turned_back(bench: Bench) -> None:
    bench.house.months(JAN)
    bench.house.owes(UNIT, "paid_in")
    bench.file("paid_in", UNIT, JAN, is_accepted=False, is_current=False, status="rejected")
    assert bench.of("B701") == []
