"""The archive: the bytes of every received file, under their sha256, for ever."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from flows.journal import fsync_folder


class Archive:
    """Files by hash, in folders of the hash's first two digits. No submitted name is a path here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def keep(self, sha256: str, data: bytes) -> Path:
        """Stores the bytes, if they are not there yet, and returns once they are on disk."""
        path = self.path(sha256)
        if path.exists():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{sha256}.{os.getpid()}")
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):
            unfinished.chmod(0o444)
        unfinished.replace(path)
        fsync_folder(path.parent)
        return path
