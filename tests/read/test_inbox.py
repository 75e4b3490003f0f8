"""The drop folder: what is no submission is ignored, and said."""

import os
import threading
import time
from pathlib import Path

import pytest
from drop import SAMPLES, Drop

from flows.inbox import scan

GOOD = SAMPLES / "2021-01" / "招商局" / "签约项目月报表.xlsx"
IGNORED = ["~$签约.xlsx", ".隐藏.xlsx", ".~lock.签约.xlsx#", "签约.xlsx.tmp", "签约.crdownload", "Thumbs.db"]  # fmt: skip


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


def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    arrivals, (ignored,) = scan(tmp_path)
    assert (arrivals, ignored.reason) == ([], "不是普通文件。")


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
