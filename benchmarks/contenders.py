"""Who is measured: how each is started, and where it left what it found."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from benchmarks.county import FIGURES, Truth
from benchmarks.rivals.figures import DATABASE

PROJECT = Path(__file__).resolve().parent.parent


class ContenderError(Exception):
    """A contender failed, found a wrong figure, or missed a bad cell."""


@dataclass(frozen=True)
class Command:
    """A program with its environment, in addition to what is inherited."""

    args: Sequence[str]
    env: Mapping[str, str]


@dataclass(frozen=True)
class Contender(ABC):
    """A program that brings a drop folder up to date in a folder of its own, its home."""

    name: str

    @abstractmethod
    def refresh(self, raw: Path, zone: Path, home: Path) -> Command: ...

    @abstractmethod
    def found(self, home: Path) -> Truth:
        """The figures of the last month, and the cells it found fault with."""

    @abstractmethod
    def published_at(self, home: Path) -> float:
        """When its figures could be read, in seconds since 1970."""

    def verify(self, truth: Truth, home: Path) -> None:
        """Raises ContenderError at a wrong figure or a bad cell that was missed."""
        found = self.found(home)
        wrong = [
            f"{code} is {found.figures.get(code)}, not {truth.figures.get(code)}"
            for code in FIGURES
            if not _is_same(truth.figures.get(code), found.figures.get(code))
        ]
        missed = sorted(truth.bad_cells - found.bad_cells) if self.names_cells else []
        wrong += [f"{len(missed)} bad cells missed, first {missed[0]}"] if missed else []
        if wrong:
            raise ContenderError(f"{self.name} in {home}: {'; '.join(wrong)}")

    @property
    def names_cells(self) -> bool:
        return True


def _is_same(true: Decimal | None, found: Decimal | None) -> bool:
    """Whether a figure is right; one whose return nobody filed may be told as none or as zero."""
    return (found or 0) == 0 if true is None else found == true


@dataclass(frozen=True)
class Rival(Contender):
    """A program of `benchmarks.rivals`, run by the interpreter that runs the benchmark."""

    module: str
    options: Sequence[str] = ()
    checks: bool = True

    @property
    def names_cells(self) -> bool:
        return self.checks

    def refresh(self, raw: Path, zone: Path, home: Path) -> Command:
        module = f"benchmarks.rivals.{self.module}"
        words = [sys.executable, "-m", module, str(raw), str(home), *self.options]
        return Command(words, {"PYTHONPATH": str(PROJECT)})

    def found(self, home: Path) -> Truth:
        with duckdb.connect(str(home / DATABASE), read_only=True) as con:
            figures = dict(con.execute("select code, value from figures").fetchall())
            cells = (
                con.execute("select 文件, 单元格 from findings").fetchall() if self.checks else []
            )
        return Truth(figures, frozenset(cells))

    def published_at(self, home: Path) -> float:
        return (home / DATABASE).stat().st_mtime


@dataclass(frozen=True)
class Guoban(Contender):
    """guoban; its home is its warehouse."""

    python: Path
    orchestrator: str = "none"
    api_url: str | None = None
    project: Path = PROJECT

    def refresh(self, raw: Path, zone: Path, home: Path) -> Command:
        return self.command(raw, zone, home, "refresh", "--json")

    def command(
        self, raw: Path, zone: Path, home: Path, *words: str, module: str = "guoban"
    ) -> Command:
        env = {
            "PYTHONPATH": str(self.project),
            "GUOBAN_RAW": str(raw),
            "GUOBAN_ZONE": str(zone),
            "GUOBAN_WAREHOUSE": str(home),
            "GUOBAN_ORCHESTRATOR": self.orchestrator,
            # What it starts is counted, and gone before the next one.
            "GUOBAN_SERVER_MINUTES": "0",
        }
        if self.api_url:
            env["PREFECT_API_URL"] = self.api_url
        # Without the folder where the benchmark runs, which is that of this version.
        return Command([str(self.python), "-P", "-m", module, *words], env)

    def release(self, home: Path) -> Path:
        """The published database."""
        return home / "current" / "guoban.duckdb"

    def found(self, home: Path) -> Truth:
        with duckdb.connect(str(self.release(home)), read_only=True) as con:
            figures = con.execute(
                "select indicator_code, value from mart.headline_indicators "
                "where department = '全区' and report_month = "
                "(select max(report_month) from mart.headline_indicators)"
            ).fetchall()
            cells = con.execute(
                "select file, cell from mart.findings join mart.submissions using (submission_id) "
                "where cell is not null and severity = 'error'"
            ).fetchall()
        return Truth(dict(figures), frozenset(cells))

    def published_at(self, home: Path) -> float:
        return (home / "current").lstat().st_mtime


def stages_of(output: str) -> dict[str, float]:
    """What each stage of a refresh of guoban took, in seconds, as it says itself."""
    return dict(json.loads(output)["seconds"])
