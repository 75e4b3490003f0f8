"""How large a submitted workbook is, told by its bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.answer import size
from flows.answer.size import Size, cells_of, size_of

SHEET, SHARED, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def container(parts: Mapping[str, bytes]) -> zipfile.ZipFile:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return zipfile.ZipFile(written)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            {SHEET: b"<w><sheetData><row r='1'><c><v>1</v></c><c/></row></sheetData></w>"},
            Size(rows=1, cells=1, cell_tags=8, tags=3),
        ),
        (
            {SHEET: b'<sheetData><row ht="20"/><row ht="30"/></sheetData>'},
            Size(rows=2, cell_tags=3, tags=1),
        ),
        ({SHEET: b"<sheetData/>" + b"<dataValidation/>" * 9}, Size(tags=10)),
        ({SHARED: b"<sst>" + b"<si/>" * 9 + b"</sst>"}, Size(texts=9)),
        ({STYLES: b"<cellXfs>" + b"<xf/>" * 9 + b"</cellXfs>"}, Size(tags=11)),
        ({"xl/drawings/vmlDrawing1.vml": b"<v:shape/>" * 9}, Size(tags=9)),
        ({"xl/media/image1.png": b"<" * 9}, Size()),
    ],
    ids=["cells", "heights", "rules", "texts", "styles", "drawing", "picture"],
)
def test_what_is_counted(parts: Mapping[str, bytes], expected: Size) -> None:
    assert size_of(parts) == expected


def test_nothing_may_be_more_than_the_limit() -> None:
    limit = Size(rows=2, tags=5)
    assert Size(rows=2, tags=5).is_within(limit)
    assert not Size(rows=1, tags=6).is_within(limit)
    assert not Size(cells=1).is_within(limit)


def test_a_prefix_hides_no_row() -> None:
    found = size_of({SHEET: b"<x:sheetData>" + b"<x:row><x:c/></x:row>" * 9 + b"</x:sheetData>"})
    assert found.rows >= 9


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([b"<c>", b"<v>1</v>", b"<is>", b"</is>", b"</c>", b"x", b"<"])),
    st.integers(1, 12),
)
def test_a_sheet_read_piece_by_piece_has_as_many_cells(
    monkeypatch: pytest.MonkeyPatch, pieces: list[bytes], chunk: int
) -> None:
    monkeypatch.setattr(size, "_CHUNK", chunk)
    parts = {SHEET: b"".join(pieces)}
    assert cells_of(container(parts)) == size_of(parts).cells
