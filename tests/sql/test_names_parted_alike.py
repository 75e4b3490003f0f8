"""Rules and figures part the names of a cell alike: `flows.values.words.names` and `stg.names`."""

import duckdb
import pytest
from house import House
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.values.words import names

words = st.lists(
    st.sampled_from(
        ["甲山公司", "乙水", "A公司", "A/S", "Co., Ltd", "3M", "1", "2.", "（3）", "2.5", "二", "（中国、香港）", "(a,b)", "（", "等", "等5家企业",
         "等三家", "等多家单位", "等企业", "、", "，", ",", "；", ";", "/", "／", "\n", " ", "\u3000", "有限公司", "集团"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return House().con


@settings(deadline=None, max_examples=300)
@given(cell=words.filter(str.strip))
def test_names_are_parted_alike(con: duckdb.DuckDBPyConnection, cell: str) -> None:
    row = con.execute("select stg.names(?)", [cell]).fetchone()
    assert row is not None
    assert sorted(row[0]) == sorted(names(cell))
