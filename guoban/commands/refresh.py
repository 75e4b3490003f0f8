"""`refresh`: the stages over the drop folder."""

from __future__ import annotations

from flows import notify, pipeline, recorded
from flows.answer.results import RunResult
from flows.early import EARLY
from flows.ground.durable import plain_modes
from guoban.options import Call, takes_settings
from guoban.output import console, file_json, print_file, print_json, status_words
from guoban.progress import StageDisplay, log_outcome, logged_to
from guoban.words import say

# People see the findings of this many files, and of each this many; `check` and the replies show all.
MOST_FILES = 20
MOST_FINDINGS = 5
TO_LOOK_AT = ("rejected", "partly_accepted")


@takes_settings
def refresh(call: Call) -> None:
    with plain_modes(), logged_to(call.warehouse.logs):
        zone = call.zone
        try:
            with EARLY, StageDisplay() as display:
                result = _done(call, display)
        except Exception as error:
            notify.after_failure(call.settings, zone, error)
            raise
        log_outcome(result)
        notify.after_refresh(call.settings, zone, result)
    if call.is_json:
        print_json(
            {
                "run_id": result.run_id,
                "published": result.published,
                "submissions": result.counts,
                "files": [file_json(one) for one in result.files],
                "seconds": result.seconds,
                "notes": [say(one.english, one.chinese) for one in result.notes],
            }
        )
    else:
        _print_result(result)


def _done(call: Call, display: StageDisplay) -> RunResult:
    """The refresh, on Prefect's record where it belongs there."""
    settings, zone = call.settings, call.zone
    if settings.by_prefect and recorded.is_for_the_record(settings, zone):
        return recorded.run(settings, zone, display.stage, display.progress)
    return pipeline.refresh(settings, zone, display.runner, display.progress)


def _print_result(result: RunResult) -> None:
    out = console()
    counts = say(", ", "，").join(
        f"{status_words(name)} {n}" for name, n in sorted(result.counts.items())
    )
    if counts:
        out.print(say("Submissions: ", "报送：") + counts)
    for note in result.notes:
        out.print(say(f"Note: {note.english}.", f"注意：{note.chinese}。"))
    wanting = [one for one in result.files if one.status in TO_LOOK_AT or one.has_error]
    for one in wanting[:MOST_FILES]:
        print_file(one, most=MOST_FINDINGS)
    if len(wanting) > MOST_FILES:
        more = len(wanting) - MOST_FILES
        out.print(say(f"… and {more} more files turned back", f"……另有{more}份退回"))
    for one in result.files:
        if one.status == "ignored":
            print_file(one)
    seconds = sum(result.seconds.values())
    if result.published:
        out.print(
            say(
                f"Published {result.published} in {seconds:.1f} s.",
                f"已发布 {result.published}，用时{seconds:.1f}秒。",
            )
        )
    else:
        out.print(
            say(
                "Nothing new: the published figures stand.",
                "没有新的报送，已发布的数字不变。",
            )
        )
