"""A batch of files through the stages as a refresh takes it, and what comes of each."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flows.files import judge
from flows.ground.findings import Finding
from flows.ground.settings import BEIJING, PROJECT
from flows.ground.zone import Zone, load_zone
from flows.read import Readers
from flows.store.archive import Archive
from flows.store.journal import Receipt

RECEIVED = dt.datetime(2021, 6, 2, 9, tzinfo=BEIJING)
Spot = tuple[str, str, int]
"""A row: its return, its sheet and its row in it, counted from one."""


@dataclass(frozen=True)
class Row:
    """A typed row: values, texts as submitted and columns (from zero) by field; its submission."""

    submission: str
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    columns: Mapping[str, int]
    own: frozenset[str]
    """The fields that say whose row it is, for which month: their texts are what was made of them."""


@dataclass
class Outcome:
    """What came of a file: its typed rows, and everything that was found."""

    rows: dict[Spot, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def turned_back(self) -> set[str | None]:
        """The submissions of the file that are turned back as a whole."""
        return {one.submission for one in self.findings if one.is_error and not one.holds}

    def accepted(self) -> dict[Spot, Row]:
        """The rows that would count: of no submission that is turned back, and not held."""
        back = self.turned_back
        held = {(one.submission, one.sheet or "", one.row) for one in self.findings if one.is_error}
        return {
            spot: row
            for spot, row in self.rows.items()
            if row.submission not in back and (row.submission, *spot[1:]) not in held
        }


@cache
def zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")


def outcomes(files: Sequence[tuple[str, bytes]], readers: Readers, folder: Path) -> list[Outcome]:
    """What comes of the files, given with the paths at which they lie in the drop folder."""
    archive = Archive(folder)
    receipts = []
    for number, (path, data) in enumerate(files, start=1):
        sha256 = hashlib.sha256(data).hexdigest()
        place = archive.path(sha256)
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_bytes(data)
        receipts.append(Receipt(number, "1", RECEIVED, path, sha256, len(data), RECEIVED))
    judged = judge(receipts, {}, zone(), archive, readers)
    found = [Outcome() for _ in files]
    owner = {draft.key: found[draft.origin.receipt - 1] for draft in judged.drafts}
    for one in judged.findings:
        owner[one.submission or ""].findings.append(one)
    for batch in judged.batches:
        slug = batch.model.form().slug
        texts = batch.texts.to_dicts()
        own = frozenset(name for name, one in batch.model.columns().items() if one.is_envelope)
        for values, said in zip(batch.frame.to_dicts(), texts, strict=True):
            key, sheet, number = (values.pop(name) for name in ("submission", "sheet", "excel_row"))
            letters = batch.source(key, sheet, number).letters
            columns = {name: _index(letter) for name, letter in letters.items()}
            owner[key].rows[slug, sheet, number] = Row(key, values, said, columns, own)
    return found


def _index(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1
