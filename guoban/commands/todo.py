"""`todo`: what each department has to do for a month, as text to be pasted into a chat; then what the
office itself has to settle, with the commands."""

from __future__ import annotations

import contextlib
import dataclasses

from flows.month import todo as todo_of
from flows.publish.current import is_published
from guoban.asked import Department, Month, names_of
from guoban.options import Call, takes_settings
from guoban.output import console, one_line, print_json
from guoban.published import open_published
from guoban.words import say


@takes_settings
def todo(call: Call, month: Month, department: Department = None) -> None:
    names = names_of(department, call.zone)
    with contextlib.ExitStack() as stack:
        con = None
        if is_published(call.warehouse.folder):
            con = stack.enter_context(open_published(call.warehouse.folder)).con
        found = todo_of.of_month(con, call.zone, month)
    found = [one for one in found if not names or one.department in names]
    if call.is_json:
        print_json(
            {
                "month": f"{month:%Y-%m}",
                "contact": call.zone.zone.contact,
                "departments": [dataclasses.asdict(one) for one in found],
            }
        )
        return
    out = console()
    texts = [todo_of.text(one, call.zone, month) for one in found]
    for number, lines in enumerate(filter(None, [*texts, todo_of.office_text(found, month)])):
        if number:
            out.print("")
        for line in lines:
            # What begins further in, as a command, goes on further in.
            blanks = len(line) - len(line.lstrip(" "))
            out.print(" " * blanks + one_line(line.strip()))
    if not found:
        out.print(say(f"nothing is to be done for {month:%Y-%m}", f"{month:%Y-%m}没有待办事项"))
