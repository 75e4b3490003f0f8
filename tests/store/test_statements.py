"""`statement`: a file's text with the names of our declarations filled in, all of them and no more."""

from pathlib import Path

import pytest

from flows.ground.errors import WarehouseError
from flows.store import statements
from flows.store.statements import statement


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(statements, "SQL", tmp_path)
    statements._text.cache_clear()
    (tmp_path / "settle").mkdir()
    (tmp_path / "settle" / "count.sql").write_text(
        "select {field}, {'a': 1} from rows.{slug} where {field} > 0", "utf-8"
    )
    return tmp_path


def test_parts_are_filled_in() -> None:
    text = statement("settle/count", slug="paid_in", field="paid_month_cny")
    assert text == ("select paid_month_cny, {'a': 1} from rows.paid_in where paid_month_cny > 0")


@pytest.mark.parametrize("parts", [{}, {"slug": "a"}, {"slug": "a", "field": "b", "more": "c"}])
def test_a_part_that_is_missing_or_too_much(parts: dict[str, str]) -> None:
    with pytest.raises(WarehouseError, match=r"wants \['field', 'slug'\]"):
        statement("settle/count", **parts)


def test_a_file_that_isn_t_there() -> None:
    with pytest.raises(WarehouseError, match="can't be read"):
        statement("settle/nothing")
