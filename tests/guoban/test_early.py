"""The hint on a refresh's first line: whether Prefect's server is going to be needed."""

import os
from pathlib import Path

import pytest

from flows.early import EARLY, Early
from flows.ground.settings import Settings
from flows.receive.inbox import Signs, scan
from flows.receive.seen import keep_copy
from flows.store.warehouse import Warehouse
from guoban import early

MAX_MIB = 200


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A drop folder of one file that the last look took, and its warehouse."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    raw, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    for folder in (raw, warehouse / "work"):
        folder.mkdir(parents=True)
    (raw / "签约.xlsx").write_bytes(b"x")
    keep_copy(warehouse, taken(raw))
    return raw, warehouse


def taken(raw: Path) -> dict[str, Signs]:
    return {one.path: (one.size, one.modified_ns, "a hash") for one in scan(raw)[0]}


def is_likely(folders: tuple[Path, Path]) -> bool:
    return EARLY.is_likely(*folders, MAX_MIB)


def test_what_was_taken_is_no_reason(folders: tuple[Path, Path]) -> None:
    assert not is_likely(folders)
    (folders[0] / "~$签约.xlsx").write_bytes(b"x")
    assert not is_likely(folders)


def test_a_new_file_is_one_and_a_changed_one_too(folders: tuple[Path, Path]) -> None:
    raw, warehouse = folders
    (raw / "新.xlsx").write_bytes(b"x")
    assert is_likely(folders)
    keep_copy(warehouse, taken(raw))
    assert not is_likely(folders)
    os.utime(raw / "新.xlsx", (1, 1))
    assert is_likely(folders)


def test_the_first_refresh_of_all_is_one(folders: tuple[Path, Path], tmp_path: Path) -> None:
    assert EARLY.is_likely(folders[0], tmp_path / "new", MAX_MIB)


def test_no_server_is_started_where_one_is_named(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folders[0] / "新.xlsx").write_bytes(b"x")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert not is_likely(folders)


def test_nothing_is_started_in_a_drop_folder(folders: tuple[Path, Path]) -> None:
    """The refresh itself is going to refuse such folders."""
    raw, _ = folders
    (raw / "新.xlsx").write_bytes(b"x")
    assert not EARLY.is_likely(raw, raw, MAX_MIB)
    assert not EARLY.is_likely(raw, raw / "guoban", MAX_MIB)


def test_no_server_is_started_for_one_that_has_to_wait(folders: tuple[Path, Path]) -> None:
    (folders[0] / "新.xlsx").write_bytes(b"x")
    with Warehouse(folders[1]).locked():
        assert not is_likely(folders)


def test_a_folder_that_can_not_be_read_is_for_the_refresh_to_tell(tmp_path: Path) -> None:
    assert not EARLY.is_likely(tmp_path / "nowhere", tmp_path, MAX_MIB)


def test_what_prefect_makes_of_its_settings_is_for_the_refresh_to_tell(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt setting ends its import with an error of its own; the figures don't need it."""
    (folders[0].parent / "misspelt.py").write_text("raise ValueError('PREFECT_LOGGING_LEVEL')")
    monkeypatch.syspath_prepend(folders[0].parent)
    monkeypatch.setattr("flows.early._CLIENT", ("misspelt",))
    monkeypatch.setattr("flows.early.prepare", lambda warehouse: warehouse / "prefect")
    with Early() as early_server:
        early_server.start(folders[1])
        assert early_server.take(folders[1] / "prefect") is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--raw", "a b"], "a b"),
        (["--json", "--raw=x"], "x"),
        (["--raw"], ""),
        (["--raw", "x", "--raw", "y"], "y"),
        ([], "from the environment"),
    ],
)
def test_a_setting_is_read_from_words_and_environment(
    monkeypatch: pytest.MonkeyPatch, words: list[str], expected: str
) -> None:
    monkeypatch.setenv("GUOBAN_RAW", "from the environment")
    assert early._chosen("raw", words) == expected


def test_the_defaults_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in early._DEFAULTS:
        monkeypatch.delenv(f"GUOBAN_{name.upper()}", raising=False)
    settings = Settings()
    assert {name: str(getattr(settings, name)) for name in early._DEFAULTS} == early._DEFAULTS


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        [],
        ["refresh", "--help"],
        ["refresh", "--orchestrator", "none"],
        ["refresh", f"--max_file_mib={'9' * 5_000}"],
    ],
)
def test_other_commands_start_nothing(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EARLY, "is_likely", None)
    early.begin(words)
