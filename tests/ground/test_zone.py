"""`zone.toml`: names, severities, and errors that name the line."""

import datetime as dt
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from flows.ground.addresses import UnsetError, whole
from flows.ground.errors import SettingsError
from flows.ground.settings import PROJECT
from flows.ground.zone import Zone, line_of, load_zone, zone_of

TEXT = (PROJECT / "zone.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in TEXT
    path = tmp_path / "zone.toml"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    return path


def test_names_and_aliases(zone: Zone) -> None:
    assert zone.department_of("经发局") == "经济发展局"
    assert zone.department_of(" 招 商 局 ") == "招商局"
    assert zone.department_of("招商二局") is None
    assert zone.nearest_department("招商二局") == "招商局"


def test_amounts_are_exact(zone: Zone) -> None:
    assert zone.thresholds.large_project_cny == Decimal(100_000_000)
    assert zone.thresholds.implausible_below_cny == Decimal(100_000)


def test_a_severity_for_a_year_and_a_rule_on_trial(tmp_path: Path) -> None:
    path = tmp_path / "zone.toml"
    more = (
        '\n[[rules]]\nrule = "E006"\nseverity = "info"\nyear = 2021\n'
        '\n[[rules]]\nrule = "R103"\nseverity = "beta"\nsince = "2021-03"\n'
    )
    path.write_text(TEXT + more, "utf-8")
    zone = load_zone(path)
    assert zone.severity("E006", "warning", dt.date(2021, 5, 1)) == "info"
    assert zone.severity("E006", "warning", dt.date(2022, 5, 1)) == "warning"
    assert zone.severity("R103", "error", dt.date(2021, 2, 1)) == "off"
    assert zone.severity("R103", "error", dt.date(2021, 3, 1)) == "warning"
    assert zone.severity("R104", "error", dt.date(2021, 3, 1)) == "error"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('large_project = "1亿元"', 'large_project = "一个亿左右"', "with its unit is wanted"),
        ('large_project = "1亿元"', "large_project = 1", "with its unit is wanted"),
        ('talk_rate_by = "count"', 'talk_rate_by = "number"', "'count' or 'amount'"),
        ('"outbound_trips"', '"outbound_trip"', "did you mean 'outbound_trips'?"),
        ("starts_on = 2021-04-21", "starts_on = 2021-07-01", "after starts_on"),
        ("may_correct = []", 'may_correct = ["招商二局"]', "no department '招商二局'"),
        ("due_day = 2", "due_day = 31", "at most 28"),
        ("due_day = 2", "due_date = 2", "did you mean 'due_day'?"),
        ("(?P<year>[0-9]{4})", "([0-9]{4})", "group named year"),
        ("(?P<year>[0-9]{4})", "(?=G)(?P<year>[0-9]{4})", "no regular expression that can be used"),
        ('implausible_from = "100亿元"', 'implausible_from = "10亿美元"', "no amount in yuan"),
        ('name = "党政办公室"', 'name = "全区"', "can't be one"),
        ('"党政办", ', '"全区", ', "can't be one"),
        ('aliases = ["党政办", ', 'aliases = ["经发局", ', "is 经济发展局 and 党政办公室 as well"),
        ('name = "党政办公室"', 'name = "招商局"', "is 招商局 and 招商局 as well"),
        ('name = "党政办公室"', 'name = "经发局"', "is 经济发展局 and 经发局 as well"),
        ('large_project = "1亿元"', 'large_project = "6亿元"', "greater than 'major_project'"),
        ('implausible_below = "10万元"', 'implausible_below = "200亿元"', "out of order"),
        ("GCKF-(?P<year>", "GC-(?P<year>", "does not fit number_example"),
        ("-(?P<year>[0-9]{4})-", "-(?P<year>)[0-9]{4}-", "the group year"),
        ('"党政办", ', '" ", ', "is blank"),
    ],
)
def test_an_error_names_the_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = changed(tmp_path, old, new)
    lines = path.read_text("utf-8").splitlines()
    line = max(n for n, text in enumerate(lines, start=1) if new in text)
    with pytest.raises(SettingsError) as error:
        load_zone(path)
    message = str(error.value)
    assert said in message
    named = int(message.split("line ")[1].split(":", maxsplit=1)[0])
    # What two values are wrong together may be said at the head of their table.
    others = (
        "[campaign]",
        "[[departments]]",
        "major_project =",
        "implausible_from =",
        "number_example =",
    )
    assert named == line or lines[named - 1].startswith(others)


ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
ODD: tuple[str, ...] = ("3", '"瞎写"', "true", "[1]", "{a = 1}", "2021-01-01", "-1.5", '""')


def settings_of(text: str) -> list[str]:
    """The lines of the file that have a setting in them."""
    return [line for line in text.splitlines() if re.match(r"[a-z_]+ = ", line)]


@pytest.mark.parametrize("line", settings_of(TEXT[: TEXT.index("[[departments]]")]))
def test_whatever_stands_there_is_said_in_our_own_words(line: str) -> None:
    """Nothing of pydantic's English comes through, in either language."""
    key = line.partition(" = ")[0]
    for odd in ODD:
        text = TEXT.replace(f"\n{line}\n", f"\n{key} = {odd}\n", 1)
        try:
            zone_of(text, "zone.toml")
        except SettingsError as error:
            for words in (str(error), error.chinese):
                assert not re.search(r"Input should|pydantic|validation|Value error", words)
            for said in error.chinese.splitlines():
                assert re.match(r"zone\.toml第\d+行：", said)
                assert not ENGLISH.search(said), said


def test_no_office_is_named_in_code(zone: Zone) -> None:
    """Who a zone is, which departments it has and whom they ask stands in zone.toml alone."""
    names = {zone.zone.name, zone.zone.contact, "综合科", "GCKF"}
    names |= {name for one in zone.departments for name in (one.name, *one.aliases)}
    found = [
        (path.relative_to(PROJECT).as_posix(), name)
        for folder in ("flows", "guoban", "schemas", "sql")
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".md", ".txt"}
        for name in names
        if name in path.read_text("utf-8")
    ]
    assert found == []


def test_a_department_s_error_names_it_and_the_nearest_setting(tmp_path: Path) -> None:
    path = changed(tmp_path, 'name = "党政办公室"\n', 'name = "党政办公室"\nutil = "2021-05"\n')
    line = path.read_text("utf-8").splitlines().index('util = "2021-05"') + 1
    with pytest.raises(SettingsError) as error:
        load_zone(path)
    place = "departments.党政办公室.util"
    assert str(error.value) == (
        f"{path}, line {line}: {place}: there is no such setting; did you mean 'until'?"
    )
    assert error.value.chinese == f"{path}第{line}行：{place}：没有这一项设置；是否为until？"


def test_a_department_can_t_end_before_it_begins(tmp_path: Path) -> None:
    path = changed(tmp_path, 'name = "党政办公室"\n', 'name = "党政办公室"\nuntil = "2021-04"\n')
    with pytest.raises(SettingsError, match="it ends in 2021-04, before it owes"):
        load_zone(path)


def test_a_definition_may_stand_for_a_year(tmp_path: Path) -> None:
    path = tmp_path / "zone.toml"
    more = '[thresholds.2022]\nlarge_project = "2亿元"\n[readings.2024]\ntime_basis = "day"\n'
    path.write_text(f"{TEXT}\n{more}", "utf-8")
    dated = load_zone(path)
    assert [
        dated.thresholds.of(dt.date(year, 5, 1)).large_project_cny / 100_000_000
        for year in (2021, 2022, 2023)
    ] == [1, 2, 1]
    # What the year doesn't say is as in every year.
    assert dated.thresholds.of(dt.date(2022, 5, 1)).major_project_cny == 500_000_000
    assert dated.readings.of(dt.date(2024, 5, 1)).time_basis == "day"
    assert dated.fingerprint() != load_zone(PROJECT / "zone.toml").fingerprint()
    # A year's counting thresholds read no file otherwise, as every year's don't.
    plain = path.read_text("utf-8").replace('large_project = "2亿元"', 'large_project = "3亿元"')
    path.write_text(plain, "utf-8")
    assert load_zone(path).fingerprint_of_reading() == dated.fingerprint_of_reading()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[thresholds.2022]\nlarge_projekt = "2亿元"\n', "did you mean 'large_project'?"),
        ('[thresholds.2022]\nlarge_project = "6亿元"\n', "thresholds.2022: out of order"),
        ('[readings.2024]\ntime_basis = "days"\n', "readings.2024.time_basis: 'month' or 'day'"),
    ],
)
def test_an_error_in_a_year_s_definition_is_said_once_with_its_line(
    tmp_path: Path, more: str, said: str
) -> None:
    path = tmp_path / "zone.toml"
    path.write_text(f"{TEXT}\n{more}", "utf-8")
    with pytest.raises(SettingsError) as error:
        load_zone(path)
    (line,) = str(error.value).splitlines()
    assert said in line
    numbers = {len(TEXT.splitlines()) + 2, len(TEXT.splitlines()) + 3}
    assert int(line.split("line ")[1].partition(":")[0]) in numbers


@pytest.mark.parametrize("severity", ["warning", "info", "off", "beta"])
@pytest.mark.parametrize("rule", ["E001", "E003", "E007", "R109", "R111"])
def test_a_structural_rule_can_t_be_softened(tmp_path: Path, rule: str, severity: str) -> None:
    path = tmp_path / "zone.toml"
    text = TEXT + f'\n[[rules]]\nrule = "{rule}"\nseverity = "{severity}"\n'
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as error:
        load_zone(path)
    line = text.splitlines().index(f'rule = "{rule}"') + 1
    assert str(error.value) == (
        f"{path}, line {line}: rules.1: without '{rule}' rows can't be placed or counted: "
        "it stays an error"
    )
    path.write_text(text.replace(f'severity = "{severity}"', 'severity = "error"'), "utf-8")
    load_zone(path)


def test_a_rule_structural_only_at_some_cells_may_be_softened(tmp_path: Path) -> None:
    path = tmp_path / "zone.toml"
    path.write_text(TEXT + '\n[[rules]]\nrule = "R110"\nseverity = "warning"\n', "utf-8")
    assert load_zone(path).severity("R110", "error", None) == "warning"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[zone\nname = 1", "line 1"),
        (TEXT + "\nx = [\n", f"line {len(TEXT.splitlines()) + 2}"),
        (TEXT + '\n[[rules]]\nrule = "R999"\nseverity = "off"\n', "there is no rule 'R999'"),
        ('[zone]\nname = "甲"', "thresholds"),
        (TEXT.replace('aliases = ["经发局"', 'aliases = ["招商局"'), "招商局"),
        (TEXT.replace('name = "招商局"', 'name = "招商\\u0000局"'), "one line of at most 60"),
        (TEXT.replace('aliases = ["经发局"', 'aliases = ["经\\n发局"'), "one line of at most 60"),
        (TEXT.replace('name = "招商局"', f'name = "{"长" * 61}"'), "one line of at most 60"),
    ],
)
def test_what_is_missing_or_double_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "zone.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=said):
        load_zone(path)


def test_its_fingerprint_is_the_same_in_every_process(tmp_path: Path) -> None:
    """Else every refresh would judge everything again."""
    days = ", ".join(f"2021-06-{day:02}" for day in range(1, 20))
    path = changed(tmp_path, "days_off = []", f"days_off = [{days}]")
    program = (
        f"from flows.ground.zone import *; print(load_zone(Path({str(path)!r})).fingerprint())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert found == {load_zone(path).fingerprint() + "\n"}


def test_a_return_owed_from_two_months_is_owed_once(tmp_path: Path) -> None:
    path = changed(tmp_path, 'owes."2021-05" = ["cadre_roster"]', 'owes."2021-03" = ["meetings"]')
    months = [
        month for *owed, month in load_zone(path).owed() if owed == ["党政办公室", "meetings"]
    ]
    assert months == [dt.date(2021, 1, 1)]


def test_a_file_that_isn_t_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read"):
        load_zone(tmp_path / "zone.toml")


def test_lines_of_places() -> None:
    text = '[a]\nx = 1\n\n[[b]]\ny = 1\n[[b]]\ny."2021-01" = 2\n'
    assert line_of(text, ("a", "x")) == 2
    assert line_of(text, ("b", 0, "y")) == 5
    assert line_of(text, ("b", 1, "y", "2021-01")) == 7
    assert line_of(text, ("a", "z")) == 1
    assert line_of(text, ()) is None
    assert line_of(text, (), "2021-01") == 7
    assert line_of(text, ("b", 1), "2021-01") == 7
    assert line_of('["a"]\nx = 1\n', ("a", "x")) == 2


# --- whom to tell --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("zsj@gucheng.gov.cn", "an address begins with its service, one of mailto://"),
        ("mialto://a:geheim@b", "there is no service 'mialto'; did you mean 'mailto'?"),
        ("wecombot://", "'wecombot' wants wecombot://key, without blanks"),
        ("jsons://a b/geheim", "'jsons' wants jsons://host/path, without blanks"),
        ("feishu://geheim$-1", "behind a $ the name of a variable is wanted; a dollar sign is $$"),
    ],
)
@pytest.mark.parametrize("part", ["notifications", "departments"])
def test_an_address_that_is_none_is_said_with_its_line_and_not_itself(
    tmp_path: Path, part: str, address: str, said: str
) -> None:
    sound = "json://127.0.0.1/"
    if part == "notifications":
        path = changed(tmp_path, "send_to = []", f'send_to = ["{sound}", "{address}"]')
        place = "notifications.send_to.2"
    else:
        path = changed(tmp_path, 'name = "招商局"\n', f'name = "招商局"\nnotify = ["{address}"]\n')
        place = "departments.招商局.notify.1"
    with pytest.raises(SettingsError) as error:
        load_zone(path)
    line = next(
        number
        for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if f'"{address}"' in text
    )
    assert str(error.value).startswith(f"{path}, line {line}: {place}: ")
    assert said in str(error.value)
    assert "geheim" not in str(error.value)


def test_whom_to_tell_judges_nothing_and_is_shown_nowhere(tmp_path: Path, zone: Zone) -> None:
    start, end = TEXT.index("[notifications]"), TEXT.index("# Yuan for a dollar.")
    part = (
        '[notifications]\nsend_to = ["wecombot://geheim", "$ALL_OF_IT"]\n'
        'events = ["failed"]\noverdue_days = [2]\n'
    )
    text = f"{TEXT[:start]}{part}{TEXT[end:]}"
    path = tmp_path / "zone.toml"
    path.write_text(
        text.replace('name = "招商局"\n', 'name = "招商局"\nnotify = ["mailto://a:geheim@b"]\n', 1),
        "utf-8",
    )
    told = load_zone(path)
    assert told.notifications.send_to == ("wecombot://geheim", "$ALL_OF_IT")
    assert told.notifications.events == {"failed"}
    assert told.fingerprint() == zone.fingerprint()
    assert told.fingerprint_of_reading() == zone.fingerprint_of_reading()
    assert "geheim" not in repr(told)


def test_an_event_that_is_none_is_said(tmp_path: Path) -> None:
    path = changed(tmp_path, 'events = ["failed", ', 'events = ["fialed", ')
    with pytest.raises(SettingsError, match=r"notifications\.events"):
        load_zone(path)


def test_values_of_the_environment_are_parts_of_an_address() -> None:
    values = {"USER_1": "a@b", "PASS": "p/q?", "ALL": "json://host/x?y"}
    assert whole("mailto://${USER_1}:$PASS@host", values) == "mailto://a%40b:p%2Fq%3F@host"
    assert whole("$ALL", values) == "json://host/x?y"
    assert whole("json://host/$$x", values) == "json://host/$x"
    with pytest.raises(UnsetError, match="NONE"):
        whole("wecombot://$NONE", values)


def test_brackets_without_end_are_no_settings(tmp_path: Path) -> None:
    path = tmp_path / "zone.toml"
    path.write_text("a = " + "[" * 5_000, "utf-8")
    with pytest.raises(SettingsError, match=r"zone\.toml: too many brackets"):
        load_zone(path)
