"""`headline`, `status` and `changes`: what is published, told to people."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, NoReturn

import typer

import schemas
from flows.answer.headline import headline_lines
from flows.answer.replied import Asked, replies_asking
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE
from flows.month import changes as changed
from flows.month import filing
from flows.month.changes import Row, Vintage
from flows.month.filing import Expected
from flows.publish.current import is_published
from flows.values.printed import exact
from guoban.asked import (
    AsOf,
    Department,
    Month,
    Since,
    department_name,
    names_of,
    not_yet,
    nothing,
    parse_time,
)
from guoban.options import Call, takes_settings
from guoban.output import (
    asked_words,
    clock_words,
    console,
    one_line,
    print_json,
    print_list,
    print_table,
)
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
# Causes that are somebody's act, and no file.
_ACTS = frozenset({"withdrawal", "restoration", "decision"})
_DECIDED = {
    True: (" are one project", "为同一项目"),
    False: (" are two projects", "为不同项目"),
    None: (": decision taken back", "取消认定"),
}
# So many rows of a change are told on a terminal.
_MOST_ROWS = 5


@takes_settings
def headline(call: Call, month: Month, department: Department = None, as_of: AsOf = None) -> None:
    moment = parse_time(as_of)
    wanted = department_name(department, call.zone) or WHOLE_ZONE
    with open_published(call.warehouse.folder) as published:
        rows = published.headline(month, names_of(department, call.zone), moment)
        first_published = published.first_published(month)
        release = published.release()
    if not rows:
        not_yet(month, moment, first_published)
        _nothing_of(month, wanted)
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
                "release": release,
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


def _nothing_of(month: dt.date, scope: str) -> NoReturn:
    nothing(f"no figures for {month:%Y-%m} {scope}", f"没有{scope}{month:%Y-%m}的数字")


@takes_settings
def status(call: Call, month: Month) -> None:
    with contextlib.ExitStack() as stack:
        con = None
        if is_published(call.warehouse.folder):
            con = stack.enter_context(open_published(call.warehouse.folder)).con
        expected = filing.of_month(con, call.zone, month)
        replies = replies_asking(con, month) if con is not None else {}
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
    """What is to be corrected, explained and decided of what was filed, and the replies that say so."""
    asked = [one for one in expected if asked_words(one.asked)]
    if not asked:
        return
    out = console()
    out.print(say("To be corrected, explained or decided:", "待改正、待说明、待认定："))
    for one in asked:
        title = schemas.by_name(one.return_name).form().title
        counts = asked_words(one.asked)
        if one.rows_held:
            counts.append(say(f"{one.rows_held} rows held back", f"扣留{one.rows_held}行"))
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
def changes(
    call: Call,
    month: Month,
    department: Department = None,
    since: Since = None,
    triangle: Annotated[
        bool, typer.Option("--triangle", help="What was published when, figure by figure.")
    ] = False,
) -> None:
    moment = parse_time(since, is_start=True)
    names = names_of(department, call.zone)
    wanted = department_name(department, call.zone) or WHOLE_ZONE
    with open_published(call.warehouse.folder) as published:
        scopes = published.scopes(month)
        if not scopes:
            _nothing_of(month, wanted)
        if triangle:
            scope = next((one for one in names or [WHOLE_ZONE] if one in scopes), None)
            if scope is None:
                _nothing_of(month, wanted)
            _tell_vintages(
                call, month, scope, changed.vintages(published.con, month, scope), moment
            )
            return
        rows = changed.of_month(published.con, month, names, moment)
    if call.is_json:
        print_json({"month": f"{month:%Y-%m}", "since": moment, "changes": rows})
        return
    if not rows:
        since_words = f" since {clock_words(moment)}" if moment else ""
        since_chinese = f"{clock_words(moment)}以来" if moment else ""
        console().print(
            say(
                f"no published figure of {month:%Y-%m} has changed{since_words}",
                f"{month:%Y-%m}已发布的数字{since_chinese}没有变化",
            )
        )
        return
    heads = ("changed", "figure", "scope", "old", "new", "cause", "by", "rows")
    chinese = ("时间", "指标", "范围", "原值", "新值", "原因", "依据", "所涉各行")
    print_table(
        [say(*pair) for pair in zip(heads, chinese, strict=True)],
        [
            (
                clock_words(row["changed_at"]),
                row["indicator_code"]
                + ("" if row["figure"] == "value" else say(" target", "目标")),
                row["department"],
                exact(row["old_value"]),
                exact(row["new_value"]),
                say(*CAUSES[row["cause"]])
                + (f"{say(': ', '：')}{row['settings']}" if row.get("settings") else ""),
                _by_words(row),
                _rows_words(row["rows"]),
            )
            for row in rows
        ],
        right=[3, 4],
        wraps=[5],
        below=[6, 7],
    )


def _by_words(row: Row) -> str:
    """The file with its number, its department and who filled it in; who withdrew, restored or decided."""
    is_act, person = row["cause"] in _ACTS, row["person"]
    who = " ".join(part for part in (row["filed_by"], None if is_act else person) if part)
    what = " ".join(part for part in (row["submission_id"], row["file"]) if part)
    told = say(" by ", "，").join(part for part in (what, who) if part)
    acted = say(f"done by {person}", f"经办人{person}") if is_act and person else ""
    decided = [_decision_words(one) for one in row["decided"] or ()]
    return say("; ", "；").join(part for part in (told, *decided, acted) if part)


def _decision_words(one: Row) -> str:
    """What was decided of which two projects."""
    pair = say(
        f"{one['row_key']} and {one['other_row_key']}", f"{one['row_key']}与{one['other_row_key']}"
    )
    return f"{pair}{say(*_DECIDED[one['is_same']])}"


def _rows_words(rows: Sequence[Row]) -> str:
    """The rows that moved, by their keys, each with what it added before and adds now."""
    told = [
        f"{row['row_key']} {row['label'] or ''} {exact(row['old_value'])}→{exact(row['new_value'])}"
        for row in rows[:_MOST_ROWS]
    ]
    if (more := len(rows) - _MOST_ROWS) > 0:
        told.append(say(f"{more} more (--json has all)", f"另有{more}行（--json列出全部）"))
    return say("; ", "；").join(told)


def _tell_vintages(
    call: Call, month: dt.date, scope: str, vintages: Sequence[Vintage], since: dt.datetime | None
) -> None:
    """The revision triangle: a line a publication, what it changed with a mark, targets where they did."""
    told = [one for one in vintages if since is None or one.published_at >= since]
    if call.is_json:
        plain = [
            {
                "published_at": one.published_at,
                "values": one.values,
                "target_values": one.targets,
                "changed": sorted(one.moved),
            }
            for one in told
        ]
        print_json({"month": f"{month:%Y-%m}", "department": scope, "vintages": plain})
        return
    codes = list(vintages[0].values)
    lines = []
    for before, one in zip([None, *vintages], vintages, strict=False):
        if one in told:
            marked = one.moved if before else frozenset()
            cells = [("*" if code in marked else "") + exact(one.values[code]) for code in codes]
            lines.append((clock_words(one.published_at), *cells, _targets_words(before, one)))
    out = console()
    out.print(
        say(
            f"{scope} {month:%Y-%m}, as published (* changed by that publication)",
            f"{scope}{month:%Y-%m}历次发布的数字（*为该次发布有变动）",
        )
    )
    print_table(
        [say("published", "发布时间"), *codes, say("targets", "目标")],
        lines,
        right=range(1, len(codes) + 1),
        below=[len(codes) + 1],
        named=[len(codes) + 1],
    )


def _targets_words(before: Vintage | None, one: Vintage) -> str:
    """The targets that the publication changed; all with the first."""
    told = []
    for code, target in one.targets.items():
        old = before.targets[code] if before else None
        if old != target:
            words = exact(target) if old is None else f"{exact(old)}→{exact(target)}"
            told.append(f"{code} {words}")
    return ", ".join(told)
