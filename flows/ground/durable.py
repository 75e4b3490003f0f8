"""What must be on disk before anything acts on it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# A disk takes as long for many that are asked together as for one: it writes them in one go.
AT_ONCE = 32


def fsync(path: Path) -> None:
    """Waits until the file's bytes, or the folder's entries, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def fsync_all(paths: Iterable[Path]) -> None:
    """The same for many; raises what any of them raises."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(fsync, paths):
            pass


def make_folder(path: Path) -> None:
    """Makes the folder and those above it that are missing; returns once they are on disk."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        fsync(path.parent)
