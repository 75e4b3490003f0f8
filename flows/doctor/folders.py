"""The folders: what is filed and what is kept can be read and written, and there is room."""

from __future__ import annotations

import os
import pwd
import stat
from collections import Counter
from pathlib import Path

from flows.doctor.subject import Subject
from flows.doctor.verdict import Verdict, Verdicts, fine, mind, wrong
from flows.ground.durable import MIB, OWN, free_bytes
from flows.ground.errors import SettingsError
from flows.ground.mounts import is_elsewhere, kind_of
from flows.receive.inbox import scan

# From so many on, files that are not taken are more than a stray one.
_MANY = 10
# So many times what a refresh takes should be free.
_EASY = 4
_LEAST_FILES = 1000
_FUTURE_SECONDS = 3600
# Disks of other systems, whose locks and links may not hold either.
_FOREIGN = {"vfat", "exfat", "ntfs", "ntfs3", "fuseblk"}


def drop_folder(subject: Subject) -> Verdicts:
    """What lies in the drop folder, and what of it can't be taken."""
    folder = subject.settings.raw
    try:
        arrivals, ignored = scan(folder)
    except SettingsError as error:
        yield wrong(
            str(error),
            f"投放文件夹{folder}无法读取",
            "make the folder, let this user read it, or set GUOBAN_RAW to the right one",
            "请建立该文件夹并允许本用户读取，或把GUOBAN_RAW改为正确的文件夹",
        )
        return
    closed = [one.path for one in arrivals if not os.access(one.location, os.R_OK)]
    closed += [one.path for one in ignored if one.reason.startswith("无法查看")]
    if closed:
        yield wrong(
            f"{len(closed)} files or folders in {folder} can't be read, such as {closed[0]}",
            f"{folder}中有{len(closed)}个文件或文件夹无法读取，例如{closed[0]}",
            "let this user read them (chmod -R u+rX, or the share's rights)",
            "请允许本用户读取（chmod -R u+rX，或修改共享权限）",
        )
    large = [one.path for one in arrivals if one.size > subject.settings.max_file_mib * MIB]
    if large:
        limit = subject.settings.max_file_mib
        yield mind(
            f"{len(large)} files are larger than {limit} MiB, such as {large[0]}",
            f"有{len(large)}个文件超过{limit} MiB，例如{large[0]}",
            "they are turned back; take them out, or raise GUOBAN_MAX_FILE_MIB",
            "这些文件会被退回；请移出，或调高GUOBAN_MAX_FILE_MIB",
        )
    if len(ignored) >= max(_MANY, len(arrivals)):
        (reason, _), *_ = Counter(one.reason for one in ignored).most_common(1)
        yield mind(
            f"{len(ignored)} of {len(arrivals) + len(ignored)} are not taken, mostly: {reason} "
            f"For instance {ignored[0].path}",
            f"{len(arrivals) + len(ignored)}个中有{len(ignored)}个不会读取，多数{reason}"
            f"例如{ignored[0].path}",
            "ask who puts them there, and take them out",
            "请询问是谁放的，并移出",
        )
    latest = subject.now.timestamp() + _FUTURE_SECONDS
    if future := [one.path for one in arrivals if one.modified_ns / 1e9 > latest]:
        yield mind(
            f"{len(future)} files bear a time to come, such as {future[0]}",
            f"有{len(future)}个文件的修改时间在将来，例如{future[0]}",
            "set the clock of the machine on which they are saved, or this one's",
            "请校准保存这些文件的电脑或本机的时钟",
        )
    if not closed:
        yield fine(f"{folder}: {len(arrivals)} files", f"{folder}：{len(arrivals)}个文件")


def warehouse_folder(subject: Subject) -> Verdicts:
    """Whether this user may write what is kept, others may not read it, and the disk is a proper one."""
    warehouse = subject.warehouse
    folder = warehouse.folder
    if not folder.exists():
        yield _not_there(folder)
        return
    parts = [
        folder,
        *(one for one in sorted(folder.iterdir()) if one.is_dir() and not one.is_symlink()),
    ]
    closed = [one for one in parts if not os.access(one, os.R_OK | os.W_OK | os.X_OK)]
    if closed:
        owner = _name_of(closed[0].stat().st_uid)
        yield wrong(
            f"{closed[0]} can't be written by this user; it is {owner}'s",
            f"本用户无权写入{closed[0]}，其所有者是{owner}",
            f"run guoban as {owner}, or hand the folder over (chown -R)",
            f"请以用户{owner}运行，或移交该文件夹（chown -R）",
        )
    owners = {one.stat().st_uid for one in parts}
    if len(owners) > 1:
        names = ", ".join(sorted(map(_name_of, owners)))
        yield mind(
            f"its folders belong to several users ({names}): some run guoban who should not",
            f"其中的文件夹属于不同用户（{names}），说明有人用别的用户运行过",
            f"run it as one user always, and hand all over to it: chown -R {_name_of(folder.stat().st_uid)} {folder}",
            f"请固定用一个用户运行，并全部移交：chown -R {_name_of(folder.stat().st_uid)} {folder}",
        )
    private = (warehouse.archive, warehouse.journal, warehouse.working_database.parent)
    if open_to_all := [
        one for one in private if one.is_dir() and stat.S_IMODE(one.stat().st_mode) & ~OWN
    ]:
        yield mind(
            f"others may enter {open_to_all[0]}, where what was filed lies",
            f"其他用户可以进入{open_to_all[0]}，其中是各单位报送的内容",
            "the next guoban refresh closes it",
            "下次运行guoban refresh会自动收回权限",
        )
    kind = kind_of(folder)
    if kind in _FOREIGN or is_elsewhere(folder):
        yield mind(
            f"{folder} is on a disk of another machine or system ({kind}): its lock and links may not hold",
            f"{folder}在网络或其他系统的磁盘上（{kind}），锁和链接可能失效",
            "keep the warehouse on a disk of this machine (under WSL2 not below /mnt)",
            "请把数据仓放在本机的Linux磁盘上（WSL2中不要放在/mnt下）",
        )
    if not closed:
        yield fine(f"{folder} can be written", f"{folder}可以写入")


def _not_there(folder: Path) -> Verdict:
    above = next(one for one in folder.absolute().parents if one.exists())
    if os.access(above, os.W_OK):
        return fine(f"{folder} will be made by the first refresh", f"{folder}将由第一次刷新建立")
    return wrong(
        f"{folder} is not there and can't be made in {above}",
        f"没有{folder}，也无权在{above}中建立",
        "make it for this user, or set GUOBAN_WAREHOUSE to a folder that it may write",
        "请为本用户建立该文件夹，或把GUOBAN_WAREHOUSE设为可写的文件夹",
    )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def room(subject: Subject) -> Verdicts:
    """What is free on the warehouse's disk, against what a refresh writes."""
    folder = subject.warehouse.folder
    free, needed = free_bytes(folder) // MIB, -(-subject.warehouse.needed() // MIB)
    words = (
        f"{free} MiB are free, a refresh takes about {needed}",
        f"剩余{free} MiB，一次刷新约需{needed} MiB",
    )
    remedy = (
        "make room, or move the warehouse to a larger disk (docs/admin.md)",
        "请腾出空间，或把数据仓移到更大的磁盘（docs/admin.zh.md）",
    )
    if free < needed:
        yield wrong(*words, *remedy)
    elif free < needed * _EASY:
        yield mind(*words, *remedy)
    else:
        yield fine(*words)
    place = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    info = os.statvfs(place)
    if info.f_files and info.f_favail < _LEAST_FILES:
        yield wrong(
            f"the disk takes only {info.f_favail} more files",
            f"磁盘只能再存{info.f_favail}个文件（inode不足）",
            "remove files that nobody needs from that disk",
            "请删除该磁盘上不需要的文件",
        )
