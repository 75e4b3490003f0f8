"""The returns ("报表") that departments file, one module each, found by looking into this folder.

Nothing has to be registered: a module that defines a `Return` is a return. `validate` holds anybody's
polars frame to one.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from schemas.declare import Return

if TYPE_CHECKING:
    import polars as pl

    from schemas.frames import Judgement

# What judges frames is imported when one is judged.
_NO_RETURN = f"{__name__}.frames"


@cache
def all_returns() -> tuple[type[Return], ...]:
    """Every declared return, ordered by its number (01, 02, …)."""
    found = []
    for module in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        if module.name == _NO_RETURN:
            continue
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
    raise KeyError(f"no return {slug!r}: {', '.join(model.form().slug for model in all_returns())}")


def validate(frame: pl.DataFrame, slug: str, *, half_days: bool = False) -> Judgement:
    """What of a frame's rows is wrong by the return's declaration, errors and warnings apart.

    The frame has the columns of `mart.<slug>`, amounts of money in yuan; others are passed over. What
    only shows beside other rows, other returns or in the zone's own settings is not asked here.

    Raises KeyError where there is no such return and names those there are; TypeError for what is no
    DataFrame of polars, a LazyFrame among it.
    """
    from schemas.frames import judge  # noqa: PLC0415

    return judge(frame, by_name(slug), half_days=half_days)
