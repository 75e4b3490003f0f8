"""01 年度目标任务分解表: the year's targets by indicator, for each department and for the whole zone.

Which of its rows is in force in which month is decided where targets are read.
"""

from schemas.declare import (
    Cycle,
    Day,
    Number,
    Return,
    Text,
    Whole,
    choice,
    day,
    department,
    number,
    remark,
    text,
    whole,
)
from schemas.indicators import INDICATORS


class AnnualTargets(
    Return,
    number="01",
    title="年度目标任务分解表",
    form_no="招商年01",
    filed_by="下达目标任务的单位",
    cycle=Cycle.CUMULATIVE,
    grain="年度 × 责任单位 × 指标（每次下达一行）",
    key=("year", "department", "indicator_code", "issued_on"),
    month_from="issued_on",
    rows_decide_month=True,
):
    """A later row for the same department and indicator replaces the earlier from its month on."""

    year: Whole = whole(
        "年度", "目标任务所属的年份", "考核年度", "年份", required=True, is_year=True
    )
    department: Text = department(
        "责任单位",
        "承担单位",
        "单位",
        "填报单位",
        description="承担目标任务的单位，全区合计写“全区”",
        is_envelope=False,
    )
    indicator_code: Text = choice(
        "指标代码",
        "目标任务属于五项主要指标中的哪一项",
        "代码",
        choices=tuple(one.code for one in INDICATORS if one.has_target),
        required=True,
    )
    indicator: Text = text(
        "指标名称", "指标的名称，供人阅读，计算以代码为准", "指标", "任务名称", required=True
    )
    target: Number = number(
        "目标值",
        "全年目标任务数，按本行计量单位填写；0表示没有任务",
        "目标任务",
        "任务数",
        "年度任务",
        "年度目标",
        "计划数",
        unit="亿元或个",
        unit_field="unit",
        required=True,
        at_least=0,
    )
    unit: Text = choice(
        "计量单位", "目标值的计量单位", "单位", choices=("亿元", "万元", "个"), required=True
    )
    doc_no: Text = text(
        "下达文号", "下达或调整任务的文件号", "文号", "依据", required_when="年内调整任务"
    )
    issued_on: Day = day(
        "下达日期",
        "任务下达的日期，从当月起执行",
        "生效日期",
        required=True,
        may_follow_period=True,
    )
    remark: Text = remark()
