"""Whose warehouse it is: the zone's name and first month, written down by its first refresh, and which
departments have filed.

Two zones in one warehouse would count each other's files; a department struck out of `zone.toml` would
take what it filed out of the figures, and its name can't be found in its files any more. So both lie
with the journal, as neither can be computed again. A warehouse that is another zone's is put aside whole, where that is asked for, and
none of its files is taken in again: nor are the samples by any zone but their own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from flows.ground.durable import OWN, admit, fsync, replace_durably, writing
from flows.ground.errors import BusyError, SettingsError, WarehouseError
from flows.ground.notes import Notes
from flows.ground.settings import PROJECT
from flows.ground.zone import Zone
from flows.store.chain import sealed
from flows.store.journal import Journal
from flows.store.statements import statement
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


@dataclass(frozen=True)
class Reporter:
    """A department of which returns are accepted: as zone.toml had it, and the months."""

    name: str
    aliases: tuple[str, ...] = ()
    owes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    until: str | None = None
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Known:
    """What is written down; `departments` is None where an earlier version wrote it."""

    name: str
    first_month: str
    departments: tuple[Reporter, ...] | None = None


def assert_belongs(journal: Path, zone: Zone) -> None:
    """Raises SettingsError where the warehouse of that journal is another zone's, or a department is
    struck out of zone.toml that has filed.
    """
    known = _known(journal)
    if known is None:
        return
    _assert_of_zone(known, journal, zone)
    _assert_all_listed(known.departments or (), zone)


def _assert_of_zone(known: _Known, journal: Path, zone: Zone) -> None:
    if not _is_of(known.name, zone):
        name, new, folder = known.name, zone.zone.name, journal.parent
        raise SettingsError(
            f"the warehouse {folder} is that of {name} (from {known.first_month}), not "
            f"of {new}. There are two ways on: if {new} is another zone, guoban refresh --new puts "
            f"the warehouse of {name} aside, whole, and begins an empty one (or give each zone its "
            f"own: GUOBAN_WAREHOUSE, --warehouse); if {name} has a new name, add the old one to "
            "former_names below [zone] in zone.toml",
            f"数据仓{folder}属于“{name}”（{known.first_month}起），不属于“{new}”。有两种办法："
            f"“{new}”是另一个区的，运行guoban refresh --new，把“{name}”的数据仓整个另存，"
            "从空的数据仓开始（或者每个区各用一个数据仓：GUOBAN_WAREHOUSE、--warehouse）；"
            f"是“{name}”更名的，在zone.toml的[zone]下把原名写入former_names",
        )


def _assert_all_listed(reporters: Iterable[Reporter], zone: Zone) -> None:
    reporters = list(reporters)
    missing = [one for one in reporters if zone.department_of(one.name) is None]
    if not missing:
        return
    english = ", ".join(f"{one.name} ({_spans(one.months, ' to ')})" for one in missing)
    chinese = "、".join(f"{one.name}（{_spans(one.months, '至')}）" for one in missing)
    lines = "\n\n".join(map(_lines, missing))
    known = {one.name for one in reporters}
    new = [one.name for one in zone.departments if one.name not in known]
    names = ("、".join(one.name for one in missing), "、".join(new))
    raise SettingsError(
        f"zone.toml does not know departments of which returns are accepted: {english}. "
        "A department that is no more is not struck out, it ends: what it filed stays in the figures. "
        f"Put back these lines, with the last month that it reports for:\n{lines}\n"
        f"If it has a new name ({names[1] or 'among those of zone.toml'}), add the old one, "
        f"{names[0]}, to the aliases there instead",
        f"zone.toml中没有这些单位，而它们已有采用的报表：{chinese}。"
        f"撤销的单位不要删去，写明最后一个报告月份即可，已报的数仍然计入。请补上：\n{lines}\n"
        f"如果是更名（{names[1] or 'zone.toml中的某个单位'}），请改为把原名{names[0]}写入该单位的aliases",
    )


def _spans(months: Sequence[str], to: str) -> str:
    """Months in a row as the first and the last of them: 2021-01 to 2021-03, 2021-05."""
    spans: list[list[dt.date]] = []
    for month in sorted(dt.date.fromisoformat(f"{one}-01") for one in months):
        if spans and (spans[-1][-1] + dt.timedelta(days=31)).replace(day=1) == month:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(to.join(f"{day:%Y-%m}" for day in {one[0]: 0, one[-1]: 0}) for one in spans)


def _lines(reporter: Reporter) -> str:
    """What to write into zone.toml, as TOML."""
    # JSON's texts and lists are TOML's, but for one character, which can't be seen.
    lines = ["[[departments]]", f"name = {json.dumps(reporter.name, ensure_ascii=False)}"]
    if reporter.aliases:
        lines.append(f"aliases = {json.dumps(reporter.aliases, ensure_ascii=False)}")
    lines += [f'owes."{month}" = {json.dumps(owed)}' for month, owed in reporter.owes.items()]
    until = reporter.until or max(reporter.months, default="")
    return "\n".join([*lines, f'until = "{until}"'])


def remember_zone(journal: Path, zone: Zone, notes: Notes) -> None:
    """Writes down whose warehouse it is, and says so where the zone now begins in another month.

    Raises SettingsError where it is another zone's, or a department is missing (`assert_belongs`).
    """
    assert_belongs(journal, zone)
    known = _known(journal)
    first_month = _first_month(zone)
    if known and known.first_month != first_month:
        before, after = known.first_month, first_month
        notes.say(
            f"the first month for which zone.toml expects anything was {before} and is {after} now",
            f"zone.toml中最早的应报月份原为{before}，现为{after}",
        )
    _write(journal, _Known(zone.zone.name, first_month, known.departments if known else ()))


def assert_departments(release: Path | None, journal: Path, zone: Zone) -> None:
    """The same by what is published, where an earlier version wrote down no departments.

    Raises SettingsError where one of those that have filed is missing.
    """
    known = _known(journal)
    if known is None or known.departments is not None or release is None:
        return
    with contextlib.suppress(duckdb.Error), duckdb.connect(str(release), read_only=True) as con:
        _assert_all_listed(_reporters(con, "mart.submissions", zone), zone)


def remember_departments(con: duckdb.DuckDBPyConnection, journal: Path, zone: Zone) -> None:
    """Writes down which departments have filed, as zone.toml has them."""
    if known := _known(journal):
        _write(
            journal,
            replace(known, departments=tuple(_reporters(con, "core.submissions", zone))),
        )


def _reporters(con: duckdb.DuckDBPyConnection, submissions: str, zone: Zone) -> Iterator[Reporter]:
    """The departments that have filed."""
    listed = {one.name: one for one in zone.departments}
    for name, months in con.execute(statement("store/filed", submissions=submissions)).fetchall():
        if one := listed.get(name):
            until = f"{one.until:%Y-%m}" if one.until else None
            yield Reporter(name, one.aliases, one.owes, until, tuple(months))
        else:
            yield Reporter(name, months=tuple(months))


def _write(journal: Path, now: _Known) -> None:
    """Writes it down, sealed as the journal's lines are, where it does not stand there so."""
    said = sealed(json.dumps(asdict(now), ensure_ascii=False, indent=1)) + b"\n"
    path = journal / FILE
    if not path.exists() or path.read_bytes() != said:
        replace_durably(path, said)


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
        if known is None or _is_of(known.name, zone):
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
            yield from ((one.sha256, known.name) for one in receipts if known)


def _is_of(name: str, zone: Zone) -> bool:
    return folded(name) in {folded(one) for one in (zone.zone.name, *zone.zone.former_names)}


def _known(journal: Path) -> _Known | None:
    """What is written down; None where nothing is, or nothing that can be read."""
    try:
        known = json.loads((journal / FILE).read_text("utf-8"))
        departments = known.get("departments")
        return _Known(
            str(known["name"]),
            str(known["first_month"]),
            None if departments is None else tuple(map(_reporter, departments)),
        )
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _reporter(plain: Mapping[str, Any]) -> Reporter:
    owes = {month: tuple(returns) for month, returns in plain["owes"].items()}
    return Reporter(
        plain["name"], tuple(plain["aliases"]), owes, plain["until"], tuple(plain["months"])
    )


def _first_month(zone: Zone) -> str:
    return f"{zone.first_month:%Y-%m}" if zone.first_month else "—"
