"""Words with a fixed meaning: yes and no, provinces, the same as above; and cells of several names."""

from __future__ import annotations

import re

from flows.values.text import folded, narrow

_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "对"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "x", "n", "no", "false", "0", "不是"})
_PROVINCE_TAIL = re.compile(r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)$")
_LIST_MARK = re.compile(r"[、,，;；/\s]+")
_DITTO_WORDS = frozenset({"同上", "同前", "同上行", "同上一行", "同上格", "如上", "ditto"})
MAYBE_DITTO = "^\\W*?(?:[同如]\\s*[上前]|[〃〞″“”\"＂ˮ々′']|(?i:ditto))"
"""What `is_ditto` is true of matches this, and little else; for whole columns."""
_DITTO_MARKS = re.compile("[〃〞″“”\"ˮ々]{1,2}|['′]{2}")
_AROUND = "()。.-—、,，"
# As `stg.names` has them in SQL: what brackets hold is one name's, and so are "Co., Ltd" and "A/S".
_NAME = re.compile(
    r"(?:[（(][^（()）]*[）)]"
    r"|[,，]\s*(?i:co|ltd|inc|llc|llp|limited|corp|corporation|gmbh|plc|pte|s\.a)\b"
    r"|\b[A-Za-z]/[A-Za-z]\b"
    r"|[^、，,；;/／\r\n])+",
    re.ASCII,
)
_AND_MORE = re.compile(
    r"\s*等\s*(?:[0-9０-９一二两三四五六七八九十百余多几数]+\s*[家户个名]\S*|企业)?$", re.ASCII
)
_NUMBERED = re.compile(
    r"^(?:[（(]?[0-9０-９]{1,2}[）)]|[0-9０-９]{1,2}[.．])\s*(?=[^0-9])", re.ASCII
)
_NUMBERING = re.compile("[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3}")
# A name that a line break cut before its last words, or its brackets, goes on in the next line.
_CUT = re.compile(
    r"(?<!公司)\n(?=(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司(?:\n|$))|\n(?=[（(])", re.ASCII
)
_BREAK = re.compile(r"[、，,；;/／]?\s*\n\s*", re.ASCII)
# No word for the same as above is longer.
MAX_DITTO = 10


def parse_yes_no(text: str) -> bool | None:
    """是/否, √/×, 有/无 and the like; None where it is neither."""
    flat = "".join(narrow(text).split()).lower()
    return True if flat in _YES else False if flat in _NO else None


def province(text: str) -> str:
    """A province's short name: 广东省 becomes 广东; other words come back as they are."""
    return _PROVINCE_TAIL.sub("", folded(text))


def province_list(text: str) -> list[str]:
    """Provinces listed in one cell, by their short names."""
    return [province(part) for part in _LIST_MARK.split(text) if part]


def is_ditto(text: str) -> bool:
    """Whether the text only says that it is the same as above: 同上, 〃, a straight quotation mark."""
    if not text or len(text) > MAX_DITTO:
        return False
    flat = "".join(narrow(text).split()).strip(_AROUND).lower()
    return flat in _DITTO_WORDS or _DITTO_MARKS.fullmatch(flat) is not None


def names(written: str) -> list[str]:
    """The names that one cell lists, each once; at least one: the cell as it is.

    What numbers them is no name: 1、甲公司；2、乙公司, or （1）甲公司 and 1.甲公司.
    """
    bare = (_AND_MORE.sub("", _NUMBERED.sub("", one.strip())) for one in _NAME.findall(written))
    named = (one for one in bare if one and not _NUMBERING.fullmatch(one))
    return list(dict.fromkeys(named)) or [written]


def has_more(written: str) -> bool:
    """Whether the text counts more names than it gives: 甲公司、乙公司等5家企业."""
    return _AND_MORE.search(written) is not None


def on_one_line(written: str) -> str:
    """Names on lines of their own with a mark between them, and those that a line's end cut whole."""
    whole = _CUT.sub("", written)
    return _BREAK.sub("、", whole) if len(names(whole)) > 1 else whole.replace("\n", "")
