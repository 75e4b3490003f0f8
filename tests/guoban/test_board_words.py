"""What the board says of the half: nobody is early by no day."""

from __future__ import annotations

import pytest

from guoban.commands import board


@pytest.mark.parametrize(("days", "said"), [(30, "提前30天"), (0, "按时"), (-3, "晚3天")])
def test_the_lead_is_told_as_people_say_it(
    days: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "say", lambda _, chinese: chinese)
    assert board._lead(days) == said
