"""Text with separators (.csv, .tsv) in the encodings of spreadsheet programs, and decoding at all.

A row is what a spreadsheet program shows as one: a line break within quotes does not count.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

from flows.read.grid import Book, Grid, UnreadableError

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UNMARKED = ("utf-8", "gb18030")
_SEPARATORS = ",\t;"
# Excel's own first line that names the separator and is not shown.
_NAMED = re.compile(r"sep=(.)\r?\n")
_NOT_IN_TEXT = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe]")
# Rows that are looked at to tell the separator.
_SAMPLE = 200
_MAX_FIELD = 1_000_000
# Fewer columns are no table: prose has commas too.
MIN_COLUMNS = 3


def decode(data: bytes) -> str | None:
    """The file's text, None where it is none in any encoding that spreadsheet programs write."""
    marked = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None)
    for encoding in (marked,) if marked else _UNMARKED:
        if text := _decoded(data, encoding):
            return text
    # UTF-16 without its mark: the right order of bytes is the one that gives separators.
    found = [_decoded(data, one) or "" for one in ("utf-16-le", "utf-16-be") if not marked]
    return max(found, key=_count_marks, default="") or None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if _NOT_IN_TEXT.search(text) else text


def _count_marks(text: str) -> int:
    return sum(text.count(mark) for mark in f"{_SEPARATORS}\n")


def read(text: str) -> Book:
    """The text's one sheet. Raises UnreadableError where it is no table."""
    named = _NAMED.match(text)
    if named:
        text, separator = text[named.end() :], named[1]
    else:
        separator = _separator(text)
    rows = _rows(text, separator)
    return Book("csv", [Grid("", rows)])


def _rows(text: str, separator: str, limit: int | None = None) -> list[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if limit and len(rows) >= limit:
                break
    except csv.Error as error:
        raise UnreadableError("文件不是完整的逗号或制表符分隔文本。") from error
    return rows


def _separator(text: str) -> str:
    """The separator that makes the most even table of the text."""
    scores = {}
    for separator in _SEPARATORS:
        widths = Counter(len(row) for row in _rows(text, separator, _SAMPLE) if any(row))
        width, count = max(widths.items(), key=lambda one: (one[0] >= MIN_COLUMNS, one[1]))
        scores[separator] = (width >= MIN_COLUMNS) * count * width
    best = max(scores, key=lambda one: scores[one])
    if not scores[best]:
        raise UnreadableError("不是能识别的表格文件。")
    return best
