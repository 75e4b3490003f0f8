"""`stg.names`: which names stand in one cell of firms or places."""

import pytest
from house import House


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("甲公司", {"甲公司"}),
        ("甲公司、乙公司，丙公司", {"甲公司", "乙公司", "丙公司"}),
        (
            "甲公司;乙公司；丙公司/丁公司／戊公司",
            {"甲公司", "乙公司", "丙公司", "丁公司", "戊公司"},
        ),
        ("甲公司\n乙公司\r\n丙公司", {"甲公司", "乙公司", "丙公司"}),
        ("甲（北京、上海）公司、乙公司(原丙，丁)", {"甲（北京、上海）公司", "乙公司(原丙，丁)"}),
        ("Samsung Co., Ltd", {"Samsung Co., Ltd"}),
        ("Novo Nordisk A/S、华为", {"Novo Nordisk A/S", "华为"}),
        ("IBM/HP", {"IBM", "HP"}),
        ("甲公司、乙公司等5家企业", {"甲公司", "乙公司"}),
        ("甲公司、乙公司等", {"甲公司", "乙公司"}),
        ("1、甲公司；2、乙公司", {"甲公司", "乙公司"}),
        ("1.甲公司\n2. 乙公司", {"甲公司", "乙公司"}),
        ("（1）甲公司（2）", {"甲公司（2）"}),
        ("甲公司、甲公司、", {"甲公司"}),
        ("58同城", {"58同城"}),
        ("、", {"、"}),
    ],
)
def test_names_of_a_cell(house: House, written: str, names: set[str]) -> None:
    ((found,),) = house.con.execute("select stg.names(?)", [written]).fetchall()
    assert (set(found), len(found)) == (names, len(names))
