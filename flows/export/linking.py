"""A file of the release before that is as it would be made again: the same file, not a second one.

Whether it still is what it was is told by its hash.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def take_over(before: Path, target: Path) -> None:
    """Makes `target` the file that `before` is; a copy where the file system has no links.

    A link that somebody put in the file's place is followed: what it leads to may be another
    tomorrow. Raises OSError.
    """
    try:
        if before.is_symlink():
            shutil.copyfile(before, target)
        else:
            os.link(before, target)
    except OSError:
        shutil.copyfile(before, target)
