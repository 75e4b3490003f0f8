"""What the warehouse keeps: journal, archive, working database, release, and what was put aside."""

from __future__ import annotations

import datetime as dt

from flows.doctor.processes import holders
from flows.doctor.subject import Subject
from flows.doctor.verdict import Verdict, Verdicts, fine, mind, wrong
from flows.ground.durable import MIB
from flows.ground.errors import GuobanError, SettingsError, UnchainedError, WarehouseError
from flows.ground.settings import BEIJING
from flows.publish.current import HEADERS_BYTES, is_whole, newest
from flows.store.archive import Archive
from flows.store.belonging import assert_belongs
from flows.store.journal import Journal, moment_of

_MOST_SECONDS_AHEAD = 120
# What stands in a file of DuckDB's behind the first eight bytes.
_MAGIC = b"DUCK"
_FROM_BACKUP = ("restore it from a backup (docs/admin.md)", "请从备份恢复（docs/admin.zh.md）")


def journal(subject: Subject) -> Verdicts:
    """Whether it can be read to its end, and is this zone's."""
    folder = subject.warehouse.journal
    file = folder / "journal.jsonl"
    if not file.exists():
        if any(subject.warehouse.archive.glob("??")):
            yield wrong(
                f"{file} is missing, and files have been received",
                f"缺少{file}，而存档中已有收到的文件",
                *_FROM_BACKUP,
            )
        else:
            yield fine("nothing has been received yet", "尚未收到文件")
        return
    try:
        found = Journal(folder)
    except UnchainedError as error:
        yield _with_ways(error)
        return
    except WarehouseError as error:
        yield wrong(str(error), error.chinese, *_FROM_BACKUP)
        return
    if not file.read_bytes().endswith(b"\n"):
        yield mind(
            f"the last line of {file} is torn: a run was ended while it wrote, or is writing now",
            f"{file}的最后一行不完整：有一次运行在写入时中断，或正在写入",
            "nothing acted on it; the next guoban refresh cuts it off",
            "该行没有生效，下次运行guoban refresh会截去",
        )
    if subject.zone is not None:
        try:
            assert_belongs(folder, subject.zone)
        except SettingsError as error:
            yield _with_ways(error)
    receipts, publications = len(found.receipts), len(found.publications)
    yield fine(
        f"{receipts} files received, {publications} publications, {len(found.acts())} decisions",
        f"收到文件{receipts}个，发布{publications}次，人工处理{len(found.acts())}项",
    )


def _with_ways(error: GuobanError) -> Verdict:
    """What an error says in its first sentence, and the ways on, which it says after that."""
    words, _, ways = str(error).partition(". ")
    chinese, _, chinese_ways = error.chinese.partition("。")
    return wrong(words, chinese, ways, chinese_ways)


def archive(subject: Subject) -> Verdicts:
    """Whether every file that was received is there, as large as it was."""
    if subject.journal is None:
        yield mind(
            "not looked at, as the journal can't be read",
            "台账无法读取，没有核对存档",
            "mend the journal first",
            "请先处理台账",
        )
        return
    kept = Archive(subject.warehouse.archive)
    sizes = {one.sha256: one.size for one in subject.journal.receipts}
    lost = []
    for sha256, size in sizes.items():
        try:
            is_there = kept.path(sha256).stat().st_size == size
        except OSError:
            is_there = False
        if not is_there:
            lost.append(kept.path(sha256))
    if lost:
        yield wrong(
            f"{len(lost)} of {len(sizes)} received files are missing or damaged, such as {lost[0]}",
            f"收到的{len(sizes)}个文件中有{len(lost)}个缺失或损坏，例如{lost[0]}",
            "restore them from a backup, or copy the file that was received there (its sha256 is "
            "its name)",
            "请从备份恢复，或把当时收到的文件复制到此处（文件名即其sha256）",
        )
    else:
        yield fine(f"all {len(sizes)} received files are there", f"收到的{len(sizes)}个文件都在")


def clock(subject: Subject) -> Verdicts:
    """Whether the clock is behind what was written down already."""
    known = subject.journal.entries if subject.journal else []
    last = max(map(moment_of, known), default=None)
    now = f"{subject.now:%Y-%m-%d %H:%M}"
    if last is None or last <= subject.now + dt.timedelta(seconds=_MOST_SECONDS_AHEAD):
        yield fine(f"{now} (Beijing)", f"{now}（北京时间）")
        return
    latest = f"{last.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    yield wrong(
        f"it is {now} here, and the journal has an entry of {latest}: the clock is behind, or was "
        "ahead then",
        f"本机时间是{now}，而台账中已有{latest}的记录：时钟慢了，或当时快了",
        "set the clock (timedatectl set-ntp true); which version counts goes by time",
        "请校准时钟（timedatectl set-ntp true），版本先后按时间判断",
    )


def working_database(subject: Subject) -> Verdicts:
    """Its size, whether it begins as one, and who else has it open. It is never opened here.

    To open it, also for reading, would turn a refresh away that begins meanwhile.
    """
    path = subject.warehouse.working_database
    if not path.exists():
        yield fine("will be made by the next refresh", "将由下次刷新生成")
        return
    at_work = {one.pid for one in holders(subject.lock)}
    for one in holders(path):
        if one.pid not in at_work:
            yield mind(
                f"process {one.pid} ({one.command}) has {path} open: no refresh can begin",
                f"进程{one.pid}（{one.command}）打开了{path}，无法刷新",
                "close it there; to look at figures open current/guoban.duckdb",
                "请在该程序中关闭；查看数据请打开current/guoban.duckdb",
            )
    with path.open("rb") as file:
        head = file.read(HEADERS_BYTES)
    if head[8:12] != _MAGIC or len(head) < HEADERS_BYTES:
        yield mind(
            f"{path} is damaged",
            f"{path}已损坏",
            "the next guoban refresh keeps it aside and makes it anew from archive and journal",
            "下次运行guoban refresh会把它另存，并由存档和台账重新生成",
        )
        return
    size = path.stat().st_size // MIB
    yield fine(f"{size} MiB", f"{size} MiB")


def release(subject: Subject) -> Verdicts:
    """Whether what is published can be read, and is what the journal says was published."""
    folder = subject.warehouse.folder
    link = folder / "current"
    last = subject.journal.last_publication() if subject.journal else None
    again = ("run guoban refresh: it is made again", "请运行guoban refresh，会重新生成")
    if not link.exists() and not link.is_symlink():
        if last is None:
            yield fine("nothing is published yet", "尚未发布")
        else:
            yield wrong(f"{link} is missing", f"缺少{link}", *again)
        return
    if not link.is_symlink():
        yield wrong(
            f"{link} is no link to a release: the warehouse was copied with its links followed",
            f"{link}不是指向发布目录的链接：复制数据仓时没有保留链接",
            "run guoban refresh: it is kept aside and the link made again; copy with rsync -a or tar",
            "请运行guoban refresh，会另存并重新建立链接；复制时请用rsync -a或tar",
        )
        return
    path = newest(folder)
    if path is None:
        yield wrong(f"{link} leads nowhere", f"{link}指向的发布目录不存在", *again)
    elif not is_whole(path):
        yield wrong(f"{path} can't be read or is cut short", f"{path}无法读取或不完整", *again)
    elif subject.journal is None:
        yield fine(path.parent.name, path.parent.name)
    elif last is None or path.parent.name != last.run_id:
        yield mind(
            f"{path.parent.name} is published, and not the journal's last",
            f"当前发布的是{path.parent.name}，与台账中的最近一次不符",
            *again,
        )
    else:
        when = f"{last.published_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        yield fine(f"{last.run_id}, published {when}", f"{last.run_id}，发布于{when}")


def put_aside(subject: Subject) -> Verdicts:
    """What earlier runs kept apart for somebody to look into."""
    folder = subject.warehouse.folder
    kept = sorted(
        [
            *folder.glob("work/damaged-*"),
            *folder.glob("prefect/damaged-*"),
            *folder.glob("current-*"),
        ]
    )
    if not kept:
        yield fine("nothing", "无")
        return
    names = ", ".join(one.relative_to(folder).as_posix() for one in kept)
    yield mind(
        f"kept from earlier accidents: {names}",
        f"以往故障时另存的：{names}",
        "delete them once nobody needs them; should they become more, look at the disk",
        "不再需要时可以删除；如果越来越多，请检查磁盘",
    )
