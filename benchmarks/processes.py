"""The processes of a run and their memory, by what the kernel says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def tree(pid: int) -> Iterator[int]:
    """The process and all below it. psutil would look at every process of the machine for that."""
    yield pid
    for place in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in place.read_text("ascii").split():
                yield from tree(int(child))


def pss(pid: int) -> int:
    """Bytes of the process: its share of what it shares; 0 once it has gone."""
    with suppress(OSError):
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
        return int(found[1]) * 1024 if found else 0
    return 0
