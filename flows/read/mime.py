"""A page with all its parts in one file (.mht), as Excel saves workbooks for the web.

A workbook of several sheets is a page of frames, and each sheet a page of its own.
"""

from __future__ import annotations

import email
import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import Message
from html import unescape
from urllib.parse import unquote

from lxml import etree

from flows.read import separated, webpage
from flows.read.budget import Budget
from flows.read.grid import BROKEN, NO_TABLE, Book, Grid, UnreadableError

_IS = r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
_SOURCE = re.compile(r"<\w+:WorksheetSource\s[^<>]*?\bHRef" + _IS, re.IGNORECASE)
_HIDDEN = re.compile(r"<\w+:Visible\s*>\s*Sheet", re.IGNORECASE)
_LINK = re.compile(r"<link\s[^<>]*?\bid" + _IS + r"[^<>]*>", re.IGNORECASE)
_TARGET = re.compile(r"\bhref" + _IS, re.IGNORECASE)


def read(data: bytes, budget: Budget) -> Book:
    """Reads every sheet. Raises UnreadableError."""
    pages, styles = _parts(data)
    if not pages:
        raise UnreadableError(NO_TABLE)
    text = next(iter(pages.values()))
    try:
        sheets = [*_sheets(text, pages, styles, budget)]
        sheets = sheets or [webpage.read(text, budget, sheets=styles)]
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise UnreadableError(BROKEN) from error
    return Book("html", sheets)


def _sheets(text: str, pages: dict[str, str], styles: list[str], budget: Budget) -> Iterator[Grid]:
    """The sheets that a page of frames names."""
    for path, name, is_hidden in _named(text):
        page = pages.get(_named_last(path))
        if page is None:
            raise UnreadableError("文件不完整，缺少工作表，请另存为 .xlsx 后重新报送。")
        # A sheet without a cell is a page without a table.
        if "<table" in page.lower():
            grid = webpage.read(page, budget, name=name, sheets=styles)
            yield replace(grid, is_hidden=is_hidden)


def _named(text: str) -> list[tuple[str, str, bool]]:
    """Path and name of each sheet, and whether it is hidden."""
    named = []
    for _, sheet in webpage.SHEETS.findall(text):
        if source := _SOURCE.search(sheet):
            is_hidden = _HIDDEN.search(sheet) is not None
            named.append((_value(source), webpage.name_of(sheet), is_hidden))
    frames = (one for one in _LINK.finditer(text) if _value(one).lower() == "shlink")
    targets = (_TARGET.search(one[0]) for one in frames)
    return named or [(_value(one), "", False) for one in targets if one]


def _value(attribute: re.Match[str]) -> str:
    """The value of an attribute, in whichever quotes it stands."""
    return unescape(next(filter(None, attribute.groups()), ""))


def _parts(data: bytes) -> tuple[dict[str, str], list[str]]:
    """The pages by where they say they are, the first one first, and all style sheets."""
    pages: dict[str, str] = {}
    styles = []
    for part in email.message_from_bytes(data.lstrip()).walk():
        kind = part.get_content_type()
        if kind not in {"text/html", "text/css"}:
            continue
        text = _text(part)
        if kind == "text/css":
            styles.append(text)
        else:
            pages.setdefault(_named_last(part.get("Content-Location", "")), text)
    return pages, styles


def _text(part: Message) -> str:
    octets = part.get_payload(decode=True)
    text = separated.decode(octets) if isinstance(octets, bytes) else None
    if text is None:
        raise UnreadableError(NO_TABLE)
    return text


def _named_last(location: str) -> str:
    """The last name of a path: the folders before it may be written in many ways."""
    words = str(make_header(decode_header(location)))
    return posixpath.basename(unquote(words).strip().replace("\\", "/")).lower()
