"""06 外出走访企业明细表: whom a trip called on; only firms count as firms visited."""

from schemas.declare import (
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
    province,
    remark,
    report_month,
    text,
)
from schemas.rules import R113


class OutboundVisits(
    Return,
    number="06",
    title="外出走访企业明细表",
    form_no="招商月06",
    filed_by="组织外出招商的单位",
    cycle=Cycle.LEDGER,
    grain="走访一家单位一次",
    key=("trip_no", "visited_on", "org_name"),
    known_by=("visited_on", "org_name"),
):
    """Belongs to the trips of 05 by 行程编号 (C308)."""

    report_month: Day = report_month()
    department: Text = department()
    trip_no: Text = identifier("行程编号", "外出招商台账中的行程编号", "批次", required=True)
    visited_on: Day = day("走访日期", "走访的日期，在行程之内", "拜访日期", "时间", required=True)
    province: Text = province("省份", "走访地的省级行政区", "省", required=True)
    city: Text = text(
        "地市",
        "走访的地方，一地只用一种写法",
        "目的地",
        "城市",
        "地点",
        required=True,
        lists_names=True,
    )
    org_name: Text = text(
        "走访对象",
        "走访单位的注册全称",
        "拜访企业名称",
        "企业名称",
        required=True,
        lists_names=True,
    )
    org_type: Text = choice(
        "对象类型",
        "走访企业数只数类型为企业的",
        "类别",
        choices=("企业", "商(协)会", "园区平台", "政府机构", "会议活动"),
        required=True,
    )
    org_rank: Text = choice(
        "企业级别",
        "企业是否500强或上市公司",
        "是否500强",
        choices=("世界500强", "中国500强", "民企500强", "上市公司", "其他"),
    )
    contact: Text = text(
        "接洽人", "对方接洽人的姓名、职务", "接洽人姓名", "接洽人职务", is_personal=True
    )
    outcome: Text = text("洽谈结果", "洽谈的内容和结果", "成果", "洽谈内容", is_free_text=True)
    remark: Text = remark()

    @cross_field(R113, at="org_type", shows=("org_name",), message="名称不像企业，对象类型却是企业")
    def firm_is_named_as_one(cls, col: Col) -> Expr:
        is_no_firm = col("org_name").str.contains("商会|协会|园区|管委会")
        return (col("org_type") != "企业") | ~is_no_firm
