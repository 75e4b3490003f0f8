"""A finding: one thing wrong or worth saying about what a department sent, at its cell.

Findings are data for the department, never exceptions. Every stage makes them the same way here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from schemas.rules import Rule, Severity


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`sheet`, `cell` (`F12`), `row` and `column` are what the department sees on its screen.

    `column` is the header as submitted, `field` the English name of the field. File-level
    findings leave the place empty where there is none. `submission` is filled in once it is known
    which submission the finding belongs to.
    """

    rule: str
    severity: Severity
    message: str
    suggestion: str
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    field: str | None = None
    value: str | None = None
    holds: bool = False
    submission: str | None = None

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def of(self, submission: str | None) -> Finding:
        """The same finding, belonging to that submission."""
        return replace(self, submission=submission)


def finding(
    rule: Rule,
    message: str = "",
    *,
    severity: Severity | None = None,
    suggestion: str = "",
    sheet: str | None = None,
    cell: str | None = None,
    row: int | None = None,
    column: str | None = None,
    field: str | None = None,
    value: str | None = None,
) -> Finding:
    """A finding of `rule`; wording, severity and suggestion are the rule's where not given."""
    actual = severity or rule.severity
    return Finding(
        rule=rule.id,
        severity=actual,
        message=message or rule.zh,
        suggestion=suggestion or rule.remedy,
        sheet=sheet,
        cell=cell,
        row=row,
        column=column,
        field=field,
        value=value,
        holds=rule.holds and actual is Severity.ERROR and row is not None,
    )


def column_letter(index: int) -> str:
    """The letters of a zero-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
