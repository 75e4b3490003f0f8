"""The goals of the project, each with what was measured of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.bench import FLOOR, GUOBAN, OWN
from benchmarks.published import COPY, MONTH, OPENING, PUBLICATION, QUERY
from benchmarks.results import Measured, Results
from benchmarks.starts import EMBEDDED, EMPTY, LINGERING, NEW_HOME
from benchmarks.workloads import CHECKS, IMPORTS


@dataclass(frozen=True)
class Verdict:
    """What was measured, in words, and whether the goal is met; None where it wasn't measured."""

    measured: str
    is_met: bool | None


# Of the release that is published and asked.
_ROWS = 5_000_000
_NOT_MEASURED = Verdict("not measured", None)


@dataclass(frozen=True)
class Goal:
    """A goal in words, and how it is judged."""

    workload: str
    wording: str
    judge: Callable[[Results], Verdict]


@dataclass(frozen=True)
class _Yardstick:
    """What another contender took in the same run as a goal was set in."""

    who: str
    seconds: float


def _seconds(
    workload: str, size: int, most: float, yardstick: _Yardstick | None = None, who: str = GUOBAN
) -> Goal:
    """A goal in seconds; with a yardstick, in those of the machine on which it was set."""

    def judge(results: Results) -> Verdict:
        one = results.of(workload, who, size)
        beside = results.of(workload, yardstick.who, size) if yardstick else None
        if not one:
            return _NOT_MEASURED
        if not (yardstick and beside):
            return Verdict(f"{one.seconds:.2f} s", one.seconds <= most)
        there = one.seconds * yardstick.seconds / beside.seconds
        said = (
            f"{one.seconds:.2f} s; {there:.2f} s where {yardstick.who} takes "
            f"{yardstick.seconds} s, as it did for the goal, and not {beside.seconds:.2f} s"
        )
        return Verdict(said, there <= most)

    return Goal(_label(workload, size), f"at most {most} s", judge)


def _memory(workload: str, size: int, most: float) -> Goal:
    def judge(results: Results) -> Verdict:
        one = results.of(workload, GUOBAN, size)
        if not one or one.peak_mb is None:
            return _NOT_MEASURED
        return Verdict(f"{one.peak_mb:.0f} MB", one.peak_mb <= most)

    return Goal(_label(workload, size), f"at most {most} MB", judge)


def _times(
    workload: str,
    size: int,
    wording: str,
    most: float,
    against: Callable[[Results], Measured | None],
    of: Callable[[Measured], float | None] = lambda one: one.seconds,
) -> Goal:
    """guoban's share of another measurement; a bar below 1 says how much less it has to be."""

    def judge(results: Results) -> Verdict:
        one, other = results.of(workload, GUOBAN, size), against(results)
        value, base = (of(each) if each else None for each in (one, other))
        if value is None or not base:
            return _NOT_MEASURED
        ratio = value / base
        said = f"{ratio:.2f}x" if most >= 1 else f"{1 / ratio:.1f}x faster"
        return Verdict(f"{said} ({value:.4g} against {base:.4g})", ratio <= most)

    return Goal(_label(workload, size), wording, judge)


def _publication(results: Results) -> Verdict:
    made, copy, month = (results.of("release", one, _ROWS) for one in (PUBLICATION, COPY, MONTH))
    if not (made and copy and month):
        return _NOT_MEASURED
    most = 2 * copy.seconds + month.seconds
    said = f"{made.seconds:.2f} s; copy {copy.seconds:.2f} s, month {month.seconds:.2f} s"
    return Verdict(said, made.seconds <= most)


def _queries(results: Results) -> Verdict:
    section = results.sections.get("release")
    times = [
        one
        for one in (section.measured if section else [])
        if one.who.startswith(QUERY) and one.size == _ROWS
    ]
    if not times:
        return _NOT_MEASURED
    slowest = max(times, key=lambda one: one.seconds)
    said = f"slowest {slowest.seconds * 1000:.0f} ms ({slowest.who.removeprefix(QUERY)})"
    if opening := results.of("release", OPENING, _ROWS):
        said += f"; opening the file alone {opening.seconds * 1000:.0f} ms"
    return Verdict(said, slowest.seconds < 0.1)


def _checks(results: Results) -> Verdict:
    one = results.of("E", CHECKS, 10_000)
    if not one or one.peak_mb is None:
        return _NOT_MEASURED
    seconds = one.more["checks"]
    said = f"{seconds:.1f} s and {one.peak_mb:.0f} MB, with their tables, in a process of their own"
    return Verdict(said, seconds < 3 and one.peak_mb <= 1024)


def _over_none(who: str, most: float) -> Goal:
    """Prefect's record in CPU, as a share of what an empty flow costs in the same run."""

    def judge(results: Results) -> Verdict:
        one, none, empty = (results.of("starts", name, 100) for name in (who, GUOBAN, EMPTY))
        if not (one and none and empty):
            return _NOT_MEASURED
        over = one.cpu_seconds - none.cpu_seconds
        ratio = over / empty.cpu_seconds
        said = f"{ratio:.2f}x ({over:.1f} s of CPU against {empty.cpu_seconds:.1f})"
        return Verdict(said, ratio <= most)

    wording = f"{who}: over none at most {most}x an empty flow's CPU"
    return Goal(_label("starts", 100), wording, judge)


def _on_a_server(results: Results) -> Verdict:
    one, none = (results.of("starts", name, 100) for name in (LINGERING, GUOBAN))
    if not (one and none):
        return _NOT_MEASURED
    over = one.seconds - none.seconds
    cpu = one.cpu_seconds - none.cpu_seconds
    return Verdict(f"{over:.2f} s, {cpu:.2f} s of CPU", over <= 2)


def _label(workload: str, size: int) -> str:
    return f"{workload} {size:,}"


def _published_seconds(one: Measured) -> float | None:
    return one.more.get("published")


GOALS: Sequence[Goal] = (
    _seconds("A", 100, 2.2, _Yardstick(FLOOR, 0.43)),
    _memory("A", 100, 400),
    _times("A", 1_000, "at most 4x the floor", 4, lambda kept: kept.of("A", FLOOR, 1_000)),
    _times("A", 1_000, "at least 8x faster than own", 1 / 8, lambda kept: kept.of("A", OWN, 1_000)),
    _memory("A", 1_000, 600),
    _times(
        "B", 100_000, "at most 2x the floor to publication", 2,
        lambda kept: kept.of("B", FLOOR, 100_000), _published_seconds,
    ),
    _seconds("B", 100_000, 7, _Yardstick(FLOOR, 2.8)),
    _memory("B", 100_000, 700),
    _seconds("C", 100, 1.2, _Yardstick(FLOOR, 0.32)),
    _times("C", 1_000, "at most 1.1x C 100", 1.1, lambda kept: kept.of("C", GUOBAN, 100)),
    _times("C", 10_000, "at most 1.2x C 100", 1.2, lambda kept: kept.of("C", GUOBAN, 100)),
    _seconds("D", 1_000, 0.6, _Yardstick(FLOOR, 0.20)),
    _seconds("D", 10_000, 1.0),
    Goal(_label("E", 10_000), "checks under 3 s and 1,024 MB", _checks),
    _seconds("F", 100, 1.0, _Yardstick(IMPORTS, 0.33), "guoban check"),
    _seconds("G", 100, 0.7, who="guoban headline"),
    _seconds("H", 479, 5),
    _over_none(EMBEDDED, 0.6),
    _over_none(NEW_HOME, 1.0),
    Goal(_label("starts", 100), "on a server that lingers at most 2 s over none", _on_a_server),
    _times(
        "files", 10_000, "memory flat: at most 1.25x that of 1,000", 1.25,
        lambda kept: kept.of("files", GUOBAN, 1_000), lambda one: one.peak_mb,
    ),
    Goal(_label("release", _ROWS), "publication at most 2x a file copy and the month's rows", _publication),
    Goal(_label("release", _ROWS), "each headline query under 100 ms", _queries),
)  # fmt: skip
