"""PostgreSQL, where figures are copied there: whether it can be reached, and which release stands there."""

from __future__ import annotations

from flows.doctor.subject import Subject
from flows.doctor.verdict import Verdicts, fine, mind, wrong
from flows.ground.database_url import shown
from flows.ground.errors import SettingsError
from flows.postgres import CopyError, look
from flows.publish.current import newest

_SECONDS = 15.0


def publication(subject: Subject) -> Verdicts:
    """What stands in the database that is named; nothing is changed there."""
    try:
        url = subject.settings.publish_to
    except SettingsError as error:
        yield wrong(
            str(error),
            error.chinese,
            "install it, or unset GUOBAN_PUBLISH: no refresh begins",
            "请安装，或取消GUOBAN_PUBLISH；在此之前不能刷新",
        )
        return
    if url is None or subject.zone is None:
        yield fine("not used (GUOBAN_PUBLISH is not set)", "不使用（未设置GUOBAN_PUBLISH）")
        return
    place, again = shown(url), ("run guoban refresh", "请运行guoban refresh")
    try:
        found = look(subject.settings, subject.zone, _SECONDS)
    except CopyError as error:
        yield wrong(
            f"{place}: {error}",
            f"{place}：{error.chinese}",
            "see whether the server runs, and user, password and database of GUOBAN_PUBLISH are right",
            "请检查服务器是否在运行，以及GUOBAN_PUBLISH中的用户、密码和数据库",
        )
        return
    for note in found.notes:
        yield mind(note.english, note.chinese, *again)
    path = newest(subject.warehouse.folder)
    release = path.parent.name if path else None
    names = {subject.zone.zone.name, *subject.zone.zone.former_names}
    server = (f"PostgreSQL {found.version}, {place}", f"PostgreSQL {found.version}，{place}")
    if others := [one for one in found.zones if one not in names]:
        yield wrong(
            f"{server[0]} holds the figures of {others[0]}",
            f"{server[1]}中是{others[0]}的数据",
            "name another database in GUOBAN_PUBLISH",
            "请在GUOBAN_PUBLISH中换一个数据库",
        )
    elif release is None or found.releases == (release,):
        stands = found.releases[0] if found.releases else None
        yield fine(
            f"{server[0]}: {stands or 'nothing yet'}", f"{server[1]}：{stands or '尚无数据'}"
        )
    else:
        stands = ", ".join(found.releases)
        yield mind(
            f"{server[0]} has {stands or 'nothing yet'}, published is {release}",
            f"{server[1]}中是{stands or '空的'}，当前发布的是{release}",
            *again,
        )
