"""The archive: the bytes of every received file, under their sha256, for ever."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import BinaryIO

from flows.ground.durable import (
    MIB,
    disk_full,
    free_bytes,
    fsync,
    fsync_all,
    hash_of,
    make_folder,
    write_all,
    writing,
)
from flows.ground.errors import WarehouseError

_CHUNK = 1 << 20
# Copies that are not finished yet. One folder for all, so that what was left is found at once.
_PARTIAL = ".partial"
# What no single file may take of the disk: publishing needs room as well.
_LEFT_FREE = 64 * MIB


class Archive:
    """Files by hash, in folders of the hash's first two digits. No submitted name is a path here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsynced: list[Path] = []

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def intact(self, sha256: str) -> Path:
        """Where the content with this hash lies, looked through. Raises WarehouseError: it is not.

        What is judged from other bytes than were received would be another figure.
        """
        path = self.path(sha256)
        if not _holds(path, sha256):
            raise WarehouseError(
                f"{path} is missing or damaged; restore it from a backup, or copy the file that was "
                "received there (its sha256 is its name)",
                f"{path}缺失或损坏，请从备份恢复，或把当时收到的文件复制到此处（文件名即其sha256）",
            )
        return path

    def keep(self, sha256: str, source: BinaryIO) -> bool:
        """Stores what the source gives, unless it is there; it is on disk once `sync` returns.

        False, and nothing is stored, where that is not the content with this hash: it changed.
        Nor is anything stored where an error is raised: OSError where the source can't be read,
        WarehouseError where the archive can't be written. Call it under the warehouse's lock.
        """
        path = self.path(sha256)
        if not _holds(path, sha256):
            unfinished = self._folder / _PARTIAL / sha256
            with writing(path):
                make_folder(self._folder)
                path.parent.mkdir(exist_ok=True)
                unfinished.parent.mkdir(exist_ok=True)
            try:
                if _copied(source, unfinished) != sha256:
                    return False
                with contextlib.suppress(OSError):
                    unfinished.chmod(0o444)
                with writing(path):
                    unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
        # Also what was there: a run that was ended may have left it before it was on disk.
        self._unsynced.append(path)
        return True

    def has_room_for(self, size: int) -> bool:
        """Whether a file of that size may be kept: of the disk something is left for the rest.

        Raises DiskFullError where it is not for this one file's size that there is no room.
        """
        free = free_bytes(self._folder)
        if size + _LEFT_FREE <= free:
            return True
        if free >= _LEFT_FREE:
            return False
        if size > free:
            raise disk_full(self._folder, size)
        return True

    def sweep(self) -> None:
        """Removes what a run left half copied that was ended. Call it under the warehouse's lock."""
        for left in (self._folder / _PARTIAL).glob("*"):
            left.unlink()

    def sync(self) -> None:
        """Waits until everything that was kept is on disk: all at once, as each wait is long.

        Until then a crash may leave a torn file under a hash. It is looked through, and replaced,
        when that content is kept again; nothing refers to it before.
        """
        if not self._unsynced:
            return
        fsync_all(self._unsynced)
        fsync_all({path.parent for path in self._unsynced})
        fsync(self._folder)
        self._unsynced.clear()


def _copied(source: BinaryIO, place: Path) -> str:
    """Copies what the source gives, and returns its hash.

    What fails at writing is the archive's fault and not that of the file that is copied.
    """
    digest = hashlib.sha256()
    with writing(place):
        unfinished = place.open("wb", buffering=0)
    with unfinished as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            with writing(place):
                write_all(file, chunk)
    return digest.hexdigest()


def _holds(path: Path, sha256: str) -> bool:
    """Whether the file is there and has the content that its name says: a disk may fail."""
    return hash_of(path) == sha256
