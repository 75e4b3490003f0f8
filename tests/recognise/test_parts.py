"""Files and sheets that call themselves parts of one return; the month that a file's place says."""

import datetime as dt

import pytest
from renderer.judged import ENVELOPE, MAY, above, judge, talk, talks

from flows.recognise.names import part_named


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("签约项目第一部分", "1"),
        ("签约项目（第2部分）", "2"),
        ("签约项目-第3分册", "3"),
        ("签约项目月报表之二", "2"),
        ("在谈项目(之一)", "1"),
        ("在谈 Part 2", "2"),
        ("02_part1", "1"),
        ("签约项目（上）", "上"),
        ("签约项目-下", "下"),
        ("签约项目下册", "下"),
        ("续表", "续"),
        ("签约项目月报表（续）", "续"),
        ("签约项目月报表续2", "续2"),
        ("在谈项目续表一", "续1"),
        ("共三份之二", "2"),
        ("第1份（共2份）", "1"),
    ],
)
def test_what_calls_itself_a_part(name: str, part: str) -> None:
    assert part_named(name) == part


@pytest.mark.parametrize(
    "name",
    [
        "签约项目月报表",
        "续建项目",
        "续建项目签约月报表（续建）",
        "第一季度",
        "5月上旬",
        "2021年上半年",
        "三分之二",
        "办理手续表",
        "department 1",
        "上报表",
        "下达任务",
        "Sheet1",
        "签约项目月报表(2)",
    ],
)
def test_what_is_a_whole(name: str) -> None:
    assert part_named(name) is None


def test_the_file_says_it_before_title_and_sheet() -> None:
    titled = talks(talk(), above=(["在谈项目月报表（续表）"], [ENVELOPE]), name="第二部分")
    assert judge(titled, path="2021-05/招商局/在谈-part3.xlsx").draft.part == "3"
    assert judge(titled).draft.part == "2"
    assert judge(talks(talk(), above=(["在谈项目月报表（续表）"], [ENVELOPE]))).draft.part == "续"
    assert judge(talks(talk())).draft.part is None


@pytest.mark.parametrize(
    ("sheets", "part"),
    [
        (["", "续表"], None),
        (["第一部分", "第二部分"], None),
        (["第二部分", "第一部分"], None),
        (["之一", "之二", "之三"], None),
        (["上册", "下册"], None),
        (["（上）", "（中）", "（下）"], None),
        (["第一部分"], "1"),
        (["之二", "之三"], "2、3"),
        (["之一", "之三"], "1、3"),
        (["上册", "中册"], "上、中"),
        (["续表", "续表二"], "续、续2"),
    ],
)
def test_a_file_with_all_its_parts_is_none(sheets: list[str], part: str | None) -> None:
    rows = [talk(项目编号=f"GCKF-2021-000{number}") for number in range(1, len(sheets) + 1)]
    tables = [
        talks(row, name=name) if name else talks(row)
        for row, name in zip(rows, sheets, strict=True)
    ]
    draft = judge(*tables).draft
    assert (draft.part, draft.rows_found) == (part, len(sheets))


def test_a_file_that_is_named_a_part_is_one_whatever_its_sheets_are() -> None:
    sheets = talks(talk(), name="之一"), talks(talk(项目编号="GCKF-2021-0002"), name="之二")
    assert judge(*sheets, path="2021-05/招商局/在谈（续表）.xlsx").draft.part == "续"


@pytest.mark.parametrize(
    ("path", "month"),
    [
        ("2021-06/招商局/在谈.xlsx", dt.date(2021, 6, 1)),
        ("2021-06/招商局/2021年5月在谈.xlsx", MAY),
        ("收件/在谈.xlsx", None),
    ],
)
def test_the_month_that_file_or_folder_says(path: str, month: dt.date | None) -> None:
    draft = judge(talks(talk(), name="2021年4月"), path=path).draft
    assert (draft.month, draft.named_month) == (MAY, month)


def test_rows_of_several_months_need_not_agree_with_a_folder() -> None:
    april = talk(报告期="2021-04", 首次对接日期="2021-04-06")
    table = talks(april, talk(报告期="2021-05"), above=above("填报单位：招商局", "计量单位：万元"))
    drafts = judge(table, path="2021-05/招商局/在谈.xlsx").drafts
    assert [draft.named_month for draft in drafts] == [None, None]
