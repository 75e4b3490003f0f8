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
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.ground.errors import SettingsError
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


# The year 2200: a time in nanoseconds still fits into 64 bits, and into any calendar.
_LATEST_NS = 7_258_118_400 * 10**9

Signs = tuple[int, int, str]
"""Of a file that was looked at: its size, modification time (ns) and sha256."""


@dataclass(frozen=True)
class Arrival:
    """A regular file in the drop folder, by its path below it ("/" between the parts).

    `location` is where it lies; `path` is the same as text, whatever bytes its name is made of.
    """

    path: str
    location: str
    size: int
    modified_ns: int


@dataclass(frozen=True)
class Ignored:
    """Something in the drop folder that is not taken from there, and why (Chinese).

    `is_rejected` tells a file that was meant to be filed but can't be opened (E011) from what is
    no submission at all.
    """

    path: str
    reason: str
    is_rejected: bool = False


@dataclass(frozen=True)
class Unchanged:
    """A file whose bytes were received before, as the receipt says.

    `is_again`: it was put there since the last look, and did not lie there all the time.
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
        self._at_path: dict[str, Receipt] = {}
        self._owner_named = owner_named
        for receipt in receipts:
            self.add(receipt)

    def add(self, receipt: Receipt) -> None:
        self._by_hash.setdefault(receipt.sha256, []).append(receipt)
        self._at_path[receipt.path] = receipt

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
        names_nobody = owner == (None, None)
        same = (
            one for one in reversed(known) if names_nobody or self._owner_named(one.path) == owner
        )
        return next(same, None)


@dataclass(frozen=True)
class Intake:
    """What one look into the drop folder found."""

    receipts: list[Receipt]
    unchanged: list[Unchanged]
    ignored: list[Ignored]


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
                arrivals.append(Arrival(path, entry.path, info.st_size, modified_ns(info)))
        except OSError as error:
            ignored.append(Ignored(path, f"无法查看（{error.strerror}），没有读取。"))
    return arrivals, ignored


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


def look_at(path: Path, name: str) -> Ignored | None:
    """What a look into the drop folder would say of a file there that it does not take."""
    with os.scandir(path.parent) as found:
        reason = next((_no_file(one) for one in found if one.name == path.name), "")
    return Ignored(name, reason) if reason else None


def modified_ns(info: os.stat_result) -> int:
    """When the file was changed last; a time that no calendar shows becomes the nearest it does."""
    return min(max(info.st_mtime_ns, 0), _LATEST_NS)


def _as_text(name: str) -> str:
    """A name whose bytes are not UTF-8 is from an old Windows and means GBK; else it is escaped."""
    if name.isprintable() or not any("\udc80" <= character <= "\udcff" for character in name):
        return name
    raw = os.fsencode(name)
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace")


def take_in(
    arrivals: Iterable[Arrival],
    journal: Journal,
    archive: Archive,
    *,
    run_id: str,
    now: dt.datetime,
    settle_seconds: float,
    seen: Mapping[str, Signs],
    owner_named: OwnerNamed,
) -> Intake:
    """Archives and journals what is new; says what is known and what is still being written.

    `seen` gives for a path what the last look found there, so that an untouched file is not opened
    again. What bytes that are known already are taken for is for `Known`.
    """
    known_bytes = Known(journal.receipts, owner_named)
    intake = Intake([], [], [])
    number = journal.last_receipt + 1
    for arrival, unfinished in _settled(arrivals, settle_seconds):
        if unfinished:
            intake.ignored.append(Ignored(arrival.path, "文件还在写入，下次再取。"))
            continue
        known = seen.get(arrival.path)
        is_untouched = (
            known is not None
            and known[:2] == (arrival.size, arrival.modified_ns)
            and known_bytes.has(known[2])
        )
        if known is not None and is_untouched:
            # Looked at before: what is archived under that hash needs no second look.
            sha256 = known[2]
        else:
            taken = _take(arrival, archive)
            if isinstance(taken, Ignored):
                intake.ignored.append(taken)
                continue
            sha256 = taken
        if same := known_bytes.same_as(arrival.path, sha256):
            again = Unchanged(arrival.path, sha256, same, is_again=not is_untouched)
            intake.unchanged.append(again)
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
    archive.sync()
    journal.append(intake.receipts)
    return intake


def _settled(arrivals: Iterable[Arrival], seconds: float) -> Iterator[tuple[Arrival, bool]]:
    """Each arrival, and whether it is still being written: very young ones get a second look."""
    waited = False
    for arrival in arrivals:
        age = time.time() - arrival.modified_ns / 1e9
        if not 0 <= age < seconds:
            yield arrival, False
            continue
        if not waited:
            time.sleep(seconds)
            waited = True
        try:
            info = os.lstat(arrival.location)
        except OSError:
            yield arrival, True
            continue
        yield arrival, (info.st_size, modified_ns(info)) != (arrival.size, arrival.modified_ns)


def _take(arrival: Arrival, archive: Archive) -> str | Ignored:
    """Archives the file and gives its sha256, or says why that can't be done yet."""
    try:
        sha256 = _archived(arrival, archive)
    except OSError as error:
        reason = f"文件无法打开（{error.strerror}）。"
        return Ignored(arrival.path, reason, is_rejected=True)
    return sha256 or Ignored(arrival.path, "文件还在写入，下次再取。")


def _archived(arrival: Arrival, archive: Archive) -> str | None:
    """The file's sha256, its bytes archived; None if it changed meanwhile.

    Never follows a link, waits, or holds a whole file in memory.
    """
    handle = os.open(arrival.location, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            return None
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        is_kept = archive.keep(sha256, file)
        after = os.fstat(handle)
    is_same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return sha256 if is_kept and is_same else None
