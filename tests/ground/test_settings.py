"""Settings of the environment: what can't be one is named."""

import pytest
from pydantic import ValidationError

from flows.ground.errors import SettingsError
from flows.ground.settings import Settings, settings_of


@pytest.mark.parametrize("name", ["server_minutes", "notify_seconds", "read_seconds"])
@pytest.mark.parametrize("value", ["inf", "1e999", "nan", "soon"])
def test_a_time_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """With an endless one no message would be sent, and none would say why."""
    monkeypatch.setenv(f"GUOBAN_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"GUOBAN_{name.upper()}: Input should be a"):
        settings_of({})


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:s3cret/db", "mysql://u:s3cret@h/db", "postgresql://u:s3cret@h:x/db", "s3cret"],
)
def test_an_address_that_is_none_is_said_without_it(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("GUOBAN_PUBLISH", address)
    with pytest.raises(SettingsError, match="GUOBAN_PUBLISH: Value error, the address") as said:
        settings_of({})
    assert "s3cret" not in str(said.value)
    with pytest.raises(ValidationError) as raised:
        Settings()
    assert "s3cret" not in str(raised.value)
