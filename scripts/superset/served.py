"""A Superset of one's own: set up in a folder, with guoban's dashboard, served on loopback.

Its packages are those of requirements-bi.txt in `.venv-bi` (`make test-bi` installs them), its
settings those of `deploy/superset`. Started by root it works as nobody: who may write into the
release's folder may write there by SQL, whatever DuckDB is told.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.ground.settings import PROJECT
from scripts.superset import assets

VENV = PROJECT / ".venv-bi"
SETTINGS = PROJECT / "deploy" / "superset" / "superset_config.py"
USER = "admin"
_NOBODY = 65534
# Who may read whatever root may, since Python may lie in root's own folder, and write nothing of it.
_BY_NOBODY = (
    "setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups",
    "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search",
)  # fmt: skip
_UP_SECONDS = 300


@dataclass(frozen=True)
class Superset:
    """A Superset that answers; its administrator's password, its process."""

    address: str
    password: str
    pid: int


def is_installed() -> bool:
    return (VENV / "bin" / "superset").exists()


@contextlib.contextmanager
def served(folder: Path, published: Path, more_settings: str = "") -> Iterator[Superset]:
    """Sets a Superset up in the folder, over the published file, and ends it afterwards."""
    password = secrets.token_urlsafe(12)
    home = folder / "home"
    home.mkdir(parents=True)
    settings = folder / "superset_config.py"
    settings.write_text(SETTINGS.read_text("utf-8") + more_settings, "utf-8")
    env = _environment(home, settings)
    bundle = folder / "dashboard.zip"
    bundle.write_bytes(assets.zipped(assets.at(assets.committed(), published)))
    _superset(env, "db", "upgrade")
    _superset(
        env, "fab", "create-admin", "--username", USER, "--firstname", "guoban", "--lastname", "BI",
        "--email", "bi@localhost", "--password", password,
    )  # fmt: skip
    _superset(env, "init")
    _superset(env, "import-dashboards", "--path", str(bundle), "--username", USER)
    if not os.geteuid():
        for path in (home, *home.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY)
    address = f"http://127.0.0.1:{_free_port()}"
    with (folder / "superset.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own installation
            [
                *(_BY_NOBODY if not os.geteuid() else ()),
                str(VENV / "bin" / "gunicorn"), "--workers", "1", "--threads", "8",
                "--bind", address.removeprefix("http://"), "--timeout", "300",
                "--worker-tmp-dir", str(home), "superset.app:create_app()",
            ],
            env=env,
            cwd=home,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        _wait_until_up(process, address, folder / "superset.log")
        yield Superset(address, password, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(home: Path, settings: Path) -> dict[str, str]:
    return {
        "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "FLASK_APP": "superset.app:create_app()",
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(settings),
        "SUPERSET_SECRET_KEY": secrets.token_urlsafe(42),
        "SCARF_ANALYTICS": "false",
    }


def _superset(env: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own installation
        [str(VENV / "bin" / "superset"), *arguments],
        env=dict(env),
        cwd=env["HOME"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"superset {' '.join(arguments[:2])}: {done.stderr[-4000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + _UP_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"{address}/health", timeout=5).close()  # noqa: S310
            return
        time.sleep(0.2)
    raise RuntimeError(f"Superset has not come up: {log.read_text('utf-8', 'replace')[-4000:]}")
