"""05 外出招商台账: one row for each trip of the zone's leaders to win investors."""

from schemas.declare import (
    HALF_DAYS,
    Col,
    Cycle,
    Day,
    Expr,
    Number,
    Return,
    Text,
    Whole,
    choice,
    cross_field,
    day,
    department,
    identifier,
    number,
    province_list,
    remark,
    report_month,
    text,
    whole,
)
from schemas.rules import X207


class OutboundTrips(
    Return,
    number="05",
    title="外出招商台账",
    form_no="招商月05",
    filed_by="组织外出招商的单位",
    cycle=Cycle.LEDGER,
    grain="外出招商一个批次",
    key=("trip_no",),
    known_by=("depart_on", "leader"),
):
    """Days are calendar days of the trip, not person-days."""

    report_month: Day = report_month()
    department: Text = department()
    trip_no: Text = identifier(
        "行程编号", "一个批次一个编号，走访明细凭它对应", "批次", "外出编号", required=True
    )
    leader: Text = text("带队领导", "带队的领导", "带队人", "姓名", required=True)
    leader_rank: Text = choice(
        "领导层级",
        "带队领导的层级",
        "职务",
        "带队级别",
        choices=("党政主要负责人", "分管领导", "部门负责人"),
        required=True,
    )
    depart_on: Day = day("出发日期", "从本区出发的日期", "开始时间", required=True)
    return_on: Day = day("返回日期", "回到本区的日期", "结束时间", required=True)
    days: Number = number(
        "天数",
        "按日历天计算：返回日期−出发日期+1，不是人天",
        "外出天数",
        unit="天",
        required=True,
        above=0,
    )
    people: Whole = whole(
        "同行人数",
        "包括带队领导在内的人数",
        "人数",
        "外出人数",
        unit="人",
        required=True,
        at_least=1,
    )
    km: Number = number(
        "行程公里", "全程往返里程", "里程", "总行程", unit="公里", required=True, above=0
    )
    provinces: Text = province_list(
        "目的省份", "到过的省级行政区，以顿号分开", "目的地省份", "省份", required=True
    )
    theme: Text = text("主攻产业", "本次招商的产业方向", "招商方向")
    remark: Text = remark()

    @cross_field(X207, at="return_on", shows=("depart_on",), message="返回日期早于出发日期")
    def returns_after_departure(cls, col: Col) -> Expr:
        return col("return_on") >= col("depart_on")

    @cross_field(X207, at="days", shows=("depart_on", "return_on"))
    def days_are_those_of_the_calendar(cls, col: Col) -> Expr:
        """Where the zone counts half days, the first and the last day may each be half a one."""
        calendar_days = (col("return_on") - col("depart_on")).dt.total_days() + 1
        saved = calendar_days - col("days").cast(float)
        return (calendar_days < 1) | (saved == 0) | (col(HALF_DAYS) & saved.is_in((0.5, 1.0)))
