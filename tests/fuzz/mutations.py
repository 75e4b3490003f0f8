"""What is done to a sound file: to its bytes, its parts, its records, its marks and cells.

Each alteration takes dice and bytes and gives bytes; `mutate` picks those that fit what the file is.
What damages a container is tried as well as what leaves it sound and damages what is in it: the
second kind gets further.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from struct import pack, unpack_from

import olefile  # type: ignore[import-untyped]
from renderer.biff import ole2

from fuzz.sources import Source, letter, zipped

Alteration = Callable[[random.Random, bytes, bytes], bytes]
"""Dice, the file (or a part of one), another of its kind; what comes of them."""


def mutate(dice: random.Random, source: Source, other: Source) -> tuple[bytes, str]:
    """A mutant of the source, into which something of the other may go; and what was done, in words."""
    data, done = source.data, []
    for _ in range(dice.choice((1, 1, 1, 1, 2, 3))):
        alter = dice.choice(_fitting(data))
        data = alter(dice, data, other.data)
        done.append(alter.__name__.strip("_"))
    return data, " and ".join(done)


def _fitting(data: bytes) -> Sequence[Alteration]:
    if data.startswith(b"PK"):
        return _OF_ZIPS
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _OF_XLS
    if data.startswith(b"MIME"):
        return _OF_LETTERS
    if b"<html" in data[:500]:
        return _OF_PAGES
    return _OF_XML if data.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else _OF_TEXT


def _span(dice: random.Random, size: int, longest: int = 64) -> slice:
    begin = dice.randrange(size + 1)
    return slice(
        begin, min(size, begin + dice.randint(1, dice.choice((4, longest, size // 3 + 1))))
    )


# --- bytes ---------------------------------------------------------------------------------------


def _flipped_bits(dice: random.Random, data: bytes, other: bytes) -> bytes:
    altered = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 8)) if data else 0):
        altered[dice.randrange(len(altered))] ^= 1 << dice.randrange(8)
    return bytes(altered)


def _other_bytes(dice: random.Random, data: bytes, _: bytes) -> bytes:
    place = _span(dice, len(data), 16)
    return data[: place.start] + dice.randbytes(place.stop - place.start) + data[place.stop :]


def _cut_off(dice: random.Random, data: bytes, _: bytes) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _block_dropped(dice: random.Random, data: bytes, _: bytes) -> bytes:
    place = _span(dice, len(data))
    return data[: place.start] + data[place.stop :]


def _block_doubled(dice: random.Random, data: bytes, _: bytes) -> bytes:
    place = _span(dice, len(data))
    return data[: place.stop] + data[place.start :]


def _block_zeroed(dice: random.Random, data: bytes, _: bytes) -> bytes:
    place = _span(dice, len(data), 512)
    return data[: place.start] + bytes(place.stop - place.start) + data[place.stop :]


def _blocks_swapped(dice: random.Random, data: bytes, _: bytes) -> bytes:
    size = dice.choice((1, 16, 64, 512))
    count = len(data) // size
    if count < 2:
        return data
    first, second = sorted(dice.sample(range(count), 2))
    a, b = (data[at * size : (at + 1) * size] for at in (first, second))
    between = data[(first + 1) * size : second * size]
    return data[: first * size] + b + between + a + data[(second + 1) * size :]


def _spliced(dice: random.Random, data: bytes, other: bytes) -> bytes:
    """The beginning of one and the end of the other."""
    share = dice.random()
    return data[: int(len(data) * share)] + other[int(len(other) * share) :]


_OF_BYTES: tuple[Alteration, ...] = (
    _flipped_bits,
    _other_bytes,
    _cut_off,
    _block_dropped,
    _block_doubled,
    _block_zeroed,
    _blocks_swapped,
    _spliced,
)


# --- marks of XML and pages ----------------------------------------------------------------------

_TAG = re.compile(rb"<(/?)([A-Za-z][\w:.-]*)([^<>]*)>")
_ATTRIBUTE = re.compile(rb"\s([\w:.-]+)=([\"'])([^\"'<>]*)\2")
_WORDS = re.compile(rb"(?<=>)[^<>\s][^<>]*(?=<)")
_NUMBER = re.compile(rb"\d+")
_ENCODINGS = (b"GBK", b"UTF-16", b"ISO-8859-1", b"US-ASCII", b"gb2312", b"utf-8")
_VALUES = (b"", b"0", b"1", b"-1", b"2147483648", b"s", b"e", b"str", b"inlineStr", b"n", b"b", b"d",
           b"string", b"float", b"date", b"Number", b"String", b"DateTime", b"Error", b"true")  # fmt: skip


def _picked(dice: random.Random, pattern: re.Pattern[bytes], data: bytes) -> re.Match[bytes] | None:
    """One of the places, without looking for all of them: the first behind a point, else the first."""
    return pattern.search(data, dice.randrange(len(data) + 1)) or pattern.search(data)


def _put(data: bytes, found: re.Match[bytes], text: bytes, group: int = 0) -> bytes:
    return data[: found.start(group)] + text + data[found.end(group) :]


def _element(dice: random.Random, data: bytes) -> slice | None:
    """Where an element stands with all that is in it, unless it holds another of its name."""
    found = _picked(dice, _TAG, data)
    if found is None or found[1]:
        return None
    if found[3].endswith(b"/"):
        return slice(*found.span())
    end = data.find(b"</%s>" % found[2], found.end())
    return slice(found.start(), end + len(found[2]) + 3) if end >= 0 else None


def _element_dropped(dice: random.Random, data: bytes, _: bytes) -> bytes:
    place = _element(dice, data)
    return data[: place.start] + data[place.stop :] if place else data


def _element_doubled(dice: random.Random, data: bytes, _: bytes) -> bytes:
    place = _element(dice, data)
    return data[: place.stop] + data[place.start :] if place else data


def _element_moved(dice: random.Random, data: bytes, _: bytes) -> bytes:
    place = _element(dice, data)
    if place is None:
        return data
    left = data[: place.start] + data[place.stop :]
    to = _picked(dice, _TAG, left)
    return left[: to.start()] + data[place] + left[to.start() :] if to else data


def _tag_dropped(dice: random.Random, data: bytes, _: bytes) -> bytes:
    found = _picked(dice, _TAG, data)
    return _put(data, found, b"") if found else data


def _tag_doubled(dice: random.Random, data: bytes, _: bytes) -> bytes:
    found = _picked(dice, _TAG, data)
    return _put(data, found, found[0] * 2) if found else data


def _tag_renamed(dice: random.Random, data: bytes, _: bytes) -> bytes:
    found, other = _picked(dice, _TAG, data), _picked(dice, _TAG, data)
    return _put(data, found, other[2], 2) if found and other else data


def _attribute_altered(dice: random.Random, data: bytes, _: bytes) -> bytes:
    """Another value of the same name, a number next to it, or any other value."""
    found = _picked(dice, _ATTRIBUTE, data)
    if found is None:
        return data
    number = _NUMBER.search(found[3])
    match dice.randrange(3):
        case 0:
            same = re.compile(rb"\s%s=([\"'])([^\"'<>]*)\1" % re.escape(found[1]))
            other = _picked(dice, same, data)
            value = other[2] if other else b""
        case 1 if number:
            near = max(0, int(number[0]) + dice.choice((-1, 1, 1, 7)))
            value = found[3][: number.start()] + b"%d" % near + found[3][number.end() :]
        case _:
            value = dice.choice(_VALUES)
    return _put(data, found, value, 3)


def _attribute_dropped(dice: random.Random, data: bytes, _: bytes) -> bytes:
    found = _picked(dice, _ATTRIBUTE, data)
    return _put(data, found, b"") if found else data


def _attribute_doubled(dice: random.Random, data: bytes, _: bytes) -> bytes:
    found, other = _picked(dice, _ATTRIBUTE, data), _picked(dice, _ATTRIBUTE, data)
    return _put(data, found, found[0] + other[0]) if found and other else data


def _quoted_otherwise(dice: random.Random, data: bytes, _: bytes) -> bytes:
    """An attribute in the other quotes, with blanks, or its name with a prefix."""
    found = _picked(dice, _ATTRIBUTE, data)
    if found is None:
        return data
    other = b"'" if found[2] == b'"' else b'"'
    ways = (
        b"\n%s=%s%s%s" % (found[1], other, found[3], other),
        b" %s = %s%s%s " % (found[1], found[2], found[3], found[2]),
        b" x:%s=%s%s%s" % (found[1], found[2], found[3], found[2]),
    )
    return _put(data, found, dice.choice(ways))


def _words_altered(dice: random.Random, data: bytes, _: bytes) -> bytes:
    found, other = _picked(dice, _WORDS, data), _picked(dice, _WORDS, data)
    if not (found and other):
        return data
    half = found[0][: len(found[0]) // 2]
    ways = (b"", other[0], half, b"<![CDATA[%s]]>" % found[0], b"%s<!--x-->%s" % (half, found[0][len(half) :]),
            found[0] + b"&#48;", b" %s " % found[0], b"7", b"1e3", b"&nbsp;")  # fmt: skip
    return _put(data, found, dice.choice(ways))


def _digit_altered(dice: random.Random, data: bytes, _: bytes) -> bytes:
    found = _picked(dice, _NUMBER, data)
    return _put(data, found, b"%d" % dice.randrange(10 ** len(found[0]))) if found else data


def _declared_otherwise(dice: random.Random, data: bytes, _: bytes) -> bytes:
    """Another encoding than the bytes are in."""
    found = re.search(rb"(?:encoding=[\"']|charset=[\"']?)([\w-]+)", data)
    return _put(data, found, dice.choice(_ENCODINGS), 1) if found else data


_OF_MARKS: tuple[Alteration, ...] = (
    _element_dropped,
    _element_dropped,
    _element_doubled,
    _element_doubled,
    _element_moved,
    _tag_dropped,
    _tag_doubled,
    _tag_renamed,
    _attribute_altered,
    _attribute_altered,
    _attribute_dropped,
    _attribute_doubled,
    _quoted_otherwise,
    _words_altered,
    _digit_altered,
    _declared_otherwise,
)


# --- records -------------------------------------------------------------------------------------


def _records(stream: bytes) -> list[bytes]:
    """The records of an .xls, each with its head."""
    found, at = [], 0
    while at + 4 <= len(stream):
        size = 4 + unpack_from("<H", stream, at + 2)[0]
        if stream[at : at + 4] == bytes(4):
            break
        found.append(stream[at : at + size])
        at += size
    return found


def _records12(part: bytes) -> list[bytes]:
    """The records of a part of an .xlsb, each with its head."""
    found, at = [], 0
    while at < len(part):
        begin, at = at, at + (2 if part[at] & 0x80 else 1)
        size = shift = 0
        while at < len(part) and shift < 28:
            byte = part[at]
            size, shift, at = size | (byte & 0x7F) << shift, shift + 7, at + 1
            if not byte & 0x80:
                break
        at += size
        found.append(part[begin:at])
    return found


def _records_altered(dice: random.Random, records: list[bytes]) -> bytes:
    """One dropped, doubled, moved, with another length, content or kind; or none behind it."""
    if not records:
        return b""
    at = dice.randrange(len(records))
    altered = bytearray(records[at])
    match dice.randrange(8):
        case 0:
            del records[at]
        case 1:
            records.insert(at, records[at])
        case 2:
            records.insert(dice.randrange(len(records)), records.pop(at))
        case 3:
            records = records[:at]
        case 4:
            altered[min(2, len(altered) - 1)] = dice.randrange(256)
            records[at] = bytes(altered)
        case 5:
            altered[0] = dice.choice(records)[0]
            records[at] = bytes(altered)
        case _:
            for _ in range(dice.choice((1, 1, 3))):
                altered[dice.randrange(min(2, len(altered) - 1), len(altered))] = dice.choice(
                    (0, 1, 255, dice.randrange(256))
                )
            records[at] = bytes(altered)
    return b"".join(records)


def _xls_records_altered(dice: random.Random, data: bytes, _: bytes) -> bytes:
    """Records of the stream, with the places of the sheets set right or left as they were."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            name = "Workbook" if container.exists("Workbook") else "Book"
            stream = container.openstream(name).read()
    except Exception:
        return _flipped_bits(dice, data, b"")
    old = _records(stream)
    head = sum(map(len, old[: _end_of_globals(old)]))
    if dice.random() < 0.3 or head >= len(stream):
        altered = _records_altered(dice, old)
    else:
        # Within the sheets, so that all are found where they were.
        altered = stream[:head] + _records_altered(dice, _records(stream[head:]))
    return ole2(name, altered)


def _end_of_globals(records: Sequence[bytes]) -> int:
    return next((at for at, one in enumerate(records, 1) if one[:2] == b"\x0a\0"), len(records))


def _sheet_begins_elsewhere(dice: random.Random, data: bytes, _: bytes) -> bytes:
    """The place that the workbook says a sheet begins at."""
    at = data.find(b"\x85\0")
    if at < 0:
        return data
    place = unpack_from("<I", data, at + 4)[0] + dice.choice((-4, 4, 16, 1000))
    return data[: at + 4] + pack("<I", place & 0xFFFFFFFF) + data[at + 8 :]


# --- parts of a zip ------------------------------------------------------------------------------


def _parts(data: bytes) -> list[tuple[str, bytes]] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except Exception:
        return None


def _of_parts(
    change: Callable[[random.Random, list[tuple[str, bytes]], int, bytes], None],
) -> Alteration:
    """An alteration of the parts of a zip, of which one was picked; what is no zip any more, of bytes."""

    def altered(dice: random.Random, data: bytes, other: bytes) -> bytes:
        parts = _parts(data)
        if not parts:
            return dice.choice(_OF_BYTES)(dice, data, other)
        change(dice, parts, _which(dice, parts), other)
        return zipped(parts, packed=dice.random() < 0.8)

    altered.__name__ = change.__name__
    return altered


def _which(dice: random.Random, parts: Sequence[tuple[str, bytes]]) -> int:
    """A part, by preference one with cells."""
    weights = [8 if re.search(r"sheet\d|content|sharedS", name) else 1 for name, _ in parts]
    return dice.choices(range(len(parts)), weights)[0]


@_of_parts
def _part_removed(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    del parts[at]


@_of_parts
def _part_emptied(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    parts[at] = parts[at][0], b""


@_of_parts
def _part_doubled(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    """The same name twice, once with something else."""
    content = dice.choice(_INSIDE_XML)(dice, parts[at][1], b"")
    parts.insert(dice.randrange(len(parts) + 1), (parts[at][0], content))


@_of_parts
def _part_of_other_content(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    parts[at] = parts[at][0], dice.choice(parts)[1]


@_of_parts
def _part_of_another_file(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    theirs = dict(_parts(other) or ())
    parts[at] = parts[at][0], theirs.get(parts[at][0], other)


@_of_parts
def _part_renamed(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    name = parts[at][0]
    parts[at] = dice.choice((name.upper(), name.replace("/", "\\"), f"x{name}")), parts[at][1]


@_of_parts
def _bytes_of_part(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    parts[at] = parts[at][0], dice.choice(_OF_BYTES)(dice, parts[at][1], other)


@_of_parts
def _inside_part(
    dice: random.Random, parts: list[tuple[str, bytes]], at: int, other: bytes
) -> None:
    name, content = parts[at]
    if name.endswith(".bin"):
        parts[at] = name, _records_altered(dice, _records12(content))
    else:
        parts[at] = name, dice.choice(_INSIDE_XML)(dice, content, b"")


def _sum_left_as_it_was(dice: random.Random, data: bytes, other: bytes) -> bytes:
    """A part that lies there unpacked, damaged behind the back of its check sum."""
    parts = _parts(data)
    if not parts:
        return _flipped_bits(dice, data, other)
    stored = zipped(parts, packed=False)
    content = parts[_which(dice, parts)][1]
    at = stored.find(content)
    altered = dice.choice((_flipped_bits, _block_zeroed, _blocks_swapped, _other_bytes))(
        dice, content, b""
    )
    return stored[:at] + altered + stored[at + len(content) :]


_INSIDE_XML = _OF_MARKS
_OF_ZIPS: tuple[Alteration, ...] = (
    *_OF_BYTES,
    *(_inside_part,) * 24,
    *(_bytes_of_part,) * 3,
    _part_removed,
    _part_emptied,
    _part_doubled,
    _part_of_other_content,
    *(_part_of_another_file,) * 2,
    _part_renamed,
    *(_sum_left_as_it_was,) * 3,
)
_OF_XLS: tuple[Alteration, ...] = (
    *_OF_BYTES,
    *(_xls_records_altered,) * 20,
    _sheet_begins_elsewhere,
)


# --- text ----------------------------------------------------------------------------------------

_SIGNS = (
    '"',
    '""',
    ",",
    "\t",
    ";",
    "\n",
    "\r",
    "\r\n",
    "，",
    "\0",
    "\x1a",
    " ",
    "'",
    "\ufeff",
    "\u200b",
)


def _decoded(data: bytes) -> tuple[str, str]:
    for encoding in ("utf-16", "utf-8-sig", "gb18030"):
        if encoding == "utf-16" and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _sign_added(dice: random.Random, data: bytes, _: bytes) -> bytes:
    text, encoding = _decoded(data)
    at = dice.randrange(len(text) + 1)
    return (text[:at] + dice.choice(_SIGNS) + text[at:]).encode(encoding, "replace")


def _sign_dropped(dice: random.Random, data: bytes, _: bytes) -> bytes:
    text, encoding = _decoded(data)
    found = re.compile(r"[,;\t\r\n\"]|\r\n").search(text, dice.randrange(len(text) + 1))
    if found:
        text = text[: found.start()] + text[found.end() :]
    return text.encode(encoding, "replace")


def _cell_quoted(dice: random.Random, data: bytes, _: bytes) -> bytes:
    """A cell in quotes, sound ones or not, with a separator or a line break in it or none."""
    text, encoding = _decoded(data)
    found = re.compile(r"[^,;\t\r\n\"]+").search(text, dice.randrange(len(text) + 1))
    if found:
        inner = dice.choice(("{}", "{},1", "{}\n甲", '{}""', '{}"', "\n{}")).format(found[0])
        text = text[: found.start()] + f'"{inner}"' + text[found.end() :]
    return text.encode(encoding, "replace")


def _lines_altered(dice: random.Random, data: bytes, _: bytes) -> bytes:
    text, encoding = _decoded(data)
    lines = text.splitlines(keepends=True) or [""]
    at, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = lines[at][: dice.randrange(len(lines[at]) + 1)]
    return "".join(lines).encode(encoding, "replace")


def _encoded_otherwise(dice: random.Random, data: bytes, _: bytes) -> bytes:
    text = _decoded(data)[0]
    encoding = dice.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"))
    return text.encode(encoding, "replace")


_OF_TEXT: tuple[Alteration, ...] = (
    *_OF_BYTES,
    *(_sign_added, _sign_dropped, _cell_quoted) * 4,
    *(_lines_altered,) * 4,
    *(_encoded_otherwise,) * 2,
)
_OF_PAGES: tuple[Alteration, ...] = (*_OF_BYTES, *_OF_MARKS, *_OF_MARKS, _encoded_otherwise)
_OF_XML = _OF_PAGES


def _page_in_letter(dice: random.Random, data: bytes, other: bytes) -> bytes:
    """The page within the letter, altered as one that stands by itself."""
    import email  # noqa: PLC0415 - rarely needed

    octets = [one.get_payload(decode=True) for one in email.message_from_bytes(data).walk()]
    pages = [one for one in octets if isinstance(one, bytes)]
    if not pages:
        return _flipped_bits(dice, data, other)
    altered = dice.choice(_OF_PAGES)(dice, pages[0], other)
    return letter(altered.decode("gb18030", "replace"))


_OF_LETTERS: tuple[Alteration, ...] = (*_OF_BYTES, *(_page_in_letter,) * 16)
