"""What holds where nothing is set, and what always has to: for the settings, and for who is quicker.

A command's first line looks here: the settings themselves take long to import.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo

PROJECT = Path(__file__).resolve().parents[2]
RAW, WAREHOUSE = PROJECT / "data" / "raw", PROJECT / "data" / "warehouse"
MAX_FILE_MIB = 200
# Where TIME names no zone, and for every date that a person sees.
BEIJING = ZoneInfo("Asia/Shanghai")


def has_prefect() -> bool:
    """Whether Prefect is installed, which an installation may do without."""
    return find_spec("prefect") is not None


def has_postgres() -> bool:
    """Whether the driver of PostgreSQL is installed, which only `guoban[postgres]` asks for."""
    return find_spec("adbc_driver_postgresql") is not None


def are_apart(raw: Path, warehouse: Path) -> bool:
    """Whether neither folder lies in the other: what guoban writes is never filed, nor the other way."""
    return not (_is_below(raw, warehouse) or _is_below(warehouse, raw))


def _is_below(folder: Path, other: Path) -> bool:
    """Whether the folder is the other one or lies in it, by whatever way or name one comes there."""
    place = other.resolve()
    return any(one == place or _is_same(one, place) for one in _with_parents(folder.resolve()))


def _with_parents(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
