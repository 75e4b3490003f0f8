"""11 急难愁盼问题台账: pressing problems of firms and their staff, and whether they were closed."""

from schemas.declare import (
    PERIOD_END,
    Col,
    Cycle,
    Day,
    Expr,
    Return,
    Text,
    choice,
    cross_field,
    day,
    department,
    identifier,
    remark,
    report_month,
    text,
)
from schemas.rules import X202, X208


class ProblemLedger(
    Return,
    number="11",
    title="急难愁盼问题台账",
    form_no="营商月11",
    filed_by="受理企业问题的单位",
    cycle=Cycle.LEDGER,
    grain="一个问题",
    key=("problem_no",),
    known_by=("raised_on", "content"),
):
    """A missing or impossible date of closing is X208; X202 is the date of what is not closed."""

    report_month: Day = report_month()
    department: Text = department()
    problem_no: Text = identifier("问题编号", "一个问题一个编号", required=True)
    raised_on: Day = day("受理日期", "问题受理的日期", "收集时间", required=True)
    raised_by: Text = choice(
        "提出对象",
        "问题由谁提出",
        "反映人",
        "企业",
        choices=("企业家", "企业员工"),
        required=True,
    )
    category: Text = choice(
        "问题类别",
        "问题属于哪一类",
        "类型",
        choices=("用工", "融资", "用地", "用电用水", "审批", "物流", "生活配套", "其他"),
        required=True,
    )
    content: Text = text("问题内容", "问题和诉求", "诉求", "事项", required=True, is_free_text=True)
    handler: Text = text("承办单位", "负责办理的单位", "责任单位", required=True)
    status: Text = choice(
        "办理状态",
        "办结的计入办结数",
        "办结情况",
        "是否销号",
        choices=("办理中", "办结", "退回"),
        required=True,
    )
    closed_on: Day = day(
        "办结日期",
        "问题办结的日期，不早于受理、不晚于报告期末",
        "销号时间",
        required_when="已办结",
        may_follow_period=True,
    )
    satisfaction: Text = choice(
        "满意度", "提出人的评价", "评价", choices=("满意", "基本满意", "不满意")
    )
    remark: Text = remark()

    @cross_field(X208, at="closed_on", shows=("status",), message="已办结的没有办结日期")
    def closing_has_its_date(cls, col: Col) -> Expr:
        return _is_open(col) | col("closed_on").is_not_null()

    @cross_field(X208, at="closed_on", shows=("raised_on",), message="办结日期早于受理日期")
    def closed_after_raised(cls, col: Col) -> Expr:
        return _is_open(col) | (col("closed_on") >= col("raised_on"))

    @cross_field(X208, at="closed_on", message="办结日期晚于报告期末")
    def closed_within_period(cls, col: Col) -> Expr:
        return _is_open(col) | (col("closed_on") <= col(PERIOD_END))

    @cross_field(X202, at="closed_on", shows=("status",), message="没有办结，却填了办结日期")
    def date_of_closing_has_its_state(cls, col: Col) -> Expr:
        return ~_is_open(col) | col("closed_on").is_null()


def _is_open(col: Col) -> Expr:
    return col("status") != "办结"
