"""What a refresh says moved: every headline figure, old and new, with its rate, cause and file."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from drop import Drop

from flows.check import checked
from flows.publish.moves import Move
from flows.supposed import preview

pytestmark = pytest.mark.slow

A = "招商局"
ONE = "GCKF-2021-0001"


def sign(drop: Drop, name: str, month: str, yi: int = 1, **more: Any) -> Path:
    row = {"project_id": ONE, "contract_amount_cny": yi * 10_000, **more}
    return drop.put(name, "signed_projects", A, month, [row])


def target(drop: Drop, name: str, value: int, issued_on: str = "2021-01-06") -> None:
    rows = [
        {"department": scope, "year": 2021, "indicator_code": "ZS01", "indicator": "合同",
         "target": value, "unit": "亿元", "doc_no": "号", "issued_on": issued_on}
        for scope in ("全区", A)
    ]  # fmt: skip
    drop.put(name, "annual_targets", A, issued_on[:7], rows)


def told(moves: Any, code: str = "ZS01") -> list[tuple[Any, ...]]:
    """Month, scope, value, target and rate of an indicator's moves, and whether it is set apart."""
    return [
        (f"{one.report_month:%Y-%m}", one.department, (one.old_value, one.new_value),
         (one.old_target, one.new_target), (one.old_pct, one.new_pct), one.is_earlier)
        for one in moves
        if one.indicator_code == code
    ]  # fmt: skip


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder, with a hash of what is in it."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_figure_that_moves_is_told_with_rate_cause_and_file(drop: Drop) -> None:
    target(drop, "目标.xlsx", 10)
    sign(drop, "一月.xlsx", "2021-01")
    # Another project: a contract that changes from month to month would be held back.
    sign(drop, "二月.xlsx", "2021-02", project_id="GCKF-2021-0002")
    assert list(drop.refresh().moves) == []
    sign(drop, "一月重报.xlsx", "2021-01", 6, remark="更正金额")
    moves = drop.refresh().moves
    ten = Decimal(10)
    assert told(moves) == [
        ("2021-01", scope, (Decimal(1), Decimal(6)), (ten, ten), (ten, Decimal(60)), True)
        for scope in ("全区", A)
    ]
    (first, *_) = (one for one in moves if one.indicator_code == "ZS01")
    (step,) = first.steps
    assert (step.cause, step.file) == ("resubmission", "一月重报.xlsx")
    recorded = drop.query(
        "select report_month, department, indicator_code, figure, old_value, new_value, cause, "
        "submission_id from mart.figure_changes where publication_no = 2 order by all"
    )
    rows = [row for one in moves for row in one.plain()]
    assert sorted(tuple(row.values()) for row in rows if row["figure"] != "completion_pct") == (
        recorded
    )
    rates = [row for row in rows if row["figure"] == "completion_pct"]
    assert {(row["old_value"], row["new_value"], row["cause"]) for row in rates} == {
        (ten, Decimal(60), "resubmission")
    }


def test_a_target_moves_the_rate_of_open_months(drop: Drop) -> None:
    target(drop, "目标.xlsx", 10)
    sign(drop, "一月.xlsx", "2021-01")
    drop.refresh()
    target(drop, "目标2.xlsx", 20, "2021-01-20")
    moves = drop.refresh().moves
    one, ten, twenty = Decimal(1), Decimal(10), Decimal(20)
    assert told(moves) == [
        ("2021-01", scope, (one, one), (ten, twenty), (ten, Decimal(5)), False)
        for scope in ("全区", A)
    ]
    assert {step.cause for move in moves for step in move.steps} == {"target"}


def test_a_preview_says_what_the_refresh_then_does_and_keeps_nothing(drop: Drop) -> None:
    target(drop, "目标.xlsx", 10)
    sign(drop, "一月.xlsx", "2021-01")
    drop.refresh()
    sign(drop, "一月重报.xlsx", "2021-01", 6)
    (drop.raw / "坏.xlsx").write_bytes(b"PK\x03\x04")
    before = contents(drop.settings.warehouse), contents(drop.raw)
    supposed = preview(drop.settings, drop.zone)
    assert (contents(drop.settings.warehouse), contents(drop.raw)) == before
    done = drop.refresh()
    assert supposed.published is None
    assert (supposed.files, supposed.moves) == (done.files, done.moves)
    assert done.moves != []
    assert list(preview(drop.settings, drop.zone).moves) == []


def test_a_preview_before_anything_was_refreshed(drop: Drop) -> None:
    sign(drop, "一月.xlsx", "2021-01")
    supposed = preview(drop.settings, drop.zone)
    assert not (drop.settings.warehouse / "journal").exists()
    assert [one.status for one in supposed.files] == [one.status for one in drop.refresh().files]


def test_a_check_says_how_the_file_would_move_the_figures(drop: Drop, tmp_path: Path) -> None:
    sign(drop, "一月.xlsx", "2021-01")
    drop.refresh()
    beside = Drop(tmp_path / "beside")
    path = sign(beside, "一月重报.xlsx", "2021-01", 6)
    found = checked(drop.settings, drop.zone, [path])
    moved = {(one.indicator_code, one.new_value) for one in found.moves}
    assert moved == {("ZS01", Decimal(6)), ("ZS05", Decimal(1))}
    # What waits for a refresh is none of the file's doing.
    drop.put(
        "二.xlsx", "signed_projects", "经济发展局", "2021-01", [{"project_id": "GCKF-2021-0002"}]
    )
    assert checked(drop.settings, drop.zone, [path]).moves == found.moves


def test_moves_are_in_the_order_in_which_people_read_them(filed_year: Drop) -> None:
    name = "2021-03/招商局/签约项目月报表.xlsx"
    filed_year.edit(name, lambda sheet: sheet.delete_rows(sheet.max_row))
    moves: list[Move] = list(filed_year.refresh().moves)
    assert all(one.is_earlier for one in moves)
    months = [one.report_month for one in moves]
    assert months == sorted(months, reverse=True)
