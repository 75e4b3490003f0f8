"""What takes long: thirty thousand findings in one file, and LibreOffice opening what we write."""

from __future__ import annotations

import datetime as dt
import resource
import shutil
from pathlib import Path

import openpyxl
import pytest
from desk import Desk, explain
from guests import NAME, guests, row
from office import converted, needs_office
from seldom import nightly

import schemas
from flows.answer.template import write_template

SECONDS = 15


def processor_seconds() -> float:
    """What this process and its children that have ended have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.nightly
def test_thirty_thousand_findings_are_told_in_time_and_readably(desk: Desk) -> None:
    rows = [row(str(n), 来源省份="火星") for n in range(30_000)]
    guests(desk.raw / NAME, rows)
    desk.refresh()
    # Of the processor, not of the wall: other tests keep the machine busy beside this one.
    with desk.working() as con:
        started = processor_seconds()
        (path,) = desk.reply(con, [1])
    assert processor_seconds() - started < SECONDS
    book = openpyxl.load_workbook(path, read_only=True)
    first = [[cell for cell in line if cell] for line in book["审核意见"].values]
    told = [line for line in first if len(line) > 3 and line[1] == "R104"]
    assert len(told) == 21
    assert "另有29980条" in str(told[20])
    assert sum(1 for _ in book["全部意见"].values) == 30_001


@pytest.mark.slow
@needs_office
def test_office_prints_replies_and_templates(desk: Desk, tmp_path: Path) -> None:
    guests(desk.raw / NAME, [row(str(n), 来源省份="火星") for n in range(30)])
    desk.answer()
    blank = tmp_path / "空白.xlsx"
    write_template(
        schemas.by_name("signed_projects"), desk.zone, "招商局", dt.date(2021, 5, 1), blank
    )
    receipt = desk.receipts[0]
    for number, path in enumerate([desk.reply_to(NAME), blank, receipt]):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert converted(path, "pdf", folder).stat().st_size > 5_000


@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("kind", ["xlsx", nightly("ods"), nightly("xls")])
def test_saved_by_office_a_reply_is_still_known(desk: Desk, tmp_path: Path, kind: str) -> None:
    """Opened, saved and sent back: nothing has changed; and what is explained is found."""
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星"), row("3", 备注="=1+1")])
    desk.answer()
    saved = converted(desk.reply_to(NAME), kind, tmp_path)
    shutil.copyfile(saved, desk.raw / f"2021-05/招商局/退回.{kind}")
    desk.answer()
    assert desk.result(f"2021-05/招商局/退回.{kind}").status == "unchanged"


@pytest.mark.slow
@needs_office
def test_explained_and_saved_by_office(desk: Desk, tmp_path: Path) -> None:
    desk.samples("2021-05/招商局/签约项目月报表.xlsx")
    desk.answer()
    path = explain(desk.replied[0], {"X211": "六月转正式合同"}, tmp_path / "说明.xlsx")
    shutil.copyfile(converted(path, "xlsx", tmp_path), desk.raw / "2021-05/招商局/退回.xlsx")
    desk.answer()
    words = desk.query("select distinct explanation from mart.findings where rule = 'X211'")
    assert words == [("六月转正式合同",)]
