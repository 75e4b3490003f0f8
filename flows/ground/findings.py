"""A finding: one thing wrong or worth saying about what a department sent, at its cell.

Findings are data for the department, never exceptions. Every stage makes them the same way here;
what the zone makes of one, and whether its row is held, is decided once, by `flows.validate.severity`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from schemas.rules import E011, Rule, Severity

# So much of a cell is quoted in a message; all of it stands in the finding's value.
QUOTED = 100
_LONG_QUOTE = re.compile(rf"“([^“”]{{{QUOTED}}})[^“”]+”")
# A message that lists many values is no longer than this.
_LONGEST = 1_000


def _stored_as(column: str) -> Any:
    """A field that is called otherwise where findings are stored."""
    return field(default=None, metadata={"column": column})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`sheet`, `cell` (`F12`), `row` and `column` are what the department sees on its screen.

    `column` is the header as submitted, `field` the English name of the field. File-level
    findings leave the place empty where there is none. `submission`, and whose return it is, are
    filled in once they are known; `against` is the submission whose row this one is judged by.
    These are all the fields that a finding has: what stores or reads findings asks here.
    """

    rule: str
    severity: Severity
    message: str
    suggestion: str
    sheet: str | None = None
    cell: str | None = None
    row: int | None = _stored_as("excel_row")
    column: str | None = _stored_as("column_name")
    field: str | None = None
    value: str | None = None
    holds: bool = False
    is_cross: bool = False
    submission: str | None = _stored_as("submission_id")
    against: str | None = None
    report_month: dt.date | None = None
    department: str | None = None
    return_name: str | None = None

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def of(self, submission: str | None) -> Finding:
        """The same finding, belonging to that submission."""
        return self.knowing(submission=submission)

    def knowing(self, **known: Any) -> Finding:
        """The same finding with what is known of it by now.

        As `dataclasses.replace`, which asks field by field: ten times as long, for every bad cell.
        """
        other = object.__new__(Finding)
        other.__dict__.update(self.__dict__, **known)
        return other


COLUMNS: dict[str, str] = {
    part.name: part.metadata.get("column", part.name) for part in fields(Finding)
}
"""Each field's column where findings are stored."""


def finding(
    rule: Rule,
    message: str = "",
    *,
    severity: Severity | None = None,
    suggestion: str = "",
    **place: Any,
) -> Finding:
    """A finding of `rule`; wording, severity and suggestion are the rule's where not given.

    `place` is whatever else of a `Finding` is known.
    """
    return Finding(
        rule=rule.id,
        severity=severity or rule.severity,
        message=_quoting_little(message) or rule.zh,
        suggestion=suggestion or rule.remedy,
        **place,
    )


def _quoting_little(message: str) -> str:
    """The message with the long texts that it quotes shortened."""
    if len(message) <= QUOTED:
        return message
    short = _LONG_QUOTE.sub(r"“\1……”", message)
    return short if len(short) <= _LONGEST else f"{short[:_LONGEST]}……"


class FindingLimit:
    """How many findings a step has made of each file: nobody has to hold more of one than `MOST`."""

    MOST = 100_000

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def take(self, submission: str) -> bool:
        """Counts one more of a submission, and says whether its file may still have one."""
        file = submission.partition("-")[0]
        self._counts[file] += 1
        return self._counts[file] <= self.MOST

    def is_over(self, submission: str) -> bool:
        """Whether the file of the submission had too many."""
        return self._counts[submission.partition("-")[0]] > self.MOST

    def instead(self, submission: str) -> Finding:
        """E011 in the place of all of them: the submission is turned back whole."""
        return finding(
            E011,
            f"文件里的问题超过{self.MOST // 10_000}万处，没有逐条列出。",
            suggestion="请按下发的报表模板核对各列后重新报送，或分成几个文件报送。",
            submission=submission,
        )


def column_letter(index: int) -> str:
    """The letters of a zero-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
