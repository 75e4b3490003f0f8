"""`python -m benchmarks`: measures, and writes BENCHMARKS.md; exits 1 where a contender is wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import growth, published, starts, workloads
from benchmarks.bench import Bench
from benchmarks.contenders import PROJECT, ContenderError
from benchmarks.pictures import draw
from benchmarks.report import lines, markdown
from benchmarks.results import Measured, Results, section
from benchmarks.scales import FULL, SCALES

WORKLOADS: dict[str, Callable[[Bench], list[Measured]]] = {
    "A": workloads.first,
    "B": workloads.large,
    "C": workloads.one_new,
    "D": workloads.nothing_new,
    "E": workloads.many_projects,
    "F": workloads.check,
    "G": workloads.commands,
    "H": workloads.edited_zone,
    "starts": starts.starts,
    "files": growth.by_files,
    "rows": growth.by_rows,
    "release": published.release,
    "publications": growth.by_publications,
}


def main(words: Sequence[str] | None = None) -> int:
    asked = _arguments().parse_args(words)
    scale = SCALES[asked.scale].at_most(asked.files, asked.rows, asked.publications)
    rounds = scale.rounds if asked.rounds is None else asked.rounds
    # What a small run measures says nothing of guoban; it stays out of the project's pages.
    into = asked.into or (PROJECT if scale.name == FULL.name else asked.folder)
    kept = into / "docs" / "benchmarks"
    results = Results.load(kept / "results.json")
    with Bench(asked.folder, asked.python, scale, rounds) as bench:
        for name in asked.only:
            print(f"measuring {name}", file=sys.stderr, flush=True)
            try:
                measured = WORKLOADS[name](bench)
            except ContenderError as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
            results.sections[name] = section(PROJECT, measured, scale.name, rounds)
            results.save(kept / "results.json")
    page = into / "BENCHMARKS.md"
    page.write_text(markdown(results, draw(results, kept), page), "utf-8")
    print("\n".join(lines(results, asked.only)))
    print(f"\n{page}")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", choices=sorted(SCALES), default=FULL.name)
    parser.add_argument("--rounds", type=int, help="timed rounds; 0 times the watched one")
    parser.add_argument(
        "--only", type=_names, default=list(WORKLOADS), metavar="A,C", help=", ".join(WORKLOADS)
    )
    parser.add_argument("--files", type=int, help="no more workbooks than these")
    parser.add_argument("--rows", type=int, help="no more rows than these")
    parser.add_argument("--publications", type=int, help="no more publications than these")
    parser.add_argument("--into", type=Path, help="where BENCHMARKS.md is written")
    parser.add_argument(
        "--folder", type=Path, default=PROJECT / "build" / "bench", help="data and warehouses"
    )
    parser.add_argument(
        "--python",
        type=Path,
        default=PROJECT / ".venv-plain" / "bin" / "python",
        help="the interpreter that guoban is installed for",
    )
    return parser


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [one for one in names if one not in WORKLOADS]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
