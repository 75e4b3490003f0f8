"""What people ask for, as they write it."""

import datetime as dt

import pytest

from flows.ground.settings import BEIJING
from guoban.asked import WrongUsageError, figure_code, parse_month, parse_time

NAMES = {
    "ZS01": "招商引资合同投资额",
    "ZS03": "新引进亿元以上项目",
    "ZS03a": "其中已开工项目",
    "ZS04": "亿元以上在谈项目",
    "ZS04a": "亿元以上在谈项目总投资",
    "firms_visited": "走访企业",
}


@pytest.mark.parametrize(
    "text", ["2021-05", "2021年5月", "202105", "2021/5", "2021-5", "2021年05月", " ２０２１年５月 "]
)
def test_a_month_in_every_spelling(text: str) -> None:
    assert parse_month(text) == dt.date(2021, 5, 1)


@pytest.mark.parametrize(
    "text", ["2021-13", "2021", "5月", "2021-05-31", "44317", "2021年1-5月", "202100", "2021.5", ""]
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(WrongUsageError):
        parse_month(text)


def test_nothing_is_told_from_a_time_on_that_is_still_to_come() -> None:
    with pytest.raises(WrongUsageError, match="still to come"):
        parse_time("2999-01-01", is_start=True)
    assert parse_time("2999-01-01") is not None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-06-04", dt.datetime(2021, 6, 4, 23, 59, 59, 999999, BEIJING)),
        ("2021-06-04 12:00", dt.datetime(2021, 6, 4, 12, 0, 59, 999999, BEIJING)),
        ("2021-06-04T12:00:07", dt.datetime(2021, 6, 4, 12, 0, 7, 999999, BEIJING)),
        ("2021-06-04T12:00:07.5", dt.datetime(2021, 6, 4, 12, 0, 7, 500000, BEIJING)),
        ("2021-06-04T04:00:00.000001Z", dt.datetime(2021, 6, 4, 4, 0, 0, 1, dt.UTC)),
    ],
)
def test_a_time_is_the_end_of_what_it_names(text: str, moment: dt.datetime) -> None:
    """What is shown to the minute was published within it."""
    assert parse_time(text) == moment


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ZS01", "ZS01"),
        ("zs03A", "ZS03a"),
        ("Firms_Visited", "firms_visited"),
        ("合同投资额", "ZS01"),
        ("亿元以上在谈项目", "ZS04"),
        ("在谈项目总投资", "ZS04a"),
        ("已开工", "ZS03a"),
        ("走访", "firms_visited"),
    ],
)
def test_a_figure_by_code_or_name(text: str, code: str) -> None:
    assert figure_code(text, NAMES) == code


@pytest.mark.parametrize(("text", "named"), [("在谈", "ZS04a"), ("亿元", "ZS03"), ("实到", "ZS01")])
def test_what_may_be_several_figures_or_none_is_asked_again(text: str, named: str) -> None:
    with pytest.raises(WrongUsageError, match=named):
        figure_code(text, NAMES)


def test_nothing_names_no_figure() -> None:
    with pytest.raises(WrongUsageError):
        figure_code(" ", NAMES)
