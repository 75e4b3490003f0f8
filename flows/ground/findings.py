"""A finding: one thing wrong or worth saying about what a department sent, at its cell.

Findings are data for the department, never exceptions. Every stage makes them the same way here;
what the zone makes of one, and whether its row is held, is decided once, by `flows.validate.severity`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from schemas.rules import E011, Rule, Severity

# So much of a cell is quoted in a message; all of it stands in the finding's value.
QUOTED = 100
_LONG_QUOTE = re.compile(rf"“([^“”]{{{QUOTED}}})[^“”]+”")
# What is said for a remedy where nothing has to be remedied.
NOTHING_TO_DO = "无需处理。"
# A message that lists many values is no longer than this.
_LONGEST = 1_000


def _stored_as(column: str) -> Any:
    """A field that is called otherwise where findings are stored."""
    return field(default=None, metadata={"column": column})


def _not_stored(default: Any) -> Any:
    """A field that is worked out from what is stored."""
    return field(default=default, metadata={"column": None})


@dataclass(frozen=True)
class Effect:
    """What correcting a finding can move at most: a headline figure of the zone or a department.

    `value` is in the figure's unit, `pct` are points of its rate; None where it has no target.
    """

    indicator_code: str
    department: str
    value: Decimal
    pct: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`sheet`, `cell` (`F12`), `row` and `column` are what the department sees on its screen.

    `column` is the header as submitted, `field` the English name of the field. File-level
    findings leave the place empty where there is none. `submission`, and whose return it is, are
    filled in once they are known; `against` is the submission whose row this one is judged by,
    `other_row_key` the key of the row that may be the same thing, `proposed` the value of the cell that
    would satisfy the rule, where only one would.
    These are all the fields that a finding has: what stores or reads findings asks here. `effect`,
    what correcting it can move, the largest first, and the `explanation` that closes it are told of
    findings that are stored.
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
    proposed: str | None = None
    holds: bool = False
    is_cross: bool = False
    submission: str | None = _stored_as("submission_id")
    against: str | None = None
    other_row_key: str | None = None
    report_month: dt.date | None = None
    department: str | None = None
    return_name: str | None = None
    effect: tuple[Effect, ...] = _not_stored(())
    explanation: str | None = _not_stored(None)

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
    part.name: column
    for part in fields(Finding)
    if (column := part.metadata.get("column", part.name)) is not None
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

    Where a rule only says something beside its errors or warnings, its remedy is for these.
    `place` is whatever else of a `Finding` is known.
    """
    graded = severity or rule.severity
    asks = graded is not Severity.INFO or graded is rule.severity
    return Finding(
        rule=rule.id,
        severity=graded,
        message=_quoting_little(message) or rule.zh,
        suggestion=suggestion or (rule.remedy if asks else NOTHING_TO_DO),
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
