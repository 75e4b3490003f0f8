"""14 数据更正单: one field of one row of an earlier return, its old and new value and who approved.

Whether the row it names holds what it says is judged across returns (K601).
"""

from schemas.declare import (
    Cycle,
    Day,
    Return,
    Text,
    choice,
    day,
    department,
    identifier,
    report_month,
    return_title,
    text,
)


class Corrections(
    Return,
    number="14",
    title="数据更正单",
    form_no="招商更14",
    filed_by="任一单位",
    cycle=Cycle.CUMULATIVE,
    grain="以前一份报表中一行的一个栏目",
    key=("correction_no",),
    month_from="filed_on",
    remark=None,
):
    """`report_month` is the corrected return's; the form's own month is the envelope's."""

    correction_no: Text = identifier("更正单号", "一张更正单一个号", "编号", required=True)
    department: Text = department()
    report_month: Day = report_month(
        "原报告期",
        "更正所属期",
        description="被更正的报表所属的月份，存为当月第一天",
        is_envelope=False,
    )
    return_slug: Text = return_title("报表名称", "被更正的报表的名称", "表名", required=True)
    row_key: Text = text("主键", "被更正的行，一般是项目编号", "项目编号", "行标识", required=True)
    field: Text = text("更正字段", "被更正的栏目的表头", "指标", required=True)
    old_value: Text = text("原值", "更正以前的值", "更正前", required=True)
    new_value: Text = text("更正值", "更正以后的值，与原值不同", "更正后", required=True)
    method: Text = choice(
        "处理方式",
        "当月未锁定的重报，已通报的在本期调整",
        "更正方式",
        choices=("重报(未锁定)", "本期调整(已通报)"),
        required=True,
    )
    reason: Text = text("更正原因", "为什么更正", "原因", required=True, is_free_text=True)
    filed_on: Day = day(
        "申请日期", "提出更正的日期", "提交日期", required=True, may_follow_period=True
    )
    approver: Text = text("审批人", "批准更正的人，不得是填表人", "审核人", required=True)
    approved_on: Day = day(
        "批准日期", "批准的日期，不早于申请日期", required=True, may_follow_period=True
    )
