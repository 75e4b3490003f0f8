"""Where replies lie: folders and names made from submitted ones without trusting them.

No part of a submitted name leads anywhere: what separates folders or can't be seen is replaced,
links are not followed, and a file appears under its name only when it is complete.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from itertools import chain, count
from pathlib import Path, PurePosixPath

from flows.answer.wording import UNKNOWN
from flows.ground.durable import writing
from flows.ground.settings import BEIJING

RECEIPT = "回执.xlsx"
SUFFIX = ".reply.xlsx"
OLDER = "旧"
"""The folder beside replies for those that others took the place of."""
MAX_BYTES = 255
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')
_WINDOWS = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE | re.DOTALL
)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@lru_cache(maxsize=10_000)
def safe_part(text: str, *, room: int = 0, tail: str = "") -> str:
    """The text as a name of one folder or file, recognisable and never a way elsewhere.

    With `tail` behind it there are `room` bytes left at least in what file systems allow.
    """
    name = "".join(
        "_" if unicodedata.category(one) in _UNSEEN or _FORBIDDEN.match(one) else one
        for one in unicodedata.normalize("NFC", text)
    )
    name = name.strip(" ").rstrip(". ")
    if not name.strip("._ "):
        name = UNKNOWN
    if name.startswith((".", "~")) or _WINDOWS.fullmatch(name):
        name = f"_{name}"
    return _cut(name, MAX_BYTES - room - len(tail.encode())) + tail


def _cut(name: str, limit: int) -> str:
    """The name within so many bytes: its end gives way to a hash, its extension stays."""
    if len(name.encode()) <= limit:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 5:
        stem, extension = name, ""
    end = f"…{hashlib.sha256(name.encode()).hexdigest()[:8]}" + (
        f".{extension}" if extension else ""
    )
    kept = stem.encode()[: limit - len(end.encode())].decode(errors="ignore")
    return kept + end


def folder_of(month: dt.date | None, department: str | None) -> tuple[str, str]:
    """The two folders of a month and a department; what is unknown is 未识别."""
    return (f"{month:%Y-%m}" if month else UNKNOWN, safe_part(department or UNKNOWN))


def reply_name(file: str, number: int | None = None) -> str:
    """The reply's name for a submitted file; `number` sets it apart from another of that name."""
    tail = SUFFIX if number is None else f"（{number:06d}）{SUFFIX}"
    return safe_part(PurePosixPath(file).name, tail=tail)


def write(
    root: Path, folders: Sequence[str], name: str, data: bytes, *, keeps_older: bool = False
) -> Path:
    """Writes a file below `root` at once: it is there complete, or not at all.

    With `keeps_older` another one that lies there moves to the folder OLDER. Raises WarehouseError
    where a folder is a link or can't be written.
    """
    path = root.joinpath(*folders, name)
    with writing(path):
        root.mkdir(parents=True, exist_ok=True)
        with _opened(root, folders) as folder:
            # One name for each file: what a run left that was ended half-way, the next replaces.
            unfinished = f".{hashlib.sha256(name.encode()).hexdigest()[:16]}.tmp"
            try:
                _remove(folder, unfinished)
                _write_new(folder, unfinished, data)
                if keeps_older and _is_another(folder, name, data):
                    with _opened(root, (*folders, OLDER)) as older:
                        taken = set(os.listdir(older))  # noqa: PTH208 - an open folder has no path
                        kept = _older_name(folder, name, taken)
                        os.replace(name, kept, src_dir_fd=folder, dst_dir_fd=older)
                os.replace(unfinished, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                _remove(folder, unfinished)
                raise
    return path


def _is_another(folder: int, name: str, data: bytes) -> bool:
    """Whether a file with other content lies there; a link to one is none."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return False
    with open(handle, "rb") as file:  # noqa: PTH123
        is_file = stat.S_ISREG(os.fstat(handle).st_mode)
        return is_file and file.read(len(data) + 1) != data


def _older_name(folder: int, name: str, taken: Container[str]) -> str:
    """What the reply of that name is called once another takes its place: by when it was written."""
    modified = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime
    when = f"{dt.datetime.fromtimestamp(modified, BEIJING):%Y%m%d-%H%M%S}"
    stem = name.removesuffix(SUFFIX)
    marks = chain([when], (f"{when}-{number}" for number in count(2)))
    names = (safe_part(stem, tail=f"（{mark}）{SUFFIX}") for mark in marks)
    return next(one for one in names if one not in taken)


def _remove(folder: int, name: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(name, dir_fd=folder)


def _write_new(folder: int, name: str, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with open(os.open(name, flags, 0o644, dir_fd=folder), "wb") as file:  # noqa: PTH123
        file.write(data)


@contextlib.contextmanager
def _opened(root: Path, folders: Sequence[str]) -> Iterator[int]:
    """The innermost folder, made where it is missing; a link on the way is an error."""
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, dir_fd=here)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = inner
        yield here
    finally:
        os.close(here)
