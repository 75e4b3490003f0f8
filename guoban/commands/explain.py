"""`explain`: from a figure to its rows, and from a row to its cells, findings and versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any

import typer

from flows.ground.zone import WHOLE_ZONE
from flows.month import figures
from flows.values.printed import exact, figure_words, money
from guoban.asked import (
    AsOf,
    Department,
    Month,
    department_name,
    figure_code,
    names_of,
    not_yet,
    nothing,
    parse_time,
)
from guoban.options import Call, takes_settings
from guoban.output import clock_words, console, print_json, print_table
from guoban.published import Published, Row, open_published
from guoban.words import say


@takes_settings
def explain(
    call: Call,
    code: Annotated[
        str,
        typer.Argument(metavar="CODE", help="A figure's code in any case, or (part of) its name."),
    ],
    month: Month,
    department: Department = None,
    as_of: AsOf = None,
    row: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="One row: its cells, findings and versions."),
    ] = None,
) -> None:
    moment = parse_time(as_of)
    scope, names = department_name(department, call.zone), names_of(department, call.zone)
    with open_published(call.warehouse.folder) as published:
        code = figure_code(code, figures.names(published.con))
        rows = published.candidates(code, month, names, moment)
        figure = published.figure(code, month, names, moment)
        first_published = published.first_published(month)
        if row is not None:
            rows = [one for one in rows if one["row_key"] == row]
            traced = [_traced(call, published, one) for one in rows]
    if not rows and figure is None:
        not_yet(month, moment, first_published)
    if not rows and row is not None:
        nothing(
            f"no row {row} is near {code} in {month:%Y-%m}; explain {code} lists their keys",
            f"{month:%Y-%m}的{code}附近没有主键为“{row}”的行；explain {code}列出各行主键",
        )
    if not rows and figure is None:
        nothing(f"nothing about {code} in {month:%Y-%m}", f"{month:%Y-%m}没有与{code}有关的行")
    if row is not None:
        _tell_traced(call, traced)
    else:
        _tell_rows(call, month, scope, figure, rows)


def _tell_rows(
    call: Call, month: dt.date, scope: str | None, figure: Row | None, rows: list[Row]
) -> None:
    counted = [one for one in rows if one["is_counted"]]
    left_out = [one for one in rows if not one["is_counted"]]
    if call.is_json:
        print_json(
            {
                "month": f"{month:%Y-%m}",
                "department": scope or WHOLE_ZONE,
                "indicator": figure,
                "rows": counted,
                "left_out": left_out,
            }
        )
        return
    out = console()
    unit = (counted or [figure or {"unit": ""}])[0]["unit"]
    if figure is not None:
        name, value = figure["indicator_name"], figure_words(figure["value"], unit)
        out.print(f"{figure['indicator_code']} {name} {figure['department']}：{value}")
        if figure["note"]:
            out.print(f"  {figure['note']}")
    elif scope is not None:
        out.print(scope)
    # Shares of rows don't add up.
    total = sum((one["contribution"] for one in counted), Decimal(0))
    told = "" if unit == "%" else f"：{figure_words(total, unit)}"
    out.print(say("Counted", "计入") + f" {len(counted)}{told}")
    shown = say("contribution", "计入数")
    _print_rows(
        counted, shown, lambda one: figure_words(one["contribution"], one["unit"]), right=[5]
    )
    out.print(say("Left out", "未计入") + f" {len(left_out)}")
    _print_rows(left_out, say("why", "原因"), lambda one: one["reasons"])


def _print_rows(
    rows: Iterable[Row], title: str, shown: Callable[[Row], str], right: Iterable[int] = ()
) -> None:
    """Rows with the place each came from; the closing column `title` has what `shown` gives."""
    listed = [
        (
            one["department"],
            one["row_key"],
            one["label"],
            "" if (yuan := one.get("amount_cny")) is None else money(yuan),
            f"{one['file']} {one['sheet']}!{one['cell']}",
            shown(one),
        )
        for one in rows
    ]
    if listed:
        names = ("department", "key", "name", "amount", "cell")
        chinese = ("单位", "主键", "名称", "金额", "出处")
        heads = [say(*pair) for pair in zip(names, chinese, strict=True)]
        print_table([*heads, title], listed, right=[3, *right], wraps=[1, 2, 5], below=[4])


# --- one row -------------------------------------------------------------------------------------


def _traced(call: Call, published: Published, one: Row) -> dict[str, Any]:
    """Everything known of a row: each version with its cells and findings, newest first."""
    # A row's file is read again by the stages; who asks for a figure doesn't wait for them.
    from flows.ask.trace import trace  # noqa: PLC0415

    versions = []
    for version in published.versions(one["submission_id"]):
        found = trace(call.settings, call.zone, version["submission_id"], one["row_key"])
        versions += [
            {
                **version,
                "sheet": row.sheet,
                "excel_row": row.excel_row,
                "cells": [vars(cell) for cell in row.cells],
                "findings": published.row_findings(row.submission_id, row.sheet, row.excel_row),
            }
            for row in found
        ]
    return {**one, "versions": versions}


def _tell_traced(call: Call, traced: list[dict[str, Any]]) -> None:
    if call.is_json:
        print_json({"rows": traced})
        return
    out = console()
    for one in traced:
        said = say("counted", "计入") if one["is_counted"] else one["reasons"]
        out.print(f"{one['row_key']} {one['label'] or ''} {one['department']}：{said}")
        for version in one["versions"]:
            state = version["status"] + (
                say(", current", "，现行") if version["is_current"] else ""
            )
            received = clock_words(version["received_at"])
            number = version["version"] or "—"
            out.print(
                say(f"version {number}", f"第{number}版")
                + f" {version['submission_id']} [{state}] {received} "
                f"{version['file']} {version['sheet']} {say('row', '行')} {version['excel_row']}"
            )
            heads = (("field", "栏目"), ("cell", "单元格"), ("written", "原文"), ("unit", "单位"),
                     ("value", "取值"))  # fmt: skip
            print_table(
                [say(*pair) for pair in heads],
                [
                    (cell["header"], cell["cell"], cell["text"], cell["unit"], _value(cell))
                    for cell in version["cells"]
                ],
                wraps=[0, 2, 4],
            )
            for finding in version["findings"]:
                note = finding["explanation"]
                out.print(
                    f"  {finding['rule']} {finding['severity']} {finding['cell'] or ''} "
                    f"{finding['message']}" + (f" 单位说明：{note}" if note else "")
                )


def _value(cell: dict[str, Any]) -> str:
    value = cell["value"]
    if isinstance(value, Decimal):
        return money(value) if cell["unit"] else exact(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, dt.date) else str("" if value is None else value)
