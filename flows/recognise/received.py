"""Received files into what is in them: read, and each recognised as soon as it is read."""

from __future__ import annotations

from collections.abc import Sequence

from flows.ground.collector import no_collections
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.read import Book, Readers, Unreadable
from flows.recognise import Origin
from flows.recognise.returned import Recognised, is_reply, read_originals, recognise_any
from flows.store.archive import Archive
from flows.store.journal import Receipt


@no_collections()
def recognise_received(
    receipts: Sequence[Receipt], zone: Zone, archive: Archive, readers: Readers
) -> list[Recognised]:
    """What is in the files. No more grids are held at once than are being read.

    Only replies wait, for the files that they answer.
    """
    paths = {receipt.number: archive.intact(receipt.sha256) for receipt in receipts}
    origins = {
        receipt.number: Origin(
            receipt.number, receipt.path, receipt.received_at.astimezone(BEIJING).date()
        )
        for receipt in receipts
    }
    recognised: dict[int, Recognised] = {}
    replies: dict[int, Book | Unreadable] = {}
    for number, book in readers.read(paths):
        if is_reply(book):
            replies[number] = book
        else:
            recognised[number] = recognise_any(book, origins[number], zone, {})
    originals = read_originals(replies.values(), archive.path, readers)
    for number, book in replies.items():
        recognised[number] = recognise_any(book, origins[number], zone, originals)
    return [recognised[receipt.number] for receipt in receipts]
