"""What one file holds beyond all measure costs that file: the good one beside it is published, and all
processes together stay below the memory that they were given.
"""

import os
from collections import Counter
from typing import Any

import pytest
from drop import Drop
from guests import HEADERS, NAME, guests, row
from memory import peak_mib
from overfull import OVERFULL

from flows.ground.findings import QUOTED, FindingLimit
from flows.ground.memory import DEFAULT_MIB, LEAST_MIB, shares_of
from flows.ground.settings import PROJECT, Settings
from flows.read import Limits, Readers
from flows.values.text import LONGEST

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

GOOD = "2021-01/招商局/签约项目月报表.xlsx"


def test_a_text_too_long_for_its_field_is_found_however_long_and_quoted_in_short(
    drop: Drop,
) -> None:
    text = "很长" * 3_000
    guests(drop.raw / NAME, [row("1", 备注=text), row("2", 来源省份=text), row("3")])
    (one,) = drop.refresh().files
    assert one.status == "partly_accepted"
    errors = [each for each in one.findings if each.severity == "error"]
    assert [(each.cell, each.rule) for each in errors] == [
        ("F5", "R102"),
        ("D6", "R102"),
        ("D6", "R104"),
    ]
    remark, _, province = errors
    assert remark.message == "“备注”有6000个字，最多2000个。"
    assert f"“{text[:QUOTED]}……”" in province.message
    for each in (remark, province):
        assert len(each.message) < 1_100
        assert each.value is not None
        assert LONGEST < len(each.value) < LONGEST + 20
    assert drop.query("select remark, province from mart.receptions") == [(None, "广东")]


def test_a_file_of_too_many_findings_is_turned_back_with_one(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether what is wrong is found in typing (months) or in checking (provinces)."""
    monkeypatch.setattr(FindingLimit, "MOST", 5)
    drop.samples(GOOD)
    for name, wrong in (("省份", {"来源省份": "火星"}), ("人数", {"客商人数": "几个"})):
        rows = [row(str(n), **wrong) for n in range(6)]
        guests(drop.raw / f"2021-05/{name}/接待.xlsx", rows)
    result = drop.refresh()
    told = {one.file: one for one in result.files}
    assert told.pop(GOOD).status == "accepted"
    for one in told.values():
        assert one.status == "rejected"
        assert Counter(each.rule for each in one.findings if each.severity == "error")["E011"] == 1
        assert not {"R102", "R104", "R110"} & {each.rule for each in one.findings}


def test_no_submission_of_such_a_file_counts_for_want_of_room_for_its_findings(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """May uses up what may be said of the file; what is wrong in April comes after it."""
    monkeypatch.setattr(FindingLimit, "MOST", 5)

    def add_april(book: Any, _: Any) -> None:
        april = book.add_worksheet("四月")
        april.write_row(0, 0, ["填报单位：招商局", "", "报告期：2021年4月"])
        april.write_row(1, 0, HEADERS)
        april.write_row(2, 0, ["90", "2021-04-06", "合成企业", "火星", 3])

    rows = [row(str(n), 来源省份="火星") for n in range(7)]
    guests(drop.raw / NAME, rows, change=add_april)
    drop.refresh()
    submissions = drop.query("select strftime(report_month, '%m'), status from mart.submissions")
    assert sorted(submissions) == [("04", "rejected"), ("05", "rejected")]
    assert drop.query("select count(*) from mart.findings where rule = 'E011'") == [(2,)]


def test_what_is_too_much_at_once_is_judged_one_after_the_other(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that tell more than is held at once give the same figures, in more rounds."""
    rounds: list[int] = []
    read = Readers.read

    def counted(readers: Readers, files: Any) -> Any:
        told = list(read(readers, files))
        rounds.append(len(told))
        return iter(told)

    monkeypatch.setattr(Readers, "read", counted)
    monkeypatch.setattr("flows.read.sandbox._OF_A_CELL", 1 << 20)
    drop.samples("2021-01/**/*.xlsx")
    result = drop.refresh()
    assert {one.status for one in result.files} <= {"accepted", "accepted_with_warnings"}
    assert sum(rounds) == len(result.files)
    assert len(rounds) > 3


# --- the settings --------------------------------------------------------------------------------


def test_one_setting_gives_every_process_its_share() -> None:
    for memory in (LEAST_MIB, DEFAULT_MIB, 4_096):
        shares = shares_of(memory)
        # Readers have ended when the database needs what is its; replies are made when it is closed.
        assert 2 * shares.reader + shares.database < memory
        assert shares.lone_reader + shares.database < memory
        assert 2 * shares.reply < memory


def test_settings_of_single_processes_still_hold() -> None:
    assert Settings().database_memory_mib == shares_of(DEFAULT_MIB).database
    given = Settings(memory_mib=2_048, read_memory_mib=300, database_memory_mib=700)
    assert (given.read_memory_mib, given.database_memory_mib) == (300, 700)
    assert Settings(memory_mib=3_072).read_memory_mib == shares_of(3_072).lone_reader
    assert Limits() == Limits(
        memory_mib=shares_of(DEFAULT_MIB).lone_reader, among_mib=shares_of(DEFAULT_MIB).reader
    )


@pytest.mark.slow
def test_all_processes_together_stay_below_the_memory_that_they_were_given(drop: Drop) -> None:
    """Bombs of every format beside a good file, and more of them than readers."""
    drop.samples(GOOD)
    for number, (make, _) in enumerate(OVERFULL.values()):
        (drop.raw / f"{number}.dat").write_bytes(make())
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "GUOBAN_RAW": str(drop.raw),
        "GUOBAN_WAREHOUSE": str(drop.settings.warehouse),
        "GUOBAN_ORCHESTRATOR": "none",
    }
    output = drop.raw.parent / "output"
    most = peak_mib(["refresh", "--json"], environment, output)
    assert most < DEFAULT_MIB
    rules = drop.query(
        "select file, rule from mart.findings join mart.submissions using (submission_id)"
    )
    assert {file for file, rule in rules if rule == "E011"} == {
        f"{number}.dat" for number in range(len(OVERFULL))
    }
    assert drop.query("select status from mart.submissions where file = ?", [GOOD]) == [
        ("accepted",)
    ]
