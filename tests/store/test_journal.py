"""`flows.store.journal`: what was written is read back, and a crash costs at most what was being written."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.ground.errors import WarehouseError
from flows.store.journal import (
    Decision,
    Entry,
    Journal,
    Lock,
    Publication,
    Receipt,
    Unlock,
    Withdrawal,
)

NOW = dt.datetime(2021, 6, 4, 12, tzinfo=dt.UTC)
MAY = dt.date(2021, 5, 1)
ENTRIES: list[Entry] = [
    Publication("r1", NOW, "0.1.0", 153, 0, "judge"),
    Lock(MAY, "r1", "张三", NOW),
    Unlock(MAY, "核减“错误”\n", "张三", NOW),
    Withdrawal("000001-1", "paid_in", "招商局", dt.date(2021, 5, 1), "报错了", "李四", NOW),
    Decision("A", "B", True, "李四", NOW),
]


def test_entries_are_read_back_as_written(tmp_path: Path) -> None:
    Journal(tmp_path / "journal").append(ENTRIES[:2])
    Journal(tmp_path / "journal").append(ENTRIES[2:])
    assert Journal(tmp_path / "journal").entries == ENTRIES


def test_it_is_readable_by_people(tmp_path: Path) -> None:
    Journal(tmp_path).append(ENTRIES)
    lines = (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == [
        "publication", "lock", "unlock", "withdrawal", "decision",
    ]  # fmt: skip
    assert '"by": "张三"' in lines[1]


@given(cut=st.integers(1, 60))
def test_a_line_cut_off_by_a_crash_is_left_out_and_spoils_no_other(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    Journal(folder).append(ENTRIES[:2])
    file = folder / "journal.jsonl"
    file.write_bytes(file.read_bytes()[:-cut])
    Journal(folder).append(ENTRIES[3:])
    # The cut line is gone, unless it only lost its line end.
    expected = (ENTRIES[:2] if cut == 1 else ENTRIES[:1]) + ENTRIES[3:]
    assert Journal(folder).entries == expected


@pytest.mark.parametrize(
    "damage", [lambda line: b"#" + line, lambda _: b'{"kind": "lock"}', lambda _: b'["a}"}']
)
def test_a_damaged_line_is_never_passed_over(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    """It may be a lock or a withdrawal: without it the figures would be others, unseen."""
    Journal(tmp_path).append(ENTRIES)
    file = tmp_path / "journal.jsonl"
    lines = file.read_bytes().splitlines()
    lines[1] = damage(lines[1])
    file.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(WarehouseError, match=r"journal\.jsonl, line 2: is damaged"):
        Journal(tmp_path)


def test_names_may_hold_any_character(tmp_path: Path) -> None:
    names = ["\u2028.xlsx", "a\x85b.xlsx", "\x1c", "换\n行.xlsx"]
    receipts = [Receipt(n, "r1", NOW, name, "0" * 64, 1, NOW) for n, name in enumerate(names, 1)]
    journal = Journal(tmp_path)
    journal.append(receipts)
    assert journal.entries == Journal(tmp_path).entries == receipts
    assert journal.last_receipt == 4


def test_months_are_locked_until_they_are_unlocked(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(ENTRIES[:2])
    assert list(journal.locked_months()) == [MAY]
    journal.append([ENTRIES[2]])
    assert journal.locked_months() == {}


def test_what_came_after_the_last_publication(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(ENTRIES[:1])
    assert journal.is_published("judge")
    assert not journal.is_published("another judge")
    journal.append(ENTRIES[1:])
    assert not journal.is_published("judge")
    assert journal.until_last_publication().entries == ENTRIES[:1]


def test_a_decision_of_a_later_version_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"kind": "amnesty"}\n')
    with pytest.raises(WarehouseError, match="amnesty"):
        Journal(tmp_path)
