"""XML as it may come from anywhere: nothing declared in it is followed, nothing is fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from flows.read.grid import UnreadableError
from flows.read.spelling import in_utf8

# What a comment or an instruction says is for programs, and no text.
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}


def refuse_entities(xml: bytes) -> None:
    """Spreadsheet programs declare no document type; who does means to blow up or to spy."""
    if b"!" in xml and (b"<!DOCTYPE" in xml or b"<!ENTITY" in xml):
        raise UnreadableError("文件内含实体声明，疑似恶意文件。")


def whole_characters(text: str) -> str:
    """The text with the halves of surrogates that stand together joined; one alone is U+FFFD.

    For texts that spell out characters by number: others are what was decoded, and have no halves.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def parse(xml: bytes) -> Any:
    """A part of a container as an element tree, in whatever encoding it is.

    Raises UnreadableError where it declares anything, XMLSyntaxError where it is none.
    """
    xml = in_utf8(xml)
    refuse_entities(xml)
    return etree.fromstring(xml, etree.XMLParser(encoding="utf-8", **_SAFE))


def events(
    xml: bytes, kinds: Sequence[str] = ("end",), tag: str | None = None
) -> Iterator[tuple[str, Any]]:
    """The same element by element, for large parts: each as it begins or ends. Raises the same."""
    xml = in_utf8(xml)
    refuse_entities(xml)
    found: Iterator[tuple[str, Any]] = etree.iterparse(
        io.BytesIO(xml), events=kinds, tag=tag, encoding="utf-8", **_SAFE
    )
    return found


class _Nothing:
    """Makes nothing of the elements: only whether they are whole is asked."""

    def close(self) -> None:
        """What a target of a parser has to have."""


def refuse_torn(xml: bytes) -> None:
    """Raises etree.XMLSyntaxError where elements don't close as they open, or any other rule is broken.

    calamine reads on over what is lost there, or takes a name of an unknown prefix for another; a
    spreadsheet program opens no such part.
    """
    parser = etree.XMLParser(target=_Nothing(), **_SAFE)
    etree.fromstring(xml, parser)
    # A prefix that stands for nothing does not end a parser that makes nothing.
    if errors := parser.error_log.filter_from_errors():
        first = errors[0]
        raise etree.XMLSyntaxError(first.message, first.type, first.line, first.column)
