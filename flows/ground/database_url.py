"""The address of a PostgreSQL database as a setting: checked, written as its driver wants it, shown.

Who has the address may write to the database. Only what connects knows it whole: logs and errors
have `shown`, and what a driver says goes through `masked`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

SCHEMES = ("postgresql", "postgres")
_SECRET = ("password", "sslpassword")
_HOST = re.compile(r"(?:\[[^\]@]*\]|[^:\[\]@]*)(?::[0-9]+)?")
# So much is told of why a database fails.
_LONGEST = 400


class _Parts(NamedTuple):
    user: str
    password: str
    hosts: str
    database: str
    options: dict[str, str]


def checked(url: str) -> str:
    """The address, if it can be one. Raises ValueError in words that hold nothing of it."""
    scheme, colon, rest = url.partition("://")
    if not colon or scheme not in SCHEMES:
        raise ValueError("the address begins with postgresql://, then user@host/database")
    if re.search(r"\s", rest):
        raise ValueError("the address has no blanks; in a password a blank is written %20")
    parts = _parts(url)
    if "@" in parts.database or not all(map(_HOST.fullmatch, parts.hosts.split(","))):
        raise ValueError(
            "the address is postgresql://user:password@host:port/database; in a password"
            " @ : / ? # and % are written %40 %3A %2F %3F %23 and %25"
        )
    if not parts.database and "dbname" not in parts.options:
        raise ValueError("the address names no database: postgresql://user@host/database")
    return url


def for_driver(url: str, defaults: Mapping[str, str]) -> str:
    """The address with every part written as URLs have it, and the options that it leaves open."""
    parts = _parts(url)
    owner = ""
    if parts.user:
        password = f":{_quoted(parts.password)}" if parts.password else ""
        owner = f"{_quoted(parts.user)}{password}@"
    options = urlencode({**defaults, **parts.options}, quote_via=quote)
    return f"postgresql://{owner}{parts.hosts}/{_quoted(parts.database)}?{options}"


def shown(url: str) -> str:
    """What may be said of it: host and database."""
    parts = _parts(url)
    hosts = parts.hosts or parts.options.get("host", "")
    return f"{hosts}/{parts.database or parts.options.get('dbname', '')}"


def masked(words: str, url: str) -> str:
    """The words on a line, cut, with the address's passwords as stars however they are written."""
    parts = _parts(url)
    secret = {parts.password, *(parts.options.get(name, "") for name in _SECRET)} - {""}
    words = " ".join(words.split())
    forms = {form for one in secret for form in (one, quote(one, safe=""), " ".join(one.split()))}
    for form in sorted(forms - {""}, key=len, reverse=True):
        # Not a letter of other words.
        words = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", "****", words)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _parts(url: str) -> _Parts:
    _, _, rest = url.partition("://")
    rest, _, query = rest.partition("?")
    place, _, path = rest.partition("/")
    owner, _, hosts = place.rpartition("@")
    user, _, password = owner.partition(":")
    options = dict(parse_qsl(query, keep_blank_values=True))
    return _Parts(unquote(user), unquote(password), hosts, unquote(path), options)


def _quoted(part: str) -> str:
    return quote(part, safe="")
