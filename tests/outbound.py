"""Runs commands where there is no network, and counts whom they try to reach there.

A network namespace of its own has loopback and nothing else; every call that names an address is
traced. Whoever asks a name server, on loopback or elsewhere, is counted too.
"""

from __future__ import annotations

import ipaddress
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

_SENDS = "connect,sendto,sendmsg,sendmmsg"
_ADDRESS = re.compile(
    r'sin6?_port=htons\((?P<port>\d+)\).*?(?:inet_addr\("|inet_pton\(AF_INET6, ")(?P<host>[^"]+)"'
)
_NAME_SERVERS = {"53", "853", "5353"}


def is_possible() -> bool:
    """Whether this user may have such a namespace, and calls can be traced in it."""
    if not all(map(shutil.which, ("unshare", "strace", "ip"))):
        return False
    tried = subprocess.run(
        ["unshare", "-n", "sh", "-c", "ip link set lo up && strace -qq -o /dev/null true"],
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


needs_a_namespace = pytest.mark.skipif(
    not is_possible(), reason="needs unshare -n (root), ip and strace"
)


def run_apart(
    command: Sequence[object], trace: Path, env: Mapping[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    """Runs the command and all that it starts in such a namespace; calls are traced to the file."""
    words = shlex.join(map(str, command))
    apart = (
        f"ip link set lo up && exec strace -f --seccomp-bpf -qq -e trace={_SENDS} "
        f"-e signal=none -o {shlex.quote(str(trace))} env -i "
        + shlex.join(f"{name}={value}" for name, value in env.items())
        + f" {words}"
    )
    return subprocess.run(
        ["unshare", "-n", "sh", "-c", apart],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def attempts(trace: Path) -> list[str]:
    """The addresses outside of this machine, or of name servers, that were to be reached."""
    found = (_ADDRESS.search(line) for line in trace.read_text("utf-8", "replace").splitlines())
    return [
        f"{one['host']}:{one['port']}"
        for one in found
        if one
        and (
            one["port"] in _NAME_SERVERS
            or not ipaddress.ip_address(one["host"].partition("%")[0]).is_loopback
        )
    ]
