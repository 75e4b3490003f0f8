"""The styles of an .xlsx that bear on what a cell says: telling number formats, struck-out fonts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from flows.read.number_format import BUILTIN, tells
from flows.read.spelling import IS, PREFIX
from flows.read.xml import parse

_OFF = frozenset({"0", "false", "off"})
_CODE = re.compile(rb"\sformatCode\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# The formats that go by number and tell something: 0%, 0.00%, [h]:mm:ss.
_TELLING = re.compile(rb"\snumFmtId" + IS + rb"(?:9|10|46)[\"']")


@dataclass(frozen=True)
class Styles:
    """By number of a cell's style (`s`): the code of its format if that tells, and who is struck."""

    formats: dict[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()

    def used_in(self, sheet: bytes) -> re.Pattern[bytes] | None:
        """A pattern of the cells of these styles, its first group their attributes; None without."""
        numbers = {*self.formats, *self.struck}
        if not numbers:
            return None
        style = (
            rb"s" + IS + rb"(?:%s)[\"']" % b"|".join(str(one).encode() for one in sorted(numbers))
        )
        begin = rb"<" + PREFIX + rb"c"
        if 0 in numbers:
            # The style of the cells that name none.
            named = rb"[^<>]*?\s" + style + rb"|(?![^<>]*\ss\s*=)"
            return re.compile(begin + rb"(?=[\s>])((?=" + named + rb")[^<>]*)>")
        if not re.search(style, sheet):
            return None
        return re.compile(begin + rb"(?=\s)((?=[^<>]*?\s" + style + rb")[^<>]*)>")


def is_on(properties: Any, name: str) -> bool:
    """Whether a font's properties have it so: <strike/>, but not <strike val="0"/>."""
    found = next(_below(properties, name), None)
    return found is not None and found.get("val", "1") not in _OFF


def styles_of(xml: bytes) -> Styles:
    """The styles of a workbook's styles.xml. Raises XMLSyntaxError."""
    if not (_may_tell(xml) or b"strike" in xml):
        return Styles()
    root = parse(xml)
    codes = dict(BUILTIN)
    for one in _below(root, "numFmts", "numFmt"):
        codes[_number(one, "numFmtId")] = one.get("formatCode", "")
    fonts = [is_on(one, "strike") for one in _below(root, "fonts", "font")]
    struck_fonts = {at for at, is_struck in enumerate(fonts) if is_struck}
    formats, struck = {}, set()
    for at, one in enumerate(_below(root, "cellXfs", "xf")):
        code = codes.get(_number(one, "numFmtId"), "")
        if code and tells(code):
            formats[at] = code
        if _number(one, "fontId") in struck_fonts:
            struck.add(at)
    return Styles(formats, frozenset(struck))


def _may_tell(xml: bytes) -> bool:
    """Whether one of the formats tells something, whether or not a cell has it."""
    codes = (
        unescape((one[1] or one[2] or b"").decode(errors="replace")) for one in _CODE.finditer(xml)
    )
    return _TELLING.search(xml) is not None or any(map(tells, codes))


def _number(element: Any, name: str) -> int:
    text = element.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _below(element: Any, *names: str) -> Any:
    """The children along these names, whatever the name space."""
    found = [element]
    for name in names:
        found = [child for one in found for child in one.iterchildren("{*}" + name)]
    return iter(found)
