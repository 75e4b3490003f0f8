"""月通报: how far the zone and its departments are, what was signed, who filed how, what was corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

import schemas
from flows.answer.wording import lead_words, moment_words, month_words, span_words
from flows.bulletin import words
from flows.bulletin.document import (
    Cell,
    Column,
    Document,
    Section,
    Table,
    change,
    count,
    dated_words,
    day,
    day_words,
    figure,
    gap,
    rate,
    score,
    whole,
)
from flows.bulletin.document import words as cell
from flows.bulletin.subject import Row, Subject
from flows.export.definitions import definitions
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE
from flows.month import changes, findings
from flows.month.board import Standing
from flows.month.todo import turned_back_of
from flows.values.printed import amount, exact, points
from schemas.labels import chinese

# More rows nobody reads on paper.
MOST_PROJECTS, MOST_CHANGES = 300, 60
_STATES, _CAUSES = chinese("state"), chinese("cause")


def monthly(about: Subject) -> Document:
    """The month's bulletin."""
    title = words.TITLE.format(zone=about.board.zone_name)
    subtitle = about.subtitle(words.SUBTITLE)
    return Document(
        title=title,
        subtitle=subtitle,
        sections=(
            _summary(about),
            _ranking(about),
            _signed(about),
            _filing(about),
            _corrected(about),
            _definitions(about),
        ),
        copy_to=about.copy_to,
        fields=about.fields(title, subtitle),
    )


# --- the zone ------------------------------------------------------------------------------------


def _summary(about: Subject) -> Section:
    board = about.board
    blocks: list[str | Table] = []
    if board.missing_words:
        blocks.append(words.INCOMPLETE.format(missing=board.missing_words))
    until = dated_words(about.until)
    blocks.append(words.HEADLINE.format(day=until, lines=about.headline))
    blocks += [*_progress(about), *_campaign(about)]
    if about.is_interim:
        blocks.append(words.INTERIM.format(day=until))
    known = [
        f"{row['indicator_name']}{amount(row['value'], 1)}{row['unit']}"
        for row in board.secondary
        if row["value"] is not None
    ]
    if known:
        figures = "，".join(known)
        blocks.append(words.ACTIVITY.format(span=span_words(about.month), figures=figures))
    return Section(words.SUMMARY, words.SUMMARY, [*blocks, _zone_table(about)])


def _progress(about: Subject) -> Iterator[str]:
    half = about.board.past_half
    if half is None:
        return
    said = words.PROGRESS.format(
        progress=points(about.board.time_progress_pct), tasks=half.task_count, past=half.past_count
    )
    if half.since_on is not None and half.lead_days is not None:
        said += words.SINCE.format(day=day_words(half.since_on), lead=lead_words(half.lead_days))
    yield f"{said}。"


def _campaign(about: Subject) -> Iterator[str]:
    if row := about.board.campaign:
        campaign = about.zone.campaign
        yield words.CAMPAIGN.format(
            name=(campaign and campaign.name) or words.CAMPAIGN_NAME,
            starts=day_words(row["starts_on"]),
            day=day_words(min(about.month_end, row["ends_on"])),
            elapsed=row["elapsed_days"],
            pct=points(row["elapsed_pct"]),
            remaining=row["remaining_days"],
            contracts=row["contracts_signed"],
            amount=amount(row["contract_value"]),
        )


def _zone_table(about: Subject) -> Table:
    leaders = {row["indicator_code"]: row["leaders"] for row in about.rows("leaders")}
    name, title = words.ZONE_TABLE
    return Table(
        name,
        title,
        [
            Column(words.INDICATOR, 40),
            Column(words.UNIT, 10),
            Column(words.TARGET, 17),
            Column(words.THIS_MONTH, 14),
            Column(words.TO_DATE, 17),
            Column(words.RATE, 14),
            Column(words.GAP, 15),
            Column(words.LEADERS, 29),
        ],
        [
            [
                cell(row["indicator_name"]),
                cell(row["unit"], "center"),
                *(_of_task(row, figure(row["target_value"]))),
                figure(row["month_value"]),
                figure(row["value"]),
                *(_of_task(row, rate(row["completion_pct_rounded"]), gap(row["progress_gap_pp"]))),
                cell("、".join(leaders.get(row["indicator_code"], ())), "center"),
            ]
            for row in about.board.indicators
        ],
        notes=[words.ZONE_NOTE],
    )


def _of_task(row: Row, *cells: Cell) -> Sequence[Cell]:
    """What is held against a target; empty for a figure that has none by its nature."""
    has_task = row["target_value"] is not None or row["note"] is not None
    return cells if has_task or row["completion_pct"] is not None else [cell(None) for _ in cells]


# --- the departments -----------------------------------------------------------------------------


def _ranking(about: Subject) -> Section:
    departments = about.board.departments
    if not departments:
        return Section(words.RANKING, words.RANKING, [words.NO_DEPARTMENTS])
    by_name = {one.department: one for one in departments}
    black = "、".join(
        words.BEHIND.format(department=name, gaps="、".join(_gaps(by_name[name])))
        for name in about.board.black_list
    )
    red = "、".join(about.board.red_list)
    return Section(
        words.RANKING,
        words.RANKING,
        [
            words.RED.format(names=red or words.NONE),
            words.BLACK.format(names=black or words.NONE),
            *(
                words.NO_SCORE.format(department=one.department, note=one.note)
                for one in departments
                if one.note
            ),
            _rates_table(about),
            _values_table(about),
        ],
    )


def _gaps(one: Standing) -> Iterator[str]:
    for row in one.rates:
        if row["indicator_code"] in one.behind:
            yield f"{row['indicator_name']}{points(-row['progress_gap_pp'])}"


def _tasks(about: Subject) -> dict[str, str]:
    """The figures with which departments have a task, and their names, in their order."""
    with_task = {row["indicator_code"] for one in about.board.departments for row in one.rates}
    names = {row["indicator_code"]: row["indicator_name"] for row in about.board.indicators}
    return {code: name for code, name in names.items() if code in with_task}


def _named(one: Standing) -> Cell:
    return cell(one.department + ("" if one.is_complete else "*"))


def _rates_table(about: Subject) -> Table:
    tasks = _tasks(about)
    name, title = words.RATES_TABLE
    rows = []
    for one in about.board.departments:
        line = [count(one.rank), _named(one), score(one.score_pct)]
        by_code = {row["indicator_code"]: row for row in one.rates}
        for code in tasks:
            row = by_code.get(code)
            line += [rate(row["completion_pct_rounded"]), count(row["rank"])] if row else _EMPTY
        rows.append(line)
    is_complete = all(one.is_complete for one in about.board.departments)
    return Table(
        name,
        title,
        [
            Column(words.RANK, 8),
            Column(words.DEPARTMENT, 27),
            Column(words.SCORE, 13),
            *(
                column
                for task in tasks.values()
                for column in (Column(words.RATE, 12, task), Column(words.RANK, 9, task))
            ),
        ],
        rows,
        notes=[words.RATES_NOTE, *([] if is_complete else [words.INCOMPLETE_NOTE])],
    )


_EMPTY = [cell(None), cell(None)]


def _values_table(about: Subject) -> Table:
    tasks = _tasks(about)
    name, title = words.VALUES_TABLE
    rows = []
    for one in about.board.departments:
        line = [_named(one)]
        by_code = {row["indicator_code"]: row for row in one.rates}
        for code in tasks:
            row = by_code.get(code)
            line += [figure(row["value"]), figure(row["target_value"])] if row else _EMPTY
        rows.append(line)
    # The zone's own targets may be more than those of its departments (加压), so it is no sum.
    of_zone = {row["indicator_code"]: row for row in about.board.indicators}
    last = [cell(WHOLE_ZONE)]
    for code in tasks:
        last += [figure(of_zone[code]["value"]), figure(of_zone[code]["target_value"])]
    return Table(
        name,
        title,
        [
            Column(words.DEPARTMENT, 29),
            *(
                column
                for task in tasks.values()
                for column in (Column(words.DONE, 13, task), Column(words.GOAL, 12.4, task))
            ),
        ],
        [*rows, last],
        unit=words.UNITS,
        has_total=True,
    )


# --- the projects --------------------------------------------------------------------------------


def _signed(about: Subject) -> Section:
    rows = about.rows("signed", since=about.month, until=about.month_end, most=MOST_PROJECTS)
    if not rows:
        none = [words.NO_SIGNED, *_not_all_signed(about, Decimal(0))]
        return Section(words.SIGNED, words.SIGNED, none)
    of_all, total = rows[0]["of_all"], rows[0]["amount_of_all"]
    name, title = words.SIGNED_TABLE
    widths = (9, 37, 27, 28, 13, 19, 13, 10)
    lines = [
        [
            count(number),
            cell(row["project_name"]),
            cell(row["investor"]),
            cell(row["department"]),
            cell(row["sector"], "center"),
            day(row["signed_on"]),
            figure(row["amount"]),
            cell(row["stage"], "center"),
        ]
        for number, row in enumerate(rows, start=1)
    ]
    summed = [cell(None), cell(words.TOTAL), *(cell(None) for _ in range(4)), figure(total)]
    table = Table(
        name,
        title,
        [Column(head, width) for head, width in zip(words.SIGNED_HEADS, widths, strict=True)],
        [*lines, [*summed, cell(None)]],
        unit=words.IN_YI,
        notes=_more(words.MORE_PROJECTS, len(rows), of_all),
        has_total=True,
    )
    text = words.SIGNED_TEXT.format(n=of_all, amount=amount(total))
    return Section(words.SIGNED, words.SIGNED, [text, *_not_all_signed(about, total), table])


def _not_all_signed(about: Subject, signed: Decimal) -> Iterator[str]:
    """Why the zone's table has another sum for the month than what was signed in it; mostly nothing."""
    (of_zone,) = (row for row in about.board.indicators if row["indicator_code"] == "ZS01")
    value = of_zone["month_value"]
    if value is not None and value != signed:
        yield words.NOT_ALL_SIGNED.format(
            month=amount(value), difference=exact(abs(value - signed))
        )


def _more(text: str, listed: int, of_all: int) -> list[str]:
    """That there are more than are listed; nothing where all are."""
    return [] if of_all == listed else [text.format(listed=listed)]


# --- how returns were filed ----------------------------------------------------------------------


def _filing(about: Subject) -> Section:
    *lines, total = about.rows("filing")
    if not lines:
        return Section(words.FILING, words.FILING, [words.FILING_NOTHING])
    asked = findings.asked_by_department(about.con, about.month)
    return Section(
        words.FILING,
        words.FILING,
        [
            _filing_text(about, total, asked),
            *_owing(about),
            *_not_used(about),
            _filing_table(lines, total, asked),
        ],
    )


Asked = Mapping[str | None, Mapping[str, int]]
"""How much is to be done, by whose it is (None: nobody knows) and by what is asked for."""


def _filing_text(about: Subject, total: Row, asked: Asked) -> str:
    """How many returns were owed, and came in which way; how much is still to be done about them."""
    due = day_words(about.board.month["due_on"])
    text = words.FILING_TEXT.format(owed=total["owed"], due=due)
    counts = [
        words.FILING_COUNT.format(state=name, n=total[state])
        for state, name in _STATES.items()
        if total[state]
    ]
    text += words.FILING_COUNTS.format(counts="、".join(counts))
    still = [
        words.ASKED_COUNT.format(name=name, n=n)
        for kind, name in words.ASKED.items()
        if (n := _asked_of_all(asked, kind))
    ]
    text += words.OPEN.format(asked="、".join(still)) if still else ""
    return f"{text}。"


def _asked_of_all(asked: Asked, kind: str) -> int:
    return sum(one[kind] for one in asked.values())


def _owing(about: Subject) -> Iterator[str]:
    """Who owes what still, if anybody does."""
    owed = [
        (
            one.department,
            words.OWED_ONE.format(title=_title(one.return_name), state=_STATES[one.state]),
        )
        for one in about.board.missing
    ]
    if owed:
        yield words.FILING_OWED.format(names=_by_department(owed))


def _not_used(about: Subject) -> Iterator[str]:
    """Whose new versions are turned back while older ones count, if anybody's are."""
    versions = turned_back_of(about.con, about.month)
    if versions:
        names = _by_department((one.department, _title(one.return_name)) for one in versions)
        yield words.NOT_USED.format(names=names)


def _title(return_name: str) -> str:
    return schemas.by_name(return_name).form().title


def _by_department(returns: Iterable[tuple[str, str]]) -> str:
    """Returns in words under their departments, of which each stands together."""
    return "；".join(
        words.OWED_OF.format(department=department, titles="、".join(title for _, title in several))
        for department, several in groupby(returns, key=lambda one: one[0])
    )


def _filing_table(lines: Sequence[Row], total: Row, asked: Asked) -> Table:
    """By department its returns, and what it has to do; `asked` may be of others, too."""
    rows = [
        [
            cell(row["department"]),
            count(row["owed"]),
            *(count(row[state]) for state in _STATES),
            *(count(asked.get(row["department"], {}).get(kind, 0)) for kind in words.ASKED),
        ]
        for row in lines
    ]
    # Of files that nobody could place, or of departments that owe nothing.
    owing = {row["department"] for row in lines}
    rows += [
        [
            cell(name or words.UNPLACED),
            *(cell(None) for _ in range(1 + len(_STATES))),
            *(count(of[kind]) for kind in words.ASKED),
        ]
        for name, of in asked.items()
        if name not in owing and any(of[kind] for kind in words.ASKED)
    ]
    sums = [count(total[state]) for state in ("owed", *_STATES)]
    name, title = words.FILING_TABLE
    return Table(
        name,
        title,
        [
            Column(words.DEPARTMENT, 30),
            *(Column(head, 14) for head in (words.OWED, *_STATES.values(), *words.ASKED.values())),
        ],
        [
            *rows,
            [cell(words.TOTAL), *sums, *(count(_asked_of_all(asked, k)) for k in words.ASKED)],
        ],
        notes=[words.FILING_NOTE],
        has_total=True,
    )


# --- corrections of earlier months ---------------------------------------------------------------


def _corrected(about: Subject) -> Section:
    since = _since(about)
    on = dated_words(since.date())
    rows = changes.moved_since(about.con, since, about.month, is_before=True)
    if not rows:
        none = [words.NOT_CORRECTED.format(since=on)]
        return Section(words.CORRECTED, words.CORRECTED_TITLE, none)
    last = (about.month - dt.timedelta(days=1)).replace(day=1)
    is_of_last = any(row["report_month"] == last for row in rows)
    text = words.CORRECTED_TEXT.format(
        which=words.LAST_MONTH if is_of_last else words.EARLIER_MONTHS,
        how=_how_they_moved(rows),
        since=on,
        n=len(rows),
    )
    return Section(words.CORRECTED, words.CORRECTED_TITLE, [text, _corrected_table(rows)])


def _corrected_table(rows: Sequence[Row]) -> Table:
    shown = rows[:MOST_CHANGES]
    name, title = words.CORRECTED_TABLE
    return Table(
        name,
        title,
        [
            Column(head, width)
            for head, width in zip(words.CORRECTED_HEADS, (20, 27, 37, 19, 19, 16, 18), strict=True)
        ],
        [
            [
                cell(month_words(row["report_month"]), "center"),
                cell(row["department"]),
                cell(_figure_name(row)),
                whole(row["old_value"]),
                whole(row["new_value"]),
                change(row["difference"]),
                cell("、".join(_CAUSES[one] for one in row["causes"]), "center"),
            ]
            for row in shown
        ],
        unit=words.UNITS,
        notes=_more(words.MORE_CORRECTED, len(shown), len(rows)),
    )


def _how_they_moved(rows: Sequence[Row]) -> str:
    """By what was corrected, by what was filed late, or by both."""
    are_late = {cause == "new_file" for row in rows for cause in row["causes"]}
    if len(are_late) > 1:
        return words.AMENDED_OR_FILED_LATE
    return words.FILED_LATE if are_late == {True} else words.AMENDED


def _since(about: Subject) -> dt.datetime:
    """Since when changes of earlier months are told.

    The bulletin before told how things stood when the returns of its month had come in: after the day
    on which they were due, or when this month's began to be published, whichever was first.
    """
    first: dt.datetime = about.board.month["first_published_at"].astimezone(BEIJING)
    before = [one for one in about.board.months if one["report_month"] < about.month]
    if not before or before[-1]["due_on"] is None:
        return first
    due = before[-1]["due_on"] + dt.timedelta(days=1)
    return min(first, dt.datetime.combine(due, dt.time(), BEIJING))


def _figure_name(row: Row) -> str:
    name: str = row["indicator_name"]
    return words.TARGET_OF.format(name=name) if row["figure"] == "target_value" else name


# --- how the figures are meant -------------------------------------------------------------------


def _definitions(about: Subject) -> Section:
    documents = "、".join(
        words.DOCUMENT.format(number=row["doc_no"], day=dated_words(row["issued_on"]))
        for row in about.rows("documents")
    )
    term, text = words.DOCUMENTS
    listed = [(one.term, one.text) for one in definitions(about.zone, about.month)]
    listed.append((term, text.format(documents=documents or words.NO_DOCUMENTS)))
    month = about.board.month
    note = words.OPEN_NOTE
    if month["is_locked"]:
        at = month["locked_at"]
        since = words.LOCKED_SINCE.format(day=f"{at.astimezone(BEIJING):%Y-%m-%d}") if at else ""
        note = words.LOCKED_NOTE.format(since=since)
    term, text = words.SOURCE
    release = about.release
    listed.append(
        (
            term,
            text.format(
                published=moment_words(release["published_at"].astimezone(BEIJING)),
                run=release["run_id"],
                standing_note=note,
                fingerprint=release["fingerprint"],
                chain_head=release["chain_head"],
            ),
        )
    )
    return Section(
        words.DEFINITIONS,
        words.DEFINITIONS,
        [
            words.DEFINITION.format(number=number, term=term, text=text)
            for number, (term, text) in enumerate(listed, start=1)
        ],
        is_small=True,
    )
