"""Addresses that notifications are sent to, as they stand in `zone.toml`: apprise's URLs.

What is secret in one can stand in the environment instead: `$NAME` or `${NAME}`; `$$` is a dollar
sign. Only what sends an address knows it whole: logs and errors have `shown`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote, unquote

from pydantic import AfterValidator

from flows.ground.wrong import WrongError, nearest

# The services that addresses can name, each with what comes behind its name.
SERVICES = {
    "mailto": "user:password@host?to=address",
    "mailtos": "user:password@host?to=address",
    "wecombot": "key",
    "dingtalk": "token",
    "feishu": "token",
    "json": "host/path",
    "jsons": "host/path",
}
_SERVER = re.compile(r"[?&]smtp=([^&]+)")
# So much is told of why an address fails.
_LONGEST = 300
_BY_HOST = ("mailto", "mailtos", "json", "jsons")
_NAME = re.compile(r"\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}|)")
_ALONE = re.compile(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})")


class UnsetError(LookupError):
    """The environment has no value for a name in an address; the text is the name."""


def _checked(address: str) -> str:
    """The address, if it can be one. Raises ValueError in words that hold nothing of its secrets."""
    if any(found[0] == "$" for found in _NAME.finditer(address)):
        raise WrongError(
            "behind a $ the name of a variable is wanted; a dollar sign is $$",
            "$之后应是环境变量的名称；要写美元符号本身，请写$$",
        )
    if _ALONE.fullmatch(address):
        return address
    service, colon, rest = address.partition("://")
    if not colon or not re.fullmatch(r"\w+", service):
        names = "://, ".join(SERVICES)
        raise WrongError(
            f"an address begins with its service, one of {names}://",
            f"地址应以服务开头：{names.replace(', ', '、')}://",
        )
    if service not in SERVICES:
        near = nearest(service, SERVICES)
        raise WrongError(
            f"there is no service {service!r}{f'; did you mean {near!r}?' if near else ''}",
            f"没有服务“{service}”{f'，是否为{near}？' if near else ''}",
        )
    if not rest.strip("/?") or re.search(r"\s", rest):
        raise WrongError(
            f"{service!r} wants {service}://{SERVICES[service]}, without blanks",
            f"“{service}”的地址应为{service}://{SERVICES[service]}，不含空格",
        )
    return address


Address = Annotated[str, AfterValidator(_checked)]


def whole(address: str, environment: Mapping[str, str]) -> str:
    """The address with the environment's values in it. Raises UnsetError.

    A value is taken as it is where it is the whole address, else written as a part of a URL.
    """
    is_alone = bool(_ALONE.fullmatch(address))

    def value_of(found: re.Match[str]) -> str:
        if found[1]:
            return "$"
        name = found[2] or found[3]
        value = environment.get(name)
        if not value:
            raise UnsetError(name)
        return value if is_alone else quote(value, safe="")

    return _NAME.sub(value_of, address)


def shown(address: str) -> str:
    """What may be said of an address: its service, and the host of those that have one."""
    service, colon, _ = address.partition("://")
    if not colon:
        return address if _ALONE.fullmatch(address) else "****"
    return f"{service}://{_host(address) or '****'}"


def masked(words: str, address: str) -> str:
    """The words on a line, cut, with every part of the whole address that may be secret as stars."""
    host, _, port = _host(address).partition(":")
    server = _SERVER.search(address)
    plain = (address.partition("://")[0], host, port, server[1] if server else "")
    parts = {one for one in re.split(r"[:/@?&=#+]", address) if len(one) >= 3}
    secret = {form for one in parts for form in (one, unquote(one))}
    words = " ".join(words.split())
    for part in sorted(secret, key=len, reverse=True):
        # Not what would break the host's own name.
        if any(part in one for one in plain):
            continue
        words = words.replace(part, "****")
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _host(address: str) -> str:
    """The host of an address, with its port; none where what stands there is a key."""
    service, _, rest = address.partition("://")
    return re.split(r"[/?#]", rest)[0].rpartition("@")[2] if service in _BY_HOST else ""
