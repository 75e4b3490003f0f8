"""What the zone decided in `zone.toml`: whether it can be used, the calendar, whom to tell."""

from __future__ import annotations

from flows.doctor.subject import Subject
from flows.doctor.verdict import Verdicts, fine, mind, wrong
from flows.ground.days import missing_years
from flows.ground.errors import SettingsError
from flows.ground.zone import load_zone
from flows.notify import addresses, try_out

# By then the State Council has published the next year's days off, as a rule.
_PUBLISHED_BY_MONTH = 12


def zone_file(subject: Subject) -> Verdicts:
    """Whether it can be read, and says whom departments may ask and what they owe."""
    path = subject.settings.zone
    try:
        zone = load_zone(path)
    except SettingsError as error:
        yield wrong(
            str(error),
            error.chinese,
            "mend that line; nothing is refreshed before",
            "请改正该行，在此之前不能刷新",
        )
        return
    if not zone.zone.contact:
        yield mind(
            "no contact is named: replies tell departments nobody to ask",
            "没有写联系人，审核意见中没有可以询问的人",
            "fill in contact below [zone]",
            "请填写[zone]下的contact",
        )
    if not zone.owed():
        yield mind(
            "no department owes a return: nothing will ever be missing",
            "没有单位应报报表，缺报不会被发现",
            'add owes."YYYY-MM" = [...] to the departments',
            '请在各单位下写owes."年-月" = [...]',
        )
    n = len(zone.departments)
    yield fine(f"{path}: {zone.zone.name}, {n} departments", f"{path}：{zone.zone.name}，{n}个单位")


def calendar(subject: Subject) -> Verdicts:
    """Whether the days off of this year and the next are known."""
    if subject.zone is None:
        return
    today = subject.now.date()
    missing = missing_years(subject.zone, today)
    years = (", ".join(map(str, missing)), "、".join(map(str, missing)))
    if not missing:
        yield fine(
            f"days off are known to the end of {today.year + 1}",
            f"节假日已知至{today.year + 1}年底",
        )
    elif today.year not in missing and today.month < _PUBLISHED_BY_MONTH:
        yield fine(
            f"days off of {years[0]} are not known; they are published in November as a rule",
            f"尚无{years[1]}年的节假日安排，一般在11月公布",
        )
    else:
        yield mind(
            f"the official days off of {years[0]} are not known: due dates there are estimates",
            f"尚无{years[1]}年的法定节假日安排，有关报送期限系推算",
            "put the published calendar into [holidays] of zone.toml (whole_years), or renew guoban",
            "请在zone.toml的[holidays]中填入已公布的安排（whole_years），或更新程序",
        )


def notifications(subject: Subject) -> Verdicts:
    """Whether every address can be one, or takes a message where one may be sent."""
    if subject.zone is None:
        return
    zone = subject.zone
    known = try_out(subject.settings, zone) if subject.may_send else addresses(zone)
    for recipient, problem in known:
        if problem is not None:
            yield wrong(
                f"{recipient.name}: {problem.english}",
                f"{recipient.name}：{problem.chinese}",
                "correct it in [notifications] or at the department in zone.toml, or set the variable",
                "请在zone.toml的[notifications]或单位的notify中改正，或设置该环境变量",
            )
    if not known:
        yield fine("nobody is told: none is configured", "没有设置，不发送")
    elif all(problem is None for _, problem in known):
        sent = (", each took a message", "，测试消息均已送达") if subject.may_send else ("", "")
        yield fine(f"{len(known)} addresses{sent[0]}", f"{len(known)}个地址{sent[1]}")
