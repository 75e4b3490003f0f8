"""The reply's workbook: the submitted one with its look, every opinion at its cell."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk, hidden_rows, table_of
from guests import HEADERS, NAME, guests, row
from msoffcrypto.format.ooxml import OOXMLFile
from renderer.hostile import repacked

from flows.answer import places, replies, reply
from flows.answer.opinions import compact_cells
from flows.answer.page import SEVERITY_FILLS
from flows.answer.report import Report
from flows.answer.reports import reports_of

pytestmark = pytest.mark.slow


def opened(desk: Desk, name: str = NAME) -> Any:
    return openpyxl.load_workbook(desk.reply_to(name))


def with_reference(book: Any, _: Any) -> None:
    """Makes a workbook that can't be sent back part by part."""
    book.define_name("别处", "='[1]Sheet1'!$A$1")


@pytest.fixture(params=["plain", pytest.param("tidied", marks=pytest.mark.nightly)])
def change(request: pytest.FixtureRequest) -> Any:
    """A change that leaves a workbook plain, and one by which a library has to make it so."""
    return {"plain": None, "tidied": with_reference}[request.param]


def test_comments_stand_at_the_cells_below_a_merged_header(desk: Desk, change: Any) -> None:
    rows = [row("1"), row("2", 来源省份="火星", 客商人数=0), row("3")]
    guests(desk.raw / NAME, rows, change=change)
    desk.answer()
    sheet = opened(desk)["接待"]
    noted = {
        cell.coordinate: cell.comment.text
        for line in sheet.iter_rows()
        for cell in line
        if cell.comment is not None
    }
    assert set(noted) == {"D6", "E6"}
    for part in ("错误", "R104", "火星", "取值须在规定的选项之内", "可填"):
        assert part in noted["D6"]
    assert "R103" in noted["E6"]
    assert sheet["D6"].fill.fgColor.rgb == f"FF{SEVERITY_FILLS['error']}"
    assert sheet["D5"].fill.fgColor.rgb != sheet["D6"].fill.fgColor.rgb


def test_the_look_is_kept(desk: Desk, change: Any) -> None:
    guests(desk.raw / NAME, [row("1", 来源省份="火星")], change=change)
    desk.answer()
    sheet = opened(desk)["接待"]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:F1", "A3:A4", "B3:E3", "F3:F4"}
    assert sheet["A1"].font.name == "楷体"
    assert sheet["A1"].fill.fgColor.rgb == "FFCCFFCC"
    assert sheet["B5"].number_format == "yyyy-mm-dd"
    assert sheet.column_dimensions["C"].width == pytest.approx(33, abs=1)


def test_formulas_leave_as_their_values(desk: Desk, change: Any) -> None:
    rows = [row("1", 来源省份="火星", 客商人数=("=1+6", 7))]
    guests(desk.raw / NAME, rows, change=change)
    desk.answer()
    path = desk.reply_to(NAME)
    assert opened(desk)["接待"]["E5"].value == 7
    with zipfile.ZipFile(path) as container:
        for name in container.namelist():
            assert b"<f>" not in container.read(name), name
            assert "externalLink" not in name
            assert "vbaProject" not in name


def test_submitted_text_never_becomes_a_formula(desk: Desk, change: Any) -> None:
    texts = ["=1+1", "+1", "-1-x", "@SUM(A1)", '=HYPERLINK("x")', "\t=1"]
    rows = [row(str(n), 来源省份=text, 备注=text) for n, text in enumerate(texts)]
    guests(desk.raw / NAME, [*rows, row("99")], change=change)
    desk.answer()
    path = desk.reply_to(NAME)
    with zipfile.ZipFile(path) as container:
        assert not any(b"<f>" in container.read(name) for name in container.namelist())
    book = openpyxl.load_workbook(path)
    for number in range(5, 5 + len(texts)):
        cell = book["接待"][f"F{number}"]
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
    told = [one for one in table_of(book.worksheets[0]) if one["编号"].value == "R104"]
    assert [one["值"].data_type for one in told] == ["s"] * len(texts)


def test_the_same_holds_for_what_is_written_afresh(desk: Desk) -> None:
    path = desk.raw / "2021-05/招商局/接待.csv"
    path.parent.mkdir(parents=True)
    lines = ["填报单位：招商局,报告期：2021年5月", ",".join(HEADERS)]
    lines += ["1,2021-05-06,=1+1,@火星,3,+cmd"]
    path.write_text("\n".join(lines), encoding="gb18030")
    desk.answer()
    reply = desk.reply_to("接待.csv")
    with zipfile.ZipFile(reply) as container:
        assert not any(b"<f>" in container.read(name) for name in container.namelist())
    sheet = openpyxl.load_workbook(reply)["数据"]
    assert [cell.value for cell in sheet[3]][2:] == ["=1+1", "@火星", 3, "+cmd"]
    assert [sheet[f"{letter}3"].data_type for letter in "CDF"] == ["s"] * 3
    assert sheet["C3"].quotePrefix
    assert sheet["B3"].value.date() == dt.date(2021, 5, 6)
    assert "R104" in sheet["D3"].comment.text


def test_the_first_sheet_says_status_counts_and_what_to_do(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星"), row("3", 客商人数="约5")])
    desk.answer()
    sheet = opened(desk).worksheets[0]
    assert sheet.title == "审核意见"
    words = "\n".join(str(c.value) for line in sheet.iter_rows(max_row=10) for c in line if c.value)
    for part in ("招商局综合科", "部分接收", "错误2条", "警告0条", "共3行，采用1行，扣留2行", NAME):
        assert part in words
    told = table_of(sheet)
    assert [one["编号"].value for one in told] == ["R104", "R110"]
    first = told[0]
    assert (first["工作表"].value, first["单元格"].value) == ("接待", "D6")
    assert first["单元格"].hyperlink.location == "'接待'!D6"
    assert first["值"].value == "火星"
    assert first["程度"].value == "错误"
    assert not first["单位说明"].protection.locked
    assert first["问题"].protection.locked
    assert sheet.protection.sheet


def test_errors_come_first_then_warnings_then_the_rest(desk: Desk) -> None:
    month = "报告期：2021年5月"
    guests(
        desk.raw / "2021-05/经济发展局/接待.xlsx",
        [row("1", 来访日期="2021年5月6日"), row("2", 来源省份="广东省"), row("3", 来源省份="火星")],
        month=month,
    )
    desk.answer()
    told = table_of(opened(desk, "接待.xlsx").worksheets[0])
    assert [one["程度"].value for one in told] == ["错误", "警告", "提示", "提示"]


@pytest.mark.nightly
def test_the_other_sheets_are_not_selected_with_the_first(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    desk.answer()
    book = opened(desk)
    assert [sheet.sheet_view.tabSelected for sheet in book.worksheets[:2]] == [True, False]
    assert book.active.title == "审核意见"


def test_what_repeats_is_grouped_and_listed_in_full(desk: Desk) -> None:
    rows = [row(str(n), 来源省份="火星") for n in range(1, 31)] + [row("31")]
    rows[24][4] = "约5"
    guests(desk.raw / NAME, rows)
    desk.answer()
    book = opened(desk)
    told = table_of(book.worksheets[0])
    assert [one["编号"].value for one in told] == ["R104"] * 21 + ["R110"]
    group = told[20]
    assert "另有10条" in group["问题"].value
    assert "D25至D34" in group["问题"].value
    everything = table_of(book["全部意见"])
    assert [one["序号"].value for one in everything] == [str(n) for n in range(1, 32)]
    assert [one["编号"].value for one in everything].count("R104") == 30
    commented = [line[3].row for line in book["接待"].iter_rows() if line[3].comment is not None]
    assert commented == list(range(5, 35))


@pytest.mark.nightly
def test_few_repeats_need_no_list(desk: Desk) -> None:
    guests(desk.raw / NAME, [row(str(n), 来源省份="火星") for n in range(1, 22)] + [row("22")])
    desk.answer()
    book = opened(desk)
    assert "全部意见" not in book.sheetnames
    assert len(table_of(book.worksheets[0])) == 21


def test_addresses_below_each_other_are_told_as_ranges() -> None:
    assert compact_cells(["K5", "K6", "K7", "K9", "L10"]) == "K5至K7、K9、L10"
    assert compact_cells(["第3行"]) == "第3行"


def test_the_hidden_sheet_tells_what_is_answered(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("77", 来源省份="火星")])
    desk.answer()
    book = opened(desk)
    assert book["_guoban"].sheet_state == "veryHidden"
    rows = hidden_rows(desk.reply_to(NAME))
    assert rows[0][:3] == ("guoban", "reply", "1")
    (finding,) = [row for row in rows if row[0] == "finding"]
    assert json.loads(finding[1])[2:11] == [
        "R104", "receptions", "招商局", "2021-05-01", "接待", "D5", "77", "province", "火星"
    ]  # fmt: skip


def test_a_missing_value_is_marked_where_nothing_stands(desk: Desk, change: Any) -> None:
    guests(desk.raw / NAME, [row("1"), row("2", 客商人数=None, 来源省份=None)], change=change)
    desk.answer()
    sheet = opened(desk)["接待"]
    assert "R101" in sheet["E6"].comment.text


def test_an_unreadable_file_gets_the_first_sheet_alone(desk: Desk) -> None:
    path = desk.raw / "2021-05/招商局/坏.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 cut off")
    desk.answer()
    (reply,) = desk.replied
    assert reply.relative_to(desk.warehouse.replies).parts == (
        "2021-05",
        "招商局",
        "坏.xlsx.reply.xlsx",
    )
    book = openpyxl.load_workbook(reply)
    assert book.sheetnames == ["审核意见", "_guoban"]
    assert table_of(book.worksheets[0])[0]["编号"].value == "E011"


def test_a_workbook_with_a_sheet_of_our_name_keeps_it(desk: Desk) -> None:
    def more(book: Any, _: Any) -> None:
        book.add_worksheet("审核意见").write_string(0, 0, "本单位的审核意见")

    guests(desk.raw / NAME, [row("1", 来源省份="火星")], change=more)
    desk.answer()
    book = opened(desk)
    assert book.sheetnames[:3] == ["审核意见2", "接待", "审核意见"]
    assert book["审核意见"]["A1"].value == "本单位的审核意见"


@pytest.mark.nightly
def test_what_others_said_and_drew_stays(desk: Desk) -> None:
    def more(_: Any, sheet: Any) -> None:
        sheet.insert_textbox("H2", "本单位的说明")
        sheet.write_comment("D5", "已核对", {"author": "甲"})
        sheet.write_comment("E5", "人数另计", {"author": "乙"})

    guests(desk.raw / NAME, [row("1", 来源省份="火星")], change=more)
    desk.answer()
    sheet = opened(desk)["接待"]
    assert sheet["D5"].comment.text.startswith("已核对\n\n【审核意见】错误 R104")
    assert (sheet["E5"].comment.text, sheet["E5"].comment.author) == ("人数另计", "乙")
    with zipfile.ZipFile(desk.reply_to(NAME)) as container:
        parts = {name: container.read(name).decode() for name in container.namelist()}
    assert any("本单位的说明" in text for name, text in parts.items() if "drawings/" in name)
    (drawn,) = [text for name, text in parts.items() if name.endswith(".vml")]
    assert drawn.count("<v:shape ") == 2
    assert len(set(re.findall(r'<v:shape id="(\w+)"', drawn))) == 2


@pytest.mark.parametrize(
    "active",
    [
        '<xdr:sp macro="[0]!Auto" textlink=""/>',
        '<xdr:sp macro="" textlink="[1]Sheet1!$A$1"/>',
    ],
    ids=["macro", "cell of another file"],
)
def test_a_shape_that_acts_is_left_behind(desk: Desk, active: str) -> None:
    path = guests(
        desk.raw / NAME,
        [row("1", 来源省份="火星")],
        change=lambda _, sheet: sheet.insert_textbox("H2", "点这里"),
    )
    with zipfile.ZipFile(path) as container:
        parts = {name: container.read(name) for name in container.namelist()}
    drawing = "xl/drawings/drawing1.xml"
    assert b'<xdr:sp macro="" textlink="">' in parts[drawing]
    parts[drawing] = parts[drawing].replace(
        b'<xdr:sp macro="" textlink="">', active.replace("/>", ">").encode()
    )
    with zipfile.ZipFile(path, "w") as container:
        for name, content in parts.items():
            container.writestr(name, content)
    desk.answer()
    with zipfile.ZipFile(desk.reply_to(NAME)) as container:
        assert not any("点这里" in container.read(name).decode() for name in container.namelist())
    assert "R104" in opened(desk)["接待"]["D5"].comment.text


def test_references_to_other_files_are_left_behind(desk: Desk) -> None:
    def more(book: Any, sheet: Any) -> None:
        book.define_name("别处", "='[1]Sheet1'!$A$1")
        book.define_name("这里", "=接待!$A$1")
        sheet.data_validation(4, 3, 9, 3, {"validate": "list", "source": "='[1]省份'!$A$1:$A$9"})
        sheet.write_url(10, 0, "https://example.org/", string="看这里")

    guests(desk.raw / NAME, [row("1", 来源省份="火星")], change=more)
    desk.answer()
    book = opened(desk)
    assert set(book.defined_names) == {"这里"}
    assert book["接待"].data_validations.dataValidation == []
    with zipfile.ZipFile(desk.reply_to(NAME)) as container:
        assert not any(b"example.org" in container.read(name) for name in container.namelist())


@pytest.mark.nightly
def test_a_merged_area_over_everything_is_not_drawn(desk: Desk) -> None:
    def more(book: Any, sheet: Any) -> None:
        with_reference(book, sheet)
        # Beyond the rows, so that the return reads as it should.
        sheet.table_merges = None
        sheet.merge.append([20, 0, 1_000_000, 40])

    guests(desk.raw / NAME, [row("1", 来源省份="火星")], change=more)
    desk.answer()
    sheet = opened(desk)["接待"]
    assert "R104" in sheet["D5"].comment.text
    assert "A21:AO1000001" not in sheet.merged_cells


def test_what_openpyxl_cannot_open_is_written_afresh(desk: Desk) -> None:
    path = guests(desk.raw / NAME, [row("1", 来源省份="火星")], change=with_reference)
    path.write_bytes(repacked(path.read_bytes(), {"docProps/core.xml": "<cut off"}))
    desk.answer()
    book = opened(desk)
    assert "R104" in book["接待"]["D5"].comment.text
    words = [cell.value for line in book.worksheets[0].iter_rows(max_row=8) for cell in line]
    assert any("重新生成" in str(text) for text in words)


def test_sound_files_get_no_reply(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1")])
    assert desk.answer() == []


def test_many_replies_are_written_by_two_processes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "REPLIES_A_CHILD", 4)
    for number in range(8):
        guests(desk.raw / f"2021-05/招商局/接待{number}.xlsx", [row(f"{number}", 来源省份="火星")])
    assert len(desk.answer()) == 8
    assert all(path.is_file() for path in desk.replied)


# --- names and places ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("../../外面.xlsx", "外面.xlsx"),
        ("..", "_.."),
        ("a/b\\c.xlsx", "b_c.xlsx"),
        ("坏\x00名\n字\u202e.xlsx", "坏_名_字_.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        (".隐藏.xlsx", "_.隐藏.xlsx"),
        ("a:b*c?.xlsx", "a_b_c_.xlsx"),
    ],
)
def test_a_hostile_name_leads_nowhere(name: str, part: str) -> None:
    found = places.reply_name(name)
    assert "/" not in found
    assert found == f"{part}.reply.xlsx" or name == ".."


def test_a_long_name_is_cut_and_stays_recognisable() -> None:
    name = places.reply_name("招商局" * 40 + ".xlsx")
    assert len(name.encode()) <= 255
    assert name.startswith("招商局招商局")
    assert name.endswith(".xlsx.reply.xlsx")
    assert name != places.reply_name("招商局" * 41 + ".xlsx")


def test_two_files_of_one_name_have_a_reply_each(desk: Desk) -> None:
    guests(desk.raw / "2021-05/招商局/接待.xlsx", [row("1", 来源省份="火星")])
    guests(desk.raw / "补报/接待.xlsx", [row("2", 来源省份="月球")])
    first, second = desk.answer()
    assert first.parent == second.parent
    assert first.name == "接待.xlsx.reply.xlsx"
    assert second.name == "接待.xlsx（000002）.reply.xlsx"


def test_a_new_version_takes_the_place_of_the_reply_before(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    (before,) = desk.answer()
    guests(desk.raw / NAME, [row("1", 来源省份="月球")])
    (after,) = desk.answer()
    assert before == after
    assert "月球" in openpyxl.load_workbook(after)["接待"]["D5"].comment.text


def test_links_are_not_followed_and_the_reply_comes_with_the_next_refresh(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    (desk.warehouse.replies / "2021-05").mkdir(parents=True)
    folder = desk.warehouse.replies / "2021-05" / "招商局"
    folder.symlink_to(elsewhere)
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    # The figures are published all the same.
    assert desk.refresh().published is not None
    assert "can't be written" in caplog.text
    assert list(elsewhere.iterdir()) == []
    folder.unlink()
    assert desk.refresh().published is None
    assert [path.name for path in folder.glob("*.reply.xlsx")] == ["接待.xlsx.reply.xlsx"]


def test_a_link_in_the_reply_s_place_is_replaced(desk: Desk, tmp_path: Path) -> None:
    kept = tmp_path / "要紧的文件"
    kept.write_text("不能动")
    folder = desk.warehouse.replies / "2021-05" / "招商局"
    folder.mkdir(parents=True)
    (folder / "接待.xlsx.reply.xlsx").symlink_to(kept)
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    (path,) = desk.answer()
    assert not path.is_symlink()
    assert kept.read_text() == "不能动"
    assert [one.name for one in folder.iterdir() if one.name.startswith(".")] == []


def test_what_an_ended_run_left_is_cleared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    write = places._write_new

    def killed(folder: int, name: str, data: bytes) -> None:
        write(folder, name, data[:100])
        raise Killed

    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    with monkeypatch.context() as patch:
        patch.setattr(places, "_write_new", killed)
        with pytest.raises(Killed):
            desk.refresh()
    folder = desk.warehouse.replies / "2021-05" / "招商局"
    (left,) = folder.iterdir()
    assert left.name.endswith(".tmp")
    desk.answer()
    assert {path.name for path in folder.iterdir()} == {"接待.xlsx.reply.xlsx", "回执.xlsx"}


# --- what is odd about one file is no other's business -------------------------------------------


def test_a_workbook_that_programs_open_without_asking_is_answered(desk: Desk) -> None:
    """Protected with the password that every program tries: the container is no zip."""
    path = guests(desk.raw / NAME, [row("1"), row("2", 来源省份="火星")])
    plain = io.BytesIO(path.read_bytes())
    with path.open("wb") as file:
        OOXMLFile(plain).encrypt("VelvetSweatshop", file)
    desk.answer()
    assert desk.result(NAME).status == "partly_accepted"
    assert "R104" in opened(desk)["接待"]["D6"].comment.text


def test_a_reply_that_cannot_be_made_is_named_and_the_others_go_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("甲", "乙", "丙"):
        guests(desk.raw / f"2021-05/招商局/{name}.xlsx", [row(name, 来源省份="火星")])

    def odd(*arguments: Any) -> list[Report]:
        # Findings that no page can be made of.
        return [
            replace(one, told=tuple(replace(told, severity="?") for told in one.told))
            if "乙" in one.path
            else one
            for one in reports_of(*arguments)
        ]

    monkeypatch.setattr(replies, "reports_of", odd)
    assert desk.refresh().published is not None
    folder = desk.warehouse.replies / "2021-05" / "招商局"
    assert {path.name for path in folder.iterdir()} == {
        "甲.xlsx.reply.xlsx",
        "丙.xlsx.reply.xlsx",
        "回执.xlsx",
    }
    (told,) = [one for one in caplog.records if "no reply" in one.message]
    assert "乙.xlsx" in told.message
    assert "Traceback" in caplog.text
    # What can't be made is not tried again for ever.
    caplog.clear()
    desk.refresh()
    assert caplog.records == []


def test_a_folder_that_cannot_be_written_costs_no_other(desk: Desk, tmp_path: Path) -> None:
    for name, place in (("甲", "招商局"), ("乙", "经济发展局")):
        guests(desk.raw / f"2021-05/{place}/{name}.xlsx", [row(name, 来源省份="火星")])
    folder = desk.warehouse.replies / "2021-05"
    folder.mkdir(parents=True)
    (folder / "招商局").symlink_to(tmp_path)
    desk.edit("2021-05/经济发展局/乙.xlsx", {"A2": "填报单位：经济发展局"})
    desk.refresh()
    assert (folder / "经济发展局" / "乙.xlsx.reply.xlsx").is_file()


def test_a_workbook_beyond_any_return_comes_back_without_its_sheets(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply, "MAX_CELLS", 100)
    guests(desk.raw / NAME, [row(str(n), 来源省份="火星") for n in range(30)])
    desk.refresh()
    book = openpyxl.load_workbook(io.BytesIO(reply.reply_bytes(desk.job(1))))
    assert book.sheetnames == ["审核意见", "全部意见", "_guoban"]
    words = "".join(str(c.value) for line in book.worksheets[0].iter_rows(max_row=8) for c in line)
    assert "不附数据表" in words
    assert "处理原文件后，重新放回" in words
    assert len(table_of(book["全部意见"])) == 30
