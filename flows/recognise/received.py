"""Received files into what is in them: read, and each recognised as soon as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from flows.ground.collector import no_collections
from flows.ground.findings import finding
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.read import Book, Reader, Unreadable
from flows.recognise import Draft, Origin
from flows.recognise.drafts import turned_back
from flows.recognise.returned import (
    Recognised,
    answered_by,
    is_reply,
    read_originals,
    recognise_any,
)
from flows.store.archive import Archive
from flows.store.handling import Handling
from flows.store.journal import Receipt
from schemas.rules import E010

_Owner = tuple[object, ...]
Known = dict[str, frozenset[_Owner]]
"""Which returns, of whom and for when, the same bytes hold, by where they lay."""


@no_collections()
def recognise_received(
    receipts: Sequence[Receipt],
    zone: Zone,
    archive: Archive,
    readers: Reader,
    copies: Mapping[int, Sequence[str]],
    handling: Handling,
) -> list[Recognised]:
    """What is in the files, or in the first of them: at least in one, no more than the memory takes.

    No more grids are held at once than are being read. Only replies wait, for the files that they
    answer. `copies` are those of which the same bytes were received before, by their numbers, with
    the paths at which they lay then. Files that are `lost` have no entry.
    """
    origins = {
        receipt.number: Origin(
            receipt.number, receipt.path, receipt.received_at.astimezone(BEIJING).date()
        )
        for receipt in receipts
    }
    recognised: dict[int, Recognised] = {}
    # Where the same bytes came to many places, each place is asked about once.
    known: dict[str, Known] = {receipt.sha256: {} for receipt in receipts}
    of = {receipt.number: known[receipt.sha256] for receipt in receipts}
    paths: dict[int, Path] = {}
    for receipt in receipts:
        if outcome := handling.failed(receipt):
            draft = turned_back(origins[receipt.number], outcome, handling.seconds)
            recognised[receipt.number] = Recognised([draft])
        else:
            paths[receipt.number] = archive.intact(receipt.sha256)
    replies: dict[int, Book | Unreadable] = {}
    originals: dict[str, Book | Unreadable] = {}

    def take(number: int, book: Book | Unreadable) -> None:
        if number not in replies and is_reply(book):
            replies[number] = book
        else:
            recognised[number] = _recognised(
                book, origins[number], zone, originals, copies, of[number]
            )

    with handling.at("read", list(paths)):
        for number, book in readers.read(paths):
            handling.alone("recognise", number, partial(take, number, book))
            # It may be large, and the next one is being read.
            del book
        found, later = read_originals(replies.values(), archive.path, readers)
        originals.update(found)
        for number, book in replies.items():
            if answered_by(book) not in later:
                handling.alone("recognise", number, partial(take, number, book))
    return [recognised[one.number] for one in receipts if one.number in recognised]


def _recognised(
    book: Book | Unreadable,
    origin: Origin,
    zone: Zone,
    originals: Mapping[str, Book | Unreadable],
    copies: Mapping[int, Sequence[str]],
    known: Known,
) -> Recognised:
    """What is in a file; of one that came before only what its new place makes another's.

    `known` is what was in it at those places, as far as that was asked before.
    """
    found = recognise_any(book, origin, zone, originals)
    earlier = copies.get(origin.receipt, ())
    if not earlier:
        return found
    for path in earlier:
        if path not in known:
            there = recognise_any(book, replace(origin, path=path), zone, originals)
            known[path] = frozenset(map(_owner, there.drafts))
    before = frozenset[_Owner]().union(*(known[path] for path in earlier))
    drafts = [
        draft
        for draft in found.drafts
        if draft.model and draft.department and draft.month and _owner(draft) not in before
    ]
    if not drafts:
        words = f"与先前收到的“{earlier[-1]}”内容相同，不再计入。"
        return Recognised(
            [Draft(origin, f"{origin.receipt:06d}-1", findings=[finding(E010, words)])]
        )
    keys = {draft.key for draft in drafts}
    return Recognised(drafts, [one for one in found.explanations if one.submission in keys])


def _owner(draft: Draft) -> _Owner:
    return draft.model, draft.department, draft.month


def copied(receipts: Iterable[Receipt]) -> dict[int, list[str]]:
    """The files that came with bytes that were known, to a place that was not: where those lay."""
    paths: dict[str, list[str]] = {}
    places: set[str] = set()
    found = {}
    for receipt in receipts:
        if receipt.path not in places and receipt.sha256 in paths:
            found[receipt.number] = list(paths[receipt.sha256])
        paths.setdefault(receipt.sha256, []).append(receipt.path)
        places.add(receipt.path)
    return found
