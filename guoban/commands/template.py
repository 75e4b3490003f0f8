"""`template`: a blank workbook for a department, which passes `check` once it is filled in."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from typing import Annotated, Any

import typer

import schemas
from flows.answer.template import carried_rows, write_template
from flows.ground.returns import nearest_return, return_called
from flows.publish.current import newest
from flows.store.warehouse import Warehouse
from guoban.asked import Month, department_name
from guoban.options import Call, Force, Output, refuse_unfit, takes_settings
from guoban.output import console, print_json
from guoban.words import say
from schemas.declare import Return

Name = Annotated[
    str, typer.Argument(metavar="RETURN", help="The return: signed_projects, or its title.")
]
Reporter = Annotated[str, typer.Option(metavar="D", help="The department, by name or alias.")]


@takes_settings
def template(
    call: Call,
    name: Name,
    department: Reporter,
    month: Month,
    output: Output,
    force: Force = False,
) -> None:
    refuse_unfit(output, force)
    model = return_named(name)
    reporter = department_name(department, call.zone)
    if reporter is None:
        raise typer.BadParameter(
            say("a department is wanted, not the whole zone", "请指定单位，而不是全区")
        )
    until = call.zone.ended.get(reporter)
    if until and month > until and model.form().month_from is None:
        raise typer.BadParameter(
            say(
                f"{reporter} reports until {until:%Y-%m}, as zone.toml has it",
                f"按zone.toml，{reporter}的报送止于{until:%Y-%m}",
            )
        )
    rows = _carried(call.warehouse, model, reporter, month)
    try:
        write_template(model, call.zone, reporter, month, output, rows)
    except OSError as error:
        raise typer.BadParameter(
            say(f"{output} can't be written: {error.strerror}", f"{output}无法写入")
        ) from error
    if call.is_json:
        print_json(
            {
                "file": str(output),
                "return": model.form().slug,
                "department": reporter,
                "month": f"{month:%Y-%m}",
                "rows_carried": len(rows),
            }
        )
        return
    title = model.form().title
    console().print(
        say(
            f"{output}: {title}, {reporter}, {month:%Y-%m}; {len(rows)} rows carried over",
            f"{output}：{title}，{reporter}，{month:%Y-%m}；沿用上月{len(rows)}行",
        )
    )


def return_named(text: str) -> type[Return]:
    """The return of that slug, title, number or form number. Raises typer.BadParameter."""
    if found := return_called(text):
        return found
    if near := nearest_return(text):
        form = near.form()
        hint = say(f"; did you mean {form.slug}?", f"，是否为“{form.title}”（{form.slug}）？")
    else:
        names = "、".join(model.form().slug for model in schemas.all_returns())
        hint = say(f"; there are {names}", f"，可选：{names}")
    raise typer.BadParameter(say(f"there is no return {text!r}", f"没有“{text}”这种报表") + hint)


def _carried(
    warehouse: Warehouse, model: type[Return], department: str, month: dt.date
) -> list[dict[str, Any]]:
    """Last month's rows as they were accepted; none where nothing is published yet."""
    if newest(warehouse.folder) is None or not warehouse.working_database.exists():
        return []
    with closing(warehouse.open_read_only()) as con:
        return carried_rows(con, model, department, month)
