"""Growth curves as pictures: both axes logarithmic, so that a straight line of slope 1 is linear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.bench import FLOOR, GUOBAN, OWN, OWN_CALAMINE
from benchmarks.results import Measured, Results

# Dark for guoban, lighter for the others, each with a mark of its own: readable without colour.
_LOOKS = {
    GUOBAN: ("#b2182b", "o", "-"),
    FLOOR: ("#4d4d4d", "s", "--"),
    OWN: ("#2166ac", "^", "--"),
    OWN_CALAMINE: ("#67a9cf", "v", "--"),
}
_STYLE = {
    "svg.fonttype": "none",
    # The same results give the same picture.
    "svg.hashsalt": "guoban",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_CURVES = {"files": "workbooks of 50 rows", "rows": "rows", "publications": "publications before"}


def draw(results: Results, folder: Path) -> dict[str, list[Path]]:
    """Writes the pictures of the growth curves that there are; gives them by workload."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for workload, along in _CURVES.items():
        if workload not in results.sections:
            continue
        measured = results.sections[workload].measured
        made[workload] = [
            _draw(measured, along, "seconds", lambda one: one.seconds, folder / f"{workload}.svg")
        ]
        if any(one.peak_mb for one in measured):
            memory = folder / f"{workload}-memory.svg"
            made[workload].append(
                _draw(measured, along, "peak MB", lambda one: one.peak_mb, memory)
            )
    return made


def _draw(
    measured: Sequence[Measured],
    along: str,
    what: str,
    value: Callable[[Measured], float | None],
    path: Path,
) -> Path:
    with rc_context(_STYLE):
        figure = Figure(figsize=(6, 3.6), layout="constrained")
        axes = figure.subplots()
        for who, (color, mark, line) in _LOOKS.items():
            points = [(one.size, value(one)) for one in measured if one.who == who]
            if points:
                axes.plot(
                    *zip(*points, strict=True), color=color, marker=mark, ls=line, ms=5, label=who
                )
        axes.set(xscale="log", yscale="log", xlabel=along, ylabel=what)
        axes.grid(visible=True, which="major", color="#e0e0e0", lw=0.6)
        axes.set_axisbelow(True)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,g}"))
            axis.set_minor_formatter(NullFormatter())
        axes.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None})
    return path
