"""Received files through the rooms from read to validate, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.ground.clock import Clock
from flows.ground.errors import WarehouseError
from flows.ground.zone import Zone
from flows.normalise.frames import normalise
from flows.read import Reader
from flows.recognise.received import recognise_received
from flows.settle import load
from flows.store.archive import Archive
from flows.store.handling import Handling
from flows.store.journal import Receipt
from flows.validate.envelope import is_late
from flows.validate.files import validate_files


def judge(
    receipts: Sequence[Receipt],
    copies: Mapping[int, Sequence[str]],
    zone: Zone,
    archive: Archive,
    readers: Reader,
    clock: Clock | None = None,
    handling: Handling | None = None,
) -> load.Judged:
    """Reads, recognises, types and validates a batch of received files, or the first of them.

    Files that tell much are too much for the memory at once: at least one is judged.
    `copies` are those of which the same bytes came before (`recognise.received.copied`). A file for
    which time or memory do not suffice is turned back, as it will be when it is judged again. Raises
    WarehouseError where they don't suffice for anything.
    """
    clock, handling = clock or Clock(), handling or Handling(readers.limits.seconds)
    given_up: dict[str, str] = {}
    while True:
        judged = _judged(receipts, copies, zone, archive, readers, clock, handling)
        if not handling.lost:
            judged.given_up.update(given_up)
            return judged
        lost = handling.turn_back_lost(receipts)
        if lost.keys() <= given_up.keys():
            # They are not even opened any more: it is not for the files.
            raise WarehouseError(
                "time or memory do not suffice to judge files that are turned back unread: "
                "is the machine too busy?",
                "连不再打开的文件也因时间或内存不足无法处理，可能是机器过于繁忙；请稍后再刷新",
            )
        given_up |= lost


def _judged(
    receipts: Sequence[Receipt],
    copies: Mapping[int, Sequence[str]],
    zone: Zone,
    archive: Archive,
    readers: Reader,
    clock: Clock,
    handling: Handling,
) -> load.Judged:
    files = clock(
        "read", lambda: recognise_received(receipts, zone, archive, readers, copies, handling)
    )
    drafts = [draft for file in files for draft in file.drafts]
    explanations = [said for file in files for said in file.explanations]
    batches, unread = clock(
        "normalise", lambda: normalise(drafts, zone.rates.as_mapping(), handling)
    )
    findings = clock("validate", lambda: validate_files(drafts, batches, unread, zone, handling))
    late = frozenset(draft.key for draft in drafts if is_late(draft, zone))
    return load.Judged(drafts, batches, findings, late, explanations)
