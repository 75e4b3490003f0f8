"""Makes a bulletin: reads it once from the release, and lays it out in the formats that are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import duckdb

from flows.bulletin.document import Document
from flows.bulletin.kinds import Format, Kind
from flows.bulletin.monthly import monthly
from flows.bulletin.subject import Subject
from flows.bulletin.weekly import weekly
from flows.ground.zone import Zone
from flows.month.board import board as board_of
from flows.store.warehouse import fetch_rows


def document_of(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    month: dt.date,
    kind: Kind,
    today: dt.date | None = None,
) -> Document | None:
    """What the bulletin of a month says by a release; None where nothing is published of the month.

    `today` is the day for which the week's is made.
    """
    board = board_of(con, zone, month)
    if board is None:
        return None
    (release,) = fetch_rows(con, "from mart.release")
    about = Subject(con, zone, board, release)
    return weekly(about, today) if kind is Kind.WEEKLY else monthly(about)


def files_of(
    document: Document, kind: Kind, formats: Collection[str], zone: Zone, zone_file: Path
) -> dict[str, bytes]:
    """The files' bytes by format. Raises SettingsError for a template that can't be used."""
    makers: Mapping[str, Callable[[], bytes]] = {
        Format.DOCX: lambda: _docx(document, kind, zone, zone_file),
        Format.XLSX: lambda: _xlsx(document),
        Format.HTML: lambda: _html(document),
    }
    return {one: makers[one]() for one in formats}


# What writes each is imported by who needs it.


def _docx(document: Document, kind: Kind, zone: Zone, zone_file: Path) -> bytes:
    from flows.bulletin import layout, word_file  # noqa: PLC0415
    from flows.bulletin.template import OWN  # noqa: PLC0415

    is_weekly = kind is Kind.WEEKLY
    chosen = zone.bulletin.weekly_template if is_weekly else zone.bulletin.template
    template = zone_file.parent / chosen if chosen else OWN / f"{kind}.docx"
    return word_file.made(document, template, layout.TIGHT if is_weekly else layout.LOOKS)


def _xlsx(document: Document) -> bytes:
    from flows.bulletin import workbook  # noqa: PLC0415

    return workbook.made(document)


def _html(document: Document) -> bytes:
    from flows.bulletin import webpage  # noqa: PLC0415

    return webpage.made(document)
