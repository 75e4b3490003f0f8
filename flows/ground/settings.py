"""Where guoban finds things and how much a file may cost: environment `GUOBAN_*`, or options.

The zone's own choices (departments, thresholds, dates) are not here but in `zone.toml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where TIME names no zone, and for every date that a person sees.
BEIJING = ZoneInfo("Asia/Shanghai")
PROJECT = Path(__file__).resolve().parent.parent.parent
# The rules across files, one file each, named by its id.
CHECKS = PROJECT / "sql" / "checks"


class Settings(BaseSettings):
    """Folders and limits; every one can be set in the environment (`GUOBAN_RAW=…`)."""

    model_config = SettingsConfigDict(env_prefix="GUOBAN_", frozen=True)

    raw: Path = Field(PROJECT / "data" / "raw", description="drop folder, only ever read")
    warehouse: Path = Field(PROJECT / "data" / "warehouse", description="all that guoban writes")
    zone: Path = Field(PROJECT / "zone.toml", description="the zone's own file")
    orchestrator: Literal["prefect", "none"] = "prefect"

    read_seconds: float = Field(60.0, gt=0, description="time that reading one file may take")
    read_memory_mib: int = Field(2048, ge=256, description="memory of one reader process")
    read_workers: int = Field(2, ge=1, description="reader processes at once")
    database_memory_mib: int = Field(
        1024, ge=256, description="memory of the database; beyond it, it writes below the warehouse"
    )
    max_file_mib: int = Field(200, ge=1, description="larger files are not read")
    settle_seconds: float = Field(
        1.0, ge=0, description="a file younger than this is looked at twice before it is taken"
    )
    keep_releases: int = Field(
        3, ge=3, description="releases kept for clients that still read them"
    )
