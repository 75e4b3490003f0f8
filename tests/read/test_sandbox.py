"""Readers under limits: what kills or stalls one costs that file alone."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from renderer import Sheet, write
from renderer.biff import locked_xls
from renderer.hostile import encrypted_xlsx, far_cells, repacked

from flows.ground.errors import SettingsError
from flows.read import Book, Limits, Readers, Unreadable, read_files, sandbox
from flows.read.formats import read
from flows.read.sandbox import Children, Lost

GOOD = write([Sheet.of([["a", "b", "c"], ["d", "e", "f"]])], "xlsx")


def put(folder: Path, **files: bytes) -> dict[str, Path]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in files}


def test_a_file_that_kills_its_reader_costs_no_other(tmp_path: Path) -> None:
    """105 million cells, in columns that no quick look finds far: the memory limit ends it."""
    killer = far_cells("ZZ", 150_000)
    files = put(tmp_path, a=GOOD, killer=killer, b=GOOD)
    answers = dict(read_files(files, Limits(workers=1)))
    assert answers["killer"] == Unreadable("读取文件时内存超出限制，或文件使读取程序崩溃。")
    assert isinstance(answers["a"], Book)
    assert isinstance(answers["b"], Book)


def put_endless(folder: Path) -> Path:
    """A file that nobody who reads it comes to the end of, however fast the machine is."""
    os.mkfifo(folder / "endless")
    return folder / "endless"


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    files = {"slow": put_endless(tmp_path), **put(tmp_path, good=GOOD)}
    answers = dict(read_files(files, Limits(seconds=3, workers=1)))
    assert answers["slow"] == Unreadable("读取文件超过 3 秒，超出限制。")
    assert isinstance(answers["good"], Book)


def test_whoever_takes_the_grids_may_take_longer_than_a_file_may(tmp_path: Path) -> None:
    endless = put_endless(tmp_path)
    answers = read_files({**put(tmp_path, a=GOOD), "b": endless}, Limits(seconds=2, workers=1))
    assert next(answers)[0] == "a"
    # By now the reader is at the other one.
    time.sleep(2.5)
    threading.Thread(target=endless.write_bytes, args=[GOOD], daemon=True).start()
    ((name, answer),) = answers
    assert (name, isinstance(answer, Book)) == ("b", True)


def test_a_child_that_is_not_ready_in_time_is_no_file_s_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "_START_SECONDS", 0.1)
    with Children("tests.silent_child", Limits(seconds=0.1)) as children:
        children.start(1)
        with pytest.raises(SettingsError, match="was not ready"):
            list(children.answer([(1, b"order")]))


def test_the_same_bytes_twice_are_answered_once_each(tmp_path: Path) -> None:
    """Beside others one of the two needed more memory than there was, by chance."""

    class Unlucky(Readers):
        def start(self, orders: int) -> None:
            """No process is needed."""

        def answer(self, orders: Any, *_: Any, **limits: Any) -> Any:
            for key, _ in orders:
                is_lost = key == 1 and limits
                yield key, Lost.ENDED if is_lost else bytearray(b'{"unreadable": "x"}')

    (path,) = put(tmp_path, a=GOOD).values()
    readers = Unlucky(Limits(workers=1))
    assert [key for key, _ in readers.read_all({1: path, 2: path})] == [2, 1]


def test_a_file_over_the_limit_of_size_is_not_opened(tmp_path: Path) -> None:
    files = put(tmp_path, large=b"x" * (2 << 20), good=GOOD)
    answers = dict(read_files(files, Limits(max_file_mib=1)))
    assert answers["large"] == Unreadable("文件超过 1 MB，超出限制。")
    assert isinstance(answers["good"], Book)


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    (answer,) = dict(read_files({1: tmp_path / "none"}, Limits())).values()
    assert isinstance(answer, Unreadable)


def test_a_reader_that_cannot_start_is_the_operators_business(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GUOBAN_READ_MEMORY_MIB"):
        list(read_files(put(tmp_path, good=GOOD), Limits(memory_mib=8)))


def test_no_files_need_no_reader() -> None:
    assert list(read_files({}, Limits())) == []


def processes() -> set[str]:
    """The children of this process."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {child for task in tasks for child in task.read_text("ascii").split()}


def test_whoever_stops_listening_leaves_no_process(tmp_path: Path) -> None:
    files = put(tmp_path, **{f"f{number}": GOOD for number in range(20)})
    answers = read_files(files, Limits())
    before = processes()
    next(answers)
    assert processes() > before
    answers.close()  # type: ignore[attr-defined]
    assert processes() == before


def test_protected_against_changes_is_not_encrypted(tmp_path: Path) -> None:
    """Programs open a workbook with this password without asking for it."""
    good = Sheet.of([["a", "b", "c"], ["d", "e", "f"]])
    files = put(
        tmp_path,
        shared=encrypted_xlsx("VelvetSweatshop"),
        secret=encrypted_xlsx(),
        old_shared=locked_xls([good], "VelvetSweatshop"),
        old_secret=locked_xls([good], "geheim"),
    )
    answers = dict(read_files(files, Limits()))
    assert isinstance(answers["shared"], Book)
    assert answers["secret"] == Unreadable("文件已加密，无法读取。")
    old = answers["old_shared"]
    assert isinstance(old, Book)
    assert [grid.rows for grid in old.sheets] == [[["a", "b", "c"], ["d", "e", "f"]]]
    assert answers["old_secret"] == Unreadable("文件已加密，无法读取。")


def test_a_broken_sheet_does_not_cost_the_others() -> None:
    sheets = [Sheet.of([["a", "b"]], name=name) for name in ("好", "坏")]
    data = repacked(
        write(sheets, "xlsx"), {"xl/worksheets/sheet2.xml": b"<worksheet><sheetData><row"}
    )
    book = read(data)
    assert [one.name for one in book.sheets] == ["好"]
    assert book.damaged == ["坏"]
