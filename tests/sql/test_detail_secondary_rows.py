"""`detail.secondary_rows`: of a locked month they are those that its figures were published with."""

import datetime as dt
from decimal import Decimal

from house import House


def near(house: House, month: dt.date) -> list[tuple[str, Decimal]]:
    rows = house.read(
        f"select row_key, contribution from detail.secondary_rows where report_month = '{month}' "
        "and indicator_code = 'outbound_distance' order by all"
    )
    return [(row["row_key"], row["contribution"]) for row in rows]


def test_the_rows_of_a_locked_month_are_those_it_was_locked_with(house: House) -> None:
    january, february = dt.date(2021, 1, 1), dt.date(2021, 2, 1)
    house.months("2021-01", "2021-02")
    key = house.file(
        "outbound_trips", "甲局", "2021-01", {"trip_no": "WC-1", "days": 3, "km": 9000}
    )
    place = ("甲局", key, "2021-01/甲局/1.xlsx", "Sheet1", "A5", 5)
    # 0.3 was published first, 0.5 when the month was locked, 0.7 since.
    for since, until, contribution in ((1, 2, "0.3"), (2, 4, "0.5"), (4, None, "0.7")):
        house.con.execute(
            "insert into history.secondary_rows values (?, 'outbound_distance', ?, ?, ?, ?, ?, ?, "
            "'WC-1', null, ?, '万公里', true, null, ?, ?)",
            [january, *place, contribution, since, until],
        )
    assert near(house, january) == [("WC-1", Decimal("0.9"))]
    house.con.execute("insert into core.locks values (?, 3, now(), '张三')", [january])
    assert near(house, january) == [("WC-1", Decimal("0.5"))]
    assert near(house, february) == [("WC-1", Decimal("0.9"))]
