"""`board`: how the zone and its departments stand at the end of a month."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import schemas
from flows.answer.wording import lead_words, month_words
from flows.month.board import Board, Standing
from flows.month.board import board as board_of
from flows.values.printed import DASH, amount, percent, points, signed_points
from guoban.asked import Month, nothing
from guoban.commands.findings import print_findings
from guoban.options import Call, takes_settings
from guoban.output import (
    asked_words,
    clock_words,
    console,
    print_json,
    print_list,
    print_table,
)
from guoban.published import open_published
from guoban.words import say
from schemas.labels import LABELS

Row = Mapping[str, Any]


@takes_settings
def board(call: Call, month: Month) -> None:
    with open_published(call.warehouse.folder) as published:
        found = board_of(published.con, call.zone, month)
    if found is None:
        nothing(f"no figures for {month:%Y-%m}", f"没有{month:%Y-%m}的数字")
    if call.is_json:
        print_json(dataclasses.asdict(found))
        return
    _print_head(found)
    _print_indicators(found)
    _print_past_half(found)
    _print_ranking(found)
    _print_lists(found)
    _print_campaign(found)
    _section(say("Secondary figures, the year to date", "次要指标（本年累计）"))
    print_list(
        (
            f"{row['indicator_name']} {amount(row['value'], 1)}{row['unit'] if row['value'] is not None else ''}"
            for row in found.secondary
        ),
        indent="  ",
    )
    _print_missing(found)
    _print_months(found.months)
    asked = say(", ", "、").join(asked_words(found.asked)) or say("nothing is open", "没有待办")
    _section(say(f"To ask about first ({asked})", f"先问这几条（{asked}）"))
    print_findings(found.ask_first)


def _section(title: str) -> None:
    out = console()
    out.print("")
    out.print(title, style="bold" if out.is_terminal else None)


def _print_head(found: Board) -> None:
    progress = points(found.time_progress_pct)
    state = _state(found.month)
    out = console()
    out.print(
        say(
            f"{found.zone_name}, {found.report_month:%Y-%m}; time progress {progress}%; {state}",
            f"{found.zone_name}{month_words(found.report_month)}，序时进度{progress}%，{state}",
        )
    )
    if not found.month["is_complete"]:
        out.print(say("Incomplete: ", "数据不完整：") + found.missing_words)


def _state(month: Row) -> str:
    if not month["is_locked"]:
        return say("open", "未锁定")
    at, by = clock_words(month["locked_at"]), month["locked_by"]
    return say(f"locked by {by}, {at}", f"{by}于{at}锁定")


def _print_indicators(found: Board) -> None:
    _section(say("Headline figures", "主要指标"))
    yes = {True: say("yes", "是"), False: say("no", "否"), None: DASH}
    heads = (
        ("code", "代码"),
        ("figure", "指标"),
        ("value", "数值"),
        ("target", "目标"),
        ("rate", "完成率"),
        ("gap", "序时差"),
        ("past half", "过半"),
    )
    print_table(
        [say(*pair) for pair in heads],
        [
            (
                row["indicator_code"],
                row["indicator_name"],
                _with_unit(row["value"], row["unit"]),
                amount(row["target_value"]) if row["target_value"] is not None else "",
                percent(row["completion_pct_rounded"]) if _has_task(row) else "",
                signed_points(row["progress_gap_pp"]) if _has_task(row) else "",
                yes[row["is_past_half"]] if _has_task(row) else "",
            )
            for row in found.indicators
        ],
        right=[2, 3, 4, 5],
        wraps=[1],
    )


def _has_task(row: Row) -> bool:
    """Whether a figure is held against a target at all; one that lacks it has dashes."""
    return row["target_value"] is not None or row["completion_pct"] is not None


def _with_unit(value: Decimal | None, unit: str) -> str:
    return DASH if value is None else f"{amount(value)}{unit}"


def _print_past_half(found: Board) -> None:
    half = found.past_half
    if half is None:
        return
    said = say(
        f"Past the half: {half.past_count} of {half.task_count}",
        f"双过半：{half.task_count}项中{half.past_count}项过半",
    )
    if half.since_on is not None and half.lead_days is not None:
        said += say(
            f"; all of them first at {half.since_on}, ", f"；{half.since_on}首次全部过半，"
        ) + _lead(half.lead_days)
    console().print(f"{said}{say('.', '。')}")


def _lead(days: int) -> str:
    """How long before the end of June, or after it; nobody is early by no day."""
    english = f"{abs(days)} days {'early' if days > 0 else 'late'}" if days else "on time"
    return say(english, lead_words(days))


def _print_ranking(found: Board) -> None:
    _section(say("Departments: rate, and rank by it", "各单位：完成率（名次）"))
    codes = [row["indicator_code"] for row in found.indicators if _has_task(row)]
    print_table(
        [say("rank", "名次"), say("department", "单位"), say("overall", "综合"), *codes],
        [
            (
                DASH if one.rank is None else one.rank,
                one.department + ("" if one.is_complete else "*"),
                points(one.score_pct),
                *(_rate_and_rank(one, code) for code in codes),
            )
            for one in found.departments
        ],
        right=[0, *range(2, 3 + len(codes))],
        wraps=[1],
    )
    if not all(one.is_complete for one in found.departments):
        console().print(say("  * incomplete", "  * 数据不完整"))
    for one in found.departments:
        if one.note:
            console().print(f"  {one.department}：{one.note}")


def _rate_and_rank(one: Standing, code: str) -> str:
    row = next((row for row in one.rates if row["indicator_code"] == code), None)
    if row is None:
        return ""
    rate = row["completion_pct_rounded"]
    return DASH if rate is None else f"{percent(rate)}({row['rank']})"


def _print_lists(found: Board) -> None:
    """红黑榜: who is level with the time progress or ahead, and who is behind in what."""
    _section(say("Against the time progress", "红黑榜（对照序时进度）"))
    out = console()
    red = "、".join(found.red_list) or say("none", "无")
    out.print("  " + say("Level or ahead in all: ", "红榜（各项均不低于序时进度）：") + red)
    by_name = {one.department: one for one in found.departments}
    for number, name in enumerate(found.black_list):
        gaps = "、".join(
            f"{row['indicator_code']} {signed_points(row['progress_gap_pp'])}"
            for row in by_name[name].rates
            if row["indicator_code"] in by_name[name].behind
        )
        if not number:
            out.print("  " + say("Behind, in points:", "黑榜（低于序时进度，百分点）："))
        out.print(f"    {name}：{gaps}")


def _print_campaign(found: Board) -> None:
    row = found.campaign
    if row is None:
        return
    _section(say("Campaign", "攻坚行动"))
    elapsed, value = points(row["elapsed_pct"]), amount(row["contract_value"])
    console().print(
        say(
            f"  day {row['elapsed_days']} ({elapsed}%), {row['remaining_days']} left; signed since "
            f"{row['starts_on']}: {row['contracts_signed']} contracts, {value}亿元",
            f"  第{row['elapsed_days']}天（{elapsed}%），还剩{row['remaining_days']}天；"
            f"{row['starts_on']}以来签约{row['contracts_signed']}个，合同投资额{value}亿元",
        )
    )


def _print_missing(found: Board) -> None:
    _section(say(f"Missing returns: {len(found.missing)}", f"未报和退回：{len(found.missing)}份"))
    for one in found.missing:
        title = schemas.by_name(one.return_name).form().title
        state = say(*LABELS["state"][one.state])
        console().print(f"  {one.department}  {title}  {state}")


def _print_months(months: Sequence[Row]) -> None:
    _section(say("Months", "各月"))
    print_list(
        (
            f"{row['report_month']:%Y-%m} "
            + (say("locked", "已锁定") if row["is_locked"] else say("open", "未锁定"))
            + ("" if row["is_complete"] else say(", incomplete", "、不完整"))
            for row in months
        ),
        indent="  ",
    )
