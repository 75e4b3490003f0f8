"""Up to which receipt was told what came of the files, where the file that says so is spoilt."""

import datetime as dt
from pathlib import Path

import pytest

from flows.answer.untold import remember_told, untold
from flows.store.journal import Journal, Receipt

NOON = dt.datetime(2021, 5, 6, 12, tzinfo=dt.UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """One with two receipts, of which nothing is published yet."""
    (tmp_path / "work").mkdir()
    kept = Journal(tmp_path / "journal")
    names = enumerate(("签约.xlsx", "到资.xlsx"), start=1)
    kept.append(
        [Receipt(n, "20210506-120000-abcdef", NOON, name, "0" * 64, 1, NOON) for n, name in names]
    )
    return kept


def test_what_was_told_is_not_told_again(tmp_path: Path, journal: Journal) -> None:
    assert untold(tmp_path, journal) == [1, 2]
    remember_told(tmp_path, 1)
    assert untold(tmp_path, journal) == [2]


@pytest.mark.parametrize("text", ["", "\0\0", "two", "1e3", "9" * 5_000, "١٢x"])
def test_a_spoilt_number_is_put_right(tmp_path: Path, journal: Journal, text: str) -> None:
    (tmp_path / "work" / "told").write_text(text, "utf-8")
    assert untold(tmp_path, journal) == [1, 2]
    remember_told(tmp_path, 2)
    assert untold(tmp_path, journal) == []


def test_what_a_backup_lacks_was_not_told(tmp_path: Path, journal: Journal) -> None:
    """The journal was restored, the number is of the days after the backup."""
    (tmp_path / "work" / "told").write_text("7", "ascii")
    assert untold(tmp_path, journal) == [1, 2]
