"""`guoban doctor`: what it says of each kind of trouble, and that it only ever looks."""

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from disks import small_disk_at
from drop import Drop

from flows.doctor import CHECKS, State, Subject, examined
from flows.doctor.machine import pinned
from flows.ground.settings import BEIJING, PROJECT, Settings
from flows.store.warehouse import Warehouse
from guoban.cli import run_command

CONTRACT = {"investor": "甲公司", "contract_amount_cny": 60_000}


@pytest.fixture(scope="module")
def once_published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zone with one return published; copied, not changed."""
    drop = Drop(tmp_path_factory.mktemp("published"))
    drop.put("一.xlsx", "signed_projects", "招商局", "2021-05", [CONTRACT])
    drop.refresh()
    return drop.raw.parent


@pytest.fixture
def place(once_published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once_published, tmp_path / "zone", symlinks=True))


def subject(place: Path, now: dt.datetime | None = None, **environment: str) -> Subject:
    settings = Settings(
        raw=place / "raw", warehouse=place / "warehouse", orchestrator="none", settle_seconds=0
    )
    return Subject(settings, now or dt.datetime.now(BEIJING), "utf-8", environment)


def said(of: Subject, check: str) -> list[tuple[State, str, str]]:
    """State, words and remedy of each line of one check."""
    return [
        (one.state, one.said.english, one.remedy.english if one.remedy else "")
        for one in CHECKS[check][1](of)
    ]


def worst(of: Subject, check: str) -> tuple[State, str, str]:
    """The first line that is not well."""
    return next(one for one in said(of, check) if one[0] is not State.OK)


def call(place: Path, *more: str) -> int:
    places = ["--raw", place / "raw", "--warehouse", place / "warehouse", "--orchestrator", "none"]
    return run_command(["doctor", *map(str, places), *more])


def signs(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Everything below the folder: mode, time and content of each."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in folder.rglob("*")
    }


def test_a_sound_zone_has_nothing_to_mend(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(place, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    assert {one["check"] for one in told["checks"]} == set(CHECKS)
    assert all(one["remedy"] for one in told["checks"] if one["state"] != "ok")


def test_it_opens_nothing_for_writing_and_takes_no_lock(place: Path) -> None:
    """A lock, even a shared one, would turn away a refresh that begins meanwhile."""
    watched = (
        "import fcntl, os, sys\n"
        "done = []\n"
        "def hook(event, given):\n"
        "    if event in {'fcntl.flock', 'fcntl.lockf', 'os.mkdir', 'os.chmod', 'os.rename', 'os.remove'}:\n"
        "        done.append((event, *given))\n"
        "    elif event == 'open' and isinstance(given[2], int):\n"
        "        if given[2] & (os.O_WRONLY | os.O_RDWR) and given[0] != os.devnull:\n"
        "            done.append((event, *given))\n"
        "from guoban.cli import run_command\n"
        "sys.addaudithook(hook)\n"
        "status = run_command(sys.argv[1:])\n"
        "print(done, file=sys.stderr)\n"
        "sys.exit(status)\n"
    )
    before = signs(place)
    done = subprocess.run(
        [
            sys.executable, "-B", "-c", watched, "doctor",
            "--raw", place / "raw", "--warehouse", place / "warehouse", "--orchestrator", "none",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert signs(place) == before


def test_who_is_at_work_is_named_and_the_rest_is_looked_at(place: Path) -> None:
    examinee = subject(place)
    assert said(examinee, "lock")[0][1].startswith("free")
    with examinee.warehouse.locked(), examinee.warehouse.open():
        assert f"process {os.getpid()} " in said(examinee, "lock")[0][1]
        assert {one.verdict.state for one in examined(examinee)} <= {State.OK, State.ATTENTION}


def test_a_program_that_keeps_the_working_database_open_is_named(place: Path) -> None:
    path = Warehouse(place / "warehouse").working_database
    code = f"import duckdb; c = duckdb.connect({str(path)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        state, words, remedy = worst(subject(place), "working_database")
        other.communicate(b"\n")
    assert state is State.ATTENTION
    assert f"process {other.pid} " in words
    assert "current/guoban.duckdb" in remedy


def zeroed(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(64))


def relinked(current: Path) -> None:
    content = current.resolve()
    current.unlink()
    shutil.copytree(content, current)


def shortened(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, 30_000)


def appended(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


# Without the chain that the lines before it have.
OF_EARLIER = (
    '{"kind": "unlock", "month": "2021-01-01", "reason": "核减", "by": "张三", '
    '"at": "2021-06-04T04:00:00+00:00"}\n'
)
Break = Callable[[Path], object]
TROUBLES: dict[str, tuple[Break, str, State, str]] = {
    "the link is gone": (
        lambda house: (house / "current").unlink(), "release", State.WRONG, "is missing",
    ),
    "the link leads nowhere": (
        lambda house: shutil.rmtree(house / "releases"), "release", State.WRONG, "leads nowhere",
    ),
    "copied without links": (
        lambda house: relinked(house / "current"), "release", State.WRONG, "is no link",
    ),
    "a release cut short": (
        lambda house: shortened((house / "current" / "guoban.duckdb").resolve()),
        "release", State.WRONG, "cut short",
    ),
    "a damaged working database": (
        lambda house: zeroed(house / "work" / "guoban-work.duckdb"),
        "working_database", State.ATTENTION, "is damaged",
    ),
    "a torn journal": (
        lambda house: appended(house / "journal" / "journal.jsonl", '{"kind": "rec'),
        "journal", State.ATTENTION, "is torn",
    ),
    "a damaged journal": (
        lambda house: appended(house / "journal" / "journal.jsonl", "nonsense\n"),
        "journal", State.WRONG, "line 4: is damaged",
    ),
    "a line of an earlier version": (
        lambda house: appended(house / "journal" / "journal.jsonl", OF_EARLIER),
        "journal", State.WRONG, "(1 unlock, 2021-06-04 12:00",
    ),
    "no journal": (
        lambda house: shutil.rmtree(house / "journal"), "journal", State.WRONG, "is missing",
    ),
    "no archive": (
        lambda house: shutil.rmtree(house / "archive"), "archive", State.WRONG, "1 of 1",
    ),
    "another zone's": (
        lambda house: (house / "journal" / "zone.json").write_text(
            '{"name": "另一开发区", "first_month": "2021-01"}', "utf-8"
        ),
        "journal", State.WRONG, "is that of 另一开发区",
    ),
    "open to others": (
        lambda house: (house / "archive").chmod(0o755), "warehouse", State.ATTENTION, "others may",
    ),
    "something put aside": (
        lambda house: (house / "work" / "damaged-20210603-0900.duckdb").touch(),
        "put_aside", State.ATTENTION, "work/damaged-20210603-0900.duckdb",
    ),
    "a reply that waits": (
        lambda house: (house / "work" / "unanswered" / "000001").touch(),
        "replies", State.ATTENTION, "1 files wait",
    ),
}  # fmt: skip


@pytest.mark.parametrize("trouble", TROUBLES)
def test_each_trouble_is_told_with_what_to_do(place: Path, trouble: str) -> None:
    breaks, check, state, words = TROUBLES[trouble]
    (place / "warehouse" / "work" / "unanswered").mkdir(exist_ok=True)
    breaks(place / "warehouse")
    found, told, remedy = worst(subject(place), check)
    assert (found, remedy != "") == (state, True)
    assert words in told


PARTS = ["archive", "journal", "work", "releases", "current", "logs", "replies"]


@pytest.mark.parametrize("part", PARTS)
def test_a_file_in_the_place_of_a_folder_is_no_traceback(
    place: Path, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "warehouse" / part
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
    path.write_text("no folder")
    status = call(place)
    printed = capsys.readouterr()
    assert status in {0, 1}
    assert "to mend" in printed.out
    assert "unexpected error" not in printed.err


def test_files_that_were_received_and_not_published_are_told(place: Path) -> None:
    journal = place / "warehouse" / "journal" / "journal.jsonl"
    says_so, receipt, *_ = journal.read_text("utf-8").splitlines(keepends=True)
    journal.write_text(says_so + receipt, "utf-8")
    state, words, remedy = worst(subject(place), "last_refresh")
    assert (state, "一.xlsx" in words) == (State.WRONG, True)
    assert "run guoban refresh" in remedy


def test_a_warehouse_that_nothing_has_run_in_for_weeks(place: Path) -> None:
    later = dt.datetime.now(BEIJING) + dt.timedelta(days=41)
    assert "nothing has run since" in worst(subject(place, later), "last_refresh")[1]


def test_a_run_that_failed_is_told_until_one_succeeds(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--raw", place / "raw", "--warehouse", place / "warehouse", "--orchestrator", "none"]
    (place / "raw").rename(place / "away")
    assert run_command(["refresh", *map(str, places)]) == 2
    (place / "away").rename(place / "raw")
    assert call(place) == 1
    assert "✗ last refresh: the run of 2" in capsys.readouterr().out
    assert run_command(["refresh", *map(str, places)]) == 0
    assert call(place) == 0


def test_a_clock_that_is_behind(place: Path) -> None:
    earlier = dt.datetime.now(BEIJING) - dt.timedelta(hours=1)
    state, words, _ = worst(subject(place, earlier), "clock")
    assert (state, "the clock is behind" in words) == (State.WRONG, True)


def test_a_drop_folder_that_is_gone_or_full_of_what_is_not_taken(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        (place / "raw" / f"~$表{number}.xlsx").touch()
    assert "12 of 13 are not taken" in worst(subject(place), "drop_folder")[1]
    later = dt.datetime.now(BEIJING).timestamp() + 90_000
    os.utime(place / "raw" / "一.xlsx", (later, later))
    assert any("a time to come" in words for _, words, _ in said(subject(place), "drop_folder"))
    with monkeypatch.context() as closed:
        closed.setattr("flows.doctor.folders.os.access", lambda path, mode: False)
        state, words, _ = worst(subject(place), "drop_folder")
        assert (state, words.startswith("1 files or folders")) == (State.WRONG, True)
        state, words, _ = worst(subject(place), "warehouse")
        assert (state, "can't be written by this user" in words) == (State.WRONG, True)
    shutil.rmtree(place / "raw")
    assert worst(subject(place), "drop_folder")[0] is State.WRONG


def test_a_disk_without_room(tmp_path: Path) -> None:
    with small_disk_at(tmp_path / "disk", "40m"):
        (tmp_path / "raw").mkdir()
        settings = Settings(raw=tmp_path / "raw", warehouse=tmp_path / "disk" / "warehouse")
        examinee = Subject(settings, dt.datetime.now(BEIJING), "utf-8", {})
        state, words, remedy = worst(examinee, "room")
    assert (state, remedy != "") == (State.WRONG, True)
    assert "a refresh takes about 64" in words


def test_what_is_installed_otherwise_than_pinned(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = pinned(PROJECT / "requirements.txt")
    assert "pywin32" not in pins
    assert pins["duckdb"]
    monkeypatch.setattr(
        "flows.doctor.machine._installed",
        lambda name: {"duckdb": "1.0", "polars": None}.get(name, pins.get(name)),
    )
    lines = said(subject(place), "packages")
    assert [state for state, _, _ in lines] == [State.WRONG, State.ATTENTION]
    assert "polars" in lines[0][1]
    assert f"duckdb 1.0 ({pins['duckdb']})" in lines[1][1]


def test_a_setting_that_there_is_not(place: Path) -> None:
    _, words, _ = worst(subject(place, GUOBAN_WAREHOSE="/x", GUOBAN_RAW="/y"), "environment")
    assert words == "there is no setting GUOBAN_WAREHOSE; did you mean GUOBAN_WAREHOUSE?"


def test_the_next_year_s_days_off(place: Path) -> None:
    known = subject(place, dt.datetime(2025, 12, 30, tzinfo=BEIJING))
    assert said(known, "calendar")[0][0] is State.OK
    november, december = (dt.datetime(2026, month, 30, tzinfo=BEIJING) for month in (11, 12))
    assert "days off of 2027 are not known" in said(subject(place, november), "calendar")[0][1]
    state, words, remedy = worst(subject(place, december), "calendar")
    assert (state, "2027" in words) == (State.ATTENTION, True)
    assert "[holidays]" in remedy


@pytest.fixture
def zone_file(tmp_path: Path) -> Iterator[Callable[[str, str], Settings]]:
    def changed(before: str, after: str) -> Settings:
        text = (PROJECT / "zone.toml").read_text("utf-8")
        assert before in text
        path = tmp_path / "zone.toml"
        path.write_text(text.replace(before, after, 1), "utf-8")
        return Settings(raw=tmp_path, warehouse=tmp_path.parent / "none", zone=path)

    yield changed


def test_a_zone_file_that_can_t_be_used_or_lacks_something(
    zone_file: Callable[[str, str], Settings],
) -> None:
    now = dt.datetime.now(BEIJING)
    broken = Subject(zone_file("due_day = 2", "due_day = 99"), now, "utf-8", {})
    state, words, _ = worst(broken, "zone")
    assert (state, "filing.due_day" in words) == (State.WRONG, True)
    assert said(broken, "calendar") == []
    silent = Subject(zone_file('contact = "招商局综合科"', ""), now, "utf-8", {})
    assert "no contact" in worst(silent, "zone")[1]


def test_a_server_that_doesn_t_answer_and_a_terminal_without_chinese(place: Path) -> None:
    settings = subject(place).settings.model_copy(update={"orchestrator": "prefect"})
    now = dt.datetime.now(BEIJING)
    away = Subject(settings, now, "ascii", {"PREFECT_API_URL": "http://127.0.0.1:9/api"})
    state, words, remedy = worst(away, "orchestrator")
    assert (state, "doesn't answer" in words) == (State.WRONG, True)
    assert "GUOBAN_ORCHESTRATOR=none" in remedy
    assert "ascii has no Chinese" in worst(away, "terminal")[1]
    (place / "warehouse" / "prefect").mkdir(exist_ok=True)
    (place / "warehouse" / "prefect" / "prefect.db").write_bytes(b"nonsense" * 100)
    assert "is damaged" in worst(Subject(settings, now, "utf-8", {}), "orchestrator")[1]


def test_a_server_whose_refresh_has_gone_is_named(place: Path) -> None:
    home = place / "warehouse" / "prefect"
    home.mkdir(exist_ok=True)
    left = f"{sys.executable} -c 'input()' flows.server & echo $!"
    with subprocess.Popen(
        ["sh", "-c", f"exec 3<&0; {left.replace('&', '<&3 &', 1)}"],
        env={**os.environ, "PREFECT_HOME": str(home)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as shell:
        assert shell.stdout
        assert shell.stdin
        pid = shell.stdout.readline().strip()
        shell.wait()
        state, words, remedy = worst(subject(place), "orchestrator")
        shell.stdin.close()
    assert (state, words.endswith(f"process {pid}")) == (State.ATTENTION, True)
    assert remedy == f"end it: kill {pid}"


def test_chinese_where_the_locale_is(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guoban.words.is_chinese", lambda: True)
    (place / "warehouse" / "current").unlink()
    assert call(place) == 1
    out = capsys.readouterr().out
    assert "✗ 发布：缺少" in out
    assert "1项需要处理" in out
