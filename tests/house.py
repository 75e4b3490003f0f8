"""A working database of a few rows for the tests of the views: rows in, rows out.

`House` is empty but for an invented zone; a test files what its case needs, builds the views and
reads them. A row given without a field has the value that lets it count.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb

import schemas
from flows.ground.zone import Campaign, Zone
from flows.publish import effects
from flows.settle import declared
from flows.store import views, warehouse
from flows.store.statements import statement
from schemas.reasons import words

YI = Decimal(100_000_000)
WAN = Decimal(10_000)

ZONE = Zone.model_validate(
    {
        "zone": {"name": "测试开发区"},
        "thresholds": {
            "large_project": "1亿元",
            "talk_project": "1亿元",
            "major_project": "5亿元",
            "implausible_below": "10万元",
            "implausible_from": "100亿元",
        },
        "projects": {
            "number_pattern": "GCKF-(?P<year>[0-9]{4})-[0-9]{4}",
            "secretary_project": "GCKF-2020-0001",
        },
        "departments": [{"name": "招商局"}],
    }
)
# What reads the record, and the parts of it that it rests on, in the order in which they are recorded.
RECORDED = {
    "live.headline_indicators": ["headline_candidates"],
    "mart.headline_indicators": ["headline_candidates", "headline_indicators"],
    "mart.zone_indicators": ["headline_candidates", "headline_indicators"],
    "mart.department_indicators": ["headline_candidates", "headline_indicators"],
    "mart.headline_rows": ["headline_candidates"],
    "mart.findings": ["headline_candidates", "headline_indicators"],
    "mart.secondary_indicators": ["secondary_rows", "secondary_indicators"],
    "mart.campaign": ["campaign"],
}
# Rows that count; a test changes what it is about.
COUNTING: dict[str, dict[str, Any]] = {
    "signed_projects": {
        "project_id": "GCKF-2021-0001",
        "project_name": "甲项目",
        "investor": "甲公司",
        "capital_origin": "省外",
        "sector": "工业",
        "contract_type": "正式合同",
        "nature": "新引进",
        "role": "牵头",
        "contract_amount_cny": 6 * YI,
        "signed_on": dt.date(2021, 1, 20),
        "status": "签约",
        "audit_status": "审核通过",
    },
    "paid_in": {
        "project_id": "GCKF-2021-0001",
        "project_name": "甲项目",
        "paid_month_cny": YI,
        "paid_ytd_cny": YI,
        "paid_total_cny": YI,
        "audit_status": "审核通过",
    },
    "pipeline_projects": {
        "project_id": "GCKF-2021-0201",
        "project_name": "乙项目",
        "investor": "乙公司",
        "planned_amount_cny": 2 * YI,
        "sector": "工业",
        "capital_origin": "省外",
        "talk_stage": "实质洽谈",
        "status": "在谈",
        "role": "牵头",
        "audit_status": "审核通过",
    },
    "annual_targets": {
        "year": 2021,
        "indicator_code": "ZS01",
        "target": Decimal(10),
        "unit": "亿元",
        "issued_on": dt.date(2021, 1, 8),
    },
}


def month(text: str) -> dt.date:
    return dt.date.fromisoformat(f"{text}-01")


def _keyed(return_name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its own key, as load makes it."""
    parts = [row.get(name) for name in schemas.by_name(return_name).own_key()]
    key = " / ".join(str(part) for part in parts if part is not None)
    return {"own_key": key, **row}


class House:
    """The private tables as load fills them, and the views over them."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute("set timezone = 'Asia/Shanghai'")
        # The one place that knows how the private tables are made.
        warehouse.create_tables(self.con)
        declared.store(self.con, ZONE)
        views.build(self.con)
        self.empty()

    def empty(self) -> None:
        """Forgets everything that was filed, and every setting but the invented zone's."""
        tables = self.con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where not internal"
        ).fetchall()
        for (table,) in tables:
            self.con.execute(f"truncate {table}")
        self._zone = ZONE
        declared.store(self.con, ZONE)
        self.con.execute("truncate core.departments")
        self._receipts = 0

    def zone(self, **parts: dict[str, Any]) -> None:
        """Changes settings of the zone: `zone(readings={"talk_rate_by": "amount"})`."""
        changed = {
            part: getattr(self._zone, part).model_copy(update=settings)
            if getattr(self._zone, part)
            else Campaign.model_construct(**settings)
            for part, settings in parts.items()
        }
        self._zone = self._zone.model_copy(update=changed)
        owed = self.con.execute("from core.owed").fetchall()
        declared.store(self.con, self._zone)
        self.con.execute("truncate core.departments")
        for row in owed:
            self.con.execute("insert into core.owed values (?, ?, ?)", row)

    def months(self, *months: str) -> None:
        """The months there are figures for, each due on the 2nd of the next one."""
        self._insert("core.months", [{"report_month": month(one)} for one in months])
        self.con.execute(
            "update core.months set due_on = (report_month + interval 1 month + interval 1 day)::date"
        )

    def owes(self, department: str, *return_names: str, since: str = "2021-01") -> None:
        self._insert(
            "core.owed",
            [
                {"department": department, "return_name": name, "from_month": month(since)}
                for name in return_names
            ],
        )

    def file(
        self,
        return_name: str,
        department: str | None,
        filed_for: str,
        *rows: dict[str, Any],
        **more: Any,
    ) -> str:
        """Files a return with the rows; `more` overrides columns of `core.submissions`."""
        self._receipts += 1
        key = f"s{self._receipts:03}"
        submission = {
            "submission_id": key,
            "receipt_no": self._receipts,
            "refresh_no": self._receipts,
            "arrival_no": self._receipts,
            "stands_no": self._receipts,
            "file": f"{filed_for}/{department}/{key}.xlsx",
            "received_at": dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC),
            "return_name": return_name,
            "department": department,
            "report_month": month(filed_for),
            "is_nil": not rows,
            "is_late": False,
            "is_accepted": True,
            "is_withdrawn": False,
            "status": "accepted",
            "version": 1,
            "is_current": True,
            "rows_found": len(rows),
            "rows_accepted": len(rows),
            "rows_held": 0,
            **more,
        }
        self._insert("core.submissions", [submission])
        stated = {"department": department, "report_month": month(filed_for)}
        fields = schemas.by_name(return_name).duckdb_types()
        self._insert(
            f"rows.{return_name}",
            [
                {
                    "submission_id": key,
                    "sheet": "Sheet1",
                    "excel_row": number,
                    **{name: value for name, value in stated.items() if name in fields},
                    **_keyed(return_name, {**COUNTING.get(return_name, {}), **row}),
                }
                for number, row in enumerate(rows, start=5)
            ],
        )
        return key

    def targets(self, department: str, **targets: Any) -> None:
        """Targets of 2021 issued in January: `ZS01=10` in 亿元 or pieces."""
        self.file(
            "annual_targets",
            "招商局",
            "2021-01",
            *(
                {
                    "department": department,
                    "indicator_code": code,
                    "target": Decimal(target),
                    "unit": "亿元" if code in {"ZS01", "ZS02"} else "个",
                }
                for code, target in targets.items()
            ),
        )

    def hold(self, submission_id: str, excel_row: int, *rules: str) -> None:
        """Holds a row back."""
        self._insert(
            "core.findings",
            [
                {
                    "submission_id": submission_id,
                    "rule": rule,
                    "severity": "error",
                    "holds": True,
                    "sheet": "Sheet1",
                    "excel_row": excel_row,
                }
                for rule in rules
            ],
        )
        self.con.execute(
            "update core.submissions set rows_held = rows_held + 1, "
            "rows_accepted = rows_accepted - 1, status = 'partly_accepted' "
            "where submission_id = ?",
            [submission_id],
        )

    def settle_first_filings(self) -> None:
        """Who first filed what, as settling keeps it."""
        self.con.execute(statement("settle/first_filings", is_asked="true"))

    def read(self, query: str) -> list[dict[str, Any]]:
        """Reads the views, with what is live as what is on record."""
        self.settle_first_filings()
        for relation in [one for name in RECORDED if name in query for one in RECORDED[name]]:
            self.con.execute(f"truncate record.{relation}")
            self.con.execute(f"insert into record.{relation} by name from live.{relation}")
        if "mart.findings" in query:
            effects.renew(self.con)
        found = self.con.execute(query)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def figure(
        self, code: str, filed_for: str = "2021-01", department: str = "全区"
    ) -> dict[str, Any]:
        """One row of `live.headline_indicators`."""
        (row,) = self.read(
            "select * from live.headline_indicators where "
            f"indicator_code = '{code}' and report_month = '{month(filed_for)}' "
            f"and department = '{department}'"
        )
        return row

    def reasons(self, code: str) -> list[str | None]:
        """Why the rows near the indicator are left out, by submission and row."""
        rows = self.read(
            "select reasons from live.headline_candidates "
            f"where indicator_code = '{code}' order by report_month, submission_id, excel_row"
        )
        return [words(row["reasons"]) for row in rows]

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self.con.execute(
                f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                list(row.values()),
            )
