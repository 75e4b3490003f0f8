"""The archive: the bytes of every received file, under their sha256, for ever."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from flows.durable import fsync

_CHUNK = 1 << 20


class Archive:
    """Files by hash, in folders of the hash's first two digits. No submitted name is a path here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def keep(self, sha256: str, source: BinaryIO) -> bool:
        """Stores what the source gives, unless it is there; returns once it is on disk.

        False, and nothing is stored, where that is not the content with this hash: it changed.
        """
        path = self.path(sha256)
        if path.exists():
            return True
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{sha256}.{os.getpid()}")
        digest = hashlib.sha256()
        with unfinished.open("wb") as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != sha256:
            unfinished.unlink()
            return False
        with contextlib.suppress(OSError):
            unfinished.chmod(0o444)
        unfinished.replace(path)
        fsync(path.parent)
        return True
