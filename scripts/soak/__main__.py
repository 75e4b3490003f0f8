"""`python -m scripts.soak` (`make soak`): SOAK refreshes (500), drawn by SOAK_SEED, in SOAK_MIB (2048).

Each step may file something or decide something, something unlucky happens, and a refresh follows,
until it comes through. At the end the warehouse is that of a twin which saw the good alone. Where it
isn't, or a refresh does what none may do, the folder is kept with `steps.jsonl`: what was done in
each step. The same seed draws the same steps; only how far a killed refresh came is chance.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from disks import mount, unmount
from drop import Drop
from history_model import ZONE

from flows.ground.errors import BusyError, DiskFullError
from flows.ground.zone import load_zone
from flows.read.confined import end_with
from scripts.soak import good, twin
from scripts.soak.children import Child, Outcome, SoakError
from scripts.soak.memory import Limit, limit_of
from scripts.soak.unlucky import ALL_BOMBS, UNLUCKY, Day, nothing

_DISK = "700m"
_GOOD_SHARE = 0.5
# How many refreshes lie between two that Prefect runs, and between two looks at everything.
_PREFECT_EVERY, _VERIFY_EVERY = 60, 50
_PREFECT_LONGER = 8
# A refresh that may fail has to come through when the machine is well again.
_MOST_TRIES = 3
# How the command tells what went wrong.
_TOLD = {"another refresh is at work": BusyError, " is full: about": DiskFullError}


class Soak:
    """The drop folder and its warehouse, what was done so far, and what was good of it."""

    def __init__(self, folder: Path, disk: Path | None, seed: str, limit: Limit) -> None:
        self.folder, self.disk, self.seed, self.limit = folder, disk, seed, limit
        zone = folder / "zone.toml"
        zone.write_text(ZONE, "utf-8")
        self.drop = Drop(disk or folder / "main", load_zone(zone))
        self.drop.settings = self.drop.settings.model_copy(update={"zone": zone})
        self.kept = folder / "good"
        self.twin = Drop(folder / "twin", self.drop.zone)
        self._following: Child | None = None
        self.bad: set[str] = set()
        self.bombs = Random(seed).sample(ALL_BOMBS, len(ALL_BOMBS))  # noqa: S311
        self.refreshes = 0
        self.counts: Counter[str] = Counter()

    def in_child(self, work: Callable[[], Any]) -> Outcome:
        return Child(work, self.limit).end()

    def step(self, number: int) -> None:
        """One day: something good perhaps, something unlucky, and refreshes until one comes through."""
        # Its own chance: what is drawn doesn't hang on what came of the steps before.
        random = Random(f"{self.seed} {number}")  # noqa: S311
        day = Day(self.drop, random, self.disk, self.bad, self.bombs, number)
        happens = random.choices(list(UNLUCKY), list(UNLUCKY.values()))[0] if number else nothing
        something = None
        if not number or random.random() < _GOOD_SHARE:
            something = self._good(random, number)
        self._note(number, happens.__name__, something)
        happens(day)
        tries = 0
        while not self._refreshed(day, self.refreshes % _PREFECT_EVERY == _PREFECT_EVERY - 1):
            tries += 1
            if tries == _MOST_TRIES:
                raise SoakError(f"step {number}: no refresh has come through")
        # What was done to the machine is over.
        for act in day.afterwards:
            act()
        if something:
            self._follow(something)

    def _good(self, random: Random, number: int) -> good.Good | None:
        """Does something good; None where that can't be done as things stand."""
        drawn = good.draw(random, self.drop, self.kept, number)
        if self.in_child(lambda: drawn.do(self.drop)).error:
            return None
        return drawn

    def _refreshed(self, day: Day, by_prefect: bool) -> bool:
        """Whether a refresh came through."""
        work = _by_command(self.drop) if by_prefect else self.refresh
        children = [Child(work, self.limit) for _ in range(2 if day.is_twice else 1)]
        # One of Prefect's takes longer to come to the same.
        kill_after = day.kill_after and day.kill_after * (_PREFECT_LONGER if by_prefect else 1)
        ends = [child.end(kill_after=kill_after) for child in children]
        self.refreshes += len(ends)
        for ended in ends:
            self.counts[ended.error or ("killed" if ended.was_killed else "done")] += 1
            if ended.error and ended.error not in day.may_fail:
                raise SoakError(f"a refresh ended with {ended.error}")
            for note in ended.value or ():
                if not any(words in note for words in day.may_say):
                    raise SoakError(f"a refresh mended what nobody damaged: {note}")
        is_done = any(not ended.error and not ended.was_killed for ended in ends)
        if not is_done:
            # The machine is well again.
            day.kill_after, day.may_fail, day.is_twice = None, (), False
            while day.afterwards:
                day.afterwards.pop()()
        return is_done

    def refresh(self) -> list[str]:
        """Refreshes in this process; what it mended."""
        return [note.english for note in self.drop.refresh().notes]

    def _note(self, number: int, happens: str, something: good.Good | None) -> None:
        self.counts[happens] += 1
        line = {
            "step": number,
            "refreshes": self.refreshes,
            "happens": happens,
            "good": str(something),
        }
        with (self.folder / "steps.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def assert_verified(self) -> None:
        """Raises SoakError where the published database isn't what archive and journal come to."""
        found = self.in_child(lambda: twin.differences_of(self.drop)).value
        if found:
            raise SoakError(f"verify finds: {found}")

    def assert_like_twin(self) -> None:
        """Raises SoakError where the twin, which saw the good alone, is another."""
        self._end_following()
        mine, its = (
            self.in_child(partial(twin.told, one, self.bad)).value for one in (self.drop, self.twin)
        )
        if found := twin.compared(mine, its):
            raise SoakError("the twin differs:\n" + "\n".join(found))

    def _follow(self, something: good.Good) -> None:
        """Has the twin do the same, while the next step is taken; without a limit."""

        def work() -> None:
            something.do(self.twin)
            self.twin.refresh()

        self._end_following()
        self._following = Child(work)

    def _end_following(self) -> None:
        if self._following and (error := self._following.end().error):
            raise SoakError(f"the twin's refresh ended with {error}")
        self._following = None


def _by_command(drop: Drop) -> Callable[[], list[str]]:
    """A refresh as Prefect runs it, by the command; what it mended."""
    settings = drop.settings
    arguments = [
        sys.executable, "-m", "guoban", "refresh", "--json", "--orchestrator", "prefect",
        "--raw", str(settings.raw), "--warehouse", str(settings.warehouse),
        "--zone", str(settings.zone),
    ]  # fmt: skip

    def run() -> list[str]:
        ended = subprocess.run(  # noqa: S603 - our own command
            arguments,
            # Killing this process is killing the command.
            preexec_fn=partial(end_with, os.getpid()),
            env={
                **os.environ,
                "GUOBAN_SETTLE_SECONDS": "0",
                # Nothing is to be left of it.
                "GUOBAN_SERVER_MINUTES": "0",
                "LC_ALL": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if "Traceback" in ended.stderr:
            raise SoakError(ended.stderr)
        if ended.returncode:
            # In the words of the command: which of the foreseen errors it was.
            raise next((kind for words, kind in _TOLD.items() if words in ended.stderr), SoakError)(
                ended.stderr
            )
        return list(json.loads(ended.stdout)["notes"])

    return run


def main() -> int:
    wanted = int(os.environ.get("SOAK", "500"))
    seed = os.environ.get("SOAK_SEED") or secrets.token_hex(4)
    limit = limit_of(int(os.environ.get("SOAK_MIB", "2048")))
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    disk: Path | None = folder / "disk"
    if not mount(folder / "disk", _DISK):
        disk = None
        print("no disk of its own can be made here: none will be full")
    print(f"{wanted} refreshes, SOAK_SEED={seed}, {folder}", flush=True)
    started = time.monotonic()
    soak = Soak(folder, disk, seed, limit)
    is_well = False
    try:
        for number in range(10 * wanted):
            if soak.refreshes >= wanted:
                break
            soak.step(number)
            if number % _VERIFY_EVERY == _VERIFY_EVERY - 1:
                soak.assert_verified()
                print(f"{soak.refreshes} refreshes, {time.monotonic() - started:.0f} s", flush=True)
        soak.in_child(soak.refresh)
        soak.assert_verified()
        soak.assert_like_twin()
        print(f"the same as its twin; memory: {limit.verdict()}")
        is_well = True
    except (SoakError, AssertionError, MemoryError) as error:
        print(f"{error}\nSOAK_SEED={seed}; {folder} is kept, steps.jsonl tells what was done")
    finally:
        print(
            f"{soak.refreshes} refreshes in {time.monotonic() - started:.0f} s; {dict(soak.counts)}"
        )
        limit.remove()
        if disk and not is_well:
            shutil.copytree(
                disk, folder / "main", symlinks=True, ignore=shutil.ignore_patterns("影片*")
            )
        if disk:
            unmount(disk)
        if is_well:
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)
    return int(not is_well)


if __name__ == "__main__":
    sys.exit(main())
