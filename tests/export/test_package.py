"""The Parquet files of a release and their description, against the release's own catalog."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop, change_of

from flows import export
from flows.export import package
from flows.export.linking import take_over
from flows.ground.errors import DiskFullError
from flows.publish.catalog import Relation
from flows.publish.current import newest_file
from flows.store.views import keys


def release(drop: Drop) -> Path:
    return newest_file(drop.settings.warehouse).parent


def described(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "parquet" / "datapackage.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture
def con(golden: Drop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(release(golden) / "guoban.duckdb"), read_only=True) as client:
        client.execute("set timezone = 'Asia/Shanghai'")
        yield client


def assert_same_rows(folder: Path) -> list[Relation]:
    """Each file of the package holds what the database does, in the same types."""
    with duckdb.connect(str(folder / "guoban.duckdb"), read_only=True) as client:
        public = package.public_relations(client)
        for one in public:
            file = f"'{folder}/parquet/{one.full_name}.parquet'"
            types = client.execute(f"describe from {file}").fetchall()
            assert [(name, kind) for name, kind, *_ in types] == [
                (column.name, column.type) for column in one.columns
            ]
            for left, right in ((one.in_sql, file), (file, one.in_sql)):
                ((more,),) = client.execute(
                    f"select count(*) from ((from {left}) except all (from {right}))"
                ).fetchall()
                assert more == 0, one.full_name
    return public


def test_every_relation_is_there_to_the_last_digit(golden: Drop) -> None:
    folder = release(golden)
    names = {f"{one.full_name}.parquet" for one in assert_same_rows(folder)}
    there = {path.name for path in (folder / "parquet").iterdir()}
    assert there == names | {"datapackage.json"}
    assert {one["path"] for one in described(folder)["resources"]} == names


def test_the_description_says_what_the_catalog_does(
    golden: Drop, con: duckdb.DuckDBPyConnection
) -> None:
    by_name = {one["name"]: one for one in described(release(golden))["resources"]}
    for one in package.public_relations(con):
        told = by_name[one.full_name]
        assert told["rows"] == con.execute(f"select count(*) from {one.in_sql}").fetchall()[0][0]
        assert one.comment is not None
        assert one.comment.startswith(told["title"])
        assert tuple(told["schema"].get("primaryKey", ())) == keys().get(one.full_name, ())
        fields = told["schema"]["fields"]
        assert [(field["name"], field["duckdbType"], field["description"]) for field in fields] == [
            (column.name, column.type, column.comment) for column in one.columns
        ]
        assert all(field["title"] for field in fields)


def test_types_and_units(golden: Drop) -> None:
    by_name = {one["name"]: one for one in described(release(golden))["resources"]}
    fields = {
        f"{name}.{field['name']}": field
        for name, one in by_name.items()
        for field in one["schema"]["fields"]
    }
    amount = fields["mart.signed_projects.contract_amount_cny"]
    assert (amount["type"], amount["unit"], amount["title"]) == ("number", "元", "合同投资额")
    assert fields["mart.outbound_trips.km"]["unit"] == "公里"
    assert fields["mart.headline_indicators.completion_pct"]["unit"] == "%"
    assert fields["mart.headline_indicators.value"]["unitField"] == "unit"
    assert "unit" not in fields["mart.annual_targets.target"]
    assert fields["mart.submissions.received_at"]["type"] == "datetime"
    assert fields["mart.signed_projects.signed_on"]["type"] == "date"
    assert fields["mart.headline_indicators.is_complete"]["type"] == "boolean"
    # A key's whole numbers are never missing, so that every reader gives them as such.
    assert fields["mart.signed_projects.excel_row"]["type"] == "integer"
    assert fields["mart.headline_indicators.rank"]["type"] == "number"
    # What only commands read is in the database alone.
    assert not any(name.startswith("detail.") for name in by_name)


def test_keys_hold(golden: Drop, con: duckdb.DuckDBPyConnection) -> None:
    leads = 0
    for one in described(release(golden))["resources"]:
        schema = one["schema"]
        if key := ", ".join(schema.get("primaryKey", ())):
            twice = con.execute(f"select {key} from {one['name']} group by all having count(*) > 1")
            assert twice.fetchall() == [], one["name"]
        for foreign in schema.get("foreignKeys", ()):
            (field,), there = foreign["fields"], foreign["reference"]
            leads += 1
            lost = con.execute(
                f"select distinct {field} from {one['name']} where {field} is not null and {field} "
                f"not in (select {there['fields'][0]} from {there['resource']})"
            ).fetchall()
            assert lost == [], f"{one['name']}.{field}"
    assert leads > 20


def test_length_and_hash_of_each_file(golden: Drop) -> None:
    folder = release(golden)
    for one in described(folder)["resources"]:
        content = (folder / "parquet" / one["path"]).read_bytes()
        assert one["fileSize"] == len(content)
        assert one["sha256"] == hashlib.sha256(content).hexdigest()


def test_nobody_writes_them(golden: Drop) -> None:
    folder = release(golden)
    modes = {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in [folder, *folder.rglob("*")]
    }
    assert modes["."] == modes["parquet"] == 0o755
    assert {mode for name, mode in modes.items() if "." in name[1:]} == {0o444}
    assert {"export.xlsx", "parquet/datapackage.json"} < modes.keys()


def file_reception(drop: Drop) -> None:
    """Something small and new: one visit had more visitors."""
    drop.edit("2021-05/招商局/客商接待台账.xlsx", change_of("JD-2021-067", 客商人数=99))
    drop.refresh()
    assert drop.result("2021-05/招商局/客商接待台账.xlsx").status.startswith("accepted")


@pytest.mark.slow
def test_what_has_not_changed_is_the_same_file(filed_year: Drop) -> None:
    before = release(filed_year)
    file_reception(filed_year)
    after = release(filed_year)
    assert after != before

    def is_same(name: str) -> bool:
        file = f"parquet/{name}.parquet"
        return (before / file).samefile(after / file)

    assert is_same("mart.signed_projects")
    assert is_same("mart.cadre_roster")
    # Renewed, and found to be the same.
    assert is_same("mart.campaign")
    assert not is_same("mart.receptions")
    assert not is_same("mart.submissions")
    assert_same_rows(after)
    assert described(after)["version"] == after.name


@pytest.mark.slow
def test_a_day_off_more_writes_again_only_what_rests_on_it(filed_year: Drop) -> None:
    """The database is written whole; of what lies beside it, what says the same is the same file."""
    before = release(filed_year)
    holidays = filed_year.zone.holidays.model_copy(
        update={"days_off": frozenset({dt.date(2021, 6, 8)})}
    )
    filed_year.zone = filed_year.zone.model_copy(update={"holidays": holidays})
    filed_year.refresh()
    after = release(filed_year)
    assert after != before
    same = [
        "parquet/mart.signed_projects.parquet",
        "proof/headline_rows-2021-05.csv.gz",
        "site/rows/2021-05.js",
    ]
    assert [name for name in same if not (before / name).samefile(after / name)] == []
    assert_same_rows(after)


@pytest.mark.slow
def test_a_damaged_file_is_not_gone_on_from(filed_year: Drop) -> None:
    damaged = bytearray()
    for name in ("mart.signed_projects", "mart.cadre_roster"):
        path = release(filed_year) / "parquet" / f"{name}.parquet"
        path.chmod(0o644)
        damaged = bytearray(path.read_bytes())
        damaged[100] ^= 1
        path.write_bytes(damaged)
    path.write_bytes(damaged[:-10])
    file_reception(filed_year)
    assert_same_rows(release(filed_year))


def made_anew(drop: Drop) -> None:
    """The release itself is lost, and made again."""
    (drop.settings.warehouse / "current").unlink()
    drop.refresh()


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["export.xlsx", "site/index.html"])
def test_what_is_lost_beside_the_database_is_made_again(filed_year: Drop, lost: str) -> None:
    folder = release(filed_year)
    for one in (folder, folder / "site"):
        one.chmod(0o755)
    (folder / lost).unlink()
    filed_year.refresh()
    assert release(filed_year) == folder
    assert (folder / lost).is_file()
    publications = filed_year.query("select count(*) from mart.refreshes")
    # It is whole again: nothing is made of nothing new.
    before = (folder / lost).stat().st_ino
    filed_year.refresh()
    assert (folder / lost).stat().st_ino == before
    assert filed_year.query("select count(*) from mart.refreshes") == publications == [(1,)]


@pytest.mark.slow
def test_a_description_that_fails_keeps_no_figure_back(
    filed_year: Drop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("nothing fits")

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING, "guoban"):
        patched.setattr(package, "_resource", fail)
        made_anew(filed_year)
    assert "parquet is not in this release: nothing fits" in caplog.text
    beside = {one.name for one in release(filed_year).iterdir()}
    assert "parquet" not in beside and beside > {"guoban.duckdb", "export.xlsx"}
    assert filed_year.value("ZS01", "2021-05") == filed_year.value("ZS01", "2021-05", "全区")
    # The next one has it again, though there is nothing to go on from.
    file_reception(filed_year)
    assert_same_rows(release(filed_year))


@pytest.mark.slow
def test_a_full_disk_is_said_as_ever(filed_year: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = release(filed_year)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(export, "_BY_PYTHON", {"export.xlsx": fail})
    with pytest.raises(DiskFullError):
        file_reception(filed_year)
    assert release(filed_year) == before


def test_links_that_a_file_system_lacks_are_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    (tmp_path / "a").write_text("figures", "utf-8")
    monkeypatch.setattr(os, "link", fail)
    take_over(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text("utf-8") == "figures"
