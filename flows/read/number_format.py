"""What a spreadsheet's number format makes of a number: `0.00"亿元"` shows 12.5 as 12.50亿元.

A format rounds, groups and colours as well: none of that changes the figure, and is left out.
Formats that can do no more than that, most of all, are told apart first (`tells`).
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

from flows.read.format_codes import GROUPS, MINUS, Code, Layout, Section, parsed
from flows.read.grid import Shown

# Excel in Chinese does not write out the formats that it has by number.
BUILTIN = {
    5: '"￥"#,##0;"￥"\\-#,##0',
    6: '"￥"#,##0;[Red]"￥"\\-#,##0',
    7: '"￥"#,##0.00;"￥"\\-#,##0.00',
    8: '"￥"#,##0.00;[Red]"￥"\\-#,##0.00',
    9: "0%",
    10: "0.00%",
    37: "#,##0;\\-#,##0",
    38: "#,##0;[Red]\\-#,##0",
    39: "#,##0.00;\\-#,##0.00",
    40: "#,##0.00;[Red]\\-#,##0.00",
    41: '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "￥"* #,##0_ ;_ "￥"* \\-#,##0_ ;_ "￥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "￥"* #,##0.00_ ;_ "￥"* \\-#,##0.00_ ;_ "￥"* "-"??_ ;_ @_ ',
    46: "[h]:mm:ss",
}
"""The codes that go by number in a Chinese Excel, of those that can tell anything or name money."""

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_NUMBERS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_ZEROS = re.compile(r"[-−－–—/无零\s]*")
_BRACKETED = re.compile(
    r"(?P<before>[^\w(]*|[A-Z]*[$€£]|JP¥)[(（](?P<inner>[^()（）]*)[)）](?P<behind>.*)"
)
_AS_STORED = re.compile(r"(?:(?P<minus>[-−－–])|[+＋])?(?P<digits>[\d.]+)")
_DAY_0 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - days in a cell have no time zone
# As far as spreadsheet programs know dates.
_DAYS = 2_958_466
_PROBES = tuple(map(Decimal, ("0.5", "1", "-1", "0", "12345678", "-12345678")))


@lru_cache(maxsize=4096)
def tells(code: str) -> bool:
    """Whether the format can make another number or text of what is stored.

    False for the many that only round, group, colour, align, or show a date.
    """
    sections = parsed(code)
    limits = [one.condition[1] for one in sections.numbers if one.condition]
    around = [limit + step for limit in limits for step in (-1, 0, 1)]
    return _dressed_text(sections.texts, "文") is not None or any(
        _dressed(sections, value, _plain(value)) for value in (*_PROBES, *around)
    )


@lru_cache(maxsize=4096)
def shows_dates(code: str) -> bool:
    """Whether the format shows numbers as dates or times: to be asked where cells have no types."""
    return any(one.shows == "date" for one in parsed(code).numbers)


def dress(code: str, stored: str, is_text: bool | None = None) -> Shown | None:
    """What a cell with this format shows of `stored`, the grid's text of it.

    None where that is the stored number, or text. `is_text` tells a text from a number where it
    could be either; without, what looks like a number is one.
    """
    sections = parsed(code)
    if is_text or not _NUMBER.fullmatch(stored):
        return None if is_text is False else _dressed_text(sections.texts, stored)
    value = Decimal(stored)
    section = _chosen(sections.numbers, value)
    if section and section.shows == "date":
        return Shown(_moment(value), disagrees=True)
    return _dressed(sections, value, stored)


def _dressed(sections: Code, value: Decimal, stored: str) -> Shown | None:
    """What is shown of a number, but for dates: readers of typed cells have these as such."""
    section = _chosen(sections.numbers, value)
    if section is None or section.shows == "date":
        return None
    if section.only_adds_words and value > 0:
        return Shown(f"{section.layout.before}{stored}{section.layout.behind}".strip())
    if section.shows == "nothing":
        hides_zeros = not value and any(one.shows != "nothing" for one in sections.numbers)
        return None if hides_zeros else Shown("")
    text = _tidy(_section_text(section, value), value)
    means_minus = section.is_for_negatives and section.is_red
    if _is_stored(text, value) or (means_minus and _is_stored(text, -value)):
        return None
    # Programs differ in what they show of a number whose format is made for texts.
    return Shown(text, section.is_for_texts or _disagrees(text, value))


def _moment(days: Decimal) -> str:
    """The date that so many days are, with its time where it has one; ### where they are none."""
    if not 0 <= days < _DAYS:
        return "########"
    moment = _DAY_0 + dt.timedelta(days=float(days))
    is_day = moment.time() == dt.time()
    return moment.date().isoformat() if is_day else moment.isoformat(" ", "seconds")


def _plain(value: Decimal) -> str:
    """All digits of the number, and no zero too many."""
    return format(value.normalize(), "f") if value else "0"


def _chosen(sections: tuple[Section, ...], value: Decimal) -> Section | None:
    """The section that shows the number; None where none does, and it is shown as it is."""
    if len(sections) == 1 or any(one.condition for one in sections[:2]):
        for at, one in enumerate(sections):
            if one.takes(value) and _may_take(sections, at, value):
                return one
        return None
    if value < 0:
        return sections[1]
    return sections[2 if not value and len(sections) > 2 else 0]


def _may_take(sections: tuple[Section, ...], at: int, value: Decimal) -> bool:
    """Of three sections the second is for negative numbers where it has no condition."""
    return at != 1 or len(sections) < 3 or sections[1].condition is not None or value < 0


def _section_text(section: Section, value: Decimal) -> str:
    if section.shows == "elapsed":
        return _elapsed(section, value)
    number = _number(section.layout, abs(value))
    return f"-{number}" if value < 0 and not section.is_for_negatives else number


def _elapsed(section: Section, value: Decimal) -> str:
    """Hours and more of a number of days, 36:00 for 1.5."""
    left = round(abs(value) * 86400)
    parts = ["-"] if value < 0 else []
    for piece in section.pieces:
        if piece.kind in {"date", "elapsed"}:
            width = 1 if piece.kind == "elapsed" else len(piece.text)
            count, left = divmod(left, _SECONDS.get(piece.text[0].lower(), 1))
            parts.append(f"{count:0{width}}")
        else:
            parts.append(piece.text)
    return "".join(parts)


def _number(layout: Layout, value: Decimal) -> str:
    """The number, not negative, with what stands before, among and behind its digits."""
    if not layout.has_number:
        return layout.before
    moved = _plain(value.scaleb(layout.power) if layout.power else value)
    whole, point, decimals = moved.partition(".")
    whole = whole.zfill(layout.width)
    if layout.is_mixed:
        whole = "".join(_filled_in(layout, whole))
    return f"{layout.before}{whole}{point}{decimals}{layout.behind}"


def _filled_in(layout: Layout, digits: str) -> list[str]:
    """The digits before the point at their places, with the words among them."""
    places = sum(one.kind == "digit" for one in layout.whole)
    texts: list[str] = []
    for piece in reversed(layout.whole):
        if piece.kind == "digit":
            places -= 1
            texts.append(digits[-1:] if places else digits)
            digits = digits[:-1]
        elif piece.kind == "literal" and piece.text.strip() not in GROUPS:
            texts.append(piece.text)
    return texts[::-1]


def _tidy(text: str, value: Decimal) -> str:
    """The text as it is seen: one line, and a sign where one looks for it."""
    # What stands below the first line is cut off by the height of the row.
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if value < 0 and (found := _BRACKETED.fullmatch(line)):
        return f"-{found['before']}{found['inner']}{found['behind']}".strip()
    return line


def _is_stored(text: str, value: Decimal) -> bool:
    """Whether the text is the stored number, and no more."""
    flat = "".join(text.split())
    if not value and _ZEROS.fullmatch(flat):
        return True
    found = _AS_STORED.fullmatch(flat)
    if found is None or found["digits"] != _plain(abs(value)):
        return False
    return not value or bool(found["minus"]) == (value < 0)


def _disagrees(text: str, value: Decimal) -> bool:
    """Whether the number that the text shows is not the stored one, and no percent says so."""
    numbers = [Decimal(one) for one in _NUMBERS.findall(text)]
    percent = text.count("%")
    if not numbers:
        return False
    if numbers not in ([abs(value)], [abs(value).scaleb(2 * percent)]):
        return True
    return value < 0 and not MINUS.search(text)


def _dressed_text(section: Section | None, stored: str) -> Shown | None:
    if section is None:
        return None
    if section.shows == "nothing":
        return Shown("")
    text = "".join(stored if one.kind in {"slot", "at"} else one.text for one in section.pieces)
    return None if text.strip() == stored.strip() else Shown(text.strip())
