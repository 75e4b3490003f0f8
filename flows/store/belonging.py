"""Whose warehouse it is: the zone's name and first month, written down by its first refresh.

Two zones in one warehouse would count each other's files. It lies with the journal, as it can't be
computed again. A warehouse that is another zone's is put aside whole, where that is asked for, and
none of its files is taken in again: nor are the samples by any zone but their own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

from flows.ground.durable import OWN, admit, fsync, replace_durably, writing
from flows.ground.errors import BusyError, SettingsError, WarehouseError
from flows.ground.notes import Notes
from flows.ground.settings import PROJECT
from flows.ground.zone import Zone
from flows.store.journal import Journal
from flows.store.warehouse import Warehouse
from flows.values.text import folded

FILE = "zone.json"
# Below the warehouse folder: whole warehouses of other zones, each as it was when it was put aside.
FORMER = "former"
# The sample workbooks by their hashes, as `sha256sum` writes them; its first line names their zone.
SAMPLES = PROJECT / "data" / "samples.sha256"
_MOVING = ".moving-"
# Records of runs, which are open while one is at work, and what holds the lock.
_STAYING = (FORMER, "logs", "prefect", "work")


def assert_belongs(journal: Path, zone: Zone) -> None:
    """Raises SettingsError where the warehouse of that journal is another zone's."""
    known = _known(journal)
    if known and not _is_of(known["name"], zone):
        name, new, folder = known["name"], zone.zone.name, journal.parent
        raise SettingsError(
            f"the warehouse {folder} is that of {name} (from {known['first_month']}), not "
            f"of {new}. There are two ways on: if {new} is another zone, guoban refresh --new puts "
            f"the warehouse of {name} aside, whole, and begins an empty one (or give each zone its "
            f"own: GUOBAN_WAREHOUSE, --warehouse); if {name} has a new name, add the old one to "
            "former_names below [zone] in zone.toml",
            f"数据仓{folder}属于“{name}”（{known['first_month']}起），不属于“{new}”。有两种办法："
            f"“{new}”是另一个区的，运行guoban refresh --new，把“{name}”的数据仓整个另存，"
            "从空的数据仓开始（或者每个区各用一个数据仓：GUOBAN_WAREHOUSE、--warehouse）；"
            f"是“{name}”更名的，在zone.toml的[zone]下把原名写入former_names",
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


def begin_anew(warehouse: Warehouse, zone: Zone, now: dt.datetime) -> Path | None:
    """Puts another zone's warehouse aside, and returns where it lies; None: there was nothing.

    It stays a whole warehouse. Ended half-way, it is still the other zone's, and the next call goes
    on with it. Raises SettingsError where the warehouse is the zone's own, BusyError where it is at
    work.
    """
    if not warehouse.folder.is_dir():
        return None
    with warehouse.locked():
        known = _known(warehouse.journal)
        if known is None and not Journal(warehouse.journal).entries:
            return None
        if known is None or _is_of(known["name"], zone):
            raise SettingsError(
                f"the warehouse {warehouse.folder} is that of {zone.zone.name} itself: --new is for "
                "another zone's. To begin your own anew, rename the folder while nothing runs",
                f"数据仓{warehouse.folder}就是“{zone.zone.name}”自己的，--new只用于其他区的数据仓。"
                "确要重新开始的，请在没有运行时把该文件夹改名",
            )
        if warehouse.unanswered.is_held():
            raise BusyError(
                f"replies are still being written in {warehouse.folder}; try again in a moment",
                f"{warehouse.folder}还在生成审核意见，请稍后再试",
            )
        with writing(warehouse.folder, "the warehouse folder "):
            return _put_aside(warehouse, f"{now:%Y%m%d-%H%M%S}")


def _put_aside(warehouse: Warehouse, stamp: str) -> Path:
    former = warehouse.folder / FORMER
    admit(former, OWN)
    moving = next(former.glob(f"{_MOVING}*"), former / f"{_MOVING}{stamp}")
    for place in (moving, moving / "work"):
        admit(place, OWN)
    parts = [one for one in warehouse.folder.iterdir() if one.name not in _STAYING]
    for one in warehouse.working_database.parent.iterdir():
        if one.name != "lock":
            _move(one, moving / "work", stamp)
    # As long as the journal is there, the warehouse is the other zone's.
    for one in sorted(parts, key=lambda part: part == warehouse.journal):
        _move(one, moving, stamp)
    kept = moving.with_name(moving.name.removeprefix(_MOVING))
    moving.rename(kept)
    fsync(former)
    fsync(warehouse.folder)
    return kept


def _move(part: Path, folder: Path, stamp: str) -> None:
    """Moves it there, beside what a call that was ended moved under the same name."""
    target = folder / part.name
    part.rename(target.with_name(f"{part.name}-{stamp}") if target.exists() else target)


def of_other_zones(warehouse: Path, zone: Zone) -> dict[str, str]:
    """The hashes of files that are another zone's, each with its name: nobody files them here.

    They are those that warehouses put aside have received, and the samples.
    """
    return {
        sha256: name
        for sha256, name in (*_samples(), *_received_before(warehouse))
        if not _is_of(name, zone)
    }


def _samples() -> Iterator[tuple[str, str]]:
    if not SAMPLES.is_file():
        return
    head, *lines = SAMPLES.read_text("utf-8").splitlines()
    name = head.removeprefix("# ")
    yield from ((line.partition(" ")[0], name) for line in lines)


def _received_before(warehouse: Path) -> Iterator[tuple[str, str]]:
    for journal in sorted((warehouse / FORMER).glob("*/journal")):
        known = _known(journal)
        # A damaged one is not this zone's to mend.
        with contextlib.suppress(WarehouseError):
            receipts = Journal(journal).receipts if known else []
            yield from ((one.sha256, known["name"]) for one in receipts if known)


def _is_of(name: str, zone: Zone) -> bool:
    return folded(name) in {folded(one) for one in (zone.zone.name, *zone.zone.former_names)}


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
