"""What keeps a reader process to its work: it ends with its parent, and reaches nothing but its input.

Files that departments send are opened by large libraries; whatever one brings them to do, there is
no network, no other program and no other file to do it to. The kernel's own means are used, where it
has them: Landlock for files, a filter of system calls (seccomp) for the rest.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2]
_IS_LINUX = sys.platform == "linux"
# More than the parent waits, so that it is the parent who says that it took too long.
_GRACE_SECONDS = 5

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_SECCOMP_MODE_FILTER = 2

# Landlock: its system calls have the same numbers on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1
_READ = 1 << 2 | 1 << 3
"""To read files and to list folders."""
# What there is to allow, by the version of Landlock that knows it first.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NET_RIGHTS_FROM, _NET_RIGHTS = 4, 0b11
_SCOPES_FROM, _SCOPES = 6, 0b11

# Seccomp: which system calls are refused, by the kind of machine and its number in an audit.
_REFUSED = {
    "x86_64": (
        0xC000003E,
        # socket, connect, execve, ptrace, execveat, io_uring_setup, process_vm_readv and _writev
        (41, 42, 59, 101, 322, 425, 310, 311),
    ),
    "aarch64": (0xC00000B7, (198, 203, 221, 117, 281, 425, 270, 271)),
}
_LOAD, _EQUAL, _FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
# Numbers from here on are another way to the same calls.
_OTHER_WAY = 0x40000000


def end_with(parent: int) -> None:
    """Ends this process when its parent ends, however; at once where that has happened already."""
    if _IS_LINUX:
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def end_first() -> None:
    """Where memory runs out on the machine, or in a share of it, this process goes and not its parent."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def allow_seconds(seconds: float) -> None:
    """Lets this process compute for so long from now on, and no longer."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + _GRACE_SECONDS
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def landlock_version() -> int:
    """Which version of Landlock the kernel has; 0 for none."""
    return max(0, _libc().syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)) if _IS_LINUX else 0


def confine(inputs: Iterable[Path]) -> None:
    """Takes from this process, for good, whatever reading files in these folders does without.

    Where there are none it may read any file. Where the kernel lacks the means, it stays as it was.
    """
    if not _IS_LINUX:
        return
    _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    with contextlib.suppress(OSError):
        _refuse_files(tuple(inputs))
    _refuse_calls()


def _refuse_files(inputs: tuple[Path, ...]) -> None:
    version = landlock_version()
    if not version:
        return
    files = 0
    for since, rights in _FILE_RIGHTS.items():
        files |= rights if since <= version else 0
    net = _NET_RIGHTS if version >= _NET_RIGHTS_FROM else 0
    scopes = _SCOPES if version >= _SCOPES_FROM else 0
    # Earlier versions know shorter rules.
    size = 24 if scopes else 16 if net else 8
    rules = _syscall(_CREATE_RULESET, struct.pack("QQQ", files, net, scopes)[:size], size, 0)
    try:
        for folder in {*inputs, *_libraries()} if inputs else {Path("/")}:
            _allow_reading(rules, folder)
        _syscall(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _libraries() -> set[Path]:
    """Where the modules lie that reading may still import."""
    found = {Path(path) for path in sysconfig.get_paths().values()}
    found |= {Path(sys.base_prefix, "lib"), Path(sys.prefix, "lib"), _PROJECT / "flows"}
    return found | {Path(one) for one in ("/usr/lib", "/usr/lib64", "/lib", "/lib64")}


def _allow_reading(rules: int, folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY)
    except OSError:
        return
    try:
        _syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", _READ, handle), 0)
    finally:
        os.close(handle)


def _refuse_calls() -> None:
    known = _REFUSED.get(platform.machine())
    if known is None:
        return
    audit, calls = known
    left = len(calls) + 1
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, left + 1, audit), (_LOAD, 0, 0, 0)]
    steps.append((_FROM, left, 0, _OTHER_WAY))
    steps += [(_EQUAL, left - 1 - n, 0, call) for n, call in enumerate(calls)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    # The filter's head says how long it is and where it lies.
    place = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(place))
    _libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, head, 0, 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _syscall(number: int, *arguments: object) -> int:
    made = int(_libc().syscall(number, *arguments))
    if made < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return made
