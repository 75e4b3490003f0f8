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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

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

import schemas
from flows.ground.addresses import Address
from flows.ground.errors import SettingsError
from flows.ground.notes import Note
from flows.ground.settings import CHECKS
from flows.ground.wrong import YEARS, WrongError, nearest, words_of, words_of_syntax
from flows.values import printed
from flows.values.dates import parse_month
from flows.values.numbers import parse_number
from flows.values.text import folded
from flows.values.units import UnknownRateError, yuan_per
from schemas.indicators import INDICATORS
from schemas.rules import Structural, all_rules

# The scope of all departments together; no department may be called so.
WHOLE_ZONE = "全区"
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
        raise WrongError(
            'an amount with its unit is wanted, such as "1亿元" or "10万元"',
            '应填带单位的金额，如"1亿元"、"10万元"',
        )
    try:
        yuan = number.value * yuan_per(number.unit)
        return yuan.to_integral_value() if yuan == yuan.to_integral_value() else yuan
    except UnknownRateError:
        raise WrongError(
            f"{number.unit} is no amount in yuan", f"{number.unit}不是人民币的单位"
        ) from None


def _month(value: object) -> object:
    month = parse_month(value) if isinstance(value, str) else None
    if month is None:
        raise WrongError('a month is wanted, such as "2021-01"', '应填年月，如"2021-01"')
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
        raise WrongError(
            f"{value!r} is no span of days of a holiday, the first before the last",
            f"“{value}”不是一段假期：前一天应早于后一天，且不超过两个月",
        )
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _pattern(value: str) -> str:
    try:
        groups = re.compile(value).groupindex
        # Frames are checked by another engine, which knows no look-around: Rust's, as here.
        TypeAdapter(Annotated[str, Field(pattern=value)])
    except (re.error, SchemaError) as error:
        raise WrongError(
            f"this is no regular expression that can be used: {error}",
            "这不是可用的正则表达式（不支持前后查找，括号须成对）",
        ) from error
    if "year" not in groups:
        raise WrongError(
            "the pattern needs a group named year: (?P<year>[0-9]{4})",
            "须有名为year的分组，即编号中的年份：(?P<year>[0-9]{4})",
        )
    return value


def _name(value: str) -> str:
    if not value.strip():
        raise WrongError("this name is blank", "名称是空白")
    if len(value) > _LONGEST_NAME or _UNNAMEABLE.search(value):
        raise WrongError(
            f"a name is one line of at most {_LONGEST_NAME} characters",
            f"名称应为一行，不超过{_LONGEST_NAME}个字",
        )
    return value


def _known_rule(value: str) -> str:
    known = all_rules().keys() | {path.stem for path in CHECKS.glob("*.sql")}
    if value not in known:
        near = nearest(value.upper(), known)
        raise WrongError(
            f"there is no rule {value!r}{f'; did you mean {near!r}?' if near else ''}; "
            "`guoban rules` lists them",
            f"没有规则“{value}”{f'，是否为{near}？' if near else ''}（guoban rules列出全部规则）",
        )
    return value


PlainName = Annotated[str, AfterValidator(_name)]
# As many yuan as a column of money holds, and no more places.
Yuan = Annotated[Decimal, BeforeValidator(_yuan), Field(ge=1, max_digits=16, decimal_places=0)]
Month = Annotated[dt.date, BeforeValidator(_month)]
Days = Annotated[frozenset[dt.date], BeforeValidator(_days)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_YEAR = re.compile(r"[12][0-9]{3}")


class _Dated(_Part):
    """Settings that may stand for a year: `[readings.2024]` says what is otherwise in that one."""

    years: Mapping[int, Self] = {}

    @model_validator(mode="before")
    @classmethod
    def _by_years(cls, given: object) -> object:
        """A year's settings made whole by those that stand for every year."""
        if not isinstance(given, dict):
            return given
        base = {name: value for name, value in given.items() if not _is_of_year(name, value)}
        years = {
            int(name): {**base, **value}
            for name, value in given.items()
            if _is_of_year(name, value)
        }
        return {**base, YEARS: years} if years else base

    def of(self, month: dt.date | None) -> Self:
        """The settings that hold for the month."""
        return self if month is None else self.years.get(month.year, self)


def _is_of_year(name: object, value: object) -> bool:
    return isinstance(name, str) and isinstance(value, dict) and bool(_YEAR.fullmatch(name))


class Name(_Part):
    """Who the zone is, and whom departments ask."""

    name: PlainName
    former_names: tuple[PlainName, ...] = ()
    contact: str = ""


class Readings(_Dated):
    """What the definitions leave open."""

    talk_rate_by: Literal["count", "amount"] = "count"
    major_counts: Literal["signed", "started"] = "signed"
    time_basis: Literal["month", "day"] = "month"


class Thresholds(_Dated):
    """Amounts from which a project counts, and between which one is plausible, in yuan."""

    large_project_cny: Yuan = Field(alias="large_project")
    talk_project_cny: Yuan = Field(alias="talk_project")
    major_project_cny: Yuan = Field(alias="major_project")
    implausible_below_cny: Yuan = Field(alias="implausible_below")
    implausible_from_cny: Yuan = Field(alias="implausible_from")

    @model_validator(mode="after")
    def _are_in_order(self) -> Thresholds:
        """What counts is plausible, and a major project is a large one."""
        amounts = {
            field.alias: getattr(self, name)
            for name, field in type(self).model_fields.items()
            if field.alias
        }
        for low, high in (
            ("implausible_below", "implausible_from"),
            ("implausible_below", "large_project"),
            ("implausible_below", "talk_project"),
            ("large_project", "major_project"),
            ("talk_project", "implausible_from"),
            ("major_project", "implausible_from"),
        ):
            if amounts[low] > amounts[high]:
                raise WrongError(
                    f"out of order: {low} is greater than {high!r}", f"先后颠倒：{low}大于{high}"
                )
        return self


class Projects(_Part):
    """How projects are numbered, and the one that a secretary serves."""

    number_pattern: Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
    number_example: str = ""
    secretary_project: str = ""

    @model_validator(mode="after")
    def _has_a_pattern_that_numbers_fit(self) -> Projects:
        for name in ("number_example", "secretary_project"):
            number = getattr(self, name)
            found = re.fullmatch(self.number_pattern, number) if number else None
            if number and found is None:
                raise WrongError(
                    f"number_pattern does not fit {name}, {number!r}",
                    f"number_pattern与{name}“{number}”不符",
                )
            if found and not _YEAR.fullmatch(found["year"] or ""):
                raise WrongError(
                    f"in {number!r} the group year of number_pattern is {found['year']!r}",
                    f"按number_pattern，“{number}”中的年份是“{found['year']}”，不是四位年份",
                )
        return self


class Campaign(_Part):
    """A campaign ("攻坚"): its first day is day 0."""

    name: str = ""
    starts_on: dt.date
    ends_on: dt.date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Campaign:
        if self.ends_on <= self.starts_on:
            raise WrongError("ends_on must be after starts_on", "ends_on应晚于starts_on")
        return self


def _weight(value: object) -> object:
    # As it is written: 0.3 in binary is none.
    return str(value) if isinstance(value, float) else value


Weight = Annotated[Decimal, BeforeValidator(_weight), Field(ge=0, max_digits=12)]


class Score(_Part):
    """What each figure weighs in a department's overall score; those that are not named weigh 1."""

    weights: dict[str, Weight] = {}

    def weight_of(self, code: str) -> Decimal:
        """What the figure weighs."""
        return self.weights.get(code, Decimal(1))

    @model_validator(mode="after")
    def _weighs_figures_with_tasks(self) -> Score:
        known = [one.code for one in INDICATORS if one.has_target]
        for code in self.weights:
            if code not in known:
                raise WrongError(
                    f"{code!r} is no figure with a task; these are: {', '.join(known)}",
                    f"“{code}”不是有目标任务的指标；可填：{'、'.join(known)}",
                )
        if not any(self.weights.get(code, 1) for code in known):
            raise WrongError("weights: one of them has to be more than 0", "weights：至少一项大于0")
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
            raise WrongError('a time of the day is wanted, such as "18:00"', '应填时刻，如"18:00"')
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


class Bulletin(_Part):
    """How the month's bulletin and the weekly one (`guoban bulletin`) are headed, signed and sent.

    Templates are .docx files of the zone's own; a relative path starts from the zone's file.
    """

    issuer: str = ""
    document_number: str = ""
    copy_to: tuple[str, ...] = ()
    template: str = ""
    weekly_template: str = ""


class Holidays(_Part):
    """Days off and working days over the official calendar, or in its place for whole years."""

    days_off: Days = frozenset()
    working_days: Days = frozenset()
    whole_years: frozenset[int] = frozenset()

    @model_validator(mode="after")
    def _says_one_thing_of_a_day(self) -> Holidays:
        if both := sorted(self.days_off & self.working_days):
            raise WrongError(
                f"{both[0]} is a day off and a working day as well",
                f"{both[0]}既在休息日中，又在上班日中",
            )
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
            raise WrongError(
                f"without {self.rule!r} rows can't be placed or counted: it stays an error",
                f"没有“{self.rule}”就不能归属或计数，只能是error",
            )
        return self

    @model_validator(mode="after")
    def _begins_within_its_year(self) -> RuleSetting:
        if self.since and self.year is not None and self.since.year > self.year:
            raise WrongError(
                f"{self.rule!r} is set for {self.year}, but since {self.since:%Y-%m}: never",
                f"“{self.rule}”限于{self.year}年，却从{self.since:%Y-%m}起，永不生效",
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
    """A department ("填报单位"), its other names, and which returns it owes from which month.

    `until` is the last month that it reports for. What it filed stays; of later months it owes, and
    may file, nothing but corrections.
    """

    name: PlainName
    aliases: tuple[PlainName, ...] = ()
    owes: dict[str, tuple[str, ...]] = {}
    until: Month | None = None
    contact: str = ""
    """Whom to call there; stands in `guoban todo` alone."""
    notify: tuple[Address, ...] = Field((), repr=False)

    @model_validator(mode="after")
    def _owes_known_returns(self) -> Department:
        known = {model.form().slug for model in schemas.all_returns()}
        for month, returns in self.owes.items():
            first = parse_month(month)
            if first is None:
                raise WrongError(
                    f'{month!r} is no month, such as "2021-01"', f"“{month}”不是年月，如2021-01"
                )
            if self.until and first > self.until:
                raise WrongError(
                    f"it ends in {self.until:%Y-%m}, before it owes returns from {month!r}",
                    f"止于{self.until:%Y-%m}，却从“{month}”起应报",
                )
            for one in returns:
                if one not in known:
                    near = nearest(one, known)
                    raise WrongError(
                        f"there is no return {one!r}{f'; did you mean {near!r}?' if near else ''}",
                        f"没有报表“{one}”{f'，是否为{near}？' if near else ''}",
                    )
        return self

    @model_validator(mode="after")
    def _has_names(self) -> Department:
        if WHOLE_ZONE in {self.name, *self.aliases}:
            raise WrongError(
                f"{WHOLE_ZONE!r} means all departments together and can't be one",
                f"“{WHOLE_ZONE}”指各单位合计，不能作为单位的名称",
            )
        if not all(map(folded, (self.name, *self.aliases))):
            raise WrongError("a name or an alias is blank", "名称或别名是空白")
        return self


class Zone(_Part):
    """Everything that stands in `zone.toml`."""

    zone: Name
    readings: Readings = Readings()
    thresholds: Thresholds
    projects: Projects
    score: Score = Score()
    filing: Filing = Filing()
    schedule: Schedule = Schedule()
    bulletin: Bulletin = Bulletin()
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
                    raise WrongError(
                        f"departments: {known!r} is {other.name} and {one.name} as well",
                        f"departments：“{known}”既是{other.name}，又是{one.name}的名称或别名",
                    )
        return self

    @model_validator(mode="after")
    def _knows_who_may_correct(self) -> Zone:
        for name in self.filing.may_correct:
            if self.department_of(name) is None:
                near = self.nearest_department(name)
                raise WrongError(
                    f"filing.may_correct: there is no department {name!r}"
                    f"{f'; did you mean {near!r}?' if near else ''}",
                    f"filing.may_correct：没有单位“{name}”{f'，是否为{near}？' if near else ''}",
                )
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
        near = nearest(folded(text), self.roster)
        return self.roster[near] if near else None

    @property
    def ended(self) -> Mapping[str, dt.date]:
        """The departments that have ended, or are to, each with its last month."""
        return {one.name: one.until for one in self.departments if one.until}

    def owed(self) -> list[tuple[str, str, dt.date]]:
        """(department, return, first month) of everything that is expected, each return once."""
        first: dict[tuple[str, str], dt.date] = {}
        for one in self.departments:
            for text, returns in one.owes.items():
                if month := parse_month(text):
                    for slug in returns:
                        first[one.name, slug] = min(first.get((one.name, slug), month), month)
        return [(department, slug, month) for (department, slug), month in first.items()]

    def owed_for(self, month: dt.date) -> list[tuple[str, str]]:
        """(department, return) of everything that is expected for the month."""
        return [
            (department, slug)
            for department, slug, first in self.owed()
            if first <= month <= self.ended.get(department, month)
        ]

    @property
    def first_month(self) -> dt.date | None:
        """The first month for which any department owes anything; None where none ever does."""
        return min((month for _, _, month in self.owed()), default=None)

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

    def settings(self) -> Mapping[str, str]:
        """Every setting that judges, in words under its name: `thresholds.large_project` is 1亿元.

        Of a year's those that are otherwise than in every year.
        """
        plain = self.model_dump(by_alias=True, exclude=_NOT_JUDGED_BY)
        for part in ("thresholds", "readings"):
            base = plain[part]
            for year, dated in base.pop(YEARS).items():
                base[str(year)] = {k: v for k, v in dated.items() if base.get(k, v) != v}
        plain["departments"] = {one["name"]: one for one in plain["departments"]}
        plain["rules"] = {str(number): one for number, one in enumerate(plain["rules"], start=1)}
        return dict(_told("", plain))

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


def _told(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A setting, or all in a part, each under its name, in words."""
    match value:
        case dict() if name.endswith(".owes"):
            yield name, "；".join(f"{month} {'、'.join(owed)}" for month, owed in value.items())
        case dict():
            for key, inner in value.items():
                yield from _told(f"{name}.{key}" if name else key, inner)
        case Decimal() if name.startswith("thresholds."):
            yield name, printed.threshold(value)
        case bool():
            yield name, str(value).lower()
        case tuple() | list():
            yield name, "、".join(map(str, value))
        case frozenset():
            yield name, "、".join(map(str, sorted(value)))
        case _:
            yield name, "" if value is None else str(value)


# Whom to tell and call, when serve refreshes, how bulletins look, and how the zone was called, is no
# part of what there is to tell.
_NOT_JUDGED_BY: dict[str, Any] = {
    "zone": {"former_names"},
    "schedule": True,
    "bulletin": True,
    "notifications": True,
    "departments": {"__all__": {"notify", "contact"}},
}
_COUNTED_FROM: dict[str, Any] = dict.fromkeys(
    ("large_project_cny", "talk_project_cny", "major_project_cny"), True
)
# What no file is recognised, typed or judged by in itself.
_NOT_READ_BY: dict[str, Any] = {
    **_NOT_JUDGED_BY,
    "zone": {"contact", "former_names"},
    "readings": True,
    "score": True,
    "schedule": True,
    "thresholds": {**_COUNTED_FROM, "years": {"__all__": _COUNTED_FROM}},
    "projects": {"secretary_project", "number_example"},
    "campaign": True,
    "filing": {"due_day", "late_by", "may_correct", "days_off", "working_days"},
    "holidays": True,
    "departments": {"__all__": {"owes", "notify", "contact"}},
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
        raise SettingsError(
            f"{path}: can't be read: {error.strerror}", f"{path}：无法读取（{error.strerror}）"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path}: is not UTF-8 text; save it as UTF-8", f"{path}：不是UTF-8文本，请另存为UTF-8"
        ) from error
    return zone_of(text, str(path))


def zone_of(text: str, source: str) -> Zone:
    """The zone that a text makes. Raises SettingsError that names the source and the line."""
    try:
        plain = parsed(text)
    except ValueError as error:
        said = words_of_syntax(error, text)
        raise SettingsError(f"{source}: {said.english}", f"{source}：{said.chinese}") from error
    try:
        return Zone.model_validate(plain)
    except ValidationError as errors:
        notes = [_said(source, text, plain, one) for one in _of_own(errors.errors(), plain)]
        raise SettingsError(
            "\n".join(dict.fromkeys(one.english for one in notes)),
            "\n".join(dict.fromkeys(one.chinese for one in notes)),
        ) from None


def parsed(text: str) -> dict[str, Any]:
    """What a TOML text holds. Raises ValueError where it is none."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("too many brackets within each other") from None


def _of_own(errors: Iterable[Mapping[str, Any]], plain: Mapping[str, Any]) -> Iterator[Any]:
    """The findings, without those of what a year only has from the settings of every year."""
    for error in errors:
        match error["loc"]:
            case (part, "years", year, name, *_) if name not in plain[part][str(year)]:
                continue
            case _:
                yield error


def _said(source: str, text: str, plain: Mapping[str, Any], error: Mapping[str, Any]) -> Note:
    """A finding with its place: source, line, setting; a department by its name."""
    place: Sequence[str | int] = tuple(
        str(part) if before == YEARS else part
        for before, part in pairwise((None, *error["loc"]))
        if part != YEARS
    )
    said = words_of(error, Zone)
    quoted = re.match(r"[^']*'([^']+)'", said.english)
    line = line_of(text, place, quoted[1] if quoted else None)
    name = ".".join(_named(place, plain))
    return Note(
        f"{source}{f', line {line}' if line else ''}: {f'{name}: ' if name else ''}{said.english}",
        f"{source}{f'第{line}行' if line else ''}：{f'{name}：' if name else ''}{said.chinese}",
    )


def _named(place: Sequence[str | int], plain: Mapping[str, Any]) -> Iterator[str]:
    """The parts of a place as people find them: a department by its name, others counted from one."""
    for number, part in enumerate(place):
        if not isinstance(part, int):
            yield part
            continue
        department = plain["departments"][part] if place[:number] == ("departments",) else None
        name = department.get("name") if isinstance(department, dict) else None
        yield name if isinstance(name, str) and name else str(part + 1)


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
    # Whether the line is in the table that is wanted, and which keys lead on from there.
    is_inside, left = True, [wanted[0], *keys]
    for number, line in enumerate(text.splitlines(), start=1):
        table = _TABLE.match(line)
        if table:
            head, *inner = table[2].split(".")
            if table[1] == "[[" and not inner:
                counts[head] = counts.get(head, 0) + 1
            nth = max(counts.get(head, 1) - 1, 0)
            is_inside = (head, nth) == wanted and keys[: len(inner)] == inner
            left = keys[len(inner) :]
            if is_inside:
                best = number
        elif is_inside and not left:
            if value and value in line:
                best = number
        elif is_inside and _begins(line, left[0]):
            return number
    return best


def _begins(line: str, key: str) -> bool:
    return bool(re.match(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""", line))
