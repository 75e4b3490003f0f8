"""Why a row near a figure is not in it: every code that SQL may give, and its Chinese wording.

SQL says a reason as a code with what it points at (`stg.why`); words are made of it here, at the
edge, and nowhere read back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

YI = Decimal(100_000_000)

# `{value}` is what stands in the row, `{threshold}` what is asked of it, `{row_key}` the row it is
# counted in, `{place}` where that row stands.
REASONS: dict[str, str] = {
    "held": "该行被扣留（{value}）",
    "audit_status": "审核状态为{value}",
    "role": "引资角色为{value}",
    "no_origin": "资金来源地为空",
    "local_capital": "县内资金",
    "contract_type": "合同类型为{value}",
    "status": "项目状态为{value}",
    "no_signing": "签约日期为空",
    "signed_outside": "签约日期{value}不在本年1月1日至{threshold}之间",
    "no_project": "项目编号为空",
    "no_contract_amount": "合同投资额为空",
    "no_payment": "本月实到投资额为空",
    "no_planned_amount": "拟投资额为空",
    "same_number": "同一项目编号已由{place}计入",
    "same_project": "经认定与{row_key}为同一项目，已由{place}计入",
    "nature": "项目性质为{value}",
    "supplement": "合同类型为补充协议，只计金额不计项目",
    "small_contract": "合同投资额{value}不足{threshold}",
    "small_talk": "拟投资额{value}不足{threshold}",
    "sector": "非{threshold}（{value}）",
    "not_started": "尚未开工",
    "no_start": "开工日期为空",
    "started_later": "开工日期{value}晚于月末",
    "org_type": "对象类型为{value}",
    "handling": "办理状态为{value}",
    "other_project": "项目为{value}",
    "not_once": "不是最多跑一次",
    "not_online": "不能网上办",
    "not_member": "不是党员",
    "incomplete": "责任单位、责任人、完成时限未填全",
    "repeated": "与{row_key}重复，只计一次",
    # A record of an earlier version of guoban has its words only.
    "worded": "{value}",
}
_AMOUNTS = frozenset({"small_contract", "small_talk"})


def words(reasons: Iterable[Mapping[str, Any]] | None) -> str | None:
    """The reasons of one row in Chinese, joined by "；"; None where it is in the figure."""
    return "；".join(_worded(reason) for reason in reasons or ()) or None


def _worded(reason: Mapping[str, Any]) -> str:
    value, threshold = reason["value"], reason["threshold"]
    if reason["code"] in _AMOUNTS:
        value, threshold = in_yi(Decimal(value)), in_yi(Decimal(threshold))
    elif reason["code"] == "signed_outside":
        end = dt.date.fromisoformat(threshold)
        threshold = f"{end.month}月{end.day}日"
    code: str = reason["code"]
    return REASONS.get(code, code).format(
        value=value or "空",
        threshold=threshold,
        row_key=reason["row_key"],
        place=f"{reason['department']}（{reason['file']}第{reason['excel_row']}行）",
    )


def in_yi(yuan: Decimal) -> str:
    """An amount in 亿元 as it is, unrounded: 9999万元 prints as 1.00亿元 and is none."""
    return f"{(yuan / YI).normalize():f}亿元"
