"""What a bulletin is about, and what both say alike of it: whose month it is, how it stands, by which release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from flows.answer.headline import headline_lines
from flows.answer.wording import standing_words
from flows.bulletin import words
from flows.bulletin.document import dated_words
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.month.board import Board
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from flows.values.dates import month_end

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """A month as it is published: its board, the release (`mart.release`), and what else is asked of that."""

    con: duckdb.DuckDBPyConnection
    zone: Zone
    board: Board
    release: Row

    @property
    def month(self) -> dt.date:
        return self.board.report_month

    @property
    def month_end(self) -> dt.date:
        return month_end(self.month)

    @property
    def published_on(self) -> dt.date:
        """The day of the release, in Beijing."""
        return self.release["published_at"].astimezone(BEIJING).date()  # type: ignore[no-any-return]

    @property
    def until(self) -> dt.date:
        """The last day that figures tell of: the month's, or the release's while the month still runs."""
        # A month may be published before it begins only by mistake of a clock.
        return max(min(self.month_end, self.published_on), self.month)

    @property
    def is_interim(self) -> bool:
        """Whether the month had not ended when it was published."""
        return self.until < self.month_end

    def rows(self, name: str, **asked: object) -> list[Row]:
        """The rows of `sql/bulletin/<name>.sql` for the month."""
        text = statement(f"bulletin/{name}")
        return [*fetch_rows(self.con, text, {"month": self.month, **asked})]

    @property
    def headline(self) -> str:
        """The article's lines, one after the other."""
        return "".join(
            headline_lines({row["indicator_code"]: row for row in self.board.indicators})
        )

    def subtitle(self, text: str, **more: str) -> str:
        """The line below the title: the month or the week, and how the figures stand."""
        return text.format(
            year=self.month.year,
            month=self.month.month,
            standing=self.standing,
            interim=words.INTERIM_MARK if self.is_interim else "",
            incomplete="" if self.board.month["is_complete"] else words.INCOMPLETE_MARK,
            **more,
        )

    @property
    def standing(self) -> str:
        return standing_words(self.board.month["is_locked"])

    @property
    def copy_to(self) -> str:
        names = "，".join(self.zone.bulletin.copy_to)
        return words.COPY_TO.format(names=names) if names else ""

    def fields(self, title: str, subtitle: str) -> dict[str, str]:
        """The texts that a template has places for, by the names that it calls them."""
        number = self.zone.bulletin.document_number
        for name, value in (("{year}", self.month.year), ("{month}", self.month.month)):
            number = number.replace(name, str(value))
        missing = self.board.missing_words
        return {
            "标题": title,
            "副标题": subtitle,
            "文号": number,
            "开发区": self.board.zone_name,
            "年": str(self.month.year),
            "月": str(self.month.month),
            "数据状态": self.standing,
            "完整情况": words.INCOMPLETE.format(missing=missing) if missing else "",
            "署名": self.zone.bulletin.issuer or self.board.zone_name,
            "日期": dated_words(self.published_on),
            "抄送": self.copy_to,
            "发布编号": self.release["run_id"],
            "数据指纹": self.release["fingerprint"],
            "台账链首": self.release["chain_head"],
        }
