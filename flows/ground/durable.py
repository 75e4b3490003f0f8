"""What must be on disk before anything acts on it."""

from __future__ import annotations

import os
from pathlib import Path


def fsync(path: Path) -> None:
    """Waits until the file's bytes, or the folder's entries, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Makes the folder and those above it that are missing; returns once they are on disk."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True)
        fsync(path.parent)
