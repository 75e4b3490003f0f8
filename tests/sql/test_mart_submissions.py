"""`mart.submissions`: everything received, current or not, known or not."""

from house import House, month


def test_every_submission_is_told(house: House) -> None:
    house.file("paid_in", "甲局", "2021-01", {}, is_current=False)
    house.file("paid_in", "甲局", "2021-01", {}, version=2)
    house.con.execute(
        "insert into core.submissions (submission_id, file, status, is_current) "
        "values ('x', '未知.xlsx', 'rejected', false)"
    )
    rows = house.read(
        "select submission_id, return_name, report_month, version, status, is_current, "
        "rows_found, rows_accepted, rows_held from mart.submissions order by all"
    )
    january = month("2021-01")
    assert [tuple(row.values()) for row in rows] == [
        ("s001", "paid_in", january, 1, "accepted", False, 1, 1, 0),
        ("s002", "paid_in", january, 2, "accepted", True, 1, 1, 0),
        ("x", None, None, None, "rejected", False, None, None, None),
    ]
