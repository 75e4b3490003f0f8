"""Sheets that are not read: which these are, and what is said of them (E001, E011, E013)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flows.ground.findings import Finding, finding
from flows.read import Grid
from flows.recognise.headers import nearest_return
from flows.values.text import folded
from schemas.rules import E001, E011, E013, Severity

# The sheets of explanations and examples in the forms that are handed out.
_GUIDE = re.compile(r"(?:填表|填报|填写|模板|使用)说明.*|.*(?:示例|样例|样表|范例|范本).*")
# Sheets that are compared with every return when a file has none.
_MOST_COMPARED = 10


def is_guide(grid: Grid) -> bool:
    """Whether the sheet explains how to fill in the others: what it shows are examples."""
    return _GUIDE.fullmatch(folded(grid.name)) is not None


def is_left_out(grid: Grid) -> bool:
    """Whether a return in the sheet is not read."""
    return grid.is_hidden or is_guide(grid)


def is_strange(grid: Grid) -> bool:
    """Whether a sheet without a return looks like a table all the same; what explains is none."""
    is_table = sum(sum(map(bool, row)) >= 3 for row in grid.rows) >= 3
    return is_table and not grid.is_hidden and "说明" not in grid.name


def no_return(grids: Sequence[Grid]) -> Finding:
    """E001 for a file without a return, with the one that comes nearest."""
    if not any(any(map(any, grid.rows)) for grid in grids):
        return finding(E001, "文件里没有内容。")
    words = "认不出是哪种报表：没有一行的表头与任何一种报表相符。"
    for grid in [grid for grid in grids if not is_guide(grid)][:_MOST_COMPARED]:
        if (near := nearest_return(grid.rows)) is not None:
            model, lacking = near
            hint = f"最接近的是“{model.form().title}”，还缺：{'、'.join(lacking)}。"
            return finding(E001, words, suggestion=hint, sheet=grid.name or None)
    return finding(E001, words)


def damaged_sheet(name: str) -> Finding:
    """E011 for a sheet that can't be read beside others."""
    return finding(E011, f"工作表“{name}”已损坏，无法读取。", sheet=name)


def strange_sheet(grid: Grid) -> Finding:
    """E001, a warning, for a table that is no return."""
    return finding(
        E001,
        f"工作表“{grid.name}”认不出是哪种报表，没有读取。",
        severity=Severity.WARNING,
        suggestion="如应报送，请改用下发的报表模板；与报送无关的请删除。",
        sheet=grid.name or None,
    )


def left_out_sheet(grid: Grid) -> Finding:
    """E013 or E001 for a return in a sheet that is not read."""
    if grid.is_hidden:
        return finding(
            E013,
            f"工作表“{grid.name}”是隐藏的，没有读取。",
            suggestion="如应报送，请取消隐藏后重新报送。",
            sheet=grid.name,
        )
    return finding(
        E001,
        f"工作表“{grid.name}”是填表说明或示例，其中的表按示例看待，没有读取。",
        severity=Severity.WARNING,
        suggestion="如应报送，请改工作表的名称后重新报送。",
        sheet=grid.name,
    )
