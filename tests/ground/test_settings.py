"""Settings of the environment: what can't be one is named."""

import pytest

from flows.ground.errors import SettingsError
from flows.ground.settings import settings_of


@pytest.mark.parametrize("name", ["server_minutes", "notify_seconds", "read_seconds"])
@pytest.mark.parametrize("value", ["inf", "1e999", "nan", "soon"])
def test_a_time_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """With an endless one no message would be sent, and none would say why."""
    monkeypatch.setenv(f"GUOBAN_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"GUOBAN_{name.upper()}: Input should be a"):
        settings_of({})
