"""What is examined: one zone's settings and folders, each read once and never written to."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.ground.errors import SettingsError, WarehouseError
from flows.ground.settings import Settings
from flows.ground.zone import Zone, load_zone
from flows.store.journal import Journal
from flows.store.warehouse import Warehouse


@dataclass(frozen=True)
class Subject:
    """Settings, the time, the terminal's encoding, the environment's variables, the log's last outcome."""

    settings: Settings
    now: dt.datetime
    encoding: str
    environment: Mapping[str, str]
    outcome: Mapping[str, Any] | None = None
    """The last line of the log that tells what a run came to."""
    may_send: bool = False
    """Whether addresses of notifications are tried by a message to each."""

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(self.settings.warehouse, self.settings.database_memory_mib)

    @property
    def lock(self) -> Path:
        return self.warehouse.working_database.parent / "lock"

    @functools.cached_property
    def zone(self) -> Zone | None:
        """The zone's file; None where it can't be used, which is a check of its own."""
        try:
            return load_zone(self.settings.zone)
        except SettingsError:
            return None

    @functools.cached_property
    def journal(self) -> Journal | None:
        """The journal; None where it can't be read, which is a check of its own."""
        try:
            return Journal(self.warehouse.journal)
        except (WarehouseError, OSError):
            return None
