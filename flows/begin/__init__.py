"""What a new zone begins with: its `zone.toml`, empty folders, a schedule, a page for its administrator."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template

from flows.answer.places import folder_of
from flows.begin.answers import Answers
from flows.begin.zone_file import zone_text
from flows.ground.days import due_on
from flows.ground.durable import OWN, writing
from flows.ground.errors import SettingsError
from flows.ground.settings import PROJECT
from flows.ground.zone import Zone, zone_of

_PAGES = Path(__file__).with_name("pages")
# What a shell, cron, systemd or a container would read as something else.
_UNPLAIN = re.compile(r"""[\s\x00-\x1f\x7f-\x9f"'\\$%`;#&|<>()*?!{}\[\]~]""")
# The guide's chapters that an administrator needs when the machine is gone.
_CHAPTERS = ("备份", "恢复", "升级", "换一台机器")


@dataclass(frozen=True)
class Begun:
    """What was made, and the month for which the drop folder has folders."""

    folder: Path
    files: list[Path]
    month: dt.date
    zone: Zone


def begin(folder: Path, answers: Answers, today: dt.date) -> Begun:
    """Makes the folders and files of a new zone; nothing that exists is touched.

    Raises SettingsError where an answer or the folder can't be used, or something of the kind is
    there already: then nothing is made. WarehouseError where the folder can't be written.
    """
    folder = folder.absolute()
    if odd := _UNPLAIN.search(str(folder)):
        raise SettingsError(
            f"the folder's path has {odd[0]!r} in it, which schedules can't hold: choose another",
            f"文件夹路径中有“{odd[0]}”，定时任务中不能使用，请换一个路径",
        )
    text = zone_text(answers, (PROJECT / "zone.toml").read_text("utf-8"))
    zone = zone_of(text, "zone.toml")
    month = max(_due_next(zone, today), answers.first_month() or today.replace(day=1))
    drop = [
        folder.joinpath("raw", *folder_of(month, one.name)) for one in zone.departments if one.owes
    ]
    files = {folder / "zone.toml": text, **_pages(folder, answers)}
    places = [folder / "raw", folder / "warehouse", *files]
    if there := [one for one in places if one.exists() or one.is_symlink()]:
        names = ", ".join(str(one) for one in there)
        raise SettingsError(
            f"{names}: exists already, and nothing is ever overwritten; choose an empty folder",
            f"{names}已存在，不会覆盖；请选一个空文件夹",
        )
    with writing(folder):
        for place in (folder / "raw", *drop):
            place.mkdir(parents=True, exist_ok=True)
        (folder / "warehouse").mkdir(mode=OWN)
        for path, content in files.items():
            path.parent.mkdir(exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(content)
    return Begun(folder, list(files), month, zone)


def _due_next(zone: Zone, today: dt.date) -> dt.date:
    """The month whose returns are due next."""
    this = today.replace(day=1)
    before = (this - dt.timedelta(days=1)).replace(day=1)
    return before if today <= due_on(zone, before) else this


def _pages(folder: Path, answers: Answers) -> dict[Path, str]:
    """What else the folder gets, each from its template."""
    names = {
        "folder": folder,
        "project": PROJECT,
        "guoban": _command(),
        "zone": answers.name,
        "orchestrator": "" if answers.orchestrator else "# ",
        "who": answers.orchestrator or "none",
        "chapters": _chapters(folder),
    }
    return {
        folder / path.relative_to(_PAGES): Template(path.read_text("utf-8")).substitute(names)
        for path in sorted(_PAGES.rglob("*"))
        if path.is_file()
    }


def _command() -> Path:
    """Where the command is that was called, or would be."""
    beside = Path(sys.executable).with_name("guoban")
    found = beside if beside.exists() else shutil.which("guoban")
    return Path(found or PROJECT / ".venv" / "bin" / "guoban")


def _chapters(folder: Path) -> str:
    """The guide's chapters on what to do when things change, with this zone's own places."""
    guide = (PROJECT / "docs" / "admin.zh.md").read_text("utf-8")
    chapters = re.split(r"^(?=## )", guide, flags=re.MULTILINE)
    wanted = [one for one in chapters if one.partition("\n")[0].removeprefix("## ") in _CHAPTERS]
    text = "".join(wanted).strip()
    for name, place in (
        ("$GUOBAN_RAW", folder / "raw"),
        ("$GUOBAN_WAREHOUSE", folder / "warehouse"),
        ("$GUOBAN_ZONE", folder / "zone.toml"),
    ):
        text = text.replace(name, str(place))
    return text
