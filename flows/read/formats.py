"""Which format a file is, judged by its content; its name and extension are never asked."""

from __future__ import annotations

import io
import zipfile

from flows.read.grid import Book

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"

# What a zip may declare before anything in it is opened: a workbook of 100,000 rows by 15 columns
# inflates to about 80 MB, at about ten times its size.
MAX_INFLATED = 1_000 * 1024 * 1024
MAX_RATIO = 250
RATIO_COUNTS_FROM = 20 * 1024 * 1024
MAX_ENTRIES = 10_000


class UnreadableError(Exception):
    """The file can't be read; the message is Chinese and meant for the department."""


def read(data: bytes) -> Book:
    """Reads one file's bytes. Raises UnreadableError with a reason the department understands."""
    from flows.read import workbook  # noqa: PLC0415 - loads readers only in the child

    if not data.strip(b"\0"):
        raise UnreadableError("文件是空的。")
    if data.startswith(ZIP):
        return workbook.read_zip(data, check_zip(data))
    raise UnreadableError("不是能识别的表格文件。")


def check_zip(data: bytes) -> zipfile.ZipFile:
    """Opens the container and refuses one that declares more than a workbook ever needs."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableError("文件已损坏或没有传完。") from error
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED:
        raise UnreadableError("文件展开后过大，超出限制。")
    if inflated > RATIO_COUNTS_FROM and inflated > MAX_RATIO * len(data):
        raise UnreadableError("文件的压缩比异常，疑似恶意文件。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError("文件已加密，无法读取。")
    return archive
