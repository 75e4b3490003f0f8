"""`python -m scripts.mutants`: plants faults, runs the tests that cover them, lists the survivors.

Prints killed/tried (of all) for each module. Which faults are tried follows from the seed, so the
same seed tries the same ones; `--all` (or MUTANTS=all) tries every one, which takes hours.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import queue
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.mutants import plan
from scripts.mutants.fault import Fault
from scripts.mutants.plan import Module
from scripts.mutants.trial import OUT_OF_TIME, SURVIVED, Copy, seconds_of


def main(arguments: list[str] | None = None) -> int:
    """Runs the plan. Exits with 0 whatever survives: a survivor is work, not a failure."""
    options = _options(arguments)
    report: dict[str, dict[str, object]] = {}
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [Copy(options.root, Path(folder) / str(n)) for n in range(options.jobs)]
        for module in plan.modules(options.plan):
            if options.module and module.name not in options.module:
                continue
            found = plan.places(module, options.root, options.seed)
            wanted = len(found) if options.all else options.sample or module.sample
            tried = list(itertools.islice(filter(None, (plant() for plant in found)), wanted))
            outcomes = list(_try(module, tried, copies))
            counts = Counter(outcomes)
            killed = len(tried) - counts[SURVIVED]
            survivors = [
                str(one)
                for one, outcome in zip(tried, outcomes, strict=True)
                if outcome == SURVIVED
            ]
            report[module.name] = {
                "killed": killed,
                "out of time": counts[OUT_OF_TIME],
                "tried": len(tried),
                "all": len(found),
                "survivors": survivors,
            }
            print(
                f"{module.name}: {killed}/{len(tried)} killed, {counts[OUT_OF_TIME]} of them by "
                f"time (of {len(found)} places), {(time.monotonic() - started) / 60:.1f} min",
                flush=True,
            )
            if options.report:
                options.report.write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", default=os.environ.get("MUTANTS") == "all")
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--sample", type=int, help="faults a module, instead of the plan's number")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--module", action="append", help="only this one; may be said again")
    parser.add_argument("--plan", type=Path, default=plan.PLAN)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project's folder")
    parser.add_argument("--report", type=Path, help="where to write the result as JSON")
    return parser.parse_args(arguments)


def _try(module: Module, tried: list[Fault], copies: list[Copy]) -> Iterator[str]:
    """What becomes of each fault; survivors are printed as they are found."""
    # Long enough for the slowest test, also beside others.
    limit = 20 + 4 * seconds_of(copies[0], module.tests)
    free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for copy in copies:
        free.put(copy)

    def outcome(fault: Fault) -> str:
        copy = free.get()
        try:
            return copy.outcome(fault, module.tests, limit)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        for fault, found in zip(tried, pool.map(outcome, tried), strict=True):
            if found == SURVIVED:
                print(f"    survived {fault}", flush=True)
            yield found


if __name__ == "__main__":
    sys.exit(main())
