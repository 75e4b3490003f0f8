"""The month's page in a real browser, from disk: at every width, in the dark, on paper, by keyboard."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from browser import Sight, browser, needs_browser
from drop import Drop
from large_site import large_site
from seldom import nightly

from flows.publish.current import newest_file

pytestmark = [needs_browser, pytest.mark.slow]
AXE = Path(__file__).parent / "axe.min.js"
PHONE, DESK, WALL = (390, 844), (1280, 800), (1920, 1080)
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def made() -> Iterator[Any]:
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def index(golden: Drop) -> Path:
    return newest_file(golden.settings.warehouse).parent / "site" / "index.html"


@pytest.fixture(scope="module")
def desk(made: Any, index: Path) -> Iterator[Sight]:
    sight = Sight(made, index, *DESK)
    yield sight
    sight.close()


def faults(sight: Sight) -> list[str]:
    """What axe-core finds of serious faults, each with the first place where it is."""
    sight.page.evaluate(AXE.read_text("utf-8"))
    found = sight.page.evaluate(
        "axe.run(document, {resultTypes: ['violations'], preload: false}).then(told => told.violations)"
    )
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])})"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        (PHONE, "light"),
        (DESK, "dark"),
        nightly(PHONE, "dark"),
        nightly(DESK, "light"),
        nightly(WALL, "light"),
        nightly(WALL, "dark"),
    ],
    ids=["390 light", "1280 dark", "390 dark", "1280 light", "1920 light", "1920 dark"],
)
def test_it_can_be_read_everywhere(
    made: Any, index: Path, size: tuple[int, int], scheme: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sight = Sight(made, index, *size, color_scheme=scheme)
    page = sight.page
    # Nothing sticks out to the right; tables scroll within themselves.
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert page.locator("[data-chart] svg").count() == 5
    assert page.locator("[data-chart] svg path").count() > 50
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark == "rgb(20, 23, 27)") == (scheme == "dark")
    assert faults(sight) == []
    sight.opened("value 2021-05 ZS01 全区")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(sight) == []
    assert all(one.startswith(index.parent.as_uri()) for one in sight.asked)
    assert sight.wrong == []
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    total = sum(one.stat().st_size for one in index.parent.rglob("*") if one.is_file())
    with capsys.disabled():
        print(f"\nsite {total} bytes, first paint after {painted:.0f} ms at {size[0]} {scheme}")
    sight.close()


def test_every_number_opens_to_what_it_is_made_of(desk: Sight) -> None:
    """All of them, one after the other; a figure's rows add up to it, by the page's own account."""
    told = desk.page.evaluate(
        """async () => {
            const dialog = document.getElementById("opened");
            const seen = {};
            for (const button of document.querySelectorAll("main [data-open], header [data-open]")) {
                const ref = button.dataset.open;
                if (ref in seen) continue;
                button.click();
                while (dialog.dataset.opened !== ref) await new Promise((next) => setTimeout(next));
                seen[ref] = {
                    title: dialog.querySelector("h2").textContent,
                    adds: dialog.querySelectorAll(".adds-up").length,
                    warns: dialog.querySelectorAll(".warn").length,
                    text: dialog.querySelector(".opened-body").textContent,
                };
                dialog.close();
            }
            return seen;
        }"""
    )
    assert len(told) > 300
    for ref, one in told.items():
        assert one["title"] and one["text"], ref
        assert "undefined" not in one["text"] + one["title"], ref
        assert one["warns"] == 0, ref
        if ref.startswith("value "):
            assert one["adds"] == 1 or "没有计入的行" in one["text"], ref
    assert "84.57 ÷ 74 × 100% = 114.2837837837%" in told["rate 2021-05 ZS01 全区"]["text"]
    assert "84.57 − 74.4699 = 10.1001亿元" in told["change 2021-05 ZS01 全区"]["text"]
    assert "30天" in told["lead"]["text"]
    assert desk.wrong == []


def test_the_rows_of_a_figure_add_up_to_it_and_lead_to_cells(golden: Drop, desk: Sight) -> None:
    """What stands in the dialog, read by somebody else: Python."""
    for code, department in (
        ("ZS01", "全区"),
        ("ZS02", "招商局"),
        ("ZS04a", "全区"),
        ("ZS05", "全区"),
    ):
        reference = f"value 2021-05 {code} {department}"
        body = desk.page.locator(f'[data-open="{reference}"]').first
        body.evaluate("one => one.click()")
        desk.page.wait_for_selector(f'dialog[data-opened="{reference}"]')
        rows = desk.page.evaluate(
            "[...document.querySelector('dialog table tbody').rows].map(r => [...r.cells].map(c => c.textContent))"
        )
        assert sum(Decimal(row[2]) for row in rows) == golden.value(code, "2021-05", department)
        for row in rows:
            file, _, cell = row[5].split(" › ")
            assert (golden.raw / file).is_file()
            assert re.fullmatch(r"[A-Z]+\d+", cell)
        desk.page.keyboard.press("Escape")


def test_it_works_by_keyboard(made: Any, index: Path) -> None:
    sight = Sight(made, index, *DESK)
    page = sight.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.dataset.open")
    assert focused == "value 2021-05 ZS01 全区"
    page.keyboard.press("Enter")
    page.wait_for_selector(f'dialog[data-opened="{focused}"]')
    # The focus stays within, whichever way one goes.
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    assert page.evaluate("document.getElementById('opened').open") is False
    assert page.evaluate("document.activeElement.dataset.open") == focused
    # From a rate on to its value, and back.
    sight.opened("rate 2021-05 ZS01 全区").locator("[data-open]").first.click()
    page.wait_for_selector('dialog[data-opened="value 2021-05 ZS01 全区"]')
    page.get_by_role("button", name="返回").click()
    page.wait_for_selector('dialog[data-opened="rate 2021-05 ZS01 全区"]')
    sight.close()


def test_it_prints_on_a4(made: Any, index: Path, tmp_path: Path) -> None:
    sight = Sight(made, index, *DESK, color_scheme="dark")
    printed = tmp_path / "page.pdf"
    sight.page.pdf(path=str(printed), prefer_css_page_size=True, print_background=True)
    sight.close()
    told = subprocess.run(["pdfinfo", printed], capture_output=True, text=True, check=True).stdout
    assert "A4" in told
    found = re.search(r"Pages:\s+(\d+)", told)
    assert found is not None
    assert 3 <= int(found[1]) <= 9
    text = subprocess.run(
        ["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "84.57" in text
    assert "口径说明" in text
    # On paper it is bright whatever the screen is.
    subprocess.run(
        ["pdftoppm", "-r", "20", "-gray", "-f", "1", "-l", "1", printed, tmp_path / "p"], check=True
    )
    (picture,) = tmp_path.glob("p*.pgm")
    assert brightness(picture) > 200


def brightness(picture: Path) -> float:
    """How bright a grey picture is on the whole, of 255."""
    *_, size, _, points = picture.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    assert len(points) == width * height
    return sum(points) / len(points)


def test_what_stood_in_a_cell_runs_nowhere(made: Any, drop: Drop) -> None:
    nasty = "</script><script>window.evil = 1</script><img src=x onerror='window.evil=1'>"
    drop.put(
        "a.xlsx", "signed_projects", "招商局", "2021-05",
        [{"project_id": "GCKF-2021-0001", "project_name": nasty, "investor": nasty,
          "contract_amount_cny": 20_000, "signed_on": dt.date(2021, 5, 8)}],
    )  # fmt: skip
    drop.refresh()
    path = newest_file(drop.settings.warehouse).parent / "site" / "index.html"
    sight = Sight(made, path, *DESK)
    for reference in ("value 2021-05 ZS01 全区", "project GCKF-2021-0001"):
        assert nasty in sight.opened(reference).text_content()
        sight.page.keyboard.press("Escape")
    assert sight.page.evaluate("window.evil === undefined")
    assert sight.page.locator("img").count() == 0
    assert sight.wrong == []
    sight.close()


@pytest.mark.nightly
def test_two_hundred_departments_and_sixty_months_open_in_two_seconds(
    made: Any, golden: Drop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = large_site(golden, tmp_path, departments=200, months=60)
    total = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    assert total < 3_000_000
    sight = Sight(made, folder / "index.html", *DESK, is_measured=True)
    painted = sight.page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    # Seconds of the page's own thread, whatever else the machine does meanwhile.
    opening = sight.measured()["TaskDuration"]
    with capsys.disabled():
        print(
            f"\n{total} bytes; first paint after {painted:.0f} ms, {opening:.2f} s of CPU to open"
        )
    assert opening < 2
    months = json.loads(sight.page.evaluate("document.getElementById('data').textContent"))[
        "months"
    ]
    assert len(months) > 12
    sight.close()
