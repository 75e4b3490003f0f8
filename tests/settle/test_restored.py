"""A version made current again: withdrawn, replaced, or in doubt; and bytes that turn up again in vain.

A restored version stands behind all that had come by then, until a later one comes.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, table_of
from drop import Drop
from openpyxl import load_workbook
from past import assert_sound, house_of
from past import newest_changes as changes_of

import schemas
from flows.answer.template import write_template
from flows.ask import decisions
from flows.ground import judge
from flows.ground.settings import PROJECT
from flows.ground.zone import zone_of
from flows.store import warehouse
from flows.store.journal import Again, Journal, Receipt

pytestmark = pytest.mark.slow

A, B = "招商局", "经济发展局"
JAN = "2021-01"
ONE, OTHER = "GCKF-2021-0001", "GCKF-2021-0002"
NOON = dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC).timestamp()


def sign(drop: Drop, name: str, yi: int, *keys: str, seconds: int = 0, **more: Any) -> Path:
    rows = [
        {"project_id": key, "investor": key, "project_name": key,
         "contract_amount_cny": yi * 10_000, **more}
        for key in keys or (ONE,)
    ]  # fmt: skip
    path = drop.put(f"{name}.xlsx", "signed_projects", A, JAN, rows)
    os.utime(path, (NOON + seconds, NOON + seconds))
    return path


def versions(drop: Drop, *yi: int) -> None:
    """Versions of so many 亿元, each in a refresh of its own: 1.xlsx, 2.xlsx."""
    for number, amount in enumerate(yi, start=1):
        sign(drop, str(number), amount)
        drop.refresh()


def key_of(drop: Drop, name: str) -> str:
    ((key,),) = drop.query(
        "select submission_id from mart.submissions where file = ?", [f"{name}.xlsx"]
    )
    return str(key)


def restore(drop: Drop, name: str, *, and_refresh: bool = True) -> None:
    decisions.restore(house_of(drop), key_of(drop, name), "试", "张三")
    if and_refresh:
        drop.refresh()


def withdraw(drop: Drop, name: str, *, and_refresh: bool = True) -> None:
    decisions.withdraw(house_of(drop), key_of(drop, name), "试", "张三")
    if and_refresh:
        drop.refresh()


def counted(drop: Drop) -> Any:
    return drop.value("ZS01", JAN)


def warned(drop: Drop, name: str) -> list[str]:
    """What E010 warns of in what the last refresh tells of a file."""
    return [
        f"{one.message}{one.suggestion}"
        for one in drop.result(f"{name}.xlsx").findings
        if (one.rule, one.severity) == ("E010", "warning")
    ]


# --- restored ------------------------------------------------------------------------------------


def test_a_withdrawn_version_counts_again(drop: Drop) -> None:
    versions(drop, 6, 7)
    withdraw(drop, "2")
    assert counted(drop) == 6
    restore(drop, "2")
    assert counted(drop) == 7
    assert changes_of(drop)[0] == ("ZS01", Decimal(6), Decimal(7), "restoration", "2")
    assert drop.query("select file, version, is_current from mart.submissions order by all") == [
        ("1.xlsx", 1, False),
        ("2.xlsx", 2, True),
    ]
    assert drop.query('select act, "by", reason, submission_id from mart.acts order by act_no') == [
        ("withdrawal", "张三", "试", key_of(drop, "2")),
        ("restoration", "张三", "试", key_of(drop, "2")),
    ]
    assert_sound(drop)


@pytest.mark.nightly
def test_a_replaced_version_counts_until_a_later_one_comes(drop: Drop) -> None:
    versions(drop, 6, 7)
    restore(drop, "1")
    assert counted(drop) == 6
    assert changes_of(drop)[0] == ("ZS01", Decimal(7), Decimal(6), "restoration", "1")
    assert drop.query("select file, version, is_current from mart.submissions order by all") == [
        ("1.xlsx", 1, True),
        ("2.xlsx", 2, False),
    ]
    sign(drop, "3", 8)
    drop.refresh()
    assert counted(drop) == 8
    assert_sound(drop)


@pytest.mark.nightly
def test_a_mistaken_withdrawal_is_undone_before_any_refresh(drop: Drop) -> None:
    versions(drop, 6)
    withdraw(drop, "1", and_refresh=False)
    restore(drop, "1", and_refresh=False)
    assert list(drop.refresh().moves) == []
    assert counted(drop) == 6
    withdraw(drop, "1")
    assert drop.query("select status from mart.submissions") == [("withdrawn",)]
    assert_sound(drop)


@pytest.mark.nightly
def test_a_restored_version_withdrawn_leaves_the_one_before(drop: Drop) -> None:
    versions(drop, 6, 7)
    restore(drop, "1")
    withdraw(drop, "1")
    assert counted(drop) == 7
    restore(drop, "1")
    assert counted(drop) == 6
    assert_sound(drop)


@pytest.mark.nightly
def test_a_version_that_lacks_rows_counts_once_it_is_restored(drop: Drop) -> None:
    sign(drop, "全", 1, ONE, OTHER, "GCKF-2021-0003")
    drop.refresh()
    sign(drop, "少", 2, ONE)
    assert [one.submission_id for one in drop.refresh().doubts] == [key_of(drop, "少")]
    assert counted(drop) == 3
    restore(drop, "少")
    assert counted(drop) == 2
    assert drop.last is not None
    assert list(drop.last.doubts) == []
    assert drop.query("from mart.findings where rule = 'E014'") == []
    month = dt.date.fromisoformat(f"{JAN}-01")
    assert decisions.lock(house_of(drop), month, "张三") == []
    assert_sound(drop)


@pytest.mark.nightly
def test_of_two_files_that_nothing_tells_apart_the_restored_one_counts(drop: Drop) -> None:
    sign(drop, "甲", 6)
    sign(drop, "乙", 7)
    assert {one.file for one in drop.refresh().doubts} == {"甲.xlsx", "乙.xlsx"}
    restore(drop, "甲")
    assert counted(drop) == 6
    assert drop.last is not None
    assert list(drop.last.doubts) == []
    assert drop.query("from mart.findings where severity = 'error'") == []
    assert_sound(drop)


@pytest.mark.nightly
def test_an_old_month_in_a_new_folder_is_settled_by_a_word(drop: Drop) -> None:
    rows = [{"project_id": ONE, "contract_amount_cny": 60_000}]
    drop.put("2021-01/招商局/签约.xlsx", "signed_projects", A, JAN, rows)
    drop.refresh()
    rows[0]["contract_amount_cny"] = 70_000
    drop.put("2021-02/招商局/签约.xlsx", "signed_projects", A, JAN, rows)
    (doubt,) = drop.refresh().doubts
    assert (doubt.rule, doubt.standing_file) == ("E004", "2021-01/招商局/签约.xlsx")
    assert counted(drop) == 6
    decisions.restore(house_of(drop), doubt.submission_id, "一月重报", "张三")
    drop.refresh()
    assert counted(drop) == 7
    assert_sound(drop)


@pytest.mark.nightly
def test_a_later_version_settles_a_doubt(drop: Drop) -> None:
    sign(drop, "全", 1, ONE, OTHER, "GCKF-2021-0003")
    drop.refresh()
    sign(drop, "少", 2, ONE)
    drop.refresh()
    sign(drop, "全二", 3, ONE, OTHER, "GCKF-2021-0003")
    assert list(drop.refresh().doubts) == []


@pytest.mark.nightly
def test_a_whole_return_restored_keeps_the_parts_that_came_since(drop: Drop) -> None:
    sign(drop, "签约", 1, ONE)
    drop.refresh()
    sign(drop, "签约（续表）", 2, OTHER)
    drop.refresh()
    withdraw(drop, "签约")
    assert counted(drop) == 2
    restore(drop, "签约")
    assert counted(drop) == 3
    assert_sound(drop)


@pytest.mark.nightly
def test_a_target_restored_is_in_force_again(drop: Drop) -> None:
    def issue(name: str, value: int) -> None:
        row = {"department": "全区", "year": 2021, "indicator_code": "ZS01", "indicator": "合同",
               "target": value, "unit": "亿元", "doc_no": "号", "issued_on": "2021-01-06"}  # fmt: skip
        drop.put(f"{name}.xlsx", "annual_targets", A, JAN, [row])

    def target() -> Any:
        ((found,),) = drop.query(
            "select target_value from mart.headline_indicators "
            "where indicator_code = 'ZS01' and department = '全区'"
        )
        return found

    issue("目标", 10)
    sign(drop, "1", 6)
    drop.refresh()
    issue("目标二", 20)
    drop.refresh()
    assert target() == 20
    restore(drop, "目标")
    assert target() == 10
    assert_sound(drop)


@pytest.mark.parametrize("is_locked", [False, True])
@pytest.mark.nightly
def test_what_is_not_to_be_restored(drop: Drop, is_locked: bool) -> None:
    versions(drop, 6, 7)
    drop.put("错.xlsx", "signed_projects", A, JAN, [{"project_id": ONE, "sector": "天上"}])
    drop.refresh()
    names = ["2", "错"]
    if is_locked:
        month = dt.date.fromisoformat(f"{JAN}-01")
        # What is turned back keeps the month from being locked until it is settled.
        assert decisions.lock(house_of(drop), month, "张三") != []
        decisions.withdraw(house_of(drop), key_of(drop, "错"), "以第2版为准", "张三")
        drop.refresh()
        assert decisions.lock(house_of(drop), month, "张三") == []
        names = ["1"]
    for name in names:
        with pytest.raises(decisions.RefusedError):
            restore(drop, name)
    with pytest.raises(decisions.RefusedError, match="no submission"):
        decisions.restore(house_of(drop), "000099-1", "试", "张三")
    with pytest.raises(decisions.RefusedError, match="reason"):
        decisions.restore(house_of(drop), key_of(drop, "1"), " ", "张三")


def test_a_blank_template_does_not_replace_a_return(drop: Drop) -> None:
    """Put over what was filed, with the rows of the month before carried over, and as it is."""
    versions(drop, 6)
    model = schemas.by_name("signed_projects")
    month = dt.date.fromisoformat(f"{JAN}-01")
    for carried in ([], [{"project_id": ONE, "contract_amount_cny": Decimal(700_000_000)}]):
        write_template(model, drop.zone, A, month, drop.raw / "1.xlsx", carried)
        result = drop.refresh()
        assert list(result.moves) == []
        assert [one.rule for one in drop.result("1.xlsx").findings] == ["E012"]
        assert counted(drop) == 6
    assert drop.query("select version from mart.submissions where is_current") == [(1,)]


# --- bytes that turn up again --------------------------------------------------------------------


@pytest.mark.nightly
@pytest.mark.parametrize("is_upgraded", [False, True])
def test_bytes_of_a_withdrawn_version_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, is_upgraded: bool
) -> None:
    """Also in the very refresh in which another version judges all anew, in tables of its own."""
    path = sign(desk, "1", 6)
    desk.answer()
    withdraw(desk, "1")
    shutil.copyfile(path, desk.raw / "再报.xlsx")
    if is_upgraded:
        monkeypatch.setattr(warehouse, "tables_fingerprint", lambda: "another version's")
        monkeypatch.setattr(judge, "code_fingerprint", lambda: "another version's")
    desk.answer()
    assert desk.query("select status from mart.submissions") == [("withdrawn",)]
    (words,) = warned(desk, "再报")
    assert "该报表现在没有采用的版本" in words
    assert "请告知联系人，由其恢复" in words
    assert desk.last is not None
    assert [(one.submission_id, one.is_again) for one in desk.last.doubts] == [
        (key_of(desk, "1"), True)
    ]
    reply = house_of(desk).replies / JAN / A / "1.xlsx.reply.xlsx"
    assert any(
        "请告知联系人，由其恢复" in str(row["处理办法"].value)
        for row in table_of(load_workbook(reply).worksheets[0])
        if row["编号"].value == "E010"
    )
    assert_sound(desk)
    restore(desk, "1")
    assert counted(desk) == 6
    assert desk.query("from mart.findings where rule = 'E010' and severity = 'warning'") == []
    assert_sound(desk)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_bytes_of_the_first_version_come_again_after_the_second(drop: Drop) -> None:
    path = sign(drop, "1", 6)
    drop.refresh()
    sign(drop, "2", 7)
    drop.refresh()
    shutil.copyfile(path, drop.raw / "3.xlsx")
    drop.refresh()
    assert counted(drop) == 7
    (words,) = warned(drop, "3")
    assert "第1版" in words
    assert "第2版“2.xlsx”" in words
    assert "请告知联系人，由其恢复" in words
    # It is asked until somebody says something, or a later version comes.
    drop.refresh()
    assert drop.last is not None
    assert len(drop.last.doubts) == 1
    sign(drop, "4", 8)
    assert list(drop.refresh().doubts) == []
    assert_sound(drop)


@pytest.mark.nightly
def test_bytes_of_a_version_that_a_new_setting_replaces_come_again(drop: Drop) -> None:
    """By the settings before it counted, by those of now another one does: it is judged by these."""
    path = sign(drop, "1", 6)
    drop.refresh()
    row = {"project_id": ONE, "contract_amount_cny": 70_000}
    drop.put("2.xlsx", "signed_projects", "招商服务局", JAN, [row])
    drop.refresh()
    assert counted(drop) == 6
    before = (PROJECT / "zone.toml").read_text("utf-8")
    drop.zone = zone_of(re.sub(rf'(name = "{A}"\naliases = \[)', r'\1"招商服务局", ', before), "")
    shutil.copyfile(path, drop.raw / "3.xlsx")
    (doubt,) = drop.refresh().doubts
    assert counted(drop) == 7
    assert doubt.is_again
    assert len(warned(drop, "3")) == 1
    assert_sound(drop)


@pytest.mark.nightly
def test_what_lies_there_all_the_time_is_not_said_again(drop: Drop) -> None:
    versions(drop, 6, 7)
    drop.refresh()
    house_of(drop).working_database.unlink()
    drop.refresh()
    assert Journal(house_of(drop).journal).all(Again) == []


@pytest.mark.nightly
def test_bytes_in_a_folder_of_somebody_else_s(drop: Drop) -> None:
    rows = [{"project_id": ONE, "contract_amount_cny": 60_000}]
    path = drop.put("2021-01/招商局/签约.xlsx", "signed_projects", A, JAN, rows)
    drop.refresh()
    rows[0]["contract_amount_cny"] = 70_000
    drop.put("2021-01/招商局/重报.xlsx", "signed_projects", A, JAN, rows)
    drop.refresh()
    target = drop.raw / "2021-02/招商局/签约.xlsx"
    target.parent.mkdir(parents=True)
    shutil.copyfile(path, target)
    (doubt,) = drop.refresh().doubts
    assert doubt.is_again
    assert "2021-02/招商局/签约.xlsx" in doubt.message
    assert len(Journal(house_of(drop).journal).all(Receipt)) == 3
    assert_sound(drop)


# --- versions that only their time tells apart ---------------------------------------------------


@pytest.mark.nightly
def test_of_files_that_only_their_time_tells_apart_each_says_which_was_chosen(drop: Drop) -> None:
    sign(drop, "早", 6)
    sign(drop, "晚", 7, seconds=61)
    drop.refresh()
    assert counted(drop) == 7
    (early,), (late,) = warned(drop, "早"), warned(drop, "晚")
    assert "“晚.xlsx”" in early
    assert "采用修改时间最晚的“晚.xlsx”" in early
    assert "“早.xlsx”" in late
    assert "采用修改时间最晚的本表" in late
    assert_sound(drop)
    restore(drop, "早")
    assert counted(drop) == 6
    assert drop.query("from mart.findings where rule = 'E010' and severity = 'warning'") == []
    assert_sound(drop)


@pytest.mark.parametrize("told_by", ["rows", "day", "refresh"])
@pytest.mark.nightly
def test_what_something_else_tells_apart_is_not_warned_of(drop: Drop, told_by: str) -> None:
    path = sign(drop, "早", 6)
    if told_by == "day":
        drop.edit("早.xlsx", lambda sheet: _filed_on(sheet, "2021-05-31"))
        os.utime(path, (NOON, NOON))
    elif told_by == "refresh":
        drop.refresh()
    sign(drop, "晚", 6 if told_by == "rows" else 7, seconds=61)
    drop.refresh()
    assert drop.query("from mart.findings where rule = 'E010' and severity = 'warning'") == []


def _filed_on(sheet: Any, day: str) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if str(cell.value).startswith("报出日期"):
                cell.value = f"报出日期：{day}"


# --- decisions taken back ------------------------------------------------------------------------


def alike(drop: Drop) -> None:
    """Two projects of one investor, signed on one day for one amount: C307 suspects them."""
    for department, key in ((A, ONE), (B, OTHER)):
        row = {"project_id": key, "investor": "同一公司", "contract_amount_cny": 60_000}
        drop.put(f"{key}.xlsx", "signed_projects", department, JAN, [row])
        drop.refresh()


def test_a_decision_is_taken_back(drop: Drop) -> None:
    alike(drop)
    house = house_of(drop)
    assert counted(drop) == 6
    decisions.decide(house, ONE, OTHER, is_same=False, by="张三")
    drop.refresh()
    assert counted(drop) == 12
    decisions.decide(house, OTHER, ONE, is_same=None, by="张三")
    drop.refresh()
    assert counted(drop) == 6
    assert {one[3:] for one in changes_of(drop)} == {("decision", None)}
    assert len(drop.query("from mart.findings where rule = 'C307'")) == 1
    with pytest.raises(decisions.RefusedError, match="nothing is decided"):
        decisions.decide(house, OTHER, ONE, is_same=None, by="张三")
    assert_sound(drop)


def test_a_pair_that_nothing_suspects_is_not_decided_by_mistake(drop: Drop) -> None:
    alike(drop)
    row = {"project_id": "GCKF-2021-0009", "investor": "别的公司", "project_name": "别的项目"}
    drop.put("别的.xlsx", "signed_projects", "项目服务中心", JAN, [row])
    drop.refresh()
    house = house_of(drop)
    with pytest.raises(decisions.RefusedError, match="--unsuspected"):
        decisions.decide(house, ONE, "GCKF-2021-0009", is_same=True, by="张三")
    decisions.decide(house, ONE, "GCKF-2021-0009", is_same=True, by="张三", unsuspected=True)
    # What is decided may be decided anew.
    decisions.decide(house, ONE, "GCKF-2021-0009", is_same=False, by="张三")
    decisions.decide(house, ONE, OTHER, is_same=True, by="张三")
