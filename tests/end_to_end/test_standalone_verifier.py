"""`scripts/verify_standalone.py`: finds what was altered in a warehouse, by the standard library alone."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop
from past import assert_proven, assert_verified, house_of, made_earlier, wrong_in

from flows.ground.errors import UnchainedError, WarehouseError
from flows.ground.settings import PROJECT
from flows.publish.current import newest_file
from flows.store.chain import sealed
from guoban.cli import run_command
from scripts.verify_standalone import Report, check_month, read_rows

SCRIPT = PROJECT / "scripts" / "verify_standalone.py"
SIGNED = {"project_id": "GCKF-2021-0001"}


def run(warehouse: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """As anybody runs it: none of our packages, nor anybody's."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(warehouse), *more],
        capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8"},
    )  # fmt: skip


def test_it_is_short_and_needs_nothing(golden: Drop) -> None:
    assert len(SCRIPT.read_text("utf-8").splitlines()) <= 300
    done = run(golden.settings.warehouse)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2021-05 from its rows: ZS01 84.57  ZS02 35.8  ZS03 19  ZS03a 7  ZS04 45" in done.stdout
    # What a bulletin prints is told beside what the chain ends with now, which is another.
    ((head, printed),) = golden.query("select chain_head, fingerprint from mart.release")
    assert f"prints: head of the chain {head}, fingerprint {printed}" in done.stdout
    assert "all is as it was" in done.stdout
    assert run(golden.raw).returncode == 2
    assert run(golden.settings.warehouse, "more").returncode == 2


# --- single bytes --------------------------------------------------------------------------------


def places(warehouse: Path) -> list[list[Path]]:
    """The files of the archive, of the journal, and of what is published."""
    folders = ("archive", "journal", newest_file(warehouse).parent.relative_to(warehouse))
    return [
        sorted(one for one in (warehouse / folder).rglob("*") if one.is_file())
        for folder in folders
    ]


def assert_finds_bytes(warehouse: Path, seed: int, count: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    parts = places(warehouse)
    assert all(parts)
    for number in range(count):
        path = chance.choice(parts[number % len(parts)])
        mode, whole = path.stat().st_mode, path.read_bytes()
        place = chance.randrange(len(whole))
        altered = bytearray(whole)
        altered[place] ^= chance.randrange(1, 256)
        path.chmod(0o644)
        path.write_bytes(altered)
        try:
            assert wrong_in(warehouse), (path, place, whole[place], altered[place])
        finally:
            path.write_bytes(whole)
            path.chmod(mode)
    assert wrong_in(warehouse) == []


@pytest.mark.slow
def test_single_bytes_are_found(filed_year: Drop) -> None:
    assert_finds_bytes(filed_year.settings.warehouse, 1, 42)


@pytest.mark.nightly
def test_five_hundred_single_bytes_are_found(filed_year: Drop) -> None:
    assert_finds_bytes(filed_year.settings.warehouse, 2, 500)


# --- what is altered with care -------------------------------------------------------------------


@pytest.fixture
def filed(drop: Drop) -> Drop:
    """One file, published."""
    drop.put("一.xlsx", "signed_projects", "招商局", "2021-01", [SIGNED])
    drop.refresh()
    return drop


def put_two(drop: Drop) -> None:
    drop.put("二.xlsx", "signed_projects", "招商局", "2021-02", [SIGNED])


def rewritten(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """A sealed file changed, and sealed again."""
    plain = json.loads(path.read_bytes())
    plain.pop("chain")
    change(plain)
    path.chmod(0o644)
    path.write_bytes(sealed(json.dumps(plain, ensure_ascii=False)) + b"\n")


@pytest.mark.slow
def test_a_figure_that_is_altered_with_all_beside_it_leads_to_the_chain(filed: Drop) -> None:
    warehouse = filed.settings.warehouse
    proof = newest_file(warehouse).parent / "proof"
    rows = proof / "headline_rows-2021-01.csv.gz"
    before = rows.read_bytes()
    plain = gzip.decompress(before)
    altered = plain.replace(b",600000000.0000,6.", b",700000000.0000,7.")
    assert altered != plain

    def list_again(said: dict[str, Any]) -> None:
        for name in said["files"]:
            path = proof.parent / name
            said["files"][name] = hashlib.sha256(path.read_bytes()).hexdigest()

    rows.chmod(0o644)
    rows.write_bytes(gzip.compress(altered))
    rewritten(proof / "files.json", list_again)
    assert any("does not hold what was published" in one for one in wrong_in(warehouse))
    rows.write_bytes(before)
    contents = proof / "contents.txt"
    contents.chmod(0o644)
    contents.write_text(contents.read_text("utf-8").replace("headline_rows", "headline_row"))
    rewritten(proof / "files.json", list_again)
    (found,) = wrong_in(warehouse)
    assert "does not give the fingerprint" in found


@pytest.mark.slow
def test_nothing_that_was_altered_is_taken_over_into_the_next_release(filed: Drop) -> None:
    altered = newest_file(filed.settings.warehouse)
    altered.chmod(0o644)
    with duckdb.connect(str(altered)) as con:
        con.execute("update mart.headline_indicators set value = 77.77 where value = 6")
    assert filed.value("ZS01", "2021-01") == Decimal("77.77")
    put_two(filed)
    filed.refresh()
    assert filed.value("ZS01", "2021-01") == 6
    assert not [one for one in wrong_in(filed.settings.warehouse) if str(altered) not in one]


@pytest.mark.slow
def test_what_is_taken_away_or_put_there_is_found(filed: Drop) -> None:
    warehouse = filed.settings.warehouse
    put_two(filed)
    filed.refresh()
    assert wrong_in(warehouse) == []
    (release, older) = sorted((warehouse / "releases").iterdir(), reverse=True)
    (receipt,) = list(house_of(filed).archive.glob("[!.]*/*"))[:1]
    for path in (receipt, release / "proof" / "contents.txt", release / "guoban.duckdb", release,
                 house_of(filed).journal / "published" / older.name):  # fmt: skip
        away = warehouse / "away"
        path.rename(away)
        assert wrong_in(warehouse), path
        away.rename(path)
    (release / "more.txt").write_text("mine")
    assert wrong_in(warehouse)
    (release / "more.txt").unlink()
    # A journal that ends before what is published.
    journal = house_of(filed).journal / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    assert wrong_in(warehouse)
    # A line that was cut off by a crash is none of it.
    journal.write_bytes(whole + whole.splitlines()[0][:50])
    assert wrong_in(warehouse) == []


@pytest.mark.nightly
@pytest.mark.slow
def test_a_journal_from_a_backup_is_told_to_be_older_than_what_is_published(filed: Drop) -> None:
    warehouse, journal = filed.settings.warehouse, house_of(filed).journal
    shutil.copytree(journal, warehouse / "backup")
    put_two(filed)
    filed.refresh()
    newer = newest_file(warehouse).parent
    shutil.rmtree(journal)
    (warehouse / "backup").rename(journal)
    ((last,),) = [names for _, names, _ in os.walk(journal / "published")][:1]
    (told,) = [one for one in wrong_in(warehouse) if str(newer) in one]
    assert told.endswith(f"the journal is older, as from a backup: it ends with {last}")
    # It goes on from the backup, and has what is newer by then.
    filed.refresh()
    (told,) = [one for one in wrong_in(warehouse) if str(newer) in one]
    assert told.endswith("is not in the journal, which may have been a backup")
    newer.rename(newer.with_name("mine"))
    (told,) = [one for one in wrong_in(warehouse) if "mine" in one]
    assert told.endswith("was never published")


@pytest.mark.slow
def test_a_record_of_a_publication_that_was_altered_stops_the_rebuilding(filed: Drop) -> None:
    path = next((house_of(filed).journal / "published").rglob("headline_indicators.parquet"))
    whole = path.read_bytes()
    # DuckDB reads it all the same.
    path.write_bytes(whole.replace(b"DuckDB", b"DuckdB", 1))
    assert path.read_bytes() != whole
    with pytest.raises(WarehouseError, match="was altered"):
        assert_verified(filed)
    path.write_bytes(whole)
    assert_verified(filed)


def test_figures_are_held_against_their_rows() -> None:
    row = {"indicator_code": "ZS01", "department": "甲", "row_key": "1", "unit": "亿元",
           "contribution": "1.5", "amount_cny": "150000000"}  # fmt: skip
    figure = {"indicator_code": "ZS01", "value": "1.5", "target_value": "2",
              "completion_pct": "75.0000000000", "completion_pct_rounded": "75",
              "is_past_half": "true"}  # fmt: skip
    figures = [
        {**figure, "scope": "zone", "department": "全区"},
        {**figure, "scope": "department", "department": "甲"},
    ]

    def wrong(figure: dict[str, Any], row: dict[str, Any]) -> list[str]:
        report = Report()
        check_month("", [{**figures[0], **figure}, figures[1]], [row], report)
        return report.wrong

    assert wrong({}, row) == []
    for name, value in (("value", "1.6"), ("value", None), ("target_value", "3"),
                        ("completion_pct", "75.0000000001"), ("completion_pct_rounded", "76"),
                        ("is_past_half", "false"), ("completion_pct", None)):  # fmt: skip
        assert wrong({name: value}, row), name
    assert wrong({}, {**row, "contribution": "1.4"})
    assert wrong({}, {**row, "amount_cny": "1"})


# --- warehouses of an earlier version ------------------------------------------------------------


@pytest.mark.nightly
@pytest.mark.slow
def test_a_warehouse_of_an_earlier_version_is_taken_over(filed: Drop) -> None:
    """The first line that is chained seals the journal until then, and its publication's the records."""
    warehouse = filed.settings.warehouse
    made_earlier(filed)
    assert wrong_in(warehouse) == []
    put_two(filed)
    filed.refresh()
    assert_proven(filed)
    assert_verified(filed)
    assert filed.query("select count(*) from mart.refreshes where chain_head is null") == [(1,)]
    house = house_of(filed)
    first = sorted((house.journal / "published").iterdir())[0]
    for path in (house.journal / "journal.jsonl", first / "headline_indicators.parquet"):
        whole = path.read_bytes()
        path.write_bytes(whole[:60] + bytes([whole[60] ^ 1]) + whole[61:])
        assert wrong_in(warehouse), path
        path.write_bytes(whole)


@pytest.mark.slow
def test_what_an_earlier_version_wrote_behind_is_told_until_somebody_seals_it(
    filed: Drop, capsys: pytest.CaptureFixture[str]
) -> None:
    warehouse = filed.settings.warehouse
    journal = house_of(filed).journal / "journal.jsonl"
    decided = {"kind": "decision", "row_key_a": "A", "row_key_b": "B", "is_same": True,
               "by": "李四", "at": "2021-06-04T04:00:00+00:00"}  # fmt: skip
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps(decided) + "\n")
    (found,) = wrong_in(warehouse)
    assert found.endswith("journal.jsonl:4: not chained from here on")
    with pytest.raises(UnchainedError):
        filed.refresh()
    places = ["--raw", str(filed.raw), "--warehouse", str(warehouse), "--orchestrator", "none"]
    assert run_command(["refresh", *places]) == 1
    assert "lines 4 to 4 (1 decision, 2021-06-04 12:00" in capsys.readouterr().err
    assert run_command(["refresh", "--seal", *places]) == 0
    assert "are sealed as they stand" in capsys.readouterr().err
    assert_proven(filed)
    assert_verified(filed)
    assert "not chained, and sealed later: " in run(warehouse).stdout
    assert run_command(["refresh", "--seal", *places]) == 0
    assert "no line to be sealed" in capsys.readouterr().err


def test_a_month_of_any_size_is_read_row_by_row(tmp_path: Path) -> None:
    """Whole in memory, a large zone's takes a gigabyte."""
    lines = [f"{number},{'合同' * 40}" for number in range(30_000)]
    with gzip.open(tmp_path / "headline_rows-2021-01.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(["row_key,label", *lines]) + "\n")
    report = Report()
    tracemalloc.start()
    rows = read_rows(tmp_path / "headline_rows-2021-01.csv.gz", ["30000", "0"], report)
    assert sum(1 for _ in rows) == 30_000
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    (found,) = report.wrong
    assert "does not hold what was published" in found


@pytest.mark.parametrize("rows", [["contribution", "1e999999999"], ["contribution", "1", "1", "1"]])
def test_numbers_without_end_and_rows_beyond_those_stated_end_the_reading(
    tmp_path: Path, rows: list[str]
) -> None:
    path = tmp_path / "headline_rows-2021-01.csv.gz"
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    report = Report()
    assert len([*read_rows(path, ["1", "0"], report)]) == len(rows) // 3
    assert any("can't be read" in one for one in report.wrong)


def test_whatever_lies_there_is_told_and_nothing_waits(tmp_path: Path) -> None:
    """Bytes that break what reads them, a pipe in a file's place, a name that gives orders to a terminal."""
    journal, deep = tmp_path / "journal", b"[" * 200_000
    journal.mkdir()
    receipt = {"kind": "receipt", "sha256": "ab" * 32, "size": 1, "path": "\x1b[2J\udcff.xlsx"}
    (journal / "journal.jsonl").write_bytes(sealed(json.dumps(receipt)) + b"\n")
    (tmp_path / "archive" / "ab").mkdir(parents=True)
    os.mkfifo(tmp_path / "archive" / "ab" / ("ab" * 32))
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "was altered: \\u001b[2J\\udcff.xlsx" in done.stdout
    (journal / "journal.jsonl").write_bytes(deep + b"\n")
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "not all is as it was" in done.stdout
