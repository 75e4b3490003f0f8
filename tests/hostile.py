"""SQL by which a reader of the published file tries to read or write other files, and what came of it.

`texts` makes two hundred of them: every function that reads a file, over every kind of address and in
every disguise; what writes files; what changes settings, loads extensions, attaches databases. A
`Yard` is what they aim at: files that hold a secret, a folder to write into, and the release itself.
"""

from __future__ import annotations

import itertools
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

COUNT = 200
_READERS = (
    "read_text", "read_blob", "read_csv", "read_csv_auto", "sniff_csv", "read_json",
    "read_json_auto", "read_json_objects", "read_ndjson", "read_ndjson_objects", "read_parquet",
    "parquet_scan", "parquet_metadata", "parquet_schema", "parquet_file_metadata",
    "parquet_kv_metadata", "glob",
)  # fmt: skip
# How a query that reads is dressed up; `{q}` is the query, `{d}` the same with its quotes doubled.
_DISGUISES = (
    "{q}",
    "with a as materialized ({q}) select * from a",
    "select * from mart.campaign left join ({q}) on true",
    "select (select to_json(x)::varchar from ({q}) as x limit 1)",
    "select * from query('{d}')",
    "create temp view w as {q}; from w",
    "create temp macro w() as table {q}; from w()",
    "create temp table w as {q}; from w",
    "prepare w as {q}; execute w",
    "select 1; {q}",
    "/* select */ {q} -- limit 1",
    "explain analyze {q}",
    "select count(*) from (summarize {q})",
    "select * from mart.campaign where exists ({q})",
    "(select null::varchar) union all by name {q}",
)
_SETTINGS = (
    "enable_external_access = true",
    "lock_configuration = false",
    "allowed_directories = ['/']",
    "allowed_paths = ['/etc/passwd']",
    "temp_directory = '{out}/spilled'",
    "home_directory = '{out}'",
    "extension_directory = '{out}/extensions'",
    "secret_directory = '{out}/secrets'",
    "allow_persistent_secrets = true",
    "allow_unsigned_extensions = true",
    "allow_community_extensions = true",
    "autoinstall_known_extensions = true",
    "autoload_known_extensions = true",
    "custom_extension_repository = 'http://127.0.0.1:9'",
    "disabled_filesystems = ''",
    "profiling_output = '{out}/profile.json'",
    "enable_profiling = 'json'",
    "log_query_path = '{out}/queries.log'",
    "access_mode = 'read_write'",
    "file_search_path = '{outside}'",
    "http_proxy = 'http://127.0.0.1:9'",
    "python_enable_replacements = true",
    "python_scan_all_frames = true",
)
_EXTENSIONS = ("httpfs", "sqlite_scanner", "postgres_scanner", "excel", "spatial", "ducklake")
_WRITES = (
    "copy (select 1 as a) to '{out}/a.csv'",
    "copy (select 1 as a) to '{out}/a.json' (format json)",
    "copy (select 1 as a) to '{out}/a.parquet' (format parquet)",
    "copy (select 'a'::blob as a) to '{out}/a.bin' (format blob)",
    "copy (select 1 as a, 2 as b) to '{out}/parts' (format csv, partition_by (a))",
    "copy (select 1 as a) to '{out}' (format parquet, per_thread_output)",
    "copy mart.headline_indicators to '{out}/h.csv' (header)",
    "copy (select 1 as a) to 'file://{out}/b.csv'",
    "copy (select 1 as a) to '/dev/stdout'",
    "copy (select 1 as a) to 'http://127.0.0.1:9/a.csv'",
    "copy (select 1 as a) to 's3://guoban/a.parquet' (format parquet)",
    "copy (select 1 as a) to '{release}'",
    "copy (select 1 as a) to '{release}' (use_tmp_file false)",
    "copy (select 'a'::blob as a) to '{release}.wal' (format blob)",
    "copy (select 1 as a) to '{release}.wal'",
    "copy (select 1 as a) to '{release}.tmp/a.csv'",
    "copy (select 1 as a) to '{release}.tmp/../../../out/a.csv'",
    "export database '{out}/whole'",
    "export database '{out}/whole' (format parquet)",
    "export database '{release}.tmp'",
    "attach '{out}/new.duckdb' as n; create table n.t as from mart.campaign",
    "attach '{out}/new.duckdb' as n; copy from database guoban to n",
    "create persistent secret s (type http, bearer_token 'a')",
    "create secret s (type s3, key_id 'a', secret 'b', scope '{out}')",
    "call enable_logging(storage = 'file', storage_path = '{out}/log')",
    "call enable_logging('QueryLog', storage = 'file', storage_config = {{'path': '{out}/log'}})",
    "call enable_profiling(save_location = '{out}/profile.json')",
    "pragma profiling_output = '{out}/profile.json'",
    "insert into mart.campaign from mart.campaign",
    "delete from mart.headline_indicators",
    "update mart.headline_indicators set value = 0",
    "drop table mart.headline_indicators",
    "create table mart.t as select 1",
    "alter table mart.campaign add column a integer",
    "comment on table mart.campaign is 'a'",
)
_REST = (
    "attach '{outside}/secret.duckdb' as s; from s.main.t",
    "attach '{outside}/secret.duckdb' as s (read_only); from s.main.t",
    "attach '{outside}/secret.sqlite' as s (type sqlite); from s.t",
    "attach 'http://127.0.0.1:9/a.duckdb' as s",
    "attach 'host=127.0.0.1 port=9' as s (type postgres)",
    "attach 'ducklake:{outside}/secret.duckdb' as s",
    "from read_duckdb('{outside}/secret.duckdb', table_name = 't')",
    "from sqlite_scan('{outside}/secret.sqlite', 't')",
    "from postgres_scan('host=127.0.0.1 port=9', 'public', 't')",
    "from st_read('{outside}/secret.csv')",
    "from read_xlsx('{outside}/secret.xlsx')",
    "import database '{outside}'",
    "create temp table w (a varchar); copy w from '{outside}/secret.csv'; from w",
    "from duckdb_secrets()",
    "from duckdb_extensions()",
    "update extensions",
    "select getenv('HOME')",
    "from os",
    "from sys.modules",
    "attach '{release}' as w (read_write); create table w.main.t as select 1",
    "detach guoban; attach '{release}' as guoban",
    "use guoban.detail; from read_text('{outside}/secret.csv')",
    "select * from read_text(getvariable('p'))",
    "set variable p = '{outside}/secret.csv'; from read_text(getvariable('p'))",
    "from query_table('{outside}/secret.csv')",
    "from read_csv(['{outside}/secret.csv', '/etc/passwd'], union_by_name = true)",
)  # fmt: skip


@dataclass(frozen=True)
class Yard:
    """What hostile SQL aims at: `outside` holds secrets, `out` is to be written into."""

    folder: Path
    release: Path
    secret: str

    @property
    def outside(self) -> Path:
        return self.folder / "outside"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def watched(self) -> dict[str, tuple[int, int, int]]:
        """Every file and folder of the yard and beside the release: size, and when it was changed."""
        places = [self.folder, self.release.parent]
        found = itertools.chain.from_iterable([one, *one.rglob("*")] for one in places)
        return {
            str(path): (state.st_ino, state.st_size, state.st_mtime_ns)
            for path in found
            for state in (path.lstat(),)
        }

    def unread(self) -> None:
        """Marks the secrets as not read since they were written."""
        for path in self.outside.iterdir():
            written = path.stat().st_mtime_ns
            os.utime(path, ns=(written - 10**9, written))

    def read(self) -> list[str]:
        """The secrets that somebody has read since, where the file system says so."""
        states = {path: path.stat() for path in self.outside.iterdir()}
        return [p.name for p, state in states.items() if state.st_atime_ns >= state.st_mtime_ns]

    def is_told(self, text: str) -> bool:
        """Whether an answer holds what a file outside does."""
        return self.secret in text or "root:x:0" in text


def yard(folder: Path, release: Path) -> Yard:
    """Files that hold a secret which stands nowhere else, in every format that is tried."""
    made = Yard(folder, release, f"SECRET{secrets.token_hex(8)}")
    for one in (made.outside, made.out, made.home):
        one.mkdir(parents=True)
    secret = made.outside / "secret"
    for suffix in (".csv", ".txt"):
        secret.with_suffix(suffix).write_text(f"a,b\n{made.secret},1\n", "utf-8")
    secret.with_suffix(".json").write_text(f'{{"a": "{made.secret}"}}\n', "utf-8")
    (made.outside / "schema.sql").write_text("create table t (a varchar);\n", "utf-8")
    (made.outside / "load.sql").write_text(f"insert into t values ('{made.secret}');\n", "utf-8")
    with duckdb.connect(str(secret.with_suffix(".duckdb"))) as con:
        con.execute(f"create table t as select '{made.secret}' as a")
        con.execute(f"copy t to '{secret.with_suffix('.parquet')}' (kv_metadata {{k: 'v'}})")
    made.unread()
    return made


def texts(yard: Yard) -> list[str]:
    """Two hundred of them, all different."""
    filled = {"out": yard.out, "outside": yard.outside, "release": yard.release}
    given = [*_WRITES, *_REST, *_of_settings(), *_of_extensions()]
    made = [text.format(**filled) for text in given]
    made += itertools.islice(_of_readers(yard), COUNT - len(made))
    assert len(set(made)) == COUNT
    return made


def _of_settings() -> Iterator[str]:
    for number, setting in enumerate(_SETTINGS):
        name = setting.partition(" ")[0]
        yield (f"set {setting}", f"set global {setting}", f"reset {name}")[number % 3]


def _of_extensions() -> Iterator[str]:
    for number, name in enumerate(_EXTENSIONS):
        yield (f"install {name}", f"force install {name}", f"install {name} from community")[
            number % 3
        ]
        yield f"load {name}"
    yield "load '{outside}/secret.duckdb_extension'"


def _of_readers(yard: Yard) -> Iterator[str]:
    """Every reader once plainly over a secret, then readers, addresses and disguises in turns."""
    for reader in _READERS:
        yield f"from {reader}('{_fitting(yard, reader)}')"
    disguises = itertools.cycle(_DISGUISES)
    for number, reader in enumerate(itertools.cycle(_READERS)):
        fitting = _fitting(yard, reader)
        beside = os.path.relpath(fitting, yard.release.parent)
        addresses = (
            str(fitting),
            f"file://{fitting}",
            "/etc/passwd",
            f"{yard.release.parent}/{beside}",
            "/proc/self/environ",
            f"{yard.outside}/*",
            f"http://127.0.0.1:9/{fitting.name}",
            f"s3://guoban/{fitting.name}",
            f"~/../outside/{fitting.name}",
            str(fitting),
        )
        address = addresses[number // 2 % len(addresses)]
        called = f"'{address}'" if number % 7 == 0 else f"{reader}('{address}')"
        query = f"select * from {called}"
        yield next(disguises).format(q=query, d=query.replace("'", "''"))


def _fitting(yard: Yard, reader: str) -> Path:
    """The secret in the format that the reader wants."""
    suffix = next((one for one in ("csv", "json", "parquet") if one[:4] in reader), "txt")
    return yard.outside / f"secret.{suffix}"
