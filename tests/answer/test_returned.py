"""A reply comes back: corrections are the new submission, explanations stand with their findings."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk, explain, table_of
from drop import cell_of
from guests import NAME, guests, row

import schemas
from flows.answer.page import SEVERITY_FILLS
from flows.answer.template import write_template
from flows.check import check

pytestmark = pytest.mark.slow

SIGNED = "2021-05/项目服务中心/签约项目月报表.xlsx"
BACK = "2021-05/招商局/接待.xlsx.reply.xlsx"


def told_of(desk: Desk, rule: str) -> list[tuple[Any, ...]]:
    """Submission, cell and explanation of every published finding of the rule."""
    return desk.query(
        "select submission_id, cell, explanation from mart.findings where rule = ? order by all",
        [rule],
    )


def send_back(desk: Desk, name: str, change: Any = None, target: str | None = None) -> Path:
    """Puts a reply back into the drop folder, with whatever `change` does to the workbook."""
    path = desk.raw / (target or f"{name}.reply.xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(desk.reply_to(name), path)
    if change is not None:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
    return path


def test_corrected_and_explained_it_is_accepted(desk: Desk) -> None:
    """The whole way: an error corrected in its cell, a warning explained in the first sheet."""
    desk.samples("2021-05/项目服务中心/*.xlsx")

    def spoil(sheet: Any) -> None:
        sheet[cell_of(sheet, "GCKF-2021-0015", "合同投资额")] = "约3亿"

    desk.edit(SIGNED, spoil)
    desk.answer()
    assert desk.result(SIGNED).status == "partly_accepted"

    def correct(book: Any) -> None:
        (told,) = [one for one in table_of(book.worksheets[0]) if one["编号"].value == "R110"]
        sheet = book["签约项目月报表"]
        assert sheet[told["单元格"].value].value == "约3亿"
        sheet[told["单元格"].value] = 30000
        for one in table_of(book.worksheets[0]):
            if one["编号"].value == "X212":
                one["单位说明"].value = "确为县内资金，不计入，照实填报。"
        # Somebody sorts or inserts: the finding's row is another one now.
        sheet.insert_rows(5)

    send_back(desk, SIGNED, correct)
    desk.answer()
    result = desk.result(f"{SIGNED}.reply.xlsx")
    assert result.status == "accepted_with_warnings"
    assert [one.rule for one in result.findings if one.is_error] == []
    current = desk.query(
        "select version, is_current, rows_held from mart.submissions where submission_id = ?",
        [result.submission_id],
    )
    assert current == [(2, True, 0)]
    explained = told_of(desk, "X212")
    assert len(explained) == 2
    assert {words for _, _, words in explained} == {"确为县内资金，不计入，照实填报。"}


def test_in_one_refresh_a_reply_comes_after_what_it_answers(desk: Desk, tmp_path: Path) -> None:
    """Both lie there when a warehouse is begun; the reply's file is the older one by its time."""
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()

    def correct(book: Any) -> None:
        for told in table_of(book.worksheets[0]):
            if told["编号"].value == "R104":
                book[told["工作表"].value][told["单元格"].value].value = "湖北"

    os.utime(send_back(desk, NAME, correct), (1_600_000_000, 1_600_000_000))
    second = Desk(tmp_path / "second")
    shutil.copytree(desk.raw, second.raw, dirs_exist_ok=True)
    second.refresh()
    assert second.query("select file from mart.submissions where is_current") == [(BACK,)]


def test_nothing_changed_and_nothing_explained_is_not_taken_in(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()
    before = desk.query("from mart.receptions")
    send_back(desk, NAME)
    desk.answer()
    result = desk.result(BACK)
    assert result.status == "unchanged"
    (told,) = result.findings
    assert (told.rule, told.severity) == ("E012", "info")
    assert NAME in told.message
    assert desk.query("from mart.receptions") == before
    assert desk.replied == []


def test_a_check_says_the_same(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()
    path = send_back(desk, NAME)
    (told,) = check(desk.settings, desk.zone, [path])
    assert [one.rule for one in told.findings] == ["E012"]


@pytest.mark.nightly
def test_formats_and_widths_are_no_change(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()

    def paint(book: Any) -> None:
        sheet = book["接待"]
        sheet["A5"].font = openpyxl.styles.Font(bold=True)
        sheet.column_dimensions["A"].width = 50
        sheet["H20"].number_format = "0.00"

    send_back(desk, NAME, paint)
    desk.answer()
    assert desk.result(BACK).status == "unchanged"


@pytest.mark.nightly
def test_what_was_written_afresh_is_unchanged_too(desk: Desk) -> None:
    path = desk.raw / "2021-05/招商局/接待.csv"
    path.parent.mkdir(parents=True)
    lines = [
        "填报单位：招商局,报告期：2021年5月",
        "接待编号,来访日期,来访企业,来源省份,客商人数,备注",
    ]
    lines += [
        "001,2021-05-06,合成企业,火星,3.0,1e3",
        "002,2021/5/7,合成企业,广东,1234567890123456,",
    ]
    path.write_text("\n".join(lines), encoding="gb18030")
    desk.answer()
    send_back(desk, "2021-05/招商局/接待.csv")
    desk.answer()
    assert desk.result("2021-05/招商局/接待.csv.reply.xlsx").status == "unchanged"


@pytest.mark.nightly
def test_only_explained_it_is_a_version_of_its_own(desk: Desk) -> None:
    desk.samples(SIGNED)
    desk.answer()
    explain(desk.reply_to(SIGNED), {"X212": "已核实"}, desk.raw / f"{SIGNED}.reply.xlsx")
    desk.answer()
    result = desk.result(f"{SIGNED}.reply.xlsx")
    assert result.status == "accepted_with_warnings"
    assert [words for *_, words in told_of(desk, "X212")] == ["已核实", "已核实"]


def test_an_explanation_stands_until_the_value_changes(desk: Desk) -> None:
    """It is there in the next version and the next month, and gone where the value is another."""
    desk.samples("2021-0[345]/项目服务中心/签约项目月报表.xlsx")
    march, april, may = (f"2021-0{n}/项目服务中心/签约项目月报表.xlsx" for n in (3, 4, 5))
    shutil.move(desk.raw / may, desk.raw.parent / "五月.xlsx")
    shutil.move(desk.raw / april, desk.raw.parent / "四月.xlsx")
    desk.answer()
    explain(desk.reply_to(march), {"X212": "县内资金，已核实"}, desk.raw / f"{march}.reply.xlsx")
    desk.answer()
    shutil.move(desk.raw.parent / "四月.xlsx", desk.raw / april)
    desk.answer()
    assert {words for *_, words in told_of(desk, "X212")} == {"县内资金，已核实"}
    # What is explained already stands in the next reply.
    (told,) = table_of(openpyxl.load_workbook(desk.reply_to(april)).worksheets[0])
    assert told["单位说明"].value == "县内资金，已核实"
    # Sent back as it is, nothing is explained anew.
    send_back(desk, april)
    desk.answer()
    assert desk.result(f"{april}.reply.xlsx").status == "unchanged"


def test_another_value_is_not_explained_by_it(desk: Desk) -> None:
    desk.samples("2021-05/项目服务中心/实到资金月报表.xlsx")
    paid = "2021-05/项目服务中心/实到资金月报表.xlsx"

    def late(day: str) -> Any:
        def change(sheet: Any) -> None:
            for line in sheet.iter_rows():
                for cell in line:
                    if "报出日期" in str(cell.value or ""):
                        cell.value = f"单位负责人：甲  填表人：乙  审核人：丙  报出日期：{day}"

        return change

    desk.edit(paid, late("2021年6月9日"))
    desk.answer()
    explain(desk.reply_to(paid), {"E006": "系统停机"}, desk.raw / f"{paid}.reply.xlsx")
    desk.answer()
    assert {words for *_, words in told_of(desk, "E006")} == {"系统停机"}
    desk.edit(paid, late("2021年6月10日"))
    desk.answer()
    assert desk.query(
        "select value, explanation from mart.findings where rule = 'E006' order by value"
    )[0] == ("2021年6月10日", None)


def test_a_remark_in_the_row_explains_a_warning(desk: Desk) -> None:
    desk.samples("2021-05/招商局/签约项目月报表.xlsx")
    desk.answer()
    ((_, _, words),) = told_of(desk, "X211")
    assert words == "合成;框架协议不计合同额,计在谈"


def test_what_is_written_beside_a_finding_wins_over_the_remark(desk: Desk) -> None:
    name = "2021-05/招商局/签约项目月报表.xlsx"
    desk.samples(name)
    desk.answer()
    explain(desk.reply_to(name), {"X211": "六月转正式合同"}, desk.raw / f"{name}.reply.xlsx")
    desk.answer()
    assert {words for *_, words in told_of(desk, "X211")} == {"六月转正式合同"}


@pytest.mark.nightly
def test_one_word_for_a_group_explains_all_of_it(desk: Desk) -> None:
    rows = [row(str(n), 来访企业=f"合成商会{n}") for n in range(1, 31)]
    visits = [
        [f"WC{n}", "2021-05-06", "广东", "广州市", f"合成商会{n}", "企业"] for n in range(1, 31)
    ]
    del rows
    path = desk.raw / "2021-05/招商局/走访.xlsx"
    path.parent.mkdir(parents=True)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["填报单位：招商局", "报告期：2021年5月"])
    sheet.append(["行程编号", "走访日期", "省份", "地市", "走访对象", "对象类型"])
    for line in visits:
        sheet.append(line)
    sheet.append(["单位负责人：甲", "填表人：乙", "审核人：丙", "报出日期：2021-06-01"])
    book.save(path)
    desk.answer()
    name = "2021-05/招商局/走访.xlsx"

    def fill(book: Any) -> None:
        told = [one for one in table_of(book.worksheets[0]) if one["编号"].value == "R113"]
        assert len(told) == 21
        told[-1]["单位说明"].value = "都是企业，名称如此"
        everything = table_of(book["全部意见"])
        (last,) = [one for one in everything if one["单元格"].value == "F32"]
        last["单位说明"].value = "这一家另有情况"

    send_back(desk, name, fill)
    desk.answer()
    words = [words for _, _, words in told_of(desk, "R113")]
    assert words.count("都是企业，名称如此") == 2 * 10
    assert words.count(None) == 2 * 20


def test_nobody_explains_the_findings_of_another(desk: Desk) -> None:
    """What the hidden sheet says of departments is matched with what the file reports."""
    desk.samples("2021-05/*/签约项目月报表.xlsx")
    desk.answer()

    def usurp(book: Any) -> None:
        for line in book["_guoban"].iter_rows():
            if line[0].value == "finding":
                line[1].value = line[1].value.replace("项目服务中心", "招商局")
        for one in table_of(book.worksheets[0]):
            one["单位说明"].value = "冒名"

    send_back(desk, SIGNED, usurp)
    desk.answer()
    assert "冒名" not in {words for *_, words in told_of(desk, "X211") + told_of(desk, "X212")}


@pytest.mark.parametrize(
    "sha256", ["../../../../etc/passwd", "0" * 64, "", "A" * 64], ids=["path", "none", "no", "odd"]
)
@pytest.mark.nightly
def test_a_forged_hash_leads_nowhere(desk: Desk, sha256: str) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()

    def forge(book: Any) -> None:
        for line in book["_guoban"].iter_rows():
            if line[0].value == "sha256":
                line[1].value = sha256

    send_back(desk, NAME, forge)
    desk.answer()
    assert desk.result(BACK).status == "partly_accepted"


@pytest.mark.parametrize(
    "forged",
    [lambda text: "[" * 30_000, lambda text: text.replace('"火星"', r'"\ud800"')],
    ids=["endless", "half a character"],
)
def test_a_forged_finding_stops_nobody(desk: Desk, forged: Callable[[str], str]) -> None:
    """The refresh goes on, the correction counts, and nothing is explained by such a finding."""
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()

    def forge(book: Any) -> None:
        for line in book["_guoban"].iter_rows():
            if line[0].value == "finding":
                line[1].value = forged(line[1].value)
        for one in table_of(book.worksheets[0]):
            one["单位说明"].value = "写了说明"
        book["接待"]["D6"] = "广东"

    send_back(desk, NAME, forge)
    desk.answer()
    assert desk.result(BACK).status == "accepted"
    with desk.working() as con:
        assert con.execute("select count(*) from core.explanations").fetchall() == [(0,)]


@pytest.mark.nightly
def test_sent_to_another_place_it_still_tells_whose_it_is(desk: Desk) -> None:
    """The first file was named by its folder; the reply comes back without one."""
    path = desk.raw / "2021-05/经济发展局/接待.xlsx"
    path.parent.mkdir(parents=True)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["接待编号", "来访日期", "来访企业", "来源省份", "客商人数"])
    sheet.append(["1", "2021-05-06", "合成企业", "火星", 3])
    book.save(path)
    desk.answer()

    def correct(book: Any) -> None:
        book["Sheet"]["D2"] = "广东"

    send_back(desk, "2021-05/经济发展局/接待.xlsx", correct, "退回的.xlsx")
    desk.answer()
    result = desk.result("退回的.xlsx")
    assert (result.department, f"{result.month:%Y-%m}") == ("经济发展局", "2021-05")
    assert result.status == "accepted_with_warnings"


def test_a_reply_without_its_data_sheets_is_not_taken_in(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()

    def drop(book: Any) -> None:
        del book["接待"]
        table_of(book.worksheets[0])[0]["单位说明"].value = "写了说明"

    send_back(desk, NAME, drop)
    desk.answer()
    (told,) = desk.result(BACK).findings
    assert told.rule == "E012"
    assert "没有数据表" in told.message


@pytest.mark.nightly
def test_a_reply_to_a_reply_starts_clean(desk: Desk) -> None:
    """One fault corrected, another made: the old colour is gone, the sheets are there once."""
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星"), row("3")])
    desk.answer()

    def correct(book: Any) -> None:
        book["接待"]["D6"] = "广东"
        book["接待"]["E7"] = "约5"

    send_back(desk, NAME, correct)
    desk.answer()
    book = openpyxl.load_workbook(desk.reply_to(BACK))
    assert book.sheetnames == ["审核意见", "接待", "_guoban"]
    sheet = book["接待"]
    assert sheet["D6"].comment is None
    assert sheet["D6"].fill.fgColor.rgb != f"FF{SEVERITY_FILLS['error']}"
    assert "R110" in sheet["E7"].comment.text


def test_the_answer_to_an_unreadable_file_is_not_taken_in(desk: Desk) -> None:
    path = desk.raw / "2021-05/招商局/坏.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 cut off")
    desk.answer()
    send_back(desk, "坏.xlsx", target="2021-05/招商局/坏.xlsx.reply.xlsx")
    desk.answer()
    result = desk.result("2021-05/招商局/坏.xlsx.reply.xlsx")
    assert [one.rule for one in result.findings] == ["E012"]


@pytest.mark.nightly
def test_everything_is_judged_the_same_again(desk: Desk) -> None:
    """Explanations are read from the archived replies: a new database has them too."""
    desk.samples(SIGNED)
    desk.answer()
    explain(desk.reply_to(SIGNED), {"X212": "已核实"}, desk.raw / f"{SIGNED}.reply.xlsx")
    desk.answer()
    before = desk.query("from mart.findings order by all")
    desk.warehouse.working_database.unlink()
    shutil.rmtree(desk.warehouse.folder / "releases")
    desk.refresh()
    assert desk.query("from mart.findings order by all") == before


@pytest.mark.nightly
def test_an_own_sheet_that_is_damaged_is_no_mark(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    desk.answer()

    def damage(book: Any) -> None:
        book["_guoban"].delete_rows(2, 50)

    path = send_back(desk, NAME, damage)
    with zipfile.ZipFile(path) as container:
        assert container.testzip() is None
    desk.answer()
    # Its data is a submission like any other; the table of ours is one that nobody knows.
    result = desk.result(BACK)
    assert result.status == "partly_accepted"
    assert "E001" in {one.rule for one in result.findings}


@pytest.mark.nightly
def test_a_template_filled_in_wrongly_comes_back_with_its_notes_and_lists(desk: Desk) -> None:
    """Template, reply, correction: the workbook stays one that can be filled in."""
    name = "2021-05/招商局/接待.xlsx"
    path = desk.raw / name
    path.parent.mkdir(parents=True)
    model = schemas.by_name("receptions")
    write_template(model, desk.zone, "招商局", dt.date(2021, 5, 1), path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    (header,) = {c.row for line in sheet.iter_rows() for c in line if c.comment is not None}
    for column, value in enumerate(["JD1", dt.date(2021, 5, 6), "合成企业", "火星", 3], start=1):
        sheet.cell(header + 1, column).value = value
    people = {"单位负责人：": "甲", "填表人：": "乙", "审核人：": "丙", "报出日期：": "2021-06-01"}
    for line in sheet.iter_rows(max_row=header):
        for cell in line:
            if cell.value in people:
                sheet.cell(cell.row, cell.column + 1).value = people[cell.value]
    book.save(path)
    desk.answer()
    reply = openpyxl.load_workbook(desk.reply_to(name))
    sheet = reply["客商接待台账"]
    assert "省份简称" in sheet.cell(header, 4).comment.text
    assert "R104" in sheet.cell(header + 1, 4).comment.text
    assert sheet.data_validations.dataValidation
    assert sheet.protection.sheet
    assert not sheet.cell(header + 1, 4).protection.locked

    def correct(book: Any) -> None:
        book["客商接待台账"].cell(header + 1, 4).value = "湖北"

    send_back(desk, name, correct)
    desk.answer()
    assert desk.result(f"{name}.reply.xlsx").status == "accepted"
