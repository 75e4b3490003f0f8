"""Every public relation of a release as a Parquet file, and the data package that describes them.

The description (`datapackage.json`) follows Frictionless Data Package 2.0: types, units, Chinese
labels, keys, and of each file its rows, length and hash (under names of our own: frictionless fails
every Parquet file that has the standard's `bytes` or `hash`, since it doesn't count them). It is made of the release's own catalog, so
a relation that is added is there by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import orjson

import schemas
from flows.export.linking import take_over
from flows.ground.durable import hash_of
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.publish.catalog import Column, Relation, relations
from flows.publish.release import Written
from flows.store.statements import sql_text
from flows.store.views import FOR_COMMANDS, KEY, keys
from schemas.declare import Kind

DESCRIPTION = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# The unit of a column whose name says it.
_UNITS = {"cny": "元", "pct": "%", "pp": "百分点", "days": "天", "km": "公里"}
_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "datetime",
}
_WHOLE = frozenset({"INTEGER", "BIGINT", "HUGEINT"})
# A comment begins with what the column is called; what it means stands behind.
_LABEL = re.compile(r"[^：，；（。]+")
# Where a column of that name leads, in whatever relation it stands: each of its values is there.
LEADS_TO = {
    "report_month": "mart.dim_month",
    "department": "mart.dim_department",
    "indicator_code": "mart.dim_indicator",
    "return_name": "mart.dim_return",
    "submission_id": "mart.submissions",
}


def put(_: Zone, written: Written, folder: Path) -> None:
    """Writes a file for each relation and the description into `folder`, which it makes.

    What is as it was in the release before is not written again. Raises OSError or duckdb.Error.
    """
    folder.mkdir()
    before = written.before / folder.name if written.before else None
    known = _described(before) if before else {}
    public = public_relations(written.con)
    names = {relation.full_name for relation in public}
    resources = []
    for relation in public:
        file = f"{relation.full_name}.parquet"
        is_same = (relation.schema, relation.name) in written.unchanged
        of_file = known.get(file) if is_same else None
        if before and of_file and hash_of(before / file) == of_file["sha256"]:
            take_over(before / file, folder / file)
        else:
            of_file = _write(written.con, relation, folder / file)
        resources.append(_resource(relation, file, names) | of_file)
    package = _head(written.con) | {"resources": resources}
    (folder / DESCRIPTION).write_bytes(orjson.dumps(package, option=orjson.OPT_INDENT_2) + b"\n")


def public_relations(con: duckdb.DuckDBPyConnection) -> list[Relation]:
    """The relations of the release that the package has: all but what only commands read."""
    return [relation for relation in relations(con) if relation.schema != FOR_COMMANDS]


def _write(con: duckdb.DuckDBPyConnection, relation: Relation, path: Path) -> dict[str, Any]:
    ((rows,),) = con.execute(
        f"copy {relation.in_sql} to {sql_text(path)} (format parquet, compression zstd)"
    ).fetchall()
    return {"rows": rows, "fileSize": path.stat().st_size, "sha256": hash_of(path)}


def _described(folder: Path) -> dict[str, dict[str, Any]]:
    """What the description of a release says of its files, by their names; nothing where it is damaged."""
    try:
        resources = orjson.loads((folder / DESCRIPTION).read_bytes())["resources"]
        return {
            resource["path"]: {name: resource[name] for name in ("rows", "fileSize", "sha256")}
            for resource in resources
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


# --- the description -----------------------------------------------------------------------------


def _head(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    ((zone, run_id, published_at),) = con.execute(
        "select zone_name, run_id, published_at from mart.release"
    ).fetchall()
    return {
        "$schema": PROFILE,
        "name": "guoban",
        "title": f"{zone}招商引资月报",
        "description": "发布库中公开的各关系的全部数据，每个关系一个Parquet文件；时间为带时区的时刻，数值累计口径见各字段说明。",
        "version": run_id,
        "created": published_at.astimezone(BEIJING).isoformat(timespec="seconds"),
    }


def _resource(relation: Relation, file: str, names: Collection[str]) -> dict[str, Any]:
    """What the package says of a relation, but for what its file alone tells."""
    key = _keys().get(relation.full_name, ())
    return {
        "name": relation.full_name,
        **_if_said("title", (relation.comment or "").partition(f"。{KEY}")[0]),
        "type": "table",
        "path": file,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": {
            "fields": [
                _field(relation, column, is_in_key=column.name in key)
                for column in relation.columns
            ],
            # A null is one; a text that is empty is none.
            "missingValues": [],
            **_if_said("primaryKey", list(key)),
            **_if_said("foreignKeys", _foreign_keys(relation, names)),
        },
    }


_keys = cache(keys)


def _field(relation: Relation, column: Column, *, is_in_key: bool) -> dict[str, Any]:
    label = _LABEL.match(column.comment or "")
    unit = _unit(relation.name, column.name)
    is_figure = unit is None and column.type.startswith("DECIMAL")
    has_unit_beside = is_figure and any(other.name == "unit" for other in relation.columns)
    return {
        "name": column.name,
        "type": _type(column.type, is_in_key=is_in_key),
        **_if_said("title", label and label[0]),
        **_if_said("description", column.comment),
        **_if_said("unit", unit),
        **_if_said("unitField", "unit" if has_unit_beside else None),
        "duckdbType": column.type,
        **_if_said("constraints", {"required": True} if is_in_key else None),
    }


def _type(of_duckdb: str, *, is_in_key: bool) -> str:
    """The type of the data package.

    By way of pandas, as frictionless reads Parquet, whole numbers among which some are missing come
    as numbers with a point, and lists as arrays of its own: those are called what holds for all
    readers. What they are exactly is `duckdbType`, and in the file.
    """
    if of_duckdb in _WHOLE:
        return "integer" if is_in_key else "number"
    if of_duckdb.startswith("DECIMAL") and not of_duckdb.endswith("]"):
        return "number"
    return _TYPES.get(of_duckdb, "any")


def _unit(relation: str, name: str) -> str | None:
    """The unit that the column's name or its declaration says."""
    return _declared_units().get((relation, name)) or _UNITS.get(name.rpartition("_")[2])


@cache
def _declared_units() -> Mapping[tuple[str, str], str]:
    return {
        (model.form().slug, name): column.unit
        for model in schemas.all_returns()
        for name, column in model.columns().items()
        if column.unit and column.kind is not Kind.MONEY and column.unit_field is None
    }


def _foreign_keys(relation: Relation, names: Collection[str]) -> list[dict[str, Any]]:
    return [
        {"fields": [column.name], "reference": {"resource": other, "fields": [column.name]}}
        for column in relation.columns
        if (other := LEADS_TO.get(column.name)) in names and other != relation.full_name
    ]


def _if_said(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}
