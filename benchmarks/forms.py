"""The three returns of the benchmark, as the handbook has them: what its rivals know of the domain.

Imports nothing heavy: the rivals' time counts from the first import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Form:
    """A return as departments know it; the slug is guoban's name of it."""

    slug: str
    title: str
    headers: Sequence[str]
    choices: Mapping[str, Sequence[str]]
    optional: frozenset[str] = field(default_factory=frozenset)

    @property
    def amounts(self) -> list[str]:
        """Columns in 万元."""
        return [one for one in self.headers if one.endswith("额")]

    @property
    def days(self) -> list[str]:
        return [one for one in self.headers if one.endswith("日期")]


_ORIGINS = ("省外", "省内市外", "市内县外", "境外", "县内")
_SECTORS = ("工业", "农业", "现代服务业", "基础设施", "其他")
_ROLES = ("牵头", "协办")
_AUDITS = ("已保存", "待审核", "审核通过", "退回")

SIGNED = Form(
    "signed_projects",
    "签约项目月报表",
    (
        "项目编号", "项目名称", "投资方", "统一社会信用代码", "投资方类型", "资金来源地", "产业类别",
        "主导产业", "合同类型", "项目性质", "引资角色", "合同投资额", "固定资产投资额", "签约日期",
        "项目状态", "开工日期", "投产日期", "终止日期", "审核状态", "备注",
    ),
    {
        "投资方类型": ("世界500强", "央企", "中国500强", "民企500强", "上市公司", "国企", "其他"),
        "资金来源地": _ORIGINS,
        "产业类别": _SECTORS,
        "合同类型": ("正式合同", "补充协议", "框架协议", "意向协议"),
        "项目性质": ("新引进", "增资扩产", "续建"),
        "引资角色": _ROLES,
        "项目状态": ("签约", "注册", "开工", "在建", "投产", "终止"),
        "审核状态": _AUDITS,
    },
    frozenset({
        "统一社会信用代码", "投资方类型", "主导产业", "固定资产投资额", "开工日期", "投产日期",
        "终止日期", "备注",
    }),
)  # fmt: skip
PAID = Form(
    "paid_in",
    "实到资金月报表",
    (
        "项目编号", "项目名称", "本月实到投资额", "本年累计实到投资额", "自签约累计实到投资额",
        "资金类型", "凭证类型", "凭证编号", "更正单号", "审核状态", "备注",
    ),
    {
        "资金类型": ("土地款", "建安工程", "设备购置", "注册资本金", "流动资金", "其他"),
        "凭证类型": ("银行进账单", "验资报告", "发票", "土地出让票据", "工程结算单"),
        "审核状态": _AUDITS,
    },
    frozenset({"更正单号", "备注"}),
)  # fmt: skip
TALKS = Form(
    "pipeline_projects",
    "在谈项目月报表",
    (
        "项目编号", "项目名称", "投资方", "拟投资额", "产业类别", "资金来源地", "洽谈阶段", "项目状态",
        "首次对接日期", "跟踪人", "引资角色", "审核状态", "进展或停滞说明",
    ),
    {
        "产业类别": _SECTORS,
        "资金来源地": _ORIGINS,
        "洽谈阶段": ("初步接触", "实地考察", "实质洽谈", "意向(框架)协议", "待签合同"),
        "项目状态": ("在谈", "已转签约", "已终止"),
        "引资角色": _ROLES,
        "审核状态": _AUDITS,
    },
    frozenset({"进展或停滞说明"}),
)  # fmt: skip
FORMS = (SIGNED, PAID, TALKS)


def form_of(headers: Sequence[str]) -> Form:
    """The return that has these columns."""
    for form in FORMS:
        if set(form.headers) <= set(headers):
            return form
    raise ValueError(f"no return has these columns: {headers}")
