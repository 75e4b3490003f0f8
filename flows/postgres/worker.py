"""The child process that talks to PostgreSQL: an order on a line of stdin, what came of it on stdout.

It is a process of its own so that neither a server that doesn't answer nor the driver can hold up or
end a refresh. It ends when whoever started it does.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

from flows.ground.database_url import masked
from flows.ground.errors import GuobanError
from flows.ground.notes import Note
from flows.postgres import standing
from flows.postgres.copying import Publisher, ask, connected, copy, missing_note
from flows.postgres.wanted import roles_of

# What may be over in a moment: a server that starts or stops, a lock, too many clients.
_PASSING = re.compile(r"08...|57P0[123]|40001|40P01|55P03|53300")
_AWAY = (
    "Connection refused",
    "server closed the connection",
    "terminating connection",
    "starting up",
    "shutting down",
)
# Whatever the driver adds to what the server says.
_BEFORE = re.compile(r"^[A-Z_]+: (\[libpq\] )?|Failed to \w+( query)?: |ERROR:\s+")
_AFTER = re.compile(
    r"\s*(Is the server running|CONTEXT:|QUERY:|Query was:|LINE \d+:|HINT:|SQLSTATE:).*", re.DOTALL
)
_DEPENDS = "2BP01"


def main() -> None:
    """Does what the line on stdin orders, and says what came of it."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_watch, daemon=True).start()
    try:
        came = _DOES[order["do"]](order)
    except Exception as error:
        came = {"error": _told(error, order["url"])}
    print(json.dumps(came), flush=True)
    os._exit(0)


def _watch() -> None:
    """Ends this process with the one that started it."""
    sys.stdin.read()
    os._exit(1)


def _copy(order: dict[str, Any]) -> dict[str, Any]:
    done = copy(order["url"], _publisher(order), order["seconds"])
    return {**vars(done), "notes": [vars(one) for one in done.notes]}


def _look(order: dict[str, Any]) -> dict[str, Any]:
    """What stands there, without changing it."""
    with connected(order["url"]) as con:

        def query(text: str) -> list[tuple[Any, ...]]:
            return ask(con, text)

        server = standing.server(query)
        marks = {
            one.mark for one in standing.schemas(query).values() if one.is_copied_to and one.mark
        }
        missing = [
            role for role in roles_of(order["departments"]) if role not in standing.roles(query)
        ]
    notes = [missing_note(missing, server)] if missing and not server.may_create_roles else []
    return {
        "version": server.version,
        "releases": sorted({one.release for one in marks}),
        "zones": sorted({one.zone for one in marks}),
        "notes": [vars(one) for one in notes],
    }


_DOES = {"copy": _copy, "look": _look}


def _publisher(order: dict[str, Any]) -> Publisher:
    return Publisher(
        Path(order["warehouse"]),
        order["zone"],
        tuple(order["former_names"]),
        tuple(order["departments"]),
    )


def _told(error: Exception, url: str) -> dict[str, Any]:
    """Why it failed, on a line without the password, and whether it may do in a moment."""
    if isinstance(error, GuobanError):
        return {"english": str(error), "chinese": error.chinese, "heals": False}
    state = str(getattr(error, "sqlstate", None) or "")
    words = masked(_AFTER.sub("", _BEFORE.sub("", str(error))), url)
    heals = bool(_PASSING.fullmatch(state)) or any(one in words for one in _AWAY)
    note = Note(words, words)
    if state == _DEPENDS:
        note = Note(
            f"columns change, and something that others made rests on them ({words}); drop that, "
            "refresh, and make it again",
            f"栏目有变化，而其他人建立的对象依赖于它们（{words}）；请先删除该对象，刷新后再重建",
        )
    return {**vars(note), "heals": heals}


if __name__ == "__main__":
    main()
