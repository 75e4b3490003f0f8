"""`headline`, `status` and `changes`: what is published, told to people."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

import schemas
from flows.answer.headline import amount, headline_lines
from flows.answer.replied import Asked, replies_asking
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE
from flows.month import filing
from flows.month.filing import Expected
from flows.publish.release import is_published
from guoban.asked import (
    AsOf,
    Department,
    Month,
    department_name,
    names_of,
    not_yet,
    nothing,
    parse_time,
)
from guoban.options import Call, takes_settings
from guoban.output import clock_words, console, one_line, print_json, print_list, print_table
from guoban.published import open_published
from guoban.words import say
from schemas.labels import LABELS

STATES, CAUSES = LABELS["state"], LABELS["cause"]
# What a return's state is called in a cell of the grid, whose columns are many.
_SHORT = {
    "on_time": ("ok", "按时"),
    "late": ("late", "迟报"),
    "nil": ("nil", "零报"),
    "missing": ("MISS", "未报"),
    "rejected": ("BACK", "退回"),
}


@takes_settings
def headline(call: Call, month: Month, department: Department = None, as_of: AsOf = None) -> None:
    moment = parse_time(as_of)
    wanted = department_name(department, call.zone) or WHOLE_ZONE
    with open_published(call.warehouse.folder) as published:
        rows = published.headline(month, names_of(department, call.zone), moment)
        first_published = published.first_published(month)
    if not rows:
        not_yet(month, moment, first_published)
        nothing(f"no figures for {month:%Y-%m} {wanted}", f"没有{wanted}{month:%Y-%m}的数字")
    scope = rows[0]["department"]
    lines = headline_lines({row["indicator_code"]: row for row in rows})
    if call.is_json:
        print_json(
            {
                "month": f"{month:%Y-%m}",
                "department": scope,
                "as_of": moment,
                "lines": lines,
                "indicators": rows,
            }
        )
        return
    out = console()
    if scope != wanted:
        out.print(say(f"Published as {scope}:", f"当时名称为{scope}："))
    for line in lines:
        out.print(line)
    if not rows[0]["is_complete"]:
        notes = dict.fromkeys(note for row in rows if (note := row["note"]))
        out.print(say("Incomplete: ", "数据不完整：") + "；".join(notes))


@takes_settings
def status(call: Call, month: Month) -> None:
    with contextlib.ExitStack() as stack:
        con = None
        if is_published(call.warehouse.folder):
            con = stack.enter_context(open_published(call.warehouse.folder)).con
        expected = filing.of_month(con, call.zone, month)
        replies = replies_asking(con, call.zone, month) if con is not None else {}
    if call.is_json:
        returns = [
            {**dataclasses.asdict(one), "replies": replies.get(_asked(one), [])} for one in expected
        ]
        print_json({"month": f"{month:%Y-%m}", "returns": returns})
        return
    if not expected:
        console().print(
            say(f"no returns are owed for {month:%Y-%m}", f"{month:%Y-%m}没有应报的报表")
        )
        return
    _print_grid(expected)
    out = console()
    counts = {name: sum(one.state == name for one in expected) for name in STATES}
    out.print(say(", ", "，").join(f"{say(*STATES[name])} {n}" for name, n in counts.items() if n))
    today = dt.datetime.now(BEIJING).date()
    for one in expected:
        if one.is_owed:
            title = schemas.by_name(one.return_name).form().title
            due = due_words(one.due_on, today)
            out.print(f"  {say(*STATES[one.state])}  {one.department}  {title}  {due}")
    _print_asked(expected, replies)


def _asked(one: Expected) -> Asked:
    return one.department, one.return_name


def _print_asked(expected: Sequence[Expected], replies: Mapping[Asked, Sequence[str]]) -> None:
    """What is to be corrected and explained in what was filed, and the replies that say so."""
    asked = [one for one in expected if one.open_errors or one.open_warnings]
    if not asked:
        return
    out = console()
    out.print(say("To be corrected or explained:", "待改正、待说明："))
    for one in asked:
        title = schemas.by_name(one.return_name).form().title
        counts = [
            say(english.format(n), chinese.format(n))
            for n, english, chinese in (
                (one.open_errors, "{} to correct", "待改正{}处"),
                (one.open_warnings, "{} to explain", "待说明{}处"),
                (one.rows_held or 0, "{} rows held back", "扣留{}行"),
            )
            if n
        ]
        out.print(f"  {one.department}  {title}  {say(', ', '，').join(counts)}")
        for reply in replies.get(_asked(one), []):
            out.print(one_line(f"    {reply}"))


def due_words(due_on: dt.date, today: dt.date) -> str:
    """When a return that is owed was due, or is."""
    if due_on < today:
        return say(f"was due {due_on}", f"应于{due_on}报")
    return say(f"is due {due_on}", f"{due_on}前报")


def _print_grid(expected: Sequence[Expected]) -> None:
    """Departments down, returns across by their numbers; below, what the numbers stand for."""
    forms = {model.form().slug: model.form() for model in schemas.all_returns()}
    returns = [slug for slug in forms if any(one.return_name == slug for one in expected)]
    states = {(one.department, one.return_name): one.state for one in expected}
    words: dict[str | None, str] = {name: say(*pair) for name, pair in _SHORT.items()}
    print_table(
        [say("department", "单位"), *(forms[name].number for name in returns)],
        [
            [name, *(words.get(states.get((name, slug)), "-") for slug in returns)]
            for name in dict.fromkeys(one.department for one in expected)
        ],
    )
    print_list(f"{forms[name].number} {forms[name].title}" for name in returns)


@takes_settings
def changes(call: Call, month: Month, department: Department = None) -> None:
    names = names_of(department, call.zone)
    with open_published(call.warehouse.folder) as published:
        rows = published.changes(month, names)
    if call.is_json:
        print_json({"month": f"{month:%Y-%m}", "changes": rows})
        return
    if not rows:
        console().print(
            say(
                f"no published figure of {month:%Y-%m} has changed",
                f"{month:%Y-%m}已发布的数字没有变化",
            )
        )
        return
    heads = ("changed", "figure", "scope", "old", "new", "cause", "submission", "file")
    chinese = ("时间", "指标", "范围", "原值", "新值", "原因", "报送", "文件")
    print_table(
        [say(*pair) for pair in zip(heads, chinese, strict=True)],
        [
            (
                clock_words(row["changed_at"]),
                row["indicator_code"]
                + ("" if row["figure"] == "value" else say(" target", "目标")),
                row["department"],
                amount(row["old_value"], 12),
                amount(row["new_value"], 12),
                say(*CAUSES[row["cause"]])
                + (f"{say(': ', '：')}{row['settings']}" if row.get("settings") else ""),
                row["submission_id"],
                row["file"],
            )
            for row in rows
        ],
        right=[3, 4],
        below=[6, 7],
    )
