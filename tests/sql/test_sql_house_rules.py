"""What holds for every SQL file: its header, its comments, and the columns others hold on to."""

import re
from pathlib import Path

import pytest
from house import House

from flows.store.statements import SQL
from flows.store.views import SCHEMAS

FILES = [path for schema in SCHEMAS for path in sorted((SQL / schema).glob("*.sql"))]
# The columns that other people's scripts and tools read, whatever else a relation has.
PUBLIC = {
    "mart.headline_indicators": "report_month scope department indicator_code indicator_name value unit "
    "target_value completion_pct completion_pct_rounded is_past_half time_progress_pct "
    "progress_gap_pp rank is_complete",
    "mart.secondary_indicators": "report_month indicator_code indicator_name value unit",
    "mart.campaign": "report_month starts_on ends_on elapsed_days remaining_days elapsed_pct "
    "contracts_signed contract_value",
    "mart.headline_rows": "report_month department indicator_code sector capital_origin chain "
    "investor_type submission_id file sheet cell excel_row row_key contribution unit",
    "mart.submissions": "submission_id file sha256 received_at return_name department "
    "report_month version status is_current rows_found rows_accepted rows_held",
    "mart.findings": "submission_id rule severity sheet cell excel_row column_name value message "
    "suggestion proposed effect_indicator effect_value effect_pp is_open report_month department "
    "return_name explanation",
    "mart.return_status": "report_month department return_name state due_on received_at rows_held "
    "open_errors open_warnings",
    "mart.refreshes": "run_id published_at guoban_version submissions_accepted "
    "submissions_rejected",
    "mart.months": "report_month is_locked locked_by locked_at is_complete missing_returns "
    "first_published_at last_published_at",
    "mart.acts": "acted_at act by reason report_month submission_id row_key other_row_key",
    "mart.rule_health": "rule report_month fired corrected explained held still_open",
    "mart.headline_vintages": "report_month department indicator_code valid_from valid_until value "
    "target_value",
    "mart.projects": "project_id project_name department investor sector chain capital_origin nature "
    "contract_type stage first_contact_on signed_on started_on operating_on ended_on days_in_stage "
    "contract_amount_cny planned_amount_cny paid_total_cny last_report_month",
    "mart.zone_indicators": "report_month indicator_code indicator_name value month_value unit "
    "target_value completion_pct completion_pct_rounded is_past_half time_progress_pct "
    "progress_gap_pp is_complete",
    "mart.department_indicators": "report_month department indicator_code indicator_name value "
    "month_value unit target_value completion_pct completion_pct_rounded is_past_half "
    "time_progress_pct progress_gap_pp rank is_complete",
    "mart.dim_month": "report_month ordinal label",
    "mart.dim_department": "department ordinal label",
    "mart.dim_indicator": "indicator_code ordinal label",
    "mart.dim_return": "return_name ordinal label",
    "mart.release": "zone_name run_id published_at guoban_version fingerprint",
    "mart.figure_changes": "report_month department indicator_code figure old_value new_value "
    "changed_at cause submission_id",
}


def shown(path: Path) -> str:
    return f"{path.parent.name}.{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_the_header_says_question_grain_formula_and_authority(path: Path) -> None:
    header = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("--"):
            break
        header.append(line)
    stated = re.findall(r"^-- (\w+): \S", "\n".join(header), re.MULTILINE)
    has_key = path.parent.name in {"live", "mart", "看板"} or "key" in stated
    key = ["key"] if has_key else []
    assert stated == ["question", "grain", *key, "formula", "authority"]


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_keywords_are_lower_case(path: Path) -> None:
    text = re.sub(r"'[^']*'|--[^\n]*", "", path.read_text("utf-8"))
    assert not re.search(r"\b(SELECT|FROM|WHERE|JOIN|CASE|WITH|AS|CREATE)\b", text)


@pytest.mark.parametrize("relation", PUBLIC)
def test_public_columns_come_first_and_in_order(house: House, relation: str) -> None:
    columns = [row["column_name"] for row in house.read(f"describe {relation}")]
    names = PUBLIC[relation].split()
    assert [name for name in columns if name in names] == names


def test_every_relation_and_column_is_explained(house: House) -> None:
    rows = house.read(
        "select schema_name || '.' || view_name as name from duckdb_views() "
        f"where not internal and list_contains({list(SCHEMAS)}, schema_name) and comment is null "
        "union all select schema_name || '.' || table_name || '.' || column_name "
        "from duckdb_columns() where schema_name in ('mart', 'detail') and comment is null"
    )
    assert [row["name"] for row in rows] == []


def test_amounts_and_rates_are_decimals(house: House) -> None:
    rows = house.read(
        "select table_name || '.' || column_name as name from duckdb_columns() "
        "where schema_name in ('stg', 'int', 'detail', 'mart') and data_type in ('DOUBLE', 'FLOAT')"
    )
    assert rows == []
