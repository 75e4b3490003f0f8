"""The journal: what can't be computed again (receipts, trials, publications, decisions; who, when, why).

One line of JSON an entry, only ever appended, on disk before anything acts on it, chained to all
lines before it (`flows.store.chain`): what was altered, lost or moved is found. Receipts name the bytes
in the archive by their hash and publications their records, so the chain seals these, too. Before the
first chained entry a line says that they are (`CHAINED`): an earlier version, which would go on without
a chain, does not know what that is, and stops. A last line without its line end was cut off by a crash
and never acted on: it is left out, and cut before the next is written. Everything else in the warehouse
folder but the archive can be rebuilt from here.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import datetime as dt
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

import orjson

from flows.ground.defaults import BEIJING
from flows.ground.durable import fsync, make_folder, write_all
from flows.ground.errors import UnchainedError, WarehouseError
from flows.ground.notes import Note
from flows.store.chain import NAME as CHAIN
from flows.store.chain import BrokenError, Chain, follows, is_sealed, seal_of, sealed


@dataclass(frozen=True)
class Receipt:
    """One file as it was received: the bytes stand in the archive under `sha256`."""

    number: int
    run_id: str
    received_at: dt.datetime
    path: str
    sha256: str
    size: int
    modified_at: dt.datetime


@dataclass(frozen=True)
class Trial:
    """What came of a file that was no ordinary one: it was tried by itself, or ended what tried it.

    `tried_by` is the code and the limits that did; others may do better.
    """

    sha256: str
    outcome: str
    """One of `PASSED`, `ENDED`, `LATE`."""
    tried_by: str
    at: dt.datetime


# It can be judged; it ended a process, or runs; it took longer than a file may.
PASSED, ENDED, LATE = "passed", "ended", "late"


@dataclass(frozen=True)
class Publication:
    """A refresh that published; what changed with it stands in `published/<run_id>`."""

    run_id: str
    published_at: dt.datetime
    guoban_version: str
    submissions_accepted: int
    submissions_rejected: int
    judged_by: str
    """Fingerprint of the rules, definitions and settings that the figures were computed with."""
    chain_head: str | None = None
    """What this entry follows in the chain; this and the next two are None of an earlier version's."""
    record_sha256: str | None = None
    """Of the files in `published/<run_id>` (`flows.publish.record.sealed_records`)."""
    fingerprint: str | None = None
    """That of every published relation (`flows.publish.contents`)."""


@dataclass(frozen=True)
class Withdrawal:
    """A submission taken out of the figures: which one, by its id and by what it is in its file.

    The numbers inside a file follow what the zone's settings recognise in it; what it is does not.
    """

    submission_id: str
    return_name: str | None
    department: str | None
    month: dt.date | None
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Restoration:
    """A version made current again, named as a withdrawal names one: as if it came again now."""

    submission_id: str
    return_name: str | None
    department: str | None
    month: dt.date | None
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Again:
    """Bytes of a receipt that turned up once more though what is in them counts no longer."""

    receipt: int
    path: str
    at: dt.datetime


@dataclass(frozen=True)
class Lock:
    """A month closed; its figures stay those of the publication in force then."""

    month: dt.date
    run_id: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Unlock:
    """A month opened again."""

    month: dt.date
    reason: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Decision:
    """Whether two suspected duplicates (C307) are one project; the keys in order.

    None takes back what was decided before.
    """

    row_key_a: str
    row_key_b: str
    is_same: bool | None
    by: str
    at: dt.datetime


def _as(*kinds: type) -> Callable[[Any], Any]:
    """What reads a value that JSON has as it is. Raises TypeError where it is of another kind."""

    def read(value: Any) -> Any:
        if not isinstance(value, kinds):
            raise TypeError(type(value).__name__)
        return value

    return read


Act = Withdrawal | Restoration | Lock | Unlock | Decision
Entry = Receipt | Trial | Publication | Again | Act
KINDS: dict[str, type[Entry]] = {
    "receipt": Receipt,
    "trial": Trial,
    "publication": Publication,
    "again": Again,
    "withdrawal": Withdrawal,
    "restoration": Restoration,
    "lock": Lock,
    "unlock": Unlock,
    "decision": Decision,
}
_KIND_OF = {made: kind for kind, made in KINDS.items()}
# What is no entry and says that lines are chained from here on, those before it sealed as they stand.
CHAINED = "chained"
_BEGINS = json.dumps({"kind": CHAINED})
# How a field is read back, by what it is declared as.
_READ_AS: dict[Any, Callable[[Any], Any]] = {
    "str": _as(str),
    "str | None": _as(str, type(None)),
    "int": _as(int),
    "bool": _as(bool),
    "bool | None": _as(bool, type(None)),
    "dt.datetime": dt.datetime.fromisoformat,
    "dt.date": dt.date.fromisoformat,
    "dt.date | None": lambda value: value and dt.date.fromisoformat(value),
}
_FIELDS = {
    made: [(one.name, _READ_AS[one.type]) for one in dataclasses.fields(made)] for made in _KIND_OF
}
# What entries of earlier versions lack.
_LATER = {one.name: None for one in dataclasses.fields(Publication) if one.default is None}
E = TypeVar(
    "E", Receipt, Trial, Publication, Again, Withdrawal, Restoration, Lock, Unlock, Decision
)


class Journal:
    """The entries of one warehouse, oldest first.

    Raises WarehouseError where it is not what guoban wrote; UnchainedError where an earlier version
    wrote behind chained lines, unless that `is_to_be_sealed`.
    """

    def __init__(self, folder: Path, *, is_to_be_sealed: bool = False) -> None:
        self.folder = folder
        self._file = folder / "journal.jsonl"
        data = self._file.read_bytes() if self._file.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]
        self._hash = hashlib.sha256()
        self._length = 0
        self._order = _Order(self._file)
        self.entries: list[Entry] = []
        self._take(whole, self._order.entries(whole))
        if not is_to_be_sealed:
            self._order.assert_chained()
        self._order.assert_torn(data[len(whole) :])

    @property
    def receipts(self) -> list[Receipt]:
        return self.all(Receipt)

    @property
    def publications(self) -> list[Publication]:
        return self.all(Publication)

    def all(self, kind: type[E]) -> list[E]:
        """The entries of one kind, oldest first."""
        return [one for one in self.entries if isinstance(one, kind)]

    def outcomes(self, tried_by: str) -> dict[str, str | None]:
        """What came of the files that were tried, by sha256; None where others tried it, in vain.

        What passes need not be tried again, whoever tries.
        """
        found: dict[str, str | None] = {}
        for one in self.all(Trial):
            is_known = one.tried_by == tried_by or one.outcome == PASSED
            found[one.sha256] = one.outcome if is_known else None
        return found

    @property
    def chain_head(self) -> str:
        """The hash that the next entry follows: it stands for all that is written."""
        head = self._order.chain.head
        return head if self._order.is_marked else seal_of(sealed(_BEGINS, head))

    def last_publication(self) -> Publication | None:
        """The newest publication, if there is one."""
        return next((one for one in reversed(self.entries) if isinstance(one, Publication)), None)

    def has_published(self, run_id: str) -> bool:
        """Whether that run published."""
        return any(one.run_id == run_id for one in self.publications)

    def is_published(self, judged_by: str) -> bool:
        """Whether everything is in the newest publication: nothing came after it, nor judges anew."""
        last = self.entries[-1] if self.entries else None
        return isinstance(last, Publication) and last.judged_by == judged_by

    def has_unpublished(self) -> bool:
        """Whether anything came after the newest publication that may change a figure."""
        return any(not isinstance(one, Lock) for one in self.entries[self._published() :])

    def until_last_publication(self) -> Journal:
        """The journal as it was when the newest publication was made, that one included."""
        earlier = copy.copy(self)
        earlier.entries = self.entries[: self._published()]
        return earlier

    def _published(self) -> int:
        """How many entries the newest publication covers, itself included."""
        found = (n for n, one in enumerate(self.entries, start=1) if isinstance(one, Publication))
        return max(found, default=0)

    def acts(self) -> list[Act]:
        """What people decided."""
        return [one for one in self.entries if isinstance(one, Act)]

    def beside_receipts(self) -> int:
        """How many entries there are, beside receipts, that may change what counts or is said."""
        return sum(isinstance(one, Act | Again) for one in self.entries)

    def locked_months(self) -> dict[dt.date, Lock]:
        """The months that are locked now, each with its lock."""
        locked: dict[dt.date, Lock] = {}
        for one in self.entries:
            if isinstance(one, Lock):
                locked[one.month] = one
            elif isinstance(one, Unlock):
                locked.pop(one.month, None)
        return locked

    def append(self, entries: Iterable[Entry]) -> None:
        """Writes the entries and waits until they are on disk."""
        if texts := [_text(one) for one in entries]:
            self._write(texts if self._order.is_marked else [_BEGINS, *texts])

    def seal(self, by: str, at: dt.datetime) -> Note | None:
        """Seals what an earlier version wrote last without a chain, if it did; which lines these are.

        It is for somebody who knows that they are right. What was printed of the chain before stays
        true: up to there it is as it was.
        """
        if unchained := self._order.unchained():
            said = {"kind": CHAINED, "by": by, "at": at}
            self._write([json.dumps(said, ensure_ascii=False, default=_plain)])
        return unchained

    def _write(self, texts: list[str]) -> None:
        data = self._order.chain.chained(texts)
        # Read back from the text, so that an entry is the same now and after a restart; before it
        # is written, so that nothing is written that could not be read.
        told = self._order.entries(data)
        make_folder(self.folder)
        is_new = not self._file.exists()
        with self._file.open("x+b" if is_new else "r+b", buffering=0) as file:
            self._cut(file)
            try:
                write_all(file, data)
                os.fsync(file.fileno())
            except BaseException:
                with contextlib.suppress(OSError):
                    file.truncate(self._length)
                raise
        if is_new:
            fsync(self.folder)
        self._take(data, told)

    def _take(self, data: bytes, entries: Iterable[Entry]) -> None:
        self.entries += entries
        self._length += len(data)
        self._hash.update(data)

    def _cut(self, file: FileIO) -> None:
        """Takes away what a crash left of a line. Raises WarehouseError where somebody else wrote."""
        file.seek(self._length)
        if b"\n" in file.read():
            raise WarehouseError(
                f"{self._file} was written to by another program meanwhile; try again",
                f"{self._file}被其他程序改动，请重试",
            )
        file.truncate(self._length)
        file.seek(self._length)

    def mark(self) -> str:
        """What tells later whether a journal goes on from here, or is another one."""
        return f"{self._length} {self._hash.hexdigest()}"

    def continues(self, mark: str) -> bool:
        """Whether the journal begins as it stood when the mark was made."""
        length = int(mark.partition(" ")[0])
        if length > self._length:
            return False
        begin = self._file.read_bytes()[:length] if length else b""
        return mark == f"{length} {hashlib.sha256(begin).hexdigest()}"

    @property
    def last_receipt(self) -> int:
        """The number of the last file received, 0 for none; the next has the next number."""
        return max((one.number for one in self.receipts), default=0)


class SupposedJournal(Journal):
    """A journal with entries that are not written, and never are: what would be, if they were."""

    def __init__(self, journal: Journal, entries: Iterable[Entry] = ()) -> None:
        vars(self).update(vars(journal))
        self.entries = [*journal.entries, *entries]

    def append(self, entries: Iterable[Entry]) -> None:
        """Supposes more."""
        self.entries = [*self.entries, *entries]


class _Order:
    """Reads lines on from those before, and holds them to what is true of every journal.

    Lines that were doubled, lost or moved (a backup restored by halves, two copies joined) would
    make other figures, unseen: nothing is passed over.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._acts: set[Entry] = set()
        self._count = 0
        self._last_receipt = 0
        self._run_id = ""
        self._runs: set[str] = set()
        self._published: set[str] = set()
        # What stands behind chained lines without a chain, by the numbers of the lines.
        self._unchained: dict[int, Entry] = {}
        self.chain = Chain()
        self.is_marked = False
        """Whether it stands there that lines are chained."""

    def entries(self, data: bytes) -> list[Entry]:
        """The entries of these whole lines. Raises WarehouseError that names file and line."""
        # Not splitlines: names of files may hold other characters that end a line.
        return [one for line in data.split(b"\n")[:-1] if (one := self._entry(line))]

    def _entry(self, line: bytes) -> Entry | None:
        """The entry of the line; None where it says that lines are chained, which nobody acts on."""
        self._count += 1
        try:
            plain = orjson.loads(line)
            plain.pop(CHAIN, None)
            kind = plain["kind"]
            made = KINDS.get(kind)
            entry = _entry(made, plain) if made else None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._wrong("is damaged", "损坏") from error
        if entry is None and kind != CHAINED:
            # To pass over a decision would be to act against it.
            raise self._unknown(kind)
        if isinstance(entry, Receipt):
            self._assert_rises(entry)
        elif isinstance(entry, Publication):
            if entry.run_id in self._published:
                raise self._wrong(
                    f"the run {entry.run_id} published before", f"运行{entry.run_id}此前已发布"
                )
            self._published.add(entry.run_id)
        elif entry is not None:
            if entry in self._acts:
                raise self._wrong("stands there twice", "重复")
            self._acts.add(entry)
        self._assert_follows(line, entry)
        return entry

    def _assert_follows(self, line: bytes, entry: Entry | None) -> None:
        head, was_interrupted = self.chain.head, self.chain.is_interrupted
        try:
            self.chain.take(line)
        except BrokenError as error:
            raise self._not_following() from error
        if entry is None:
            is_needed = was_interrupted or not self.is_marked
            if not is_sealed(line) or not is_needed:
                raise self._not_following()
            self.is_marked = True
            self._unchained.clear()
        elif self.chain.is_interrupted:
            self._unchained[self._count] = entry
        elif was_interrupted:
            # Nobody has said that the lines before it, which have no chain, are right.
            raise self._not_following()
        if isinstance(entry, Publication) and entry.chain_head not in {None, head}:
            raise self._wrong(
                "is damaged: it names another head of the chain", "损坏，所记链首与之前各行不符"
            )

    def _not_following(self) -> WarehouseError:
        return self._wrong(
            "is damaged, or does not follow what stands before it",
            "损坏，或与之前各行不相衔接",
            next(iter(self._unchained), self._count),
        )

    def unchained(self) -> Note | None:
        """What an earlier version wrote last, behind chained lines: which lines, of what, and when."""
        if not self._unchained:
            return None
        lines, entries = [*self._unchained], [*self._unchained.values()]
        kinds = Counter(map(kind_of, entries))
        what = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        first, last = (
            f"{moment_of(one).astimezone(BEIJING):%Y-%m-%d %H:%M}"
            for one in (entries[0], entries[-1])
        )
        return Note(
            f"{self._file}, lines {lines[0]} to {lines[-1]} ({what}, {first} to {last})",
            f"{self._file}第{lines[0]}至{lines[-1]}行（{what}，{first}至{last}）",
        )

    def assert_chained(self) -> None:
        """Raises UnchainedError where an earlier version wrote last."""
        if said := self.unchained():
            raise UnchainedError(
                f"{said.english} were written by an earlier version of guoban, which does not chain "
                "them to what stands before. Let none use this warehouse any more; if what they say is "
                "right, guoban refresh --seal seals them as they stand and goes on, otherwise restore "
                "the journal from a backup",
                f"{said.chinese}是旧版本的guoban写入的，没有与之前各行相链。请不要再用旧版本操作本数据仓；"
                "这些行无误的，运行guoban refresh --seal按原样封存并继续，否则请从备份恢复台账",
            )

    def assert_torn(self, rest: bytes) -> None:
        """Raises WarehouseError where what stands behind the last line end is more than a torn line."""
        line = rest[:-1]
        if is_sealed(line) and follows(line, self.chain.head):
            self._count += 1
            raise self._wrong("is damaged at its end", "行末损坏")

    def _assert_rises(self, receipt: Receipt) -> None:
        if receipt.number <= self._last_receipt:
            raise self._wrong(
                f"receipt {receipt.number} comes after receipt {self._last_receipt}",
                f"收件号{receipt.number}排在{self._last_receipt}之后",
            )
        self._last_receipt = receipt.number
        if receipt.run_id == self._run_id:
            return
        if receipt.run_id in self._runs or receipt.run_id in self._published:
            raise self._wrong(
                f"the run {receipt.run_id} ended before", f"运行{receipt.run_id}此前已结束"
            )
        self._run_id = receipt.run_id
        self._runs.add(receipt.run_id)

    def _unknown(self, kind: str) -> WarehouseError:
        return WarehouseError(
            f"{self._file}, line {self._count}: this version of guoban doesn't know what {kind!r} is; a "
            "newer one wrote it: use that one, or restore the backup from before",
            f"{self._file}第{self._count}行的“{kind}”由更新版本的guoban写入，本版本不认识："
            "请使用那个版本，或恢复升级前的备份",
        )

    def _wrong(self, english: str, chinese: str, line: int | None = None) -> WarehouseError:
        line = line or self._count
        return WarehouseError(
            f"{self._file}, line {line}: {english}; restore it from a backup",
            f"{self._file}第{line}行{chinese}，请从备份恢复",
        )


def kind_of(entry: Entry) -> str:
    """What kind of entry it is, as its line says."""
    return _KIND_OF[type(entry)]


def moment_of(entry: Entry) -> dt.datetime:
    """When it was written down."""
    if isinstance(entry, Receipt):
        return entry.received_at
    return entry.published_at if isinstance(entry, Publication) else entry.at


def _text(entry: Entry) -> str:
    plain = {"kind": kind_of(entry), **vars(entry)}
    return json.dumps(plain, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _entry(made: type[Entry], plain: dict[str, Any]) -> Entry:
    if made is Publication:
        plain = _LATER | plain
    return made(**{name: read(plain[name]) for name, read in _FIELDS[made]})
