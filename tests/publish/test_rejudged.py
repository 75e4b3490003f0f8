"""A change of rules that changes how submissions stand is listed by the refresh that judged anew."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk
from past import assert_verified, house_of

from flows.ask import decisions
from flows.ground.zone import RuleSetting
from flows.supposed import preview
from guoban.commands.refresh import _plain
from guoban.output import print_rejudged

pytestmark = pytest.mark.slow

A, B, JAN = "招商局", "经济发展局", "2021-01"
ONE, OTHER = "GCKF-2021-0001", "GCKF-2021-0002"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def sign(desk: Desk, name: str, department: str, *keys: str, **more: Any) -> None:
    rows = [{"project_id": key, "investor": key, "project_name": key, **more} for key in keys]
    desk.put(f"{name}.xlsx", "signed_projects", department, JAN, rows)


def rule(desk: Desk, code: str, severity: str) -> None:
    """As the zone's file would have it from now on."""
    rules = (*desk.zone.rules, RuleSetting(rule=code, severity=severity))
    desk.zone = desk.zone.model_copy(update={"rules": rules})


def changed(desk: Desk) -> list[tuple[str, str, str]]:
    assert desk.last is not None
    return [(one.file, one.old_status, one.new_status) for one in desk.last.rejudged]


def receipt(desk: Desk, department: str) -> list[str]:
    path = desk.warehouse.replies / JAN / department / "回执.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_what_a_rule_changes_is_told_apart_from_what_came(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(desk, "县内", A, ONE, OTHER, capital_origin="县内")
    sign(desk, "省外", B, "GCKF-2021-0003")
    desk.refresh()
    assert changed(desk) == []
    rule(desk, "X212", "error")
    sign(desk, "新来", "项目服务中心", "GCKF-2021-0004", capital_origin="县内")
    foreseen = preview(desk.settings, desk.zone)
    desk.refresh()
    assert changed(desk) == [("县内.xlsx", "accepted_with_warnings", "rejected")]
    assert desk.last is not None
    assert list(foreseen.rejudged) == list(desk.last.rejudged)
    (one,) = desk.last.rejudged
    assert one.plain() == {
        "report_month": dt.date(2021, 1, 1), "department": A, "indicator_code": None,
        "figure": "status", "old_value": "accepted_with_warnings", "new_value": "rejected",
        "cause": "definition", "submission_id": one.submission_id,
    }  # fmt: skip
    assert one.plain() in _plain(desk.last)["changes"]
    print_rejudged(desk.last.rejudged)
    assert "县内.xlsx" in capsys.readouterr().out
    said = receipt(desk, A)
    assert "因规则调整，无需重报" in said
    assert "　　状态由“已接收，有待说明”改为“退回”" in said
    assert "因规则调整，无需重报" not in receipt(desk, B)
    assert_verified(desk)


@pytest.mark.nightly
def test_it_is_told_once_and_stays_in_the_receipt_until_something_else_happens(desk: Desk) -> None:
    sign(desk, "县内", A, ONE, capital_origin="县内")
    desk.refresh()
    rule(desk, "X212", "error")
    desk.refresh()
    sign(desk, "省外", B, "GCKF-2021-0003")
    desk.refresh()
    assert changed(desk) == []
    # Made anew from archive and journal, it is known all the same.
    desk.warehouse.working_database.unlink()
    desk.refresh()
    assert changed(desk) == []
    assert "因规则调整，无需重报" in receipt(desk, A)
    ((number,),) = desk.query("select submission_id from mart.submissions where file = '县内.xlsx'")
    decisions.withdraw(house_of(desk), number, "报错", "张三")
    desk.refresh()
    assert "因规则调整，无需重报" not in receipt(desk, A)


def test_what_was_withdrawn_meanwhile_is_no_change_of_rules(desk: Desk) -> None:
    sign(desk, "甲", A, ONE)
    sign(desk, "乙", B, OTHER, capital_origin="县内")
    desk.refresh()
    numbers = dict(desk.query("select file, submission_id from mart.submissions"))
    decisions.withdraw(house_of(desk), numbers["甲.xlsx"], "报错", "张三")
    rule(desk, "X212", "error")
    desk.refresh()
    assert changed(desk) == [("乙.xlsx", "accepted_with_warnings", "rejected")]
    assert dict(desk.query("select file, status from mart.submissions"))["甲.xlsx"] == "withdrawn"
