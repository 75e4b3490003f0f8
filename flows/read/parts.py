"""The parts of an Open XML container, found as spreadsheet programs find them.

Names are the same whatever their case and their slashes, and the relations say where a part is.
What reads workbooks here expects the usual names, and XML in its usual spelling: a container with
others is written anew, in memory, with those.
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

from flows.read.budget import Budget
from flows.read.spelling import IS, PREFIX, usual
from flows.read.xml import parse, refuse_entities

_ROOT = "_rels/.rels"
_LINK = re.compile(rb"<" + PREFIX + rb"Relationship\s[^<>]*")
_KIND = re.compile(rb"\sType" + IS + rb"[^\"']*/(worksheet|sharedStrings|styles)[\"']")
_TARGET = re.compile(rb"\sTarget" + IS + rb"([^\"']*)[\"']")
# The relations whose parts are sought under one name only.
_FIXED = {"sharedStrings": "xl/sharedStrings", "styles": "xl/styles"}


def put_as_usual(data: bytes, archive: zipfile.ZipFile) -> tuple[bytes, zipfile.ZipFile]:
    """The workbook's container written anew; the same one where no workbook is found in it."""
    try:
        parts = _usual_parts(archive)
    except (KeyError, ValueError, etree.XMLSyntaxError):
        return data, archive
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        for name, content in parts.items():
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
    """The parts that are read, by usual names.

    Raises KeyError where a workbook lacks one, UnreadableError where they are too much.
    """
    by_name = {_folded(name): name for name in reversed(archive.namelist())}
    budget = Budget()

    def content(name: str) -> bytes:
        part = archive.read(by_name[_folded(name)])
        # Relations may name the same part thousands of times.
        budget.inflate(len(part))
        if not _folded(name).endswith(".bin"):
            part = usual(part)
            refuse_entities(part)
        return part

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
    parts[f"xl/_rels/workbook.{ending}.rels"] = _without_prefixes(links)
    return parts


def _without_prefixes(links: Any) -> bytes:
    """The relations as calamine seeks them in an .xlsb."""
    space = etree.QName(links).namespace
    plain = etree.Element(links.tag, nsmap={None: space})
    for link in _links(links):
        etree.SubElement(plain, link.tag, dict(link.attrib))
    return bytes(etree.tostring(plain))


def _links(relations: Any) -> Any:
    return relations.iterchildren("{*}Relationship")


def _kind(link: Any) -> str:
    return str(link.get("Type", "")).rpartition("/")[2]


def _target(link: Any, folder: str) -> str:
    target = str(link.get("Target", "")).replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _folded(name: str) -> str:
    return unquote(name).replace("\\", "/").lstrip("/").lower()
