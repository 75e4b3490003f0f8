"""What there is to tell: read from what is published, and worded for departments and the zone.

A department is told of its own returns and of nothing else; the zone of the rest, and of the returns
of departments that have no address, or that nobody can place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

import schemas
from flows.answer import places
from flows.answer.headline import headline_lines, newest_headline
from flows.answer.replied import reply_paths
from flows.answer.results import RunResult
from flows.answer.wording import UNKNOWN, asked_words, month_words
from flows.ground.days import due_on, is_day_off
from flows.ground.errors import (
    DiskFullError,
    OrchestratorError,
    PublicationError,
    SettingsError,
    WarehouseError,
)
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE, Zone
from flows.month import changes
from flows.month.months import newest as newest_month
from flows.notify.messages import Message, message
from flows.notify.outbox import Outbox
from flows.store.statements import SQL, statement
from flows.store.warehouse import fetch_rows
from flows.values.printed import exact

Row = Mapping[str, Any]
_DAY = dt.timedelta(days=1)
_INSTANT = dt.timedelta(microseconds=1)
_DONE_WITHIN, _REMINDED_WITHIN = 7 * _DAY, 2 * _DAY
# Of a file with many returns so many are named.
_MOST_RETURNS = 3
_CAN_DO = {"rejected": "退回", "partly_accepted": "部分接收", "accepted_with_warnings": "待说明"}
# What is said of a failure; its own words may be those of a cell.
_FAILURES: tuple[tuple[type[BaseException], str], ...] = (
    (OrchestratorError, "Prefect服务器没有响应"),
    (PublicationError, "新的数据没有发布成功"),
    (WarehouseError, "数据仓文件夹或工作数据库出错"),
)


def failed(zone: Zone, error: BaseException, outbox: Outbox, today: dt.date) -> Iterator[Message]:
    """That refreshes fail, each way once until one succeeds."""
    kind, words = type(error).__name__, _words_of(error)
    if kind == outbox.failing:
        # What is said of it may change: how much room there is left.
        return
    outbox.failing = kind
    number = sum(key.startswith(f"failed {today}") for key in outbox.keys)
    yield message(
        f"failed {today} {number + 1}",
        None,
        _title(zone, "刷新失败"),
        today + 3 * _DAY,
        [f"原因：{words}。", "此前已发布的数字不变，收到的文件都在，下次刷新会接着处理。"],
        [],
        tail=["详情见数据仓文件夹中的 logs/guoban.jsonl，也可运行 guoban doctor。"],
    )


def _words_of(error: BaseException) -> str:
    if isinstance(error, SettingsError | DiskFullError):
        # These speak of the zone's file, of folders and of the disk.
        return " ".join(error.chinese.split()).rstrip("。")
    found = (words for kind, words in _FAILURES if isinstance(error, kind))
    return next(found, f"意外错误（{type(error).__name__}）")


def begin(
    con: duckdb.DuckDBPyConnection, outbox: Outbox, result: RunResult, today: dt.date
) -> None:
    """Begins to tell with this run: what was published before is no news."""
    (stand,) = fetch_rows(con, statement("notify/stand"), {"run_id": result.run_id})
    new = [one for one in result.files if one.submission_id and one.status != "unchanged"]
    receipts = [int(str(one.submission_id).partition("-")[0]) for one in new]
    outbox.receipt = min(receipts, default=int(stand["last_receipt"]) + 1) - 1
    before = stand["published_before"]
    outbox.published_at = (before or dt.datetime.min.replace(tzinfo=dt.UTC)).isoformat()
    outbox.looked_on = today
    months = {one.month for one in new}
    for month in _complete(con):
        if month not in months:
            outbox.keys[_key_of_complete(month)] = today


def of_release(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    warehouse: Path,
    outbox: Outbox,
    today: dt.date,
    addressed: Container[str | None],
) -> list[Message]:
    """What became known since it was last told; `outbox` goes on to here."""
    (stand,) = fetch_rows(con, statement("notify/stand"), {"run_id": ""})
    found = [
        *_returned(con, zone, warehouse, outbox, today, addressed),
        *_moved(con, zone, outbox, today),
        *_completed(con, zone, outbox, today),
    ]
    outbox.receipt = int(stand["last_receipt"])
    outbox.published_at = stand["published_at"].isoformat()
    events = zone.notifications.events
    wanted = [one for one in found if one.key.partition(" ")[0] in events]
    # Whoever wants to be told of more from today on hears nothing of yesterday.
    outbox.keys |= {one.key: today for one in found if one not in wanted}
    return wanted


# --- returns that come back ----------------------------------------------------------------------


def _returned(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    warehouse: Path,
    outbox: Outbox,
    today: dt.date,
    addressed: Container[str | None],
) -> Iterator[Message]:
    rows = fetch_rows(con, statement("notify/returned"), {"after": outbox.receipt})
    replies = _replies(con, warehouse, rows)
    groups: dict[str | None, list[Row]] = {}
    for row in rows:
        own = row["department"] if row["department"] in addressed else None
        groups.setdefault(own, []).append(row)
    for to, several in groups.items():
        counts = "、".join(
            f"{words}{count}份"
            for status, words in _CAN_DO.items()
            if (count := sum(row["status"] == status for row in several))
        )
        last = max(row["receipt_no"] for row in several)
        yield message(
            f"returned {last} {to or WHOLE_ZONE}",
            to,
            _title(zone, f"{to or ''}报送{counts}"),
            today + _DONE_WITHIN,
            ["请打开下列批注回复（数据仓文件夹中的路径），改正或说明后重新报送："],
            _items(several, replies, of_zone=to is None),
            "……另有{count}份文件，见各单位各月的“回执.xlsx”",
        )


def _items(
    rows: Iterable[Row],
    replies: Mapping[int, str],
    *,
    of_zone: bool,
) -> list[str]:
    """A paragraph for each file."""
    files: dict[int, list[Row]] = {}
    for row in rows:
        files.setdefault(row["receipt_no"], []).append(row)
    paths = {
        receipt: replies.get(receipt) or places.safe_part(Path(several[0]["file"]).name)
        for receipt, several in files.items()
    }
    shown = dict(zip(paths, _without_numbers([*paths.values()]), strict=True))
    return [
        "\n".join(
            [
                *(f"· {_of_return(row, of_zone=of_zone)}" for row in several[:_MOST_RETURNS]),
                *([f"· 等{len(several)}张报表"] if len(several) > _MOST_RETURNS else []),
                f"  {shown[receipt]}",
            ]
        )
        for receipt, several in files.items()
    ]


def _of_return(row: Row, *, of_zone: bool) -> str:
    parts = [
        (row["department"] or UNKNOWN) if of_zone else "",
        month_words(row["report_month"]) if row["report_month"] else "",
        _return_title(row["return_name"]),
    ]
    counts = "、".join(
        f"{count}处{words}"
        for words, count in (("错误", row["errors"]), ("警告", row["warnings"]))
        if count
    )
    found = f"，{counts}" if counts else ""
    return f"{' '.join(part for part in parts if part)}：{_CAN_DO[row['status']]}{found}"


def _return_title(name: str | None) -> str:
    return schemas.by_name(name).form().title if name else "未识别的报表"


def _replies(
    con: duckdb.DuckDBPyConnection, warehouse: Path, rows: Iterable[Row]
) -> dict[int, str]:
    """The replies' paths below the warehouse folder by receipt, of those that are there."""
    months = sorted({row["report_month"] for row in rows if row["report_month"]})
    paths = reply_paths(con, months)
    return {number: str(one) for number, one in paths.items() if (warehouse / one).is_file()}


def _without_numbers(texts: Sequence[str]) -> list[str]:
    """The texts with telephone numbers masked, as in receipts."""
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("create schema stg")
        for name in ("masked_numbers", "masked_phones"):
            con.execute((SQL / "stg" / f"{name}.sql").read_text("utf-8"))
        return [
            text
            for (text,) in con.execute(
                "select stg.masked_phones(text) from (select unnest(?) as text)", [[*texts]]
            ).fetchall()
        ]


# --- months --------------------------------------------------------------------------------------


def _complete(con: duckdb.DuckDBPyConnection) -> list[dt.date]:
    rows = con.execute(statement("notify/complete"), {"whole_zone": WHOLE_ZONE}).fetchall()
    return [month for (month,) in rows]


def _key_of_complete(month: dt.date) -> str:
    return f"complete {month:%Y-%m}"


def _completed(
    con: duckdb.DuckDBPyConnection, zone: Zone, outbox: Outbox, today: dt.date
) -> Iterator[Message]:
    new = [month for month in _complete(con) if _key_of_complete(month) not in outbox.keys]
    if not new:
        return
    for month in new[:-1]:
        outbox.keys[_key_of_complete(month)] = today
    words = [month_words(month) for month in reversed(new)]
    yield message(
        _key_of_complete(new[-1]),
        None,
        _title(zone, f"{words[0]}报送齐全"),
        today + _DONE_WITHIN,
        ["应报的报表都已收到，没有被扣留的行："],
        words,
        "……另有{count}个月",
    )


def _moved(
    con: duckdb.DuckDBPyConnection, zone: Zone, outbox: Outbox, today: dt.date
) -> Iterator[Message]:
    after = dt.datetime.fromisoformat(outbox.published_at)
    newest = newest_month(con)
    # What was published then has been told.
    rows = changes.moved_since(con, after + _INSTANT, newest, is_before=True) if newest else []
    if not rows:
        return
    earlier = sorted({row["report_month"] for row in rows}, reverse=True)
    words = "、".join(month_words(month) for month in earlier[:3])
    words += f"等{len(earlier)}个月" if len(earlier) > 3 else ""
    yield message(
        f"moved {outbox.published_at}",
        None,
        _title(zone, f"以前月份的数字有变化：{words}"),
        today + _DONE_WITHIN,
        [],
        [
            f"· {month_words(row['report_month'])} {row['department']} {_move_words(row)}"
            for row in rows
        ],
        tail=[f"原因见 guoban changes --month {earlier[0]:%Y-%m}。"],
    )


def _move_words(row: Row) -> str:
    target = "目标" if row["figure"] == "target_value" else ""
    old, new = exact(row["old_value"]), exact(row["new_value"])
    return f"{row['indicator_name']}{target}：{old} → {new} {row['unit']}"


# --- what is owed --------------------------------------------------------------------------------


def reminders(
    con: duckdb.DuckDBPyConnection | None,
    zone: Zone,
    today: dt.date,
    addressed: Container[str | None],
) -> Iterator[Message]:
    """Who owes what is due by tomorrow, or was due so many days ago as the zone wants to remind of.

    On the last working day before the due date, and until it if nobody was reminded by then. A
    reminder of days late comes later where nobody asked on that day. `con` is what is published;
    None where nothing is.
    """
    events = zone.notifications.events
    for month in _asked_months(today):
        due = due_on(zone, month)
        if due >= today >= _eve(zone, due):
            if "due" in events:
                yield from _due(con, zone, month, due, today, addressed)
        elif "overdue" in events and (step := _step(zone, (today - due).days)):
            yield from _overdue(con, zone, month, due, today, step, addressed)


def _asked_months(today: dt.date) -> Iterator[dt.date]:
    """The months that may be due about now, the latest first: also one that isn't over yet."""
    month = today.replace(day=1)
    for _ in range(4):
        yield month
        month = (month - _DAY).replace(day=1)


def _eve(zone: Zone, due: dt.date) -> dt.date:
    """The last day before it on which people work."""
    day = due - _DAY
    while is_day_off(zone, day):
        day -= _DAY
    return day


# Whoever was not reminded for want of a run is reminded later, but not of what is long past.
_CATCH_UP_DAYS = 7


def _step(zone: Zone, late_days: int) -> int | None:
    """The reminder that is due after so many days: the last one that came by then."""
    steps = [one for one in zone.notifications.overdue_days if one <= late_days]
    if not steps or late_days > max(zone.notifications.overdue_days) + _CATCH_UP_DAYS:
        return None
    return max(steps)


def _owing(
    con: duckdb.DuckDBPyConnection | None, zone: Zone, month: dt.date
) -> dict[str, list[str]]:
    """The titles of the returns that departments owe for a month and have not filed."""
    filed: set[tuple[str, str]] = set()
    if con is not None:
        filed.update(con.execute(statement("notify/filed"), {"month": month}).fetchall())
    owing: dict[str, list[str]] = {}
    for department, slug in zone.owed_for(month):
        if (department, slug) not in filed:
            owing.setdefault(department, []).append(_return_title(slug))
    return owing


def _due(
    con: duckdb.DuckDBPyConnection | None,
    zone: Zone,
    month: dt.date,
    due: dt.date,
    today: dt.date,
    addressed: Container[str | None],
) -> Iterator[Message]:
    when = {0: "今天", 1: "明天"}.get((due - today).days, "")
    title = f"{month_words(month)}报表{when or f'{_day_words(due)}'}到期"
    head = f"应于{_day_words(due)}{f'（{when}）' if when else ''}前报送，还没有收到："
    yield from _asked(
        f"due {month:%Y-%m}", zone, _owing(con, zone, month), addressed, title, head, due
    )


def _overdue(
    con: duckdb.DuckDBPyConnection | None,
    zone: Zone,
    month: dt.date,
    due: dt.date,
    today: dt.date,
    step: int,
    addressed: Container[str | None],
) -> Iterator[Message]:
    late = (today - due).days
    title = f"{month_words(month)}报表逾期{late}天"
    head = f"应于{_day_words(due)}前报送，已逾期{late}天，还没有收到："
    yield from _asked(
        f"overdue {month:%Y-%m} {step}",
        zone,
        _owing(con, zone, month),
        addressed,
        title,
        head,
        today + _REMINDED_WITHIN,
    )


def _asked(
    key: str,
    zone: Zone,
    owing: Mapping[str, Sequence[str]],
    addressed: Container[str | None],
    title: str,
    head: str,
    until: dt.date,
) -> Iterator[Message]:
    """A message to each department that owes and has an address, and one to the zone of all."""
    for department, titles in owing.items():
        if department in addressed:
            yield message(
                f"{key} {department}",
                department,
                _title(zone, f"{department}{title}"),
                until,
                [head],
                [f"· {one}" for one in titles],
            )
    if owing:
        count = sum(map(len, owing.values()))
        yield message(
            f"{key} {WHOLE_ZONE}",
            None,
            _title(zone, f"{title}，{len(owing)}个单位还有{count}份未报"),
            until,
            [head],
            [f"· {department}：{'、'.join(titles)}" for department, titles in owing.items()],
            "……另有{count}个单位",
        )


def _day_words(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


# --- the week ------------------------------------------------------------------------------------


def of_week(con: duckdb.DuckDBPyConnection, zone: Zone, today: dt.date) -> Iterator[Message]:
    """周调度: the newest month's figures, what moved in the last seven days, and who has to do what."""
    rows = newest_headline(con)
    if not rows:
        return
    month = rows[0]["report_month"]
    since = dt.datetime.combine(today - 7 * _DAY, dt.time(), BEIJING)
    moved = [
        row
        for row in changes.moved_since(con, since, month, is_before=False)
        if row["scope"] == "zone" and row["figure"] == "value"
    ]
    order = {one.name: number for number, one in enumerate(zone.departments)}
    asked = fetch_rows(con, statement("notify/open"), {"month": month})
    asked.sort(key=lambda row: order.get(row["department"], len(order)))
    year, week, _ = today.isocalendar()
    yield message(
        f"weekly {year}-W{week:02d}",
        None,
        _title(zone, f"周调度（{_day_words(today)}）"),
        today + _REMINDED_WITHIN,
        [
            f"截至{_day_words(today)}，{month_words(month)}"
            + ("报送齐全。" if rows[0]["is_complete"] else "报送尚未齐全。"),
            *headline_lines({row["indicator_code"]: row for row in rows}),
            *(["近7天变化："] if moved else ["近7天数字没有变化。"]),
            *(f"· {_move_words(row)}" for row in moved),
            *(["各单位待办："] if asked else []),
        ],
        [f"· {row['department']}：{_todo_words(row)}" for row in asked],
        "……另有{count}个单位",
    )


def _todo_words(row: Row) -> str:
    missing = [f"未报{row['missing_count']}份"] if row["missing_count"] else []
    asked = {name: row[f"to_{name}"] for name in ("correct", "explain", "decide")}
    return "、".join([*missing, *asked_words(asked)])


def _title(zone: Zone, words: str) -> str:
    return f"【{zone.zone.name}】{words}"
