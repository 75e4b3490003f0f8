"""Asks a Superset over its API, as its pages do: who logs in asks charts and SQL Lab."""

from __future__ import annotations

import http.cookiejar
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.superset.served import USER, Superset


class RefusedError(Exception):
    """What Superset, or the database behind it, has refused; the answer as it came."""


class Client:
    """Somebody who has logged in; for one thread."""

    def __init__(self, superset: Superset) -> None:
        self._api = f"{superset.address}/api/v1"
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar)
        )
        self._headers = {"content-type": "application/json", "referer": superset.address}
        login = {"username": USER, "password": superset.password, "provider": "db"}
        token = self.ask("security/login", login)["access_token"]
        self._headers["authorization"] = f"Bearer {token}"
        self._headers["x-csrftoken"] = self.ask("security/csrf_token/")["result"]

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the API answers. Raises RefusedError."""
        asked = urllib.request.Request(  # noqa: S310 - our own server
            f"{self._api}/{path}",
            None if body is None else json.dumps(body).encode(),
            self._headers,
        )
        try:
            with self._opener.open(asked, timeout=300) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RefusedError(error.read().decode("utf-8", "replace")) from error

    def listed(self, kind: str) -> dict[str, int]:
        """The ids of all charts, databases or datasets, by name."""
        name = {"chart": "slice_name", "database": "database_name", "dataset": "table_name"}[kind]
        found = self.ask(f"{kind}/?q=(page_size:100)")["result"]
        return {one[name]: one["id"] for one in found}

    def rows(self, chart: int, filters: Mapping[str, Sequence[str]] = {}) -> list[dict[str, Any]]:
        """What a chart shows with these filters set above the page."""
        context = json.loads(self.ask(f"chart/{chart}")["result"]["query_context"])
        for query in context["queries"]:
            query["filters"] += [
                {"col": name, "op": "IN", "val": list(values)} for name, values in filters.items()
            ]
        (answer,) = self.ask("chart/data", context)["result"]
        return list(answer["data"])

    def sql(self, database: int, text: str) -> list[dict[str, Any]]:
        """The rows that SQL Lab shows of a query."""
        asked = {"database_id": database, "sql": text, "runAsync": False, "queryLimit": 1000}
        return list(self.ask("sqllab/execute/", asked)["data"])
