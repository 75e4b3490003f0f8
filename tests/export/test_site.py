"""The month's page: the same figures as the database, none without its sum, and text that stays text."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import time
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from drop import Drop, change_of
from lxml import html

from flows.export.site import page, words
from flows.ground.zone import Score
from flows.month import findings
from flows.month.board import board
from flows.publish.current import newest_file, open_release
from flows.publish.release import Written
from guoban.cli import run_command

SIGNED = "2021-05/招商局/签约项目月报表.xlsx"
NASTY = "</script><script>window.evil = 1</script><img src=x onerror='evil=1'>&amp;'\"{{7*7}}"


def site(drop: Drop) -> Path:
    return newest_file(drop.settings.warehouse).parent / "site"


def document(folder: Path) -> Any:
    return html.fromstring((folder / "index.html").read_text("utf-8"))


def data_in(folder: Path) -> Any:
    (element,) = document(folder).xpath("//script[@id='data']")
    return json.loads(element.text)


def rows_of(folder: Path, month: str) -> Any:
    text = (folder / "rows" / f"{month}.js").read_text("utf-8")
    return json.loads(text.removeprefix("guobanRows(").removesuffix(");\n"))


def shown(value: Decimal | None, places: int = 2) -> str:
    """A number as people read it, worked out apart from the page."""
    if value is None:
        return "—"
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def numbers(folder: Path) -> Iterator[tuple[list[str], str]]:
    """Each number that opens: what it opens, and what it says."""
    for button in document(folder).xpath("//button[@data-open]"):
        yield button.get("data-open").split(" "), button.text_content()


@pytest.fixture(scope="module")
def folder(golden: Drop) -> Path:
    return site(golden)


def test_every_figure_is_the_published_one(golden: Drop, folder: Path) -> None:
    published = {
        (f"{one['report_month']:%Y-%m}", one["indicator_code"], one["department"]): one
        for one in golden.rows("from mart.headline_indicators")
    }
    before = {
        (f"{one['report_month']:%Y-%m}", one["indicator_code"]): one
        for one in golden.rows("from mart.zone_indicators")
    }
    seen = dict.fromkeys(("value", "target", "rate", "gap", "change"), 0)
    for (kind, *at), text in numbers(folder):
        if kind not in seen:
            continue
        month, code, department = at
        one = published[month, code, department]
        if kind == "value":
            assert text == shown(one["value"])
        elif kind == "target":
            assert text == shown(one["target_value"])
        elif kind == "rate":
            assert text == f"{one['completion_pct_rounded']}%"
        elif kind == "gap":
            gap = one["progress_gap_pp"]
            assert text == f"{gap.quantize(Decimal('0.1'), ROUND_HALF_UP):+f}"
        elif code == "ZS04":
            assert text == shown(one["value"] - before["2021-04", code]["value"]).join(["+", ""])
        else:
            assert text == f"+{shown(before[month, code]['month_value'])}"
        seen[kind] += 1
    # The zone's seven figures of five months, and five of each of six departments.
    assert seen["value"] >= 7 * 5 + 5 * 6
    assert all(seen.values())


def test_ranks_scores_and_halves_are_those_of_the_board(
    golden: Drop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = golden.settings
    capsys.readouterr()
    assert run_command(["board", "--month", "2021-05", "--json", "--warehouse", str(settings.warehouse),
                        "--raw", str(settings.raw)]) == 0  # fmt: skip
    board = json.loads(capsys.readouterr().out)
    told = {one["department"]: one for one in board["departments"]}
    found = {(kind, *rest): text for (kind, *rest), text in numbers(folder)}
    for name, one in told.items():
        assert found["rank", name] == str(one["rank"])
        assert (
            found["score", name]
            == f"{Decimal(one['score_pct']).quantize(Decimal('0.1'), ROUND_HALF_UP):f}"
        )
        half = one["past_half"]
        assert found["halves", name] == f"{half['past_count']}/{half['task_count']}"
    assert found["lead",] == "提前30天"
    assert data_in(folder)["half"]["since"] == "2021-05-31"


def test_every_figure_is_the_sum_of_its_rows(golden: Drop, folder: Path) -> None:
    for one in golden.rows("from mart.headline_indicators"):
        rows = rows_of(folder, f"{one['report_month']:%Y-%m}")
        found = rows["figures"].get(one["indicator_code"], {"in": []})
        total = Decimal(0)
        for told in found["in"]:
            line, value = told if isinstance(told, list) else (told, None)
            thing, _, _, amount = rows["lines"][line]
            department = rows["departments"][rows["things"][thing][0]]
            if value is None:
                value = Decimal(amount) / 10_000 if found["adds"] == "amounts" else 1
            if one["scope"] == "zone" or department == one["department"]:
                total += Decimal(value)
        assert total == one["value"], (one["report_month"], one["indicator_code"])


def test_rows_lead_to_the_cells_and_say_why_others_are_left_out(golden: Drop, folder: Path) -> None:
    rows = rows_of(folder, "2021-05")
    published = golden.rows(
        "from detail.headline_candidates where until_at is null and report_month = '2021-05-01'"
    )
    listed: list[tuple[Any, ...]] = []
    for code, found in rows["figures"].items():
        for told in [*found["in"], *found["out"]]:
            line = told[0] if isinstance(told, list) else told
            thing, source, cell, _ = rows["lines"][line]
            of, key, _ = rows["things"][thing]
            file, sheet, _ = rows["sources"][source]
            listed.append((code, rows["departments"][of], file, sheet, cell, key))
        assert all(rows["reasons"][reason] for _, reason in found["out"])
    assert sorted(listed) == sorted(
        (one["indicator_code"], one["department"], one["file"], one["sheet"], one["cell"], one["row_key"])
        for one in published
    )  # fmt: skip


def test_no_number_stands_naked(folder: Path) -> None:
    """Whatever has a digit opens something, or is a day, a name, a definition: marked as plain."""
    whole = document(folder)
    opens = {one.get("data-open") for one in whole.xpath("//button[@data-open]")}
    assert len(opens) > 300
    naked = []
    for element in whole.xpath("//main//*[not(self::script)] | //header//*"):
        texts = [element.text, *(child.tail for child in element)]
        if not any(text and re.search(r"\d", text) for text in texts):
            continue
        around = [element, *element.iterancestors()]
        if any(one.get("data-open") or one.get("data-plain") is not None for one in around):
            continue
        # The names of figures and the labels of the filters have digits of their own.
        if element.tag in {"h3", "figcaption", "option"} or (
            element.tag == "th" and "亿元" in element.text_content()
        ):
            continue
        naked.append((element.tag, element.text_content().strip()))
    assert naked == []


def test_projects_have_their_stages_and_days(golden: Drop, folder: Path) -> None:
    published = {one["project_id"]: one for one in golden.rows("from mart.projects")}
    rows = document(folder).xpath("//table[contains(@class, 'projects')]/tbody/tr")
    assert len(rows) == len(published)
    for row in rows:
        project_id = row.xpath(".//small")[0].text
        one = published[project_id]
        _, department, stage, amount, paid, *days = [cell.text_content().strip() for cell in row]
        assert (department, stage) == (one["department"], one["stage"])
        amounts = [one["contract_amount_cny"], one["planned_amount_cny"]]
        if stage == "在谈":
            amounts.reverse()
        yuan = next(found for found in amounts if found is not None)
        assert amount == shown(yuan / 100_000_000)
        assert paid == (
            "·" if one["paid_total_cny"] is None else shown(one["paid_total_cny"] / 100_000_000)
        )
        names = ("in_stage", "in_talks", "to_start", "building", "operating")
        assert days == ["·" if one[f"days_{n}"] is None else str(one[f"days_{n}"]) for n in names]
    # Each amount leads to the row that says so.
    for project_id, told in data_in(folder)["projects"].items():
        amounts = [source[-1] for source in told["sources"] if source[0] != "paid"]
        assert told["amount"] in amounts, project_id
        assert all(source[3] and source[4] and source[5] for source in told["sources"])


def test_filing_and_findings_are_those_of_the_database(golden: Drop, folder: Path) -> None:
    found = {(kind, *rest): text for (kind, *rest), text in numbers(folder)}
    states = dict(
        golden.query(
            "select state, count(*)::varchar from mart.return_status "
            "where report_month = '2021-05-01' group by state"
        )
    )
    for state in ("on_time", "late", "nil", "missing", "rejected"):
        assert found["filing", state, "*"] == states.get(state, "0")
    for department, state, count in golden.query(
        "select department, state, count(*)::varchar from mart.return_status "
        "where report_month = '2021-05-01' group by all"
    ):
        assert found["filing", state, department] == count
    for department, severity, count in golden.query(
        "select department, severity, count(*)::varchar from mart.findings "
        "where report_month = '2021-05-01' group by all"
    ):
        assert found["findings", severity, department] == count


def test_targets_lead_to_the_cell_where_they_were_issued(golden: Drop, folder: Path) -> None:
    for key, rows in data_in(folder)["targets"].items():
        department, _, code = key.rpartition(" ")
        (in_force,) = [row for row in rows if row[-1]]
        target, unit, doc_no, _, file, _, cell, _ = in_force
        ((published, of_unit),) = golden.query(
            "select target_value, unit from mart.headline_indicators where report_month = '2021-05-01' "
            "and department = ? and indicator_code = ?",
            [department, code],
        )
        assert (Decimal(target), unit) == (published, of_unit)
        assert doc_no
        assert re.fullmatch(r"[A-Z]+\d+", cell)
        assert (golden.raw / file).is_file()


@pytest.mark.slow
def test_a_change_of_a_past_figure_opens_the_rows_that_moved(filed_year: Drop) -> None:
    april = "2021-04/招商局/签约项目月报表.xlsx"
    filed_year.edit(april, change_of("GCKF-2021-0001", 合同投资额=130_000))
    filed_year.refresh()
    folder = site(filed_year)
    changes = data_in(folder)["changes"]
    (one,) = [one for one in changes if (one["month"], one["code"]) == ("2021-04", "ZS01")]
    assert one["cause"] == "重报"
    assert one["file"] == april
    # The amount of a contract may not change without a correction: the row is held back.
    assert Decimal(one["new"]) - Decimal(one["old"]) == Decimal(one["difference"]) == -12
    assert sum(Decimal(row[3]) for row in one["rows"]) == -12
    assert {row[1] for row in one["rows"]} == {"GCKF-2021-0001"}
    found = [text for (kind, *_), text in numbers(folder) if kind == "move"]
    assert "-12" in found


def nasty(drop: Drop) -> Drop:
    """One contract whose name, investor and file are out to be more than text."""
    drop.put(
        "<b>&'文件.xlsx", "signed_projects", "招商局", "2021-05",
        [{"project_id": "GCKF-2021-0001", "project_name": NASTY, "investor": NASTY,
          "contract_amount_cny": 20_000, "signed_on": dt.date(2021, 5, 8)}],
    )  # fmt: skip
    drop.refresh()
    return drop


def test_what_stood_in_a_cell_stays_text(drop: Drop) -> None:
    folder = site(nasty(drop))
    text = (folder / "index.html").read_text("utf-8")
    rows = (folder / "rows" / "2021-05.js").read_text("utf-8")
    for one in (text, rows):
        assert "<script>window.evil" not in one
        assert "<img" not in one
    assert len(document(folder).xpath("//script")) == 3
    assert "<" not in rows
    told = rows_of(folder, "2021-05")
    assert {label for _, _, label in told["things"]} == {NASTY}
    assert data_in(folder)["projects"]["GCKF-2021-0001"]["name"] == NASTY
    names = [
        one.text
        for one in document(folder).xpath(
            "//table[contains(@class, 'projects')]//th[@scope='row']/span"
        )
    ]
    assert names == [NASTY]


def test_its_findings_are_asked_for_once(
    golden: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Board, list and what is to be done tell of the same ones."""
    asked = []
    before = findings.of_month

    def of_month(con: Any, month: dt.date, *more: Any, **others: Any) -> Any:
        asked.append(month)
        return before(con, month, *more, **others)

    monkeypatch.setattr(findings, "of_month", of_month)
    with open_release(golden.settings.warehouse) as con:
        page.put(golden.zone, Written(con, tmp_path, None, frozenset()), tmp_path / "site")
    assert asked == [dt.date(2021, 5, 1)]


def test_its_templates_say_nothing_that_the_words_do_not() -> None:
    said = {
        path.name: re.findall(
            r"[\u4e00-\u9fff]+", re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"))
        )
        for path in (page.HERE / "templates").iterdir()
    }
    assert {name: found for name, found in said.items() if found} == {}


def test_its_texts_suit_every_zone_s_office() -> None:
    """No office of one zone is named, and nothing is called by a word for made-up data."""
    texts = [*words.PAGE.values(), *words.SCRIPT.values()]
    assert not [one for one in texts if "招商局" in one or "综合科" in one or "编造" in one]


def test_json_in_a_page_ends_neither_it_nor_a_line() -> None:
    text = "</script>&\u2028\u2029<!--"
    told = page._json({"a": text}).decode()
    assert not {"<", ">", "&", "\u2028", "\u2029"} & {*told}
    assert json.loads(told) == {"a": text}


def test_it_asks_for_nothing_outside_its_folder(folder: Path) -> None:
    whole = document(folder)
    asked = whole.xpath("//@src | //link/@href")
    assert sorted(asked) == ["echarts.js", "guoban.css", "guoban.js"]
    assert all((folder / one).is_file() for one in asked)
    assert all(one.startswith("#") for one in whole.xpath("//a/@href"))
    (policy,) = whole.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' file:;" in policy
    assert "url(" not in (folder / "guoban.css").read_text("utf-8")
    assert sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) < 1_500_000
    licences = (folder / "LICENCES.txt").read_text("utf-8")
    assert all(f"===== {name} =====" in licences for name in ("Apache ECharts", "ZRender", "tslib"))


@pytest.mark.slow
def test_what_says_the_same_is_the_same_file(filed_year: Drop) -> None:
    before = site(filed_year)
    (filed_year.raw / "无关.xlsx").write_bytes(b"no workbook")
    filed_year.refresh()
    after = site(filed_year)
    assert after.parent != before.parent
    for name in ("echarts.js", "guoban.css", "rows/2021-04.js", "rows/2021-05.js"):
        assert (before / name).samefile(after / name), name
    filed_year.edit(SIGNED, change_of("GCKF-2021-0001", 合同投资额=150_000))
    filed_year.refresh()
    last = site(filed_year)
    assert (before / "rows/2021-04.js").samefile(last / "rows/2021-04.js")
    for name in ("rows/2021-05.js", "index.html"):
        assert not (after / name).samefile(last / name)


def test_a_page_that_is_too_large_says_what_it_leaves_out(
    golden: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def put(room: int) -> Path:
        monkeypatch.setattr(page, "ROWS_BYTES", room)
        target = tmp_path / str(room)
        with open_release(golden.settings.warehouse) as con:
            page.put(golden.zone, Written(con, tmp_path, None, frozenset()), target)
        return target

    less = put(40_000)
    levels = {month: one["rows"] for month, one in data_in(less)["months"].items()}
    assert levels["2021-05"] in {"rows", "counted"}
    assert levels["2021-01"] in {"rows", "counted", "sums"}
    assert sum(one.stat().st_size for one in (less / "rows").iterdir()) <= 40_000
    least = put(3_000)
    known = data_in(least)["months"]
    # The newest month keeps its sums, whatever they take; older ones that don't fit are not shown.
    assert known["2021-05"]["rows"] == "sums"
    assert "2021-01" not in known
    sums = rows_of(least, "2021-05")["figures"]["ZS01"]["in"]
    assert sum(Decimal(value) for _, value, _ in sums) == golden.value("ZS01", "2021-05")


def test_the_command_tells_where_it_lies(
    golden: Drop,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    warehouse = golden.settings.warehouse
    opened: list[str] = []

    def opens(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", opens)
    words = ["page", "--warehouse", str(warehouse), "--raw", str(golden.raw)]
    assert run_command(words) == 0
    assert capsys.readouterr().out.strip() == str(warehouse / "current" / "site" / "index.html")
    assert opened == []
    assert run_command([*words, "--open", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"].endswith("index.html")
    assert opened == [(warehouse / "current" / "site" / "index.html").as_uri()]
    assert run_command(["page", "--warehouse", str(tmp_path), "--raw", str(golden.raw)]) == 1


def test_writing_it_costs_a_refresh_little(
    golden: Drop, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where one month has changed; where nothing has, next to nothing."""

    def seconds(before: Path | None, target: Path) -> float:
        target.parent.mkdir()
        with open_release(golden.settings.warehouse) as con:
            con.execute("set threads = 1")
            begun = time.process_time()
            page.put(golden.zone, Written(con, target.parent, before, frozenset()), target)
            return time.process_time() - begun

    shutil.copytree(folder.parent / "site", tmp_path / "before" / "site")
    nothing = seconds(tmp_path / "before", tmp_path / "same" / "site")
    listed = tmp_path / "before" / "site" / "files.json"
    known = json.loads(listed.read_text("utf-8"))
    for name in ("index.html", "rows/2021-05.js"):
        known[name]["key"] = "another"
    listed.unlink()
    listed.write_text(json.dumps(known), "utf-8")
    month = seconds(tmp_path / "before", tmp_path / "changed" / "site")
    with capsys.disabled():
        print(f"\npage: {month:.2f} s of CPU for a month, {nothing:.3f} s where nothing changed")
    # Several times what it takes: other processes share the caches.
    assert nothing < 0.2
    assert month < 1.5


def test_board_and_page_weigh_as_was_published(drop: Drop) -> None:
    """What zone.toml says since then waits for the next refresh, which publishes it."""
    drop.samples("2021-01/**/*.xlsx")
    drop.refresh()
    score = Score(weights={"ZS01": Decimal(30), "ZS02": Decimal(0)})
    drop.zone = drop.zone.model_copy(update={"score": score})
    for expected in (Decimal(1), Decimal(30)):
        with open_release(drop.settings.warehouse) as con:
            told = board(con, drop.zone, dt.date(2021, 1, 1))
        assert told is not None
        assert told.weights["ZS01"] == expected
        shown = data_in(site(drop))["weights"]
        assert told.weights == {code: Decimal(weight) for code, weight in shown.items()}
        if expected == 1:
            assert drop.refresh().published
