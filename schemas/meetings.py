"""08 招商会议活动台账: promotion meetings, round tables and co-ordination meetings on projects."""

from schemas.declare import (
    Cycle,
    Day,
    Return,
    Text,
    Whole,
    choice,
    day,
    department,
    identifier,
    remark,
    report_month,
    text,
    whole,
)


class Meetings(
    Return,
    number="08",
    title="招商会议活动台账",
    form_no="招商月08",
    filed_by="举办会议活动的单位",
    cycle=Cycle.LEDGER,
    grain="一次会议或活动",
    key=("meeting_no",),
    known_by=("held_on", "title"),
):
    """Every meeting counts once, of whichever of the three types it is."""

    report_month: Day = report_month()
    department: Text = department()
    meeting_no: Text = identifier("会议编号", "一次会议一个编号", "活动编号", required=True)
    held_on: Day = day("会议日期", "会议召开的日期", "时间", required=True)
    meeting_type: Text = choice(
        "会议类型",
        "会议属于哪一类",
        "活动类型",
        choices=("推介会", "座谈会", "项目协调会"),
        required=True,
    )
    title: Text = text("会议名称", "会议的名称或主题", "主题", required=True)
    place: Text = text("地点", "会议召开的地点", "召开地点", required=True)
    firms: Whole = whole("参会企业数", "参加会议的企业家数", "企业数", unit="家", at_least=0)
    remark: Text = remark()
