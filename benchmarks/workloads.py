"""The workloads of an office's month, each with everybody who takes part in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from benchmarks.bench import Bench, Case, Sample
from benchmarks.contenders import Command, Contender, ContenderError, stages_of
from benchmarks.county import County, Late, make_large
from benchmarks.measure import Taken
from benchmarks.results import Measured

IMPORTS = "imports: duckdb, polars, calamine"
CHECKS = "the checks across files alone"
IMPORTS_PANDERA = "imports: the same and pandera"


def filed(bench: Bench, files: int) -> County:
    """A county of so many workbooks of 50 rows, and one that comes late."""
    return bench.county(files=files, is_one_late=True)


def by_size(
    bench: Bench,
    workload: str,
    sizes: Sequence[int],
    case: Callable[[Contender, County, int], Case],
) -> list[Measured]:
    """The workload with each size of county, all contenders in turn."""
    measured = []
    for size in sizes:
        county = filed(bench, size)
        cases = [case(one, county, size) for one in bench.contenders(workload, size)]
        measured += bench.alternate(cases)
    return measured


def first(bench: Bench) -> list[Measured]:
    return by_size(bench, "A", bench.scale.first, bench.first)


def large(bench: Bench) -> list[Measured]:
    rows = bench.scale.large_rows
    county = bench.county(make_large, rows=rows, bad=rows // 5)
    return bench.alternate([bench.first(one, county, rows) for one in bench.contenders("B", 1)])


def one_new(bench: Bench) -> list[Measured]:
    return by_size(bench, "C", bench.scale.one_new, partial(bench.again, is_late_in=True))


def nothing_new(bench: Bench) -> list[Measured]:
    return by_size(bench, "D", bench.scale.nothing_new, bench.again)


def many_projects(bench: Bench) -> list[Measured]:
    """Projects of four departments, all of them in every month; then the checks by themselves."""
    scale = bench.scale
    rows = scale.projects // 8
    files = 4 * 3 * scale.project_months
    county = bench.county(files=files, rows=rows, months=scale.project_months)

    def checked(is_watched: bool) -> Sample:
        home = bench.state(bench.guoban, county)
        command = bench.guoban.command(county.raw, county.zone, home, module="benchmarks.checks")
        taken = bench.run(command, is_watched=is_watched)
        return Sample(taken, stages_of(taken.output))

    first = bench.first(bench.guoban, county, scale.projects)
    return bench.alternate([first, Case(CHECKS, scale.projects, checked)], rounds=1)


def check(bench: Bench) -> list[Measured]:
    """`check` of the workbook that comes late; beside it, what importing libraries takes alone."""
    measured = []
    for size in bench.scale.one_new[:2]:
        county = filed(bench, size)
        if not county.late:
            raise ValueError("nothing to check")
        words = ("check", str(county.late.path), "--json")
        verify = partial(_verify_check, county.late)
        # A bad cell makes the check exit with 1.
        told = _asked(bench, county, size, *words, verify=verify, allowed=1)
        measured += bench.alternate([told, *_imports(bench, size)])
    return measured


def _verify_check(late: Late, taken: Taken) -> None:
    (told,) = json.loads(taken.output)["files"]
    found = {one["cell"] for one in told["findings"] if one["severity"] == "error"}
    bad = {cell for file, cell in late.truth.bad_cells if file == late.file}
    if told["status"] not in ("accepted", "partly_accepted") or not bad <= found:
        raise ContenderError(f"check told otherwise: {told}")


def commands(bench: Bench) -> list[Measured]:
    """What people ask of a release."""
    size = bench.scale.one_new[0]
    county = filed(bench, size)
    month = ("--month", f"{county.last_month:%Y-%m}")

    def verify(taken: Taken) -> None:
        told = json.loads(taken.output)["indicators"]
        values = {one["indicator_code"]: Decimal(one["value"]) for one in told if one["value"]}
        if any(values.get(code) != value for code, value in county.figures.items()):
            raise ContenderError(f"headline told otherwise: {values}")

    return bench.alternate(
        [
            _asked(bench, county, size, "headline", *month, "--json", verify=verify),
            _asked(bench, county, size, "status", *month),
            _asked(bench, county, size, "rules"),
            _asked(bench, county, size, "--help"),
            *_imports(bench, size),
        ]
    )


def edited_zone(bench: Bench) -> list[Measured]:
    """One day more in holidays.days_off."""
    scale = bench.scale
    county = bench.county(files=scale.edited, months=scale.edited_months)
    zone = county.folder / "edited.toml"
    days_off = '[holidays]\ndays_off = ["2021-05-06"]\n'
    zone.write_text(county.zone.read_text("utf-8") + days_off, "utf-8")
    return bench.alternate([bench.again(bench.guoban, county, scale.edited, zone=zone)])


def _asked(
    bench: Bench,
    county: County,
    size: int,
    *words: str,
    verify: Callable[[Taken], None] = lambda taken: None,
    allowed: int = 0,
) -> Case:
    """A command that leaves the warehouse as it is."""

    def once(is_watched: bool) -> Sample:
        home = bench.state(bench.guoban, county)
        command = bench.guoban.command(county.raw, county.zone, home, *words)
        taken = bench.run(command, is_watched=is_watched, allowed=allowed)
        verify(taken)
        return Sample(taken)

    return Case(f"guoban {words[0]}", size, once)


def _imports(bench: Bench, size: int) -> list[Case]:
    """What guoban's own interpreter needs for the libraries alone."""

    def case(name: str, modules: str) -> Case:
        words = [str(bench.guoban.python), "-c", f"import {modules}"]
        return Case(
            name, size, lambda watched: Sample(bench.run(Command(words, {}), is_watched=watched))
        )

    libraries = "duckdb, polars, python_calamine"
    return [case(IMPORTS, libraries), case(IMPORTS_PANDERA, f"{libraries}, pandera.polars")]
