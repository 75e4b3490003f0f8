"""What the rules across files are asked about: everything, or what something new can have touched.

A rule that judges a project by its own rows (`asks: projects` in its header) is asked of the
departments that filed something new and of all projects that these ever filed, whoever else filed
them too; one that compares the projects of a month (`asks: months`), of the months that changed;
any other of everything. `flows.settle.touched` says which departments, projects and months these
are, in the temporary tables `asked_departments`, `asked_projects` and `asked_months`. A check that
reads no row of a return that came or went says what it said before, and is not run.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

import duckdb

import schemas
from flows.store.statements import statement

# The returns whose rows are of projects.
OF_PROJECTS = ("signed_projects", "paid_in", "pipeline_projects")
ALL_RETURNS = frozenset(model.form().slug for model in schemas.all_returns())


class Asks(StrEnum):
    """Of what a check is asked where not everything is new."""

    EVERYTHING = "everything"
    PROJECTS = "projects"
    MONTHS = "months"


# Which findings a check says anew, where it is asked of some alone. Without a row, a finding about a
# project has its number as value.
_IS_ASKED = {
    Asks.EVERYTHING: "true",
    Asks.PROJECTS: (
        "(department in (select department from asked_departments) "
        "or value in (select project_id from asked_projects) "
        "or (submission_id, sheet, excel_row) in (select (submission_id, sheet, excel_row) "
        "from asked_rows))"
    ),
    Asks.MONTHS: "report_month in (select report_month from asked_months)",
}


@dataclass(frozen=True)
class Asked:
    """What is asked about; `returns` are those of which rows came or went."""

    is_everything: bool = True
    returns: AbstractSet[str] = frozenset()

    def lay_out(self, con: duckdb.DuckDBPyConnection) -> None:
        """Makes `asked_<return>`: the rows that checks of projects look at."""
        for slug in OF_PROJECTS:
            if self.is_everything:
                con.execute(f"create or replace temp view asked_{slug} as from filed.{slug}")
            else:
                con.execute(statement("validate/asked", slug=slug))
        if self.is_everything:
            con.execute(
                "create or replace temp table asked_months as "
                "select distinct report_month from core.submissions"
            )
        con.execute(statement("validate/asked_rows"))

    def clear(self, con: duckdb.DuckDBPyConnection) -> None:
        """Drops what `lay_out` made."""
        con.execute("drop view if exists temp.asked_rows")
        kind = "view" if self.is_everything else "table"
        for slug in OF_PROJECTS:
            con.execute(f"drop {kind} if exists temp.asked_{slug}")
        if self.is_everything:
            con.execute("drop table if exists temp.asked_months")

    def forget(self, con: duckdb.DuckDBPyConnection, rules: Sequence[str], asks: Asks) -> None:
        """Deletes what the rules' checks said and will say anew, if it still holds."""
        is_asked = _IS_ASKED[Asks.EVERYTHING if self.is_everything else asks]
        con.execute(statement("validate/forgotten", is_asked=is_asked), {"rules": list(rules)})


def is_answer(asks: Asks) -> str:
    """The condition on what a check found: it may look beyond what it is asked about."""
    return "filed_for in (from asked_months)" if asks is Asks.MONTHS else "true"


EVERYTHING = Asked()
