"""Pictures of a zone's runs in Prefect's pages, into docs/pictures: `python -m scripts.take_pictures`.

Needs Chromium (scripts/install_test_tools.sh). A `guoban serve` over the sample months is looked at: its
runs, its schedules, one run with its stages, and what came of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flows.ground.settings import PROJECT

PICTURES = PROJECT / "docs" / "pictures"
_MOST_SECONDS = 300
# So long a page is given to fill itself.
_PAGE_SECONDS = 60


def main() -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        sys.exit("there is no Chromium; scripts/install_test_tools.sh installs it")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="guoban-pictures-") as folder:
        raw = Path(folder, "raw")
        months = sorted((PROJECT / "data" / "raw").iterdir())
        shutil.copytree(months[0], raw / months[0].name)
        with _served(raw, Path(folder, "warehouse")) as api:
            _wait_until(lambda: len(_published(api)) == 1)
            shutil.copytree(months[1], raw / months[1].name)
            _wait_until(lambda: len(_published(api)) == 2)
            run = _published(api)[0]["id"]
            (artifact,) = _asked(
                f"{api}/artifacts/filter", artifacts={"flow_run_id": {"any_": [run]}}
            )
            pages = {
                "runs": "runs",
                "deployments": "deployments",
                "run": f"runs/flow-run/{run}",
                "artifact": f"artifacts/artifact/{artifact['id']}",
            }
            for name, page in pages.items():
                _picture(browser, Path(folder), f"{api.removesuffix('/api')}/{page}", name)


def _picture(browser: str, folder: Path, address: str, name: str) -> None:
    path = PICTURES / f"prefect-{name}.png"
    subprocess.run(  # noqa: S603 - the browser that was found
        [
            browser,
            *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=zh-CN"),
            *("--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"),
            f"--user-data-dir={folder / 'browser'}",
            "--window-size=1280,900",
            f"--virtual-time-budget={_PAGE_SECONDS * 1000}",
            f"--screenshot={path}",
            address,
        ],
        check=True,
        timeout=180,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TZ": "Asia/Shanghai"},
    )
    print(path.relative_to(PROJECT), path.stat().st_size)


@contextlib.contextmanager
def _served(raw: Path, warehouse: Path) -> Iterator[str]:
    """The address of the API of a serve over these folders."""
    serve = subprocess.Popen(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "guoban", "serve"),
            *("--raw", str(raw), "--warehouse", str(warehouse)),
        ],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    try:
        announced = warehouse / "prefect" / "server.json"
        _wait_until(announced.exists)
        yield str(json.loads(announced.read_bytes())["api"])
    finally:
        serve.send_signal(signal.SIGTERM)
        serve.wait(30)


def _published(api: str) -> list[dict[str, Any]]:
    """The runs that have published, the newest first."""
    runs = _asked(
        f"{api}/flow_runs/filter",
        sort="START_TIME_DESC",
        flow_runs={"state": {"type": {"any_": ["COMPLETED"]}}},
    )
    return [one for one in runs if "published" in (one["state"]["message"] or "")]


def _asked(address: str, **body: Any) -> list[dict[str, Any]]:
    asked = urllib.request.Request(  # noqa: S310 - our own server
        address, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.load(answer)
    return found


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + _MOST_SECONDS
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.5)


if __name__ == "__main__":
    main()
