"""What counts no more asks nothing more: its reply, its receipt and the refresh say what became of it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk, table_of
from past import assert_sound

from flows.ask import decisions
from flows.ground.settings import BEIJING
from flows.month import todo
from flows.publish.current import open_release
from guoban.cli import run_command
from guoban.words import is_chinese

pytestmark = pytest.mark.slow

A, FEB, DAY = "招商局", "2021-02", "2021-03-01"
NAME = f"{FEB}/{A}/签约.xlsx"
# An error in the one row that is held back, a warning in another.
WRONG = {"project_id": "GCKF-2021-0001", "contract_amount_cny": "约7亿"}
ODD = {
    "project_id": "GCKF-2021-0002",
    "project_name": "电池材料",
    "investor": "远山公司",
    "contract_type": "框架协议",
}
SOUND = {"project_id": "GCKF-2021-0001", "contract_amount_cny": 70_000}
NOT_ASKED = "所提意见不再要求处理"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def sign(desk: Desk, name: str, *rows: dict[str, Any]) -> None:
    """招商局's contracts of February come in."""
    desk.put(name, "signed_projects", A, FEB, list(rows), filed_on=DAY)
    desk.answer()


def reply(desk: Desk, name: str) -> Path:
    return desk.warehouse.replies / FEB / A / f"{Path(name).name}.reply.xlsx"


def lines(path: Path) -> list[str]:
    """The first sheet's rows, the cells of each joined."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return ["|".join(str(one) for one in row if one is not None) for row in sheet.values]


def asked_in(path: Path) -> list[tuple[str, str]]:
    """The errors and warnings of a reply that still ask for something, with what they ask."""
    rows = table_of(openpyxl.load_workbook(path).worksheets[0])
    return [
        (row["编号"].value, row["处理办法"].value)
        for row in rows
        if row["程度"].value in {"错误", "警告"}
        or row["处理办法"].value not in {None, "无需处理。"}
    ]


def number_of(desk: Desk, name: str) -> str:
    found = desk.query(
        "select submission_id from mart.submissions where file = ? order by received_at", [name]
    )
    return str(found[0][0])


def withdraw(desk: Desk, name: str) -> None:
    decisions.withdraw(desk.warehouse, number_of(desk, name), "报错了，见13812345678", "张三")


def receipt(desk: Desk) -> list[str]:
    return lines(desk.warehouse.replies / FEB / A / "回执.xlsx")


def test_a_withdrawn_file_says_by_whom_and_why_and_asks_nothing(desk: Desk) -> None:
    sign(desk, NAME, WRONG, ODD)
    path = reply(desk, NAME)
    assert {rule for rule, _ in asked_in(path)} >= {"R110", "X211"}
    said = "select message from mart.findings where submission_id is not null"
    before = desk.query(said)
    withdraw(desk, NAME)
    desk.answer()
    today = f"{dt.datetime.now(dt.timezone(dt.timedelta(hours=8))):%Y-%m-%d}"
    words = f"已撤回（张三，{today}，理由：报错了，见138****5678）"
    told = lines(path)
    assert told[2].startswith(words)
    assert not any("改正办法" in line for line in told)
    assert any("请勿再报送本工作簿" in line for line in told)
    assert asked_in(path) == []
    # What was found stays on record.
    assert set(desk.query(said)) == set(before)
    assert desk.result(NAME).status == "unchanged"
    assert desk.result(NAME).ended == words
    assert "　　" + words in receipt(desk)
    assert any(NOT_ASKED in line for line in receipt(desk))

    decisions.restore(desk.warehouse, number_of(desk, NAME), "没有报错", "张三")
    desk.answer()
    assert {rule for rule, _ in asked_in(path)} >= {"R110", "X211"}
    assert any("改正办法" in line for line in lines(path))
    assert not any(NOT_ASKED in line for line in receipt(desk))


def test_a_replaced_file_says_which_version_counts(desk: Desk) -> None:
    """Corrected in a file of another name, in one of the same name, and taken back again."""
    other = f"{FEB}/{A}/重报.xlsx"
    sign(desk, NAME, WRONG, ODD)
    sign(desk, other, SOUND, ODD)
    path = reply(desk, NAME)
    assert lines(path)[2].startswith(f"已被替代，现采用第2版（文件“{other}”）")
    assert asked_in(path) == []
    assert asked_in(reply(desk, other)) != []
    (row,) = [
        line for line in receipt(desk) if NAME in line and "已被替代" in line and "否" in line
    ]
    assert "有待说明" not in row
    assert any("已被替代1份" in line for line in receipt(desk))

    sign(desk, NAME, SOUND, {**ODD, "contract_type": "正式合同"})
    for one in (NAME, other):
        assert lines(reply(desk, one))[2].startswith(f"已被替代，现采用第3版（文件“{NAME}”）")
        assert asked_in(reply(desk, one)) == []
    assert_sound(desk)
    newest = desk.query("select submission_id from mart.submissions where version = 3")
    decisions.withdraw(desk.warehouse, str(newest[0][0]), "报错", "张三")
    desk.answer()
    assert asked_in(reply(desk, other)) != []
    assert lines(path)[2].startswith(f"已被替代，现采用第2版（文件“{other}”）")


def test_only_replies_of_what_came_to_stand_otherwise_are_made_again(desk: Desk) -> None:
    sign(desk, NAME, WRONG, ODD)
    desk.put("别的.xlsx", "signed_projects", "经济发展局", FEB, [ODD])
    desk.answer()

    def stamps() -> dict[str, int]:
        found = (desk.warehouse.replies / FEB).glob("*/*.reply.xlsx")
        return {path.name: path.stat().st_mtime_ns for path in found}

    before = stamps()
    assert len(before) == 2
    withdraw(desk, NAME)
    desk.answer()
    after = stamps()
    assert {name for name, stamp in after.items() if stamp != before[name]} == {
        reply(desk, NAME).name
    }
    desk.answer()
    assert stamps() == after


def test_the_reply_of_a_later_file_at_its_path_stays(desk: Desk) -> None:
    """The earlier file's reply is not there any more; that it ended is nothing about the later one."""
    sign(desk, NAME, WRONG, ODD)
    sign(desk, NAME, SOUND, ODD)
    assert [rule for rule, _ in asked_in(reply(desk, NAME))] == ["X211"]
    assert not any("已被替代" in line for line in lines(reply(desk, NAME)))


def test_a_working_database_that_is_made_anew_knows_what_ended(desk: Desk) -> None:
    sign(desk, NAME, WRONG, ODD)
    withdraw(desk, NAME)
    desk.warehouse.working_database.unlink()
    desk.answer()
    assert asked_in(reply(desk, NAME)) == []


def test_of_a_file_with_several_returns_one_ends(desk: Desk) -> None:
    """The other goes on asking, and how to correct it is said."""
    desk.put(NAME, "signed_projects", A, FEB, [ODD], filed_on=DAY)
    desk.put("二.xlsx", "signed_projects", A, "2021-03", [ODD], filed_on="2021-04-01")

    def with_second_month(sheet: Any) -> None:
        second = openpyxl.load_workbook(desk.raw / "二.xlsx").worksheets[0]
        target = sheet.parent.create_sheet("三月")
        for line in second.iter_rows():
            for cell in line:
                target[cell.coordinate] = cell.value

    desk.edit(NAME, with_second_month)
    (desk.raw / "二.xlsx").unlink()
    desk.answer()
    found = desk.query(
        "select submission_id from mart.submissions where report_month = '2021-02-01'"
    )
    decisions.withdraw(desk.warehouse, str(found[0][0]), "报错", "张三")
    desk.answer()
    told = lines(reply(desk, NAME))
    assert told[2].startswith("签约项目月报表：已撤回（张三")
    assert any("改正办法" in line for line in told)
    assert [rule for rule, _ in asked_in(reply(desk, NAME)) if rule == "X211"] == ["X211"]


@pytest.mark.parametrize(
    ("language", "status"), [("zh_CN.UTF-8", "内容未变"), ("C.UTF-8", "unchanged")]
)
def test_a_refresh_over_it_says_so_in_a_line(
    desk: Desk,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    status: str,
) -> None:
    sign(desk, NAME, WRONG)
    withdraw(desk, NAME)
    monkeypatch.setenv("LC_ALL", language)
    is_chinese.cache_clear()
    places: Sequence[str] = (
        "--raw", str(desk.raw), "--warehouse", str(desk.settings.warehouse), "--orchestrator", "none",
    )  # fmt: skip
    monkeypatch.setenv("GUOBAN_SETTLE_SECONDS", "0")
    for command in (["refresh"], ["refresh"], ["check", str(desk.raw / NAME)]):
        capsys.readouterr()
        run_command([*command, *places])
        out = capsys.readouterr().out
        assert "R110" not in out
        assert "已撤回（张三" in out
        assert status in out
    is_chinese.cache_clear()


def test_in_one_refresh_the_version_that_was_replaced_is_told_as_such(desk: Desk) -> None:
    desk.put("一.xlsx", "signed_projects", A, FEB, [WRONG, ODD], filed_on="2021-02-28")
    sign(desk, "二.xlsx", SOUND, ODD)
    first = desk.result("一.xlsx")
    assert first.ended == "已被替代，现采用第2版（文件“二.xlsx”）"
    assert first.is_replaced
    assert [one.rule for one in first.told if one.is_error] == []
    assert desk.last is not None
    assert (True, 1) in {(one.is_replaced, one.submissions) for one in desk.last.by_status}


def test_a_version_in_doubt_is_asked_the_same_everywhere(desk: Desk) -> None:
    """In its reply, in the receipt, and in what the department is to do."""
    rows = [{"project_id": f"GCKF-2021-000{number}"} for number in (1, 2, 3)]
    sign(desk, NAME, *rows)
    sign(desk, f"{FEB}/{A}/二.xlsx", {"project_id": "GCKF-2021-0004"})
    (doubt,) = [one for one in desk.result(f"{FEB}/{A}/二.xlsx").findings if one.rule == "E014"]
    assert dict(asked_in(reply(desk, "二.xlsx")))["E014"] == doubt.suggestion
    asked = f"{doubt.message}现采用的仍是第1版（文件“{NAME}”）。{doubt.suggestion}"
    assert f"　　{asked}" in receipt(desk)
    month = dt.date(2021, 2, 1)
    with open_release(desk.settings.warehouse) as con:
        (mine,) = [one for one in todo.of_month(con, desk.zone, month) if one.department == A]
    assert [line for line in todo.text(mine, desk.zone, month) if asked in line]


def older(desk: Desk) -> dict[str, bytes]:
    """The replies that others took the place of, by name."""
    folder = desk.warehouse.replies / FEB / A / "旧"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_the_reply_that_another_takes_the_place_of_is_kept(desk: Desk) -> None:
    sign(desk, NAME, WRONG, ODD)
    path = reply(desk, NAME)
    first = path.read_bytes()
    modified = dt.datetime.fromtimestamp(path.stat().st_mtime, BEIJING)
    assert older(desk) == {}
    sign(desk, NAME, WRONG, {**ODD, "project_name": "电池"})
    assert path.read_bytes() != first
    kept = {f"签约.xlsx（{modified:%Y%m%d-%H%M%S}）.reply.xlsx": first}
    assert older(desk) == kept
    # Made again and the same, it takes nobody's place.
    desk.warehouse.working_database.unlink()
    desk.answer()
    assert older(desk) == kept


def test_two_replies_replaced_within_a_second_are_both_kept(desk: Desk) -> None:
    replaced = []
    for name in ("电池一", "电池二", "电池三"):
        sign(desk, NAME, WRONG, {**ODD, "project_name": name})
        path = reply(desk, NAME)
        os.utime(path, (1_612_137_600, 1_612_137_600))
        replaced.append(path.read_bytes())
    assert older(desk) == {
        "签约.xlsx（20210201-080000）.reply.xlsx": replaced[0],
        "签约.xlsx（20210201-080000-2）.reply.xlsx": replaced[1],
    }


def test_no_older_reply_is_put_where_a_link_leads(desk: Desk, tmp_path: Path) -> None:
    sign(desk, NAME, WRONG, ODD)
    path = reply(desk, NAME)
    first, elsewhere = path.read_bytes(), tmp_path / "别处"
    elsewhere.mkdir()
    (path.parent / "旧").symlink_to(elsewhere)
    sign(desk, NAME, WRONG, {**ODD, "project_name": "电池"})
    assert (path.read_bytes(), list(elsewhere.iterdir())) == (first, [])
    (path.parent / "旧").unlink()
    desk.answer()
    assert path.read_bytes() != first
    assert [*older(desk).values()] == [first]
