"""A workbook as the parts of its container: sheets of ours are added, the others stay as they are."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from flows.answer.page import Page, place
from flows.answer.sheet import absolute, sheet_xml
from flows.answer.styles import Styles
from flows.answer.xml import (
    DECLARATION,
    MAIN,
    PACKAGE,
    RELATIONS,
    attribute,
    main,
    to_bytes,
    xml_text,
)
from flows.read.openxml import parse

BOOK, BOOK_LINKS, CONTENT = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
STYLES = "xl/styles.xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
CORE, CUSTOM, _LINKS = "docProps/core.xml", "docProps/custom.xml", "_rels/.rels"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_PACKAGED = "application/vnd.openxmlformats-package"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ID = f"{{{RELATIONS}}}id"
# Parts that are written are compressed a little: they are read once, and there are many.
_LEVEL = 3
# A workbook without sheets, to which ours are added.
EMPTY: Mapping[str, bytes] = {
    name: (DECLARATION + text).encode()
    for name, text in {
        CONTENT: f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{BOOK}" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/{STYLES}" ContentType="{_KIND}.styles+xml"/></Types>',
        _LINKS: f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="{BOOK}"/></Relationships>',
        BOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><bookViews><workbookView/></bookViews>'
        "<sheets/></workbook>",
        BOOK_LINKS: f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        STYLES: f'<styleSheet xmlns="{MAIN}"><fonts><font><sz val="10"/><name val="宋体"/></font></fonts>'
        '<fills><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs><xf xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>",
    }.items()
}


@dataclass(frozen=True)
class Link:
    """A relationship of a part: its id, what it leads to, and the part (or address) itself."""

    id: str
    kind: str
    target: str
    is_outside: bool


class Links:
    """The relationships of one part."""

    def __init__(self, parts: Mapping[str, Any], part: str) -> None:
        folder, name = posixpath.split(part)
        self.part = f"{folder}/_rels/{name}.rels"
        self._folder = folder
        stored = parts.get(self.part)
        self._root = parse(stored) if stored else etree.Element(_package("Relationships"))

    def __iter__(self) -> Iterator[Link]:
        for one in self._root.iter(_package("Relationship")):
            is_outside = one.get("TargetMode") == "External"
            target = one.get("Target", "")
            if not is_outside:
                target = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
            yield Link(one.get("Id", ""), _kind(one), target, is_outside)

    def first(self, kind: str) -> Link | None:
        return next((one for one in self if one.kind == kind), None)

    def add(self, kind: str, part: str) -> str:
        """Adds a relationship to a part; gives its id."""
        taken = {one.id for one in self}
        number = next(n for n in range(1, len(taken) + 2) if f"guoban{n}" not in taken)
        link = etree.SubElement(self._root, _package("Relationship"))
        link.attrib.update(
            {"Id": f"guoban{number}", "Type": f"{RELATIONS}/{kind}", "Target": f"/{part}"}
        )
        return f"guoban{number}"

    def remove(self, link: Link) -> None:
        for one in self._root.findall(_package("Relationship")):
            if one.get("Id") == link.id:
                self._root.remove(one)

    def remove_all(self, kind: str) -> None:
        """Removes those of a kind, of which there may be very many."""
        for one in self._root.findall(_package("Relationship")):
            if _kind(one) == kind:
                self._root.remove(one)

    def to_bytes(self) -> bytes:
        return to_bytes(self._root)

    def store(self, book: Workbook) -> None:
        """Puts them into the workbook as they are now; none of them need no part."""
        if len(self._root):
            book.replace(self.part, self.to_bytes())
        else:
            book.parts.pop(self.part, None)


class Workbook:
    """An .xlsx under change. Raises KeyError, ValueError or XMLSyntaxError for what is none."""

    def __init__(self, parts: Mapping[str, bytes] = EMPTY) -> None:
        self.parts: dict[str, bytes | Iterable[str]] = dict(parts)
        self._content = parse(parts[CONTENT])
        self._book = parse(parts[BOOK])
        self._links = Links(parts, BOOK)
        self._sheets = self._book.find(main("sheets"))
        if self._sheets is None:
            raise ValueError("the workbook has no sheets")
        link = self._links.first("styles")
        self._styles_part = link.target if link else ""
        self.styles = Styles(parts[self._styles_part])

    @property
    def sheets(self) -> dict[str, str]:
        """The part of each sheet by the sheet's name, in their order."""
        targets = {one.id: one.target for one in self._links}
        return {one.get("name", ""): targets[one.get(_ID)] for one in self._sheets}

    def read(self, kind: str) -> bytes | None:
        """The part of this kind that belongs to the whole workbook, None where there is none."""
        link = self._links.first(kind)
        return self.stored(link.target) if link and link.target in self.parts else None

    def drop(self, kind: str) -> None:
        """Leaves out the part of this kind that belongs to the whole workbook."""
        if link := self._links.first(kind):
            self._links.remove(link)
            self.parts.pop(link.target, None)
            for one in self._content.findall(_content("Override")):
                if one.get("PartName", "").lstrip("/") == link.target:
                    self._content.remove(one)

    def stored(self, part: str) -> bytes:
        """What a part holds that is not of ours. Raises KeyError."""
        content = self.parts[part]
        assert isinstance(content, bytes)  # noqa: S101
        return content

    def replace(self, part: str, content: bytes) -> None:
        """Changes what a part holds."""
        self.parts[part] = content

    def put(self, part: str, content: bytes | Iterable[str], kind: str) -> None:
        """Adds a part; `kind` is its content type."""
        self.parts[part] = content
        one = etree.SubElement(self._content, _content("Override"))
        one.attrib.update({"PartName": f"/{part}", "ContentType": kind})

    def new_part(self, pattern: str) -> str:
        """A name that no part has; `pattern` has a place for a number."""
        numbers = range(1, len(self.parts) + 2)
        return next(one for n in numbers if (one := pattern.format(n)) not in self.parts)

    def add(self, page: Page, *, is_first: bool = False) -> str:
        """Adds a page of ours as the first sheet or the last one; gives the name of its part."""
        part = self.new_part("xl/worksheets/guoban{}.xml")
        self.put(part, sheet_xml(page, self.styles, is_selected=is_first), SHEET_TYPE)
        number = max((int(one.get("sheetId", 0)) for one in self._sheets), default=0) + 1
        link = self._links.add("worksheet", part)
        stated = {"name": page.name, "sheetId": str(number), _ID: link}
        sheet = self._book.makeelement(main("sheet"), stated)
        if page.is_hidden or page.is_very_hidden:
            sheet.set("state", "hidden" if page.is_hidden else "veryHidden")
        position = 0 if is_first else len(self._sheets)
        self._make_room(position)
        self._sheets.insert(position, sheet)
        if page.header_row is not None:
            first, last = page.header_row - page.header_rows + 2, page.header_row + 1
            self._name("Print_Titles", position, place(page.name, f"${first}:${last}"))
        if page.filtered is not None:
            area = place(page.name, absolute(*page.filtered))
            self._name("_FilterDatabase", position, area).set("hidden", "1")
        return part

    def _name(self, kind: str, sheet: int, area: str) -> Any:
        """Adds a name that spreadsheet programs know, of the sheet in that position."""
        name = etree.SubElement(self._names(), main("definedName"))
        name.set("name", f"_xlnm.{kind}")
        name.set("localSheetId", str(sheet))
        name.text = area
        return name

    def _make_room(self, position: int) -> None:
        """Names that belong to one sheet go by the sheet's position."""
        for one in self._book.iter(main("definedName")):
            number = one.get("localSheetId")
            if number is not None and int(number) >= position:
                one.set("localSheetId", str(int(number) + 1))

    def _names(self) -> Any:
        names = self._book.find(main("definedNames"))
        if names is None:
            names = self._book.makeelement(main("definedNames"))
            before = self._book.find(main("functionGroups"))
            (self._sheets if before is None else before).addnext(names)
        return names

    def describe(self, title: str, stated: Mapping[str, str]) -> None:
        """Says in the file's properties what it is, and states what is found by its name later on."""
        listed = "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={attribute(name)}>'
            f'<t:lpwstr xmlns:t="{_TYPES}">{xml_text(text)}</t:lpwstr></property>'
            for number, (name, text) in enumerate(stated.items(), start=2)
        )
        core = (
            f'<c:coreProperties xmlns:c="{PACKAGE}/metadata/core-properties"'
            f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{xml_text(title)}</dc:title>'
            "<dc:creator>guoban</dc:creator></c:coreProperties>"
        )
        custom = f'<Properties xmlns="{_PROPERTIES}">{listed}</Properties>'
        links = parse(self.stored(_LINKS))
        for part, text, content, kind in (
            (
                CORE,
                core,
                f"{_PACKAGED}.core-properties+xml",
                f"{PACKAGE}/relationships/metadata/core-properties",
            ),
            (CUSTOM, custom, f"{_OFFICE}.custom-properties+xml", f"{RELATIONS}/custom-properties"),
        ):
            self.put(part, (DECLARATION + text).encode(), content)
            link = etree.SubElement(links, _package("Relationship"))
            link.attrib.update({"Id": f"guoban{len(links)}", "Type": kind, "Target": part})
        self.replace(_LINKS, to_bytes(links))

    def show_first(self) -> None:
        """Opens with the first sheet."""
        for view in self._book.iter(main("workbookView")):
            view.attrib.pop("firstSheet", None)
            view.set("activeTab", "0")

    def save(self) -> bytes:
        """The workbook's bytes; sheets of ours are made while they are written."""
        target = io.BytesIO()
        changed: dict[str, bytes | Iterable[str]] = {
            # What a container holds is told by its first part.
            CONTENT: to_bytes(self._content),
            BOOK: to_bytes(self._book),
            self._links.part: self._links.to_bytes(),
        }
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as container:
            for name, content in (changed | self.parts | changed).items():
                if name != self._styles_part:
                    _write(container, name, content)
            # Last, because sheets of ours add to them.
            _write(container, self._styles_part, self.styles.to_bytes())
        return target.getvalue()


def parts_of(container: zipfile.ZipFile) -> dict[str, bytes]:
    """What is in a container, by name."""
    return {name: container.read(name) for name in container.namelist()}


def content_types(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The content type of each part, "" where none is stated. Raises KeyError, XMLSyntaxError."""
    root = parse(parts[CONTENT])
    usual = {
        one.get("Extension", "").lower(): one.get("ContentType", "")
        for one in root.iter(_content("Default"))
    }
    stated = {
        one.get("PartName", "").lstrip("/"): one.get("ContentType", "")
        for one in root.iter(_content("Override"))
    }
    return {
        name: stated.get(name, usual.get(name.rpartition(".")[2].lower(), ""))
        for name in parts
        if name != CONTENT
    }


def _write(container: zipfile.ZipFile, name: str, content: bytes | Iterable[str]) -> None:
    if isinstance(content, bytes):
        container.writestr(name, content)
        return
    with container.open(name, "w") as part:
        for text in content:
            part.write(text.encode())


def _kind(relationship: Any) -> str:
    return str(relationship.get("Type", "")).rpartition("/")[2]


def _package(name: str) -> str:
    return f"{{{PACKAGE}/relationships}}{name}"


def _content(name: str) -> str:
    return f"{{{PACKAGE}/content-types}}{name}"
