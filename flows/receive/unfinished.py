"""Which files in the drop folder are still being written: by their age, and by a second look.

A workbook of which half is there can't be opened; half a text file looks like a shorter one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# The year 2200: a time in nanoseconds still fits into 64 bits, and into any calendar.
_LATEST_NS = 7_258_118_400 * 10**9
# How files begin that can't be read before they are whole: zip, OLE.
_WHOLE_OR_NOT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_END_BYTES = 4096
# What stands below a return's rows, and how a page or a sheet of XML ends.
_FOOT = ("报出日期", "填表人", "审核人", "负责人", "</html>", "</Workbook>")
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


@dataclass(frozen=True)
class Arrival:
    """A regular file in the drop folder, by its path below it ("/" between the parts).

    `location` is where it lies; `path` is the same as text, whatever bytes its name is made of.
    `changed_ns` is when anything about it changed, as the system keeps it: nobody can set that.
    """

    path: str
    location: str
    size: int
    modified_ns: int
    changed_ns: int = 0

    @classmethod
    def of(cls, path: str, location: str, info: os.stat_result) -> Arrival:
        return cls(path, location, info.st_size, modified_ns(info), info.st_ctime_ns)


def modified_ns(info: os.stat_result) -> int:
    """When the file was changed last; a time that no calendar shows becomes the nearest it does."""
    return min(max(info.st_mtime_ns, 0), _LATEST_NS)


def told(
    arrivals: Iterable[Arrival], seconds: float, was_waiting: Iterable[str] = ()
) -> Iterator[tuple[Arrival, bool]]:
    """Each arrival, and whether it is still being written.

    One younger than so many seconds gets a second look; they wait together. A time in the future
    tells no age: a text that bears one is taken once its foot is there, or when the look before
    (`was_waiting`) found it as it is now.
    """
    is_later = False
    waiting = set(was_waiting)
    for arrival in arrivals:
        age = time.time() - arrival.modified_ns / 1e9
        if age >= seconds:
            yield arrival, False
            continue
        if not is_later:
            time.sleep(seconds)
            is_later = True
        yield (
            arrival,
            _has_changed(arrival)
            or (age < 0 and arrival.path not in waiting and not _ends_as_it_should(arrival)),
        )


def _has_changed(arrival: Arrival) -> bool:
    try:
        now = Arrival.of(arrival.path, arrival.location, os.lstat(arrival.location))
    except OSError:
        return True
    return now != arrival


def _ends_as_it_should(arrival: Arrival) -> bool:
    """Whether the file is none that half of it could be taken for, or has its foot."""
    try:
        handle = os.open(arrival.location, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            if file.read(len(_WHOLE_OR_NOT[0])) in _WHOLE_OR_NOT:
                return True
            file.seek(max(0, arrival.size - _END_BYTES))
            end = file.read(_END_BYTES)
    except OSError:
        return True  # whoever takes it in says why it can't be opened
    texts = [end.decode(one, "ignore").rstrip(" \0") for one in _ENCODINGS]
    is_text = any(text.endswith(("\n", "\r", ">")) for text in texts)
    return is_text and any(words in text for text in texts for words in _FOOT)
