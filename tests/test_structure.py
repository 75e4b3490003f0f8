"""The house's rules about itself: imports go one way, stages know neither Prefect nor commands."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from flows import ORDER
from flows.ground.settings import PROJECT

# What may import what: each layer only those before it, each room of `flows` likewise.
LAYERS = ("schemas", "flows", "guoban")
ROOMS = tuple(f"flows.{room}" for room in ORDER)
MODULES = sorted(
    path for layer in LAYERS for path in (PROJECT / layer).rglob("*.py") if path.stem != "__main__"
)


# What imports Prefect; nothing else does.
KNOWING = {"flows.refresh", "flows.serve.deployed", "flows.serve.deployments"}
NOT_IMPORTED = {"flows.read.worker", *KNOWING}


def name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Every module that the file imports, also inside functions; `from a import b` gives a.b too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def place(name: str, order: tuple[str, ...]) -> int | None:
    """Where in the order a module stands, by the name itself or the package it is in."""
    found = [n for n, one in enumerate(order) if name == one or name.startswith(f"{one}.")]
    return max(found) if found else None


@pytest.mark.parametrize("order", [LAYERS, ROOMS], ids=["layers", "rooms"])
def test_imports_go_one_way(order: tuple[str, ...]) -> None:
    backwards = [
        f"{name_of(path)} imports {imported}"
        for path in MODULES
        for imported in imports_of(path)
        if (here := place(name_of(path), order)) is not None
        and (there := place(imported, order)) is not None
        and there > here
    ]
    assert backwards == []


def test_every_module_has_its_room() -> None:
    homeless = [
        name_of(path)
        for path in MODULES
        if path.is_relative_to(PROJECT / "flows") and name_of(path) != "flows"
        if place(name_of(path), ROOMS) is None
    ]
    assert homeless == []
    assert all(
        (PROJECT / "flows" / room).is_dir() or (PROJECT / "flows" / f"{room}.py").is_file()
        for room in ORDER
    )


def test_only_the_flow_imports_prefect() -> None:
    knowing = {
        name_of(path)
        for path in MODULES
        if any(one.split(".")[0] == "prefect" for one in imports_of(path))
    }
    assert knowing == KNOWING


def test_every_stage_works_with_prefect_and_typer_blocked() -> None:
    """A refresh without Prefect imports all of it but the flow."""
    stages = [name_of(path) for path in MODULES if path.is_relative_to(PROJECT / "flows")]
    code = (
        "import sys, importlib\n"
        "sys.modules.update({'prefect': None, 'typer': None, 'rich': None, 'pandas': None})\n"
        f"for name in {[one for one in stages if one not in NOT_IMPORTED]!r}:\n"
        "    importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("does", ["flows.read.formats", "flows.answer.reply"])
def test_a_child_process_imports_little(does: str) -> None:
    """Its start is waited for, and what it has in memory counts as often as it is there."""
    heavy = ("pydantic", "polars", "duckdb", "pandera")
    code = (
        f"import sys, flows.answer.worker, {does}\n"
        f"print([n for n in {heavy!r} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_imports_pandas() -> None:
    assert [name_of(path) for path in MODULES if "pandas" in imports_of(path)] == []
