"""`headline`, `status` and `changes`: what is published, told to people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, NoReturn

import typer

import schemas
from flows.answer.headline import amount, headline_lines
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE, Zone
from guoban.options import Call, takes_settings
from guoban.output import console, print_json, print_table
from guoban.published import open_published
from guoban.words import say
from schemas.labels import LABELS

Month = Annotated[str, typer.Option(metavar="YYYY-MM", help="The report month.")]
Department = Annotated[
    str | None, typer.Option(metavar="D", help="One department, by name or alias.")
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="As published then: 2021-06-04, 2021-06-04T12:00."),
]
STATES, CAUSES = LABELS["state"], LABELS["cause"]


def parse_month(text: str) -> dt.date:
    """A report month as commands take it. Raises typer.BadParameter."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise typer.BadParameter(
            say(f"{text!r} is no month; write it as 2021-05", f"“{text}”不是月份，请写成2021-05")
        ) from None


def parse_time(text: str | None) -> dt.datetime | None:
    """An ISO 8601 time, in Beijing where it names no zone; a bare date is its end of day.

    Raises typer.BadParameter.
    """
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        if len(text) <= len("2021-06-04"):
            moment += dt.timedelta(days=1, microseconds=-1)
    except ValueError:
        raise typer.BadParameter(
            say(f"{text!r} is no time; write it as 2021-06-04T12:00", f"“{text}”不是时间")
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def department_name(text: str | None, zone: Zone) -> str | None:
    """The department of that name or alias; None for the whole zone. Raises BadParameter."""
    if text is None or text == WHOLE_ZONE:
        return None
    name = zone.department_of(text)
    if name is None:
        near = zone.nearest_department(text)
        raise typer.BadParameter(
            say(f"unknown department {text}", f"没有“{text}”这个单位")
            + (say(f"; did you mean {near}?", f"，是否为“{near}”？") if near else "")
        )
    return name


def names_of(text: str | None, zone: Zone) -> list[str]:
    """The names that the department may be published under, the given one first.

    A month that was locked before the department was renamed keeps its old name. None for the
    whole zone. Raises BadParameter.
    """
    name = department_name(text, zone)
    if text is None or name is None:
        return []
    aliases = next(one.aliases for one in zone.departments if one.name == name)
    return list(dict.fromkeys([text, name, *aliases]))


@takes_settings
def headline(call: Call, month: Month, department: Department = None, as_of: AsOf = None) -> None:
    first, moment = parse_month(month), parse_time(as_of)
    wanted = department_name(department, call.zone) or WHOLE_ZONE
    with open_published(call.warehouse.folder) as published:
        rows = published.headline(first, names_of(department, call.zone), moment)
    if not rows:
        nothing(f"no figures for {month} {wanted}", f"没有{wanted}{month}的数字")
    scope = rows[0]["department"]
    lines = headline_lines({row["indicator_code"]: row for row in rows})
    if call.is_json:
        print_json(
            {
                "month": month,
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


def nothing(english: str, chinese: str) -> NoReturn:
    """Says that there is nothing of what was asked, and ends with 1."""
    console(to_stderr=True).print(say(english, chinese))
    raise typer.Exit(1)


@takes_settings
def status(call: Call, month: Month) -> None:
    first = parse_month(month)
    with open_published(call.warehouse.folder) as published:
        rows = published.status(first)
    if call.is_json:
        print_json({"month": month, "returns": rows})
        return
    if not rows:
        console().print(say(f"no returns are owed for {month}", f"{month}没有应报的报表"))
        return
    titles = {model.form().slug: model.form() for model in schemas.all_returns()}
    returns = sorted({row["return_name"] for row in rows}, key=lambda name: titles[name].number)
    states = {(row["department"], row["return_name"]): row["state"] for row in rows}
    # A department that has another name since the last refresh comes behind.
    order = {one.name: number for number, one in enumerate(call.zone.departments)}
    departments = sorted(
        {row["department"] for row in rows}, key=lambda name: (order.get(name, len(order)), name)
    )
    print_table(
        [
            say("department", "单位"),
            *(f"{titles[name].number} {titles[name].title}" for name in returns),
        ],
        [
            [
                department,
                *(
                    say(*STATES[states[department, name]]) if (department, name) in states else "·"
                    for name in returns
                ),
            ]
            for department in departments
        ],
    )
    wanting = [row for row in rows if row["state"] in {"missing", "rejected"}]
    counts = {name: sum(row["state"] == name for row in rows) for name in STATES}
    console().print("，".join(f"{say(*STATES[name])} {n}" for name, n in counts.items() if n))
    for row in wanting:
        state = say(*STATES[row["state"]])
        title = titles[row["return_name"]].title
        due = say(f"was due {row['due_on']}", f"应于{row['due_on']}报")
        console().print(f"  {state}  {row['department']}  {title}  {due}")


@takes_settings
def changes(call: Call, month: Month, department: Department = None) -> None:
    first = parse_month(month)
    names = names_of(department, call.zone)
    with open_published(call.warehouse.folder) as published:
        rows = published.changes(first, names)
    if call.is_json:
        print_json({"month": month, "changes": rows})
        return
    if not rows:
        console().print(
            say(f"no published figure of {month} has changed", f"{month}已发布的数字没有变化")
        )
        return
    heads = ("changed", "figure", "scope", "old", "new", "cause", "submission", "file")
    chinese = ("时间", "指标", "范围", "原值", "新值", "原因", "报送", "文件")
    print_table(
        [say(*pair) for pair in zip(heads, chinese, strict=True)],
        [
            (
                f"{row['changed_at']:%Y-%m-%d %H:%M:%S}",
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
    )
