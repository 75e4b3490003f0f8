"""Lines and tables in a terminal's columns: nothing wider than it, nothing broken that belongs together."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from guoban import output
from guoban.layout import Column, side_by_side, table_lines, wrapped

TEXT = (
    "项目 GCKF-2021-0013（电池产业园二期，28亿元）与招商局的项目 GCKF-2021-0014（电池，12345.678万元）"
    "投资方相同，见2021-05/招商局/签约项目月报表.xlsx 签约项目月报表!L8，2021年5月31日 accepted_with_warnings。"
)
WHOLE = (
    "GCKF-2021-0013",
    "28亿元",
    "12345.678万元",
    "2021-05/招商局/签约项目月报表.xlsx",
    "L8",
    "2021年5月31日",
    "accepted_with_warnings",
)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_numbers_paths_codes_and_dates_stay_whole(width: int) -> None:
    lines = wrapped(TEXT, width)
    assert max(map(cell_len, lines)) <= width
    for one in WHOLE:
        assert any(one in line for line in lines), one
    assert not any(line[0] in "，。；：）" for line in lines)


def test_what_is_wider_than_the_terminal_is_left_whole() -> None:
    path = "2021-05/" + "很长的文件夹/" * 12 + "签约项目月报表.xlsx"
    assert path in wrapped(f"文件 {path} 没有收到", 80)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"])),
    st.integers(20, 90),
)
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    assert "".join("".join(wrapped(text, width, hang=2)).split()) == "".join(text.split())


def test_a_pipe_gets_every_line_whole(capsys: pytest.CaptureFixture[str]) -> None:
    output.console().print(TEXT * 20)
    output.print_table(["a", "b"], [[TEXT * 5, TEXT * 5]], wraps=[0], below=[1])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == TEXT * 20
    assert lines[3].count(TEXT) == 10


COLUMNS = [
    Column("单位"),
    Column("金额", is_right=True),
    Column("原因", wraps=True),
    Column("出处", goes_below=True),
]
ROWS = [
    ("招商局", "28亿元", "签约日期2020-11-18不在本年；" * 3, "2021-05/招商局/签约项目月报表.xlsx"),
    ("长三角招商分队", "9999万元", "县内资金", "2021-05/长三角招商分队/签约项目月报表.xlsx"),
]


@pytest.mark.parametrize("width", [48, 80, 120])
def test_a_table_fits_its_terminal(width: int) -> None:
    lines = list(table_lines(COLUMNS, ROWS, width))
    assert max(map(cell_len, lines)) <= width
    for row in ROWS:
        assert any(row[3] in line for line in lines)
    assert sum("2020-11-18" in line for line in lines) <= 3
    # Amounts are flush right, whatever stands before them.
    ends = {
        cell_len(line[: match.end()]) for line in lines if (match := re.search(r"[亿万]元", line))
    }
    assert len(ends) == 1


def test_a_table_with_room_has_its_rows_on_a_line() -> None:
    head, rule, *rows = table_lines(COLUMNS, ROWS, None)
    assert [len(one) for one in (head, rule)] != [0, 0]
    assert len(rows) == len(ROWS)
    assert all(row[3] in line for row, line in zip(ROWS, rows, strict=True))


@pytest.mark.parametrize("words", ["未报", "MISS"])
def test_who_filed_what_is_a_grid_in_80_columns(words: str) -> None:
    """Twelve returns across, eight departments down: closer together, but a grid."""
    numbers = [Column(f"{number:02}") for number in range(2, 14)]
    lines = list(table_lines([Column("单位"), *numbers], [["长三角招商分队", *[words] * 12]], 80))
    assert len(lines) == 3
    assert max(map(cell_len, lines)) <= 80
    assert lines[2].split() == ["长三角招商分队", *[words] * 12]


def test_a_table_that_no_terminal_holds_is_told_in_lines() -> None:
    columns = [Column(f"列{n}") for n in range(9)]
    lines = list(table_lines(columns, [tuple("一二三四五六七八" for _ in columns)], 60))
    assert lines[0] == "一二三四五六七八"
    assert lines[1:] == [f"    列{n}  一二三四五六七八" for n in range(1, 9)]


def test_short_texts_stand_side_by_side() -> None:
    lines = list(side_by_side((f"{n:02} 签约项目月报表" for n in range(9)), 60, "  "))
    assert max(map(cell_len, lines)) <= 60
    assert sum(line.count("签约项目月报表") for line in lines) == 9
    assert len(lines) == 3
