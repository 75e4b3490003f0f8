"""Money is decimal from the cell's text to the view: sums that floats get wrong are exact."""

from decimal import Decimal

import pytest
import xlsxwriter
from drop import Drop

HEADERS = (
    "项目编号", "项目名称", "本月实到投资额", "本年累计实到投资额", "自签约累计实到投资额",
    "资金类型", "凭证类型", "凭证编号", "审核状态",
)  # fmt: skip
ROWS = 20_000


@pytest.mark.slow
def test_tenths_of_a_yuan_over_many_rows(drop: Drop) -> None:
    """0.1 + 0.2 yuan, 10,000 times; in floating point their sum is not 3,000."""
    as_floats = sum([0.1, 0.2] * (ROWS // 2))
    assert as_floats != ROWS // 2 * 3 / 10
    path = drop.raw / "2021-01" / "招商局" / "实到资金.xlsx"
    path.parent.mkdir(parents=True)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("实到资金月报表")
        sheet.write_row(0, 0, ["填报单位：招商局", "报告期：2021年1月", "计量单位：元"])
        sheet.write_row(1, 0, HEADERS)
        for number in range(ROWS):
            paid = 0.1 if number % 2 else 0.2
            named = (f"GCKF-2021-{number:06}", "甲", paid, paid, paid)
            sheet.write_row(number + 2, 0, (*named, "其他", "发票", f"票{number:06}", "审核通过"))
    drop.refresh()
    # C301 holds the rows back, as no contract stands behind them; the sum is of the rows as loaded.
    (found,) = list(drop.query("select rows_found from mart.submissions"))
    assert found == (ROWS,)
    total = drop.query(
        "select sum(amount_cny) from detail.headline_candidates where indicator_code = 'ZS02'"
    )
    assert total == [(Decimal("3000.0000"),)]
