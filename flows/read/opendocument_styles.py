"""The styles of an .ods that change what a cell says: number formats, what is struck out or raised.

A number style is put into the code that other formats have for it (`0.00"亿元"`), so that one place
interprets them all. Styles stand in content.xml (of single cells) and in styles.xml (by name).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree

from flows.read.number_format import tells
from flows.read.runs import Run

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_DATA_STYLES = {
    f"{_NUMBER}{kind}-style" for kind in ("number", "currency", "percentage", "text", "boolean")
}
_MOST_SECTIONS = 3
_MOST_PARENTS = 10
_MOST_DIGITS = 30


class TextLook(NamedTuple):
    """How a part of a text looks; `is_struck` is None where that is left to what it is part of."""

    is_struck: bool | None = None
    is_raised: bool = False
    is_lowered: bool = False
    is_hidden: bool = False

    def within(self, outer: TextLook) -> TextLook:
        """The same within something that looks so."""
        return TextLook(
            outer.is_struck if self.is_struck is None else self.is_struck,
            self.is_raised or outer.is_raised,
            self.is_lowered or outer.is_lowered,
            self.is_hidden or outer.is_hidden,
        )

    def run(self, text: str) -> Run:
        """A run of a cell's text that looks so."""
        return Run(text, bool(self.is_struck), *self[1:])


@dataclass(frozen=True)
class CellLook:
    """How a cell looks: its number format where that tells anything, and whether it is struck out."""

    code: str | None = None
    is_struck: bool = False


PLAIN = CellLook()
PLAIN_TEXT = TextLook()


@dataclass
class Styles:
    """The styles of a spreadsheet that tell anything, by name; mostly there are none."""

    cells: dict[str, CellLook] = field(default_factory=dict)
    texts: dict[str, TextLook] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Iterable[Any]) -> Styles:
        """The styles in these elements; of two with one name the first counts."""
        declared: dict[str, dict[str, Any]] = {"table-cell": {}, "text": {}, "paragraph": {}}
        numbers: dict[str, Any] = {}
        for part in parts:
            for element in part.iter(f"{_STYLE}style", *_DATA_STYLES):
                if element.tag in _DATA_STYLES:
                    numbers.setdefault(element.get(f"{_STYLE}name", ""), element)
                elif (family := element.get(f"{_STYLE}family")) in declared:
                    declared[family].setdefault(element.get(f"{_STYLE}name", ""), element)
        cells = {
            name: _cell_look(name, declared["table-cell"], numbers)
            for name in declared["table-cell"]
        }
        texts = {
            name: _text_look(name, declared[family])
            for family in ("paragraph", "text")
            for name in declared[family]
        }
        return cls(
            {name: look for name, look in cells.items() if look != PLAIN},
            {name: look for name, look in texts.items() if look != PLAIN_TEXT},
        )


def _chain(name: str | None, declared: Mapping[str, Any]) -> Iterator[Any]:
    """The style and those that it comes from, the nearest first."""
    for _ in range(_MOST_PARENTS):
        element = declared.get(name or "")
        if element is None:
            return
        yield element
        name = element.get(f"{_STYLE}parent-style-name")


def _stated(chain: Iterable[Any], attribute: str) -> str | None:
    """What the nearest style that says so states of its text."""
    for element in chain:
        for properties in element.iterchildren(f"{_STYLE}text-properties"):
            if (value := properties.get(attribute)) is not None:
                return str(value)
    return None


def _is_struck(chain: list[Any]) -> bool | None:
    """Whether a style strikes out, None where it does not say. LibreOffice writes the style of the line or its type; either of them takes the line away."""
    found = [_stated(chain, f"{_STYLE}text-line-through-{name}") for name in ("style", "type")]
    return "none" not in found if any(found) else None


def _text_look(name: str, declared: Mapping[str, Any]) -> TextLook:
    chain = [*_chain(name, declared)]
    place = (_stated(chain, f"{_STYLE}text-position") or "0%").split()[0]
    return TextLook(
        _is_struck(chain),
        place == "super" or (place[:1].isdigit() and place.strip("0.%") != ""),
        place == "sub" or place.startswith("-"),
        _stated(chain, f"{_TEXT}display") == "none",
    )


def _cell_look(name: str, declared: Mapping[str, Any], numbers: Mapping[str, Any]) -> CellLook:
    chain = [*_chain(name, declared)]
    named = (one.get(f"{_STYLE}data-style-name") for one in chain)
    data = numbers.get(next(filter(None, named), ""))
    code = format_code(data, numbers) if data is not None else ""
    return CellLook(code if code and tells(code) else None, bool(_is_struck(chain)))


def format_code(style: Any, numbers: Mapping[str, Any]) -> str:
    """The number style as a code of sections: those that its conditions ask for, then its own."""
    sections = []
    for condition in style.iterchildren(f"{_STYLE}map"):
        asked = condition.get(f"{_STYLE}condition", "").replace(" ", "")
        other = numbers.get(condition.get(f"{_STYLE}apply-style-name", ""))
        if asked.startswith("value()") and other is not None:
            comparison = asked.removeprefix("value()").replace("!=", "<>")
            sections.append(f"[{comparison}]{_section(other)}")
    return ";".join([*sections[:_MOST_SECTIONS], _section(style)])


def _section(style: Any) -> str:
    return "".join(_piece(part) for part in style) or '""'


def _piece(part: Any) -> str:
    make = _PIECES.get(etree.QName(part).localname)
    return make(part) if make else ""


def _words(part: Any) -> str:
    # A percent sign that is quoted moves no number.
    if part.getparent().tag == f"{_NUMBER}percentage-style":
        return "%".join(map(_quoted, (part.text or "").split("%")))
    return _quoted(part.text or "")


def _quoted(text: str) -> str:
    inside = text.replace('"', '"\\""')
    return f'"{inside}"' if text else ""


def _currency(part: Any) -> str:
    land = [part.get(f"{_NUMBER}{name}") for name in ("language", "country")]
    return f"[${'-'.join([part.text or '', *filter(None, land)])}]"


def _digits(number: Any) -> str:
    """Digits with groups, decimals, words among them, and a comma for every thousand left out."""
    least = min(int(number.get(f"{_NUMBER}min-integer-digits", 0)), _MOST_DIGITS)
    places = min(int(number.get(f"{_NUMBER}decimal-places", 0)), _MOST_DIGITS)
    words = {
        int(part.get(f"{_NUMBER}position", 0)): part.text or ""
        for part in number.iterchildren(f"{_NUMBER}embedded-text")
    }
    width = max(least, 4 * (number.get(f"{_NUMBER}grouping") == "true"), *words, 1)
    digits = ""
    for position in range(width):
        digits = _quoted(words.get(position, "")) + digits
        digits = ("0" if position < least else "#") + digits
        if position == 2 and number.get(f"{_NUMBER}grouping") == "true":
            digits = f",{digits}"
    decimals = f".{'0' * places}" if places else ""
    factor = float(number.get(f"{_NUMBER}display-factor", 1))
    thousands = 0
    while factor >= 1000:
        factor /= 1000
        thousands += 1
    return digits + decimals + "," * thousands


_PIECES: dict[str, Callable[[Any], str]] = {
    "text": _words,
    "number": _digits,
    "currency-symbol": _currency,
    "scientific-number": lambda _: "0.00E+00",
    "fraction": lambda _: "# ?/?",
    "text-content": lambda _: "@",
    "fill-character": lambda part: f"*{(part.text or ' ')[:1]}",
    "text-properties": lambda part: "[Red]" * (part.get(f"{_FO}color", "").lower() == "#ff0000"),
}
