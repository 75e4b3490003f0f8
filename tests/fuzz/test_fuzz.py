"""A small run of `make fuzz`, and proof that it would see faults: such are planted in the reader."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from renderer.hostile import part, repacked

from flows.read import Book, Grid, Readers, Unreadable
from fuzz.mutations import mutate
from fuzz.run import Mutants, Report
from fuzz.sources import sources

SAMPLE, SEED = 120, 21


@pytest.fixture(scope="module")
def mutants() -> Iterator[Mutants]:
    with Mutants(SEED) as entered:
        yield entered


@pytest.mark.slow
def test_nothing_breaks_and_nothing_changes_unsaid(mutants: Mutants) -> None:
    report = Report()
    wrong = []
    for trial in mutants.try_out(range(SAMPLE)):
        report.add(trial)
        wrong += [f"{trial.number}, {trial.source.name}: {one}" for one in trial.complaints]
    assert wrong == []
    # Both ways are tried: turned back, and accepted with what the damage left.
    assert report.counts["E011"] > SAMPLE / 10
    assert report.counts["accepted as a whole"] > SAMPLE / 10


@pytest.mark.slow
def test_every_source_is_accepted_as_it_is(mutants: Mutants) -> None:
    assert list(mutants.unsound(sources())) == []


def test_a_mutant_is_made_again_by_its_seed_and_number() -> None:
    first, again = Mutants(7), Mutants(7)
    assert [first.mutant(number) for number in range(20)] == [
        again.mutant(number) for number in range(20)
    ]
    assert Mutants(8).mutant(3) != first.mutant(3)


def test_most_mutants_are_other_files_than_their_sources() -> None:
    dice = random.Random(1)  # noqa: S311
    made = [
        mutate(dice, source, sources()[0])[0] != source.data
        for source in sources()[::10]
        for _ in range(10)
    ]
    assert sum(made) > 0.8 * len(made)


# --- planted faults ------------------------------------------------------------------------------

Fault = Callable[[Grid], Grid]


def full_rows(grid: Grid) -> list[int]:
    """Rows of data and the header, by how much of them is filled; totals and signatures are not."""
    filled = [sum(map(bool, row)) for row in grid.rows]
    return [at for at, count in enumerate(filled) if count > 0.6 * max(filled)]


def without_last_row(grid: Grid) -> Grid:
    """The last row of data is lost."""
    lost = full_rows(grid)[-1:]
    return replace(grid, rows=[row for at, row in enumerate(grid.rows) if at not in lost])


def with_value_of_other_cell(grid: Grid) -> Grid:
    """A cell says what the one above it does: an index is off by one."""
    rows = [list(row) for row in grid.rows]
    for above, below in zip(full_rows(grid), full_rows(grid)[1:], strict=False):
        rows[below][1:3] = grid.rows[above][1:3]
    return replace(grid, rows=rows)


def without_errors(grid: Grid) -> Grid:
    """Error cells are blank, and nothing says so."""
    return replace(grid, broken={})


def one_digit_less(grid: Grid) -> Grid:
    """Long numbers lose their last digit."""
    rows = [
        [text[:-1] if text.isdecimal() and len(text) > 3 else text for text in row]
        for row in grid.rows
    ]
    return replace(grid, rows=rows)


def readers_with(fault: Fault, *, spares_sound: bool) -> type[Readers]:
    """Readers whose every sheet has the fault, or only the sheets of mutants."""

    class Faulty(Readers):
        def read(self, files: Mapping[Any, Path]) -> Iterator[tuple[Any, Book | Unreadable]]:
            sound = {one.data for one in sources()} if spares_sound else set()
            for key, book in super().read(files):
                if isinstance(book, Book) and files[key].read_bytes() not in sound:
                    yield key, replace(book, sheets=[fault(one) for one in book.sheets])
                else:
                    yield key, book

    return Faulty


@pytest.mark.nightly
@pytest.mark.parametrize("fault", [without_last_row, with_value_of_other_cell, one_digit_less])
def test_a_fault_of_the_reader_is_seen_in_mutants(fault: Fault) -> None:
    with Mutants(SEED, readers_with(fault, spares_sound=True)) as mutants:
        trials = list(mutants.try_out(range(40)))
    accepted = [one for one in trials if one.outcome.accepted()]
    seen = [one for one in accepted if one.complaints]
    # Some have nothing that the fault could take, or a total that no longer adds up says it (E008).
    assert len(seen) >= max(5, len(accepted) / 3), (len(seen), len(accepted))


@pytest.mark.slow
def test_a_fault_of_the_reader_is_seen_in_the_sources() -> None:
    with Mutants(SEED, readers_with(without_last_row, spares_sound=False)) as mutants:
        some = sources()[::8]
        wrong = {words.split(":")[0] for words in mutants.unsound(some)}
    assert len(wrong) > len(some) / 2


@pytest.mark.slow
def test_an_error_cell_that_nobody_speaks_of_is_seen() -> None:
    """The number that a row may lack becomes an error: R111, or the fuzzer complains."""
    source = next(one for one in sources() if one.name == "plain, xlsx, signed_projects")
    parts = {name: part(source.data, name) for name in ("xl/worksheets/sheet1.xml",)}
    (name, xml), *_ = parts.items()
    cells = re.findall(rb'<c r="M\d+"><v>[\d.]+</v></c>', xml)
    error = re.sub(rb"><v>.*?<", b' t="e"><v>#REF!<', cells[0])
    mutant = repacked(source.data, {name: xml.replace(cells[0], error)})
    for readers, is_sound in ((Readers, True), (readers_with(without_errors, spares_sound=False), False)):  # fmt: skip
        with Mutants(SEED, readers) as mutants:
            (trial,) = mutants.tried([(0, source, mutant, "an error")])
        assert (trial.complaints == []) is is_sound, trial.complaints
