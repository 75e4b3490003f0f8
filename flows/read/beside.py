"""A number that is stored beside the text that a cell shows, as pages have it: what is the figure?

Where a page names the number format as well, that is asked first (`flows.read.number_format`), by
its code or by one of the names that pages and XML spreadsheets have for codes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from flows.read.grid import Shown
from flows.read.number_format import dress, shows_dates, tells

_NAMED = {
    "General Number": "General",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Currency": '"¥"#,##0.00',
    "Euro Currency": "[$€-2] #,##0.00",
    "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"True";"True";"False"',
    "On/Off": '"On";"On";"Off"',
    "General Date": "yyyy/m/d h:mm",
    "Long Date": "yyyy/m/d",
    "Medium Date": "d-mmm-yy",
    "Short Date": "yyyy/m/d",
    "Long Time": "h:mm:ss",
    "Medium Time": "h:mm",
    "Short Time": "h:mm",
}
_NUMBER = re.compile(r"(?:\d[\d,，]*(?:\.\d+)?|(?<![A-Za-z.])\.\d+)(?:E[+-]?\d+)?")
# How accountants write a zero.
_ZERO = re.compile(r"[-−–—/]")
_GROUPING = str.maketrans("", "", ",，")
_NEGATIVE = re.compile(r"[-−－–(（]\s*[^\d\s]{0,4}\s*$")
# A sign of 人民币 says nothing that the column does not.
_SIGNS = re.compile(r"[-+−－–()（）\s¥￥]")
_MOST_PLACES = 12


@lru_cache(maxsize=1024)
def code_of(name: str | None) -> str | None:
    """The code of a format that may be called by its name; None where it can tell nothing."""
    code = _NAMED.get(name, name) if name else None
    return code if code and (tells(code) or shows_dates(code)) else None


def shown(code: str | None, stored: str, text: str) -> Shown | None:
    """What the cell shows where it is something else than the number `stored`, else None.

    `code` is its number format, None where it tells nothing; `text` is what the page has in the cell.
    """
    if code:
        return dress(code, stored, is_text=False)
    return compared(stored, text)


def is_one_number(text: str) -> bool:
    """Whether the text holds one number, as no date does."""
    return len(_NUMBER.findall(text)) == 1


def compared(stored: str, text: str) -> Shown | None:
    """The same by the text alone, whose digits may be rounded and grouped."""
    text = text.replace("\xa0", " ").strip()
    found = [*_NUMBER.finditer(text)]
    if not text or text == stored or (_ZERO.fullmatch(text) and not Decimal(stored)):
        return None
    if len(found) != 1:
        return Shown(text)
    before, behind = text[: found[0].start()], text[found[0].end() :]
    digits = found[0][0].translate(_GROUPING)
    places = len(digits.partition(".")[2])
    value = abs(Decimal(stored))
    if behind.lstrip().startswith("%"):
        value *= 100
    moved = _moved(value, Decimal(digits), places)
    if moved is None:
        return Shown(text, disagrees=True)
    is_negative = _NEGATIVE.search(before) is not None
    words = _SIGNS.sub("", before), _SIGNS.sub("", behind)
    is_padded = digits[0] == "0" and digits[1:2].isdigit()
    is_same = moved == value and is_negative == (Decimal(stored) < 0)
    if is_same and not any(words) and not is_padded:
        return None
    number = digits if is_padded else format(moved.normalize(), "f")
    lost_its_sign = Decimal(stored) < 0 and not is_negative
    return Shown(
        f"{'-' * is_negative}{words[0]}{number}{words[1]}", moved != value or lost_its_sign
    )


def _moved(value: Decimal, digits: Decimal, places: int) -> Decimal | None:
    """The stored number with its point where the digits have it; None where it is another number."""
    half = Decimal(5).scaleb(-places - 1)
    scales = range(_MOST_PLACES + 1) if digits else (0,)
    moved = (value.scaleb(-scale) for scale in scales)
    return next((one for one in moved if abs(one - digits) <= half), None)
