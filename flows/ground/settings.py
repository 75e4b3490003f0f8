"""Where guoban finds things and how much a file may cost: environment `GUOBAN_*`, or options.

The zone's own choices (departments, thresholds, dates) are not here but in `zone.toml`.
"""

from __future__ import annotations

import grp
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.ground import database_url, defaults
from flows.ground.errors import SettingsError
from flows.ground.memory import DEFAULT_MIB, LEAST_MIB, shares_of

BEIJING = defaults.BEIJING
PROJECT = defaults.PROJECT
# The rules across files, one file each, named by its id.
CHECKS = PROJECT / "sql" / "checks"


class Settings(BaseSettings):
    """Folders and limits; every one can be set in the environment (`GUOBAN_RAW=…`)."""

    # What is endless is no time that anything may take; what is wrong may be a password.
    model_config = SettingsConfigDict(
        env_prefix="GUOBAN_", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    raw: Path = Field(defaults.RAW, description="drop folder, only ever read")
    warehouse: Path = Field(defaults.WAREHOUSE, description="all that guoban writes")
    zone: Path = Field(PROJECT / "zone.toml", description="the zone's own file")
    orchestrator: Literal["prefect", "none"] = Field(
        default_factory=lambda: "prefect" if defaults.has_prefect() else "none",
        description="who runs the stages; none is the default where Prefect isn't installed",
    )
    server_minutes: float = Field(
        5.0,
        ge=0,
        description="Prefect's own server stays so long after a refresh, for the next one; 0: it "
        "ends with it",
    )

    read_seconds: float = Field(60.0, gt=0, description="time that reading one file may take")
    memory_mib: int = Field(
        DEFAULT_MIB, ge=LEAST_MIB, description="memory of all processes of a run together"
    )
    read_memory_mib: int = Field(
        default_factory=lambda known: shares_of(known["memory_mib"]).lone_reader,
        ge=256,
        description="memory of a reader process that reads a large file alone",
    )
    read_workers: int = Field(2, ge=1, description="reader processes at once")
    database_memory_mib: int = Field(
        default_factory=lambda known: shares_of(known["memory_mib"]).database,
        ge=256,
        description="memory of the database; beyond it, it writes below the warehouse",
    )
    max_file_mib: int = Field(defaults.MAX_FILE_MIB, ge=1, description="larger files are not read")
    settle_seconds: float = Field(
        1.0, ge=0, description="a file younger than this is looked at twice before it is taken"
    )
    keep_releases: int = Field(
        3, ge=3, description="releases kept for clients that still read them"
    )
    publish: SecretStr | None = Field(
        None,
        description="the same figures in PostgreSQL after each release: postgresql://user@host/database",
    )
    publish_seconds: float = Field(
        120.0, gt=0, description="time that copying to PostgreSQL may add to a refresh"
    )
    notify_seconds: float = Field(
        30.0, gt=0, description="time that sending notifications may add to a refresh"
    )
    readers_group: str = Field(
        "",
        description="system group that may read replies and releases; none: replies are the "
        "user's alone, releases everybody's",
    )

    watch: Literal["auto", "events", "polling"] = Field(
        "auto",
        description="how serve hears of files: from the kernel, or by looking, as it must on folders "
        "that other machines write to",
    )
    still_seconds: float = Field(
        2.0, gt=0, le=600, description="for serve a file has arrived when it was still for so long"
    )
    port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="port of loopback on which serve has Prefect's pages; none: 4200, or any free one",
    )

    @field_validator("publish")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        """An empty one is none, as a file of settings may have it."""
        if value is None or not value.get_secret_value():
            return None
        database_url.checked(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _keeps_folders_apart(self) -> Self:
        """What guoban writes is never filed, and what is filed never among what it writes."""
        if not defaults.are_apart(self.raw, self.warehouse):
            raise SettingsError(
                f"the drop folder {self.raw} (GUOBAN_RAW) and the warehouse folder "
                f"{self.warehouse} (GUOBAN_WAREHOUSE) lie in each other; they must be apart",
                f"投放文件夹{self.raw}（GUOBAN_RAW）与数据仓文件夹{self.warehouse}"
                "（GUOBAN_WAREHOUSE）互相包含，请分开存放",
            )
        return self

    @property
    def by_prefect(self) -> bool:
        """Whether Prefect runs the stages. Raises SettingsError: it is to, and isn't installed."""
        if self.orchestrator == "prefect" and not defaults.has_prefect():
            raise SettingsError(
                "GUOBAN_ORCHESTRATOR is prefect, but Prefect is not installed here; set it to none, "
                "or install requirements.txt (from the kit: sh install.sh without --no-prefect)",
                "GUOBAN_ORCHESTRATOR为prefect，但未安装Prefect；请改为none，"
                "或安装requirements.txt（离线安装包：sh install.sh，不带--no-prefect）",
            )
        return self.orchestrator == "prefect"

    @property
    def publish_to(self) -> str | None:
        """The whole address of the database that figures are copied to, with its password.

        Raises SettingsError: there is one, and what copies isn't installed.
        """
        if self.publish is None:
            return None
        if not defaults.has_postgres():
            raise SettingsError(
                "GUOBAN_PUBLISH is set, but what copies to PostgreSQL is not installed here; unset it, "
                "or install requirements-postgres.txt (docs/postgres.md)",
                "设置了GUOBAN_PUBLISH，但未安装PostgreSQL驱动；请取消该设置，"
                "或安装requirements-postgres.txt（见docs/postgres.zh.md）",
            )
        return self.publish.get_secret_value()

    @property
    def readers_gid(self) -> int | None:
        """The number of the readers' group; None for none. Raises SettingsError: there is no such."""
        if not self.readers_group:
            return None
        try:
            return grp.getgrnam(self.readers_group).gr_gid
        except KeyError:
            raise SettingsError(
                f"GUOBAN_READERS_GROUP: there is no group {self.readers_group!r} on this system",
                f"GUOBAN_READERS_GROUP：系统中没有用户组“{self.readers_group}”",
            ) from None


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The settings, those that are given before those of the environment.

    Raises SettingsError that names every one that is wrong.
    """
    try:
        return Settings(**given)
    except ValidationError as errors:
        said = [
            f"GUOBAN_{'_'.join(str(part) for part in one['loc']).upper()}: {one['msg']}"
            for one in errors.errors()
            # What is reckoned from a wrong setting is not wrong by itself.
            if one["type"] != "default_factory_not_called"
        ]
        raise SettingsError("\n".join(said)) from None
