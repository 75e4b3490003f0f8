"""`stg.name_key` and its twin in `flows.values.text`: which spellings of a name are one name."""

from unicodedata import category

import duckdb
import pytest
from house import House
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.values.text import name_key

# The second looks before it works, where there are very many.
MACROS = ("stg.name_key", "stg.many_name_keys")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("甲（宁波）有限公司", "甲(宁波)有限公司", True),
        (" 甲　公 司\t", "甲公司", True),
        ("ＡＢＣ１２３公司", "abc123公司", True),
        ("甲公司", "甲公司\u00a0", True),
        ("e\u0301", "\u00e9", True),
        ("【甲】公司", "[甲]公司", True),
        ("甲公司", "乙公司", False),
        ("甲有限公司", "甲公司", False),
        ("甲（宁波）公司", "甲公司", False),
        ("甲①", "甲1", False),
        ("㈱甲", "(株)甲", False),
        ("甲½", "甲1⁄2", False),
    ],
)
def test_spellings(house: House, one: str, other: str, is_same: bool) -> None:
    for macro in MACROS:
        asked = f"select {macro}(?), {macro}(?)"
        (row,) = house.con.execute(asked, [one, other]).fetchall()
        assert (row[0] == row[1]) is is_same
    assert (name_key(one) == name_key(other)) is is_same


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return House().con


# Of scripts that names of firms are written in, and what else a keyboard or a PDF gives.
_LETTERS = st.characters(
    codec="utf-8", categories=("L", "N", "P", "S", "Zs", "Mn"), max_codepoint=0xFFFF
)


@settings(deadline=None, max_examples=300)
@given(
    name=st.text(
        _LETTERS | st.sampled_from("（）【】〔〕［］－＆．，／＋ＡｚＺａ０９ \t\u3000①㈱½ß")
    )
)
@example(name="\u2028甲\u2029\x0b\x1c乙\u200b")
def test_a_name_is_compared_alike(con: duckdb.DuckDBPyConnection, name: str) -> None:
    for macro in MACROS:
        assert con.execute(f"select {macro}(?)", [name]).fetchall() == [(name_key(name),)]


def test_every_character_is_compared_alike(con: duckdb.DuckDBPyConnection) -> None:
    known = (one for one in map(chr, range(1, 0x10000)) if category(one) not in {"Cn", "Co", "Cs"})
    letters = list(known)
    for macro in MACROS:
        asked = f"select {macro}(c) from (select unnest(?) as c)"
        rows = con.execute(asked, [letters]).fetchall()
        assert [key for (key,) in rows] == [name_key(one) for one in letters]
