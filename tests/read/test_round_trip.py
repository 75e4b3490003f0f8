"""What a spreadsheet program displays is what is read, or a finding stands at the cell."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from office import needs_office
from read.displayed import (
    DATED,
    FIELDS,
    WRITERS,
    Field,
    complaints,
    displays,
    pairs,
    table,
)

# Of each writer and field; `make nightly` asks for more.
PAIRS = int(os.environ.get("PAIRS", "30"))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("writer", WRITERS)
def test_what_a_format_displays_is_read(writer: str, field: Field, tmp_path: Path) -> None:
    written = pairs(PAIRS, field, dates=writer in DATED)
    sheet = table(field, written)
    path = WRITERS[writer](tmp_path / "a.xlsx", sheet[0])
    assert not complaints(path, field, [one.display for one in written], sheet)


@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_what_libreoffice_displays_is_read(field: Field, tmp_path: Path) -> None:
    sheet = table(field, pairs(PAIRS, field, seed=1))
    path = WRITERS["xlsxwriter"](tmp_path / "a.xlsx", sheet[0])
    rows, first, column = sheet
    shown = [row[column] for row in displays(path, tmp_path)[first : len(rows)]]
    assert not complaints(path, field, shown, sheet)
