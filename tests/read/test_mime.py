"""A page with all its parts in one file, as Excel saves workbooks for the web."""

from __future__ import annotations

import base64
import quopri

import pytest

from flows.read.formats import read
from flows.read.grid import Shown, UnreadableError

TABLE = (
    '<table><tr><td>编号</td><td>金额</td></tr><tr><td>{name}</td><td class=xl65 x:num="12.5">12.50亿元</td>'
    "</tr></table>"
)
STYLES = r'.xl65 {mso-number-format:"0\.00\0022亿元\0022";} .xl66 {text-decoration:line-through}'
HEAD = (
    "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
    'Content-Type: multipart/related; boundary="----=_Next"\r\n\r\n这是单个文件网页。\r\n'
)


def part(location: str, kind: str, text: str, *, encoding: str = "utf-8", by: str = "qp") -> bytes:
    octets = text.encode(encoding)
    body = quopri.encodestring(octets) if by == "qp" else base64.encodebytes(octets)
    transfer = "quoted-printable" if by == "qp" else "base64"
    head = (
        f"------=_Next\r\nContent-Location: {location}\r\nContent-Transfer-Encoding: {transfer}\r\n"
        f'Content-Type: {kind}; charset="{encoding}"\r\n\r\n'
    )
    return head.encode() + body + b"\r\n"


def message(*parts: bytes) -> bytes:
    return HEAD.encode("gb18030") + b"".join(parts) + b"------=_Next--\r\n"


def frames(*names: str) -> str:
    sheets = "".join(
        f"<x:ExcelWorksheet><x:Name>{name}</x:Name>"
        f'<x:WorksheetSource HRef="%E6%8A%A5%E8%A1%A8.files/sheet00{at}.htm"/>'
        f"{'<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>' * (name == '参数')}"
        "</x:ExcelWorksheet>"
        for at, name in enumerate(names, start=1)
    )
    return (
        f"<html><head><!--[if gte mso 9]><xml><x:ExcelWorkbook>{sheets}</x:ExcelWorkbook></xml>"
        '<![endif]--></head><frameset><frame src="x"></frameset></html>'
    )


FILES = "file:///C:/1/%E6%8A%A5%E8%A1%A8.files"


@pytest.mark.parametrize("by", ["qp", "base64"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_every_sheet_of_a_workbook(by: str, encoding: str) -> None:
    data = message(
        part("file:///C:/1/%E6%8A%A5%E8%A1%A8.htm", "text/html", frames("签约", "空", "参数")),
        part(f"{FILES}/stylesheet.css", "text/css", STYLES, encoding=encoding, by=by),
        part(
            f"{FILES}/sheet001.htm", "text/html", TABLE.format(name="甲"), encoding=encoding, by=by
        ),
        part(f"{FILES}/sheet002.htm", "text/html", "<html><body></body></html>"),
        part(
            f"{FILES}/sheet003.htm", "text/html", TABLE.format(name="乙"), encoding=encoding, by=by
        ),
    )
    first, second = read(data).sheets
    assert (first.name, first.is_hidden) == ("签约", False)
    assert (second.name, second.is_hidden) == ("参数", True)
    assert first.rows == [["编号", "金额"], ["甲", "12.5"]]
    assert second.rows[1][0] == "乙"
    assert first.shown == {(1, 1): Shown("12.5亿元")}


def test_a_single_page() -> None:
    text = f"<html><style>{STYLES}</style><body>{TABLE.format(name='甲')}</body></html>"
    (grid,) = read(message(part("file:///C:/a.htm", "text/html", text))).sheets
    assert grid.rows[1] == ["甲", "12.5"]
    assert grid.shown == {(1, 1): Shown("12.5亿元")}


def test_a_sheet_that_is_missing_is_no_blank_one() -> None:
    with pytest.raises(UnreadableError, match="缺少工作表"):
        read(message(part("file:///C:/a.htm", "text/html", frames("签约"))))


def test_a_message_without_a_page_is_no_table() -> None:
    with pytest.raises(UnreadableError, match="不是能识别的表格文件"):
        read(message(part("file:///C:/a.txt", "text/plain", "a,b,c")))
