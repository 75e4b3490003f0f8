"""Days off and due dates: the official calendar, the zone's own days over it, estimates beyond."""

import datetime as dt
import logging
from pathlib import Path

import chinese_calendar
import pytest

from flows.ground import days
from flows.ground.errors import SettingsError
from flows.ground.judge import _libraries
from flows.ground.notes import Notes
from flows.ground.settings import PROJECT
from flows.ground.zone import Zone, load_zone

TEXT = (PROJECT / "zone.toml").read_text("utf-8")
# Far enough that no calendar of it is published while anybody runs these tests.
UNKNOWN = 2049


@pytest.fixture(scope="module")
def zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def with_holidays(tmp_path: Path, *lines: str, table: str = "holidays") -> Path:
    """A zone's file with these lines in place of those of the table that name the same."""
    path, head = tmp_path / "zone.toml", f"[{table}]\n"
    before, after = TEXT.split(head)
    names = {line.split(" = ")[0] for line in lines}
    kept = [line for line in after.splitlines() if line.split(" = ")[0] not in names]
    path.write_text(before + head + "\n".join([*lines, *kept]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2021-01", "2021-02-02"),
        ("2021-02", "2021-03-02"),
        ("2021-03", "2021-04-02"),
        ("2021-04", "2021-05-06"),  # 1 to 5 May are days off
        ("2021-05", "2021-06-02"),
        ("2021-09", "2021-10-08"),  # 1 to 7 October; the 9th is a Saturday worked
        ("2021-12", "2022-01-04"),  # over the year's end: 1 to 3 January
        ("2022-12", "2023-01-03"),  # the 2nd is a Monday, off for Sunday the 1st
        ("2025-12", "2026-01-04"),  # 1 to 3 January; the 4th is a Sunday worked
        ("2026-01", "2026-02-02"),
    ],
)
def test_due_dates_move_past_days_off(zone: Zone, month: str, due: str) -> None:
    assert days.due_on(zone, day(f"{month}-01")) == day(due)


def test_the_calendar_is_asked_once_for_each_day(
    zone: Zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file asks when it was due, and each look at the calendar goes through all of it."""
    asked: list[dt.date] = []
    is_workday = chinese_calendar.is_workday

    def counted(one: dt.date) -> bool:
        asked.append(one)
        return bool(is_workday(one))

    monkeypatch.setattr(chinese_calendar, "is_workday", counted)
    assert {days.due_on(zone, day("2019-07-01")) for _ in range(3)} == {day("2019-08-02")}
    assert asked.count(day("2019-08-02")) == 1


def test_days_off_of_2021_are_those_of_the_handbook(zone: Zone) -> None:
    spans = [
        ((1, 1), (1, 3)), ((2, 11), (2, 17)), ((4, 3), (4, 5)), ((5, 1), (5, 5)),
        ((6, 12), (6, 14)), ((9, 19), (9, 21)), ((10, 1), (10, 7)),
    ]  # fmt: skip
    off = {
        dt.date(2021, *first) + dt.timedelta(days=n)
        for first, last in spans
        for n in range((dt.date(2021, *last) - dt.date(2021, *first)).days + 1)
    }
    worked = {
        dt.date(2021, *on) for on in [(2, 7), (2, 20), (4, 25), (5, 8), (9, 18), (9, 26), (10, 9)]
    }
    year = [dt.date(2021, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    expected = {on for on in year if on not in worked and (on.weekday() > 4 or on in off)}
    assert {on for on in year if days.is_day_off(zone, on)} == expected


@pytest.mark.parametrize("table", ["holidays", "filing"])
def test_the_zone_s_own_days_overrule_the_calendar(tmp_path: Path, table: str) -> None:
    """Also where files have them that are older than the table."""
    path = with_holidays(tmp_path, "days_off = [2021-06-02, 2021-06-03]", table=table)
    assert days.due_on(load_zone(path), day("2021-05-01")) == day("2021-06-04")
    path = with_holidays(tmp_path, "working_days = [2021-05-02]", table=table)
    assert days.due_on(load_zone(path), day("2021-04-01")) == day("2021-05-02")


def test_a_span_of_days_off_is_all_its_days(tmp_path: Path) -> None:
    """As the notices say it: 6月2日至6日放假."""
    for between in ("/", " 至 "):
        path = with_holidays(tmp_path, f'days_off = ["2021-06-02{between}2021-06-06"]')
        zone = load_zone(path)
        assert zone.days_off == {day(f"2021-06-0{n}") for n in range(2, 7)}
        assert days.due_on(zone, day("2021-05-01")) == day("2021-06-07")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['days_off = ["2021-06-06/2021-06-02"]'], "no span of days"),
        (['days_off = ["2021-10-01/2022-10-07"]'], "no span of days"),
        (['days_off = ["2021-02-27/2021-02-30"]'], "day"),
        (["days_off = [2021-06-02]", "working_days = [2021-06-02]"], "2021-06-02 is a day off and"),
        (['days_off = ["国庆节"]'], "date"),
    ],
)
def test_a_slip_in_the_days_is_said_with_its_line(
    tmp_path: Path, lines: list[str], said: str
) -> None:
    path = with_holidays(tmp_path, *lines)
    with pytest.raises(SettingsError, match=said) as error:
        load_zone(path)
    number = path.read_text("utf-8").splitlines().index("[holidays]") + 1
    assert f"line {number}" in str(error.value) or f"line {number + 1}" in str(error.value)


@pytest.mark.parametrize(
    ("month", "due"),
    [
        # Saturday the 1st and Sunday the 2nd are festivals, made up for on the next two days.
        (f"{UNKNOWN}-04", f"{UNKNOWN}-05-05"),
        (f"{UNKNOWN}-09", f"{UNKNOWN}-10-06"),
        (f"{UNKNOWN - 1}-12", f"{UNKNOWN}-01-04"),
        (f"{UNKNOWN}-06", f"{UNKNOWN}-07-02"),
    ],
)
def test_a_year_not_known_yet_is_estimated_by_its_festivals(
    zone: Zone, month: str, due: str
) -> None:
    assert not days.is_known(zone, UNKNOWN)
    assert days.due_on(zone, day(f"{month}-01")) == day(due)


def test_the_zone_s_own_days_hold_in_a_year_not_known_yet(tmp_path: Path) -> None:
    path = with_holidays(
        tmp_path,
        f"days_off = [{UNKNOWN}-05-05]",
        f"working_days = [{UNKNOWN}-10-02]",
    )
    zone = load_zone(path)
    assert days.due_on(zone, dt.date(UNKNOWN, 4, 1)) == dt.date(UNKNOWN, 5, 6)
    assert days.due_on(zone, dt.date(UNKNOWN, 9, 1)) == dt.date(UNKNOWN, 10, 2)
    assert not days.is_known(zone, UNKNOWN)


def test_a_year_s_whole_calendar_takes_the_place_of_the_estimate(tmp_path: Path) -> None:
    path = with_holidays(
        tmp_path,
        f'days_off = ["{UNKNOWN}-05-01/{UNKNOWN}-05-03"]',
        f"working_days = [{UNKNOWN}-10-02]",
        f"whole_years = [{UNKNOWN}]",
    )
    zone = load_zone(path)
    assert days.is_known(zone, UNKNOWN)
    assert days.due_on(zone, dt.date(UNKNOWN, 4, 1)) == dt.date(UNKNOWN, 5, 4)
    assert days.due_on(zone, dt.date(UNKNOWN, 9, 1)) == dt.date(UNKNOWN, 10, 2)


def test_which_of_this_and_the_next_year_are_missing(zone: Zone, tmp_path: Path) -> None:
    assert days.missing_years(zone, day("2021-11-30")) == []
    assert days.missing_years(zone, dt.date(UNKNOWN, 1, 1)) == [UNKNOWN, UNKNOWN + 1]
    filled = load_zone(with_holidays(tmp_path, f"whole_years = [{UNKNOWN}]"))
    assert days.missing_years(filled, dt.date(UNKNOWN - 1, 12, 1)) == [UNKNOWN - 1]


def test_an_estimate_is_told_once_for_all_months(
    zone: Zone, caplog: pytest.LogCaptureFixture
) -> None:
    """The December before is due in the year, too."""
    months = [dt.date(2021, 5, 1), *(dt.date(UNKNOWN, n, 1) for n in range(1, 13))]
    notes = Notes()
    with caplog.at_level(logging.WARNING, logger="guoban"):
        days.say_estimated(zone, months, notes)
        days.say_estimated(zone, months, notes)
    (note,) = notes
    assert f"{UNKNOWN}、{UNKNOWN + 1}年" in note.chinese
    assert f"of {UNKNOWN}, {UNKNOWN + 1} are not known" in note.english
    assert len(caplog.records) == 1


def test_known_years_are_no_matter_for_a_note(zone: Zone) -> None:
    notes = Notes()
    days.say_estimated(zone, [dt.date(2021, n, 1) for n in range(1, 13)], notes)
    assert notes == []


def test_calendars_and_the_zone_s_days_are_part_of_what_judges(zone: Zone, tmp_path: Path) -> None:
    names = {one.split()[0] for one in _libraries()}
    assert {"chinesecalendar", "holidays"} <= names
    edited = load_zone(with_holidays(tmp_path, "days_off = [2021-06-02]"))
    assert edited.fingerprint() != zone.fingerprint()
    # No file is read again for it, but those of the months that it moves.
    assert edited.fingerprint_of_reading() == zone.fingerprint_of_reading()
