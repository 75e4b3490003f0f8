"""`findings`: what was found in a month's returns, those first that can move the figures most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

import schemas
from flows.month import findings as found_in
from flows.month.effects import effect_of
from guoban.asked import Department, Month, names_of
from guoban.options import Call, takes_settings
from guoban.output import COLOURS, MARKS, asked_words, console, one_line, print_json
from guoban.published import open_published
from guoban.words import say

Open = Annotated[bool, typer.Option("--open", help="Only those to which something is to be done.")]


@takes_settings
def findings(
    call: Call,
    month: Month,
    department: Department = None,
    only_open: Open = False,
) -> None:
    with open_published(call.warehouse.folder) as published:
        names = names_of(department, call.zone)
        rows = found_in.of_month(published.con, month, names, open_only=only_open)
        asked = found_in.asked(published.con, month, names)
    if call.is_json:
        print_json({"month": f"{month:%Y-%m}", "findings": rows})
        return
    print_findings(rows)
    to_do = say(", ", "、").join(asked_words(asked)) or say("nothing is open", "没有待办")
    console().print(say(f"{len(rows)} findings; {to_do}", f"共{len(rows)}条；{to_do}"))


def print_findings(rows: Iterable[Mapping[str, Any]]) -> None:
    """Findings for people: whose, what, where, what it can move, and what is said or to be done."""
    out = console()
    for one in rows:
        style = COLOURS[one["severity"]] if out.is_terminal and one["asks"] else None
        title = schemas.by_name(one["return_name"]).form().title if one["return_name"] else ""
        whose = " ".join(part for part in (found_in.owner_of(one), title) if part)
        mark = MARKS[one["severity"]] if one["asks"] else say("done", "已结")
        out.print(one_line(f"  {mark} {one['rule']} {whose}  {one['message']}"), style=style)
        place = f"{one['sheet']}!{one['cell']}" if one["sheet"] and one["cell"] else one["sheet"]
        if one["file"]:
            out.print(one_line(f"      {one['file']} {place or ''}".rstrip()))
        if moved := effect_of(one):
            out.print(one_line(f"      Δ {moved}"))
        if one["explanation"]:
            out.print(one_line(f"      {say('explained', '单位说明')}：{one['explanation']}"))
        elif one["asks"] and one["suggestion"]:
            out.print(one_line(f"      → {one['suggestion']}"))
