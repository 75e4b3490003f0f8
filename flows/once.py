"""One refresh, whoever runs it: what is asked of it, what came of it, and that it is done once.

Prefect may fail at any moment, also after a stage has done its work; asked again, that work is not
done a second time. Knows nothing of Prefect itself.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flows import pipeline
from flows.answer.results import RunResult
from flows.ground.clock import Teller, new_run_id, nobody
from flows.ground.notes import Notes, in_a_line
from flows.ground.settings import BEIJING, Settings
from flows.ground.zone import Zone

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Once(Generic[T_co]):
    """Work that is done once, however often it is asked for."""

    def __init__(self, work: Callable[[], T_co]) -> None:
        self._work = work
        self._made: list[T_co] = []
        self.error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        """Whether it was done, or failed."""
        return bool(self._made) or self.error is not None

    def __call__(self) -> T_co:
        if self.error is not None:
            raise self.error
        if not self._made:
            try:
                self._made.append(self._work())
            except BaseException as error:
                self.error = error
                raise
        return self._made[0]


StageRunner = Callable[[str, Once[object]], None]
"""Has a stage done under its name, in whatever way; or leaves it to be done."""


def _left(name: str, stage: Once[object]) -> None:
    """A stage that nobody records is done when its result is asked for."""


@dataclass
class Refresh:
    """A refresh that is asked for: `begin` hears of each stage, `tell` how far it has come."""

    settings: Settings
    zone: Zone
    begin: Callable[[str], None] = lambda _: None
    tell: Teller = nobody
    run_id: str = field(default_factory=lambda: new_run_id(dt.datetime.now(BEIJING)))
    notes: Notes = field(default_factory=Notes)
    stage: str = ""
    """The stage at work; of a refresh that failed, where it did; "" between them."""
    is_recorded: bool = True
    """Whether Prefect's record of it is whole, so far."""

    def __post_init__(self) -> None:
        self._run_stage: StageRunner = _left
        self._whole = Once(self._refresh)

    @property
    def error(self) -> BaseException | None:
        """What it failed with."""
        return self._whole.error

    @property
    def is_done(self) -> bool:
        """Whether it was done, or failed."""
        return self._whole.is_done

    def by(self, run_stage: StageRunner) -> RunResult:
        """Does it, if that has not been done, each stage by `run_stage`.

        Raises what `pipeline.refresh` raises.
        """
        self._run_stage = run_stage
        return self._whole()

    def directly(self) -> RunResult:
        """Does it, if that has not been done, in this process; what it came to, with all notes."""
        result = self.by(_left)
        return dataclasses.replace(result, notes=[*self.notes, *result.notes])

    def goes_unrecorded(self, error: Exception) -> None:
        """Notes that Prefect fails: what counts is published all the same."""
        if not self.is_recorded:
            return
        self.is_recorded = False
        why = in_a_line(error)
        self.notes.say(
            f"Prefect has no full record of this run, which went on without it ({why.english})",
            f"Prefect没有本次运行的完整记录，刷新照常进行（{why.chinese}）",
        )

    def _refresh(self) -> RunResult:
        return pipeline.refresh(
            self.settings, self.zone, self._stage, self.tell, run_id=self.run_id
        )

    def _stage(self, name: str, stage: Callable[[], T]) -> T:
        def at_work() -> T:
            # What is said of it belongs to whatever runs it.
            self.begin(name)
            return stage()

        self.stage = name
        once = Once(at_work)
        self._run_stage(name, once)
        result = once()
        self.stage = ""
        return result
