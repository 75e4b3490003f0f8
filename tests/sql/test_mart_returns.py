"""`mart.<return>`: one relation per declared return, its fields, and only rows that count."""

import pytest
from house import House

import schemas
from schemas.declare import Return

RETURNS = list(schemas.all_returns())


@pytest.mark.parametrize("model", RETURNS, ids=lambda model: model.form().slug)
def test_the_declared_fields_with_their_types_and_the_rows_place(
    house: House, model: type[Return]
) -> None:
    rows = house.read(
        "select column_name, data_type from duckdb_columns() "
        f"where schema_name = 'mart' and table_name = '{model.form().slug}' order by column_index"
    )
    assert {row["column_name"]: row["data_type"] for row in rows} == {
        **model.duckdb_types(),
        "submission_id": "VARCHAR",
        "sheet": "VARCHAR",
        "excel_row": "INTEGER",
    }


@pytest.mark.parametrize("model", RETURNS, ids=lambda model: model.form().slug)
def test_only_accepted_rows_of_current_versions(house: House, model: type[Return]) -> None:
    slug = model.form().slug
    old = house.file(slug, "甲局", "2021-01", {}, is_current=False, is_accepted=False)
    new = house.file(slug, "甲局", "2021-01", *distinct(model), version=2)
    house.hold(new, 6, "R101")
    rows = house.read(f"select submission_id, excel_row from mart.{slug}")
    assert rows == [{"submission_id": new, "excel_row": 5}]
    assert old != new


def distinct(model: type[Return]) -> list[dict[str, object]]:
    """Two rows that the key of a return whose files add up tells apart."""
    keys = {"annual_targets": "indicator_code", "corrections": "correction_no"}
    name = keys.get(model.form().slug)
    return [{name: "ZS01"}, {name: "ZS02"}] if name else [{}, {}]
