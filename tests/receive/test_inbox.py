"""The drop folder: what is no submission is ignored, and said."""

import contextlib
import datetime as dt
import os
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from drop import SAMPLES, Drop

from flows.check import check
from flows.ground.errors import SettingsError
from flows.receive.inbox import Intake, Look, scan, take_in
from flows.receive.unfinished import Arrival
from flows.store import archive
from flows.store.archive import Archive
from flows.store.journal import Journal

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

GOOD = SAMPLES / "2021-01" / "招商局" / "签约项目月报表.xlsx"
IGNORED = ["~$签约.xlsx", ".隐藏.xlsx", ".~lock.签约.xlsx#", "签约.xlsx.tmp", "签约.crdownload", "Thumbs.db"]  # fmt: skip


@contextlib.contextmanager
def nested(folder: Path, names: list[str]) -> Iterator[Path]:
    """Makes folders in each other, deeper than a path can tell, and takes them away again."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        for name in names:
            Path(name).mkdir()
            os.chdir(name)
        yield Path()
    finally:
        os.chdir(before)
        # What Python offers for this recurses.
        subprocess.run(["rm", "-rf", folder / names[0]], check=True)


@pytest.mark.parametrize("name", IGNORED)
def test_lock_files_and_hidden_ones_are_ignored(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    arrivals, ignored = scan(tmp_path)
    assert arrivals == []
    assert [(one.path, one.reason) for one in ignored] == [
        (name, "是隐藏文件、锁定文件或临时文件。")
    ]


def test_links_are_not_followed(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.xlsx").write_bytes(b"x")
    (raw / "file.xlsx").symlink_to(secret / "x.xlsx")
    (raw / "folder").symlink_to(secret)
    arrivals, ignored = scan(raw)
    assert arrivals == []
    assert {one.path: one.reason for one in ignored} == {
        "file.xlsx": "是链接，不跟随。",
        "folder": "是链接，不跟随。",
    }


def test_a_folder_named_like_a_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").mkdir()
    (tmp_path / "表.xlsx" / "里.xlsx").write_bytes(b"x")
    (tmp_path / "v1.0").mkdir()
    (tmp_path / "v1.0" / "a.xlsx").write_bytes(b"x")
    arrivals, ignored = scan(tmp_path)
    assert [one.path for one in arrivals] == ["v1.0/a.xlsx"]
    assert [(one.path, one.reason) for one in ignored] == [
        ("表.xlsx", "是文件夹，名称却像文件，其中的文件没有读取。")
    ]


def test_folders_are_gone_into_however_deep(tmp_path: Path) -> None:
    path = ""
    with nested(tmp_path, ["d"] * 1_200) as deepest:
        (deepest / "a.xlsx").write_bytes(b"x")
        arrivals, ignored = scan(tmp_path)
        path = arrivals[0].path
    assert (path, ignored) == ("d/" * 1_200 + "a.xlsx", [])


def test_a_folder_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"x")
    # Longer than any path may be: this is so for every user, root included.
    with nested(tmp_path, ["a" * 250] * 17):
        arrivals, (ignored,) = scan(tmp_path)
    assert [one.path for one in arrivals] == ["b.xlsx"]
    assert ignored.path.startswith("aaa")
    assert (ignored.reason, ignored.is_rejected) == (
        "无法查看（File name too long），没有读取。",
        False,
    )


# (签约 in this encoding happens to be good UTF-8 as well.)
GBK = os.fsdecode("报表.xlsx".encode("gb18030"))


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["报表.xlsx", GBK], "报表.xlsx"),
        (["é.xlsx", "e\u0301.xlsx"], "é.xlsx"),
        (["a\\xff.xlsx", os.fsdecode(b"a\xff.xlsx")], "a\\xff.xlsx"),
    ],
    ids=["two encodings", "composed or not", "escaped"],
)
def test_of_two_names_that_read_the_same_one_is_taken(
    drop: Drop, names: list[str], taken: str
) -> None:
    """As versions of each other they would take turns at every refresh."""
    for name in names:
        book = GOOD.read_bytes() + (b"" if name == taken else b"\0")
        (drop.raw / name).write_bytes(book)
    for _ in range(2):
        result = drop.refresh()
        (left,) = [one for one in result.files if one.status == "rejected"]
        assert [one.rule for one in left.findings] == ["E011"]
        assert "请改名后再报" in left.findings[0].message
        assert {one.file for one in result.files if one is not left} == {taken}
    assert drop.query("select version, file from mart.submissions") == [(1, taken)]


def test_a_film_is_neither_copied_nor_read(drop: Drop) -> None:
    """Its size is looked at first, so that it costs a look at every refresh and nothing more."""
    drop.settings = drop.settings.model_copy(update={"max_file_mib": 1})
    (drop.raw / "a.xlsx").write_bytes(GOOD.read_bytes())
    with (drop.raw / "电影.xlsx").open("wb") as film:
        film.truncate(1 << 40)
    result = drop.refresh()
    assert {one.file: one.status for one in result.files} == {
        "a.xlsx": "accepted",
        "电影.xlsx": "rejected",
    }
    (found,) = drop.result("电影.xlsx").findings
    assert (found.rule, found.message) == ("E011", "文件超过 1 MB，超出限制。")
    assert drop.settings.warehouse.joinpath("archive").stat().st_size < 1 << 20
    told = check(drop.settings, drop.zone, [drop.raw / "电影.xlsx"])
    assert [[one.message for one in each.findings] for each in told] == [[found.message]]


def test_a_file_for_which_there_is_no_room_is_left_and_said(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop.raw / "a.xlsx").write_bytes(GOOD.read_bytes())
    (drop.raw / "大.xlsx").write_bytes(bytes(2 << 20))
    monkeypatch.setattr(archive, "free_bytes", lambda _: (64 << 20) + (1 << 20))
    drop.refresh()
    assert drop.result("a.xlsx").status == "accepted"
    left = drop.result("大.xlsx")
    assert left.status == "ignored"
    assert left.note == "磁盘空间不足：存档需要 2 MB，没有读取；腾出空间后下次再取。"
    monkeypatch.undo()
    drop.refresh()
    assert drop.result("大.xlsx").status == "rejected"


def taken_in(arrival: Arrival, house: Path) -> Intake:
    """A file as a first refresh takes it in, without waiting."""
    return take_in(
        [arrival],
        Journal(house / "journal"),
        Look(Archive(house / "archive"), settle_seconds=0, seen={}),
        run_id="r",
        now=dt.datetime(2021, 6, 1, tzinfo=dt.UTC),
        owner_named=lambda _: (None, None),
    )


def test_what_grew_since_it_was_looked_at_waits(tmp_path: Path) -> None:
    """Whatever its time stamp says."""
    path = tmp_path / "a.csv"
    path.write_text("half")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    arrival = Arrival.of("a.csv", str(path), path.lstat())
    path.write_text("half and the rest")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    intake = taken_in(arrival, tmp_path)
    assert [one.reason for one in intake.ignored] == ["文件还在写入，下次再取。"]
    assert not intake.receipts


def test_a_drop_folder_that_cannot_be_read_stops_the_operator(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GUOBAN_RAW"):
        scan(tmp_path / "none")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SettingsError, match="GUOBAN_RAW"):
        scan(tmp_path / "file")


@pytest.mark.parametrize("seconds", [-(10**10), 0, 253_402_300_800, 10**12])
def test_a_file_of_any_age_is_taken_in(
    seconds: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "raw"
    place.mkdir()
    (place / "a.xlsx").write_bytes(b"PK\x03\x04")
    info = list((place / "a.xlsx").stat())
    info[8] = seconds
    odd = os.stat_result(info, {"st_mtime_ns": seconds * 10**9, "st_ctime_ns": 0})
    # No file system takes every one of these times.
    monkeypatch.setattr(os, "lstat", lambda _: odd)
    arrival = Arrival.of("a.xlsx", str(place / "a.xlsx"), odd)
    intake = taken_in(arrival, tmp_path)
    (receipt,) = intake.receipts
    assert 1970 <= receipt.modified_at.year <= 2200
    assert -(2**63) <= arrival.modified_ns < 2**63


def test_a_date_far_ahead_does_not_stop_a_refresh(drop: Drop) -> None:
    (drop.raw / "a.xlsx").write_bytes(GOOD.read_bytes())
    os.utime(drop.raw / "a.xlsx", (253_402_300_800, 253_402_300_800))
    assert [one.status for one in drop.refresh().files] == ["accepted"]
    assert [one.status for one in drop.refresh().files] == ["unchanged"]


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    arrivals, (ignored,) = scan(tmp_path)
    assert (arrivals, ignored.reason) == ([], "不是普通文件。")


def test_odd_things_under_names_of_files_are_named_once_each_and_nothing_waits(drop: Drop) -> None:
    names = []
    for number in range(40):
        for kind, make in ODD.items():
            path = drop.raw / f"{number}" / f"{kind}.xlsx"
            path.parent.mkdir(exist_ok=True)
            with contextlib.suppress(PermissionError):  # devices are root's to make
                make(path)
                names.append(f"{number}/{kind}.xlsx")
    (drop.raw / "a.xlsx").write_bytes(GOOD.read_bytes())
    for status in ("accepted", "unchanged"):
        result = drop.refresh()
        assert sorted(one.file for one in result.files) == sorted([*names, "a.xlsx"])
        assert result.counts == {status: 1, "ignored": len(names)}
    told = check(drop.settings, drop.zone, [drop.raw / name for name in names[:8]])
    assert {one.status for one in told} == {"ignored"}


def _socket(path: Path) -> None:
    # The system takes no long path for one.
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path.name)


def _archive(path: Path) -> None:
    (path / "in.zip").mkdir(parents=True)
    (path / "b.xlsx").write_bytes(b"x")


ODD: dict[str, Callable[[Path], None]] = {
    "管道": os.mkfifo,
    "套接字": _socket,
    "设备": lambda path: os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5)),
    "文件夹": _archive,
    "链接": lambda path: path.symlink_to("/dev/zero"),
}


def test_what_is_ignored_is_said_in_the_result(drop: Drop) -> None:
    (drop.raw / "~$a.xlsx").write_bytes(b"x")
    (drop.raw / "b.xlsx").symlink_to(GOOD)
    (drop.raw / "c.xlsx").mkdir()
    result = drop.refresh()
    assert {one.file: one.status for one in result.files} == dict.fromkeys(
        ["~$a.xlsx", "b.xlsx", "c.xlsx"], "ignored"
    )
    assert all(one.note for one in result.files)


def test_a_file_still_being_copied_is_taken_later(drop: Drop) -> None:
    drop.settings = drop.settings.model_copy(update={"settle_seconds": 0.3})
    target = drop.raw / "a.xlsx"
    data = GOOD.read_bytes()
    ended = threading.Event()

    def copy() -> None:
        with target.open("wb") as file:
            for start in range(0, 100):
                file.write(data[start * 10 : start * 10 + 10])
                file.flush()
                if ended.wait(0.02):
                    break
            file.write(data[start * 10 + 10 :])

    copying = threading.Thread(target=copy)
    copying.start()
    time.sleep(0.05)
    (one,) = drop.refresh().files
    ended.set()
    copying.join()
    assert (one.status, one.note) == ("ignored", "文件还在写入，下次再取。")
    (one,) = drop.refresh().files
    assert one.status == "accepted"


def test_bytes_are_on_disk_before_the_journal_names_them(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop.raw / "a.xlsx").write_bytes(GOOD.read_bytes())
    journal = drop.settings.warehouse / "journal" / "journal.jsonl"
    was_named: list[bool] = []
    monkeypatch.setattr(Archive, "sync", lambda _: was_named.append(journal.exists()))
    drop.refresh()
    assert was_named == [False]
    assert journal.exists()


def test_where_nothing_is_new_nothing_is_written(drop: Drop) -> None:
    (drop.raw / "a.xlsx").write_bytes(GOOD.read_bytes())
    drop.refresh()
    before = _written(drop)
    (one,) = drop.refresh().files
    assert (one.status, _written(drop)) == ("unchanged", before)


def _written(drop: Drop) -> dict[Path, int]:
    """Every file below the warehouse, with the time of its last change."""
    return {
        path: path.stat().st_mtime_ns
        for path in drop.settings.warehouse.rglob("*")
        if path.is_file()
    }
