"""On what kind of file system a folder lies: on one that others write to, the kernel reports nothing."""

from __future__ import annotations

import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_ELSEWHERE = re.compile(
    r"nfs\d*|cifs|smb\w*|9p|afs|ceph|lustre|ncpfs|gfs2?|ocfs2|beegfs|virtiofs|vboxsf|prl_fs"
    r"|fuse\..*|drvfs"
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def is_elsewhere(folder: Path, mounts: str | None = None) -> bool:
    """Whether files in the folder may be written by another machine, unseen by this one's kernel.

    `mounts` is what the system says of its mounts (proc(5), mountinfo), read where it is not given.
    """
    return bool(_ELSEWHERE.fullmatch(kind_of(folder, mounts)))


def kind_of(folder: Path, mounts: str | None = None) -> str:
    """The kind of file system that the folder lies on; "" where the system doesn't say."""
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text("utf-8", "surrogateescape")
        except OSError:
            return ""
    place = folder.resolve()
    kind, deepest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(_ESCAPED.sub(lambda one: chr(int(one[1], 8)), fields[4]))
        # Of several at one place the last is the one that is seen.
        if place.is_relative_to(point) and len(point.parts) >= deepest:
            kind, deepest = after.split(" ")[0], len(point.parts)
    return kind
