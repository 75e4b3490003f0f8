"""Where a reply goes: the folder of the file's first submission, else the one it lies in."""

import datetime as dt
from collections.abc import Sequence

import pytest
from house import House
from renderer.judged import zone

from flows.answer.reports import reports_of
from flows.recognise import Draft, Origin
from flows.settle import load
from flows.store.journal import Receipt

MAY = dt.date(2021, 5, 1)
NOW = dt.datetime(2021, 6, 1, tzinfo=dt.UTC)
Told = tuple[dt.date | None, str | None]


@pytest.fixture
def house() -> House:
    return House()


def folder(house: House, file: str, submissions: Sequence[Told]) -> tuple[str, str]:
    """The folder of the reply to a file whose submissions tell these months and departments."""
    for number, (month, department) in enumerate(submissions, start=1):
        key = f"000001-{number}"
        draft = Draft(Origin(1, file, MAY), key, department=department, month=month)
        receipt = Receipt(1, "", NOW, file, "", 0, NOW)
        judged = load.Judged([draft], [], [])
        load.load(house.con, judged, {1: receipt}, {"": 1}, zone())
        house.con.execute(
            "insert into core.findings (submission_id, rule, severity, sheet, message) "
            "values (?, 'E003', 'error', '', '')",
            [key],
        )
    (report,) = reports_of(house.con, [1])
    return report.folder


def test_the_first_submission_says_it_alone(house: House) -> None:
    """A null of the first is not filled from the second, which is another's return."""
    told: list[Told] = [(MAY, None), (dt.date(2021, 4, 1), "经济发展局")]
    assert folder(house, "收件/a.xlsx", told) == ("2021-05", "未识别")


def test_the_second_submission_is_first_in_no_order_of_texts(house: House) -> None:
    told: list[Told] = [(MAY, "招商局"), *[(dt.date(2021, 4, 1), "经济发展局")] * 10]
    assert folder(house, "a.xlsx", told) == ("2021-05", "招商局")


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("2021-05/招商局/a.xlsx", ("2021-05", "招商局")),
        ("2021/5月/区招商局/a.xlsx", ("2021-05", "招商局")),
        ("招商局/a.xlsx", ("未识别", "招商局")),
        # The file's own name is no folder.
        ("收件/招商局2021年5月.xlsx", ("未识别", "未识别")),
        ("5月/a.xlsx", ("未识别", "未识别")),
        ("a.xlsx", ("未识别", "未识别")),
    ],
)
def test_the_folder_tells_what_the_submission_does_not(
    house: House, file: str, where: tuple[str, str]
) -> None:
    assert folder(house, file, [(None, None), (MAY, "经济发展局")]) == where


def test_each_is_filled_for_itself(house: House) -> None:
    told: list[Told] = [(None, "经济发展局")]
    assert folder(house, "2021-05/招商局/a.xlsx", told) == ("2021-05", "经济发展局")
