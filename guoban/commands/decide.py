"""`lock`, `unlock`, `withdraw` and `decide`: what people decide."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from flows.ask import decisions
from guoban.commands.report import parse_month
from guoban.options import Call, takes_settings
from guoban.output import console, print_json
from guoban.words import say

By = Annotated[str | None, typer.Option(metavar="NAME", help="Who; else the system's user.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]
MonthArgument = Annotated[str, typer.Argument(metavar="YYYY-MM")]


def _who(by: str | None) -> str:
    return by or getpass.getuser()


def _done(call: Call, english: str, chinese: str) -> None:
    if call.is_json:
        print_json({"done": True})
    else:
        console().print(say(english, chinese))


@takes_settings
def lock(call: Call, month: MonthArgument, by: By = None) -> None:
    blocking = decisions.lock(call.warehouse, parse_month(month), _who(by))
    if blocking:
        if call.is_json:
            print_json({"done": False, "blocking": blocking})
        else:
            out = console(to_stderr=True)
            out.print(say(f"{month} has blocking findings:", f"{month}还有未处理的错误："))
            for one in blocking:
                out.print(f"  {one}")
        raise typer.Exit(1)
    _done(
        call,
        f"{month} is locked; the next refresh publishes it as final.",
        f"{month}已锁定，下次刷新起发布为核定数。",
    )


@takes_settings
def unlock(call: Call, month: MonthArgument, reason: Reason, by: By = None) -> None:
    decisions.unlock(call.warehouse, parse_month(month), reason, _who(by))
    _done(
        call,
        f"{month} is open again; the next refresh publishes it as preliminary.",
        f"{month}已解锁，下次刷新起发布为初步数。",
    )


@takes_settings
def withdraw(
    call: Call,
    submission: Annotated[str, typer.Argument(metavar="SUBMISSION")],
    reason: Reason,
    by: By = None,
) -> None:
    decisions.withdraw(call.warehouse, submission, reason, _who(by))
    _done(
        call,
        f"{submission} is withdrawn; the next refresh publishes without it.",
        f"{submission}已撤回，下次刷新起不再计入。",
    )


@takes_settings
def decide(
    call: Call,
    first: Annotated[str, typer.Argument(metavar="ROW_KEY")],
    second: Annotated[str, typer.Argument(metavar="ROW_KEY")],
    same: Annotated[bool, typer.Option("--same/--different", help="One project, or two.")],
    by: By = None,
) -> None:
    decisions.decide(call.warehouse, first, second, is_same=same, by=_who(by))
    _done(call, "Recorded; the next refresh applies it.", "已记录，下次刷新起生效。")
