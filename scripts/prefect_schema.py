"""Writes flows/embedded.sql: the database that Prefect's server makes of nothing, as one script.

Its hundreds of migrations take seconds of processor time in every new home. Run it again when Prefect
is pinned anew; a database of an earlier version is brought up by Prefect itself.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

PLACE = Path(__file__).resolve().parents[1] / "flows" / "embedded.sql"
_MIGRATE = (
    "import asyncio\n"
    "from prefect.server.database import provide_database_interface\n"
    "asyncio.run(provide_database_interface().create_db())\n"
)


def schema_of(path: Path) -> str:
    """The statements that make such a database without a row, but for the version it is of."""
    with contextlib.closing(sqlite3.connect(path)) as con:
        made = con.execute(
            "select sql from sqlite_master where sql is not null and name not like 'sqlite_%' "
            "order by type = 'index', type = 'trigger', name"
        ).fetchall()
        ((version,),) = con.execute("select version_num from alembic_version").fetchall()
    lines = [f"{' '.join(sql.split())};" for (sql,) in made]
    lines.append(f"INSERT INTO alembic_version VALUES ('{version}');")  # noqa: S608 - Prefect's
    return "\n".join(lines) + "\n"


def migrated() -> str:
    """The schema that Prefect's migrations come to."""
    with tempfile.TemporaryDirectory() as home:
        clean = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
        subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", _MIGRATE],
            env={**clean, "PREFECT_HOME": home, "DO_NOT_TRACK": "1"},
            check=True,
        )
        return schema_of(Path(home, "prefect.db"))


def main() -> None:
    head = "-- Written by scripts/prefect_schema.py: the database of Prefect's server, empty.\n"
    PLACE.write_text(head + migrated(), "utf-8")


if __name__ == "__main__":
    main()
