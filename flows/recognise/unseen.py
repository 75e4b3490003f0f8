"""What recognising says of cells that hold more than they show, or show more than was read (E013)."""

from __future__ import annotations

from collections.abc import Iterator

from flows.ground.findings import Finding, finding
from flows.recognise.table import Table
from schemas.rules import E013

# Of one column so many cells are told of one by one, the others counted.
_MOST_NAMED = 20


def unseen(table: Table) -> Iterator[Finding]:
    """Numbers that their format hides but that count; what is struck out or a footnote's mark."""
    hidden: dict[str, list[int]] = {}
    for (at, name), shown in table.shown.items():
        if not shown.text:
            hidden.setdefault(name, []).append(at)
    for name, rows in hidden.items():
        heading = table.header.fields[name].text
        words = f"“{heading}”的内容被单元格的数字格式隐藏，看不见，已按存储的内容读取。"
        yield from (_said(table, name, at, words) for at in rows[:_MOST_NAMED])
        if more := len(rows[_MOST_NAMED:]):
            words = f"“{heading}”另有{more}格的内容被数字格式隐藏，看不见，已按存储的内容读取。"
            yield _said(table, name, rows[_MOST_NAMED], words)
    for (at, name), text in table.left_out.items():
        is_personal = table.model.columns()[name].is_personal
        what = "划去的文字或脚注标记" + ("" if is_personal else f"“{text}”")
        heading = table.header.fields[name].text
        yield _said(table, name, at, f"“{heading}”中{what}没有读取。")


def _said(table: Table, name: str, at: int, words: str) -> Finding:
    return finding(
        E013,
        words,
        sheet=table.sheet or None,
        cell=table.cell(at, name),
        row=table.rows[at] + 1,
        column=table.header.fields[name].text,
        field=name,
    )
