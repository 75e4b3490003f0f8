"""The drop folders of the benchmark: made once, kept for the next run."""

from __future__ import annotations

import hashlib
import inspect
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import county as maker
from benchmarks import forms
from benchmarks.county import County


def kept(folder: Path, make: Callable[..., County], **what: Any) -> County:
    """The county that `make` makes with these arguments, from the folder where it is there."""
    code = "".join(inspect.getsource(one) for one in (maker, forms))
    mark = hashlib.sha256(repr((code, make.__name__, sorted(what.items()))).encode()).hexdigest()
    place = folder / mark[:16]
    pickled = place / "county.pkl"
    if not pickled.exists():
        shutil.rmtree(place, ignore_errors=True)
        made = make(place, **what)
        pickled.write_bytes(pickle.dumps(made))
    county: County = pickle.loads(pickled.read_bytes())  # noqa: S301 - written above
    if county.late:
        (county.raw / county.late.file).unlink(missing_ok=True)
    return county


@contextmanager
def late_in(county: County) -> Iterator[None]:
    """While it lasts, the workbook that comes late lies in the drop folder."""
    if not county.late:
        raise ValueError("the county has no workbook that comes late")
    place = county.raw / county.late.file
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(county.late.path, place)
    try:
        yield
    finally:
        place.unlink()
