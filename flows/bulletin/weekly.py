"""周调度, one page: what was signed and begun in the last seven days, what was paid in, what is due.

Returns are monthly, so the week is that which the month's returns can tell of: the seven days up to
the month's end, or to the release's day while the month still runs. Payments bear no date: they are
told for the month. Measures are those due within seven days from the day for which it is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flows.answer.wording import month_words
from flows.bulletin import words
from flows.bulletin.document import (
    Cell,
    Column,
    Document,
    Section,
    Table,
    count,
    dated_words,
    day,
    day_words,
    figure,
)
from flows.bulletin.document import words as cell
from flows.bulletin.subject import Row, Subject
from flows.values.printed import amount

_WEEK = dt.timedelta(days=7)
# As many rows as one page holds, heads of tables with them; payments take what others leave.
_MOST_SIGNED, _MOST_STARTED, _MOST_DUE, _LEAST_PAID, _MOST_ROWS = 3, 2, 3, 2, 13
_LONG, _SHORT = 20, 10


def weekly(about: Subject, today: dt.date | None = None) -> Document:
    """The week's page; `today` is the day for which it is made, without one the last that is told of."""
    until = about.until
    since = until - _WEEK + dt.timedelta(days=1)
    title = words.WEEKLY_TITLE.format(zone=about.board.zone_name)
    days = {"since": dated_words(since), "until": day_words(until)}
    subtitle = about.subtitle(words.WEEKLY_SUBTITLE, **days)
    signed = _signed(about, since, until)
    started = _started(about, since, until)
    due = _due(about, max(until, today or until))
    used = sum(1 + len(table.rows) for one in (signed, started, due) for table in one.tables)
    return Document(
        title=title,
        subtitle=subtitle,
        sections=(
            _summary(about, until),
            signed,
            started,
            _paid(about, max(_LEAST_PAID, _MOST_ROWS - used - 1)),
            due,
        ),
        copy_to=about.copy_to,
        source=words.WEEK_SOURCE.format(
            run=about.release["run_id"], fingerprint=about.release["fingerprint"]
        ),
        fields=about.fields(title, subtitle),
    )


def _summary(about: Subject, until: dt.date) -> Section:
    missing = about.board.missing_words
    lines = [words.INCOMPLETE.format(missing=missing)] if missing else []
    lines.append(words.WEEK_HEADLINE.format(day=day_words(until), lines=about.headline))
    return Section(words.SUMMARY, words.SUMMARY, lines)


def _signed(about: Subject, since: dt.date, until: dt.date) -> Section:
    days = {"since": day_words(since), "until": day_words(until)}
    rows = about.rows("signed", since=since, until=until, most=_MOST_SIGNED)
    if not rows:
        return _section(words.WEEK_SIGNED, words.NO_WEEK_SIGNED.format(**days))
    total = amount(rows[0]["amount_of_all"])
    text = words.WEEK_SIGNED_TEXT.format(n=rows[0]["of_all"], amount=total, **days)
    lines = [[*_project(row), day(row["signed_on"]), figure(row["amount"])] for row in rows]
    return _section(
        words.WEEK_SIGNED, text, words.WEEK_PROJECT_HEADS, (70, 36, 21, 29), rows, lines
    )


def _started(about: Subject, since: dt.date, until: dt.date) -> Section:
    days = {"since": day_words(since), "until": day_words(until)}
    rows = about.rows("started", since=since, until=until, most=_MOST_STARTED)
    if not rows:
        return _section(words.WEEK_STARTED, words.NO_WEEK_STARTED.format(**days))
    text = words.WEEK_STARTED_TEXT.format(n=rows[0]["of_all"], **days)
    lines = [[*_project(row), day(row["started_on"]), figure(row["amount"])] for row in rows]
    return _section(
        words.WEEK_STARTED, text, words.WEEK_PROJECT_HEADS, (70, 36, 21, 29), rows, lines
    )


def _paid(about: Subject, most: int) -> Section:
    rows = about.rows("paid", most=most)
    (of_zone,) = (row for row in about.board.indicators if row["indicator_code"] == "ZS02")
    stated = {"month": month_words(about.month), "total": amount(of_zone["value"])}
    if not rows:
        return _section(words.WEEK_PAID, words.NO_WEEK_PAID.format(**stated))
    text = words.WEEK_PAID_TEXT.format(
        n=rows[0]["of_all"], amount=amount(of_zone["month_value"]), **stated
    )
    lines = [[*_project(row), figure(row["amount"])] for row in rows]
    return _section(words.WEEK_PAID, text, words.WEEK_PAID_HEADS, (86, 36, 34), rows, lines)


def _due(about: Subject, today: dt.date) -> Section:
    until = today + _WEEK
    rows = about.rows("measures", today=today, until=until, most=_MOST_DUE)
    if not rows:
        return _section(words.WEEK_DUE, words.NO_WEEK_DUE.format(until=day_words(until)))
    first = rows[0]
    text = words.WEEK_DUE_TEXT.format(
        n=first["of_all"], overdue=first["overdue_of_all"], until=day_words(until)
    )
    lines = [
        [
            count(row["measure_no"]),
            cell(_short(row["task"], _LONG)),
            cell(_short(row["lead_dept"], _SHORT)),
            cell(dated_words(row["due_on"]), "center"),
            cell(words.OVERDUE if row["is_overdue"] else row["status"], "center"),
        ]
        for row in rows
    ]
    return _section(words.WEEK_DUE, text, words.WEEK_DUE_HEADS, (11, 72, 32, 25, 16), rows, lines)


def _project(row: Row) -> list[Cell]:
    return [cell(_short(row["project_name"], _LONG)), cell(_short(row["department"], _SHORT))]


def _short(name: str | None, most: int) -> str:
    """A name that stays in one line of its table."""
    text = " ".join((name or "").split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _section(
    name: str,
    text: str,
    heads: Sequence[str] = (),
    widths: Sequence[float] = (),
    rows: Sequence[Row] = (),
    lines: Sequence[Sequence[Cell]] = (),
) -> Section:
    """A sentence, and below it what it speaks of, as far as that is listed."""
    if not rows:
        return Section(name, name, [text])
    is_all = rows[0]["of_all"] == len(rows)
    text += words.END if is_all else words.LISTED.format(listed=len(rows))
    columns = [Column(head, width) for head, width in zip(heads, widths, strict=True)]
    return Section(name, name, [text, Table(name, "", columns, lines)])
