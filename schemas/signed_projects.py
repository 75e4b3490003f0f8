"""02 签约项目月报表: every live contract, month by month, as its introducing department reports it."""

from schemas.declare import (
    Col,
    Cycle,
    Day,
    Expr,
    Kind,
    Money,
    Return,
    Text,
    choice,
    cross_field,
    day,
    department,
    money,
    project_number,
    remark,
    report_month,
    text,
)
from schemas.rules import X201, X202, X203, X206, X211, X212, Severity

STARTED = ("开工", "在建", "投产")


class SignedProjects(
    Return,
    number="02",
    title="签约项目月报表",
    form_no="招商月02",
    filed_by="有目标任务的各单位",
    cycle=Cycle.SNAPSHOT,
    grain="项目 × 月份 × 填报单位（含续建在内的全部有效合同）",
    key=("report_month", "department", "project_id"),
):
    """Carried-over contracts ("续建") are rows too; only this year's count as signed."""

    report_month: Day = report_month()
    department: Text = department()
    project_id: Text = project_number()
    project_name: Text = text(
        "项目名称", "项目全称", "签约项目名称", "在谈项目名称", "项目", required=True
    )
    investor: Text = text(
        "投资方",
        "投资企业的全称",
        "外来投资方",
        "投资主体",
        "客商",
        "企业名称",
        "投资企业",
        required=True,
    )
    uscc: Text = text(
        "统一社会信用代码",
        "投资方的统一社会信用代码，18位",
        "信用代码",
        "工商注册号",
        kind=Kind.CREDIT_CODE,
        max_length=18,
    )
    investor_type: Text = choice(
        "投资方类型",
        "投资方属于哪一类企业，考核要求填写，不影响指标",
        "企业类别",
        "企业性质",
        choices=("世界500强", "央企", "中国500强", "民企500强", "上市公司", "国企", "其他"),
    )
    capital_origin: Text = choice(
        "资金来源地",
        "资金从哪里来；县内资金不计入招商引资",
        "来源地",
        "资金来源",
        "客商来源",
        choices=("省外", "省内市外", "市内县外", "境外", "县内"),
        required=True,
    )
    sector: Text = choice(
        "产业类别",
        "项目所属产业；重大工业项目只数工业",
        "项目类别",
        "行业类别",
        "所属产业",
        choices=("工业", "农业", "现代服务业", "基础设施", "其他"),
        required=True,
    )
    chain: Text = text("主导产业", "所属的主导产业或产业链", "所属产业链", "产业链")
    contract_type: Text = choice(
        "合同类型",
        "正式合同与补充协议计入，框架协议与意向协议仍属在谈",
        "协议类型",
        "签约类型",
        choices=("正式合同", "补充协议", "框架协议", "意向协议"),
        required=True,
    )
    nature: Text = choice(
        "项目性质",
        "新引进的才计入项目个数；增资扩产只计金额；续建是以前年度的合同",
        "建设性质",
        "新引进或增资",
        choices=("新引进", "增资扩产", "续建"),
        required=True,
    )
    role: Text = choice(
        "引资角色",
        "牵头单位计入全部，协办单位不计",
        "牵头或协办",
        "归属",
        choices=("牵头", "协办"),
        required=True,
    )
    contract_amount_cny: Money = money(
        "合同投资额",
        "合同约定的投资总额；补充协议只填增加的部分",
        "协议投资额",
        "合同引资额",
        "签约金额",
        "协议资金",
        "计划总投资",
        "总投资",
        required=True,
        above=0,
        is_project_total=True,
    )
    fixed_asset_cny: Money = money(
        "固定资产投资额",
        "合同投资额中的固定资产投资",
        "固投",
        "固定资产投资",
        at_least=0,
    )
    signed_on: Day = day("签约日期", "合同签订的日期", "签约时间", "合同签订时间", required=True)
    status: Text = choice(
        "项目状态",
        "项目走到哪一步",
        "进展阶段",
        "形象进度",
        "项目进展",
        choices=("签约", "注册", "开工", "在建", "投产", "终止"),
        required=True,
    )
    started_on: Day = day(
        "开工日期", "实际开工的日期", "开工时间", "动工时间", required_when="项目已开工"
    )
    operating_on: Day = day(
        "投产日期", "建成投产的日期", "竣工投产时间", required_when="项目已投产"
    )
    ended_on: Day = day("终止日期", "合同终止的日期", "退出时间", required_when="项目终止")
    audit_status: Text = choice(
        "审核状态",
        "只有审核通过的行计入指标",
        "审核",
        "审核结果",
        "是否认定",
        choices=("已保存", "待审核", "审核通过", "退回"),
        required=True,
    )
    remark: Text = remark()

    @cross_field(X201, at="started_on", shows=("signed_on",), message="开工日期早于签约日期")
    def started_after_signing(cls, col: Col) -> Expr:
        return (col("started_on") >= col("signed_on")) | _built_first(col)

    @cross_field(
        X201,
        at="started_on",
        shows=("signed_on",),
        severity=Severity.WARNING,
        message="开工日期早于签约日期（备注已写明先建后签）",
    )
    def built_before_signing(cls, col: Col) -> Expr:
        return (col("started_on") >= col("signed_on")) | ~_built_first(col)

    @cross_field(X201, at="operating_on", shows=("started_on",), message="投产日期早于开工日期")
    def operating_after_start(cls, col: Col) -> Expr:
        return col("operating_on") >= col("started_on")

    @cross_field(X201, at="ended_on", shows=("signed_on",), message="终止日期早于签约日期")
    def ended_after_signing(cls, col: Col) -> Expr:
        return col("ended_on") >= col("signed_on")

    @cross_field(X202, at="started_on", shows=("status",))
    def start_has_its_date(cls, col: Col) -> Expr:
        """An ended project keeps the dates of the stages it had."""
        return (col("status") == "终止") | (
            col("status").is_in(STARTED) == col("started_on").is_not_null()
        )

    @cross_field(X202, at="operating_on", shows=("status",))
    def operation_has_its_date(cls, col: Col) -> Expr:
        return (col("status") == "终止") | (
            (col("status") == "投产") == col("operating_on").is_not_null()
        )

    @cross_field(X203, at="fixed_asset_cny", shows=("contract_amount_cny",))
    def fixed_asset_within_contract(cls, col: Col) -> Expr:
        return col("fixed_asset_cny") <= col("contract_amount_cny")

    @cross_field(X206, at="ended_on", shows=("status",), message="终止的项目没有终止日期")
    def end_has_its_date(cls, col: Col) -> Expr:
        return (col("status") != "终止") | col("ended_on").is_not_null()

    @cross_field(X202, at="ended_on", shows=("status",), message="未终止的项目填了终止日期")
    def date_of_end_has_its_end(cls, col: Col) -> Expr:
        return (col("status") == "终止") | col("ended_on").is_null()

    @cross_field(X206, at="remark", shows=("status",), message="终止的项目没有在备注中写明原因")
    def end_has_its_reason(cls, col: Col) -> Expr:
        return (col("status") != "终止") | col("remark").is_not_null()

    @cross_field(X211, at="contract_type", shows=("contract_type",))
    def is_a_contract(cls, col: Col) -> Expr:
        return ~col("contract_type").is_in(("框架协议", "意向协议"))

    @cross_field(X212, at="capital_origin", shows=("capital_origin",))
    def comes_from_outside(cls, col: Col) -> Expr:
        return col("capital_origin") != "县内"


def _built_first(col: Col) -> Expr:
    """Whether the row's remark says 先建后签, built before it was signed."""
    return col("remark").fill_null("").str.contains("先建后签", literal=True)
