"""What is noted of files that are at hand or wait for a reply, when the notes are not as we wrote them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.store.at_hand import AtHand
from flows.store.unanswered import Unanswered


@pytest.mark.parametrize(
    "noted",
    [
        '{"1": []}',
        '{"1": 1e999}',
        '{"1": null}',
        '{"x": 1}',
        "[]",
        "1",
        "",
        "\0" * 9,
        "[" * 100_000,
    ],
)
def test_notes_that_make_no_sense_suspect_nobody(tmp_path: Path, noted: str) -> None:
    (tmp_path / "suspects.json").write_text(noted, "ascii")
    (tmp_path / "mark").write_text("recognise 3\n", "ascii")
    marks = AtHand(tmp_path)
    assert marks.suspects() == {3: 0}
    marks.begin()
    assert AtHand(tmp_path).suspects() == {3: 1}


@pytest.mark.parametrize("mark", [b"", b"\n", b"\0" * 600, b"read 1 x\n", b"read " + b"9" * 5000])
def test_a_mark_that_makes_no_sense_suspects_nobody(tmp_path: Path, mark: bytes) -> None:
    (tmp_path / "mark").write_bytes(mark)
    assert AtHand(tmp_path).suspects() == {}


def test_what_is_answered_while_one_looks_hides_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unanswered = Unanswered(tmp_path / "unanswered")
    unanswered.add([1, 2, 3])
    (tmp_path / "unanswered" / "²").touch()
    scandir = os.scandir

    class Slow:
        """Another run answers the second file once it has been listed."""

        def __init__(self, folder: Path) -> None:
            self._found = scandir(folder)

        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            listed = list(self._found)
            unanswered.done(2)
            return iter(listed)

        def __exit__(self, *error: object) -> None:
            self._found.close()

    monkeypatch.setattr(os, "scandir", Slow)
    assert unanswered.begun() == {1: 0, 3: 0}
