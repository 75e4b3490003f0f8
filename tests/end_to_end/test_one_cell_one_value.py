"""A cell of several parts is one value or a finding, in every format that has parts."""

from __future__ import annotations

from pathlib import Path

from drop import Drop
from renderer import FORMATS, Rich, Sheet, Value, write

COLUMNS = (
    "项目编号", "项目名称", "本月实到投资额", "本年累计实到投资额", "自签约累计实到投资额",
    "资金类型", "凭证类型", "凭证编号", "审核状态", "备注",
)  # fmt: skip
WITH_PARTS = {
    "xlsx": "招商局",
    "xlsb": "经济发展局",
    "xls": "项目服务中心",
    "xls of Excel 5": "京津冀招商分队",
    "ods": "长三角招商分队",
    "xml as xls": "珠三角招商分队",
}


def envelope(department: str) -> tuple[str, str, str]:
    return f"填报单位：{department}", "报告期：2021年5月", "计量单位：万元"


def row(number: int, amount: Value, place: int = 0) -> list[Value]:
    """A payment with that amount in all three columns."""
    return [
        f"GCKF-2021-05{place}{number}", "甲项目", amount, amount, amount, "土地款", "发票",
        f"PZ-{place}{number}", "审核通过", None,
    ]  # fmt: skip


def paid(drop: Drop) -> dict[str, int]:
    return dict(drop.query("select project_id, paid_month_cny::bigint from mart.paid_in"))


def complaints(drop: Drop, name: str) -> set[tuple[str, int | None]]:
    return {(one.rule, one.row) for one in drop.findings(name) if one.is_error}


def test_parts_of_an_amount_in_every_format(drop: Drop) -> None:
    amounts: list[Value] = [
        Rich((("500", "struck"), ("600", "plain"))),
        Rich((("800", "plain"), ("1", "raised"))),
        Rich((("1", "plain"), ("2", "struck"), ("3", "plain"))),
        Rich((("10", "plain"), ("4", "raised"))),
        500,
    ]
    for place, (kind, department) in enumerate(WITH_PARTS.items()):
        rows = [row(number, amount, place) for number, amount in enumerate(amounts, start=1)]
        sheet = Sheet.of([envelope(department), COLUMNS, *rows])
        (drop.raw / f"{place}.{FORMATS[kind].ending}").write_bytes(write([sheet], kind))
    drop.refresh()
    read = paid(drop)
    for place, kind in enumerate(WITH_PARTS):
        mine = {name: value for name, value in read.items() if name[-2] == str(place)}
        assert [mine.get(f"GCKF-2021-05{place}{number}", 0) / 10_000 for number in range(1, 6)] == [
            600, 800, 0, 0, 500
        ], kind  # fmt: skip
        name = f"{place}.{FORMATS[kind].ending}"
        assert {("R110", 5), ("R110", 6)} <= complaints(drop, name), kind


def page(drop: Drop, *amounts: str) -> Path:
    """A page saved as .xls with such cells of amounts."""
    path = drop.raw / "a.xls"
    lines = ["".join(f"<td>{text}</td>" for text in line) for line in (envelope("招商局"), COLUMNS)]
    for number, amount in enumerate(amounts, start=1):
        cells = (amount if text == "?" else f"<td>{text or ''}</td>" for text in row(number, "?"))
        lines.append("".join(cells))
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    path.write_text(f"<html><meta charset=utf-8><table>{table}</table></html>", encoding="utf-8")
    return path


def test_blocks_in_cells_of_a_page(drop: Drop) -> None:
    page(
        drop,
        "<td><p>500</p><p>600</p></td>",
        "<td><ul><li>500</li><li>600</li></ul></td>",
        "<td><table><tr><td>500</td><td>600</td></tr></table></td>",
        "<td><del>500</del><ins>600</ins></td>",
        "<td>700</td>",
        '<td>800<span style="display:none">900</span></td>',
    )
    drop.refresh()
    assert paid(drop) == {
        "GCKF-2021-0504": 6_000_000,
        "GCKF-2021-0505": 7_000_000,
        "GCKF-2021-0506": 8_000_000,
    }
    assert {("R110", 3), ("R110", 4), ("R110", 5)} <= complaints(drop, "a.xls")
