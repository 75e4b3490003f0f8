"""Mutants by number: made, tried out in batches, judged."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from flows.read import Limits, Readers
from fuzz.mutations import mutate
from fuzz.oracle import complaints
from fuzz.sources import Source, sources
from fuzz.trial import Outcome, outcomes
from fuzz.witness import Views, see

# Small files all of them: what takes longer hangs.
LIMITS = Limits(seconds=20, memory_mib=1024)


@dataclass(frozen=True)
class Trial:
    """A mutant by its number, what was done to its source, and what is wrong with what came of it."""

    number: int
    source: Source
    done: str
    data: bytes
    outcome: Outcome
    complaints: list[str]


@dataclass
class Report:
    """How many mutants came to what."""

    counts: Counter[str] = field(default_factory=Counter)
    unforeseen: Counter[str] = field(default_factory=Counter)
    failed: int = 0

    def add(self, trial: Trial) -> None:
        outcome, errors = trial.outcome, [one for one in trial.outcome.findings if one.is_error]
        self.failed += bool(trial.complaints)
        for one in errors:
            if one.message.startswith("文件无法读取（"):
                self.unforeseen[one.message] += 1
        if outcome.accepted():
            self.counts["with rows held or turned back" if errors else "accepted as a whole"] += 1
        else:
            self.counts[" ".join(sorted({one.rule for one in errors})[:1]) or "nothing filed"] += 1

    def __str__(self) -> str:
        counted = ", ".join(f"{n} {what}" for what, n in self.counts.most_common())
        return f"{counted}; {dict(self.unforeseen)}; {self.failed} failed"


class Mutants:
    """The mutants of a seed. Readers live as long as this is entered."""

    def __init__(self, seed: int, readers: Callable[[Limits], Readers] = Readers) -> None:
        self.seed = seed
        self.sources = sources()
        self._readers = readers(LIMITS)
        self._folder = tempfile.TemporaryDirectory(prefix="fuzz-")
        self._sound: dict[str, tuple[Outcome, list[Views]]] = {}

    def __enter__(self) -> Self:
        self._readers.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._readers.__exit__(kind, error, trace)
        self._folder.cleanup()

    def mutant(self, number: int) -> tuple[Source, bytes, str]:
        """The mutant of that number: of which source, what it is, what was done."""
        dice = random.Random(f"{self.seed} {number}")  # noqa: S311 - to be made again
        source, other = dice.choice(self.sources), dice.choice(self.sources)
        data, done = mutate(dice, source, other)
        return source, data, done

    def try_out(self, numbers: Sequence[int]) -> Iterator[Trial]:
        """Makes the mutants, takes them through the stages together, and judges each."""
        return self.tried([(number, *self.mutant(number)) for number in numbers])

    def tried(self, made: Sequence[tuple[int, Source, bytes, str]]) -> Iterator[Trial]:
        """What comes of mutants that are there: number, source, what each is, what was done."""
        self._read_sound({source.name: source for _, source, _, _ in made})
        found = self._judged([(source.path, data) for _, source, data, _ in made])
        for (number, source, data, done), outcome in zip(made, found, strict=True):
            before, seen = self._sound[source.name]
            wrong = complaints(before, seen, outcome, see(data) if outcome.rows else [])
            yield Trial(number, source, done, data, outcome, wrong)

    def unsound(self, wanted: Sequence[Source]) -> Iterator[str]:
        """What is wrong with the sources themselves: they must be accepted as they are."""
        self._read_sound({one.name: one for one in wanted})
        for one in wanted:
            outcome, seen = self._sound[one.name]
            accepted = outcome.accepted()
            errors = {each.rule for each in outcome.findings if each.is_error}
            if errors or not accepted or one.rows not in {None, len(accepted)}:
                yield f"{one.name}: {len(accepted)} rows of {one.rows}, {errors}"
            yield from (
                f"{one.name}: {words}" for words in complaints(outcome, seen, outcome, seen)
            )

    def _read_sound(self, wanted: dict[str, Source]) -> None:
        new = [one for name, one in wanted.items() if name not in self._sound]
        found = self._judged([(one.path, one.data) for one in new])
        for one, outcome in zip(new, found, strict=True):
            self._sound[one.name] = outcome, see(one.data)

    def _judged(self, files: Sequence[tuple[str, bytes]]) -> list[Outcome]:
        return outcomes(files, self._readers, Path(self._folder.name)) if files else []
