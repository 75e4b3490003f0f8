"""How much is to be corrected, explained and decided is one number, wherever it is told."""

import datetime as dt
import os
from collections import Counter
from typing import Any

import pytest
from drop import Drop, change_of
from guests import guests, row

from flows.bulletin.document import Table
from flows.bulletin.kinds import Kind
from flows.bulletin.making import document_of
from flows.month import filing, findings, todo
from flows.month.board import board
from flows.publish.current import open_release
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from guoban.cli import run_command

pytestmark = pytest.mark.slow


def assert_counted_alike(drop: Drop, month: dt.date) -> Counter[str]:
    """In findings, todo, board, status, 看板, bulletin and weekly message; gives how much is asked."""
    with open_release(drop.settings.warehouse) as con:
        rows = findings.of_month(con, month, open_only=True)
        several = todo.of_month(con, drop.zone, month)
        expected = filing.of_month(con, drop.zone, month)
        of_board = board(con, drop.zone, month)
        weekly = fetch_rows(con, statement("notify/open"), {"month": month})
        shown = fetch_rows(con, "select * from 看板.报送情况 where 月份 = ?", [month])
        document = document_of(con, drop.zone, month, Kind.MONTHLY)
    asked = Counter(one["asks"] for one in rows)
    told = {
        "correct": sum(len(one.to_correct) for one in several),
        "explain": sum(len(one.to_explain) for one in several),
        "decide": sum(len(one.to_decide) for one in several),
    }
    assert of_board is not None
    assert of_board.asked == told | {"file": asked["file"]}
    assert {name: asked[name] for name in ("correct", "explain")} == {
        name: told[name] for name in ("correct", "explain")
    }
    assert {name: sum(one[f"to_{name}"] for one in weekly) for name in told} == told
    of_status = {(one.department, one.return_name): one.asked for one in expected}
    for (department, return_name), here in of_status.items():
        mine = Counter(
            one["asks"]
            for one in rows
            if (findings.owner_of(one), one["return_name"]) == (department, return_name)
        )
        assert (here["correct"], here["explain"]) == (mine["correct"], mine["explain"])
    for chinese, name in (("待改正", "correct"), ("待说明", "explain"), ("待认定", "decide")):
        assert sum(one[chinese] for one in shown) == sum(one[name] for one in of_status.values())
    assert document is not None
    (table,) = (
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and block.name == "表4"
    )
    printed = {
        column.head: cell.number or 0
        for column, cell in zip(table.columns, table.rows[-1], strict=True)
    }
    assert [printed[head] for head in ("待改正", "待说明", "待认定")] == [*told.values()]
    return asked


@pytest.mark.parametrize("month", ["2021-02", "2021-05"])
def test_in_the_sample_months(golden: Drop, month: str) -> None:
    asked = assert_counted_alike(golden, dt.date.fromisoformat(f"{month}-01"))
    assert asked == ({"explain": 1} if month == "2021-02" else {})


def test_in_a_month_with_every_kind_of_finding(drop: Drop) -> None:
    """Held rows, files turned back with and without a version that counts, a misspelt unit, pairs,

    versions in doubt and again, warnings with and without a word, missing returns.
    """
    drop.samples("2021-05/*/签约*.xlsx").samples("2021-05/*/在谈*.xlsx")
    drop.edit("2021-05/项目服务中心/签约项目月报表.xlsx", change_of("GCKF-2021-0029", 备注=None))
    drop.edit(
        "2021-05/长三角招商分队/签约项目月报表.xlsx",
        change_of(
            "GCKF-2021-0007",
            项目名称="合成项目14·光电器件",
            投资方="合成投资方0014",
            合同投资额=26000,
            签约日期="2021-04-27",
        ),
    )
    drop.edit(
        "2021-05/经济发展局/签约项目月报表.xlsx", change_of("GCKF-2021-0003", 合同投资额="约9亿")
    )

    def misspelt(_: Any, sheet: Any) -> None:
        sheet.write_string(1, 0, "填报单位：招伤局")

    guests(drop.raw / "2021-05/招商局/接待.xlsx", [row("1")], change=misspelt)
    for name, amount in (("甲", 60_000), ("乙", 70_000)):
        given = {"project_id": "GCKF-2021-0091", "planned_amount_cny": amount}
        path = drop.put(f"{name}.xlsx", "pipeline_projects", "党政办公室", "2021-05", [given])
        os.utime(path, (1_614_600_000, 1_614_600_000))
    drop.refresh()
    given = {"project_id": "GCKF-2021-0092", "investor": "丙公司", "project_name": "丙项目"}
    again = drop.put("丙.xlsx", "signed_projects", "党政办公室", "2021-05", [given])
    drop.refresh()
    first = again.read_bytes()
    given |= {"nature": "增资扩产"}
    drop.put("丁.xlsx", "signed_projects", "党政办公室", "2021-05", [given])
    drop.refresh()
    (drop.raw / "戊.xlsx").write_bytes(first)
    drop.put("己.xlsx", "signed_projects", "京津冀招商分队", "2021-05", [{"role": "领头"}])
    drop.refresh()
    asked = assert_counted_alike(drop, dt.date(2021, 5, 1))
    assert {"correct", "explain", "decide", "file"} <= set(asked)
    rules = {one["rule"] for mine in _todos(drop) for one in (*mine.to_correct, *mine.to_explain)}
    assert rules >= {"R110", "E003", "R104", "X212"}
    decided = [one for mine in _todos(drop) for one in mine.to_decide]
    assert {bool(one.row_keys) for one in decided} == {True, False}
    assert {one.doubt.is_again for one in decided if one.doubt} == {True, False}
    assert [one.file for mine in _todos(drop) for one in mine.turned_back] == ["己.xlsx"]
    with open_release(drop.settings.warehouse) as con:
        bulletin = document_of(con, drop.zone, dt.date(2021, 5, 1), Kind.MONTHLY)
    assert bulletin is not None
    said = [one for section in bulletin.sections for one in section.blocks if isinstance(one, str)]
    assert [
        one
        for one in said
        if "没有采用的新版本" in one and "京津冀招商分队（签约项目月报表）" in one
    ]


def test_the_other_department_of_a_pair_is_asked_too(drop: Drop) -> None:
    """Whose row came first knows as much of it; the office has the question once."""
    for department, key in (("招商局", "GCKF-2021-0091"), ("经济发展局", "GCKF-2021-0092")):
        given = {"project_id": key, "investor": "同一公司", "signed_on": "2021-05-10"}
        drop.put(f"{key}.xlsx", "signed_projects", department, "2021-05", [given])
        drop.refresh()
    several = {one.department: one for one in _todos(drop)}
    first, later = several["招商局"], several["经济发展局"]
    assert ([len(one.to_decide) for one in (first, later)], len(first.to_answer)) == ([0, 1], 1)
    may = dt.date(2021, 5, 1)
    for one in (first, later):
        text = "\n".join(todo.text(one, drop.zone, may))
        assert "GCKF-2021-0092" in text
        assert "是否同一项目" in text
    assert "1. 经济发展局　" in "\n".join(todo.text(first, drop.zone, may))
    assert "\n".join(todo.office_text(_todos(drop), may)).count("--same") == 1


def test_a_file_of_an_unknown_department_has_a_way_out(
    drop: Drop, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told as its folder's; the office can have it withdrawn; what hinders a lock says how to go on."""
    drop.samples("2021-05/招商局/签约*.xlsx")

    def misspelt(_: Any, sheet: Any) -> None:
        sheet.write_string(1, 0, "填报单位：招伤局")

    guests(drop.raw / "2021-05/招商局/接待.xlsx", [row("1")], change=misspelt)
    drop.refresh()
    (version,) = {one["submission_id"] for mine in _todos(drop) for one in mine.to_correct}
    command = f"guoban withdraw {version} --reason …"
    assert command in "\n".join(todo.office_text(_todos(drop), dt.date(2021, 5, 1)))
    places = ["--raw", str(drop.raw), "--warehouse", str(drop.settings.warehouse)]
    printed = {}
    for words in (["findings", "--month", "2021-05", "--open"], ["lock", "2021-05"]):
        run_command([*words, *places])
        printed[words[0]] = "".join(capsys.readouterr())
    assert "E003 招商局" in printed["findings"]
    assert f"{version} E003 招商局" in printed["lock"]
    assert "guoban withdraw SUBMISSION" in printed["lock"]


def _todos(drop: Drop) -> list[todo.Todo]:
    with open_release(drop.settings.warehouse) as con:
        return todo.of_month(con, drop.zone, dt.date(2021, 5, 1))
