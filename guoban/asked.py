"""What people ask for, as they say it: months, times, departments, figures.

The options of commands that take one, and what each comes to. What is none is wrong usage.
"""

from __future__ import annotations

import datetime as dt
import getpass
import re
from collections.abc import Mapping
from typing import Annotated, NoReturn

import typer

from flows.ground.errors import SettingsError
from flows.ground.settings import BEIJING
from flows.ground.zone import WHOLE_ZONE, Zone
from flows.month.figures import called
from flows.values.dates import parse_month as month_in
from flows.values.text import folded
from guoban.output import clock_words, console
from guoban.words import say


class WrongUsageError(SettingsError):
    """What a command was asked for is none of what it could be: wrong usage, exit status 2."""


# A year and a month and nothing else: a full date or a span of months is none.
_MONTH = re.compile(r"\d{4}(?:[-/年]\d{1,2}月?|\d{2})")
_ENDS = (
    (re.compile(r"\d{4}-\d\d-\d\d"), dt.timedelta(days=1)),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"), dt.timedelta(minutes=1)),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"), dt.timedelta(seconds=1)),
)


def parse_month(text: str) -> dt.date:
    """A report month as commands take it: 2021-05, 2021年5月, 202105, 2021/5.

    Raises WrongUsageError.
    """
    flat = folded(text)
    month = month_in(flat) if _MONTH.fullmatch(flat) else None
    if month is None:
        raise WrongUsageError(
            f"{text!r} is no month; write it as 2021-05",
            f"“{text}”不是月份，请写成2021-05或2021年5月",
        )
    return month


def parse_time(text: str | None, *, is_start: bool = False) -> dt.datetime | None:
    """An ISO 8601 time, in Beijing where it names no zone.

    A bare date is its end of day, a time to the minute the end of that minute: what commands show
    to the minute may be asked for so. Their beginnings where `is_start`: from then on is asked for, so
    that it has to be past. Raises WrongUsageError.
    """
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsageError(
            f"{text!r} is no time; write it as 2021-06-04T12:00",
            f"“{text}”不是时间，请写成2021-06-04T12:00",
        ) from None
    span = next((length for shape, length in _ENDS if shape.fullmatch(text)), None)
    if span is not None and not is_start:
        moment += span - dt.timedelta(microseconds=1)
    if not moment.tzinfo:
        moment = moment.replace(tzinfo=BEIJING)
    if is_start and moment > dt.datetime.now(BEIJING):
        raise WrongUsageError(f"{text} is still to come", f"{text}还没有到")
    return moment


Month = Annotated[
    dt.date,
    typer.Option(parser=parse_month, metavar="YYYY-MM", help="The report month."),
]
Department = Annotated[
    str | None, typer.Option(metavar="D", help="One department, by name or alias.")
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="As published then: 2021-06-04, 2021-06-04T12:00."),
]
Since = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="From then on: 2021-06-04, 2021-06-04T12:00."),
]


def who(by: str | None = None) -> str:
    """Who does it: the one who is named, or the system's user."""
    return by or getpass.getuser()


def department_name(text: str | None, zone: Zone) -> str | None:
    """The department of that name or alias; None for the whole zone. Raises WrongUsageError."""
    if text is None or text == WHOLE_ZONE:
        return None
    name = zone.department_of(text)
    if name is None:
        near = zone.nearest_department(text)
        raise WrongUsageError(
            f"unknown department {text}" + (f"; did you mean {near}?" if near else ""),
            f"没有“{text}”这个单位" + (f"，是否为“{near}”？" if near else ""),
        )
    return name


def names_of(text: str | None, zone: Zone) -> list[str]:
    """The names that the department may be published under, the given one first.

    A month that was locked before the department was renamed keeps its old name. None for the
    whole zone. Raises WrongUsageError.
    """
    name = department_name(text, zone)
    if text is None or name is None:
        return []
    aliases = next(one.aliases for one in zone.departments if one.name == name)
    return list(dict.fromkeys([text, name, *aliases]))


def figure_code(text: str, names: Mapping[str, str]) -> str:
    """The code of the figure that people call so, out of `names` (by code). Raises WrongUsageError."""
    found = called(text, names)
    if len(found) == 1:
        return found[0]
    listed = "、".join(f"{code} {names[code]}" for code in found or names)
    if found:
        raise WrongUsageError(
            f"{text} may be several figures: {listed}", f"“{text}”可以是几项指标：{listed}"
        )
    raise WrongUsageError(
        f"there is no figure {text}; one of {listed}", f"没有“{text}”这项指标；可用：{listed}"
    )


def nothing(english: str, chinese: str) -> NoReturn:
    """Says that there is nothing of what was asked, and ends with 1."""
    console(to_stderr=True).print(say(english, chinese))
    raise typer.Exit(1)


def not_yet(month: dt.date, as_of: dt.datetime | None, first: dt.datetime | None) -> None:
    """Says so, and ends with 1, where the month was not published at that time yet.

    `first` is when it was first published; None where it never was.
    """
    if as_of is not None and first is not None and as_of < first:
        said, then = clock_words(first), clock_words(as_of)
        nothing(
            f"{month:%Y-%m} was first published at {said}; at {then} there were no figures of it yet",
            f"{month:%Y-%m}首次发布于{said}，{then}还没有该月的数字",
        )
