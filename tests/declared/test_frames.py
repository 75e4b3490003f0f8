"""Anybody's polars frame held to a return: errors and warnings apart, and as JSON."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import duckdb
import jsonschema
import pandera.errors
import polars as pl
import pytest
from drop import Drop

import schemas
from flows.ground.settings import PROJECT
from flows.publish.current import newest_file
from schemas.frames import UnsoundFrameError, dtypes_of, schema_of
from schemas.rules import Severity

SLUGS = [model.form().slug for model in schemas.all_returns()]
CONTRACT: dict[str, Any] = {
    "report_month": dt.date(2021, 5, 1),
    "department": "招商局",
    "project_id": "GCKF-2021-0001",
    "project_name": "甲项目",
    "investor": "甲公司",
    "capital_origin": "省外",
    "sector": "工业",
    "contract_type": "正式合同",
    "nature": "新引进",
    "role": "牵头",
    "contract_amount_cny": Decimal("600000000.0000"),
    "signed_on": dt.date(2021, 5, 6),
    "status": "签约",
    "audit_status": "审核通过",
}


def published(golden: Drop, slug: str) -> pl.DataFrame:
    with duckdb.connect(str(newest_file(golden.settings.warehouse)), read_only=True) as con:
        frame: pl.DataFrame = con.sql(f"from mart.{slug}").pl()
        return frame


def contracts(*rows: dict[str, Any]) -> pl.DataFrame:
    types = dtypes_of(schemas.by_name("signed_projects"))
    return pl.DataFrame([{**dict.fromkeys(types), **CONTRACT, **row} for row in rows], types)


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_published_has_no_error_by_its_own_schema(golden: Drop, slug: str) -> None:
    frame = published(golden, slug)
    judged = schemas.validate(frame, slug)
    assert judged.errors == ()
    assert judged.is_sound
    judged.raise_errors()


def test_warnings_are_no_errors(golden: Drop) -> None:
    """A project built before it was signed, with the remark that says so, is accepted and worth a look."""
    judged = schemas.validate(
        contracts(
            {},
            {"status": "开工", "started_on": dt.date(2021, 5, 1), "remark": "先建后签"},
            {"status": "开工", "started_on": dt.date(2021, 5, 1)},
        ),
        "signed_projects",
    )
    (warning,), (error,) = judged.warnings, judged.errors
    assert (warning.rule, warning.severity, warning.row) == ("X201", Severity.WARNING, 1)
    assert (error.rule, error.severity, error.row) == ("X201", Severity.ERROR, 2)
    assert (error.field, error.header, error.value) == (
        "started_on", "开工日期", dt.date(2021, 5, 1),
    )  # fmt: skip
    assert error.message == "开工日期早于签约日期（签约日期2021-05-06）。"
    with pytest.raises(UnsoundFrameError, match="1 errors; row 2, started_on: X201"):
        judged.raise_errors()


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("project_name", None, "R101"),
        ("remark", "长" * 2001, "R102"),
        ("contract_amount_cny", Decimal(0), "R103"),
        ("fixed_asset_cny", Decimal(-1), "R103"),
        ("nature", "丙新引进", "R104"),
        ("fixed_asset_cny", Decimal("600000000.0001"), "X203"),
    ],
)
def test_each_kind_of_error_names_row_and_rule(field: str, value: Any, rule: str) -> None:
    judged = schemas.validate(contracts({}, {field: value}), "signed_projects")
    (error,) = judged.errors
    assert (error.row, error.field, error.rule, error.value) == (1, field, rule, value)


def test_the_last_day_of_the_month_is_known_by_the_month() -> None:
    """An entry is closed in its month, not later."""
    types = dtypes_of(schemas.by_name("problem_ledger"))
    row = {**dict.fromkeys(types), "report_month": dt.date(2021, 5, 1), "status": "办结"}
    frame = pl.DataFrame([row | {"closed_on": dt.date(2021, 6, 1)}], types)
    closed = [
        one for one in schemas.validate(frame, "problem_ledger").errors if one.field == "closed_on"
    ]
    assert closed
    frame = pl.DataFrame([row | {"closed_on": dt.date(2021, 5, 31)}], types)
    assert not [
        one for one in schemas.validate(frame, "problem_ledger").errors if one.field == "closed_on"
    ]


def test_a_lazy_frame_is_refused_in_words() -> None:
    lazy = contracts({"nature": "没有这种"}).lazy()
    with pytest.raises(TypeError, match=r"give what collect\(\) gives"):
        schemas.validate(lazy, "signed_projects")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"give what collect\(\) gives"):
        schema_of(schemas.by_name("signed_projects")).validate(lazy)
    with pytest.raises(TypeError, match="not dict"):
        schemas.validate({}, "signed_projects")  # type: ignore[arg-type]


def test_numbers_of_another_width_are_taken_where_nothing_is_lost() -> None:
    frame = contracts({})
    amounts = pl.Series("contract_amount_cny", [600_000_000])
    assert schemas.validate(frame.with_columns(amounts), "signed_projects").is_sound
    amounts = amounts.cast(pl.Decimal(15, 2))
    assert schemas.validate(frame.with_columns(amounts), "signed_projects").is_sound
    amounts = pl.Series("contract_amount_cny", [Decimal("0.000001")], pl.Decimal(20, 6))
    (error,) = schemas.validate(frame.with_columns(amounts), "signed_projects").errors
    assert "Decimal(precision=20, scale=6)" in error.message
    (error,) = schemas.validate(
        frame.with_columns(amounts.cast(pl.Float64)), "signed_projects"
    ).errors
    assert "浮点数会改变数值" in error.message
    (error,) = schemas.validate(frame.drop("sector"), "signed_projects").errors
    assert error.message == "缺少栏目“产业类别”（sector）。"


def test_a_month_is_told_by_its_first_day() -> None:
    frame = contracts({"report_month": dt.date(2021, 5, 31)}, {})
    (found,) = schemas.validate(frame, "signed_projects").errors
    assert (found.rule, found.row, found.field) == ("R102", 0, "report_month")
    assert "2021-05-01" in found.message
    (wrong,) = validator("signed_projects").iter_errors(as_json(frame))
    assert [*wrong.path] == [0, "report_month"]


def test_a_return_that_is_none_is_answered_by_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no return 'signed': .*signed_projects"):
        schemas.validate(contracts({}), "signed")


def test_the_pandera_schema_of_errors_passes_what_has_warnings_alone() -> None:
    frame = contracts({"status": "开工", "started_on": dt.date(2021, 5, 1), "remark": "先建后签"})
    model = schemas.by_name("signed_projects")
    schema_of(model, Severity.ERROR).validate(frame, lazy=True)
    with pytest.raises(pandera.errors.SchemaErrors):
        schema_of(model, Severity.WARNING).validate(frame, lazy=True)


def test_who_lists_returns_imports_neither_pandera_nor_polars() -> None:
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = (
        "import sys, schemas, schemas.json_schema\n"
        "schemas.all_returns()\n"
        "print([name for name in ('pandera', 'polars') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- JSON ---------------------------------------------------------------------------------------


def validator(slug: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((PROJECT / "docs" / "schemas" / f"{slug}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, format_checker=checker)


def as_json(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Decimals and dates as text."""
    return [
        {
            name: str(value) if isinstance(value, Decimal | dt.date) else value
            for name, value in row.items()
        }
        for row in frame.iter_rows(named=True)
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_published_rows_fit_the_json_schema(golden: Drop, slug: str) -> None:
    frame = published(golden, slug)
    # Nobody of the samples has filed one that counts.
    assert len(frame) or slug in {"corrections"}
    assert [error.message for error in validator(slug).iter_errors(as_json(frame))] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contract_amount_cny", "0.0000"), ("contract_amount_cny", 600000000.5),
        ("contract_amount_cny", "1.00001"), ("contract_amount_cny", "-1"), ("contract_amount_cny", None),
        ("fixed_asset_cny", "-0.1"), ("nature", "丙新引进"), ("nature", None),
        ("signed_on", "2021-02-30"), ("remark", "长" * 2001), ("project_name", 1),
    ],
)  # fmt: skip
def test_the_json_schema_refuses_what_the_declaration_does(field: str, value: Any) -> None:
    (row,) = as_json(contracts({}))
    check = validator("signed_projects")
    assert check.is_valid([row])
    assert not check.is_valid([row | {field: value}])
    assert not check.is_valid([{name: one for name, one in row.items() if name != field}])
