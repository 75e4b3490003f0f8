"""A PostgreSQL server of Debian's on loopback, for a test session alone: its own folder, port and users."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from drop import Drop
from pydantic import SecretStr

from flows import postgres
from flows.ground.notes import Notes
from flows.ground.patience import Patience
from flows.ground.settings import Settings
from flows.ground.zone import Zone

WANTED = "PostgreSQL is not installed: scripts/install_test_tools.sh"
_PASSWORD = "only-for-tests"  # noqa: S105 - of a server that ends with the tests
# The login that guoban copies as: it may make schemas in its database, and roles.
_NUMBER = itertools.count()
Rows = list[tuple[Any, ...]]
LOGIN, LOGIN_PASSWORD = "guoban_copies", "s3cret:word@/ü"


def _programs() -> Path | None:
    """The folder of initdb and postgres, the newest release of Debian's."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    known = shutil.which("initdb")
    return Path(known).resolve().parent if known else None


class Cluster:
    """The server; `stop` and `start` as often as wanted."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._data = folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None
        secret = folder / "password"
        secret.write_text(_PASSWORD, "utf-8")
        # Neither initdb nor the server runs as root.
        self._as: list[str] = ["setpriv", "--pdeathsig", "INT"]
        if os.getuid() == 0:
            user = next(one for one in ("postgres", "nobody") if _is_known(one))
            entry = pwd.getpwnam(user)
            self._as += [f"--reuid={user}", f"--regid={entry.pw_gid}", "--clear-groups"]
            for path in (folder, secret):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        made = subprocess.run(
            [*self._as, programs / "initdb", "-D", self._data, "-U", "admin", "--no-sync",
             "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C"],
            capture_output=True, text=True, check=False, cwd=folder,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr

    def start(self) -> None:
        """Returns when it takes clients."""
        self._process = subprocess.Popen(
            [*self._as, self._programs / "postgres", "-D", self._data, "-p", str(self.port),
             "-k", self._folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off",
             "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder,
        )  # fmt: skip
        until = time.monotonic() + 60
        while True:
            try:
                self.admin("postgres").close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, "the server has ended"
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.05)

    def stop(self) -> None:
        """Ends it, clients or not."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
            self._process = None

    def admin(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """The administrator, each statement by itself."""
        return self.client(database, "admin", _PASSWORD, autocommit=True)

    def client(
        self, database: str, user: str, password: str, **more: Any
    ) -> psycopg.Connection[tuple[Any, ...]]:
        """Anybody who has a password."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=database, user=user, password=password, **more
        )


@dataclass
class Target:
    """A database and the login that guoban copies as."""

    cluster: Cluster
    name: str

    @property
    def url(self) -> str:
        place = f"127.0.0.1:{self.cluster.port}/{self.name}"
        return f"postgresql://{LOGIN}:{quote(LOGIN_PASSWORD, safe='')}@{place}"

    def copy(self, drop: Drop, zone: Zone | None = None, **more: Any) -> list[str]:
        """Copies the drop folder's newest release; what is said of it, in English."""
        notes, given = Notes(), {"publish": SecretStr(self.url), **more}
        postgres.copy_release(
            Settings(**{**drop.settings.model_dump(), **given}),
            zone or drop.zone,
            notes,
            Patience(sleep=lambda _: None),
        )
        return [one.english for one in notes]

    def admin(self, *statements: str) -> None:
        with self.cluster.admin(self.name) as con:
            for one in statements:
                con.execute(one)

    def rows(self, sql: str, *given: Any) -> Rows:
        """As the administrator, who sees all."""
        with self.cluster.admin(self.name) as con:
            found: Rows = con.execute(sql, given or None).fetchall()
            return found

    def member(self, *roles: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A new login that is a member of those roles."""
        user = f"person_{next(_NUMBER)}"
        granted = [f'grant "{one}" to {user}' for one in roles]
        self.admin(f"create role {user} login password 'theirs'", *granted)
        return self.cluster.client(self.name, user, "theirs", autocommit=True)

    @property
    def release(self) -> str | None:
        """The release that the schema mart says it is."""
        ((said,),) = self.rows("select obj_description(to_regnamespace('mart'), 'pg_namespace')")
        return str(said).split()[1] if said else None


def _is_known(user: str) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(user))
    return False


def running() -> Iterator[Cluster]:
    """A server until the session ends. CI installs it; elsewhere its tests are skipped without it."""
    programs = _programs()
    if programs is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WANTED)
    folder = Path(tempfile.mkdtemp(prefix="guoban-pg-"))
    try:
        cluster = Cluster(programs, folder)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
