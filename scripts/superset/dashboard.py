"""What the dashboard shows: its datasets with their metrics, its charts, and where each lies.

Columns are not told here: `assets` takes them, their names and descriptions from the comments of the
published relations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import schemas
from flows.ground.zone import Zone
from flows.settle.declared import indicator_rows
from flows.store.statements import sql_text
from schemas.indicators import INDICATORS, Indicator
from schemas.labels import chinese

TITLE = "招商引资五项指标"
SLUG = "guoban"
# How people read amounts (亿元 to the cent), rates and counts; `~` drops the noughts at the end.
_AMOUNT, _RATE, _COUNT = ",.2~f", ",.0f", ",d"
# The months' text, by which months are chosen; a date would be chosen by its milliseconds.
MONTH = "month"
INDICATOR, DEPARTMENT = "indicator_name", "department"


@dataclass(frozen=True)
class Metric:
    """A figure over a dataset's rows."""

    name: str
    label: str
    sql: str
    description: str
    number_format: str = _AMOUNT


@dataclass(frozen=True)
class Dataset:
    """A relation of `mart`, the figures that make sense over it, and columns made of others."""

    relation: str
    metrics: tuple[Metric, ...]
    made: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Name, and the label and SQL of a column that the relation doesn't have."""


@dataclass(frozen=True)
class Chart:
    """A chart, its place on the page (of twelve columns, in rows of eight pixels) and its question."""

    name: str
    dataset: str
    kind: str
    width: int
    height: int
    params: Mapping[str, Any]
    """As Superset's own form keeps them: metrics, columns, filters, looks."""
    is_filtered_by: tuple[str, ...] = (MONTH,)


def _alone(column: str) -> str:
    """The column's value where the rows are one: cumulative figures of several add up to nothing."""
    return f"case when count(*) = 1 then max({column}) end"


def _figures(one: str) -> tuple[Metric, ...]:
    """The metrics of month × indicator, of the zone or of a department."""
    hint = f"选定一个月份、{one}时才有数：各月累计数相加没有意义。"
    return (
        Metric(
            "figure", "数值", _alone("value_rounded"), f"本年至当月累计，在谈项目为月末数。{hint}"
        ),
        Metric("target", "目标", _alone("target_value_rounded"), f"当月有效的全年目标。{hint}"),
        Metric("rate", "完成率（%）", _alone("completion_pct"), f"数值÷目标，不取整。{hint}"),
        Metric(
            "rate_rounded",
            "完成率（%），取整",
            _alone("completion_pct_rounded"),
            f"由精确的比四舍五入。{hint}",
            _RATE,
        ),
        Metric("gap", "序时差（百分点）", _alone("progress_gap_pp"), f"完成率减序时进度。{hint}"),
        Metric(
            "of_month",
            "当月数",
            "round(sum(month_value), 2)",
            "当月新增，同一指标的可以相加；在谈项目是月末数，没有当月数。",
        ),
    )


def _worded(column: str, words: Mapping[str, str]) -> str:
    """The column in Chinese words."""
    cases = " ".join(f"when {sql_text(one)} then {sql_text(word)}" for one, word in words.items())
    return f"case {column} {cases} else {column} end"


_RETURNS = {model.form().slug: model.form().title for model in schemas.all_returns()}
_IN_YI = "round((sum({}) / 100000000)::decimal(38, 10), 2)"
_MONTH_OF = {MONTH: ("年月", "strftime(report_month, '%Y-%m')")}
_OF_FIGURE = {
    **_MONTH_OF,
    "past_half": ("过半", "case when is_past_half then '是' when not is_past_half then '否' end"),
}
DATASETS = (
    Dataset("zone_indicators", _figures("一个指标"), _OF_FIGURE),
    Dataset("department_indicators", _figures("一个指标、一个单位"), _OF_FIGURE),
    Dataset(
        "projects",
        (
            Metric("projects", "项目数", "count(*)", "每个项目一行。", _COUNT),
            Metric(
                "contracted",
                "合同投资额（亿元）",
                _IN_YI.format("contract_amount_cny"),
                "各项目的合同投资额之和，不等于考核口径的合同投资额。",
            ),
            Metric(
                "paid",
                "实到投资额（亿元）",
                _IN_YI.format("paid_total_cny"),
                "各项目累计实到之和。",
            ),
        ),
    ),
    Dataset(
        "return_status",
        (
            Metric("returns", "应报报表数", "count(*)", "每月每个单位每张应报报表一行。", _COUNT),
            Metric(
                "lacking",
                "未报和退回",
                "count(*) filter (state in ('missing', 'rejected'))",
                "还没有采用的报表数。",
                _COUNT,
            ),
        ),
        {
            **_MONTH_OF,
            "state_label": (
                "报送情况",
                _worded("state", chinese("state")),
            ),
            "return_label": ("报表", _worded("return_name", _RETURNS)),
        },
    ),
    Dataset(
        "release",
        (),
        {
            "published": (
                "发布时间（北京时间）",
                "strftime(published_at at time zone 'Asia/Shanghai', '%Y-%m-%d %H:%M')",
            )
        },
    ),
)


def charts(zone: Zone) -> list[list[Chart]]:
    """The charts from the top, row by row."""
    named = {row.indicator_code: row.indicator_name for row in indicator_rows(zone)}
    cards = [
        _card(one, named[one.code], width)
        for one, width in zip((one for one in INDICATORS if one.line), _CARD_WIDTHS, strict=True)
    ]
    return [
        cards,
        [_OVERVIEW, _RANKING],
        [_TREND, _BY_MONTH],
        [_PROJECTS],
        [_FILED, _LACKING],
        [_RELEASE],
    ]


def _where(column: str, *values: str) -> dict[str, Any]:
    return {
        "expressionType": "SIMPLE",
        "clause": "WHERE",
        "subject": column,
        "operator": "IN",
        "comparator": list(values),
    }


def _where_sql(condition: str) -> dict[str, Any]:
    return {"expressionType": "SQL", "clause": "WHERE", "sqlExpression": condition}


def colours(zone: Zone) -> dict[str, str]:
    """The colour of each indicator, the same in every chart; Superset's own choice repeats itself."""
    names = [row.indicator_name for row in indicator_rows(zone)]
    return dict(zip(names, _COLOURS, strict=False))


# Told apart by people who see red and green alike, and on grey paper.
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#56b4e9", "#cc79a7", "#999999", "#d55e00")
_CARD_WIDTHS = (3, 3, 2, 2, 2)


def _card(indicator: Indicator, name: str, width: int) -> Chart:
    """A headline figure alone, as large as the card allows."""
    return Chart(
        name,
        "zone_indicators",
        "big_number_total",
        width,
        24,
        {
            "metric": "figure",
            "adhoc_filters": [_where("indicator_code", indicator.code)],
            "y_axis_format": _AMOUNT if indicator.adds_amounts else _COUNT,
            "header_font_size": 0.4,
            "subtitle": indicator.unit,
            "subtitle_font_size": 0.15,
        },
    )


def _rows(columns: list[str], order: list[tuple[str, bool]], **more: Any) -> dict[str, Any]:
    """The parameters of a table of a relation's own rows; the order by column, upwards or not."""
    return {
        "query_mode": "raw",
        "all_columns": columns,
        "order_by_cols": [json.dumps(one) for one in order],
        "row_limit": 1000,
        "table_timestamp_format": "%Y-%m-%d",
        "show_cell_bars": False,
        "include_search": False,
        "server_pagination": False,
        **more,
    }


def _series(metrics: list[str], x_axis: str, by: list[str], **more: Any) -> dict[str, Any]:
    """The parameters of bars or lines."""
    return {
        "metrics": metrics,
        "x_axis": x_axis,
        "groupby": by,
        "row_limit": 10000,
        "rich_tooltip": True,
        "show_legend": True,
        "legendType": "plain",
        "legendOrientation": "top",
        **more,
    }


_OVERVIEW = Chart(
    "主要指标一览",
    "zone_indicators",
    "table",
    6,
    44,
    _rows(
        [
            "indicator_name", "value_rounded", "unit", "target_value_rounded",
            "completion_pct_rounded", "past_half", "progress_gap_pp",
        ],
        [("indicator_code", True)],
        column_config={
            "value_rounded": {"d3NumberFormat": _AMOUNT},
            "target_value_rounded": {"d3NumberFormat": _AMOUNT},
            "progress_gap_pp": {"d3NumberFormat": "+,.1f"},
        },
    ),
)  # fmt: skip
_RANKING = Chart(
    "各单位排名",
    "department_indicators",
    "table",
    6,
    44,
    _rows(
        [
            "rank", "department", "value_rounded", "unit", "target_value_rounded",
            "completion_pct_rounded", "past_half",
        ],
        [("rank", True), ("department", True)],
        adhoc_filters=[_where_sql("rank is not null")],
        column_config={
            "value_rounded": {"d3NumberFormat": _AMOUNT},
            "target_value_rounded": {"d3NumberFormat": _AMOUNT},
        },
    ),
    (MONTH, INDICATOR, DEPARTMENT),
)  # fmt: skip
_TREND = Chart(
    "完成率走势（%，本年累计）",
    "zone_indicators",
    "echarts_timeseries_line",
    6,
    50,
    _series(
        ["rate"],
        MONTH,
        ["indicator_name"],
        adhoc_filters=[_where_sql("completion_pct is not null")],
        y_axis_format=_AMOUNT,
        markerEnabled=True,
    ),
    (),
)
_BY_MONTH = Chart(
    "每月新增（亿元）",
    "zone_indicators",
    "echarts_timeseries_bar",
    6,
    50,
    _series(
        ["of_month"],
        MONTH,
        ["indicator_name"],
        adhoc_filters=[_where("indicator_code", "ZS01", "ZS02")],
        y_axis_format=_AMOUNT,
        show_value=True,
    ),
    (),
)
_PROJECTS = Chart(
    "项目",
    "projects",
    "table",
    12,
    60,
    _rows(
        [
            "project_id", "project_name", "department", "investor", "sector", "stage", "signed_on",
            "contract_amount_cny", "paid_total_cny",
        ],
        [("project_id", True)],
        include_search=True,
        page_length=20,
        column_config={
            "contract_amount_cny": {"d3NumberFormat": ",.0f"},
            "paid_total_cny": {"d3NumberFormat": ",.0f"},
        },
    ),
    (DEPARTMENT,),
)  # fmt: skip
_FILED = Chart(
    "报送情况",
    "return_status",
    "echarts_timeseries_bar",
    6,
    50,
    _series(
        ["returns"],
        "department",
        ["state_label"],
        orientation="horizontal",
        stack="Stack",
        y_axis_format=_COUNT,
    ),
    (MONTH, DEPARTMENT),
)
_LACKING = Chart(
    "未报和退回的报表",
    "return_status",
    "table",
    6,
    50,
    _rows(
        ["department", "return_label", "state_label", "due_on"],
        [("department", True), ("return_name", True)],
        adhoc_filters=[_where("state", "missing", "rejected")],
    ),
    (MONTH, DEPARTMENT),
)
_RELEASE = Chart(
    "数据来自",
    "release",
    "table",
    12,
    20,
    _rows(["zone_name", "published", "run_id", "guoban_version"], []),
    (),
)
