"""The sample months raise one finding across files, and nothing else."""

import pytest
from drop import Drop

ACROSS = (
    "select rule, severity, department, report_month::varchar, message from mart.findings "
    "where rule[1] in ('C', 'M', 'T', 'K', 'B') order by all"
)
PAID_BEYOND = (
    "C302",
    "warning",
    "珠三角招商分队",
    "2021-05-01",
    "自签约累计实到 40000万元，超过合同投资额 38000万元，多出 2000万元。",
)


def test_only_the_project_paid_beyond_its_contract(golden: Drop) -> None:
    assert golden.query(ACROSS) == [PAID_BEYOND]


@pytest.mark.slow
def test_without_the_corrections_the_refund_is_an_error(drop: Drop) -> None:
    drop.samples()
    next(drop.raw.glob("2021-04/*/数据更正单.xlsx")).unlink()
    drop.refresh()
    found = drop.query(ACROSS)
    assert [one[:4] for one in found] == [
        PAID_BEYOND[:4],
        # The payment that names one, and the refund.
        ("M406", "error", "珠三角招商分队", "2021-03-01"),
        ("M406", "error", "珠三角招商分队", "2021-04-01"),
    ]
