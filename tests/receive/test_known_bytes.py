"""Bytes that turn up again: unchanged, unless only their folder tells whose return of which month they are."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from drop import Drop
from past import assert_sound, house_of
from seldom import nightly

import schemas

# Many refreshes, or large files.
pytestmark = pytest.mark.slow

GUESTS = "客商接待台账.xlsx"


def blank(drop: Drop, name: str, *lines: str, rows: tuple[list[Any], ...] = ()) -> Path:
    """A reception ledger with these lines above, and nothing that says whose it is unless they do."""
    path = drop.raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [one for one in schemas.by_name("receptions").columns().values() if one.required]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("客商接待台账")
        sheet.write_row(0, 0, ["客商接待台账", *lines])
        sheet.write_row(1, 0, [one.header for one in columns if not one.is_envelope])
        for number, row in enumerate(rows, start=2):
            sheet.write_row(number, 0, row)
    return path


def copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def nil_returns(drop: Drop) -> list[tuple[str, str]]:
    return [
        (str(month), department)
        for month, department in drop.query(
            "select strftime(report_month, '%Y-%m'), department from mart.submissions "
            "where return_name = 'receptions' and is_nil and is_current order by all"
        )
    ]


@pytest.mark.parametrize(
    "is_later", [nightly(False), True], ids=["in one refresh", "in a later one"]
)
def test_one_nil_form_is_filed_for_each_folder_it_lies_in(drop: Drop, is_later: bool) -> None:
    path = blank(drop, f"2021-05/招商局/{GUESTS}", "零报告：是")
    if is_later:
        drop.refresh()
    copy(path, drop.raw / f"2021-05/经济发展局/{GUESTS}")
    copy(path, drop.raw / f"2021-04/招商局/{GUESTS}")
    drop.refresh()
    assert nil_returns(drop) == [
        ("2021-04", "招商局"),
        ("2021-05", "招商局"),
        ("2021-05", "经济发展局"),
    ]
    assert_sound(drop)
    assert set(drop.refresh().counts) == {"unchanged"}
    assert len(drop.last.files if drop.last else []) == 3


def test_rows_of_which_only_the_folder_says_whose_they_are_count_for_each(drop: Drop) -> None:
    guest = ["JD-1", "2021-05-06", "甲公司", "广东", 3]
    path = blank(drop, f"2021-05/招商局/{GUESTS}", rows=(guest,))
    copy(path, drop.raw / f"2021-05/经济发展局/{GUESTS}")
    drop.refresh()
    found = drop.query("select department from mart.receptions")
    assert {department for (department,) in found} == {"招商局", "经济发展局"}


def test_a_copy_where_nothing_says_whose_it_is_is_unchanged(drop: Drop) -> None:
    path = blank(drop, f"2021-05/招商局/{GUESTS}", "零报告：是")
    drop.refresh()
    copy(path, drop.raw / f"备份/{GUESTS}")
    copy(path, drop.raw / f"2021-05/{GUESTS}")
    drop.refresh()
    assert nil_returns(drop) == [("2021-05", "招商局")]
    assert drop.last is not None
    assert not [one for file in drop.last.files for one in file.findings if one.is_error]


@pytest.mark.parametrize(
    "stated", [nightly("填报单位：招商局"), "填报单位：招商局 报告期：2021年5月"]
)
def test_what_says_itself_whose_it_is_is_unchanged_in_any_folder(drop: Drop, stated: str) -> None:
    path = blank(drop, f"2021-05/招商局/{GUESTS}", *stated.split(), "零报告：是")
    drop.refresh()
    copy(path, drop.raw / f"2021-05/经济发展局/{GUESTS}")
    copy(path, drop.raw / "2021-05/招商局/又一份.xlsx")
    drop.refresh()
    for name in (f"2021-05/经济发展局/{GUESTS}", "2021-05/招商局/又一份.xlsx"):
        assert drop.result(name).status == "unchanged"
        assert [str(one.severity) for one in drop.result(name).findings if one.rule == "E010"] == [
            "info"
        ]
    assert nil_returns(drop) == [("2021-05", "招商局")]
    assert_sound(drop)


def test_bytes_of_a_version_that_is_current_no_more(drop: Drop) -> None:
    rows = [{"project_id": "GCKF-2021-0001", "contract_amount_cny": 60_000}]
    first = drop.put("一.xlsx", "signed_projects", "招商局", "2021-01", rows)
    drop.refresh()
    rows[0]["contract_amount_cny"] = 70_000
    drop.put("二.xlsx", "signed_projects", "招商局", "2021-01", rows)
    drop.refresh()
    # What lies there all the time is nothing new.
    drop.refresh()
    assert [str(one.severity) for one in drop.result("一.xlsx").findings if one.rule == "E010"] == [
        "info"
    ]
    copy(first, drop.raw / "三.xlsx")
    drop.refresh()
    (warned,) = [one for one in drop.result("三.xlsx").findings if one.rule == "E010"]
    assert warned.severity == "warning"
    assert "第1版" in warned.message
    assert "第2版“二.xlsx”" in warned.message
    assert drop.value("ZS01", "2021-01") == 7


def two_versions(drop: Drop) -> Path:
    """The first one's file, of which nothing counts any more."""
    paths = []
    for name, amount in (("2021-02/一.xlsx", 60_000), ("2021-02/二.xlsx", 70_000)):
        row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": amount}
        paths.append(drop.put(name, "signed_projects", "招商局", "2021-02", [row]))
        drop.refresh()
    return paths[0]


def is_told_again(drop: Drop) -> bool:
    """Whether anybody is asked about bytes that came again."""
    drop.refresh()
    return bool(drop.query("select value from mart.findings where asks = 'decide'"))


@pytest.mark.parametrize(
    "when", [nightly(1_600_000_000), 4_000_000_000], ids=["earlier", "to come"]
)
def test_another_time_of_a_file_that_lay_there_asks_nothing(drop: Drop, when: int) -> None:
    """A copied drop folder, a clock that was set: every file of it has another time."""
    os.utime(two_versions(drop), (when, when))
    assert not is_told_again(drop)
    house_of(drop).working_database.unlink()
    assert not is_told_again(drop)


def test_a_folder_with_another_name_asks_nothing(drop: Drop) -> None:
    folder = two_versions(drop).parent
    folder.rename(folder.with_name("2021-02月报"))
    assert not is_told_again(drop)


def test_a_file_that_was_taken_away_and_is_put_back_is_asked_about(drop: Drop) -> None:
    first = two_versions(drop)
    aside = drop.raw.parent / "aside"
    first.rename(aside)
    assert not is_told_again(drop)
    aside.rename(first)
    assert is_told_again(drop)


@pytest.mark.nightly
def test_a_full_disk_and_then_a_lost_database_ask_about_nothing_that_lay_there(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy of what was seen can't be written: by the older one the replaced version came again."""

    def put(name: str, amount: int) -> None:
        row = {"project_id": "GCKF-2021-0001", "contract_amount_cny": amount}
        drop.put(name, "signed_projects", "招商局", "2021-02", [row])
        drop.refresh()

    put("1.xlsx", 60_000)
    write_bytes = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "seen.new":
            raise OSError(errno.ENOSPC, "no space left on device")
        return write_bytes(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        put("2.xlsx", 70_000)
        put("3.xlsx", 80_000)
    house_of(drop).working_database.unlink()
    drop.refresh()
    assert not drop.query("select value from mart.findings where asks = 'decide'")
