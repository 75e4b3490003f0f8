"""Chromium, by which some tests open the month's page; they are skipped where it isn't.

One browser for all tests of a process, without any network: what asks for more than files on the disk
is refused and told.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("playwright") is None,
    reason="scripts/install_test_tools.sh",
)


@contextmanager
def browser() -> Iterator[Any]:
    """Headless Chromium as Debian has it."""
    # Skipped without it.
    playwright_api = importlib.import_module("playwright.sync_api")
    with playwright_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        yield made
        made.close()


class Sight:
    """A page as it is opened from disk, with what went wrong in it."""

    def __init__(
        self,
        made: Any,
        index: Path,
        width: int,
        height: int,
        *,
        is_measured: bool = False,
        **more: Any,
    ) -> None:
        self.context = made.new_context(viewport={"width": width, "height": height}, **more)
        self.page = self.context.new_page()
        # A crowded machine takes its time.
        self.page.set_default_timeout(120_000)
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda one: self.wrong.append(str(one)))
        self.page.on("request", lambda one: self.asked.append(one.url))
        self._meter = self.context.new_cdp_session(self.page) if is_measured else None
        if self._meter:
            self._meter.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.goto(index.as_uri())
        self.page.wait_for_selector("html[data-ready]")

    def measured(self) -> dict[str, float]:
        """What opening the page took so far, in seconds of its thread's CPU."""
        found = self._meter.send("Performance.getMetrics")["metrics"] if self._meter else []
        return {one["name"]: one["value"] for one in found}

    def _hear(self, said: Any) -> None:
        if said.type == "error":
            self.wrong.append(said.text)

    def opened(self, reference: str) -> Any:
        """Clicks the first number that opens so, and gives the dialog."""
        self.page.locator(f'[data-open="{reference}"]').first.click()
        self.page.wait_for_selector(f'dialog[data-opened="{reference}"]')
        return self.page.locator("dialog")

    def close(self) -> None:
        self.context.close()
