"""How large a run is: `full` is what BENCHMARKS.md reports, `small` shows that everything works."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scale:
    """Sizes by workload, in workbooks where nothing else is said."""

    name: str
    rounds: int
    first: tuple[int, ...]
    large_rows: int
    one_new: tuple[int, ...]
    nothing_new: tuple[int, ...]
    projects: int
    """Of workload E: contracts and talks together, in `project_months` months."""
    project_months: int
    edited: int
    edited_months: int
    growth_files: tuple[int, ...]
    growth_rows: tuple[int, ...]
    publications: int
    most_files_of_all: int
    """Beyond, guoban alone is measured."""
    most_rows_of_all: int
    under_prefect: frozenset[str]
    """The workloads that are measured under Prefect too."""

    def at_most(self, files: int | None, rows: int | None, publications: int | None) -> Scale:
        """The same without what is larger, where there is no time for it."""
        few = files or max(self.growth_files)
        short = rows or max(self.growth_rows)
        return replace(
            self,
            one_new=tuple(n for n in self.one_new if n <= few),
            nothing_new=tuple(n for n in self.nothing_new if n <= few),
            growth_files=tuple(n for n in self.growth_files if n <= few),
            growth_rows=tuple(n for n in self.growth_rows if n <= short),
            publications=min(self.publications, publications or self.publications),
            most_rows_of_all=min(self.most_rows_of_all, short),
        )


FULL = Scale(
    name="full",
    rounds=3,
    first=(100, 1_000),
    large_rows=100_000,
    one_new=(100, 1_000, 10_000),
    nothing_new=(1_000, 10_000),
    projects=10_000,
    project_months=40,
    edited=479,
    edited_months=60,
    growth_files=(1, 10, 100, 1_000, 10_000),
    growth_rows=(1_000, 10_000, 100_000, 1_000_000, 5_000_000),
    publications=1_000,
    most_files_of_all=1_000,
    most_rows_of_all=1_000_000,
    under_prefect=frozenset("ABCD"),
)
SMALL = Scale(
    name="small",
    rounds=0,
    first=(6, 12),
    large_rows=1_000,
    one_new=(6, 12),
    nothing_new=(12,),
    projects=40,
    project_months=4,
    edited=12,
    edited_months=4,
    growth_files=(1, 6),
    growth_rows=(300, 1_200),
    publications=3,
    most_files_of_all=6,
    most_rows_of_all=300,
    under_prefect=frozenset("A"),
)
SCALES = {one.name: one for one in (FULL, SMALL)}
