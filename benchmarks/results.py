"""What was measured, and where it is kept: one JSON file, section by section.

A run that measures some workloads leaves the other sections as they are.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

_VERSIONS = ("duckdb", "pandas", "pandera", "openpyxl", "python-calamine", "pyarrow")


@dataclass(frozen=True)
class Measured:
    """One contender, or one command, at one size: medians over the timed rounds.

    `size` is files, rows, or publications, as the workload has it. `more` has further figures in
    seconds: the moment of publication, guoban's stages.
    """

    who: str
    size: int
    seconds: float
    least: float
    most: float
    cpu_seconds: float
    peak_mb: float | None
    rounds: int
    more: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """A workload's measurements, and what they were measured on."""

    measured: list[Measured]
    scale: str
    rounds: int
    date: str
    commit: str
    machine: str
    versions: str


class Results:
    """The sections by workload, each with what it measured."""

    def __init__(self, sections: dict[str, Section]) -> None:
        self.sections = sections

    @classmethod
    def load(cls, path: Path) -> Results:
        if not path.exists():
            return cls({})
        kept = json.loads(path.read_text("utf-8"))
        return cls(
            {
                name: Section(**{**one, "measured": [Measured(**each) for each in one["measured"]]})
                for name, one in kept.items()
            }
        )

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {name: asdict(one) for name, one in sorted(self.sections.items())}
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def of(self, workload: str, who: str, size: int) -> Measured | None:
        """What was measured of a contender at that size."""
        section = self.sections.get(workload)
        measured = section.measured if section else ()
        return next((one for one in measured if (one.who, one.size) == (who, size)), None)


def section(project: Path, measured: list[Measured], scale: str, rounds: int) -> Section:
    """The measurements with the machine, the date and the commit of now."""
    return Section(
        measured,
        scale,
        rounds,
        dt.datetime.now(dt.UTC).date().isoformat(),
        _commit(project),
        machine(),
        ", ".join(f"{one} {version(one)}" for one in _VERSIONS),
    )


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def _commit(project: Path) -> str:
    """The commit that is measured; `-dirty` where more is changed in it than what this writes."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(project), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--", ":!BENCHMARKS.md", ":!docs/benchmarks")
    commit = git("describe", "--always") or "unknown"
    return f"{commit}-dirty" if changed else commit
