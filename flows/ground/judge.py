"""What judges: when rules, definitions, libraries or the zone's settings change, all is judged anew."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.metadata import requires, version

from flows.ground.settings import PROJECT
from flows.ground.zone import Zone


def judge_of(zone: Zone) -> str:
    """A hash over schemas, stages, SQL and libraries, and one over the zone's settings."""
    return f"{code_fingerprint()} {zone.fingerprint()}"


def reader_of(zone: Zone) -> str:
    """A hash over the same code, and one over the settings that reading a file rests on."""
    return f"{code_fingerprint()} {zone.fingerprint_of_reading()}"


def tried_by(seconds: float, memory_mib: int) -> str:
    """The same code, and what a file may cost: what is too much for one may do with another."""
    return f"{code_fingerprint()} {seconds:g} s {memory_mib} MiB"


@cache
def code_fingerprint() -> str:
    """A hash over everything that judges: schemas, stages, SQL, and the libraries they use."""
    digest = hashlib.sha256(repr(_libraries()).encode())
    for folder, pattern in (("schemas", "*.py"), ("flows", "**/*.py"), ("sql", "**/*.sql")):
        for path in sorted((PROJECT / folder).glob(pattern)):
            digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _libraries() -> list[str]:
    """The libraries that guoban asks for, with the versions that are installed."""
    asked = [one for one in requires("guoban") or () if "extra ==" not in one]
    names = sorted(re.split(r"[^\w.-]", one)[0] for one in asked)
    return [f"{name} {version(name)}" for name in names]
