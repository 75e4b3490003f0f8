"""XML spelt otherwise: the same to every parser, another text to whoever looks at its bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lxml import etree

SPREADSHEETML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = {
    SPREADSHEETML: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
_XML = "http://www.w3.org/XML/1998/namespace"
SPELLINGS = (
    "order",
    "single quotes",
    "blanks",
    "prefixes",
    "cdata",
    "comments",
    "instructions",
    "references",
    "open",
    "indented",
    "no addresses",
    "strict",
    "mark",
    "utf-16",
)
"""What may be spelt otherwise; most is decided anew at every place."""
_OF_WORKBOOKS = {"no addresses", "strict"}
# Elements of which the text is data, and what stands in them.
_TEXT = {"t", "v", "f", "p", "Data", "text", "Visible"}
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


@dataclass
class Speller:
    """Spells documents in these ways, by chance."""

    ways: Collection[str]
    random: Random
    _out: list[str] = field(default_factory=list)
    _prefixes: dict[str, str] = field(default_factory=dict)
    _own_prefixes: dict[str, str] = field(default_factory=dict)
    _row: int = 0
    _column: int = 0

    def spelt(self, xml: bytes) -> bytes:
        """The document in other words."""
        root = etree.fromstring(xml)
        self._out = []
        self._name_spaces(root)
        self._row = 0
        self._aside()
        self._element(root, is_root=True)
        self._aside()
        return self._encoded("".join(self._out))

    def _may(self, way: str) -> bool:
        return way in self.ways and self.random.random() < 0.5

    def _encoded(self, text: str) -> bytes:
        encoding = "utf-16" if "utf-16" in self.ways else "utf-8"
        quote = "'" if self._may("single quotes") else '"'
        head = f"<?xml version={quote}1.0{quote} encoding={quote}{encoding}{quote}?>"
        if encoding == "utf-16":
            end = self.random.choice(("le", "be"))
            return f"\ufeff{head}{text}".encode(f"utf-16-{end}")
        return f"{head}{text}".encode("utf-8-sig" if "mark" in self.ways else "utf-8")

    def _name_spaces(self, root: Any) -> None:
        """Gives every name space in the document its prefix, and one that attributes can bear."""
        spaces: dict[str, list[str]] = {}
        for element in root.iter(etree.Element):
            for prefix, space in element.nsmap.items():
                spaces.setdefault(space, []).append(prefix or "")
        self._prefixes, self._own_prefixes = {_XML: "xml"}, {_XML: "xml"}
        for number, (space, known) in enumerate(spaces.items()):
            is_other = "prefixes" in self.ways and self.random.random() < 0.7
            # Only one of them is the one without a prefix.
            is_other |= min(known) in self._prefixes.values()
            self._prefixes[space] = f"n-{number}.x" if is_other else min(known)
            self._own_prefixes[space] = self._prefixes[space] or max(known) or f"own{number}"

    def _name(self, tag: str, prefixes: Mapping[str, str]) -> str:
        name = etree.QName(tag)
        prefix = prefixes[name.namespace] if name.namespace else ""
        return f"{prefix}:{name.localname}" if prefix else name.localname

    def _element(self, element: Any, *, is_root: bool = False, is_in_text: bool = False) -> None:
        name = self._name(element.tag, self._prefixes)
        attributes = [
            (self._name(key, self._own_prefixes), value)
            for key, value in self._kept(element).items()
        ]
        if is_root:
            attributes += self._declared()
        if "order" in self.ways:
            self.random.shuffle(attributes)
        self._out.append(f"<{name}")
        for key, value in attributes:
            before, behind = self._blank(), self._blank()
            self._out.append(f"{self._gap()}{key}{before}={behind}{self._value(value)}")
        if not len(element) and not element.text and not self._may("open"):
            self._out.append(f"{self._blank()}/>")
            return
        self._out.append(f"{self._blank()}>")
        is_text = is_in_text or etree.QName(element).localname in _TEXT
        self._words(element.text, is_text=is_text)
        for child in element:
            if isinstance(child.tag, str):
                self._element(child, is_in_text=is_text)
            self._words(child.tail, is_text=is_text)
        self._out.append(f"</{name}{self._blank()}>")

    def _declared(self) -> list[tuple[str, str]]:
        both = dict.fromkeys((*self._prefixes.items(), *self._own_prefixes.items()))
        return [
            (f"xmlns:{prefix}" if prefix else "xmlns", self._space(space))
            for space, prefix in both
            if space != _XML
        ]

    def _space(self, space: str) -> str:
        return _STRICT.get(space, space) if "strict" in self.ways else space

    def _kept(self, element: Any) -> Mapping[str, str]:
        """The attributes, without addresses that go without saying."""
        attributes = dict(element.attrib)
        name = etree.QName(element)
        if name.namespace != SPREADSHEETML or name.localname not in {"row", "c"}:
            return attributes
        if name.localname == "row":
            number = int(attributes.get("r", self._row + 1))
            is_next, self._row, self._column = number == self._row + 1, number, 0
        elif found := _ADDRESS.fullmatch(attributes.get("r", "")):
            column = _column(found[1])
            is_next, self._column = column == self._column + 1, column
        else:
            is_next, self._column = False, self._column + 1
        if is_next and self._may("no addresses"):
            del attributes["r"]
        return attributes

    def _gap(self) -> str:
        return self.random.choice((" ", "\n", "\t ", "\r\n")) if self._may("blanks") else " "

    def _blank(self) -> str:
        return self.random.choice((" ", "\n", "\t")) if self._may("blanks") else ""

    def _value(self, value: str) -> str:
        quote = "'" if self._may("single quotes") else '"'
        return f"{quote}{''.join(self._character(one, quote) for one in value)}{quote}"

    def _character(self, one: str, quote: str) -> str:
        if one in f"<&\t\n\r{quote}" or ("references" in self.ways and self.random.random() < 0.1):
            return self._reference(one)
        # Nothing asks for this one to be spelt out.
        return one

    def _reference(self, one: str) -> str:
        return self.random.choice((f"&#{ord(one)};", f"&#x{ord(one):X};"))

    def _words(self, text: str | None, *, is_text: bool) -> None:
        """Text between tags; where it is no data, there may be blanks."""
        if not is_text:
            self._aside()
            if not (text or "").strip():
                self._out.append("\n  " if self._may("indented") else "")
                return
        for piece in self._pieces(text or ""):
            self._aside(is_blank_allowed=False)
            if piece and "]]>" not in piece and "\r" not in piece and self._may("cdata"):
                self._out.append(f"<![CDATA[{piece}]]>")
            else:
                self._out.append("".join(self._plain(one) for one in piece))

    def _plain(self, one: str) -> str:
        if one in "<&\r>" or ("references" in self.ways and self.random.random() < 0.1):
            return self._reference(one)
        return one

    def tag_of_page(self, closing: str, name: str, attributes: list[tuple[str, str]]) -> str:
        """A tag as a page may have it; the values are spelt already."""
        if "order" in self.ways:
            self.random.shuffle(attributes)
        said = [f"<{closing}{self._cased(name)}"]
        for key, value in attributes:
            quote = "'" if self._may("single quotes") and "'" not in value else '"'
            if self._may("single quotes") and _UNQUOTED.fullmatch(value):
                quote = ""
            is_, behind = self._blank(), self._blank()
            said.append(f"{self._gap()}{self._cased(key)}{is_}={behind}{quote}{value}{quote}")
        return "".join([*said, self._blank() if attributes else "", ">"])

    def _cased(self, name: str) -> str:
        return name.upper() if self._may("prefixes") else name

    def words_of_page(self, text: str) -> Iterator[str]:
        """Text of a page that is spelt already, with comments in it."""
        for part in re.findall(r"&\w+;|&#\w+;|.", text, re.DOTALL):
            if self._may("comments") and self.random.random() < 0.2:
                yield "<!-- <td>1</td> -->"
            is_other = "references" in self.ways and self.random.random() < 0.1
            yield self._reference(part) if is_other and len(part) == 1 else part

    def _pieces(self, text: str) -> Iterator[str]:
        if len(text) > 1 and {"cdata", "comments", "instructions"} & set(self.ways):
            cut = self.random.randrange(len(text))
            yield text[:cut]
            text = text[cut:]
        yield text

    def _aside(self, *, is_blank_allowed: bool = True) -> None:
        """Something that says nothing."""
        if self._may("comments"):
            self._out.append("<!-- <c t='e'/> -->")
        if self._may("instructions"):
            self._out.append('<?own <row hidden="1"?>')
        if is_blank_allowed and self._may("indented"):
            self._out.append("\n")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def respelt(data: bytes, kind: str, ways: Collection[str], random: Random) -> bytes:
    """The file with its XML spelt in these ways; `kind` is the format as `renderer.FORMATS` has it."""
    if kind == "xml as xls":
        return Speller({*ways} - _OF_WORKBOOKS, random).spelt(data)
    is_workbook = kind != "ods"
    speller = Speller(ways if is_workbook else {*ways} - _OF_WORKBOOKS, random)
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for entry in source.infolist():
            part = source.read(entry)
            written.writestr(entry, speller.spelt(part) if _is_xml(entry.filename) else part)
    return target.getvalue()


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


# --- pages ---------------------------------------------------------------------------------------

_PIECE = re.compile(r"<(/?)(\w+)((?:\s+[\w:-]+=\"[^\"]*\")*)\s*>|([^<]+)")
_ATTRIBUTE = re.compile(r"([\w:-]+)=\"([^\"]*)\"")
_UNQUOTED = re.compile(r"[\w.-]+")
# Their ends go without saying.
_LEFT_OPEN = {"td", "tr", "p"}


def respelt_page(page: str, ways: Collection[str], random: Random) -> str:
    """A page in other words: capitals, quotes or none, tags left open, comments, references."""
    speller = Speller(ways, random)
    out, is_style = [], False
    for closing, name, attributes, text in _PIECE.findall(page):
        if name.lower() == "style":
            is_style = not closing
        if text:
            out.append(text if is_style else "".join(speller.words_of_page(text)))
        elif not (closing and name in _LEFT_OPEN and "open" in ways and random.random() < 0.5):
            out.append(speller.tag_of_page(closing, name, _ATTRIBUTE.findall(attributes)))
    return "".join(out)
