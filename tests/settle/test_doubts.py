"""Versions in doubt are turned back until somebody explains them; parts of one return add up.

E014: rows that a new version lacks. E010: two files that can't be told apart. E004: a month that
file or folder contradict, and that is filed, or before the first that anybody owes. Each stands until an explanation comes back in a reply.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, explain
from drop import Drop
from past import assert_sound, house_of
from seldom import nightly

from flows.ask import decisions
from flows.ground.zone import RuleSetting
from schemas.rules import Severity

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

A, B = "招商局", "经济发展局"
JAN, FEB = "2021-01", "2021-02"
NOON = dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC).timestamp()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def sign(
    drop: Drop,
    name: str,
    numbers: Sequence[int],
    *,
    yi: int = 1,
    month: str = JAN,
    seconds: int = 0,
    **more: Any,
) -> Path:
    """招商局's contracts with these numbers, of so many 亿元 each, in a file of that time."""
    rows = [
        {
            "project_id": f"GCKF-2021-{number:04}",
            "project_name": f"项目{number}",
            "investor": f"客商{number}",
            "contract_amount_cny": yi * 10_000,
            **more,
        }
        for number in numbers
    ]
    path = drop.put(name, "signed_projects", A, month, rows)
    os.utime(path, (NOON + seconds, NOON + seconds))
    return path


def said(drop: Drop, name: str, rule: str) -> list[tuple[str, str]]:
    """Severity and message of a rule's findings of a file."""
    return [
        (str(one.severity), one.message) for one in drop.result(name).findings if one.rule == rule
    ]


def counted(drop: Drop, month: str = JAN) -> Decimal:
    return Decimal(drop.value("ZS01", month))


def withdraw(drop: Drop, name: str) -> None:
    """Takes a file's one submission out of the figures, and settles them anew."""
    found = drop.query("select submission_id from mart.submissions where file = ?", [name])
    ((submission,),) = found
    decisions.withdraw(house_of(drop), submission, "报错", "张三")
    drop.refresh()


# --- rows that a version lacks --------------------------------------------------------------------


@pytest.mark.nightly
def test_a_few_rows_less_are_named_with_their_sum(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2, 3, 4])
    drop.refresh()
    sign(drop, "二.xlsx", [1, 2], yi=2)
    drop.refresh()
    ((severity, words),) = said(drop, "二.xlsx", "E014")
    assert severity == Severity.WARNING
    assert "2行" in words
    assert "GCKF-2021-0003、GCKF-2021-0004，合同投资额合计20000万元" in words
    assert counted(drop) == 4
    assert_sound(drop)


@pytest.mark.parametrize(
    "left", [nightly([1]), [5, 6, 7, 8], nightly([])], ids=["one", "others", "nil"]
)
def test_a_version_that_lacks_most_rows_is_turned_back(drop: Drop, left: list[int]) -> None:
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.refresh()
    sign(drop, "一（更正）.xlsx", left, yi=2)
    drop.refresh()
    ((severity, words),) = said(drop, "一（更正）.xlsx", "E014")
    assert severity == Severity.ERROR
    assert words.endswith("，本表没有采用。")
    assert drop.result("一（更正）.xlsx").status == "rejected"
    assert counted(drop) == 3
    assert_sound(drop)


def test_rows_at_their_end_may_leave(drop: Drop) -> None:
    ended: dict[str, Any] = {"status": "终止", "ended_on": "2021-01-20", "remark": "资金未到位"}
    sign(drop, "一.xlsx", [1, 2], **ended)
    drop.refresh()
    sign(drop, "二.xlsx", [3])
    drop.refresh()
    assert said(drop, "二.xlsx", "E014") == []
    assert counted(drop) == 1


def test_rows_that_were_held_back_may_leave(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.edit("一.xlsx", {"A4": None, "A5": None})
    drop.refresh()
    sign(drop, "二.xlsx", [1])
    drop.refresh()
    assert said(drop, "二.xlsx", "E014") == []


def test_a_later_month_is_no_version(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.refresh()
    sign(drop, "二.xlsx", [4], month=FEB)
    drop.refresh()
    assert said(drop, "二.xlsx", "E014") == []


@pytest.mark.nightly
def test_a_zone_may_take_it_for_a_warning(drop: Drop) -> None:
    softer = RuleSetting(rule="E014", severity="warning")
    drop.zone = drop.zone.model_copy(update={"rules": (*drop.zone.rules, softer)})
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.refresh()
    sign(drop, "二.xlsx", [1], yi=2)
    drop.refresh()
    ((severity, words),) = said(drop, "二.xlsx", "E014")
    assert severity == Severity.WARNING
    assert words.endswith("缺少的过半。")
    assert counted(drop) == 2


@pytest.mark.nightly
def test_an_explanation_lets_the_version_stand(desk: Desk) -> None:
    sign(desk, "一.xlsx", [1, 2, 3])
    desk.answer()
    sign(desk, "二.xlsx", [1], yi=2)
    desk.answer()
    assert counted(desk) == 3
    explain(desk.reply_to("二.xlsx"), {"E014": "另两个项目已撤销"}, desk.raw / "回复.xlsx")
    desk.answer()
    assert counted(desk) == 2
    assert desk.result("回复.xlsx").status != "rejected"
    assert desk.query(
        "select severity, explanation from mart.findings where rule = 'E014' order by all"
    ) == [("warning", "另两个项目已撤销")]
    assert_sound(desk)
    # What is explained is that lack, not the next one.
    sign(desk, "三.xlsx", [7], yi=5)
    desk.answer()
    assert counted(desk) == 2
    assert_sound(desk)


@pytest.mark.nightly
def test_what_it_is_judged_by_withdrawn_it_is_in_doubt_no_more(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.refresh()
    sign(drop, "二.xlsx", [1], yi=2)
    drop.refresh()
    withdraw(drop, "一.xlsx")
    assert counted(drop) == 2
    assert_sound(drop)


def test_a_month_in_doubt_is_not_locked(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.refresh()
    sign(drop, "二.xlsx", [1], yi=2)
    drop.refresh()
    month = dt.date.fromisoformat(f"{JAN}-01")
    (blocking,) = decisions.lock(house_of(drop), month, "张三")
    assert "E014" in blocking
    sign(drop, "三.xlsx", [1, 2, 3], yi=3)
    drop.refresh()
    assert decisions.lock(house_of(drop), month, "张三") == []


@pytest.mark.nightly
def test_an_edit_of_the_zone_leaves_doubts_as_they_are(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.refresh()
    sign(drop, "二.xlsx", [1], yi=2)
    drop.refresh()
    thresholds = drop.zone.thresholds.model_copy(update={"large_project_cny": Decimal(1)})
    drop.zone = drop.zone.model_copy(update={"thresholds": thresholds})
    drop.refresh()
    assert counted(drop) == 3
    assert_sound(drop)


def test_ledgers_and_payments_too(drop: Drop) -> None:
    guests = [
        {"reception_no": f"JD-{n}", "visited_on": "2021-01-05", "org_name": f"公司{n}",
         "province": "广东", "visitors": 2}
        for n in range(3)
    ]  # fmt: skip
    drop.put("一.xlsx", "receptions", A, JAN, guests)
    paid = [{"project_id": f"GCKF-2021-000{n}", "evidence_no": f"{n}"} for n in range(3)]
    drop.put("资金.xlsx", "paid_in", A, JAN, paid)
    drop.refresh()
    drop.put("二.xlsx", "receptions", A, JAN, guests[:1])
    drop.put("资金2.xlsx", "paid_in", A, JAN, paid[:2])
    drop.refresh()
    ((severity, words),) = said(drop, "二.xlsx", "E014")
    assert severity == Severity.ERROR
    assert "JD-1、JD-2，客商人数合计4人次" in words
    ((severity, words),) = said(drop, "资金2.xlsx", "E014")
    assert severity == Severity.WARNING
    assert "本月实到投资额合计10000万元" in words


# --- files that nothing tells apart ---------------------------------------------------------------


def test_two_files_of_one_minute_are_both_turned_back(drop: Drop) -> None:
    sign(drop, "签约-省内.xlsx", [1, 2])
    sign(drop, "签约-省外.xlsx", [3], seconds=59)
    drop.refresh()
    for name in ("签约-省内.xlsx", "签约-省外.xlsx"):
        ((severity, _),) = said(drop, name, "E010")
        assert (severity, drop.result(name).status) == (Severity.ERROR, "rejected")
    assert drop.query("from mart.signed_projects") == []
    assert_sound(drop)


def test_the_version_before_stands_and_a_later_one_settles_it(drop: Drop) -> None:
    sign(drop, "零.xlsx", [1, 2])
    drop.refresh()
    sign(drop, "一.xlsx", [1, 2], yi=2)
    sign(drop, "二.xlsx", [1, 2], yi=3)
    drop.refresh()
    assert counted(drop) == 2
    sign(drop, "三.xlsx", [1, 2], yi=3)
    drop.edit("三.xlsx", {"A9": "注：以此为准"})
    drop.refresh()
    assert counted(drop) == 6
    assert_sound(drop)


@pytest.mark.nightly
def test_an_explanation_says_which_of_two_files_counts(desk: Desk) -> None:
    sign(desk, "一.xlsx", [1, 2], yi=2)
    sign(desk, "二.xlsx", [1, 2], yi=3)
    desk.answer()
    explain(desk.reply_to("一.xlsx"), {"E010": "以本表为准"}, desk.raw / "回复.xlsx")
    desk.answer()
    assert counted(desk) == 4
    assert_sound(desk)


@pytest.mark.nightly
def test_a_word_on_one_of_two_files_is_none_on_the_other(desk: Desk) -> None:
    sign(desk, "签约-省内.xlsx", [1, 2])
    sign(desk, "签约-省外.xlsx", [3], yi=5)
    desk.answer()
    explain(desk.reply_to("签约-省外.xlsx"), {"E010": "以本表为准"}, desk.raw / "回复.xlsx")
    desk.answer()
    assert counted(desk) == 5
    assert_sound(desk)


@pytest.mark.nightly
def test_words_on_both_of_two_files_leave_both_in_doubt(desk: Desk) -> None:
    names = ("签约-省内.xlsx", "签约-省外.xlsx")
    for number, name in enumerate(names, start=1):
        sign(desk, name, [number])
    desk.answer()
    for name in names:
        explain(desk.reply_to(name), {"E010": "以本表为准"}, desk.raw / f"回复{name}")
    desk.answer()
    assert desk.query("from mart.signed_projects") == []
    assert_sound(desk)


@pytest.mark.nightly
def test_of_two_files_one_withdrawn_leaves_the_other(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2], yi=2)
    sign(drop, "二.xlsx", [1, 2], yi=3)
    drop.refresh()
    withdraw(drop, "一.xlsx")
    assert counted(drop) == 6
    assert drop.query("from mart.findings where rule = 'E010'") == []
    assert drop.query("select file, version, status from mart.submissions order by all") == [
        ("一.xlsx", None, "withdrawn"),
        ("二.xlsx", 1, "accepted_with_warnings"),
    ]
    assert_sound(drop)


@pytest.mark.nightly
def test_nothing_more_is_said_of_a_version_withdrawn(drop: Drop) -> None:
    sign(drop, "一.xlsx", [1, 2, 3])
    drop.refresh()
    sign(drop, "二.xlsx", [1], yi=2)
    drop.refresh()
    withdraw(drop, "二.xlsx")
    assert counted(drop) == 3
    assert drop.query("from mart.findings where rule = 'E014'") == []
    sign(drop, "三.xlsx", [1, 2, 3], yi=3)
    drop.refresh()
    versions = "select version from mart.submissions where file = ?"
    assert drop.query(versions, ["三.xlsx"]) == [(2,)]
    assert_sound(drop)


@pytest.mark.parametrize(
    "second",
    [{"seconds": 61}, {"name": "二.xlsx"}],
    ids=["another minute", "the same rows"],
)
def test_what_can_be_told_apart_is_not_in_doubt(drop: Drop, second: dict[str, Any]) -> None:
    sign(drop, "一.xlsx", [1, 2], yi=2)
    is_other = "seconds" in second
    path = sign(drop, "二.xlsx", [1, 2], yi=3 if is_other else 2)
    drop.edit("二.xlsx", {"A9": "注"})
    moment = NOON + second.get("seconds", 0)
    os.utime(path, (moment, moment))
    drop.refresh()
    assert counted(drop) == (6 if is_other else 4)


# --- a month that its place contradicts -----------------------------------------------------------


@pytest.mark.nightly
def test_an_old_month_in_a_new_folder_does_not_replace_it(drop: Drop) -> None:
    sign(drop, "2021-01/招商局/签约.xlsx", [1, 2])
    drop.refresh()
    sign(drop, "2021-02/招商局/签约.xlsx", [1, 2, 3], yi=5)
    drop.refresh()
    name = "2021-02/招商局/签约.xlsx"
    assert [severity for severity, _ in said(drop, name, "E004")] == [
        Severity.ERROR,
        Severity.WARNING,
    ]
    assert counted(drop) == 2
    assert_sound(drop)


def test_an_old_month_in_a_new_folder_counts_where_nothing_is_filed(drop: Drop) -> None:
    sign(drop, "2021-02/招商局/签约.xlsx", [1, 2], yi=5)
    drop.refresh()
    found = said(drop, "2021-02/招商局/签约.xlsx", "E004")
    assert [severity for severity, _ in found] == [Severity.WARNING]
    assert counted(drop) == 10


@pytest.mark.nightly
def test_an_explanation_lets_an_old_month_replace_it(desk: Desk) -> None:
    sign(desk, "2021-01/招商局/签约.xlsx", [1, 2])
    desk.answer()
    sign(desk, "2021-02/招商局/签约.xlsx", [1, 2], yi=5)
    (reply,) = desk.answer()
    explain(reply, {"E004": "一月重报"}, desk.raw / "回复.xlsx")
    desk.answer()
    assert counted(desk) == 10
    assert_sound(desk)


@pytest.mark.nightly
def test_a_month_before_the_first_is_in_doubt_until_explained(desk: Desk) -> None:
    """Nobody owes anything for 2020-12 in this zone: a year mistyped would make months of its own."""
    sign(desk, "一月.xlsx", [1])
    desk.answer()
    sign(desk, "去年.xlsx", [2], month="2020-12", signed_on="2020-12-20")
    (reply,) = desk.answer()
    (said,) = [one for one in desk.findings("去年.xlsx") if one.severity == "error"]
    assert (said.rule, said.value) == ("E004", "2020-12")
    assert "2020年12月早于最早的应报月份2021年1月" in said.message
    assert desk.query("select min(report_month)::varchar from mart.months") == [("2021-01-01",)]
    explain(reply, {"E004": "上年数据，一并补报"}, desk.raw / "回复.xlsx")
    desk.refresh()
    assert desk.value("ZS01", "2020-12") == 1
    assert_sound(desk)


@pytest.mark.nightly
def test_a_word_on_one_part_s_month_is_none_on_the_other_s(desk: Desk) -> None:
    first, second = (f"2021-02/招商局/签约第{number}部分.xlsx" for number in "一二")
    sign(desk, "2021-01/招商局/签约.xlsx", [1, 2])
    desk.answer()
    sign(desk, first, [3], yi=5)
    sign(desk, second, [4], yi=7)
    desk.answer()
    assert counted(desk) == 2
    reply = desk.reply_to(first.rpartition("/")[2])
    explain(reply, {"E004": "一月补报"}, desk.raw / "签约第一部分（回复）.xlsx")
    desk.answer()
    assert counted(desk) == 7
    assert_sound(desk)


# --- parts ----------------------------------------------------------------------------------------


def test_parts_are_added_together(drop: Drop) -> None:
    sign(drop, "签约第一部分.xlsx", [1, 2])
    sign(drop, "签约第二部分.xlsx", [3])
    drop.refresh()
    assert counted(drop) == 3
    assert drop.query("select is_current from mart.submissions") == [(True,), (True,)]
    states = "select count(*) from mart.return_status where department = ? and return_name = ?"
    assert drop.query(f"{states} and state = 'late'", [A, "signed_projects"]) == [(1,)]
    assert_sound(drop)


@pytest.mark.nightly
def test_a_continuation_is_added_and_a_whole_return_replaces_all(drop: Drop) -> None:
    sign(drop, "签约.xlsx", [1, 2])
    drop.refresh()
    sign(drop, "签约（续表）.xlsx", [3])
    drop.refresh()
    assert counted(drop) == 3
    assert_sound(drop)
    sign(drop, "签约（续表）改.xlsx", [3], yi=4)
    drop.refresh()
    assert counted(drop) == 6
    assert_sound(drop)
    sign(drop, "签约全.xlsx", [1, 2], yi=2)
    drop.refresh()
    ((severity, words),) = said(drop, "签约全.xlsx", "E014")
    assert severity == Severity.WARNING
    assert "GCKF-2021-0003" in words
    assert counted(drop) == 4
    assert_sound(drop)


@pytest.mark.nightly
def test_a_version_says_what_it_replaces_and_what_it_is_added_to(drop: Drop) -> None:
    def versions() -> list[str]:
        return [
            words
            for (words,) in drop.query(
                "select message from mart.findings where rule = 'E010' order by message"
            )
        ]

    sign(drop, "签约第一部分.xlsx", [1])
    sign(drop, "签约第二部分.xlsx", [2])
    drop.refresh()
    added = "第2版，是报表的一部分，与其他部分合并计算。"
    assert versions() == [added]
    sign(drop, "签约第一部分改.xlsx", [1], yi=2)
    drop.refresh()
    anew = "第3版，是报表的一部分，替代第1版，与其他部分合并计算；旧版仍保存。"
    assert versions() == [added, anew]
    assert counted(drop) == 3
    sign(drop, "签约（续表）.xlsx", [3])
    sign(drop, "签约.xlsx", [1, 2], yi=4, seconds=90)
    drop.refresh()
    more = "第4版，是报表的一部分，与其他部分合并计算。"
    whole = "第5版，替代第3版，与同时报送的部分合并计算；旧版仍保存。"
    assert versions() == [added, anew, more, whole]
    assert counted(drop) == 9
    sign(drop, "签约第一部分再改.xlsx", [4])
    drop.refresh()
    after = "第6版，是报表的一部分，与其他部分合并计算。"
    assert versions() == [added, anew, more, whole, after]
    assert counted(drop) == 10
    assert_sound(drop)


@pytest.mark.nightly
def test_a_workbook_with_all_its_parts_replaces_what_stood(drop: Drop) -> None:
    sign(drop, "签约.xlsx", [1, 2])
    drop.refresh()
    sign(drop, "签约（分表）.xlsx", [1], yi=3)

    def in_parts(sheet: Any) -> None:
        second = sheet.parent.copy_worksheet(sheet)
        sheet.title, second.title = "第一部分", "第二部分"
        second["A3"], second["B3"], second["C3"] = "GCKF-2021-0002", "项目2", "客商2"

    drop.edit("签约（分表）.xlsx", in_parts)
    drop.refresh()
    assert said(drop, "签约（分表）.xlsx", "E014") == []
    assert counted(drop) == 6
    assert_sound(drop)


@pytest.mark.nightly
def test_a_part_with_rows_of_another_is_turned_back(drop: Drop) -> None:
    sign(drop, "签约.xlsx", [1, 2])
    drop.refresh()
    sign(drop, "签约第一部分.xlsx", [1], yi=7)
    drop.refresh()
    ((severity, _),) = said(drop, "签约第一部分.xlsx", "E010")
    assert severity == Severity.ERROR
    assert counted(drop) == 2
    assert_sound(drop)


@pytest.mark.nightly
def test_a_word_on_one_part_s_rows_is_none_on_the_other_s(desk: Desk) -> None:
    sign(desk, "签约.xlsx", [1, 2])
    desk.answer()
    sign(desk, "签约第一部分.xlsx", [1], yi=5)
    sign(desk, "签约第二部分.xlsx", [2], yi=7)
    desk.answer()
    assert counted(desk) == 2
    reply = desk.reply_to("签约第二部分.xlsx")
    explain(reply, {"E010": "以本表为准"}, desk.raw / "签约第二部分（回复）.xlsx")
    desk.answer()
    assert counted(desk) == 7
    assert_sound(desk)
