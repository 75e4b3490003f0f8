"""Sound workbooks, of which mutants are made: the golden filings in every layout and format."""

from __future__ import annotations

import base64
import io
import itertools
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from drop import SAMPLES
from renderer import FORMATS, Formula, Rich, Sheet, write
from renderer.layouts import LAYOUTS, Layout, golden, path_of, sheet_of

# Returns of figures and of ledgers, those with dates, choices, names and contacts; so many rows.
_RETURNS = (
    "signed_projects",
    "paid_in",
    "pipeline_projects",
    "outbound_trips",
    "receptions",
    "secretary_log",
    "corrections",
)
_FEWEST, _MOST = 2, 9
_CALCULATED = ("xlsx", "xls", "xls of Excel 5", "xlsb", "ods", "xml as xls")
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Source:
    """A sound file: `rows` of it are data, None where nobody counted; `path` is where it was put."""

    name: str
    path: str
    data: bytes
    rows: int | None = None


@cache
def sources() -> tuple[Source, ...]:
    """All of them, always the same ones in the same order."""
    return (*_laid_out(), *_calculated(), *_shared(), *_letters(), *_samples())


def _filings(slug: str) -> list[Any]:
    """The golden filings of a return that have a few rows."""
    return [
        one
        for one in golden()
        if one.model.form().slug == slug and _FEWEST <= len(one.table.rows) <= _MOST
    ]


def _laid_out() -> Iterator[Source]:
    """Every layout in its formats, of each return another filing."""
    turn = 0
    for words, (layout, kinds) in LAYOUTS.items():
        for kind in kinds:
            for slug in _RETURNS:
                found = _filings(slug)
                turn += 1
                yield _source(found[turn % len(found)], words, layout, kind)


def _source(filing: Any, words: str, layout: Layout, kind: str) -> Source:
    sheet = sheet_of(filing, layout)
    return Source(
        f"{words}, {kind}, {filing.model.form().slug}",
        path_of(filing, layout, FORMATS[kind].ending),
        without_times(write([sheet], kind)),
        len(filing.table.rows),
    )


def _calculated() -> Iterator[Source]:
    """Numbers that are results of formulas, and two returns in a workbook."""
    layout = Layout(envelope="cells")
    for turn, kind in enumerate(_CALCULATED):
        found = [_filings(slug)[turn] for slug in ("signed_projects", "pipeline_projects")]
        sheets = [_with_formulas(sheet_of(one, layout)) for one in found]
        yield Source(
            f"formulas, {kind}",
            f"收件/f{turn}.{FORMATS[kind].ending}",
            without_times(write(sheets, kind)),
            sum(len(one.table.rows) for one in found),
        )


def _with_formulas(sheet: Sheet) -> Sheet:
    for place, value in sheet.cells.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.cells[place] = Formula("=B2*1", value)
    return sheet


def _shared() -> Iterator[Source]:
    """Texts that stand once in a table of all texts, of one run each."""
    for turn, (kind, slug) in enumerate(itertools.product(("xls", "xlsb"), _RETURNS[:3])):
        filing = _filings(slug)[turn]
        sheet = sheet_of(filing, Layout())
        for place, value in sheet.cells.items():
            if isinstance(value, str):
                sheet.cells[place] = Rich(((value, "plain"),))
        yield Source(
            f"shared texts, {kind}, {slug}",
            path_of(filing, Layout(), FORMATS[kind].ending),
            without_times(write([sheet], kind)),
            len(filing.table.rows),
        )


def _letters() -> Iterator[Source]:
    """Pages in one file with all their parts."""
    for slug in _RETURNS[:3]:
        filing = _filings(slug)[2]
        page = write([sheet_of(filing, Layout())], "html as xls").decode("gb18030")
        yield Source(
            f"mht, {slug}",
            path_of(filing, Layout(), "mht"),
            letter(page),
            len(filing.table.rows),
        )


def letter(page: str) -> bytes:
    """A page as Excel saves it for the web in one file."""
    head = (
        "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
        'Content-Type: multipart/related; boundary="----=_Next"\r\n\r\n'
        "------=_Next\r\nContent-Location: file:///C:/a.htm\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        'Content-Type: text/html; charset="gb2312"\r\n\r\n'
    )
    body = base64.encodebytes(page.encode("gb18030")).decode()
    return f"{head}{body}\r\n------=_Next--\r\n".encode()


def _samples() -> Iterator[Source]:
    for path in sorted(SAMPLES.glob("2021-03/*/[签实在]*.xlsx"))[::5]:
        yield Source(
            f"sample {path.parent.name} {path.stem}",
            str(path.relative_to(SAMPLES)),
            without_times(path.read_bytes()),
        )


def without_times(data: bytes) -> bytes:
    """A zip without the time at which it was written, so that it is the same each time."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return zipped([(entry.filename, old.read(entry)) for entry in old.infolist()])


def zipped(parts: Sequence[tuple[str, bytes]], *, packed: bool = True) -> bytes:
    """A zip of these parts; a name may come twice."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as new, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name", UserWarning)
        for name, content in parts:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            new.writestr(entry, content)
    return target.getvalue()
