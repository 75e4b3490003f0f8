"""`python -m fuzz`: so many mutants through the stages; says what broke or changed unsaid.

Exits with 1 if anything did. SEED, MUTANTS and FUZZ_ONE (or the options) choose them.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from fuzz.run import Mutants, Report

_BATCH, _SHOWN = 100, 3


def main() -> int:
    options = _options()
    mutants = Mutants(options.seed)
    report = Report()
    started = time.monotonic()
    numbers = [options.one] if options.one is not None else range(options.first, options.count)
    print(
        f"seed {options.seed}, mutants {numbers[0]} to {numbers[-1]}, {len(mutants.sources)} sources"
    )
    with mutants:
        for begin in range(0, len(numbers), _BATCH):
            for trial in mutants.try_out(numbers[begin : begin + _BATCH]):
                report.add(trial)
                for words in trial.complaints[:_SHOWN]:
                    print(f"{trial.number}: {trial.source.name}: {trial.done}: {words}", flush=True)
                if options.keep and (trial.complaints or options.one is not None):
                    options.keep.mkdir(exist_ok=True, parents=True)
                    (options.keep / str(trial.number)).write_bytes(trial.data)
    print(f"{report} in {time.monotonic() - started:.0f} s")
    return 1 if report.failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("FUZZ_SEED", "21")))
    parser.add_argument("--count", type=int, default=int(os.environ.get("FUZZ", "10000")))
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--one", type=int, help="only the mutant of that number")
    parser.add_argument("--keep", type=Path, help="folder for the mutants that fail")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
