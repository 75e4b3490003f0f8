"""Messages on their way: the real apprise, to a mail server and a web server on this machine."""

import datetime as dt
import errno
import logging
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import requests
from house import House
from sinks import Sink, mail_sink, silent_sink, web_sink
from town import Town, zone_of

from flows import notify
from flows.doctor import Subject
from flows.doctor.choices import notifications
from flows.ground.addresses import masked
from flows.ground.errors import DiskFullError
from flows.ground.settings import BEIJING
from flows.ground.zone import Zone
from flows.notify import outbox, worker
from flows.notify.outbox import BEGUN, Book
from flows.notify.recipients import recipients

TODAY = dt.datetime(2021, 6, 1, 23, tzinfo=BEIJING)
PASSWORD = "geheim-1234@/?"  # noqa: S105 - of nobody


@pytest.fixture
def mail() -> Iterator[Sink]:
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def web() -> Iterator[Sink]:
    with web_sink() as sink:
        yield sink


@pytest.fixture
def town(tmp_path: Path, house: House) -> Town:
    made = Town(tmp_path, house)
    made.file("paid_in", "招商局", "2021-05", "rejected", errors=1)
    made.file("paid_in", "经济发展局", "2021-05", "rejected", errors=1)
    return made


def zone_with(mail: Sink | int, web: Sink, monkeypatch: pytest.MonkeyPatch) -> Zone:
    """招商局 has mail, whose password stands in the environment; the zone has a webhook."""
    monkeypatch.setenv("TOWN_MAIL", PASSWORD)
    port = mail if isinstance(mail, int) else mail.port
    address = f"json://guoban:$TOWN_MAIL@127.0.0.1:{port}/"
    if isinstance(mail, Sink):
        address = f"mailto://127.0.0.1:{port}?from=guoban@gucheng.cn&to=zsj@gucheng.cn"
    return zone_of(
        [f"json://guoban:$TOWN_MAIL@127.0.0.1:{web.port}/{{hook}}"], {"招商局": [address]}
    )


def test_each_is_sent_once_to_whom_it_concerns(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    notify.after_refresh(town.settings, zone, town.publish(), TODAY)
    ((title, body),) = mail.take()
    assert title == "【谷城经济开发区】招商局报送退回1份"
    assert body.endswith("replies/2021-05/招商局/paid_in.xlsx.reply.xlsx")
    assert mail.to == ["zsj@gucheng.cn"]
    ((title, body),) = web.take()
    assert title == "【谷城经济开发区】报送退回1份"
    assert "经济发展局 2021年5月 实到资金月报表：退回，1处错误" in body
    # Nothing new, and a working database made anew: what was told stays told.
    shutil.rmtree(town.warehouse / "work", ignore_errors=True)
    notify.after_refresh(town.settings, zone, town.nothing_new(), TODAY)
    notify.after_refresh(town.settings, zone, town.publish(), TODAY)
    assert mail.take() == web.take() == []


def test_what_can_not_be_sent_is_logged_without_its_secrets_and_sent_by_the_next_refresh(
    town: Town,
    mail: Sink,
    web: Sink,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    web.is_refusing = mail.is_refusing = True
    with caplog.at_level(logging.INFO, "guoban"):
        notify.after_refresh(town.settings, zone, town.publish(), TODAY)
    assert "全区 1 (json://127.0.0.1" in caplog.text
    assert "招商局 1 (mailto://127.0.0.1" in caplog.text
    assert "error=500" in caplog.text
    assert not [one for one in (PASSWORD, "geheim", "hook") if one in caplog.text]
    web.is_refusing = mail.is_refusing = False
    notify.after_refresh(town.settings, zone, town.nothing_new(), TODAY)
    assert len(web.take()) == len(mail.take()) == 1
    notify.after_refresh(town.settings, zone, town.nothing_new(), TODAY)
    assert web.take() == mail.take() == []


def test_a_server_that_never_answers_holds_nothing_up_for_long(
    town: Town, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = town.settings.model_copy(update={"notify_seconds": 10.0})
    result = town.publish()
    with silent_sink() as port:
        # It would be waited for much longer.
        zone = zone_with(port, web, monkeypatch)
        (address,) = zone.departments[0].notify
        waiting = zone.departments[0].model_copy(update={"notify": (f"{address}?cto=60&rto=60",)})
        zone = zone.model_copy(update={"departments": (waiting, *zone.departments[1:])})
        began = time.monotonic()
        notify.after_refresh(settings, zone, result, TODAY)
        assert time.monotonic() - began < 50
    # The others have theirs, and this one waits.
    assert len(web.take()) == 1
    assert [one.message.to for one in Book(town.warehouse / "journal").outbox.waiting] == ["招商局"]


def test_what_was_being_sent_when_the_process_was_ended_is_not_sent_twice(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    with mock.patch("flows.notify.telling.send"):
        notify.after_refresh(town.settings, zone, town.publish(), TODAY)
    book = Book(town.warehouse / "journal")
    (ours,) = [one for one in book.outbox.waiting if one.message.to == "招商局"]
    (recipient,) = [one for one in recipients(zone) if one.department == "招商局"]
    ours.tried[recipient.mark] = BEGUN
    book.save()
    notify.after_refresh(town.settings, zone, town.nothing_new(), TODAY)
    assert mail.take() == []
    assert len(web.take()) == 1


def test_on_a_full_disk_nothing_is_sent_but_the_alarm_and_that_once_a_day(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    zone = zone_with(mail, web, monkeypatch)
    full = DiskFullError("full", "磁盘已满")
    result = town.publish()
    with mock.patch.object(outbox, "replace_durably", no_room):
        # What was sent could not be remembered, and would be sent again and again.
        notify.after_refresh(town.settings, zone, result, TODAY)
        assert mail.take() == web.take() == []
        for _ in range(2):
            notify.after_failure(town.settings, zone, full, TODAY)
        assert [title for title, _ in web.take()] == ["【谷城经济开发区】刷新失败"]
    notify.after_refresh(town.settings, zone, result, TODAY)
    assert len(mail.take()) == len(web.take()) == 1


def test_a_message_is_not_sent_when_it_is_too_late_for_it(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    web.is_refusing = mail.is_refusing = True
    notify.after_refresh(town.settings, zone, town.publish(), TODAY)
    web.is_refusing = mail.is_refusing = False
    later = TODAY + dt.timedelta(days=8)
    notify.after_refresh(town.settings, zone, town.nothing_new(), later)
    assert mail.take() == web.take() == []
    assert Book(town.warehouse / "journal").outbox.waiting == []


def test_an_address_that_was_mended_has_what_waits_and_nothing_old(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = zone_of(["json://127.0.0.1:1/"], {})
    notify.after_refresh(town.settings, wrong, town.publish(), TODAY)
    right = zone_of([f"json://127.0.0.1:{web.port}/"], {})
    notify.after_refresh(town.settings, right, town.nothing_new(), TODAY)
    assert len(web.take()) == 1
    more = zone_of([*right.notifications.send_to, f"json://127.0.0.1:{web.port}/2"], {})
    notify.after_refresh(town.settings, more, town.nothing_new(), TODAY)
    assert web.take() == []


def test_a_variable_that_is_not_set_is_named(
    town: Town,
    mail: Sink,
    web: Sink,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    monkeypatch.delenv("TOWN_MAIL")
    notify.after_refresh(town.settings, zone, town.publish(), TODAY)
    assert "$TOWN_MAIL is not set in the environment" in caplog.text
    assert len(mail.take()) == 1
    monkeypatch.setenv("TOWN_MAIL", PASSWORD)
    notify.after_refresh(town.settings, zone, town.nothing_new(), TODAY)
    assert len(web.take()) == 1


def test_another_process_that_sends_is_waited_for_and_then_left_alone(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    settings = town.settings.model_copy(update={"notify_seconds": 0.2})
    result = town.publish()
    with outbox.held(town.warehouse / "journal", 1):
        notify.after_refresh(settings, zone, result, TODAY)
    assert mail.take() == web.take() == []
    notify.after_refresh(town.settings, zone, result, TODAY)
    assert len(mail.take()) == len(web.take()) == 1


def test_addresses_are_tried_with_a_message_of_their_own(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    web.is_refusing = True
    (of_zone, why), (of_department, nothing) = notify.try_out(town.settings, zone)
    assert why
    assert "500" in why.english
    assert nothing is None
    assert (of_zone.department, of_department.department) == (None, "招商局")
    assert mail.take() == [("【谷城经济开发区】通知测试", "收到本消息，说明通知地址可用。")]
    assert not town.state.exists()


def test_doctor_tries_the_addresses_where_it_is_asked_to(
    town: Town, mail: Sink, web: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = zone_with(mail, web, monkeypatch)
    now = dt.datetime.now(BEIJING)
    subject = Subject(town.settings, now, "utf-8", {}, may_send=True)
    # The zone that was read is kept there.
    vars(subject)["zone"] = zone
    (fine,) = notifications(subject)
    assert fine.said.chinese == "2个地址，测试消息均已送达"
    assert mail.take() == [("【谷城经济开发区】通知测试", "收到本消息，说明通知地址可用。")]
    web.is_refusing = True
    (wrong,) = notifications(subject)
    assert wrong.remedy is not None
    assert "500" in wrong.said.english


def test_addresses_are_looked_at_without_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOWN_KEY", raising=False)
    zone = zone_of(
        ["mailtos://guoban:x@mail.gucheng.cn?to=a@gucheng.cn", "mailtos://nothing"],
        {"招商局": ["wecombot://$TOWN_KEY"]},
    )
    found = [(one.name, bool(why), why and why.chinese) for one, why in notify.addresses(zone)]
    assert found == [
        ("全区 1 (mailtos://mail.gucheng.cn)", False, None),
        ("全区 2 (mailtos://nothing)", True, "apprise不能向该地址发送，请按其说明书写地址"),
        ("招商局 1 (wecombot://****)", True, "环境变量TOWN_KEY没有设置"),
    ]


# --- robots --------------------------------------------------------------------------------------


@pytest.fixture
def robots(web: Sink, monkeypatch: pytest.MonkeyPatch) -> Sink:
    """What is sent to 企业微信, 钉钉 and 飞书 comes to the web server."""
    post = requests.post

    def here(url: str, **more: Any) -> requests.Response:
        response = post(f"http://127.0.0.1:{web.port}/{url}", **more)
        response.url = url
        return response

    monkeypatch.setattr(requests, "post", here)
    worker.watch()
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    return web


ROBOTS = {
    "wecombot://schluessel-0001": ("qyapi.weixin.qq.com", {"errcode": 93000, "errmsg": "invalid"}),
    "dingtalk://schluessel0001": ("oapi.dingtalk.com", {"errcode": 310000, "errmsg": "keywords"}),
    "feishu://schluessel-0001": ("open.feishu.cn", {"code": 19024, "msg": "Key Words Not Found"}),
}


@pytest.mark.parametrize("address", ROBOTS)
def test_robots_are_sent_to(robots: Sink, address: str) -> None:
    robots.answers = {"errcode": 0, "code": 0}
    assert worker.send(address, "【谷城经济开发区】标题", "第一行\n第二行") is None
    ((_, told),) = robots.take()
    assert all(one in told for one in ("标题", "第一行\\n第二行"))
    assert ROBOTS[address][0] in robots.to[0]


@pytest.mark.parametrize("address", ROBOTS)
def test_a_robot_that_says_no_with_a_200_has_refused(robots: Sink, address: str) -> None:
    robots.answers = ROBOTS[address][1]
    why = worker.send(address, "标题", "正文")
    assert why
    words = masked(why, address)
    assert str(next(iter(robots.answers.values()))) in words
    assert "schluessel" not in words


def test_words_about_an_address_keep_its_host_and_hide_the_rest() -> None:
    address = "mailtos://guoban:ge%40heim@10.1.1.1:465?smtp=mail.gucheng.cn&to=zsj@gucheng.cn"
    words = masked("mail.gucheng.cn:465 says 535 guoban ge@heim ge%40heim\nfor mailtos", address)
    assert words == "mail.gucheng.cn:465 says 535 **** **** **** for mailtos"
