"""What each department has to do for a month: what it owes, corrects, explains, what is to be decided.

The model, and its words as plain text: they go into a chat with the department, so they are Chinese
wherever guoban runs. Commands are for the zone's office, and stand in a text of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import duckdb

import schemas
from flows.ground.zone import Zone
from flows.month import filing, findings
from flows.month.doubts import Doubt, doubts_of
from flows.month.effects import effect_of
from flows.month.filing import Expected
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.labels import chinese

Row = Mapping[str, Any]
UNKNOWN = "单位未识别"
# A text names so many of a kind; the rest stands in the replies.
NAMED = 20
_NUMERALS = "一二三四五"


@dataclass(frozen=True)
class Question:
    """Something that the zone's office has to decide, with the commands one of which does so.

    Whether two projects are one (`row_keys`, as the finding asks), or whether a version counts (`doubt`).
    """

    about: str
    """Whose row it is, or which file, and what is asked of it."""
    commands: tuple[str, ...]
    finding: Row | None = None
    row_keys: tuple[str, ...] = ()
    doubt: Doubt | None = None

    @property
    def asked(self) -> str:
        """What a department is asked that can't decide it, but knows: as its reply asks."""
        if self.doubt is not None:
            return self.doubt.suggestion
        return (self.finding or {}).get("suggestion") or ""


@dataclass(frozen=True)
class TurnedBack:
    """A version that is turned back while another one of its return counts.

    Its department corrects it, or says that the one that counts is right; then the office has it
    withdrawn.
    """

    submission_id: str
    file: str
    return_name: str
    department: str
    standing_id: str
    standing_file: str
    message: str
    suggestion: str

    @property
    def command(self) -> str:
        """What settles it where the version that counts is right."""
        return _withdraw(self.submission_id)


@dataclass
class Todo:
    """What one department has to do; `department` is None for files that nobody can place."""

    department: str | None
    contact: str
    """Whom to call there, as zone.toml says; empty where it does not."""
    owed: list[Expected] = field(default_factory=list)
    to_correct: list[Row] = field(default_factory=list)
    to_explain: list[Row] = field(default_factory=list)
    to_decide: list[Question] = field(default_factory=list)
    to_answer: list[Question] = field(default_factory=list)
    """What is to be decided about other departments' rows, and this one knows as well."""
    turned_back: list[TurnedBack] = field(default_factory=list)
    """Of what is to be corrected, the versions beside which another one counts."""


def of_month(con: duckdb.DuckDBPyConnection | None, zone: Zone, month: dt.date) -> list[Todo]:
    """The departments that have something to do, in the order of zone.toml.

    Without a release (`con` None) that is what they are expected to file.
    """
    by_name: dict[str | None, Todo] = {
        one.name: Todo(one.name, one.contact) for one in zone.departments
    }

    def of(name: str | None) -> Todo:
        return by_name.setdefault(name, Todo(name, ""))

    for one in filing.of_month(con, zone, month):
        if one.is_owed:
            of(one.department).owed.append(one)
    if con is not None:
        for doubt in doubts_of(con, month):
            of(doubt.department).to_decide.append(_whether_it_counts(doubt))
        for row in findings.of_month(con, month, open_only=True):
            owner, other = findings.owner_of(row), row["other_department"]
            _ask(of(owner), row)
            if other not in {None, owner}:
                of(other).to_answer.append(_whether_they_are_one(row, f"{owner or UNKNOWN}　"))
        for version in turned_back_of(con, month):
            of(version.department).turned_back.append(version)
    return [
        one
        for one in by_name.values()
        if one.owed or one.to_correct or one.to_explain or one.to_decide or one.to_answer
    ]


def turned_back_of(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[TurnedBack]:
    """The month's versions that are turned back while others of their returns count, by department."""
    rows = fetch_rows(con, statement("month/turned_back_versions"), {"month": month})
    return [TurnedBack(**row) for row in rows]


def _ask(mine: Todo, row: Row) -> None:
    """Puts a finding where it belongs: what is missing is owed, versions in doubt stand by themselves."""
    match row["asks"]:
        case "correct":
            mine.to_correct.append(row)
        case "explain":
            mine.to_explain.append(row)
        case "decide" if row["other_row_key"]:
            mine.to_decide.append(_whether_they_are_one(row))


def _whether_they_are_one(row: Row, whose: str = "") -> Question:
    """`whose` says whose row it is to whom it isn't."""
    keys = (row["value"], row["other_row_key"])
    pair = f"guoban decide {keys[0]} {keys[1]}"
    commands = (f"{pair} --same", f"{pair} --different")
    about = f"{whose}{_place(row)}{row['message']}{effect_of(row)}"
    return Question(about, commands, row, keys)


def _whether_it_counts(doubt: Doubt) -> Question:
    about = f"{_title(doubt.return_name)} 文件“{doubt.file}”：{doubt.message}{doubt.kept or ''}"
    return Question(about, doubt.commands, doubt=doubt)


# --- words ---------------------------------------------------------------------------------------


def text(one: Todo, zone: Zone, month: dt.date) -> list[str]:
    """The lines of a message to a department, ready to be pasted into a chat."""
    kept = {told.submission_id: f"{told.message}{told.suggestion}" for told in one.turned_back}
    parts = [
        part
        for part in (
            _owed(one.owed),
            _asked(one.to_correct, "请改正", "处", kept),
            _asked(one.to_explain, "请核对说明", "处"),
            _questions(one.to_decide, "待认定"),
            _questions(one.to_answer, "涉及其他单位、请一并答复"),
        )
        if part
    ]
    contact = f"（{one.contact}）" if one.contact else ""
    lines = [f"【{one.department or UNKNOWN}】{contact}{month.year}年{month.month}月报表："]
    for numeral, (title, *items) in zip(_NUMERALS, parts, strict=False):
        lines += [f"{numeral}、{title}", *items]
    return [*lines, *([f"有疑问请联系{zone.zone.contact}。"] if zone.zone.contact else [])]


def office_text(several: Iterable[Todo], month: dt.date) -> list[str]:
    """The lines of what the zone's office has to settle itself, with the commands; none where nothing."""
    items = [
        (f"{one.department or UNKNOWN}　{about}", commands)
        for one in several
        for about, commands in _for_the_office(one)
    ]
    if not items:
        return []
    lines = [f"【由统计员认定】{month.year}年{month.month}月，{len(items)}项："]
    for number, (about, commands) in enumerate(items, start=1):
        lines += [f"{number}. {about}", *(f"   {command}" for command in commands)]
    return lines


def _for_the_office(one: Todo) -> Iterator[tuple[str, tuple[str, ...]]]:
    for question in one.to_decide:
        yield question.about, question.commands
    for told in one.turned_back:
        about = f"{_title(told.return_name)} 文件“{told.file}”退回：{told.message}单位确认不需更正的，撤回这一份："
        yield about, (told.command,)
    known = {told.submission_id for told in one.turned_back}
    unplaced = {
        row["submission_id"]: row
        for row in one.to_correct
        if not row["department"] and row["submission_id"] not in known
    }
    for submission, row in unplaced.items():
        about = f"文件“{row['file']}”没有识别出填报单位，退回。单位已另报或不需要的，撤回这一份："
        yield about, (_withdraw(submission),)


def _withdraw(submission_id: str) -> str:
    return f"guoban withdraw {submission_id} --reason …"


def _owed(owed: Sequence[Expected]) -> list[str]:
    if not owed:
        return []
    states = chinese("state")
    return [
        f"尚欠{len(owed)}张：",
        *(
            f"{number}. {_title(one.return_name)}：{states[one.state]}（应于{one.due_on}前报送）"
            for number, one in enumerate(owed, start=1)
        ),
    ]


def _asked(
    rows: Sequence[Row], verb: str, unit: str, kept: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Findings under the files that they are about, those that can move most first.

    `kept` are the words on what counts instead of a file that is turned back, by its submissions.
    """
    if not rows:
        return []
    lines = [f"{verb}{len(rows)}{unit}："]
    file = None
    for number, row in enumerate(rows[:NAMED], start=1):
        if row["file"] != file:
            file = row["file"]
            lines += [f"文件 {file}", *filter(None, [kept.get(row["submission_id"])])]
        suggestion = row["suggestion"] or ""
        lines.append(f"{number}. {_place(row)}{row['message']}{suggestion}{effect_of(row)}")
    return [*lines, *_more(rows, unit)]


def _questions(questions: Sequence[Question], what: str) -> list[str]:
    if not questions:
        return []
    return [f"{what}{len(questions)}项：", *_question_lines(questions), *_more(questions, "项")]


def _question_lines(questions: Iterable[Question]) -> Iterator[str]:
    for number, one in zip(range(1, NAMED + 1), questions, strict=False):
        yield f"{number}. {one.about}{one.asked}"


def _more(items: Sequence[object], unit: str) -> list[str]:
    left = len(items) - NAMED
    return [f"……另有{left}{unit}，见审核意见。"] if left > 0 else []


def _place(row: Row) -> str:
    """Where it is, as the department sees it: 签约项目月报表 L8 合同投资额，"""
    parts = [row["sheet"] or _title(row["return_name"]), row["cell"], row["column_name"]]
    known = " ".join(part for part in parts if part)
    return f"{known}：" if known else ""


def _title(return_name: str | None) -> str:
    return schemas.by_name(return_name).form().title if return_name else ""
