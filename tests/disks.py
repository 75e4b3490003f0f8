"""A disk of its own for a test, small enough to fill."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk_at(place: Path, size: str) -> Iterator[None]:
    """A disk of so many bytes (`40m`) at the place; only root may make one, others skip the test."""
    if not mount(place, size):
        pytest.skip("no disk of its own can be made here")
    try:
        yield
    finally:
        unmount(place)


def mount(place: Path, size: str) -> bool:
    """Whether a disk could be made there."""
    place.mkdir(exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "guoban-test", place],
        capture_output=True,
        check=False,
    )
    return made.returncode == 0


def unmount(place: Path) -> None:
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(filler: Path) -> None:
    """Takes what is left of the filler's disk."""
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while free := shutil.disk_usage(filler.parent).free:
            file.write(bytes(min(free, 1 << 20)))
