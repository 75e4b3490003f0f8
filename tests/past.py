"""What must hold of a published past, whatever was done to come there."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import os
import re
import shutil
import time
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from drop import Drop

from flows import judging
from flows.ask.verify import verify
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE
from flows.publish.current import newest_file
from flows.publish.record import RELATIONS
from flows.read import Readers, limits_of
from flows.store import views
from flows.store.archive import Archive
from flows.store.journal import CHAINED, Journal
from flows.store.warehouse import Warehouse
from scripts import verify_standalone

# Indicator, old and new value, cause, the file that is the cause.
Change = tuple[str, Decimal | None, Decimal | None, str, str | None]


def house_of(drop: Drop) -> Warehouse:
    return Warehouse(drop.settings.warehouse)


def now() -> dt.datetime:
    """A moment between two publications."""
    time.sleep(0.01)
    moment = dt.datetime.now(BEIJING)
    time.sleep(0.01)
    return moment


def as_of(drop: Drop, moment: dt.datetime) -> list[tuple[Any, ...]]:
    return drop.query("from mart.headline_as_of(?) order by all", [moment])


def newest_changes(
    drop: Drop, month: str = "2021-01", department: str = WHOLE_ZONE
) -> list[Change]:
    """What the last publication changed in a month's values; the cause's file by its plain name."""
    return [
        (code, old, new, cause, file and file.rpartition("/")[2].removesuffix(".xlsx"))
        for code, old, new, cause, file in drop.query(
            "select indicator_code, old_value, new_value, cause, file "
            "from mart.figure_changes left join mart.submissions using (submission_id) "
            "where publication_no = (select count(*) from mart.refreshes) and figure = 'value' "
            "and figure_changes.report_month = ? and figure_changes.department = ? "
            "order by indicator_code, ordinal",
            [f"{month}-01", department],
        )
    ]


def assert_changes_add_up(drop: Drop) -> None:
    """Each figure's changes lead, end to end, to what is published now."""
    steps: dict[tuple[Any, ...], list[tuple[Any, Any]]] = {}
    for *key, old, new in drop.query(
        "select report_month, department, indicator_code, figure, old_value, new_value "
        "from mart.figure_changes order by publication_no, ordinal"
    ):
        steps.setdefault(tuple(key), []).append((old, new))
    for (month, department, code, figure), found in steps.items():
        assert all(old != new for old, new in found)
        assert all(a[1] == b[0] for a, b in itertools.pairwise(found))
        published = drop.query(
            f"select {figure} from mart.headline_indicators "
            "where report_month = ? and department = ? and indicator_code = ?",
            [month, department, code],
        )
        assert [found[-1][1]] == ([value for (value,) in published] or [None])


def assert_verified(drop: Drop) -> None:
    verdict = verify(drop.settings, drop.zone)
    assert verdict.differences == []


def wrong_in(warehouse: Path) -> list[str]:
    """What `scripts/verify_standalone.py` finds wrong in a warehouse."""
    return verify_standalone.checked(warehouse).wrong


def assert_proven(drop: Drop) -> None:
    """Who has nothing but Python finds it whole: the chain, the archive, the release, its figures."""
    assert wrong_in(drop.settings.warehouse) == []


def assert_keys_tell_rows_apart(drop: Drop) -> None:
    """No two rows of a published relation are alike in its key, and in `mart` no key is null."""
    with duckdb.connect(str(newest_file(drop.settings.warehouse)), read_only=True) as con:
        for name, key in views.keys().items():
            listed = ", ".join(f'"{column}"' for column in key)
            missing = " or ".join(f'"{column}" is null' for column in key)
            ((rows, apart, nulls),) = con.execute(
                f"select count(*), count(distinct row({listed})), count(*) filter (where {missing}) "
                f"from {name}"
            ).fetchall()
            assert rows == apart, name
            assert name.startswith("detail.") or not nulls, name


def assert_vintages_say(drop: Drop, moment: dt.datetime, answer: list[tuple[Any, ...]]) -> None:
    """A plain `where` over the vintages gives the figures of `mart.headline_indicators` as of then."""
    found = drop.query(
        "select report_month, scope, department, indicator_code, value, target_value "
        "from mart.headline_vintages "
        "where valid_from <= $1 and (valid_until is null or valid_until > $1) order by all",
        [moment],
    )
    # The columns of `mart.headline_indicators` that tell of the same.
    assert found == [(*row[:4], row[5], row[8]) for row in answer]


def assert_sound(drop: Drop) -> None:
    """All of this module that holds of any history; of each fourth test, at night (PROOFS=all) of all.

    It takes as long as two refreshes, and histories drawn at random are proved in every run.
    """
    test = os.environ["PYTEST_CURRENT_TEST"]
    if os.environ.get("PROOFS") == "all" or zlib.crc32(test.encode()) % 4 == 0:
        assert_verified(drop)
        assert_same_both_ways(drop)
        assert_changes_add_up(drop)


# What is settled, and what is on record of it.
SETTLED = (
    "core.submissions", "core.findings", "core.corrections_in_force", "core.months",
    "core.version_changes",
)  # fmt: skip


def assert_same_both_ways(drop: Drop) -> None:
    """What refresh after refresh has settled and recorded is what comes of everything in one go."""
    house = house_of(drop)
    limits = limits_of(drop.settings)
    with contextlib.closing(house.open_scratch()) as con, Readers(limits) as readers:
        archive, journal = Archive(house.archive), Journal(house.journal)
        judging.catch_up(con, drop.zone, journal, archive, readers)
        con.execute(f"attach '{house.working_database}' as kept (read_only)")
        pairs = [(f"from {name}", f"from kept.{name}") for name in SETTLED]
        for relation in RELATIONS:
            locked = (
                "where report_month not in (select report_month from core.locks)"
                if relation.is_locked_with_its_month
                else ""
            )
            kept = (
                f"from (select * exclude (since_no, until_no) from kept.record.{relation.name} "
                "where until_no is null)"
            )
            pairs.append((f"from live.{relation.name} {locked}", f"{kept} {locked}"))
        for whole, kept in pairs:
            for one, other in ((whole, kept), (kept, whole)):
                assert con.execute(f"({one}) except all ({other})").fetchall() == [], one


def made_earlier(drop: Drop) -> None:
    """Makes the warehouse what an earlier version would have left: no chain, nothing sealed."""
    folder = house_of(drop).journal
    journal = folder / "journal.jsonl"
    lines = []
    for line in journal.read_text("utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == CHAINED:
            continue
        for name in ("chain", "chain_head", "record_sha256", "fingerprint"):
            entry.pop(name, None)
        lines.append(json.dumps(entry, ensure_ascii=False) + "\n")
    journal.write_text("".join(lines), "utf-8")
    zone = folder / "zone.json"
    zone.write_bytes(re.sub(rb', "chain": "\w+"\}', b"}", zone.read_bytes()))
    shutil.rmtree(newest_file(drop.settings.warehouse).parent / "proof")
