"""A child that makes replies and goes wrong over each but in the plainest way."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from flows.answer.report import Way
from flows.answer.worker import making
from flows.read.worker import serve


def late_then_ended() -> Callable[[bytes], bytes]:
    """With the look kept it takes for ever, written anew it ends the process; alone it is well."""
    made = making()

    def answer(order: bytes) -> bytes:
        if order[0] == Way.KEPT:
            time.sleep(1_000)
        if order[0] == Way.AFRESH:
            os.kill(os.getpid(), signal.SIGKILL)
        return made(order)

    return answer


if __name__ == "__main__":
    serve(late_then_ended)
