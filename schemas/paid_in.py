"""03 实到资金月报表: money that has evidently arrived, project by project and month by month."""

from schemas.declare import (
    Cycle,
    Day,
    Money,
    Return,
    Text,
    choice,
    department,
    identifier,
    money,
    project_number,
    remark,
    report_month,
    text,
)


class PaidIn(
    Return,
    number="03",
    title="实到资金月报表",
    form_no="招商月03",
    filed_by="有目标任务的各单位",
    cycle=Cycle.FLOW,
    grain="项目 × 月份",
    key=("report_month", "project_id"),
):
    """Covers new and carried-over contracts; a negative month is a correction (M406).

    Whether the three amounts agree depends on the months before (X210, M405, M410).
    """

    report_month: Day = report_month()
    department: Text = department()
    project_id: Text = project_number()
    project_name: Text = text(
        "项目名称", "到位资金所属的项目", "签约项目名称", "在谈项目名称", "项目", required=True
    )
    paid_month_cny: Money = money(
        "本月实到投资额",
        "本月有凭证的到位资金；只有凭更正单才可填负数",
        "本月到位资金",
        "当月实到",
        "本月完成",
        required=True,
    )
    paid_ytd_cny: Money = money(
        "本年累计实到投资额",
        "当年1月至本月的到位资金，等于上月累计加本月",
        "累计到位资金",
        "1-本月累计",
        "当年到位",
        required=True,
    )
    paid_total_cny: Money = money(
        "自签约累计实到投资额",
        "签约以来的全部到位资金，一般不超过合同投资额",
        "累计到位",
        "自开始累计",
        required=True,
    )
    fund_type: Text = choice(
        "资金类型",
        "到位资金的用途构成",
        "资金构成",
        choices=("土地款", "建安工程", "设备购置", "注册资本金", "流动资金", "其他"),
        required=True,
    )
    evidence_type: Text = choice(
        "凭证类型",
        "证明资金到位的材料",
        "佐证材料",
        "认定依据",
        choices=("银行进账单", "验资报告", "发票", "土地出让票据", "工程结算单"),
        required=True,
    )
    evidence_no: Text = identifier(
        "凭证编号", "凭证上的号码，一张凭证只用于一个项目", "票据号", required=True
    )
    correction_no: Text = identifier(
        "更正单号",
        "据以更正的数据更正单",
        "更正编号",
        required_when="本月为负或更正以前的数",
    )
    audit_status: Text = choice(
        "审核状态",
        "只有审核通过的行计入实到投资额",
        "审核",
        "审核结果",
        "是否认定",
        choices=("已保存", "待审核", "审核通过", "退回"),
        required=True,
    )
    remark: Text = remark()
