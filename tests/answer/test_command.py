"""`guoban template`: which words it takes, where it writes, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
from drop import Drop
from typer.testing import CliRunner

from guoban.cli import run_command
from guoban.commands.template import template

APP = typer.Typer()
APP.command()(template)


def run(drop: Drop, *words: str) -> Any:
    return CliRunner().invoke(APP, [*words, "--warehouse", str(drop.settings.warehouse)])


@pytest.mark.parametrize("name", ["signed_projects", "签约项目月报表", "02", "招商月02"])
def test_a_return_goes_by_slug_title_and_number(drop: Drop, name: str, tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    words = ["--department", "经发局", "--month", "2021-05", "-o", str(path)]
    done = run(drop, name, *words)
    assert done.exit_code == 0, done.output
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.title == "签约项目月报表"
    assert "经济发展局" in [cell.value for cell in sheet[3]]


def test_last_month_s_rows_are_counted(golden: Drop, tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    done = run(
        golden, "signed_projects", "--department", "招商局", "--month", "2021-06", "-o", str(path),
        "--json",
    )  # fmt: skip
    assert json.loads(done.output) == {
        "file": str(path),
        "return": "signed_projects",
        "department": "招商局",
        "month": "2021-06",
        "rows_carried": 12,
    }


@pytest.mark.parametrize(
    ("name", "department", "month"),
    [
        ("signed_project", "招商局", "2021-05"),
        ("signed_projects", "财政局", "2021-05"),
        ("signed_projects", "全区", "2021-05"),
        ("signed_projects", "招商局", "5月"),
    ],
)
def test_what_is_unknown_is_wrong_usage(
    drop: Drop, name: str, department: str, month: str, tmp_path: Path
) -> None:
    path = tmp_path / "空白.xlsx"
    words = ["--department", department, "--month", month, "-o", str(path)]
    assert run_command(["template", name, *words, "--warehouse", str(drop.settings.warehouse)]) == 2
    assert not path.exists()


def test_a_folder_that_is_not_there_is_wrong_usage(drop: Drop, tmp_path: Path) -> None:
    path = tmp_path / "没有" / "空白.xlsx"
    words = ["--department", "招商局", "--month", "2021-05", "-o", str(path)]
    assert run(drop, "signed_projects", *words).exit_code == 2
