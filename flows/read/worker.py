"""The child process that opens submitted files: paths in on stdin, grids out on stdout.

It limits itself before it touches anything: memory, no files written, no core dumps. The
protocol is a path a line in, and a length of eight bytes with that much JSON out.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Serves until stdin ends. argv[1] is the memory limit in MiB."""
    memory = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    from flows.read.formats import UnreadableError, read  # noqa: PLC0415 - under the limits

    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        try:
            answer: dict[str, Any] = {"book": read(Path(json.loads(line)).read_bytes()).to_plain()}
        except UnreadableError as error:
            answer = {"unreadable": str(error)}
        except MemoryError:
            answer = {"unreadable": "读取文件所需的内存超出限制。"}
        except Exception as error:
            # Any other failure inside a reader is that file's, not the batch's.
            answer = {"unreadable": f"文件无法读取（{type(error).__name__}）。"}
        try:
            text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
            reply = text.encode("utf-8", "surrogatepass")
        except MemoryError:
            reply = json.dumps({"unreadable": "读取文件所需的内存超出限制。"}).encode()
        answer = {}
        out.write(len(reply).to_bytes(8, "big"))
        out.write(reply)
        out.flush()


if __name__ == "__main__":
    main()
