"""A picture of the dashboard into docs/pictures: `PYTHONPATH=tests python -m scripts.superset.take_picture`.

Needs `.venv-bi` (`make test-bi`) and Chromium (scripts/install_test_tools.sh). The sample
months are refreshed, and shown by a Superset to whoever comes, since there is nobody to log in.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from drop import Drop

from flows.ground.settings import PROJECT
from scripts.superset.dashboard import SLUG
from scripts.superset.served import is_installed, served

PICTURE = PROJECT / "docs" / "pictures" / "superset.png"
# So long the page is given to fill itself.
_PAGE_SECONDS = 60
_OPEN_TO_ALL = '\nAUTH_ROLE_PUBLIC = "Admin"\n'


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None or not is_installed():
        sys.exit("Chromium (scripts/install_test_tools.sh) and make test-bi are wanted")
    with tempfile.TemporaryDirectory(prefix="guoban-picture-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        drop = Drop(folder).samples()
        drop.refresh()
        published = drop.settings.warehouse / "current" / "guoban.duckdb"
        with served(folder / "superset", published, _OPEN_TO_ALL) as superset:
            page = f"{superset.address}/superset/dashboard/{SLUG}/?standalone=1"
            take(browser, folder, page, PICTURE)
    print(PICTURE.relative_to(PROJECT), PICTURE.stat().st_size)


def take(browser: str, folder: Path, page: str, picture: Path) -> None:
    """Opens the page and keeps what it shows; nobody but this machine is asked for anything."""
    subprocess.run(  # noqa: S603 - the browser that was found
        [
            browser,
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=zh-CN"),
            *("--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"),
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={folder / 'browser'}",
            "--window-size=1440,2240",
            f"--virtual-time-budget={_PAGE_SECONDS * 1000}",
            f"--screenshot={picture}",
            page,
        ],
        check=True,
        timeout=300,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TZ": "Asia/Shanghai"},
    )


if __name__ == "__main__":
    main()
