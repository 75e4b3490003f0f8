"""What a refresh does follows what is new, and what it holds in memory does not follow the files.

Time is for the benchmark; here are counts (files read, queries run, rows recorded and published)
and a limit on every process.
"""

import datetime as dt
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop
from past import assert_same_both_ways

from benchmarks.county import County, make_county, make_large
from flows import judging, pipeline
from flows.files import judge as judge_files
from flows.ground.settings import PROJECT, Settings
from flows.ground.zone import Zone, load_zone
from flows.store.journal import Receipt

pytestmark = pytest.mark.slow
GIB = 1 << 30


@dataclass
class Work:
    """What a refresh did."""

    files: list[str] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    """The sizes, in bytes, of what was judged in one go."""
    queries: int = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts the files that are read and the queries that are run from now on."""
    seen = Work()
    judge, connect = judge_files, duckdb.connect

    def counted(receipts: list[Receipt], *more: Any) -> Any:
        seen.files += [one.path for one in receipts]
        seen.batches.append(sum(one.size for one in receipts))
        return judge(receipts, *more)

    class Counted:
        def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
            self._con = con

        def execute(self, *query: Any) -> Any:
            seen.queries += 1
            return self._con.execute(*query)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._con, name)

        def __enter__(self) -> "Counted":
            return self

        def __exit__(self, *error: object) -> None:
            self._con.close()

    def counted_connect(*given: Any, **more: Any) -> Counted:
        con = connect(*given, **more)
        # A query's variables are those of whoever runs it; that is `Counted.execute` otherwise.
        con.execute("set python_scan_all_frames = true")
        return Counted(con)

    monkeypatch.setattr(judging, "judge", counted)
    monkeypatch.setattr(duckdb, "connect", counted_connect)
    return seen


def of_county(folder: Path, files: int) -> Iterator[tuple[County, Drop]]:
    county = make_county(folder / "county", files=files, months=12, rows=10, is_one_late=True)
    drop = Drop(folder, load_zone(county.zone))
    shutil.rmtree(drop.settings.raw, ignore_errors=True)
    shutil.copytree(county.raw, drop.settings.raw)
    drop.refresh()
    yield county, drop


def news(drop: Drop) -> int:
    """How many rows near figures the last publication recorded."""
    return int(
        drop.query(
            "select count(*) from detail.headline_candidates "
            "where since_at = (select max(published_at) from mart.refreshes)"
        )[0][0]
    )


def test_one_new_file_costs_the_same_among_36_and_300(tmp_path: Path, work: Work) -> None:
    done: dict[int, tuple[list[str], int, int]] = {}
    for files in (36, 300):
        ((county, drop),) = of_county(tmp_path / str(files), files)
        assert county.late
        work.files.clear()
        work.queries = 0
        shutil.copy2(county.late.path, drop.settings.raw / county.late.file)
        drop.refresh()
        done[files] = (list(work.files), work.queries, news(drop))
        assert drop.value("ZS04", "2021-12") == county.late.truth.figures["ZS04"]
        assert_same_both_ways(drop)
    few, many = done[36], done[300]
    assert [len(files) for files, *_ in done.values()] == [1, 1]
    # The steps that weigh findings are a dozen of them.
    assert few[1] == many[1] < 490
    # Its ten rows, for both figures of talks.
    assert few[2] == many[2] == 20


def test_large_workbooks_are_not_held_in_memory_together(
    tmp_path: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = make_county(tmp_path / "county", files=9, months=3)
    sizes = [(county.raw / file).stat().st_size for file in county.files]
    monkeypatch.setattr(judging, "BATCH_BYTES", 2 * max(sizes))
    drop = Drop(tmp_path / "drop", load_zone(county.zone))
    shutil.copytree(county.raw, drop.raw, dirs_exist_ok=True)
    drop.refresh()
    assert len(work.batches) > 3
    assert max(work.batches) <= 2 * max(sizes)
    assert sorted(work.files) == sorted(county.files)
    assert drop.value("ZS01", "2021-03") == county.figures["ZS01"]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Drop:
    """The sample months, under a zone that each test edits; refreshed once."""
    drop = Drop(tmp_path_factory.mktemp("year")).samples()
    drop.refresh()
    return drop


def edited(zone: Zone, part: str, **settings: Any) -> Zone:
    return zone.model_copy(update={part: getattr(zone, part).model_copy(update=settings)})


@pytest.mark.parametrize(
    ("edit", "read"),
    [
        # The second of June off: May's returns are due a day later.
        (
            lambda zone: edited(zone, "holidays", days_off=frozenset([dt.date(2021, 6, 2)])),
            "2021-05/",
        ),
        *(
            pytest.param(edit, read, marks=pytest.mark.nightly)
            for edit, read in (
                (lambda zone: edited(zone, "readings", talk_rate_by="amount"), None),
                (lambda zone: edited(zone, "zone", contact="另一科室"), None),
                (lambda zone: edited(zone, "projects", number_pattern="(?P<year>[0-9]{4})"), ""),
            )
        ),
    ],
    ids=["a day off", "a reading", "the contact", "how projects are numbered"],
)
def test_an_edit_of_the_zone_reads_only_what_rests_on_it(
    year: Drop, tmp_path: Path, work: Work, edit: Callable[[Zone], Zone], read: str | None
) -> None:
    shutil.copytree(year.raw.parent, tmp_path / "copy", symlinks=True)
    drop = Drop(tmp_path / "copy", edit(year.zone))
    received = {path for (path,) in drop.query("select distinct file from mart.submissions")}
    expected = {path for path in received if read is not None and path.startswith(read)}
    drop.refresh()
    assert set(work.files) == expected
    assert_same_both_ways(drop)


def limited(
    command: list[str], env: dict[str, str], limit: int
) -> subprocess.CompletedProcess[str]:
    """Runs the command so that it and every child may have so much address space."""
    return subprocess.run(
        command,
        env={**os.environ, **env},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )


def imports() -> int:
    """The address space, in bytes, of a process that has imported what a refresh imports."""
    program = (
        "import flows.judging, flows.pipeline, duckdb\n"
        "duckdb.connect().execute('select 1')\n"
        "print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmPeak')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return int(done.stdout) * 1024


def test_a_gibibyte_is_enough_for_300_files_and_one_of_20_000_rows(tmp_path: Path) -> None:
    county = make_county(tmp_path / "county", files=300, months=12)
    large = make_large(tmp_path / "large", rows=20_000, bad=2_000, month=dt.date(2022, 1, 1))
    shutil.copytree(large.raw, county.raw, dirs_exist_ok=True)
    settings = Settings(raw=county.raw, warehouse=tmp_path / "warehouse", zone=county.zone)
    env = {
        "GUOBAN_RAW": str(settings.raw),
        "GUOBAN_WAREHOUSE": str(settings.warehouse),
        "GUOBAN_ZONE": str(settings.zone),
        "GUOBAN_ORCHESTRATOR": "none",
        "PYTHONPATH": str(PROJECT),
    }
    done = limited([sys.executable, "-m", "guoban", "refresh"], env, imports() + GIB)
    assert done.returncode == 0, done.stderr[-2_000:]
    replies = list((settings.warehouse / "replies").rglob("*.reply.xlsx"))
    assert len(replies) > 40
    with duckdb.connect(str(settings.warehouse / "current/guoban.duckdb"), read_only=True) as con:
        turned_back = con.execute(
            "select count(*) from mart.submissions where status = 'rejected'"
        ).fetchall()
    assert turned_back == [(0,)]
    assert pipeline.refresh(settings, load_zone(county.zone)).published is None
