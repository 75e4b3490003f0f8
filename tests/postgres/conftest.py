"""A database of its own for each test, and what is copied into it."""

import itertools
from collections.abc import Iterator

import pytest
from cluster import LOGIN, LOGIN_PASSWORD, Cluster, Target, running

_NUMBER = itertools.count()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    yield from running()


@pytest.fixture
def target(cluster: Cluster) -> Iterator[Target]:
    """An empty database, whose login may make roles. Roles are the whole server's: they go as well."""
    name = f"zone_{next(_NUMBER)}"
    with cluster.admin("postgres") as con:
        password = LOGIN_PASSWORD.replace("'", "''")
        con.execute(f"create role {LOGIN} login createrole password '{password}'")
        con.execute(f"create database {name} owner {LOGIN}")
    yield Target(cluster, name)
    with cluster.admin("postgres") as con:
        con.execute(f"drop database {name} with (force)")
        for (role,) in con.execute(
            "select quote_ident(rolname) from pg_roles where rolname like 'guoban%' or rolname like 'person%'"
        ).fetchall():
            con.execute(f"drop role {role}")
