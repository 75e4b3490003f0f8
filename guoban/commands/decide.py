"""`lock`, `unlock`, `withdraw`, `restore` and `decide`: what people decide.

Each first shows what it is about and how the headline figures would move, and asks on a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, NoReturn

import typer

import schemas
from flows.answer.wording import moment_words, month_words
from flows.ask import decisions
from flows.ask.decisions import Missing
from flows.ask.prospects import Prospect, Row, prospect_of
from flows.ground.settings import BEIJING
from flows.store.journal import Act, Decision, Lock, Restoration, Unlock, Withdrawal
from flows.values.printed import amount, percent
from guoban.asked import parse_month, who
from guoban.options import Call, takes_settings
from guoban.output import console, moves_json, one_line, print_json, print_moves, print_table
from guoban.words import say
from schemas.labels import LABELS

By = Annotated[str | None, typer.Option(metavar="NAME", help="Who; else the system's user.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]
MonthArgument = Annotated[str, typer.Argument(metavar="YYYY-MM")]
SubmissionArgument = Annotated[str, typer.Argument(metavar="SUBMISSION")]
Key = Annotated[str, typer.Argument(metavar="ROW_KEY")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
Incomplete = Annotated[
    bool, typer.Option("--incomplete", help="Lock it though returns are missing.")
]


@takes_settings
def lock(
    call: Call,
    month: MonthArgument,
    incomplete: Incomplete = False,
    by: By = None,
    yes: Yes = False,
) -> None:
    first = parse_month(month)
    entry, blocking = decisions.locking(call.warehouse, first, who(by))
    shown = Prospect()
    if not blocking:
        missing = decisions.missing(call.warehouse, first)
        if missing and not incomplete:
            _refuse(
                call,
                {"blocking": [], "missing": [vars(one) for one in missing]},
                say(
                    f"{month} lacks {len(missing)} returns; --incomplete locks it all the same:",
                    f"{month}还缺{len(missing)}张报表；加--incomplete可照样锁定：",
                ),
                _missing_lines(missing),
            )
        shown = _shown(call, entry, yes, missing)
        blocking = decisions.lock(call.warehouse, first, who(by))
    if blocking:
        _refuse(
            call,
            {"blocking": blocking},
            say(f"{month} has blocking findings:", f"{month}还有未处理的错误："),
            [*blocking, _way_out()],
        )
    _say_done(
        call,
        shown,
        f"{month} is locked; the next refresh publishes it as final.",
        f"{month}已锁定，下次刷新起发布为核定数。",
    )


@takes_settings
def unlock(
    call: Call, month: MonthArgument, reason: Reason, by: By = None, yes: Yes = False
) -> None:
    first = parse_month(month)
    shown = _shown(call, decisions.unlocking(call.warehouse, first, reason, who(by)), yes)
    decisions.unlock(call.warehouse, first, reason, who(by))
    _say_done(
        call,
        shown,
        f"{month} is open again; the next refresh publishes it as preliminary.",
        f"{month}已解锁，下次刷新起发布为初步数。",
    )


@takes_settings
def withdraw(
    call: Call, submission: SubmissionArgument, reason: Reason, by: By = None, yes: Yes = False
) -> None:
    shown = _shown(call, decisions.withdrawal(call.warehouse, submission, reason, who(by)), yes)
    decisions.withdraw(call.warehouse, submission, reason, who(by))
    (row,) = shown.about
    if row["version"] is None and not row["is_in_doubt"]:
        # It never counted, and can't be made to.
        words = (
            f"{submission} is withdrawn; from the next refresh on nothing is asked of it any more.",
            f"{submission}已撤回，下次刷新起不再要求改正。",
        )
    else:
        words = (
            f"{submission} is withdrawn; the next refresh publishes without it. "
            f"guoban restore {submission} takes that back.",
            f"{submission}已撤回，下次刷新起不再计入。可用guoban restore {submission}恢复。",
        )
    _say_done(call, shown, *words)


@takes_settings
def restore(
    call: Call, submission: SubmissionArgument, reason: Reason, by: By = None, yes: Yes = False
) -> None:
    shown = _shown(call, decisions.restoration(call.warehouse, submission, reason, who(by)), yes)
    decisions.restore(call.warehouse, submission, reason, who(by))
    _say_done(
        call,
        shown,
        f"{submission} is restored; the next refresh publishes with it.",
        f"{submission}已恢复，下次刷新起计入。",
    )


@takes_settings
def decide(
    call: Call,
    first: Key,
    second: Key,
    same: Annotated[
        bool | None, typer.Option("--same/--different", help="One project, or two.")
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back what was decided about them.")
    ] = False,
    unsuspected: Annotated[
        bool, typer.Option("--unsuspected", help="Decide though no rule suspects the pair.")
    ] = False,
    by: By = None,
    yes: Yes = False,
) -> None:
    if undo == (same is not None):
        raise typer.BadParameter(
            say(
                "one of --same, --different and --undo is wanted",
                "请在--same、--different、--undo中选用一个",
            )
        )
    given: dict[str, Any] = {"is_same": same, "by": who(by), "unsuspected": unsuspected}
    shown = _shown(call, decisions.decision(call.warehouse, first, second, **given), yes)
    decisions.decide(call.warehouse, first, second, **given)
    _say_done(call, shown, "Recorded; the next refresh applies it.", "已记录，下次刷新起生效。")


# --- what is shown first -------------------------------------------------------------------------


def _shown(call: Call, act: Act, yes: bool, missing: Sequence[Missing] = ()) -> Prospect:
    """Shows what the act is about and would move; ends with 1 where the answer is no.

    It is asked on a terminal alone: who calls from elsewhere has decided.
    """
    prospect = prospect_of(call.settings, call.zone, act)
    is_asked = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    if not call.is_json:
        out = console()
        for line in _lines(act, prospect):
            out.print(one_line(line))
        if isinstance(act, Decision):
            _print_beside(prospect.about)
        if missing:
            out.print(say(f"Missing returns: {len(missing)}", f"缺报{len(missing)}张："))
            for line in _missing_lines(missing):
                out.print(one_line(f"  {line}"))
        print_moves(prospect.moves, ("No headline figure would move.", "主要指标不会变动。"))
    if is_asked and not typer.confirm(say("Do it?", "是否继续？"), err=call.is_json):
        console(to_stderr=True).print(say("Nothing was done.", "没有作任何处理。"))
        raise typer.Exit(1)
    return prospect


def _lines(act: Act, prospect: Prospect) -> Iterator[str]:
    match act:
        case Withdrawal() | Restoration():
            yield from _version_lines(act, prospect)
        case Lock() | Unlock():
            yield f"{say(f'{act.month:%Y-%m}', month_words(act.month))}{say(' at', '的数字')}："
            for row in prospect.about:
                rate = row["completion_pct_rounded"]
                told = "" if rate is None else f"，{say('rate ', '完成率')}{percent(rate)}"
                yield (
                    f"  {row['indicator_code']} {row['indicator_name']} "
                    f"{amount(row['value'])}{row['unit']}{told}"
                )
            if isinstance(act, Unlock) and prospect.about:
                locked = prospect.about[0]
                when = moment_words(locked["locked_at"].astimezone(BEIJING))
                yield say(
                    f"  locked by {locked['locked_by']}, {when}",
                    f"  {locked['locked_by']}于{when}锁定",
                )
        case Decision():
            yield say(*_DECISIONS[act.is_same])


_DECISIONS = {
    True: ("One project:", "认定为同一项目："),
    False: ("Two projects:", "认定为不同项目："),
    None: ("Take back the decision on:", "取消对下列项目的认定："),
}


def _version_lines(act: Withdrawal | Restoration, prospect: Prospect) -> Iterator[str]:
    (row,) = prospect.about
    what = ("Withdraw", "撤回") if isinstance(act, Withdrawal) else ("Restore", "恢复")
    yield say(f"{what[0]} {act.submission_id}:", f"{what[1]} {act.submission_id}：")
    yield f"  {row['file']}"
    place = [
        schemas.by_name(row["return_name"]).form().title if row["return_name"] else "",
        row["department"] or "",
        month_words(row["report_month"]),
        say(f"version {row['version']}", f"第{row['version']}版") if row["version"] else "",
        say(*LABELS["status"][row["status"]]),
        say("counts now", "现在采用") if row["is_in_force"] else say("does not count", "现不采用"),
    ]
    yield f"  {'，'.join(part for part in place if part)}"
    yield f"  {_size(row['rows_found'], row['amount'])}"
    then = prospect.then
    if then is None or not row["return_name"] or not row["department"]:
        return
    if then["standing_id"] is None:
        yield say("  Then nothing counts for it.", "  此后该报表没有采用的版本。")
    else:
        still = isinstance(act, Withdrawal) and not row["is_in_force"]
        words = (
            ("  What counts still: ", "  仍采用：")
            if still
            else ("  What counts then: ", "  此后采用：")
        )
        yield say(*words) + (f"{then['standing_id']} {then['standing_file']}")
        yield f"    {_size(then['standing_rows'], then['standing_amount'])}"


def _size(rows: int, amounts: str | None) -> str:
    return "，".join(part for part in (say(f"{rows} rows", f"{rows}行"), amounts) if part)


def _print_beside(projects: Sequence[Row]) -> None:
    """The projects side by side."""
    rows: list[tuple[str, str]] = [
        ("project_id", say("number", "编号")),
        ("project_name", say("name", "名称")),
        ("investor", say("investor", "投资方")),
        ("department", say("department", "单位")),
        ("amount_cny", say("amount, 10,000 yuan", "金额（万元）")),
        ("dated_on", say("date", "签约或对接日期")),
        ("role", say("role", "引资角色")),
        ("status", say("status", "项目状态")),
        ("report_month", say("month", "月份")),
        ("file", say("file", "文件")),
    ]
    print_table(
        ["", *(say(f"project {n}", f"项目{n}") for n, _ in enumerate(projects, start=1))],
        [[words, *(_cell(name, one[name]) for one in projects)] for name, words in rows],
    )


def _cell(name: str, value: Any) -> object:
    if isinstance(value, Decimal):
        return amount(value / 10_000, 4)
    return f"{value:%Y-%m}" if name == "report_month" and value else value


def _missing_lines(missing: Sequence[Missing]) -> list[str]:
    return [
        f"{one.department}  {schemas.by_name(one.return_name).form().title}  "
        f"{say(*LABELS['state'][one.state])}"
        for one in missing
    ]


# --- what came of it -----------------------------------------------------------------------------


def _refuse(call: Call, plain: dict[str, Any], words: str, lines: Sequence[str]) -> NoReturn:
    """Says why nothing is done, and ends with 1."""
    if call.is_json:
        print_json({"done": False, **plain})
    else:
        out = console(to_stderr=True)
        out.print(words)
        for line in lines:
            out.print(one_line(f"  {line}"))
    raise typer.Exit(1)


def _way_out() -> str:
    """What can be done about findings that keep a month from being locked."""
    return say(
        "→ have them corrected and filed again; settle what waits for a word as guoban todo lists it; "
        "a file that is not needed: guoban withdraw SUBMISSION --reason … (its number stands first); "
        "then guoban refresh, and lock again.",
        "→ 由单位改正后重报；待认定的按guoban todo所列处理；不需要的文件用"
        "guoban withdraw 报送编号 --reason … 撤回（编号在行首）；然后guoban refresh，再锁定。",
    )


def _say_done(call: Call, shown: Prospect, english: str, chinese: str) -> None:
    if call.is_json:
        print_json({"done": True, "about": shown.about, "changes": moves_json(shown.moves)})
    else:
        console().print(say(english, chinese))
