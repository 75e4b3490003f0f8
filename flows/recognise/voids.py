"""What is marked as not to count: rows that are struck out or voided (R116), sheets that are (E015).

A mark is told from words about the project: 此行作废 voids the row, 原合同作废，重签 does not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, groupby, islice, zip_longest
from typing import Any

from flows.ground.findings import Finding, column_letter, finding
from flows.read.grid import Grid
from flows.recognise.cells import Columns
from flows.recognise.table import Skip, Table
from flows.values.text import folded
from flows.values.words import parse_yes_no
from schemas.declare import NUMERIC, Kind
from schemas.rules import E015, R116

# --- words ---------------------------------------------------------------------------------------

_ROW = r"(?:此|本|该|这|上)一?(?:行|条|笔|栏|数据|记录|项(?!目))(?:数据|信息|记录)?"
_PROJECT = r"(?:此|本|该|这个?)?项目"
_BE = r"(?:已经?|系|为|属|应|请|予以|现)*"
_VOID = (
    r"作废|废弃|废除|删除|删去|剔除|划掉|误[填报录]|[填录报]错|多[填报录]|重复[填上]?报"
    r"|重复(?:录入|登记|统计|计算)?不(?:再)?计入?|重复(?:填报|上报|录入|登记|计算)"
)
# By themselves these may be said of anything: 县内资金，不计入.
_UNCOUNTED = r"不(?:予|再)?(?:计入?|算|统计|上报)|重复(?:行|数据|项)?"
_FAINT = rf"{_UNCOUNTED}|撤销|撤回|取消|无效|停用"
_OTHER_ROW = r"(?:[与同和跟].{1,16}|.{0,6}第\d+[行条].{0,4})重复"
_WHY = r"(?:.{0,4}(?:错误|有误|重复)|数据|记录|信息)?"
_END = r"(?:了|处理|合计|总数|数据|此?行)?(?:\(.*\))?"
# This row is void; said of the row, whatever else the remark tells.
_VOIDS = re.compile(
    rf"(?:{_ROW}{_BE}(?:{_VOID}|{_FAINT})|{_PROJECT}{_BE}(?:{_VOID}|{_UNCOUNTED})"
    rf"|{_WHY}{_BE}(?:{_VOID})){_END}"
)
# The same where the remark says nothing else.
_MAY_VOID = re.compile(rf"{_BE}(?:{_FAINT})(?:处理)?(?:\(.*\))?|{_OTHER_ROW}(?:{_VOID}|{_FAINT})?")
_MOST_NAMED, _MOST_SHOWN = 5, 40
_NO_WORDS = NUMERIC | {
    *(Kind.CHOICE, Kind.PROVINCE, Kind.LIST, Kind.DEPARTMENT, Kind.RETURN),
    *(Kind.CREDIT_CODE, Kind.DATE, Kind.MONTH, Kind.YES_NO),
}
_NAME_VOID = re.compile(
    r"[(\[【〔](?:已|此行|本行)?(?:作废|废弃|删除|重复不计|不计)[)\]】〕]|^(?:已?作废)[:：-]"
)
_MARKS = ("废", "删除", "不计")
_CLAUSES = re.compile(r"[,;。;、!\s:]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_AROUND = frozenset({"()", "【】", "[]"})
# Columns of no field that ask whether a row counts, and the answer by which it does not.
_ASKS = (
    (re.compile("(?:是否)?已?(?:作废|删除|重复|停用|废弃)(?:标志|标记|否)?"), True),
    (re.compile("(?:是否)?(?:有效|计入|纳入统计|统计)(?:标志|标记|否)?"), False),
)
_REMARK = re.compile("(?:其他|情况|补充)?(?:备注|说明)(?:说明)?")
# Of the rows below: 以下项目作废; not 以下金额不计入税费, 以下项目未取消.
_BELOW = re.compile(
    r"(?:\(?[\d一二三四五六七八九十]{1,2}\)?\.?)?(?:从|自)?(?:(?:第\d+|此|本|该|这)[行条]?)?"
    rf"(?:以下|下列|下面)[^不未没无非勿否如若凡]{{0,8}}(?:{_VOID}|{_FAINT}|备份)"
    rf"的?(?:各?[项行条]|项目|企业|记录|内容|部分)?{_END}"
)
_HEADINGS = frozenset({Skip.LONE_WORDS, Skip.NOTE})
_LONGEST = 200
# What any of these words has, for a first look at a whole column.
_HINT = re.compile("废|删|剔|划掉|误|错|多[填报录]|重复|不[予再]?[计算统上]|撤|取消|无效|停用")


def is_voided(remark: str) -> bool:
    """Whether the remark voids its row: 此行作废, 重复不计, 撤销; not 不作废, not 原合同作废，重签."""
    return bool(_voiding(remark))


def _voiding(remark: str) -> str:
    """The words of the remark that void its row, "" where none do.

    Only they are quoted: messages are published as they are, and the rest may name people.
    """
    if not _HINT.search(remark):
        return ""
    flat = _without_brackets(folded(remark))
    clauses = [one for one in _CLAUSES.split(flat) if one]
    if void := next(filter(_VOIDS.fullmatch, clauses), None):
        return _quoted(void)
    return _quoted("，".join(clauses)) if all(map(_MAY_VOID.fullmatch, clauses)) else ""


def _without_brackets(words: str) -> str:
    """The words without what only sets them off: （作废）, *作废*."""
    flat = words.strip("*※")
    return flat[1:-1] if flat[:1] + flat[-1:] in _AROUND else flat


def _quoted(words: str) -> str:
    return (_IN_BRACKETS.sub("", words) or words)[:_MOST_SHOWN]


def void_rows(table: Table, grid: Grid, columns: Columns) -> Iterator[Finding]:
    """R116 for each data row that is struck out, or that anything says is void.

    Its remark or name, a column of no field, or a heading above it; each row once.
    """
    said: set[int | None] = set()
    found = (_struck_rows(table), _said_void(table), _beside(table, columns), _below(table, grid))
    for one in chain(*found):
        if one.row not in said:
            said.add(one.row)
            yield one


def _struck_rows(table: Table) -> Iterator[Finding]:
    order = {name: heading.index for name, heading in table.header.fields.items()}
    marks = sorted(table.struck, key=lambda mark: (mark[0], order[mark[1]]))
    for index, of_row in groupby(marks, key=lambda mark: mark[0]):
        names = [name for _, name in of_row if table.texts[name][index]]
        if names:
            cells = "、".join(str(table.cell(index, name)) for name in names[:_MOST_NAMED])
            more = "等" if len(names) > _MOST_NAMED else ""
            words = f"{cells}{more}画了删除线，该行是否作废分不清。"
            yield _void(table, index, names[0], words)


def _said_void(table: Table) -> Iterator[Finding]:
    """Rows whose remark voids them, or whose name has the mark."""
    declared = table.model.columns()
    for name in table.header.fields:
        if declared[name].kind in _NO_WORDS:
            continue
        texts = table.texts[name]
        joined = "|".join(texts)
        is_remark = name == table.model.form().remark
        # Columns are long, and most have none of the words.
        if not (_HINT.search(joined) if is_remark else any(word in joined for word in _MARKS)):
            continue
        void_words = _voiding if is_remark else _mark_of_name
        for index, text in enumerate(texts):
            if text and (said := void_words(text)):
                words = f"写明“{said}”，该行是否作废分不清。"
                yield _void(table, index, name, words)


def _beside(table: Table, columns: Columns) -> Iterator[Finding]:
    """Rows that a column of no field says are void: a remark, 是否作废, 是否有效."""
    for heading in table.header.extra:
        answer = next((answer for asks, answer in _ASKS if asks.fullmatch(heading.bare)), None)
        if heading.index >= len(columns) or (
            answer is None and not _REMARK.fullmatch(heading.bare)
        ):
            continue
        for index, text in enumerate(columns[heading.index]):
            is_so_answered = answer is not None and parse_yes_no(text) is answer
            if said := text if is_so_answered else _voiding(text):
                words = f"“{heading.text}”一列写明“{said}”，该行是否作废分不清。"
                cell = f"{column_letter(heading.index)}{table.rows[index] + 1}"
                yield _of_row(table, index, words, cell=cell, column=heading.text, value=said)


def _below(table: Table, grid: Grid) -> Iterator[Finding]:
    """Rows below a heading that says so: 以下作废."""
    headings = [n for n, reason in table.skipped.items() if reason in _HEADINGS]
    for number, after in zip_longest(headings, headings[1:], fillvalue=len(grid.rows)):
        text = _without_brackets(folded(next(filter(None, grid.rows[number]))[:_LONGEST]))
        if said := next(filter(_BELOW.fullmatch, _CLAUSES.split(text)), None):
            first, end = (bisect_left(table.rows, row) for row in (number, after))
            for index in range(first, end):
                words = f"以上的小标题写明“{_quoted(said)}”，该行是否作废分不清。"
                yield _of_row(table, index, words)


def _mark_of_name(text: str) -> str:
    """The mark by which a name says that its row is void: 甲项目（作废）; "" for none."""
    mark = _NAME_VOID.search(folded(text))
    return mark[0] if mark else ""


def _void(table: Table, index: int, name: str, words: str) -> Finding:
    column = table.model.columns()[name]
    return _of_row(
        table,
        index,
        words,
        cell=table.cell(index, name),
        column=table.header.fields[name].text,
        field=name,
        value=None if column.is_personal else table.texts[name][index] or None,
    )


def _of_row(table: Table, index: int, words: str, **place: Any) -> Finding:
    row = table.rows[index] + 1
    return finding(R116, f"第{row}行{words}", sheet=table.sheet or None, row=row, **place)


# --- sheets --------------------------------------------------------------------------------------

# A sheet, a title or a file that says of itself that it is not to count.
_VOID_NAME = re.compile(
    r"(?<![不未])作废|废弃|废止|废表|备份|草稿|草表|停用|勿用|不用报|[旧老][表版稿]|^旧(?:$|[-_(])|[-_(.]旧\)?$"
    r"|(?<![a-z])(?:backup|bak|draft|obsolete|old)(?![a-z])"
)
# What programs and people call a sheet that they made of another: a copy, where the other is there.
_COPY_NAME = re.compile(r"副本|复件|拷贝|(?<![a-z])copy(?:of)?(?![a-z])")
_NUMBERED = re.compile(r"(.+)\(\d{1,2}\)")


def void_word(name: str) -> str | None:
    """The word by which a name says that what it names is not to count; 不作废 is none."""
    match = _VOID_NAME.search(folded(name).lower())
    return match[0].strip("-_(（)） .") if match else None


def plain_names(names: Iterable[str]) -> set[str]:
    """Names of sheets as they are compared."""
    return {folded(name).lower() for name in names}


def is_copy(name: str, names: Collection[str]) -> bool:
    """Whether a sheet is called a copy of another one, (2) where that one is among the plain names."""
    flat = folded(name).lower()
    if _COPY_NAME.search(flat):
        return True
    numbered = _NUMBERED.fullmatch(flat)
    return numbered is not None and numbered[1] in names


def void_sheet(table: Table, rows: int, word: str, where: str) -> Finding:
    """E015 for what is marked as not to count."""
    return _turned_back(
        table, f"{where}标明“{word}”，其中的“{_title(table)}”（{rows}行）没有计入。"
    )


def copied_sheet(table: Table, rows: int, originals: Iterable[str]) -> Finding:
    """E015 for a sheet that is called a copy of another one that counts."""
    words = f"按{_listed(originals)}计入，工作表“{table.sheet}”（{rows}行）按副本看待，没有计入。"
    return _turned_back(table, words)


def second_sheet(table: Table, rows: int, others: Iterable[str]) -> Finding:
    """E015 for one of several sheets that are the same return of the same unit and month."""
    return finding(
        E015,
        f"工作表“{table.sheet}”（{rows}行）与{_listed(others)}是同一单位、同一月份的"
        f"“{_title(table)}”，不知以哪一张为准，都没有计入。",
        suggestion="只报一张的，请删去其余的；分几张填报的，请合并为一张，"
        "或把工作表改名为“第一部分”“第二部分”。",
        sheet=table.sheet or None,
    )


def _turned_back(table: Table, words: str) -> Finding:
    hint = "不报的请删去；应报的请改正名称后重新报送。"
    return finding(E015, words, suggestion=hint, sheet=table.sheet or None)


def _listed(sheets: Iterable[str]) -> str:
    first = list(islice(sheets, _MOST_NAMED + 1))
    more = "等" if len(first) > _MOST_NAMED else ""
    return "工作表" + "、".join(f"“{name}”" for name in first[:_MOST_NAMED]) + more


def _title(table: Table) -> str:
    return table.model.form().title
