"""`lock`, `unlock`, `withdraw`, `decide` and `verify`: what people decide, and whether all holds."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from flows.ask import decisions
from flows.ask.verify import verify as verify_published
from guoban.commands.report import parse_month
from guoban.options import Call
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


def lock(call: Call, month: MonthArgument, by: By = None) -> None:
    """Close a month: its figures stay, later files for it are turned back."""
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
    _done(call, f"{month} is locked.", f"{month}已锁定。")


def unlock(call: Call, month: MonthArgument, reason: Reason, by: By = None) -> None:
    """Open a locked month again."""
    decisions.unlock(call.warehouse, parse_month(month), reason, _who(by))
    _done(call, f"{month} is open again.", f"{month}已解锁。")


def withdraw(
    call: Call,
    submission: Annotated[str, typer.Argument(metavar="SUBMISSION")],
    reason: Reason,
    by: By = None,
) -> None:
    """Take a submission out of the figures."""
    decisions.withdraw(call.warehouse, submission, reason, _who(by))
    _done(
        call,
        f"{submission} is withdrawn; the next refresh publishes without it.",
        f"{submission}已撤回，下次刷新起不再计入。",
    )


def decide(
    call: Call,
    first: Annotated[str, typer.Argument(metavar="ROW_KEY")],
    second: Annotated[str, typer.Argument(metavar="ROW_KEY")],
    same: Annotated[bool, typer.Option("--same/--different", help="One project, or two.")],
    by: By = None,
) -> None:
    """Record the decision on a pair of suspected duplicates."""
    decisions.decide(call.warehouse, first, second, is_same=same, by=_who(by))
    _done(call, "Recorded; the next refresh applies it.", "已记录，下次刷新起生效。")


def verify(call: Call) -> None:
    """Rebuild from archive and journal, and compare every published table."""
    verdict = verify_published(call.settings, call.zone)
    if call.is_json:
        print_json(
            {
                "same": not verdict.differences,
                "relations": verdict.relations,
                "has_new_rules": verdict.has_new_judge,
                "differences": [vars(one) for one in verdict.differences],
            }
        )
    else:
        out = console()
        for one in verdict.differences:
            if one.only_published is None:
                out.print(
                    say(
                        f"{one.relation}: only one of the two has it, or with other columns",
                        f"{one.relation}：只有一方有，或栏目不同",
                    )
                )
                continue
            out.print(
                say(
                    f"{one.relation}: {one.only_published} rows only published, "
                    f"{one.only_rebuilt} only rebuilt",
                    f"{one.relation}：只在已发布中的{one.only_published}行，"
                    f"只在重建中的{one.only_rebuilt}行",
                )
            )
        if verdict.has_new_judge:
            out.print(
                say(
                    "Rules or settings have changed since the publication; refresh first.",
                    "发布以后规则或设置有变化，请先刷新。",
                )
            )
        if not verdict.differences:
            n = verdict.relations
            out.print(say(f"Same: {n} tables.", f"一致：{n}张表。"))
    if verdict.differences:
        raise typer.Exit(1)
