"""`python -m scripts.readers` (`make readers`): who reads while release follows release, and how fast.

Forty processes read the published file (and ten more its copy in PostgreSQL, where an address is
given), while the sample months are refreshed a hundred times; the same readers have read a still file
before. None may fail, none may see an older release after connecting, none figures of two.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from drop import Drop
from pydantic import SecretStr

from scripts.readers.trial import Readers, follow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=40, help="of the published file")
    parser.add_argument("--postgres", help="address of a database that may be written to")
    parser.add_argument("--postgres-readers", type=int, default=10, help="of the copy there")
    parser.add_argument("--releases", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two questions")
    parser.add_argument("--still", type=float, default=60, help="seconds of reading a still file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="readers-") as name:
        folder = Path(name)
        drop = Drop(folder).samples()
        if options.postgres:
            drop.settings = drop.settings.model_copy(
                update={"publish": SecretStr(options.postgres)}
            )
        current = drop.settings.warehouse / "current"

        def say_copied(number: int) -> None:
            (current.parent / "copied").write_text(current.readlink().name, "utf-8")
            if number and not number % 10:
                print(f"{number} releases, {time.monotonic() - started:.0f} s", flush=True)

        def read(where: str) -> Readers:
            readers = Readers(
                folder / where,
                current,
                options.readers,
                pause=options.pause,
                postgres=options.postgres,
                from_postgres=options.postgres_readers if options.postgres else 0,
            )
            readers.wait_until_all_read()
            return readers

        drop.refresh()
        say_copied(0)
        readers = read("still")
        time.sleep(options.still)
        print(f"still file: {readers.end()}", flush=True)
        started = time.monotonic()
        readers = read("moving")
        follow(drop, options.releases, published=say_copied)
        # Of the last release, too.
        time.sleep(4 * options.pause)
        came_to = readers.end()
    print(f"{options.releases} releases: {came_to}")
    for error in sorted(set(came_to.errors)):
        print(error)
    return int(bool(came_to.errors or came_to.stale or came_to.torn))


if __name__ == "__main__":
    sys.exit(main())
