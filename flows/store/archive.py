"""The archive: the bytes of every received file, under their sha256, for ever."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import BinaryIO

from flows.ground.durable import fsync, fsync_all, make_folder
from flows.ground.errors import WarehouseError

_CHUNK = 1 << 20


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
        Call it under the warehouse's lock.
        """
        path = self.path(sha256)
        # Also what is there: a run that was ended may have left it before it was on disk.
        self._unsynced.append(path)
        if _holds(path, sha256):
            return True
        make_folder(self._folder)
        path.parent.mkdir(exist_ok=True)
        for left in path.parent.glob(".*"):
            # A run was ended half-way; nobody else writes here.
            left.unlink()
        unfinished = path.with_name(f".{sha256}")
        digest = hashlib.sha256()
        with unfinished.open("wb") as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != sha256:
            unfinished.unlink()
            self._unsynced.remove(path)
            return False
        with contextlib.suppress(OSError):
            unfinished.chmod(0o444)
        unfinished.replace(path)
        return True

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


def _holds(path: Path, sha256: str) -> bool:
    """Whether the file is there and has the content that its name says: a disk may fail."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False
