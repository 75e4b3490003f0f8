"""The dashboard in a real Superset: its figures, its lock, and releases that follow each other.

`make test-bi` installs the Superset and runs this; without one it is left out.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from drop import Drop
from hostile import texts, yard
from outbound import attempts

from scripts.readers.reader import WHOLE
from scripts.readers.trial import follow
from scripts.superset import assets
from scripts.superset.client import Client, RefusedError
from scripts.superset.served import Superset, is_installed, served

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(not is_installed(), reason="make test-bi installs Superset"),
]

MONTHS = [f"2021-{number:02}" for number in range(1, 6)]
FLIPS = 30
# Calls by which a file is opened, made or removed, or somebody is called.
_CALLS = "open,openat,creat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,connect"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Superset is another user, who may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def drop(folder: Path) -> Drop:
    made = Drop(folder).samples()
    made.refresh()
    return made


@pytest.fixture(scope="module")
def superset(drop: Drop, folder: Path) -> Iterator[Superset]:
    with served(folder / "superset", drop.settings.warehouse / "current" / "guoban.duckdb") as made:
        yield made


@pytest.fixture(scope="module")
def client(superset: Superset) -> Client:
    return Client(superset)


def headline(drop: Drop, month: str) -> dict[str, Any]:
    """What `guoban headline` says."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "guoban", "headline", "--json", "--month", month),
            *("--warehouse", str(drop.settings.warehouse)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("month", MONTHS)
def test_every_card_equals_the_command(drop: Drop, client: Client, month: str) -> None:
    told = headline(drop, month)
    by_name = {one["indicator_name"]: one for one in told["indicators"]}
    charts = client.listed("chart")
    cards = [name for name in charts if name in by_name]
    assert len(cards) == len(told["lines"]) == 5
    for card in cards:
        one = by_name[card]
        ((shown,),) = [row.values() for row in client.rows(charts[card], {"month": [month]})]
        shown = Decimal(str(shown)).normalize()
        assert shown == round_half_up(Decimal(one["value"]))
        # And as the line of the article has it.
        (line,) = [line for line in told["lines"] if one["indicator_name"] in line]
        assert f"{one['indicator_name']}{shown:f}{one['unit']}" in line
    overview = client.rows(charts["主要指标一览"], {"month": [month]})
    assert len(overview) == len(by_name)
    for row in overview:
        one = by_name[row["indicator_name"]]
        assert Decimal(str(row["value_rounded"])) == round_half_up(Decimal(one["value"]))
        rate = one["completion_pct_rounded"]
        assert row["completion_pct_rounded"] == (None if rate is None else int(rate))
        assert row["past_half"] == {True: "是", False: "否", None: None}[one["is_past_half"]]


def round_half_up(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_every_chart_answers(client: Client) -> None:
    for name, number in client.listed("chart").items():
        rows = client.rows(number)
        # Nothing is lacking in the sample months.
        assert rows or name == "未报和退回的报表", name


def test_a_figure_of_several_months_or_departments_is_none(client: Client) -> None:
    """Cumulative figures add up to nothing: no card shows their sum."""
    charts = client.listed("chart")
    card = charts["招商引资合同投资额"]
    assert client.rows(card, {"month": MONTHS[:2]}) == [{"figure": None}]


def test_the_ranking_is_that_of_the_departments(drop: Drop, client: Client) -> None:
    charts = client.listed("chart")
    shown = client.rows(
        charts["各单位排名"], {"month": ["2021-05"], "indicator_name": ["招商引资合同投资额"]}
    )
    assert [(row["rank"], row["department"]) for row in shown] == drop.query(
        "select rank, department from mart.headline_indicators where indicator_code = 'ZS01' "
        "and report_month = '2021-05-01' and rank is not null order by all"
    )
    assert (
        len(client.rows(charts["项目"])) == drop.query("select count(*) from mart.projects")[0][0]
    )


def test_the_lock_is_kept_through_the_import(client: Client) -> None:
    database = client.listed("database")[assets.DATABASE]
    kept = json.loads(client.ask(f"database/{database}/connection")["result"]["extra"])
    assert kept["engine_params"] == {"connect_args": assets.LOCKED}
    ((told),) = client.sql(
        database,
        "select current_setting('enable_external_access') as outside, "
        "current_setting('lock_configuration') as locked, "
        "current_setting('temp_directory') as spilled, "
        "(select readonly from duckdb_databases() where database_name = 'guoban') as readonly",
    )
    assert told == {"outside": False, "locked": True, "spilled": "", "readonly": True}
    for text in ("select * from read_text('/etc/passwd')", "set enable_external_access = true"):
        with pytest.raises(RefusedError, match=r"file system operations|has been locked"):
            client.sql(database, text)


def test_columns_are_described_as_the_published_relations_are(drop: Drop, client: Client) -> None:
    said = {
        (relation, column): comment
        for relation, column, comment in drop.query(
            "select table_name, column_name, comment from duckdb_columns() "
            "where schema_name = 'mart'"
        )
    }
    for relation, number in client.listed("dataset").items():
        columns = client.ask(f"dataset/{number}")["result"]["columns"]
        for one in columns:
            if not one["expression"]:
                assert one["description"] == said[relation, one["column_name"]]
                assert one["description"].startswith(one["verbose_name"])
        assert len({one["verbose_name"] for one in columns}) == len(columns)


def test_two_hundred_hostile_texts(
    drop: Drop, superset: Superset, client: Client, folder: Path
) -> None:
    """Through SQL Lab, by Superset's administrator."""
    aim = yard(folder / "yard", (drop.settings.warehouse / "current").resolve() / "guoban.duckdb")
    aim.out.chmod(0o777)
    database = client.listed("database")[assets.DATABASE]
    before, refused, told = aim.watched(), 0, []
    with traced(superset, folder / "trace") as is_traced:
        for text in texts(aim):
            try:
                told.append(json.dumps(client.sql(database, text), ensure_ascii=False))
            except RefusedError as error:
                refused += 1
                told.append(str(error))
    assert aim.watched() == before
    assert [answer for answer in told if aim.is_told(answer)] == []
    assert aim.read() == []
    if is_traced:
        opened = (folder / "trace").read_text("utf-8", "replace")
        # It was listened to: the release itself is opened for each of them.
        assert opened.count("guoban.duckdb") > 150
        touched = [line for line in opened.splitlines() if str(aim.folder) in line]
        assert touched == []
        assert "/etc/passwd" not in opened
        assert attempts(folder / "trace") == []
    # It is DuckDB that refuses most of them, and nobody has been turned away for asking so much.
    by_duckdb = sum("duckdb error" in answer for answer in told)
    print(f"{refused} of {len(told)} refused, {by_duckdb} by DuckDB; traced: {is_traced}")
    assert by_duckdb > 100
    assert client.sql(database, "select 1 as a") == [{"a": 1}]


class traced:  # noqa: N801 - reads as what it does
    """Notes the server's calls while it is open; gives whether that is possible here."""

    def __init__(self, superset: Superset, file: Path) -> None:
        self._pids = [
            str(superset.pid),
            *Path(f"/proc/{superset.pid}/task/{superset.pid}/children").read_text().split(),
        ]
        self._file = file
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> bool:
        if not shutil.which("strace"):
            return False
        who = [word for pid in self._pids for word in ("-p", pid)]
        self._process = subprocess.Popen(
            ["strace", "-f", "-qq", "-s", "400", "-e", f"trace={_CALLS}", "-o", self._file, *who],
            stderr=subprocess.PIPE,
        )
        time.sleep(1)
        return self._process.poll() is None

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)


@dataclass
class Seen:
    """What several askers saw: the release that `current` led to before, and what was answered."""

    cards: list[tuple[str, Decimal, str]] = field(default_factory=list)
    whole: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def test_thirty_releases_under_its_questions(
    drop: Drop, superset: Superset, client: Client
) -> None:
    """Last, since it moves the figures."""
    current = drop.settings.warehouse / "current"
    database, charts = client.listed("database")[assets.DATABASE], client.listed("chart")
    card = charts["招商引资合同投资额"]
    first = Decimal(headline(drop, "2021-05")["indicators"][0]["value"])
    releases = {current.readlink().name: first}
    seen, is_over = Seen(), threading.Event()

    def ask_on(ask: Callable[[Client], None]) -> None:
        mine = Client(superset)
        while not is_over.is_set():
            started = time.monotonic()
            try:
                ask(mine)
            except RefusedError as error:
                seen.errors.append(str(error))
            seen.seconds.append(time.monotonic() - started)

    def ask_card(mine: Client) -> None:
        before = current.readlink().name
        ((shown,),) = [row.values() for row in mine.rows(card, {"month": ["2021-05"]})]
        seen.cards.append((before, Decimal(str(shown)), current.readlink().name))

    def ask_whole(mine: Client) -> None:
        before = current.readlink().name
        seen.whole.append((before, mine.sql(database, WHOLE)[0]))

    def note(number: int) -> None:
        releases[current.readlink().name] = first + Decimal(number) / 100

    askers = [
        threading.Thread(target=ask_on, args=(ask,)) for ask in (ask_card, ask_whole, ask_card)
    ]
    for asker in askers:
        asker.start()
    try:
        follow(drop, FLIPS, published=note)
    finally:
        is_over.set()
        for asker in askers:
            asker.join()
    ordered = list(releases)
    assert len(ordered) == FLIPS + 1
    assert seen.errors == []
    for before, shown, after in seen.cards:
        possible = ordered[ordered.index(before) : ordered.index(after) + 1]
        assert shown in {round_half_up(releases[one]) for one in possible}
    for before, row in seen.whole:
        assert row["run_id"] >= before
        assert (row["torn"], row["figures"]) == (0, 35)
    assert len({shown for _, shown, _ in seen.cards}) > FLIPS / 2
    took = sorted(seen.seconds)
    print(
        f"{len(took)} questions through {FLIPS} releases: 0 errors, 0 stale, 0 torn; "
        f"median {took[len(took) // 2]:.2f} s, p95 {took[int(len(took) * 0.95)]:.2f} s"
    )
    # The last release is what the page shows now, card by card.
    test_every_card_equals_the_command(drop, client, "2021-05")
