"""The sheets of ours in a reply: 审核意见, the full list behind it, and the hidden one.

The first sheet is what a department head reads: status, counts, what to do. Findings that repeat
are grouped there, and listed one by one behind the data.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flows.answer.page import Cell, Page, free_name, place, shortened
from flows.answer.report import SEVERITIES, Filed, Letterhead, Report, Told
from flows.answer.wording import (
    SEVERITY_WORDS,
    moment_words,
    month_words,
    next_step,
    status_words,
)
from flows.read.grid import Range, column_index
from flows.read.marks import (
    EXPLANATION_HEADER,
    MARK_SHEET,
    NUMBER_HEADER,
    Line,
    ReplyMark,
)

OPINIONS, EVERYTHING = "审核意见", "全部意见"
# So many findings of a rule in a column are told one by one on the first sheet.
GROUP_AFTER = 20
MAX_VALUE, MAX_WORDS, MAX_CELLS = 200, 600, 300
_COLUMNS: dict[str, float] = {
    NUMBER_HEADER: 6,
    "编号": 7,
    "程度": 7,
    "工作表": 14,
    "单元格": 9,
    "值": 16,
    "问题": 42,
    "处理办法": 34,
    EXPLANATION_HEADER: 28,
}
_HOW_TO = (
    "改正办法：直接在本工作簿的数据表中改正有底色的单元格（光标停在上面可看意见）；数字无误的，"
    "在绿色的“单位说明”栏写明原因。存盘后把本工作簿放回报送文件夹即可，请勿删去工作表。"
)
_FILE_ALONE = "改正办法：按下列意见处理原文件后，重新放回报送文件夹。"
_NOT_AGAIN = "无需处理，请勿再报送本工作簿。"

Places = Callable[[str], str | None]
"""From a sheet's name as submitted to its name in the reply; None where it is not in there."""


@dataclass(frozen=True)
class Entry:
    """A line of the first sheet: one finding, or what is left of a group (`rest`)."""

    label: str
    told: Told
    rest: tuple[Told, ...] = ()


@dataclass(frozen=True)
class Opinions:
    """The findings of a reply in the order of its first sheet, each with its number."""

    numbered: Sequence[tuple[int, Told]]
    entries: Sequence[Entry]
    line_of: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_grouped(self) -> bool:
        return any(entry.rest for entry in self.entries)


def arrange(told: Sequence[Told]) -> Opinions:
    """Numbers the findings, and groups what repeats after the first of a rule and column."""
    sizes: dict[tuple[str, ...], int] = {}
    for one in told:
        sizes[one.group] = sizes.get(one.group, 0) + 1
    seen: dict[tuple[str, ...], int] = {}
    rests: dict[tuple[str, ...], list[tuple[int, Told]]] = {}
    order: list[tuple[int, Told]] = []
    lines: dict[int, str] = {}
    for number, one in enumerate(told, start=1):
        seen[one.group] = nth = seen.get(one.group, 0) + 1
        # A group of one would take as much room as the finding itself.
        if nth <= GROUP_AFTER or sizes[one.group] == GROUP_AFTER + 1:
            order.append((number, one))
            lines[number] = str(number)
        else:
            rests.setdefault(one.group, []).append((number, one))
    entries: list[Entry] = []
    last = {one.group: number for number, one in order}
    for number, one in order:
        entries.append(Entry(str(number), one))
        if last[one.group] == number and (rest := rests.get(one.group)):
            label = f"{rest[0][0]}起"
            entries.append(Entry(label, one, tuple(finding for _, finding in rest)))
            lines |= dict.fromkeys((n for n, _ in rest), label)
    return Opinions(list(enumerate(told, start=1)), entries, lines)


# --- the pages -----------------------------------------------------------------------------------


def opinions_page(
    report: Report,
    opinions: Opinions,
    letterhead: Letterhead,
    name: str,
    places: Places,
    *,
    has_data: bool,
    note: str = "",
) -> Page:
    """The first sheet; `note` is a further line. Without data sheets nothing is corrected here."""
    page = Page(name, list(_COLUMNS.values()))
    page.add_line(f"{letterhead.zone}报表审核意见", "title", height=32)
    received = moment_words(report.received_at)
    page.add_line(f"文件：{shortened(report.path, 150)}　　收到时间：{received}")
    for line in _standing(report):
        page.add_line(line, "strong")
    counts = _counts(report)
    contact = f"　　联系：{letterhead.contact}" if letterhead.contact else ""
    page.add_line(f"意见共{len(report.told)}条：{counts}。{contact}", "strong")
    if report.asks_to_correct:
        page.add_line(_HOW_TO if has_data else _FILE_ALONE)
    elif not report.counting:
        page.add_line(_NOT_AGAIN)
    if note:
        page.add_line(note)
    page.add_line("")
    _add_submissions(page, report)
    page.add_line("")
    page.header_row = page.add(*(Cell(text, "header") for text in _COLUMNS), height=22)
    for entry in opinions.entries:
        page.add(*(_rest(entry) if entry.rest else _finding(entry.label, entry.told, places)))
    return page


def _standing(report: Report) -> Iterator[str]:
    """What has become of the submissions: first of those that count no more, then of the others."""
    is_alone = len(report.filed) == 1
    for one in report.filed:
        if one.ended:
            title = "" if is_alone else f"{one.title}："
            yield f"{title}{one.ended}。此前对它提出的意见不再要求处理。"
    counting = report.counting
    if counting:
        is_explained = any(map(report.is_explained, counting)) and all(
            one.is_closed for one in report.told if one.severity == "warning"
        )
        yield next_step((one.status for one in counting), is_explained=is_explained)


def _add_submissions(page: Page, report: Report) -> None:
    def row(parts: Iterable[str], style: str, status_style: str) -> None:
        title, department, rows, counts, status = parts
        page.add(
            Cell(title, style, span=4),
            Cell(department, style, span=2),
            Cell(rows, style),
            Cell(counts, style),
            Cell(status, status_style),
        )

    row(("报表", "填报单位、报告期", "数据行", "意见", "状态"), "header", "header")
    for one in report.filed:
        row(_submission(one, report), "cell", "bad" if one.status == "rejected" else "center")


def _submission(one: Filed, report: Report) -> Iterator[str]:
    version = f"（第{one.version}版）" if one.version and one.version > 1 else ""
    yield f"{one.title}{version}"
    yield f"{one.department or '单位未识别'}，{month_words(one.month)}"
    yield f"共{one.rows_found}行，采用{one.rows_accepted}行，扣留{one.rows_held}行"
    yield _counts(report, one.submission_id)
    yield status_words(
        one.status, is_explained=report.is_explained(one), is_replaced=one.is_replaced
    )


def _counts(report: Report, submission_id: str | None = None) -> str:
    """How many findings there are of each severity, and how many warnings are explained."""
    explained = report.count_explained(submission_id)
    words = {"warning": f"（{explained}条已说明）" if explained else ""}
    return "，".join(
        f"{SEVERITY_WORDS[one]}{report.count(one, submission_id)}条{words.get(one, '')}"
        for one in SEVERITIES
    )


def everything_page(opinions: Opinions, name: str, places: Places) -> Page:
    """Every finding in a line of its own."""
    lines = (list(_finding(str(number), one, places)) for number, one in opinions.numbered)
    page = Page(name, list(_COLUMNS.values()), later=lines, header_row=0)
    page.add(*(Cell(text, "header") for text in _COLUMNS), height=22)
    return page


def _finding(label: str, one: Told, places: Places) -> Iterator[Cell]:
    cell = one.cell or (f"第{one.row}行" if one.row else "")
    sheet = places(one.sheet)
    target = one.cell or (f"A{one.row}" if one.row else None)
    link = place(sheet, target) if sheet and target else None
    yield Cell(label, "center")
    yield Cell(one.rule, "center")
    yield Cell(one.closed_words or SEVERITY_WORDS[one.severity], one.asks)
    yield Cell(one.sheet, "cell")
    yield Cell(cell, "link" if link else "center", link=link)
    yield Cell(shortened(one.value or "", MAX_VALUE), "cell")
    yield Cell(shortened(one.message, MAX_WORDS) + one.effect, "cell")
    yield Cell("" if one.is_closed else shortened(one.suggestion, MAX_WORDS), "cell")
    yield Cell(one.explanation or None, _answer_style(one))


def _rest(entry: Entry) -> Iterator[Cell]:
    one = entry.told
    cells = compact_cells(found.cell or f"第{found.row}行" for found in entry.rest)
    where = shortened(cells, MAX_CELLS)
    words = f"以上意见另有{len(entry.rest)}条：{where}。逐条列在“全部意见”中。"
    yield Cell(entry.label, "center")
    yield Cell(one.rule, "center")
    yield Cell(one.closed_words or SEVERITY_WORDS[one.severity], one.asks)
    yield Cell(one.sheet, "group")
    yield Cell(None, "group")
    yield Cell(None, "group")
    yield Cell(words, "group")
    yield Cell("" if one.is_closed else "在右边写的说明适用于这一组。", "group")
    yield Cell(_common_explanation(entry.rest), _answer_style(one))


def _answer_style(one: Told) -> str:
    """How the cell looks beside a finding: there is nothing to be written where its file counts no more."""
    return "cell" if one.is_over else "answer"


def _common_explanation(rest: Sequence[Told]) -> str | None:
    found = {one.explanation for one in rest}
    return next(iter(found)) or None if len(found) == 1 else None


def compact_cells(cells: Iterable[str]) -> str:
    """Addresses in words, neighbours below each other as a range: K25至K31、K40."""
    runs: list[list[str]] = []
    last: tuple[str, int] | None = None
    for cell in cells:
        letters = cell.rstrip("0123456789")
        digits = cell[len(letters) :]
        here = (letters, int(digits)) if digits and letters.isascii() else None
        if here and last and here == (last[0], last[1] + 1):
            runs[-1][1:] = [cell]
        else:
            runs.append([cell])
        last = here
    return "、".join("至".join(run) for run in runs)


def mark_page(report: Report, opinions: Opinions, own_sheets: Sequence[str]) -> Page:
    """The hidden sheet by which a reply that comes back is known."""
    owners = {one.submission_id: one for one in report.filed}
    mark = ReplyMark(
        sha256=report.sha256,
        file=report.path,
        received_at=moment_words(report.received_at),
        submissions=tuple(owners),
        own_sheets=tuple(own_sheets),
        lines=(
            _line(number, one, owners[one.submission_id], opinions.line_of[number])
            for number, one in opinions.numbered
        ),
    )
    return hidden_page(mark.rows())


def hidden_page(rows: Iterable[Iterable[str]]) -> Page:
    """The sheet that tells guoban, and nobody else, what a workbook of ours is."""
    later = ([Cell(text, "plain") for text in row] for row in rows)
    return Page(MARK_SHEET, [], later=later, is_very_hidden=True)


def _line(number: int, one: Told, owner: Filed, line: str) -> Line:
    return Line(
        number=number,
        line=line,
        rule=one.rule,
        return_name=owner.return_name or "",
        department=owner.department or "",
        month=owner.month.isoformat() if owner.month else "",
        sheet=one.sheet,
        cell=one.cell or "",
        own_key=one.own_key,
        field=one.field or "",
        value=one.value or "",
        explanation=one.explanation,
    )


# --- at the cells --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Note:
    """What is said at one cell: its colour and the text of its comment."""

    severity: str
    text: str


def notes(
    told: Iterable[Told], wording: Mapping[str, str]
) -> dict[str, dict[tuple[int, int], Note]]:
    """The notes by sheet and zero-based cell; `wording` gives each rule's requirement."""
    found: dict[str, dict[tuple[int, int], list[Told]]] = {}
    for one in told:
        if one.cell:
            letters = one.cell.rstrip("0123456789")
            at = (int(one.cell[len(letters) :]) - 1, column_index(letters))
            found.setdefault(one.sheet, {}).setdefault(at, []).append(one)
    return {
        sheet: {at: _note(here, wording) for at, here in cells.items()}
        for sheet, cells in found.items()
    }


def _note(here: Sequence[Told], wording: Mapping[str, str]) -> Note:
    severity = min((one.asks for one in here), key=SEVERITIES.index)
    return Note(severity, "\n\n".join(_comment(one, wording) for one in here))


def at_shown_cells(
    cells: Mapping[tuple[int, int], Note], merged: Iterable[Range]
) -> dict[tuple[int, int], Note]:
    """The notes at the cells that show: those that a merged area covers stand at its first cell."""
    shown = dict(_covered(sorted(cells), merged))
    found: dict[tuple[int, int], Note] = {}
    for at, note in cells.items():
        first = shown.get(at, at)
        found[first] = _together(found[first], note) if first in found else note
    return found


def _covered(
    ordered: Sequence[tuple[int, int]], merged: Iterable[Range]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Of the cells, those in a merged area, with the area's first cell."""
    for first_row, first_column, last_row, last_column in merged:
        start = bisect.bisect_left(ordered, (first_row, first_column))
        end = bisect.bisect_right(ordered, (last_row, last_column))
        for at in ordered[start:end]:
            if first_column <= at[1] <= last_column:
                yield at, (first_row, first_column)


def _together(before: Note, note: Note) -> Note:
    severity = min(before.severity, note.severity, key=SEVERITIES.index)
    return Note(severity, f"{before.text}\n\n{note.text}")


COMMENT_START = "【审核意见】"


def _comment(one: Told, wording: Mapping[str, str]) -> str:
    closed = f"（{one.closed_words}）" if one.closed_words else ""
    parts = [f"{COMMENT_START}{SEVERITY_WORDS[one.severity]}{closed} {one.rule}", one.message]
    if one.value:
        parts.append(f"所填：{shortened(one.value, MAX_VALUE)}")
    if rule := wording.get(one.rule):
        parts.append(f"要求：{rule}")
    if one.suggestion and not one.is_closed:
        parts.append(f"处理：{one.suggestion}")
    return "\n".join(shortened(part, MAX_WORDS) for part in parts)


def own_names(taken: Iterable[str], *, is_grouped: bool) -> list[str]:
    """The names of our visible sheets, apart from those that the workbook has."""
    used = list(taken)
    return [
        free_name(name, used) for name in ((OPINIONS, EVERYTHING) if is_grouped else (OPINIONS,))
    ]
