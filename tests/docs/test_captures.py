"""What `docs/commands.md` shows is what the commands print on a terminal of 80 columns."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from drop import Drop
from rich.cells import cell_len

from flows.ground.settings import Settings
from guoban import output
from guoban.cli import run_command
from guoban.words import is_chinese
from scripts import write_captures

# A refresh, and every command in two languages.
pytestmark = pytest.mark.slow


def test_the_commands_print_what_the_page_shows(
    golden: Drop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(output, "columns_of", lambda _: write_captures.COLUMNS)

    def run(settings: Settings, arguments: Sequence[str], locale: str) -> str:
        for name, value in {
            "LC_ALL": locale,
            "GUOBAN_RAW": settings.raw,
            "GUOBAN_WAREHOUSE": settings.warehouse,
            "GUOBAN_ORCHESTRATOR": "none",
        }.items():
            monkeypatch.setenv(name, str(value))
        is_chinese.cache_clear()
        capsys.readouterr()
        assert run_command(list(arguments)) == 0
        return capsys.readouterr().out

    warehouses = {
        "sound": golden.settings,
        "faulty": write_captures.refreshed(tmp_path, "faulty"),
    }
    try:
        printed = write_captures.page(warehouses, run)
    finally:
        is_chinese.cache_clear()
    assert write_captures.PAGE.read_text("utf-8") == printed


def test_no_capture_is_wider_than_its_terminal() -> None:
    parts = write_captures.PAGE.read_text("utf-8").split("```")[1::2]
    shown = [part for part in parts if part.startswith("text\n$ ")]
    assert len(shown) == sum(len(one.locales) for one in write_captures.SHOWN)
    for part in shown:
        _, _, *lines = part.splitlines()
        assert max(map(cell_len, lines)) <= write_captures.COLUMNS
