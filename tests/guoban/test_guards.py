"""What is wrong with the folders, as the command tells it."""

import json
import os
import shutil
from pathlib import Path

import pytest
from drop import Drop

from flows.store import journal
from guoban.cli import run_command
from guoban.words import is_chinese


@pytest.fixture(params=["en_US.UTF-8", "zh_CN.UTF-8"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LC_ALL", request.param)
    is_chinese.cache_clear()
    request.addfinalizer(is_chinese.cache_clear)
    return str(request.param[:2])


def refresh(drop: Drop, *more: str | Path) -> int:
    places = ["--raw", drop.raw, "--warehouse", drop.settings.warehouse, "--orchestrator", "none"]
    return run_command(["refresh", *map(str, places), *map(str, more)])


def test_a_warehouse_among_what_is_filed_is_wrong_usage(
    drop: Drop, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    inside = drop.raw / "warehouse"
    assert refresh(drop, "--warehouse", inside) == 2
    words = {"en": "lie in each other; they must be apart", "zh": "互相包含，请分开存放"}
    # A narrow terminal breaks lines anywhere.
    assert "".join(words[language].split()) in "".join(capsys.readouterr().err.split())
    assert not inside.exists()


def test_what_was_mended_is_told(
    drop: Drop, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    assert refresh(drop) == 0
    current = drop.settings.warehouse / "current"
    kept = current.resolve()
    current.unlink()
    shutil.copytree(kept, current)
    os.truncate(drop.settings.warehouse / "work" / "guoban-work.duckdb", 5000)
    capsys.readouterr()
    assert refresh(drop, "--json") == 0
    mended, made_anew = json.loads(capsys.readouterr().out)["notes"]
    words = {
        "en": ("was no link to a release", "made anew from archive and journal"),
        "zh": ("不是指向发布目录的链接", "由存档和台账重新生成"),
    }
    assert words[language][0] in mended
    assert words[language][1] in made_anew
    log = (drop.settings.warehouse / "logs" / "guoban.jsonl").read_text("utf-8")
    assert all(one in log for one in words["en"])
    assert refresh(drop, "--json") == 0
    assert json.loads(capsys.readouterr().out)["notes"] == []


def test_a_full_disk_is_told_in_a_line(
    drop: Drop,
    capsys: pytest.CaptureFixture[str],
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(journal, "write_all", no_room)
    assert refresh(drop) == 1
    err = capsys.readouterr().err
    words = {"en": "make room, then run guoban refresh again", "zh": "请腾出空间后再运行"}
    assert words[language] in err.replace("\n", "")
    assert "Traceback" not in err
