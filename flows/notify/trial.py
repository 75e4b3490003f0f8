"""Addresses by themselves: whether each can be one, and whether a message reaches it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from flows.ground.addresses import UnsetError, masked, whole
from flows.ground.notes import Note
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.notify.recipients import Recipient
from flows.notify.sending import Parcel, send


def problem_of(recipient: Recipient) -> Note | None:
    """Why nothing can be sent to the address, as far as it tells by itself."""
    # It brings apprise.
    from flows.notify.worker import is_taken  # noqa: PLC0415

    try:
        address = whole(recipient.address, os.environ)
    except UnsetError as unset:
        return unset_note(unset)
    if is_taken(address):
        return None
    return Note(
        "this is no address that apprise can send to; its documentation says how they are written",
        "apprise不能向该地址发送，请按其说明书写地址",
    )


def unset_note(unset: UnsetError) -> Note:
    """What is said where the environment lacks what an address asks for."""
    return Note(f"${unset} is not set in the environment", f"环境变量{unset}没有设置")


def sent(
    settings: Settings, zone: Zone, recipients: Iterable[Recipient]
) -> list[tuple[Recipient, Note | None]]:
    """Sends a message to each; gives why it could not be sent."""
    found: dict[Recipient, Note | None] = {}
    parcels: dict[Parcel, Recipient] = {}
    for one in recipients:
        found[one] = None
        try:
            address = whole(one.address, os.environ)
        except UnsetError as unset:
            found[one] = unset_note(unset)
        else:
            title = f"【{zone.zone.name}】通知测试"
            parcels[Parcel(address, title, "收到本消息，说明通知地址可用。")] = one

    def ends(parcel: Parcel, why: str | None) -> None:
        if why is not None:
            words = masked(why, parcel.address)
            found[parcels[parcel]] = Note(words, words)

    send(parcels, settings.notify_seconds, lambda _: None, ends)
    return [*found.items()]
