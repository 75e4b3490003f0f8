"""A zone whose departments are told things: what is published, as the views give it, and who hears."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from house import House, month

from flows.answer import places
from flows.answer.results import FileResult, RunResult
from flows.ground.settings import BEIJING, PROJECT, Settings
from flows.ground.zone import Department, Notifications, Zone, load_zone

RELATIONS = (
    "mart.submissions", "mart.findings", "mart.return_status", "mart.headline_indicators",
    "mart.figure_changes", "mart.refreshes", "mart.dim_indicator", "mart.dim_department",
    "detail.to_do",
)  # fmt: skip
# A finding as it quotes a cell: nothing of it may be sent.
PERSONAL = ("张三", "13812345678", "张三丰有限公司")


def zone_of(send_to: Sequence[str], notify: dict[str, list[str]], **more: object) -> Zone:
    """Two departments that owe two returns each, and the addresses that are told."""
    departments = tuple(
        Department.model_validate(
            {
                "name": name,
                "owes": {"2021-01": ["signed_projects", "paid_in"]},
                "notify": notify.get(name, []),
            }
        )
        for name in ("招商局", "经济发展局")
    )
    told = Notifications.model_validate({"send_to": send_to, **more})
    return load_zone(PROJECT / "zone.toml").model_copy(
        update={"departments": departments, "notifications": told}
    )


class Town:
    """What is published for January to May 2021, and the warehouse folder in which it lies."""

    def __init__(self, folder: Path, house: House) -> None:
        self.settings = Settings(
            raw=folder / "raw", warehouse=folder / "warehouse", orchestrator="none",
            notify_seconds=20,
        )  # fmt: skip
        self.house = house
        self.warehouse = self.settings.warehouse
        self.state = self.warehouse / "journal" / "notified.json"
        self._receipts = 0
        self._runs = 0
        self._new: list[FileResult] = []
        (self.warehouse / "journal").mkdir(parents=True)
        house.months(*(f"2021-0{number}" for number in range(1, 6)))
        for name in ("招商局", "经济发展局"):
            house.owes(name, "signed_projects", "paid_in")

    def file(
        self,
        return_name: str | None,
        department: str | None,
        filed_for: str | None,
        status: str = "accepted",
        file: str | None = None,
        errors: int = 0,
        warnings: int = 0,
    ) -> None:
        """A return comes in, with its reply where it has findings."""
        self._receipts += 1
        key = f"{self._receipts:06d}-1"
        known = month(filed_for) if filed_for else None
        file = file or f"{filed_for}/{department}/{return_name}.xlsx"
        is_accepted = status not in {"rejected", "withdrawn"}
        row = {
            "submission_id": key, "receipt_no": self._receipts, "draft_no": 1, "file": file,
            "return_name": return_name, "department": department, "report_month": known,
            "status": status, "is_current": is_accepted, "is_accepted": is_accepted,
            "is_nil": False, "is_late": False, "is_withdrawn": False, "version": 1,
            "received_at": dt.datetime(2021, 6, 1, 12, tzinfo=dt.UTC),
            "arrival_no": self._receipts, "stands_no": self._receipts, "refresh_no": 1,
            "rows_found": 1, "rows_accepted": 1, "rows_held": 0,
        }  # fmt: skip
        self._insert("core.submissions", row)
        for severity, count in (("error", errors), ("warning", warnings)):
            for number in range(count):
                self._insert(
                    "core.findings",
                    {
                        "submission_id": key, "rule": "E003", "severity": severity,
                        "message": f"“{PERSONAL[0]} {PERSONAL[1]}”不是日期", "value": PERSONAL[2],
                        "excel_row": number + 5, "report_month": known,
                        "department": department, "return_name": return_name,
                    },
                )  # fmt: skip
        if errors or warnings:
            reply = self.warehouse.joinpath(
                "replies", *places.folder_of(known, department), places.reply_name(file)
            )
            reply.parent.mkdir(parents=True, exist_ok=True)
            reply.touch()
        self._new.append(
            FileResult(file, "0" * 64, return_name, department, known, status, submission_id=key)
        )

    def all_but(self, *missing: tuple[str, str, str]) -> None:
        """Everything is filed that is owed but these: return, department, month."""
        for number in range(1, 6):
            for department in ("招商局", "经济发展局"):
                for name in ("signed_projects", "paid_in"):
                    place = (name, department, f"2021-0{number}")
                    if place not in missing:
                        self.file(*place)

    def moves(
        self, code: str, filed_for: str, old: str, new: str, department: str = "全区"
    ) -> None:
        """A figure moves with the next publication."""
        self._insert(
            "core.figure_changes",
            {
                "report_month": month(filed_for), "department": department,
                "indicator_code": code, "figure": "value",
                "old_value": Decimal(old), "new_value": Decimal(new), "cause": "resubmission",
                "publication_no": self._runs + 1, "ordinal": 1,
            },
        )  # fmt: skip

    def publish(self, at: dt.datetime | None = None) -> RunResult:
        """Publishes what is there now; gives what the refresh tells."""
        self._runs += 1
        run_id = f"20210601-0000{self._runs:02d}-000000"
        self._insert(
            "core.refreshes",
            {
                "publication_no": self._runs, "run_id": run_id,
                "published_at": at or dt.datetime(2021, 6, 1, self._runs, tzinfo=BEIJING),
            },
        )  # fmt: skip
        self.house.read("from mart.headline_indicators")
        release = self.warehouse / "releases" / run_id
        release.mkdir(parents=True)
        con = self.house.con
        con.execute(f"attach '{release / 'guoban.duckdb'}' as published")
        con.execute("create schema published.mart; create schema published.detail")
        for name in RELATIONS:
            con.execute(f"create table published.{name} as from {name}")
        con.execute("detach published")
        current = self.warehouse / "current"
        current.unlink(missing_ok=True)
        current.symlink_to(release)
        new, self._new = self._new, []
        return RunResult(run_id, run_id, new, {})

    def nothing_new(self) -> RunResult:
        """What a refresh tells that found nothing."""
        return RunResult("20210602-000000-000000", None, [], {})

    def _insert(self, table: str, row: dict[str, object]) -> None:
        self.house.con.execute(
            f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
            list(row.values()),
        )
