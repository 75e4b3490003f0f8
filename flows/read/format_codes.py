"""The codes of number formats, taken apart: sections, and how each lays out a number.

Codes are those of Excel, which WPS, LibreOffice and the formats of old share, in English or in
Chinese. What a section shows of a number is for `number_format`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

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
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+(?:E[+-]?\d+)?)", re.IGNORECASE)
# Numbers of spreadsheets reach as far, either way.
_MOST_POWER = 308
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
# Words that are no sign, no number and no end of a line.
_WORDS = re.compile(r"[^\d%()（）\n]*[^\W\d][^\d%()（）\n]*")
# A dollar that no letter tells from the American one.
_BARE_DOLLAR = re.compile(r"(?<![A-Z])\$")
_YUAN = re.compile("[¥￥]|人民币|RMB|CNY")
_DOLLARS = {0xC04: "HK$", 0x404: "NT$", 0x1004: "S$", 0x1009: "CA$", 0xC09: "A$", 0x1404: "MO$"}
_DOLLAR_LANDS = {"zh-HK": 0xC04, "zh-TW": 0x404, "zh-SG": 0x1004, "en-CA": 0x1009, "en-AU": 0xC09}
_JAPANESE = 0x411
# Between digits: parts them in groups, and says nothing.
GROUPS = frozenset({"", ",", "，", "'", "’"})
# How a section for negative numbers says so: with a dash, or as accountants write it.
MINUS = re.compile(r"[-−－–]|负数?|减少?|亏损?|下降|[△▽▼↓]")


@dataclass(frozen=True)
class Piece:
    """What one sign of the code stands for.

    `kind` is "digit", "slot" (the number as a whole), "at" (the text, or the number), "date",
    "elapsed" (of a length of time), "exponent", "mark" or "literal".
    """

    kind: str
    text: str


Pieces = tuple[Piece, ...]
_POINT = Piece("mark", ".")
_COMMA = Piece("mark", ",")
_PERCENT = Piece("mark", "%")
_FRACTION = Piece("mark", "/")
_WHOLE = frozenset({"slot", "at"})


@dataclass(frozen=True)
class Layout:
    """How a section writes a number: `before` and `behind` are its words.

    `whole` are the places before the point, with words among them where `is_mixed`, and filled up
    with zeros to `width`. The number is moved by `power` places first; without `has_number` there
    are words only.
    """

    before: str
    whole: Pieces
    behind: str
    power: int
    width: int
    is_mixed: bool
    has_number: bool

    def only_adds_words(self) -> bool:
        """Whether a number without a minus stays as it is, with words around it: most that tell."""
        words = self.before + self.behind
        is_as_it_is = self.has_number and not (self.power or self.is_mixed or self.width > 1)
        return is_as_it_is and _WORDS.fullmatch(words) is not None


@dataclass(frozen=True)
class Section:
    """The part of a code for some of the numbers.

    `shows` is what kind of thing: "nothing", "date", "elapsed" (a length of time), or "number".
    Negative numbers lose their minus in the section that `is_for_negatives`.
    """

    pieces: Pieces
    condition: tuple[str, Decimal] | None
    is_red: bool
    is_for_negatives: bool
    is_for_texts: bool
    shows: str
    layout: Layout
    only_adds_words: bool

    def takes(self, value: Decimal) -> bool:
        """Whether its own condition holds for the number; true where it has none."""
        if self.condition is None:
            return True
        compare, limit = self.condition
        return _COMPARE[compare](value, limit)


@dataclass(frozen=True)
class Code:
    """A format taken apart: up to three sections for numbers, and the one for texts."""

    numbers: tuple[Section, ...]
    texts: Section | None


@lru_cache(maxsize=4096)
def parsed(code: str) -> Code:
    """The code, understood as far as it goes: nothing is refused."""
    sections = [_section(part, at) for at, part in enumerate(_split(code)[:4])]
    # A last section with @ is the one for texts, wherever it stands.
    has_texts = len(sections) == 4 or (sections[-1].is_for_texts and len(sections) > 1)
    texts = sections.pop() if has_texts else None
    if texts is None and sections[0].is_for_texts:
        texts = sections[0]
    return Code(tuple(sections), texts)


def _split(code: str) -> list[list[re.Match[str]]]:
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(code):
        if token["mark"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _section(tokens: list[re.Match[str]], at: int) -> Section:
    pieces: list[Piece] = []
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
            pieces.append(Piece("elapsed", inside[0].lower()))
        elif inside.startswith("$"):
            pieces.append(Piece("literal", _currency(inside[1:])))
    arranged = _arranged(pieces)
    is_for_texts = any(one.kind == "at" for one in arranged)
    is_for_negatives = _is_for_negatives(condition, at)
    layout = _layout(arranged, is_for_negatives)
    return Section(
        arranged,
        condition,
        is_red,
        is_for_negatives,
        is_for_texts,
        _what(arranged),
        layout,
        not is_for_texts and layout.only_adds_words(),
    )


def _is_for_negatives(condition: tuple[str, Decimal] | None, at: int) -> bool:
    if condition is None:
        return at == 1
    compare, limit = condition
    return (compare == "<" and limit <= 0) or (compare == "<=" and limit < 0)


def _what(pieces: Pieces) -> str:
    kinds = {one.kind for one in pieces if one.kind != "literal" or one.text.strip()}
    if not kinds:
        return "nothing"
    return "elapsed" if "elapsed" in kinds else "date" if "date" in kinds else "number"


def _layout(pieces: Pieces, is_for_negatives: bool) -> Layout:
    pieces, moved = _pointed(pieces)
    before, number, behind = _cut(pieces)
    point = number.index(_POINT) if _POINT in number else len(number)
    whole, decimals = number[:point], number[point + 1 :]
    thousands = _commas_at_end(whole) + _commas_at_end(decimals)
    places = [one.text for one in whole if one.kind == "digit"]
    return Layout(
        before=_words(before, is_for_negatives),
        whole=whole,
        behind="".join(one.text for one in decimals if one.kind == "literal")
        + _words(behind, is_for_negatives),
        power=2 * pieces.count(_PERCENT) - 3 * thousands - moved,
        width=len(places) - places.index("0") if "0" in places else 0,
        is_mixed=any(one.kind == "literal" and one.text for one in whole),
        has_number=bool(number),
    )


def _decimal(text: str) -> Decimal:
    """The limit of a condition; one beyond all numbers of a spreadsheet is as good as the last."""
    try:
        limit = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    if not limit or limit.adjusted() < -_MOST_POWER:
        return Decimal(0)
    most = Decimal(10) ** _MOST_POWER
    return limit if limit.adjusted() < _MOST_POWER else most.copy_sign(limit)


def _piece(token: re.Match[str]) -> Piece:
    kind = str(token.lastgroup)
    text = token[kind]
    if text == "@":
        return Piece("at", text)
    if kind in {"quoted", "escaped", "literal"}:
        return Piece("literal", _money(text))
    if kind == "fill":
        # Filled up with dashes or digits, a number looks like another one.
        return Piece("literal", text * 2 if text.isdigit() or MINUS.fullmatch(text) else "")
    if kind == "blank":
        return Piece("literal", "")
    return Piece("slot", "") if kind == "general" else Piece(kind, text)


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


def _arranged(pieces: list[Piece]) -> Pieces:
    """The pieces, with one slot for a number whose digits are not shown one by one."""
    digits = _digits(pieces)
    if not digits or any(one.kind == "elapsed" for one in pieces):
        return tuple(pieces)
    inner = pieces[digits[0] : digits[-1]]
    if _FRACTION in inner or any(one.kind == "exponent" for one in inner):
        pieces = [*pieces[: digits[0]], Piece("slot", ""), *pieces[digits[-1] + 1 :]]
    # Letters beside digits are a word that nobody quoted, but for the parts of a second.
    if all(one.kind != "date" or "s" not in one.text.lower() for one in pieces[: digits[0]]):
        pieces = [Piece("literal", p.text) if p.kind == "date" else p for p in pieces]
    return tuple(pieces)


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


def _digits(pieces: Sequence[Piece]) -> list[int]:
    return [at for at, one in enumerate(pieces) if one.kind == "digit"]


def _commas_at_end(pieces: Pieces) -> int:
    """How many thousands the number is divided by."""
    return next((n for n, one in enumerate(reversed(pieces)) if one != _COMMA), 0)


def _words(pieces: Pieces, is_for_negatives: bool) -> str:
    texts = (one.text for one in pieces if one.kind in {"literal", "mark"})
    if is_for_negatives:
        texts = ("-" if MINUS.fullmatch(text.strip()) else text for text in texts)
    return "".join(texts)
