"""What lay in the drop folder at the last look, and what is new against it.

The working database has it. A copy lies beside that: for who wants a hint at once, before anything
large is imported, and for a working database that is made anew. Without it that one would know of no
file whether it came since, and bytes that came again would go unsaid.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from flows.receive.inbox import Signs, too_large
from flows.receive.unfinished import Arrival


def has_new(arrivals: Iterable[Arrival], seen: Mapping[str, Signs], max_mib: int) -> bool:
    """Whether there are files that the last look did not take as they lie there."""
    for arrival in arrivals:
        size, modified, sha256 = seen.get(arrival.path, (0, 0, ""))
        if (size, modified) == (arrival.size, arrival.modified_ns) and sha256:
            continue
        if not too_large(arrival.path, arrival.size, max_mib):
            return True
    return False


def keep_copy(warehouse: Path, seen: Mapping[str, Signs]) -> None:
    """Keeps the copy. Where it can't be written there is none: by an older one files would have come again."""
    path = _copy(warehouse)
    data = orjson.dumps(seen)
    try:
        if path.exists() and path.read_bytes() == data:
            return
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def copy_of(warehouse: Path) -> dict[str, Signs]:
    """The copy; nothing where there is none."""
    try:
        return {
            str(path): (int(size), int(modified), str(sha256))
            for path, (size, modified, sha256) in orjson.loads(
                _copy(warehouse).read_bytes()
            ).items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _copy(warehouse: Path) -> Path:
    return warehouse / "work" / "seen.json"
