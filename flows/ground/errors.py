"""What stops the operator, as exceptions; what a department did wrong is a finding, never one.

GuobanError
├── SettingsError       zone.toml or a setting is wrong: mend it, then start again
├── BusyError           another refresh is at work: try again later
├── OrchestratorError   the Prefect server that is configured doesn't answer
├── WarehouseError      the warehouse folder or its working database fails
│   ├── DamageError     the working database can't be read: it is made anew from archive and journal
│   ├── DiskFullError   there is no room left to write to: make room, then refresh again
│   ├── FaultError      guoban itself is at fault, or how it is installed: what was published stands
│   └── UnchainedError  an earlier version wrote to the journal: somebody has to say that it is right
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


class DamageError(WarehouseError):
    """The working database is damaged. It holds nothing that archive and journal don't."""


class DiskFullError(WarehouseError):
    """The disk of the warehouse folder is full; what was stored before stands."""

    is_retryable = True


class FaultError(WarehouseError):
    """One of guoban's own statements fails, whatever the working database holds."""


class UnchainedError(WarehouseError):
    """An earlier version appended lines to the journal that are not chained to those before."""


class PublicationError(GuobanError):
    """The release can't be published."""


def is_stop(error: BaseException) -> bool:
    """Whether somebody stopped the work: Ctrl-C, also as it comes where DuckDB is at work."""
    return not isinstance(error, Exception) or str(error) == "Query interrupted"
