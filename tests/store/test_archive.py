"""The archive: what lies under a hash is the content with that hash, whatever happened before."""

import hashlib
import io
from pathlib import Path

import pytest

from flows.ground import durable
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


def test_what_an_ended_run_left_is_cleared(archive: Archive) -> None:
    path = archive.path(SHA256)
    path.parent.mkdir(parents=True)
    (path.parent / f".{SHA256[:-1]}0.4711").write_bytes(DATA[:5])
    archive.keep(SHA256, io.BytesIO(DATA))
    assert list(path.parent.iterdir()) == [path]


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
