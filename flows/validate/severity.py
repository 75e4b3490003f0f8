"""What the zone makes of a finding: its severity, and whether the row is held back by it.

The one place that decides this, for findings inside a file and across files alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import schemas
from flows.ground.findings import Finding
from flows.ground.zone import Zone
from schemas.declare import NUMERIC, WORDS, Kind, Return
from schemas.indicators import headline_fields
from schemas.rules import Rule, Severity, Structural

# What is only read by people: no figure asks for it.
_WORDS = WORDS | {Kind.CREDIT_CODE}


def decide(findings: Iterable[Finding], rules: Mapping[str, Rule], zone: Zone) -> list[Finding]:
    """The findings with the zone's severities and with the rows they hold; "off" drops one.

    A rule about the file turns the file back, unless what raised it says that it holds the row.
    What an error of a structural rule is said of can't be placed or counted, so it stays one
    whatever the zone has set. `rules` has every rule of the findings.
    """
    decided = []
    for one in findings:
        rule = rules[one.rule]
        wanted = zone.severity(one.rule, one.severity, one.report_month)
        if one.is_error and wanted != Severity.ERROR and _is_structural(rule, one):
            wanted = Severity.ERROR
        if wanted == "off":
            continue
        severity = Severity(wanted)
        is_of_a_row = one.row is not None and (rule.level != "file" or one.holds)
        holds = rule.holds and is_of_a_row and severity is Severity.ERROR
        is_as_before = severity is one.severity and holds is one.holds
        decided.append(one if is_as_before else one.knowing(severity=severity, holds=holds))
    return decided


def _is_structural(rule: Rule, one: Finding) -> bool:
    match rule.structural:
        case Structural.NOWHERE:
            return False
        case Structural.EVERYWHERE:
            return True
    if one.return_name is None or one.field is None:
        return False
    model = schemas.by_name(one.return_name)
    if rule.structural is Structural.KEY_OR_AMOUNT:
        return one.field in key_or_amounts(model)
    return one.field in needed_fields(model)


@cache
def key_or_amounts(model: type[Return]) -> frozenset[str]:
    """The fields by which a row is placed, and the numbers that are counted of it."""
    columns = model.columns()
    amounts = {name for name, column in columns.items() if column.kind in NUMERIC}
    return frozenset({*model.form().key, *amounts})


@cache
def needed_fields(model: type[Return]) -> frozenset[str]:
    """The fields without which the row can't be placed or a figure made of it.

    The key, and what the return's indicators rest on. Where none does: of what must be filled in,
    at least in some rows, all but mere words.
    """
    form = model.form()
    needed = headline_fields(form.slug) or {
        name
        for name, column in model.columns().items()
        if (column.required or column.required_when) and column.kind not in _WORDS
    }
    return frozenset({*form.key, *needed})
