"""Every rule of the catalogue fires at the cell that was made to break it; the samples stay silent.

The sample months are broken in a few copies, many rules at once, each at a place of its own. A
rule without a case here fails the suite.
"""

from __future__ import annotations

import datetime as dt
import functools
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from drop import SAMPLES, Drop, cell_of, change_of

from flows.ask import decisions
from flows.store.warehouse import Warehouse
from flows.validate import across as checks

pytestmark = pytest.mark.slow

HANDBOOK = {
    "E": "001 002 003 004 005 006 007 008 009 010 011 012 013 014 015",
    "R": "101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116",
    "X": "201 202 203 206 207 208 210 211 212 213",
    "C": "301 302 303 304 305 306 307 308 309 310 311",
    "M": "401 402 403 405 406 407 408 409 410 411",
    "T": "501 502",
    "K": "601",
    "B": "701",
}
GOLDEN = [
    ("E006", "2021-02/项目服务中心/实到资金月报表.xlsx"),
    ("X212", "2021-03/项目服务中心/签约项目月报表.xlsx"),
    ("X211", "2021-04/招商局/签约项目月报表.xlsx"),
    ("X212", "2021-04/长三角招商分队/在谈项目月报表.xlsx"),
    ("X212", "2021-04/项目服务中心/签约项目月报表.xlsx"),
    ("X211", "2021-05/招商局/签约项目月报表.xlsx"),
    ("C302", "2021-05/珠三角招商分队/实到资金月报表.xlsx"),
    ("X212", "2021-05/长三角招商分队/在谈项目月报表.xlsx"),
    ("X212", "2021-05/项目服务中心/签约项目月报表.xlsx"),
]

OFFICE, BUREAU, CENTRE = "2021-05/党政办公室", "2021-05/招商局", "2021-05/项目服务中心"
YANGTZE, PEARL, CAPITAL = (
    "2021-05/长三角招商分队",
    "2021-05/珠三角招商分队",
    "2021-05/京津冀招商分队",
)
ECONOMY = "2021-05/经济发展局"
SIGNED, PAID, TALKS = "签约项目月报表.xlsx", "实到资金月报表.xlsx", "在谈项目月报表.xlsx"
GUESTS, MEETINGS, TRIPS = "客商接待台账.xlsx", "招商会议活动台账.xlsx", "外出招商台账.xlsx"
VISITS, PROBLEMS = "外出走访企业明细表.xlsx", "急难愁盼问题台账.xlsx"
SECRETARY, MEASURES = "项目秘书服务台账.xlsx", "营商环境30条任务清单.xlsx"
TARGETS = "2021-01/招商局/年度目标任务分解表.xlsx"
CORRECTIONS = "2021-04/珠三角招商分队/数据更正单.xlsx"
UNREAD = f"{BUREAU}/随手记.xlsx"

Change = Callable[[Any], None]


@dataclass(frozen=True)
class Case:
    """A rule, how it is broken, and the file and cell where it must be found.

    `change` is made in `edited`, which is `file` unless told; a file that isn't among the samples
    is written by `write`. Without a `file` the finding has none and is known by its month.
    `cell` None: no cell, or none that is asked after.
    """

    rule: str
    severity: str
    file: str | None
    change: Change | None = None
    cell: str | None = None
    write: Callable[[Path], None] | None = None
    edited: str | None = None
    month: str = "2021-05"


def row(
    rule: str,
    severity: str,
    file: str,
    key: str,
    values: dict[str, Any],
    *,
    at: str | None = None,
) -> Case:
    """Changes cells of the row that holds `key`; found at the first of them, or at header `at`."""
    cell = address(file, key, at or next(iter(values)))
    return Case(rule, severity, file, change_of(key, **values), cell, month=file[:7])


def text(rule: str, severity: str, file: str, old: str, new: str) -> Case:
    """Replaces a text above or below the table; found in the file, wherever it is told."""

    def change(sheet: Any) -> None:
        places = [
            cell for line in sheet.iter_rows() for cell in line if old in str(cell.value or "")
        ]
        assert places, old
        for cell in places:
            cell.value = cell.value.replace(old, new)

    return Case(rule, severity, file, change)


@functools.cache
def sample(file: str) -> Any:
    """The sheet of a sample workbook, to be read only."""
    return openpyxl.load_workbook(SAMPLES / file).worksheets[0]


def address(file: str, key: str, header: str) -> str:
    """The cell of a sample workbook."""
    return cell_of(sample(file), key, header)


def day(text_: str) -> dt.date:
    return dt.date.fromisoformat(text_)


# --- what is broken, folder by folder ------------------------------------------------------------


def write_notes(path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["买菜", "两斤"])
    book.save(path)


def write_torn(path: Path) -> None:
    path.write_bytes((SAMPLES / BUREAU / GUESTS).read_bytes()[:2000])


def another_column(sheet: Any) -> None:
    sheet["I4"], sheet["I5"] = "本单位自用", "甲"


def old_template(sheet: Any) -> None:
    mark = sheet.parent.create_sheet("_guoban")
    mark.append(["guoban", "template", "00000000"])
    mark.append(["return", "receptions"])
    mark.sheet_state = "veryHidden"


def no_head(sheet: Any) -> None:
    sheet[cell_of(sheet, "JD-2021-058", "来源省份")[0] + "4"] = "省份之类"


def total(sheet: Any) -> None:
    sheet["E7"] = 99


def spare_sheet(sheet: Any) -> None:
    sheet.parent.copy_worksheet(sheet).title = "备份"


def rows_beside_nil(sheet: Any) -> None:
    sheet["A3"] = f"{sheet['A3'].value}　零报告：是"


FILES = [
    Case("E001", "error", UNREAD, write=write_notes),
    Case("E002", "error", f"{YANGTZE}/{GUESTS}", no_head),
    text("E003", "error", f"{OFFICE}/{MEETINGS}", "填报单位：党政办公室", "填报单位：火星办公室"),
    text("E004", "error", f"{ECONOMY}/{GUESTS}", "2021年5月", "2099年5月"),
    text("E005", "warning", f"{BUREAU}/{GUESTS}", "审核人：合成审核人", "审核人：合成填表人"),
    text("E006", "warning", f"{CENTRE}/{SECRETARY}", "报出日期：2021年", "报出日期：2022年"),
    text("E007", "error", f"{YANGTZE}/{TALKS}", "计量单位：万元", "制表：办公室"),
    Case("E008", "warning", f"{OFFICE}/{GUESTS}", total, "E7"),
    Case("E009", "error", f"{CENTRE}/{PROBLEMS}", rows_beside_nil),
    Case("E011", "error", f"{BUREAU}/坏了.xlsx", write=write_torn),
    Case("E012", "warning", f"{CAPITAL}/{GUESTS}", old_template),
    Case("E013", "info", f"{PEARL}/{GUESTS}", another_column),
    Case("E015", "error", f"{PEARL}/{SIGNED}", spare_sheet),
]

ROWS = [
    row("R101", "error", f"{OFFICE}/{MEETINGS}", "HY-2021-052", {"会议名称": None}),
    row("R102", "error", f"{OFFICE}/{TRIPS}", "WC-2021-05", {"同行人数": 4.5}),
    row("R103", "error", f"{OFFICE}/{GUESTS}", "JD-2021-061", {"客商人数": 0}),
    row("R104", "error", f"{OFFICE}/{GUESTS}", "JD-2021-066", {"来源省份": "闽"}),
    row("R105", "error", f"{OFFICE}/{MEETINGS}", "HY-2021-053", {"会议日期": day("2021-06-03")}),
    row("R106", "warning", f"{CAPITAL}/{TALKS}", "GCKF-2021-0243", {"拟投资额": 9}),
    row("R107", "warning", f"{BUREAU}/{GUESTS}", "JD-2021-067", {"意向项目编号": "GCKF-21-1"}),
    row(
        "R108", "warning", f"{BUREAU}/{SIGNED}", "GCKF-2019-0101",
        {"统一社会信用代码": "91420600MA4900000X"},
    ),
    row("R109", "error", f"{OFFICE}/{MEETINGS}", "HY-2021-055", {"会议编号": "HY-2021-054"}),
    row("R110", "error", f"{CAPITAL}/{TALKS}", "GCKF-2021-0241", {"拟投资额": "约1.5亿"}),
    row("R111", "error", f"{OFFICE}/{TRIPS}", "WC-2021-05", {"行程公里": "#REF!"}),
    row(
        "R112", "warning", f"{PEARL}/{PAID}", "GCKF-2021-0026", {"凭证编号": "合成-2021-0005-05"}
    ),
    row(
        "R113", "warning", f"{OFFICE}/{VISITS}", "海康威视", {"走访对象": "海康威视园区"},
        at="对象类型",
    ),
    row(
        "R114", "info", f"{OFFICE}/{VISITS}", "润泰洁具", {"走访对象": "润泰洁具公司、余姚洁具公司"}
    ),
    row("R115", "warning", f"{BUREAU}/{PAID}", "GCKF-2019-0102", {"凭证编号": 24952000000010910000}),
    row("R116", "error", f"{OFFICE}/{MEETINGS}", "HY-2021-056", {"备注": "此行作废"}),
    row("X201", "error", f"{BUREAU}/{SIGNED}", "GCKF-2019-0102", {"开工日期": day("2019-01-01")}),
    row("X202", "error", f"{BUREAU}/{SIGNED}", "GCKF-2021-0001", {"开工日期": None}),
    row("X203", "error", f"{BUREAU}/{SIGNED}", "GCKF-2019-0101", {"固定资产投资额": 60001}),
    row("X206", "error", f"{PEARL}/{SIGNED}", "GCKF-2021-0026", {"备注": None}),
    row("X207", "error", f"{OFFICE}/{TRIPS}", "WC-2021-05", {"天数": 9}),
    row("X208", "error", f"{CENTRE}/{PROBLEMS}", "JN-2021-052", {"办结日期": day("2021-04-30")}),
    row("X210", "error", f"{PEARL}/{PAID}", "GCKF-2021-0005", {"本年累计实到投资额": 8999}),
    row("X211", "warning", f"{BUREAU}/{SIGNED}", "GCKF-2021-0006", {"合同类型": "意向协议"}),
    row("X212", "warning", f"{BUREAU}/{SIGNED}", "GCKF-2021-0009", {"资金来源地": "县内"}),
    row("X213", "warning", f"{ECONOMY}/{MEASURES}", "合成责任人01", {"最近调度日期": day("2021-05-24")}),
]  # fmt: skip

ACROSS = [
    row("C301", "error", f"{CENTRE}/{PAID}", "GCKF-2021-0021", {"项目编号": "GCKF-2021-0003"}),
    row("C302", "warning", f"{BUREAU}/{PAID}", "GCKF-2019-0101", {"自签约累计实到投资额": 60001}),
    # The day of signing moves behind payments: it is the money that is before it.
    Case(
        "C303", "warning", f"{BUREAU}/{PAID}",
        change_of("GCKF-2021-0006", 签约日期=day("2021-05-02")),
        address(f"{BUREAU}/{PAID}", "GCKF-2021-0006", "自签约累计实到投资额"),
        edited=f"{BUREAU}/{SIGNED}",
    ),
    row(
        "C304", "warning", f"{BUREAU}/{SIGNED}", "GCKF-2020-0110",
        {"开工日期": day("2021-03-31"), "项目状态": "开工"},
    ),
    row("C305", "error", f"{CENTRE}/{TALKS}", "GCKF-2021-0219", {"项目编号": "GCKF-2021-0001"}, at="项目状态"),
    row("C306", "error", f"{CAPITAL}/{TALKS}", "GCKF-2021-0241", {"项目状态": "已转签约"}),
    # 长三角 sorts behind 招商局, so of two leads of one day its row is the later.
    Case(
        "C307", "error", f"{YANGTZE}/{SIGNED}", change_of("GCKF-2021-0002", 引资角色="牵头"),
        address(f"{YANGTZE}/{SIGNED}", "GCKF-2021-0002", "引资角色"), edited=f"{BUREAU}/{SIGNED}",
    ),
    row(
        "C307", "warning", f"{YANGTZE}/{SIGNED}", "GCKF-2021-0016",
        {"投资方": "合成投资方0011", "项目名称": "合成项目11·智能仪表2"}, at="项目编号",
    ),
    row("C308", "error", f"{OFFICE}/{VISITS}", "海康威视", {"走访日期": day("2021-05-27")}),
    row("C309", "error", f"{CENTRE}/{SECRETARY}", "MS-2021-017", {"项目编号": "GCKF-2021-0999"}),
    row("C311", "warning", f"{OFFICE}/{MEETINGS}", "HY-2021-057", {"会议编号": "HY-2021-049"}),
    Case("M401", "error", f"{CENTRE}/{TALKS}", change_of("GCKF-2021-0222", 项目编号="GCKF-2021-0998")),
    row(
        "M402", "error", f"{YANGTZE}/{SIGNED}", "GCKF-2021-0007", {"项目状态": "注册", "开工日期": None}
    ),
    row("M403", "error", f"{YANGTZE}/{SIGNED}", "GCKF-2021-0008", {"合同投资额": 38000}),
    row("M405", "error", f"{YANGTZE}/{PAID}", "GCKF-2020-0106", {"本年累计实到投资额": 30001}),
    row(
        "M406", "error", f"{YANGTZE}/{PAID}", "GCKF-2021-0008",
        {"本月实到投资额": -500, "本年累计实到投资额": 1000, "自签约累计实到投资额": 1000},
    ),
    row("M407", "warning", f"{CENTRE}/{SIGNED}", "GCKF-2021-0019", {"签约日期": day("2021-04-27")}),
    row("M408", "warning", f"{CAPITAL}/{PAID}", "GCKF-2020-0108", {"本月实到投资额": 35001}),
    row("M409", "warning", f"{BUREAU}/{TALKS}", "GCKF-2021-0203", {"进展或停滞说明": None}),
    row(
        "M410", "error", "2021-01/珠三角招商分队/实到资金月报表.xlsx", "GCKF-2020-0107",
        {"本年累计实到投资额": 19000},
    ),
    # The slip that only last month's amount shows.
    row("R106", "error", f"{BUREAU}/{SIGNED}", "GCKF-2021-0001", {"合同投资额": 12, "固定资产投资额": 10}),
]  # fmt: skip


def without_task(sheet: Any) -> None:
    """招商局 has no target for ZS05, and the others no longer add up to the zone's."""
    sheet["E33"] = 0
    assert [sheet[f"{letter}33"].value for letter in "BC"] == ["招商局", "ZS05"]


def write_change(path: Path) -> None:
    """One target changed in April, without its document."""
    book = openpyxl.load_workbook(SAMPLES / TARGETS)
    sheet = book.worksheets[0]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.delete_rows(6, 34)
    sheet["E5"], sheet["G5"], sheet["H5"] = 21, None, day("2021-04-06")
    book.save(path)


BOARD = [
    Case("T501", "warning", None, without_task, edited=TARGETS),
    Case("C310", "warning", TARGETS, without_task, "E39"),
    Case("T502", "warning", "2021-04/招商局/目标调整.xlsx", cell="G5", write=write_change, month="2021-04"),
    row("K601", "error", CORRECTIONS, "GZ-2021-001", {"更正值": "2999", "原值": "3301"}, at="更正值"),
    Case("B701", "warning", None),
]  # fmt: skip


def without_a_meeting(sheet: Any) -> None:
    place = cell_of(sheet, "HY-2021-060", "会议编号")
    for cell in sheet[place[1:]]:
        cell.value = None


AGAIN = [
    Case("E014", "warning", f"{OFFICE}/{MEETINGS}", without_a_meeting),
    Case("E010", "info", f"{BUREAU}/{GUESTS}", change_of("JD-2021-067", 备注="复核")),
    Case("M411", "error", f"{BUREAU}/{TALKS}", change_of("GCKF-2021-0203", 进展或停滞说明="复核")),
]

FOLDERS = {"files": FILES, "rows": ROWS, "across": ACROSS, "board": BOARD, "again": AGAIN}
CASES = [(folder, case) for folder, cases in FOLDERS.items() for case in cases]


# --- the folders, refreshed once each ------------------------------------------------------------


def put(drop: Drop, case: Case) -> None:
    if case.write:
        case.write(drop.raw / str(case.file))
    elif case.change:
        drop.edit(case.edited or str(case.file), case.change)


def break_samples(drop: Drop, folder: str) -> None:
    if folder == "again":
        file_again(drop)
        return
    for case in FOLDERS[folder]:
        put(drop, case)
    if folder == "board":
        (drop.raw / ECONOMY / GUESTS).unlink()


def file_again(drop: Drop) -> None:
    """Newer versions, and one that comes after its month was locked."""
    *newer, locked = AGAIN
    drop.refresh()
    for case in newer:
        put(drop, case)
    drop.refresh()
    assert decisions.lock(Warehouse(drop.settings.warehouse), day("2021-05-01"), "测试") == []
    put(drop, locked)


@dataclass(frozen=True)
class Said:
    """A published finding, as a client reads it."""

    rule: str
    severity: str
    file: str | None
    cell: str | None
    month: str | None
    department: str | None
    message: str
    suggestion: str


Refreshed = Callable[[str], list[Said]]


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """The findings of a broken folder, by its name."""

    @functools.cache
    def make(folder: str) -> list[Said]:
        drop = Drop(tmp_path_factory.mktemp(folder)).samples()
        break_samples(drop, folder)
        drop.refresh()
        found = said(drop)
        shutil.rmtree(drop.raw.parent)
        return found

    return make


def said(drop: Drop) -> list[Said]:
    rows = drop.query(
        "select f.rule, f.severity, s.file, f.cell, strftime(f.report_month, '%Y-%m'), "
        "f.department, f.message, f.suggestion "
        "from mart.findings as f left join mart.submissions as s using (submission_id) order by all"
    )
    return [Said(*one) for one in rows]


# --- the tests -----------------------------------------------------------------------------------


def test_every_rule_of_the_catalogue_has_a_case() -> None:
    assert set(checks.catalogue()) - {case.rule for _, case in CASES} == set()


def test_the_catalogue_is_the_handbook() -> None:
    listed = {letter + number for letter, numbers in HANDBOOK.items() for number in numbers.split()}
    assert set(checks.catalogue()) == listed


def test_every_case_takes_the_rule_at_its_word() -> None:
    """A case's severity is the rule's, or one that the handbook has beside it."""
    other = {("R106", "error"), ("C307", "error"), ("E012", "warning"), ("E014", "warning")}
    catalogue = checks.catalogue()
    for _, case in CASES:
        assert case.severity == catalogue[case.rule].severity or (case.rule, case.severity) in other


@pytest.mark.parametrize(
    ("folder", "case"), CASES, ids=[f"{case.rule} {case.severity}" for _, case in CASES]
)
def test_the_rule_fires_at_its_cell(refreshed: Refreshed, folder: str, case: Case) -> None:
    found = [one for one in refreshed(folder) if one.rule == case.rule]
    if case.file is None:
        places = {(one.severity, one.month, one.cell) for one in found if one.file is None}
        assert (case.severity, case.month, None) in places
    else:
        places = {(one.severity, one.file, one.cell if case.cell else None) for one in found}
        assert (case.severity, case.file, case.cell) in places


@pytest.mark.parametrize("folder", FOLDERS)
def test_findings_are_words_to_act_on(refreshed: Refreshed, folder: str) -> None:
    for one in refreshed(folder):
        assert one.message.endswith("。"), one
        assert one.suggestion.endswith("。"), one


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_that_were_not_touched_are_as_silent_as_before(
    refreshed: Refreshed, folder: str
) -> None:
    cases = FOLDERS[folder]
    touched = {case.file for case in cases} | {case.edited for case in cases} | {None}
    spilt = {
        (one.rule, one.file, one.message)
        for one in refreshed(folder)
        if one.severity != "info" and one.file not in touched and (one.rule, one.file) not in GOLDEN
    }
    assert spilt == set()


def test_the_samples_raise_nine_warnings_and_no_error(golden: Drop) -> None:
    found = [one for one in said(golden) if one.severity != "info"]
    assert sorted((one.rule, one.file) for one in found) == sorted(GOLDEN)
    assert {one.severity for one in found} == {"warning"}
    assert [one.cell for one in found if one.rule == "C302"] == ["E5"]
