"""The .docx as LibreOffice prints it, by GB/T 9704-2012: page, margins, lines, characters, fonts."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from drop import Drop
from office import SOFFICE, needs_office
from read_back import files

from flows.bulletin import layout
from flows.bulletin.kinds import Kind

MM = 72 / 25.4
_WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)


def boxes(pdf: Path, page: int) -> list[tuple[float, float, float, float, str]]:
    """The words of a page with their places, in points from its upper left corner."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(pdf), "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [
        (float(x0), float(y0), float(x1), float(y1), text)
        for x0, y0, x1, y1, text in _WORD.findall(done.stdout)
    ]


def lines_of(pdf: Path, page: int) -> list[tuple[float, float, str]]:
    """The lines of a page: where each begins and how high its middle stands, and its text."""
    lines: list[tuple[float, float, str]] = []
    for x0, y0, _, y1, text in sorted(boxes(pdf, page), key=lambda one: (round(one[1]), one[0])):
        middle = (y0 + y1) / 2
        if lines and abs(lines[-1][1] - middle) < 4:
            start, _, before = lines[-1]
            lines[-1] = (min(start, x0), middle, before + text)
        else:
            lines.append((x0, middle, text))
    return lines


@pytest.fixture(scope="module")
def printed(golden: Drop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text of 28 characters a line, the bulletin and the week's page, by one start of the program."""
    folder = tmp_path_factory.mktemp("printed")
    made = {
        "month": files(golden, formats=("docx",))["docx"],
        "week": files(golden, kind=Kind.WEEKLY, formats=("docx",))["docx"],
        "full": _full(),
    }
    for name, data in made.items():
        (folder / f"{name}.docx").write_bytes(data)
    done = subprocess.run(
        [SOFFICE or "", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), *(str(folder / f"{one}.docx") for one in made)],
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if not (folder / "month.pdf").exists():
        pytest.skip("LibreOffice has no Writer here: scripts/install_test_tools.sh")
    return folder


def _full() -> bytes:
    """The template with nothing but text, in the style of the text: two pages full."""
    import io  # noqa: PLC0415

    import docx  # noqa: PLC0415

    from flows.bulletin import template  # noqa: PLC0415

    document = docx.Document(str(template.OWN / f"{Kind.MONTHLY}.docx"))
    for paragraph in list(document.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)
    document.add_paragraph("开发区招商引资情况通报正文" * 200, layout.TEXT)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@needs_office
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="scripts/install_test_tools.sh")
def test_the_page_is_that_of_an_official_document(printed: Path) -> None:
    info = subprocess.run(
        ["pdfinfo", str(printed / "month.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert "(A4)" in info
    # A page full of text: 22 lines of 28 characters, within the margins.
    *text, number = lines_of(printed / "full.pdf", 2)
    assert len(text) == layout.LINES
    assert {len(one) for _, _, one in text} == {layout.CHARACTERS}
    found = [one for one in boxes(printed / "full.pdf", 2) if "—" not in one[4] and one[4] != "2"]
    left, right = min(one[0] for one in found), max(one[2] for one in found)
    assert left == pytest.approx(layout.LEFT_MM * MM, abs=1.5)
    assert right <= (210 - layout.RIGHT_MM) * MM + 1.5
    first, last = text[0][1], text[-1][1]
    pitch = (last - first) / (layout.LINES - 1)
    assert pitch * layout.LINES == pytest.approx(
        (297 - layout.TOP_MM - layout.BOTTOM_MM) * MM, abs=2
    )
    assert layout.TOP_MM * MM < first < layout.TOP_MM * MM + pitch
    assert last < (297 - layout.BOTTOM_MM) * MM
    # The number of the page, outside: on the left of an even one.
    assert number[2].replace(" ", "") == "—2—"
    assert number[0] == pytest.approx(layout.LEFT_MM * MM + layout.SIZE_4, abs=3)
    *_, odd = lines_of(printed / "full.pdf", 1)
    assert odd[2].replace(" ", "") == "—1—"
    assert odd[0] > 300


@needs_office
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="scripts/install_test_tools.sh")
def test_the_bulletin_is_printed_whole_and_the_week_on_one_page(printed: Path) -> None:
    pages = {}
    for name in ("month", "week"):
        info = subprocess.run(
            ["pdfinfo", str(printed / f"{name}.pdf")], capture_output=True, text=True, check=True
        ).stdout
        pages[name] = int(re.findall(r"Pages:\s+(\d+)", info)[0])
    assert pages["week"] == 1
    assert 4 <= pages["month"] <= 7
    everything = [
        one for page in range(1, pages["month"] + 1) for one in boxes(printed / "month.pdf", page)
    ]
    # A comma or stop may hang over the margin.
    assert max(one[2] for one in everything) < (210 - layout.RIGHT_MM) * MM + layout.SIZE_3 + 1
    text = "".join(one[4] for one in everything)
    assert text.index("六、口径说明") < text.index("抄送：")
    # A short table stays on one page: its head is printed once.
    assert text.count("居首位的单位") == 1


def test_fonts_are_named_with_their_fallbacks(golden: Drop, tmp_path: Path) -> None:
    path = tmp_path / "m.docx"
    path.write_bytes(files(golden, formats=("docx",))["docx"])
    with zipfile.ZipFile(path) as container:
        styles = container.read("word/styles.xml").decode()
        fonts = container.read("word/fontTable.xml").decode()
        body = container.read("word/document.xml").decode()
    for name, size, style in (
        ("方正小标宋简体", "44", layout.TITLE),
        ("仿宋_GB2312", "32", layout.TEXT),
        ("黑体", "32", layout.HEADING),
    ):
        (found,) = [
            one
            for one in re.findall(r"<w:style .*?</w:style>", styles, re.DOTALL)
            if f'w:val="{style}"' in one
        ]
        assert f'w:eastAsia="{name}"' in found
        assert f'<w:sz w:val="{size}"/>' in found
    others = dict(re.findall(r'<w:font w:name="([^"]+)"><w:altName w:val="([^"]+)"', fonts))
    assert all(
        others[name] for name in ("方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体")
    )
    # Heads of tables come again on every page, and no row is parted.
    rows = len(re.findall(r"<w:tr>", body))
    assert rows == len(re.findall("<w:cantSplit/>", body)) > 40
    assert len(re.findall("<w:tblHeader/>", body)) == 7
    assert re.search(r'<w:pgSz w:w="11906" w:h="1683[78]"', body)
    assert re.search(r'<w:docGrid w:type="lines" w:linePitch="579"/>', body)
