"""The first line of `guoban refresh`: something to see at once, and Prefect's server on its way.

Read from the words of the command before anything large is imported; what is wrong with them is said
later, by whoever reads them properly.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from flows.ground import defaults
from guoban.words import say

_NUMBER = re.compile(r"[0-9]{1,9}")
_DEFAULTS = {
    "raw": str(defaults.RAW),
    "warehouse": str(defaults.WAREHOUSE),
    "orchestrator": "prefect",
    "max_file_mib": str(defaults.MAX_FILE_MIB),
}


def begin(words: Sequence[str]) -> None:
    """Starts Prefect's server if the command is a refresh that is going to need one."""
    if list(words[:1]) != ["refresh"] or {"--help", "--preview"} & {*words}:
        return
    chosen = {name: _chosen(name, words) for name in _DEFAULTS}
    if chosen["orchestrator"] != "prefect" or not _NUMBER.fullmatch(chosen["max_file_mib"]):
        return
    if not defaults.has_prefect():
        return
    from flows.early import EARLY  # noqa: PLC0415 - other commands do without

    raw, warehouse = Path(chosen["raw"]), Path(chosen["warehouse"])
    if EARLY.is_likely(raw, warehouse, int(chosen["max_file_mib"])):
        print(
            say("guoban: something new; Prefect is started", "guoban：有新内容，正在启动Prefect"),
            file=sys.stderr,
            flush=True,
        )
        EARLY.start(warehouse)


def _chosen(name: str, words: Sequence[str]) -> str:
    """The value of a setting: from the words, from the environment, or its default."""
    option = f"--{name}"
    # Of an option that is given twice the last counts.
    for number, word in reversed([*enumerate(words)]):
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
        if word == option:
            return next(iter(words[number + 1 :]), "")
    return os.environ.get(f"GUOBAN_{name.upper()}") or _DEFAULTS[name]
