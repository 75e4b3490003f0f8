"""What a command imports: modules that take long are there for those who use them, and only those."""

import os
import subprocess
import sys

import pytest
from drop import Drop

HEAVY = {
    "apprise", "duckdb", "lxml", "openpyxl", "pandas", "pandera", "polars", "prefect", "pyarrow", "pydantic",
    "python_calamine", "xlsxwriter", "flows.judging",
}  # fmt: skip
ASKING = {"duckdb", "pydantic"}
JUDGING = ASKING | {"flows.judging", "pandera", "polars"}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("--help", set()),
        ("headline --help", ASKING),
        ("headline --month 2021-05", ASKING),
        ("status --month 2021-05", ASKING),
        ("changes --month 2021-05", ASKING),
        ("explain ZS01 --month 2021-05", ASKING),
        # It tells how the figures would move.
        ("unlock 2021-05 --reason x", JUDGING),
        ("rules", ASKING | {"polars"}),
        # Everything below the drop folder is published already.
        ("refresh", ASKING),
        ("check no-such-file.xlsx", JUDGING),
    ],
)
def test_a_command_imports_what_it_uses(golden: Drop, command: str, expected: set[str]) -> None:
    code = (
        "import sys\n"
        "from guoban.cli import run_command\n"
        f"run_command({command.split()!r})\n"
        f"print(*({HEAVY!r} & sys.modules.keys()))\n"
    )
    settings = {
        "GUOBAN_RAW": str(golden.settings.raw),
        "GUOBAN_WAREHOUSE": str(golden.settings.warehouse),
        "GUOBAN_ORCHESTRATOR": "none",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | settings,
    )
    assert set(done.stdout.splitlines()[-1].split()) == expected
