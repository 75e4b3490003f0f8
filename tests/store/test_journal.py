"""`flows.store.journal`: what was written is read back, and a crash costs at most what was being written."""

import dataclasses
import datetime as dt
import errno
import hashlib
import json
import os
import re
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ground.errors import UnchainedError, WarehouseError
from flows.store import journal as module
from flows.store.chain import Chain
from flows.store.journal import (
    CHAINED,
    KINDS,
    LATE,
    Again,
    Decision,
    Entry,
    Journal,
    Lock,
    Publication,
    Receipt,
    Restoration,
    Trial,
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
    Restoration("000001-1", "paid_in", "招商局", dt.date(2021, 5, 1), "撤错了", "李四", NOW),
    Again(1, "又一份.xlsx", NOW),
    Decision("A", "B", None, "李四", NOW),
]


def test_entries_are_read_back_as_written(tmp_path: Path) -> None:
    Journal(tmp_path / "journal").append(ENTRIES[:2])
    Journal(tmp_path / "journal").append(ENTRIES[2:])
    assert Journal(tmp_path / "journal").entries == ENTRIES


def test_it_is_readable_by_people(tmp_path: Path) -> None:
    Journal(tmp_path).append(ENTRIES)
    lines = (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == [
        CHAINED, "publication", "lock", "unlock", "withdrawal", "decision", "restoration", "again",
        "decision",
    ]  # fmt: skip
    assert '"by": "张三"' in lines[2]


@given(cut=st.integers(1, 60))
@settings(deadline=None)
def test_a_line_cut_off_by_a_crash_is_left_out_and_spoils_no_other(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    Journal(folder).append(ENTRIES[:2])
    file = folder / "journal.jsonl"
    file.write_bytes(file.read_bytes()[:-cut])
    Journal(folder).append(ENTRIES[3:])
    assert Journal(folder).entries == ENTRIES[:1] + ENTRIES[3:]


def test_a_last_line_torn_anywhere_was_never_written(tmp_path: Path) -> None:
    """At every byte, also where only its line end is missing: nobody waited for it to be on disk."""
    Journal(tmp_path).append(ENTRIES[:3])
    file = tmp_path / "journal.jsonl"
    whole = file.read_bytes()
    before = whole.rstrip(b"\n").rfind(b"\n") + 1
    Journal(tmp_path / "whole").append(ENTRIES[:2])
    Journal(tmp_path / "whole").append(ENTRIES[3:4])
    expected = (tmp_path / "whole" / file.name).read_bytes()
    for end in range(before, len(whole)):
        file.write_bytes(whole[:end])
        journal = Journal(tmp_path)
        assert journal.entries == ENTRIES[:2]
        mark = journal.mark()
        journal.append(ENTRIES[3:4])
        assert file.read_bytes() == expected
        assert Journal(tmp_path).entries == ENTRIES[:2] + ENTRIES[3:4]
        assert Journal(tmp_path).continues(mark)


def test_what_a_full_disk_cut_off_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(file: FileIO, data: bytes) -> None:
        file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    Journal(tmp_path).append(ENTRIES[:2])
    before = (tmp_path / "journal.jsonl").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_all", write_half)
        with pytest.raises(OSError, match="No space left"):
            Journal(tmp_path).append(ENTRIES[2:])
    assert (tmp_path / "journal.jsonl").read_bytes() == before


def test_what_another_program_wrote_meanwhile_is_not_cut(tmp_path: Path) -> None:
    Journal(tmp_path).append(ENTRIES[:1])
    early = Journal(tmp_path)
    Journal(tmp_path).append(ENTRIES[1:2])
    with pytest.raises(WarehouseError, match="written to by another program"):
        early.append(ENTRIES[2:3])
    assert Journal(tmp_path).entries == ENTRIES[:2]


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "journal.jsonl").read_bytes().splitlines(keepends=True)


def unchained(line: bytes) -> bytes:
    """The line as an earlier version wrote it."""
    return re.sub(rb', "chain": "\w+"\}\n$', b"}\n", line)


def receipt(number: int, run_id: str) -> Receipt:
    return Receipt(number, run_id, NOW, f"{number}.xlsx", f"{number:064}", 1, NOW)


@pytest.mark.parametrize(
    ("entries", "line", "words"),
    [
        ([receipt(1, "r1"), receipt(1, "r1")], 2, "receipt 1 comes after receipt 1"),
        ([ENTRIES[1], ENTRIES[2], ENTRIES[1]], 3, "stands there twice"),
        ([receipt(1, "r1"), receipt(1, "r2")], 2, "receipt 1 comes after receipt 1"),
        ([receipt(7, "r1"), receipt(5, "r1")], 2, "receipt 5 comes after receipt 7"),
        ([receipt(1, "r1"), receipt(2, "r2"), receipt(3, "r1")], 3, "the run r1 ended before"),
        ([receipt(1, "r1"), ENTRIES[0], receipt(2, "r2"), receipt(3, "r1")], 4, "the run r1 ended"),
        ([ENTRIES[0], Publication("r1", NOW, "0.2", 1, 1, "j")], 2, "the run r1 published before"),
    ],
)
def test_lines_that_were_doubled_or_moved_are_named(
    tmp_path: Path, entries: list[Entry], line: int, words: str
) -> None:
    """Passed over, rows would count twice, and nobody would know."""
    for number, one in enumerate(entries):
        Journal(tmp_path / str(number)).append([one])
    lines = [lines_of(tmp_path / str(number))[-1] for number in range(len(entries))]
    (tmp_path / "journal.jsonl").write_bytes(b"".join(map(unchained, lines)))
    with pytest.raises(WarehouseError, match=rf"journal\.jsonl, line {line}: {words}"):
        Journal(tmp_path)


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append([receipt(1, "r1")])
    with pytest.raises(WarehouseError, match="line 3"):
        journal.append([receipt(1, "r2")])
    assert Journal(tmp_path).entries == [receipt(1, "r1")]


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: b"#" + line,
        lambda _: b'{"kind": "lock"}',
        lambda _: b'["a}"}',
        lambda line: line[:-1],
        lambda _: b"",
    ],
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


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("receipt", "number", "1"),
        ("receipt", "number", None),
        ("receipt", "number", 1.5),
        ("receipt", "run_id", ["r1"]),
        ("receipt", "sha256", None),
        ("trial", "sha256", {}),
        ("trial", "outcome", ["late"]),
        ("decision", "is_same", "no"),
        ("withdrawal", "department", 7),
    ],
)
def test_a_value_of_another_kind_is_damage_too(
    tmp_path: Path, kind: str, name: str, value: object
) -> None:
    receipt = Receipt(1, "r1", NOW, "接待.xlsx", "0" * 64, 1, NOW)
    Journal(tmp_path).append([receipt, Trial("0" * 64, LATE, "60 s", NOW), *ENTRIES])
    file = tmp_path / "journal.jsonl"
    lines = [json.loads(unchained(line)) for line in lines_of(tmp_path)[1:]]
    number = next(n for n, one in enumerate(lines) if one["kind"] == kind)
    lines[number][name] = value
    file.write_text("".join(f"{json.dumps(one)}\n" for one in lines), "utf-8")
    with pytest.raises(WarehouseError, match=rf"line {number + 1}: is damaged"):
        Journal(tmp_path)


# --- the chain -----------------------------------------------------------------------------------


def test_each_line_stands_for_all_before_it(tmp_path: Path) -> None:
    """As `scripts/verify_standalone.py` works it out, and anybody can."""
    journal = Journal(tmp_path)
    heads = [hashlib.sha256(b"").hexdigest(), journal.chain_head]
    for one in ENTRIES:
        journal.append([one])
        heads.append(journal.chain_head)
    for head, line in zip(heads, lines_of(tmp_path), strict=False):
        body = line.partition(b', "chain"')[0]
        assert json.loads(line)["chain"] == hashlib.sha256(head.encode() + body).hexdigest()
    assert Journal(tmp_path).chain_head == heads[-1]


def test_a_line_that_was_altered_lost_or_moved_breaks_the_chain(tmp_path: Path) -> None:
    """Also where what it says is sound, and could have been written."""
    Journal(tmp_path).append([receipt(n, "r1") for n in range(1, 4)])
    file = tmp_path / "journal.jsonl"
    says_so, one, two, three = lines_of(tmp_path)
    for line, lines in [
        (3, [says_so, one, three]),
        (2, [says_so, two, three]),
        (1, [one, two, three]),
        (3, [says_so, one, two.replace(b"2.xlsx", b"9.xlsx"), three]),
        (3, [says_so, one, unchained(two), three]),
        (1, [unchained(says_so), one]),
        (2, [says_so, says_so]),
    ]:
        file.write_bytes(b"".join(lines))
        with pytest.raises(WarehouseError, match=f"line {line}: .*does not follow"):
            Journal(tmp_path)


def test_a_damaged_end_is_no_torn_line(tmp_path: Path) -> None:
    """The last line would be left out, and with it what was decided."""
    Journal(tmp_path).append(ENTRIES[:2])
    file = tmp_path / "journal.jsonl"
    file.write_bytes(file.read_bytes()[:-1] + b"\x0b")
    with pytest.raises(WarehouseError, match="line 3: is damaged at its end"):
        Journal(tmp_path)


def test_a_journal_without_a_chain_is_sealed_by_the_first_line_that_has_one(
    tmp_path: Path,
) -> None:
    Journal(tmp_path).append(ENTRIES[:4])
    file = tmp_path / "journal.jsonl"
    file.write_bytes(b"".join(map(unchained, lines_of(tmp_path)[1:])))
    Journal(tmp_path).append(ENTRIES[4:])
    assert Journal(tmp_path).entries == ENTRIES
    altered = file.read_bytes().replace("张三".encode(), "李四".encode(), 1)
    file.write_bytes(altered)
    with pytest.raises(WarehouseError, match=r"line 5: .*does not follow"):
        Journal(tmp_path)


def chained_before(folder: Path, entries: list[Entry]) -> None:
    """A journal of the first versions that chained lines: none of them says so."""
    Journal(folder / "more").append(entries)
    texts = [unchained(line).decode().rstrip("\n") for line in lines_of(folder / "more")[1:]]
    (folder / "journal.jsonl").write_bytes(Chain().chained(texts))


@pytest.mark.parametrize("is_chained", [True, False])
def test_an_earlier_version_is_kept_out_by_a_line_that_it_does_not_know(
    tmp_path: Path, is_chained: bool
) -> None:
    """It would go on without a chain; what it does not know it never passes over."""
    file = tmp_path / "journal.jsonl"
    chained_before(tmp_path, ENTRIES[:2])
    if not is_chained:
        file.write_bytes(b"".join(map(unchained, lines_of(tmp_path))))
    for one in ENTRIES[2:]:
        Journal(tmp_path).append([one])
    assert Journal(tmp_path).entries == ENTRIES
    kinds = [json.loads(line)["kind"] for line in lines_of(tmp_path)]
    assert [number for number, kind in enumerate(kinds) if kind == CHAINED] == [2]
    assert CHAINED not in KINDS


@pytest.fixture
def written_behind(tmp_path: Path) -> tuple[Path, list[Entry]]:
    """A chained journal behind which an earlier version wrote; and what all of it says."""
    chained_before(tmp_path, ENTRIES[:2])
    behind: list[Entry] = [receipt(1, "r2"), receipt(2, "r2"), ENTRIES[2]]
    Journal(tmp_path / "other").append(behind)
    file = tmp_path / "journal.jsonl"
    unsealed = map(unchained, lines_of(tmp_path / "other")[1:])
    file.write_bytes(file.read_bytes() + b"".join(unsealed))
    return tmp_path, [*ENTRIES[:2], *behind]


def test_what_an_earlier_version_wrote_behind_is_named(
    written_behind: tuple[Path, list[Entry]],
) -> None:
    folder, _ = written_behind
    with pytest.raises(UnchainedError) as told:
        Journal(folder)
    lines = (
        "journal.jsonl, lines 3 to 5 (2 receipt, 1 unlock, 2021-06-04 20:00 to 2021-06-04 20:00)"
    )
    assert str(told.value).startswith(f"{folder}/{lines}")
    assert "guoban refresh --seal" in str(told.value)
    assert "guoban refresh --seal" in told.value.chinese


def test_what_comes_behind_does_not_make_it_right_whoever_chained_it(
    written_behind: tuple[Path, list[Entry]],
) -> None:
    folder, _ = written_behind
    *before, last = lines_of(folder)
    chain = Chain()
    for line in before:
        chain.take(line.rstrip(b"\n"))
    chained = chain.chained([last.decode().rstrip("\n")])
    (folder / "journal.jsonl").write_bytes(b"".join(before) + chained)
    with pytest.raises(WarehouseError, match=r"line 3: .*does not follow"):
        Journal(folder, is_to_be_sealed=True)


def test_what_an_earlier_version_wrote_behind_is_sealed_by_somebody(
    written_behind: tuple[Path, list[Entry]],
) -> None:
    """Who says that it is right: nothing is taken for right by itself."""
    folder, entries = written_behind
    sealed = Journal(folder, is_to_be_sealed=True).seal("王工", NOW)
    assert sealed is not None
    assert "lines 3 to 5 (2 receipt, 1 unlock" in sealed.english
    Journal(folder).append(ENTRIES[3:])
    assert Journal(folder).entries == [*entries, *ENTRIES[3:]]
    said = [one for line in lines_of(folder) if (one := json.loads(line))["kind"] == CHAINED]
    assert [one["by"] for one in said] == ["王工"]
    assert Journal(folder, is_to_be_sealed=True).seal("王工", NOW) is None
    file = folder / "journal.jsonl"
    file.write_bytes(file.read_bytes().replace(b"2.xlsx", b"9.xlsx"))
    with pytest.raises(WarehouseError, match=r"line 3: .*does not follow"):
        Journal(folder)


def test_a_publication_names_what_it_follows(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append([receipt(1, "r1")])
    wrong = Publication("r1", NOW, "0.2", 1, 0, "j", chain_head="0" * 64)
    with pytest.raises(WarehouseError, match="names another head"):
        journal.append([wrong])
    journal = Journal(tmp_path)
    journal.append([dataclasses.replace(wrong, chain_head=journal.chain_head)])
    assert Journal(tmp_path).publications[0].chain_head
