"""The child process that opens submitted files: paths in on stdin, grids out on stdout.

It limits itself before it touches anything: memory, no files written, no core dumps; then it gives
up all that reading does without, and ends when its parent does. The protocol is a path a line in, and eight bytes of length with that much JSON out; an empty answer
at the start says that it is ready.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from flows.read.confined import allow_seconds, confine, end_with


def main() -> None:
    """Serves until stdin ends.

    The arguments: the memory limit in MiB, seconds for a file, the parent, and the folders in which
    the files lie (none: anywhere).
    """
    memory_mib, seconds, parent, *inputs = sys.argv[1:]
    end_with(int(parent))
    memory = int(memory_mib) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # What a library puts aside for a moment stays in memory.
    tempfile.TemporaryFile = io.BytesIO  # type: ignore[assignment]

    from flows.read.formats import read  # noqa: PLC0415 - the readers load under the limits
    from flows.read.grid import UnreadableError  # noqa: PLC0415

    def answer(path: Path) -> bytes:
        allow_seconds(float(seconds))
        try:
            return _plain({"book": read(path.read_bytes()).to_plain()})
        except UnreadableError as error:
            return _plain({"unreadable": str(error)})
        except MemoryError:
            return _plain({"unreadable": "读取文件所需的内存超出限制。"})
        except Exception as error:
            # Any other failure inside a reader is that file's, not the batch's.
            return _plain({"unreadable": f"文件无法读取（{type(error).__name__}）。"})

    # Grids hold no cycles, and looking for some costs a third of the time.
    gc.disable()
    confine(map(Path, inputs))
    out = sys.stdout.buffer
    _send(out, b"")
    for line in sys.stdin.buffer:
        _send(out, answer(Path(json.loads(line))))


def _plain(answer: dict[str, Any]) -> bytes:
    return orjson.dumps(answer)


def _send(out: Any, reply: bytes) -> None:
    out.write(len(reply).to_bytes(8, "big"))
    out.write(reply)
    out.flush()


if __name__ == "__main__":
    main()
