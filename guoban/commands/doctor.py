"""`doctor`: what is wrong with this installation and its warehouse, and what to do."""

from __future__ import annotations

import datetime as dt
import os
import sys
from typing import Annotated

import typer

from flows.doctor import Check, State, Subject, examined
from flows.ground.notes import Note
from flows.ground.settings import BEIJING
from guoban.options import Call, takes_settings
from guoban.output import console, one_line, print_json
from guoban.progress import last_outcome
from guoban.words import say

_MARKS = {State.OK: "✓", State.ATTENTION: "!", State.WRONG: "✗"}
_COLOURS = {State.ATTENTION: "yellow", State.WRONG: "red"}


Notify = Annotated[
    bool, typer.Option("--notify", help="Also send a message to every address of zone.toml.")
]


@takes_settings
def doctor(call: Call, notify: Notify = False) -> None:
    subject = Subject(
        call.settings,
        dt.datetime.now(BEIJING),
        sys.stdout.encoding,
        os.environ,
        last_outcome(call.warehouse.logs),
        may_send=notify,
    )
    checks = []
    for check in examined(subject):
        checks.append(check)
        if not call.is_json:
            _print(check)
    wrong = sum(one.verdict.state is State.WRONG for one in checks)
    attention = sum(one.verdict.state is State.ATTENTION for one in checks)
    if call.is_json:
        print_json({"ok": not wrong, "checks": [_json(one) for one in checks]})
    else:
        console().print(
            say(
                f"{wrong} to mend, {attention} to look at.",
                f"{wrong}项需要处理，{attention}项需要留意。",
            )
        )
    if wrong:
        raise typer.Exit(1)


def _print(check: Check) -> None:
    verdict, out = check.verdict, console()
    colour = _COLOURS.get(verdict.state) if out.is_terminal else None
    title, said = _said(check.title), _said(verdict.said)
    out.print(one_line(f"{_MARKS[verdict.state]} {title}{say(': ', '：')}{said}"), style=colour)
    if verdict.remedy is not None:
        for line in _said(verdict.remedy).splitlines():
            out.print(one_line(f"    → {line}"))


def _said(note: Note) -> str:
    return say(note.english, note.chinese)


def _json(check: Check) -> dict[str, str | None]:
    remedy = check.verdict.remedy
    return {
        "check": check.name,
        "state": str(check.verdict.state),
        "message": _said(check.verdict.said),
        "remedy": _said(remedy) if remedy else None,
    }
