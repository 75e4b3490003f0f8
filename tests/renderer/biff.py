"""Old binary workbooks: .xls as Excel 97 (BIFF8) and Excel 5 (BIFF5) wrote it, and .xlsb."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import md5
from struct import pack, unpack_from

from renderer.sheets import FONTS, Broken, Dressed, Formula, Rich, Sheet, Value, serial

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}  # fmt: skip
GENERAL, DATE = 15, 16
# The first number that a format of one's own has; cell formats of one's own, fonts by what they do.
OWN_CODES, OWN_LOOKS = 164, 17
XLS_FONTS = {"plain": 0, "struck": 5, "raised": 6, "lowered": 7}
XLSB_FONTS = {name: number for number, name in enumerate(FONTS)}
BOF, FILEPASS, BOUNDSHEET = 0x809, 0x2F, 0x85
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


# --- the container of .xls -----------------------------------------------------------------------


def ole2(name: str, stream: bytes) -> bytes:
    """A compound file that holds one stream."""
    size = max(4096, len(stream))
    count = -(-size // 512)
    fats = 1
    while fats * 128 < count + 1 + fats:
        fats += 1
    chain = [*range(1, count), END, END, *[FAT] * fats]
    chain += [FREE] * (fats * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += pack("<IIIIIIIII", 0, fats, count, 0, 4096, END, 0, END, 0)
    header += pack("<109I", *range(count + 1, count + 1 + fats), *[FREE] * (109 - fats))
    folder = _entry("Root Entry", 5, child=1, start=END, size=0)
    folder += _entry(name, 2, child=FREE, start=0, size=size) + bytes(256)
    return header + stream.ljust(count * 512, b"\0") + folder + pack(f"<{len(chain)}I", *chain)


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le").ljust(64, b"\0")
    length = 2 * len(name) + 2
    return text + pack("<HBBIII36xIQ", length, kind, 1, FREE, FREE, child, start, size)


# --- .xls ----------------------------------------------------------------------------------------


def xls(sheets: Sequence[Sheet], *, biff8: bool = True) -> bytes:
    """A workbook in its container."""
    return ole2("Workbook" if biff8 else "Book", _xls_stream(sheets, biff8=biff8))


def _xls_stream(sheets: Sequence[Sheet], *, biff8: bool = True, lock: bytes = b"") -> bytes:
    """The workbook's records; `lock` comes behind the first one."""
    head = _globals(sheets, [0] * len(sheets), biff8=biff8)
    looks, texts = looks_of(sheets), _rich_texts(sheets)
    bodies = [_xls_sheet(sheet, looks, texts, biff8=biff8) for sheet in sheets]
    offsets = [len(head + lock) + sum(map(len, bodies[:n])) for n in range(len(bodies))]
    head = _globals(sheets, offsets, biff8=biff8)
    begin = 4 + int.from_bytes(head[2:4], "little")
    return head[:begin] + lock + head[begin:] + b"".join(bodies)


def locked_xls(sheets: Sequence[Sheet], password: str) -> bytes:
    """A workbook encrypted with RC4, as Excel 97 to 2003 did: the records' heads stay plain."""
    from msoffcrypto.method.rc4 import DocumentRC4  # noqa: PLC0415 - slow to load

    def mixed(data: bytes) -> bytes:
        # RC4 is its own inverse, and each byte's key hangs on its place alone.
        return bytes(DocumentRC4.decrypt(password, salt, io.BytesIO(data), blocksize=1024).read())

    salt, verifier = bytes(range(16)), bytes(16)
    checked = mixed(verifier + md5(verifier).digest())  # noqa: S324 - the format's own
    lock = _record(FILEPASS, pack("<HHH", 1, 1, 1) + salt + checked)
    plain = _xls_stream(sheets, lock=lock)
    plain += _record(0, bytes(max(0, 4092 - len(plain))))
    secret = bytearray(mixed(plain))
    at = 0
    while at < len(plain):
        kind, size = unpack_from("<HH", plain, at)
        shown = size if kind in {BOF, FILEPASS} else 4 if kind == BOUNDSHEET else 0
        secret[at : at + 4 + shown] = plain[at : at + 4 + shown]
        at += 4 + size
    return ole2("Workbook", bytes(secret))


def _record(kind: int, content: bytes) -> bytes:
    return pack("<HH", kind, len(content)) + content


def _bof(kind: int, *, biff8: bool) -> bytes:
    version = pack("<HHHH", 0x600 if biff8 else 0x500, kind, 0x1FAF, 1997)
    return _record(0x809, version + (pack("<II", 0x41, 6) if biff8 else b""))


def _globals(sheets: Sequence[Sheet], offsets: Sequence[int], *, biff8: bool) -> bytes:
    parts = [_bof(5, biff8=biff8), _record(0x42, pack("<H", 1200 if biff8 else 936))]
    parts.append(_record(0x22, pack("<H", any(sheet.uses_1904 for sheet in sheets))))
    name = "Arial"
    font = pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0)
    text = bytes([len(name), 0]) + name.encode() if biff8 else bytes([len(name)]) + name.encode()
    parts += [_record(0x31, font + text)] * 4
    for name in FONTS[1:]:
        parts.append(_record(0x31, _font(name) + font[10:] + text))
    for number, (code, _) in enumerate(looks_of(sheets), start=OWN_CODES):
        written = _text(code, "<H" if biff8 else "<B", biff8=biff8)
        parts.append(_record(0x41E, pack("<H", number) + written))
    for index in range(OWN_LOOKS):
        look = pack("<HHH", 0, 14 if index == DATE else 0, 0xFFF5 if index < 15 else 1)
        parts.append(_record(0xE0, look + bytes(14 if biff8 else 10)))
    for number, (_, is_struck) in enumerate(looks_of(sheets), start=OWN_CODES):
        look = pack("<HHH", XLS_FONTS["struck"] if is_struck else 0, number, 1)
        parts.append(_record(0xE0, look + bytes(14 if biff8 else 10)))
    for sheet, offset in zip(sheets, offsets, strict=True):
        place = pack("<IBB", offset, sheet.is_hidden, 0)
        parts.append(_record(0x85, place + _text(sheet.name, "<B", biff8=biff8)))
    if biff8 and (texts := _rich_texts(sheets)):
        parts.append(_record(0xFC, shared_texts(texts)))
    return b"".join(parts) + _record(0x0A, b"")


def looks_of(sheets: Sequence[Sheet]) -> list[tuple[str, bool]]:
    """Every look that a cell of the sheets has, in the order in which they are numbered."""
    return sorted({look for sheet in sheets for look in sheet.looks()})


def _rich_texts(sheets: Sequence[Sheet]) -> list[Rich]:
    every = {one for sheet in sheets for one in sheet.cells.values() if isinstance(one, Rich)}
    return sorted(every, key=lambda one: one.parts)


def shared_texts(texts: Sequence[Rich]) -> bytes:
    """A table of texts of parts; in .xls a font is named where another begins."""
    table = pack("<II", len(texts), len(texts))
    for one in texts:
        wide = one.text.encode("utf-16-le")
        runs = _runs(one, XLS_FONTS)
        table += pack("<HBH", len(wide) // 2, 9, len(runs)) + wide
        table += b"".join(pack("<HH", *run) for run in runs)
    return table


def _runs(rich: Rich, fonts: dict[str, int], encoding: str = "utf-16-le") -> list[tuple[int, int]]:
    runs, at = [], 0
    for text, font in rich.parts:
        runs.append((at, fonts[font]))
        at += len(text.encode(encoding)) // (2 if encoding == "utf-16-le" else 1)
    return runs


def _font(name: str) -> bytes:
    escapement = {"raised": 1, "lowered": 2}.get(name, 0)
    return pack("<HHHHH", 200, 8 * (name == "struck"), 0x7FFF, 400, escapement)


def _text(text: str, length: str, *, biff8: bool) -> bytes:
    if biff8:
        return pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")
    raw = text.encode("gbk", "replace")
    return pack(length, len(raw)) + raw


def _xls_sheet(
    sheet: Sheet, looks: list[tuple[str, bool]], texts: list[Rich], *, biff8: bool
) -> bytes:
    parts = [_bof(0x10, biff8=biff8)]
    for column in sorted(sheet.hidden_columns):
        parts.append(_record(0x7D, pack("<HHHHHH", column, column, 2304, GENERAL, 1, 0)))
    parts.append(_record(0x200, pack("<IIHHH", 0, sheet.height, 0, sheet.width, 0) if biff8 else pack("<HHHHH", 0, sheet.height, 0, sheet.width, 0)))  # fmt: skip
    for row in range(sheet.height):
        options = 0x100 | (0x20 if row in sheet.hidden_rows else 0)
        parts.append(_record(0x208, pack("<HHHHHHI", row, 0, sheet.width, 255, 0, 0, options)))
    for (row, column), value in sorted(sheet.cells.items(), key=lambda item: item[0]):
        place = pack("<HH", row, column)
        if isinstance(value, Rich):
            parts.append(_xls_rich(place, value, texts, biff8=biff8))
            continue
        written = _xls_cell(sheet, place, _bare(value), biff8=biff8)
        if isinstance(value, Dressed):
            look = OWN_LOOKS + looks.index((value.code, value.is_struck))
            written = written[:8] + pack("<H", look) + written[10:]
        parts.append(written)
    if biff8 and sheet.merged:
        areas = b"".join(pack("<HHHH", r, last, c, right) for r, c, last, right in sheet.merged)
        parts.append(_record(0xE5, pack("<H", len(sheet.merged)) + areas))
    return b"".join(parts) + _record(0x0A, b"")


def _bare(value: Value) -> Value:
    return value.value if isinstance(value, Dressed) else value


def _xls_rich(place: bytes, rich: Rich, texts: list[Rich], *, biff8: bool) -> bytes:
    place += pack("<H", GENERAL)
    if biff8:
        return _record(0xFD, place + pack("<I", texts.index(rich)))
    runs = b"".join(bytes(run) for run in _runs(rich, XLS_FONTS, "gbk"))
    return _record(
        0xD6, place + _text(rich.text, "<H", biff8=False) + bytes([len(rich.parts)]) + runs
    )


def _xls_cell(sheet: Sheet, place: bytes, value: Value, *, biff8: bool) -> bytes:
    general, date = pack("<H", GENERAL), pack("<H", DATE)
    match value:
        case Formula():
            return _xls_formula(place + general, value, biff8=biff8)
        case bool():
            return _record(0x205, place + general + bytes([value, 0]))
        case int() | float():
            return _record(0x203, place + general + pack("<d", value))
        case dt.date():
            return _record(0x203, place + date + pack("<d", serial(value, uses_1904=sheet.uses_1904)))  # fmt: skip
        case Broken():
            return _record(0x205, place + general + bytes([ERRORS[value.error], 1]))
        case _:
            return _record(0x204, place + general + _text(str(value), "<H", biff8=biff8))


def _xls_formula(place: bytes, formula: Formula, *, biff8: bool) -> bytes:
    tokens = pack("<HIH", 0, 0, 3) + b"\x1e\0\0"
    match formula.result:
        case Broken():
            result = bytes([2, 0, ERRORS[formula.result.error], 0, 0, 0, 0xFF, 0xFF])
        case str():
            result = bytes([0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
        case _:
            result = pack("<d", formula.result or 0)
    record = _record(0x06, place + result + tokens)
    if isinstance(formula.result, str):
        record += _record(0x207, _text(formula.result, "<H", biff8=biff8))
    return record


# --- .xlsb ---------------------------------------------------------------------------------------

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    "{overrides}</Types>"
)
_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'  # fmt: skip
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsb(sheets: Sequence[Sheet]) -> bytes:
    """A binary workbook of Excel 2007 and later."""
    numbers = range(1, len(sheets) + 1)
    links = [f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.bin"/>' for n in numbers]  # fmt: skip
    links.append(f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.bin"/>')
    if texts := _rich_texts(sheets):
        links.append(f'<Relationship Id="rId00" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.bin"/>')  # fmt: skip
    overrides = [f'<Override PartName="/xl/worksheets/sheet{n}.bin" ContentType="application/vnd.ms-excel.worksheet"/>' for n in numbers]  # fmt: skip
    overrides.append('<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>')  # fmt: skip
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES.format(overrides="".join(overrides)),
        "_rels/.rels": _RELS.format(
            links=f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/>'
        ),
        "xl/_rels/workbook.bin.rels": _RELS.format(links="".join(links)),
        "xl/workbook.bin": _xlsb_book(sheets),
        "xl/styles.bin": _xlsb_styles(looks_of(sheets)),
    }
    if texts:
        parts["xl/sharedStrings.bin"] = _xlsb_texts(texts)
    for number, sheet in zip(numbers, sheets, strict=True):
        written = b"".join(_xlsb_sheet(sheet, looks_of(sheets), texts))
        parts[f"xl/worksheets/sheet{number}.bin"] = written
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def _part(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(content)
    while length > 0x7F:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + content


def _wide(text: str) -> bytes:
    wide = text.encode("utf-16-le")
    return pack("<I", len(wide) // 2) + wide


def _xlsb_book(sheets: Sequence[Sheet]) -> bytes:
    parts = [_part(131), _part(153, pack("<II", any(s.uses_1904 for s in sheets), 0) + _wide(""))]
    parts.append(_part(143))
    for number, sheet in enumerate(sheets, start=1):
        place = pack("<II", sheet.is_hidden, number)
        parts.append(_part(156, place + _wide(f"rId{number}") + _wide(sheet.name)))
    return b"".join([*parts, _part(144), _part(132)])


def _xlsb_styles(own: list[tuple[str, bool]]) -> bytes:
    codes = [
        _part(44, pack("<H", OWN_CODES + at) + _wide(code)) for at, (code, _) in enumerate(own)
    ]
    fonts = [
        _part(43, _font(name)[:4] + _font(name)[6:] + bytes(13) + _wide("Arial")) for name in FONTS
    ]
    looks = [(0, 0), (14, 0)]
    looks += [(OWN_CODES + at, XLSB_FONTS["struck"] * struck) for at, (_, struck) in enumerate(own)]
    formats = [
        _part(47, pack("<HHHHHBBHH", 0, code, font, 0, 0, 0, 0, 0, 0)) for code, font in looks
    ]
    return b"".join(
        [
            _part(278),
            *(_part(615, pack("<I", len(codes))), *codes, _part(616)),
            *(_part(611, pack("<I", len(fonts))), *fonts, _part(612)),
            *(_part(617, pack("<I", len(formats))), *formats, _part(618)),
            _part(279),
        ]
    )


def _xlsb_texts(texts: list[Rich]) -> bytes:
    items = []
    for one in texts:
        runs = [pack("<HH", *run) for run in _runs(one, XLSB_FONTS)]
        items.append(_part(19, b"\1" + _wide(one.text) + pack("<I", len(runs)) + b"".join(runs)))
    head = _part(159, pack("<II", len(texts), len(texts)))
    return b"".join([head, *items, _part(160)])


def _xlsb_sheet(sheet: Sheet, looks: list[tuple[str, bool]], texts: list[Rich]) -> Iterator[bytes]:
    yield _part(129)
    yield _part(148, pack("<IIII", 0, max(0, sheet.height - 1), 0, max(0, sheet.width - 1)))
    if sheet.hidden_columns:
        yield _part(390)
        for column in sorted(sheet.hidden_columns):
            yield _part(60, pack("<IIIIH", column, column, 2304, 0, 1))
        yield _part(391)
    yield _part(145)
    for number, row in enumerate(sheet.rows()):
        flags = bytes([0, 0x10 if number in sheet.hidden_rows else 0, 0])
        yield _part(0, pack("<IIH", number, 0, 300) + flags + pack("<I", 0))
        for column, value in enumerate(row):
            if isinstance(value, Rich):
                yield _part(7, pack("<III", column, 0, texts.index(value)))
            elif isinstance(value, Dressed):
                look = 2 + looks.index((value.code, value.is_struck))
                yield _xlsb_cell(sheet, column, value.value, look)
            elif value is not None:
                yield _xlsb_cell(sheet, column, value)
    yield _part(146)
    if sheet.merged:
        yield _part(177, pack("<I", len(sheet.merged)))
        for first, left, last, right in sheet.merged:
            yield _part(176, pack("<IIII", first, last, left, right))
        yield _part(178)
    yield _part(130)


def _xlsb_cell(sheet: Sheet, column: int, value: Value, style: int = 0) -> bytes:
    after = b""
    if isinstance(value, Formula):
        after = pack("<HI", 0, 3) + b"\x1e\0\0" + pack("<I", 0)
        value = 0.0 if value.result is None else value.result
    match value:
        case bool():
            kind, content = 4, bytes([value])
        case dt.date():
            style = style or 1
            kind, content = 5, pack("<d", serial(value, uses_1904=sheet.uses_1904))
        case int() | float():
            kind, content = 9 if after else 5, pack("<d", value)
        case Broken():
            kind, content = 11 if after else 3, bytes([ERRORS[value.error]])
        case _:
            kind, content = 8 if after else 6, _wide(str(value))
    return _part(kind, pack("<II", column, style) + content + after)
