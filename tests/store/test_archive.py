"""The archive: what lies under a hash is the content with that hash, whatever happened before."""

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from flows.ground import durable
from flows.ground.errors import DiskFullError, WarehouseError
from flows.store import archive as module
from flows.store.archive import Archive

DATA = b"PK\x03\x04 a workbook"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def test_what_is_kept_is_read_only_and_alone_in_its_folder(archive: Archive) -> None:
    assert archive.keep(SHA256, io.BytesIO(DATA))
    path = archive.path(SHA256)
    assert path.read_bytes() == DATA
    assert path.stat().st_mode & 0o777 == 0o444
    assert list(path.parent.iterdir()) == [path]


def test_what_changed_while_it_was_read_is_not_kept(archive: Archive) -> None:
    assert not archive.keep(SHA256, io.BytesIO(DATA + b" and more"))
    assert list(archive.path(SHA256).parent.iterdir()) == []


@pytest.mark.parametrize("torn", [b"", DATA[:5], DATA.replace(b"a", b"b")])
def test_a_copy_that_is_not_what_its_name_says_is_replaced(archive: Archive, torn: bytes) -> None:
    archive.keep(SHA256, io.BytesIO(DATA))
    path = archive.path(SHA256)
    path.chmod(0o644)
    path.write_bytes(torn)
    assert archive.keep(SHA256, io.BytesIO(DATA))
    assert path.read_bytes() == DATA


class Ended(io.BytesIO):
    """A source at which a run ends when half of it is read."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            os._exit(9)
        return super().read(5)


def test_what_an_ended_run_left_is_swept_at_the_next_start(archive: Archive) -> None:
    """However large it was, and though nothing else is ever kept beside it."""
    pid = os.fork()
    if not pid:
        archive.keep(SHA256, Ended(DATA))
    os.waitpid(pid, 0)
    folder = archive.path(SHA256).parent.parent
    assert [one.read_bytes() for one in folder.rglob("*") if one.is_file()] == [DATA[:5]]
    archive.sweep()
    assert [one for one in folder.rglob("*") if one.is_file()] == []


class Unreadable(io.BytesIO):
    """A source on a failing disk."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError(errno.EIO, "Input/output error")
        return super().read(5)


def test_nothing_is_left_of_a_copy_that_fails(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = archive.path(SHA256).parent.parent
    with pytest.raises(OSError, match="Input/output"):
        archive.keep(SHA256, Unreadable(DATA))
    monkeypatch.setattr(module, "write_all", no_room)
    with pytest.raises(WarehouseError, match="can't be written: No space left on device"):
        archive.keep(SHA256, io.BytesIO(DATA))
    assert [one for one in folder.rglob("*") if one.is_file()] == []
    archive.sync()


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


GIB = 1 << 30


@pytest.mark.parametrize(
    ("size", "free", "has_room"),
    [(1000, GIB, True), (GIB, GIB + 1000, False), (2 * GIB, GIB, False), (1000, 5000, True)],
)
def test_no_file_takes_the_room_of_all_others(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, size: int, free: int, has_room: bool
) -> None:
    monkeypatch.setattr(module, "free_bytes", lambda _: free)
    assert archive.has_room_for(size) is has_room


def test_a_disk_that_is_full_is_no_fault_of_the_file(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "free_bytes", lambda _: 5000)
    with pytest.raises(DiskFullError, match="about 1 MiB are needed"):
        archive.has_room_for(6000)


def test_new_folders_are_on_disk_too(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    waited_for: list[Path] = []
    for one in (module, durable):
        monkeypatch.setattr(one, "fsync", waited_for.append)
    archive.keep(SHA256, io.BytesIO(DATA))
    archive.sync()
    path = archive.path(SHA256)
    folder = path.parent.parent
    assert waited_for == [folder.parent, path, path.parent, folder]


def test_what_an_ended_run_kept_is_on_disk_before_anything_rests_on_it(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.keep(SHA256, io.BytesIO(DATA))  # and no `sync`: the run was ended
    waited_for: list[Path] = []
    monkeypatch.setattr(durable, "fsync", waited_for.append)
    next_run = Archive(tmp_path / "archive")
    next_run.keep(SHA256, io.BytesIO(DATA))
    next_run.sync()
    assert archive.path(SHA256) in waited_for
