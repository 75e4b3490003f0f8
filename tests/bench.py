"""A house whose rows are judged by the checks: rows are filed as for the views, findings come out."""

from dataclasses import dataclass
from typing import Any

from house import House

import schemas
from flows.ground.findings import column_letter
from flows.ground.zone import Zone
from flows.settle.acts import same_projects
from flows.validate import across as checks


@dataclass(frozen=True)
class Found:
    """What a check found, as far as tests ask: `cell` is column letter and row, None for a file."""

    rule: str
    severity: str
    submission: str | None
    field: str | None
    cell: str | None
    holds: bool
    value: str | None
    message: str
    month: str | None
    department: str | None
    return_name: str | None
    against: str | None
    other_row_key: str | None


class Bench:
    """Files returns and runs the checks over them; the zone is that of the samples."""

    def __init__(self, house: House, zone: Zone) -> None:
        self.house = house
        self.zone = zone
        self.decisions: dict[tuple[str, str], bool] = {}
        names = [{"department": one.name} for one in zone.departments]
        self.house._insert("core.departments", names)

    def file(
        self, return_name: str, department: str, month: str, *rows: dict[str, Any], **more: Any
    ) -> str:
        """Files a return whose columns stand in the order of the form, rows from row 5 on."""
        key = self.house.file(return_name, department, month, *rows, **more)
        self.house._insert(
            "core.columns",
            [
                {
                    "submission_id": key,
                    "sheet": "Sheet1",
                    "field": name,
                    "column_letter": column_letter(index),
                    "header": column.header,
                }
                for index, (name, column) in enumerate(
                    schemas.by_name(return_name).columns().items()
                )
            ],
        )
        return key

    def decide(self, a: str, b: str, *, is_same: bool) -> None:
        """Decides on a pair; as in the house, the newest decision on it stands."""
        pair = (min(a, b), max(a, b))
        self.decisions[pair] = is_same
        con = self.house.con
        con.execute("delete from core.decisions where row_key_a = ? and row_key_b = ?", pair)
        con.execute(
            "insert into core.decisions (row_key_a, row_key_b, is_same, decided_at) "
            "values (?, ?, ?, now())",
            [*pair, is_same],
        )
        con.execute("truncate core.same_projects")
        for key, canonical in same_projects(self.decisions).items():
            con.execute("insert into core.same_projects values (?, ?)", [key, canonical])

    def all(self) -> list[Found]:
        """Runs every check."""
        self.house.settle_first_filings()
        checks.check_across(self.house.con, self.zone)
        return found(self.house)

    def of(self, rule: str) -> list[Found]:
        """What the rule's check finds, run by itself."""
        chosen = [check for check in checks.all_checks() if check.rule.id == rule]
        assert len(chosen) == 1
        self.house.con.execute("delete from core.findings where is_cross")
        self.house.settle_first_filings()
        checks.check_across(self.house.con, self.zone, chosen)
        return found(self.house)

    def places(self, rule: str) -> list[tuple[str | None, str | None]]:
        """Submission and field of each finding of the rule."""
        return [(one.submission, one.field) for one in self.of(rule)]


def found(house: House) -> list[Found]:
    """The findings across files, by place."""
    rows = house.con.execute(
        "select rule, severity, submission_id, field, cell, holds, value, message, "
        "strftime(report_month, '%Y-%m'), department, return_name, against, other_row_key from core.findings "
        "where is_cross order by rule, report_month, submission_id, excel_row, field, message"
    ).fetchall()
    return [Found(*row) for row in rows]
