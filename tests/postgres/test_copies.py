"""What a copy leaves behind, whatever happens to it: the release before, or the new one, whole."""

import contextlib
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from cluster import LOGIN, LOGIN_PASSWORD, Cluster, Target
from command import Refresh, of_session
from drop import Drop

from flows import pipeline
from flows.ground import defaults, patience
from flows.ground.errors import SettingsError
from flows.ground.settings import settings_of
from flows.store.warehouse import Warehouse
from guoban.cli import run_command

CONTRACT = {"investor": "甲公司", "contract_amount_cny": 60_000}


@pytest.fixture
def published(target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drop:
    """A zone with one return, whose refreshes are copied to the target."""
    monkeypatch.setenv("GUOBAN_PUBLISH", target.url)
    monkeypatch.setattr(patience, "WAITS", (0.05, 0.1, 0.2))
    drop = Drop(tmp_path)
    drop.put("一.xlsx", "signed_projects", "招商局", "2021-05", [CONTRACT])
    result = drop.refresh()
    assert [*result.notes] == []
    assert target.release == result.published
    return drop


def add_return(drop: Drop, department: str = "经济发展局") -> None:
    drop.put("二.xlsx", "signed_projects", department, "2021-05", [CONTRACT])


def publish_alone(drop: Drop) -> None:
    """A release that is not copied yet."""
    add_return(drop)
    pipeline.refresh(drop.settings.model_copy(update={"publish": None}), drop.zone)


def files(target: Target) -> set[str]:
    return {name for (name,) in target.rows("select file from mart.submissions")}


def said_of(drop: Drop) -> str:
    """The one note of the last refresh."""
    assert drop.last is not None
    (note,) = drop.last.notes
    assert note.chinese != note.english
    return note.english


def test_the_same_release_is_not_copied_twice(
    published: Drop, target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    # The transaction that wrote a row stands in it.
    query = "select xmin::text from mart.submissions"
    before = target.rows(query)
    caplog.set_level("INFO", "guoban")
    assert published.refresh().published is None
    assert target.rows(query) == before
    assert "0 relations with 0 rows written" in caplog.text
    # Another machine's server, or one that was set up anew.
    target.admin("drop schema mart cascade")
    published.refresh()
    assert files(target) == {"一.xlsx"}


@pytest.mark.slow
def test_readers_never_wait_and_views_of_theirs_go_along(published: Drop, target: Target) -> None:
    target.admin(
        "create schema theirs", "create view theirs.mine as select file from mart.submissions"
    )
    target.admin(
        "create role person_who_keeps login", "grant select on mart.submissions to person_who_keeps"
    )
    with target.cluster.admin(target.name) as reader, reader.transaction():
        # It has every table locked as readers do, until it ends.
        for (name,) in reader.execute(
            "select tablename::text from pg_tables where schemaname = 'mart'"
        ).fetchall():
            reader.execute(f'select 1 from mart."{name}"')
        add_return(published)
        assert [*published.refresh().notes] == []
    assert {name for (name,) in target.rows("select file from theirs.mine")} == {
        "一.xlsx",
        "二.xlsx",
    }
    assert target.rows(
        "select has_table_privilege('person_who_keeps', 'mart.submissions', 'select')"
    ) == [(True,)]
    target.admin("drop owned by person_who_keeps")


@pytest.mark.slow
def test_a_server_that_is_down_fails_no_refresh_and_has_all_when_it_is_back(
    published: Drop, target: Target, cluster: Cluster
) -> None:
    before = target.release
    add_return(published)
    cluster.stop()
    try:
        result = published.refresh()
    finally:
        cluster.start()
    assert result.published not in {None, before}
    assert "does not have this release, the next refresh tries again" in said_of(published)
    assert "Connection refused" in said_of(published)
    assert (target.release, files(target)) == (before, {"一.xlsx"})
    # Nothing is new by then.
    assert published.refresh().published is None
    assert (target.release, files(target)) == (result.published, {"一.xlsx", "二.xlsx"})


@pytest.mark.slow
def test_a_server_that_never_answers_is_not_waited_for(
    published: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("GUOBAN_PUBLISH", f"postgresql://a:b@127.0.0.1:{port}/c")
        monkeypatch.setenv("GUOBAN_PUBLISH_SECONDS", "1.5")
        started = time.monotonic()
        drop = Drop(published.raw.parent)
        drop.refresh()
    assert "took more than" in said_of(drop)
    assert time.monotonic() - started < 30


def waiting(target: Target, seconds: float = 180) -> None:
    """Returns when a copy waits for a lock of ours."""
    until = time.monotonic() + seconds
    query = (
        "select 1 from pg_stat_activity where application_name = 'guoban' and wait_event_type = 'Lock' "
        "and datname = current_database()"
    )
    while not target.rows(query):
        assert time.monotonic() < until
        time.sleep(0.02)


@contextlib.contextmanager
def held_up(target: Target) -> Any:
    """Copies wait half-way: rows of earlier tables are gone and written anew by then."""
    with target.cluster.admin(target.name) as con, con.transaction():
        con.execute("lock table mart.submissions in share row exclusive mode")
        yield


@pytest.mark.nightly
@pytest.mark.slow
def test_a_copy_that_is_killed_leaves_what_was_there(published: Drop, target: Target) -> None:
    before = target.release
    publish_alone(published)
    with held_up(target):
        command = Refresh(published, "none")
        waiting(target)
        # Another refresh may have the warehouse meanwhile.
        with Warehouse(published.settings.warehouse).locked():
            pass
        assert command.kill().status == -signal.SIGKILL
        command.assert_nothing_is_left()
        assert (target.release, files(target)) == (before, {"一.xlsx"})
    assert (target.release, files(target)) == (before, {"一.xlsx"})
    assert published.refresh().published is None
    assert files(target) == {"一.xlsx", "二.xlsx"}
    assert target.rows(
        "select nspname::text from pg_namespace where nspname !~ '^(pg_|information)' order by 1"
    ) == [("mart",), ("public",), ("看板",)]


@pytest.mark.nightly
def test_what_talks_to_the_server_may_die_alone(published: Drop, target: Target) -> None:
    before = target.release
    publish_alone(published)
    with held_up(target):
        command = Refresh(published, "none")
        waiting(target)
        for pid, words in of_session(command.process.pid).items():
            if b"flows.postgres.worker" in words:
                os.kill(pid, signal.SIGKILL)
        ended = command.end()
    assert ended.status == 0
    assert "what talks to it has ended without a word" in ended.words
    assert (target.release, files(target)) == (before, {"一.xlsx"})


@pytest.mark.nightly
def test_a_connection_that_is_cut_is_made_again(published: Drop, target: Target) -> None:
    publish_alone(published)
    with held_up(target):
        command = Refresh(published, "none")
        waiting(target)
        target.admin(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'guoban' "
            "and datname = current_database()"
        )
    ended = command.end()
    assert ended.status == 0
    assert "Note" not in ended.out
    assert files(target) == {"一.xlsx", "二.xlsx"}


def test_a_password_is_told_nobody(
    published: Drop,
    target: Target,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = "geheim-7f3a"
    monkeypatch.setenv("GUOBAN_PUBLISH", target.url.replace("s3cret", wrong))
    monkeypatch.setenv("GUOBAN_DEBUG", "1")
    warehouse = published.settings.warehouse
    places = ["--raw", str(published.raw), "--warehouse", str(warehouse), "--orchestrator", "none"]
    assert run_command(["refresh", *places]) == 0
    with contextlib.suppress(SystemExit):
        run_command(["doctor", *places])
    told = "".join(capfd.readouterr())
    assert "authentication failed" in told
    assert wrong not in told
    for path in warehouse.rglob("*"):
        if path.is_file():
            assert wrong.encode() not in path.read_bytes(), path
    assert wrong not in repr(Drop(published.raw.parent).settings)


@pytest.mark.parametrize(
    "url",
    [
        "postgres//u:geheim@h/d", "mysql://u:geheim@h/d", "postgresql://u:ge heim@h/d",
        "postgresql://u:geheim/1@h/d", "postgresql://u:geheim@h:port/d", "postgresql://u:geheim@h",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("GUOBAN_PUBLISH", url)
    with pytest.raises(SettingsError, match="GUOBAN_PUBLISH: ") as refused:
        settings_of({})
    assert "geheim" not in str(refused.value)
    assert "heim" not in str(refused.value)


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUOBAN_PUBLISH", "")
    assert settings_of({}).publish_to is None


def test_without_the_driver_nothing_is_begun(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GUOBAN_PUBLISH", "postgresql://u:geheim@localhost/d")
    monkeypatch.setattr(defaults, "has_postgres", lambda: False)
    given = Drop(drop.raw.parent)
    with pytest.raises(SettingsError, match=r"requirements-postgres\.txt"):
        pipeline.refresh(given.settings, given.zone)
    assert not given.settings.warehouse.exists()
    places = ["--raw", str(given.raw), "--warehouse", str(given.settings.warehouse)]
    assert run_command(["refresh", *places, "--orchestrator", "none"]) == 2
    assert "geheim" not in "".join(capsys.readouterr())


def test_what_guoban_did_not_make_is_left_alone(golden: Drop, target: Target) -> None:
    target.admin("create schema mart", "create table mart.theirs (a int)")
    (said,) = target.copy(golden)
    assert "has a schema mart that guoban didn't make" in said
    assert target.rows("select count(*) from mart.theirs") == [(0,)]


def test_another_zone_has_a_database_of_its_own(golden: Drop, target: Target) -> None:
    target.copy(golden)
    before = target.release
    name = golden.zone.zone
    other = golden.zone.model_copy(update={"zone": name.model_copy(update={"name": "青山高新区"})})
    (said,) = target.copy(golden, other)
    assert "each zone has a database of its own" in said
    assert target.release == before
    # One that was called so is the same.
    renamed = name.model_copy(update={"name": "青山高新区", "former_names": (name.name,)})
    assert target.copy(golden, golden.zone.model_copy(update={"zone": renamed})) == []


def test_who_may_make_no_schema_is_told_what_is_wanting(golden: Drop, target: Target) -> None:
    target.admin(f"alter database {target.name} owner to admin")
    (said,) = target.copy(golden)
    sql = f'grant create on database "{target.name}" to "{LOGIN}";'
    assert f"an administrator of the database runs once: {sql}" in said
    target.admin(sql)
    assert target.copy(golden) == []


@pytest.mark.slow
def test_columns_that_change_take_views_along_or_say_what_is_in_the_way(
    published: Drop, target: Target
) -> None:
    """As when guoban is upgraded: a column more, one less, one of another type."""
    login = target.cluster.client(target.name, LOGIN, LOGIN_PASSWORD, autocommit=True)
    target.admin(
        "create schema theirs", "create view theirs.mine as select rule from mart.findings"
    )
    with login as con:
        con.execute("alter table mart.findings drop column value")
        con.execute("alter table mart.refreshes alter column submissions_accepted type text")
        con.execute("create table mart.former (a int)")
        con.execute("comment on schema mart is 'guoban 20200101-earlier 谷城经济开发区'")
        assert [*published.refresh().notes] == []
        # It stands last there, and is filled.
        columns = "select string_agg(attname, ',' order by attnum) from pg_attribute where attnum > 0 and not attisdropped and attrelid = "
        ((found,),) = target.rows(f"{columns}'mart.findings'::regclass")
        assert found.endswith(",value")
        assert target.rows("select to_regclass('mart.former')") == [(None,)]
        assert target.rows("select pg_typeof(submissions_accepted)::text from mart.refreshes") == [
            ("bigint",)
        ]
        target.admin("create view theirs.more as select * from mart.refreshes")
        con.execute("alter table mart.refreshes add column former int")
        con.execute("comment on schema mart is 'guoban 20200101-earlier 谷城经济开发区'")
    published.refresh()
    assert "something that others made rests on them" in said_of(published)
    assert "view theirs.more depends on table mart.refreshes" in said_of(published)
    target.admin("drop view theirs.more")
    assert [*published.refresh().notes] == []


@pytest.mark.nightly
@pytest.mark.slow
def test_a_reader_who_keeps_a_table_from_changing_is_never_ended(
    published: Drop, target: Target
) -> None:
    with target.cluster.client(target.name, LOGIN, LOGIN_PASSWORD, autocommit=True) as con:
        con.execute("alter table mart.findings disable row level security")
    with target.cluster.admin(target.name) as reader, reader.transaction():
        reader.execute("select 1 from mart.findings")
        published.refresh()
        assert "lock timeout" in said_of(published)
        reader.execute("select 1 from mart.submissions")
    assert [*published.refresh().notes] == []
    assert target.rows(
        "select relrowsecurity from pg_class where oid = 'mart.findings'::regclass"
    ) == [(True,)]
