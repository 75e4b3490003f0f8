"""The log that is kept of refreshes: what each came to, also one that failed, and whom it told."""

import datetime as dt
import errno
import json
import os
from pathlib import Path
from typing import IO, Any

import pytest
from drop import Drop
from sinks import web_sink

from flows.ground.errors import DiskFullError
from flows.ground.settings import PROJECT
from flows.store import journal
from flows.store.warehouse import Warehouse
from guoban import progress
from guoban.cli import run_command
from guoban.progress import LOG, last_outcome, logged_to

PERSON, NUMBER = "张三丰", "13812345678"


def refresh(drop: Drop, *more: str | Path) -> int:
    places = ["--raw", drop.raw, "--warehouse", drop.settings.warehouse, "--orchestrator", "none"]
    return run_command(["refresh", *map(str, places), *map(str, more)])


def entries(drop: Drop) -> list[dict[str, Any]]:
    text = (drop.settings.warehouse / "logs" / progress.LOG_NAME).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.slow
def test_a_refresh_is_logged_and_told_and_so_is_one_that_fails(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with web_sink() as web:
        zone = drop.raw.parent / "zone.toml"
        text = (PROJECT / "zone.toml").read_text("utf-8")
        address = f"json://guoban:geheim@127.0.0.1:{web.port}/hook"
        text = text.replace("send_to = []", f'send_to = ["{address}"]')
        # What is due is told on some days and on others not.
        text = text.replace('"due", "overdue", ', "")
        zone.write_text(text, "utf-8")
        # A receipt of guests names persons and their telephones; without its month it is turned back.
        drop.put(
            f"{PERSON} {NUMBER}.xlsx", "receptions", "招商局", "某月",
            [{"contact": f"{PERSON} {NUMBER}", "leader": PERSON}],
        )  # fmt: skip
        assert refresh(drop, "--zone", zone) == 0
        ((title, body),) = web.take()
        assert title == "【谷城经济开发区】报送退回1份"
        assert NUMBER not in body
        assert "138****5678.xlsx.reply.xlsx" in body
        lines = entries(drop)
        (run,) = {one["run"] for one in lines}
        done, told = lines[-2:]
        assert (done["outcome"], done["counts"]) == ("published", {"rejected": 1})
        assert done["stages"].keys() >= {"receive", "publish", "answer"}
        assert done["message"].startswith(f"published {run} in ")
        assert told["message"].startswith(f"notified 全区 1 (json://127.0.0.1:{web.port}): ")
        assert {one["stage"] for one in lines} >= {"receive", "read", "publish", "answer", None}

        assert refresh(drop, "--zone", zone) == 0
        assert entries(drop)[-1]["outcome"] == "nothing new"

        def no_room(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        drop.put("2021-05/招商局/a.xlsx", "receptions", "招商局", "2021-05", [])
        monkeypatch.setattr(journal, "write_all", no_room)
        capsys.readouterr()
        for _ in range(2):
            assert refresh(drop, "--zone", zone) == 1
        ((title, body),) = web.take()
        assert title == "【谷城经济开发区】刷新失败"
        assert "磁盘已满" in body
        failed = [one for one in entries(drop) if one.get("outcome") == "failed"]
        assert len(failed) == 2
        assert failed[0]["error"]["kind"] == "DiskFullError"
        assert failed[0]["error"]["traceback"].startswith("Traceback")
        assert failed[0]["run"] not in {run, failed[1]["run"]}
        assert last_outcome(drop.settings.warehouse / "logs") == failed[-1]
        # People are told once, by the command.
        assert capsys.readouterr().err.count("No space left") == 0
    everything = "".join(json.dumps(one, ensure_ascii=False) for one in entries(drop))
    assert "geheim" not in everything
    published = (drop.settings.warehouse / "journal" / "notified.json").read_text("utf-8")
    assert "geheim" not in published


def test_a_refresh_that_is_refused_leaves_a_line(drop: Drop) -> None:
    warehouse = Warehouse(drop.settings.warehouse)
    with warehouse.locked():
        assert refresh(drop) == 1
    (line,) = [one for one in entries(drop) if "outcome" in one]
    assert (line["outcome"], line["level"]) == ("busy", "warning")
    assert "error" not in line


def test_a_wrong_zone_leaves_a_line(drop: Drop, tmp_path: Path) -> None:
    zone = tmp_path / "zone.toml"
    zone.write_text("[zone]\nname = 1\n", "utf-8")
    assert refresh(drop, "--zone", zone) == 2
    line = entries(drop)[-1]
    assert (line["outcome"], line["error"]["kind"]) == ("failed", "SettingsError")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_a_refresh_that_somebody_stopped_did_not_fail(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)), logged_to(tmp_path):
        raise error
    found = last_outcome(tmp_path)
    assert found is not None
    assert found["outcome"] == "stopped"


def test_one_clock_whatever_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    with logged_to(tmp_path):
        LOG.info("now")
    line = json.loads((tmp_path / progress.LOG_NAME).read_text("utf-8"))
    time = dt.datetime.fromisoformat(line["time"])
    assert time.utcoffset() == dt.timedelta(hours=8)
    assert abs(dt.datetime.now(dt.UTC) - time) < dt.timedelta(minutes=1)
    # The same on the terminal.
    assert capsys.readouterr().err.startswith(f"{time:%Y-%m-%d %H:%M:%S}")


def test_a_log_that_can_not_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(progress._File, "_open", no_room)
    monkeypatch.setattr(progress, "admit", no_room)
    with logged_to(tmp_path / "logs"):
        LOG.warning("there is no reply to 甲.xlsx")
    seen = capsys.readouterr().err
    assert "甲.xlsx" in seen
    assert "Logging error" not in seen
    assert last_outcome(tmp_path / "logs") is None


def test_a_disk_that_fills_up_under_the_log_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be written is tried once more as the file is closed."""

    def opened(_: object) -> IO[str]:
        return open("/dev/full", "a", encoding="utf-8")  # noqa: PTH123

    monkeypatch.setattr(progress._File, "_open", opened)
    with pytest.raises(DiskFullError, match="in words"), logged_to(tmp_path):
        LOG.info("begun")
        raise DiskFullError("in words")


def test_the_log_is_kept_in_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LOG_BYTES", 2_000)
    with logged_to(tmp_path):
        LOG.info("begins", extra={"outcome": "published"})
        for number in range(500):
            LOG.info("line %d", number)
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 6
    assert max(sizes) <= 2_000
