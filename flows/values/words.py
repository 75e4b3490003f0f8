"""Words with a fixed meaning: yes and no, provinces by their short names."""

from __future__ import annotations

import re

from flows.values.text import folded, narrow

_YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "对"})
_NO = frozenset({"否", "无", "没有", "×", "✗", "✘", "x", "n", "no", "false", "0", "不是"})
_PROVINCE_TAIL = re.compile(r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)$")
_LIST_MARK = re.compile(r"[、,，;；/\s]+")


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
