"""What changes below the drop folder: heard from the kernel, or found by looking.

What is heard is a hint and never the truth: from time to time, and whenever the folder has been away,
everything below it is looked at, and what differs from the look before counts as heard.
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import time
from collections.abc import Generator
from pathlib import Path

import watchfiles

from flows.ground.errors import SettingsError
from flows.ground.mounts import is_elsewhere
from flows.receive.inbox import is_passed_over, scan
from flows.serve.arrivals import Signs

LOG = logging.getLogger("guoban")
# Between two looks of a watch that hears nothing from the kernel, and of any watch at everything.
_POLL_SECONDS, LOOK_SECONDS = 2.0, 60.0
# For so long it is listened at a time.
TICK_SECONDS = 0.5
# So long changes are gathered before they are told of.
_GATHER_MS, _STEP_MS = 400, 50


class Watch:
    """A watch over a folder that may be missing for a while."""

    def __init__(self, folder: Path, how: str) -> None:
        """`how` is "events", "polling", or "auto": looking where other machines write."""
        self._folder, self._how = folder, how
        self._hearing: Generator[set[tuple[watchfiles.Change, str]], None, None] | None = None
        self._place: tuple[int, int] | None = None
        self._lying: dict[str, Signs] | None = None
        self._looked = -LOOK_SECONDS
        self.trouble = ""
        """Why the folder can't be watched now; "" where it can."""

    def changed(self) -> dict[str, Signs | None]:
        """What changed: of each file how it is now, None where it went. Returns within a tick or two.

        Files that are never filed are left out.
        """
        if time.monotonic() - self._looked >= LOOK_SECONDS or self.trouble:
            found = self._look()
            if found or self.trouble:
                time.sleep(TICK_SECONDS)
                return found
        heard = self._heard()
        lying = self._lying
        if lying is None:
            return heard
        news = {path: signs for path, signs in heard.items() if lying.get(path) != signs}
        for path, signs in news.items():
            if signs is None:
                del lying[path]
            else:
                lying[path] = signs
        return news

    def signs(self, path: str) -> Signs | None:
        """How the file is now; None where it has gone or is none."""
        try:
            info = os.lstat(path)
        except OSError:
            return None
        if not stat.S_ISREG(info.st_mode):
            return None
        return info.st_size, info.st_mtime_ns, info.st_ctime_ns

    def close(self) -> None:
        """Ends the watch."""
        if self._hearing is not None:
            self._hearing.close()
            self._hearing = None

    @property
    def is_polling(self) -> bool:
        """Whether it looks for itself, as on a folder to which other machines write."""
        return self._how == "polling" or (self._how == "auto" and is_elsewhere(self._folder))

    def _look(self) -> dict[str, Signs | None]:
        """Looks at everything; also sees whether it is still the same folder that is listened to."""
        self._looked = time.monotonic()
        try:
            place = self._folder.stat()
            if (place.st_dev, place.st_ino) != self._place:
                self.close()
                # Before the look, so that nothing can come between.
                self._listen()
                self._place = (place.st_dev, place.st_ino)
            arrivals, _ = scan(self._folder)
        except (OSError, RuntimeError, SettingsError) as error:
            self.close()
            self._place, self.trouble = None, str(error)
            return {}
        self.trouble = ""
        lying = {one.location: (one.size, one.modified_ns, one.changed_ns) for one in arrivals}
        # What lies there at the first look is no change.
        before, self._lying = lying if self._lying is None else self._lying, lying
        return {
            path: lying.get(path)
            for path in before.keys() | lying.keys()
            if before.get(path) != lying.get(path)
        }

    def _listen(self) -> None:
        self._hearing = watchfiles.watch(
            self._folder,
            watch_filter=None,
            debounce=_GATHER_MS,
            step=_STEP_MS,
            rust_timeout=int(TICK_SECONDS * 1000),
            yield_on_timeout=True,
            # Where nothing is said watchfiles knows of one more kind of folder to look into.
            force_polling=True if self.is_polling else False if self._how == "events" else None,
            poll_delay_ms=int(_POLL_SECONDS * 1000),
            ignore_permission_denied=True,
        )
        next(self._hearing)

    def _heard(self) -> dict[str, Signs | None]:
        if self._hearing is None:
            return {}
        try:
            changes = next(self._hearing)
        except (OSError, RuntimeError, StopIteration) as error:
            LOG.debug("the watch over %s ended: %s", self._folder, error)
            self.close()
            self._looked, self._place = -LOOK_SECONDS, None
            return {}
        return {path: self.signs(path) for path in self._files({path for _, path in changes})}

    def _files(self, paths: set[str]) -> set[str]:
        """The files among them and in the folders among them, as far as they can be filed."""
        found: set[str] = set()
        for path in paths:
            if any(is_passed_over(part) for part in self._below(path)):
                continue
            # Also where a network folder doesn't let us see what it is: the next look finds it.
            if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises there
                with contextlib.suppress(SettingsError, OSError):
                    # One that was moved here brings files of which nothing is heard.
                    found |= {one.location for one in scan(Path(path))[0]}
            else:
                found.add(path)
        return found

    def _below(self, path: str) -> tuple[str, ...]:
        with contextlib.suppress(ValueError):
            return Path(path).relative_to(self._folder).parts
        return ()
