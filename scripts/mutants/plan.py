"""What is put to the test: the modules, the tests that cover each, and the faults to be tried."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.mutants.fault import Fault, Plant, planted, words_of
from scripts.mutants.of_python import faults_of_code, faults_of_strings
from scripts.mutants.of_sql import changes

PLAN = Path(__file__).with_name("plan.toml")


@dataclass(frozen=True)
class Module:
    """A part of the code with its tests, the quickest first; `sample` faults are tried by default."""

    name: str
    files: list[str]
    tests: list[str]
    sample: int


def modules(path: Path) -> list[Module]:
    """The modules that a plan lists."""
    return [Module(**one) for one in tomllib.loads(path.read_text("utf-8"))["module"]]


def places(module: Module, root: Path, seed: int) -> list[Plant]:
    """Every place of the module with one fault each, in an order that the seed shuffles.

    Where a place can be wrong in several ways (a plus that becomes a minus, a times, ...), the seed
    picks one: all of them would say the same eleven times.
    """
    chance = random.Random(f"{seed} {module.name}")  # noqa: S311 - no secret
    found: list[list[Plant]] = []
    for pattern in module.files:
        files = sorted(root.glob(pattern))
        if not files:
            raise FileNotFoundError(f"{module.name}: {pattern} is no file below {root}")
        for path in files:
            found += _places(path, root)
    picked = [chance.choice(place) for place in found]
    chance.shuffle(picked)
    return picked


def _places(path: Path, root: Path) -> Iterator[list[Plant]]:
    file, source = str(path.relative_to(root)), path.read_text("utf-8")
    if path.suffix == ".py":
        yield from faults_of_code(file, source)
        yield from faults_of_strings(file, source)
        return
    for change in changes(source):
        text = source[: change.start] + change.new + source[change.end :]
        line = source.count("\n", 0, change.start) + 1
        yield [planted(Fault(file, line, f"SQL {change.kind}", words_of(source, text), text))]
