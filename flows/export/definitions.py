"""How the figures of a month are meant (口径说明): what counts, from which amount on, how it is rounded.

Told from the zone's settings as they stand for that month; one list for whoever prints it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from flows.ground.zone import Zone
from flows.values import printed
from schemas.indicators import INDICATORS


@dataclass(frozen=True)
class Definition:
    """A term and what is meant by it."""

    term: str
    text: str


def definitions(zone: Zone, month: dt.date) -> list[Definition]:
    """The definitions that hold for the month, in the order in which people ask for them."""
    return [
        *_of_figures(zone, month),
        *_of_judgement(zone, month),
        _of_ranking(zone),
        Definition(
            "四舍五入",
            "一律按原值计算，只在显示时四舍五入：金额两位小数（末尾的零不写），完成率取整数，百分点一位小数。",
        ),
        _of_filing(zone),
        Definition(
            "初步数与核定数",
            "月份锁定前为初步数，可能变动；锁定后为核定数，不再改动，以后的更正计入当期。",
        ),
    ]


def _of_figures(zone: Zone, month: dt.date) -> Iterator[Definition]:
    """What the five figures count."""
    readings, thresholds = zone.readings.of(month), zone.thresholds.of(month)
    large, talk, major = (
        printed.threshold(yuan)
        for yuan in (
            thresholds.large_project_cny,
            thresholds.talk_project_cny,
            thresholds.major_project_cny,
        )
    )
    yield Definition(
        "合同投资额",
        "本年签约、审核通过、牵头、非县内资金、未终止的正式合同和补充协议的合同投资额之和；"
        "同一项目编号只计一次，补充协议只计增加的部分，框架协议、意向协议不计。",
    )
    yield Definition("实到投资额", "本年各月审核通过的本月实到投资额之和，含往年签约项目。")
    yield Definition(
        "新引进项目",
        f"计入合同投资额的新引进正式合同中，合同投资额在{large}以上的项目个数；"
        "其中已开工的，须有不晚于月末的开工日期。",
    )
    yield Definition(
        "在谈项目",
        f"月末仍在谈、审核通过、牵头、非县内资金、拟投资额在{talk}以上的项目，是月末存量，不是本年累计；"
        f"完成率按{'总投资' if readings.talk_rate_by == 'amount' else '个数'}计算。",
    )
    started = "已开工的" if readings.major_counts == "started" else "已签约的（不论是否开工）"
    yield Definition(
        "重大工业项目",
        f"新引进项目中，产业类别为工业、合同投资额在{major}以上、{started}项目个数。",
    )


def _of_judgement(zone: Zone, month: dt.date) -> Iterator[Definition]:
    """By what it is judged whether an amount is large enough, whose it is, and how far things are."""
    yield Definition(
        "门槛", "“以上”含本数，按未四舍五入的金额判断：9999万元显示为1亿元，不算亿元以上。"
    )
    yield Definition("归属", "牵头单位计全部，协办单位不计；各单位之和即为全区。")
    by_month = zone.readings.of(month).time_basis == "month"
    yield Definition("序时进度", "已过月数÷12。" if by_month else "本年已过天数÷全年天数。")
    yield Definition(
        "双过半",
        "6月30日前各项完成率都达到50%（含）；按未四舍五入的完成率判断，49.6%显示为50%，不算过半。",
    )


def _of_ranking(zone: Zone) -> Definition:
    weighed = "、".join(
        f"{one.code}为{printed.exact(weight)}"
        for one in INDICATORS
        if one.has_target and (weight := zone.score.weights.get(one.code)) is not None
    )
    return Definition(
        "排名",
        "按未四舍五入的完成率由高到低，相同的并列（1、2、2、4）；综合得分为有任务各项完成率的加权平均，"
        f"{f'权重{weighed}，其余为1' if weighed else '各项权重相同'}。",
    )


def _of_filing(zone: Zone) -> Definition:
    late = "报出日期" if zone.filing.late_by == "filed_on" else "收到日期"
    return Definition(
        "报送",
        f"次月{zone.filing.due_day}日前报送，逢节假日顺延；按{late}判断迟报；没有内容的报零报告，不报视为未报。",
    )
