"""A blank workbook, filled in with the golden rows, passes the check that every file passes."""

from __future__ import annotations

import csv
import datetime as dt
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import is_zipfile

import openpyxl
import pytest
from drop import Drop

import schemas
from flows.answer.template import BLANK_ROWS, carried_rows, write_template
from flows.check import check
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.recognise import returned
from flows.recognise.headers import bare
from flows.store.warehouse import Warehouse
from guoban.cli import run_command
from schemas.declare import Cycle, Kind, Return

GOLDEN = PROJECT / "tests" / "golden"
ZONE = load_zone(PROJECT / "zone.toml")
# What has another month or reporter than May's first row.
FILED = {"annual_targets": ("招商局", "2021-01"), "corrections": ("珠三角招商分队", "2021-04")}
RETURNS = [pytest.param(model, id=model.form().slug) for model in schemas.all_returns()]


def golden_rows(model: type[Return]) -> tuple[str, dt.date, list[dict[str, str]]]:
    """A department, a month, and what the golden tables have for them."""
    form = model.form()
    with (GOLDEN / f"{form.number}_{form.title}.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if form.slug in FILED:
        department, month = FILED[form.slug]
        return department, dt.date.fromisoformat(f"{month}-01"), rows
    department = next(row["填报单位"] for row in rows if row["报告期"] == "2021-05")
    mine = [row for row in rows if (row["报告期"], row["填报单位"]) == ("2021-05", department)]
    return department, dt.date(2021, 5, 1), mine


def fill_in(path: Path, model: type[Return], rows: list[dict[str, str]], filed_on: str) -> None:
    """Types the rows and the signatures into a blank workbook, over what is carried over."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = header_row(sheet)
    columns = {column.header: column for column in model.columns().values()}
    for index, cell in enumerate(sheet[header], start=1):
        column = columns[bare(cell.value)]
        for number in range(header + 1, sheet.max_row + 1):
            sheet.cell(number, index).value = None
        for number, row in enumerate(rows, start=header + 1):
            sheet.cell(number, index).value = typed(row[column.header], column.kind)
    sign(sheet, filed_on)
    book.save(path)


def sign(sheet: Any, filed_on: str) -> None:
    people = {"单位负责人：": "甲", "填表人：": "乙", "审核人：": "丙", "报出日期：": filed_on}
    for row in sheet.iter_rows(max_row=header_row(sheet)):
        for cell in row:
            if cell.value in people:
                sheet.cell(cell.row, cell.column + 1).value = people.pop(cell.value)
    assert not people


def header_row(sheet: Any) -> int:
    return next(
        int(cell.row) for row in sheet.iter_rows() for cell in row if cell.comment is not None
    )


def typed(text: str, kind: Kind) -> Any:
    if not text:
        return None
    if kind in {Kind.MONEY, Kind.NUMBER}:
        return float(text)
    if kind is Kind.WHOLE:
        return int(text)
    return dt.datetime.fromisoformat(text) if kind is Kind.DATE else text


@pytest.mark.parametrize("model", RETURNS)
def test_filled_in_with_the_golden_rows_it_passes(
    model: type[Return], golden: Drop, tmp_path: Path
) -> None:
    department, month, rows = golden_rows(model)
    path = tmp_path / "填好的.xlsx"
    write_template(model, ZONE, department, month, path)
    late = f"{(month + dt.timedelta(days=32)).replace(day=1)}"
    fill_in(path, model, rows, late)

    (told,) = check(golden.settings, golden.zone, [path])

    assert (told.return_name, told.department) == (model.form().slug, department)
    assert told.month == month
    assert [one for one in told.findings if one.is_error] == []
    asked = {one.rule for one in told.findings if one.severity == "warning"}
    # What the golden rows themselves are asked about, and nothing of ours.
    assert asked <= {"X211", "X212", "C302"}


@pytest.mark.parametrize("model", RETURNS)
def test_left_blank_it_is_not_taken_in_and_says_so(
    model: type[Return], golden: Drop, tmp_path: Path
) -> None:
    path = tmp_path / "空白.xlsx"
    write_template(model, ZONE, "招商局", dt.date(2021, 5, 1), path)
    (told,) = check(golden.settings, golden.zone, [path])
    assert [(one.rule, one.severity) for one in told.findings] == [("E012", "info")]


def test_nil_is_chosen_from_a_list(golden: Drop, tmp_path: Path) -> None:
    path = tmp_path / "零报告.xlsx"
    write_template(schemas.by_name("receptions"), ZONE, "招商局", dt.date(2021, 6, 1), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (label,) = [c for row in sheet.iter_rows(max_row=8) for c in row if c.value == "零报告："]
    sheet.cell(label.row, label.column + 1).value = "是"
    sign(sheet, "2021-07-01")
    book.save(path)
    (told,) = check(golden.settings, golden.zone, [path])
    assert [one.rule for one in told.findings if one.severity != "info"] == []


@pytest.mark.slow
@pytest.mark.parametrize("model", RETURNS)
def test_only_snapshots_take_over_the_rows_of_last_month(
    model: type[Return], golden: Drop, tmp_path: Path
) -> None:
    """Next month's blank workbook, signed as it is, passes for what need not change."""
    department, month, filed = golden_rows(model)
    after = (month + dt.timedelta(days=32)).replace(day=1)
    with closing(Warehouse(golden.settings.warehouse).open_read_only()) as con:
        rows = carried_rows(con, model, department, after)
    if model.form().cycle is not Cycle.SNAPSHOT:
        assert rows == []
        return
    assert len(rows) == len(filed)
    path = tmp_path / "沿用.xlsx"
    write_template(model, ZONE, department, after, path, rows)
    book = openpyxl.load_workbook(path)
    sign(book.worksheets[0], f"{(after + dt.timedelta(days=32)).replace(day=1)}")
    book.save(path)
    (told,) = check(golden.settings, golden.zone, [path])
    assert (told.department, told.month) == (department, after)
    assert [one for one in told.findings if one.is_error] == []


def test_money_is_carried_in_ten_thousands(golden: Drop, tmp_path: Path) -> None:
    model = schemas.by_name("signed_projects")
    with closing(Warehouse(golden.settings.warehouse).open_read_only()) as con:
        rows = carried_rows(con, model, "招商局", dt.date(2021, 6, 1))
    path = tmp_path / "沿用.xlsx"
    write_template(model, ZONE, "招商局", dt.date(2021, 6, 1), path, rows)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    first = header_row(sheet) + 1
    headers = [bare(cell.value) for cell in sheet[first - 1]]
    cell = sheet.cell(first, headers.index("合同投资额") + 1)
    assert cell.value == rows[0]["contract_amount_cny"] / 10_000


def test_what_is_masked_when_published_is_carried_as_it_was_filed(
    drop: Drop, tmp_path: Path
) -> None:
    remark = "联系人13812345678"
    row = {"project_id": "GCKF-2021-0001", "remark": remark}
    drop.put("在谈.xlsx", "pipeline_projects", "招商局", "2021-05", [row])
    drop.refresh()
    assert remark not in str(drop.query("from mart.pipeline_projects"))
    model = schemas.by_name("pipeline_projects")
    with closing(Warehouse(drop.settings.warehouse).open_read_only()) as con:
        (carried,) = carried_rows(con, model, "招商局", dt.date(2021, 6, 1))
    assert carried["remark"] == remark


def test_codes_are_text_and_dates_are_dates(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    write_template(schemas.by_name("signed_projects"), ZONE, "招商局", dt.date(2021, 5, 1), path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    first = header_row(sheet) + 1
    headers = [bare(cell.value) for cell in sheet[first - 1]]
    for row in (first, first + BLANK_ROWS - 1):
        shapes = dict(zip(headers, sheet[row], strict=True))
        assert shapes["项目编号"].number_format == "@"
        assert shapes["签约日期"].number_format == "yyyy-mm-dd"
        assert not shapes["项目编号"].protection.locked
    assert sheet.protection.sheet
    assert sheet.cell(1, 1).protection.locked
    assert sheet.cell(first - 1, 1).protection.locked


@pytest.mark.parametrize("model", RETURNS)
def test_every_allowed_value_stands_in_a_drop_down(model: type[Return], tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    write_template(model, ZONE, "招商局", dt.date(2021, 5, 1), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = header_row(sheet)
    rules = {
        bare(sheet.cell(header, area.min_col).value): rule
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
        if area.min_row == header + 1
    }
    for column in model.columns().values():
        if column.is_envelope:
            continue
        rule = rules[column.header]
        if column.choices:
            source = rule.formula1
            if source.startswith('"'):
                options = source.strip('"').split(",")
            else:
                (place,) = book.defined_names[source.lstrip("=")].destinations
                options = [cell.value for (cell,) in book[place[0]][place[1]]]
            assert tuple(options) == column.choices
        if rule.type and rule.type != "none":
            assert rule.error
            assert rule.showErrorMessage


def test_a_long_list_gets_a_name_on_a_hidden_sheet(tmp_path: Path) -> None:
    zone = ZONE.model_copy(
        update={
            "departments": tuple(
                ZONE.departments[0].model_copy(update={"name": f"第{n}招商分局（合成单位）"})
                for n in range(40)
            )
        }
    )
    path = tmp_path / "目标.xlsx"
    write_template(schemas.by_name("annual_targets"), zone, "甲局", dt.date(2021, 1, 1), path)
    book = openpyxl.load_workbook(path)
    assert book["_lists"].sheet_state == "veryHidden"
    assert [cell.value for (cell,) in book["_lists"]["A1:A41"]][:2] == [
        "全区",
        "第0招商分局（合成单位）",
    ]
    assert "options_department" in book.defined_names


def test_an_outdated_template_is_named(
    golden: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = schemas.by_name("receptions")
    path = tmp_path / "旧.xlsx"
    with monkeypatch.context() as patch:
        patch.setattr("flows.answer.template.template_version", lambda _: "0ld0ld00")
        write_template(model, ZONE, "招商局", dt.date(2021, 5, 1), path)
    sign_book(path)
    (draft, *_) = drafts_of(path)
    (told,) = [one for one in draft.findings if one.rule == "E012"]
    assert told.severity == "warning"
    assert "0ld0ld00" in told.message
    assert returned.template_version(model) in told.message


def test_the_current_template_is_not_remarked_on(tmp_path: Path) -> None:
    path = tmp_path / "新.xlsx"
    write_template(schemas.by_name("receptions"), ZONE, "招商局", dt.date(2021, 5, 1), path)
    sign_book(path)
    (draft,) = drafts_of(path)
    assert not [one for one in draft.findings if one.rule in {"E012", "E013", "E001"}]


def sign_book(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sign(book.worksheets[0], "2021-06-01")
    book.save(path)


CARRIED: dict[str, Any] = {
    "project_id": "GCKF-2021-0001",
    "project_name": "甲项目",
    "investor": "甲公司",
    "planned_amount_cny": Decimal(123_450_000),
    "sector": "工业",
    "first_contact_on": dt.date(2021, 3, 4),
}


@pytest.mark.parametrize("is_saved", [False, True])
@pytest.mark.parametrize("carried", [[], [CARRIED]])
def test_a_template_in_which_nothing_was_filled_in_is_not_taken_in(
    carried: list[dict[str, Any]], is_saved: bool, tmp_path: Path
) -> None:
    path = tmp_path / "在谈.xlsx"
    model = schemas.by_name("pipeline_projects")
    write_template(model, ZONE, "招商局", dt.date(2021, 5, 1), path, carried)
    if is_saved:
        book = openpyxl.load_workbook(path)
        book.worksheets[0].column_dimensions["A"].width = 40
        book.save(path)
    (draft,) = drafts_of(path)
    assert draft.model is None
    assert [(one.rule, one.severity) for one in draft.findings] == [("E012", "info")]
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(header_row(sheet) + 1, 2).value = "甲项目二期"
    book.save(path)
    (draft,) = drafts_of(path)
    assert (draft.model, draft.rows_found) == (model, 1)


def test_a_blank_template_of_before_is_not_taken_in_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "接待.xlsx"
    monkeypatch.setattr("flows.answer.template.content_of", lambda _: "")
    write_template(schemas.by_name("receptions"), ZONE, "招商局", dt.date(2021, 5, 1), path)
    (draft,) = drafts_of(path)
    assert [(one.rule, one.severity) for one in draft.findings] == [("E012", "info")]
    sign_book(path)
    (draft,) = drafts_of(path)
    assert draft.model is not None


def drafts_of(path: Path) -> list[Any]:
    from flows.read import Limits, read_files  # noqa: PLC0415
    from flows.recognise import Origin  # noqa: PLC0415

    ((_, book),) = read_files({1: path}, Limits(workers=1))
    origin = Origin(1, path.name, dt.date(2021, 6, 2))
    return returned.recognise_any(book, origin, ZONE, {}).drafts


def test_the_command_writes_over_no_file_without_being_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "会议.xlsx"
    words = ["template", "meetings", "--department", "招商局", "--month", "2021-05", "-o"]
    words += [str(target), "--warehouse", str(tmp_path / "warehouse")]
    target.write_bytes(b"filled in for an hour")
    assert run_command(words) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_bytes() == b"filled in for an hour"
    assert run_command([*words, "--force"]) == 0
    assert is_zipfile(target)
