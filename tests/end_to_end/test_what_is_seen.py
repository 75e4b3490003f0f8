"""What the clerk sees in a cell is what is counted, or a finding stands at the cell."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from drop import Drop
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

HQ, NORTH = "招商局", "京津冀招商分队"


def formatted(drop: Drop, path: Path, **codes: str) -> None:
    """Gives cells of a workbook a number format, by address."""

    def change(sheet: Any) -> None:
        for address, code in codes.items():
            sheet[address].number_format = code

    drop.edit(str(path.relative_to(drop.raw)), change)


def pays(project: str, *amounts: Any, **others: Any) -> dict[str, Any]:
    """A row of payments: this month, this year, since signing, in 万元."""
    month, year, total = amounts if len(amounts) == 3 else amounts * 3
    return {
        "project_id": project, "evidence_no": f"PZ-{project[-4:]}", "paid_month_cny": month,
        "paid_ytd_cny": year, "paid_total_cny": total, **others,
    }  # fmt: skip


def filed(drop: Drop, slug: str, department: str, rows: list[dict[str, Any]]) -> Path:
    return drop.put(f"2021-05/{department}/{slug}.xlsx", slug, department, "2021年5月", rows)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    """Returns whose cells show other things than they store, refreshed once."""
    drop = Drop(tmp_path_factory.mktemp("seen"))
    signed = [
        {"project_id": "GCKF-2021-0501", "contract_amount_cny": 12.5, "fixed_asset_cny": 9000},
        {"project_id": "GCKF-2021-0502", "contract_amount_cny": 12000, "investor": "丙公司"},
    ]
    formatted(drop, filed(drop, "signed_projects", NORTH, signed), I3='0.00"亿元"', J3=";;;")

    scaled = [pays("GCKF-2021-0601", 5_000_000, 8_000_000, 8_000_000), pays("GCKF-2021-0602", 120)]
    codes = dict.fromkeys(("C3", "D3", "E3"), '0!.0,"万元"')
    formatted(drop, filed(drop, "paid_in", HQ, scaled), **codes)

    dollars = filed(drop, "paid_in", "经济发展局", [pays("GCKF-2021-0603", 300)])
    formatted(drop, dollars, C3="[$$-409]#,##0.00")

    signs = [pays("GCKF-2021-0604", 300, 800, 800), pays("GCKF-2021-0605", 0.5)]
    formatted(drop, filed(drop, "paid_in", "项目服务中心", signs), C3="\\-#,##0.00", C4="0%")

    _in_runs(
        filed(drop, "paid_in", "长三角招商分队", [pays(f"GCKF-2021-061{n}", 1) for n in range(3)])
    )

    talks = [{"project_id": "GCKF-2021-0701", "planned_amount_cny": 120_000_000}]
    formatted(drop, filed(drop, "pipeline_projects", HQ, talks), D3="0!.0,")

    trip = {
        "leader": "甲", "leader_rank": "分管领导", "depart_on": "2021-05-10", "days": 3, "people": 4,
        "return_on": "2021-05-12", "provinces": "浙江",
    }  # fmt: skip
    trips = [{**trip, "trip_no": "WC-1", "km": 2.1}, {**trip, "trip_no": "WC-2", "km": 3000}]
    formatted(drop, filed(drop, "outbound_trips", "党政办公室", trips), H3='0.0"万公里"')

    for month in ("04", "05"):
        guests = [
            {"reception_no": n, "visited_on": f"2021-{month}-1{n}", "org_name": f"来宾{month}{n}公司",
             "province": "河北", "visitors": 5}
            for n in (1, 2)
        ]  # fmt: skip
        path = drop.put(f"2021-{month}/{HQ}/接待.xlsx", "receptions", HQ, f"2021-{month}", guests)
        code = f'"JD-2021{month}-"000'
        formatted(drop, path, A3=code, A4=code)

    _uncalculated(filed(drop, "paid_in", "珠三角招商分队", [pays("GCKF-2021-0620", 500)]))

    broken = [pays("GCKF-2021-0630", 500), pays("GCKF-2021-0631", 500)]
    path = filed(drop, "paid_in", NORTH, broken)
    drop.edit(str(path.relative_to(drop.raw)), _broken)
    _capitals(path)
    drop.refresh()
    return drop


def _in_runs(path: Path) -> None:
    """500 struck out before 600; 800 with the mark of a footnote; ten to the fourth."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    struck, raised = InlineFont(strike=True), InlineFont(vertAlign="superscript")
    for row, parts in enumerate(
        [
            (TextBlock(struck, "500"), TextBlock(InlineFont(), "600")),
            (TextBlock(InlineFont(), "800"), TextBlock(raised, "1")),
            (TextBlock(InlineFont(), "10"), TextBlock(raised, "4")),
        ],
        start=3,
    ):
        for column in "CDE":
            sheet[f"{column}{row}"] = CellRichText(*parts)
    book.save(path)


def _uncalculated(path: Path) -> None:
    """Written anew by a program that cannot calculate: its formulas hold 0."""
    rows = [[*one] for one in openpyxl.load_workbook(path).worksheets[0].values]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("实到资金月报表")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        sheet.write_formula(2, 3, "=C3")


def _broken(sheet: Worksheet) -> None:
    sheet["C3"] = "#REF!"
    sheet["H4"] = '=DISPIMG("ID_A1B2",1)'
    sheet["H4"].data_type = "s"


def _capitals(path: Path) -> None:
    """Names a part with a capital, and refers to it with a small letter."""
    copy = path.with_name("copy")
    shutil.move(path, copy)
    with zipfile.ZipFile(copy) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name.replace("sheet1", "Sheet1"), source.read(name))
    copy.unlink()


@pytest.fixture
def amounts(seen: Drop) -> Callable[[str], tuple[Any, ...] | None]:
    """The payments of a project, in yuan; None where its row is held."""

    def of(project: str) -> tuple[Any, ...] | None:
        rows = seen.query(
            "select paid_month_cny, paid_ytd_cny, paid_total_cny from mart.paid_in "
            "where project_id = ?",
            [project],
        )
        return rows[0] if rows else None

    return of


def rules_at(drop: Drop, department: str, slug: str, cell: str) -> set[str]:
    """The rules that speak of a cell."""
    found = drop.result(f"2021-05/{department}/{slug}.xlsx").findings
    return {one.rule for one in found if one.cell == cell}


def test_a_unit_in_the_format_is_nearer_than_the_one_above_the_table(seen: Drop) -> None:
    assert seen.query(
        "select project_id, contract_amount_cny from mart.signed_projects order by 1"
    ) == [("GCKF-2021-0501", Decimal(1_250_000_000)), ("GCKF-2021-0502", Decimal(120_000_000))]


def test_a_scale_with_its_word_is_read_as_it_is_seen_or_asked_about(
    seen: Drop, amounts: Callable[[str], tuple[Any, ...] | None]
) -> None:
    shown = amounts("GCKF-2021-0601")
    if shown is None:
        assert "E007" in rules_at(seen, HQ, "paid_in", "C3")
    else:
        assert shown == (5_000_000, 8_000_000, 8_000_000)
    assert amounts("GCKF-2021-0602") == (1_200_000,) * 3


def test_a_scale_without_a_word_is_read_as_it_is_seen_or_asked_about(seen: Drop) -> None:
    found = seen.query("select planned_amount_cny from mart.pipeline_projects")
    if found:
        assert found == [(Decimal(120_000_000),)]
    else:
        assert "E007" in rules_at(seen, HQ, "pipeline_projects", "D3")


def test_dollars_of_a_format_are_no_yuan(
    seen: Drop, amounts: Callable[[str], tuple[Any, ...] | None]
) -> None:
    assert amounts("GCKF-2021-0603") is None
    assert rules_at(seen, "经济发展局", "paid_in", "C3") & {"E007", "R110"}


def test_a_minus_made_by_the_format_counts(
    amounts: Callable[[str], tuple[Any, ...] | None],
) -> None:
    shown = amounts("GCKF-2021-0604")
    assert shown is None or shown[0] == -3_000_000


def test_a_percent_is_no_amount(
    seen: Drop, amounts: Callable[[str], tuple[Any, ...] | None]
) -> None:
    assert amounts("GCKF-2021-0605") is None
    assert "R110" in rules_at(seen, "项目服务中心", "paid_in", "C4")


def test_what_is_struck_out_or_a_footnote_is_left_out_with_a_word(
    seen: Drop, amounts: Callable[[str], tuple[Any, ...] | None]
) -> None:
    assert amounts("GCKF-2021-0610") == (6_000_000,) * 3
    assert amounts("GCKF-2021-0611") == (8_000_000,) * 3
    assert "E013" in rules_at(seen, "长三角招商分队", "paid_in", "C3")
    assert "E013" in rules_at(seen, "长三角招商分队", "paid_in", "C4")


def test_a_power_is_asked_about(
    seen: Drop, amounts: Callable[[str], tuple[Any, ...] | None]
) -> None:
    assert amounts("GCKF-2021-0612") is None
    assert "R110" in rules_at(seen, "长三角招商分队", "paid_in", "C5")


def test_what_a_format_hides_counts_and_is_said(seen: Drop) -> None:
    assert "E013" in rules_at(seen, NORTH, "signed_projects", "J3")


def test_ten_thousands_of_kilometres_are_kilometres(seen: Drop) -> None:
    found = seen.query("select trip_no, km from mart.outbound_trips order by 1")
    assert found == [("WC-1", Decimal(21_000)), ("WC-2", Decimal(3000))]


def test_a_prefix_made_by_the_format_belongs_to_the_number(seen: Drop) -> None:
    found = seen.query("select count(distinct org_name) from mart.receptions")
    assert found == [(4,)]


def test_a_formula_that_was_never_calculated_has_no_value(
    seen: Drop, amounts: Callable[[str], tuple[Any, ...] | None]
) -> None:
    assert amounts("GCKF-2021-0620") is None
    assert "R111" in rules_at(seen, "珠三角招商分队", "paid_in", "D3")


def test_an_error_is_seen_whatever_the_name_of_its_part(seen: Drop) -> None:
    assert "R111" in rules_at(seen, NORTH, "paid_in", "C3")


def test_a_picture_is_no_text(seen: Drop) -> None:
    assert "R111" in rules_at(seen, NORTH, "paid_in", "H4")
