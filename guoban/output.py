"""How commands print: JSON for machines, tables and lines for people."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console

from guoban.layout import Column, side_by_side, table_lines, wrapped
from guoban.words import say
from schemas.labels import EXPLAINED, LABELS, REPLACED

if TYPE_CHECKING:
    from flows.answer.results import FileResult
    from flows.ground.findings import Finding
    from flows.publish.moves import Move
    from flows.publish.rejudged import StatusChange

# The rule that says which version stands in which place; its module imports much.
_VERSIONS = "E010"
MARKS = {"error": "✗", "warning": "!", "info": "i"}
COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


# What moves a terminal's cursor, changes its colours or turns its text round, and half characters.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_UNSEEN = re.compile(f"[{_CONTROLS}]")
_UNSEEN_OR_BREAK = re.compile(f"[{_CONTROLS}\t\n]")


def visible(text: str) -> str:
    """The text with control characters written out: names and cells may hold any."""
    return text if text.isprintable() else _UNSEEN.sub(_written_out, text)


def one_line(text: str) -> str:
    """The same on one line, so that nothing in it looks like a line of ours."""
    return text if text.isprintable() else _UNSEEN_OR_BREAK.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


class _Console(Console):
    """A console that takes no orders from what it shows, and breaks no word, number or path."""

    def print(self, *objects: Any, **more: Any) -> None:
        if all(isinstance(one, str) for one in objects):
            super().print(*map(self._laid_out, objects), soft_wrap=True, **more)
        else:
            # What moves by itself, as a stage on its way, is kept on its line by rich.
            super().print(*objects, **more)

    def _laid_out(self, text: str) -> str:
        width = columns_of(self.file)
        lines = visible(text).split("\n")
        return "\n".join(part for line in lines for part in wrapped(line, width, hang=_hang(line)))


def _hang(line: str) -> int:
    """How far in a line goes on: a little further than it begins, where it begins further in."""
    blanks = len(line) - len(line.lstrip(" "))
    return blanks + 2 if blanks else 0


def console(*, to_stderr: bool = False) -> Console:
    """A console on stdout or stderr; plain text where that is no terminal."""
    stream = sys.stderr if to_stderr else sys.stdout
    return _Console(file=stream, highlight=False, markup=False, emoji=False)


def columns_of(stream: IO[str]) -> int | None:
    """How many columns the terminal has; None where there is none: nothing is folded to it then."""
    return Console(file=stream).width if stream.isatty() else None


def print_json(value: object) -> None:
    """Prints the value as JSON; decimals as strings, so that no digit is lost, dates as ISO."""
    # What JSON itself leaves as it is, a terminal may still obey; written out it is the same JSON.
    print(visible(json.dumps(value, ensure_ascii=False, indent=2, default=_plain)))


def _in_beijing(moment: dt.datetime) -> dt.datetime:
    # Imports settings, which commands that tell no time do without.
    from flows.ground.settings import BEIJING  # noqa: PLC0415

    return moment.astimezone(BEIJING)


def clock_words(moment: dt.datetime) -> str:
    """A moment for people, alike in all commands: to the minute, by the one clock of guoban."""
    return f"{_in_beijing(moment):%Y-%m-%d %H:%M}"


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime) and value.tzinfo:
        return _in_beijing(value).isoformat()
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def finding_json(one: Finding) -> dict[str, Any]:
    """A finding as the public surface has it."""
    return {
        "rule": one.rule,
        "severity": str(one.severity),
        "sheet": one.sheet,
        "cell": one.cell,
        "row": one.row,
        "column": one.column,
        "field": one.field,
        "value": one.value,
        "message": one.message,
        "suggestion": one.suggestion,
        "proposed": one.proposed,
        "effect": [vars(moved) for moved in one.effect],
    }


def file_json(one: FileResult) -> dict[str, Any]:
    """A submission (or a file that is none) as the public surface has it."""
    plain: dict[str, Any] = {
        "file": one.file,
        "sha256": one.sha256,
        "return": one.return_name,
        "department": one.department,
        "month": f"{one.month:%Y-%m}" if one.month else None,
        "status": one.status,
        "findings": [finding_json(found) for found in one.findings],
    }
    note = "；".join(filter(None, (one.ended, one.note)))
    return plain | ({"note": note} if note else {})


def print_table(
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    right: Iterable[int] = (),
    *,
    wraps: Iterable[int] = (),
    below: Iterable[int] = (),
    named: Iterable[int] = (),
) -> None:
    """A table for people; columns numbered in `right` are set flush right.

    Where the terminal is too narrow for it, those in `below` stand in a line under their row, those
    in `named` with their name, and the text of those in `wraps` goes on several lines.
    """
    flush, soft, under, told = set(right), set(wraps), set(below), set(named)
    columns = [
        Column(name, number in flush, number in soft, number in under, number in told)
        for number, name in enumerate(names)
    ]
    texts = [["" if value is None else one_line(str(value)) for value in row] for row in rows]
    out = console()
    head, *lines = table_lines(columns, texts, columns_of(out.file))
    out.print(head, style="bold" if out.is_terminal else None)
    for line in lines:
        out.print(line)


def print_list(items: Iterable[str], *, indent: str = "") -> None:
    """Short texts side by side, as many on a line as fit; none of them is broken."""
    out = console()
    for line in side_by_side(items, columns_of(out.file), indent):
        out.print(line)


def title_of(return_name: str) -> str:
    """What a return is called, in every language."""
    import schemas  # noqa: PLC0415 - finding the returns takes a while, and few commands name any

    return schemas.by_name(return_name).form().title


def print_file(one: FileResult, *, most: int | None = None) -> None:
    """One file's status and findings for people; at most `most` findings, the rest counted."""
    out = console()
    names = say(", ", "，").join(
        part
        for part in (
            title_of(one.return_name) if one.return_name else "",
            one.department or one.folder_department or "",
            f"{one.month:%Y-%m}" if one.month else "",
        )
        if part
    )
    status = status_words(one.status, is_explained=one.is_explained, is_replaced=one.is_replaced)
    out.print(one_line(f"{one.file}  [{status}] {names}"))
    if note := one.ended or one.note:
        out.print(one_line(f"    {note}"))
    told = one.told
    if one.status == "rejected":
        # Which version counts instead is not to be cut off.
        told = sorted(told, key=lambda finding: finding.rule != _VERSIONS)
    shown = told if most is None else told[:most]
    for found in shown:
        print_finding(found)
    if len(shown) < len(told):
        more = len(told) - len(shown)
        out.print(say(f"    … and {more} more", f"    ……另有{more}条"))


def print_finding(one: Finding) -> None:
    """One finding for people: where it is, what is wrong, what to do."""
    place = " ".join(part for part in (one.sheet, one.cell) if part)
    mark = MARKS[one.severity]
    line = f"  {mark} {one.rule} {f'{place}  ' if place else ''}{one.message}"
    out = console()
    out.print(one_line(line), style=COLOURS[one.severity] if out.is_terminal else None)
    if one.explanation:
        out.print(one_line(f"      {say('explained', '单位说明')}：{one.explanation}"))
    elif one.suggestion and one.severity != "info":
        out.print(one_line(f"      → {one.suggestion}"))


def print_moves(moves: Sequence[Move], none: tuple[str, str] | None = None) -> None:
    """The headline figures that move, with their causes; `none` is what is said where none does."""
    from flows.answer.moves import lines_of  # noqa: PLC0415 - few commands tell of any

    out = console()
    for line in lines_of(moves, say):
        out.print(one_line(line))
    if not moves and none is not None:
        out.print(say(*none))


def print_rejudged(changes: Sequence[StatusChange]) -> None:
    """The submissions that stand otherwise because what judges has changed."""
    print_status_changes(
        changes,
        (
            "Rules have changed, and with them the status of these (nothing is to be filed again):",
            "因规则调整，下列报送的状态有变，无需重报：",
        ),
    )


def print_status_changes(
    changes: Sequence[StatusChange], title: tuple[str, str], most: int = 20
) -> None:
    """Submissions with the statuses that they had and have, under a title; at most so many."""
    if not changes:
        return
    out = console()
    out.print(say(*title))
    for one in changes[:most]:
        names = (f"{one.report_month:%Y-%m}" if one.report_month else "", one.department, one.file)
        place = " ".join(name for name in names if name)
        out.print(one_line(f"  {one.submission_id}  {place}"))
        out.print(f"    {status_words(one.old_status)} → {status_words(one.new_status)}")
    if len(changes) > most:
        more = len(changes) - most
        out.print(say(f"  … and {more} more", f"  ……另有{more}份"))


def moves_json(moves: Sequence[Move]) -> list[dict[str, Any]]:
    """What moved as the public surface has it: `changes` of a refresh."""
    return [row for one in moves for row in one.plain()]


def status_words(status: str, *, is_explained: bool = False, is_replaced: bool = False) -> str:
    """A status in the language of the command line; files that are no submissions have one, too.

    `is_explained` says that there are warnings alone, and all of them explained, `is_replaced` that
    something else counts in its place.
    """
    if is_replaced:
        return say(*REPLACED)
    if status == "ignored":
        return say("ignored", "未读取")
    return say(*(EXPLAINED if is_explained else LABELS["status"][status]))


def asked_words(asked: Mapping[str, int]) -> list[str]:
    """What is asked, by what it asks for: 2 to correct, 1 to explain; nothing of what is not asked."""
    from flows.answer.wording import asked_pairs  # noqa: PLC0415 - few commands tell of any

    return [say(*pair) for pair in asked_pairs(asked)]
