"""Every sentence and heading of the bulletins, in one place; `{…}` is filled in."""

from __future__ import annotations

from schemas.labels import chinese

TITLE = "{zone}招商引资情况通报"
WEEKLY_TITLE = "{zone}招商引资周调度"
SUBTITLE = "（{year}年{month}月　{standing}{interim}{incomplete}）"
WEEKLY_SUBTITLE = "（{since}至{until}　{standing}{incomplete}）"
INTERIM_MARK = "　快报"
INCOMPLETE_MARK = "　数据不完整"
COPY_TO = "抄送：{names}。"

# --- the month -----------------------------------------------------------------------------------

SUMMARY = "总体情况"
INCOMPLETE = "数据不完整：{missing}。有关数字可能变动。"
HEADLINE = "截至{day}，{lines}"
INTERIM = (
    "本月尚未结束，以上为截至{day}的快报数，月末前仍会变动；序时进度、攻坚行动的天数按月末计。"
)
PROGRESS = "序时进度为{progress}%，{tasks}项目标任务中{past}项过半"
SINCE = "；{day}首次全部过半，{lead}实现“双过半”"
CAMPAIGN = (
    "{name}自{starts}起，至{day}已{elapsed}天（{pct}%），还有{remaining}天；期内签约{contracts}个，"
    "合同投资额{amount}亿元。"
)
CAMPAIGN_NAME = "攻坚行动"
ACTIVITY = "{span}，{figures}。"
ZONE_TABLE = ("表1", "主要指标完成情况")
UNITS = "单位：亿元、个"
INDICATOR, UNIT, TARGET, THIS_MONTH, TO_DATE = "指标", "单位", "年度目标", "本月", "本年累计"
RATE, GAP, LEADERS = "完成率", "序时差", "居首位的单位"
ZONE_NOTE = "序时差为完成率减序时进度，单位为百分点；在谈项目为月末现有数，没有本月数。"

RANKING = "各单位完成情况"
RED = "各项完成率均不低于序时进度的单位：{names}。"
BLACK = "有指标低于序时进度的单位（所低百分点）：{names}。"
BEHIND = "{department}（{gaps}）"
NONE = "无"
DEPARTMENT, RANK, SCORE, DONE, GOAL = "单位", "名次", "综合得分", "完成", "目标"
RATES_TABLE = ("表2", "各单位完成率和名次")
VALUES_TABLE = ("表2（续）", "各单位完成数和目标")
RATES_NOTE = "按未四舍五入的完成率排名，相同的并列；综合得分为各项完成率的加权平均。"
INCOMPLETE_NOTE = "带*的单位数据不完整。"
NO_SCORE = "{department}：{note}。"
NO_DEPARTMENTS = "没有下达到单位的目标任务。"

SIGNED = "本月签约项目"
SIGNED_TEXT = (
    "本月签约并计入合同投资额的项目共{n}个，合同投资额{amount}亿元，按投资额由大到小列于表3。"
)
NO_SIGNED = "本月没有签约并计入合同投资额的项目。"
# The month's own part is the year's less that of the month before: contracts that were told late are in it.
NOT_ALL_SIGNED = "表1的本月数为{month}亿元，与本月签约的相差{difference}亿元：有以前月份签约而本月才计入的，或以前所报的数有变动。"
SIGNED_TABLE = ("表3", "本月签约项目")
SIGNED_HEADS = ("序号", "项目名称", "投资方", "单位", "产业", "签约日期", "投资额", "进展")
IN_YI = "单位：亿元"
MORE_PROJECTS = "只列出前{listed}个，全部见当月工作簿（guoban export）。"
TOTAL = "合计"

FILING = "报送情况"
FILING_TEXT = "本月应报报表{owed}份，应报日期为{due}"
FILING_COUNTS = "，其中{counts}"
FILING_COUNT = "{state}{n}份"
OPEN = "；尚有{asked}"
# What is not filed yet stands among the returns.
ASKED = {kind: name for kind, name in chinese("asks").items() if kind != "file"}
ASKED_COUNT = "{name}{n}处"
FILING_NOTHING = "本月没有应报的报表。"
FILING_OWED = "未报和退回：{names}。"
OWED_OF = "{department}（{titles}）"
OWED_ONE = "{title}{state}"
FILING_TABLE = ("表4", "各单位报送情况")
NOT_USED = "退回而没有采用的新版本（仍按现采用的计入）：{names}。"
OWED = "应报"
UNPLACED = "未识别"
FILING_NOTE = (
    "按时、迟报、零报告、未报、退回为报表份数；待改正、待说明、待认定为尚未办结的意见处数，"
    "退回而没有采用的新版本的也在内。"
)

# By the first a template calls it.
CORRECTED, CORRECTED_TITLE = "往月数据更正", "往月数据的更正和补报"
LAST_MONTH, EARLIER_MONTHS = "上月", "以前月份"
# What was filed late corrects nothing: it comes in addition.
AMENDED, FILED_LATE, AMENDED_OR_FILED_LATE = "更正", "补报", "更正或补报"
CORRECTED_TEXT = (
    "{which}数据已{how}。自{since}以来，以前月份已公布的数字变动{n}项，见表5；"
    "本通报的累计数已按{how}后的数字计算。"
)
NOT_CORRECTED = "自{since}以来，以前月份已公布的数字没有变动。"
CORRECTED_TABLE = ("表5", "以前月份数字的变动")
CORRECTED_HEADS = ("月份", "单位", "指标", "原公布数", "更正或补报后", "增减", "原因")
TARGET_OF = "{name}（目标）"
MORE_CORRECTED = "只列出前{listed}项，全部见guoban changes。"

DEFINITIONS = "口径说明"
DEFINITION = "{number}. {term}：{text}"
DOCUMENTS = ("目标任务依据", "{documents}。")
DOCUMENT = "{number}（{day}下达）"
NO_DOCUMENTS = "没有记载文号"
SOURCE = (
    "数据来源",
    "取自{published}发布的数据（发布编号{run}）；{standing_note}数据指纹{fingerprint}，台账链首{chain_head}。",
)
OPEN_NOTE = "本月尚未核定，为初步数。"
LOCKED_NOTE = "本月已核定{since}，为核定数。"
LOCKED_SINCE = "（{day}锁定）"

# --- the week ------------------------------------------------------------------------------------

WEEK_HEADLINE = "截至{day}，{lines}"
WEEK_SIGNED = "新签约"
WEEK_SIGNED_TEXT = "{since}至{until}签约{n}个，合同投资额{amount}亿元"
NO_WEEK_SIGNED = "{since}至{until}没有新签约的项目。"
WEEK_STARTED = "新开工"
WEEK_STARTED_TEXT = "{since}至{until}开工{n}个"
NO_WEEK_STARTED = "{since}至{until}没有新开工的项目。"
WEEK_PAID = "资金到位"
WEEK_PAID_TEXT = "到位资金按月报送：{month}当月{n}个项目实到{amount}亿元，本年累计{total}亿元"
NO_WEEK_PAID = "到位资金按月报送：{month}当月没有到位资金，本年累计{total}亿元。"
WEEK_DUE = "临期任务"
WEEK_DUE_TEXT = "营商环境任务{until}前到期而未完成的{n}条，其中已逾期{overdue}条"
NO_WEEK_DUE = "没有{until}前到期而未完成的营商环境任务。"
# Behind each of these: that not all are listed, or the end.
LISTED, END = "（列出前{listed}项）。", "。"
WEEK_PROJECT_HEADS = ("项目名称", "单位", "日期", "投资额（亿元）")
WEEK_PAID_HEADS = ("项目名称", "单位", "本月实到（亿元）")
WEEK_DUE_HEADS = ("条目", "任务", "责任单位", "完成时限", "状态")
OVERDUE = "已逾期"
WEEK_SOURCE = "发布编号{run}，数据指纹{fingerprint}"
