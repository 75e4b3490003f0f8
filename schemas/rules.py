"""The rules that Python code raises: E (file), R (row) and X (cross-field), one constant each.

Rules that look across returns, months or departments stand in `sql/checks/`, one file each, with
the same five parts in their header. `guoban rules` lists both. Search for an id to find its
wording and severity here, and the code that raises it by the same name.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does: an error holds a row (or file) back, a warning asks for a word."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Questions(StrEnum):
    """What a finding of the rule puts in question, which says what correcting it can move."""

    CELL = "cell"
    """The cell that it points at, or the file."""
    COUNTING = "counting"
    """Whether the row may count at all."""
    AMOUNT = "amount"
    """The row's amount: what it proposes is that amount, whatever else is wrong with the row."""
    KEY = "key"
    """Which of the rows that share a key is the one."""
    ABSENCE = "absence"
    """Why a project that was there (`value`) is there no more."""


class Structural(StrEnum):
    """At which cells a row can't be placed or counted without a rule: a zone can't soften it there."""

    NOWHERE = "nowhere"
    KEY_OR_AMOUNT = "at a key or an amount"
    WHERE_NEEDED = "where the cell is needed for a figure"
    EVERYWHERE = "everywhere"


# What a rule looks at, in the order in which handbooks list it.
LEVELS = {
    "file": "文件",
    "row": "单元格与行",
    "cross-field": "同一行的几个栏目",
    "cross-return": "几张报表之间",
    "cross-month": "几个月之间",
    "target": "目标",
    "correction": "更正",
    "board": "报送完整性",
}


@dataclass(frozen=True)
class Rule:
    """One rule of the handbook.

    `zh` and `en` word the rule, `reason` says why it exists, `remedy` what the department does.
    """

    id: str
    level: str
    severity: Severity
    zh: str
    en: str
    reason: str
    remedy: str
    holds: bool = True
    """Whether an error of this rule holds the row back (M401 and K601 only stop the lock)."""
    structural: Structural = Structural.NOWHERE
    """At which cells it stays what it is whatever the zone has set."""
    questions: Questions = Questions.CELL


def _file(
    code: str,
    severity: Severity,
    zh: str,
    en: str,
    reason: str,
    remedy: str,
    structural: Structural = Structural.NOWHERE,
) -> Rule:
    return Rule(code, "file", severity, zh, en, reason, remedy, structural=structural)


def _row(
    code: str,
    severity: Severity,
    zh: str,
    en: str,
    reason: str,
    remedy: str,
    structural: Structural = Structural.NOWHERE,
    questions: Questions = Questions.CELL,
) -> Rule:
    return Rule(
        code,
        "row",
        severity,
        zh,
        en,
        reason,
        remedy,
        structural=structural,
        questions=questions,
    )


def _cross(code: str, severity: Severity, zh: str, en: str, reason: str, remedy: str) -> Rule:
    return Rule(code, "cross-field", severity, zh, en, reason, remedy)


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

# --- the file and its envelope -------------------------------------------------------------------

E001 = _file(
    "E001", _E,
    "表格须能按表头识别为一种报表",
    "the sheet must be recognisable as a return by its headers",
    "认不出是哪张报表，就无法知道各列的含义。",
    "请使用下发的报表模板填报，不要改动表头。",
    Structural.EVERYWHERE,
)  # fmt: skip
E002 = _file(
    "E002", _E,
    "必填的列须齐全，且每列只出现一次",
    "every required column must be present once",
    "缺列或重列时，系统不猜测取哪一列。",
    "请补上缺少的列或删去重复的列后重新报送。",
    Structural.EVERYWHERE,
)  # fmt: skip
E003 = _file(
    "E003", _E,
    "填报单位须写明、在名录之内且前后一致",
    "the reporting department must be stated, on the roster and consistent",
    "数字记在哪个单位名下，取决于填报单位。",
    "请按名录填写填报单位全称或简称。",
    Structural.EVERYWHERE,
)  # fmt: skip
E004 = _file(
    "E004", _E,
    "报告期须写明、不晚于收到的月份且前后一致",
    "the report month must be stated, not after receipt, and consistent",
    "报告期决定数字计入哪个月。",
    "请把报告期写成“2021年5月”的样式，并与表内各行一致。",
    Structural.EVERYWHERE,
)  # fmt: skip
E005 = _file(
    "E005", _W,
    "填表人、审核人、单位负责人、报出日期须填写，审核人不得是填表人本人",
    "preparer, checker, head and filing date must be given; the checker is not the preparer",
    "统计报表须有人负责，审核须由他人进行。",
    "请在表末补填，并由另一人审核。",
)  # fmt: skip
E006 = _file(
    "E006", _W,
    "须在月末之后、截止日之前报出",
    "filed after the month's end and by its due date",
    "迟报影响汇总，提前报数不是全月的数。",
    "请说明迟报或提前报数的原因。",
)  # fmt: skip
E007 = _file(
    "E007", _E,
    "金额列须写明计量单位，且不自相矛盾",
    "every money column states its unit, without contradiction",
    "万元与亿元之差是一万倍，系统从不猜测单位。",
    "请在表头括号内或“计量单位：”一行写明单位，例如“计量单位：万元”。",
    Structural.EVERYWHERE,
)  # fmt: skip
E008 = _file(
    "E008", _W,
    "合计须等于以上各行之和",
    "a total must equal the sum of the rows above it",
    "合计对不上，说明有行漏填、错填或重填。",
    "请核对各行与合计，改正其中有误的一处。",
)  # fmt: skip
E009 = _file(
    "E009", _E,
    "零报告不得有数据行，没有数据行须声明零报告",
    "a nil return has no rows, and a return without rows says that it is nil",
    "空表可能是忘了填，零报告才是没有发生。",
    "没有发生请写“零报告：是”；有数据请把零报告改为“否”。",
    Structural.EVERYWHERE,
)  # fmt: skip
E010 = _file(
    "E010", _I,
    "重复收到的文件不再计入，新的文件替代旧的，两者都保存",
    "an identical file changes nothing, a newer one replaces the older; both are kept",
    "同一份报表可能报送多次。",
    "无需处理。",
)  # fmt: skip
E011 = _file(
    "E011", _E,
    "文件须能打开",
    "the file must be readable",
    "加密、损坏、不是表格或过大的文件无法读取。",
    "请在表格软件中打开，去掉密码，另存为 .xlsx 后重新报送。",
    Structural.EVERYWHERE,
)  # fmt: skip
E012 = _file(
    "E012", _I,
    "退回的审核意见须有改动或说明，模板须是现行版本",
    "a reply sent back has something changed or explained, a template is the current one",
    "没有改动也没有说明的审核意见与原报表相同；旧模板可能缺少新增的栏目。",
    "请改正数据或填写“单位说明”后再报送；模板请换用现行版本。",
)  # fmt: skip
E013 = _file(
    "E013", _I,
    "报表没有的列、隐藏的行和列、没有按数据读取的行照样保存并予以说明",
    "columns that no return knows, hidden rows and columns, and rows taken for no data are kept and said",
    "多出的列不参与计算，隐藏的行列按数据处理。",
    "如不应报送，请删除后重新报送。",
)  # fmt: skip

E014 = _file(
    "E014", _E,
    "新版报表不得无故缺少上一版的行",
    "a new version does not lack rows of the one before that no stage explains",
    "只报改动的行，或漏掉一部分，会使已报的金额和个数无声减少。",
    "请报送完整的报表；确应减少的，请在退回的审核意见中填写“单位说明”写明原因后报送；分几部分报送的，请在文件名中写明第几部分。",
)  # fmt: skip
E015 = _file(
    "E015", _E,
    "标明不计的工作表（作废、备份、草稿）、同一单位同月同一报表的第二张工作表，须由填报单位取舍",
    "a sheet marked as not to count, or a second one of the same return, unit and month, is for the department to settle",
    "作废的、备份的或重复的表混在文件里，系统不猜测以哪一张为准。",
    "请删去不报的工作表，或改正应报的工作表的名称后重新报送。",
)  # fmt: skip

# By these a version is in doubt, until somebody explains it.
IN_DOUBT = {rule.id: rule for rule in (E004, E010, E014)}

# --- one cell or one row -------------------------------------------------------------------------

R101 = _row(
    "R101", _E,
    "必填项须填写",
    "a required value must be present",
    "缺少必填项的行无法计入。",
    "请补填。",
    Structural.KEY_OR_AMOUNT,
)  # fmt: skip
R102 = _row(
    "R102", _E,
    "类型须正确：整数、是/否、文字长度",
    "the type must be right: whole number, yes/no, length of text",
    "类型不对的值无法使用。",
    "请按栏目要求改填。",
    Structural.WHERE_NEEDED,
)  # fmt: skip
R103 = _row(
    "R103", _E,
    "数值须在合理的正负范围内",
    "the sign must be right: counts are not negative, amounts and kilometres are positive",
    "合同额、里程为正，人数至少为一。",
    "请核对并改正。",
)  # fmt: skip
R104 = _row(
    "R104", _E,
    "取值须在规定的选项之内",
    "the value must be one of those allowed",
    "口径按规定的选项判断，写法不同就会漏计。",
    "请从规定的选项中选填。",
    Structural.WHERE_NEEDED,
)  # fmt: skip
R105 = _row(
    "R105", _E,
    "日期须真实存在，且不晚于报告期末",
    "a date must exist and not lie after the end of the period",
    "报告期之后的事不属于本期。",
    "请改为真实的日期，例如 2021-05-31。",
    Structural.WHERE_NEEDED,
)  # fmt: skip
R106 = _row(
    "R106", _W,
    "金额大小须合理，与上期不应相差10、100、1000、10000倍",
    "an amount must be plausible and not differ from its last report by a power of ten",
    "最常见的错误是万元与亿元、万元与元相混。",
    "请核对计量单位；数字无误的，请在备注中说明。",
    questions=Questions.AMOUNT,
)  # fmt: skip
R107 = _row(
    "R107", _W,
    "项目编号须合乎编号规则，其年份不晚于签约或报告的年份",
    "the project number follows the zone's pattern, its year not after signing or period",
    "项目编号在备案登记时发放一次，各表凭它相互对应。",
    "请与备案登记核对项目编号。",
)  # fmt: skip
R108 = _row(
    "R108", _W,
    "统一社会信用代码须通过校验（GB 32100）",
    "the unified social credit code must pass its check digit (GB 32100)",
    "校验位能发现抄录错误。",
    "请与营业执照核对。",
)  # fmt: skip
R109 = _row(
    "R109", _E,
    "同一份报表内，同一主键只填一行",
    "a key occurs once within a return",
    "同一项目填两行，系统不知道以哪行为准。",
    "填重的请只保留正确的一行；同一项目有几笔的，请合并在一行填报。",
    Structural.EVERYWHERE,
    Questions.KEY,
)  # fmt: skip
R110 = _row(
    "R110", _E,
    "数值单元格须是数字",
    "a number cell must hold a number",
    "“约5亿”“5-8亿”之类的文字无法计算，系统从不猜测。",
    "请填写确定的数字。",
    Structural.WHERE_NEEDED,
)  # fmt: skip
R111 = _row(
    "R111", _E,
    "单元格不得是错误值或没有结果的公式",
    "a cell must not hold an error value or a formula without a stored result",
    "公式出错或未计算，就没有数值。",
    "请在表格软件中重新计算，或直接填写数值后保存。",
    Structural.EVERYWHERE,
)  # fmt: skip
R113 = _row(
    "R113", _W,
    "名称含商会、协会、园区、管委会的，对象类型不应是企业",
    "a chamber, association, park or committee is not typed as a firm",
    "走访企业只数企业。",
    "请核对对象类型；确是企业的，请在备注中说明。",
)  # fmt: skip
R114 = _row(
    "R114", _I,
    "一格里的几个名称各计一个；名称不足四个字，或写“等几家”的，须核对",
    "several names in one cell count each; one of under four characters, or 等N家, is questioned",
    "走访、接待的企业和走访的地方按名称计数，没有写出名称的无法计入。",
    "最好一行填一个名称；“等几家”请写出全部名称。",
)  # fmt: skip
R115 = _row(
    "R115", _W,
    "超过15位的编号须按文本填写",
    "an identifier of more than 15 digits is not stored as a number: its last digits are lost",
    "表格软件的数值只保留15位，后面的数字都变成了0。",
    "请把该列设为文本格式，按原件重新填写完整的编号。",
)  # fmt: skip
R116 = _row(
    "R116", _E,
    "画了删除线或注明作废的行不得留在表内",
    "a row that is struck out, or voided by its remark, does not stay in the return",
    "作废的行计入了就多，不计就可能漏，系统不猜测。",
    "该行作废的，请删去该行；仍然有效的，请去掉删除线或作废字样。",
)  # fmt: skip

# --- several fields of one row -------------------------------------------------------------------

X201 = _cross(
    "X201", _E,
    "签约日期 ≤ 开工日期 ≤ 投产日期，终止日期 ≥ 签约日期",
    "signed ≤ started ≤ operating, and ended ≥ signed",
    "项目先签约、再开工、后投产。",
    "请核对各日期；确系先建后签的，请在备注中写明“先建后签”。",
)  # fmt: skip
X202 = _cross(
    "X202", _E,
    "项目状态与其日期须同时具备",
    "a stage and its date are both present or both absent",
    "已开工、投产、办结、解决的须有日期，未到该阶段的不填日期。",
    "请补填日期，或改正状态。",
)  # fmt: skip
X203 = _cross(
    "X203", _E,
    "固定资产投资额 ≤ 合同投资额",
    "fixed-asset investment does not exceed the contract",
    "固定资产投资是合同投资的一部分。",
    "请核对两个金额及其计量单位。",
)  # fmt: skip
X206 = _cross(
    "X206", _E,
    "终止的项目须有终止日期，并在备注中写明原因",
    "an ended project has its date, and its reason in the remark",
    "终止会核减指标，须有据可查。",
    "请补填终止日期和原因。",
)  # fmt: skip
X207 = _cross(
    "X207", _E,
    "天数 = 返回日期 − 出发日期 + 1",
    "days = return − departure + 1",
    "外出天数按日历天计算，不是人天。",
    "请核对日期与天数。",
)  # fmt: skip
X208 = _cross(
    "X208", _E,
    "已办结、已解决的须有日期，且不早于受理、不晚于报告期末",
    "what is closed has a date, not before it was raised and not after the period",
    "办结数按办结日期统计。",
    "请补填或改正办结日期。",
)  # fmt: skip
X211 = _cross(
    "X211", _W,
    "框架协议、意向协议不计入合同投资额",
    "framework and letter-of-intent agreements in the signed return are not counted",
    "没有正式合同的仍属在谈。",
    "签订正式合同后再改合同类型；现在请改在在谈项目月报表中填报。",
)  # fmt: skip
X212 = _cross(
    "X212", _W,
    "县内资金不计入招商引资",
    "capital from within the county is not counted",
    "招商引资统计县外资金。",
    "请核对资金来源地；确为县内的无需改动，不计入。",
)  # fmt: skip
X213 = _cross(
    "X213", _W,
    "最近调度日期须在报告期最后7天之内",
    "the last review lies within the last seven days of the period",
    "营商环境任务每周调度。",
    "请更新最近调度日期，或说明未调度的原因。",
)  # fmt: skip


def all_rules() -> dict[str, Rule]:
    """Every rule of this module by its id."""
    module = sys.modules[__name__]
    return {rule.id: rule for rule in vars(module).values() if isinstance(rule, Rule)}
