"""Why a row near a figure is not in it: every code that SQL may give, and its Chinese wording.

SQL says a reason as a code with what it points at (`stg.why`); words are made of it here, at the
edge, and nowhere read back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

YI = Decimal(100_000_000)


@dataclass(frozen=True)
class Reason:
    """One reason: its words, and the fields of the row that it rests on.

    In the words, `{value}` is what stands in the row, `{threshold}` what is asked of it, `{row_key}`
    the row it is counted in, `{place}` where that row stands.
    """

    words: str
    fields: tuple[str, ...] = ()


REASONS: dict[str, Reason] = {
    "held": Reason("该行被扣留（{value}）"),
    "audit_status": Reason("审核状态为{value}", ("audit_status",)),
    "role": Reason("引资角色为{value}", ("role",)),
    "no_origin": Reason("资金来源地为空", ("capital_origin",)),
    "local_capital": Reason("县内资金", ("capital_origin",)),
    "contract_type": Reason("合同类型为{value}", ("contract_type",)),
    "status": Reason("项目状态为{value}", ("status",)),
    "no_signing": Reason("签约日期为空", ("signed_on",)),
    "signed_outside": Reason("签约日期{value}不在本年1月1日至{threshold}之间", ("signed_on",)),
    "no_project": Reason("项目编号为空", ("project_id",)),
    "no_contract_amount": Reason("合同投资额为空", ("contract_amount_cny",)),
    "no_payment": Reason("本月实到投资额为空", ("paid_month_cny",)),
    "no_planned_amount": Reason("拟投资额为空", ("planned_amount_cny",)),
    "same_number": Reason("同一项目编号已由{place}计入"),
    "same_project": Reason("经认定与{row_key}为同一项目，已由{place}计入"),
    "nature": Reason("项目性质为{value}", ("nature",)),
    "supplement": Reason("合同类型为补充协议，只计金额不计项目", ("contract_type",)),
    "small_contract": Reason("合同投资额{value}不足{threshold}", ("contract_amount_cny",)),
    "small_talk": Reason("拟投资额{value}不足{threshold}", ("planned_amount_cny",)),
    "sector": Reason("非{threshold}（{value}）", ("sector",)),
    "not_started": Reason("尚未开工", ("status",)),
    "no_start": Reason("开工日期为空", ("started_on",)),
    "started_later": Reason("开工日期{value}晚于月末", ("started_on",)),
    "org_type": Reason("对象类型为{value}"),
    "handling": Reason("办理状态为{value}"),
    "other_project": Reason("项目为{value}"),
    "not_once": Reason("不是最多跑一次"),
    "not_online": Reason("不能网上办"),
    "not_member": Reason("不是党员"),
    "incomplete": Reason("责任单位、责任人、完成时限未填全"),
    "repeated": Reason("与{row_key}重复，只计一次"),
    "counted_before": Reason("已计入{value}年"),
    # A record of an earlier version of guoban has its words only.
    "worded": Reason("{value}"),
}
_UNKNOWN = Reason("{value}")
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
    return REASONS.get(reason["code"], _UNKNOWN).words.format(
        value=value or "空",
        threshold=threshold,
        row_key=reason["row_key"],
        place=f"{reason['department']}（{reason['file']}第{reason['excel_row']}行）",
    )


def in_yi(yuan: Decimal) -> str:
    """An amount in 亿元 as it is, unrounded: 9999万元 prints as 1.00亿元 and is none."""
    return f"{(yuan / YI).normalize():f}亿元"
