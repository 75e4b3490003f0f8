"""`flows.publish.release`: what a release holds, and what readers see before, during and after."""

import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.ground.errors import PublicationError
from flows.publish import current
from flows.publish import release as publish
from flows.store.chain import sealed


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    made = duckdb.connect()
    made.execute("set timezone = 'Asia/Shanghai'")
    made.execute(
        """
        create schema core; create schema int; create schema mart; create schema detail;
        create table core.numbers (code varchar, amount decimal(20, 4), seen_at timestamptz);
        insert into core.numbers values
            ('乙', 2.5, '2021-06-01 12:00:00+08'), ('甲', 1.0001, null);
        create view int.hidden as select * from core.numbers;
        create view mart.figures as select code, amount, seen_at from int.hidden;
        comment on view mart.figures is '数字''一';
        comment on column mart.figures.code is '代码';
        create view mart.paid_in as select amount as paid_cny, code from int.hidden;
        create view detail.near as select code from int.hidden where false;
        """
    )
    yield made
    made.close()


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as client:
        return client.execute(query).fetchall()


def figures(warehouse: Path) -> list[tuple[object, ...]]:
    return read(warehouse / "current" / "guoban.duckdb", "from mart.figures")


def releases(warehouse: Path) -> list[str]:
    return sorted(path.name for path in (warehouse / "releases").iterdir())


def test_the_views_are_tables_of_the_release(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = publish.publish(con, tmp_path, run_id="r1")
    assert path == tmp_path / "releases" / "r1" / "guoban.duckdb"
    assert read(path, "select schema_name, table_name from duckdb_tables() order by all") == [
        ("detail", "near"),
        ("detail", "release_contents"),
        ("mart", "figures"),
        ("mart", "paid_in"),
    ]
    assert read(path, "select view_name from duckdb_views() where not internal") == []
    assert read(path, "select code, amount from mart.figures") == [
        ("乙", Decimal("2.5")),
        ("甲", Decimal("1.0001")),
    ]
    assert read(
        path, "select amount, typeof(amount), typeof(seen_at) from mart.figures limit 1"
    ) == [(Decimal("2.5"), "DECIMAL(20,4)", "TIMESTAMP WITH TIME ZONE")]


def test_comments_are_carried_over(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = publish.publish(con, tmp_path, run_id="r1")
    assert read(path, "select comment from duckdb_tables() where table_name = 'figures'") == [
        ("数字'一",)
    ]
    assert read(
        path,
        "select table_name, column_name, comment from duckdb_columns() "
        "where schema_name = 'mart' and comment is not null order by all",
    ) == [("figures", "code", "代码")]


def test_rows_are_in_the_order_of_their_columns(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    con.execute("create view mart.many as select n % 3 as a, n as b from range(5000, 0, -1) r(n)")
    path = publish.publish(con, tmp_path, run_id="r1")
    rows = read(path, "from mart.many")
    assert rows == sorted(rows)


def test_the_file_is_alone_read_only_and_of_the_storage_that_older_clients_read(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = publish.publish(con, tmp_path, run_id="r1")
    assert [one.name for one in path.parent.iterdir()] == ["guoban.duckdb"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    # Bytes 12 to 20 of the header: 67 is the storage of DuckDB 1.4.
    assert int.from_bytes(path.read_bytes()[12:20], "little") == 67


def test_current_leads_to_the_newest(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert current.newest(tmp_path) is None
    first = publish.publish(con, tmp_path, run_id="r1")
    link = tmp_path / "current"
    assert link.is_symlink()
    assert link.readlink() == Path("releases/r1")
    assert current.newest(tmp_path) == first
    con.execute("delete from core.numbers where code = '乙'")
    second = publish.publish(con, tmp_path, run_id="r2")
    assert current.newest(tmp_path) == second
    assert len(figures(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_warehouse_folder_may_be_moved(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish.publish(con, tmp_path / "a", run_id="r1")
    (tmp_path / "a").rename(tmp_path / "b")
    assert len(figures(tmp_path / "b")) == 2


def test_a_reader_keeps_its_release_while_the_next_is_published(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    publish.publish(con, tmp_path, run_id="r1")
    with duckdb.connect(str(tmp_path / "current" / "guoban.duckdb"), read_only=True) as client:
        con.execute("delete from core.numbers")
        publish.publish(con, tmp_path, run_id="r2")
        assert client.execute("select count(*) from mart.figures").fetchall() == [(2,)]
    assert figures(tmp_path) == []


def test_the_last_releases_are_kept(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for number in range(1, 6):
        publish.publish(con, tmp_path, run_id=f"r{number}")
    assert releases(tmp_path) == ["r3", "r4", "r5"]
    # The current one is never among those removed, whatever its name.
    publish.publish(con, tmp_path, run_id="a1", keep=2)
    assert releases(tmp_path) == ["a1", "r5"]


def test_what_a_killed_publication_left_is_cleared(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    publish.publish(con, tmp_path, run_id="r1")
    stale = tmp_path / "releases" / ".build-r2"
    stale.mkdir()
    (stale / "guoban.duckdb").write_bytes(b"half")
    (tmp_path / ".current-r2").symlink_to("releases/r2")
    publish.publish(con, tmp_path, run_id="r3")
    assert releases(tmp_path) == ["r1", "r3"]
    assert not (tmp_path / ".current-r2").is_symlink()


def test_a_failing_view_leaves_what_was_published(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    publish.publish(con, tmp_path, run_id="r1")
    con.execute("create view mart.broken as select code::integer as x from int.hidden")
    with pytest.raises(PublicationError, match="r2 can't be published"):
        publish.publish(con, tmp_path, run_id="r2")
    assert releases(tmp_path) == ["r1"]
    assert len(figures(tmp_path)) == 2
    # The connection is as before: the next publication finds nothing in its way.
    con.execute("drop view mart.broken")
    publish.publish(con, tmp_path, run_id="r3")
    assert releases(tmp_path) == ["r1", "r3"]


def test_a_release_that_reads_back_otherwise_is_not_published(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish.publish(con, tmp_path, run_id="r1")
    write = publish._write
    monkeypatch.setattr(publish, "_write", lambda *given: {**write(*given), 'mart."figures"': 3})
    with pytest.raises(PublicationError, match=r"mart\.\"figures\" has 2 rows in .*, not 3"):
        publish.publish(con, tmp_path, run_id="r2")
    monkeypatch.setattr(publish, "_write", lambda *given: {**write(*given), 'mart."more"': 0})
    with pytest.raises(PublicationError, match="were written"):
        publish.publish(con, tmp_path, run_id="r2")
    assert releases(tmp_path) == ["r1"]


def test_a_log_left_beside_the_file_is_not_published(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = publish._write

    def leave_log(*given: object) -> dict[str, int]:
        rows = write(*given)  # type: ignore[arg-type]
        Path(f"{given[1]}.wal").write_bytes(b"")
        return rows

    monkeypatch.setattr(publish, "_write", leave_log)
    with pytest.raises(PublicationError, match=r"guoban\.duckdb\.wal is left"):
        publish.publish(con, tmp_path, run_id="r1")
    assert current.newest(tmp_path) is None


def test_a_release_is_made_anew_in_its_place(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = publish.publish(con, tmp_path, run_id="r1")
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    assert not current.is_whole(path)
    publish.publish(con, tmp_path, run_id="r1")
    assert len(figures(tmp_path)) == 2
    assert releases(tmp_path) == ["r1"]


def test_one_whose_last_blocks_are_free_is_whole(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB cuts them off, and counts them in the header of the file that it leaves."""
    con.execute("create view mart.refreshes as select 1 as publication_no")
    write = publish._write

    def leave_room(con: duckdb.DuckDBPyConnection, path: Path, published: Any) -> dict[str, int]:
        rows = write(con, path, published)
        with duckdb.connect(str(path)) as release:
            release.execute("create table main.more as select 'row ' || range from range(1e6::int)")
            release.execute("checkpoint")
            release.execute("drop table main.more")
        return rows

    monkeypatch.setattr(publish, "_write", leave_room)
    path = publish.publish(con, tmp_path, run_id="r1")
    assert current.is_whole(path)
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[:-1])
    assert not current.is_whole(path)


def test_what_is_not_on_record_is_never_seen(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    def fail() -> None:
        assert not (tmp_path / "releases" / "r2").exists()
        raise OSError("disk full")

    publish.publish(con, tmp_path, run_id="r1")
    with pytest.raises(PublicationError, match="disk full"):
        publish.publish(con, tmp_path, run_id="r2", record=fail)
    assert releases(tmp_path) == ["r1"]


def test_a_folder_that_can_t_be_written_is_said(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / "releases").write_text("a file where the folder belongs", "utf-8")
    with pytest.raises(PublicationError, match="can't be published"):
        publish.publish(con, tmp_path, run_id="r1")


def test_a_path_with_a_quote(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish.publish(con, tmp_path / "it's 数据", run_id="r1")
    assert len(figures(tmp_path / "it's 数据")) == 2


def test_what_is_put_beside_the_database_is_sealed_with_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    seen = []

    def put(written: publish.Written) -> list[str]:
        seen.append(written.con.execute("select count(*) from mart.figures").fetchall())
        (written.folder / "more").mkdir()
        (written.folder / "more" / "file").write_text("figures", "utf-8")
        return ["more"]

    path = publish.publish(con, tmp_path, run_id="r1", beside=put)
    assert seen == [[(2,)]]
    more = path.parent / "more"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (more, more / "file")] == [0o755, 0o444]
    # The next one goes without: nothing else asks for it.
    assert publish.publish(con, tmp_path, run_id="r2").parent.name == "r2"


def test_one_that_is_written_whole_knows_what_is_as_it_was(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    seen: list[publish.Written] = []

    def put(written: publish.Written) -> list[str]:
        seen.append(written)
        return []

    def next_one(run_id: str, before: Path | None) -> publish.Written:
        publish.publish(con, tmp_path, run_id=run_id, before=before, beside=put)
        return seen[-1]

    # What a release holds is told with what it is.
    con.execute("create view mart.release as select 'r' as run_id")
    assert next_one("r1", None).before is None
    first = tmp_path / "releases" / "r1" / "guoban.duckdb"
    same = next_one("r2", first)
    # Of the other something happened at some time, which is not summed up.
    assert (same.before, same.unchanged) == (first.parent, {("mart", "paid_in")})
    con.execute("update core.numbers set amount = 3 where code = '甲'")
    moved = next_one("r3", first)
    assert (moved.before, moved.unchanged) == (first.parent, frozenset())
    # The same rows under other names are another relation.
    con.execute("create or replace view mart.paid_in as select amount, code from int.hidden")
    renamed = next_one("r4", tmp_path / "releases" / "r3" / "guoban.duckdb")
    assert (renamed.before, renamed.unchanged) == (None, frozenset())


def test_a_list_of_files_that_says_nothing_is_one_that_was_altered(tmp_path: Path) -> None:
    listed = tmp_path / current.FILE_LIST
    listed.parent.mkdir()
    for text in ("{no json}", "[]", '{"files": {}}'):
        listed.write_bytes(sealed(text) + b"\n")
        assert not current.is_as_published(tmp_path, "a fingerprint"), text


def test_what_is_told_of_and_not_there_or_there_and_not_told_of_is_not_published(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    def forget(written: publish.Written) -> list[str]:
        (written.folder / "stray").write_bytes(b"")
        return []

    with pytest.raises(PublicationError, match=r"export\.xlsx is missing"):
        publish.publish(con, tmp_path, run_id="r1", beside=lambda _: ["export.xlsx"])
    with pytest.raises(PublicationError, match="stray is left"):
        publish.publish(con, tmp_path, run_id="r1", beside=forget)
    assert current.newest(tmp_path) is None
