"""What serve makes of arrivals, the clock, and runs that end badly; its runs do nothing here."""

import datetime as dt
import errno
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from flows.ground.errors import BusyError
from flows.ground.settings import BEIJING, PROJECT, Settings
from flows.ground.zone import load_zone
from flows.serve.serving import BUSY, Serving
from flows.store.warehouse import Warehouse

pytestmark = pytest.mark.slow

MOST_SECONDS = 60.0
DONE = "published a release"


class Served:
    """A serve without Prefect over a folder of its own, whose clock stands until it is set."""

    def __init__(self, folder: Path, now: str = "2021-05-12 12:00") -> None:
        self.folder, self.raw = folder, folder / "raw"
        self.raw.mkdir(exist_ok=True)
        self.now = dt.datetime.fromisoformat(now).replace(tzinfo=BEIJING)
        self.said: list[str] = []
        self.settings = Settings(
            raw=self.raw,
            warehouse=folder / "warehouse",
            orchestrator="none",
            watch="events",
            still_seconds=0.5,
        )
        self.serving = Serving(
            self.settings,
            load_zone(PROJECT / "zone.toml"),
            "tests.fake_run",
            lambda english, chinese: self.said.append(english),
            lambda: self.now,
        )

    def runs(self) -> list[list[str]]:
        """What the runs so far were told."""
        ran = self.folder / "ran.jsonl"
        return [json.loads(line) for line in ran.read_text().splitlines()] if ran.exists() else []

    def rounds(self, is_enough: Callable[[], bool]) -> None:
        until = time.monotonic() + MOST_SECONDS
        while not is_enough():
            assert time.monotonic() < until, self.said
            self.serving.round()

    def heard(self, words: str) -> Callable[[], bool]:
        """Whether it has said that, from now on."""
        before = len(self.said)
        return lambda: any(words in one for one in self.said[before:])

    def ends(self, *how: str | int) -> None:
        """How the next runs end."""
        (self.folder / "next.jsonl").write_text("\n".join(map(str, how)))

    def drop(self, name: str) -> None:
        (self.raw / name).write_text(name)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """One that has looked once, as it does when it starts."""
    monkeypatch.setattr("flows.serve.serving._RETRY_SECONDS", 0.5)
    monkeypatch.setattr("flows.serve.serving._BUSY_SECONDS", 0.5)
    served = Served(tmp_path)
    served.rounds(served.heard(DONE))
    yield served
    served.serving.stop()


def test_files_that_come_together_are_one_run(served: Served) -> None:
    for number in range(20):
        served.drop(f"{number}.xlsx")
    served.rounds(served.heard(DONE))
    assert len(served.runs()) == 2
    assert "20 files have arrived" in served.said


def test_what_comes_while_a_run_is_at_work_is_one_more(served: Served) -> None:
    served.ends("held")
    served.drop("甲.xlsx")
    served.rounds(lambda: len(served.runs()) == 2)
    arrived = served.heard("files have arrived")
    served.drop("乙.xlsx")
    served.rounds(arrived)
    arrived = served.heard("files have arrived")
    served.drop("丙.xlsx")
    served.rounds(arrived)
    assert len(served.runs()) == 2
    (served.folder / "go").touch()
    for _ in range(2):
        served.rounds(served.heard(DONE))
    for _ in range(4):
        served.serving.round()
    assert len(served.runs()) == 3


def test_a_run_that_is_killed_is_taken_up_again_and_told(served: Served) -> None:
    served.ends("killed", 0)
    served.drop("甲.xlsx")
    told, done = served.heard("it was killed (SIGKILL)"), served.heard(DONE)
    served.rounds(done)
    assert told()
    assert len(served.runs()) == 3


def test_a_full_disk_does_not_end_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """How far the schedule was followed can't be kept then; it is followed all the same."""

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("flows.serve.serving.replace_durably", no_room)
    monkeypatch.setattr("flows.serve.serving._KEEP_SECONDS", 0.0)
    served.drop("甲.xlsx")
    served.rounds(served.heard(DONE))


def test_a_run_that_had_ended_when_it_was_cancelled_stays_so_on_record(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, late, ended = served.serving._record, uuid4(), list[UUID]()
    monkeypatch.setattr("flows.serve.serving._CANCEL_SECONDS", 600.0)
    monkeypatch.setattr(record, "cancelling", lambda: [late])
    monkeypatch.setattr(record, "cancelled", ended.extend)
    served.drop("甲.xlsx")
    served.rounds(served.heard(DONE))
    assert ended[-1] == late


def test_no_process_to_be_had_is_a_failure_like_others(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_more(*_: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    with monkeypatch.context() as without:
        without.setattr("flows.serve.serving.Child", none_more)
        served.drop("甲.xlsx")
        served.rounds(served.heard("the refresh failed"))
    served.rounds(served.heard(DONE))
    assert len(served.runs()) == 2


def test_a_run_that_does_not_say_what_came_of_it_has_failed(served: Served) -> None:
    served.ends("silent", 0)
    served.drop("甲.xlsx")
    failed, done = served.heard("the refresh failed"), served.heard(DONE)
    served.rounds(done)
    assert failed()


@pytest.mark.nightly
def test_what_fails_is_tried_again_later_and_later(served: Served) -> None:
    served.ends(1, 1, 1, 0)
    served.drop("甲.xlsx")
    served.rounds(served.heard(DONE))
    waits = [one.rpartition("tried again in ")[2] for one in served.said if "failed" in one]
    assert waits == ["0 s", "1 s", "2 s"]


def test_a_run_that_another_keeps_from_the_warehouse_waits_for_it(served: Served) -> None:
    warehouse = Warehouse(served.settings.warehouse)
    with warehouse.locked():
        served.drop("甲.xlsx")
        served.rounds(served.heard("another refresh is at work"))
        for _ in range(4):
            served.serving.round()
        assert len(served.runs()) == 1
    served.ends(BUSY, 0)
    served.rounds(served.heard(DONE))
    # The second of the three was turned away itself.
    assert len(served.runs()) == 3
    assert not any("failed" in one for one in served.said)


@pytest.mark.nightly
def test_what_a_run_left_is_looked_at_again_later_and_later(served: Served) -> None:
    """A file that another program holds."""
    served.ends("left", "left", 0)
    served.drop("甲.xlsx")
    for _ in range(3):
        served.rounds(served.heard(DONE))
    for _ in range(4):
        served.serving.round()
    assert len(served.runs()) == 4


def test_the_clock_is_followed_over_a_years_end(tmp_path: Path) -> None:
    """December's returns are due on Monday the 4th: till the 3rd people are off."""
    served = Served(tmp_path, "2020-12-31 12:00")
    served.rounds(served.heard(DONE))
    while served.now < dt.datetime(2021, 1, 4, 20, tzinfo=BEIJING):
        served.now += dt.timedelta(hours=1, minutes=59)
        before = len(served.runs())
        served.serving._follow_schedule()
        if served.serving._wanted:
            served.rounds(served.heard(DONE))
            assert len(served.runs()) == before + 1
    served.serving.stop()
    daily, weekly, close = (f"--job={one}" for one in ("daily", "weekly", "close"))
    assert served.runs() == [[], [daily], [daily], [daily], [daily], [weekly], [close]]


def test_jobs_of_a_standstill_are_made_up_for(tmp_path: Path) -> None:
    """Stopped on Friday evening, started again on Monday at nine."""
    before = Served(tmp_path, "2021-05-14 20:00")
    before.rounds(before.heard(DONE))
    before.serving.stop()
    after = Served(tmp_path, "2021-05-17 09:00")
    after.serving.recall()
    after.rounds(after.heard(DONE))
    after.serving.stop()
    assert after.runs() == [[], ["--job=daily", "--job=weekly"]]


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"until": 5}', '{"until": "0001-01-01T00:00+23:00"}', "[" * 100_000]
)
def test_a_spoilt_place_in_the_schedule_is_left(tmp_path: Path, text: str) -> None:
    served = Served(tmp_path)
    place = tmp_path / "warehouse" / "work" / "served.json"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    served.serving.recall()
    assert served.serving._until == served.now


def test_zone_toml_is_taken_up_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.serve.serving._ZONE_SECONDS", 0.1)
    zone = tmp_path / "zone.toml"
    text = (PROJECT / "zone.toml").read_text("utf-8")
    zone.write_text(text, "utf-8")
    monkeypatch.setenv("GUOBAN_ZONE", str(zone))
    served = Served(tmp_path)
    served.rounds(served.heard(DONE))
    zone.write_text("nonsense", "utf-8")
    served.rounds(served.heard("can't be used, the one before holds"))
    zone.write_text(text.replace('daily_at = "07:00"', 'daily_at = "12:30"'), "utf-8")
    served.rounds(served.heard(DONE))
    served.now += dt.timedelta(hours=1)
    served.rounds(served.heard(DONE))
    served.serving.stop()
    assert served.runs()[-1] == ["--job=daily"]


def test_a_drop_folder_that_is_missing_is_waited_for(tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.raw.rmdir()
    served.rounds(served.heard("waiting for the drop folder"))
    assert served.runs() == []
    served.raw.mkdir()
    served.rounds(served.heard(DONE))
    served.serving.stop()
    assert len(served.runs()) == 1


def test_a_warehouse_has_one_serve(tmp_path: Path) -> None:
    from flows.serve.serving import alone  # noqa: PLC0415

    served = Served(tmp_path)
    with (
        alone(served.settings.warehouse),
        pytest.raises(BusyError, match="another guoban serve is at work"),
    ):
        served.serving.forever()


def test_nothing_is_left_of_one_that_is_stopped_at_work(served: Served) -> None:
    served.ends("held")
    served.drop("甲.xlsx")
    served.rounds(lambda: len(served.runs()) == 2)
    run = served.serving._run
    assert run is not None
    started = time.monotonic()
    served.serving.stop()
    assert time.monotonic() - started < 10
    with pytest.raises(ProcessLookupError):
        os.kill(run.child.process.pid, 0)
