"""`zone.toml`: everything that a zone decides for itself, read and checked before anything runs.

Another zone starts from its own copy and changes no code. What is wrong in it is said with the
file's name and line.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import SchemaError
from rapidfuzz import fuzz, process

import schemas
from flows.ground.addresses import Address
from flows.ground.errors import SettingsError
from flows.ground.settings import CHECKS
from flows.values.dates import parse_month
from flows.values.numbers import parse_number
from flows.values.text import folded
from flows.values.units import UnknownRateError, yuan_per
from schemas.rules import Structural, all_rules

# The scope of all departments together; no department may be called so.
WHOLE_ZONE = "全区"
NEAR_SCORE = 50
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)\s*[/至]\s*(\d{4}-\d\d-\d\d)")
# A longer one is a slip of the pen.
_LONGEST_HOLIDAY = dt.timedelta(days=62)
# Names stand in cells, at the foot of pages, in names of files and of a database's roles.
_LONGEST_NAME = 60
_UNNAMEABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def _yuan(value: object) -> object:
    """An amount as it is written in the file ("1亿元"), in yuan."""
    number = parse_number(value) if isinstance(value, str) else None
    if number is None or number.unit is None or number.is_percent:
        raise ValueError('an amount with its unit is wanted, such as "1亿元" or "10万元"')
    try:
        yuan = number.value * yuan_per(number.unit)
        return yuan.to_integral_value() if yuan == yuan.to_integral_value() else yuan
    except UnknownRateError:
        raise ValueError(f"{number.unit} is no amount in yuan") from None


def _month(value: object) -> object:
    month = parse_month(value) if isinstance(value, str) else None
    if month is None:
        raise ValueError('a month is wanted, such as "2021-01"')
    return month


def _days(value: object) -> object:
    """Days, and spans of days from the first to the last, as the notices of holidays give them."""
    return [day for one in value for day in _span(one)] if isinstance(value, list) else value


def _span(value: object) -> Iterable[object]:
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return [value]
    first, last = (dt.date.fromisoformat(day) for day in match.groups())
    if not dt.timedelta(0) <= last - first < _LONGEST_HOLIDAY:
        raise ValueError(f"{value!r} is no span of days of a holiday, the first before the last")
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _pattern(value: str) -> str:
    try:
        groups = re.compile(value).groupindex
        # Frames are checked by another engine, which knows no look-around: Rust's, as here.
        TypeAdapter(Annotated[str, Field(pattern=value)])
    except (re.error, SchemaError) as error:
        raise ValueError(f"this is no regular expression that can be used: {error}") from error
    if "year" not in groups:
        raise ValueError("the pattern needs a group named year: (?P<year>[0-9]{4})")
    return value


def _name(value: str) -> str:
    if not value.strip() or len(value) > _LONGEST_NAME or _UNNAMEABLE.search(value):
        raise ValueError(f"a name is one line of at most {_LONGEST_NAME} characters")
    return value


def _known_rule(value: str) -> str:
    known = all_rules().keys() | {path.stem for path in CHECKS.glob("*.sql")}
    if value not in known:
        raise ValueError(f"there is no rule {value!r}; `guoban rules` lists them")
    return value


PlainName = Annotated[str, AfterValidator(_name)]
# As many yuan as a column of money holds, and no more places.
Yuan = Annotated[Decimal, BeforeValidator(_yuan), Field(ge=1, max_digits=16, decimal_places=0)]
Month = Annotated[dt.date, BeforeValidator(_month)]
Days = Annotated[frozenset[dt.date], BeforeValidator(_days)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Part):
    """Who the zone is, and whom departments ask."""

    name: PlainName
    former_names: tuple[PlainName, ...] = ()
    contact: str = ""


class Readings(_Part):
    """What the definitions leave open."""

    talk_rate_by: Literal["count", "amount"] = "count"
    major_counts: Literal["signed", "started"] = "signed"
    time_basis: Literal["month", "day"] = "month"


class Thresholds(_Part):
    """Amounts from which a project counts, and between which one is plausible, in yuan."""

    large_project_cny: Yuan = Field(alias="large_project")
    talk_project_cny: Yuan = Field(alias="talk_project")
    major_project_cny: Yuan = Field(alias="major_project")
    implausible_below_cny: Yuan = Field(alias="implausible_below")
    implausible_from_cny: Yuan = Field(alias="implausible_from")


class Projects(_Part):
    """How projects are numbered, and the one that a secretary serves."""

    number_pattern: Annotated[str, Field(min_length=1), BeforeValidator(_pattern)]
    secretary_project: str = ""


class Campaign(_Part):
    """A campaign ("攻坚"): its first day is day 0."""

    name: str = ""
    starts_on: dt.date
    ends_on: dt.date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Campaign:
        if self.ends_on <= self.starts_on:
            raise ValueError("ends_on must be after starts_on")
        return self


class Filing(_Part):
    """When a return is due, what makes it late, and who may correct other departments' rows."""

    due_day: int = Field(2, ge=1, le=28)
    late_by: Literal["filed_on", "received_on"] = "filed_on"
    half_days: bool = False
    may_correct: tuple[str, ...] = ()
    # Where they stood before there was [holidays]; files that have them here hold as before.
    days_off: frozenset[dt.date] = frozenset()
    working_days: frozenset[dt.date] = frozenset()


def _times(value: object) -> object:
    times = [value] if isinstance(value, str) and value else value or []
    if not isinstance(times, list):
        return times
    for one in times:
        if not (isinstance(one, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", one)):
            raise ValueError('a time of the day is wanted, such as "18:00"')
    return [f"{one:0>5}" for one in times]


# Times of the day, "07:00" or several; none where it is empty.
Times = Annotated[tuple[dt.time, ...], BeforeValidator(_times)]


class Schedule(_Part):
    """When `guoban serve` refreshes besides whenever files arrive, Beijing time.

    `weekly_on` is a day of the week, Monday is 1; `close_at` is on due dates.
    """

    daily_at: Times = (dt.time(7),)
    weekly_on: int = Field(1, ge=1, le=7)
    weekly_at: Times = (dt.time(8, 30),)
    close_at: Times = (dt.time(18),)


class Holidays(_Part):
    """Days off and working days over the official calendar, or in its place for whole years."""

    days_off: Days = frozenset()
    working_days: Days = frozenset()
    whole_years: frozenset[int] = frozenset()

    @model_validator(mode="after")
    def _says_one_thing_of_a_day(self) -> Holidays:
        if both := sorted(self.days_off & self.working_days):
            raise ValueError(f"{both[0]} is a day off and a working day as well")
        return self


class Rates(_Part):
    """Rates of exchange; without one, amounts in that currency are not read (E007)."""

    usd_cny: Decimal | None = Field(None, gt=0)

    def as_mapping(self) -> Mapping[str, Decimal]:
        return {} if self.usd_cny is None else {"usd_cny": self.usd_cny}


class RuleSetting(_Part):
    """The zone's own severity of a rule, for one year, or from a month on.

    `beta` is a rule on trial: silent before `since`, never more than a warning afterwards. A rule
    that is structural at some cells stays an error there; one that is so everywhere can't be set
    to anything less.
    """

    rule: Annotated[str, AfterValidator(_known_rule)]
    severity: Literal["error", "warning", "info", "off", "beta"]
    year: int | None = None
    since: Month | None = None

    @model_validator(mode="after")
    def _softens_nothing_structural(self) -> RuleSetting:
        rule = all_rules().get(self.rule)
        if rule and rule.structural is Structural.EVERYWHERE and self.severity != "error":
            raise ValueError(
                f"without {self.rule!r} rows can't be placed or counted: it stays an error"
            )
        return self

    def applied(self, severity: str, month: dt.date | None) -> str | None:
        """The severity that this setting gives a finding of the month; None: not its business."""
        if self.severity == "beta":
            if self.since and month and month < self.since:
                return "off"
            return "warning" if severity == "error" else severity
        if self.year is not None and (month is None or month.year != self.year):
            return None
        if self.since is not None and (month is None or month < self.since):
            return None
        return self.severity


Event = Literal["failed", "returned", "due", "overdue", "complete", "moved", "weekly"]


class Notifications(_Part):
    """Whom the zone has told what happens, and what of it. Without an address nobody is told."""

    send_to: tuple[Address, ...] = Field((), repr=False)
    events: frozenset[Event] = frozenset(get_args(Event))
    overdue_days: frozenset[Annotated[int, Field(ge=1, le=60)]] = frozenset({1, 3, 7})
    """After how many days those are reminded who still owe."""


class Department(_Part):
    """A department ("填报单位"), its other names, and which returns it owes from which month."""

    name: PlainName
    aliases: tuple[PlainName, ...] = ()
    owes: dict[str, tuple[str, ...]] = {}
    notify: tuple[Address, ...] = Field((), repr=False)

    @model_validator(mode="after")
    def _owes_known_returns(self) -> Department:
        known = {model.form().slug for model in schemas.all_returns()}
        for month, returns in self.owes.items():
            if parse_month(month) is None:
                raise ValueError(f'{month!r} is no month, such as "2021-01"')
            for one in returns:
                if one not in known:
                    near = process.extractOne(one, known, scorer=fuzz.ratio)
                    raise ValueError(f"there is no return {one!r}; did you mean {near[0]!r}?")
        if WHOLE_ZONE in {self.name, *self.aliases}:
            raise ValueError(f"{WHOLE_ZONE!r} means all departments together and can't be one")
        return self


class Zone(_Part):
    """Everything that stands in `zone.toml`."""

    zone: Name
    readings: Readings = Readings()
    thresholds: Thresholds
    projects: Projects
    filing: Filing = Filing()
    schedule: Schedule = Schedule()
    holidays: Holidays = Holidays()
    campaign: Campaign | None = None
    rates: Rates = Rates()
    rules: tuple[RuleSetting, ...] = ()
    notifications: Notifications = Notifications()
    departments: tuple[Department, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_told_apart(self) -> Zone:
        taken: dict[str, Department] = {}
        for one in self.departments:
            for known in (one.name, *one.aliases):
                other = taken.setdefault(folded(known), one)
                if other is not one:
                    raise ValueError(
                        f"departments: {known!r} is {other.name} and {one.name} as well"
                    )
        return self

    @model_validator(mode="after")
    def _knows_who_may_correct(self) -> Zone:
        for name in self.filing.may_correct:
            if self.department_of(name) is None:
                raise ValueError(f"filing.may_correct: there is no department {name!r}")
        return self

    @functools.cached_property
    def roster(self) -> Mapping[str, str]:
        """Each department's name and other names, as they are compared, with its name."""
        return {
            folded(known): one.name
            for one in self.departments
            for known in (one.name, *one.aliases)
        }

    def department_of(self, text: str) -> str | None:
        """The department that the text is the name or an alias of."""
        return self.roster.get(folded(text))

    def offices_that_may_correct(self) -> frozenset[str]:
        """The departments whose corrections (14) may name any department's row."""
        found = {self.department_of(name) for name in self.filing.may_correct}
        return frozenset(name for name in found if name)

    def nearest_department(self, text: str) -> str | None:
        """The department that the text may have meant, for a suggestion."""
        near = process.extractOne(
            folded(text), self.roster.keys(), scorer=fuzz.ratio, score_cutoff=NEAR_SCORE
        )
        return self.roster[near[0]] if near else None

    def owed(self) -> list[tuple[str, str, dt.date]]:
        """(department, return, first month) of everything that is expected, each return once."""
        first: dict[tuple[str, str], dt.date] = {}
        for one in self.departments:
            for text, returns in one.owes.items():
                if month := parse_month(text):
                    for slug in returns:
                        first[one.name, slug] = min(first.get((one.name, slug), month), month)
        return [(department, slug, month) for (department, slug), month in first.items()]

    def severity(self, rule: str, severity: str, month: dt.date | None) -> str:
        """What a finding of the rule is in this zone: the severity, or "off". The last word counts."""
        for one in self.rules:
            if one.rule == rule and (wanted := one.applied(severity, month)):
                severity = wanted
        return severity

    @property
    def days_off(self) -> frozenset[dt.date]:
        """Days off of the zone's own, wherever in the file they stand."""
        return self.holidays.days_off | self.filing.days_off

    @property
    def working_days(self) -> frozenset[dt.date]:
        """Working days of the zone's own, wherever in the file they stand."""
        return self.holidays.working_days | self.filing.working_days

    def fingerprint(self) -> str:
        """A hash over all settings that judge: when it changes, what counts is settled again."""
        return _hash(self.model_dump(exclude=_NOT_JUDGED_BY))

    def fingerprint_of_reading(self) -> str:
        """A hash over the settings that reading a file rests on: when it changes, all are read again.

        When returns are due is none of them: by that only files of the months that it moves are
        read again.
        """
        plain = self.model_dump(exclude=_NOT_READ_BY)
        inside = all_rules()
        plain["rules"] = [one for one in plain["rules"] if one["rule"] in inside]
        return _hash(plain)


# Whom to tell, when serve refreshes, and how the zone was called, is no part of what there is to tell.
_NOT_JUDGED_BY: dict[str, Any] = {
    "zone": {"former_names"},
    "schedule": True,
    "notifications": True,
    "departments": {"__all__": {"notify"}},
}
# What no file is recognised, typed or judged by in itself.
_NOT_READ_BY: dict[str, Any] = {
    **_NOT_JUDGED_BY,
    "zone": {"contact", "former_names"},
    "readings": True,
    "schedule": True,
    "thresholds": {"large_project_cny", "talk_project_cny", "major_project_cny"},
    "projects": {"secretary_project"},
    "campaign": True,
    "filing": {"due_day", "late_by", "may_correct", "days_off", "working_days"},
    "holidays": True,
    "departments": {"__all__": {"owes", "notify"}},
}


def _hash(plain: Mapping[str, object]) -> str:
    text = json.dumps(plain, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    # Sorted: a set of dates has another order in every process.
    return sorted(value) if isinstance(value, frozenset) else str(value)


def load_zone(path: Path) -> Zone:
    """Reads the zone's file. Raises SettingsError that names the file and the line."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    try:
        plain = parsed(text)
    except ValueError as error:
        end = f"at line {len(text.splitlines())}, the end of the document"
        said = str(error).replace("at end of document", end)
        raise SettingsError(f"{path}: {said}") from error
    try:
        return Zone.model_validate(plain)
    except ValidationError as errors:
        raise SettingsError("\n".join(_said(path, text, one) for one in errors.errors())) from None


def parsed(text: str) -> dict[str, Any]:
    """What a TOML text holds. Raises ValueError where it is none."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("too many brackets within each other") from None


def _said(path: Path, text: str, error: Mapping[str, object]) -> str:
    place: Sequence[str | int] = error["loc"]  # type: ignore[assignment]
    message = str(error["msg"]).removeprefix("Value error, ")
    quoted = re.match(r"[^']*'([^']+)'", message)
    line = line_of(text, place, quoted[1] if quoted else None)
    name = ".".join(str(part) for part in place)
    return f"{path}{f', line {line}' if line else ''}: {f'{name}: ' if name else ''}{message}"


_TABLE = re.compile(r"""\s*(\[\[?)\s*["']?([\w.-]+)["']?\s*\]\]?""")


def line_of(text: str, place: Sequence[str | int], value: str | None = None) -> int | None:
    """The line of a TOML text in which the value at `place` stands, or the table it is missing in.

    Reads tables (`[zone]`, `[[departments]]`) and their keys; a place inside a value gives the
    line of the value's key. Where the place is a table or the whole text, `value` tells more: the
    last line there that has it.
    """
    if not place:
        found = (n for n, line in enumerate(text.splitlines(), start=1) if value and value in line)
        return max(found, default=None)
    wanted = (str(place[0]), place[1] if len(place) > 1 and isinstance(place[1], int) else 0)
    keys = [part for part in place[1:] if isinstance(part, str)]
    best = None
    counts: dict[str, int] = {}
    here: tuple[str, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        table = _TABLE.match(line)
        if table:
            nth = counts.get(table[2], 0) if table[1] == "[[" else 0
            counts[table[2]] = nth + 1
            here = (table[2], nth)
            if here == wanted:
                best = number
        elif here == wanted and not keys and value and value in line:
            best = number
        elif (
            here == wanted and keys and re.match(rf'\s*"?{re.escape(keys[0])}"?\s*[=.]', line)
        ) or (here is None and re.match(rf'\s*"?{re.escape(wanted[0])}"?\s*[=.]', line)):
            return number
    return best
