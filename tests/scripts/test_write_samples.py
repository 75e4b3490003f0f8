"""`scripts/write_samples.py`: the sample months are the golden tables, and always the same bytes."""

import csv
import datetime as dt
import io
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

import schemas
from flows.ground.settings import PROJECT
from schemas.declare import Column, Kind

SCRIPT = PROJECT / "scripts" / "write_samples.py"
GOLDEN = PROJECT / "tests" / "golden"
RAW = PROJECT / "data" / "raw"
MONTHS = [f"2021-0{month}" for month in range(1, 6)]
TARGETS = "2021-01/招商局/年度目标任务分解表.xlsx"
CORRECTIONS = "2021-04/珠三角招商分队/数据更正单.xlsx"
NUMERIC = {Kind.MONEY, Kind.NUMBER, Kind.WHOLE}


class Sheet(NamedTuple):
    """A workbook read back: the lines around its table, and the table."""

    lines: list[str]
    headers: list[str]
    rows: list[dict[str, Any]]
    total: dict[str, Any] | None


def run(*arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False
    )


def golden_rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((GOLDEN / name).read_text("utf-8-sig"))))


def read(path: Path) -> Sheet:
    """The one sheet of the workbook, its formulas by their stored results."""
    book = openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames == [path.stem]
    above = [list(row) for row in book.active.iter_rows(max_row=3, values_only=True)]
    headers, *body = (list(row) for row in book.active.iter_rows(min_row=4, values_only=True))
    signatures = body.pop()
    rows = [dict(zip(headers, row, strict=True)) for row in body]
    total = rows.pop() if rows and rows[-1][headers[0]] == "合计" else None
    lines = [text for row in [*above, signatures] for text in row if text]
    return Sheet(lines, headers, rows, total)


def stored(text: str, column: Column) -> Any:
    """The value of a golden cell as a spreadsheet program stores it."""
    if not text:
        return None
    if column.kind in NUMERIC:
        return int(text)
    if column.kind in {Kind.DATE, Kind.MONTH}:
        return dt.datetime.fromisoformat(text if column.kind is Kind.DATE else f"{text}-01")
    return text


def workbooks(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.xlsx")}


def contents(path: Path) -> bytes | list[tuple[str, bytes]]:
    """The bytes; unpacked where zlib-ng stands in for zlib, which packs the same otherwise."""
    if "zlib-ng" not in zlib.ZLIB_RUNTIME_VERSION:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"155 workbooks written below {folder}, 0 stale ones removed\n"
    return folder


def test_writing_twice_gives_the_same_bytes(samples: Path, tmp_path: Path) -> None:
    run(tmp_path)
    written = {name: path.read_bytes() for name, path in workbooks(tmp_path).items()}
    assert written == {name: path.read_bytes() for name, path in workbooks(samples).items()}


def test_the_committed_samples_are_what_the_script_writes(samples: Path) -> None:
    committed = {
        name: path for name, path in workbooks(RAW).items() if name.partition("/")[0] in MONTHS
    }
    assert {name: contents(path) for name, path in committed.items()} == {
        name: contents(path) for name, path in workbooks(samples).items()
    }, "run `make samples`"


def test_every_entry_of_the_register_has_its_workbook(samples: Path) -> None:
    register = golden_rows("00_报送登记表.csv")
    listed = {"{报告期}/{填报单位}/{报表名称}.xlsx".format(**entry) for entry in register}
    assert len(listed) == len(register) == 153
    assert workbooks(samples).keys() == listed | {TARGETS, CORRECTIONS}


def test_workbooks_are_small(samples: Path) -> None:
    assert max(path.stat().st_size for path in samples.rglob("*.xlsx")) < 15_000


@pytest.mark.parametrize("model", schemas.all_returns(), ids=lambda model: model.form().slug)
def test_workbooks_hold_the_rows_of_the_golden_tables(model: Any, samples: Path) -> None:
    form = model.form()
    columns = {column.header: column for column in model.columns().values()}
    expected: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    headers: list[str] = []
    for row in golden_rows(f"{form.number}_{form.title}.csv"):
        month = row.pop("报告期", "2021-01" if form.number == "01" else "2021-04")
        department = row.pop("填报单位", "招商局")
        headers = list(row)
        expected.setdefault((month, department), []).append(
            {header: stored(text, columns[header]) for header, text in row.items()}
        )
    found = {}
    for path in samples.glob(f"*/*/{form.title}.xlsx"):
        sheet = read(path)
        assert sheet.headers == headers
        if sheet.rows:
            found[path.parts[-3], path.parts[-2]] = sheet.rows
    assert found == expected


def test_totals_are_the_sums_of_their_columns(samples: Path) -> None:
    money = {
        column.header
        for model in schemas.all_returns()
        for column in model.columns().values()
        if column.kind is Kind.MONEY
    }
    with_total = set()
    for name, path in workbooks(samples).items():
        sheet = read(path)
        stated = {
            header: value
            for header, value in (sheet.total or {}).items()
            if value not in (None, "合计")
        }
        sums = {header: sum(row[header] or 0 for row in sheet.rows) for header in stated}
        assert stated == sums, name
        if sheet.rows:
            assert money.intersection(sheet.headers) <= stated.keys(), name
        if sheet.total:
            with_total.add(path.stem)
    assert with_total == {
        "签约项目月报表",
        "实到资金月报表",
        "在谈项目月报表",
        "外出招商台账",
        "客商接待台账",
        "招商会议活动台账",
    }


def test_the_envelope_says_what_the_register_says(samples: Path) -> None:
    for entry in golden_rows("00_报送登记表.csv"):
        month = dt.date.fromisoformat(f"{entry['报告期']}-01")
        filed_on = dt.date.fromisoformat(entry["报出日期"])
        sheet = read(samples / "{报告期}/{填报单位}/{报表名称}.xlsx".format(**entry))
        said = " ".join(sheet.lines)
        assert f"填报单位：{entry['填报单位']} " in said
        assert f"报告期：{month.year}年{month.month}月" in said
        assert f"单位负责人：{entry['单位负责人']} " in said
        assert f"填表人：{entry['填表人']} " in said
        assert f"审核人：{entry['审核人']} " in said
        assert said.endswith(f"报出日期：{filed_on.year}年{filed_on.month}月{filed_on.day}日")
        assert ("零报告：是" in said) == (entry["零报告"] == "是")
        assert len(sheet.rows) == int(entry["行数"])


def test_the_unit_of_money_is_stated_once_and_nowhere_beside_another(samples: Path) -> None:
    units = {
        path.stem: {text for text in read(path).lines if text.startswith("计量单位")}
        for path in samples.rglob("*.xlsx")
    }
    for title in ("签约项目月报表", "实到资金月报表", "在谈项目月报表"):
        assert units[title] == {"计量单位：万元"}
    assert units["外出招商台账"] == {"计量单位：天、人、公里"}
    assert units["年度目标任务分解表"] == set()


@pytest.mark.parametrize(
    ("name", "filed_on"), [(TARGETS, "2021年1月8日"), (CORRECTIONS, "2021年4月30日")]
)
def test_forms_outside_the_register_are_signed_too(name: str, filed_on: str, samples: Path) -> None:
    sheet = read(samples / name)
    said = " ".join(sheet.lines)
    assert said.endswith(f"报出日期：{filed_on}")
    assert "填表人：合成填表人 " in said
    assert "审核人：合成审核人 " in said
    # The approver of a correction is not who filed it.
    assert all(row.get("审批人") != "合成填表人" for row in sheet.rows)


def test_stale_samples_are_removed_and_nothing_else(samples: Path, tmp_path: Path) -> None:
    shutil.copytree(samples, tmp_path, dirs_exist_ok=True)
    stale = tmp_path / "2021-05" / "招商局" / "旧报表.xlsx"
    kept = [tmp_path / "2021-05" / "招商局" / "说明.txt", tmp_path / "2021-06" / "新报表.xlsx"]
    kept[1].parent.mkdir()
    for path in (stale, *kept):
        path.write_bytes(b"x")
    done = run(tmp_path)
    assert done.stdout.endswith(" 1 stale ones removed\n")
    assert not stale.exists()
    assert all(path.exists() for path in kept)


def test_a_register_that_differs_from_the_tables_is_refused(tmp_path: Path) -> None:
    golden = tmp_path / "golden"
    shutil.copytree(GOLDEN, golden)
    register = golden / "00_报送登记表.csv"
    text = register.read_text("utf-8-sig")
    register.write_text(
        text.replace("签约项目月报表,否,5,", "签约项目月报表,否,6,", 1), "utf-8-sig"
    )
    done = run(tmp_path / "raw", golden)
    assert done.returncode != 0
    assert "签约项目月报表" in done.stderr
    assert not (tmp_path / "raw").exists()
