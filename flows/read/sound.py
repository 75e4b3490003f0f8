"""Whether a sheet of Open XML is read alike by every program: whose parts stand where they may.

calamine takes what strays for something else, and of cells in one place it keeps the last; a
spreadsheet program opens no such part. Searches of bytes in their usual spelling, since every sheet
is looked at.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

from flows.read.grid import column_index
from flows.read.spelling import IS, PREFIX

ADDRESS_OF = re.compile(rb"\sr" + IS + rb"([A-Z]{1,3})(\d{1,7})[\"']")
_NUMBER_OF = re.compile(rb"\sr" + IS + rb"(\d{1,7})[\"']")
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]+\d+)"')
_LETTERS = string.ascii_uppercase.encode()
_VALUE_END = re.compile(rb"</" + PREFIX + rb"v\s*>")
_ROW_NUMBER = re.compile(rb"<" + PREFIX + rb"row\s(?:[^<>]*?\s)?r" + IS + rb"(\d+)[\"']")
_ROW_OR_CELL = re.compile(rb"<" + PREFIX + rb"(row|c)(?=[\s/>])([^<>]*)")
# Of cells with a shared text those of which the number is no plain one.
_ODD_INDEX = re.compile(rb"\st" + IS + rb"s[\"'][^<>]*>\s*<" + PREFIX + rb"v(?:\s[^<>]*)?>(?!\d*<)")
_ODD_USUAL = re.compile(rb't="s"><v>(?!\d*<)')


def _end_of(name: bytes, *behind: bytes) -> bytes:
    """What finds the end of an element behind which something else stands than may stand there.

    Comments and instructions may stand anywhere.
    """
    names = rb"|".join(
        one.replace(b"/", rb"/" + PREFIX) if b"/" in one else PREFIX + one for one in behind
    )
    return name + rb"\s*>(?!\s*<(?:[!?]|(?:" + names + rb")[\s/>]))"


# Elements that stand elsewhere than in a workbook as it should be, told by what is behind their ends.
_STRAYED_TEXT = rb"|".join(
    [
        _end_of(rb"t", rb"r", rb"rPh", rb"phoneticPr", rb"/r", rb"/rPh", rb"/si", rb"/is"),
        _end_of(rb"r", rb"r", rb"rPh", rb"phoneticPr", rb"/si", rb"/is"),
        _end_of(rb"si", rb"si", rb"extLst", rb"/sst"),
    ]
)
_STRAYED_CELL = rb"|".join(
    [
        _end_of(rb"v", rb"is", rb"extLst", rb"/c"),
        _end_of(rb"is", rb"extLst", rb"/c"),
        _end_of(rb"c", rb"c", rb"extLst", rb"/row"),
        _end_of(rb"row", rb"row", rb"/sheetData"),
    ]
)
_STRAYED = re.compile(rb"</" + PREFIX + rb"(?:" + _STRAYED_TEXT + rb"|" + _STRAYED_CELL + rb")")
# Where this finds nothing, as mostly, the other need not look.
_MAYBE_STRAYED = re.compile(
    rb"</(?:v>(?!</c>)|c>(?!<c |</row>)|row>(?!<row |</sheetData>)|is>(?!</c>)"
    rb"|t>(?!</si>|</is>|</r>)|si>(?!<si>|</sst>)|r>(?!<r>|</si>|</is>)|\w+:)"
)
_CELLS = re.compile(
    rb"sheetData[^<>]*(?:/>|>\s*<(?:" + PREFIX + rb"row|/" + PREFIX + rb"sheetData)[\s/>])"
)
_SHEET_DATA = re.compile(rb"<" + PREFIX + rb"sheetData[\s/>]")


def is_sound(xml: bytes) -> bool:
    """Whether the sheet's numbers, rows and cells are each told once, and where they may."""
    return _has_plain_numbers(xml) and _has_each_row_once(xml) and _has_cells_in_rows(xml)


def _has_plain_numbers(xml: bytes) -> bool:
    """Whether every number of a shared text is a plain one, as all programs write them.

    calamine takes any other for the first text of all.
    """
    # Mostly all are spelled one way, in which they are sought in half the time.
    is_common = xml.count(b't="s"><v>') == xml.count(b'"s"') and b"'s'" not in xml
    return not (_ODD_USUAL if is_common else _ODD_INDEX).search(xml)


def _has_each_row_once(xml: bytes) -> bool:
    """Whether no two rows say that they are the same: of the first calamine keeps what the other lacks."""
    numbers = [*map(int, _ROW_NUMBER.findall(xml))]
    return len({*numbers}) == len(numbers)


def stated(xml: bytes) -> int:
    """How many cells have a value."""
    values = xml.count(b"</v>") or len(_VALUE_END.findall(xml))
    return values - xml.count(b"<v></v>") + xml.count(b"</is>")


def check_cells(xml: bytes) -> None:
    """Raises ValueError where two cells say that they are the same, or one that it is of another row.

    It takes long: to be asked only where calamine has fewer cells than were stated.
    """
    if _are_plainly_once(xml):
        return
    taken: set[int] = set()
    for tag, address, row, column in walked(xml):
        if tag[1] == b"row":
            taken = set()
            continue
        if column in taken or (address and int(address[2]) - 1 != row):
            raise ValueError(f"a cell at {row}, {column}")
        taken.add(column)


def walked(
    xml: bytes,
) -> Iterator[tuple[re.Match[bytes], re.Match[bytes] | None, int, int]]:
    """The tags of rows and cells, with the addresses that cells have, and where each stands.

    They need not say it: then they are counted. A tag's first group is its name, its second its attributes.
    """
    row = column = -1
    for tag in _ROW_OR_CELL.finditer(xml):
        address = None
        if tag[1] == b"row":
            number = _NUMBER_OF.search(tag[2])
            row, column = int(number[1]) - 1 if number else row + 1, -1
        else:
            address = ADDRESS_OF.search(tag[2])
            column = column_index(address[1].decode()) if address else column + 1
        yield tag, address, row, column


def _are_plainly_once(xml: bytes) -> bool:
    """Whether each cell names its place and no two name the same, all spelled as most programs do."""
    at = xml.find(b"<row ")
    while at >= 0:
        end = xml.find(b"<row ", at + 1)
        row = xml[at : end if end >= 0 else None]
        number, cells = _NUMBER_OF.search(row), _PLAIN_CELL.findall(row)
        counted = row.count(b"<c ") + row.count(b"<c>") + row.count(b":c ")
        if number is None or not counted == len(cells) == len({*cells}):
            return False
        rows = b" ".join(cells).translate(None, _LETTERS)
        if rows != b" ".join([number[1]] * len(cells)):
            return False
        at = end
    return b":row" not in xml


def _has_cells_in_rows(xml: bytes) -> bool:
    """Whether the rows hold all cells, and each cell its value: what strays, no two programs read alike."""
    if strays(xml):
        return False
    begin = max(xml.find(b"sheetData"), 0)
    if begin and not _CELLS.match(xml, begin):
        return False
    return xml.count(b"sheetData") <= 2 or len(_SHEET_DATA.findall(xml)) == 1


def strays(xml: bytes) -> bool:
    """Whether an element with a text or a value stands where none may: calamine joins it to others.

    A formula or a second value behind a value takes its place.
    """
    return _MAYBE_STRAYED.search(xml) is not None and _STRAYED.search(xml) is not None
