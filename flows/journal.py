"""The journal: what can't be computed again (receipts, publications, decisions; who, when, why).

One line of JSON an entry, only ever appended, on disk before anything acts on it. A line cut off
by a crash was never acted on and is left out; everything else in the warehouse folder but the
archive can be rebuilt from here.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Receipt:
    """One file as it was received: the bytes stand in the archive under `sha256`."""

    number: int
    run_id: str
    received_at: dt.datetime
    path: str
    sha256: str
    size: int
    modified_at: dt.datetime


@dataclass(frozen=True)
class Publication:
    """A refresh that published."""

    run_id: str
    published_at: dt.datetime
    guoban_version: str
    submissions_accepted: int
    submissions_rejected: int


class Journal:
    """The entries of one warehouse, oldest first."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "journal.jsonl"
        self._folder = folder
        self.receipts: list[Receipt] = []
        self.publications: list[Publication] = []
        for entry in self._read():
            self._keep(entry)

    def _read(self) -> Iterable[dict[str, Any]]:
        if not self._file.exists():
            return
        for line in self._file.read_bytes().split(b"\n"):
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            yield entry

    def _keep(self, entry: Mapping[str, Any]) -> None:
        fields = {name: value for name, value in entry.items() if name != "kind"}
        if entry["kind"] == "receipt":
            fields["received_at"] = dt.datetime.fromisoformat(fields["received_at"])
            fields["modified_at"] = dt.datetime.fromisoformat(fields["modified_at"])
            self.receipts.append(Receipt(**fields))
        elif entry["kind"] == "publication":
            fields["published_at"] = dt.datetime.fromisoformat(fields["published_at"])
            self.publications.append(Publication(**fields))

    def append(self, kind: str, entries: Iterable[Receipt] | Iterable[Publication]) -> None:
        """Writes the entries and waits until they are on disk."""
        plain = [{"kind": kind, **vars(entry)} for entry in entries]
        if not plain:
            return
        text = "".join(json.dumps(one, ensure_ascii=False, default=_plain) + "\n" for one in plain)
        self._folder.mkdir(parents=True, exist_ok=True)
        is_new = not self._file.exists()
        with self._file.open("r+b" if not is_new else "xb") as file:
            # What a crash left of a line gets its own line end, so that it spoils no other.
            if file.seek(0, os.SEEK_END) and not self._ends_with_newline():
                file.write(b"\n")
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            fsync_folder(self._folder)
        for one in plain:
            self._keep(json.loads(json.dumps(one, default=_plain)))

    def _ends_with_newline(self) -> bool:
        with self._file.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def fsync_folder(folder: Path) -> None:
    """Waits until the folder's entries are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
