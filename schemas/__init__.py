"""The returns ("报表") that departments file, one module each, found by looking into this folder.

Nothing has to be registered: a module that defines a `Return` is a return.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from schemas.declare import Return


@cache
def all_returns() -> tuple[type[Return], ...]:
    """Every declared return, ordered by its number (01, 02, …)."""
    found = []
    for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        namespace = vars(importlib.import_module(module.name))
        found += [
            value
            for value in namespace.values()
            if isinstance(value, type)
            and issubclass(value, Return)
            and value is not Return
            and value.__module__ == module.name
        ]
    return tuple(sorted(found, key=lambda model: model.form().number))


@cache
def by_name(slug: str) -> type[Return]:
    """The return of that slug (`signed_projects`); KeyError where there is none."""
    for model in all_returns():
        if model.form().slug == slug:
            return model
    raise KeyError(slug)
