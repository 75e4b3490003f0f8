"""What a spreadsheet's number format makes of a number: `0.00"亿元"` shows 12.5 as 12.50亿元.

Codes are those of Excel, which WPS, LibreOffice and the formats of old share, in English or in
Chinese. A format rounds, groups and colours as well: none of that changes the figure, and is left
out. Formats that can do no more than that, most of all, are told apart first (`tells`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

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

_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)"?
    |[\\!](?P<escaped>.)
    |_(?P<blank>.?)
    |\*(?P<fill>.?)
    |\[(?P<bracket>[^\]]*)\]
    |(?P<general>G/通用格式|General|Standard|G/标准)
    |(?P<clock>AM/PM|A/P|上午/下午)
    |(?P<exponent>E[+-])
    |(?P<date>[ymdhsegab]+)
    |(?P<digit>[0\#?])
    |(?P<mark>[.,%/@;])
    |(?P<literal>.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_NUMBERS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+(?:E[+-]?\d+)?)", re.IGNORECASE)
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
_RED = re.compile(r"red|红色?|(?:colou?r|颜色)\s*3", re.IGNORECASE)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_SECONDS = {"h": 3600, "m": 60, "s": 1}
# A dollar that no letter tells from the American one.
_BARE_DOLLAR = re.compile(r"(?<![A-Z])\$")
_YUAN = re.compile("[¥￥]|人民币|RMB|CNY")
_DOLLARS = {0xC04: "HK$", 0x404: "NT$", 0x1004: "S$", 0x1009: "CA$", 0xC09: "A$", 0x1404: "MO$"}
_DOLLAR_LANDS = {"zh-HK": 0xC04, "zh-TW": 0x404, "zh-SG": 0x1004, "en-CA": 0x1009, "en-AU": 0xC09}
_JAPANESE = 0x411
# Between digits: parts them in groups, and says nothing.
_GROUPS = {"", ",", "，", "'", "’"}
# How a section for negative numbers says so: with a dash, or as accountants write it.
_MINUS = re.compile(r"[-−－–]|负数?|减少?|亏损?|下降|[△▽▼↓]")
_ZEROS = re.compile(r"[-−－–—/无零\s]*")
_BRACKETED = re.compile(
    r"(?P<before>[^\w(]*|[A-Z]*[$€£]|JP¥)[(（](?P<inner>[^()（）]*)[)）](?P<behind>.*)"
)
_AS_STORED = re.compile(r"(?:(?P<minus>[-−－–])|[+＋])?(?P<digits>[\d.]+)")
_PROBES = tuple(map(Decimal, ("0.5", "1", "-1", "0", "12345678", "-12345678")))


@dataclass(frozen=True)
class _Piece:
    """What one sign of the code stands for.

    `kind` is "digit", "slot" (the number as a whole), "at" (the text, or the number), "date",
    "elapsed" (of a length of time), "exponent", "mark" or "literal".
    """

    kind: str
    text: str


Pieces = tuple[_Piece, ...]
_POINT = _Piece("mark", ".")
_COMMA = _Piece("mark", ",")
_PERCENT = _Piece("mark", "%")
_FRACTION = _Piece("mark", "/")
_WHOLE = frozenset({"slot", "at"})


@dataclass(frozen=True)
class _Section:
    """The part of a code for some of the numbers."""

    pieces: Pieces
    condition: tuple[str, Decimal] | None = None
    is_red: bool = False

    def has(self, *kinds: str) -> bool:
        """Whether a piece of one of these kinds is in it."""
        return any(one.kind in kinds for one in self.pieces)

    def is_empty(self) -> bool:
        """Whether it shows nothing at all."""
        return all(one.kind == "literal" and not one.text.strip() for one in self.pieces)

    def takes(self, value: Decimal) -> bool:
        """Whether its own condition holds for the number; true where it has none."""
        if self.condition is None:
            return True
        compare, limit = self.condition
        return _COMPARE[compare](value, limit)


@dataclass(frozen=True)
class _Code:
    """A format taken apart: up to three sections for numbers, and the one for texts."""

    numbers: tuple[_Section, ...]
    texts: _Section | None


@lru_cache(maxsize=4096)
def tells(code: str) -> bool:
    """Whether the format can make another number or text of what is stored.

    False for the many that only round, group, colour, align, or show a date.
    """
    parsed = _parsed(code)
    limits = [one.condition[1] for one in parsed.numbers if one.condition]
    around = [limit + step for limit in limits for step in (-1, 0, 1)]
    return dress(code, "文", is_text=True) is not None or any(
        dress(code, _plain(value), is_text=False) for value in (*_PROBES, *around)
    )


def dress(code: str, stored: str, is_text: bool | None = None) -> Shown | None:
    """What a cell with this format shows of `stored`, the grid's text of it.

    None where that is the stored number, or text. `is_text` tells a text from a number where it
    could be either; without, what looks like a number is one.
    """
    parsed = _parsed(code)
    if is_text or not _NUMBER.fullmatch(stored):
        return None if is_text is False else _dressed_text(parsed.texts, stored)
    value = Decimal(stored)
    at = _chosen(parsed.numbers, value)
    if at is None:
        return None
    section = parsed.numbers[at]
    if section.is_empty():
        hides_zeros = not value and not all(one.is_empty() for one in parsed.numbers)
        return None if hides_zeros else Shown("")
    if section.has("date") and not section.has("elapsed"):
        return None
    own = _is_for_negatives(parsed.numbers, at)
    text = _tidy(_section_text(section, value, own), value)
    if _is_stored(text, value) or (own and section.is_red and _is_stored(text, -value)):
        return None
    # Programs differ in what they show of a number whose format is made for texts.
    return Shown(text, section.has("at") or _disagrees(text, value))


def _plain(value: Decimal) -> str:
    """All digits of the number, and no zero too many."""
    return format(value.normalize(), "f") if value else "0"


@lru_cache(maxsize=4096)
def _parsed(code: str) -> _Code:
    sections = [_section(part) for part in _split(code)][:4]
    # A last section with @ is the one for texts, wherever it stands.
    has_texts = len(sections) == 4 or (sections[-1].has("at") and len(sections) > 1)
    texts = sections.pop() if has_texts else None
    if texts is None and sections[0].has("at"):
        texts = sections[0]
    return _Code(tuple(sections), texts)


def _split(code: str) -> list[list[re.Match[str]]]:
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token["mark"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _section(tokens: list[re.Match[str]]) -> _Section:
    pieces: list[_Piece] = []
    condition, is_red = None, False
    for token in tokens:
        if token["bracket"] is None:
            pieces.append(_piece(token))
            continue
        inside = token["bracket"].strip()
        if found := _CONDITION.fullmatch(inside):
            condition = found[1], _decimal(found[2])
        elif _RED.fullmatch(inside):
            is_red = True
        elif _ELAPSED.fullmatch(inside):
            pieces.append(_Piece("elapsed", inside[0].lower()))
        elif inside.startswith("$"):
            pieces.append(_Piece("literal", _currency(inside[1:])))
    return _Section(_arranged(pieces), condition, is_red)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _piece(token: re.Match[str]) -> _Piece:
    kind = str(token.lastgroup)
    text = token[kind]
    if text == "@":
        return _Piece("at", text)
    if kind in {"quoted", "escaped", "literal"}:
        return _Piece("literal", _money(text))
    if kind == "fill":
        # Filled up with dashes or digits, a number looks like another one.
        return _Piece("literal", text * 2 if text.isdigit() or _MINUS.fullmatch(text) else "")
    if kind == "blank":
        return _Piece("literal", "")
    return _Piece("slot", "") if kind == "general" else _Piece(kind, text)


def _money(words: str) -> str:
    """The words of a format; a sign of 人民币 says nothing that the column does not."""
    return _BARE_DOLLAR.sub("US$", _YUAN.sub("", words))


def _currency(inside: str) -> str:
    """The currency that [$symbol-language] names, so that it can be told from others."""
    symbol, _, language = inside.partition("-")
    land = _DOLLAR_LANDS.get(language) or (_JAPANESE if language.startswith("ja") else 0)
    if re.fullmatch("[0-9A-Fa-f]+", language):
        land = int(language, 16) & 0xFFFF
    if land == _JAPANESE and symbol in {"¥", "￥", "\\"}:
        return "JP¥"
    return _DOLLARS.get(land, "US$") if symbol == "$" else _money(symbol)


def _arranged(pieces: list[_Piece]) -> Pieces:
    """The pieces, with one slot for a number whose digits are not shown one by one."""
    digits = _digits(pieces)
    if not digits or any(one.kind == "elapsed" for one in pieces):
        return tuple(pieces)
    inner = pieces[digits[0] : digits[-1]]
    if _FRACTION in inner or any(one.kind == "exponent" for one in inner):
        pieces = [*pieces[: digits[0]], _Piece("slot", ""), *pieces[digits[-1] + 1 :]]
    # Letters beside digits are a word that nobody quoted, but for the parts of a second.
    if all(one.kind != "date" or "s" not in one.text.lower() for one in pieces[: digits[0]]):
        pieces = [_Piece("literal", p.text) if p.kind == "date" else p for p in pieces]
    return tuple(pieces)


def _chosen(sections: tuple[_Section, ...], value: Decimal) -> int | None:
    """Which section shows the number; None where none does, and it is shown as it is."""
    if len(sections) == 1 or any(one.condition for one in sections[:2]):
        return next(
            (
                at
                for at, one in enumerate(sections)
                if one.takes(value) and _may(sections, at, value)
            ),
            None,
        )
    if value < 0:
        return 1
    return 2 if not value and len(sections) > 2 else 0


def _may(sections: tuple[_Section, ...], at: int, value: Decimal) -> bool:
    """Of three sections with one condition, the second is for negative numbers where it has none."""
    return at != 1 or len(sections) < 3 or sections[1].condition is not None or value < 0


def _is_for_negatives(sections: tuple[_Section, ...], at: int) -> bool:
    """Whether only negative numbers come to this section: then it shows no minus of itself."""
    if condition := sections[at].condition:
        compare, limit = condition
        return (compare == "<" and limit <= 0) or (compare == "<=" and limit < 0)
    if at != 1:
        return False
    first = sections[0].condition
    return first is None or len(sections) > 2 or first in {(">=", Decimal(0)), (">", Decimal(0))}


def _section_text(section: _Section, value: Decimal, is_for_negatives: bool) -> str:
    if section.has("elapsed"):
        return _elapsed(section, value)
    parts = "".join(_parts(section, abs(value), is_for_negatives))
    return f"-{parts}" if value < 0 and not is_for_negatives else parts


def _elapsed(section: _Section, value: Decimal) -> str:
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


def _parts(section: _Section, value: Decimal, is_for_negatives: bool) -> Iterator[str]:
    """The number, not negative, with what stands before, among and behind its digits."""
    pieces, places = _pointed(section.pieces)
    before, number, behind = _cut(pieces)
    point = number.index(_POINT) if _POINT in number else len(number)
    whole, rest = number[:point], number[point + 1 :]
    thousands = _commas_at_end(whole) + _commas_at_end(rest)
    digits, _, decimals = _plain(
        value.scaleb(2 * pieces.count(_PERCENT) - 3 * thousands - places)
    ).partition(".")
    yield _words(before, is_for_negatives)
    if number:
        yield "".join(_filled_in(whole, digits))
        yield f".{decimals}" if decimals else ""
        yield "".join(one.text for one in rest if one.kind == "literal")
    yield _words(behind, is_for_negatives)


def _pointed(pieces: Pieces) -> tuple[Pieces, int]:
    """The pieces, with a point that is but a word among the digits (0!.0,) made a point.

    Also how many places that moves the number to the right of it.
    """
    digits = _digits(pieces)
    if not digits or _POINT in pieces:
        return pieces, 0
    for at in range(digits[-1], digits[0], -1):
        if pieces[at].kind == "literal" and pieces[at].text.strip() in {".", "．"}:
            return (*pieces[:at], _POINT, *pieces[at + 1 :]), sum(one > at for one in digits)
    return pieces, 0


def _cut(pieces: Pieces) -> tuple[Pieces, Pieces, Pieces]:
    """What stands before the number, the number with commas at its end, and what stands behind."""
    digits = _digits(pieces) or [at for at, one in enumerate(pieces) if one.kind in _WHOLE]
    if not digits:
        return pieces, (), ()
    first, last = digits[0], digits[-1] + 1
    if _POINT in pieces:
        first = min(first, pieces.index(_POINT))
        last = max(last, pieces.index(_POINT) + 1)
    while pieces[last : last + 1] == (_COMMA,):
        last += 1
    return pieces[:first], pieces[first:last], pieces[last:]


def _digits(pieces: Sequence[_Piece]) -> list[int]:
    return [at for at, one in enumerate(pieces) if one.kind == "digit"]


def _commas_at_end(pieces: Pieces) -> int:
    """How many thousands the number is divided by."""
    return next((n for n, one in enumerate(reversed(pieces)) if one != _COMMA), 0)


def _filled_in(whole: Pieces, digits: str) -> list[str]:
    """The digits before the point at their places, filled up with zeros, words among them."""
    places = [one.text for one in whole if one.kind == "digit"]
    if not places:
        return [digits]
    left = digits.zfill(len(places) - places.index("0") if "0" in places else 0)
    texts: list[str] = []
    for piece in reversed(whole):
        if piece.kind == "digit":
            places.pop()
            texts.append(left[-1:] if places else left)
            left = left[:-1]
        elif piece.kind == "literal" and piece.text.strip() not in _GROUPS:
            texts.append(piece.text)
    return texts[::-1]


def _words(pieces: Pieces, is_for_negatives: bool) -> str:
    texts = (one.text for one in pieces if one.kind in {"literal", "mark"})
    if is_for_negatives:
        texts = ("-" if _MINUS.fullmatch(text.strip()) else text for text in texts)
    return "".join(texts)


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
    return value < 0 and not _MINUS.search(text)


def _dressed_text(section: _Section | None, stored: str) -> Shown | None:
    if section is None:
        return None
    if section.is_empty():
        return Shown("")
    text = "".join(stored if one.kind in _WHOLE else one.text for one in section.pieces)
    return None if text.strip() == stored.strip() else Shown(text.strip())
