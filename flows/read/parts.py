"""The parts of an Open XML container, found as spreadsheet programs find them.

Names are the same whatever their case and their slashes, and the relations say where a part is.
What reads workbooks here expects the usual names: a container with other ones is written anew, in
memory, with those.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Container
from typing import Any
from urllib.parse import unquote

from lxml import etree

from flows.read.xml import parse

_ROOT = "_rels/.rels"
_LINK = re.compile(rb"<(?:\w+:)?Relationship\s[^<>]*")
_KIND = re.compile(rb"\sType=[\"'][^\"']*/(worksheet|sharedStrings|styles)[\"']")
_TARGET = re.compile(rb"\sTarget=[\"']([^\"']*)[\"']")
# The relations whose parts are sought under one name only.
_FIXED = {"sharedStrings": "xl/sharedStrings", "styles": "xl/styles"}


def with_usual_names(data: bytes, archive: zipfile.ZipFile) -> tuple[bytes, zipfile.ZipFile]:
    """The workbook's container written anew; the same one where no workbook is found in it."""
    try:
        usual = _usual_parts(archive)
    except (KeyError, ValueError, etree.XMLSyntaxError):
        return data, archive
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        for name, content in usual.items():
            written.writestr(name, content)
    return target.getvalue(), zipfile.ZipFile(target)


def are_usual(links: bytes, ending: str, names: Container[str]) -> bool:
    """Whether every sheet, and what is sought by name, has the name that the links of it say."""
    return all(_is_usual_link(link, ending, names) for link in _LINK.findall(links))


def _is_usual_link(link: bytes, ending: str, names: Container[str]) -> bool:
    kind, target = _KIND.search(link), _TARGET.search(link)
    if kind is None or target is None:
        return True
    path = target[1].decode(errors="replace")
    # Only in XML is a path from the root understood.
    name = path[1:] if path.startswith("/") and ending == "xml" else f"xl/{path}"
    fixed = _FIXED.get(kind[1].decode())
    return name in names and (fixed is None or name == f"{fixed}.{ending}")


def _usual_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The parts that are read, by usual names. Raises KeyError where a workbook lacks one."""
    by_name = {_folded(name): name for name in reversed(archive.namelist())}

    def content(name: str) -> bytes:
        return archive.read(by_name[_folded(name)])

    root = parse(content(_ROOT))
    mains = [_target(link, "") for link in _links(root) if _kind(link) == "officeDocument"]
    main = mains[0] if mains else "xl/workbook.xml"
    folder, book = posixpath.split(main)
    links = parse(content(f"{folder}/_rels/{book}.rels"))
    ending = "bin" if _folded(book).endswith(".bin") else "xml"
    parts = {
        name: content(name) for name in (_ROOT, "[Content_Types].xml") if _folded(name) in by_name
    }
    for at, link in enumerate(_links(links)):
        path = _target(link, folder)
        if link.get("TargetMode") == "External" or _folded(path) not in by_name:
            continue
        name = f"{_FIXED.get(_kind(link), f'xl/{_kind(link)}s/{at}')}.{ending}"
        parts[name] = content(path)
        link.set("Target", name.removeprefix("xl/"))
    parts[f"xl/workbook.{ending}"] = content(main)
    parts[f"xl/_rels/workbook.{ending}.rels"] = etree.tostring(links)
    return parts


def _links(relations: Any) -> Any:
    return relations.iterchildren("{*}Relationship")


def _kind(link: Any) -> str:
    return str(link.get("Type", "")).rpartition("/")[2]


def _target(link: Any, folder: str) -> str:
    target = str(link.get("Target", "")).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _folded(name: str) -> str:
    return unquote(name).replace("\\", "/").lstrip("/").lower()
