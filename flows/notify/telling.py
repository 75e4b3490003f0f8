"""One telling: what there is to tell is found, written down, and sent; whatever fails is logged."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
from collections.abc import Callable, Sequence

from flows.answer.results import RunResult
from flows.ground.addresses import UnsetError, masked, whole
from flows.ground.durable import plain_modes
from flows.ground.errors import PublicationError
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.notify import news
from flows.notify.outbox import BEGUN, FAILED, SENT, Book, Outbox, Waiting, held
from flows.notify.recipients import Recipient, recipients
from flows.notify.sending import Parcel, send
from flows.notify.trial import unset_note
from flows.publish.current import newest, open_release
from flows.store.warehouse import Warehouse

LOG = logging.getLogger("guoban")
# Refreshes remind nobody by night; whoever asks for reminders at an hour of theirs has them then.
_DAYTIME = range(6, 22)


class Telling:
    """Tells whom it concerns. None of its ways raises."""

    def __init__(self, settings: Settings, zone: Zone) -> None:
        self._settings, self._zone = settings, zone
        self._warehouse = Warehouse(settings.warehouse)
        self._to: dict[str | None, list[Recipient]] = {}
        for one in recipients(zone):
            self._to.setdefault(one.department, []).append(one)

    def of_refresh(self, result: RunResult, now: dt.datetime) -> None:
        """What a refresh found and moved; by day also whom to remind."""
        today = now.date()

        def find(outbox: Outbox) -> None:
            outbox.failing = ""
            self._news(outbox, result, today)
            if now.hour in _DAYTIME:
                self._reminders(outbox, today)

        self._tell(today, find)

    def of_failure(self, error: BaseException, today: dt.date) -> None:
        """That refreshes fail."""
        if "failed" in self._zone.notifications.events:
            self._tell(
                today,
                lambda outbox: outbox.add(news.failed(self._zone, error, outbox, today), today),
            )

    def of_the_day(self, today: dt.date) -> None:
        """Who has to be reminded."""
        self._tell(today, lambda outbox: self._reminders(outbox, today))

    def of_the_week(self, today: dt.date) -> None:
        """The weekly report."""

        def find(outbox: Outbox) -> None:
            with contextlib.suppress(PublicationError), open_release(self._warehouse.folder) as con:
                outbox.add(news.of_week(con, self._zone, today), today)

        if "weekly" in self._zone.notifications.events:
            self._tell(today, find)

    def _news(self, outbox: Outbox, result: RunResult, today: dt.date) -> None:
        published = newest(self._warehouse.folder)
        if published is None:
            return
        release = published.parent.name
        if release != outbox.release:
            with open_release(self._warehouse.folder) as con:
                if outbox.is_new(today):
                    news.begin(con, outbox, result, today)
                place = self._warehouse.folder
                outbox.add(news.of_release(con, self._zone, place, outbox, today, self._to), today)
                outbox.release = release
        outbox.looked_on = today

    def _reminders(self, outbox: Outbox, today: dt.date) -> None:
        with contextlib.ExitStack() as opened:
            con = None
            if newest(self._warehouse.folder) is not None:
                con = opened.enter_context(open_release(self._warehouse.folder))
            outbox.add(news.reminders(con, self._zone, today, self._to), today)

    def _tell(self, today: dt.date, find: Callable[[Outbox], None]) -> None:
        try:
            if not self._warehouse.folder.is_dir():
                # Nothing could be remembered; the refresh says what is wrong with it.
                return
            seconds = self._settings.notify_seconds
            with plain_modes(), held(self._warehouse.journal, seconds) as book:
                if book is None:
                    LOG.warning("notifications wait: another process is sending some")
                    return
                before = repr(book.outbox)
                try:
                    find(book.outbox)
                except Exception:
                    # What was found before is sent all the same.
                    LOG.exception("what there is to notify of can't be told")
                book.outbox.forget(today)
                if _Sending(book, self._to, today).send(seconds) and repr(book.outbox) != before:
                    book.save()
        except Exception:
            LOG.exception("notifications can't be sent")


class _Sending:
    """The messages that wait, on their way to the addresses that have not had them."""

    def __init__(self, book: Book, to: dict[str | None, list[Recipient]], today: dt.date) -> None:
        self._book, self._to, self._today = book, to, today
        self._on_way: dict[Parcel, tuple[Waiting, Recipient]] = {}
        self._is_remembered = True

    def send(self, seconds: float) -> bool:
        """Sends them, or what there is time for; what is left waits for the next refresh.

        Where it can't be written down what was sent, only an alarm is, and once a day. Gives
        whether it can.
        """
        outbox = self._book.outbox
        if outbox.waiting:
            self._remember()
        for waiting in outbox.waiting:
            if not (self._is_remembered or waiting.message.is_alarm):
                continue
            if waiting.message.until >= self._today:
                for recipient in self._to.get(waiting.message.to, []):
                    self._address(waiting, recipient)
            else:
                LOG.warning("not notified in time: %s", waiting.message.title)
        if self._is_remembered or (self._on_way and self._book.rings()):
            send(self._on_way, seconds, self._begin, self._end)
        outbox.waiting = [one for one in outbox.waiting if not self._is_done(one)]
        return self._is_remembered

    def _is_done(self, one: Waiting) -> bool:
        marks = {recipient.mark for recipient in self._to.get(one.message.to, [])}
        return one.message.until < self._today or all(one.tried.get(mark) == SENT for mark in marks)

    def _address(self, waiting: Waiting, recipient: Recipient) -> None:
        state = waiting.tried.get(recipient.mark)
        if state == SENT:
            return
        if state == BEGUN:
            # A process was ended while it sent: once more may be twice.
            LOG.warning(
                "whether %s was told is not known, it is not sent again: %s",
                recipient.name, waiting.message.title,
            )  # fmt: skip
            waiting.tried[recipient.mark] = SENT
            return
        try:
            address = whole(recipient.address, os.environ)
        except UnsetError as unset:
            self._failed(recipient, unset_note(unset).english)
        else:
            parcel = Parcel(address, waiting.message.title, waiting.message.body)
            self._on_way[parcel] = (waiting, recipient)

    def _begin(self, parcels: Sequence[Parcel]) -> None:
        for one in parcels:
            waiting, recipient = self._on_way[one]
            waiting.tried[recipient.mark] = BEGUN
        if self._is_remembered:
            self._book.save()

    def _remember(self) -> None:
        try:
            self._book.save()
        except OSError as error:
            self._is_remembered = False
            LOG.error("what is notified can't be written down: %s", error)

    def _end(self, parcel: Parcel, why: str | None) -> None:
        waiting, recipient = self._on_way[parcel]
        waiting.tried[recipient.mark] = SENT if why is None else FAILED
        if why is None:
            LOG.info("notified %s: %s", recipient.name, waiting.message.title)
        else:
            self._failed(recipient, masked(why, parcel.address))

    def _failed(self, recipient: Recipient, why: str) -> None:
        LOG.error("%s can't be notified, the next refresh tries again: %s", recipient.name, why)
