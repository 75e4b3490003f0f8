"""The bulletins that serve makes: on their days, in their folder, and never over what is there."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
from pathlib import Path

import pytest
from drop import Drop

from flows.ground.settings import Settings
from flows.serve.bulletins import put
from flows.serve.schedule import Job

DUE = dt.date(2021, 6, 2)


@pytest.fixture
def settings(golden: Drop, tmp_path: Path) -> Settings:
    """A warehouse with nothing but what is published."""
    release = (golden.settings.warehouse / "current").resolve()
    target = tmp_path / "warehouse" / "releases" / release.name
    target.mkdir(parents=True)
    shutil.copyfile(release / "guoban.duckdb", target / "guoban.duckdb")
    (tmp_path / "warehouse" / "current").symlink_to(target)
    return golden.settings.model_copy(update={"warehouse": tmp_path / "warehouse"})


def names(settings: Settings) -> set[str]:
    folder = settings.warehouse / "bulletins"
    return {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}


def test_the_month_is_told_at_its_close_and_never_written_over(
    golden: Drop, settings: Settings
) -> None:
    for jobs, day in (([], DUE), ([Job.DAILY], DUE), ([Job.CLOSE], DUE - dt.timedelta(days=1))):
        assert put(settings, golden.zone, jobs, day) == []
    made = put(settings, golden.zone, [Job.CLOSE, Job.DAILY], DUE)
    assert names(settings) == {
        f"2021-05/月通报（初步数）.{form}" for form in ("docx", "xlsx", "html")
    }
    mine = next(one for one in made if one.suffix == ".html")
    mine.write_text("mine")
    # One that is gone is made again, for a close that was missed.
    made[0].unlink()
    assert put(settings, golden.zone, [Job.DAILY], DUE + dt.timedelta(days=9)) == [made[0]]
    assert mine.read_text() == "mine"


def test_the_week_is_told_on_its_day(golden: Drop, settings: Settings) -> None:
    day = dt.date(2021, 5, 31)
    made = put(settings, golden.zone, [Job.WEEKLY], day)
    assert names(settings) == {
        f"2021-05/周调度（2021-05-31）.{form}" for form in ("docx", "xlsx", "html")
    }
    assert len(made) == 3
    assert put(settings, golden.zone, [Job.WEEKLY], day) == []


def test_what_goes_wrong_is_a_line_of_the_log(
    golden: Drop, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    bulletin = golden.zone.bulletin.model_copy(update={"template": "none.docx"})
    zone = golden.zone.model_copy(update={"bulletin": bulletin})
    with caplog.at_level(logging.WARNING, "guoban"):
        assert put(settings, zone, [Job.CLOSE], DUE) == []
    assert "none.docx" in caplog.text


def test_nothing_published_nothing_told(golden: Drop, tmp_path: Path) -> None:
    empty = golden.settings.model_copy(update={"warehouse": tmp_path})
    assert put(empty, golden.zone, [*Job], DUE) == []
    assert not (tmp_path / "bulletins").exists()
