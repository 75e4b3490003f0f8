"""`guoban workbook`: the rows of a month and its figures by formulas, computed again by LibreOffice."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from drop import Drop
from office import needs_office, recalculated

from flows.export.calculation import FUNCTIONS
from guoban.cli import run_command

MONTHS = ("2021-01", "2021-02", "2021-03", "2021-04", "2021-05")
TABLES = ("全区", "各单位", "明细")
HEAD = 4
YES_NO = {True: "是", False: "否", None: None}


def command(drop: Drop, month: str, target: Path, *more: str) -> int:
    settings = drop.settings
    return run_command(
        ["workbook", "--month", month, "-o", str(target), "--raw", str(settings.raw),
         "--warehouse", str(settings.warehouse), "--orchestrator", "none", *more]
    )  # fmt: skip


def workbooks(drop: Drop, months: Sequence[str], folder: Path, whose: str = "") -> list[Path]:
    """The workbooks of the months, each with its month at the end of its name."""
    paths = [folder / f"{whose}{month}.xlsx" for month in months]
    assert [command(drop, path.stem[-7:], path) for path in paths] == [0] * len(paths)
    return paths


def table(book: Any, name: str) -> list[dict[str, Any]]:
    """The rows of a table by its columns, empty texts as none."""
    heads, *rows = book[name].iter_rows(min_row=HEAD, values_only=True)
    return [
        {head: None if cell == "" else cell for head, cell in zip(heads, row, strict=True)}
        for row in rows
    ]


def exact(cell: float | None) -> Decimal | None:
    """The number that a cell holds, as it is written."""
    return None if cell is None else Decimal(repr(cell))


def assert_publishes(path: Path, drop: Drop) -> None:
    """Every figure of the month stands in the workbook, value for value."""
    book = openpyxl.load_workbook(path, data_only=True)
    shown = {
        (row["单位"], row["指标代码"]): row for name in TABLES[:2] for row in table(book, name)
    }
    published = drop.rows(
        "from mart.headline_indicators where report_month = ?", [f"{path.stem[-7:]}-01"]
    )
    assert len(published) == len(shown) > 0
    for one in published:
        row = shown[one["department"], one["indicator_code"]]
        assert exact(row["数值"]) == one["value"], row
        assert exact(row["全年目标"]) == one["target_value"], row
        assert exact(row["完成率"]) == one["completion_pct"], row
        assert row["完成率取整"] == one["completion_pct_rounded"], row
        assert row["是否过半"] == YES_NO[one["is_past_half"]], row


def formulas(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/s" in name]
    return [found for sheet in sheets for found in re.findall("<f[ >][^<]*", sheet)]


def test_formulas_are_those_that_every_program_has(golden: Drop, tmp_path: Path) -> None:
    """No dynamic arrays, no LET, no macros: WPS and Excel 2010 compute it, too."""
    (path,) = workbooks(golden, ("2021-05",), tmp_path)
    found = formulas(path)
    assert len(found) == 49 * 6
    assert {name for one in found for name in re.findall(r"([A-Z_.]+[A-Z])\(", one)} == FUNCTIONS
    assert all(one.startswith("<f>") and "_xl" not in one for one in found)
    book = openpyxl.load_workbook(path)
    assert [list(book[name].tables) for name in TABLES] == [[name] for name in TABLES]
    # A sheet that goes from hand to hand says whether its figures may still change.
    assert all("（初步数）" in book[name]["A1"].value for name in TABLES)
    assert ("数据状态", "初步数") in book["说明"].values
    with zipfile.ZipFile(path) as parts:
        assert not [name for name in parts.namelist() if "vba" in name.lower()]


def test_rows_tell_where_they_come_from_and_why_they_are_left_out(
    golden: Drop, tmp_path: Path
) -> None:
    (path,) = workbooks(golden, ("2021-05",), tmp_path)
    rows = table(openpyxl.load_workbook(path), "明细")
    near = golden.query(
        "select indicator_code, row_key, file, sheet, cell, is_counted "
        "from detail.headline_candidates where report_month = '2021-05-01' and until_at is null"
    )
    assert sorted(
        (
            row["指标代码"],
            row["主键"],
            row["文件"],
            row["工作表"],
            row["单元格"],
            row["计入"] == "是",
        )
        for row in rows
    ) == sorted(near)
    assert all((row["计入"] == "是") == (row["未计入的原因"] is None) for row in rows)
    left_out = {row["主键"]: row["未计入的原因"] for row in rows if row["指标代码"] == "ZS01"}
    assert left_out["GCKF-2021-0028"] == "合同类型为框架协议"


@pytest.mark.slow
def test_what_stood_in_a_cell_stays_text(drop: Drop, tmp_path: Path) -> None:
    names = ["=1+1", "+86", "@SUM(A1)", "-1", "http://a.b", "1e5"]
    rows = [
        {"project_id": f"GCKF-2021-000{n}", "project_name": f"名称{n}", "contract_amount_cny": 20_000 + n}
        for n, _ in enumerate(names)
    ]  # fmt: skip
    drop.put("=a.xlsx", "signed_projects", "招商局", "2021-01", rows)

    def type_as_text(sheet: Any) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                if str(cell.value).startswith("名称"):
                    cell.value, cell.data_type = names[int(cell.value[2:])], "s"

    drop.edit("=a.xlsx", type_as_text)
    drop.refresh()
    (path,) = workbooks(drop, ("2021-01",), tmp_path)
    sheet = openpyxl.load_workbook(path)["明细"]
    assert {row["名称"] for row in table(sheet.parent, "明细")} == {*names}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_a_month_without_figures_and_a_file_that_is_there(golden: Drop, tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    assert command(golden, "2020-05", target) == 1
    assert not target.exists()
    target.write_bytes(b"mine")
    assert command(golden, "2021-05", target) == 2
    assert target.read_bytes() == b"mine"
    assert command(golden, "2021-05", target, "--force") == 0


# --- random years --------------------------------------------------------------------------------

OFFICES = ("招商局", "经济发展局")


def file_year(drop: Drop, seed: int) -> list[str]:
    """A year of random months, amounts to the 分 and targets, most of it held back or left out
    for one reason or another; the months.
    """
    chance = random.Random(seed)  # noqa: S311 - the same in every run

    def amount() -> str:
        return str(Decimal(chance.randrange(1, 10 ** chance.randrange(5, 13))).scaleb(-6))

    months = sorted(chance.sample([f"2021-{n:02}" for n in range(1, 13)], 3))
    targets = [
        {"department": scope, "year": 2021, "indicator_code": code, "indicator": "指标",
         "target": str(Decimal(chance.randrange(1, 10**4)).scaleb(-2)) if unit == "亿元"
         else chance.randrange(1, 30),
         "unit": unit, "doc_no": "号", "issued_on": "2021-01-06"}
        for scope in ("全区", *OFFICES)
        for code, unit in (("ZS01", "亿元"), ("ZS02", "亿元"), ("ZS03", "个"), ("ZS04", "个"), ("ZS05", "个"))
        if chance.random() < 0.8
    ]  # fmt: skip
    drop.put("目标.xlsx", "annual_targets", OFFICES[0], "2021-01", targets)
    for office, month in ((office, month) for office in OFFICES for month in months):
        start = 1 + 500 * OFFICES.index(office)
        keys = [f"GCKF-2021-{n:04}" for n in range(start, start + chance.randrange(2, 12))]
        signed = [
            {"project_id": key, "project_name": f"项目{key}", "investor": f"{key}公司",
             "contract_amount_cny": amount(), "signed_on": f"2021-{chance.randrange(1, 13):02}-09",
             "sector": chance.choice(("工业", "农业")), "role": chance.choice(("牵头", "牵头", "协办")),
             "nature": chance.choice(("新引进", "增资扩产"))}
            for key in keys
        ]  # fmt: skip
        drop.put(f"{month}/{office}签约.xlsx", "signed_projects", office, month, signed)
        paid = [
            {"project_id": key, "project_name": f"项目{key}", "evidence_no": f"{key}/{month}",
             **dict.fromkeys(("paid_month_cny", "paid_ytd_cny", "paid_total_cny"), amount())}
            for key in keys
        ]  # fmt: skip
        drop.put(f"{month}/{office}到资.xlsx", "paid_in", office, month, paid)
        talks = [
            {"project_id": f"GCKF-2021-{start + 200 + n:04}", "project_name": f"在谈{n}",
             "planned_amount_cny": amount(), "investor": f"客商{office}{n}",
             "capital_origin": chance.choice(("省外", "县内"))}
            for n in range(chance.randrange(9))
        ]  # fmt: skip
        drop.put(f"{month}/{office}在谈.xlsx", "pipeline_projects", office, month, talks)
    return months


def a_random_year(drop: Drop, seed: int, folder: Path) -> list[Path]:
    months = file_year(drop, seed)
    drop.refresh()
    return workbooks(drop, months, folder, "random-")


def assert_computed_again(kept: dict[Path, Drop], folder: Path) -> None:
    for path, drop in kept.items():
        assert_publishes(path, drop)
    for path, drop in zip(recalculated([*kept], folder), kept.values(), strict=True):
        assert_publishes(path, drop)


@pytest.mark.slow
@needs_office
def test_the_golden_months_and_a_random_year_are_computed_again(
    golden: Drop, drop: Drop, tmp_path: Path
) -> None:
    """LibreOffice takes longer to begin than for all of it."""
    kept = dict.fromkeys(workbooks(golden, MONTHS, tmp_path), golden)
    assert_computed_again(kept | dict.fromkeys(a_random_year(drop, 0, tmp_path), drop), tmp_path)
    # Something counts, and something does not.
    (counts,) = drop.query(
        "select count(*) filter (where is_counted), count(*) filter (where not is_counted) "
        "from detail.headline_candidates where until_at is null"
    )
    assert min(counts) > 20


@pytest.mark.nightly
@needs_office
@pytest.mark.parametrize("seed", range(1, 20))
def test_random_years_are_computed_again(drop: Drop, tmp_path: Path, seed: int) -> None:
    assert_computed_again(dict.fromkeys(a_random_year(drop, seed, tmp_path), drop), tmp_path)
