"""The figures of a zone: what each is called, counts, adds up, rests on and is held against.

One declaration for each; SQL reads them as tables (`core.indicators`, `core.secondary`), the
headline is worded from them. The conditions of a counted contract, payment or talk stand in
`sql/int/`; authority is the handbook's section on indicators.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class When:
    """A reading of `zone.toml` ([readings]) that has this value."""

    reading: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A headline indicator ("主要指标")."""

    code: str
    name: str
    """`{threshold}` is the greatest of `thresholds` as people say it: 亿元, 5亿元."""
    unit: str
    return_name: str
    """The return whose rows make it up."""
    amount: str
    """The amount of a row: added up, or held against the thresholds."""
    opens_with: str | None = None
    """The cumulative that is taken in its place where a row brings an opening balance along."""
    adds_amounts: bool = False
    """Adds the amounts up (in 亿元); else it counts rows."""
    is_flow: bool = False
    """Adds the months of the year up; else the month's own list is the whole state."""
    is_stock: bool = False
    """What there is at the month's end; else the year to date, of which each month has its part."""
    thresholds: tuple[str, ...] = ()
    """Settings of `zone.toml` ([thresholds]); a row's amount is at least the greatest of them."""
    new_only: bool = False
    """Counts projects: newly introduced ones, under a formal contract."""
    sector: str | None = None
    started_only: bool | When = False
    rated_by: tuple[When, str] | None = None
    """When the zone reads it so, the indicator that is held against the target instead."""
    has_target: bool = True
    rests_on: tuple[str, ...] = ()
    """The fields, beside the amount, that decide whether a row is in it."""
    line: str | None = None
    """Its line of the published article; other indicators' values stand there by their codes."""

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that it is made of: the amounts first, then what it rests on."""
        return (*self.amounts, *self.rests_on)

    @property
    def readings(self) -> frozenset[str]:
        """The readings of `zone.toml` that it hangs on."""
        named = (self.started_only, self.rated_by[0] if self.rated_by else None)
        return frozenset(one.reading for one in named if isinstance(one, When))

    @property
    def amounts(self) -> tuple[str, ...]:
        """The fields of which one is a row's amount."""
        return (self.amount, *([self.opens_with] if self.opens_with else []))


# Units in which a target of a figure in that unit may be stated, and what one of them is in it.
TARGET_UNITS: dict[str, dict[str, Decimal]] = {
    "亿元": {"亿元": Decimal(1), "万元": Decimal("0.0001")},
    "个": {"个": Decimal(1)},
}

# To how many places a figure in that unit is read; nothing is computed with less than all of them.
PLACES: dict[str, int] = {
    "亿元": 2, "个": 0, "次": 0, "天": 1, "万公里": 1, "家": 0, "人次": 0, "件": 0, "项": 0, "%": 1,
    "人": 0, "条": 0,
}  # fmt: skip

_CONTRACT = (
    "project_id", "capital_origin", "contract_type", "role", "signed_on", "status", "audit_status",
)  # fmt: skip
_NEW_PROJECT = (*_CONTRACT, "nature")
_TALK = ("capital_origin", "status", "role", "audit_status")
_RATED = "{name}{value}{unit}，占目标任务{rate}"

INDICATORS = (
    Indicator(
        code="ZS01",
        name="招商引资合同投资额",
        unit="亿元",
        return_name="signed_projects",
        amount="contract_amount_cny",
        adds_amounts=True,
        rests_on=_CONTRACT,
        line=_RATED,
    ),
    Indicator(
        code="ZS02",
        name="招商引资实到投资额",
        unit="亿元",
        return_name="paid_in",
        amount="paid_month_cny",
        adds_amounts=True,
        is_flow=True,
        opens_with="paid_ytd_cny",
        rests_on=("audit_status",),
        line=_RATED,
    ),
    Indicator(
        code="ZS03",
        name="新引进{threshold}以上项目",
        unit="个",
        return_name="signed_projects",
        amount="contract_amount_cny",
        thresholds=("large_project_cny",),
        new_only=True,
        rests_on=_NEW_PROJECT,
        line="招商引资{name}{value}{unit}，占目标任务{rate}，其中，已开工{ZS03a}个项目",
    ),
    Indicator(
        code="ZS03a",
        name="其中已开工项目",
        unit="个",
        return_name="signed_projects",
        amount="contract_amount_cny",
        thresholds=("large_project_cny",),
        new_only=True,
        started_only=True,
        has_target=False,
        rests_on=(*_NEW_PROJECT, "started_on"),
    ),
    Indicator(
        code="ZS04",
        name="{threshold}以上在谈项目",
        unit="个",
        return_name="pipeline_projects",
        is_stock=True,
        amount="planned_amount_cny",
        thresholds=("talk_project_cny",),
        rated_by=(When("talk_rate_by", "amount"), "ZS04a"),
        rests_on=_TALK,
        line="{name}{value}{unit}，总投资{ZS04a}亿元，占目标任务{rate}",
    ),
    Indicator(
        code="ZS04a",
        name="{threshold}以上在谈项目总投资",
        unit="亿元",
        return_name="pipeline_projects",
        is_stock=True,
        amount="planned_amount_cny",
        adds_amounts=True,
        thresholds=("talk_project_cny",),
        has_target=False,
        rests_on=_TALK,
    ),
    Indicator(
        code="ZS05",
        name="{threshold}以上重大工业项目",
        unit="个",
        return_name="signed_projects",
        amount="contract_amount_cny",
        thresholds=("large_project_cny", "major_project_cny"),
        new_only=True,
        sector="工业",
        started_only=When("major_counts", "started"),
        rests_on=(*_NEW_PROJECT, "sector", "started_on"),
        line="完成{name}{value}{unit}",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Secondary:
    """A secondary figure ("次要指标"), the year to date, of the whole zone."""

    code: str
    name: str
    unit: str
    return_name: str
    field: str
    """The field that it is about: its cell is where a row of it leads."""
    adds: str | None = None
    """The field that is added up; else rows, or what they stand for, are counted."""
    factor: Decimal = Decimal(1)
    """What one of the field is in the figure's unit."""
    share_of: str | None = None
    """It is its rows' share (%) of that figure."""


SECONDARY = (
    Secondary(code="outbound_trips", name="外出招商次数", unit="次",
              return_name="outbound_trips", field="trip_no"),
    Secondary(code="outbound_days", name="外出招商天数", unit="天",
              return_name="outbound_trips", field="days", adds="days"),
    Secondary(code="outbound_distance", name="外出招商行程", unit="万公里",
              return_name="outbound_trips", field="km", adds="km", factor=Decimal("0.0001")),
    Secondary(code="provinces_visited", name="外出招商到访省份", unit="个",
              return_name="outbound_visits", field="province"),
    Secondary(code="places_visited", name="外出招商到访地方", unit="个",
              return_name="outbound_visits", field="city"),
    Secondary(code="firms_visited", name="走访企业", unit="家",
              return_name="outbound_visits", field="org_name"),
    Secondary(code="firms_received", name="接待企业", unit="家",
              return_name="receptions", field="org_name"),
    Secondary(code="visitors_received", name="接待客商", unit="人次",
              return_name="receptions", field="visitors", adds="visitors"),
    Secondary(code="meetings_held", name="推介会、座谈会、项目协调会", unit="次",
              return_name="meetings", field="meeting_no"),
    Secondary(code="problems_raised", name="收集急难愁盼问题", unit="件",
              return_name="problem_ledger", field="problem_no"),
    Secondary(code="problems_closed", name="办结急难愁盼问题", unit="件",
              return_name="problem_ledger", field="status"),
    Secondary(code="once_only_items", name="最多跑一次事项", unit="项",
              return_name="service_items", field="once_only"),
    Secondary(code="online_share", name="最多跑一次事项网上办比例", unit="%",
              return_name="service_items", field="online", share_of="once_only_items"),
    Secondary(code="frontline_cadres", name="一线党员干部", unit="人",
              return_name="cadre_roster", field="cadre_no"),
    Secondary(code="environment_measures", name="营商环境任务条目", unit="条",
              return_name="env_measures", field="measure_no"),
    Secondary(code="secretary_problems_solved", name="项目秘书解决问题", unit="件",
              return_name="secretary_log", field="status"),
)  # fmt: skip


def amount_field(return_name: str) -> str | None:
    """The field of a return that its first figure adds up or weighs; None where rows are counted."""
    amounts = [one.amount for one in INDICATORS if one.return_name == return_name]
    added = [one.adds for one in SECONDARY if one.return_name == return_name and one.adds]
    return next(iter((*amounts, *added)), None)


def headline_fields(return_name: str) -> tuple[str, ...]:
    """The fields of a return that headline indicators are made of, in their order; each once."""
    made_of = (one.fields for one in INDICATORS if one.return_name == return_name)
    return tuple(dict.fromkeys(itertools.chain.from_iterable(made_of)))
