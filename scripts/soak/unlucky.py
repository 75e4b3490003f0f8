"""What happens to a drop folder and to a machine: none of it may count, or stop a refresh for good."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bombs import BOMBS, bomb
from disks import fill
from drop import Drop
from past import house_of

_DAY = 86_400
_BLOCK = 4096
# A refresh of nothing takes a fraction of a second, one of a file a second or two.
_LONGEST_BEFORE_A_KILL = 2.0


@dataclass
class Day:
    """One step: what happens before its refresh, and how that is run."""

    drop: Drop
    random: Random
    disk: Path | None
    """The folder that is a disk of its own; None where there is none."""
    bad: set[str]
    """Files that must not count, by their place in the drop folder."""
    bombs: list[str]
    """The bombs that were not thrown yet."""
    number: int
    kill_after: float | None = None
    is_twice: bool = False
    may_fail: tuple[str, ...] = ()
    """The errors that the first refresh may end with."""
    may_say: tuple[str, ...] = ()
    """What the refreshes may say that they mended; that they found anything else is a fault."""
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    """What is done before it is tried again."""

    def bad_file(self, name: str) -> Path:
        """A place for a file that must not count."""
        self.bad.add(name)
        return self.drop.raw / name

    @property
    def release(self) -> Path:
        """The published database, wherever it lies."""
        return (house_of(self.drop).folder / "current" / "guoban.duckdb").resolve()


def nothing(_: Day) -> None:
    """A day like any other."""


def kill(day: Day) -> None:
    day.kill_after = day.random.uniform(0, _LONGEST_BEFORE_A_KILL)


def two_at_once(day: Day) -> None:
    day.is_twice = True
    day.may_fail = ("BusyError",)


def full_disk(day: Day) -> None:
    if day.disk is None:
        return
    filler = day.disk / "filler"
    fill(filler)
    os.truncate(filler, max(0, filler.stat().st_size - day.random.choice((0, 10**5, 10**6, 10**7))))
    day.may_fail = ("DiskFullError",)
    day.may_say = ("Prefect has no full record",)
    day.afterwards.append(filler.unlink)


def throw_a_bomb(day: Day) -> None:
    """Each once: some take all the time that a file may take."""
    if day.bombs:
        kind = day.bombs.pop()
        bomb(day.bad_file(f"炸弹{day.number}.xlsx"), kind)


def rubbish(day: Day) -> None:
    path = day.bad_file(f"乱码{day.number}.{day.random.choice(('xlsx', 'xls', 'csv', 'ods'))}")
    path.write_bytes(day.random.randbytes(day.random.choice((0, 1, 700, 20_000))))


def half_a_workbook(day: Day) -> None:
    """Copied so far and left: it can't be opened."""
    books = sorted(path for path in day.drop.raw.glob("[0-9]*.xlsx"))
    if books:
        data = day.random.choice(books).read_bytes()
        path = day.bad_file(f"半份{day.number}.xlsx")
        path.write_bytes(data[: day.random.randrange(1, len(data) - 100)])


def half_a_text(day: Day) -> None:
    """Still being written, by a machine whose clock runs ahead; then it is taken away again."""
    path = day.bad_file(f"半份{day.number}.csv")
    path.write_text("填报单位：甲局,报告期：2021-02\n项目编号,项目名称\nP2021-甲1,甲\n", "utf-8")
    _to_come(path)
    day.afterwards.append(path.unlink)


def film(day: Day) -> None:
    path = day.bad_file("影片.xlsx")
    with path.open("wb") as file:
        file.truncate((day.drop.settings.max_file_mib + day.random.randint(1, 900)) << 20)


def clock_ahead(day: Day) -> None:
    """Sound files whose time is still to come."""
    for path in day.drop.raw.glob("[0-9]*.xlsx"):
        if day.random.random() < 0.3:
            _to_come(path)


def _to_come(path: Path) -> None:
    then = time.time() + _DAY
    os.utime(path, (then, then))


def torn_line(day: Day) -> None:
    """Ended while a receipt was written."""
    path = house_of(day.drop).journal / "journal.jsonl"
    line = path.read_bytes().splitlines()[-1]
    with path.open("ab") as file:
        file.write(line[: day.random.randint(1, len(line))])


def zeroed_block(day: Day) -> None:
    day.may_say = ("the working database was damaged", "a statement failed over the working")
    path = house_of(day.drop).working_database
    with path.open("r+b") as file:
        file.seek(day.random.randrange(0, max(1, path.stat().st_size // _BLOCK)) * _BLOCK)
        file.write(bytes(_BLOCK))


def lost_database(day: Day) -> None:
    house_of(day.drop).working_database.unlink()


def lost_link(day: Day) -> None:
    (house_of(day.drop).folder / "current").unlink()


def folder_for_link(day: Day) -> None:
    day.may_say = ("was no link to a release",)
    current = house_of(day.drop).folder / "current"
    release = current.resolve()
    current.unlink()
    shutil.copytree(release, current)
    day.afterwards.append(lambda: _clear(house_of(day.drop).folder))


def _clear(folder: Path) -> None:
    """Somebody tidies up what was kept aside: the disk is small."""
    for kept in folder.glob("current-*"):
        shutil.rmtree(kept)


def damaged_release(day: Day) -> None:
    path = day.release
    path.chmod(0o644)
    os.truncate(path, day.random.randrange(path.stat().st_size))


def lost_release(day: Day) -> None:
    shutil.rmtree(day.release.parent)


def lost_answers(day: Day) -> None:
    """Replies and logs are for people: some tidy up."""
    for folder in (house_of(day.drop).replies, house_of(day.drop).logs):
        shutil.rmtree(folder, ignore_errors=True)


# How often each happens, beside the others.
UNLUCKY: dict[Callable[[Day], None], int] = {
    nothing: 6,
    kill: 8,
    two_at_once: 4,
    full_disk: 4,
    throw_a_bomb: 1,
    rubbish: 2,
    half_a_workbook: 2,
    half_a_text: 2,
    film: 1,
    clock_ahead: 2,
    torn_line: 3,
    zeroed_block: 3,
    lost_database: 1,
    lost_link: 2,
    folder_for_link: 1,
    damaged_release: 2,
    lost_release: 1,
    lost_answers: 1,
}
ALL_BOMBS = tuple(BOMBS)
