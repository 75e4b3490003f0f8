"""The faults that `make mutants` plants: each is one small change, where it could be seen."""

import pytest

from scripts.mutants.of_python import faults_of_strings
from scripts.mutants.of_sql import changes


def faulty(text: str) -> list[str]:
    return [text[: one.start] + one.new + text[one.end :] for one in changes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a >= 5", ["a > 5", "a >= 6", "a >= 4"]),
        ("a <> b", ["a = b"]),
        ("a and b", ["a or b"]),
        ("a between 1 and 2", ["a between 2 and 2", "a between 0 and 2", "a between 1 and 3", "a between 1 and 1"]),
        ("a is null", ["a is not null"]),
        ("a is not distinct from b", ["a is distinct from b"]),
        ("not exists (select 1 from t)", ["exists (select 1 from t)"]),
        ("a not in ('x')", ["a in ('x')"]),
        ("0.5::decimal(38, 12)", ["0.6::decimal(38, 12)", "0.4::decimal(38, 12)"]),
        ("x => 'a = 1' -- a = 1", []),
        ("comment on view v is 'a = 1';", []),
    ],
)  # fmt: skip
def test_words(text: str, expected: list[str]) -> None:
    assert faulty(text) == expected


def test_a_condition_is_dropped() -> None:
    found = faulty("select x from t where a and (b or c) and d between e and f group by x")
    assert [one for one in found if " true" in one] == [
        "select x from t where true and (b or c) and d between e and f group by x",
        "select x from t where a and true and d between e and f group by x",
        "select x from t where a and (b or c) and true group by x",
    ]


def test_a_key_of_an_order_is_dropped_or_turned() -> None:
    assert faulty("over (order by a nulls last, f(b, c) desc)") == [
        "over (order by f(b, c) desc)",
        "over (order by a desc nulls last, f(b, c) desc)",
        "over (order by a nulls last)",
        "over (order by a nulls last, f(b, c) asc)",
        "over (order by a nulls first, f(b, c) desc)",
    ]


def test_the_sql_in_a_module_s_strings() -> None:
    source = '"""select a from t where a = 1."""\nQUERY = f"select {a} from t where b = ?"\nOTHER = "a = b"\n'
    found = [plant() for (plant,) in faults_of_strings("m.py", source)]
    assert [(one.line, one.kind) for one in found if one] == [
        (2, "SQL condition dropped"),
        (2, "SQL comparison"),
    ]
