"""`trace`: a row's cells as they were written, the unit applied, and the value."""

from decimal import Decimal

import pytest
from drop import Drop
from seldom import nightly

from flows.ask.trace import TracedCell, trace


def traced(drop: Drop, field: str) -> TracedCell:
    """That cell of the only row filed."""
    (row,) = trace(drop.settings, drop.zone, "000001-1", "GCKF-2021-0001")
    (cell,) = [cell for cell in row.cells if cell.field == field]
    return cell


@pytest.mark.parametrize(
    ("written", "unit", "yuan"),
    [
        nightly(60000, "万元", Decimal(600_000_000)),
        ("6亿元", "亿元", Decimal(600_000_000)),
        nightly("1亿美元", "亿美元", Decimal(637_000_000)),
        # Kept to a hundredth of a fen, so no unit could be told from the value.
        ("60000.123456789", "万元", Decimal("600001234.5679")),
    ],
)
def test_the_unit_is_the_one_that_was_applied(
    drop: Drop, written: object, unit: str, yuan: Decimal
) -> None:
    rates = drop.zone.rates.model_copy(update={"usd_cny": Decimal("6.37")})
    drop.zone = drop.zone.model_copy(update={"rates": rates})
    row = {"contract_amount_cny": written}
    drop.put("2021-01/招商局/签约.xlsx", "signed_projects", "招商局", "2021年1月", [row])
    drop.refresh()
    cell = traced(drop, "contract_amount_cny")
    assert (cell.text, cell.unit, cell.value) == (str(written), unit, yuan)
    assert traced(drop, "project_name").unit is None
