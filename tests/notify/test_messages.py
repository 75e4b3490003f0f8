"""What departments and the zone are told: whom, in which words, and that nothing personal is in them."""

import datetime as dt
from pathlib import Path

import pytest
from house import House
from town import PERSONAL, Town, zone_of

from flows import notify
from flows.ground.errors import BusyError, DiskFullError, WarehouseError
from flows.ground.settings import BEIJING
from flows.notify.messages import MOST_BYTES, Message
from flows.notify.news import failed
from flows.notify.outbox import Book, Outbox
from flows.notify.recipients import recipients
from flows.notify.telling import Telling

TODAY = dt.datetime(2021, 6, 1, 23, tzinfo=BEIJING)
ADDRESSES = {"招商局": ["json://127.0.0.1:9/zsj"]}


@pytest.fixture
def town(tmp_path: Path, house: House) -> Town:
    return Town(tmp_path, house)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """The messages that are made; none is sent."""
    found: list[Message] = []
    before = Outbox.add

    def add(outbox: Outbox, messages: object, today: dt.date) -> None:
        before(outbox, messages, today)  # type: ignore[arg-type]
        found.extend(one.message for one in outbox.waiting)
        outbox.waiting = []

    monkeypatch.setattr(Outbox, "add", add)
    return found


def text(made: list[Message]) -> str:
    """Everything that is told, as people see it."""
    return "\n\n".join(f"→{one.to or '全区'} {one.title}\n{one.body}" for one in made)


def refreshed(
    town: Town, *, notify: dict[str, list[str]] = ADDRESSES, at: dt.datetime = TODAY
) -> None:
    zone = zone_of(["json://127.0.0.1:9/zone"], notify)
    Telling(town.settings, zone).of_refresh(town.publish(), at)


def test_returns_that_come_back_go_to_their_department_and_else_to_the_zone(
    town: Town, made: list[Message]
) -> None:
    town.file("paid_in", "招商局", "2021-05", "rejected", errors=3)
    town.file("signed_projects", "招商局", "2021-05", "partly_accepted", errors=1, warnings=2)
    town.file("paid_in", "招商局", "2021-04")
    town.file("paid_in", "经济发展局", "2021-05", "accepted_with_warnings", warnings=1)
    town.file(None, None, None, "rejected", file="不知道是什么.xlsx", errors=1)
    refreshed(town)
    assert text(made) == (
        "→招商局 【谷城经济开发区】招商局报送退回1份、部分接收1份\n"
        "请打开下列批注回复（数据仓文件夹中的路径），改正或说明后重新报送：\n"
        "· 2021年5月 实到资金月报表：退回，3处错误\n"
        "  replies/2021-05/招商局/paid_in.xlsx.reply.xlsx\n"
        "· 2021年5月 签约项目月报表：部分接收，1处错误、2处警告\n"
        "  replies/2021-05/招商局/signed_projects.xlsx.reply.xlsx\n\n"
        "→全区 【谷城经济开发区】报送退回1份、待说明1份\n"
        "请打开下列批注回复（数据仓文件夹中的路径），改正或说明后重新报送：\n"
        "· 未识别 未识别的报表：退回，1处错误\n"
        "  replies/未识别/未识别/不知道是什么.xlsx.reply.xlsx\n"
        "· 经济发展局 2021年5月 实到资金月报表：待说明，1处警告\n"
        "  replies/2021-05/经济发展局/paid_in.xlsx.reply.xlsx"
    )


def test_only_what_came_since_is_told(town: Town, made: list[Message]) -> None:
    town.file("paid_in", "招商局", "2021-05", "rejected", errors=1)
    refreshed(town)
    made.clear()
    town.file("signed_projects", "招商局", "2021-05", "rejected", errors=1)
    refreshed(town)
    assert "签约项目月报表" in text(made)
    assert "实到资金月报表" not in text(made)
    made.clear()
    refreshed(town)
    assert made == []


def test_who_is_told_from_today_on_hears_nothing_of_yesterday(
    town: Town, made: list[Message]
) -> None:
    town.all_but(("paid_in", "招商局", "2021-05"))
    town.file("paid_in", "招商局", "2021-05", "rejected", errors=1)
    town.moves("ZS01", "2021-01", "1", "2")
    town.publish()
    town.file("signed_projects", "招商局", "2021-05", "rejected", errors=1)
    refreshed(town)
    assert [one.key for one in made] == ["returned 21 招商局"]


def test_a_run_that_was_ended_before_it_told_is_told_by_the_next(
    town: Town, made: list[Message]
) -> None:
    refreshed(town)
    town.file("paid_in", "招商局", "2021-05", "rejected", errors=1)
    town.publish()  # and is killed
    Telling(town.settings, zone_of([], ADDRESSES)).of_refresh(town.nothing_new(), TODAY)
    assert [one.to for one in made] == ["招商局"]


def test_nothing_personal_is_told(town: Town, made: list[Message]) -> None:
    town.file(
        "paid_in", "招商局", "2021-05", "rejected", errors=2,
        file="2021-05/招商局/资金\u202e\n第二行 13812345678.xlsx",
    )  # fmt: skip
    refreshed(town)
    (told,) = made
    assert "138****5678" in told.body
    assert not [one for one in PERSONAL if one in told.title + told.body]
    assert all(one.isprintable() or one == "\n" for one in told.body)
    # The broken name is on one line, below its return.
    assert len(told.body.splitlines()) == 3


def test_five_thousand_files_are_one_message_of_bounded_length(
    town: Town, made: list[Message]
) -> None:
    for number in range(60):
        town.file(
            "paid_in", "招商局", "2021-05", "rejected", f"第{number}份，名称很长很长.xlsx", errors=1
        )
    refreshed(town)
    (told,) = made
    assert len((told.title + told.body).encode()) < MOST_BYTES
    assert "退回60份" in told.title
    shown = told.body.count("退回，1处错误")
    assert 10 <= shown < 30
    assert f"……另有{60 - shown}份文件" in told.body


def test_a_complete_month_is_told_once(town: Town, made: list[Message]) -> None:
    gap = ("paid_in", "招商局", "2021-05")
    town.all_but(gap)
    refreshed(town)
    assert "2021年4月报送齐全" in text(made)
    made.clear()
    town.file(*gap)
    refreshed(town)
    assert text(made) == (
        "→全区 【谷城经济开发区】2021年5月报送齐全\n应报的报表都已收到，没有被扣留的行：\n2021年5月"
    )
    made.clear()
    refreshed(town)
    assert made == []


def test_that_a_month_is_complete_is_never_forgotten() -> None:
    outbox = Outbox(keys={key: TODAY.date() for key in ("complete 2021-05", "due 2021-05 招商局")})
    outbox.forget(TODAY.date() + dt.timedelta(days=400))
    assert len(outbox.keys) == 2
    outbox.forget(TODAY.date() + dt.timedelta(days=401))
    assert [*outbox.keys] == ["complete 2021-05"]


def test_figures_of_earlier_months_that_moved_are_told_old_and_new(
    town: Town, made: list[Message]
) -> None:
    refreshed(town)
    town.moves("ZS01", "2021-04", "74.4699", "75.4699")
    town.moves("ZS03", "2021-03", "12", "11")
    # The newest month's own figures move with every return.
    town.moves("ZS01", "2021-05", "80", "81")
    refreshed(town)
    assert text(made) == (
        "→全区 【谷城经济开发区】以前月份的数字有变化：2021年4月、2021年3月\n"
        "· 2021年4月 全区 招商引资合同投资额：74.4699 → 75.4699 亿元\n"
        "· 2021年3月 全区 新引进亿元以上项目：12 → 11 个\n"
        "原因见 guoban changes --month 2021-04。"
    )


# --- reminders -----------------------------------------------------------------------------------


def reminded(town: Town, made: list[Message], day: str, **more: object) -> str:
    made.clear()
    zone = zone_of(["json://127.0.0.1:9/zone"], ADDRESSES, **more)
    Telling(town.settings, zone).of_the_day(dt.date.fromisoformat(day))
    return text(made)


def test_who_owes_is_reminded_the_day_before(town: Town, made: list[Message]) -> None:
    town.all_but(("paid_in", "招商局", "2021-05"), ("signed_projects", "经济发展局", "2021-05"))
    town.file("signed_projects", "经济发展局", "2021-05", "rejected")
    town.publish()
    assert reminded(town, made, "2021-05-31") == ""
    assert reminded(town, made, "2021-06-01") == (
        "→招商局 【谷城经济开发区】招商局2021年5月报表明天到期\n"
        "应于6月2日（明天）前报送，还没有收到：\n· 实到资金月报表\n\n"
        "→全区 【谷城经济开发区】2021年5月报表明天到期，2个单位还有2份未报\n"
        "应于6月2日（明天）前报送，还没有收到：\n"
        "· 招商局：实到资金月报表\n· 经济发展局：签约项目月报表"
    )
    assert reminded(town, made, "2021-06-01") == ""
    assert reminded(town, made, "2021-06-02") == ""


def test_nobody_who_has_filed_is_reminded(town: Town, made: list[Message]) -> None:
    town.all_but()
    town.publish()
    assert [reminded(town, made, f"2021-06-0{day}") for day in range(1, 10)] == [""] * 9


def test_the_reminder_comes_on_a_day_on_which_people_work(town: Town, made: list[Message]) -> None:
    # Due on 2 May, moved past the holidays to the 6th; the last working day before is 30 April.
    assert reminded(town, made, "2021-04-29") == ""
    assert "2021年4月报表5月6日到期" in reminded(town, made, "2021-04-30")
    assert reminded(town, made, "2021-05-05") == ""


def test_a_reminder_that_no_run_gave_comes_on_the_due_date(town: Town, made: list[Message]) -> None:
    assert "应于5月6日（今天）前报送" in reminded(town, made, "2021-05-06")


def test_days_late_are_counted_and_told_on_the_days_that_the_zone_wants(
    town: Town, made: list[Message]
) -> None:
    town.all_but(("paid_in", "招商局", "2021-05"))
    town.publish()
    heard = {
        day: reminded(town, made, f"2021-06-{day:02d}").splitlines()[:2] for day in range(3, 25)
    }
    assert [day for day, words in heard.items() if words] == [3, 5, 9]
    assert heard[5] == [
        "→招商局 【谷城经济开发区】招商局2021年5月报表逾期3天",
        "应于6月2日前报送，已逾期3天，还没有收到：",
    ]


def test_a_machine_that_was_off_catches_up_with_one_reminder(
    town: Town, made: list[Message]
) -> None:
    town.all_but(("paid_in", "招商局", "2021-05"))
    town.publish()
    assert "逾期4天" in reminded(town, made, "2021-06-06")
    assert reminded(town, made, "2021-06-07") == ""
    # What is years past is not brought up by a warehouse of old months.
    assert reminded(town, made, "2026-06-07").count("2021年") == 0


def test_events_that_the_zone_does_not_want_are_not_told(town: Town, made: list[Message]) -> None:
    assert reminded(town, made, "2021-06-01", events=["overdue"]) == ""
    assert reminded(town, made, "2021-06-03", events=["due"]) == ""


def test_what_was_not_wanted_then_is_not_told_later(town: Town, made: list[Message]) -> None:
    town.all_but()
    town.file("paid_in", "招商局", "2021-05", "rejected", errors=1)
    silent = zone_of(["json://127.0.0.1:9/zone"], {}, events=["failed"])
    Telling(town.settings, silent).of_refresh(town.publish(), TODAY)
    refreshed(town)
    assert made == []


def test_refreshes_remind_nobody_by_night(town: Town, made: list[Message]) -> None:
    town.all_but(("paid_in", "招商局", "2021-05"))
    refreshed(town, at=TODAY.replace(hour=3))
    assert "到期" not in text(made)
    refreshed(town, at=TODAY.replace(hour=9))
    assert "明天到期" in text(made)


# --- the week, failures --------------------------------------------------------------------------


def test_the_week_in_a_few_lines_once(town: Town, made: list[Message]) -> None:
    town.all_but(("paid_in", "招商局", "2021-05"))
    town.file("paid_in", "经济发展局", "2021-05", "accepted_with_warnings", warnings=1)
    town.moves("ZS01", "2021-05", "0.5", "1")
    town.publish()
    telling = Telling(town.settings, zone_of(["json://127.0.0.1:9/zone"], {}))
    telling.of_the_week(dt.date(2021, 6, 4))
    assert text(made) == (
        "→全区 【谷城经济开发区】周调度（6月4日）\n"
        "截至6月4日，2021年5月报送尚未齐全。\n"
        "招商引资合同投资额0亿元，占目标任务—；\n"
        "招商引资实到投资额0亿元，占目标任务—；\n"
        "招商引资新引进亿元以上项目0个，占目标任务—，其中，已开工0个项目；\n"
        "亿元以上在谈项目—个，总投资—亿元，占目标任务—；\n"
        "完成5亿元以上重大工业项目0个。\n"
        "近7天变化：\n"
        "· 招商引资合同投资额：0.5 → 1 亿元\n"
        "各单位待办：\n"
        "· 招商局：未报1份\n"
        "· 经济发展局：待说明1处"
    )
    telling.of_the_week(dt.date(2021, 6, 5))
    assert len(made) == 1
    telling.of_the_week(dt.date(2021, 6, 11))
    assert len(made) == 2


def test_a_failure_is_told_once_until_a_refresh_succeeds(town: Town, made: list[Message]) -> None:
    telling = Telling(town.settings, zone_of(["json://127.0.0.1:9/zone"], {}))
    for error in (KeyError("张三"), KeyError("李四"), WarehouseError("值为13812345678")):
        telling.of_failure(error, TODAY.date())
    assert [one.title for one in made] == ["【谷城经济开发区】刷新失败"] * 2
    assert "意外错误（KeyError）" in made[0].body
    assert "数据仓文件夹或工作数据库出错" in made[1].body
    assert not [one for one in PERSONAL if one in text(made)]
    telling.of_refresh(town.publish(), TODAY)
    telling.of_failure(KeyError("张三"), TODAY.date())
    assert len(made) == 3


def test_what_the_operator_can_mend_is_told_in_words() -> None:
    zone = zone_of(["json://127.0.0.1:9/zone"], {})
    (told,) = failed(zone, DiskFullError("full", "磁盘已满：仅剩1 MiB"), Outbox(), TODAY.date())
    assert "磁盘已满：仅剩1 MiB" in told.body


def test_another_refresh_at_work_is_no_failure(town: Town, made: list[Message]) -> None:
    zone = zone_of(["json://127.0.0.1:9/zone"], {})
    for error in (BusyError("another"), KeyboardInterrupt(), RuntimeError("Query interrupted")):
        notify.after_failure(town.settings, zone, error)
    assert made == []


def test_what_was_told_survives_in_the_journal_and_says_no_address(
    town: Town, made: list[Message]
) -> None:
    town.file("paid_in", "招商局", "2021-05", "rejected", errors=1)
    refreshed(town)
    assert Book(town.warehouse / "journal").outbox.receipt == 1
    assert "127.0.0.1" not in town.state.read_text("utf-8")


def test_nothing_is_written_or_read_where_nobody_is_told(town: Town) -> None:
    zone = zone_of([], {})
    assert recipients(zone) == []
    notify.after_refresh(town.settings, zone, town.publish())
    notify.after_failure(town.settings, zone, KeyError())
    notify.of_the_day(town.settings, zone, TODAY.date())
    notify.weekly(town.settings, zone, TODAY.date())
    assert [*(town.warehouse / "journal").iterdir()] == []
