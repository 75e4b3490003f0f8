"""What stops the operator, as exceptions; what a department did wrong is a finding, never one.

GuobanError
├── SettingsError       zone.toml or a setting is wrong: mend it, then start again
├── BusyError           another refresh is at work: try again later
├── OrchestratorError   the Prefect server that is configured doesn't answer
├── WarehouseError      the warehouse folder or its working database fails
└── PublicationError    the release can't be written; what was published before stands
"""


class GuobanError(Exception):
    """Base of all; its text is meant for the operator, in English and, where it is common, Chinese."""

    is_retryable = False

    def __init__(self, english: str, chinese: str = "") -> None:
        super().__init__(english)
        self.chinese = chinese or english


class SettingsError(GuobanError):
    """A setting or the zone's file is wrong; the text names the file and, where known, the line."""


class BusyError(GuobanError):
    """Another process has the warehouse."""

    is_retryable = True


class OrchestratorError(GuobanError):
    """The configured Prefect server doesn't answer; nothing was begun."""

    is_retryable = True


class WarehouseError(GuobanError):
    """The warehouse folder, the working database or one of its queries fails."""


class PublicationError(GuobanError):
    """The release can't be published."""
