"""An .xlsx or .xlsm (and WPS's .et of that kind): values by calamine, marks from its own XML.

Error cells, formulas without a stored result, hidden rows and columns, number formats that tell
something and texts of several runs need a second look into a sheet, which is taken only where a
search of its bytes says that there is something to see.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from lxml import etree

from flows.read import calamine
from flows.read.budget import MOST_FORETOLD, Budget, refuse_wide
from flows.read.grid import BROKEN, NO_RESULT, Book, UnreadableError, column_index
from flows.read.parts import are_usual, put_as_usual
from flows.read.runs import Run, join
from flows.read.sound import ADDRESS_OF, check_cells, is_sound, stated, strays, walked
from flows.read.spelling import IS, PREFIX, OddSpellingError, is_usual
from flows.read.styles import Styles, is_on, styles_of
from flows.read.xml import events, parse, refuse_entities, refuse_torn, whole_characters

__all__ = ["parse", "read", "refuse_entities"]

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_LINKS = "xl/_rels/workbook.xml.rels"
_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
# Searches of the bytes of parts in their usual spelling.
_ADDRESSES = re.compile(rb"\sr" + IS + rb"([A-Z]{0,3})(\d{1,7})[\"']")
# A row or column far out: then it has to be counted how far the sheet reaches. Begun with what is
# rare enough not to be looked at for every byte.
_FAR_COLUMN = re.compile(rb"r[=\s]+[\"'][A-Z]{3}\d")
_LATE_ROW = re.compile(rb"row\s[^<>]*?\br" + IS + rb"(\d{6,7})")
_FAR_ROW = 200_000
_HIDDEN = re.compile(rb"hidden" + IS + rb"(?:1|true)[\"']")
_A_FORMULA = re.compile(rb"f(?<=[<:]f)[\s/>]")
_FORMULA = rb"<(?:/" + PREFIX + rb"f\s*|" + PREFIX + rb"f(?:\s[^<>]*)?/)>\s*<"
_VALUE = _FORMULA + PREFIX + rb"v\s*"
_NO_RESULT = re.compile(_FORMULA + rb"/|" + _VALUE + rb"(?:/>|>\s*</)")
_ZERO = re.compile(_VALUE + rb">[0.]*<")
_RESULT = re.compile(_VALUE + rb">(?![0.]*<)")
_STYLE = re.compile(rb"\ss" + IS + rb"(\d+)[\"']")
# A cell with a shared text, by its number, or with a text of its own.
_SHARED_TEXT = rb"<" + PREFIX + rb"v\s*>\s*(?P<number>\d{1,9})\s*<"
_OWN_TEXT = rb"<" + PREFIX + rb"is\s*>(?P<inline>.*?)</" + PREFIX + rb"is\s*>"
_TEXT_CELL = re.compile(
    rb"<" + PREFIX + rb"c(?=\s)((?=[^<>]*\st" + IS + rb"(?:s|inlineStr)[\"'])[^<>]*)>\s*"
    rb"(?:" + _SHARED_TEXT + rb"|" + _OWN_TEXT + rb")",
    re.DOTALL,
)
_RUN = re.compile(rb"<" + PREFIX + rb"r[\s>]")
_SHARED_END = re.compile(rb"</" + PREFIX + rb"si\s*>")
_PREFIX = re.compile(rb"</?([^\s<>/:=\"']+):")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


# The shortest cell with a shared text: <c t="s"><v>0</v></c>.
_SHORTEST_CELL = 21
# A part whose check sum is another, or that is no whole XML.
_DAMAGES = (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError)


class _Part(NamedTuple):
    """A run of a text. Without properties of its own it looks as its cell does."""

    run: Run
    has_properties: bool


@dataclass(frozen=True)
class _Book:
    """What the sheets of a workbook have in common.

    `texts` are the shared texts that have several runs, by number; `is_stale` says that the results
    of its formulas wait to be calculated.
    """

    styles: Styles
    texts: dict[int, list[_Part]]
    is_stale: bool
    shared: bytes
    budget: Budget


def read(data: bytes, archive: zipfile.ZipFile, budget: Budget) -> Book:
    """Reads the workbook. Raises UnreadableError."""
    try:
        marks = _marks(archive, budget)
        if marks is not None:
            return calamine.read(data, "xlsx", marks, budget)
    except (OddSpellingError, calamine.NotOpenedError):
        # calamine may be kept from it by parts that are not looked at here.
        pass
    data, archive = put_as_usual(data, archive)
    # What was counted until then is not in the book twice.
    budget = Budget()
    try:
        marks = _marks(archive, budget, is_put=True)
    except OddSpellingError as error:
        raise UnreadableError(BROKEN) from error
    return calamine.read(data, "xlsx", marks or [], budget)


def _part(archive: zipfile.ZipFile, name: str, budget: Budget) -> bytes:
    """A part of the container, whole, harmless and put as usual; empty where it is missing.

    Raises OddSpellingError where it is put otherwise, one of `_DAMAGES` where it is not what was
    stored or no XML.
    """
    try:
        xml = archive.read(name)
    except KeyError:
        return b""
    if not is_usual(xml):
        raise OddSpellingError(name)
    # Several sheets may be the same part.
    budget.inflate(len(xml))
    refuse_entities(xml)
    refuse_torn(xml)
    return xml


def _marks(
    archive: zipfile.ZipFile, budget: Budget, *, is_put: bool = False
) -> list[calamine.Marks | None] | None:
    """For each sheet: the further fields of its `Grid`, and the epoch of the workbook.

    None where parts have other names than the usual ones; None for a sheet that is no XML, as one is
    that was put in the usual spelling (`is_put`) and is not in it.
    """
    try:
        links = _part(archive, _LINKS, budget)
        if not are_usual(links, "xml", archive.NameToInfo):
            return None
        shared = _part(archive, "xl/sharedStrings.xml", budget)
        names = _part(archive, "xl/workbook.xml", budget)
        looks = _part(archive, "xl/styles.xml", budget)
        budget.elements("工作表、名称", names.count(b"<") + links.count(b"<"))
        budget.elements("样式", looks.count(b"<"))
        book = parse(names)
        relations = parse(links)
        if strays(shared):
            raise UnreadableError(BROKEN)
        styles = styles_of(looks)
        common = _Book(styles, _texts(shared, styles), _is_stale(book), shared, budget)
    except _DAMAGES as error:
        # Without its marks nobody can tell which cells are errors, though calamine might read them.
        raise UnreadableError(BROKEN) from error
    targets = {link.get("Id"): link.get("Target", "") for link in relations.iter(_RELATION)}
    properties = next(book.iter("{*}workbookPr"), None)
    uses_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    marks: list[calamine.Marks | None] = []
    for sheet in book.iter("{*}sheet"):
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        path = posixpath.normpath(posixpath.join("/xl", targets.get(link, "")))
        try:
            xml = _part(archive, path.lstrip("/"), budget)
            found = {"uses_1904": uses_1904, **_sheet_marks(xml, common)}
            # The part itself is not held.
            check = partial(_check, archive, path.lstrip("/"))
            marks.append({**found, "stated": (stated(xml), check)} if is_sound(xml) else None)
        except OddSpellingError:
            if not is_put:
                raise
            marks.append(None)
        except _DAMAGES:
            # What else of it might be read is not what was filed; other sheets it does not cost.
            marks.append(None)
    return marks


def _check(archive: zipfile.ZipFile, name: str) -> None:
    check_cells(archive.read(name))


def _is_stale(book: Any) -> bool:
    """Whether the workbook asks to be calculated when opened: programs without formulas write so."""
    return any(
        one.get("fullCalcOnLoad") in {"1", "true"} or one.get("calcCompleted") in {"0", "false"}
        for one in book.iter("{*}calcPr")
    )


def _sheet_marks(xml: bytes, book: _Book) -> dict[str, Any]:
    below = max(xml.rfind(b"sheetData"), 0)
    book.budget.elements("有效性、条件格式等规则", xml.count(b"<", below))
    book.budget.foretell(
        len(xml) // _SHORTEST_CELL,
        len(book.shared),
        # Behind the last text of those that are looked at stands all the rest.
        lambda: map(_characters, _SHARED_END.split(book.shared, MOST_FORETOLD)[:MOST_FORETOLD]),
        lambda: (int(one["number"]) for one in _TEXT_CELL.finditer(xml) if one["number"]),
    )
    _refuse_far(xml)
    marks: dict[str, Any] = {}
    is_stale = book.is_stale or _has_no_results(xml)
    if (
        _has_errors(xml)
        or (b"hidden" in xml and _HIDDEN.search(xml))
        or (_A_FORMULA.search(xml) and (_NO_RESULT.search(xml) or (is_stale and _ZERO.search(xml))))
    ):
        marks = _look(xml, book.budget, is_stale=is_stale)
    if cells := book.styles.used_in(xml):
        marks |= _styled(xml, cells, book.styles)
    if book.texts or (b"inlineStr" in xml and _has_inline_runs(xml, book.styles)):
        _add_runs(marks, xml, book)
    return marks


def _characters(text: bytes) -> int:
    """How many there are in a shared text, or a few more."""
    return len(text.decode(errors="replace"))


def _has_errors(xml: bytes) -> bool:
    """Whether a value of an attribute is that of the type of errors."""
    return b'"e"' in xml or (b"'" in xml and b"'e'" in xml)


def _has_no_results(xml: bytes) -> bool:
    """Whether every formula's result is nothing but the 0.0 that programs in Java begin with."""
    return b">0.0<" in xml and not _RESULT.search(xml)


def _styled(xml: bytes, cells: re.Pattern[bytes], styles: Styles) -> dict[str, Any]:
    """The number formats that tell something, by place, and the cells that are struck out."""
    formats, struck = {}, []
    for place, attributes, _ in _places(xml, cells):
        style = _style(attributes)
        if style in styles.formats:
            formats[place] = styles.formats[style]
        if style in styles.struck:
            struck.append(place)
    return {"formats": formats, "struck": struck}


def _style(attributes: bytes) -> int:
    found = _STYLE.search(attributes)
    return int(found[1]) if found else 0


def _places(
    xml: bytes, cells: re.Pattern[bytes]
) -> Iterator[tuple[tuple[int, int], bytes, re.Match[bytes]]]:
    """The cells that the pattern finds: their places, their attributes, and what was found."""
    found = [*cells.finditer(xml)]
    addresses = [ADDRESS_OF.search(one[1]) for one in found]
    if all(addresses):
        for one, address in zip(found, addresses, strict=True):
            if address:
                yield (int(address[2]) - 1, column_index(address[1].decode())), one[1], one
        return
    # Cells need not say where they stand: then they are counted.
    by_start = {one.start(): one for one in found}
    for tag, _, row, column in walked(xml):
        if tag.start() in by_start:
            yield (row, column), tag[2], by_start[tag.start()]


def _texts(shared: bytes, styles: Styles) -> dict[int, list[_Part]]:
    """The shared texts of several runs that may not all look alike."""
    texts: dict[int, list[_Part]] = {}
    if not (_may_look_otherwise(shared) or (styles.struck and _RUN.search(shared))):
        return texts
    for number, (_, element) in enumerate(events(shared, tag="{*}si")):
        parts = _parts(element)
        # In a cell that is struck out, what has a font of its own is not.
        if any(any(part.run[1:]) or (styles.struck and part.has_properties) for part in parts):
            texts[number] = parts
        element.clear()
    return texts


def _may_look_otherwise(xml: bytes) -> bool:
    """Whether parts of a text may have what keeps them from saying what the others say."""
    return b"strike" in xml or b"vertAlign" in xml


def _parts(element: Any) -> list[_Part]:
    """The runs of a text; ruby ("拼音指南") is no part of it."""
    parts = []
    for child in element:
        name = etree.QName(child).localname
        if name == "t":
            parts.append(_Part(Run(_unescaped(child.text or "")), has_properties=False))
        elif name == "r":
            text = "".join(one.text or "" for one in child.iterchildren("{*}t"))
            properties = next(child.iterchildren("{*}rPr"), None)
            parts.append(_Part(_run(text, properties), properties is not None))
    return parts


def _run(text: str, properties: Any) -> Run:
    if properties is None:
        return Run(_unescaped(text))
    script = next(properties.iterchildren("{*}vertAlign"), None)
    raised = script.get("val") if script is not None else None
    return Run(
        _unescaped(text),
        is_struck=is_on(properties, "strike"),
        is_raised=raised == "superscript",
        is_lowered=raised == "subscript",
    )


def _unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    return whole_characters(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))


def _add_runs(marks: dict[str, Any], xml: bytes, book: _Book) -> None:
    """Adds what the cells say whose text has several runs: parts of it may be struck out."""
    texts, left_out = {}, {}
    struck = {*marks.get("struck", ())}
    for place, attributes, found in _places(xml, _TEXT_CELL):
        if found["number"]:
            parts = book.texts.get(int(found["number"]))
        else:
            parts = _inline(found["inline"])
        if not parts:
            continue
        is_struck = _style(attributes) in book.styles.struck
        joined = join(
            run if has_properties else run._replace(is_struck=is_struck)
            for run, has_properties in parts
        )
        texts[place] = joined.text
        if joined.left_out:
            left_out[place] = joined.left_out
        struck.discard(place)
        if joined.is_wholly_struck:
            struck.add(place)
    marks |= {"texts": texts, "left_out": left_out, "struck": sorted(struck)}


def _has_inline_runs(xml: bytes, styles: Styles) -> bool:
    return _may_look_otherwise(xml) or (bool(styles.struck) and _RUN.search(xml) is not None)


def _inline(xml: bytes) -> list[_Part]:
    """The runs of a text that stands in its cell; none where it has no runs."""
    if not _RUN.search(xml):
        return []
    spaces = b"".join(b' xmlns:%s="x"' % prefix for prefix in {*_PREFIX.findall(xml)})
    return _parts(parse(b"<is%s>%s</is>" % (spaces, xml)))


def _refuse_far(xml: bytes) -> None:
    """Raises UnreadableError where the sheet reaches further than any return does."""
    is_far = any(int(one[1]) >= _FAR_ROW for one in _LATE_ROW.finditer(xml))
    if not is_far and not _FAR_COLUMN.search(xml):
        return
    rows = columns = 0
    for letters, number in _ADDRESSES.findall(xml):
        rows = max(rows, int(number))
        columns = max(columns, column_index(letters.decode()) + 1)
    refuse_wide(rows, columns)


def _look(xml: bytes, budget: Budget, *, is_stale: bool) -> dict[str, Any]:
    broken: dict[tuple[int, int], str] = {}
    hidden_rows: list[int] = []
    hidden_columns: list[int] = []
    row = column = -1
    for event, element in events(xml, ("start", "end")):
        name = etree.QName(element).localname
        is_hidden = element.get("hidden") in {"1", "true"}
        if event == "start" and name == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
            if is_hidden:
                budget.hide(1)
                hidden_rows.append(row)
        elif event == "start" and name == "col" and is_hidden:
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            hidden = range(first - 1, min(last, 16_384))
            budget.hide(len(hidden))
            hidden_columns += hidden
        elif event == "end" and name == "c":
            address = _ADDRESS.fullmatch(element.get("r", ""))
            column = column_index(address[1]) if address else column + 1
            if error := _error(element, is_stale=is_stale):
                budget.marks(1)
                broken[row, column] = error
        elif event == "end" and name == "row":
            element.clear()
    return {"broken": broken, "hidden_rows": hidden_rows, "hidden_columns": hidden_columns}


def _error(cell: Any, *, is_stale: bool) -> str | None:
    """The error in the cell, or that its formula has no result; None where it has a value."""
    value = next(cell.iter("{*}v"), None)
    stored = value.text if value is not None else None
    if cell.get("t") == "e":
        return stored or "#ERROR"
    if next(cell.iter("{*}f"), None) is None:
        return None
    if is_stale and cell.get("t") != "s" and not (stored or "").strip("0."):
        # A program that cannot calculate writes 0 where the result will be.
        return NO_RESULT
    # A formula may well have an empty text as its result: then the type says so.
    is_text = cell.get("t") == "str" and value is not None
    return NO_RESULT if not stored and not is_text else None
