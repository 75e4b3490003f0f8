"""13 党员干部联企名册: which cadres serve which firms."""

from schemas.declare import (
    Cycle,
    Day,
    Return,
    Text,
    YesNo,
    department,
    identifier,
    remark,
    report_month,
    text,
    yes_no,
)


class CadreRoster(
    Return,
    number="13",
    title="党员干部联企名册",
    form_no="营商月13",
    filed_by="管理干部联企工作的单位",
    cycle=Cycle.SNAPSHOT,
    grain="干部 × 联系企业 × 月份",
    key=("report_month", "cadre_no", "firm"),
):
    """A cadre who serves several firms has several rows and counts once."""

    report_month: Day = report_month()
    department: Text = department()
    cadre_no: Text = identifier("干部编号", "干部的编号，同一人只有一个", "工号", required=True)
    cadre: Text = text("干部姓名", "干部的姓名", "姓名", required=True)
    party_member: YesNo = yes_no("是否党员", "一线党员干部只数党员", "党员", required=True)
    firm: Text = text("联系企业", "干部联系服务的企业", "包联企业", "服务企业", required=True)
    remark: Text = remark()
