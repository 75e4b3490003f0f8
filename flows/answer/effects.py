"""What the findings of files can move, read from the working database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from flows.ground.findings import Effect
from flows.ground.zone import WHOLE_ZONE
from flows.month.effects import effect_words
from flows.store.statements import statement


@dataclass(frozen=True)
class Moved:
    """What a finding can move: in the zone and its department, the largest figure first.

    `words` tell of the zone's largest, `rank` is its place among those of all the findings asked for.
    """

    effects: tuple[Effect, ...]
    words: str
    rank: int


def moved_by(con: duckdb.DuckDBPyConnection, receipts: Sequence[int]) -> Mapping[str, Moved]:
    """What the open findings of these files can move, by the findings' keys.

    Of a finding that can move nothing, or nobody can tell what, there is none.
    """
    effects: dict[str, list[Effect]] = {}
    words: dict[str, str] = {}
    rows = con.execute(statement("answer/effects"), {"receipts": list(receipts)}).fetchall()
    for key, code, department, value, pct, name, unit in rows:
        effects.setdefault(key, []).append(Effect(code, department, value, pct))
        if department == WHOLE_ZONE:
            words.setdefault(key, effect_words(name, value, unit, pct))
    return {
        key: Moved(tuple(sorted(effects[key], key=_is_of_department)), said, rank)
        for rank, (key, said) in enumerate(words.items())
    }


def _is_of_department(one: Effect) -> bool:
    return one.department != WHOLE_ZONE
