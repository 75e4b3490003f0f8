"""The child process that opens submitted files: paths in on stdin, grids out on stdout.

`serve` is what every child does: it limits itself before it touches anything (memory, no files
written, no core dumps), gives up all that its work does without, ends when its parent does, and
answers orders. An order and an answer are eight bytes of length with that many bytes, of an order
before them eight bytes with the memory that it may take, in MiB; an empty answer at the start says
that it is ready.
"""

from __future__ import annotations

import gc
import io
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from flows.read.confined import allow_seconds, confine, end_first, end_with

_LENGTH_BYTES = 8
_MIB = 1024 * 1024


def serve(prepare: Callable[[], Callable[[bytes], bytes]]) -> None:
    """Serves until stdin ends.

    The arguments: the most memory that any order may take in MiB, seconds for a file, the parent,
    and the folders in which the files lie (none: anywhere). `prepare` imports what the work needs,
    under the limits, and gives what answers an order.
    """
    memory_mib, seconds, parent, *inputs = sys.argv[1:]
    end_with(int(parent))
    end_first()
    memory = int(memory_mib) * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # What a library puts aside for a moment stays in memory.
    tempfile.TemporaryFile = io.BytesIO  # type: ignore[assignment]
    answer = prepare()
    confine(map(Path, inputs))
    out = sys.stdout.buffer
    _send(out, b"")
    for allowed, order in _orders(sys.stdin.buffer):
        resource.setrlimit(resource.RLIMIT_AS, (min(allowed * _MIB, memory), memory))
        allow_seconds(float(seconds))
        _send(out, answer(order))


def _orders(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    while len(head := source.read(2 * _LENGTH_BYTES)) == 2 * _LENGTH_BYTES:
        memory, length = head[:_LENGTH_BYTES], head[_LENGTH_BYTES:]
        yield int.from_bytes(memory, "big"), source.read(int.from_bytes(length, "big"))


def _send(out: BinaryIO, answer: bytes) -> None:
    out.write(len(answer).to_bytes(_LENGTH_BYTES, "big"))
    out.write(answer)
    out.flush()


def reading() -> Callable[[bytes], bytes]:
    """What answers a path with the file's grids, or why there are none."""
    # Neither what is imported nor grids hold cycles, and looking for some costs a third of the time. But
    # lxml's parsers do: what is left of a file is looked through once, before the next.
    gc.disable()
    from flows.read.budget import refuse_told  # noqa: PLC0415 - the readers load under the limits
    from flows.read.formats import read  # noqa: PLC0415
    from flows.read.grid import UnreadableError  # noqa: PLC0415

    def answer(path: bytes) -> bytes:
        gc.collect(0)
        try:
            told = _plain({"book": read(Path(os.fsdecode(path)).read_bytes()).to_plain()})
            refuse_told(len(told))
            return told
        except UnreadableError as error:
            return _plain({"unreadable": str(error)})
        except MemoryError:
            # What it has taken is given back with the process alone.
            raise
        except Exception as error:
            # Any other failure inside a reader is that file's, not the batch's.
            return _plain({"unreadable": f"文件无法读取（{type(error).__name__}）。"})

    return answer


def _plain(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer)


if __name__ == "__main__":
    serve(reading)
