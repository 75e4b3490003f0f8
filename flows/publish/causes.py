"""Why published figures and their rows changed: `cause_of`, over what the publication recorded.

Rows' contributions add up to a figure, so the causes of the rows' changes add up to the figure's.
No culprit is guessed: where neither the row, a reason nor a correction names anything to which
something was done, rules or definitions are the cause.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import duckdb

from flows.ground.zone import WHOLE_ZONE
from flows.store.warehouse import fetch_rows
from schemas.indicators import INDICATORS
from schemas.labels import setting_words
from schemas.reasons import REASONS

# In which order the causes of one figure's change are told.
CAUSES = (
    "definition", "target", "decision", "withdrawal", "restoration", "correction", "resubmission",
    "new_file",
)  # fmt: skip
_BROUGHT = frozenset({"new_file", "resubmission"})
# A row that one of these left out may come or go by what happens elsewhere.
_HELD = frozenset({"held", "same_number", "same_project"})


class Cause(NamedTuple):
    """What changed a figure, and the submission that did, where one did."""

    cause: str
    submission_id: str | None = None


DEFINITION, DECISION = Cause("definition"), Cause("decision")
Row = dict[str, Any]
Figure = tuple[dt.date, str, str]
"""Month, scope, indicator."""


@dataclass(frozen=True)
class Moved:
    """A row near a figure as it was and as it is; its own key, in the month it was filed for."""

    indicator_code: str
    department: str
    report_month: dt.date
    filed_month: dt.date
    row_key: str
    old: list[Row]
    new: list[Row]

    @property
    def baseline(self) -> int:
        """The publication that the figure rested on."""
        return int((self.old + self.new)[0]["publication_no"])

    @cached_property
    def change(self) -> Decimal:
        """What it contributes now, less what it did."""
        now = sum((row["contribution"] for row in self.new), Decimal(0))
        return now - sum((row["contribution"] for row in self.old), Decimal(0))

    @property
    def submissions(self) -> list[str]:
        """The versions that it stands in now and stood in then, the counted row's first."""
        sides = (
            sorted(side, key=lambda row: not row["is_counted"]) for side in (self.new, self.old)
        )
        return [side[0]["submission_id"] for side in sides if side]

    @cached_property
    def changed_fields(self) -> list[str]:
        """What the change rests on in the row itself and stands otherwise than it did.

        Of a row that counts still that is its amount; else what the reasons that came or went rest
        on. All that the figure rests on where the row came or went, or is held back for itself.
        """
        indicator = _INDICATORS[self.indicator_code]
        fields = set(indicator.fields)
        if not (self.old and self.new):
            return sorted(fields)
        if all(any(row["is_counted"] for row in side) for side in (self.old, self.new)):
            fields = {*indicator.amounts}
        elif all(r["code"] in REASONS and REASONS[r["code"]].fields for r in self.reasons):
            fields &= {name for r in self.reasons for name in REASONS[r["code"]].fields}
        return sorted(
            name for name in fields if self._cells(self.old, name) != self._cells(self.new, name)
        )

    @staticmethod
    def _cells(side: Iterable[Row], name: str) -> set[str | None]:
        counted = [row for row in side if row["is_counted"]] or side
        return {(row["cells"] or {}).get(name) for row in counted}

    @cached_property
    def reasons(self) -> list[Row]:
        """The reasons that came or went."""
        sides = ([r for row in side for r in row["reasons"]] for side in (self.old, self.new))
        old, new = sides
        return [r for r in old if r not in new] + [r for r in new if r not in old]

    @property
    def is_held_once(self) -> bool:
        """Whether it was or is held back, counted elsewhere, or not there at all."""
        listed = (r["code"] for row in self.old + self.new for r in row["reasons"])
        return not (self.old and self.new) or not _HELD.isdisjoint(listed)

    def corrected_by(self) -> str | None:
        """The correction whose values now stand in all that changed."""
        changed = self.changed_fields
        before = (self.filed_month - dt.timedelta(days=1)).replace(day=1)
        met = {
            c["field"]: c["submission_id"]
            for row in self.new
            for c in row["corrections"]
            if c["is_met"] and c["report_month"] in {before, self.filed_month}
        }
        return (
            max(met[name] for name in changed) if changed and met.keys() >= set(changed) else None
        )


_INDICATORS = {one.code: one for one in INDICATORS}
_MOVED_KEY = ("indicator_code", "department", "report_month", "filed_month", "row_key")


class Acts:
    """What was done since the figures were last told: to submissions, and by decisions."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, moved: Mapping[tuple[Any, ...], Moved]
    ) -> None:
        self.moved = moved
        self._acts: dict[tuple[int, str], Cause] = {}
        self.filed: dict[int, list[tuple[str, str, dt.date, Cause]]] = defaultdict(list)
        for number, submission, cause, by, *place in con.execute(
            "select publication_no, submission_id, cause, caused_by, return_name, department, "
            "report_month from changes.acts order by caused_by, submission_id"
        ).fetchall():
            self._acts[number, submission] = Cause(cause, by)
            self.filed[number].append((*place, Cause(cause, by)))
        self._successors = dict(
            con.execute(
                "select correction_no, submission_id from core.corrections_in_force"
            ).fetchall()
        )
        decided = con.execute(
            # Also one that was taken back.
            "select baselines.publication_no, decisions.row_key, decisions.other_row_key "
            "from core.acts as decisions inner join core.baselines as baselines "
            "on decisions.acted_at > baselines.published_at where decisions.act = 'decision'"
        ).fetchall()
        same = dict(
            con.execute("select project_id, canonical_id from core.same_projects").fetchall()
        )
        self._decided_keys = {
            (number, alike)
            for number, *pair in decided
            for key in pair
            for alike in (key, *(k for k, c in same.items() if c == same.get(key)))
        }

    def on(self, baseline: int, submissions: Iterable[str | None]) -> Cause | None:
        """What was done to the first of these submissions to which something was done."""
        done = (self._acts.get((baseline, one)) for one in submissions if one)
        return next(filter(None, done), None)

    def on_correction(self, baseline: int, correction: Row) -> Cause | None:
        """What was done to a correction: to its form, or to the one that has its number now."""
        successor = self._successors.get(correction["number"])
        return self.on(baseline, [correction["submission_id"], successor])

    def is_decided(self, moved: Moved) -> bool:
        """Whether somebody decided about the project since."""
        return (moved.baseline, moved.row_key) in self._decided_keys


def cause_of(moved: Moved, acts: Acts) -> Cause:
    """Why a row contributes otherwise: the first of these that there is.

    Of an indicator that is declared no more the definition is all there is to say.
    """
    if moved.indicator_code not in _INDICATORS:
        return DEFINITION
    versions = acts.on(moved.baseline, moved.submissions)
    if versions and moved.changed_fields:
        corrected_by = moved.corrected_by() if versions.cause in _BROUGHT else None
        return Cause("correction", corrected_by) if corrected_by else versions
    if not moved.is_held_once:
        return DEFINITION
    if acts.is_decided(moved):
        return DECISION
    pointed = [one for r in moved.reasons for one in r["submission_ids"] or ()]
    corrections = (c for row in moved.old + moved.new for c in row["corrections"])
    return (
        acts.on(moved.baseline, sorted(pointed))
        or _cause_of_counted_row(moved, acts)
        or next(filter(None, (acts.on_correction(moved.baseline, c) for c in corrections)), None)
        or (versions if len(set(moved.submissions)) > 1 else None)
        or DEFINITION
    )


def _cause_of_counted_row(moved: Moved, acts: Acts) -> Cause | None:
    """Where the row is counted in another one, or was: why that one moved, if it did."""
    for reason in moved.reasons:
        place = (moved.indicator_code, reason["department"], moved.report_month,
                 moved.filed_month, reason["row_key"])  # fmt: skip
        other = acts.moved.get(place)
        if (
            other is not None
            and other is not moved
            and not any(r["row_key"] for r in other.reasons)
        ):
            return cause_of(other, acts)
    return None


# --- figures -------------------------------------------------------------------------------------


class Changes(NamedTuple):
    """What the newest publication adds to `core.figure_changes` and to `core.row_changes`.

    Each figure's rows lead end to end. What a definition changed names the settings that did, where
    zone.toml has others than before.
    """

    of_figures: list[Row]
    of_rows: list[Row]


def changes(con: duckdb.DuckDBPyConnection) -> Changes:
    """Why figures stand otherwise than they were published before, and each row near them."""
    acts = Acts(con, _moved_rows(con))
    causes = [(moved, cause_of(moved, acts)) for moved in acts.moved.values()]
    settings = _changed_settings(con)
    of_figures = []
    for baseline, row in _steps(con, acts, causes):
        is_defined = row["cause"] == DEFINITION.cause
        listed = settings[baseline] if is_defined else []
        told = _in_words(listed, row["indicator_code"], row["report_month"].year)
        of_figures.append(row | {"settings": told})
    of_rows = [
        {name: getattr(moved, name) for name in _MOVED_KEY} | cause._asdict()
        for moved, cause in causes
    ]
    return Changes(of_figures, of_rows)


_Setting = tuple[str, str, str]
"""Its name, its old and its new value."""
# So many settings are named.
_MOST_NAMED = 5
# Parts and settings of zone.toml that may let a row in or out of any headline figure; thresholds and
# readings are declared where they bear on one.
_BEARING = ("rates.", "rules.", "departments.", "filing.may_correct", "projects.number_pattern")


def _changed_settings(con: duckdb.DuckDBPyConnection) -> Mapping[int, list[_Setting]]:
    """What of zone.toml is otherwise than at each publication that figures rested on."""
    changed: dict[int, list[_Setting]] = defaultdict(list)
    for baseline, *setting in con.execute(
        "select publication_no, setting, old_value, new_value from changes.settings order by all"
    ).fetchall():
        name, old, new = setting
        changed[baseline].append((name, old, new))
    return changed


def _in_words(settings: Iterable[_Setting], code: str, year: int) -> str | None:
    """Those that bear on the indicator in the year; None for none."""
    said = [
        f"{setting_words(name)}：{old or '无'}→{new or '无'}"
        for name, old, new in settings
        if bears(name, code, year)
    ]
    if not said:
        return None
    more = f"等{len(said)}项" if len(said) > _MOST_NAMED else ""
    return "；".join(said[:_MOST_NAMED]) + more


def bears(setting: str, code: str, year: int) -> bool:
    """Whether a setting of zone.toml can move the indicator in a year, by its name.

    `thresholds.2024.large_project` can in 2024 alone.
    """
    part, *inner, name = setting.split(".")
    indicator = _INDICATORS.get(code)
    if part in {"thresholds", "readings"} and inner not in ([], [str(year)]):
        return False
    if part == "thresholds":
        is_declared = indicator is not None and f"{name}_cny" in indicator.thresholds
        return is_declared or name.startswith("implausible")
    if part == "readings":
        return indicator is not None and name in indicator.readings
    return setting.startswith(_BEARING)


def _steps(
    con: duckdb.DuckDBPyConnection, acts: Acts, causes: Iterable[tuple[Moved, Cause]]
) -> Iterator[tuple[int, Row]]:
    """Each step of each figure, with the publication that the figure rested on."""
    parts: dict[Figure, dict[Cause, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for moved, cause in causes:
        for scope in (moved.department, WHOLE_ZONE):
            parts[moved.report_month, scope, moved.indicator_code][cause] += moved.change
    figures = fetch_rows(
        con,
        # A rate moves with a value or a target; it is no change of its own.
        "from changes.moved_figures where old_value is distinct from new_value "
        "or old_target is distinct from new_target "
        "order by report_month, department, indicator_code",
    )
    for row in figures:
        figure: Figure = (row["report_month"], row["department"], row["indicator_code"])
        if row["old_value"] != row["new_value"]:
            listed = {cause: part for cause, part in parts[figure].items() if part}
            if not listed:
                listed = {_silent_cause(row, figures, parts, acts): Decimal(0)}
            for step in _steps_of(figure, "value", row["old_value"], row["new_value"], listed):
                yield row["publication_no"], step
        if row["old_target"] != row["new_target"]:
            cause = _target_cause(row, acts) or DEFINITION
            change = (row["new_target"] or Decimal(0)) - (row["old_target"] or Decimal(0))
            for step in _steps_of(
                figure, "target_value", row["old_target"], row["new_target"], {cause: change}
            ):
                yield row["publication_no"], step


def _moved_rows(con: duckdb.DuckDBPyConnection) -> dict[tuple[Any, ...], Moved]:
    """The rows whose contribution changed, by their key (`_MOVED_KEY`)."""
    moved: dict[tuple[Any, ...], Moved] = {}
    for row in fetch_rows(con, "from changes.moved_rows order by submission_id, row_key"):
        key = tuple(row[name] for name in _MOVED_KEY)
        one = moved.setdefault(
            key, Moved(**dict(zip(_MOVED_KEY, key, strict=True)), old=[], new=[])
        )
        (one.new if row["is_new"] else one.old).append(row)
    changed = {key: one for key, one in moved.items() if one.change}
    _add_cells(con, [row for one in changed.values() for row in one.old + one.new])
    return changed


def _add_cells(con: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    """Adds to rows the `cells` that figures rest on in them, by their fields; None where there are none.

    The versions are listed, not joined: the cells of all others would be laid out for it.
    """
    versions = sorted({row["submission_id"] for row in rows})
    rows_of_cells = con.execute(
        "select submission_id, sheet, excel_row, cells from int.cells where submission_id in ?",
        [versions],
    ).fetchall()
    cells = {tuple(place): values for *place, values in rows_of_cells}
    for row in rows:
        row["cells"] = cells.get((row["submission_id"], row["sheet"], row["excel_row"]))


def _silent_cause(
    row: Row, figures: Iterable[Row], parts: Mapping[Figure, Mapping[Cause, Decimal]], acts: Acts
) -> Cause:
    """Why a figure came or went with no row: a return was filed, or is gone, with nothing in it.

    Else it is what changed the scope's other figures, or its target, which makes it a scope.
    """
    month, scope, code = row["report_month"], row["department"], row["indicator_code"]
    if code not in _INDICATORS:
        return DEFINITION
    filed = [
        (filed_for != month, cause)
        for return_name, department, filed_for, cause in acts.filed[row["publication_no"]]
        if return_name == _INDICATORS[code].return_name and scope in {WHOLE_ZONE, department}
    ]
    if filed:
        return min(filed)[1]
    others = (
        cause
        for (at, of, _), listed in parts.items()
        if (at, of) == (month, scope)
        for cause, part in listed.items()
        if part
    )
    targets = (
        _target_cause(one, acts)
        for one in figures
        if (one["report_month"], one["department"]) == (month, scope)
    )
    nearest = min(others, key=lambda c: (c.submission_id is None, c[::-1]), default=None)
    return nearest or next(filter(None, targets), None) or DEFINITION


def _target_cause(row: Row, acts: Acts) -> Cause | None:
    return acts.on(row["publication_no"], [row["new_target_id"], row["old_target_id"]])


def _steps_of(
    figure: Figure,
    name: str,
    old: Decimal | None,
    new: Decimal | None,
    parts: Mapping[Cause, Decimal],
) -> Iterator[Row]:
    """One figure's change as steps from its old to its new value.

    What the parts do not add up to (a figure that was not there, or is no more) goes with the last
    step, so that the steps always lead from the one to the other.
    """
    ordered = sorted(
        parts, key=lambda cause: (CAUSES.index(cause.cause), cause.submission_id or "")
    )
    here = old
    for ordinal, cause in enumerate(ordered):
        is_last = ordinal == len(ordered) - 1
        there = new if is_last else (here or Decimal(0)) + parts[cause]
        yield {
            "ordinal": ordinal,
            "report_month": figure[0],
            "department": figure[1],
            "indicator_code": figure[2],
            "figure": name,
            "old_value": here,
            "new_value": there,
            "cause": cause.cause,
            "submission_id": cause.submission_id,
        }
        here = there
