"""`mart.rule_health`: what came of everything that the rules have said, by rule and month."""

from __future__ import annotations

from typing import Any

import pytest
from drop import Drop
from past import assert_keys_tell_rows_apart, assert_verified, house_of

pytestmark = pytest.mark.slow

A, B, JAN = "招商局", "经济发展局", "2021-01"
KEYS = ("GCKF-2021-0001", "GCKF-2021-0002", "GCKF-2021-0003")


def sign(drop: Drop, name: str, department: str, *changes: dict[str, Any]) -> None:
    """A return of so many projects, each with its changes."""
    rows = [
        {"project_id": key, "investor": key, "project_name": key, **more}
        for key, more in zip(KEYS, changes, strict=False)
    ]
    drop.put(f"{name}.xlsx", "signed_projects", department, JAN, rows)


def health(drop: Drop, rule: str) -> tuple[int, ...]:
    """Fired, corrected, explained, held, still open."""
    (row,) = drop.query(
        "select fired, corrected, explained, held, still_open from mart.rule_health "
        "where rule = ? and report_month = '2021-01-01'",
        [rule],
    )
    assert row[0] == row[1] + row[2] + row[4]
    return row


def test_what_a_rule_says_is_corrected_explained_or_open(drop: Drop) -> None:
    local = {"capital_origin": "县内"}
    sign(drop, "一", A, {"sector": "天上"}, {**local, "remark": "确为县内资金"}, local)
    drop.refresh()
    assert health(drop, "R104") == (1, 0, 0, 1, 1)
    assert health(drop, "X212") == (2, 0, 1, 0, 1)
    missing = health(drop, "B701")
    assert missing[1:4] == (0, 0, 0)
    # The row of the first project stands below the others now: it is the same case.
    sign(drop, "二", A, {}, {**local, "remark": "确为县内资金"}, {})
    drop.put("三.xlsx", "receptions", B, JAN, [])
    drop.refresh()
    assert health(drop, "R104") == (1, 1, 0, 1, 0)
    assert health(drop, "X212") == (2, 1, 1, 0, 0)
    # Of what rules across files said nothing is left but that they said it.
    assert health(drop, "B701") == (missing[0], 1, 0, 0, missing[0] - 1)
    assert drop.query("from mart.findings where rule = 'B701' and department = ? and "
                      "return_name = 'receptions'", [B]) == []  # fmt: skip
    assert_keys_tell_rows_apart(drop)
    house_of(drop).working_database.unlink()
    sign(drop, "四", B, {})
    drop.refresh()
    assert health(drop, "R104") == (1, 1, 0, 1, 0)
    assert_verified(drop)


def test_a_version_that_still_has_it_is_no_new_case(drop: Drop) -> None:
    sign(drop, "一", A, {"sector": "天上"}, {})
    drop.refresh()
    sign(drop, "二", A, {"sector": "地下"}, {"contract_amount_cny": 65_000})
    drop.refresh()
    assert health(drop, "R104") == (1, 0, 0, 1, 1)
