"""Acts show what they are about and would move before anything is recorded, and ask on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from drop import Drop
from past import house_of

from flows.store.journal import Journal
from guoban.cli import run_command
from guoban.words import is_chinese

pytestmark = pytest.mark.slow

A, B = "招商局", "经济发展局"
JAN = "2021-01"
ONE, OTHER = "GCKF-2021-0001", "GCKF-2021-0002"
Said = tuple[int, str, str]
Guoban = Callable[..., Said]


@pytest.fixture
def guoban(
    drop: Drop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Guoban:
    """Calls a command; gives its status and what it printed."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    is_chinese.cache_clear()
    monkeypatch.setenv("GUOBAN_RAW", str(drop.settings.raw))
    monkeypatch.setenv("GUOBAN_WAREHOUSE", str(drop.settings.warehouse))
    monkeypatch.setenv("GUOBAN_ORCHESTRATOR", "none")
    monkeypatch.setenv("GUOBAN_SETTLE_SECONDS", "0")

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        status = run_command([str(one) for one in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """As if somebody sat there, who answers this."""

    def answering(words: str) -> None:
        for stream in (sys.stdin, sys.stdout):
            monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
        monkeypatch.setattr("typer.confirm", lambda *_, **__: words == "y")

    return answering


def sign(drop: Drop, name: str, yi: int, key: str = ONE, department: str = A, **more: Any) -> Path:
    row = {"project_id": key, "contract_amount_cny": yi * 10_000, **more}
    return drop.put(f"{name}.xlsx", "signed_projects", department, JAN, [row])


def versions(drop: Drop) -> None:
    for number, yi in ((1, 6), (2, 7)):
        sign(drop, str(number), yi)
        drop.refresh()


def key_of(drop: Drop, name: str) -> str:
    ((key,),) = drop.query(
        "select submission_id from mart.submissions where file = ?", [f"{name}.xlsx"]
    )
    return str(key)


def acts(drop: Drop) -> int:
    return len(Journal(house_of(drop).journal).acts())


def test_a_withdrawal_shows_what_goes_what_counts_then_and_what_moves(
    drop: Drop, guoban: Guoban
) -> None:
    versions(drop)
    status, out, _ = guoban("withdraw", key_of(drop, "2"), "--reason", "报错")
    assert (status, acts(drop)) == (0, 1)
    for words in (
        "2.xlsx", "签约项目月报表", A, "2021年1月", "version 2", "1 rows，合同投资额合计70000万元",
        f"What counts then: {key_of(drop, '1')} 1.xlsx", "合同投资额合计60000万元",
        "ZS01 招商引资合同投资额", "7 → 6亿元", "withdrawal",
    ):  # fmt: skip
        assert words in out, words
    moved = drop.refresh().moves
    assert {(one.old_value, one.new_value) for one in moved if one.indicator_code == "ZS01"} == {
        (Decimal(7), Decimal(6))
    }


def test_a_restoration_for_machines(drop: Drop, guoban: Guoban) -> None:
    versions(drop)
    status, out, _ = guoban("restore", key_of(drop, "1"), "--reason", "撤错了", "--json")
    told = json.loads(out)
    assert (status, told["done"], acts(drop)) == (0, True, 1)
    assert told["about"][0]["file"] == "1.xlsx"
    assert {
        (one["indicator_code"], one["figure"], one["old_value"][:1], one["new_value"][:1])
        for one in told["changes"]
    } == {("ZS01", "value", "7", "6")}
    assert {one["cause"] for one in told["changes"]} == {"restoration"}
    assert guoban("restore", key_of(drop, "1"), "--reason", "又一次")[0] == 1


def test_a_mistaken_withdrawal_taken_back_at_once_is_a_restoration(
    drop: Drop, guoban: Guoban
) -> None:
    """What it would move is told as moved by it, though the withdrawal is not published yet."""
    versions(drop)
    for command, cause, moves in (
        ("withdraw", "withdrawal", "7 → 6亿元"),
        ("restore", "restoration", "6 → 7亿元"),
    ):
        status, out, _ = guoban(command, key_of(drop, "2"), "--reason", "报错")
        assert status == 0
        assert moves in out
        assert f"[1] {cause} {key_of(drop, '2')}" in out


def test_a_terminal_is_asked_and_no_is_no(
    drop: Drop, guoban: Guoban, at_a_terminal: Callable[[str], None]
) -> None:
    versions(drop)
    at_a_terminal("n")
    status, out, err = guoban("withdraw", key_of(drop, "2"), "--reason", "报错")
    assert (status, acts(drop)) == (1, 0)
    assert "7 → 6亿元" in out
    assert "Nothing was done" in err
    at_a_terminal("y")
    assert guoban("withdraw", key_of(drop, "2"), "--reason", "报错")[0] == 0
    at_a_terminal("n")
    assert guoban("restore", key_of(drop, "2"), "--reason", "撤错了", "--yes")[0] == 0
    assert acts(drop) == 2


@pytest.mark.nightly
def test_projects_are_shown_side_by_side(drop: Drop, guoban: Guoban) -> None:
    for department, key in ((A, ONE), (B, OTHER)):
        sign(drop, key, 6, key, department, investor="同一公司")
        drop.refresh()
    sign(drop, "别的", 6, "GCKF-2021-0009", "项目服务中心", investor="别的", project_name="别的")
    drop.refresh()
    status, _, err = guoban("decide", ONE, "GCKF-2021-0009", "--same")
    assert (status, acts(drop)) == (1, 0)
    assert "--unsuspected" in err
    status, out, _ = guoban("decide", ONE, OTHER, "--different")
    assert (status, acts(drop)) == (0, 1)
    (numbers,) = [line for line in out.splitlines() if line.startswith("number")]
    assert ONE in numbers
    assert OTHER in numbers
    assert "12 → 18亿元" in out
    drop.refresh()
    status, out, _ = guoban("decide", ONE, OTHER, "--undo")
    assert status == 0
    assert "18 → 12亿元" in out
    assert guoban("decide", ONE, OTHER, "--undo", "--same")[0] == 2
    assert guoban("decide", ONE, OTHER)[0] == 2


def test_a_month_that_lacks_returns_is_not_locked_by_mistake(drop: Drop, guoban: Guoban) -> None:
    drop.samples("2021-01/**/*.xlsx")
    for name in ("客商接待台账", "实到资金月报表"):
        (drop.raw / f"2021-01/招商局/{name}.xlsx").unlink()
    drop.refresh()
    status, _, err = guoban("lock", JAN)
    assert (status, acts(drop)) == (1, 0)
    assert "lacks 2 returns" in err
    assert "招商局  客商接待台账  MISSING" in err
    told = json.loads(guoban("lock", JAN, "--json")[1])
    assert (told["done"], len(told["missing"])) == (False, 2)
    status, out, _ = guoban("lock", JAN, "--incomplete", "--by", "张三")
    assert (status, acts(drop)) == (0, 1)
    assert "招商局  实到资金月报表  MISSING" in out
    assert "No headline figure would move" in out
    drop.refresh()
    status, out, _ = guoban("unlock", JAN, "--reason", "补报")
    assert status == 0
    assert "locked by 张三" in out


def test_a_refresh_says_what_moved_and_a_preview_what_would(drop: Drop, guoban: Guoban) -> None:
    sign(drop, "1", 6)
    drop.refresh()
    sign(drop, "2", 7)
    _, shown, _ = guoban("refresh", "--preview")
    assert "A preview: nothing is published or stored." in shown
    _, told, _ = guoban("refresh", "--preview", "--json")
    _, done, _ = guoban("refresh", "--json")
    assert json.loads(told)["published"] is None
    changes = json.loads(done)["changes"]
    assert json.loads(told)["changes"] == changes
    assert {tuple(one) for one in changes} == {
        (
            "report_month", "department", "indicator_code", "figure", "old_value", "new_value",
            "cause", "submission_id",
        )
    }  # fmt: skip
    assert changes[0]["report_month"] == "2021-01-01"
    assert "6 → 7亿元" in shown
    assert "2.xlsx" in shown
    assert guoban("refresh", "--preview", "--new")[0] == 2


def test_earlier_months_are_set_apart(drop: Drop, guoban: Guoban) -> None:
    sign(drop, "1", 6)
    row = {"project_id": OTHER, "contract_amount_cny": 60_000}
    drop.put("二月.xlsx", "signed_projects", A, "2021-02", [row])
    drop.refresh()
    sign(drop, "2", 7)
    _, out, _ = guoban("refresh")
    assert "Figures of EARLIER MONTHS move:" in out
    path = sign(drop, "3", 8)
    status, out, _ = guoban("check", path)
    assert status == 0
    assert "7 → 8亿元" in out
    told = json.loads(guoban("check", path, "--json")[1])
    assert {one["new_value"][:1] for one in told["changes"]} == {"8"}
    drop.refresh()
    assert "No headline figure would move." in guoban("check", path)[1]


def test_withdrawing_what_was_turned_back_shows_what_counts_and_no_way_back(
    drop: Drop, guoban: Guoban
) -> None:
    sign(drop, "1", 6)
    drop.refresh()
    sign(drop, "2", 7, contract_amount_cny="约7亿")
    drop.refresh()
    status, out, _ = guoban("withdraw", key_of(drop, "2"), "--reason", "以第1版为准")
    assert (status, acts(drop)) == (0, 1)
    for words in (
        "2.xlsx", "rejected", "does not count", f"What counts still: {key_of(drop, '1')} 1.xlsx",
        "No headline figure would move.", "nothing is asked of it any more",
    ):  # fmt: skip
        assert words in out, words
    assert "guoban restore" not in out


def test_a_sum_that_nobody_can_compute_is_not_zero(drop: Drop, guoban: Guoban) -> None:
    sign(drop, "1", 6)
    drop.refresh()
    path = sign(drop, "2", 7)
    drop.edit(path.name, {"C1": None})
    drop.refresh()
    sign(drop, "3", 8, contract_amount_cny="约8亿")
    drop.refresh()
    for name, why in (("2", "计量单位不明"), ("3", "1行没有填写，或无法读取")):
        out = guoban("withdraw", key_of(drop, name), "--reason", "以第1版为准")[1]
        assert f"合同投资额合计无法计算：{why}" in out
        assert "合计0万元" not in out
        assert f"{key_of(drop, '1')} 1.xlsx" in out
        assert "合同投资额合计60000万元" in out
