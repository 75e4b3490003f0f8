"""How time and memory grow: with files, with rows, with publications."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from benchmarks.bench import FLOOR, Bench
from benchmarks.county import County
from benchmarks.measure import Taken
from benchmarks.results import Measured
from benchmarks.workloads import filed

# Rows of the largest workbooks: a department's number of projects has five digits.
_MOST_ROWS = 100_000


def by_files(bench: Bench) -> list[Measured]:
    """First refreshes of 1 to 10,000 workbooks of 50 rows."""
    measured = []
    for size in bench.scale.growth_files:
        county = filed(bench, size)
        who = bench.contenders("files", size)
        measured += bench.alternate([bench.first(one, county, size) for one in who], rounds=0)
    return measured


def by_rows(bench: Bench) -> list[Measured]:
    """First refreshes of 1,000 to 5,000,000 rows in few, large workbooks."""
    measured = []
    for size in bench.scale.growth_rows:
        county = of_rows(bench, size)
        who = [*bench.rivals, bench.guoban]
        if size > bench.scale.most_rows_of_all:
            who = [one for one in who if one.name in (FLOOR, bench.guoban.name)]
        measured += bench.alternate([bench.first(one, county, size) for one in who], rounds=0)
    return measured


def of_rows(bench: Bench, rows: int) -> County:
    """A department's months with so many rows in all; the last month's talks come late.

    With the late workbook that is 17 months of three returns for 5,000,000 rows.
    """
    months = max(1, -(-rows // (3 * _MOST_ROWS)))
    files = 3 * months
    return bench.county(files=files - 1, rows=rows // files, months=months, is_one_late=True)


def by_publications(bench: Bench) -> list[Measured]:
    """One new small workbook after the other, each published."""
    county = bench.county(files=bench.scale.publications)
    home, raw = bench.empty_home(), bench.root / "arriving"
    shutil.rmtree(raw, ignore_errors=True)
    taken = []
    for file in county.files:
        place = raw / file
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(county.raw / file, place)
        taken.append(bench.run(bench.guoban.refresh(raw, county.zone, home), is_watched=False))
    bench.guoban.verify(county.truth, home)
    return list(_windows(bench.guoban.name, taken))


def _windows(who: str, taken: Sequence[Taken]) -> list[Measured]:
    """Medians over neighbouring publications, by the last of them; the windows grow with the number."""
    ends = [0]
    while ends[-1] < len(taken):
        ends.append(min(len(taken), max(ends[-1] + 1, round(ends[-1] * 1.2))))
    made = []
    for first, last in pairwise(ends):
        seconds = [one.seconds for one in taken[first:last]]
        cpu = median(one.cpu_seconds for one in taken[first:last])
        made.append(
            Measured(
                who,
                last,
                round(median(seconds), 3),
                round(min(seconds), 3),
                round(max(seconds), 3),
                round(cpu, 3),
                None,
                len(seconds),
            )
        )
    return made
