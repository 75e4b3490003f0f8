"""The sample months raise one finding across files, and nothing else."""

import csv

from bench import found
from house import House

from flows import checks
from flows.settings import PROJECT
from flows.zone import Zone

CORRECTIONS = PROJECT / "tests" / "golden" / "14_数据更正单.csv"
FIELDS = (
    "correction_no", "department", "report_month", "return_slug", "row_key", "field", "old_value",
    "new_value", "method", "reason", "filed_on", "approver", "approved_on",
)  # fmt: skip


def test_only_the_project_paid_beyond_its_contract(golden: House, zone: Zone) -> None:
    # The samples of the views leave corrections out: one form, as one department files it.
    with CORRECTIONS.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]
    rows = [dict(zip(FIELDS, line, strict=True)) for line in lines]
    for row in rows:
        row["report_month"] += "-01"
    golden.file("corrections", "珠三角招商分队", "2021-04", *rows, filler="合成填表人")
    checks.check_across(golden.con, zone)
    assert [
        (one.rule, one.severity, one.department, one.month, one.field, one.holds)
        for one in found(golden)
    ] == [("C302", "warning", "珠三角招商分队", "2021-05", "paid_total_cny", False)]
    assert found(golden)[0].message == (
        "自签约累计实到 40000万元，超过合同投资额 38000万元，多出 2000万元。"
    )


def test_without_the_corrections_the_refund_is_an_error(golden: House, zone: Zone) -> None:
    golden.con.execute("delete from rows.corrections")
    checks.check_across(golden.con, zone)
    assert [(one.rule, one.month, one.field) for one in found(golden)] == [
        ("C302", "2021-05", "paid_total_cny"),
        ("M406", "2021-04", "paid_month_cny"),
    ]
