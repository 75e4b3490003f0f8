"""Whose warehouse it is: the zone's name and first month, written down by its first refresh.

Two zones in one warehouse would count each other's files. It lies with the journal, as it can't be
computed again.
"""

from __future__ import annotations

import json
from pathlib import Path

from flows.ground.durable import replace_durably
from flows.ground.errors import SettingsError
from flows.ground.notes import Notes
from flows.ground.zone import Zone
from flows.values.text import folded

FILE = "zone.json"


def assert_belongs(journal: Path, zone: Zone) -> None:
    """Raises SettingsError where the warehouse of that journal is another zone's."""
    known = _known(journal)
    if known and folded(known["name"]) != folded(zone.zone.name):
        name, path = known["name"], journal / FILE
        raise SettingsError(
            f"the warehouse {journal.parent} is that of {name} (from {known['first_month']}), not "
            f"of {zone.zone.name}: give each zone its own (GUOBAN_WAREHOUSE, --warehouse). Where "
            f"{name} itself has a new name, write that into {path}",
            f"数据仓{journal.parent}属于“{name}”（{known['first_month']}起），不属于"
            f"“{zone.zone.name}”：每个区请各用一个数据仓（GUOBAN_WAREHOUSE、--warehouse）。"
            f"如果是“{name}”更名，请把新名称写入{path}",
        )


def remember_zone(journal: Path, zone: Zone, notes: Notes) -> None:
    """Writes down whose warehouse it is, and says so where the zone now begins in another month.

    Raises SettingsError where it is another zone's.
    """
    assert_belongs(journal, zone)
    known = _known(journal)
    now = {"name": zone.zone.name, "first_month": _first_month(zone)}
    if known == now:
        return
    if known and known["first_month"] != now["first_month"]:
        before, after = known["first_month"], now["first_month"]
        notes.say(
            f"the first month for which zone.toml expects anything was {before} and is {after} now",
            f"zone.toml中最早的应报月份原为{before}，现为{after}",
        )
    text = json.dumps(now, ensure_ascii=False, indent=2)
    replace_durably(journal / FILE, f"{text}\n".encode())


def _known(journal: Path) -> dict[str, str] | None:
    """What is written down; None where nothing is, or nothing that can be read."""
    try:
        known = json.loads((journal / FILE).read_text("utf-8"))
        return {"name": str(known["name"]), "first_month": str(known["first_month"])}
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _first_month(zone: Zone) -> str:
    months = [month for _, _, month in zone.owed()]
    return f"{min(months):%Y-%m}" if months else "—"
