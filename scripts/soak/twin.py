"""What a warehouse tells, but for times and numbers of its own, and how two of them differ."""

from __future__ import annotations

from collections import Counter

from drop import Drop

from flows.ask.verify import verify
from flows.store.statements import quoted

Told = dict[str, list[list[str | None]]]

# Counted by refreshes and receipts, of which a warehouse that met bad files has more.
_OWN = {"run_id", "publication_no", "finding_id"}
# What they say of bad files can't be told from the rest.
_OF_ALL_FILES = ("refreshes", "release", "rule_health", "dim_month")
_MOST = 5


def told(drop: Drop, bad: set[str]) -> Told:
    """The rows of each published table. Those of bad files are left out; ids are told by their file."""
    names = {
        key: f"{file} {sha256[:8]} of {return_name} {department} {month}"
        for key, file, sha256, return_name, department, month in drop.query(
            "select submission_id, file, sha256, return_name, department, report_month "
            "from mart.submissions"
        )
    }
    left_out = {
        key for (key,) in drop.query(
            "select submission_id from mart.submissions where list_contains(?, file)", [sorted(bad)]
        )
    }  # fmt: skip
    found: Told = {}
    for relation, columns in drop.query(
        "select table_name, list(column_name order by column_index) from duckdb_columns() "
        "where schema_name = 'mart' and not internal and data_type not like 'TIMESTAMP%' "
        "and not list_contains(?, column_name) and not list_contains(?, table_name) group by all",
        [sorted(_OWN), list(_OF_ALL_FILES)],
    ):
        # `by` is a word of SQL.
        names_of_columns = ", ".join(map(quoted, columns))
        rows = drop.query(f"select {names_of_columns} from mart.{relation}")  # noqa: S608
        found[relation] = sorted(
            ([None if value is None else names.get(value, str(value)) for value in row]
             for row in rows if left_out.isdisjoint(value for value in row if isinstance(value, str))),
            key=repr,
        )  # fmt: skip
    return found


def compared(one: Told, other: Told) -> list[str]:
    """What only one of them tells, in lines."""
    lines = []
    for relation in sorted(one.keys() | other.keys()):
        rows = [Counter(tuple(row) for row in told.get(relation, [])) for told in (one, other)]
        for which, only in (("soaked", rows[0] - rows[1]), ("twin", rows[1] - rows[0])):
            lines += [
                f"{relation}, only the {which}: {row}" for row in list(only.elements())[:_MOST]
            ]
    return lines


def differences_of(drop: Drop) -> list[str]:
    """What `guoban verify` would find."""
    return [str(one) for one in verify(drop.settings, drop.zone).differences]
