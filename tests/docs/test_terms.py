"""The field's own words: one thing has one name wherever people read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.ground.settings import PROJECT

SUFFIXES = frozenset({".py", ".sql", ".html", ".js", ".md", ".toml", ".yaml", ".zh.md"})


def texts() -> Iterator[tuple[Path, str]]:
    for folder in ("flows", "guoban", "schemas", "sql", "scripts", "docs", "deploy"):
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.name != "echarts.js":
                yield path, path.read_text("utf-8")
    for name in ("README.md", "README.zh.md", "zone.toml"):
        yield PROJECT / name, (PROJECT / name).read_text("utf-8")


@pytest.mark.parametrize(("word", "instead"), [("时间进度", "序时进度"), ("较序时", "序时差")])
def test_nothing_is_called_otherwise_than_in_the_field(word: str, instead: str) -> None:
    assert [str(path) for path, text in texts() if word in text] == [], f"say {instead}"
