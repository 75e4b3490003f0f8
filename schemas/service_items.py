"""10 政务服务事项清单: administrative services, which of them need one visit at most or none."""

from schemas.declare import (
    Cycle,
    Day,
    Return,
    Text,
    Whole,
    YesNo,
    department,
    identifier,
    remark,
    report_month,
    text,
    whole,
    yes_no,
)


class ServiceItems(
    Return,
    number="10",
    title="政务服务事项清单",
    form_no="营商月10",
    filed_by="承担政务服务的单位",
    cycle=Cycle.SNAPSHOT,
    grain="服务事项 × 月份",
    key=("report_month", "item_code"),
):
    """The share that can be done on line is taken of the items that need one visit at most."""

    report_month: Day = report_month()
    department: Text = department()
    item_code: Text = identifier("事项编码", "政务服务事项的编码", "实施编码", required=True)
    item_name: Text = text("事项名称", "政务服务事项的名称", "事项", required=True)
    agency: Text = text("实施部门", "办理事项的部门", "主管部门", required=True)
    once_only: YesNo = yes_no(
        "最多跑一次", "办事人是否最多到场一次", "跑一次", "到场次数≤1", required=True
    )
    online: YesNo = yes_no("网上办", "是否可以网上办理", "网办", "可网办", required=True)
    promise_days: Whole = whole(
        "承诺办结时限", "承诺在多少个工作日内办结", "时限", unit="工作日", at_least=0
    )
    remark: Text = remark()
