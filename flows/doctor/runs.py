"""What runs and what ran: the lock, the last refresh, replies that wait, Prefect and its server."""

from __future__ import annotations

import datetime as dt
from importlib import metadata

from flows.announcement import announced, answers, home_of
from flows.doctor.processes import holders, orphaned_servers
from flows.doctor.subject import Subject
from flows.doctor.verdict import Verdicts, fine, mind, wrong
from flows.embedded import DATABASE
from flows.ground.durable import MIB
from flows.ground.errors import SettingsError
from flows.ground.settings import BEIJING
from flows.store.journal import Receipt

# A refresh of a whole year's files takes minutes.
_LONG = dt.timedelta(hours=3)
# Months are filed every month.
_QUIET = dt.timedelta(days=40)
_ANSWER_SECONDS = 3.0
_MUCH_MIB = 2048
_SQLITE = b"SQLite format 3\0"


def lock(subject: Subject) -> Verdicts:
    """Who is at work in the warehouse now."""
    found = holders(subject.lock)
    if not found:
        yield fine("free: no refresh is at work", "空闲，没有刷新在运行")
    for one in found:
        words = (
            f"process {one.pid} ({one.command}) is at work since {one.since:%Y-%m-%d %H:%M}",
            f"进程{one.pid}（{one.command}）从{one.since:%Y-%m-%d %H:%M}起在运行",
        )
        if subject.now - one.since < _LONG or "serve" in one.command:
            yield fine(*words)
        else:
            yield mind(
                *words,
                f"look into {subject.warehouse.logs}; one that stands still may be ended with "
                f"kill {one.pid}: nothing that was received is lost",
                f"请查看{subject.warehouse.logs}；确已停住的可用kill {one.pid}结束，收到的内容不会丢失",
            )


def last_refresh(subject: Subject) -> Verdicts:
    """When something was last published, and whether anything was received and not published."""
    yield from _failed(subject)
    known = subject.journal
    if known is None or not known.entries:
        yield fine("none yet", "还没有刷新过")
        return
    waiting = [
        one
        for one in known.entries[len(known.until_last_publication().entries) :]
        if isinstance(one, Receipt)
    ]
    if waiting and not holders(subject.lock):
        yield wrong(
            f"{len(waiting)} files were received and never published, such as {waiting[0].path}: "
            "a refresh failed or was ended",
            f"收到的{len(waiting)}个文件没有发布，例如{waiting[0].path}：有一次刷新失败或被中断",
            f"run guoban refresh; why it failed stands in {subject.warehouse.logs}",
            f"请运行guoban refresh；失败原因见{subject.warehouse.logs}",
        )
    last = known.last_publication()
    if last is None:
        return
    when = last.published_at.astimezone(BEIJING)
    words = (
        f"{last.run_id} published {when:%Y-%m-%d %H:%M}: {last.submissions_accepted} returns "
        f"accepted, {last.submissions_rejected} turned back",
        f"{when:%Y-%m-%d %H:%M}发布{last.run_id}：接收{last.submissions_accepted}份，"
        f"退回{last.submissions_rejected}份",
    )
    seen = _last_logged(subject)
    if subject.now - max(seen or when, when) > _QUIET:
        yield mind(
            f"{words[0]}; nothing has run since",
            f"{words[1]}；此后没有运行过",
            "see whether the schedule runs: crontab -l, systemctl list-timers, or guoban serve",
            "请检查定时任务：crontab -l、systemctl list-timers，或guoban serve是否在运行",
        )
    else:
        yield fine(*words)


def _failed(subject: Subject) -> Verdicts:
    """That the last run failed, as the log says."""
    last = subject.outcome or {}
    if last.get("outcome") == "failed":
        # Lines to be written somewhere are for whoever reads the log.
        when, why = last.get("time", "?"), str(last.get("message", "?")).partition("\n")[0]
        yield wrong(
            f"the run of {when} {why}",
            f"{when}的运行失败：{why.removeprefix('failed: ')}",
            f"mend what it says, then run guoban refresh; more stands in {subject.warehouse.logs}",
            f"请按提示处理后运行guoban refresh；详情见{subject.warehouse.logs}",
        )


def _last_logged(subject: Subject) -> dt.datetime | None:
    """When a run last wrote to its log."""
    times = [one.stat().st_mtime for one in subject.warehouse.logs.glob("*") if one.is_file()]
    return dt.datetime.fromtimestamp(max(times), BEIJING) if times else None


def replies(subject: Subject) -> Verdicts:
    """Files that were judged and still wait for their reply."""
    waiting = subject.warehouse.unanswered.begun()
    if not waiting or holders(subject.lock):
        yield fine(
            f"{len(waiting)} being written" if waiting else "all are written",
            f"{len(waiting)}份正在生成" if waiting else "均已生成",
        )
        return
    yield mind(
        f"{len(waiting)} files wait for their reply: a refresh was ended before it wrote them",
        f"有{len(waiting)}个文件的审核意见还没有生成：有一次刷新在此之前被中断",
        "run guoban refresh",
        "请运行guoban refresh",
    )


def orchestrator(subject: Subject) -> Verdicts:
    """Whether Prefect is there, its server answers, and none is left over."""
    home = home_of(subject.warehouse.folder)
    for one in [] if announced(home) else orphaned_servers(home):
        yield mind(
            f"a server of Prefect's is left over from a run that has gone: process {one.pid}",
            f"有一个Prefect服务器进程{one.pid}，启动它的运行已经结束",
            f"end it: kill {one.pid}",
            f"请结束它：kill {one.pid}",
        )
    try:
        is_used = subject.settings.by_prefect
    except SettingsError as error:
        yield wrong(
            str(error),
            error.chinese,
            "set GUOBAN_ORCHESTRATOR=none, or install requirements.txt",
            "请设置GUOBAN_ORCHESTRATOR=none，或安装requirements.txt",
        )
        return
    if not is_used:
        yield fine("not used (GUOBAN_ORCHESTRATOR=none)", "不使用（GUOBAN_ORCHESTRATOR=none）")
        return
    version = metadata.version("prefect")
    named = subject.environment.get("PREFECT_API_URL")
    if named and not answers(named, _ANSWER_SECONDS):
        yield wrong(
            f"the server at {named} (PREFECT_API_URL) doesn't answer: no refresh begins",
            f"服务器{named}（PREFECT_API_URL）没有响应，无法刷新",
            "start it, or unset PREFECT_API_URL, or set GUOBAN_ORCHESTRATOR=none",
            "请启动该服务器，或取消PREFECT_API_URL，或设置GUOBAN_ORCHESTRATOR=none",
        )
        return
    database = home / DATABASE
    if database.exists():
        with database.open("rb") as file:
            is_sound = file.read(len(_SQLITE)) in {_SQLITE, b""}
        if not is_sound:
            yield mind(
                f"{database} is damaged; it has the record of earlier runs, no figures",
                f"{database}已损坏；其中只有以往运行的记录，不影响数字",
                "the next guoban refresh keeps it aside and makes it anew",
                "下次运行guoban refresh会把它另存并重新生成",
            )
        if (size := database.stat().st_size // MIB) > _MUCH_MIB:
            yield mind(
                f"{database} takes {size} MiB",
                f"{database}占用{size} MiB",
                "it is a record of runs only: delete it while nothing runs",
                "其中只有运行记录，没有运行时可以删除",
            )
    server = named or announced(home)
    where = server or "one of its own with each refresh"
    yield fine(
        f"Prefect {version}; server: {where}",
        f"Prefect {version}；服务器：{server or '每次刷新自带'}",
    )
