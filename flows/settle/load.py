"""Judged submissions into the working database, and which version of each return is current.

The only writer of `core` and `rows`. One transaction covers a refresh; publication is elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

import schemas
from flows.ground.findings import Finding
from flows.ground.zone import Zone
from flows.normalise.batch import TypedBatch
from flows.recognise import Draft
from flows.recognise.returned import Explanation
from flows.settle import explanations
from flows.store import findings
from flows.store.journal import Publication, Receipt
from schemas.declare import PERIOD_END, Cycle, Return
from schemas.rules import E010


@dataclass(frozen=True)
class Judged:
    """What the stages before found in a batch of files: everything that load stores."""

    drafts: list[Draft]
    batches: list[TypedBatch]
    findings: list[Finding]
    """Of all drafts, file- and row-level, each with its submission and as the zone has decided."""
    explanations: list[Explanation] = field(default_factory=list)
    """What departments wrote in replies that came back."""


def load(
    con: duckdb.DuckDBPyConnection,
    judged: Judged,
    receipts: Mapping[int, Receipt],
    refresh_numbers: Mapping[str, int],
) -> None:
    """Stores submissions, rows, findings and column places. Statuses come with `settle`."""
    held = {(one.submission, one.sheet or "", one.row) for one in judged.findings if one.holds}
    held_rows: dict[str | None, int] = {}
    for submission, _, _ in held:
        held_rows[submission] = held_rows.get(submission, 0) + 1
    turned_back = {one.submission for one in judged.findings if one.is_error and not one.holds}
    submissions = []
    for draft in judged.drafts:
        receipt = receipts[draft.origin.receipt]
        found = draft.rows_found
        # Without a return there is nothing to take in: not recognised, or an unchanged reply.
        is_sound = (
            draft.model is not None
            and draft.key not in turned_back
            and (found == 0 or held_rows.get(draft.key, 0) < found)
        )
        submissions.append(
            {
                "submission_id": draft.key,
                "receipt_no": receipt.number,
                "draft_no": int(draft.key.rpartition("-")[2]),
                "refresh_no": refresh_numbers[receipt.run_id],
                "file": receipt.path,
                "sha256": receipt.sha256,
                "received_at": receipt.received_at,
                "modified_at": receipt.modified_at,
                "return_name": draft.model.form().slug if draft.model else None,
                "department": draft.department,
                "report_month": draft.month,
                "filed_on": draft.filed_on,
                "is_nil": draft.is_nil,
                "is_late": draft.is_late,
                "filler": draft.envelope_value("filler"),
                "checker": draft.envelope_value("checker"),
                "head": draft.envelope_value("head"),
                "is_sound": is_sound,
                "rows_found": found,
            }
        )
    _insert(con, "core.submissions", submissions)
    findings.store(con, judged.findings)
    explanations.store(con, judged.explanations)
    for batch in judged.batches:
        _insert_rows(con, batch)
    _insert(
        con,
        "core.columns",
        [
            {
                "submission_id": submission,
                "sheet": sheet,
                "field": name,
                "column_letter": letter,
                "header": source.headers[name],
            }
            for batch in judged.batches
            for (submission, sheet), source in batch.sources.items()
            for name, letter in source.letters.items()
        ],
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Adds the rows to the table, by name; types are the table's."""
    if not rows:
        return
    frame = pl.DataFrame(rows, infer_schema_length=None)
    con.register("incoming", frame.to_arrow())
    con.execute(f"insert into {table} by name select * from incoming")  # noqa: S608 - our own names
    con.unregister("incoming")


def _insert_rows(con: duckdb.DuckDBPyConnection, batch: TypedBatch) -> None:
    if batch.frame.is_empty():
        return
    form = batch.model.form()
    frame = (
        batch.frame.with_columns(own_key(batch.model).alias("own_key"))
        .drop(PERIOD_END)
        .rename({"submission": "submission_id"})
    )
    con.register("incoming", frame.to_arrow())
    con.execute(f"insert into rows.{form.slug} by name select * from incoming")  # noqa: S608
    con.unregister("incoming")


def own_key(model: type[Return]) -> pl.Expr:
    """The row's own key within a submission: its parts joined by " / "."""
    parts = [pl.col(name).cast(pl.String) for name in model.own_key()]
    return pl.concat_str(parts, separator=" / ", ignore_nulls=True)


def begin_to_settle(con: duckdb.DuckDBPyConnection) -> None:
    """Forgets what the rules across files said: they are asked anew, of whatever is current now."""
    con.execute("delete from core.findings where is_cross")
    con.execute("update core.submissions set is_overruled = false")
    # The order in which all came: who asks which was first or later asks for `arrival_no`.
    con.execute(
        """
        update core.submissions as s set arrival_no = ordered.arrival_no
        from (
            select submission_id, row_number() over (
                order by refresh_no, filed_on nulls first, modified_at, file, draft_no
            ) as arrival_no
            from core.submissions
        ) as ordered
        where s.submission_id = ordered.submission_id
        """
    )


def settle(con: duckdb.DuckDBPyConnection) -> None:
    """Which submissions are accepted, their versions, and which are current, from what is stored.

    A later refresh replaces an earlier one; within one it is 报出日期, then the file's
    modification time, then its path. Returns that add up have every file with a row in force.
    """
    con.execute(
        "update core.submissions set "
        "is_accepted = is_sound and not is_locked_out and not is_overruled"
    )
    con.execute(
        """
        update core.submissions as s set version = v.version, is_current = v.is_current
        from (
            select submission_id,
                case when is_accepted then row_number() over (
                    partition by return_name, department, report_month, is_accepted
                    order by arrival_no
                ) end as version,
                is_accepted and not is_withdrawn and row_number() over (
                    partition by return_name, department, report_month,
                        is_accepted and not is_withdrawn
                    order by arrival_no desc
                ) = 1 as is_current
            from core.submissions
        ) as v
        where s.submission_id = v.submission_id
        """
    )
    for model in schemas.all_returns():
        form = model.form()
        if form.cycle is Cycle.CUMULATIVE:
            con.execute(
                "update core.submissions set is_current = submission_id in "  # noqa: S608
                f"(select submission_id from filed.{form.slug}) where return_name = ?",
                [form.slug],
            )


def overrule(con: duckdb.DuckDBPyConnection) -> bool:
    """Turns back each version whose every row the rules across files hold; whether there was one.

    The version before is then current again, and is what the rules have to look at. Versions that
    rules inside the file hold back never were accepted.
    """
    turned = con.execute(
        """
        update core.submissions as s set is_overruled = true
        from core.returns as r
        where r.return_name = s.return_name and not r.adds_up
            and s.is_current and s.rows_found > 0 and s.rows_held >= s.rows_found
        returning s.submission_id
        """
    ).fetchall()
    return bool(turned)


def settle_statuses(con: duckdb.DuckDBPyConnection) -> None:
    """Counts of rows and the status of every submission, once all findings are known."""
    con.execute(
        """
        update core.submissions as s set
            rows_held = h.held,
            rows_accepted = s.rows_found - h.held,
            status = case
                when s.is_withdrawn then 'withdrawn'
                when s.return_name is null and not h.has_error then 'unchanged'
                when not s.is_accepted or (s.rows_found > 0 and h.held >= s.rows_found)
                    then 'rejected'
                when h.held > 0 then 'partly_accepted'
                when h.has_remark then 'accepted_with_warnings'
                else 'accepted'
            end
        from (
            select s.submission_id,
                case when s.is_accepted
                    then count(distinct (f.sheet, f.excel_row)) filter (where f.holds)
                    else s.rows_found end as held,
                coalesce(bool_or(f.severity in ('warning', 'error')), false) as has_remark,
                coalesce(bool_or(f.severity = 'error'), false) as has_error
            from core.submissions as s
            left join core.findings as f using (submission_id)
            group by s.submission_id, s.is_accepted, s.rows_found
        ) as h
        where s.submission_id = h.submission_id
        """
    )


def say_replaced(con: duckdb.DuckDBPyConnection) -> None:
    """E010: a newer version says which one it replaces."""
    con.execute(
        """
        insert into core.findings by name
        select submission_id, ? as rule, 'info' as severity, false as holds, true as is_cross,
            '' as sheet, '第' || version || '版，替代第' || (version - 1) || '版；旧版仍保存。'
                as message,
            ? as suggestion, report_month, department, return_name
        from core.submissions
        join core.returns using (return_name)
        where version > 1 and not adds_up
        """,
        [E010.id, E010.remedy],
    )


def store_zone(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """Writes what the views need of the zone's settings, and the declared returns."""
    for table in ("zone", "indicators", "departments", "owed", "returns", "personal_fields"):
        con.execute(f"delete from core.{table}")  # noqa: S608 - our own names
    campaign = zone.campaign
    _insert(
        con,
        "core.zone",
        [
            {
                "zone_name": zone.zone.name,
                "large_project_cny": zone.thresholds.large_project_cny,
                "talk_project_cny": zone.thresholds.talk_project_cny,
                "major_project_cny": zone.thresholds.major_project_cny,
                "major_counts": zone.readings.major_counts,
                "talk_rate_by": zone.readings.talk_rate_by,
                "time_basis": zone.readings.time_basis,
                "secretary_project": zone.projects.secretary_project,
                "campaign_name": campaign.name if campaign else None,
                "campaign_starts_on": campaign.starts_on if campaign else None,
                "campaign_ends_on": campaign.ends_on if campaign else None,
            }
        ],
    )
    _insert(con, "core.indicators", indicators(zone))
    _insert(
        con,
        "core.departments",
        [{"department": one.name, "ordinal": n} for n, one in enumerate(zone.departments)],
    )
    _insert(
        con,
        "core.owed",
        [
            {"department": department, "return_name": slug, "from_month": month}
            for department, slug, month in zone.owed()
        ],
    )
    _insert(
        con,
        "core.returns",
        [
            {
                "return_name": form.slug,
                "number": form.number,
                "title": form.title,
                "ordinal": n,
                "adds_up": form.cycle is Cycle.CUMULATIVE,
            }
            for n, form in enumerate(model.form() for model in schemas.all_returns())
        ],
    )

    _insert(
        con,
        "core.personal_fields",
        [
            {"return_name": model.form().slug, "field": name}
            for model in schemas.all_returns()
            for name, column in model.columns().items()
            if column.is_personal
        ],
    )


def indicators(zone: Zone) -> list[dict[str, Any]]:
    """The headline indicators with the names that the zone's thresholds give them."""
    large = threshold_words(int(zone.thresholds.large_project_cny))
    talk = threshold_words(int(zone.thresholds.talk_project_cny))
    major = threshold_words(int(zone.thresholds.major_project_cny))
    rows = [
        ("ZS01", "招商引资合同投资额", "亿元", True),
        ("ZS02", "招商引资实到投资额", "亿元", True),
        ("ZS03", f"新引进{large}以上项目", "个", True),
        ("ZS03a", "其中已开工项目", "个", False),
        ("ZS04", f"{talk}以上在谈项目", "个", True),
        ("ZS04a", f"{talk}以上在谈项目总投资", "亿元", False),
        ("ZS05", f"{major}以上重大工业项目", "个", True),
    ]
    return [
        {
            "indicator_code": code,
            "indicator_name": name,
            "unit": unit,
            "ordinal": n,
            "has_target": has_target,
        }
        for n, (code, name, unit, has_target) in enumerate(rows)
    ]


def threshold_words(yuan: int) -> str:
    """A threshold as people say it: 亿元, 5亿元, 5000万元."""
    if yuan % 100_000_000 == 0:
        count = yuan // 100_000_000
        return "亿元" if count == 1 else f"{count}亿元"
    return f"{yuan // 10_000}万元" if yuan % 10_000 == 0 else f"{yuan}元"


def store_months(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """The months there are figures for: every month filed for, and the gaps between them."""
    con.execute("delete from core.months")
    con.execute("delete from core.due_dates")
    con.execute(
        """
        insert into core.months
        select distinct report_month from core.submissions
        join core.returns using (return_name)
        where is_accepted and not is_withdrawn and not adds_up
        union
        select unnest(generate_series(
            greatest(min(report_month), (select min(from_month) from core.owed)),
            max(report_month), interval 1 month))::date
        from core.submissions join core.returns using (return_name)
        where is_accepted and not is_withdrawn and not adds_up
        """
    )
    months = [month for (month,) in con.execute("from core.months order by all").fetchall()]
    _insert(
        con,
        "core.due_dates",
        [{"report_month": month, "due_on": zone.due_on(month)} for month in months],
    )


def store_publications(con: duckdb.DuckDBPyConnection, publications: Sequence[Publication]) -> None:
    """The history of publications, from the journal."""
    con.execute("delete from core.refreshes")
    names = (
        "run_id", "published_at", "guoban_version", "submissions_accepted", "submissions_rejected"
    )  # fmt: skip
    _insert(
        con,
        "core.refreshes",
        [
            {"publication_no": n, **{name: getattr(one, name) for name in names}}
            for n, one in enumerate(publications, start=1)
        ],
    )


def state(con: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """A remembered value of the working database."""
    found = con.execute("select value from core.state where key = ?", [key]).fetchall()
    return found[0][0] if found else None


def remember(con: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    """Remembers a value under the key."""
    forget(con, key)
    con.execute("insert into core.state values (?, ?)", [key, value])


def forget(con: duckdb.DuckDBPyConnection, key: str) -> None:
    """Forgets a remembered value."""
    con.execute("delete from core.state where key = ?", [key])


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Forgets every judgement, so that all receipts are judged again from the archive."""
    con.execute("delete from core.submissions")
    con.execute("delete from core.findings")
    con.execute("delete from core.columns")
    con.execute("delete from core.explanations")
    con.execute("delete from core.compared")
    con.execute("delete from core.version_changes")
    for model in schemas.all_returns():
        con.execute(f"delete from rows.{model.form().slug}")  # noqa: S608 - our own names


def known_receipts(con: duckdb.DuckDBPyConnection) -> set[int]:
    """Numbers of the receipts whose files have been judged."""
    return {
        n for (n,) in con.execute("select distinct receipt_no from core.submissions").fetchall()
    }


def store_seen(con: duckdb.DuckDBPyConnection, seen: Sequence[tuple[str, int, int, str]]) -> None:
    """Remembers size, time and hash of what lies in the drop folder now."""
    con.execute("delete from core.seen")
    names = ("path", "size", "modified_ns", "sha256")
    _insert(con, "core.seen", [dict(zip(names, one, strict=True)) for one in seen])
