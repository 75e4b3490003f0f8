"""By which names people call a return: slug, title, form number, number."""

from __future__ import annotations

import schemas
from flows.ground.wrong import nearest
from flows.values.text import folded
from schemas.declare import Return


def return_called(text: str) -> type[Return] | None:
    """The return of that slug, title, number or form number; None where there is none."""
    return _by_name().get(folded(text))


def nearest_return(text: str) -> type[Return] | None:
    """The return that the text may have meant, for a suggestion."""
    known = _by_name()
    near = nearest(folded(text), known)
    return known[near] if near else None


def _by_name() -> dict[str, type[Return]]:
    forms = [(model, model.form()) for model in schemas.all_returns()]
    return {
        folded(name): model
        for model, form in forms
        for name in (form.slug, form.title, form.form_no, form.number)
    }
