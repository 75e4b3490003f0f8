"""Replies are made in processes of their own, after the figures are published: what goes wrong there,
and what happens meanwhile, costs no figure and no other reply.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bombs import BOMBS, bomb
from desk import Desk
from guests import NAME, guests, row

from flows.answer import places
from flows.answer.answers import Answers
from flows.answer.replies import children, order_replies, write_replies
from flows.ground.clock import Clock
from flows.ground.settings import Settings
from flows.read import Limits, limits_of
from flows.read.sandbox import Children
from flows.store.unanswered import Unanswered

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

OTHER = "2021-05/招商局/另一份.xlsx"
ANEW = "数据表按读到的内容重新生成"
ALONE = "不附数据表"


def place_of(desk: Desk, name: str) -> Path:
    """Where the reply to a file of the drop folder lies."""
    return desk.warehouse.replies / f"{name}.reply.xlsx"


def words_of(path: Path) -> str:
    """What the first sheet of a reply says above its table."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return "".join(str(cell.value) for line in sheet.iter_rows(max_row=9) for cell in line)


def comment(path: Path) -> str:
    return str(openpyxl.load_workbook(path)["接待"]["D5"].comment.text)


# --- what one file costs -------------------------------------------------------------------------


_OFTEN = ("styles",)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.slow if name in _OFTEN else pytest.mark.nightly)
        for name in BOMBS
    ],
)
def test_a_bomb_costs_one_plain_reply(desk: Desk, name: str) -> None:
    """Its child may have its share of the memory, whatever the workbook would take."""
    bomb(desk.raw / NAME, name)
    guests(desk.raw / OTHER, [row("3", 来源省份="月球")])
    assert desk.refresh().published is not None
    assert ANEW in words_of(place_of(desk, NAME))
    assert "火星" in comment(place_of(desk, NAME))
    assert ANEW not in words_of(place_of(desk, OTHER))
    assert "月球" in comment(place_of(desk, OTHER))
    assert desk.warehouse.unanswered.begun() == {}


def test_a_child_has_its_share_of_the_memory_whatever_readers_have(desk: Desk) -> None:
    def share(**settings: int) -> int:
        changed = Settings(**{**desk.settings.model_dump(exclude_unset=True), **settings})
        return children(limits_of(changed)).limits.memory_mib

    assert share() == share(read_memory_mib=2_048) == 1_536 // 4
    assert share(memory_mib=4_096) == 1_024
    assert share(read_memory_mib=300) == 300


def test_what_fails_is_made_plainer_and_said(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A child that takes too long at first, and ends at the second try."""
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    desk.refresh()
    caplog.clear()
    with desk.working() as con:
        orders = order_replies(con, desk.archive, desk.warehouse, desk.zone, [1])
    with Children("tests.odd_child", Limits(seconds=2)) as workers:
        assert write_replies(orders, desk.warehouse, workers) == [place_of(desk, NAME)]
    assert [one.message for one in caplog.records] == [
        f"reply to {NAME}: it takes too long",
        f"reply to {NAME}: it takes too much memory, or ends the process",
    ]
    assert ALONE in words_of(place_of(desk, NAME))
    assert openpyxl.load_workbook(place_of(desk, NAME)).sheetnames == ["审核意见", "_guoban"]


def test_what_two_runs_were_ended_over_is_made_plainer(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"2021-05/招商局/{number}.xlsx" for number in range(5)]
    for name in names:
        guests(desk.raw / name, [row(name[-6], 来源省份="火星")])
    desk.refresh()
    with desk.working() as con:
        orders = order_replies(con, desk.archive, desk.warehouse, desk.zone, [1, 2, 3, 4, 5])
    place_of(desk, names[4]).unlink()
    for receipt in range(1, 6):
        for _ in range(receipt - 1):
            desk.warehouse.unanswered.begin(receipt)
    progress: list[tuple[int, int]] = []
    clock = Clock(tell=lambda done, of: progress.append((done, of)))
    # As another stage leaves it.
    clock.expect(9)
    with children(limits_of(desk.settings)) as workers:
        assert len(write_replies(orders, desk.warehouse, workers, clock)) == 4
    assert progress == [(done, 5) for done in range(1, 6)]
    found = [words_of(place_of(desk, name)) for name in names[:4]]
    assert [ANEW in words for words in found] == [False, False, True, False]
    assert [ALONE in words for words in found] == [False, False, False, True]
    assert not place_of(desk, names[4]).exists()
    assert f"there is no reply to {names[4]}" in caplog.text


# --- who answers what ----------------------------------------------------------------------------


class Killed(BaseException):
    """The run ends here."""


def test_a_killed_run_is_gone_on_with_file_by_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        guests(desk.raw / f"2021-05/招商局/{number}.xlsx", [row(str(number), 来源省份="火星")])
    write = places.write
    written: list[Path] = []

    def killed(*arguments: Any, **more: Any) -> Path:
        if "reply" in arguments[2] and len(written) == 2:
            raise Killed
        path = write(*arguments, **more)
        if "reply" in path.name:
            written.append(path)
        return path

    with monkeypatch.context() as patch:
        patch.setattr(places, "write", killed)
        with pytest.raises(Killed):
            desk.refresh()
    assert len(desk.warehouse.unanswered.begun()) == 2
    before = {path: path.stat().st_mtime_ns for path in written}
    assert desk.refresh().published is None
    assert len(list(desk.warehouse.replies.rglob("*.reply.xlsx"))) == 4
    assert {path: path.stat().st_mtime_ns for path in written} == before
    assert desk.warehouse.unanswered.begun() == {}


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Has something done between the publication of the next refresh and its first reply."""

    def once(act: Callable[[], None]) -> None:
        write = Answers.write

        def acted(answers: Answers, clock: Clock) -> None:
            monkeypatch.setattr(Answers, "write", write)
            act()
            write(answers, clock)

        monkeypatch.setattr(Answers, "write", acted)

    return once


def test_replies_come_when_the_figures_are_out_and_the_lock_is_free(
    desk: Desk, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    seen: list[Any] = []

    def look() -> None:
        with desk.warehouse.locked():
            desk.warehouse.open().close()
        seen.append(
            (desk.query("select file from mart.submissions"), place_of(desk, NAME).exists())
        )

    meanwhile(look)
    desk.refresh()
    assert seen == [([(NAME,)], False)]
    assert "火星" in comment(place_of(desk, NAME))


def test_an_older_reply_is_never_written_over_a_newer_one(
    desk: Desk, meanwhile: Callable[[Callable[[], None]], None]
) -> None:
    """A second refresh publishes and answers while the first has not begun to."""
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    guests(desk.raw / OTHER, [row("2", 来源省份="月球")])

    def second() -> None:
        guests(desk.raw / NAME, [row("1", 来源省份="水星")])
        assert desk.refresh().published is not None

    meanwhile(second)
    desk.refresh()
    assert "水星" in comment(place_of(desk, NAME))
    assert "月球" in comment(place_of(desk, OTHER))
    assert desk.warehouse.unanswered.begun() == {}


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_second_refresh_publishes_while_the_first_answers(desk: Desk) -> None:
    """It writes its own replies when the first has written its."""
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    run = threading.Thread(target=desk.refresh)
    with desk.warehouse.unanswered.held():
        run.start()
        wait_for(lambda: 1 in desk.warehouse.unanswered.begun())
        wait_for((desk.settings.warehouse / "current").exists)
        assert not place_of(desk, NAME).exists()
    run.join()
    assert "火星" in comment(place_of(desk, NAME))


def test_who_has_nothing_to_say_waits_for_nobody(desk: Desk) -> None:
    """What another run is at is left to that one."""
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    desk.refresh()
    desk.warehouse.unanswered.add([1])
    place_of(desk, NAME).unlink()
    with desk.warehouse.unanswered.held():
        desk.refresh()
        assert not place_of(desk, NAME).exists()
    desk.refresh()
    assert "火星" in comment(place_of(desk, NAME))


def test_what_waits_and_has_nothing_to_tell_any_more_waits_no_more(desk: Desk) -> None:
    guests(desk.raw / NAME, [row("1")])
    desk.refresh()
    desk.warehouse.unanswered.add([1, 77])
    desk.refresh()
    assert desk.warehouse.unanswered.begun() == {}
    assert list(desk.warehouse.replies.rglob("*.reply.xlsx")) == []


def test_a_working_database_made_anew_forgets_no_file_that_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Answers, "write", killed)
        with pytest.raises(Killed):
            desk.refresh()
    desk.warehouse.working_database.unlink()
    desk.refresh()
    assert "火星" in comment(place_of(desk, NAME))


def test_a_reply_whose_folder_cannot_be_written_is_no_plainer_for_it(
    desk: Desk, tmp_path: Path
) -> None:
    folder = desk.warehouse.replies / "2021-05" / "招商局"
    folder.parent.mkdir(parents=True)
    folder.symlink_to(tmp_path)
    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    for _ in range(4):
        desk.refresh()
    folder.unlink()
    desk.refresh()
    assert ANEW not in words_of(place_of(desk, NAME))
    assert "火星" in comment(place_of(desk, NAME))


def test_orders_that_cannot_be_put_aside_come_with_the_next_refresh(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    guests(desk.raw / NAME, [row("1", 来源省份="火星")])
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "TemporaryFile", full)
        assert desk.refresh().published is not None
    assert "No space left" in caplog.text
    desk.refresh()
    assert "火星" in comment(place_of(desk, NAME))


def test_what_waits_is_known_by_its_number(tmp_path: Path) -> None:
    waiting = Unanswered(tmp_path / "unanswered")
    waiting.add([7, 1_234_567])
    waiting.begin(7)
    assert waiting.begun() == {7: 1, 1_234_567: 0}
    waiting.begin_anew(7)
    waiting.done(1_234_567)
    waiting.done(1_234_567)
    assert waiting.begun() == {7: 0}
