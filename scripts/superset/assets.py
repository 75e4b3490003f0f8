"""The dashboard as the files that Superset imports: a database, datasets, charts, a page.

Columns, their types, names and descriptions are those of the published relations' comments. The files
in `deploy/superset/dashboard` are written by `make docs`; a test holds them against this module.
"""

from __future__ import annotations

import io
import json
import re
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import yaml

from flows.ground.settings import PROJECT
from flows.ground.zone import Zone
from flows.publish.current import FILE_NAME
from flows.settle.declared import indicator_rows
from scripts.superset.dashboard import (
    DATASETS,
    DEPARTMENT,
    INDICATOR,
    MONTH,
    SLUG,
    TITLE,
    Chart,
    Dataset,
    charts,
    colours,
)

FOLDER = PROJECT / "deploy" / "superset" / "dashboard"
# Where the files have the published database until they are told another place.
PLACE = Path("/srv/guoban/warehouse/current") / FILE_NAME
DATABASE = "guoban"
# How the file is opened, always: read only, no other file within reach of any SQL, nothing spilled
# beside it, and none of that to be changed by SQL. DuckDB wants the lock said together with the rest.
LOCKED = {
    "read_only": True,
    "config": {"enable_external_access": False, "temp_directory": "", "lock_configuration": True},
}
_VERSION = "1.0.0"
# The same names always, so that a later import replaces an earlier one.
_FAMILY = uuid.uuid5(uuid.NAMESPACE_URL, "guoban/superset")
_FILTERS = (
    # The column, its label, the dataset that it is chosen from.
    (MONTH, "月份", "zone_indicators"),
    (INDICATOR, "排名的指标", "department_indicators"),
    (DEPARTMENT, "单位", "department_indicators"),
)
# Up to where a comment is a name.
_NAME_ENDS = "[：，；。]"


def files(con: duckdb.DuckDBPyConnection, zone: Zone, place: Path = PLACE) -> dict[str, str]:
    """Each file's text by its path; `con` has the published relations with their comments."""
    rows = charts(zone)
    made: dict[str, Any] = {
        "metadata.yaml": {
            "version": _VERSION,
            "type": "Dashboard",
            # When it was written is nobody's business, and would make every file a new one.
            "timestamp": "2021-01-01T00:00:00+00:00",
        },
        f"databases/{DATABASE}.yaml": _database(place),
        f"dashboards/{SLUG}.yaml": _page(rows, zone),
    }
    for dataset in DATASETS:
        made[f"datasets/{DATABASE}/{dataset.relation}.yaml"] = _dataset(con, dataset)
    for number, chart in enumerate(one for row in rows for one in row):
        made[f"charts/{number:02}.yaml"] = _chart(chart)
    return {
        path: yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
        for path, content in made.items()
    }


def zipped(texts: Mapping[str, str]) -> bytes:
    """The files as Superset takes them: below one folder in one archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in texts.items():
            archive.writestr(zipfile.ZipInfo(f"guoban/{path}"), text)
    return packed.getvalue()


def at(texts: Mapping[str, str], place: Path) -> dict[str, str]:
    """The files over the database in another place."""
    return {path: text.replace(_address(PLACE), _address(place)) for path, text in texts.items()}


def committed() -> dict[str, str]:
    """The files as they lie in the repository."""
    return {
        str(path.relative_to(FOLDER)): path.read_text("utf-8")
        for path in sorted(FOLDER.rglob("*.yaml"))
    }


def _uuid(name: str) -> str:
    return str(uuid.uuid5(_FAMILY, name))


def _address(place: Path) -> str:
    return f"duckdb:///{place}"


def _database(place: Path) -> dict[str, Any]:
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": _address(place),
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {
            "allows_virtual_table_explore": True,
            "engine_params": {"connect_args": LOCKED},
        },
        "uuid": _uuid("database"),
        "version": _VERSION,
    }


def _dataset(con: duckdb.DuckDBPyConnection, dataset: Dataset) -> dict[str, Any]:
    ((said,),) = con.execute(
        "select comment from (from duckdb_tables() select schema_name, table_name, comment "
        "union all from duckdb_views() select schema_name, view_name, comment) "
        "where schema_name = 'mart' and table_name = ?",
        [dataset.relation],
    ).fetchall()
    told = con.execute(
        "select column_name, data_type, comment from duckdb_columns() "
        "where schema_name = 'mart' and table_name = ? order by column_index",
        [dataset.relation],
    ).fetchall()
    return {
        "table_name": dataset.relation,
        "schema": "mart",
        "description": said,
        "sql": None,
        "main_dttm_col": None,
        "filter_select_enabled": True,
        "columns": [
            *_columns(told),
            *(
                {**_column(name, "VARCHAR", label, label), "expression": sql}
                for name, (label, sql) in dataset.made.items()
            ),
        ],
        "metrics": [
            {
                "metric_name": one.name,
                "verbose_name": one.label,
                "expression": one.sql,
                "description": one.description,
                "d3format": one.number_format,
            }
            for one in dataset.metrics
        ],
        "uuid": _uuid(dataset.relation),
        "database_uuid": _uuid("database"),
        "version": _VERSION,
    }


def _columns(told: list[tuple[str, str, str]]) -> Iterator[dict[str, Any]]:
    """The relation's columns, by name, type and comment; no two are called the same."""
    labels = [verbose_name(comment) for _, _, comment in told]
    for number, (name, kind, comment) in enumerate(told):
        # Of two that begin alike the later one is as people read it, the other says how it differs.
        label = labels[number]
        if label in labels[number + 1 :]:
            label = verbose_name(comment, 2)
        yield _column(name, kind, label, comment)


def _column(name: str, kind: str, label: str, comment: str) -> dict[str, Any]:
    return {
        "column_name": name,
        "verbose_name": label,
        "description": comment,
        "type": kind,
        "is_dttm": kind == "DATE" or kind.startswith("TIMESTAMP"),
        "groupby": True,
        "filterable": True,
        "is_active": True,
    }


def verbose_name(comment: str, parts: int = 1) -> str:
    """A column's name for people: its comment up to where that begins to explain."""
    ends = [found.start() for found in re.finditer(_NAME_ENDS, comment)]
    return comment[: ends[parts - 1]] if len(ends) >= parts else comment


def _chart(chart: Chart) -> dict[str, Any]:
    params = {"viz_type": chart.kind, **chart.params}
    return {
        "slice_name": chart.name,
        "viz_type": chart.kind,
        "params": params,
        "query_context": json.dumps(_question(params), ensure_ascii=False),
        "uuid": _uuid(f"chart {chart.name}"),
        "dataset_uuid": _uuid(chart.dataset),
        "version": _VERSION,
    }


def _question(params: Mapping[str, Any]) -> dict[str, Any]:
    """What the chart asks its dataset, as Superset's own pages word it."""
    conditions = params.get("adhoc_filters", [])
    sql = [one["sqlExpression"] for one in conditions if one["expressionType"] == "SQL"]
    axis = [params["x_axis"]] if "x_axis" in params else []
    metrics = params.get("metrics", [params["metric"]] if "metric" in params else None)
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [
            {
                "filters": [
                    {"col": one["subject"], "op": one["operator"], "val": one["comparator"]}
                    for one in conditions
                    if one["expressionType"] == "SIMPLE"
                ],
                "extras": {"where": " and ".join(f"({one})" for one in sql), "having": ""},
                "columns": [*axis, *params.get("groupby", params.get("all_columns", []))],
                "metrics": metrics,
                "orderby": [json.loads(one) for one in params.get("order_by_cols", [])],
                "row_limit": params.get("row_limit", 1000),
            }
        ],
        "form_data": dict(params),
        "result_format": "json",
        "result_type": "full",
    }


def _page(rows: list[list[Chart]], zone: Zone) -> dict[str, Any]:
    """The dashboard: where the charts lie, and by what they are filtered."""
    first = next(indicator_rows(zone)).indicator_name
    numbered = dict(enumerate((one for row in rows for one in row), start=1))
    return {
        "dashboard_title": TITLE,
        "slug": SLUG,
        "description": "全区和各单位的招商引资主要指标、项目和报送情况，数据来自guoban发布的数据库。",
        "position": dict(_places(rows)),
        "metadata": {
            "color_scheme": "supersetColors",
            "label_colors": colours(zone),
            "refresh_frequency": 0,
            "cross_filters_enabled": False,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": [
                _filter(
                    column,
                    label,
                    dataset,
                    [n for n, chart in numbered.items() if column not in chart.is_filtered_by],
                    first if column == INDICATOR else None,
                )
                for column, label, dataset in _FILTERS
            ],
        },
        "published": True,
        "uuid": _uuid("dashboard"),
        "version": _VERSION,
    }


def _places(rows: list[list[Chart]]) -> Iterator[tuple[str, Any]]:
    row_ids = [f"ROW-{number}" for number in range(len(rows))]
    root, grid = ["ROOT_ID"], ["ROOT_ID", "GRID_ID"]
    yield "DASHBOARD_VERSION_KEY", "v2"
    yield "ROOT_ID", {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]}
    yield "GRID_ID", {"type": "GRID", "id": "GRID_ID", "children": row_ids, "parents": root}
    yield "HEADER_ID", {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": TITLE}}
    number = 0
    for row_id, row in zip(row_ids, rows, strict=True):
        children = [f"CHART-{number + place}" for place in range(1, len(row) + 1)]
        yield (
            row_id,
            {
                "type": "ROW",
                "id": row_id,
                "children": children,
                "parents": grid,
                "meta": {"background": "BACKGROUND_TRANSPARENT"},
            },
        )
        for chart in row:
            number += 1
            yield (
                f"CHART-{number}",
                {
                    "type": "CHART",
                    "id": f"CHART-{number}",
                    "children": [],
                    "parents": [*grid, row_id],
                    "meta": {
                        "chartId": number,
                        "uuid": _uuid(f"chart {chart.name}"),
                        "sliceName": chart.name,
                        "width": chart.width,
                        "height": chart.height,
                    },
                },
            )


def _filter(
    column: str, label: str, dataset: str, excluded: list[int], chosen: str | None
) -> dict[str, Any]:
    """A filter above the page; of months there is always one, the newest until another is chosen."""
    is_month = column == MONTH
    of_chosen = {"filters": [{"col": column, "op": "IN", "val": [chosen]}]} if chosen else {}
    return {
        "id": f"NATIVE_FILTER-{column}",
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": label,
        "description": "",
        "targets": [{"column": {"name": column}, "datasetUuid": _uuid(dataset)}],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": excluded},
        "controlValues": {
            "multiSelect": column == DEPARTMENT,
            "enableEmptyFilter": column != DEPARTMENT,
            "defaultToFirstItem": is_month,
            "sortAscending": not is_month,
            "inverseSelection": False,
            "searchAllOptions": False,
        },
        "defaultDataMask": {
            "extraFormData": of_chosen,
            "filterState": {"value": [chosen]} if chosen else {},
            "ownState": {},
        },
        "cascadeParentIds": [],
        # The charts wait for it.
        "requiredFirst": is_month,
    }
