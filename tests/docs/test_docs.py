"""Documents say what the code does: generated pages are as generated, the README knows the commands."""

import importlib.util
import re

import pytest

from flows.ground.settings import PROJECT
from guoban.cli import COMMANDS

GUIDES = ("admin.md", "admin.zh.md")
LINKED = (
    *GUIDES,
    "bi.md",
    "bi.zh.md",
    "exports.md",
    "exports.zh.md",
    "postgres.md",
    "postgres.zh.md",
    "schemas.md",
)


def write_docs() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("write_docs", PROJECT / "scripts/write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.pages())


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return write_docs()


def test_generated_pages_are_up_to_date(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        assert (PROJECT / "docs" / name).read_text("utf-8") == text, name


def test_no_schema_is_left_of_a_return_that_is_no_more(pages: dict[str, str]) -> None:
    found = {f"schemas/{path.name}" for path in (PROJECT / "docs" / "schemas").iterdir()}
    assert found == {name for name in pages if name.startswith("schemas/")}


def test_the_readme_lists_every_command_as_its_help_does() -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `guoban (\w+)[^`]*` \| (.*?) \|$", readme, re.MULTILINE))
    assert listed == {name: words for name, (_, words) in COMMANDS.items()}


def test_links_between_documents_lead_somewhere() -> None:
    for page in ("README.md", "README.zh.md", *(f"docs/{one}" for one in LINKED)):
        path = PROJECT / page
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{page}: {target}"


def test_both_guides_for_administrators_have_the_same_commands() -> None:
    found = [
        re.findall(r"^(?:guoban|tar|flock|cp|mkdir|make|git) [^#\n]*", text, re.MULTILINE)
        for text in ((PROJECT / "docs" / name).read_text("utf-8") for name in GUIDES)
    ]
    assert [one.strip() for one in found[0]] == [one.strip() for one in found[1]]
