"""Names and texts in the XML of workbooks."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from flows.answer.page import writable

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What a reader would take for markup, for the end of a line, or for an escaped character.
_SPECIAL = re.compile("[&<>\r]|_x[0-9A-Fa-f]{4}_")
_IN_QUOTES = str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def main(name: str) -> str:
    """A tag of the sheets' own namespace."""
    return f"{{{MAIN}}}{name}"


def elements(xml: str) -> list[Any]:
    """Elements of ours in the sheets' own namespace."""
    return [*etree.fromstring(f'<x xmlns="{MAIN}" xmlns:r="{RELATIONS}">{xml}</x>')]


def element(xml: str) -> Any:
    """One element of ours in the sheets' own namespace."""
    return elements(xml)[0]


def to_bytes(root: Any) -> bytes:
    """A part as it is stored."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)  # type: ignore[no-any-return]


def xml_text(text: str) -> str:
    """The text between tags, without what no workbook may hold."""
    plain = writable(text)
    if _SPECIAL.search(plain) is None:
        return plain
    return _escaped(_ESCAPED.sub("_x005F_", plain)).replace("\r", "_x000D_")


def attribute(text: str) -> str:
    """The text as an attribute's value, in its quotes."""
    return f'"{_escaped(text).translate(_IN_QUOTES)}"'


def _escaped(text: str) -> str:
    # The library that has this imports one that opens addresses on the net.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_element(text: str) -> str:
    """The text as a `t` element whose blanks and lines stay."""
    return f'<t xml:space="preserve">{xml_text(text)}</t>'
