"""How far a run has come: said in time, in order, and not too often."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from drop import Drop

from flows import pipeline
from guoban import progress
from guoban.progress import StageDisplay, logged_to
from guoban.words import say


class Hands:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    made = Hands()
    monkeypatch.setattr(progress, "time", made)
    return made


def lines(text: str) -> list[str]:
    """The lines of the log without their time."""
    return [re.sub(r"^\S+ \S+ INFO +[\d.]+ s  ", "", line) for line in text.splitlines()]


def entries(folder: Path) -> list[dict[str, Any]]:
    """The lines of the log that is kept."""
    text = (folder / progress.LOG_NAME).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_lines_come_in_order_and_not_too_often(
    hands: Hands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logged_to(tmp_path), StageDisplay() as display:
        for batch in range(100):
            for stage in ("read", "load"):
                display.stage(stage)
                hands.now += 0.5
            display.progress((batch + 1) * 200, 20_000)
    said = lines(capsys.readouterr().err)
    assert said[:2] == [say(*progress.STAGES[one]) for one in ("read", "load")]
    numbers = [
        int(found[1].replace(",", ""))
        for one in said
        if (found := re.search(r"([\d,]+)(?:/| of )20,000", one))
    ]
    assert numbers == sorted(set(numbers))
    # One in ten seconds: a hundred seconds went by.
    assert 8 <= len(said) <= 13
    assert [re.sub(r"^[\d.]+ s  ", "", one["message"]) for one in entries(tmp_path)] == said


def test_a_short_run_says_its_stages_and_no_numbers(
    hands: Hands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logged_to(tmp_path), StageDisplay() as display:
        for stage in progress.STAGES:
            display.stage(stage)
            display.progress(1, 1)
    assert len(lines(capsys.readouterr().err)) == len(progress.STAGES)


def test_files_are_counted_where_they_are_taken_in_judged_and_answered(
    drop: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)
    for number in range(7):
        (drop.raw / f"{number}.csv").write_text(f"a,b,c\n{number},2,3\n", encoding="utf-8")
    with logged_to(tmp_path), StageDisplay() as display:
        pipeline.refresh(drop.settings, drop.zone, display.runner, display.progress)
    said = "\n".join(lines(capsys.readouterr().err))
    for stage, done in (("receive", range(1, 8)), ("load", [7]), ("answer", range(1, 8))):
        words = say(*progress.STAGES[stage])
        found = re.findall(rf"^{words}\D+(\d)(?:/| of )7", said, re.MULTILINE)
        assert found == [str(number) for number in done], stage


def test_where_in_the_program_an_error_was_stands_in_the_log_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with logged_to(tmp_path):
        try:
            raise KeyError("列")
        except KeyError:
            progress.LOG.exception("%s can't be typed", "甲.xlsx")
        progress.LOG.warning("reply to 乙.xlsx: KeyError: 列\nTraceback (most recent call last):")
    seen = capsys.readouterr().err
    assert "甲.xlsx can't be typed" in seen
    assert "reply to 乙.xlsx: KeyError: 列" in seen
    assert "Traceback" not in seen
    typed, reply = entries(tmp_path)
    assert typed["error"]["traceback"].startswith("Traceback")
    assert "Traceback" in reply["message"]
