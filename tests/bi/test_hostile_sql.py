"""Whoever opens the published file as docs/bi.md says reaches no other file by SQL."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import guide
import hostile_child
import pytest
from drop import Drop
from hostile import Yard, texts, yard


@pytest.fixture
def aim(golden: Drop) -> Iterator[Yard]:
    """The sample months' release and what lies around it, where another user may go, too."""
    with tempfile.TemporaryDirectory() as folder:
        release = Path(folder, "current")
        shutil.copytree(golden.settings.warehouse / "current", release)
        made = yard(Path(folder, "yard"), release / "guoban.duckdb")
        Path(folder).chmod(0o755)
        made.out.chmod(0o777)
        made.home.chmod(0o777)
        yield made


def answers(yard: Yard, code: str, asked: list[str]) -> dict[str, str]:
    """What each text that wasn't refused answers."""
    done = subprocess.run(
        [sys.executable, hostile_child.__file__],
        input=json.dumps({"code": code, "texts": asked}),
        env={"HOME": str(yard.home)},
        cwd=yard.outside,
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def opened(yard: Yard) -> str:
    """How the guide opens the file."""
    return guide.blocks("bi.md", yard.release.parent)[0]


def test_nothing_outside_of_the_release_is_read_or_written(aim: Yard) -> None:
    before = aim.watched()
    found = answers(aim, opened(aim), texts(aim))
    assert aim.watched() == before
    assert [text for text, answer in found.items() if aim.is_told(answer)] == []
    assert aim.read() == []


def test_without_the_guide_s_settings_they_reach_it(aim: Yard) -> None:
    """So the texts are hostile, and what watches them sees it."""
    code = f"import duckdb\ncon = duckdb.connect({str(aim.release)!r}, read_only=True)"
    # No test asks an index, or anybody, for an extension.
    local = [
        text
        for text in texts(aim)
        if str(aim.folder) in text
        if not any(word in text for word in ("http", "ducklake", "sqlite", "xlsx", "st_read"))
    ]
    before = aim.watched()
    found = answers(aim, code, local)
    assert sum(map(aim.is_told, found.values())) > 30
    assert len(aim.watched().keys() - before.keys()) > 20
    assert "secret.csv" in aim.read()
