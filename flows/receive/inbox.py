"""The drop folder: what has arrived, what is known already, what is no submission at all.

Files are only ever read here; what is inside them is for read. Nothing outside the drop folder is
opened, links are not followed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from flows.ground.defaults import MAX_FILE_MIB
from flows.ground.durable import MIB
from flows.ground.errors import SettingsError
from flows.ground.patience import Patience, passes
from flows.receive.unfinished import Arrival, told
from flows.store.archive import Archive
from flows.store.journal import Journal, Receipt

# A folder called like a file is no place to file in: somebody unpacked or renamed something.
_CALLED_LIKE_A_FILE = re.compile(
    r".*\.(?:xls|xlsx|xlsm|xlsb|xlt|xltx|et|ett|ods|csv|tsv|txt|html?|xml|pdf|docx?|wps|zip|rar|7z)",
    re.IGNORECASE | re.DOTALL,
)
# Names under which programs keep what is not finished or not meant for others.
_NOT_A_SUBMISSION = re.compile(
    r"~\$.*|\..*|.*~|\.~lock\..*#|~.*\.tmp|.*\.(?:tmp|part|partial|crdownload|download|swp|lock)"
    r"|Thumbs\.db|desktop\.ini|__MACOSX",
    re.IGNORECASE | re.DOTALL,
)

NEXT_TIME = "下次再取。"
"""What is said last of a file that the next look may take."""
_UNFINISHED = f"文件还在写入，{NEXT_TIME}"
_BUSY = f"文件暂时读不到（{{}}），{NEXT_TIME}"

Signs = tuple[int, int, str]
"""Of a file that was looked at: its size, modification time (ns) and sha256; "" while it waits."""


@dataclass(frozen=True)
class Ignored:
    """Something in the drop folder that is not taken from there, and why (Chinese).

    `is_rejected` tells a file that was meant to be filed but can't be opened (E011) from what is
    no submission at all.
    """

    path: str
    reason: str
    is_rejected: bool = False
    suggestion: str = ""
    """What to do, where that is another thing than with a file that can't be opened."""


@dataclass(frozen=True)
class Unchanged:
    """A file whose bytes were received before, as the receipt says.

    `is_again`: it was put there since the last look, and did not lie in the drop folder all the time.
    """

    path: str
    sha256: str
    receipt: Receipt
    is_again: bool = True


Owner = tuple[str | None, dt.date | None]
"""Which department, and which month, the names of a file and its folders tell."""
OwnerNamed = Callable[[str], Owner]
"""What the names in a path tell."""


class Known:
    """The bytes that were received, and what it means that they turn up again.

    They are unchanged wherever they turn up, unless they overwrite other bytes at the same path: then
    they are a new version; or unless file and folder name another department or month than before:
    whether the return is theirs is seen when it is read.
    """

    def __init__(self, receipts: Iterable[Receipt], owner_named: OwnerNamed) -> None:
        self._by_hash: dict[str, list[Receipt]] = {}
        # By whom their names tell, of those bytes that turned up again: the last of each.
        self._by_owner: dict[str, dict[Owner, Receipt]] = {}
        self._at_path: dict[str, Receipt] = {}
        self._owner_named = owner_named
        for receipt in receipts:
            self.add(receipt)

    def add(self, receipt: Receipt) -> None:
        self._by_hash.setdefault(receipt.sha256, []).append(receipt)
        self._at_path[receipt.path] = receipt
        if (owners := self._by_owner.get(receipt.sha256)) is not None:
            owners[self._owner_named(receipt.path)] = receipt

    def has(self, sha256: str) -> bool:
        return sha256 in self._by_hash

    def same_as(self, path: str, sha256: str) -> Receipt | None:
        """The receipt of which these bytes at this path are nothing new; None where they are."""
        before = self._at_path.get(path)
        if before is not None:
            return before if before.sha256 == sha256 else None
        known = self._by_hash.get(sha256, ())
        if not known:
            return None
        owner = self._owner_named(path)
        if owner == (None, None):
            return known[-1]
        if sha256 not in self._by_owner:
            self._by_owner[sha256] = {self._owner_named(one.path): one for one in known}
        return self._by_owner[sha256].get(owner)


@dataclass(frozen=True)
class Intake:
    """What one look into the drop folder found."""

    receipts: list[Receipt]
    unchanged: list[Unchanged]
    ignored: list[Ignored]
    seen: dict[str, Signs] = field(default_factory=dict)
    """What lies there now, by path, for the next look."""


def scan(folder: Path) -> tuple[list[Arrival], list[Ignored]]:
    """Every file below the drop folder, ordered by path, and what is not taken from there.

    Raises SettingsError where there is no such folder, or it can't be read.
    """
    try:
        waiting = _entries(folder, "")
    except OSError as error:
        words = f"the drop folder {folder} can't be read: {error.strerror} (GUOBAN_RAW, --raw)"
        raise SettingsError(words) from error
    arrivals: list[Arrival] = []
    ignored: list[Ignored] = []
    # What comes next stands last; folders may be nested deeper than calls can be.
    while waiting:
        path, entry = waiting.pop()
        try:
            if _is_place(entry):
                waiting += _entries(entry.path, f"{path}/")
            elif reason := _no_file(entry):
                ignored.append(Ignored(path, reason))
            else:
                info = entry.stat(follow_symlinks=False)
                arrivals.append(Arrival.of(path, entry.path, info))
        except OSError as error:
            ignored.append(Ignored(path, f"无法查看（{error.strerror}），没有读取。"))
    arrivals, others = _told_apart(arrivals)
    return arrivals, ignored + others


def _told_apart(arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[Ignored]]:
    """Of files whose names read the same, the one whose name is written as names are now.

    Taken under one path they would be new versions of each other, at every look.
    """
    by_name: dict[str, list[Arrival]] = {}
    for one in arrivals:
        by_name.setdefault(unicodedata.normalize("NFC", one.path), []).append(one)
    kept, others = [], []
    for same in by_name.values():
        first, *rest = sorted(same, key=_oddness) if len(same) > 1 else same
        kept.append(first)
        others += [
            Ignored(
                one.path,
                "同一处另有一个文件，名称看起来相同而编码不同，这一个没有读取；请改名后再报。",
                is_rejected=True,
            )
            for one in rest
        ]
    return kept, others


def _oddness(arrival: Arrival) -> tuple[bool, bool, str]:
    path = arrival.path
    return not arrival.location.endswith(path), not unicodedata.is_normalized("NFC", path), path


def _entries(folder: Path | str, above: str) -> list[tuple[str, os.DirEntry[str]]]:
    """What is in the folder with its path below the drop folder, last names first."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name, reverse=True)
    return [(f"{above}{_as_text(entry.name)}", entry) for entry in entries]


def _is_place(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder to file in; others are odd things."""
    return entry.is_dir(follow_symlinks=False) and not (
        _NOT_A_SUBMISSION.fullmatch(entry.name) or _CALLED_LIKE_A_FILE.fullmatch(entry.name)
    )


def _no_file(entry: os.DirEntry[str]) -> str:
    """Why it is not taken from the drop folder; "" where it is a file like others."""
    if entry.is_symlink():
        return "是链接，不跟随。"
    if _NOT_A_SUBMISSION.fullmatch(entry.name):
        return "是隐藏文件、锁定文件或临时文件。"
    if entry.is_dir(follow_symlinks=False):
        return "是文件夹，名称却像文件，其中的文件没有读取。"
    return "" if entry.is_file(follow_symlinks=False) else "不是普通文件。"


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name is none that is filed, whatever is in it."""
    return bool(_NOT_A_SUBMISSION.fullmatch(name))


def look_at(path: Path, name: str) -> Ignored | None:
    """What a look into the drop folder would say of a file there that it does not take."""
    with os.scandir(path.parent) as found:
        reason = next((_no_file(one) for one in found if one.name == path.name), "")
    return Ignored(name, reason) if reason else None


def too_large(path: str, size: int, max_mib: int) -> Ignored | None:
    """What is said of a file that is too large to be opened; None where it isn't."""
    if size <= max_mib * MIB:
        return None
    return Ignored(path, f"文件超过 {max_mib} MB，超出限制。", is_rejected=True)


def of_another_zone(path: str, name: str) -> Ignored:
    """What is said of a file that the zone of that name has filed."""
    return Ignored(
        path,
        f"是“{name}”的文件，不属于本区，没有读取。",
        is_rejected=True,
        suggestion="请移出投放文件夹，不要另存后再报。",
    )


def _as_text(name: str) -> str:
    """A name whose bytes are not UTF-8 is from an old Windows and means GBK; else it is escaped."""
    if name.isprintable() or not any("\udc80" <= character <= "\udcff" for character in name):
        return name
    raw = os.fsencode(name)
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace")


@dataclass(frozen=True)
class Look:
    """How a look into the drop folder is done, and where it keeps what it finds."""

    archive: Archive
    settle_seconds: float
    seen: Mapping[str, Signs]
    """For a path what the last look found there: an untouched file is not opened again."""
    max_mib: int = MAX_FILE_MIB
    """A larger file is not opened at all."""
    of_others: Mapping[str, str] = field(default_factory=dict)
    """Other zones' files by their sha256, each with the zone's name: of these nothing is kept."""
    patience: Patience = field(default_factory=Patience)
    """A file that is busy is tried again so often, and then left for the next look."""


def take_in(
    arrivals: Sequence[Arrival],
    journal: Journal,
    look: Look,
    *,
    run_id: str,
    now: dt.datetime,
    owner_named: OwnerNamed,
    looked_at: Callable[[], None] = lambda: None,
) -> Intake:
    """Archives and journals what is new; says what is known and what is still being written.

    What bytes that are known already are taken for is for `Known`. `looked_at` is called for each.
    """
    known_bytes = Known(journal.receipts, owner_named)
    intake = Intake([], [], [])
    moved = _moved(arrivals, look.seen)
    number = journal.last_receipt + 1
    for arrival, taken in _looked_at(arrivals, known_bytes, look):
        looked_at()
        if isinstance(taken, Ignored):
            intake.ignored.append(taken)
            if taken.reason == _UNFINISHED:
                intake.seen[arrival.path] = (arrival.size, arrival.modified_ns, "")
            continue
        sha256 = taken
        intake.seen[arrival.path] = (arrival.size, arrival.modified_ns, sha256)
        if name := look.of_others.get(sha256):
            intake.ignored.append(of_another_zone(arrival.path, name))
            continue
        if same := known_bytes.same_as(arrival.path, sha256):
            is_again = _came_again(arrival.path, same, look.seen, moved)
            intake.unchanged.append(Unchanged(arrival.path, sha256, same, is_again))
            continue
        receipt = Receipt(
            number=number,
            run_id=run_id,
            received_at=now,
            path=arrival.path,
            sha256=sha256,
            size=arrival.size,
            modified_at=dt.datetime.fromtimestamp(arrival.modified_ns / 1e9, dt.UTC),
        )
        known_bytes.add(receipt)
        intake.receipts.append(receipt)
        number += 1
    look.archive.sync()
    journal.append(intake.receipts)
    return intake


def _moved(arrivals: Iterable[Arrival], seen: Mapping[str, Signs]) -> Set[str]:
    """The sha256 of files that the last look saw, and that lie no more where they lay."""
    lying = {arrival.path: (arrival.size, arrival.modified_ns) for arrival in arrivals}
    return {signs[2] for path, signs in seen.items() if lying.get(path) != signs[:2]}


def _came_again(path: str, same: Receipt, seen: Mapping[str, Signs], moved: Set[str]) -> bool:
    """Whether known bytes were put there since the last look; one that remembers nothing can't tell.

    Nobody files by another time of change, or by a folder's new name: a copied drop folder, a clock
    that was set or a share with coarser times gives the one to every file, who tidies up the other.
    """
    if not seen or same.sha256 in moved:
        return False
    _, _, before = seen.get(path, (0, 0, None))
    # What was still being written has no hash: what came from there last lay there before it.
    return same.path != path if before == "" else before != same.sha256


def _looked_at(
    arrivals: Iterable[Arrival], archived: Known, look: Look
) -> Iterator[tuple[Arrival, str | Ignored]]:
    """Each arrival with its sha256, its bytes archived; or why it is not taken."""
    new: list[Arrival] = []
    waited: list[str] = []
    for arrival in arrivals:
        known = look.seen.get(arrival.path, (0, 0, ""))
        is_same = known[:2] == (arrival.size, arrival.modified_ns)
        if is_same and archived.has(known[2]):
            # Looked at before: what is archived under that hash needs no second look.
            yield arrival, known[2]
        elif left_out := too_large(arrival.path, arrival.size, look.max_mib):
            yield arrival, left_out
        else:
            new.append(arrival)
            waited += [arrival.path] if is_same else []
    for arrival, is_unfinished in told(new, look.settle_seconds, waited):
        if is_unfinished:
            yield arrival, Ignored(arrival.path, _UNFINISHED)
        else:
            yield arrival, _take(arrival, look)


def _take(arrival: Arrival, look: Look) -> str | Ignored:
    """Archives the file and gives its sha256, or says why that can't be done yet.

    Raises WarehouseError where the archive can't be written.
    """
    if not look.archive.has_room_for(arrival.size):
        words = (
            f"磁盘空间不足：存档需要 {-(-arrival.size // MIB)} MB，没有读取；腾出空间后{NEXT_TIME}"
        )
        return Ignored(arrival.path, words)
    try:
        sha256 = look.patience.with_patience(arrival.path, lambda: _archived(arrival, look))
    except OSError as error:
        if passes(error):
            return Ignored(arrival.path, _BUSY.format(error.strerror))
        reason = f"文件无法打开（{error.strerror}）。"
        return Ignored(arrival.path, reason, is_rejected=True)
    return sha256 or Ignored(arrival.path, _UNFINISHED)


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _archived(arrival: Arrival, look: Look) -> str | None:
    """The file's sha256, its bytes archived unless they are others'; None if it changed meanwhile.

    Never follows a link, waits, or holds a whole file in memory.
    """
    with open(arrival.location, "rb", opener=_opened) as file:
        handle = file.fileno()
        before = os.fstat(handle)
        # It may have grown since it was looked at, whatever its age: also beyond what is opened.
        if not stat.S_ISREG(before.st_mode) or before.st_size != arrival.size:
            return None
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 in look.of_others:
            return sha256
        file.seek(0)
        is_kept = look.archive.keep(sha256, file)
        after = os.fstat(handle)
    signs = [Arrival.of(arrival.path, arrival.location, info) for info in (before, after)]
    return sha256 if is_kept and signs[0] == signs[1] else None
