"""`guoban init DIR`: a new zone begins empty, from answers, and nothing that exists is touched."""

import datetime as dt
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from flows.begin import begin
from flows.begin.answers import Answers, answers_of, read_answers
from flows.begin.zone_file import zone_text
from flows.ground.errors import SettingsError
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from guoban.cli import run_command

TODAY = dt.date(2027, 1, 20)
PLAINLY: dict[str, Any] = {
    "name": "青山“高新”区",
    "contact": "综合科 \\ 李",
    "number_prefix": "QS",
    "due_day": 5,
    "orchestrator": "none",
    "departments": [
        {
            "name": "投资促进局",
            "aliases": ["投促局"],
            "returns": ["签约项目月报表", "03", "pipeline_projects"],
            "since": "2026-11",
        },
        {"name": "../科技/局", "returns": ["receptions"], "since": "2027年3月"},
        {"name": "审计局", "since": "2027-01"},
    ],
}
TEMPLATE = (PROJECT / "zone.toml").read_text("utf-8")


def answers(**changed: Any) -> Answers:
    return answers_of(PLAINLY | changed, "answers")


def test_the_zone_s_file_says_what_was_answered(tmp_path: Path) -> None:
    begun = begin(tmp_path / "zone", answers(), TODAY)
    zone = load_zone(tmp_path / "zone" / "zone.toml")
    assert zone == begun.zone
    assert (zone.zone.name, zone.zone.contact) == (PLAINLY["name"], PLAINLY["contact"])
    assert re.fullmatch(zone.projects.number_pattern, "QS-2027-0001")
    assert (zone.filing.due_day, zone.campaign, zone.projects.secretary_project) == (5, None, "")
    assert zone.owed() == [
        ("投资促进局", "signed_projects", dt.date(2026, 11, 1)),
        ("投资促进局", "paid_in", dt.date(2026, 11, 1)),
        ("投资促进局", "pipeline_projects", dt.date(2026, 11, 1)),
        ("../科技/局", "receptions", dt.date(2027, 3, 1)),
    ]
    assert zone.department_of("投促局") == "投资促进局"


def test_every_setting_of_the_repository_s_file_is_there_with_its_explanation() -> None:
    """Nothing is kept twice: what a later version adds there, a new zone has too."""
    made = zone_text(answers(), TEMPLATE).splitlines()
    head = TEMPLATE[: TEMPLATE.index("\n[[departments]]")].splitlines()
    assert [line for line in head if line.startswith("#") and line not in made] == []
    keys = [re.match(r"\[?\w[\w.]*\]?", line) for line in head]
    lacking = [
        key[0]
        for key in keys
        if key and not any(line.lstrip("# ").startswith(key[0]) for line in made)
    ]
    assert lacking == []
    assert "谷城" not in "\n".join(made)
    assert "GCKF" not in "\n".join(made)


def test_the_drop_folder_has_a_folder_for_who_owes(tmp_path: Path) -> None:
    """A department's name is never a way elsewhere."""
    begun = begin(tmp_path / "a" / "zone", answers(), TODAY)
    assert begun.month == dt.date(2027, 1, 1)
    folders = {
        str(one.relative_to(begun.folder)) for one in begun.folder.rglob("*") if one.is_dir()
    }
    assert folders == {
        "raw", "raw/2027-01", "raw/2027-01/投资促进局", "raw/2027-01/_.._科技_局",
        "warehouse", "schedule",
    }  # fmt: skip
    assert [one.name for one in (tmp_path / "a").iterdir()] == ["zone"]


@pytest.mark.parametrize(
    ("today", "since", "month"),
    [
        # December's returns are due on 5 January, which is a working day.
        (dt.date(2027, 1, 5), "2026-11", dt.date(2026, 12, 1)),
        (dt.date(2027, 1, 6), "2026-11", dt.date(2027, 1, 1)),
        (dt.date(2027, 1, 6), "2027-06", dt.date(2027, 6, 1)),
    ],
)
def test_its_month_is_the_one_that_is_due_next(
    tmp_path: Path, today: dt.date, since: str, month: dt.date
) -> None:
    given = answers(departments=[{"name": "甲局", "returns": ["02"], "since": since}])
    assert begin(tmp_path / "zone", given, today).month == month


@pytest.mark.parametrize("there", ["zone.toml", "raw", "warehouse", "schedule/crontab", "说明.md"])
def test_nothing_that_exists_is_touched(tmp_path: Path, there: str) -> None:
    place = tmp_path / there
    place.parent.mkdir(exist_ok=True)
    place.write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SettingsError, match=f"{there}: exists already"):
        begin(tmp_path, answers(), TODAY)
    assert place.read_text() == "mine"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["my zone", "$HOME", "zone\x1b[31m"])
def test_a_path_that_schedules_can_t_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="schedules can't hold"):
        begin(tmp_path / name, answers(), TODAY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "name: a name is wanted"),
        ({"name": "区\n[rates]"}, "name: a name is wanted"),
        ({"contact": "综合科\x7f"}, "contact: a name is wanted"),
        ({"contact": "综合科\n【伪造】"}, "contact: a name is wanted"),
        ({"number_prefix": "Q.*"}, "number_prefix: letters, digits"),
        ({"due_day": 31}, "due_day: a number of at most 28 is wanted"),
        ({"departments": []}, "departments:"),
        ({"colour": "red"}, "colour: there is no such setting"),
        (
            {"departments": [{"name": "甲局", "returns": ["签约项目月报"], "since": "2027-01"}]},
            r"departments.1.returns.1: there is no return '签约项目月报'; did you mean signed_projects",
        ),
        ({"departments": [{"name": "甲局", "since": "13月"}]}, "departments.1.since: a month"),
    ],
)
def test_an_answer_that_can_t_be_used_is_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        answers(**changed)


def test_departments_of_one_name_are_found_before_anything_is_made(tmp_path: Path) -> None:
    twice = [
        {"name": "甲局", "since": "2027-01"},
        {"name": "乙局", "aliases": ["甲 局"], "since": "2027-01"},
    ]
    with pytest.raises(SettingsError, match="is 甲局 and 乙局 as well"):
        begin(tmp_path / "zone", answers(departments=twice), TODAY)
    assert list(tmp_path.iterdir()) == []


def test_the_environment_and_the_schedule_lead_to_the_zone(tmp_path: Path) -> None:
    folder = begin(tmp_path / "zone", answers(), TODAY).folder
    crontab = (folder / "schedule" / "crontab").read_text("utf-8").splitlines()
    (refresh, *_) = [line for line in crontab if line.endswith("guoban refresh")]
    command = refresh.split(maxsplit=5)[5].rpartition(";")[0]
    done = subprocess.run(
        ["sh", "-c", f"{command}; env"], capture_output=True, text=True, check=True
    )
    given = dict(line.split("=", 1) for line in done.stdout.splitlines() if "GUOBAN" in line)
    assert given["GUOBAN_RAW"] == str(folder / "raw")
    assert given["GUOBAN_WAREHOUSE"] == str(folder / "warehouse")
    assert given["GUOBAN_ZONE"] == str(folder / "zone.toml")
    assert given["GUOBAN_ORCHESTRATOR"] == "none"
    service = (folder / "schedule" / "guoban-refresh.service").read_text("utf-8")
    assert f"EnvironmentFile={folder}/guoban.env\n" in service


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    folder = begin(tmp_path / "zone", answers(), TODAY).folder / "schedule"
    service = folder / "guoban-refresh.service"
    service.write_text(re.sub("ExecStart=.*", "ExecStart=/bin/true", service.read_text("utf-8")))
    units = [service, folder / "guoban-refresh.timer"]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_has_the_guide_s_chapters_with_the_zone_s_places(tmp_path: Path) -> None:
    folder = begin(tmp_path / "zone", answers(), TODAY).folder
    page = (folder / "说明.md").read_text("utf-8")
    for chapter in ("## 备份", "## 恢复", "## 升级", "## 换一台机器"):
        assert page.count(f"\n{chapter}\n") == 1
    assert f"tar -C {folder}/warehouse -czf" in page
    assert "$" + "GUOBAN" not in page


@pytest.mark.parametrize("page", ["admin.md", "admin.zh.md"])
def test_the_answers_that_the_guides_show_can_be_used(tmp_path: Path, page: str) -> None:
    text = (PROJECT / "docs" / page).read_text("utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "answers.toml").write_text(example, "utf-8")
    given = read_answers(tmp_path / "answers.toml")
    assert len(given.departments) == 2
    begin(tmp_path / "zone", given, TODAY)


def test_the_command_takes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(
        'name = "青山高新区"\nnumber_prefix = "QS"\n'
        '[[departments]]\nname = "甲局"\nreturns = ["02"]\nsince = "2031-01"\n',
        "utf-8",
    )
    call = ["init", str(tmp_path / "zone"), "--answers", str(file)]
    assert run_command([*call, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["zone"], told["month"]) == ("青山高新区", "2031-01")
    assert all(Path(one).is_file() for one in told["files"])
    assert run_command(call) == 2
    file.write_text("name = ", "utf-8")
    assert run_command([*call[:1], str(tmp_path / "other"), *call[2:]]) == 2
    assert run_command(["init", str(tmp_path / "other"), "--answers", str(tmp_path / "no")]) == 2


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_command_asks_until_an_answer_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [
        "青山高新区", "综合科", "Q S", "QS", "40", "", "someone", "none",
        "投资促进局", "投促局、招商办", "02 99", "02，实到资金月报表", "月初", "2031年2月",
        "审计局", "", "", "",
    ]  # fmt: skip
    monkeypatch.setattr("sys.stdin", _Terminal("".join(f"{line}\n" for line in typed)))
    assert run_command(["init", str(tmp_path / "zone")]) == 0
    zone = load_zone(tmp_path / "zone" / "zone.toml")
    assert zone.zone.name == "青山高新区"
    assert (zone.filing.due_day, [one.name for one in zone.departments]) == (
        2,
        ["投资促进局", "审计局"],
    )
    assert zone.department_of("招商办") == "投资促进局"
    assert {slug for _, slug, _ in zone.owed()} == {"signed_projects", "paid_in"}
    assert (tmp_path / "zone" / "raw" / "2031-02" / "投资促进局").is_dir()
    out = capsys.readouterr().out
    for words in (
        "letters, digits",
        "a day from 1 to 28",
        "there is no return '99'",
        "such as 2026-01",
    ):
        assert words in out


def test_without_a_terminal_the_answers_have_to_be_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run_command(["init", str(tmp_path / "zone")]) == 2
    assert "--answers" in capsys.readouterr().err
    assert not (tmp_path / "zone").exists()
