"""One reader of what is published: `python -m scripts.readers.reader`, a process of its own.

It asks what dashboards ask, over and over, connects again after a few questions, and writes a line of
JSON for each: how long it took, of which release the answer was, and what was wrong with it. It ends
when its input does.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

# A query to the rows of its answer; open for a while.
Ask = Callable[[str], list[tuple[Any, ...]]]

# Which release answers, and whether it is one: every figure of the zone is what its departments, and
# what its rows, come to. A single statement, so that it is of one moment in any database.
WHOLE = """
select
    (select max(run_id) from mart.refreshes) as run_id,
    count(*) as figures,
    count(*) filter (
        where value is distinct from departments or coalesce(contributed, 0) <> value
    ) as torn
from (
    select
        report_month,
        indicator_code,
        max(value) filter (where department = '全区') as value,
        sum(value) filter (where department <> '全区') as departments
    from mart.headline_indicators
    group by report_month, indicator_code
) as figures
left join (
    select report_month, indicator_code, sum(contribution) as contributed
    from mart.headline_rows
    group by report_month, indicator_code
) as rows_of using (report_month, indicator_code)
"""
# What a dashboard asks beside: the newest month's cards, the ranking, the trend, what is lacking.
SHOWN = (
    "select indicator_code, value, completion_pct from mart.headline_indicators "
    "where department = '全区' and report_month = "
    "(select max(report_month) from mart.headline_indicators)",
    "select department, indicator_code, completion_pct from mart.headline_indicators "
    "where indicator_code = 'ZS01' order by report_month, completion_pct desc",
    "select report_month, sum(contribution) from mart.headline_rows "
    "where indicator_code = 'ZS02' group by report_month order by report_month",
    "select department, state, count(*) from mart.return_status "
    "group by department, state order by department, state",
)
# How the guide says to open the file (docs/bi.md).
_LOCKED = {"enable_external_access": "false", "temp_directory": "", "lock_configuration": "true"}


@contextlib.contextmanager
def of_file(file: Path) -> Iterator[Ask]:
    """Asks the published file."""
    import duckdb  # noqa: PLC0415 - those of the other kind do without

    with duckdb.connect(str(file), read_only=True, config=dict(_LOCKED)) as con:
        yield lambda query: con.execute(query).fetchall()


@contextlib.contextmanager
def of_postgres(address: str) -> Iterator[Ask]:
    """Asks the copy in PostgreSQL."""
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - only where the extra is installed

    with dbapi.connect(address, autocommit=True) as con, con.cursor() as cursor:

        def ask(query: str) -> list[tuple[Any, ...]]:
            cursor.execute(query)
            return list(cursor.fetchall())

        yield ask


def read(
    connect: Callable[[], AbstractContextManager[Ask]],
    newest: Callable[[], str],
    is_over: Callable[[], bool],
    pause: float,
    chance: random.Random,
) -> Iterator[dict[str, Any]]:
    """What came of each question until it is over.

    `newest` tells which release is published: an answer after connecting must be of that one, or of
    one that has followed since.
    """
    while not is_over():
        at_least = newest()
        try:
            started = time.monotonic()
            with connect() as ask:
                for number in range(chance.randint(1, 4)):
                    (((run_id, figures, torn),), *_) = [ask(WHOLE), *map(ask, SHOWN)]
                    yield {
                        "began": started,
                        "seconds": time.monotonic() - started,
                        "is_first": number == 0,
                        "run_id": run_id,
                        "is_stale": number == 0 and run_id < at_least,
                        "is_torn": bool(torn) or not figures,
                    }
                    time.sleep(chance.uniform(0, 2 * pause))
                    started = time.monotonic()
        except Exception as error:
            yield {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("current", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--postgres")
    parser.add_argument("--pause", type=float, default=0.2)
    parser.add_argument("--seed", default="0")
    options = parser.parse_args()
    current: Path = options.current
    copied = current.parent / "copied"

    def connect() -> AbstractContextManager[Ask]:
        if options.postgres:
            return of_postgres(options.postgres)
        return of_file(current / "guoban.duckdb")

    def newest() -> str:
        # A copy follows its release; the trial says when it has been made.
        return copied.read_text("utf-8") if options.postgres else current.readlink().name

    with options.out.open("w", 1, "utf-8") as out:
        for answer in read(
            connect,
            newest,
            lambda: bool(select.select([sys.stdin], [], [], 0)[0]),
            options.pause,
            random.Random(options.seed),  # noqa: S311
        ):
            out.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
