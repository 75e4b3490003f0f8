"""The published database against one made anew from archive and journal, table by table."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from flows.ground.errors import PublicationError
from flows.ground.judge import judge_of
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.judging import catch_up
from flows.publish import effects
from flows.publish import release as publish
from flows.publish.current import newest_file
from flows.read import Readers, limits_of
from flows.store.archive import Archive
from flows.store.belonging import assert_belongs
from flows.store.journal import Journal
from flows.store.statements import sql_text
from flows.store.warehouse import Warehouse


@dataclass(frozen=True)
class Difference:
    """One relation that differs, with the rows that only one side has.

    None where they can't be compared: only one side has it, or with other columns.
    """

    relation: str
    only_published: int | None
    only_rebuilt: int | None


@dataclass(frozen=True)
class Verdict:
    """What a verification found. `has_new_judge`: rules or settings are not those published with."""

    relations: int
    differences: list[Difference]
    has_new_judge: bool


def verify(settings: Settings, zone: Zone) -> Verdict:
    """Rebuilds in memory and compares every published table, row by row.

    Decisions taken since the last publication are left out, as they are not published yet. Raises
    PublicationError where nothing is published, WarehouseError where archive or journal fail,
    SettingsError where the zone is another one, or lacks a department that has filed.
    """
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    assert_belongs(warehouse.journal, zone)
    published = newest_file(warehouse.folder)
    journal = Journal(warehouse.journal).until_last_publication()
    last = journal.last_publication()
    con = warehouse.open_scratch()
    try:
        with Readers(limits_of(settings)) as readers:
            archive, suspects = Archive(warehouse.archive), warehouse.at_hand.suspects()
            catch_up(con, zone, journal, archive, readers, suspects=suspects)
        effects.renew(con)
        try:
            con.execute(f"attach {sql_text(published)} as published (read_only)")
        except duckdb.Error as error:
            raise PublicationError(
                f"{published} can't be opened; guoban refresh makes it again: {error}",
                f"{published}无法打开，运行guoban refresh可重新生成：{error}",
            ) from error
        publish.tell_fingerprint(con)
        relations = publish.published_relations(con)
        differences = [one for name in relations if (one := _difference(con, name))]
        others = publish.released(con, "published").keys() ^ {*relations, *publish.more_names(con)}
        known = {one.relation for one in differences}
        differences += [Difference(name, None, None) for name in sorted(others - known)]
        return Verdict(
            len(relations) + len(publish.more_names(con)),
            differences,
            has_new_judge=last is not None and last.judged_by != judge_of(zone),
        )
    finally:
        con.close()


def _difference(con: duckdb.DuckDBPyConnection, name: str) -> Difference | None:
    try:
        counts = [
            con.execute(
                f"select count(*) from ((from {one}) except all (from {other}))"  # noqa: S608
            ).fetchall()[0][0]
            for one, other in ((f"published.{name}", name), (name, f"published.{name}"))
        ]
    except duckdb.Error:
        # Another version of guoban published other columns, or no such table at all.
        return Difference(name, None, None)
    return Difference(name, *counts) if any(counts) else None
