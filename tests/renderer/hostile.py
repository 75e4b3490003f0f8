"""Files that were not made to be read: broken, locked, and meant to do harm. Each is small."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial

from renderer import FORMATS, Sheet, write
from renderer.biff import ole2

GOOD = Sheet.of([["项目编号", "项目名称", "投资方"], ["GCKF-2021-0001", "甲", "乙"]])


def repacked(data: bytes, parts: Mapping[str, bytes | str]) -> bytes:
    """A zip with parts added or put in the place of others."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry.filename, old.read(entry))
        for name, part in parts.items():
            new.writestr(name, part)
    return target.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


# --- locked --------------------------------------------------------------------------------------


def encrypted_xlsx(password: str = "geheim") -> bytes:  # noqa: S107 - a test's
    from msoffcrypto.format.ooxml import OOXMLFile  # noqa: PLC0415 - slow to load

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(write([GOOD], "xlsx"))).encrypt(password, target)
    return target.getvalue()


def encrypted_xls() -> bytes:
    """A workbook stream that asks for a password (FILEPASS) right at its beginning."""
    begin = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0x1FAF, 1997, 0x41, 6)
    return ole2("Workbook", begin + struct.pack("<HHHHH", 0x2F, 6, 0, 0x1234, 0x5678) + bytes(500))


def encrypted_ods() -> bytes:
    return repacked(
        write([GOOD], "ods"),
        {
            "content.xml": random.Random(1).randbytes(2000),  # noqa: S311 - looks encrypted
            "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:m"><m:encryption-data/></m:manifest>',
        },
    )


# --- broken --------------------------------------------------------------------------------------


def truncated(name: str, share: float = 0.6) -> bytes:
    data = write([GOOD], name)
    return data[: int(len(data) * share)]


def damaged_zip() -> bytes:
    """The directory is there, what it points to is not."""
    data = bytearray(write([GOOD], "xlsx"))
    for index in range(30, len(data) // 2):
        data[index] ^= 0x5A
    return bytes(data)


def other_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return target.getvalue()


def picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(1000)) + bytes(100)


# --- too large -----------------------------------------------------------------------------------


def far_cells(column: str = "XFD", row: int = 1_048_576) -> bytes:
    """Two cells in the corners of the largest sheet there is."""
    data = write([GOOD], "xlsx")
    name = "xl/worksheets/sheet1.xml"
    far = f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row></sheetData>'.encode()
    return repacked(data, {name: part(data, name).replace(b"</sheetData>", far)})


def wide_claim() -> bytes:
    """Only the dimension lies; the cells are few."""
    data = write([GOOD], "xlsx")
    name = "xl/worksheets/sheet1.xml"
    xml = part(data, name).replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')
    return repacked(data, {name: xml})


def far_cells_xlsb() -> bytes:
    sheet = Sheet.of([["a"]])
    data = write([sheet], "xlsb")
    name = "xl/worksheets/sheet1.bin"
    row = b"\0\x11" + struct.pack("<IIH", 1_048_575, 0, 300) + bytes(3) + struct.pack("<I", 0)
    cell = b"\x05\x10" + struct.pack("<IId", 16_383, 0, 1.0)
    old = part(data, name)
    return repacked(data, {name: old.replace(b"\x92\x01\x00", row + cell + b"\x92\x01\x00")})


def far_cells_ods() -> bytes:
    data = write([GOOD], "ods")
    row = (
        b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        b'table:number-columns-repeated="16384" office:value-type="string">'
        b"<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    )
    return repacked(data, {"content.xml": part(data, "content.xml").replace(b"</table:table>", row, 1)})  # fmt: skip


def far_cells_xml() -> bytes:
    far = b'<Row ss:Index="1048576"><Cell ss:Index="16384"><Data ss:Type="Number">1</Data></Cell></Row></Table>'  # fmt: skip
    return write([GOOD], "xml as xls").replace(b"</Table>", far)


def zip_bomb(size: int = 900 * 1024 * 1024) -> bytes:
    """A sheet that inflates to much more than it weighs."""
    return repacked(write([GOOD], "xlsx"), {"xl/worksheets/sheet1.xml": _zeros(size)})


def _zeros(size: int) -> bytes:
    return bytes(size)


def lying_zip_bomb() -> bytes:
    """The directory declares a size that the content exceeds a thousandfold."""
    data = bytearray(
        repacked(write([GOOD], "xlsx"), {"xl/worksheets/sheet1.xml": b" " * 50_000_000})
    )
    true, lie = struct.pack("<I", 50_000_000), struct.pack("<I", 1000)
    return bytes(data.replace(true, lie))


def long_text() -> bytes:
    return write([Sheet.of([["项目编号", "项目名称", "x" * 200_000]])], "ods")


def many_entries() -> bytes:
    return repacked(write([GOOD], "xlsx"), {f"x/{number}": b"" for number in range(10_001)})


# --- entities and paths --------------------------------------------------------------------------

_BOMB = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12)
) + "]>"  # fmt: skip
_SPY = '<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>'


def with_entities(name: str, declaration: str) -> bytes:
    """The entity e11 declared, and used where the first text stands."""
    data = write([GOOD], name)
    if name == "xml as xls":
        return _entity(data, declaration)
    inner = {"xlsx": "xl/sharedStrings.xml", "ods": "content.xml"}[name]
    return repacked(data, {inner: _entity(part(data, inner), declaration)})


def _entity(xml: bytes, declaration: str) -> bytes:
    head, _, rest = xml.partition(b"?>")
    return head + b"?>" + declaration.encode() + rest.replace("项目编号".encode(), b"&e11;", 1)


def with_path(path: str) -> bytes:
    return repacked(write([GOOD], "xlsx"), {path: b"evil"})


def nested() -> bytes:
    return b"<html><body>" + b"<div>" * 200_000 + b"<table><tr><td>x</td></tr></table>"


CORPUS: dict[str, Callable[[], bytes]] = {
    "加密.xlsx": encrypted_xlsx,
    "加密.xls": encrypted_xls,
    "加密.ods": encrypted_ods,
    **{
        f"截断-{n}.{FORMATS[n].ending}": partial(truncated, n)
        for n in ("xlsx", "xlsb", "xls", "xls of Excel 5", "ods", "xml as xls")
    },
    "损坏.xlsx": damaged_zip,
    "零字节.xlsx": lambda: b"",
    "全零.xls": lambda: bytes(5000),
    "文档.xlsx": other_zip,
    "图片.xlsx": picture,
    "说明.csv": "各位同事，请于2日前报送。\n谢谢，招商局\n".encode,
    "论文.xls": lambda: b"%PDF-1.7\n" + random.Random(2).randbytes(3000),  # noqa: S311
    "乱码.csv": lambda: random.Random(3).randbytes(3000),  # noqa: S311
    "网页.xls": lambda: b"<html><body><p>404</p></body></html>",
    "角落.xlsx": far_cells,
    "角落.xlsb": far_cells_xlsb,
    "角落.ods": far_cells_ods,
    "角落.xls": far_cells_xml,
    "炸弹.xlsx": zip_bomb,
    "谎报.xlsx": lying_zip_bomb,
    "长文.ods": long_text,
    "万件.xlsx": many_entries,
    **{
        f"实体-{n}.{FORMATS[n].ending}": partial(with_entities, n, _BOMB)
        for n in ("xlsx", "ods", "xml as xls")
    },
    **{
        f"外部实体-{n}.{FORMATS[n].ending}": partial(with_entities, n, _SPY)
        for n in ("xlsx", "ods", "xml as xls")
    },
    "越界.xlsx": lambda: with_path("../../../evil.txt"),
    "绝对.xlsx": lambda: with_path("/tmp/evil.txt"),  # noqa: S108 - must not appear there
    "反斜.xlsx": lambda: with_path("..\\..\\evil.txt"),
    "嵌套.xls": nested,
    "引号'\"$(touch x);.xlsx": lambda: b"x",
    "换行\n名.xlsx": lambda: b"y",
    "表情😀.xlsx": lambda: b"z",
    "长" * 65 + ".xlsx": lambda: b"long",
}
"""File names and what makes their content; every one is turned back with E011."""


def not_utf8() -> bytes:
    """A file's name as an old Windows wrote it, for the file system."""
    return "签约项目.xlsx".encode("gbk")


assert os.sep == "/"
