"""What a changed figure is put down to: the act that changed it, not whatever came at the time."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from drop import Drop, change_of
from past import as_of, assert_sound, house_of, newest_changes, now

from flows.answer.moves import lines_of
from flows.ask import decisions
from flows.month import changes
from flows.publish.current import open_release
from guoban.cli import run_command

pytestmark = pytest.mark.slow

A, B = "招商局", "经济发展局"
FIRST, SECOND, THIRD = (f"GCKF-2021-000{n}" for n in (1, 2, 3))
SIGNED_MAY = "2021-05/招商局/签约项目月报表.xlsx"
PAID_MARCH = "2021-03/经济发展局/实到资金月报表.xlsx"
TRIP_MARCH = "2021-03/党政办公室/外出招商台账.xlsx"
JANUARY, APRIL = dt.date(2021, 1, 1), dt.date(2021, 4, 1)


@pytest.fixture
def drop(drop: Drop) -> Iterator[Drop]:
    """Whatever is done: no row changes nothing, the rows add up, and all can be made again."""
    yield drop
    assert drop.query("select * from mart.figure_changes where old_value = new_value") == []
    assert_sound(drop)


def contract(key: str = FIRST, **more: Any) -> dict[str, Any]:
    return {"project_id": key, "project_name": f"项目{key}", "investor": f"{key}公司", **more}


def payment(paid: int, so_far: int, **more: Any) -> dict[str, Any]:
    """A month's payment of the first project, in 万元."""
    return {
        "project_id": FIRST,
        "project_name": f"项目{FIRST}",
        "paid_month_cny": paid,
        "paid_ytd_cny": so_far,
        "paid_total_cny": so_far,
        "evidence_no": f"凭证{paid}",
        **more,
    }


def correction(field: str, old: int, new: int, **more: Any) -> dict[str, Any]:
    """A correction of January's contract of the first project."""
    return {
        "correction_no": "GZ-1",
        "report_month": "2021-01",
        "return_slug": "签约项目月报表",
        "row_key": FIRST,
        "field": field,
        "old_value": str(old),
        "new_value": str(new),
        "method": "重报(未锁定)",
        "reason": "填错",
        "filed_on": "2021-03-01",
        "approver": "丁",
        "approved_on": "2021-03-02",
        **more,
    }


def sign(drop: Drop, name: str, department: str, *rows: dict[str, Any], month: str = "2021-01", **more: Any) -> None:  # fmt: skip
    drop.put(f"{month}/{name}.xlsx", "signed_projects", department, month, rows, **more)


def submission(drop: Drop, name: str) -> str:
    ((key,),) = drop.query(
        "select submission_id from mart.submissions where file like '%' || ?", [f"{name}.xlsx"]
    )
    return str(key)


def withdraw(drop: Drop, name: str) -> None:
    decisions.withdraw(house_of(drop), submission(drop, name), "报错了", "李四")


def test_a_correction_lets_a_payment_in_and_its_withdrawal_puts_it_out(drop: Drop) -> None:
    for month in ("2021-01", "2021-02"):
        sign(drop, "签约", A, contract(), month=month)
    drop.put("实到1.xlsx", "paid_in", A, "2021-01", [payment(1000, 1000)])
    drop.refresh()
    drop.put("实到2.xlsx", "paid_in", A, "2021-02", [payment(-200, 800, correction_no="GZ-1")])
    drop.refresh()
    assert newest_changes(drop, "2021-02") == []  # held: there is no such correction yet
    form = correction(
        "本月实到投资额", 1000, 800, return_slug="实到资金月报表", method="本期调整(已通报)"
    )
    drop.put("更正.xlsx", "corrections", A, "2021-02", [form])
    drop.refresh()
    ten, eight = Decimal("0.1"), Decimal("0.08")
    assert newest_changes(drop, "2021-02") == [("ZS02", ten, eight, "correction", "更正")]
    withdraw(drop, "更正")
    drop.refresh()
    assert newest_changes(drop, "2021-02") == [("ZS02", eight, ten, "withdrawal", "更正")]


@pytest.mark.nightly
def test_a_correction_answers_for_the_value_that_it_gives_and_for_no_later_one(drop: Drop) -> None:
    sign(drop, "一版", A, contract(contract_amount_cny=60000), contract(SECOND))
    drop.refresh()
    drop.put("更正.xlsx", "corrections", A, "2021-02", [correction("合同投资额", 60000, 60500)])
    drop.refresh()
    sign(drop, "二版", A, contract(contract_amount_cny=60500), contract(SECOND, role="协办"))
    drop.refresh()
    # Of one file, one row is the correction's and the other is the department's own.
    assert [one for one in newest_changes(drop) if one[0] == "ZS01"] == [
        ("ZS01", Decimal("12"), Decimal("12.05"), "correction", "更正"),
        ("ZS01", Decimal("12.05"), Decimal("6.05"), "resubmission", "二版"),
    ]
    sign(drop, "三版", A, contract(contract_amount_cny=61000), contract(SECOND, role="协办"))
    drop.refresh()
    assert newest_changes(drop) == [
        ("ZS01", Decimal("6.05"), Decimal("6.1"), "resubmission", "三版")
    ]
    ended = {"status": "终止", "ended_on": "2021-01-28", "remark": "投资方退出"}
    sign(
        drop, "四版", A, contract(contract_amount_cny=60500, **ended), contract(SECOND, role="协办")
    )
    drop.refresh()
    assert {one[3:] for one in newest_changes(drop)} == {("resubmission", "四版")}


def test_a_remark_does_not_answer_for_a_changed_definition(filed_year: Drop) -> None:
    thresholds = filed_year.zone.thresholds.model_copy(
        update={"major_project_cny": Decimal(6 * 10**8)}
    )
    filed_year.zone = filed_year.zone.model_copy(update={"thresholds": thresholds})
    filed_year.edit(SIGNED_MAY, change_of("GCKF-2021-0004", 备注="补充说明"))
    filed_year.refresh()
    assert newest_changes(filed_year, "2021-05") == [
        ("ZS05", Decimal(4), Decimal(3), "definition", None)
    ]


def test_the_setting_that_moved_a_figure_is_named(filed_year: Drop) -> None:
    thresholds = filed_year.zone.thresholds.model_copy(
        update={"major_project_cny": Decimal(6 * 10**8), "talk_project_cny": Decimal(2 * 10**8)}
    )
    contact = filed_year.zone.zone.model_copy(update={"contact": "综合科 张三"})
    filed_year.zone = filed_year.zone.model_copy(update={"thresholds": thresholds, "zone": contact})
    filed_year.refresh()
    named = dict(
        filed_year.query(
            "select distinct indicator_code, settings from mart.figure_changes "
            "where cause = 'definition'"
        )
    )
    major = "重大工业项目的起算额（thresholds.major_project）：5亿元→6亿元"
    assert named["ZS05"] == major
    assert (
        named["ZS04"]
        == named["ZS04a"]
        == "在谈项目的起算额（thresholds.talk_project）：1亿元→2亿元"
    )
    # The refresh says so, too.
    assert filed_year.last is not None
    assert major in "\n".join(lines_of(filed_year.last.moves, lambda english, _: english))
    assert named.keys() == {"ZS04", "ZS04a", "ZS05"}
    # It is on record: a working database made anew tells the same.
    house_of(filed_year).working_database.unlink()
    filed_year.refresh()
    assert (
        dict(
            filed_year.query(
                "select distinct indicator_code, settings from mart.figure_changes "
                "where cause = 'definition'"
            )
        )
        == named
    )


@pytest.mark.nightly
def test_a_definition_of_a_year_moves_that_year(drop: Drop) -> None:
    sign(drop, "一版", A, contract(contract_amount_cny=15000))
    drop.refresh()
    dated = drop.zone.thresholds.model_copy(update={"large_project_cny": Decimal(2 * 10**8)})
    for year, moved in (
        (2022, []),
        (2021, [("ZS03", Decimal(1), Decimal(0), "definition", None)]),
    ):
        thresholds = drop.zone.thresholds.model_copy(update={"years": {year: dated}})
        drop.zone = drop.zone.model_copy(update={"thresholds": thresholds})
        drop.refresh()
        assert newest_changes(drop) == moved
    assert drop.query("select distinct settings from mart.figure_changes") == [
        ("新引进项目的起算额（thresholds.2021.large_project）：无→2亿元",)
    ]


def test_each_row_is_told_with_what_moved_it(drop: Drop) -> None:
    """A definition and a decision in one refresh: neither is told with the other's rows."""
    sign(
        drop, "签约", A,
        contract(contract_amount_cny=12_000), contract(SECOND, contract_amount_cny=50_000),
        contract(THIRD, contract_amount_cny=50_000),
    )  # fmt: skip
    drop.refresh()
    thresholds = drop.zone.thresholds.model_copy(update={"large_project_cny": Decimal(2 * 10**8)})
    drop.zone = drop.zone.model_copy(update={"thresholds": thresholds})
    decisions.decide(house_of(drop), SECOND, THIRD, is_same=True, by="张三", unsuspected=True)
    drop.refresh()

    def rows_of(code: str) -> dict[str, list[str]]:
        with open_release(drop.settings.warehouse) as con:
            told = changes.of_month(con, JANUARY, ["全区"])
        return {
            one["cause"]: [row["row_key"] for row in one["rows"]]
            for one in told
            if one["indicator_code"] == code
        }

    known = rows_of("ZS03")
    assert known["definition"] == [FIRST]
    assert len(known["decision"]) == 1
    assert set(known["decision"]) < {SECOND, THIRD}
    # On record: a working database made anew tells the same.
    house_of(drop).working_database.unlink()
    drop.refresh()
    assert rows_of("ZS03") == known
    with open_release(drop.settings.warehouse) as con:
        told = [
            one["decided"] for one in changes.of_month(con, JANUARY) if one["cause"] == "decision"
        ]
    assert told
    assert all(
        one == [{"row_key": SECOND, "other_row_key": THIRD, "is_same": True}] for one in told
    )


def test_a_definition_and_a_file_in_one_refresh_are_told_apart(filed_year: Drop) -> None:
    thresholds = filed_year.zone.thresholds.model_copy(
        update={"major_project_cny": Decimal(6 * 10**8)}
    )
    filed_year.zone = filed_year.zone.model_copy(update={"thresholds": thresholds})
    filed_year.edit(SIGNED_MAY, change_of("GCKF-2021-0001", 合同投资额=9000))
    filed_year.refresh()
    causes = {(code, cause) for code, _, _, cause, _ in newest_changes(filed_year, "2021-05", A)}
    assert ("ZS05", "definition") in causes
    assert ("ZS01", "resubmission") in causes
    assert ("ZS01", "definition") not in causes


@pytest.mark.nightly
def test_a_version_is_no_cause_where_what_it_changed_says_nothing(drop: Drop) -> None:
    sign(drop, "一版", A, contract(contract_amount_cny=10000))
    drop.refresh()
    thresholds = drop.zone.thresholds.model_copy(update={"large_project_cny": Decimal(2 * 10**8)})
    drop.zone = drop.zone.model_copy(update={"thresholds": thresholds})
    sign(drop, "二版", A, contract(contract_amount_cny=10000, status="注册"))
    drop.refresh()
    # The amount is as it was: only the threshold leaves it out.
    assert newest_changes(drop) == [("ZS03", Decimal(1), Decimal(0), "definition", None)]


@pytest.mark.nightly
def test_what_happened_under_a_lock_is_told_when_it_is_lifted(filed_year: Drop) -> None:
    moment, before = now(), as_of(filed_year, now())
    decisions.lock(house_of(filed_year), APRIL, "张三")
    key = submission(filed_year, PAID_MARCH.removesuffix(".xlsx"))
    withdraw(filed_year, PAID_MARCH.removesuffix(".xlsx"))
    filed_year.refresh()
    assert newest_changes(filed_year, "2021-04") == []
    filed_year.edit(SIGNED_MAY, change_of("GCKF-2021-0004", 备注="补充说明"))
    filed_year.refresh()
    decisions.unlock(house_of(filed_year), APRIL, "核减", "张三")
    filed_year.refresh()
    expected = ("ZS02", Decimal("23.8"), Decimal("22.7"), "withdrawal")
    assert [one[:4] for one in newest_changes(filed_year, "2021-04")] == [expected]
    assert filed_year.query(
        "select distinct submission_id from mart.figure_changes where report_month = '2021-04-01'"
    ) == [(key,)]
    assert as_of(filed_year, moment) == before


@pytest.mark.nightly
def test_a_file_that_a_lock_turned_back_is_the_cause_when_it_is_taken_up(drop: Drop) -> None:
    for month, paid, so_far in (("2021-01", 1000, 1000), ("2021-02", 500, 1500)):
        sign(drop, "签约", A, contract(), month=month)
        drop.put(f"{month}.xlsx", "paid_in", A, month, [payment(paid, so_far)])
    drop.refresh()
    assert decisions.lock(house_of(drop), JANUARY, "张三") == []
    drop.put("补报.xlsx", "paid_in", A, "2021-01", [payment(900, 900)])
    drop.refresh()
    assert newest_changes(drop, "2021-02") == []
    decisions.unlock(house_of(drop), JANUARY, "核减", "张三")
    drop.refresh()
    down = (Decimal("0.1"), Decimal("0.09"))
    assert newest_changes(drop, "2021-01") == [("ZS02", *down, "resubmission", "补报")]
    # February adds January's payment up, and its own row no longer agrees with it: held.
    february = ("ZS02", Decimal("0.15"), Decimal("0.09"), "resubmission", "补报")
    assert newest_changes(drop, "2021-02") == [february]


@pytest.mark.nightly
def test_the_first_signer_s_withdrawal_lets_the_second_one_count(drop: Drop) -> None:
    same = {"investor": "同一公司"}
    sign(drop, "先签", A, contract(FIRST, **same))
    drop.refresh()
    sign(drop, "后签", B, contract(SECOND, **same))
    drop.refresh()
    sign(drop, "另签", "项目服务中心", contract(THIRD))
    drop.refresh()
    assert drop.value("ZS01", "2021-01") == Decimal(12)  # the duplicate is held back
    withdraw(drop, "先签")
    drop.refresh()
    # The zone's figure is what it was, so nothing is said of it.
    assert newest_changes(drop) == []
    assert drop.query("select distinct row_key from mart.headline_rows order by all") == [
        (SECOND,),
        (THIRD,),
    ]


@pytest.mark.nightly
def test_what_the_first_signer_leaves_out_lets_the_second_one_count(drop: Drop) -> None:
    same = {"investor": "同一公司"}
    sign(drop, "先签", A, contract(FIRST, **same), contract(THIRD))
    drop.refresh()
    sign(drop, "后签", B, contract(SECOND, **same))
    drop.refresh()
    sign(drop, "再报", A, contract(THIRD, contract_amount_cny=70000))
    drop.refresh()
    # One of 6 goes and one of 6 comes by the same file, and one grows.
    assert newest_changes(drop) == [("ZS01", Decimal(12), Decimal(13), "resubmission", "再报")]


@pytest.mark.nightly
def test_the_first_signer_s_withdrawal_is_told_of_each_department(drop: Drop) -> None:
    target = [
        {"department": one, "target": 20, "indicator": "合同", "indicator_code": "ZS01"}
        for one in ("全区", A, B)
    ]
    drop.put("目标.xlsx", "annual_targets", A, "2021-01", target)
    same = {"investor": "同一公司"}
    sign(drop, "先签", A, contract(FIRST, **same), contract(THIRD))
    drop.refresh()
    sign(drop, "后签", B, contract(SECOND, **same))
    drop.refresh()
    drop.put("二月.xlsx", "pipeline_projects", B, "2021-02", [])
    drop.refresh()
    withdraw(drop, "先签")
    drop.refresh()
    six, twelve = Decimal(6), Decimal(12)
    assert [one for one in newest_changes(drop) if one[0] == "ZS01"] == [
        ("ZS01", twelve, six, "withdrawal", "先签")
    ]
    assert {one[3:] for one in newest_changes(drop)} == {("withdrawal", "先签")}
    assert newest_changes(drop, department=A)[0] == ("ZS01", twelve, None, "withdrawal", "先签")
    # ZS03a too, which came with no row.
    assert [one[:1] + one[3:] for one in newest_changes(drop, department=B)] == [
        (code, "withdrawal", "先签") for code in ("ZS01", "ZS03", "ZS03a", "ZS05")
    ]


@pytest.mark.nightly
def test_new_settings_do_not_hide_what_a_withdrawal_did(drop: Drop) -> None:
    same = {"investor": "同一公司"}
    sign(drop, "先签", A, contract(FIRST, **same))
    sign(drop, "后签", B, contract(SECOND, **same), contract(THIRD, contract_amount_cny=50000))
    drop.refresh()
    drop.refresh()
    thresholds = drop.zone.thresholds.model_copy(update={"major_project_cny": Decimal(6 * 10**8)})
    drop.zone = drop.zone.model_copy(update={"thresholds": thresholds})
    withdraw(drop, "先签")
    drop.put("二月.xlsx", "signed_projects", B, "2021-02", [contract(THIRD)])
    drop.refresh()
    # One comes and one goes by the withdrawal; the third is too small by the new definition, though
    # a new file is about it as well.
    assert newest_changes(drop) == [("ZS05", Decimal(2), Decimal(1), "definition", None)]


@pytest.mark.nightly
def test_a_decision_that_frees_a_whole_return_is_the_cause(drop: Drop) -> None:
    same = {"investor": "同一公司"}
    sign(drop, "先签", A, contract(FIRST, **same))
    sign(drop, "后签", B, contract(SECOND, **same))
    drop.refresh()
    decisions.decide(house_of(drop), FIRST, SECOND, is_same=False, by="张三")
    drop.refresh()
    assert {one[3:] for one in newest_changes(drop)} == {("decision", None)}


@pytest.mark.nightly
def test_a_version_withdrawn_brings_back_the_one_before_it(drop: Drop) -> None:
    sign(drop, "一版", A, contract(contract_amount_cny=60000))
    drop.refresh()
    for amount, name in ((50000, "二版"), (40000, "三版")):
        sign(drop, name, A, contract(contract_amount_cny=amount))
        drop.refresh()
    for name, back in (("三版", 5), ("二版", 6)):
        withdraw(drop, name)
        drop.refresh()
        (found,) = (one for one in newest_changes(drop) if one[0] == "ZS01")
        assert found == ("ZS01", Decimal(back - 1), Decimal(back), "withdrawal", name)
    # What was taken out and comes right is the new version's doing.
    sign(drop, "四版", A, contract(contract_amount_cny=70000))
    drop.refresh()
    assert newest_changes(drop) == [("ZS01", Decimal(6), Decimal(7), "resubmission", "四版")]


@pytest.mark.nightly
def test_a_version_with_fewer_rows_withdrawn_brings_back_the_one_before_it(drop: Drop) -> None:
    sign(drop, "一版", A, contract(), contract(THIRD))
    sign(drop, "乙", B, contract(SECOND))
    drop.refresh()
    sign(drop, "二版", A, contract())
    drop.refresh()
    assert newest_changes(drop)[0] == ("ZS01", Decimal(18), Decimal(12), "resubmission", "二版")
    withdraw(drop, "二版")
    drop.refresh()
    assert newest_changes(drop)[0] == ("ZS01", Decimal(12), Decimal(18), "withdrawal", "二版")


@pytest.mark.nightly
def test_a_version_without_rows_is_in_doubt_and_changes_nothing(drop: Drop) -> None:
    """Withdrawn, neither does it, and with the one before it gone it stands."""
    sign(drop, "一版", A, contract())
    sign(drop, "乙", B, contract(SECOND))
    drop.refresh()
    sign(drop, "二版", A)
    drop.refresh()
    assert newest_changes(drop) == []
    withdraw(drop, "一版")
    drop.refresh()
    assert newest_changes(drop)[0] == ("ZS01", Decimal(12), Decimal(6), "withdrawal", "一版")


@pytest.mark.nightly
def test_a_target_is_put_down_to_the_form_that_names_it(drop: Drop) -> None:
    sign(drop, "签约", A, contract())

    def issue(name: str, scope: str, target: int, issued_on: str = "2021-01-08") -> None:
        row = {"department": scope, "target": target, "indicator": "合同", "issued_on": issued_on}
        drop.put(f"{name}.xlsx", "annual_targets", A, "2021-01", [row | {"doc_no": name}])

    issue("全年", "全区", 74)
    drop.refresh()
    issue("调整", "全区", 80, "2021-01-18")
    issue("单位", B, 10)
    drop.refresh()
    withdraw(drop, "调整")
    drop.refresh()
    assert drop.query(
        "select old_value, new_value, cause, file from mart.figure_changes "
        "join mart.submissions using (submission_id) where figure = 'target_value' "
        "order by publication_no"
    ) == [
        (Decimal(74), Decimal(80), "target", "调整.xlsx"),
        (Decimal(80), Decimal(74), "withdrawal", "调整.xlsx"),
    ]


def explained(
    drop: Drop, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[Decimal, Decimal]:
    """A secondary figure of April as it is told, and the sum of the rows told with it."""
    capsys.readouterr()
    run_command(["explain", *arguments, "--month", "2021-04", "--json", "--warehouse",
                 str(drop.settings.warehouse)])  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    value = Decimal(found["indicator"]["value"])
    return value, sum((Decimal(one["contribution"]) for one in found["rows"]), Decimal(0))


@pytest.mark.nightly
def test_the_rows_of_a_secondary_figure_stay_with_it(
    filed_year: Drop, capsys: pytest.CaptureFixture[str]
) -> None:
    moment = now()
    decisions.lock(house_of(filed_year), APRIL, "张三")
    filed_year.edit(TRIP_MARCH, change_of("WC-2021-02", 行程公里=9000))
    projects = filed_year.zone.projects.model_copy(update={"secretary_project": "GCKF-2021-0001"})
    filed_year.zone = filed_year.zone.model_copy(update={"projects": projects})
    filed_year.refresh()
    # May is open and follows; April is locked, in its figures and in their rows.
    rows = (
        "select sum(contribution) from detail.secondary_rows "
        "where indicator_code = 'outbound_distance' and report_month = ? and until_at is null"
    )
    assert filed_year.query(rows, ["2021-05-01"]) == [(Decimal("2.57"),)]
    for code, value in (("outbound_distance", "1.8"), ("secretary_problems_solved", "10")):
        expected = (Decimal(value), Decimal(value))
        assert explained(filed_year, capsys, code) == expected
        assert explained(filed_year, capsys, code, "--as-of", moment.isoformat()) == expected

    decisions.unlock(house_of(filed_year), APRIL, "核减", "张三")
    filed_year.refresh()
    assert explained(filed_year, capsys, "outbound_distance") == (Decimal("2.27"), Decimal("2.27"))
    assert explained(filed_year, capsys, "outbound_distance", "--as-of", moment.isoformat()) == (
        Decimal("1.8"),
        Decimal("1.8"),
    )
