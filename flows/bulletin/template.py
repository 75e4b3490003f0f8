"""The .docx templates: guoban's own, and what a zone may put in their place.

A template is a Word file with places `{{标题}}` that are filled with plain texts, or, alone in a
paragraph, with a section or all of them (`{{正文}}`). Nothing in it is ever run: a place is looked up
by its name, and one that is not known is an error that names the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as Docx
from lxml import etree

from flows.bulletin import layout
from flows.bulletin.kinds import Kind
from flows.ground.errors import SettingsError

OWN = Path(__file__).parent / "templates"
# All sections one after the other.
WHOLE = "正文"
# A Word file of a page or two with a picture of a seal; what it holds unpacked, and a part of words.
_MOST_BYTES, _MOST_UNPACKED, _MOST_XML = 20 << 20, 100 << 20, 10 << 20
# What runs or is fetched when the file is opened: macros, controls, embedded files, links elsewhere,
# fields that read files or start programs. Parts are known by their names and by what leads to them.
_RUNS = re.compile(r"(?i)vbaproject|activex|/embeddings/|\.bin$|attachedtoolbars")
_RUNNING = re.compile(
    r"(?i)/(?:vbaProject|wordVbaData|aFChunk|oleObject|package|control|activeX\w*|subDocument"
    r"|attachedTemplate|attachedToolbars|frame|mailMerge\w*)$"
)
_FIELDS = re.compile(
    r"(?im)^[\s\\]*(?:dde|ddeauto|includetext|includepicture|include|import|link|macrobutton|database|rd)\b"
)
# How XML begins, whatever the part is called.
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
# Pictures that lie elsewhere: by a relationship, or by their address.
_ELSEWHERE = {"blip": {"link"}, "imagedata": {"href", "src"}}


def own(kind: Kind) -> Docx:
    """A template as guoban has it, made anew (`scripts/write_bulletin_templates.py` stores it)."""
    is_weekly = kind is Kind.WEEKLY
    document = docx.Document()
    for child in list(document.element.body):
        if not child.tag.endswith("}sectPr"):
            document.element.body.remove(child)
    if is_weekly:
        layout.set_up(document, layout.TIGHT, layout.WEEKLY_MARGINS_MM)
    else:
        layout.set_up(document, layout.LOOKS, layout.MARGINS_MM)
    places = [
        ("文号", layout.NUMBER),
        ("标题", layout.TITLE),
        ("副标题", layout.SUBTITLE),
        (WHOLE, layout.TEXT),
        *([] if is_weekly else [("署名", layout.SIGNATURE), ("日期", layout.DATE)]),
        ("抄送", layout.COPIES),
    ]
    for name, style in places:
        document.add_paragraph(f"{{{{{name}}}}}", style)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "guoban", kind.value, ""
    return document


def opened(path: Path) -> Docx:
    """The template in that file. Raises SettingsError that names it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path}: the bulletin's template can't be read: {error.strerror}",
            f"{path}：无法读取通报模板（{error.strerror}）",
        ) from error
    try:
        why = _harm(data)
        if why is None:
            return docx.Document(io.BytesIO(data))
    except Exception as error:
        # Whatever a parser makes of a file that is none.
        raise SettingsError(
            f"{path}: the bulletin's template is no whole .docx file ({type(error).__name__})",
            f"{path}：通报模板不是完整的.docx文件（{type(error).__name__}）",
        ) from error
    raise SettingsError(
        f"{path}: the bulletin's template holds what may run or be fetched when it is opened, "
        f"or is too large: {why}; save it without",
        f"{path}：通报模板含有打开时可能运行或读取外部内容的部分，或过大：{why}；请去掉后另存",
    )


def _harm(data: bytes) -> str | None:
    """What in a template nobody wants sent round under the zone's name; None for nothing."""
    if len(data) > _MOST_BYTES:
        return f"{len(data)} bytes"
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        if sum(one.file_size for one in container.infolist()) > _MOST_UNPACKED:
            return "zip"
        names = container.namelist()
        return next((one for one in names if _may_harm(one, container.read(one))), None)


def _may_harm(name: str, content: bytes) -> bool:
    if _RUNS.search(name):
        return True
    if not (name.lower().endswith((".xml", ".rels")) or _XML.match(content)):
        return False
    if len(content) > _MOST_XML:
        return True
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        # Who reads it otherwise may find in it what is not seen here.
        return True
    if root.getroottree().docinfo.doctype:
        return True
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    return any(_is_harmful(one) for one in elements) or bool(_FIELDS.search(_fields(elements)))


def _is_harmful(element: Any) -> bool:
    name = _local(element.tag)
    if name == "Relationship":
        kind, mode = (element.get(one, "").strip() for one in ("Type", "TargetMode"))
        is_outside = mode.lower() == "external" and not kind.lower().endswith("/hyperlink")
        return is_outside or bool(_RUNNING.search(kind))
    wanted = _ELSEWHERE.get(name, set())
    return name == "mailMerge" or any(_local(one) in wanted for one in element.attrib)


def _fields(elements: Iterable[Any]) -> str:
    """What the fields say, one a line; a field's words may be parted among several runs."""
    said: list[str] = []
    for one in elements:
        name = _local(one.tag)
        if name == "fldChar":
            said.append("\n")
        elif name in {"instrText", "delInstrText"}:
            said.append("".join(one.itertext()))
        elif name == "fldSimple":
            said += ["\n", *(v for k, v in one.attrib.items() if _local(k) == "instr"), "\n"]
    return "".join(said)


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]
