"""09 营商环境30条任务清单: each measure with its task, owner and timetable, reviewed every week."""

import datetime as dt

from schemas.declare import (
    PERIOD_END,
    Col,
    Cycle,
    Day,
    Expr,
    Return,
    Text,
    Whole,
    choice,
    cross_field,
    day,
    department,
    remark,
    report_month,
    text,
    whole,
)
from schemas.rules import X213


class EnvMeasures(
    Return,
    number="09",
    title="营商环境30条任务清单",
    form_no="营商月09",
    filed_by="各条任务的牵头单位",
    cycle=Cycle.SNAPSHOT,
    grain="任务条目 × 月份",
    key=("report_month", "measure_no"),
):
    """A measure counts where department, person and time limit are all named."""

    report_month: Day = report_month()
    department: Text = department()
    measure_no: Whole = whole(
        "条目序号", "任务在30条中的序号", "序号", "条款", required=True, within=(1, 30)
    )
    task: Text = text("任务内容", "任务要做什么", "措施", "任务书", required=True)
    lead_dept: Text = text("责任单位", "牵头落实任务的单位", "牵头单位", required=True)
    owner: Text = text("责任人", "落实任务的责任人", "负责人", required=True)
    due_on: Day = day(
        "完成时限", "任务应当完成的日期", "时间表", required=True, may_follow_period=True
    )
    status: Text = choice(
        "完成情况",
        "任务落实到哪一步",
        "落实状态",
        "进度",
        choices=("未启动", "推进中", "已完成", "长期坚持"),
        required=True,
    )
    last_review_on: Day = day(
        "最近调度日期", "最近一次周调度的日期，应在月末7天之内", "周调度日期", required=True
    )
    remark: Text = remark()

    @cross_field(X213, at="last_review_on")
    def reviewed_in_the_last_week(cls, col: Col) -> Expr:
        return col("last_review_on") > col(PERIOD_END) - dt.timedelta(days=7)
