"""`stg.name_key`: which spellings of a name are one name, and which are not."""

import pytest
from house import House


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
    ],
)
def test_spellings(house: House, one: str, other: str, is_same: bool) -> None:
    (row,) = house.con.execute("select stg.name_key(?), stg.name_key(?)", [one, other]).fetchall()
    assert (row[0] == row[1]) is is_same
