"""Cleaning of submitted text: what no reader of a spreadsheet can see is taken away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Zero-width characters, byte order marks, soft hyphens and direction marks.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
# What marks a cell of a text file as text: ="0012" and '0012; no quotation ('十四五'规划).
_GUARD = re.compile('="([^"]*)"|\'([^\']*)')
_SPACES = re.compile(r"\s+")
_WIDE_SPACES = re.compile(r"\s{2,}|[\t\u3000]+")
# More than one narrow blank: a wide one, a tab, a line break.
_APART = re.compile("\\s{2,}|[^\\S \xa0\u2009\u202f]")
# What tells, between strokes, a text to be looked at: blanks too many, a text file's mark, #REF!.
_NOT_PLAIN = ("  ", "| ", " |", "|=", "|'", "|#")
# Characters that only look other than the plain ones: full-width and small forms, blanks of any
# width, and the radicals that copying out of a PDF gives for 一, 月, 日.
_FORMS = (
    *range(0xFF01, 0xFF5F),
    *range(0xFE50, 0xFE6C),
    *range(0x2F00, 0x2FD6),
    *range(0x2000, 0x200B),
    *(0xA0, 0x202F, 0x205F, 0x3000, 0xFFE5),
)
_NARROW = {form: unicodedata.normalize("NFKC", chr(form)) for form in _FORMS}
# What a name is not told from another by: `stg.half_width` and `stg.name_key` have the same.
_HALF_WIDTH = {
    ord(wide): ord(wide) - 0xFEE0
    for wide in (*map(chr, range(0xFF21, 0xFF3B)), *map(chr, range(0xFF41, 0xFF5B)))
} | str.maketrans("０１２３４５６７８９（）－＆．，／＋【】〔〕［］", "0123456789()-&.,/+[][][]")
_CAPITALS = {"ß": "ẞ"}
_NAME_BLANKS = re.compile("[\t\n\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
# What is typed for a dash: any dash there is, and the line of a box.
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\u2500\u2501\u30fc\ufe58\ufe63\uff0d\uff70]")
# Longer texts are cut when they are read: half of it is more than any field takes, and blanks are at
# most every second character of what is read as a value.
LONGEST = 4_400
_CUT = re.compile(r"……（全文共(\d+)字）\Z")
# A text so long is no value, but a note or a bomb.
_LONG = 1_000
# What people write where they have nothing to write.
PLACEHOLDERS = frozenset({"/", "\\", "-", "--", "—", "——", "－", "无", "暂无", "N/A", "n/a"})


def clean(text: str) -> str:
    """The text without invisible characters, outer blanks and a text file's mark of text.

    Inner runs of blanks become one.
    """
    flat = text
    # Nothing invisible is printable, and no blank but the plain one.
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        flat = _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()
    if flat[:1] in {"=", "'"} and (guarded := _GUARD.fullmatch(flat)):
        return clean(guarded[1] or guarded[2] or "")
    return flat


def are_plain(texts: Sequence[str]) -> bool:
    """Whether cleaning any of the texts, either way, would leave it as it is; no error is among them.

    One look at all of them together; False where it takes a closer one.
    """
    joined = f"|{'|'.join(texts)}|"
    return joined.isprintable() and not any(mark in joined for mark in _NOT_PLAIN)


def clean_apart(text: str) -> str:
    """As `clean`, but what a line break, a tab or a wide blank sets apart stays on lines of its own.

    For cells of numbers: 500 above 300 is not 500 300, and neither is one number.
    """
    if text.isprintable() and "  " not in text:
        return clean(text)
    return "\n".join(filter(None, map(clean, _APART.split(text))))


def clean_lines(text: str) -> str:
    """As `clean`, but what a line break sets apart stays on lines of its own: names in one cell."""
    if text.isprintable():
        return clean(text)
    return "\n".join(filter(None, map(clean, text.splitlines())))


def parts(text: str) -> list[str]:
    """What wide blanks set apart in a line, each part cleaned: a line holds several statements."""
    if text.isprintable() and "  " not in text:
        return [clean(text)]
    return [clean(part) for part in _WIDE_SPACES.split(text)]


def has_invisible(text: str) -> bool:
    """Whether the text holds what `clean` takes away unseen, beside blanks."""
    is_guarded = text[:1] in {"=", "'"} and _GUARD.fullmatch(text) is not None
    return is_guarded or (not text.isascii() and _INVISIBLE.search(text) is not None)


def folded(text: str) -> str:
    """The text for comparing words: other forms made plain (NFKC), every blank taken out.

    Not for values: NFKC turns 12000① into 120001.
    """
    if text.isascii():
        return "".join(text.split())
    return _folded(text) if len(text) <= _LONG else _folded_long(text)


@lru_cache(maxsize=8)
def _folded_long(text: str) -> str:
    """The same, for texts that take milliseconds: each is asked about dozens of times in turn."""
    return _folded(text)


def _folded(text: str) -> str:
    flat = unicodedata.normalize("NFKC", text if text.isprintable() else _INVISIBLE.sub("", text))
    return flat if flat.isprintable() and " " not in flat else _SPACES.sub("", flat)


def name_key(name: str) -> str:
    """A name as it is compared with others, the same as `stg.name_key`: 甲（集团） is 甲(集团).

    ① and ㈱ stay what they are: 甲① is not 甲1.
    """
    flat = _NAME_BLANKS.sub("", unicodedata.normalize("NFC", name)).translate(_HALF_WIDTH)
    capital = flat.upper()
    # One character for one, as databases do it.
    return capital if len(capital) == len(flat) else "".join(map(_capital, flat))


def _capital(character: str) -> str:
    forms = (character.upper(), character.title(), _CAPITALS.get(character, character))
    return next(form for form in forms if len(form) == 1)


def narrow(text: str) -> str:
    """The text for reading a value: as one types it on a plain keyboard, blanks where they were.

    No character becomes a digit that is not one: ①, ² and ½ stay what they are.
    """
    return text if text.isascii() else _INVISIBLE.sub("", text).translate(_NARROW)


def plain_dashes(text: str) -> str:
    """The text with one kind of dash."""
    return text if text.isascii() else _DASHES.sub("-", text)


def identifier(text: str) -> str:
    """The number of a thing as it is compared: narrow, capital, without blanks, with plain dashes."""
    return "".join(plain_dashes(narrow(text)).split()).upper()


def cut(text: str) -> str | None:
    """The text up to `LONGEST`, and how long it was; the text itself where it only has outer blanks.

    However it is read, it stays longer than any field takes. None where it is mostly blanks within,
    so that this can't be said.
    """
    text = text.strip()
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST]
    return f"{kept}……（全文共{len(text)}字）" if len(identifier(kept)) >= LONGEST // 2 else None


def full_length(text: str) -> int:
    """How many characters the text has, or had before it was cut."""
    found = _CUT.search(text)
    return int(found[1]) if found and len(text) > LONGEST else len(text)


def is_placeholder(text: str) -> bool:
    """Whether the text only says that there is nothing ("/", "无", "暂无", …)."""
    return text in PLACEHOLDERS
