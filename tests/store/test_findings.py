"""Findings come out of the working database as they went in, with every field they have."""

import datetime as dt
from dataclasses import replace

import pytest
from house import House

from flows.answer import results
from flows.answer.results import findings_of, of_receipts, of_unchanged, rounds
from flows.ground.findings import COLUMNS, Finding
from flows.receive.inbox import Unchanged
from flows.store import findings
from flows.store.journal import Receipt
from schemas.rules import Severity

FULL = Finding(
    rule="C301",
    severity=Severity.ERROR,
    message="不在签约项目月报表中。",
    suggestion="请核对。",
    sheet="Sheet1",
    cell="C5",
    row=5,
    column="项目编号",
    field="project_id",
    value="GCKF-2021-0001",
    proposed="GCKF-2021-0011",
    holds=True,
    is_cross=True,
    submission="s001",
    against="s002",
    other_row_key="GCKF-2021-0002",
    report_month=dt.date(2021, 1, 1),
    department="招商局",
    return_name="paid_in",
)
OF_A_FILE = Finding(
    rule="E001",
    severity=Severity.WARNING,
    message="认不出。",
    suggestion="请核对。",
    submission="s001",
)


@pytest.fixture
def house() -> House:
    return House()


def test_what_is_stored_is_read(house: House) -> None:
    house.file("paid_in", "招商局", "2021-01", {})
    findings.store(house.con, [OF_A_FILE, FULL])
    findings.store(house.con, [])
    assert findings_of(house.con, [1]) == [FULL, OF_A_FILE]
    assert findings_of(house.con, [2]) == []
    assert all(getattr(FULL, name) not in (None, False) for name in COLUMNS)
    # A word closes a warning, and no error.
    house.con.execute("update core.findings set explanation = '照实填报'")
    assert [one.explanation for one in findings_of(house.con, [1])] == [None, "照实填报"]


def test_every_column_is_a_field_or_what_settling_adds(house: House) -> None:
    columns = {row["column_name"] for row in house.read("describe core.findings")}
    assert columns == {*COLUMNS.values(), "explanation", "row_key"}


def test_what_is_too_much_to_tell_is_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.file("paid_in", "招商局", "2021-01", {})
    house.file("paid_in", "农业局", "2021-01", {})
    of_first = [replace(FULL, row=n, message="长" * 300, holds=False) for n in range(40)]
    late = replace(FULL, severity=Severity.WARNING, row=1, value=None)
    findings.store(house.con, [late, *of_first, replace(OF_A_FILE, submission="s002")])
    assert [len(one.findings) for one in of_receipts(house.con, [1, 2])] == [41, 1]
    assert [one.note for one in of_receipts(house.con, [1, 2])] == ["", ""]
    assert list(rounds(house.con, [1, 2], 500)) == [[1, 2]]
    monkeypatch.setattr(results, "MOST_TOLD", 20_000)
    first, second = of_receipts(house.con, [1, 2])
    # Half of all that may be told, the worst first.
    assert [one.row for one in first.findings] == list(range(12))
    assert first.note == "另有29处问题没有列出，见批注回复和 mart.findings。"
    assert len(second.findings) == 1 and second.note == ""
    assert list(rounds(house.con, [1, 2], 500)) == [[1], [2]]
    monkeypatch.setattr(results, "MOST_TOLD", 100)
    assert [len(one.findings) for one in of_receipts(house.con, [1, 2])] == [1, 1]


def test_copies_of_a_file_with_many_findings_tell_no_more_together(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.file("paid_in", "招商局", "2021-01", {}, submission_id="000001-1")
    of_all = [replace(FULL, row=n, submission="000001-1") for n in range(40)]
    findings.store(house.con, of_all)
    now = dt.datetime(2021, 2, 1, tzinfo=dt.UTC)
    receipt = Receipt(1, "run", now, "甲.xlsx", "0" * 64, 1, now)
    copies = [Unchanged(f"抄{n}.xlsx", "0" * 64, receipt, is_again=False) for n in range(10)]
    monkeypatch.setattr(results, "MOST_TOLD", 100_000)
    told = of_unchanged(house.con, copies)
    assert len(told) == 10
    # What each says of being a copy comes beside.
    assert {len(one.findings) for one in told} == {1 + 100_000 // 10 // (500 + 20)}
    assert {one.note[:4] for one in told} == {"另有21"}
