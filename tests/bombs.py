"""Workbooks that are sound to read, within a reader's budgets, and have too much of something else."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from guests import guests, row
from renderer.hostile import repacked

SHEET, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"


def bomb(path: Path, name: str) -> Path:
    """A return with a wrong row at D5, blown up by name (`BOMBS`)."""
    guests(path, [row("1", 来源省份="火星"), row("2")], change=_with_comment)
    data = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        parts = {one: container.read(one) for one in container.namelist()}
    # What does not shrink hides how much the rest has shrunk.
    noise = random.Random(1).randbytes(400_000)  # noqa: S311
    path.write_bytes(repacked(data, {"xl/media/image1.png": noise, **BOMBS[name](parts)}))
    return path


def _with_comment(book: object, sheet: object) -> None:
    sheet.write_comment("F5", "已核对")  # type: ignore[attr-defined]
    sheet.insert_textbox("H2", "说明")  # type: ignore[attr-defined]
    book.define_name("这里", "=接待!$A$1")  # type: ignore[attr-defined]


def before(
    part: str, mark: bytes, blown: bytes
) -> Callable[[Mapping[str, bytes]], dict[str, bytes]]:
    """Puts something in front of the mark in a part."""

    def blow(parts: Mapping[str, bytes]) -> dict[str, bytes]:
        assert mark in parts[part], part
        return {part: parts[part].replace(mark, blown + mark, 1)}

    return blow


def _rows(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    rows = "".join(f'<row r="{n}" ht="20" customHeight="1"/>' for n in range(101, 1_000_101))
    return before(SHEET, b"</sheetData>", rows.encode())(parts)


def _names(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    names = "".join(f'<definedName name="n{n}">接待!$A$1</definedName>' for n in range(200_000))
    return before(BOOK, b"</definedNames>", names.encode())(parts)


def _comments(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    texts = "".join(
        f'<comment ref="A{n}" authorId="0"><text><t>x</t></text></comment>'
        for n in range(100, 300_100)
    )
    (part,) = (name for name in parts if name.startswith("xl/comments"))
    return before(part, b"</commentList>", texts.encode())(parts)


def _texts(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    return before(
        "xl/sharedStrings.xml", b"</sst>", b"<si><t>=1+1</t></si>" + b"<si/>" * 3_900_000
    )(parts)


def _cells(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Cells of nothing, in one row: no look at them tells that they are too many."""
    return before(SHEET, b"</sheetData>", b'<row r="101">' + b"<c/>" * 5_000_000 + b"</row>")(parts)


_RULE = (
    b'<dataValidation type="list" sqref="H9"><formula1>"x"</formula1></dataValidation>' * 240_000
)
_FORMAT = (
    b'<conditionalFormatting sqref="H9"><cfRule type="expression" priority="1"><formula>1'
    b"</formula></cfRule></conditionalFormatting>" * 140_000
)
BOMBS: dict[str, Callable[[Mapping[str, bytes]], dict[str, bytes]]] = {
    "styles": before(STYLES, b"</cellXfs>", b"<xf/>" * 1_400_000),
    "fonts": before(STYLES, b"</fonts>", b'<font><b/><sz val="9"/></font>' * 350_000),
    "validations": before(
        SHEET, b"<pageMargins", b"<dataValidations>" + _RULE + b"</dataValidations>"
    ),
    "conditional formats": before(SHEET, b"<pageMargins", _FORMAT),
    "row heights": _rows,
    "defined names": _names,
    "comments": _comments,
    "drawing": before("xl/drawings/drawing1.xml", b"</xdr:wsDr>", b"<xdr:x/>" * 2_400_000),
    "drawn comments": before("xl/drawings/vmlDrawing1.vml", b"</xml>", b"<v:shape/>" * 2_000_000),
    "texts": _texts,
    "empty cells": _cells,
}
