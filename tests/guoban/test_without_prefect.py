"""An installation without Prefect: everything but its record of runs is there."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from drop import Drop

from flows.ground.settings import PROJECT

ONE_BY_ONE = """
import json, sys
from guoban.cli import run_command
from guoban.early import begin
for command in json.loads(sys.argv[1]):
    begin(command)
    if status := run_command(command):
        sys.exit(status)
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


def pinned(file: str) -> set[str]:
    """The packages of a list of requirements."""
    lines = (PROJECT / file).read_text("utf-8").splitlines()
    return {line.split("==")[0] for line in lines if re.match(r"[\w.-]+==", line)}


def only_with_prefect() -> list[str]:
    """The modules that an installation without Prefect has not."""
    left_out = pinned("requirements.txt") - pinned("requirements-no-prefect.txt")
    found = packages_distributions()
    return sorted(
        module
        for module, names in found.items()
        if all(re.sub(r"[-_.]+", "-", name).lower() in left_out for name in names)
    )


def test_less_is_pinned_without_prefect_and_nothing_else() -> None:
    assert pinned("requirements-no-prefect.txt") < pinned("requirements.txt")
    assert {"prefect", "fastapi", "sqlalchemy", "uvicorn"} <= set(only_with_prefect())


@pytest.fixture
def without(tmp_path: Path) -> Run:
    """Runs commands in one process, and whatever it starts, as if those modules were not there."""
    absent = f"import sys\nsys.modules.update(dict.fromkeys({only_with_prefect()!r}))\n"
    (tmp_path / "sitecustomize.py").write_text(absent, "utf-8")
    clean = {
        name: value
        for name, value in os.environ.items()
        if "PREFECT" not in name and not name.startswith("GUOBAN_")
    }

    def run(*commands: Sequence[object], **more: str) -> subprocess.CompletedProcess[str]:
        words = [[str(word) for word in command] for command in commands]
        return subprocess.run(
            [sys.executable, "-c", ONE_BY_ONE, json.dumps(words)],
            env={
                **clean,
                "PYTHONPATH": os.pathsep.join([str(tmp_path), str(PROJECT)]),
                "GUOBAN_RAW": str(tmp_path / "raw"),
                "GUOBAN_WAREHOUSE": str(tmp_path / "warehouse"),
                "GUOBAN_SETTLE_SECONDS": "0",
                "LC_ALL": "C.UTF-8",
                **more,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.slow
def test_the_commands_work_without_prefect(tmp_path: Path, without: Run) -> None:
    """By default, too: who runs the stages need not be said where only one can."""
    Drop(tmp_path).samples("2021-05/招商局/*.xlsx")
    blank = tmp_path / "blank.xlsx"
    done = without(
        ["refresh"],
        ["headline", "--month", "2021-05"],
        ["template", "meetings", "--department", "党政办公室", "--month", "2021-05", "-o", blank],
        ["check", tmp_path / "raw" / "2021-05" / "招商局" / "签约项目月报表.xlsx"],
        ["verify"],
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "Published" in done.stdout
    assert "招商引资合同投资额" in done.stdout
    assert "Note" not in done.stdout
    assert "refect" not in done.stdout + done.stderr
    assert blank.is_file()
    assert not (tmp_path / "warehouse" / "prefect").exists()


def test_prefect_asked_for_and_not_installed_is_said_in_a_line(
    tmp_path: Path, without: Run
) -> None:
    (tmp_path / "raw").mkdir()
    done = without(["refresh"], GUOBAN_ORCHESTRATOR="prefect")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert "Prefect is not installed" in line
    assert "none" in line
    assert "requirements.txt" in line
