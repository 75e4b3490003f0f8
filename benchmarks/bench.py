"""One run of the benchmark: who takes part, the folders they work in, and rounds of runs.

Within a round the cases alternate, each in a fresh copy of what it starts from, and everything that
a case leaves behind is compared with the truth. The first round is watched for memory and warms the
file cache; the others are timed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contenders import Command, Contender, Guoban, Rival, stages_of
from benchmarks.county import County, make_county
from benchmarks.data import kept, late_in
from benchmarks.measure import Taken, run
from benchmarks.results import Measured
from benchmarks.scales import Scale
from benchmarks.server import prefect_server

FLOOR, OWN, OWN_CALAMINE = "floor", "own", "own, calamine"
GUOBAN, EMBEDDED, SERVER = "guoban", "guoban, Prefect embedded", "guoban, Prefect server"


@dataclass(frozen=True)
class Sample:
    """What one run took, and further figures of it in seconds."""

    taken: Taken
    more: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Something to run again and again; the argument of `once` is whether memory is watched."""

    who: str
    size: int
    once: Callable[[bool], Sample]


class Bench:
    """Folders, contenders and what they have taken in; a context that ends what it started."""

    def __init__(self, root: Path, python: Path, scale: Scale, rounds: int) -> None:
        self.root = root
        self.scale = scale
        self.rounds = rounds
        self.guoban = Guoban(GUOBAN, python)
        self._states: dict[tuple[str, Path], Path] = {}
        self._started = ExitStack()
        for one in ("states", "home"):
            shutil.rmtree(root / one, ignore_errors=True)
        (root / "data").mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._started.close()
        for one in ("states", "home"):
            shutil.rmtree(self.root / one, ignore_errors=True)

    @cached_property
    def rivals(self) -> list[Contender]:
        return [
            Rival(FLOOR, "floor", checks=False),
            Rival(OWN, "own", ("openpyxl",)),
            Rival(OWN_CALAMINE, "own", ("calamine",)),
        ]

    @cached_property
    def with_prefect(self) -> list[Contender]:
        """guoban under Prefect; the server starts at the first use."""
        python = self.guoban.python
        url = self._started.enter_context(prefect_server(python, self.root / "server"))
        return [Guoban(EMBEDDED, python, "prefect"), Guoban(SERVER, python, "prefect", url)]

    def contenders(self, workload: str, size: int) -> list[Contender]:
        """Who takes part in a workload of so many files: all, beyond some size guoban alone."""
        if size > self.scale.most_files_of_all:
            return [self.guoban]
        more = self.with_prefect if workload in self.scale.under_prefect else []
        return [*self.rivals, self.guoban, *more]

    def county(self, make: Callable[..., County] = make_county, **what: Any) -> County:
        return kept(self.root / "data", make, **what)

    def run(self, command: Command, *, is_watched: bool, allowed: int = 0) -> Taken:
        return run(command, self.root, is_watched=is_watched, allowed=allowed)

    # --- what contenders have taken in ------------------------------------------------------------

    def empty_home(self) -> Path:
        home = self.root / "home"
        shutil.rmtree(home, ignore_errors=True)
        return home

    def state(self, contender: Contender, county: County) -> Path:
        """The home of a contender that has taken the drop folder in."""
        key = contender.name, county.folder
        if key not in self._states:
            home = self.empty_home()
            self.run(contender.refresh(county.raw, county.zone, home), is_watched=False)
            contender.verify(county.truth, home)
            self.keep(contender, county, home)
        return self._states[key]

    def keep(self, contender: Contender, county: County, home: Path) -> None:
        """Keeps the home of a contender that has taken in just this drop folder."""
        key = contender.name, county.folder
        if key not in self._states:
            place = self.root / "states" / str(len(self._states))
            place.parent.mkdir(parents=True, exist_ok=True)
            self._states[key] = home.rename(place)

    def copy_of_state(self, contender: Contender, county: County) -> Path:
        state = self.state(contender, county)
        home = self.empty_home()
        shutil.copytree(state, home, symlinks=True)
        # What was copied is not written out while the clock runs.
        os.sync()
        return home

    # --- cases ------------------------------------------------------------------------------------

    def first(self, contender: Contender, county: County, size: int) -> Case:
        """The first refresh, of everything in the drop folder."""

        def once(is_watched: bool) -> Sample:
            home = self.empty_home()
            command = contender.refresh(county.raw, county.zone, home)
            taken = self.run(command, is_watched=is_watched)
            contender.verify(county.truth, home)
            sample = Sample(taken, _more(contender, home, taken))
            self.keep(contender, county, home)
            return sample

        return Case(contender.name, size, once)

    def again(
        self,
        contender: Contender,
        county: County,
        size: int,
        *,
        is_late_in: bool = False,
        zone: Path | None = None,
    ) -> Case:
        """A refresh after the first: with the late workbook, with another zone.toml, or of nothing."""

        def once(is_watched: bool) -> Sample:
            home = self.copy_of_state(contender, county)
            command = contender.refresh(county.raw, zone or county.zone, home)
            with late_in(county) if is_late_in else nullcontext():
                taken = self.run(command, is_watched=is_watched)
            truth = county.late.truth if county.late and is_late_in else county.truth
            contender.verify(truth, home)
            return Sample(taken, _more(contender, home, taken))

        return Case(contender.name, size, once)

    def alternate(self, cases: Sequence[Case], rounds: int | None = None) -> list[Measured]:
        """Runs the cases in turn, a watched round and so many timed ones.

        With no timed rounds the watched one gives the time as well.
        """
        rounds = self.rounds if rounds is None else rounds
        samples: list[list[Sample]] = [[] for _ in cases]
        for number in range(rounds + 1):
            for case, made in zip(cases, samples, strict=True):
                made.append(case.once(number == 0))
        return [_measured(case, made) for case, made in zip(cases, samples, strict=True)]


def _more(contender: Contender, home: Path, taken: Taken) -> dict[str, float]:
    more = {"published": contender.published_at(home) - taken.started_at}
    return {**more, **stages_of(taken.output)} if isinstance(contender, Guoban) else more


def _measured(case: Case, samples: Sequence[Sample]) -> Measured:
    timed = samples[1:] or samples
    seconds = [one.taken.seconds for one in timed]
    names = dict.fromkeys(name for one in timed for name in one.more)
    return Measured(
        case.who,
        case.size,
        round(median(seconds), 3),
        round(min(seconds), 3),
        round(max(seconds), 3),
        round(median(one.taken.cpu_seconds for one in timed), 3),
        None if samples[0].taken.peak_mb is None else round(samples[0].taken.peak_mb),
        len(samples) - 1,
        {name: round(median(one.more.get(name, 0) for one in timed), 3) for name in names},
    )
