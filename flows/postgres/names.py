"""How relations, columns and roles are called in PostgreSQL, and how names and texts are written in SQL."""

from __future__ import annotations

import hashlib

from flows.store.statements import quoted, sql_text

# PostgreSQL cuts longer names without a word, and two could become one.
MOST_BYTES = 63
READER = "guoban_reader"
# Department roles have a beginning that no other role of ours has, whatever a department is called.
DEPARTMENT = "guoban_dept_"
_HASH_DIGITS = 8


def fitted(name: str) -> str:
    """The name as PostgreSQL takes it whole: a long one is cut and told apart by its hash."""
    if len(name.encode()) <= MOST_BYTES:
        return name
    mark = "_" + hashlib.sha256(name.encode()).hexdigest()[:_HASH_DIGITS]
    return name.encode()[: MOST_BYTES - len(mark)].decode(errors="ignore") + mark


def role_of(department: str) -> str:
    """The role whose members see the rows of the department."""
    return fitted(DEPARTMENT + department)


def is_ours(role: str) -> bool:
    """Whether the role is one of those that guoban lets in."""
    return role == READER or role.startswith(DEPARTMENT)


def identifier(*parts: str) -> str:
    """The name, by its parts, as SQL writes it."""
    return ".".join(map(quoted, parts))


def literal(text: str) -> str:
    """The text as SQL writes it, where no parameter can stand. (`standard_conforming_strings` is on.)"""
    return sql_text(text)
