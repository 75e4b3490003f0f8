"""What happens to the machine or is done to the warehouse folder: a refresh mends it, or says what to do."""

import contextlib
import datetime as dt
import errno
import grp
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from disks import small_disk_at
from drop import Drop
from past import assert_verified, house_of
from seldom import nightly
from two_files import copy_of, filed_and_answered, first, second, with_second

from flows import pipeline
from flows.answer import answers, results
from flows.check import check
from flows.ground import patience
from flows.ground.errors import (
    BusyError,
    DiskFullError,
    FaultError,
    SettingsError,
    WarehouseError,
)
from flows.ground.notes import Notes
from flows.ground.settings import Settings
from flows.ground.zone import Name
from flows.publish import release as publish
from flows.publish.current import mend_current
from flows.receive import intake
from flows.store import archive, journal, statements
from flows.store.journal import Journal
from flows.store.warehouse import Warehouse

pytestmark = pytest.mark.slow

# A file of DuckDB's begins with three headers of this size, then blocks of that.
HEADER, BLOCK = 4096, 262_144
PLACES = 10


def told(drop: Drop) -> dict[str, Any]:
    """What a refresh came to, but for ids and times."""
    assert drop.last is not None
    return {
        "files": [(one.file, one.status, len(one.findings)) for one in drop.last.files],
        "headline": drop.query(
            "select report_month, department, indicator_code, value, rank "
            "from mart.headline_indicators order by all"
        ),
        **filed_and_answered(drop),
        "changes": drop.query(
            "select report_month, department, indicator_code, old_value, new_value, cause "
            "from mart.figure_changes order by all"
        ),
        "refreshes": drop.query("select count(*) from mart.refreshes"),
    }


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    """One file in; not to be changed."""
    drop = Drop(tmp_path_factory.mktemp("started"))
    first(drop)
    drop.refresh()
    return drop


@pytest.fixture(scope="module")
def expected(started: Drop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a second file comes to where nothing happens."""
    return told(with_second(started, tmp_path_factory.mktemp("twin")))


@pytest.fixture
def drop(started: Drop, tmp_path: Path) -> Drop:
    return copy_of(started, tmp_path)


def places() -> list[str]:
    return [f"{number} of {PLACES}" for number in range(PLACES)]


@pytest.mark.nightly
@pytest.mark.parametrize("place", range(PLACES), ids=places())
def test_a_working_database_with_a_zeroed_block_changes_nothing(
    drop: Drop, expected: dict[str, Any], place: int
) -> None:
    path = house_of(drop).working_database
    size = path.stat().st_size
    starts = [0, HEADER, 2 * HEADER, *range(3 * HEADER, size, BLOCK)]
    with path.open("r+b") as file:
        file.seek(starts[place * (len(starts) - 1) // (PLACES - 1)])
        file.write(bytes(HEADER))
    second(drop)
    drop.refresh()
    assert told(drop) == expected
    assert_verified(drop)
    assert drop.refresh().published is None


@pytest.mark.nightly
def test_a_check_does_without_a_damaged_working_database(drop: Drop) -> None:
    path = house_of(drop).working_database
    second(drop)
    right = [
        (one.status, one.findings)
        for one in check(drop.settings, drop.zone, [drop.raw / "乙.xlsx"])
    ]
    content = path.read_bytes()
    for start in range(3 * HEADER, len(content), 4 * BLOCK):
        path.write_bytes(content[:start] + bytes(HEADER) + content[start + HEADER :])
        told = check(drop.settings, drop.zone, [drop.raw / "乙.xlsx"])
        assert [(one.status, one.findings) for one in told] == right
    assert not list(path.parent.glob("damaged-*"))


def damaged(*_: object, **__: object) -> None:
    raise duckdb.IOException("IO Error: Corrupt database file: computed checksum")


def once(act: Callable[..., Any], before: bool) -> Callable[..., Any]:
    """The act, at its first call failing before or after it is done."""
    calls = iter([True])

    def run(*given: Any, **more: Any) -> Any:
        is_first = next(calls, False)
        if is_first and before:
            damaged()
        made = act(*given, **more)
        if is_first:
            damaged()
        return made

    return run


@pytest.mark.parametrize("before", [True, nightly(False)])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        nightly(intake, "_seen_before"),
        nightly(pipeline, "remember_seen"),
        nightly(pipeline._Standing, "is_published"),
        (answers.Answers, "order"),
        (publish, "_write"),
        nightly(publish, "_renew"),
        nightly(publish, "flip"),
        (answers, "renew_receipts"),
        nightly(results, "of_intake"),
    ],
)
def test_wherever_the_working_database_fails_the_run_comes_to_the_same(
    drop: Drop,
    expected: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    before: bool,
) -> None:
    second(drop)
    monkeypatch.setattr(module, name, once(getattr(module, name), before))
    result = drop.refresh()
    assert told(drop) == expected
    assert result.published == house_of(drop).folder.joinpath("current").resolve().name
    kept = list(house_of(drop).working_database.parent.glob("damaged-*"))
    assert [one.suffix for one in kept if one.suffix == ".duckdb"] == [".duckdb"][
        : len(result.notes)
    ]
    assert all("the working database was damaged" in one.english for one in result.notes)


def test_a_database_that_is_damaged_again_and_again_is_made_anew_once(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = told_figures(drop)
    monkeypatch.setattr(answers.Answers, "order", damaged)
    for _ in range(2):
        with pytest.raises(WarehouseError, match="fails though it was made anew"):
            drop.refresh()
        kept = list(house_of(drop).working_database.parent.glob("damaged-*.duckdb"))
        assert len(kept) == 1
    assert told_figures(drop) == before


# --- a statement that fails ----------------------------------------------------------------------


def test_a_working_database_of_another_version_is_made_anew_and_not_called_damaged(
    drop: Drop, expected: dict[str, Any]
) -> None:
    with duckdb.connect(str(house_of(drop).working_database)) as con:
        con.execute("alter table core.seen rename column sha256 to hash")
        con.execute("drop table core.again")
    second(drop)
    (note,) = drop.refresh().notes
    assert note.english.startswith("a statement failed over the working database, which may be")
    assert told(drop) == expected
    assert not list(house_of(drop).working_database.parent.glob("damaged-*"))
    assert drop.refresh().notes == []


def test_a_statement_of_guobans_own_that_fails_is_its_own_fault(
    drop: Drop, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The working database is made anew for it once, not by every refresh from then on."""
    before = told_figures(drop)
    second(drop)
    made_anew = []
    throw_away, text = Warehouse.throw_away, statements._text

    def thrown_away(house: Warehouse) -> None:
        made_anew.append(house)
        throw_away(house)

    def with_a_fault(name: str) -> str:
        return "select nothing_of_that" if name == "settle/arrival" else text(name)

    with monkeypatch.context() as patch:
        patch.setattr(Warehouse, "throw_away", thrown_away)
        patch.setattr(statements, "_text", with_a_fault)
        for _ in range(3):
            with pytest.raises(FaultError) as fault:
                drop.refresh()
            assert "guoban itself is at fault" in str(fault.value)
            assert "sql/settle/arrival.sql, flows/settle/versions.py:" in str(fault.value)
            assert "nothing_of_that" in fault.value.chinese
        with pytest.raises(FaultError):
            check(drop.settings, drop.zone, [drop.raw / "乙.xlsx"])
    assert len(made_anew) == 1
    assert not list(house_of(drop).working_database.parent.glob("damaged-*"))
    assert told_figures(drop) == before
    drop.refresh()
    assert {**told(drop), "files": None} == {**expected, "files": None}
    assert not (house_of(drop).working_database.parent / "fault").exists()


def test_a_module_that_is_missing_is_no_damage(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB asks for modules of Python's in the middle of a statement, and says so in its own words."""

    def without_a_module(*_: object, **__: object) -> None:
        raise duckdb.InvalidInputException("Required module 'pytz' failed to import")

    second(drop)
    monkeypatch.setattr(answers.Answers, "order", without_a_module)
    with pytest.raises(FaultError, match=r"or how it is installed.*Required module 'pytz'"):
        drop.refresh()
    assert not list(house_of(drop).working_database.parent.glob("damaged-*"))


def test_copies_that_ended_commands_left_do_not_pile_up(drop: Drop) -> None:
    work = house_of(drop).working_database.parent
    old, new = work / "guoban-copy-old", work / "guoban-copy-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "guoban-work.duckdb").write_bytes(b"x")
    os.utime(old, (0, 0))
    drop.refresh()
    assert (old.exists(), new.exists()) == (False, True)


def told_figures(drop: Drop) -> list[tuple[Any, ...]]:
    return drop.query("select * from mart.headline_indicators order by all")


def test_files_in_use_are_told_by_the_kind_of_the_error(
    started: Drop, tmp_path: Path, expected: dict[str, Any]
) -> None:
    """Not by a word that stands in the path."""
    drop = copy_of(started, tmp_path / "lock it")
    os.truncate(house_of(drop).working_database, 5000)
    second(drop)
    drop.refresh()
    assert told(drop) == expected


def test_a_database_that_another_program_has_open_is_left_alone(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "WAITS", (0.01,))
    path = house_of(drop).working_database
    held = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    with held_by(held, path):
        with pytest.raises(BusyError):
            drop.refresh()
        with pytest.raises(BusyError):
            check(drop.settings, drop.zone, [drop.raw / "甲.xlsx"])
    assert drop.refresh().notes == []


@contextlib.contextmanager
def held_by(program: str, *arguments: object) -> Iterator[None]:
    """A program of Python's that says a line when it is ready, and ends when it is told one."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin and process.stdout
        process.stdout.readline()
        yield
        process.stdin.write(b"\n")
        process.stdin.close()


# --- a damaged release ---------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [0.2, nightly(0.5), nightly(0.8), 0.999])
def test_a_release_that_was_cut_short_is_made_again(drop: Drop, kept: float) -> None:
    """Though DuckDB opens it: nothing is missing until somebody reads it."""
    before = told_figures(drop)
    path = (house_of(drop).folder / "current" / "guoban.duckdb").resolve()
    path.chmod(0o644)
    os.truncate(path, int(path.stat().st_size * kept))
    result = drop.refresh()
    assert result.published
    assert result.notes == []
    assert told_figures(drop) == before
    assert_verified(drop)


def test_a_damaged_release_is_not_gone_on_from(drop: Drop, expected: dict[str, Any]) -> None:
    """And is not taken for a damaged working database."""
    path = (house_of(drop).folder / "current" / "guoban.duckdb").resolve()
    path.chmod(0o644)
    with path.open("r+b") as file:
        for start in range(3 * HEADER + BLOCK, path.stat().st_size, BLOCK):
            file.seek(start)
            file.write(bytes(HEADER))
    second(drop)
    assert drop.refresh().notes == []
    assert told(drop) == expected
    assert_verified(drop)


# --- a full disk ---------------------------------------------------------------------------------


def no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def no_room_in_words(*_: object, **__: object) -> None:
    raise duckdb.IOException('IO Error: Could not write file "a.wal": No space left on device')


@pytest.mark.parametrize(
    ("module", "name", "fails"),
    [
        nightly(archive, "write_all", no_room),
        nightly(archive, "fsync_all", no_room),
        nightly(journal, "write_all", no_room),
        nightly(pipeline, "remember_seen", no_room_in_words),
        (answers.Answers, "order", no_room_in_words),
        nightly(publish, "_seal", no_room),
        nightly(publish, "_renew", no_room_in_words),
    ],
)
def test_a_full_disk_says_what_is_needed_and_what_is_kept(
    drop: Drop,
    expected: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    module: Any,
    name: str,
    fails: Callable[..., None],
) -> None:
    before = told_figures(drop)
    second(drop)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, fails)
        with pytest.raises(
            DiskFullError, match=r"is full: about [0-9]+ MiB are needed, [0-9]+ MiB"
        ):
            drop.refresh()
    if name != "order":
        assert told_figures(drop) == before
    assert not list(house_of(drop).working_database.parent.glob("damaged-*"))
    drop.refresh()
    assert {**told(drop), "files": None} == {**expected, "files": None}
    assert_verified(drop)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk_at(tmp_path / "small", "40m"):
        yield tmp_path / "small"


@pytest.mark.nightly
def test_a_disk_that_fills_up(
    started: Drop, expected: dict[str, Any], tmp_path: Path, small_disk: Path
) -> None:
    """At whatever point: what was published stands, and with room again nothing is missing."""
    drop = copy_of(started, small_disk)
    second(drop)
    before = told_figures(drop)
    filler = small_disk / "filler"
    for left in (0, 100_000, 1_000_000, 3_000_000, 6_000_000):
        filler.write_bytes(b"")
        filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - left))
        try:
            drop.refresh()
        except DiskFullError:
            assert told_figures(drop) == before
    filler.unlink()
    drop.refresh()
    assert {**told(drop), "files": None, "replies": None} == {
        **expected,
        "files": None,
        "replies": None,
    }
    assert_verified(drop)


# --- guards --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "kept"), [("a", "a"), ("a", "a/b/c"), ("a/b/c", "a"), ("a", "link/b"), ("link", "a/b")]
)
def test_what_is_filed_and_what_is_written_never_lie_in_each_other(
    tmp_path: Path, raw: str, kept: str
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(SettingsError, match="lie in each other; they must be apart"):
        Settings(raw=tmp_path / raw, warehouse=tmp_path / kept)
    Settings(raw=tmp_path / "a" / "raw", warehouse=tmp_path / "a" / "raw2")


def test_two_zones_never_share_a_warehouse(drop: Drop) -> None:
    before = told_figures(drop)
    own = drop.zone
    drop.zone = own.model_copy(update={"zone": Name(name="另一开发区")})
    second(drop)
    words = f"is that of {own.zone.name} \\(from 2021-01\\), not of 另一开发区"
    with pytest.raises(SettingsError, match=words):
        drop.refresh()
    with pytest.raises(SettingsError, match=words):
        check(drop.settings, drop.zone, [drop.raw / "乙.xlsx"])
    assert told_figures(drop) == before
    # A zone may have a new name, and say so; blanks and width are none.
    names = Name(name="另 一开发区", former_names=(own.zone.name,))
    drop.zone = own.model_copy(update={"zone": names})
    assert drop.refresh().published


def test_another_first_month_is_said(drop: Drop) -> None:
    departments = tuple(
        one.model_copy(update={"owes": {"2020-11": sum(one.owes.values(), ())}})
        for one in drop.zone.departments
    )
    drop.zone = drop.zone.model_copy(update={"departments": departments})
    (note,) = drop.refresh().notes
    assert "was 2021-01 and is 2020-11 now" in note.english
    assert drop.refresh().notes == []


@pytest.mark.parametrize("with_releases", [True, nightly(False)])
def test_a_folder_in_the_place_of_the_link_is_put_aside(drop: Drop, with_releases: bool) -> None:
    """As a copy that follows links leaves it; what somebody put there is not lost."""
    house = house_of(drop)
    before = told_figures(drop)
    current = house.folder / "current"
    content = current.resolve()
    current.unlink()
    shutil.copytree(content, current)
    (current / "mine.txt").write_text("mine")
    if not with_releases:
        shutil.rmtree(house.releases)
    result = drop.refresh()
    assert [one.english.split(" is kept")[0] for one in result.notes] == [
        f"{current} was no link to a release; it"
    ]
    assert (result.published is None) is with_releases
    assert current.is_symlink()
    assert told_figures(drop) == before
    (aside,) = house.folder.glob("current-*")
    assert (aside / "mine.txt").read_text() == "mine"
    assert drop.refresh().notes == []


def test_copies_in_the_place_of_the_link_do_not_pile_up(drop: Drop) -> None:
    """A job that copies the warehouse, following links, leaves one each night."""
    house = house_of(drop)
    current = house.folder / "current"
    for night in range(1, 5):
        content = current.resolve()
        current.unlink()
        shutil.copytree(content, current)
        if night == 1:
            page = current / "site" / "index.html"
            page.chmod(0o644)
            page.write_text("mine")
        moment = dt.datetime(2021, 6, night, tzinfo=dt.UTC)
        mend_current(house.folder, content.name, moment, Notes())
    # What somebody wrote into one is kept, and of the others the last.
    assert sorted(one.name for one in house.folder.glob("current-*")) == [
        "current-20210601-000000",
        "current-20210604-000000",
    ]


# --- who may read --------------------------------------------------------------------------------


@pytest.fixture
def set_umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    os.umask(before)
    yield os.umask
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.exports
@pytest.mark.parametrize("umask", [nightly(0o000), nightly(0o022), 0o077, nightly(0o777)])
def test_what_was_filed_is_the_users_alone_and_what_is_published_everybodys(
    tmp_path: Path, umask: int, set_umask: Callable[[int], int]
) -> None:
    drop = Drop(tmp_path)
    second(drop)
    set_umask(umask)
    drop.refresh()
    set_umask(0o022)
    house = house_of(drop)
    own = (house.archive, house.journal, house.working_database.parent, house.logs, house.replies)
    assert {path.name: mode(path) for path in own} == {path.name: 0o700 for path in own}
    release = (house.folder / "current").resolve()
    assert [mode(one) for one in (house.folder, house.releases, release)] == [0o755] * 3
    assert {mode(one) for one in release.rglob("*") if one.is_file()} == {0o444}
    assert mode(release / "parquet") == 0o755
    # What an earlier version made open is closed.
    house.archive.chmod(0o777)
    drop.refresh()
    assert mode(house.archive) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give folders to any group")
def test_a_group_may_read_replies_and_releases(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    group = next(one for one in grp.getgrall() if one.gr_gid not in {0, os.getegid()})
    drop.settings = drop.settings.model_copy(update={"readers_group": group.gr_name})
    second(drop)
    drop.refresh()
    house = house_of(drop)
    for folder in (house.replies, house.releases):
        assert (mode(folder), folder.stat().st_gid) == (0o750, group.gr_gid)
    inside = list(house.replies.rglob("*"))
    assert {mode(one) for one in inside} == {0o755, 0o644}


def test_a_group_that_there_is_not_is_a_setting_to_mend(drop: Drop) -> None:
    drop.settings = drop.settings.model_copy(update={"readers_group": "no such group"})
    with pytest.raises(SettingsError, match="GUOBAN_READERS_GROUP: there is no group"):
        drop.refresh()


def test_a_doubled_line_of_the_journal_stops_the_refresh(drop: Drop) -> None:
    path = house_of(drop).journal / "journal.jsonl"
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(WarehouseError, match=r"journal\.jsonl, line 4: .*does not follow"):
        drop.refresh()


def test_without_its_journal_a_warehouse_is_not_begun_anew(drop: Drop) -> None:
    """What was withdrawn would be back, and nobody would know."""
    drop.put("甲.xlsx", "signed_projects", "招商局", "2021-01", [{"project_id": "GCKF-2021-0001"}])
    drop.refresh()
    before = drop.query("from mart.headline_indicators")
    shutil.rmtree(house_of(drop).journal)
    with pytest.raises(WarehouseError, match="has no journal though figures were published"):
        drop.refresh()
    assert drop.query("from mart.headline_indicators") == before


def test_a_torn_line_of_the_journal_is_written_anew(drop: Drop, expected: dict[str, Any]) -> None:
    """Ended while a file was taken in: the next refresh takes it in."""
    path = house_of(drop).journal / "journal.jsonl"
    receipt = path.read_bytes().splitlines(keepends=True)[1].replace(b'"number": 1', b'"number": 2')
    path.write_bytes(path.read_bytes() + receipt.rstrip(b"\n"))
    second(drop)
    drop.refresh()
    assert told(drop) == expected
    assert len(Journal(house_of(drop).journal).receipts) == 2
