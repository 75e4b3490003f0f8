"""By which names people call a return: slug, title, form number, number."""

from __future__ import annotations

from rapidfuzz import fuzz, process

import schemas
from flows.values.text import folded
from schemas.declare import Return

_NEAR_SCORE = 50


def return_called(text: str) -> type[Return] | None:
    """The return of that slug, title, number or form number; None where there is none."""
    return _by_name().get(folded(text))


def nearest_return(text: str) -> type[Return] | None:
    """The return that the text may have meant, for a suggestion."""
    known = _by_name()
    near = process.extractOne(
        folded(text), list(known), scorer=fuzz.ratio, score_cutoff=_NEAR_SCORE
    )
    return known[near[0]] if near else None


def _by_name() -> dict[str, type[Return]]:
    forms = [(model, model.form()) for model in schemas.all_returns()]
    return {
        folded(name): model
        for model, form in forms
        for name in (form.slug, form.title, form.form_no, form.number)
    }
