"""Findings come out of the working database as they went in, with every field they have."""

import datetime as dt
from dataclasses import fields

import pytest
from house import House

from flows.answer.results import findings_of
from flows.ground.findings import COLUMNS, Finding
from flows.store import findings
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
    holds=True,
    is_cross=True,
    submission="s001",
    against="s002",
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
    assert all(getattr(FULL, one.name) not in (None, False) for one in fields(Finding))


def test_every_column_is_a_field_or_the_department_s_word(house: House) -> None:
    columns = {row["column_name"] for row in house.read("describe core.findings")}
    assert columns == {*COLUMNS.values(), "explanation"}
