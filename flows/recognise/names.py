"""What the names of sheet, file and folder tell: which department is meant, which year, which month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from pathlib import PurePosixPath

import schemas
from flows.ground.zone import Zone
from flows.values.dates import month_inside
from flows.values.text import folded

# After what a department's name begins, and what behind it makes it part of another body's.
_BEFORE_NAME = re.compile(r"(?:(?:^|[^一-龥])区?|开发区|经开区|[年月日度份期表账单册])$")
_BEHIND_NAME = re.compile(
    r"[一-龥]{0,4}?(?:局|科(?!技)|股(?!份)|室|中心|[分支大]队|委(?!托)|站|公司|集团|工作组|专班)"
    r"|(?:印|编|监|统一)?制(?!定)|[印下转]发|[移转]交|代[报填]"
)
# A year in a name, alone or with its month; the day of a full date is that of filing.
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d|[-./年]\d{1,2}[-./月]\d)|(?<!\d)(20\d{2})\d{2}(?!\d)")
FOLDER, FILE, SHEET = "文件夹", "文件名", "工作表名"
# What calls itself a part of one return, folded: 第二部分, 共3份之2, 之一, part 2, 上册, 续表.
_N = "([一二三四五六七八九十0-9]{1,2})"
_BEHIND_TITLE = "(?:(?<![一-龥])|(?<=[表单册账细况据目报]))"
_PARTS = tuple(
    re.compile(shape)
    for shape in (
        rf"第{_N}(?:/\d+)?(?:个?部分|分?[册卷]|分表|篇|份[,(]*共)",
        rf"共[一二三四五六七八九十0-9]{{1,2}}(?:个?部分|[份册卷])[,之的第]*{_N}",
        rf"{_BEHIND_TITLE}之{_N}(?![一-龥0-9])",
        r"(?<![a-z])(?:part|pt)[-_.#]?([0-9]{1,2})(?![0-9])",
        r"([上中下])(?:半?部分?|[册卷篇])(?![一-龥])",
        r"(?<=[-_(])([上中下])(?=\)|$)",
        rf"(?<![手连继延后])(续)[表页]{_N}?",
        rf"{_BEHIND_TITLE}(续){_N}?(?![一-龥])",
    )
)
_DIGITS = {digit: str(number) for number, digit in enumerate("一二三四五六七八九十", start=1)}


def names_of(sheet: str, path: str) -> list[tuple[str, str]]:
    """What names a table, nearest first: (what it is, its text)."""
    place = PurePosixPath(path)
    return [(SHEET, sheet), (FILE, place.stem), *_folders(place)]


def _folders(place: PurePosixPath) -> list[tuple[str, str]]:
    return [(FOLDER, part) for part in reversed(place.parent.parts)]


def owner_by_folder(path: str, zone: Zone) -> tuple[dt.date | None, str | None]:
    """The month and the department whose folder a file lies in; None for what no folder says."""
    folders = [text for _, text in _folders(PurePosixPath(path))]
    year = year_named([], folders)
    months = (month_inside(text, year=year) for text in folders)
    departments = (department_inside(text, zone) for text in folders)
    return next(filter(None, months), None), next(filter(None, departments), None)


def owner_named(path: str, zone: Zone) -> tuple[str | None, dt.date | None]:
    """The department and the month that the names of a file and its folders tell, the nearest."""
    names = [text for _, text in names_of("", path)]
    year = year_named([], names)
    departments = (department_inside(text, zone) for text in names)
    months = (month_inside(text, year=year) for text in names)
    return next(filter(None, departments), None), next(filter(None, months), None)


def department_inside(text: str, zone: Zone) -> str | None:
    """The one department of the roster that a name mentions by name or alias, else None.

    Other bodies have names that begin or end as one on the roster does.
    """
    flat = folded(text)
    mentioned = {known: name for known, name in zone.roster.items() if known in flat}
    # 甲局 is not meant where 区甲局 stands: a name inside a longer one does not count.
    names = {
        name
        for known, name in mentioned.items()
        if not any(known != other and known in other for other in mentioned)
    }
    whole = (folded(zone.zone.name), *_stems())
    for known in mentioned if len(names) == 1 else ():
        for place in re.finditer(re.escape(known), flat):
            before, behind = flat[: place.start()], flat[place.end() :]
            is_own = before.endswith(whole) or _BEFORE_NAME.search(before)
            if mentioned[known] in names and is_own and not _BEHIND_NAME.match(behind):
                return mentioned[known]
    return None


@cache
def _stems() -> tuple[str, ...]:
    """What the returns are about, as it stands in names of files: 签约项目, 客商接待."""
    titles = (model.form().title for model in schemas.all_returns())
    return tuple(
        re.sub("(?:月报表|明细表|分解表|任务清单|台账|清单|名册|单)$", "", title)
        for title in titles
    )


def department_titled(title: str, zone: Zone) -> str | None:
    """The department that a title names; beside a colon it may be anybody: 制定机关：甲局."""
    label, _, rest = folded(title).rpartition(":")
    is_other = label and (not rest or zone.department_of(rest))
    return None if is_other else department_inside(title, zone)


def year_named(titles: Sequence[str], names: Sequence[str]) -> int | None:
    """The year that completes a month: the title's and the nearest name's; None if they differ."""
    nearest = (next(filter(None, map(_years, texts)), set()) for texts in (titles, names))
    years = set().union(*nearest)
    return years.pop() if len(years) == 1 else None


def _years(text: str) -> set[int]:
    return {int(alone or joined) for alone, joined in _YEAR.findall(text)}


@lru_cache(maxsize=10_000)
def part_named(text: str) -> str | None:
    """Which part of one return a title or name calls itself: 1, 2, 上, 续, 续2; None for none.

    第二部分, 之二 and part 2 are the same; 续建项目 and 手续 are no part.
    """
    flat = folded(text).lower()
    for shape in _PARTS:
        if match := shape.search(flat):
            said = "".join(filter(None, match.groups()))
            return "".join(_DIGITS.get(letter, letter) for letter in said)
    return None


def are_all_parts(parts: Collection[str]) -> bool:
    """Whether several parts are a whole return: they run from 1 on, or from 上 to 下."""
    numbers = {str(number) for number in range(1, len(parts) + 1)}
    return len(parts) > 1 and set(parts) in (numbers, {"上", "下"}, {"上", "中", "下"})
