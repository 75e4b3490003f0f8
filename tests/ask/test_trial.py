"""A draft rule over what is in the warehouse: whom it hits, what would move; nothing else."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from drop import Drop
from hostile import texts, yard
from seldom import nightly

from flows.ask import drafts
from flows.ask.drafts import Fault, Order
from flows.ask.trial import DraftError, TooMuchError, tried
from flows.ground.errors import WarehouseError
from flows.store.warehouse import Warehouse
from guoban.cli import run_command
from guoban.words import is_chinese

pytestmark = pytest.mark.slow

A, B = "招商局", "经济发展局"
ONE, OTHER, THIRD = "GCKF-2021-0001", "GCKF-2021-0002", "GCKF-2021-0003"
WHOLE_YI = """-- rule: Q901
-- severity: error
-- zh: 合同投资额须为整亿元
-- remedy: 请核对合同投资额。
select
    submission_id, sheet, excel_row, 'contract_amount_cny' as field,
    '合同投资额' || plain_wan(contract_amount_cny) || '不是整亿元。' as message
from asked_signed_projects
where contract_amount_cny % 100000000 <> 0;
"""
ANY = "select null submission_id, null sheet, null excel_row, null field, 'x' message"


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    """Two departments' contracts of January and one of February, refreshed once."""
    drop = Drop(tmp_path_factory.mktemp("filed"))
    for name, department, month, amounts in (
        ("甲", A, "2021-01", {ONE: 60_000, OTHER: 65_000}),
        ("乙", B, "2021-01", {THIRD: 12_500}),
        ("丙", A, "2021-02", {ONE: 60_000, OTHER: 65_000}),
    ):
        rows = [
            {"project_id": key, "investor": key, "project_name": key, "contract_amount_cny": one}
            for key, one in amounts.items()
        ]
        drop.put(f"{name}.xlsx", "signed_projects", department, month, rows)
    drop.refresh()
    return drop


def draft(folder: Path, text: str) -> Path:
    path = folder / "草稿.sql"
    path.write_text(text, "utf-8")
    return path


def everything(drop: Drop) -> dict[str, str]:
    """All files of the warehouse and what is in them."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(drop.settings.warehouse.rglob("*"))
        if path.is_file()
    }


def test_an_error_tells_whom_it_hits_and_what_would_move(filed: Drop, tmp_path: Path) -> None:
    before = everything(filed)
    found = tried(filed.settings, filed.zone, draft(tmp_path, WHOLE_YI))
    assert everything(filed) == before
    assert [(one.file, one.finding.report_month, one.finding.cell) for one in found.hits] == [
        (f"{name}.xlsx", dt.date(2021, month, 1), cell)
        for name, month, cell in (
            ("丙", 2, found.hits[0].finding.cell),
            ("甲", 1, found.hits[1].finding.cell),
            ("乙", 1, found.hits[2].finding.cell),
        )
    ]
    (first, *_) = found.hits
    assert first.finding.message == "合同投资额65000万元不是整亿元。"
    assert first.finding.suggestion == "请核对合同投资额。"
    assert first.finding.column == "合同投资额"
    assert first.finding.cell is not None
    assert first.finding.holds
    statuses = {one.file: one.new_status for one in found.statuses}
    assert statuses == {
        "甲.xlsx": "partly_accepted",
        "丙.xlsx": "partly_accepted",
        "乙.xlsx": "rejected",
    }
    moved = {
        (one.report_month.month, one.department): (one.old_value, one.new_value)
        for one in found.moves
        if one.indicator_code == "ZS01" and one.department == "全区"
    }
    assert moved[1, "全区"] == (Decimal("13.75"), Decimal(6))


def test_a_warning_moves_nothing(filed: Drop, tmp_path: Path) -> None:
    text = WHOLE_YI.replace("-- severity: error\n", "")
    found = tried(filed.settings, filed.zone, draft(tmp_path, text), dt.date(2021, 2, 1))
    assert [one.file for one in found.hits] == ["丙.xlsx"]
    assert list(found.moves) == []
    assert {one.file for one in found.statuses} <= {"丙.xlsx"}


def test_it_may_not_take_for_ever(filed: Drop, tmp_path: Path) -> None:
    text = WHOLE_YI.replace(
        "where",
        "where (select sum(a.range * b.range) from range(9000000) a, range(9000000) b) > 0 and",
    )
    settings = filed.settings.model_copy(update={"read_seconds": 1.0})
    with pytest.raises(TooMuchError, match="longer than 1 s"):
        tried(settings, filed.zone, draft(tmp_path, text))


@pytest.mark.nightly
def test_it_may_not_take_all_memory(filed: Drop, tmp_path: Path) -> None:
    text = WHOLE_YI.replace("where", "where length(repeat('x', 2000000000)) > 0 and")
    with pytest.raises(TooMuchError, match="more memory"):
        tried(filed.settings, filed.zone, draft(tmp_path, text))


# --- drafts that are none ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs(filed: Drop) -> Callable[[str], Fault]:
    """Runs a draft in this process; gives what is wrong with it."""
    database = Warehouse(filed.settings.warehouse).working_database

    def run(text: str) -> Fault:
        # A child answers one order.
        answer = drafts.running()
        fault = drafts.told(answer(pickle.dumps(Order(text, database, filed.zone, 512))))
        assert isinstance(fault, Fault), fault
        return fault

    return run


COLUMNS = "submission_id, sheet, excel_row, 'sector' as field, 'x' as message"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("-- rule: Q1\nselect 1\nfrm core.submissions", 3, "syntax error"),
        nightly("-- rule: Q1\nselect no_such_column\nfrom filed.signed_projects", 2, "no_such_column"),
        (f"-- rule: Q1\nselect {COLUMNS}\nfrom filed.no_such_return", 3, "no_such_return"),
        ("-- a\nwith a as (\n    select 1\n)\n\nselect submission_id, 'x' as message\nfrom core.submissions",
         6, "does not return sheet, excel_row, field"),
        nightly(f"select {COLUMNS}, 1 as colour\nfrom filed.signed_projects", 1, "returns colour"),
        nightly(f"select {COLUMNS}, 'fatal' as severity\nfrom filed.signed_projects", 1, "'fatal'"),
        (f"select {COLUMNS.replace('submission_id', chr(39) + 'x' + chr(39) + ' as submission_id')}\n"
         "from filed.signed_projects", 1, "no submission_id"),
        (f"select {COLUMNS} from filed.signed_projects; select 1", 1, "one query"),
        nightly("drop table core.findings", 1, "one query"),
        nightly("", 1, "one query"),
        (f"select {COLUMNS} from filed.signed_projects, range(200000)", 1, "more than 100,000"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    runs: Callable[[str], Fault], text: str, line: int, words: str
) -> None:
    fault = runs(text)
    assert words in fault.english
    assert fault.line == line


def test_it_reaches_nothing_but_the_copy(filed: Drop, tmp_path: Path) -> None:
    database = Warehouse(filed.settings.warehouse).working_database
    aim = yard(tmp_path / "yard", database)
    before = aim.watched()
    with contextlib.closing(duckdb.connect()) as con:
        drafts.opened(con, Order("", database, filed.zone, 256))
        for text in texts(aim):
            told = text.replace("'", "''")
            for one in (text, f"select * from query('{told}')"):
                with contextlib.suppress(duckdb.Error, drafts._FaultError):
                    raise AssertionError((one, drafts._found(con, one)))
    assert aim.watched() == before
    assert aim.read() == []


# --- the command ---------------------------------------------------------------------------------


@pytest.fixture
def guoban(
    filed: Drop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    is_chinese.cache_clear()
    monkeypatch.setenv("GUOBAN_WAREHOUSE", str(filed.settings.warehouse))

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run_command(["rules", *map(str, arguments)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


def test_the_command_says_all_of_it(
    guoban: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    path = draft(tmp_path, WHOLE_YI)
    status, out, _ = guoban("--try", path)
    assert status == 0
    for words in (
        "Q901 (error) would say 3 things.",
        "合同投资额65000万元不是整亿元。",
        "Submissions that would stand otherwise:",
        "13.75 → 6亿元",
        "A trial: nothing is stored.",
    ):
        assert words in out
    status, out, _ = guoban("--try", path, "--from", "2021年2月", "--json")
    told = json.loads(out)
    assert (status, [one["file"] for one in told["findings"]]) == (0, ["丙.xlsx"])
    assert {one["report_month"] for one in told["changes"]} == {"2021-02-01"}


def test_a_draft_that_can_not_be_run_is_wrong_usage(
    guoban: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    path = draft(tmp_path, "-- rule: Q1\nselect 1\nfrm core.submissions")
    status, _, err = guoban("--try", path)
    assert status == 2
    assert f"{path.name}:3: Parser Error" in "".join(err.split("\n"))
    for text, words in (
        ("-- rule: C302\nselect 1", ":1: C302 is a rule already"),
        ("-- rule: Q1\n-- severity: fatal\nselect 1", ":2: 'fatal' is no severity"),
        (f"{ANY}, 'infinity'::date as report_month", "'infinity'"),
        (f"{ANY}, '0044-03-15 (BC)'::date as report_month", "'0044-03-15"),
    ):
        status, _, err = guoban("--try", draft(tmp_path, text))
        assert status == 2
        assert words in err
    path.write_bytes("select '数'".encode("gb18030"))
    assert guoban("--try", path)[0] == 2
    assert guoban("--try", tmp_path / "没有.sql")[0] == 2
    assert guoban("--from", "2021-01")[0] == 2


def test_nothing_is_tried_where_nothing_is_published(drop: Drop, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="guoban refresh first") as raised:
        tried(drop.settings, drop.zone, draft(tmp_path, WHOLE_YI))
    assert not isinstance(raised.value, DraftError)
