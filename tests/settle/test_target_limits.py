"""The largest target that is one: 10^7 亿元 and more was typed in another unit."""

from decimal import Decimal
from typing import Any

import pytest
from drop import Drop
from seldom import nightly

MONTH = "2021-01"


@pytest.mark.parametrize(
    ("stated", "unit", "target"),
    [
        ("9999999.9999", "亿元", Decimal("9999999.9999")),
        ("10000000", "亿元", None),
        nightly("99999999999", "万元", Decimal("9999999.9999")),
        nightly("100000000000", "万元", None),
    ],
)
def test_the_limit_itself_is_no_target(
    drop: Drop, stated: str, unit: str, target: Decimal | None
) -> None:
    row: dict[str, Any] = {
        "department": "全区",
        "indicator": "合同",
        "target": stated,
        "unit": unit,
    }
    drop.put("目标.xlsx", "annual_targets", "招商局", MONTH, [row])
    drop.put("约.xlsx", "signed_projects", "招商局", MONTH, [{}])
    drop.refresh()
    ((found, rate, note),) = drop.query(
        "select target_value, completion_pct, note from mart.headline_indicators "
        "where department = '全区' and indicator_code = 'ZS01'"
    )
    assert found == target
    assert (rate is None) == (target is None)
    assert ("疑为计量单位错误" in (note or "")) == (target is None)
