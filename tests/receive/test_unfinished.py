"""Files that are still being written wait; those that lie still delay nobody."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from drop import Drop
from seldom import nightly

import schemas
from flows.receive.unfinished import Arrival, told

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

LATER = 4_000_000_000
"""A time stamp of 2096."""


def csv_of(rows: int, *, foot: bool = True) -> str:
    """A return of signed projects as a text file."""
    values = {
        "project_name": "甲项目", "investor": "甲公司", "capital_origin": "省外", "sector": "工业",
        "contract_type": "正式合同", "nature": "新引进", "role": "牵头", "signed_on": "2021-01-20",
        "contract_amount_cny": "60000", "status": "签约", "audit_status": "审核通过",
    }  # fmt: skip
    columns = schemas.by_name("signed_projects").columns()
    keys = [key for key, one in columns.items() if not one.is_envelope and one.required]
    lines = ["填报单位：招商局,报告期：2021-01,计量单位：万元"]
    lines.append(",".join(columns[key].header for key in keys))
    for number in range(1, rows + 1):
        row = {**values, "project_id": f"GCKF-2021-{number:04}", "project_name": f"第{number}项目"}
        row["investor"] = f"第{number}客商"
        lines.append(",".join(row.get(key, "") for key in keys))
    end = "单位负责人：甲,填表人：乙,审核人：丙,报出日期：2021-02-01"
    return "\n".join([*lines, *([end] if foot else [])]) + "\n"


def write(path: Path, text: str, modified: float = LATER) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (modified, modified))


def statuses(drop: Drop) -> list[str]:
    return [one.status for one in drop.refresh().files]


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Does something between two looks, instead of waiting."""

    def meanwhile(act: Callable[[], None]) -> None:
        monkeypatch.setattr(time, "sleep", lambda _: act())

    return meanwhile


@pytest.mark.parametrize("modified", [LATER, nightly(None)])
def test_half_a_text_that_grows_between_two_looks_waits(
    drop: Drop, asleep: Callable[[Callable[[], None]], None], modified: float | None
) -> None:
    drop.settings = drop.settings.model_copy(update={"settle_seconds": 3600})
    whole, path = csv_of(4), drop.raw / "签约.csv"
    stamp = modified or time.time()
    write(path, whole[: len(whole) // 2], stamp)
    asleep(lambda: write(path, whole, stamp))
    (one,) = drop.refresh().files
    assert (one.status, one.note) == ("ignored", "文件还在写入，下次再取。")
    asleep(lambda: None)
    drop.refresh()
    assert drop.query("select count(*) from mart.signed_projects") == [(4,)]


def test_what_is_changed_and_set_back_in_time_has_changed(
    tmp_path: Path, asleep: Callable[[Callable[[], None]], None]
) -> None:
    path = tmp_path / "a.csv"
    write(path, csv_of(1), 1_000_000_000)
    arrival = Arrival.of("a.csv", str(path), path.lstat())
    os.utime(path, (time.time(), time.time()))
    young = Arrival.of("a.csv", str(path), path.lstat())
    asleep(lambda: write(path, csv_of(1).replace("甲", "乙"), young.modified_ns / 1e9))
    assert list(told([arrival, young], 3600)) == [(arrival, False), (young, True)]


def test_a_text_of_the_future_without_its_foot_waits_for_the_next_refresh(drop: Drop) -> None:
    """Its half may lie still: only the foot, or a second refresh, tells that it is whole."""
    write(drop.raw / "签约.csv", csv_of(2, foot=False))
    assert statuses(drop) == ["ignored"]
    write(drop.raw / "签约.csv", csv_of(3, foot=False))
    assert statuses(drop) == ["ignored"]
    assert statuses(drop) != ["ignored"]
    assert drop.query("select count(*) from mart.signed_projects") == [(3,)]


@pytest.mark.nightly
def test_a_replaced_text_that_gets_a_time_to_come_has_not_come_again(drop: Drop) -> None:
    """What it waits for says nothing of what lay there before."""
    for name, rows in (("一.csv", 2), ("二.csv", 3)):
        write(drop.raw / name, csv_of(rows, foot=False), 1_614_600_000 + rows)
        drop.refresh()
    submissions = "select file, version, is_current from mart.submissions order by file"
    assert drop.query(submissions) == [("一.csv", 1, False), ("二.csv", 2, True)]
    os.utime(drop.raw / "一.csv", (LATER, LATER))
    assert [statuses(drop) for _ in range(2)] == [
        ["unchanged", "ignored"],
        ["unchanged", "unchanged"],
    ]
    assert not drop.query("select value from mart.findings where asks = 'decide'")


@pytest.mark.parametrize("encoding", [nightly("utf-8"), "utf-8-sig", nightly("gb18030"), "utf-16"])
def test_a_text_of_the_future_with_its_foot_is_taken(drop: Drop, encoding: str) -> None:
    path = drop.raw / "签约.csv"
    path.write_bytes(csv_of(2).encode(encoding))
    os.utime(path, (LATER, LATER))
    drop.refresh()
    assert drop.query("select count(*) from mart.signed_projects") == [(2,)]


@pytest.mark.parametrize("cut", [1, 5, 40, 60])
def test_half_a_foot_is_none(tmp_path: Path, cut: int) -> None:
    write(tmp_path / "a.csv", csv_of(2)[:-cut])
    arrival = Arrival.of("a.csv", str(tmp_path / "a.csv"), (tmp_path / "a.csv").lstat())
    assert list(told([arrival], 0)) == [(arrival, True)]


def test_what_lies_still_delays_nobody(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does what is known already, whatever its time stamp says."""
    write(drop.raw / "旧.csv", csv_of(2), 1_000_000_000)
    write(drop.raw / "新.csv", csv_of(3))
    drop.refresh()
    drop.settings = drop.settings.model_copy(update={"settle_seconds": 1.0})

    def waits(_: float) -> None:
        raise AssertionError

    monkeypatch.setattr(time, "sleep", waits)
    assert statuses(drop) == ["unchanged", "unchanged"]
