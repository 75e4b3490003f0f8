"""What is wrong with this installation and its warehouse, and what to do: asked by `guoban doctor`.

It looks and changes nothing: no file is opened for writing, no lock is taken, nothing is sent but to
try addresses where that is asked for, and servers are only asked what they have. So it may be asked while a refresh is at work, and of a warehouse
that nothing else can read any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flows.doctor import choices, folders, kept, machine, postgres, runs
from flows.doctor.subject import Subject
from flows.doctor.verdict import State, Verdict, Verdicts, wrong
from flows.ground.errors import GuobanError
from flows.ground.notes import Note, in_a_line

__all__ = ["CHECKS", "Check", "State", "Subject", "examined"]

# Each check under its name: its title, and what looks.
CHECKS: Mapping[str, tuple[Note, Callable[[Subject], Verdicts]]] = {
    "versions": (Note("versions", "版本"), machine.versions),
    "packages": (Note("packages", "软件包"), machine.packages),
    "memory": (Note("memory", "内存"), machine.memory),
    "terminal": (Note("terminal", "终端"), machine.terminal),
    "environment": (Note("environment", "环境变量"), machine.environment),
    "zone": (Note("zone.toml", "开发区设置"), choices.zone_file),
    "calendar": (Note("calendar", "节假日"), choices.calendar),
    "notifications": (Note("notifications", "通知"), choices.notifications),
    "drop_folder": (Note("drop folder", "投放文件夹"), folders.drop_folder),
    "warehouse": (Note("warehouse folder", "数据仓"), folders.warehouse_folder),
    "room": (Note("room on the disk", "磁盘空间"), folders.room),
    "lock": (Note("lock", "锁"), runs.lock),
    "journal": (Note("journal", "台账"), kept.journal),
    "archive": (Note("archive", "存档"), kept.archive),
    "clock": (Note("clock", "时钟"), kept.clock),
    "working_database": (Note("working database", "工作数据库"), kept.working_database),
    "release": (Note("release", "发布"), kept.release),
    "postgres": (Note("PostgreSQL", "PostgreSQL"), postgres.publication),
    "last_refresh": (Note("last refresh", "最近一次刷新"), runs.last_refresh),
    "replies": (Note("replies", "审核意见"), runs.replies),
    "orchestrator": (Note("Prefect", "Prefect"), runs.orchestrator),
    "put_aside": (Note("put aside", "另存"), kept.put_aside),
}


@dataclass(frozen=True)
class Check:
    """One line of the examination: what was looked at, and what was found."""

    name: str
    title: Note
    verdict: Verdict


def examined(subject: Subject) -> Iterator[Check]:
    """Every check in its order, one line or more each; whatever fails in one is what it found."""
    for name, (title, look) in CHECKS.items():
        try:
            for verdict in look(subject):
                yield Check(name, title, verdict)
        except Exception as error:
            yield Check(name, title, _failed(error))


def _failed(error: Exception) -> Verdict:
    if isinstance(error, GuobanError):
        said = (str(error), error.chinese)
    else:
        words = in_a_line(error).english
        said = (f"can't be looked at ({words})", f"无法检查（{words}）")
    return wrong(
        *said,
        "see whether this user may read it; GUOBAN_DEBUG=1 guoban refresh tells more",
        "请检查本用户是否有权读取；GUOBAN_DEBUG=1 guoban refresh会给出更多信息",
    )
