"""A small return to be answered: the reception ledger 客商接待台账 as a department lays it out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter

NAME = "2021-05/招商局/接待.xlsx"
HEADERS = ["接待编号", "来访日期", "来访企业", "来源省份", "客商人数", "备注"]


def guests(path: Path, rows: list[list[Any]], **more: Any) -> Path:
    """A reception ledger with a merged title and a header in two merged rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(more.get("sheet", "接待"))
        bold = book.add_format({"bold": True, "font_name": "楷体", "bg_color": "#CCFFCC"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, 5, "客商接待台账", bold)
        sheet.write_string(1, 0, "填报单位：招商局")
        sheet.write_string(1, 2, more.get("month", "报告期：2021年5月"))
        sheet.merge_range(2, 0, 3, 0, HEADERS[0], bold)
        sheet.merge_range(2, 1, 2, 4, "来访情况", bold)
        for index, header in enumerate(HEADERS[1:5], start=1):
            sheet.write_string(3, index, header, bold)
        sheet.merge_range(2, 5, 3, 5, HEADERS[5], bold)
        for number, row in enumerate(rows, start=4):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, tuple):
                    sheet.write_formula(number, column, value[0], None, value[1])
                elif value is not None:
                    sheet.write(number, column, value)
        sheet.set_column(2, 2, 33)
        people = "单位负责人：甲   填表人：乙   审核人：丙   报出日期：2021年6月1日"
        sheet.write_string(len(rows) + 4, 0, people)
        if change := more.get("change"):
            change(book, sheet)
    return path


def row(number: str, **values: Any) -> list[Any]:
    """A sound row, or one with other values."""
    sound = {
        "接待编号": number,
        "来访日期": dt.date(2021, 5, 6),
        "来访企业": f"合成企业{number}",
        "来源省份": "广东",
        "客商人数": 3,
        "备注": None,
    }
    return list((sound | values).values())
