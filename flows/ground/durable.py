"""What must be on disk before anything acts on it, and what is said when the disk is full."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path

from flows.ground.errors import DiskFullError, WarehouseError

# A disk takes as long for many that are asked together as for one: it writes them in one go.
AT_ONCE = 32
MIB = 1 << 20
# Who may enter a folder: the user alone, a group as well, everybody.
OWN, GROUP, PUBLIC = 0o700, 0o750, 0o755
_FULL = (errno.ENOSPC, errno.EDQUOT)


def fsync(path: Path) -> None:
    """Waits until the file's bytes, or the folder's entries, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_all(paths: Iterable[Path]) -> None:
    """The same for many; raises what any of them raises."""
    waited = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for path in paths:
            try:
                waited.append(pool.submit(fsync, path))
            except RuntimeError:
                # The process may have no more threads: one by one it takes longer.
                fsync(path)
    for one in waited:
        one.result()


def write_all(file: FileIO, data: bytes) -> None:
    """Writes all of it; the system may take less at a time."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def make_folder(path: Path) -> None:
    """Makes the folder and those above it that are missing; returns once they are on disk."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        fsync(path.parent)


@contextlib.contextmanager
def plain_modes() -> Iterator[None]:
    """What is made meanwhile others may read, whatever the umask: the folder it lies in decides."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def admit(folder: Path, mode: int, gid: int | None = None) -> None:
    """Makes the folder where it is missing, and lets in whom the mode says, and the group."""
    folder.mkdir(parents=True, exist_ok=True)
    info = folder.stat()
    if gid is not None and info.st_gid != gid:
        os.chown(folder, -1, gid)
    if stat.S_IMODE(info.st_mode) != mode:
        folder.chmod(mode)


def replace_durably(path: Path, data: bytes) -> None:
    """Writes a small file in one step: whoever reads it sees the old content or the new one."""
    make_folder(path.parent)
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_bytes(data)
    fsync(unfinished)
    unfinished.replace(path)
    fsync(path.parent)


def write_at_once(path: Path, data: bytes) -> None:
    """Writes a file that somebody asked for: it is there complete, or as it was. Raises OSError."""
    unfinished = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(place: Path, kind: str = "") -> Iterator[None]:
    """What the system refuses meanwhile is a WarehouseError that names the place.

    `kind` says in English what the place is, where its name does not.
    """
    try:
        yield
    except OSError as error:
        raise WarehouseError(
            f"{kind}{place} can't be written: {error.strerror}",
            f"无法写入{place}：{error.strerror}",
        ) from error


def free_bytes(folder: Path) -> int:
    """What can still be written on the disk of the folder, whether or not that is there yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it came of."""
    found: BaseException | None = error
    while found is not None:
        yield found
        found = found.__cause__


def is_disk_full(error: BaseException) -> bool:
    """Whether the error came of a disk, or a share of one, on which there is no room left."""
    return any(_says_full(one) for one in causes(error))


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _FULL
    # DuckDB tells of it in words only, those of the system.
    return any(f": {os.strerror(number)}" in str(error) for number in _FULL)


@contextlib.contextmanager
def room_on(folder: Path, needed: Callable[[], int]) -> Iterator[None]:
    """Whatever fails meanwhile because the disk is full is a DiskFullError, in words.

    `needed` says what the work takes, in bytes.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, DiskFullError) or not is_disk_full(error):
            raise
        raise disk_full(folder, needed()) from error


def disk_full(folder: Path, needed: int) -> DiskFullError:
    """What is said where the disk of the folder has no room for so many bytes."""
    wanted, free = -(-needed // MIB), free_bytes(folder) // MIB
    return DiskFullError(
        f"the disk of {folder} is full: about {wanted} MiB are needed, {free} MiB are free. Nothing "
        "that was received or published before is lost, and the drop folder is as it was; make "
        "room, then run guoban refresh again",
        f"{folder}所在磁盘已满：约需{wanted} MiB，仅剩{free} MiB。此前收到和发布的内容都在，"
        "投放文件夹未动；请腾出空间后再运行guoban refresh",
    )


def hash_of(path: Path) -> str | None:
    """The SHA-256 of a file; None where there is none that can be read (a pipe would be waited for)."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
