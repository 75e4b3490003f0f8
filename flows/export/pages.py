"""The sheets of the month's workbook: what stands where, and how it looks.

Numbers are stored with all their digits and shown as people read them; there are no formulas, and
what stood in somebody's cell stays text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from flows.answer.page import Cell, Page, Style, text_width
from flows.answer.wording import moment_words, month_words, span_words, standing_words
from flows.export.contents import Contents, Release, Row
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE
from flows.values.printed import amount, exact
from schemas.labels import chinese

_YI = "亿元"
_HEADER = Style(bold=True, border=True, wrap=True, align="center", fill="DDE6F0")
_TITLE = Style(bold=True, size=18, align="center")
_NOTE = Style(size=10, colour="404040", wrap=True)
_STATE = Style(bold=True, size=11, align="center")
_SECTION = Style(bold=True, size=12)
_TEXT = Style(border=True, wrap=True, indent=1)
_PART = Style(border=True, wrap=True, indent=2)
_NAME = Style(border=True, wrap=True, bold=True, indent=1)
_CENTRE = Style(border=True, wrap=True, align="center")
_DATE = Style(border=True, align="center", number_format="yyyy-mm-dd")
_MONTH = Style(border=True, align="center", number_format="yyyy-mm")
_TIME = Style(border=True, align="center", number_format="yyyy-mm-dd hh:mm")
_GROUP = Style(border=True, bold=True, indent=1, fill="F2F5F9")
# Ahead of the time that has passed, and behind it; told by the sign of a number beside it, too.
_AHEAD, _BEHIND = "DDEEDD", "FBE6D4"
# Each keeps the width of a blank from its border.
_AMOUNT, _COUNT, _RATE, _GAP = "#,##0.00_ ", "#,##0_ ", "0.00%_ ", "+0.00_ ;-0.00_ ;0.00_ "


def _number(code: str, *, fill: str | None = None, bold: bool = False) -> Style:
    return Style(border=True, align="right", number_format=code, fill=fill, bold=bold)


# Styles are told apart by what they are, not by comparing: each is made once.
_NUMBERS = {
    (code, fill, bold): _number(code, fill=fill, bold=bold)
    for code in (_AMOUNT, _COUNT, _RATE, _GAP)
    for fill in (None, _AHEAD, _BEHIND)
    for bold in (False, True)
}
_STATE_STYLES = {
    "missing": Style(border=True, align="center", bold=True, fill=_BEHIND),
    "rejected": Style(border=True, align="center", bold=True, fill=_BEHIND, wrap=True),
    "late": Style(border=True, align="center", underlined=True),
}


def pages(said: Contents, release: Release) -> Iterator[Page]:
    """The sheets in their order."""
    for make in (_indicators, _departments, _projects, _filing, _corrections):
        page = make(said, release)
        page.footer = (
            f"{said.zone}　{month_words(said.month)}　{standing_words(said.is_locked)}",
            f"发布{release.run_id}",
        )
        page.is_protected = False
        yield page


def title(said: Contents, what: str) -> str:
    """Whose and of which month it is, and what."""
    return f"{said.zone}{month_words(said.month)}{what}"


# --- what stands on every sheet ------------------------------------------------------------------


def _begun(said: Contents, release: Release, name: str, what: str, widths: Sequence[float]) -> Page:
    """A sheet with its title, and what the reader has to know of the figures on it."""
    page = Page(name, widths)
    page.add_line(title(said, what), _TITLE, height=34)
    if said.is_locked:
        since = f"，{said.locked_at.astimezone(BEIJING):%Y-%m-%d}锁定" if said.locked_at else ""
        note = f"本月已核定{since}"
    else:
        note = "本月尚未核定，可能变动"
    page.add_line(
        f"{standing_words(said.is_locked)}（{note}）　　"
        f"发布：{moment_words(release.published_at)}　　发布编号：{release.run_id}",
        _STATE,
        height=20,
    )
    return page


def _add_header(page: Page, names: Iterable[str], *, height: float | None = None) -> None:
    page.header_row = page.add(*(Cell(name, _HEADER) for name in names), height=height)


def _figure(
    value: Decimal | None, unit: str | None, *, fill: str | None = None, bold: bool = False
) -> Cell:
    """A figure in its unit: amounts are shown with two decimals, what is counted with none."""
    is_whole = unit != _YI and (value is None or value == value.to_integral_value())
    return Cell(_exact(value), _NUMBERS[_COUNT if is_whole else _AMOUNT, fill, bold])


def _rate(pct: Decimal | None, *, fill: str | None = None, bold: bool = False) -> Cell:
    return Cell(None if pct is None else _exact(pct.scaleb(-2)), _NUMBERS[_RATE, fill, bold])


def _gap(points: Decimal | None, *, fill: str | None = None) -> Cell:
    return Cell(_exact(points), _NUMBERS[_GAP, fill, False])


def _exact(value: Decimal | None) -> Decimal | None:
    """The number without the zeros that its column's type adds."""
    return None if value is None else Decimal(exact(value))


def _fill(gap: Decimal | None) -> str | None:
    if gap is None:
        return None
    return _AHEAD if gap >= 0 else _BEHIND


def _with_unit(indicator: Row, *, is_narrow: bool) -> str:
    """What the figure is called at the head of a column; in a narrow one the unit has its own line."""
    line = "\n" if is_narrow else ""
    return f"{indicator['indicator_name']}{line}（{indicator['unit']}）"


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


# --- 指标 ------------------------------------------------------------------------------------------


def _indicators(said: Contents, release: Release) -> Page:
    widths = [32, 9, 12, 12, 12, 12, 12, 14, 9, 30]
    page = _begun(said, release, "指标", "招商引资主要指标", widths)
    page.add_line(
        f"本年累计为{span_words(said.month)}；在谈项目为月末现有数，没有本月数。数值按原值存放，显示两位小数；"
        "是否过半按未四舍五入的完成率。绿色为达到或超过序时进度，橙色为落后。",
        _NOTE,
    )
    for row in said.campaign:
        page.add_line(_campaign_words(row), _NOTE)
    if missing := [
        *dict.fromkeys(r["note"] for r in said.indicators if not r["is_complete"] and r["note"])
    ]:
        page.add_line(f"数据不完整：{'；'.join(missing)}", _NOTE)
    _add_header(
        page,
        ("指标", "单位", "本月", "本年累计", "全年目标", "完成率", "序时进度",
         "序时差（百分点）", "是否过半", "说明"),
        height=34,
    )  # fmt: skip
    for row in said.indicators:
        has_target = row["has_target"]
        fill = _fill(row["progress_gap_pp"])
        page.add(
            Cell(row["indicator_name"], _NAME if has_target else _PART),
            Cell(row["unit"], _CENTRE),
            _figure(row["month_value"], row["unit"]),
            _figure(row["value"], row["unit"], bold=has_target),
            _figure(row["target_value"], row["unit"]),
            _rate(row["completion_pct"], fill=fill, bold=True),
            _rate(row["time_progress_pct"] if has_target else None),
            _gap(row["progress_gap_pp"], fill=fill),
            Cell(_yes_no(row["is_past_half"]), _CENTRE),
            Cell(row["notes"], _TEXT),
            height=24,
        )
    page.add_line("", height=10)
    page.add_line("其他指标（本年累计）", _SECTION, height=22)
    _add_secondary(page, said.secondary)
    return page


def _add_secondary(page: Page, figures: Sequence[Row]) -> None:
    """Two beside each other over the whole width, so that all of it fits the page."""
    half = -(-len(figures) // 2)
    heads = ("指标", "单位", "数值")
    spans = ((1, 1, 2), (4, 1, 1))
    page.add(
        *(
            Cell(text, _HEADER, span=n)
            for side in spans
            for text, n in zip(heads, side, strict=True)
        ),
        height=20,
    )
    for left, right in itertools.zip_longest(figures[:half], figures[half:]):
        page.add(
            *(
                cell
                for row, side in zip((left, right), spans, strict=True)
                for cell in _other(row, side)
            ),
            height=19,
        )


def _other(row: Row | None, spans: Sequence[int]) -> Iterator[Cell]:
    known = row or {"indicator_name": None, "unit": None, "value": None}
    name, unit, value = spans
    yield Cell(known["indicator_name"], _TEXT, span=name)
    yield Cell(known["unit"], _CENTRE, span=unit)
    figure = _figure(known["value"], known["unit"])
    yield Cell(figure.value, figure.style, span=value)


def _campaign_words(row: Row) -> str:
    return (
        f"攻坚行动：{row['starts_on']}至{row['ends_on']}，至月末第{row['elapsed_days']}天，"
        f"还有{row['remaining_days']}天；期内签约{row['contracts_signed']}个，"
        f"合同投资额{amount(row['contract_value'])}亿元。"
    )


# --- 各单位 ----------------------------------------------------------------------------------------

_OF_A_TARGET = (("完成", 9.0), ("目标", 8.0), ("完成率", 9.5), ("名次", 5.0))


def _departments(said: Contents, release: Release) -> Page:
    """A row a department, the zone's last; beside each other what it has of each figure."""
    figures = [(row, row["has_target"]) for row in said.indicators]
    columns = [
        part for _, rated in figures for part in (_OF_A_TARGET if rated else _OF_A_TARGET[:1])
    ]
    page = _begun(
        said, release, "各单位", "各单位完成情况", [17, *(width for _, width in columns), 7]
    )
    page.add_line(
        f"{span_words(said.month)}累计，金额单位：亿元；名次按未四舍五入的完成率，并列同名次。"
        "绿色为达到或超过序时进度，橙色为落后。",
        _NOTE,
    )
    page.header_rows, page.frozen_columns = 2, 1
    top = page.add(
        Cell("单位", _HEADER),
        *(
            Cell(_with_unit(row, is_narrow=not rated), _HEADER, span=4 if rated else 1)
            for row, rated in figures
        ),
        Cell("是否完整", _HEADER),
        height=62,
    )
    _add_header(page, ("", *(name for name, _ in columns), ""), height=20)
    last = len(page.widths) - 1
    page.merged = [(top, 0, top + 1, 0), (top, last, top + 1, last)]
    by_department = itertools.groupby(said.departments, key=lambda row: row["department"])
    for department, group in by_department:
        _add_department(page, department, {row["indicator_code"]: row for row in group}, figures)
    whole = {row["indicator_code"]: {**row, "rank": None} for row in said.indicators}
    _add_department(page, WHOLE_ZONE, whole, figures, is_whole=True)
    return page


def _add_department(
    page: Page,
    department: str,
    values: Mapping[str, Row],
    figures: Sequence[tuple[Row, bool]],
    *,
    is_whole: bool = False,
) -> None:
    cells = [Cell(department, _NAME)]
    for figure, rated in figures:
        row = values.get(figure["indicator_code"])
        if row is None:
            cells += [Cell(None, _TEXT)] * (len(_OF_A_TARGET) if rated else 1)
            continue
        cells.append(_figure(row["value"], row["unit"], bold=is_whole))
        if rated:
            fill = _fill(row["progress_gap_pp"])
            cells += [
                _figure(row["target_value"], row["unit"]),
                _rate(row["completion_pct"], fill=fill, bold=is_whole),
                Cell(row["rank"], _CENTRE),
            ]
    is_complete = all(row["is_complete"] for row in values.values())
    page.add(*cells, Cell(_yes_no(is_complete), _CENTRE), height=24)


# --- 项目 ------------------------------------------------------------------------------------------

_PROJECT = {
    "序号": 4.5, "项目编号": 15.5, "项目名称": 24.0, "单位": 14.0, "投资方": 16.0, "资金来源": 9.6,
    "产业类别": 12.0, "项目性质": 9.6, "阶段": 15.5, "签约日期": 10.5, "开工日期": 10.5,
    "投资额\n（亿元）": 9.0,
}  # fmt: skip
# Of what is counted in a figure: an amount, a number.
_WIDE, _NARROW = 9.0, 5.5


def _projects(said: Contents, release: Release) -> Page:
    """A row a project; last, what they add up to, which is what stands on the first sheet."""
    page = _begun(
        said,
        release,
        "项目",
        "项目清单",
        [
            *_PROJECT.values(),
            *(_WIDE if row["unit"] == _YI else _NARROW for row in said.indicators),
        ],
    )
    words = (
        f"{month_words(said.month)}报表中的签约、在谈项目和本年有资金计入的项目，共{said.project_count}个；"
        "右侧为各项目计入主要指标的数，合计等于“指标”表的本年累计。投资额：签约项目为合同投资额，"
        "在谈项目为拟投资额。"
    )
    if len(said.projects) < said.project_count:
        words += f"只列出前{len(said.projects)}个，全部见发布库。"
    page.add_line(words, _NOTE)
    names = [_with_unit(row, is_narrow=True) for row in said.indicators]
    _add_header(page, (*_PROJECT, *names), height=104)
    page.frozen_columns = 3
    for number, row in enumerate(said.projects, start=1):
        page.add(*_project(number, row, said.indicators))
    last = len(page.rows) - 1
    header = page.header_row or 0
    page.filtered = (header, 0, max(last, header), len(page.widths) - 1)
    page.add(
        Cell("合计", _NAME, span=len(_PROJECT)),
        *(
            # What all rows add up to, listed or not.
            _figure(row["value"], row["unit"], bold=True)
            for row in said.indicators
        ),
        height=22,
    )
    return page


def _project(number: int, row: Row, figures: Sequence[Row]) -> Iterator[Cell]:
    yield Cell(number, _CENTRE)
    for name in ("project_id", "project_name", "department", "investor"):
        yield Cell(row[name], _TEXT)
    for name in ("capital_origin", "sector", "nature", "stage"):
        yield Cell(row[name], _CENTRE)
    for name in ("signed_on", "started_on"):
        yield Cell(row[name], _DATE)
    yield _figure(row["amount"], _YI)
    contributions = row["contributions"] or {}
    for figure in figures:
        yield _figure(contributions.get(figure["indicator_code"]), figure["unit"])


# --- 报送情况 --------------------------------------------------------------------------------------


def _filing(said: Contents, release: Release) -> Page:
    titles = {row["return_name"]: row["title"] for row in _by_return(said.filing)}
    counted = chinese("state")
    widths = [18, *(10 for _ in titles), *(7 for _ in counted), 7]
    page = _begun(said, release, "报送情况", "报表报送情况", widths)
    due = sorted({row["due_on"] for row in said.filing if row["due_on"]})
    words = "、".join(f"{day}" for day in due)
    page.add_line(f"应报日期：{words or '—'}（逢节假日顺延）；空白为不需报送。", _NOTE)
    page.frozen_columns = 1
    longest = max((text_width(title) for title in titles.values()), default=10)
    _add_header(
        page,
        ("单位", *titles.values(), *counted.values(), "应报"),
        height=16.0 * max(2, -(-longest // 8)),
    )
    totals = dict.fromkeys(counted, 0)
    for department, group in itertools.groupby(said.filing, key=lambda row: row["department"]):
        states = {row["return_name"]: row["state"] for row in group}
        counts = {state: list(states.values()).count(state) for state in counted}
        totals = {state: totals[state] + counts[state] for state in counted}
        page.add(
            Cell(department, _NAME),
            *(_state(states.get(name), counted) for name in titles),
            *(Cell(count or None, _CENTRE) for count in counts.values()),
            Cell(len(states), _CENTRE),
            height=24,
        )
    page.add(
        Cell("合计", _NAME, span=1 + len(titles)),
        *(Cell(count or None, _NUMBERS[_COUNT, None, True]) for count in totals.values()),
        Cell(sum(totals.values()), _NUMBERS[_COUNT, None, True]),
        height=22,
    )
    return page


def _by_return(filing: Sequence[Row]) -> list[Row]:
    """One of each return, in the returns' order."""
    first = {row["return_name"]: row for row in reversed(filing)}
    return sorted(first.values(), key=lambda row: (row["ordinal"], row["return_name"]))


def _state(state: str | None, words: Mapping[str, str]) -> Cell:
    return Cell(words[state] if state else None, _STATE_STYLES.get(state or "", _CENTRE))


# --- 更正 ------------------------------------------------------------------------------------------


def _corrections(said: Contents, release: Release) -> Page:
    widths = [17, 10, 38, 18, 15, 15, 12, 30, 40]
    page = _begun(said, release, "更正", "数字变化与更正", widths)
    page.add_line(
        f"{span_words(said.month)}各月已发布数字的每一次变化及其原因，新的在前，同一指标各次变化首尾相接；"
        "其后为各单位的数据更正单，原值、更正值照更正单。",
        _NOTE,
    )
    _add_header(
        page,
        ("时间", "月份", "指标或栏目", "单位", "原值", "新值", "增减", "原因", "依据"),
        height=22,
    )
    page.add_line(f"已发布数字的变化（{len(said.changes)}项）", _GROUP, height=20)
    for change in said.changes:
        page.add(*_change(change))
    page.add_line(f"数据更正单（{len(said.corrections)}张）", _GROUP, height=20)
    for slip in said.corrections:
        page.add(*_slip(slip))
    return page


_CAUSES = chinese("cause")


def _change(row: Row) -> Iterator[Cell]:
    old, new = row["old_value"], row["new_value"]
    target = "（目标）" if row["figure"] == "target_value" else ""
    yield Cell(row["changed_at"].astimezone(BEIJING).replace(tzinfo=None), _TIME)
    yield Cell(row["report_month"], _MONTH)
    yield Cell(f"{row['indicator_name'] or row['indicator_code']}{target}", _TEXT)
    yield Cell(row["department"], _TEXT)
    yield _figure(old, None)
    yield _figure(new, None)
    is_known = old is not None and new is not None
    yield Cell(_exact(new - old) if is_known else None, _NUMBERS[_GAP, None, False])
    yield Cell(_CAUSES[row["cause"]], _TEXT)
    yield Cell("".join(part for part in (row["filed_by"], row["title"]) if part), _TEXT)


def _slip(row: Row) -> Iterator[Cell]:
    yield Cell(row["approved_on"], _DATE)
    yield Cell(row["report_month"], _MONTH)
    yield Cell(f"{row['return_slug']}　{row['row_key']}　{row['field']}", _TEXT)
    yield Cell(row["department"], _TEXT)
    yield Cell(row["old_value"], _CENTRE)
    yield Cell(row["new_value"], _CENTRE)
    yield Cell(None, _TEXT)
    yield Cell(row["reason"], _TEXT)
    yield Cell(f"{row['correction_no']}　{row['method']}", _TEXT)
