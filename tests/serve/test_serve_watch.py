"""What is heard of a drop folder, whichever way, and of one that goes and comes."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.serve.arrivals import Signs
from flows.serve.watch import Watch

MOST_SECONDS = 20.0


def test_nothing_is_told_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was heard of is no news to the next look, also where nothing lay there at first."""
    watch = Watch(tmp_path, "events")
    assert watch.changed() == {}
    (tmp_path / "甲.xlsx").write_bytes(b"one")
    assert heard(watch, bool).keys() == {str(tmp_path / "甲.xlsx")}
    monkeypatch.setattr("flows.serve.watch.LOOK_SECONDS", 0.0)
    assert watch.changed() == {}
    watch.close()


@pytest.fixture(params=["events", "polling"])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Watch, Path]]:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "旧.xlsx").write_bytes(b"old")
    watch = Watch(raw, request.param)
    assert watch.changed() == {}
    yield watch, raw
    watch.close()


def heard(
    watch: Watch, is_enough: Callable[[dict[str, Signs | None]], bool]
) -> dict[str, Signs | None]:
    """What is heard until it is enough."""
    found: dict[str, Signs | None] = {}
    until = time.monotonic() + MOST_SECONDS
    while not is_enough(found):
        assert time.monotonic() < until, found
        found |= watch.changed()
    return found


def test_files_are_heard_of_wherever_they_come(watched: tuple[Watch, Path], tmp_path: Path) -> None:
    """New, changed, and in a folder that was moved there; not what is never filed."""
    watch, raw = watched
    filled = tmp_path / "2021-05" / "招商局"
    filled.mkdir(parents=True)
    (filled / "丙.xlsx").write_bytes(b"three")
    (raw / "~$甲.xlsx").write_bytes(b"lock")
    (raw / "甲.xlsx").write_bytes(b"one")
    (raw / "旧.xlsx").write_bytes(b"changed")
    (tmp_path / "2021-05").rename(raw / "2021-05")
    wanted = {str(raw / name) for name in ("甲.xlsx", "旧.xlsx", "2021-05/招商局/丙.xlsx")}
    found = heard(watch, lambda found: found.keys() >= wanted)
    assert found.keys() == wanted
    assert found[str(raw / "旧.xlsx")] == watch.signs(str(raw / "旧.xlsx"))
    (raw / "甲.xlsx").unlink()
    assert heard(watch, bool) == {str(raw / "甲.xlsx"): None}


def test_a_folder_that_goes_and_comes_is_watched_again(
    watched: tuple[Watch, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a network folder is gone for a while: what came meanwhile is found."""
    monkeypatch.setattr("flows.serve.watch.LOOK_SECONDS", 0.5)
    watch, raw = watched
    away = raw.with_name("away")
    raw.rename(away)
    until = time.monotonic() + MOST_SECONDS
    while not watch.trouble:
        assert time.monotonic() < until
        watch.changed()
    assert str(raw) in watch.trouble
    (away / "甲.xlsx").write_bytes(b"one")
    away.rename(raw)
    assert str(raw / "甲.xlsx") in heard(watch, bool)
    assert watch.trouble == ""
    (raw / "乙.xlsx").write_bytes(b"two")
    assert heard(watch, bool).keys() == {str(raw / "乙.xlsx")}


def test_what_the_kernel_forgets_to_say_is_found_by_looking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose place of arrival nothing listens to: its time is older than the look before."""
    raw = tmp_path / "raw"
    raw.mkdir()
    watch = Watch(raw, "events")
    watch.changed()
    watch.close()
    (raw / "甲.xlsx").write_bytes(b"one")
    os.utime(raw / "甲.xlsx", (0, 0))
    monkeypatch.setattr("flows.serve.watch.LOOK_SECONDS", 0.0)
    assert heard(watch, bool).keys() == {str(raw / "甲.xlsx")}
    watch.close()
