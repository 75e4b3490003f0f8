"""`guoban doctor` on PostgreSQL: what it says of each state, without changing anything there."""

import datetime as dt
from typing import Any

import pytest
from cluster import LOGIN, Target
from drop import Drop
from pydantic import SecretStr

from flows.doctor import CHECKS, State, Subject
from flows.ground import defaults
from flows.ground.settings import BEIJING, Settings


def said(drop: Drop, url: str | None) -> list[tuple[State, str]]:
    given: dict[str, Any] = {**drop.settings.model_dump(), "publish": url and SecretStr(url)}
    subject = Subject(Settings(**given), dt.datetime.now(BEIJING), "utf-8", {})
    return [(one.state, one.said.english) for one in CHECKS["postgres"][1](subject)]


def test_each_state_has_its_words(golden: Drop, target: Target) -> None:
    assert said(golden, None) == [(State.OK, "not used (GUOBAN_PUBLISH is not set)")]
    ((state, words),) = said(golden, target.url)
    assert state is State.ATTENTION
    assert "has nothing yet, published is" in words
    target.admin(f"alter role {LOGIN} nocreaterole")
    missing, _ = said(golden, target.url)
    assert missing[0] is State.ATTENTION
    assert 'create role "guoban_reader" nologin;' in missing[1]
    # It has made nothing.
    assert target.rows("select to_regnamespace('mart')") == [(None,)]
    target.admin(f"alter role {LOGIN} createrole")
    target.copy(golden)
    ((state, words),) = said(golden, target.url)
    assert state is State.OK
    assert words.endswith(f"127.0.0.1:{target.cluster.port}/{target.name}: {target.release}")
    target.admin("comment on schema mart is 'guoban 20200101-earlier 青山高新区'")
    ((state, words),) = said(golden, target.url)
    assert (state, words.endswith("holds the figures of 青山高新区")) == (State.WRONG, True)
    ((state, words),) = said(golden, target.url.replace("s3cret", "geheim"))
    assert state is State.WRONG
    assert "authentication failed" in words
    assert "geheim" not in words


def test_a_driver_that_is_missing_is_named(golden: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "has_postgres", lambda: False)
    ((state, words),) = said(golden, "postgresql://u@localhost/d")
    assert state is State.WRONG
    assert "not installed" in words
