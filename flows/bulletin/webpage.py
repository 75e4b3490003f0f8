"""A bulletin as one HTML file: by a Jinja2 template that escapes whatever it prints."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.bulletin.document import Document, Table

_TEMPLATES = Path(__file__).parent / "templates"


def made(said: Document) -> bytes:
    """The page, with its style in it."""
    pages = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.tests["table"] = lambda block: isinstance(block, Table)
    return pages.get_template("bulletin.html").render(said=said).encode()
