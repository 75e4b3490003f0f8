"""What is sent: a title and some lines, in Chinese, bounded, and without anything personal.

Of what was submitted only names of files stand in a message, those of the replies: on one line, cut,
telephone numbers masked. What stands in cells, findings and errors never does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

# Title and text come to so many bytes at most: what 企业微信 takes (2,048), the least of the services.
MOST_BYTES = 2_000
# So much of the title: names of zones and departments may be long.
_TITLE_BYTES = 240
# No item is shorter: of thousands not all are tried.
_ITEM_BYTES = 8


@dataclass(frozen=True)
class Message:
    """A message, to a department or (None) to the zone, not worth sending after `until`.

    Of messages of the same key one is ever sent.
    """

    key: str
    to: str | None
    title: str
    body: str
    until: dt.date

    @property
    def is_alarm(self) -> bool:
        """Whether somebody has to see to it that anything goes on."""
        return self.key.startswith("failed ")


def message(
    key: str,
    to: str | None,
    title: str,
    until: dt.date,
    head: Sequence[str],
    items: Sequence[str],
    left_out: str = "……另有{count}项",
    tail: Sequence[str] = (),
) -> Message:
    """A message of head, items and tail, as many of the items as there is room for.

    `left_out` is said where it is not all of them.
    """
    title = _cut(title, _TITLE_BYTES)
    room = MOST_BYTES - len(title.encode()) - 2
    for count in range(min(len(items), MOST_BYTES // _ITEM_BYTES), -1, -1):
        more = [left_out.format(count=len(items) - count)] if count < len(items) else []
        body = "\n".join([*head, *items[:count], *more, *tail])
        if len(body.encode()) <= room:
            break
    return Message(key, to, title, _cut(body, room), until)


def _cut(text: str, most: int) -> str:
    """The text within so many bytes."""
    data = text.encode()
    if len(data) <= most:
        return text
    return data[: most - len("…".encode())].decode(errors="ignore") + "…"
