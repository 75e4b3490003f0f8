"""Whether a refresh has anything to do is known before Prefect is started: where not, it isn't."""

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from drop import Drop
from seldom import nightly

from flows import pipeline
from flows.ask.decisions import lock
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.store.warehouse import Warehouse

FILE = "5月/招商局/签约.xlsx"
MONTH = "2021-05"


def put(drop: Drop, **more: object) -> Path:
    return drop.put(
        FILE, "signed_projects", "招商局", MONTH, [{"project_id": "JD-2021-001", **more}]
    )


@pytest.fixture
def settled(tmp_path: Path) -> Drop:
    """A drop folder of which all is published."""
    drop = Drop(tmp_path)
    put(drop)
    drop.refresh()
    return drop


def has_news(drop: Drop) -> bool:
    return pipeline.has_news(drop.settings, drop.zone)


def test_what_is_published_is_no_news(settled: Drop) -> None:
    assert not has_news(settled)
    assert settled.refresh().published is None


def test_before_the_first_refresh_all_is_news(tmp_path: Path) -> None:
    assert has_news(Drop(tmp_path))


def a_new_file(drop: Drop) -> None:
    drop.put("5月/招商局/在谈.xlsx", "pipeline_projects", "招商局", MONTH, [])


def a_changed_file(drop: Drop) -> None:
    put(drop, project_name="另一个项目")


def the_same_bytes_anew(drop: Drop) -> None:
    os.utime(drop.raw / FILE, (1, 1))


def an_act(drop: Drop) -> None:
    warehouse = Warehouse(drop.settings.warehouse)
    assert lock(warehouse, dt.date(2021, 5, 1), "李") == []


def another_zone(drop: Drop) -> None:
    text = (PROJECT / "zone.toml").read_text("utf-8")
    other = drop.raw.parent / "zone.toml"
    other.write_text(re.sub("(?m)^contact = .*", 'contact = "统计科"', text), "utf-8")
    drop.zone = load_zone(other)


def a_lost_release(drop: Drop) -> None:
    (drop.settings.warehouse / "current").unlink()


def a_damaged_database(drop: Drop) -> None:
    (drop.settings.warehouse / "work" / "guoban-work.duckdb").write_bytes(b"no database")


@pytest.mark.parametrize(
    "happens",
    [a_new_file, nightly(a_changed_file), nightly(the_same_bytes_anew), nightly(an_act), nightly(another_zone),
     a_lost_release, nightly(a_damaged_database)],
)  # fmt: skip
def test_what_a_refresh_has_to_look_at_is_news(
    settled: Drop, happens: Callable[[Drop], None]
) -> None:
    happens(settled)
    assert has_news(settled)
    settled.refresh()
    assert not has_news(settled)


def test_a_film_that_lies_there_is_no_news_at_every_look(settled: Drop) -> None:
    settled.settings = settled.settings.model_copy(update={"max_file_mib": 1})
    (settled.raw / "film.xlsx").write_bytes(b"\0" * (1 << 21))
    assert settled.refresh().published is None
    assert not has_news(settled)


def test_nothing_new_is_said_without_prefect(settled: Drop) -> None:
    places = ["--raw", str(settled.raw), "--warehouse", str(settled.settings.warehouse)]
    clean = {name: text for name, text in os.environ.items() if not name.startswith("PREFECT")}
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "guoban", "refresh", *places],
        env={**clean, "GUOBAN_ORCHESTRATOR": "prefect", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Nothing new" in told.stdout
    assert " prefect" not in told.stderr
    assert not (settled.settings.warehouse / "prefect").exists()
