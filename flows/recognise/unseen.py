"""What recognising says of cells that hold more than they show, or show more than was read (E013)."""

from __future__ import annotations

from flows.ground.findings import Finding, finding
from flows.recognise.table import Table
from flows.values.text import clean
from schemas.rules import E013

_MOST_NAMED, _MOST_SHOWN = 20, 40


def unseen(table: Table) -> list[Finding]:
    """Cells whose format shows nothing, and what else stands in a cell beside what was read of it."""
    hidden = sorted(place for place, shown in table.shown.items() if not shown.text)
    said = [
        _said(
            table,
            *place,
            f"被格式隐藏，不显示内容，已按所存的{_quoted(table, place, '内容')}读取。",
        )
        for place in hidden
    ]
    for place, text in sorted(table.left_out.items()):
        aside = "" if _is_private(table, place[1]) else f"“{clean(text)[:_MOST_SHOWN]}”"
        words = f"里画了删除线或作为脚注的文字{aside}没有读取，已按{_quoted(table, place, '其余内容')}读取。"
        said.append(_said(table, *place, words))
    if more := len(said[_MOST_NAMED:]):
        words = f"另有{more}个单元格有不显示或没有读取的内容。"
        said[_MOST_NAMED:] = [finding(E013, words, sheet=table.sheet or None)]
    return said


def _quoted(table: Table, place: tuple[int, str], unnamed: str) -> str:
    """What was read of a cell, or the words for what is not to be told."""
    at, name = place
    text = table.texts[name][at]
    if not text:
        return "空白"
    return unnamed if _is_private(table, name) else f"“{text[:_MOST_SHOWN]}”"


def _is_private(table: Table, name: str) -> bool:
    """Whether contacts or their numbers may stand in the column: messages are published as they are."""
    column = table.model.columns()[name]
    return column.is_personal or column.is_free_text


def _said(table: Table, at: int, name: str, words: str) -> Finding:
    heading = table.header.fields[name].text
    return finding(
        E013,
        f"“{heading}”{words}",
        sheet=table.sheet or None,
        cell=table.cell(at, name),
        row=table.rows[at] + 1,
        column=heading,
        field=name,
    )
