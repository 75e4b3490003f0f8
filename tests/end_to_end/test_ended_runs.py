"""A file that ends the run that handles it is turned back by the next one, and costs nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import deadly
import pytest
from drop import Drop
from past import assert_same_both_ways, assert_verified, house_of

from flows.check import check
from flows.ground.findings import Finding
from flows.ground.zone import Zone
from flows.normalise.batch import TypedBatch
from flows.store.journal import ENDED, LATE, PASSED, Journal, Trial
from flows.validate import files
from flows.validate.inside import validate

pytestmark = pytest.mark.slow

KILLED = -9
GOOD = "甲.xlsx"


def put(drop: Drop, name: str, number: int = 1) -> None:
    """A good return, but for what the name brings about."""
    department = ("招商局", "经济发展局")[number % 2]
    row = {"project_id": f"GCKF-2021-{number:04d}", "investor": f"客商{number}"}
    drop.put(name, "signed_projects", department, "2021-01", [row], filed_on="2021-02-01")


def twin_of(drop: Drop, *names: str) -> Drop:
    """What comes of these files alone, where nothing happens."""
    twin = Drop(drop.raw.parent / "twin")
    for name in names:
        shutil.copyfile(drop.raw / name, twin.raw / name)
    twin.refresh()
    return twin


def figures(drop: Drop) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: drop.query(f"from mart.{name} order by all")
        for name in ("headline_indicators", "secondary_indicators")
    } | {
        "rows": drop.query(
            "select report_month, indicator_code, file, row_key, contribution "
            "from mart.headline_rows order by all"
        )
    }


def trials(drop: Drop) -> list[str]:
    return [one.outcome for one in Journal(house_of(drop).journal).all(Trial)]


def assert_turned_back(drop: Drop, name: str, words: str = "处理这个文件时程序中断") -> None:
    """E011 and nothing else is known of the file, nor of its reply that anything was read."""
    (status, rows, rule, message) = drop.query(
        "select status, rows_found, rule, message from mart.submissions "
        "join mart.findings using (submission_id) where file = ?",
        [name],
    )[0]
    assert (status, rows, rule) == ("rejected", 0, "E011")
    assert words in message


def assert_stands(drop: Drop, twin: Drop) -> None:
    """The figures are the twin's, and come again from archive and journal, however they are asked."""
    assert figures(drop) == figures(twin)
    assert_same_both_ways(drop)
    before = drop.query("select * exclude (received_at) from mart.submissions order by all")
    shutil.rmtree(house_of(drop).working_database.parent)
    assert drop.refresh().published is None
    assert drop.query("select * exclude (received_at) from mart.submissions order by all") == before
    assert figures(drop) == figures(twin)


# One of them each time, all of them at night.
@pytest.mark.parametrize(
    "stage",
    [pytest.param(one, marks=[pytest.mark.nightly] * (one != "validate")) for one in deadly.STAGES],
)
def test_a_file_that_kills_its_run_is_turned_back_by_the_next(drop: Drop, stage: str) -> None:
    name = f"{stage}-kill.xlsx"
    put(drop, GOOD, 1)
    put(drop, name, 2)
    assert deadly.refresh(drop.raw.parent) == KILLED
    assert deadly.refresh(drop.raw.parent) == 0
    assert_turned_back(drop, name)
    assert trials(drop) == [ENDED]
    assert drop.value("ZS03", "2021-01") == 1
    assert_verified(drop)


@pytest.mark.nightly
def test_a_file_that_does_so_only_beside_all_else_is_turned_back_after_two_ends(
    drop: Drop,
) -> None:
    """In its child it passes."""
    name = "recognise-kill-parent.xlsx"
    put(drop, GOOD, 1)
    put(drop, name, 2)
    ends = [deadly.refresh(drop.raw.parent) for _ in range(3)]
    assert ends == [KILLED, KILLED, 0]
    assert_turned_back(drop, name)
    assert trials(drop) == [ENDED]


@pytest.mark.nightly
def test_who_was_only_at_hand_when_a_run_was_ended_counts_as_ever(drop: Drop) -> None:
    """An administrator, or a power cut: the file does nothing when it is tried again."""
    name = "validate-kill.xlsx"
    put(drop, GOOD, 1)
    put(drop, name, 2)
    assert deadly.refresh(drop.raw.parent) == KILLED
    assert house_of(drop).at_hand.suspects() == {1: 0, 2: 0}
    drop.refresh()
    statuses = drop.query("select file, status from mart.submissions order by all")
    assert statuses == [(name, "accepted"), (GOOD, "accepted")]
    assert house_of(drop).at_hand.suspects() == {}
    assert trials(drop) == []
    assert_stands(drop, twin_of(drop, GOOD, name))


@pytest.mark.nightly
def test_where_the_memory_has_an_end_the_run_has_none(drop: Drop) -> None:
    for number, stage in enumerate(deadly.STAGES):
        if stage != "load":
            put(drop, f"{stage}-memory.xlsx", number + 2)
    put(drop, GOOD, 1)
    assert deadly.refresh(drop.raw.parent, memory_mib=2048) == 0
    for stage in deadly.STAGES:
        if stage != "load":
            assert_turned_back(drop, f"{stage}-memory.xlsx")
    assert_stands(drop, twin_of(drop, GOOD))


@pytest.mark.nightly
def test_the_same_bytes_stay_turned_back_until_limits_change(drop: Drop) -> None:
    name = "recognise-kill.xlsx"
    put(drop, GOOD, 1)
    put(drop, name, 2)
    for expected in (KILLED, 0):
        assert deadly.refresh(drop.raw.parent) == expected
    shutil.copyfile(drop.raw / name, drop.raw / "又一次.xlsx")
    assert drop.refresh().published is None
    assert [one.rule for one in drop.findings("又一次.xlsx")] == ["E011"]
    drop.settings = drop.settings.model_copy(update={"read_seconds": 61.0})
    drop.refresh()
    assert trials(drop) == [ENDED, PASSED]
    assert drop.refresh().published is None
    drop.settings = drop.settings.model_copy(update={"read_seconds": 60.0})
    assert drop.refresh().published is None
    assert_stands(drop, twin_of(drop, GOOD, name))


@pytest.mark.nightly
@pytest.mark.parametrize("stage", ["recognise", "normalise", "validate"])
def test_a_file_that_takes_too_long_in_a_stage_is_turned_back(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    name = f"{stage}-slow.xlsx"
    put(drop, GOOD, 1)
    put(drop, name, 2)
    module, function = deadly.STAGES[stage]
    slow = deadly.deadly(getattr(module, function), stage)
    drop.settings = drop.settings.model_copy(update={"read_seconds": 10.0})
    with monkeypatch.context() as patch:
        patch.setattr(module, function, slow)
        drop.refresh()
    assert_turned_back(drop, name, "处理这个文件超过 10 秒")
    assert trials(drop) == [LATE]
    assert drop.value("ZS03", "2021-01") == 1
    assert_verified(drop)


@pytest.mark.nightly
def test_a_check_takes_no_longer_than_a_refresh(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "recognise-slow.xlsx"
    put(drop, GOOD, 1)
    put(drop, name, 2)
    module, function = deadly.STAGES["recognise"]
    monkeypatch.setattr(module, function, deadly.deadly(getattr(module, function), "recognise"))
    settings = drop.settings.model_copy(update={"read_seconds": 10.0})
    good, slow = check(settings, drop.zone, [drop.raw / GOOD, drop.raw / name])
    assert (good.status, slow.status) == ("accepted", "rejected")
    assert [one.rule for one in slow.findings] == ["E011"]


def test_a_file_that_no_check_can_stand_costs_no_other(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(drop, GOOD, 1)
    put(drop, "乙.xlsx", 2)

    def failing(batch: TypedBatch, zone: Zone) -> list[Finding]:
        if "GCKF-2021-0002" in batch.frame["project_id"]:
            raise ZeroDivisionError
        return validate(batch, zone)

    monkeypatch.setattr(files, "validate", failing)
    drop.refresh()
    assert [one.rule for one in drop.findings("乙.xlsx")] == ["E011"]
    assert drop.result(GOOD).status == "accepted"
    assert drop.value("ZS03", "2021-01") == 1


def test_marks_are_not_waited_for(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed process wrote is there; to wait for the disk would cost as much as reading."""
    at_hand = house_of(drop).at_hand
    with at_hand.at("read", [1, 2, 3]):
        monkeypatch.setattr("os.fsync", None)
        with at_hand.at_one("recognise", 2):
            assert house_of(drop).at_hand.suspects() == {2: 0}
        assert house_of(drop).at_hand.suspects() == {1: 0, 2: 0, 3: 0}
    assert house_of(drop).at_hand.suspects() == {}
    at_hand.close()


@pytest.mark.parametrize(
    "left",
    [
        b"read 1 x\n",
        *(
            pytest.param(one, marks=pytest.mark.nightly)
            for one in (b"", b"read", b"\xff\xfe\n", b"\n")
        ),
    ],
)
def test_a_mark_that_says_nothing_is_passed_over(drop: Drop, left: bytes) -> None:
    folder: Path = house_of(drop).working_database.parent / "at-hand"
    folder.mkdir(parents=True)
    (folder / "mark").write_bytes(left)
    (folder / "suspects.json").write_bytes(left)
    put(drop, GOOD, 1)
    drop.refresh()
    assert drop.result(GOOD).status == "accepted"
