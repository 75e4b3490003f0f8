"""The pieces of code in the guides, as a reader copies them, each with its own path put in."""

from __future__ import annotations

import re
from pathlib import Path

from flows.ground.settings import PROJECT

# Where the guides have the published file.
PLACE = "/srv/guoban/warehouse/current"
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, current: Path) -> list[str]:
    """Every piece of Python in `docs/<page>`, of the release in the folder `current`."""
    return [block.replace(PLACE, str(current)) for block in _PYTHON.findall(text(page))]


def fenced(page: str) -> list[str]:
    """Every piece of code in any language, as it stands there."""
    return _FENCED.findall(text(page))


def text(page: str) -> str:
    """The page."""
    return (PROJECT / "docs" / page).read_text("utf-8")
