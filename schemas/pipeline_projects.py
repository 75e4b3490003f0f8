"""04 在谈项目月报表: projects under negotiation as they stand at the month's end."""

from schemas.declare import (
    Col,
    Cycle,
    Day,
    Expr,
    Money,
    Return,
    Text,
    choice,
    cross_field,
    day,
    department,
    money,
    project_number,
    remark,
    report_month,
    text,
)
from schemas.rules import X212


class PipelineProjects(
    Return,
    number="04",
    title="在谈项目月报表",
    form_no="招商月04",
    filed_by="有目标任务的各单位",
    cycle=Cycle.SNAPSHOT,
    grain="在谈项目 × 月份",
    key=("report_month", "department", "project_id"),
):
    """A stock, not a flow; a framework agreement is still a talk."""

    report_month: Day = report_month()
    department: Text = department()
    project_id: Text = project_number()
    project_name: Text = text(
        "项目名称", "在谈项目的名称", "签约项目名称", "在谈项目名称", "项目", required=True
    )
    investor: Text = text(
        "投资方", "洽谈对方的全称", "在谈投资方", "客商", "投资主体", required=True
    )
    planned_amount_cny: Money = money(
        "拟投资额",
        "洽谈中拟投资的总额",
        "计划投资额",
        "总投资",
        "意向投资额",
        required=True,
        above=0,
        is_project_total=True,
    )
    sector: Text = choice(
        "产业类别",
        "项目所属产业",
        "行业",
        "产业类型",
        choices=("工业", "农业", "现代服务业", "基础设施", "其他"),
        required=True,
    )
    capital_origin: Text = choice(
        "资金来源地",
        "资金从哪里来；县内资金不计入在谈项目",
        "来源地",
        choices=("省外", "省内市外", "市内县外", "境外", "县内"),
        required=True,
    )
    talk_stage: Text = choice(
        "洽谈阶段",
        "洽谈走到哪一步，只进不退",
        "在谈进展",
        "进度",
        "谈判阶段",
        choices=("初步接触", "实地考察", "实质洽谈", "意向(框架)协议", "待签合同"),
        required=True,
    )
    status: Text = choice(
        "项目状态",
        "在谈的计入存量；已转签约的应同月出现在签约项目月报表",
        "状态",
        choices=("在谈", "已转签约", "已终止"),
        required=True,
    )
    first_contact_on: Day = day(
        "首次对接日期", "与投资方第一次对接的日期", "对接时间", "洽谈时间", required=True
    )
    owner: Text = text("跟踪人", "本单位跟踪项目的责任人", "跟踪责任人", "联系人", required=True)
    role: Text = choice(
        "引资角色",
        "牵头单位计入全部，协办单位不计",
        "牵头或协办",
        choices=("牵头", "协办"),
        required=True,
    )
    audit_status: Text = choice(
        "审核状态",
        "只有审核通过的行计入在谈项目",
        "审核",
        "审核结果",
        "是否认定",
        choices=("已保存", "待审核", "审核通过", "退回"),
        required=True,
    )
    remark: Text = remark(
        "进展或停滞说明",
        "本月进展，或停滞的原因",
        "进度、备注",
        "备注",
        "存在问题",
        required_when="连续3个月没有变化",
    )

    @cross_field(X212, at="capital_origin")
    def comes_from_outside(cls, col: Col) -> Expr:
        return col("capital_origin") != "县内"
