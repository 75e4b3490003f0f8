"""What the figures should be and what each change should be put down to, in plain Python.

Two departments, three months, three projects that stay what they are; 02 and 03 of them, targets and
corrections. `Model` remembers what was filed and done; `Model.state` works out which versions are
in force, which rows are held and what each row contributes. `expected_changes` compares two states.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from drop import Drop

SIGNED, PAID = "signed_projects", "paid_in"
DEPARTMENTS = ("甲局", "乙局")
SCOPES = ("全区", *DEPARTMENTS)
MONTHS = ("2021-01", "2021-02", "2021-03")
# 乙局 has one project: where its row is held, its whole version is turned back.
PROJECTS = {"甲局": ("P2021-甲1", "P2021-甲2"), "乙局": ("P2021-乙1",)}
SIGNED_ON = {"P2021-甲1": "2021-01-03", "P2021-甲2": "2021-01-05", "P2021-乙1": "2021-01-13"}
ZONE = """
[zone]
name = "测试开发区"

[thresholds]
large_project = "1亿元"
talk_project = "1亿元"
major_project = "5亿元"
implausible_below = "1元"
implausible_from = "10000亿元"

[projects]
number_pattern = 'P(?P<year>[0-9]{4})-.*'

[[departments]]
name = "甲局"
owes."2021-01" = ["signed_projects", "paid_in"]

[[departments]]
name = "乙局"
owes."2021-01" = ["signed_projects", "paid_in"]
"""
# The two that may be decided to be one project; the first was signed first, and counts.
PAIR = ("P2021-甲1", "P2021-乙1")
CODES = {"ZS01": SIGNED, "ZS02": PAID, "ZS03": SIGNED}

# What a change is put down to: the kind of act, and the file by which it was done.
Cause = tuple[str, str | None]
# A row's amounts in 万元: of 02 its contract's, of 03 this month's and this year's.
Cells = tuple[int, ...]


class Place(NamedTuple):
    """Where one version is in force at a time: a department's return of a month."""

    slug: str
    department: str
    month: str

    def before(self) -> Place | None:
        place = MONTHS.index(self.month)
        return self._replace(month=MONTHS[place - 1]) if place else None


class Reason(NamedTuple):
    """Why a row is held: the rule, and the place of the submission that it is judged by."""

    rule: str
    judged_by: Place


@dataclass(eq=False)
class Filed:
    """A version of a return; `under_lock` is the lock of its month that it was filed under."""

    file: str
    place: Place
    rows: dict[str, Cells]
    under_lock: int | None
    is_withdrawn: bool = False
    restored: int = 0
    """How often somebody has made it count again."""
    is_sound: bool = True
    """Whether its amounts can be read; else rules inside the file turn it back."""


@dataclass(eq=False)
class Form:
    """A correction (14) of a project's contract amount in a month."""

    file: str
    department: str
    month: str
    project: str
    new: int
    is_in_force: bool = True


@dataclass(eq=False)
class Target:
    """A target of ZS01 in a file of its own."""

    file: str
    scope: str
    month: str
    value: int
    is_in_force: bool = True


@dataclass
class Model:
    """Everything that was filed and done; what was restored stands behind what had come by then."""

    filed: list[Filed] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    locks: dict[str, int] = field(default_factory=dict)
    is_same: bool = False
    large: int = 10_000

    def newest(self, place: Place) -> Filed | None:
        """The newest version that a rule could look at."""
        found = [one for one in self.filed if one.place == place and self.is_accepted(one)]
        return found[-1] if found else None

    def is_accepted(self, one: Filed) -> bool:
        is_locked_out = (
            one.under_lock is not None and self.locks.get(one.place.month) == one.under_lock
        )
        return one.is_sound and not one.is_withdrawn and not is_locked_out

    def restore(self, one: Filed) -> None:
        """Makes a version count again, until a later one comes."""
        self.filed.remove(one)
        self.filed.append(one)
        one.is_withdrawn = False
        one.restored += 1

    def form_on(self, place: Place, project: str) -> Form | None:
        """The correction in force of that row."""
        found = [
            one
            for one in self.forms
            if one.is_in_force and (one.month, one.project) == (place.month, project)
        ]
        return found[0] if found and place.slug == SIGNED else None

    def state(self) -> State:
        """What counts now. A version whose every row is held is turned back, and all asked again."""
        turned_back: dict[Filed, dict[str, frozenset[Reason]]] = {}
        while True:
            current: dict[Place, Filed] = {}
            doubted: set[Filed] = set()
            for one in self.filed:
                if not self.is_accepted(one) or one in turned_back:
                    continue
                standing = current.get(one.place)
                is_doubted = standing is not None and lacks_too_much(one, standing)
                if is_doubted and not one.restored:
                    doubted.add(one)
                else:
                    current[one.place] = one
            state = State(
                current=current,
                turned_back=dict(turned_back),
                doubted=frozenset(doubted),
                received=frozenset(self.filed),
                withdrawn=frozenset(one for one in self.filed if one.is_withdrawn),
                restored={one: one.restored for one in self.filed},
                locked_out=frozenset(
                    one for one in self.filed if not one.is_withdrawn and not self.is_accepted(one)
                ),
                forms=tuple(one for one in self.forms if one.is_in_force),
                targets=tuple(one for one in self.targets if one.is_in_force),
                is_same=self.is_same,
                large=self.large,
            )
            more = {
                one: {project: state.reasons_to_hold(place, project) for project in one.rows}
                for place, one in current.items()
                if one.rows and all(state.reasons_to_hold(place, project) for project in one.rows)
            }
            if not more:
                return state
            turned_back |= more

    def must_block(self, month: str) -> bool:
        """Whether a lock of the month has to be refused: for a version that rules inside it turned back,

        and behind which none counts.
        """
        current = self.state().current
        return any(
            not one.is_sound
            and not one.is_withdrawn
            and one.place.month == month
            and current.get(one.place) not in self.filed[number:]
            for number, one in enumerate(self.filed)
        )

    def has_errors(self, month: str) -> bool:
        """Whether something may block a lock of the month."""
        state = self.state()
        return (
            self.must_block(month)
            or any(one.place.month == month for one in [*state.turned_back, *state.doubted])
            or any(one.month == month for one in self.forms)
            or any(
                state.reasons_to_hold(place, project)
                for place, one in state.current.items()
                if place.month == month
                for project in one.rows
            )
            or any(
                # M401: a project of last month is gone.
                before is not None and set(before.rows) - set(one.rows)
                for place, one in state.current.items()
                if place.month == month
                for before in [state.current.get(place.before() or place)]
            )
        )


@dataclass(frozen=True, eq=False)
class State:
    """What counts at one moment."""

    current: dict[Place, Filed]
    turned_back: dict[Filed, dict[str, frozenset[Reason]]]
    doubted: frozenset[Filed]
    received: frozenset[Filed]
    withdrawn: frozenset[Filed]
    restored: Mapping[Filed, int]
    locked_out: frozenset[Filed]
    forms: tuple[Form, ...]
    targets: tuple[Target, ...]
    is_same: bool
    large: int

    @cached_property
    def months(self) -> set[str]:
        """The months there are figures for: from the first to the last with an accepted return."""
        filed = self.received - self.withdrawn - self.locked_out - self.doubted
        filed -= self.turned_back.keys()
        known = [one.place.month for one in filed]
        return {one for one in MONTHS if known and min(known) <= one <= max(known)}

    def cells(self, place: Place, project: str) -> Cells | None:
        """What stands in a row in force."""
        filed = self.current.get(place)
        return filed.rows.get(project) if filed else None

    def latest(self, slug: str, department: str) -> Place | None:
        """The place of the latest month in which a department's return is in force."""
        found = [one for one in self.current if (one.slug, one.department) == (slug, department)]
        return max(found, key=lambda one: one.month) if found else None

    def paid_so_far(self, department: str, month: str) -> int:
        """本年累计 of the months before, as the nearest of them in force has it."""
        place = Place(PAID, department, month).before()
        while place is not None:
            cells = self.cells(place, PROJECTS[department][0])
            if cells is not None:
                return cells[1]
            place = place.before()
        return 0

    # --- rules ------------------------------------------------------------------------------------

    def reasons_to_hold(self, place: Place, project: str) -> frozenset[Reason]:
        """The rules that hold a row of a version in force."""
        cells = self.cells(place, project)
        if cells is None:
            return frozenset()
        reason = (self._m403 if place.slug == SIGNED else self._m405)(place, project, cells)
        return frozenset(one for one in (reason, self._c301(place, project)) if one)

    def _m403(self, place: Place, project: str, cells: Cells) -> Reason | None:
        """Another amount than last month, without a correction; going back to what stood is none."""
        if not self._is_unexcused_change(place, project):
            return None
        last = place.before()
        earlier = last.before() if last else None
        goes_back = (
            last is not None
            and earlier is not None
            and self._is_unexcused_change(last, project)
            and self.cells(earlier, project) == cells
        )
        return None if goes_back or last is None else Reason("M403", last)

    def _is_unexcused_change(self, place: Place, project: str) -> bool:
        last = place.before()
        before = self.cells(last, project) if last else None
        is_excused = any((one.month, one.project) == (place.month, project) for one in self.forms)
        return before is not None and before != self.cells(place, project) and not is_excused

    def _m405(self, place: Place, project: str, cells: Cells) -> Reason | None:
        """本年累计 is not last month's and this month's; nor would be, were last month's right."""
        last = place.before()
        if last is None or last not in self.current:
            return None
        earlier = last.before()
        before = self.cells(last, project)
        if before is None:
            return None
        paid, so_far = cells
        ytd_before = self.cells(earlier, project) if earlier else (0, 0)
        right = {before[1] + paid}
        if ytd_before is not None:
            right.add(ytd_before[1] + before[0] + paid)
        return None if so_far in right else Reason("M405", last)

    def _c301(self, place: Place, project: str) -> Reason | None:
        """Money of a project that the department's 02 of the month does not have."""
        contracts = place._replace(slug=SIGNED)
        is_missing = contracts in self.current and self.cells(contracts, project) is None
        return Reason("C301", contracts) if place.slug == PAID and is_missing else None

    # --- figures ----------------------------------------------------------------------------------

    def counts_elsewhere(self, place: Place, project: str) -> bool:
        """Whether a row is left out because the other of the pair counts for both."""
        first, other = PAIR
        if not self.is_same or project != other or place.slug != SIGNED:
            return False
        leading = place._replace(department=DEPARTMENTS[0])
        return self.cells(leading, first) is not None and not self.reasons_to_hold(leading, first)

    def contribution(self, code: str, place: Place, project: str) -> Decimal:
        """What a row adds to an indicator."""
        cells = self.cells(place, project)
        if cells is None or self.reasons_to_hold(place, project):
            return Decimal(0)
        if self.counts_elsewhere(place, project):
            return Decimal(0)
        return Decimal(cells[0] >= self.large) if code == "ZS03" else Decimal(cells[0]) / 10_000

    def value(self, code: str, scope: str, month: str) -> Decimal | None:
        """A figure; null where nothing was filed for it."""
        places = places_of(code, scope, month)
        if not any(place in self.current for place in places) or month not in self.months:
            return None
        rows = ((place, project) for place in places for project in PROJECTS[place.department])
        return sum((self.contribution(code, *row) for row in rows), Decimal(0))

    def target(self, scope: str, month: str) -> Target | None:
        """The target in force: the newest up to the month, else the first of the year."""
        issued = sorted((one for one in self.targets if one.scope == scope), key=lambda t: t.month)
        in_force = [one for one in issued if one.month <= month]
        if month not in self.months or not issued:
            return None
        return in_force[-1] if in_force else issued[0]

    def figures(self, month: str) -> dict[tuple[str, str], tuple[Decimal | None, Decimal | None]]:
        """(value, target) by scope and indicator."""
        found: dict[tuple[str, str], tuple[Decimal | None, Decimal | None]] = {}
        for scope, code in itertools.product(SCOPES, CODES):
            target = self.target(scope, month) if code == "ZS01" else None
            found[scope, code] = (
                self.value(code, scope, month),
                Decimal(target.value) if target else None,
            )
        return found


def lacks_too_much(one: Filed, standing: Filed) -> bool:
    """Whether a version is in doubt: no row in common with what stands, or most of its rows lacking."""
    lacking = standing.rows.keys() - one.rows.keys()
    return bool(lacking) and (
        lacking == standing.rows.keys() or 2 * len(lacking) > len(standing.rows)
    )


def places_of(code: str, scope: str, month: str) -> list[Place]:
    """The returns that a figure rests on: of the month, of payments the year's up to it."""
    members = DEPARTMENTS if scope == "全区" else (scope,)
    months = [one for one in MONTHS if one <= month] if code == "ZS02" else [month]
    return [Place(CODES[code], one, when) for one in members for when in months]


# --- files ----------------------------------------------------------------------------------------


def file_return(drop: Drop, filed: Filed) -> None:
    """Writes the workbook of a version."""
    place = filed.place
    written: list[dict[str, Any]] = []
    for project, cells in filed.rows.items():
        named = {"project_id": project, "project_name": project}
        if place.slug == SIGNED:
            signed = {"signed_on": SIGNED_ON[project], "investor": f"{project}公司"}
            amount = cells[0] if filed.is_sound else f"约{cells[0]}"
            written.append({**named, **signed, "contract_amount_cny": amount})
        else:
            paid, so_far = cells
            money = {"paid_month_cny": paid, "paid_ytd_cny": so_far, "paid_total_cny": so_far}
            written.append({**named, **money, "evidence_no": f"{project}/{place.month}"})
    drop.put(filed.file, place.slug, place.department, place.month, written)


def file_target(drop: Drop, target: Target) -> None:
    """Writes the workbook of a target; one department files those of all."""
    row = {"department": target.scope, "year": 2021, "indicator_code": "ZS01", "indicator": "合同",
           "target": target.value, "unit": "亿元", "doc_no": "号",
           "issued_on": f"{target.month}-06"}  # fmt: skip
    drop.put(target.file, "annual_targets", DEPARTMENTS[0], target.month, [row])


# --- causes ---------------------------------------------------------------------------------------

# A part of a change: how much, and what it may be put down to (more where the domain leaves it open).
Part = tuple[Decimal, frozenset[Cause]]
DEFINITION: Cause = ("definition", None)
DECISION: Cause = ("decision", None)


def expected_changes(
    month: str, base: State, now: State
) -> dict[tuple[str, str, str, str], list[Part]]:
    """The changed figures of a month, (month, scope, code, figure), with the parts of the change."""
    found: dict[tuple[str, str, str, str], list[Part]] = {}
    for scope, code in itertools.product(SCOPES, CODES):
        if base.value(code, scope, month) == now.value(code, scope, month):
            continue
        places = places_of(code, scope, month)
        parts = []
        for place in places:
            for project in PROJECTS[place.department]:
                old = base.contribution(code, place, project)
                new = now.contribution(code, place, project)
                if old != new:
                    parts.append((new - old, causes_of_row(place, project, base, now)))
        # A figure that came or went with nothing that counts.
        acts = frozenset(one for place in places for one in _acts(place, base, now))
        found[month, scope, code, "value"] = parts or [(Decimal(0), acts)]
    for scope in SCOPES:
        before, after = base.target(scope, month), now.target(scope, month)
        change = (after.value if after else 0) - (before.value if before else 0)
        if change:
            causes = _causes_of_target(before, after, base)
            found[month, scope, "ZS01", "target_value"] = [(Decimal(change), causes)]
    return found


def fits(found: dict[Cause, Decimal], parts: list[Part]) -> bool:
    """Whether the causes told are the parts', added up by cause; causes that cancel out are none."""
    for chosen in itertools.product(*(causes for _, causes in parts)):
        sums: dict[Cause, Decimal] = {}
        for (change, _), cause in zip(parts, chosen, strict=True):
            sums[cause] = sums.get(cause, Decimal(0)) + change
        if len(sums) > 1 or any(sums.values()):
            sums = {cause: change for cause, change in sums.items() if change} or sums
        if sums == found:
            return True
    return False


def causes_of_row(place: Place, project: str, base: State, now: State) -> frozenset[Cause]:
    """What a row's changed contribution is put down to."""
    own = _act(place, base, now)
    if own is not None and base.cells(place, project) != now.cells(place, project):
        return frozenset([_corrected(place, project, now) or own])
    reasons = _causes_of_reason(place, project, base, now)
    # The row's own cells are the same, its version is another: the domain names the version.
    return reasons | {own} if own is not None and reasons != {DEFINITION} else reasons


def _causes_of_reason(place: Place, project: str, base: State, now: State) -> frozenset[Cause]:
    """The row itself is as it was: what let it in or out."""
    held = _reasons(place, project, base, now)
    if held:
        if form := _act_on_form(place, project, base, now):
            return frozenset([form])
        found = frozenset(one for reason in held for one in _acts(reason.judged_by, base, now))
        # What the rule names did not change: nobody says who did it.
        return found or frozenset([DEFINITION])
    if base.counts_elsewhere(place, project) != now.counts_elsewhere(place, project):
        if base.is_same != now.is_same:
            return frozenset([DECISION])
        return causes_of_row(place._replace(department=DEPARTMENTS[0]), PAIR[0], base, now)
    return frozenset([DEFINITION])


def _act(place: Place, base: State, now: State) -> Cause | None:
    """What brought another version: its own file or its restoration, or the withdrawal of the one

    before; else a rule.
    """
    before, after = base.current.get(place), now.current.get(place)
    if before is after:
        return None
    if after is not None and (after not in base.received or after in base.locked_out):
        return ("resubmission" if before else "new_file", after.file)
    if after is not None and now.restored[after] > base.restored.get(after, 0):
        return ("restoration", after.file)
    if before is not None and before in now.withdrawn - base.withdrawn:
        return ("withdrawal", before.file)
    return None


def _acts(place: Place, base: State, now: State) -> Iterable[Cause]:
    """What a place's change is put down to, through the rules that made it where no act did."""
    act = _act(place, base, now)
    if act is not None:
        return [act]
    found: set[Cause] = set()
    for project in PROJECTS[place.department]:
        if form := _act_on_form(place, project, base, now):
            found.add(form)
        for reason in _reasons(place, project, base, now):
            if reason.judged_by != place:
                found |= set(_acts(reason.judged_by, base, now))
    # At second hand: a rule names the month before, and another rule what that one is judged by.
    return found | {DEFINITION} if found else found


def _reasons(place: Place, project: str, base: State, now: State) -> frozenset[Reason]:
    """The reasons to hold the row that came or went, also where its whole version did with them."""
    before, after = base.current.get(place), now.current.get(place)
    if before is after:
        return base.reasons_to_hold(place, project) ^ now.reasons_to_hold(place, project)
    found: frozenset[Reason] = frozenset()
    if before is not None:
        found |= now.turned_back.get(before, {}).get(project, frozenset())
    if after is not None:
        found |= base.turned_back.get(after, {}).get(project, frozenset())
    return found | (base.reasons_to_hold(place, project) ^ now.reasons_to_hold(place, project))


def _corrected(place: Place, project: str, now: State) -> Cause | None:
    """The correction in force that names the row's cell at the value that stands there now."""
    cells = now.cells(place, project)
    for one in now.forms:
        named = (one.month, one.project, (one.new,))
        if place.slug == SIGNED and named == (place.month, project, cells):
            return ("correction", one.file)
    return None


def _act_on_form(place: Place, project: str, base: State, now: State) -> Cause | None:
    """A correction of the row that came or was withdrawn."""
    if place.slug != SIGNED:
        return None
    for one in set(base.forms) ^ set(now.forms):
        if (one.month, one.project) == (place.month, project):
            return ("correction" if one in now.forms else "withdrawal", one.file)
    return None


def _causes_of_target(before: Target | None, after: Target | None, base: State) -> frozenset[Cause]:
    if after is not None and after not in base.targets:
        return frozenset([("target", after.file)])
    if before is not None:
        return frozenset([("withdrawal", before.file)])
    return frozenset([DEFINITION])
