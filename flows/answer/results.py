"""What a run tells of the files it met: data for the command line, replies and notifications."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from flows.answer.effects import moved_by
from flows.answer.wording import is_explained, is_replaced
from flows.ground.findings import COLUMNS, Finding, finding
from flows.ground.notes import Note
from flows.ground.settings import BEIJING
from flows.month.doubts import Doubt
from flows.publish.moves import Move
from flows.publish.rejudged import StatusChange
from flows.receive.inbox import Ignored, Intake, Unchanged
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.rules import E010, E011, Severity

# What is told of files comes to no more characters than this, beside one finding of each: whoever
# tells it holds it all. A finding by itself counts as so many.
MOST_TOLD, OF_A_FINDING = 60_000_000, 500


@dataclass(frozen=True)
class FileResult:
    """One submission as a run tells of it; a file that is no submission has one entry as well.

    `status` is that of the submission, or `unchanged`, or `ignored` with the reason in `note`.
    """

    file: str
    sha256: str | None
    return_name: str | None
    department: str | None
    month: dt.date | None
    status: str
    findings: list[Finding] = field(default_factory=list)
    note: str = ""
    submission_id: str | None = None
    unexplained: int = 0
    """How many of its warnings nothing explains."""
    to_decide: int = 0
    """How many of its findings wait for a decision, explained or not."""
    folder_department: str | None = None
    """Whose folder it lies in, where the file doesn't tell."""
    ended: str = ""
    """What is said of it where it counts no more, or nothing."""

    @property
    def has_error(self) -> bool:
        return any(one.is_error for one in self.findings)

    @property
    def is_explained(self) -> bool:
        """Whether it was accepted with warnings, and all of them are explained."""
        asked = self.unexplained + self.to_decide
        return not self.ended and is_explained(self.status, asked)

    @property
    def is_replaced(self) -> bool:
        """Whether something else counts in the place of what came with this run."""
        return self.status != "unchanged" and is_replaced(self.status, self.ended)

    @property
    def told(self) -> list[Finding]:
        """What people are told was found: where it counts no more, only what is said of it as a version."""
        if not self.ended:
            return self.findings
        return [one for one in self.findings if one.rule == E010.id and not one.against]


@dataclass(frozen=True)
class StatusCount:
    """How many submissions of a run have a status, those that are explained by themselves."""

    status: str
    is_explained: bool
    is_replaced: bool
    submissions: int
    unexplained: int
    """How many warnings of those that were accepted with warnings nothing explains."""
    to_decide: int
    """How many findings of them wait for a decision."""

    @property
    def asked(self) -> dict[str, int]:
        """How much is asked about them, by what is asked for."""
        return {"explain": self.unexplained, "decide": self.to_decide}


@dataclass(frozen=True)
class RunResult:
    """What a refresh did. `published` is the new release's id, None where nothing was new."""

    run_id: str
    published: str | None
    files: list[FileResult]
    seconds: dict[str, float]
    notes: Sequence[Note] = ()
    """What was mended on the way."""
    moves: Sequence[Move] = ()
    """The headline figures that stand otherwise than was published before."""
    doubts: Sequence[Doubt] = ()
    """The versions that wait for a word, whenever they came."""
    rejudged: Sequence[StatusChange] = ()
    """The submissions that stand otherwise because rules or libraries changed."""

    @property
    def counts(self) -> dict[str, int]:
        """Submissions by status."""
        found: dict[str, int] = {}
        for one in self.files:
            found[one.status] = found.get(one.status, 0) + 1
        return found

    @property
    def by_status(self) -> list[StatusCount]:
        """The same for people: those of which all warnings are explained by themselves."""
        found: dict[tuple[str, bool, bool], list[FileResult]] = {}
        for one in self.files:
            found.setdefault(_kind(one), []).append(one)
        return [_counted(files) for _, files in sorted(found.items(), key=lambda one: one[0])]


def _kind(one: FileResult) -> tuple[str, bool, bool]:
    """What those have in common that are counted together."""
    return ("" if one.is_replaced else one.status, one.is_explained, one.is_replaced)


def _counted(files: Sequence[FileResult]) -> StatusCount:
    status, is_closed, is_replaced = _kind(files[0])
    asking = files if status == "accepted_with_warnings" else ()
    unexplained, to_decide = (
        sum(one.unexplained for one in asking),
        sum(one.to_decide for one in asking),
    )
    return StatusCount(status, is_closed, is_replaced, len(files), unexplained, to_decide)


def of_intake(
    con: duckdb.DuckDBPyConnection, intake: Intake, untold: Sequence[int] = ()
) -> list[FileResult]:
    """The submissions of a run's files, then what was known already, then what was ignored.

    Those that an earlier run took in, which was ended before it told of them (`untold`), come first:
    to whoever filed them they are new.
    """
    told = of_receipts(con, [*untold, *(one.number for one in intake.receipts)])
    taken = {*untold}
    told += of_unchanged(
        con,
        [
            one
            for one in intake.unchanged
            if one.receipt.number not in taken or one.path != one.receipt.path
        ],
    )
    return told + [of_ignored(one) for one in intake.ignored]


def of_unchanged(con: duckdb.DuckDBPyConnection, files: Sequence[Unchanged]) -> list[FileResult]:
    """Files whose bytes are known, each with what was found in them then."""
    known = by_receipt(_of_receipts(con, Counter(one.receipt.number for one in files)))
    return [told for one in files for told in _of_known(one, known.get(one.receipt.number, []))]


def _of_known(one: Unchanged, results: Iterable[FileResult]) -> list[FileResult]:
    """E010 for bytes that are known; that they came again in vain is settled, and stands among the rest."""
    when = one.receipt.received_at.astimezone(BEIJING)
    words = f"与 {when:%Y-%m-%d %H:%M} 收到的“{one.receipt.path}”内容相同，不再计入。"
    return [
        FileResult(
            one.path,
            one.sha256,
            result.return_name,
            result.department,
            result.month,
            "unchanged",
            _said_again(one.path, words, result.findings),
            result.note,
            submission_id=result.submission_id,
            ended=result.ended,
        )
        for result in results
    ]


def _said_again(path: str, words: str, known: Sequence[Finding]) -> list[Finding]:
    """E010 before what is known; nothing more where that is said of this file already, as a warning."""
    if any(one.rule == E010.id and one.value == path and not one.against for one in known):
        return [*known]
    return [finding(E010, words), *known]


def by_receipt(submissions: Iterable[FileResult]) -> dict[int, list[FileResult]]:
    """The submissions by the numbers of the files that they are in."""
    found: dict[int, list[FileResult]] = {}
    for one in submissions:
        number = int(str(one.submission_id).partition("-")[0])
        found.setdefault(number, []).append(one)
    return found


def of_ignored(one: Ignored) -> FileResult:
    """What was not taken in: no submission, or a file that can't even be opened."""
    if one.is_rejected:
        problem = finding(E011, one.reason, suggestion=one.suggestion)
        return FileResult(one.path, None, None, None, None, "rejected", [problem])
    return FileResult(one.path, None, None, None, None, "ignored", note=one.reason)


def of_receipts(con: duckdb.DuckDBPyConnection, receipts: Sequence[int]) -> list[FileResult]:
    """The submissions of the received files with these numbers, in their order."""
    return _of_receipts(con, dict.fromkeys(receipts, 1))


def _of_receipts(con: duckdb.DuckDBPyConnection, times: Mapping[int, int]) -> list[FileResult]:
    """The same, where each file is told so many times. What is too much to tell is counted."""
    if not times:
        return []
    counts, share = _share(con, times)
    told: dict[str | None, list[Finding]] = {}
    for one in findings_of(con, [*times], share):
        told.setdefault(one.submission, []).append(one)
    rows = fetch_rows(con, statement("answer/told"), {"receipts": [*times]})
    return [
        FileResult(
            **row,
            findings=found,
            note=_left_out(counts.get(row["submission_id"], 0) - len(found)),
        )
        for row in rows
        for found in (told.get(row["submission_id"], []),)
    ]


def _share(con: duckdb.DuckDBPyConnection, times: Mapping[int, int]) -> tuple[dict[str, int], int]:
    """How many findings each submission has, and to how many characters it may tell them."""
    rows = con.execute(
        statement("answer/findings_counted"),
        {"receipts": [*times], "of_a_finding": OF_A_FINDING},
    ).fetchall()
    counts = {submission: count for _, submission, count, _ in rows}
    if sum(times[receipt] * characters for receipt, _, _, characters in rows) <= MOST_TOLD:
        return counts, MOST_TOLD
    return counts, MOST_TOLD // sum(times[receipt] for receipt, *_ in rows)


def _left_out(count: int) -> str:
    return f"另有{count}处问题没有列出，见批注回复和 mart.findings。" if count else ""


def findings_of(
    con: duckdb.DuckDBPyConnection, receipts: Sequence[int], share: int = MOST_TOLD
) -> list[Finding]:
    """The findings of all submissions of these receipts, most serious first, then by place.

    Of a submission as many as come to so many characters, one at least.
    """
    columns = ", ".join(f"findings.{column}" for column in COLUMNS.values())
    rows = con.execute(
        statement("answer/findings_of_receipts", columns=columns),
        {"receipts": list(receipts), "share": share, "of_a_finding": OF_A_FINDING},
    ).fetchall()
    found = [(key, words, dict(zip(COLUMNS, row, strict=True))) for key, words, *row in rows]
    asks = any(one["severity"] != Severity.INFO for _, _, one in found)
    moved = moved_by(con, receipts) if asks else {}
    return [
        Finding(
            **(one | {"severity": Severity(one["severity"]), "sheet": one["sheet"] or None}),
            effect=moved[key].effects if key in moved else (),
            explanation=words,
        )
        for key, words, one in found
    ]


def rounds(
    con: duckdb.DuckDBPyConnection, receipts: Sequence[int], most: int
) -> Iterator[list[int]]:
    """The files in rounds of so many at most that have no more findings than can be held at once."""
    counted: Counter[int] = Counter()
    for receipt, _, _, characters in con.execute(
        statement("answer/findings_counted"),
        {"receipts": list(receipts), "of_a_finding": OF_A_FINDING},
    ).fetchall():
        counted[receipt] += characters
    together: list[int] = []
    left = MOST_TOLD
    for receipt in receipts:
        left -= counted[receipt]
        if together and (left < 0 or len(together) == most):
            yield together
            together, left = [], MOST_TOLD - counted[receipt]
        together.append(receipt)
    if together:
        yield together
