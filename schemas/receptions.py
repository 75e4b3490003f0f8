"""07 客商接待台账: visiting batches of investors, one firm a row."""

from schemas.declare import (
    Cycle,
    Day,
    Return,
    Text,
    Whole,
    day,
    department,
    identifier,
    project_number,
    province,
    remark,
    report_month,
    text,
    whole,
)


class Receptions(
    Return,
    number="07",
    title="客商接待台账",
    form_no="招商月07",
    filed_by="接待客商的单位",
    cycle=Cycle.LEDGER,
    grain="一家企业来访一批",
    key=("reception_no",),
    known_by=("visited_on", "org_name"),
):
    """Firms are counted once however often they come, visitors each time."""

    report_month: Day = report_month()
    department: Text = department()
    reception_no: Text = identifier("接待编号", "一批来访一个编号", "批次", required=True)
    visited_on: Day = day("来访日期", "客商来访的日期", "接待时间", "考察时间", required=True)
    org_name: Text = text(
        "来访企业",
        "来访企业的全称，同一企业只用一种写法",
        "客商单位",
        "考察企业",
        required=True,
        lists_names=True,
    )
    province: Text = province("来源省份", "客商来自的省级行政区", "来自", "来源地", required=True)
    visitors: Whole = whole(
        "客商人数",
        "本批来访的人数，累计为人次",
        "人次",
        "来访人数",
        unit="人次",
        required=True,
        at_least=1,
    )
    host: Text = text("接待领导", "出面接待的领导", "陪同领导")
    project_id: Text = project_number(
        "意向项目编号",
        "项目编号",
        description="来访所谈的项目，已有编号的填写",
        required=False,
    )
    remark: Text = remark()
