"""How much memory each process may take, so that all of them together stay below one number.

Not all of them have theirs at once: readers have ended by the time a batch is judged, and the
database is closed when replies are made. The run itself, and the server that Prefect starts for it,
take what is left.
"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_MIB = 1536
LEAST_MIB = 1024


@dataclass(frozen=True)
class Shares:
    """Each in MiB: a reader among others, and one that reads a large file alone; what readers tell
    of files that are judged together (as bytes: in memory it is several times as much); a process
    that makes replies; the database.
    """

    reader: int
    lone_reader: int
    told: int
    reply: int
    database: int


def shares_of(memory_mib: int) -> Shares:
    """The shares of so much memory in all."""
    return Shares(
        reader=memory_mib // 6,
        lone_reader=memory_mib // 2,
        told=memory_mib // 96,
        reply=memory_mib // 4,
        database=memory_mib // 3,
    )
