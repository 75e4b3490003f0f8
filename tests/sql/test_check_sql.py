"""`scripts/check_sql.py`: what `make check` lets through, and what it doesn't."""

import subprocess
import sys
from pathlib import Path

import pytest

from flows.ground.settings import PROJECT

SCRIPT = PROJECT / "scripts" / "check_sql.py"


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, folder], capture_output=True, text=True, check=False
    )


def test_the_houses_own_files_are_sound() -> None:
    done = run(PROJECT / "sql")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("int/a.sql", "select a b c from t", "int/a.sql: "),
        ("mart/a.sql", "create view mart.a as with x as (select * from t) select b from x", "*"),
        ("mart/a.sql", "select t.* from t", "select * in a mart"),
        ("int/a.sql", "select amount::double from t", "AS DOUBLE"),
        ("checks/a.sql", "select cast(amount as float) from t", "amounts and rates are decimals"),
    ],
)
def test_faults_are_said_with_their_file(tmp_path: Path, name: str, query: str, said: str) -> None:
    path = tmp_path / "sql" / name
    path.parent.mkdir(parents=True)
    path.write_text(query, "utf-8")
    done = run(tmp_path / "sql")
    assert done.returncode == 1
    assert said in done.stdout
    assert f"sql/{name}: " in done.stdout


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("int/a.sql", "with x as (select * from t) select b from x"),
        ("mart/a.sql", "select count(*) as n from t; comment on view mart.a is '甲'"),
        ("mart/a.sql", "select amount * 0.0001::decimal(5, 4) as x from t"),
    ],
)
def test_what_is_sound(tmp_path: Path, name: str, query: str) -> None:
    path = tmp_path / "sql" / name
    path.parent.mkdir(parents=True)
    path.write_text(query, "utf-8")
    assert run(tmp_path / "sql").returncode == 0
