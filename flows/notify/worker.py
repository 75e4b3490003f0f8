"""The child process that sends: a line of JSON for each message in, one with what came of it out.

It is a process of its own so that nothing that apprise or a server does can hold up or end a refresh.
Messages to different addresses are sent at the same time, those to one address one after the other,
as they are handed in. It ends when whoever started it does.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import apprise
import requests

_AT_ONCE = 16
# Robots say in the body of a 200 that they refuse.
_ROBOTS = ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn")
_CODES = ("errcode", "code", "StatusCode")
_ASSET = apprise.AppriseAsset(
    app_id="guoban", app_desc="guoban", async_mode=False, storage_mode="memory"
)


class _Refused(requests.RequestException):
    """The service took the request, and refuses the message."""


class _Heard(logging.Handler):
    """What apprise's log says in this thread of why a message is not sent."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            words = record.getMessage()
            # The rest of what it says of its work is addresses and messages.
            if record.levelno >= logging.WARNING or words.startswith("Socket Exception: "):
                self.said.append(words.removeprefix("Socket Exception: "))


def is_taken(address: str) -> bool:
    """Whether apprise can send to such an address."""
    return _service(address) is not None


def _service(address: str) -> apprise.NotifyBase | None:
    with contextlib.suppress(Exception):
        return apprise.Apprise.instantiate(address, asset=_ASSET)
    return None


def send(address: str, title: str, body: str) -> str | None:
    """Sends a message; gives why it can't be sent. That may hold parts of the address."""
    heard = _Heard()
    log = logging.getLogger("apprise")
    log.addHandler(heard)
    try:
        service = _service(address)
        if service is None:
            return "apprise doesn't take this address"
        if "format=" not in address:
            service.notify_format = apprise.NotifyFormat.TEXT
        wire = apprise.Apprise(asset=_ASSET)
        wire.add(service)
        if wire.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            return None
    except Exception as error:
        heard.said.append(f"{type(error).__name__}: {error}")
    finally:
        log.removeHandler(heard)
    return "; ".join(dict.fromkeys(heard.said)) or "it was not taken"


def watch() -> None:
    """Has what robots answer looked at: apprise takes their refusal for a message sent."""
    post = requests.post

    def watched(*given: Any, **more: Any) -> requests.Response:
        return _taken(post(*given, **more))

    requests.post = watched


def _taken(response: requests.Response) -> requests.Response:
    """The response. Raises where a robot says in it that it does not take the message."""
    if urlsplit(response.url).hostname in _ROBOTS and response.ok:
        try:
            said = response.json()
        except ValueError:
            return response
        code = next((said[name] for name in _CODES if said.get(name)), 0)
        if code:
            raise _Refused(f"it answers {code}: {said.get('errmsg') or said.get('msg')}")
    return response


def main() -> None:
    """Takes orders until the caller has no more, or ends."""
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    logging.getLogger("apprise").propagate = False
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    watch()
    writing = threading.Lock()

    def answer(plain: dict[str, Any]) -> None:
        with writing:
            print(json.dumps(plain), file=answers, flush=True)

    def work(order: dict[str, Any]) -> None:
        why = send(order["address"], order["title"], order["body"])
        answer({"number": order["number"], "why": why})

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answer({"number": None, "why": None})
        for line in sys.stdin:
            pool.submit(work, json.loads(line))
        # Whoever wants no more, or has ended, waits for nothing either.
        os._exit(0)


if __name__ == "__main__":
    main()
