"""Pictures of what people look at, into docs/pictures: `python -m scripts.take_month_pictures`.

The page of the newest sample month on a screen, on a telephone and with a number opened, and the first
two sheets of its bulletin as LibreOffice prints them (scripts/install_test_tools.sh installs both).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from flows.ground.settings import PROJECT

PICTURES = PROJECT / "docs" / "pictures"
_MONTH = "2021-05"
_PROGRAMS = ("chromium", "soffice", "pdftoppm")


def main() -> None:
    if missing := [name for name in _PROGRAMS if shutil.which(name) is None]:
        sys.exit(f"missing: {', '.join(missing)}; scripts/install_test_tools.sh installs them")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="guoban-pictures-") as name:
        folder = Path(name)
        _guoban(folder, "refresh")
        _take_page(folder / "warehouse" / "current" / "site" / "index.html")
        _guoban(folder, "bulletin", "--month", _MONTH, "-o", str(folder / "bulletin.docx"))
        _take_bulletin(folder)
    for path in sorted(PICTURES.glob("*.png")):
        print(path.relative_to(PROJECT), path.stat().st_size)


def _guoban(folder: Path, *arguments: str) -> None:
    """Runs a command over the sample months."""
    settings = {
        "GUOBAN_RAW": str(PROJECT / "data" / "raw"),
        "GUOBAN_WAREHOUSE": str(folder / "warehouse"),
        "GUOBAN_ORCHESTRATOR": "none",
        "PYTHONPATH": str(PROJECT),
    }
    command = [sys.executable, "-m", "guoban", *arguments]
    subprocess.run(command, check=True, env={**os.environ, **settings})  # noqa: S603 - our own


def _take_page(index: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        _take(browser, index, "page", 1280, 1240)
        _take(browser, index, "page-telephone", 390, 844, scale=2)
        _take(browser, index, "page-opened", 1280, 800, is_opened=True)
        browser.close()


def _take(
    browser: Browser, index: Path, name: str, width: int, height: int, *,
    scale: int = 1, is_opened: bool = False,
) -> None:  # fmt: skip
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale
    )
    page = context.new_page()
    page.goto(index.as_uri())
    page.wait_for_selector("html[data-ready]")
    if is_opened:
        page.click("main button >> nth=0")
        page.wait_for_selector("dialog[open] table")
    # Curves are drawn in steps.
    page.wait_for_timeout(1_500)
    page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


def _take_bulletin(folder: Path) -> None:
    commands: list[list[str | Path]] = [
        ["soffice", "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}",
         "--convert-to", "pdf", "--outdir", folder, folder / "bulletin.docx"],
        ["pdftoppm", "-r", "72", "-l", "2", "-png", folder / "bulletin.pdf", PICTURES / "bulletin"],
    ]  # fmt: skip
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own


if __name__ == "__main__":
    main()
