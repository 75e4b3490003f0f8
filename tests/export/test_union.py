"""`guoban union`: several zones' releases in one database, and in what they differ."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop

from flows.export.union import unite
from flows.ground.errors import PublicationError
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.publish.current import newest_file
from guoban.cli import run_command

HERE, THERE = "谷城经济开发区", "邻县'\"高新区"


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of another zone, with a threshold and a reading of its own."""
    folder = tmp_path_factory.mktemp("it's; drop schema mart") / 'a "zone"'
    text = (PROJECT / "zone.toml").read_text("utf-8")
    for old, new in (
        (f'name = "{HERE}"', f"name = {json.dumps(THERE, ensure_ascii=False)}"),
        ('large_project = "1亿元"', 'large_project = "5000万元"'),
        ('time_basis = "month"', 'time_basis = "day"'),
    ):
        assert old in text
        text = text.replace(old, new)
    zone = folder.parent / "zone.toml"
    zone.write_text(text, "utf-8")
    drop = Drop(folder, load_zone(zone))
    drop.put(
        "a.xlsx",
        "signed_projects",
        "招商局",
        "2021-05",
        [
            {
                "project_id": "GCKF-2021-0001",
                "investor": "另一个公司",
                "contract_amount_cny": 6_000,
                "signed_on": dt.date(2021, 5, 8),
            }
        ],
    )
    drop.refresh()
    return drop.settings.warehouse


@pytest.fixture(scope="module")
def united(golden: Drop, neighbour: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("union") / "province.duckdb"
    unite([golden.settings.warehouse, neighbour], target, 1024)
    return target


def rows(path: Path, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        return con.execute(sql, parameters or []).fetchall()


def test_both_zones_figures_stand_beside_each_other(united: Path, golden: Drop) -> None:
    found = rows(
        united,
        "select zone, value from mart.zone_indicators "
        "where indicator_code = 'ZS01' and report_month = '2021-05-01' order by value",
    )
    assert found == [(THERE, Decimal("0.6")), (HERE, golden.value("ZS01", "2021-05"))]
    # By its own threshold a project of 60 million counts there.
    ((count,),) = rows(
        united,
        "select value from mart.zone_indicators where zone = ? and indicator_code = 'ZS03' "
        "and report_month = '2021-05-01'",
        [THERE],
    )
    assert count == 1


def test_every_relation_has_its_zone_in_front_and_is_otherwise_as_it_was(
    united: Path, golden: Drop
) -> None:
    release = newest_file(golden.settings.warehouse)
    columns = (
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() "
        "where not internal order by all"
    )
    ours = {(schema, name) for schema, name, *_ in rows(release, columns)}
    assert len(ours) > 40
    made = rows(united, columns)
    for schema, name in ours:
        listed = rows(united, f'describe "{schema}"."{name}"')
        before = rows(release, f'describe "{schema}"."{name}"')
        assert [one[:2] for one in listed] == [("zone", "VARCHAR"), *(one[:2] for one in before)]
        ((count,),) = rows(
            united, f'select count(*) from "{schema}"."{name}" where zone = ?', [HERE]
        )
        assert rows(release, f'select count(*) from "{schema}"."{name}"') == [(count,)]
    assert {*rows(release, columns)} <= {*made}
    assert ("mart", "figure_changes", "zone", "VARCHAR", "开发区名称") in made
    assert rows(united, "select comment from duckdb_tables() where table_name = 'return_status'")[
        0
    ][0].endswith("主键：zone、report_month、department、return_name")


def test_no_digit_is_lost(united: Path, golden: Drop) -> None:
    release = newest_file(golden.settings.warehouse)
    with duckdb.connect(str(united), read_only=True) as con:
        con.execute(f"attach '{release}' as one (read_only)")
        for name in ("mart.signed_projects", "detail.headline_candidates", "mart.projects"):
            for left, right in (("{own}", "{all}"), ("{all}", "{own}")):
                parts = {
                    "own": f"from one.{name}",
                    "all": f"select * exclude (zone) from {name} where zone = '{HERE}'",
                }
                query = f"({left}) except all ({right})".format(**parts)
                assert con.execute(query).fetchall() == [], name


def test_the_macro_works_on_it(united: Path) -> None:
    found = rows(
        united,
        "select zone, count(*) from mart.headline_as_of(now()) where department = '全区' "
        "and report_month = '2021-05-01' group by zone order by zone",
    )
    assert found == sorted([(HERE, 7), (THERE, 7)])


def test_it_says_whose_it_is_and_in_what_they_differ(united: Path, golden: Drop) -> None:
    told = rows(united, "select zone, release, guoban_version from mart.zones order by zone")
    release = newest_file(golden.settings.warehouse).parent.name
    version = rows(
        newest_file(golden.settings.warehouse), "select guoban_version from mart.release"
    )
    assert (HERE, release, version[0][0]) in told
    assert len(told) == 2
    differences = rows(united, "select kind, subject, zone, value from mart.differences")
    assert sorted(differences) == sorted(
        [
            ("definition", "readings.time_basis", HERE, "month"),
            ("definition", "readings.time_basis", THERE, "day"),
            ("definition", "thresholds.large_project_cny", HERE, "100000000.0000"),
            ("definition", "thresholds.large_project_cny", THERE, "50000000.0000"),
        ]
    )


def test_it_is_of_the_storage_that_older_clients_read(united: Path) -> None:
    assert int.from_bytes(united.read_bytes()[12:20], "little") == 67
    assert [path.name for path in united.parent.iterdir()] == [united.name]


@pytest.fixture
def other_version(golden: Drop, tmp_path: Path) -> Callable[[str], Path]:
    """A release of a zone by that name, for a test to change."""

    def make(zone: str, *statements: str) -> Path:
        folder = tmp_path / "other"
        folder.mkdir()
        path = folder / "guoban.duckdb"
        shutil.copyfile(newest_file(golden.settings.warehouse), path)
        with duckdb.connect(str(path)) as con:
            con.execute("update mart.release set zone_name = ?", [zone])
            for one in statements:
                con.execute(one)
        return folder

    return make


def test_what_one_release_lacks_is_null_and_said(
    golden: Drop, other_version: Callable[..., Path], tmp_path: Path
) -> None:
    folder = other_version(
        "旧版区",
        "alter table mart.signed_projects drop column remark",
        "alter table mart.paid_in add column seen boolean",
        "drop table mart.env_measures",
        "update mart.release set guoban_version = '0.0.1'",
    )
    target = tmp_path / "u.duckdb"
    united = unite([golden.settings.warehouse, folder], target, 1024)
    differences = {(one.kind, one.subject): dict(one.values) for one in united.differences}
    assert {subject for _, subject in differences} == {
        "guoban_version",
        "mart.env_measures",
        "mart.paid_in.seen",
        "mart.signed_projects.remark",
    }
    assert differences["relation", "mart.env_measures"] == {HERE: "有", "旧版区": None}
    assert differences["column", "mart.signed_projects.remark"] == {HERE: "VARCHAR", "旧版区": None}
    assert differences["version", "guoban_version"]["旧版区"] == "0.0.1"
    ((old, ours),) = rows(
        target,
        "select count(remark) filter (zone = '旧版区'), count(remark) filter (zone <> '旧版区') "
        "from mart.signed_projects",
    )
    assert old == 0
    assert ours > 0
    assert rows(target, "select distinct zone from mart.env_measures") == [(HERE,)]


def test_a_release_that_reads_more_than_itself_is_refused(
    other_version: Callable[..., Path], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of this machine", "utf-8")
    folder = other_version(
        "别区",
        "drop table mart.campaign",
        f"create view mart.campaign as select content from read_text('{secret}')",
    )
    target = tmp_path / "u.duckdb"
    with pytest.raises(PublicationError, match="disabled by configuration"):
        unite([folder], target, 1024)
    assert not target.exists()


def test_names_that_duckdb_takes_for_other_places_are_files(
    golden: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "~").mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    warehouse = golden.settings.warehouse.resolve()
    for name in ("~/u.duckdb", "md:u.duckdb"):
        for _ in range(2):
            unite([warehouse], Path(name), 1024)
        assert rows((tmp_path / name).absolute(), "select zone from mart.zones") == [(HERE,)]
    assert [*home.iterdir()] == []
    with pytest.raises(PublicationError, match="is not in UTF-8"):
        unite([warehouse], Path(os.fsdecode(b"u\xff.duckdb")), 1024)


def test_a_zone_is_put_in_once(golden: Drop, tmp_path: Path) -> None:
    warehouse = golden.settings.warehouse
    with pytest.raises(PublicationError, match="both of 谷城经济开发区"):
        unite([warehouse, newest_file(warehouse).parent], tmp_path / "u.duckdb", 1024)
    assert [*tmp_path.iterdir()] == []


def test_only_a_union_is_written_over(golden: Drop, tmp_path: Path) -> None:
    warehouse = golden.settings.warehouse
    target = tmp_path / "u.duckdb"
    target.write_bytes(b"somebody's")
    with pytest.raises(PublicationError, match="not overwritten"):
        unite([warehouse], target, 1024)
    assert target.read_bytes() == b"somebody's"
    release = newest_file(warehouse)
    before = release.read_bytes()
    with pytest.raises(PublicationError, match="not overwritten"):
        unite([warehouse], release, 1024)
    assert release.read_bytes() == before
    target.unlink()
    assert unite([warehouse], target, 1024).differences == []
    with duckdb.connect(str(target)) as con:
        con.execute("delete from mart.zones")
    unite([release.parent], target, 1024)
    assert rows(target, "select zone from mart.zones") == [(HERE,)]


def test_what_fails_leaves_what_was_there(
    golden: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "u.duckdb"
    unite([golden.settings.warehouse], target, 1024)
    before = target.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("flows.export.union.fsync", fail)
    with pytest.raises(PublicationError, match="the disk is gone"):
        unite([golden.settings.warehouse], target, 1024)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["u.duckdb"]


def test_the_command_tells_and_fails_as_it_should(
    golden: Drop, neighbour: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "u.duckdb"
    here = str(golden.settings.warehouse)
    assert run_command(["union", here, str(neighbour), "-o", str(target)]) == 0
    told = capsys.readouterr().out
    assert "thresholds.large_project_cny" in told
    assert "50000000.0000" in told
    assert run_command(["union", here, "-o", str(target), "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert [one["zone"] for one in plain["zones"]] == [HERE]
    assert plain["differences"] == []
    assert run_command(["union", here, str(tmp_path), "-o", str(target)]) == 1
    assert "neither a warehouse" in capsys.readouterr().err
    assert run_command(["union", here]) == 2
    assert run_command(["union", "-o", str(target)]) == 2
