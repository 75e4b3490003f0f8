"""Which format a file is, judged by its content; its name and extension are never asked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

import olefile  # type: ignore[import-untyped]

from flows.read import binary, markup, opendocument, openxml, parts, separated
from flows.read.budget import (
    MAX_ENTRIES,
    MAX_INFLATED,
    MAX_RATIO,
    MAX_RATIO_OF_PART,
    RATIO_COUNTS_FROM,
    Budget,
    refuse_inflated,
)
from flows.read.grid import BROKEN, NO_TABLE, Book, UnreadableError

_MAIN_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
# A page with all its parts in one file begins as a letter does.
_MIME = re.compile(rb"^MIME-Version\s*:", re.IGNORECASE | re.MULTILINE)
# Programs open what is encrypted with this password without asking for one: it only marks a
# workbook as protected against changes.
_PASSWORD_OF_ALL = "VelvetSweatshop"  # noqa: S105

_ENCRYPTED = "文件已加密，无法读取。"


def read(data: bytes) -> Book:
    """Reads one file's bytes. Raises UnreadableError with a reason the department understands."""
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError("文件是空的。")
    try:
        book = _read(data, Budget())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UnreadableError(BROKEN) from error
    _refuse_namesakes(book)
    return book


def _refuse_namesakes(book: Book) -> None:
    """Raises UnreadableError where sheets share a name: what goes by it is the first sheet's.

    calamine reads the first in the place of the others, and a cell is told by its sheet's name.
    """
    names = [name for name in (*(one.name for one in book.sheets), *book.damaged) if name]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UnreadableError(f"有多张工作表同名“{twice}”，无法区分，请改名后重新报送。")


def _read(data: bytes, budget: Budget) -> Book:
    if data.startswith(_ZIP):
        return _read_zip(data, budget)
    if data.startswith(_OLE2):
        return _read_ole2(data, budget)
    if data.lstrip()[:1].isalpha() and _MIME.search(data[:2000]):
        from flows.read import mime  # noqa: PLC0415 - slow to load, and rarely needed

        return mime.read(data, budget)
    text = separated.decode(data)
    if text is None:
        raise UnreadableError(NO_TABLE)
    is_page = text.lstrip().startswith("<")
    return markup.read(text, budget) if is_page else separated.read(text, budget)


def _read_zip(data: bytes, budget: Budget) -> Book:
    with _checked(data) as archive:
        names = archive.NameToInfo
        if names.keys().isdisjoint(_MAIN_PARTS):
            return _read_workbook(*parts.put_as_usual(data, archive), budget)
        return _read_workbook(data, archive, budget)


def _read_workbook(data: bytes, archive: zipfile.ZipFile, budget: Budget) -> Book:
    with archive:
        names = archive.NameToInfo
        if "xl/workbook.bin" in names:
            return binary.read_xlsb(data, archive, budget)
        if "xl/workbook.xml" in names:
            return openxml.read(data, archive, budget)
        named = {name.replace("\\", "/").lower(): name for name in reversed(archive.namelist())}
        if "content.xml" in named:
            manifest = named.get("meta-inf/manifest.xml")
            if manifest and b"encryption-data" in archive.read(manifest):
                raise UnreadableError(_ENCRYPTED)
            return opendocument.read(archive, named, budget)
    raise UnreadableError(NO_TABLE)


def _checked(data: bytes) -> zipfile.ZipFile:
    """Opens the container and refuses one that declares more than a workbook ever needs."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableError(BROKEN) from error
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED:
        refuse_inflated()
    if _is_odd(inflated, len(data), MAX_RATIO):
        raise UnreadableError("文件的压缩比异常，疑似恶意文件。")
    for entry in entries:
        # What does not shrink may hide how much the rest has shrunk.
        if _is_odd(entry.file_size, entry.compress_size, MAX_RATIO_OF_PART):
            raise UnreadableError("文件内有部件的压缩比异常，疑似恶意文件。")
        if entry.header_offset < 0:
            # What stood in front of it is cut off.
            raise UnreadableError(BROKEN)
        if entry.flag_bits & 1:
            raise UnreadableError(_ENCRYPTED)
        # Nothing is ever unpacked; but what reaches out of itself was not made by a spreadsheet.
        name = entry.filename
        is_upwards = ".." in name and ".." in re.split(r"[/\\]", name)
        if is_upwards or name.startswith(("/", "\\")):
            raise UnreadableError("文件内有越出自身的路径，疑似恶意文件。")
    return archive


def _is_odd(size: int, packed: int, most: int) -> bool:
    """Whether so much came out of so little that no spreadsheet program has packed it."""
    return size > RATIO_COUNTS_FROM and size > most * packed


def _read_ole2(data: bytes, budget: Budget) -> Book:
    """An .xls, or what is encrypted: an .xlsx in the same container, an .xls within its stream."""
    try:
        container = olefile.OleFileIO(io.BytesIO(data))
        _refuse_rings(container)
        streams = {name.lower(): name for (name, *below) in container.listdir() if not below}
    except Exception as error:
        raise UnreadableError(BROKEN) from error
    with container:
        if "encryptedpackage" in streams:
            return _read_zip(_decrypted(data), budget)
        name = streams.get("workbook") or streams.get("book")
        if name is None:
            raise UnreadableError(NO_TABLE)
        try:
            stream = container.openstream(name).read()
            missing = container.get_size(name) - len(stream)
        except Exception as error:
            raise UnreadableError(BROKEN) from error
        if missing >= container.sectorsize:
            # calamine looks for what is there no more until there is no memory.
            raise UnreadableError(BROKEN)
    if binary.is_encrypted(stream):
        return _read_plain_xls(_decrypted(data), budget)
    return binary.read_xls(data, stream, budget)


def _refuse_rings(container: Any) -> None:
    """Refuses a chain of sectors that comes back to itself: calamine would follow it for ever."""
    begins = [container.first_dir_sector, container.first_mini_fat_sector]
    begins += [one.isectStart for one in container.direntries if one and one.size]
    for at in begins:
        sector, steps = at, 0
        while sector < len(container.fat):
            sector, steps = container.fat[sector], steps + 1
            if steps > len(container.fat):
                raise UnreadableError(BROKEN)


def _read_plain_xls(data: bytes, budget: Budget) -> Book:
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        name = "Workbook" if container.exists("Workbook") else "Book"
        return binary.read_xls(data, container.openstream(name).read(), budget)


def _decrypted(data: bytes) -> bytes:
    """The file without an encryption that asks nobody for a password, else UnreadableError."""
    import msoffcrypto  # noqa: PLC0415 - half of a reader's start, and rarely needed

    plain = io.BytesIO()
    try:
        office: Any = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=_PASSWORD_OF_ALL)
        office.decrypt(plain)
    except Exception as error:
        raise UnreadableError(_ENCRYPTED) from error
    if not plain.getvalue().startswith((*_ZIP, _OLE2)):
        raise UnreadableError(_ENCRYPTED)
    return plain.getvalue()
