"""What Prefect's record costs a refresh: on a server of its own, one that lingers, a new home.

Beside it stand the same refresh without Prefect, and what an empty flow costs with the server that
Prefect starts by itself. With `GUOBAN_BENCH_BEFORE`, the checkout of an earlier version, that takes
part as well.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench, Case, Sample
from benchmarks.contenders import Command, Guoban
from benchmarks.county import County
from benchmarks.data import late_in
from benchmarks.results import Measured

DIRECT, EMBEDDED, NEW_HOME = "guoban", "guoban, Prefect embedded", "guoban, Prefect in a new home"
LINGERING, NOTHING = "guoban, a server that lingers", "guoban, nothing new"
EMPTY, EMPTY_NEW = "an empty flow of Prefect's", "an empty flow, in a new home"
BEFORE = "before: "
_EMPTY_FLOW = "from prefect import flow\n\n\n@flow\ndef empty() -> None:\n    pass\n\n\nempty()\n"
_LINGERS = {"GUOBAN_SERVER_MINUTES": "10"}


def starts(bench: Bench) -> list[Measured]:
    size = bench.scale.one_new[0]
    county = bench.county(files=size, is_one_late=True)
    python = bench.guoban.python
    direct = Guoban(DIRECT, python)
    embedded = Guoban(EMBEDDED, python, "prefect")
    cases = [
        _refresh(bench, direct, county, size),
        _refresh(bench, embedded, county, size),
        _refresh(bench, replace(embedded, name=NEW_HOME), county, size, has_new_home=True),
        _lingering(bench, replace(embedded, name=LINGERING), county, size),
        _refresh(bench, replace(embedded, name=NOTHING), county, size, is_late_in=False),
        _empty(bench, EMPTY, size, has_new_home=False),
        _empty(bench, EMPTY_NEW, size, has_new_home=True),
    ]
    if earlier := os.environ.get("GUOBAN_BENCH_BEFORE"):
        before = replace(embedded, name=BEFORE + EMBEDDED, project=Path(earlier))
        cases += [
            _refresh(bench, before, county, size),
            _refresh(
                bench, replace(before, name=BEFORE + NEW_HOME), county, size, has_new_home=True
            ),
        ]
    return bench.alternate(cases)


def _refresh(
    bench: Bench,
    guoban: Guoban,
    county: County,
    size: int,
    *,
    is_late_in: bool = True,
    has_new_home: bool = False,
) -> Case:
    """One new workbook, or nothing new; the server ends with the command and is counted."""

    def once(is_watched: bool) -> Sample:
        home = bench.copy_of_state(guoban, county)
        if has_new_home:
            shutil.rmtree(home / "prefect")
        command = guoban.refresh(county.raw, county.zone, home)
        if not is_late_in:
            return Sample(bench.run(command, is_watched=is_watched))
        with late_in(county):
            taken = bench.run(command, is_watched=is_watched)
        if county.late:
            guoban.verify(county.late.truth, home)
        return Sample(taken)

    return Case(guoban.name, size, once)


def _lingering(bench: Bench, guoban: Guoban, county: County, size: int) -> Case:
    """One new workbook on the server that the refresh before left; the server itself isn't counted."""

    def once(is_watched: bool) -> Sample:
        home = bench.copy_of_state(guoban, county)
        with late_in(county):
            first = county.raw / "first.csv"
            first.write_text("项目编号,项目名称\n", "utf-8")
            try:
                command = _with(guoban.refresh(county.raw, county.zone, home), _LINGERS)
                place = county.raw / county.late.file if county.late else first
                aside = place.rename(home / place.name)
                bench.run(command, is_watched=False)
                shutil.move(aside, place)
                taken = bench.run(command, is_watched=is_watched)
            finally:
                first.unlink()
        # It goes with its announcement.
        (home / "prefect" / "server.json").unlink(missing_ok=True)
        return Sample(taken)

    return Case(guoban.name, size, once)


def _empty(bench: Bench, name: str, size: int, *, has_new_home: bool) -> Case:
    used = bench.root / "prefect-used"

    def once(is_watched: bool) -> Sample:
        flow = bench.root / "empty_flow.py"
        flow.write_text(_EMPTY_FLOW, "utf-8")
        home = bench.root / "prefect-home"
        shutil.rmtree(home, ignore_errors=True)
        command = Command(
            [str(bench.guoban.python), str(flow)],
            {
                "PREFECT_HOME": str(home),
                "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                "DO_NOT_TRACK": "1",
                "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
            },
        )
        if not has_new_home:
            if not used.exists():
                bench.run(command, is_watched=False)
                home.rename(used)
            shutil.copytree(used, home)
        return Sample(bench.run(command, is_watched=is_watched))

    return Case(name, size, once)


def _with(command: Command, env: Mapping[str, str]) -> Command:
    return Command(command.args, {**command.env, **env})
