"""Faults for Python, by cosmic-ray; and for the SQL that a module holds in its strings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import partial

from scripts.mutants.fault import Fault, Plant, planted, words_of
from scripts.mutants.of_sql import changes

SQL_TEXT = re.compile(
    r"\b(select\s|from\s+\w+\.\w+|update\s+core|insert\s+into|delete\s+from|order\s+by|qualify\s)"
)
# A cache, a slot or a name for the type checker changes nothing that a test could see.
UNSEEN = ("core/RemoveDecorator", "core/NoOp")
Place = tuple[int, int]
Span = tuple[Place, Place]


def faults_of_code(file: str, source: str) -> Iterator[list[Plant]]:
    """The faults of each place in the code, the alternatives for one place together.

    Each is planted when it is called, as that takes a while; it gives nothing where the fault is none.
    """
    # Not needed but here, and not installed with guoban.
    from cosmic_ray.ast import ast_nodes, get_ast  # noqa: PLC0415
    from cosmic_ray.plugins import get_operator, operator_names  # noqa: PLC0415

    skipped = list(_without_meaning(source))
    sums = list(_operators_of_sums(source))
    places: dict[tuple[str, Span], list[Plant]] = {}
    tree = get_ast(source)
    for name in sorted(operator_names()):
        operator = get_operator(name)
        if name in UNSEEN or operator.arguments():
            continue
        family = name.partition("/")[2].partition("_")[0]
        spans = [span for node in ast_nodes(tree) for span in operator().mutation_positions(node)]
        for occurrence, span in enumerate(spans):
            if any(first <= span[0] and span[1] <= last for first, last in skipped):
                continue
            # The star of a signature is no product.
            if family == "ReplaceBinaryOperator" and not any(a <= span[0] < b for a, b in sums):
                continue
            plant = partial(_planted, file, source, name, occurrence, span[0][0])
            places.setdefault((family, span), []).append(plant)
    yield from places.values()


def _planted(file: str, source: str, operator: str, occurrence: int, line: int) -> Fault | None:
    from cosmic_ray.mutating import mutate_code  # noqa: PLC0415
    from cosmic_ray.plugins import get_operator  # noqa: PLC0415

    text = mutate_code(source, get_operator(operator)(), occurrence)
    if text is None or text == source or not _is_code(text):
        return None
    kind = operator.partition("/")[2].partition("_")[0]
    return Fault(file, line, kind, words_of(source, text), text)


def faults_of_strings(file: str, source: str) -> Iterator[list[Plant]]:
    """The faults of the SQL in the module's strings, as `faults_of_code` gives them."""
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    docstrings = _docstring_lines(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_sql = token.type == tokenize.STRING and SQL_TEXT.search(token.string.lower())
        if not is_sql or token.start[0] in docstrings:
            continue
        offset = starts[token.start[0] - 1] + token.start[1]
        mark = '"""' if '"""' in token.string[:5] else token.string[-1]
        opening = token.string.index(mark) + len(mark)
        for change in changes(token.string[opening : -len(mark)]):
            start, end = (offset + opening + n for n in (change.start, change.end))
            text = source[:start] + change.new + source[end:]
            if _is_code(text):
                number = source.count("\n", 0, start) + 1
                fault = Fault(file, number, f"SQL {change.kind}", words_of(source, text), text)
                yield [planted(fault)]


def _is_code(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _without_meaning(source: str) -> Iterator[Span]:
    """Annotations and decorators: nothing that runs depends on most of what stands there."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        found: list[ast.expr | None] = []
        if isinstance(node, ast.AnnAssign | ast.arg):
            found.append(node.annotation)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += [node.returns, *node.decorator_list]
        if isinstance(node, ast.ClassDef):
            found += node.decorator_list
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"debug", "info"}:
            found.append(node)
        for one in found:
            if one is not None:
                yield _start(one, lines), _end(one, lines)


def _operators_of_sums(source: str) -> Iterator[Span]:
    """Where the operators of real sums and products stand."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp):
            yield _end(node.left, lines), _start(node.right, lines)


def _start(node: ast.expr, lines: list[str]) -> Place:
    return node.lineno, _column(lines[node.lineno - 1], node.col_offset)


def _end(node: ast.expr, lines: list[str]) -> Place:
    line = node.end_lineno or node.lineno
    return line, _column(lines[line - 1], node.end_col_offset or 0)


def _column(line: str, byte: int) -> int:
    """ast counts bytes, cosmic-ray characters."""
    return len(line.encode()[:byte].decode())


def _docstring_lines(source: str) -> set[int]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(first.lineno)
    return found
