"""XML put as programs usually put it: in UTF-8, without comments, instructions or CDATA sections.

XML may say the same in many ways. A parser takes them all; python-calamine drops what stands in a
CDATA section or behind a comment, and a search of bytes finds what stands in a comment and misses
what is spelt out by number. So parts that those two look at are put anew where they are spelt so.
Quotes of either kind, blanks around "=", the order of attributes and prefixes are left as they are:
searches have to take them.
"""

from __future__ import annotations

import re

from flows.read.grid import BROKEN, UnreadableError

# Within a search of usual XML: the prefix of a name, if it has one; and what stands between the name
# of an attribute and its value.
PREFIX = rb"(?:[^\s<>/:=\"']+:)?"
IS = rb"\s*=\s*[\"']"

_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_DECLARATION = re.compile(r"<\?xml\s.*?\?>", re.DOTALL)
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml\s[^>]*\?>)?")
# What a declaration may name, and what reads it; None for what is read as it is.
_ENCODINGS: dict[str, str | None] = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii")),
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be"), "utf-16"),
    **{name: name for name in ("big5", "iso-8859-1", "windows-1252")},
}
# Characters by number: all of them, and those of ASCII, which hardly ever have to be put so.
_BY_NUMBER = re.compile(rb"&#(?:x0*([0-9A-Fa-f]{1,6})|0*(\d{1,7}));")
_OF_ASCII = re.compile(rb"&#(?:x0*([2-7][0-9A-Fa-f])|0*(\d{2,3}));")
_MARKUP = frozenset(map(ord, "\"&'<>"))
# From left to right what may hold markup that is none, each up to its end or that of the part; and
# characters by number.
_ASIDE = re.compile(
    rb"(?P<begin>\A(?:\xef\xbb\xbf)?<\?xml\s.*?(?:\?>|\Z))"
    rb"|<!--.*?(?:-->|\Z)"
    rb"|<\?.*?(?:\?>|\Z)"
    rb"|<!\[CDATA\[(?P<text>.*?)(?:\]\]>|\Z)"
    rb"|(?P<character>&#\w{1,9};)",
    re.DOTALL,
)
# A whole tag, or a ">" that is no tag's end.
_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>|>")


class OddSpellingError(Exception):
    """The part has to be put in the usual spelling before it is searched."""


def is_usual(xml: bytes) -> bool:
    """Whether the part is put as programs put it. Made to cost next to nothing where it is."""
    if _encoding(xml) is not None:
        return False
    begin = _BEGIN.match(xml)
    behind = begin.end() if begin else 0
    # Single bytes that are rare are sought many times faster than two together.
    if b"!" in xml and b"<!" in xml:
        return False
    if xml.find(b"?", behind) >= 0 and xml.find(b"<?", behind) >= 0:
        return False
    if b"&" in xml and any(_put_character(one) != one[0] for one in _OF_ASCII.finditer(xml)):
        return False
    # One that stands for itself would end a tag too early for a search.
    return xml.count(b"<") == xml.count(b">")


def usual(xml: bytes) -> bytes:
    """The same part in the usual spelling. Raises UnreadableError where its encoding is unknown."""
    xml = _ASIDE.sub(_put, in_utf8(xml))
    if xml.count(b"<") == xml.count(b">"):
        return xml
    return _TAG.sub(lambda tag: tag[0][:-1].replace(b">", b"&gt;") + _end_of(tag[0]), xml)


def in_utf8(xml: bytes) -> bytes:
    """The part in UTF-8, without a declaration that names another encoding.

    Raises UnreadableError where it is in none that is known.
    """
    encoding = _encoding(xml)
    if encoding is None:
        return xml
    try:
        text = xml.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise UnreadableError(BROKEN) from error
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _encoding(xml: bytes) -> str | None:
    """What the part is to be decoded by; None for UTF-8."""
    head = xml[:200]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head[:2]:
        return "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"<?xml") and b"?>" not in head:
        # A declaration may be of any length.
        head = xml[: xml.find(b"?>") + 2]
    declared = _DECLARED.match(head)
    return _ENCODINGS.get(declared[1].decode().lower(), "unknown") if declared else None


def _put(aside: re.Match[bytes]) -> bytes:
    """What it says, in the usual spelling."""
    match aside.lastgroup:
        case "begin":
            return aside[0]
        case "text":
            return _escaped(aside["text"])
        case "character":
            return _BY_NUMBER.sub(_put_character, aside[0])
        case _:
            return b""


def _end_of(tag: bytes) -> bytes:
    return b"&gt;" if tag == b">" else b">"


def _escaped(text: bytes) -> bytes:
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _put_character(reference: re.Match[bytes]) -> bytes:
    """The character itself where it is of ASCII and no markup, else the reference as it is."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return bytes([number]) if 0x20 < number < 0x7F and number not in _MARKUP else reference[0]
