"""The child process that makes replies: a job in, a workbook out, or why there is none.

It is a child as those that read (`flows.read.worker`), because it opens the same files. An order is
a byte that tells the way and a pickled job, which is ours; what comes back is plain, and nothing in
it is trusted but its bytes: a line of JSON with what is to be logged, and the workbook.
"""

from __future__ import annotations

import logging
import mimetypes
import pickle
import traceback
from collections.abc import Callable

import orjson

from flows.answer.report import Way
from flows.read.worker import serve

# So much of a traceback is told: its end.
_LONGEST = 4_000


def order(job: bytes, way: int) -> bytes:
    """The order to make a reply of a pickled job in this way."""
    return bytes([way]) + job


def made_of(answer: bytearray) -> tuple[bytes | None, list[str]]:
    """The workbook, None where it couldn't be made, and what the child has to say about it."""
    head, _, workbook = answer.partition(b"\n")
    told = orjson.loads(head)
    return (bytes(workbook) if told["is_made"] else None), [str(one) for one in told["said"]]


def making() -> Callable[[bytes], bytes]:
    """What answers an order; imports what it needs."""
    from flows.answer.reply import reply_bytes  # noqa: PLC0415 - it loads under the limits

    # The system's list of kinds of files is read now; a library asks for it when it writes.
    mimetypes.init()
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("guoban").addHandler(handler)
    logging.getLogger("guoban").setLevel(logging.INFO)

    def answer(order: bytes) -> bytes:
        said.clear()
        workbook = b""
        try:
            workbook = reply_bytes(pickle.loads(order[1:]), Way(order[0]))  # noqa: S301 - ours
        except MemoryError:
            # What it has taken is given back with the process alone.
            raise
        except Exception as error:
            # Whatever is odd about one file is no reason to leave the others unanswered.
            trace = traceback.format_exc()[-_LONGEST:]
            said.append(f"{type(error).__name__}: {error}\n{trace}")
        return orjson.dumps({"is_made": bool(workbook), "said": said}) + b"\n" + workbook

    return answer


if __name__ == "__main__":
    serve(making)
