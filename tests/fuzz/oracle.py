"""Whether what came of a mutant is right: nothing broke, and nothing changed that did not change in it.

A row that is accepted must be what the mutant's cells say to a witness, cell by cell. Where a value
is another than the sound file's, the cell must be another one too, or what stands around the rows
(header, unit, envelope), beside it in its row, or how it looks. A row that is missing must be missing
in the mutant, and a row that came in must be a row, unless a finding names it.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain

from fuzz.trial import Outcome, Row, Spot
from fuzz.witness import Fault, Seen, View, Views

# What a refresh says of a file when something broke that nobody foresaw.
_CRASHES = re.compile(r"读取程序崩溃|超过 [\d.]+ 秒|文件结构异常|所需的内存超出")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]([\d:]+)(?:\.0+)?)?")
_MONTH = re.compile(r"\D*(\d{4})\D{1,3}(\d{1,2})\D*")
_EPOCHS = (dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1))  # noqa: DTZ001 - days without a zone
# Stands for a separator, of whatever kind.
_PARTED = "\ue000"
# Of a row's columns, more than every second is filled: so nobody fills a note or a heading.
_FULL = 0.6


def complaints(
    source: Outcome, seen: Sequence[Views], mutant: Outcome, seen_now: Sequence[Views]
) -> list[str]:
    """What is wrong with the mutant's outcome, in words; nothing where all is as it should be."""
    broke = [one.message for one in mutant.findings if _CRASHES.search(one.message)]
    accepted = mutant.accepted()
    if broke or not accepted:
        return broke
    return [
        *chain.from_iterable(
            _misread(spot, row, mutant, seen_now)
            for spot, row in accepted.items()
            if seen_now or not _is_as_before(row, source.rows.get(spot))
        ),
        *_unlike(source, seen, mutant, seen_now),
        *_lost(source, seen, mutant, seen_now),
        *_passed_over(source, seen, mutant, seen_now),
    ]


# --- cells ---------------------------------------------------------------------------------------


def _misread(spot: Spot, row: Row, mutant: Outcome, seen: Sequence[Views]) -> Iterator[str]:
    """Cells of an accepted row that are not what stands in the file."""
    _, sheet, number = spot
    views = [one for each in seen if (one := _sheet(each, sheet))]
    if not views:
        yield f"{sheet}!{number}: accepted otherwise than before, where no witness sees a sheet"
        return
    named = {one.cell for one in mutant.findings if one.sheet in {sheet, None}}
    if any(_stands_in(row, each) for each in seen if each.text):
        return
    first = min(place for _, name, place in mutant.rows if name == sheet)
    for name, column in row.columns.items():
        text, cell = row.texts[name], f"{_letters(column)}{number}"
        here = [view.at(number - 1, column, below=first - 1) for view in views]
        if name in row.own and all(one is None for one in here):
            # Whose a row is that does not say so, the sheet says.
            here = [value for view in views for value in view.cells.values()]
        if cell not in named and not any(says(text, one) for one in here):
            yield f"{sheet}!{cell} {name}: read as {text!r}, and there stands {here!r}"


def _stands_in(row: Row, views: Views) -> bool:
    """Whether the row's cells follow each other in a text, whatever quotes quote or do not.

    Where a quote is lost, no two programs agree on where rows begin.
    """
    texts = {at: row.texts[name] for name, at in row.columns.items() if name not in row.own}
    if not texts:
        return False
    cells = (
        re.escape(_joined(texts[at], views)) if at in texts else ".{,80}?"
        for at in range(min(texts), max(texts) + 1)
    )
    return re.search(_PARTED.join(cells), _joined(views.text, views)) is not None


def _joined(text: str, views: Views) -> str:
    """The text without blanks and quotes, its separators kept."""
    return _bare(text.replace('"', "").replace(views.separator, _PARTED))


def _is_as_before(row: Row, before: Row | None) -> bool:
    return before is not None and row.values == before.values


def _sheet(views: Views, name: str) -> View | None:
    if name in views.sheets:
        return views.sheets[name]
    # Formats without sheets name theirs or do not.
    return next(iter(views.sheets.values())) if len(views.sheets) == 1 and not name else None


def says(text: str, seen: Seen | None) -> bool:  # noqa: PLR0911 - one for each type
    """Whether the text is what a witness sees in the cell."""
    match seen:
        case None:
            return _bare(text) == ""
        case Fault():
            return False
        case bool():
            return text in {str(seen).upper(), str(int(seen))}
        case float():
            return _is_number(text, seen) or any(_is_day(text, seen, one) for one in _EPOCHS)
        case dt.datetime():
            return _moment(text) == seen or (not seen.time() and text == f"{seen:%Y-%m-%d}")
        case dt.date() | dt.time() | dt.timedelta():
            return _bare(text) == _bare(str(seen)) or isinstance(seen, dt.timedelta)
    if (month := _MONTH.fullmatch(seen)) and text == f"{month[1]}-{month[2]:0>2}-01":
        # Whose month a row is of is kept as its first day.
        return True
    return _bare(text) == _bare(seen) or (
        (day := _DAY.fullmatch(seen)) is not None and day[1] == text[:10]
    )


def _bare(text: str) -> str:
    """A text without blanks, without what nobody sees, and in one width."""
    flat = unicodedata.normalize("NFKC", text)
    return "".join(
        c for c in flat if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"}
    )


def _is_number(text: str, number: float) -> bool:
    try:
        return abs(float(text) - number) <= 1e-13 * abs(number)
    except ValueError:
        return False


def _is_day(text: str, serial: float, epoch: dt.datetime) -> bool:
    moment = _moment(text)
    if moment is None or not 0 <= serial < 200_000:
        return False
    return abs((epoch + dt.timedelta(days=serial) - moment).total_seconds()) < 1


def _moment(text: str) -> dt.datetime | None:
    found = _DAY.fullmatch(text)
    try:
        return dt.datetime.fromisoformat(f"{found[1]} {found[2] or '00:00'}") if found else None
    except ValueError:
        return None


def _letters(column: int) -> str:
    first, last = divmod(column, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


# --- changes -------------------------------------------------------------------------------------


def _unlike(
    source: Outcome, seen: Sequence[Views], mutant: Outcome, seen_now: Sequence[Views]
) -> Iterator[str]:
    """Values of accepted rows that changed where nothing did in the file."""
    for spot, row in mutant.accepted().items():
        before = source.rows.get(spot)
        if before is None:
            continue
        changed = [name for name, value in row.values.items() if value != before.values[name]]
        if changed and not _has_changed(spot, (source, mutant), seen, seen_now):
            for name in changed:
                yield (
                    f"{spot[1]}!{spot[2]} {name}: {before.values[name]!r} became "
                    f"{row.values[name]!r}, and nothing there changed"
                )


def _lost(
    source: Outcome, seen: Sequence[Views], mutant: Outcome, seen_now: Sequence[Views]
) -> Iterator[str]:
    """Rows that are no more, and nothing says so, neither the file nor a finding."""
    for spot in source.rows.keys() - mutant.rows.keys():
        _, sheet, number = spot
        if _is_named(mutant, sheet, number) or not seen_now:
            continue
        if not _has_changed(spot, (source, mutant), seen, seen_now):
            yield f"{sheet}!{number}: the row is lost, and stands there as before"


def _passed_over(
    source: Outcome, seen: Sequence[Views], mutant: Outcome, seen_now: Sequence[Views]
) -> Iterator[str]:
    """Rows that came in with the mutant, and were neither taken nor named."""
    taken = {(sheet, number) for _, sheet, number in mutant.rows}
    for sheet in {sheet for sheet, _ in taken}:
        rows = {spot[2]: row for spot, row in mutant.rows.items() if spot[1] == sheet}
        old = next((one for each in seen if (one := _sheet(each, sheet))), View())
        view = next((one for each in seen_now if (one := _sheet(each, sheet))), View())
        texts = any(each.text for each in seen_now)
        for number in {row + 1 for row, _ in view.cells} - rows.keys():
            is_new = _line(view, number) != _line(old, number)
            is_data = number > min(rows) and not _ends_rows(view, number)
            is_full = is_data and is_new and _is_full(view, number, rows.values())
            if is_full and texts and _are_taken(view, number, rows.values()):
                continue
            if is_full and not _is_named(mutant, sheet, number):
                yield f"{sheet}!{number}: a full row was passed over"


def _ends_rows(view: View, number: int) -> bool:
    """Whether the row calls itself a total, or what people sign, by its first word."""
    line = _line(view, number)
    return bool(line) and _bare(str(line[min(line)])).endswith(("计", "负责人"))


def _are_taken(view: View, number: int, rows: Iterable[Row]) -> bool:
    """Whether as many rows were taken as there are lines that say what this one does.

    Where a quote is lost in a text, no two programs count its rows alike.
    """
    line = _line(view, number)
    lines = [one for one in {row for row, _ in view.cells} if _line(view, one + 1) == line]
    taken = [
        row
        for row in rows
        if all(
            says(row.texts[name], line.get(column))
            for name, column in row.columns.items()
            if name not in row.own
        )
    ]
    return len(taken) >= len(lines)


def _is_full(view: View, number: int, rows: Iterable[Row]) -> bool:
    """Whether most cells are filled, and numbers and days stand where rows have theirs."""
    columns: set[int] = set()
    counting: set[int] = set()
    for row in rows:
        columns.update(row.columns.values())
        counting |= {
            column
            for name, column in row.columns.items()
            if isinstance(row.values[name], (int, float, Decimal, dt.date))
        }
    line = _line(view, number)
    counted = [column for column in counting if re.search(r"\d", str(line.get(column, "")))]
    return len(line.keys() & columns) > _FULL * len(columns) and 2 * len(counted) > len(counting)


def _is_named(outcome: Outcome, sheet: str, number: int) -> bool:
    """Whether a finding turns the file or the sheet back, is an error of the row, or names it."""
    for one in outcome.findings:
        if one.sheet not in {sheet, None}:
            continue
        if one.is_error and (not one.holds or one.row == number):
            return True
        for rows in re.findall(r"第([\d、—]+)行", one.message):
            if any(_spans(part, number) for part in rows.split("、")):
                return True
    return False


def _spans(rows: str, number: int) -> bool:
    first, _, last = rows.partition("—")
    return bool(first) and int(first) <= number <= int(last or first)


def _has_changed(
    spot: Spot,
    outcomes: Sequence[Outcome],
    seen: Sequence[Views],
    seen_now: Sequence[Views],
) -> bool:
    """Whether a witness sees a row, or what stands around the rows of its sheet, otherwise than before."""
    _, sheet, number = spot
    rows = {n for one in outcomes for _, name, n in one.rows if name == sheet}
    before = {one.by: one for one in seen}
    both = [(before[now.by], now) for now in seen_now if now.by in before]
    # What another kind of witness sees alone is another kind of file.
    return not both or any(_differ(old, new, sheet, number, rows) for old, new in both)


def _differ(before: Views, now: Views, sheet: str, number: int, rows: set[int]) -> bool:
    old, new = _sheet(before, sheet), _sheet(now, sheet)
    if old is None or new is None:
        return old is not new
    return (
        before.looks != now.looks
        or before.text.count('"') != now.text.count('"')
        or old.merged != new.merged
        or _line(old, number) != _line(new, number)
        # What it shares with the rows above.
        or _merged_into(old, number) != _merged_into(new, number)
        or _around(old, rows) != _around(new, rows)
    )


def _line(view: View, number: int) -> dict[int, Seen]:
    return {column: value for (row, column), value in view.cells.items() if row == number - 1}


def _merged_into(view: View, number: int) -> list[Seen | None]:
    """What stands in the first cells of the areas that reach into the row."""
    return [view.cells.get(area[:2]) for area in view.merged if area[0] <= number - 1 <= area[2]]


def _around(view: View, rows: set[int]) -> dict[tuple[int, int], Seen]:
    return {place: value for place, value in view.cells.items() if place[0] + 1 not in rows}
