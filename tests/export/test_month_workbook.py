"""`export.xlsx`: the same figures as the database, for people, on screen and on paper."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from drop import Drop, change_of
from office import converted, needs_office

from flows.export import contents, workbook
from flows.publish.current import newest_file
from flows.publish.release import Written
from flows.store.journal import Journal, Lock
from flows.store.warehouse import Warehouse
from guoban.cli import run_command

MONTHS = ("2021-01", "2021-02", "2021-03", "2021-04", "2021-05")
SIGNED = "2021-05/招商局/签约项目月报表.xlsx"
SHEETS = ["指标", "各单位", "项目", "报送情况", "更正"]


def export(drop: Drop, month: str, target: Path, *more: str) -> int:
    settings = drop.settings
    return run_command(
        ["export", "--month", month, "-o", str(target), "--raw", str(settings.raw),
         "--warehouse", str(settings.warehouse), "--orchestrator", "none", *more]
    )  # fmt: skip


def exported(drop: Drop, month: str, folder: Path) -> Any:
    target = folder / f"{month}.xlsx"
    assert export(drop, month, target) == 0
    return openpyxl.load_workbook(target)


def table(sheet: Any, first: str) -> list[dict[str, Any]]:
    """The rows below the header that begins so, by what stands in it."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def near(shown: float | None, exact: Decimal | None) -> bool:
    """Whether the cell holds the number to the last digit that a spreadsheet has."""
    return shown == (None if exact is None else float(exact))


@pytest.mark.parametrize("month", MONTHS)
def test_the_zone_s_figures_are_the_published_ones(
    golden: Drop, tmp_path: Path, month: str
) -> None:
    book = exported(golden, month, tmp_path)
    assert book.sheetnames == SHEETS
    shown = {row["指标"]: row for row in table(book["指标"], "指标")}
    published = golden.rows("from mart.zone_indicators where report_month = ?", [f"{month}-01"])
    assert len(published) == 7
    for one in published:
        row = shown[one["indicator_name"]]
        assert row["单位"] == one["unit"]
        assert near(row["本月"], one["month_value"])
        assert near(row["本年累计"], one["value"])
        assert near(row["全年目标"], one["target_value"])
        pct = one["completion_pct"]
        assert near(row["完成率"], pct and pct / 100)
        assert near(row["序时差（百分点）"], one["progress_gap_pp"])
        assert row["是否过半"] == {True: "是", False: "否", None: None}[one["is_past_half"]]


@pytest.mark.parametrize("month", MONTHS)
def test_projects_add_up_to_the_figures(golden: Drop, tmp_path: Path, month: str) -> None:
    rows = table(exported(golden, month, tmp_path)["项目"], "序号")
    *projects, total = rows
    assert total["序号"] == "合计"
    for one in golden.rows("from mart.zone_indicators where report_month = ?", [f"{month}-01"]):
        column = f"{one['indicator_name']}\n（{one['unit']}）"
        added = sum(Decimal(str(row[column])) for row in projects if row[column] is not None)
        assert added == one["value"]
        assert near(total[column], one["value"])


def test_each_department_has_its_figures_and_rank(golden: Drop, tmp_path: Path) -> None:
    sheet = exported(golden, "2021-05", tmp_path)["各单位"]
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == "单位")
    # The names reach over the columns of each figure.
    names, heads = list(rows[start]), rows[start + 1]
    for number, name in enumerate(names):
        names[number] = name or names[number - 1]
    shown = {
        (row[0], names[number], heads[number]): row[number]
        for row in rows[start + 2 :]
        for number in range(1, len(names))
    }
    published = golden.rows(
        "from mart.headline_indicators where report_month = '2021-05-01' and target_value is not null"
    )
    assert len(published) > 30
    for one in published:
        at = one["department"], f"{one['indicator_name']}（{one['unit']}）"
        assert near(shown[*at, "完成"], one["value"])
        assert near(shown[*at, "目标"], one["target_value"])
        assert near(shown[*at, "完成率"], one["completion_pct"] / 100)
        assert shown[*at, "名次"] == one["rank"]


def test_filing_is_what_the_database_says(golden: Drop, tmp_path: Path) -> None:
    rows = table(exported(golden, "2021-05", tmp_path)["报送情况"], "单位")
    words = {
        "按时": "on_time",
        "迟报": "late",
        "零报告": "nil",
        "未报": "missing",
        "退回": "rejected",
    }
    published = golden.rows(
        "select department, labels.label as title, state from mart.return_status "
        "join mart.dim_return as labels using (return_name) where report_month = '2021-05-01'"
    )
    for one in published:
        (row,) = [row for row in rows if row["单位"] == one["department"]]
        assert words[row[one["title"]]] == one["state"]
    *_, total = rows
    assert (total["单位"], total["应报"], total["按时"]) == ("合计", len(published), len(published))


def test_corrections_are_told(golden: Drop, tmp_path: Path) -> None:
    rows = table(exported(golden, "2021-04", tmp_path)["更正"], "时间")
    told = {row["依据"]: row for row in rows if row["依据"]}
    assert told["GZ-2021-002　本期调整(已通报)"]["原值"] == "注册"
    assert told["GZ-2021-002　本期调整(已通报)"]["新值"] == "终止"
    assert len(told) == 3


@pytest.mark.slow
def test_changes_of_published_figures_are_told_with_their_cause(
    filed_year: Drop, tmp_path: Path
) -> None:
    before = filed_year.value("ZS01", "2021-05")
    filed_year.edit(SIGNED, change_of("GCKF-2021-0001", 合同投资额=150_000))
    filed_year.refresh()
    after = filed_year.value("ZS01", "2021-05")
    assert after != before
    rows = table(exported(filed_year, "2021-05", tmp_path)["更正"], "时间")
    (row,) = [
        row for row in rows if row["指标或栏目"] == "招商引资合同投资额" and row["单位"] == "全区"
    ]
    assert near(row["原值"], before)
    assert near(row["新值"], after)
    assert near(row["增减"], after - before)
    assert row["原因"] == "重报"
    assert row["依据"] == "招商局签约项目月报表"


@pytest.mark.slow
def test_what_stood_in_a_cell_stays_text(drop: Drop, tmp_path: Path) -> None:
    names = [
        "=1+1",
        '=HYPERLINK("http://x","y")',
        "+86",
        "@SUM(A1)",
        "-1",
        "\t=2",
        "http://a.b",
        "1e5",
    ]
    drop.put(
        "a.xlsx",
        "signed_projects",
        "招商局",
        "2021-05",
        [
            {
                "project_id": f"GCKF-2021-{number:04}",
                "project_name": f"名称{number}",
                "investor": f"投资方{number}",
                "contract_amount_cny": 20_000,
                "signed_on": dt.date(2021, 5, 8),
            }
            for number, _ in enumerate(names, start=1)
        ],
    )

    def type_as_text(sheet: Any) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                for number, name in enumerate(names, start=1):
                    if cell.value in (f"名称{number}", f"投资方{number}"):
                        cell.value = name
                        cell.data_type = "s"

    drop.edit("a.xlsx", type_as_text)
    drop.refresh()
    book = exported(drop, "2021-05", tmp_path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    rows = table(book["项目"], "序号")
    assert {"=1+1", "@SUM(A1)", "1e5"} <= {row["项目名称"] for row in rows}
    assert {"=1+1", "@SUM(A1)", "1e5"} <= {row["投资方"] for row in rows}
    assert all(b"<f>" not in part for part in parts(tmp_path / "2021-05.xlsx").values())


def test_it_prints_as_a_table_that_is_hung_on_the_wall(golden: Drop, tmp_path: Path) -> None:
    book = exported(golden, "2021-05", tmp_path)
    for sheet in book:
        page = sheet.page_setup
        assert (page.orientation, str(page.paperSize)) == ("landscape", "9"), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert page.fitToHeight == 0
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert not sheet.protection.sheet
        assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"
        assert sheet.oddFooter.left.text == "谷城经济开发区　2021年5月　初步数"
        assert re.fullmatch(r"发布[\w-]+", sheet.oddFooter.right.text)
        head = f"{sheet['A1'].value} {sheet['A2'].value} {sheet['A3'].value}"
        assert "2021年5月" in head
        assert "初步数" in head
        assert "发布：" in head
    assert "1至5月" in book["指标"]["A3"].value
    formats = {cell.number_format for row in book["指标"].iter_rows() for cell in row}
    assert {"#,##0.00_ ", "0.00%_ "} <= formats
    # The header over two rows is repeated whole.
    assert book["各单位"].print_title_rows == "$4:$5"
    assert book["项目"].auto_filter.ref


@pytest.mark.slow
def test_a_locked_month_is_final(filed_year: Drop, tmp_path: Path) -> None:
    warehouse = Warehouse(filed_year.settings.warehouse)
    journal = Journal(warehouse.journal)
    last = journal.last_publication()
    assert last is not None
    journal.append([Lock(dt.date(2021, 5, 1), last.run_id, "甲", dt.datetime.now(dt.UTC))])
    filed_year.refresh()
    book = openpyxl.load_workbook(newest_file(warehouse.folder).parent / "export.xlsx")
    assert book["指标"].oddFooter.left.text == "谷城经济开发区　2021年5月　核定数"
    assert "核定数" in book["指标"]["A2"].value
    # Another month of the same release is open.
    assert "初步数" in exported(filed_year, "2021-04", tmp_path)["指标"]["A2"].value


@pytest.mark.slow
def test_a_workbook_that_says_the_same_is_the_same_file(filed_year: Drop) -> None:
    warehouse = filed_year.settings.warehouse
    before = newest_file(warehouse).parent / "export.xlsx"
    (filed_year.raw / "无关.xlsx").write_bytes(b"no workbook")
    filed_year.refresh()
    after = newest_file(warehouse).parent / "export.xlsx"
    assert after.parent != before.parent
    assert before.samefile(after)
    file_talk(filed_year)
    filed_year.refresh()
    assert not after.samefile(newest_file(warehouse).parent / "export.xlsx")


def file_talk(drop: Drop) -> None:
    """One more project in talks, which moves figures of the month."""
    drop.put(
        "2021-05/更多在谈.xlsx",
        "pipeline_projects",
        "党政办公室",
        "2021-05",
        [
            {
                "project_id": "GCKF-2021-0990",
                "project_name": "新谈的项目",
                "investor": "新来的公司",
                "planned_amount_cny": 30_000,
            }
        ],
    )


def test_a_damaged_workbook_is_not_taken_over(golden: Drop, tmp_path: Path) -> None:
    release = newest_file(golden.settings.warehouse)
    before, folder = tmp_path / "before", tmp_path / "new"
    for one in (before, folder):
        one.mkdir()
    target, there = folder / "export.xlsx", before / "export.xlsx"
    whole = (release.parent / target.name).read_bytes()
    sheet = zipfile.ZipFile(io.BytesIO(whole)).getinfo("xl/worksheets/guoban1.xml")
    middle = sheet.header_offset + sheet.compress_size // 2
    damaged = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
    with duckdb.connect(str(release), read_only=True) as con:
        for content, is_taken_over in ((whole, True), (damaged, False)):
            there.write_bytes(content)
            workbook.put(golden.zone, Written(con, folder, before, frozenset()), target)
            assert target.samefile(there) == is_taken_over
            assert openpyxl.load_workbook(target).sheetnames == SHEETS
            target.unlink()


def test_the_command_s_exits(
    golden: Drop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "五月.xlsx"
    assert export(golden, "2020-05", target) == 1
    assert not target.exists()
    assert export(golden, "五月", target) == 2
    assert export(golden, "2021-05", target) == 0
    first = target.read_bytes()
    assert export(golden, "2021-04", target) == 2
    assert target.read_bytes() == first
    assert export(golden, "2021-04", target, "--force") == 0
    assert target.read_bytes() != first
    assert export(golden, "2021-04", tmp_path / "no" / "folder.xlsx") == 2
    # As /dev/null is, for the administrator.
    os.mkfifo(device := tmp_path / "device.xlsx")
    assert export(golden, "2021-04", device, "--force") == 2
    assert device.is_fifo()
    device.unlink()
    # What no spreadsheet program would open by its name, and a folder.
    for name in ("四月.csv", "四月.xls", "四月", "."):
        assert export(golden, "2021-04", tmp_path / name, "--force") == 2
    assert not list(tmp_path.glob("四月*"))
    assert export(Drop(tmp_path / "empty"), "2021-05", tmp_path / "b.xlsx") == 1
    capsys.readouterr()
    assert export(golden, "2021-05", target, "--force", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "file": str(target),
        "month": "2021-05",
        "release": newest_file(golden.settings.warehouse).parent.name,
        "is_locked": False,
        "departments": 6,
        "projects": 91,
    }
    assert [path.name for path in tmp_path.glob("*.*")] == ["五月.xlsx"]


def test_the_release_holds_the_newest_month_s(golden: Drop, tmp_path: Path) -> None:
    released = newest_file(golden.settings.warehouse).parent / "export.xlsx"
    exported(golden, "2021-05", tmp_path)
    assert parts(released) == parts(tmp_path / "2021-05.xlsx")


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as container:
        return {name: container.read(name) for name in container.namelist()}


@needs_office
@pytest.mark.slow
def test_libreoffice_opens_and_prints_it(golden: Drop, tmp_path: Path) -> None:
    released = newest_file(golden.settings.warehouse).parent / "export.xlsx"
    saved = openpyxl.load_workbook(converted(released, "xlsx", tmp_path))
    ours = openpyxl.load_workbook(released)
    for sheet in ours:
        for row, again in zip(sheet.iter_rows(), saved[sheet.title].iter_rows(), strict=False):
            for cell, same in zip(row, again, strict=False):
                assert cell.value in (same.value, "") or cell.value == pytest.approx(
                    same.value, rel=1e-14
                )
    printed = converted(released, "pdf", tmp_path)
    text = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = text.split("\f")[:-1]
    assert 5 <= len(pages) <= 10
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"第 ?{number} ?页 +共 ?{len(pages)} ?页", page)
        assert "初步数" in page
    assert "84.57" in pages[0]
    assert "114.28%" in pages[0]
    assert "###" not in text


def test_a_long_list_is_cut_and_says_so(
    golden: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = exported(golden, "2021-05", tmp_path)["项目"]
    monkeypatch.setattr(contents, "MOST_PROJECTS", 3)
    (tmp_path / "cut").mkdir()
    cut = exported(golden, "2021-05", tmp_path / "cut")["项目"]
    *listed, total = table(cut, "序号")
    assert [row["序号"] for row in listed] == [1, 2, 3]
    # The sum is that of all, and how many there are is told.
    assert total == table(whole, "序号")[-1]
    told = [row[0] for row in cut.iter_rows(values_only=True)]
    assert any("共91个" in words and "只列出前3个" in words for words in told if words)
