"""Which files are arriving, and when there is something whole to be refreshed for.

Knows files by what is told of them and time by what it is given; it opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

# Of a file: its size, when it was modified and when anything about it changed (ns).
Signs = tuple[int, int, int]


@dataclass
class _Arriving:
    signs: Signs
    since: float


class Arrivals:
    """The files that changed and were not refreshed for yet.

    A file has arrived when it has not changed for `still_seconds`. Others on their way are waited
    for, so that many files are one refresh, but for no longer than `patience_seconds`.
    """

    def __init__(self, still_seconds: float, patience_seconds: float) -> None:
        self._still_seconds, self._patience_seconds = still_seconds, patience_seconds
        self._arriving: dict[str, _Arriving] = {}

    def look(self, path: str, signs: Signs | None, now: float) -> None:
        """Hears how the file is now; None where it has gone, or is no file."""
        if signs is None:
            self._arriving.pop(path, None)
            return
        known = self._arriving.get(path)
        if known is None or known.signs != signs:
            self._arriving[path] = _Arriving(signs, now)

    @property
    def paths(self) -> list[str]:
        """What is to be looked at again."""
        return list(self._arriving)

    def is_due(self, now: float) -> bool:
        """Whether a refresh is wanted."""
        stillness = [now - one.since for one in self._arriving.values()]
        arrived = [seconds for seconds in stillness if seconds >= self._still_seconds]
        if not arrived:
            return False
        return (
            len(arrived) == len(stillness)
            or max(arrived) >= self._still_seconds + self._patience_seconds
        )

    def take(self, now: float) -> int:
        """Forgets those that have arrived, since a refresh looks for them now; how many they are."""
        arrived = [
            path for path, one in self._arriving.items() if now - one.since >= self._still_seconds
        ]
        for path in arrived:
            del self._arriving[path]
        return len(arrived)
