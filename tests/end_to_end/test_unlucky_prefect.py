"""The unlucky days of a refresh that runs as a Prefect flow with its embedded server.

What Prefect keeps is a record: where it can't be kept the figures come out the same, and that is
said. Nothing outlives a refresh, and nobody sees a traceback. An embedded server takes ten seconds
of a processor to start, so each case tries much at once.
"""

import contextlib
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bombs import bomb
from command import Ended, Refresh
from disks import fill, small_disk_at
from drop import Drop
from past import assert_verified, house_of
from two_files import copy_of, filed_and_answered, first, second, with_second

pytestmark = pytest.mark.slow

PAGE = 4096
NO_RECORD = "Prefect has no full record of this run, which went on without it"
STARTED = "Prefect is started"
DAMAGED = "Prefect's database was damaged; it is kept as"


def told(drop: Drop) -> dict[str, Any]:
    """What refreshes came to, but for ids, times and how many they were."""
    return {
        "headline": drop.query("from mart.headline_indicators order by all"),
        **filed_and_answered(drop),
        "findings": drop.query(
            "select rule, severity, cell, value from mart.findings order by all"
        ),
    }


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    """One file in, by a run that Prefect has on record; not to be changed."""
    drop = Drop(tmp_path_factory.mktemp("started"))
    first(drop)
    assert Refresh(drop).end().status == 0
    assert flow_runs(drop) == ["COMPLETED"]
    return drop


@pytest.fixture(scope="module")
def expected(started: Drop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a second file comes to where nothing happens."""
    return told(with_second(started, tmp_path_factory.mktemp("twin")))


@pytest.fixture
def drop(started: Drop, tmp_path: Path) -> Drop:
    """The same with a second file to be read."""
    drop = copy_of(started, tmp_path)
    second(drop)
    return drop


def flow_runs(drop: Drop) -> list[str]:
    """The states of Prefect's flow runs, in the order in which they began."""
    with contextlib.closing(sqlite3.connect(drop.settings.warehouse / "prefect/prefect.db")) as con:
        return [
            state for (state,) in con.execute("select state_type from flow_run order by created")
        ]


def assert_in_words(ended: Ended, status: int) -> None:
    """The command ended so, and whatever it says is for people."""
    assert ended.status == status, ended.words
    assert "Traceback" not in ended.words
    assert "Error logging" not in ended.words


def assert_came_to(drop: Drop, expected: dict[str, Any]) -> None:
    assert told(drop) == expected
    assert_verified(drop)


# --- Prefect's own home --------------------------------------------------------------------------


def zero_a_page(path: Path) -> None:
    """In the middle: where its schema stands all is well."""
    pages = path.stat().st_size // PAGE
    with path.open("r+b") as file:
        for page in range(pages // 4, pages // 2):
            file.seek(page * PAGE)
            file.write(bytes(PAGE))


def cut_it(path: Path) -> None:
    os.truncate(path, 5000)


def take_its_tables_away(path: Path) -> None:
    """A quick look finds nothing wrong with it; no version of Prefect could go on with it."""
    with contextlib.closing(sqlite3.connect(path)) as con:
        con.execute("drop table flow_run")
        con.execute("update alembic_version set version_num = 'nobody knows'")
        con.commit()


@pytest.mark.nightly
@pytest.mark.parametrize("damage", [zero_a_page, cut_it, take_its_tables_away])
def test_a_damaged_database_of_prefects_is_made_anew(
    drop: Drop, expected: dict[str, Any], damage: Callable[[Path], None]
) -> None:
    home = drop.settings.warehouse / "prefect"
    with contextlib.closing(sqlite3.connect(home / "prefect.db")) as con:
        con.execute("pragma wal_checkpoint(truncate)")
    damage(home / "prefect.db")
    run = Refresh(drop)
    ended = run.end()
    assert_in_words(ended, 0)
    assert DAMAGED in ended.words
    assert NO_RECORD not in ended.words
    run.assert_nothing_is_left()
    assert flow_runs(drop) == ["COMPLETED"]
    assert len(list(home.glob("damaged-*.db"))) == 1
    assert_came_to(drop, expected)


@pytest.mark.nightly
def test_a_database_of_prefects_that_another_program_holds_is_left_alone(
    drop: Drop, expected: dict[str, Any]
) -> None:
    home = drop.settings.warehouse / "prefect"
    with contextlib.closing(sqlite3.connect(home / "prefect.db")) as con:
        con.execute("begin immediate")
        run = Refresh(drop)
        ended = run.end()
    assert_in_words(ended, 0)
    assert f"{NO_RECORD} (Prefect's database" in ended.words
    assert "database is locked" in ended.words
    assert flow_runs(drop) == ["COMPLETED"]
    assert not list(home.glob("damaged-*"))
    assert_came_to(drop, expected)


@pytest.mark.nightly
def test_a_home_that_can_not_be_written(drop: Drop, expected: dict[str, Any]) -> None:
    home = drop.settings.warehouse / "prefect"
    shutil.rmtree(home)
    home.write_text("something else")
    ended = Refresh(drop).end()
    assert_in_words(ended, 0)
    assert f"{NO_RECORD} (FileExistsError" in ended.words
    assert home.read_text() == "something else"
    assert_came_to(drop, expected)


@pytest.mark.nightly
def test_a_server_that_dies_half_way_costs_the_record(drop: Drop, expected: dict[str, Any]) -> None:
    run = Refresh(drop).until("receive")
    server = run.server()
    assert server
    os.kill(server, signal.SIGKILL)
    ended = run.end()
    assert_in_words(ended, 0)
    assert NO_RECORD in ended.words
    run.assert_nothing_is_left()
    assert_came_to(drop, expected)


# --- ended at some moment ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("server", marks=pytest.mark.nightly),
        pytest.param("receive", marks=pytest.mark.nightly),
        "validate",
        pytest.param("publish", marks=pytest.mark.nightly),
        pytest.param("answer", marks=pytest.mark.nightly),
    ],
)
def test_a_killed_refresh_leaves_nothing_behind_and_is_gone_on_with(
    drop: Drop, expected: dict[str, Any], moment: str
) -> None:
    run = Refresh(drop)
    run = run.until_server() if moment == "server" else run.until(moment)
    assert run.server()
    assert run.kill().status == -signal.SIGKILL
    run.assert_nothing_is_left()
    again = Refresh(drop)
    ended = again.end()
    assert_in_words(ended, 0)
    again.assert_nothing_is_left()
    # Where all was answered before it could be killed, there is nothing to be recorded.
    if moment != "answer" or STARTED in ended.words:
        assert flow_runs(drop)[-1] == "COMPLETED"
    assert_came_to(drop, expected)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("sign", "status"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 130)]
)
def test_an_interrupted_refresh_ends_without_a_word_of_its_insides(
    drop: Drop, expected: dict[str, Any], sign: signal.Signals, status: int
) -> None:
    run = Refresh(drop).until("validate")
    run.process.send_signal(sign)
    assert_in_words(run.end(), status)
    run.assert_nothing_is_left()
    drop.refresh()
    assert_came_to(drop, expected)


def test_two_at_once(tmp_path: Path) -> None:
    """From nothing: one comes through, the other does so too or is told to wait."""
    drop, twin = Drop(tmp_path / "two"), Drop(tmp_path / "twin")
    for one in (drop, twin):
        first(one)
        second(one)
    twin.refresh()
    runs = [Refresh(drop), Refresh(drop)]
    ends = [run.end() for run in runs]
    for run, ended in zip(runs, ends, strict=True):
        assert_in_words(ended, ended.status)
        assert NO_RECORD not in ended.words
        run.assert_nothing_is_left()
    assert 0 in {ended.status for ended in ends}
    for ended in ends:
        assert ended.status == 0 or "another refresh is at work" in ended.words
    assert_came_to(drop, told(twin))


def test_another_refresh_at_work_is_told_of_before_prefect_is_started(drop: Drop) -> None:
    with house_of(drop).locked():
        run = Refresh(drop)
        ended = run.end()
    assert_in_words(ended, 1)
    assert "another refresh is at work" in ended.words
    assert flow_runs(drop) == ["COMPLETED"]


# --- files and the machine -----------------------------------------------------------------------


@pytest.mark.nightly
def test_bad_files_and_a_damaged_database_at_once(drop: Drop, tmp_path: Path) -> None:
    """As the direct runner has it: what one file brings about ends at that file."""
    bomb(drop.raw / "炸弹.xlsx", "texts")
    with (drop.raw / "影片.xlsx").open("wb") as film:
        film.truncate(600 << 20)
    text = drop.raw / "半份.csv"
    text.write_text("填报单位：招商局\n报告期：2021-02\n项目编号,项目名称\n", "utf-8")
    soon = (datetime.now().astimezone() + timedelta(days=1)).timestamp()
    os.utime(text, (soon, soon))
    twin = copy_of(drop, tmp_path / "twin")
    os.utime(twin.raw / "半份.csv", (soon, soon))
    twin.refresh()
    os.truncate(house_of(drop).working_database, 5000)
    ended = Refresh(drop).end()
    assert_in_words(ended, 0)
    assert "the working database was damaged" in ended.words
    assert NO_RECORD not in ended.words
    assert_came_to(drop, told(twin))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk_at(tmp_path / "small", "48m"):
        yield tmp_path / "small"


@pytest.mark.nightly
@pytest.mark.parametrize("moment", ["receive", "server"])
def test_a_disk_that_fills_up_while_prefect_writes(
    started: Drop, expected: dict[str, Any], small_disk: Path, moment: str
) -> None:
    drop = copy_of(started, small_disk)
    second(drop)
    before = told(drop)["headline"]
    filler = small_disk / "filler"
    # Prefect is started as there is room for it, and then there is none.
    run = Refresh(drop)
    run = run.until_server() if moment == "server" else run.until(moment)
    fill(filler)
    ended = run.end()
    run.assert_nothing_is_left()
    assert_in_words(ended, 1)
    assert "is full: about" in ended.words
    assert told(drop)["headline"] == before
    # Now it isn't even started.
    run = Refresh(drop)
    assert_in_words(run.end(), 1)
    filler.unlink()
    ended = Refresh(drop).end()
    assert_in_words(ended, 0)
    assert_came_to(drop, expected)
