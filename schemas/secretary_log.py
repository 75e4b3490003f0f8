"""12 项目秘书服务台账: issues that the secretary of a project found there, and their solution."""

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
    project_number,
    remark,
    report_month,
    text,
)
from schemas.rules import X202, X208


class SecretaryLog(
    Return,
    number="12",
    title="项目秘书服务台账",
    form_no="营商月12",
    filed_by="项目秘书所在的单位",
    cycle=Cycle.LEDGER,
    grain="一个项目的一个问题",
    key=("issue_no",),
    known_by=("found_on", "content"),
):
    """Apart from the problems of 11: what is solved here is counted for one project only."""

    report_month: Day = report_month()
    department: Text = department()
    issue_no: Text = identifier("问题编号", "一个问题一个编号", required=True)
    project_id: Text = project_number()
    project_name: Text = text(
        "项目名称", "出现问题的项目", "签约项目名称", "在谈项目名称", "项目", required=True
    )
    secretary: Text = text(
        "项目秘书", "服务本项目的项目秘书", "包保领导", "首席服务员", required=True
    )
    found_on: Day = day("发现日期", "发现问题的日期", "时间", required=True)
    content: Text = text("问题内容", "问题和困难", "困难问题", required=True, is_free_text=True)
    status: Text = choice(
        "办理状态", "已解决的计入解决数", "是否解决", choices=("办理中", "已解决"), required=True
    )
    solved_on: Day = day(
        "解决日期",
        "问题解决的日期，不早于发现、不晚于报告期末",
        "办结日期",
        required_when="已解决",
        may_follow_period=True,
    )
    remark: Text = remark()

    @cross_field(X208, at="solved_on", shows=("status",), message="已解决的没有解决日期")
    def solution_has_its_date(cls, col: Col) -> Expr:
        return _is_open(col) | col("solved_on").is_not_null()

    @cross_field(X208, at="solved_on", shows=("found_on",), message="解决日期早于发现日期")
    def solved_after_found(cls, col: Col) -> Expr:
        return _is_open(col) | (col("solved_on") >= col("found_on"))

    @cross_field(X208, at="solved_on", message="解决日期晚于报告期末")
    def solved_within_period(cls, col: Col) -> Expr:
        return _is_open(col) | (col("solved_on") <= col(PERIOD_END))

    @cross_field(X202, at="solved_on", shows=("status",), message="没有解决，却填了解决日期")
    def date_of_solution_has_its_state(cls, col: Col) -> Expr:
        return ~_is_open(col) | col("solved_on").is_null()


def _is_open(col: Col) -> Expr:
    return col("status") != "已解决"
