"""What was measured, told: as lines on the terminal, and as BENCHMARKS.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.bench import FLOOR, GUOBAN
from benchmarks.goals import GOALS, Verdict
from benchmarks.results import Measured, Results

TITLES = {
    "A": "A: workbooks of 50 rows, first refresh, replies included",
    "B": "B: one workbook of 20 columns, every fifth row with a bad cell",
    "C": "C: one new workbook, so many in",
    "D": "D: nothing new, so many in",
    "E": "E: so many projects, in every month of 40",
    "F": "F: check of one small workbook, so many in",
    "G": "G: what people ask",
    "H": "H: one day more in holidays.days_off of zone.toml",
    "starts": "What Prefect's record costs: one new workbook, so many in",
    "files": "Growth with files: first refresh",
    "rows": "Growth with rows: first refresh, few large workbooks",
    "publications": "Growth with publications: one new small workbook each",
    "release": "The release of the most rows: publishing one month more, and asking it",
}
_COUNTED = {
    "B": "rows",
    "rows": "rows",
    "release": "rows",
    "E": "projects",
    "publications": "publications",
}
_HEAD = (
    "who",
    "median s",
    "least-most s",
    "CPU s",
    "peak MB",
    "to floor",
    "to guoban",
    "published s",
)
_INTRODUCTION = """# Benchmarks

Written by `make bench`; the figures lie in `docs/benchmarks/results.json`.

```sh
make bench                                        # everything: hours on two cores; leave the machine alone
make bench BENCH="--only A,C --rounds 5"          # some workloads; the other sections stay as they are
make bench BENCH="--scale small"                  # a few minutes: does everything work?
```

Data are made from a fixed seed (`benchmarks/county.py`). Each contender runs as a process of its own,
in turn with the others. A first round warms the file cache and is watched for memory (Pss of all
processes, every 20 ms); the rounds after it are timed, and medians count. Growth curves are one
run at each size, watched and timed at once. After every run the five figures are compared with
the true ones, and the cells that were named with the bad ones: a wrong figure or a bad cell missed
fails the whole.

- **floor**: python-calamine in as many processes as there are cores, Arrow into DuckDB, the same
  figures; no checks (`benchmarks/rivals/floor.py`).
- **own**: what a good analyst writes in a day with pandas, openpyxl, pandera and DuckDB
  (`benchmarks/rivals/own.py`); **own, calamine**: the same with that engine. It names bad cells in
  a table; it writes no replies, keeps no versions, and checks nothing across files.
- **guoban**: as users install it (`requirements.txt` alone), `GUOBAN_ORCHESTRATOR=none`, its replies included; also as a Prefect flow, with the
  embedded API and against a running server (whose own memory isn't counted).
"""


def markdown(results: Results, pictures: Mapping[str, Sequence[Path]], place: Path) -> str:
    """The text of BENCHMARKS.md, which lies at `place`."""
    parts = [_INTRODUCTION, *_goals(results)]
    for name, title in TITLES.items():
        if name not in results.sections:
            continue
        one = results.sections[name]
        parts.append(f"## {title}\n")
        parts += [
            f"![{title}]({picture.relative_to(place.parent).as_posix()})\n"
            for picture in pictures.get(name, ())
        ]
        parts += ["\n".join(_table(rows)) + "\n" for rows in _tables(name, one.measured)]
        parts += [f"{told}.\n" for told in _stages(one.measured)]
        parts.append(
            f"{one.date}, commit {one.commit}, scale {one.scale}, rounds {one.rounds}; "
            f"{one.machine}; {one.versions}.\n"
        )
    return "\n".join(parts)


def lines(results: Results, names: Iterable[str]) -> Iterator[str]:
    """The sections of these names for the terminal, then the goals that they belong to."""
    for name in names:
        yield f"\n{TITLES[name]}"
        measured = results.sections[name].measured
        for rows in _tables(name, measured):
            widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
            for row in rows:
                yield "  " + "  ".join(
                    one.ljust(width) for one, width in zip(row, widths, strict=True)
                )
        yield from (f"  {told}" for told in _stages(measured))
    yield "\nGoals"
    for goal in GOALS:
        verdict = goal.judge(results)
        if goal.workload.split()[0] in names:
            yield f"  {goal.workload}: {goal.wording}: {verdict.measured} {_met(verdict)}"


def _goals(results: Results) -> Iterator[str]:
    yield "## Goals\n"
    yield (
        "Machines differ, and one does from hour to hour: a goal in seconds is judged in those of the\n"
        "run it was set in, by what the floor (for F: the imports) took there and takes here.\n"
    )
    rows = [["workload", "goal", "measured", "met"]]
    for goal in GOALS:
        verdict = goal.judge(results)
        rows.append([goal.workload, goal.wording, verdict.measured, _met(verdict)])
    yield "\n".join(_table(rows)) + "\n"


def _met(verdict: Verdict) -> str:
    return {True: "yes", False: "**no**", None: ""}[verdict.is_met]


def _tables(name: str, measured: Sequence[Measured]) -> Iterator[list[list[str]]]:
    """A table for each size, contenders in their order; one for a curve of one contender."""
    counted = _COUNTED.get(name, "files")
    if len({one.who for one in measured}) == 1:
        curve = ([f"{one.size:,}", *_cells(one, {})[1:]] for one in measured)
        yield _filled([[counted, *_HEAD[1:]], *curve])
        return
    for size, group in groupby(measured, key=lambda one: one.size):
        rows = list(group)
        seconds = {one.who: one.seconds for one in rows}
        yield _filled(
            [[f"{size:,} {counted}", *_HEAD[1:]], *(_cells(one, seconds) for one in rows)]
        )


def _filled(table: list[list[str]]) -> list[list[str]]:
    """The table without the columns that have nothing below their head."""
    kept = [number for number in range(len(table[0])) if any(row[number] for row in table[1:])]
    return [[row[number] for number in kept] for row in table]


def _stages(measured: Sequence[Measured]) -> Iterator[str]:
    """guoban's stages in seconds, at the largest size."""
    of_guoban = [one for one in measured if one.who == GUOBAN and "settle" in one.more]
    if of_guoban:
        one = max(of_guoban, key=lambda each: each.size)
        stages = (f"{name} {value:.3g}" for name, value in one.more.items() if name != "published")
        yield f"guoban's stages at {one.size:,}, in seconds: {', '.join(stages)}"


def _cells(one: Measured, beside: Mapping[str, float]) -> list[str]:
    """A line of a table; `beside` has the seconds of all that were measured with it."""
    published = one.more.get("published")
    return [
        one.who,
        f"{one.seconds:.3g}",
        f"{one.least:.3g}-{one.most:.3g}",
        f"{one.cpu_seconds:.3g}" if one.cpu_seconds else "",
        f"{one.peak_mb:,.0f}" if one.peak_mb else "",
        *(f"{one.seconds / beside[who]:.2f}x" if who in beside else "" for who in (FLOOR, GUOBAN)),
        f"{published:.3g}" if published and published > 0 else "",
    ]


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    head, *body = rows
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in body:
        yield "| " + " | ".join(row) + " |"
