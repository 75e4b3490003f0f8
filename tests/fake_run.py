"""A run of serve's that does nothing but what its test wants: `python -m tests.fake_run`, for `guoban.work`.

Writes its arguments to `ran.jsonl` beside the warehouse, and takes from `next.jsonl` there how to end:
an exit status, or "killed"; one that is "held" waits for a file `go` there. "silent" says nothing of
what came of it. Where none is wanted any more it is done.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> int:
    places = dict(one.removeprefix("--").split("=", 1) for one in sys.argv[1:])
    folder = Path(places["warehouse"]).parent
    orders = sys.stdin.readline()
    if not orders:
        return 0
    with (folder / "ran.jsonl").open("a", encoding="utf-8") as ran:
        ran.write(orders)
    wishes = folder / "next.jsonl"
    how, *rest = wishes.read_text("utf-8").split() if wishes.exists() else [""]
    wishes.write_text("\n".join(rest) or "0", "utf-8")
    while how == "held" and not (folder / "go").exists():
        time.sleep(0.05)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "silent":
        return 0
    print(
        json.dumps({"published": "a release", "counts": {"accepted": 1}, "is_left": how == "left"})
    )
    return int(how) if how.isdigit() else 0


if __name__ == "__main__":
    sys.exit(main())
