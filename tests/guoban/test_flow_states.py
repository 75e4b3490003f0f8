"""What a run of the flow ends in: a state in words, the stage named, nothing that would be pickled."""

from typing import Any

import pytest
from drop import Drop
from prefect.client.schemas.objects import State
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.logging import disable_run_logger

from flows import pipeline, refresh
from flows.answer.results import RunResult
from flows.answer.summary import summary
from flows.ground.errors import WarehouseError
from flows.ground.notes import Note
from flows.once import Refresh

pytestmark = pytest.mark.slow


def ended(drop: Drop) -> State[None]:
    """The flow's own words, with nobody keeping a record."""
    this = Refresh(drop.settings, drop.zone, is_recorded=False)
    before = refresh._ASKED.set(this)
    try:
        with disable_run_logger():
            return refresh.refresh.fn()
    finally:
        refresh._ASKED.reset(before)


def test_it_says_what_is_published_and_that_nothing_is_new(drop: Drop) -> None:
    drop.samples("2021-01/招商局/签约项目月报表.xlsx")
    state = ended(drop)
    ((release,),) = drop.query("select run_id from mart.refreshes")
    assert (state.type, state.message) == ("COMPLETED", f"published {release}")
    state = ended(drop)
    assert (state.type, state.message) == ("COMPLETED", "nothing new")


def test_a_failure_names_its_stage_and_holds_no_exception(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise WarehouseError("the archive can't be written: no such device")

    monkeypatch.setattr(pipeline, "receive", failing)
    state = ended(drop)
    assert (state.type, state.message) == (
        "FAILED",
        "receive: the archive can't be written: no such device",
    )
    assert state.data is None


def test_prefect_loads_it_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pipeline.__file__.rpartition("/flows/")[0])
    flow: Flow[..., Any] = load_flow_from_entrypoint("flows/refresh.py:refresh")
    assert list(flow.parameters.properties) == ["raw", "warehouse", "zone"]
    assert not flow.parameters.required
    assert flow.persist_result is False


def test_a_page_takes_what_names_are_made_of() -> None:
    result = RunResult("r1", None, [], {}, [Note("mended", "已修复")])
    page = summary(result, [], {"a|b": "c"})
    assert "| a\\|b | c |" in page
    assert "没有新内容" in page
    assert "- 已修复" in page
