"""`stg.masked`, `stg.masked_phones`: who and by which number is nobody else's business."""

import pytest
from house import House


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请电13871234567核实", "请电138****4567核实"),
        ("电话0710-7231234", "电话0710-*****34"),
        ("合同号20210113001不变", "合同号20210113001不变"),
        (None, None),
    ],
)
def test_telephone_numbers(house: House, text: str | None, shown: str | None) -> None:
    assert house.con.execute("select stg.masked_phones(?)", [text]).fetchall() == [(shown,)]


def test_names(house: House) -> None:
    assert house.con.execute("select stg.masked('张三丰')").fetchall() == [("张**",)]
