"""`refresh`: the stages over the drop folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import schemas
from flows import notify, pipeline, recorded
from flows.answer.results import FileResult, RunResult, StatusCount
from flows.answer.wording import month_words
from flows.early import EARLY
from flows.ground.durable import plain_modes
from flows.ground.settings import BEIJING
from flows.month.doubts import Doubt
from flows.store.belonging import begin_anew
from flows.store.journal import Journal
from guoban.asked import who
from guoban.options import Call, takes_settings
from guoban.output import (
    asked_words,
    console,
    file_json,
    moves_json,
    one_line,
    print_file,
    print_json,
    print_moves,
    print_rejudged,
    status_words,
)
from guoban.progress import StageDisplay, log_outcome, logged_to
from guoban.words import say
from schemas.rules import E010, Severity

# People see the findings of this many files, and of each this many; `check` and the replies show all.
MOST_FILES = 20
MOST_FINDINGS = 5
TO_LOOK_AT = ("rejected", "partly_accepted")
New = Annotated[
    bool, typer.Option("--new", help="Put another zone's warehouse aside, begin an empty one.")
]
Seal = Annotated[
    bool,
    typer.Option("--seal", help="Say that what an earlier version wrote to the journal is right."),
]
Preview = Annotated[
    bool, typer.Option("--preview", help="Say what it would do and move, and do nothing.")
]


@takes_settings
def refresh(call: Call, new: New = False, seal: Seal = False, preview: Preview = False) -> None:
    if preview:
        if other := "--new" if new else "--seal" if seal else "":
            raise typer.BadParameter(
                say(
                    f"--preview changes nothing, {other} does",
                    f"--preview不作改动，不能与{other}同用",
                )
            )
        _preview(call)
        return
    with plain_modes(), logged_to(call.warehouse.logs), EARLY:
        zone = call.zone
        if new and (aside := begin_anew(call.warehouse, zone, dt.datetime.now(BEIJING))):
            console(to_stderr=True).print(
                say(
                    f"The other zone's warehouse is kept, whole, as {aside}.",
                    f"原数据仓已整个另存为{aside}。",
                )
            )
        if seal:
            _seal(call)
        try:
            with StageDisplay() as display:
                result = _done(call, display)
        except Exception as error:
            notify.after_failure(call.settings, zone, error)
            raise
        log_outcome(result)
        notify.after_refresh(call.settings, zone, result)
    if call.is_json:
        print_json(_plain(result))
        return
    _print_result(result)
    seconds = sum(result.seconds.values())
    if result.published:
        words = (
            f"Published {result.published} in {seconds:.1f} s.",
            f"已发布 {result.published}，用时{seconds:.1f}秒。",
        )
    else:
        words = ("Nothing new: the published figures stand.", "没有新的报送，已发布的数字不变。")
    console().print(say(*words))


def _seal(call: Call) -> None:
    """Seals the lines that an earlier version wrote to the journal without a chain, and says which."""
    with call.warehouse.locked():
        journal = Journal(call.warehouse.journal, is_to_be_sealed=True)
        lines = journal.seal(who(), dt.datetime.now(dt.UTC))
    console(to_stderr=True).print(
        one_line(
            say(f"{lines.english} are sealed as they stand.", f"{lines.chinese}已按原样封存。")
        )
        if lines
        else say("The journal has no line to be sealed.", "台账中没有需要封存的行。")
    )


def _preview(call: Call) -> None:
    """Says what a refresh would, and does nothing."""
    from flows.supposed import preview  # noqa: PLC0415 - a refresh of nothing new does without

    with plain_modes(), StageDisplay() as display:
        result = preview(call.settings, call.zone, display.runner, display.progress)
    if call.is_json:
        print_json(_plain(result))
        return
    _print_result(result)
    if not result.moves:
        console().print(say("No headline figure would move.", "主要指标不会变动。"))
    console().print(
        say("A preview: nothing is published or stored.", "以上为预演，没有发布，也没有保存。")
    )


def _is_to_be_seen(one: FileResult) -> bool:
    """Whether people are shown it: turned back, or one of several that may not be the one meant."""
    return (
        one.status in TO_LOOK_AT
        or one.has_error
        or (
            one.status != "unchanged"
            and any(f.rule == E010.id and f.severity == Severity.WARNING for f in one.findings)
        )
    )


def _print_doubts(doubts: Sequence[Doubt]) -> None:
    """The versions that wait for a word, each with the command that makes it count."""
    if not doubts:
        return
    out = console()
    out.print(
        say(
            "Versions that wait for a word (guoban restore makes one count, guoban withdraw drops it):",
            "待定的版本（guoban restore恢复采用，guoban withdraw撤回）：",
        )
    )
    for one in doubts:
        title = schemas.by_name(one.return_name).form().title
        month = say(f"{one.report_month:%Y-%m}", month_words(one.report_month))
        out.print(one_line(f"  {one.submission_id}  {month}  {one.department}  {title}"))
        out.print(one_line(f"    {one.file}"))
        out.print(one_line(f"    {one.rule} {one.message}"))
        out.print(one_line(f"    → guoban restore {one.submission_id} --reason …"))


def _plain(result: RunResult) -> dict[str, Any]:
    """What it came to, for machines."""
    return {
        "run_id": result.run_id,
        "published": result.published,
        "submissions": result.counts,
        "files": [file_json(one) for one in result.files],
        "changes": [*moves_json(result.moves), *(one.plain() for one in result.rejudged)],
        "in_doubt": [vars(one) for one in result.doubts],
        "seconds": result.seconds,
        "notes": [say(one.english, one.chinese) for one in result.notes],
    }


def _done(call: Call, display: StageDisplay) -> RunResult:
    """The refresh, on Prefect's record where it belongs there."""
    settings, zone = call.settings, call.zone
    if settings.by_prefect and recorded.is_for_the_record(settings, zone):
        return recorded.run(settings, zone, display.stage, display.progress)
    return pipeline.refresh(settings, zone, display.runner, display.progress)


def _count_words(one: StatusCount) -> str:
    """How many submissions have a status, and how much of their warnings is to be explained."""
    status = status_words(one.status, is_explained=one.is_explained, is_replaced=one.is_replaced)
    words = f"{status} {one.submissions}"
    asked = say(", ", "、").join(asked_words(one.asked))
    return words + (say(f" ({asked})", f"（{asked}）") if asked else "")


def _print_result(result: RunResult) -> None:
    out = console()
    counts = say(", ", "；").join(map(_count_words, result.by_status))
    if counts:
        out.print(say("Submissions: ", "报送：") + counts)
    for note in result.notes:
        out.print(say(f"Note: {note.english}.", f"注意：{note.chinese}。"))
    wanting = [one for one in result.files if _is_to_be_seen(one)]
    # What asks for something is not to be cut off.
    wanting.sort(key=lambda one: bool(one.ended))
    for one in wanting[:MOST_FILES]:
        print_file(one, most=MOST_FINDINGS)
    if len(wanting) > MOST_FILES:
        more = len(wanting) - MOST_FILES
        out.print(say(f"… and {more} more files turned back", f"……另有{more}份退回"))
    for one in result.files:
        if one.status == "ignored":
            print_file(one)
    print_moves(result.moves)
    print_rejudged(result.rejudged)
    _print_doubts(result.doubts)
