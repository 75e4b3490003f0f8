"""The database that an embedded server starts from is the one that Prefect's migrations make."""

import sqlite3
from pathlib import Path

import pytest

from flows import embedded
from scripts.prefect_schema import PLACE, migrated, schema_of


def test_the_script_makes_the_database_that_it_was_written_from(tmp_path: Path) -> None:
    embedded.make_database(tmp_path)
    _, _, script = PLACE.read_text("utf-8").partition("\n")
    assert schema_of(tmp_path / "prefect.db") == script
    assert "--" not in script
    with sqlite3.connect(tmp_path / "prefect.db") as con:
        assert con.execute("select count(*) from flow_run").fetchall() == [(0,)]


def test_a_database_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_bytes(b"something")
    embedded.make_database(tmp_path)
    assert (tmp_path / "prefect.db").read_bytes() == b"something"


@pytest.mark.slow
@pytest.mark.nightly
def test_the_script_is_what_the_pinned_prefect_makes() -> None:
    _, _, script = PLACE.read_text("utf-8").partition("\n")
    # A table that a migration made anew has its constraints in any order.
    assert in_any_order(migrated()) == in_any_order(script)


def in_any_order(script: str) -> list[list[str]]:
    return [sorted(line.replace(",", " ").split()) for line in script.splitlines()]
