"""`mart.findings`: every finding, with its place where it has one."""

from house import House


def test_every_finding_is_told(house: House) -> None:
    key = house.file("paid_in", "甲局", "2021-01", {})
    house.hold(key, 5, "R110")
    house.con.execute(
        "insert into core.findings (rule, severity, holds, sheet, message, department) "
        "values ('T501', 'warning', false, '', '目标为0', '甲局')"
    )
    rows = house.read(
        "select rule, submission_id, sheet, excel_row, is_holding, department "
        "from mart.findings order by all"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("R110", key, "Sheet1", 5, True, None),
        ("T501", None, None, None, False, "甲局"),
    ]
