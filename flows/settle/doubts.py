"""Versions in doubt: turned back until somebody says so; and parts of one return, which add up.

Which versions of a return there are is gone through in the order in which they came. One is in doubt
where nothing but its path or a minute tells it from another of its refresh (E010), where the file or
folder says another month and the stated one is filed already or nothing was owed for it yet (E004), or where it lacks more than
half of the rows of what stands, or all of them (E014). The version before stands then, until an
explanation beside the finding comes back in a reply, or somebody restores it. What calls itself a
part stands beside the rest. Where modification times alone tell versions of one refresh apart, each
says which one counts.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

import duckdb

import schemas
from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.store import findings
from flows.store.statements import statement
from flows.validate.severity import decide
from schemas.declare import Kind, Return
from schemas.indicators import amount_field
from schemas.rules import E004, E010, E014, IN_DOUBT, Rule, Severity

# Files of one refresh that were changed last within so many seconds came as one.
ONE_MOMENT = 60
# A finding names so many of the rows that a version lacks.
NAMED = 10
# How the words end that are said of a version in doubt.
_TURNED_BACK = "，本表没有采用。"


@dataclass(frozen=True)
class Candidate:
    """A version that nothing else turns back; `modified_at` in seconds."""

    submission_id: str
    return_name: str
    department: str
    report_month: dt.date
    refresh_no: int
    receipt_no: int
    file: str
    filed_on: dt.date | None
    is_reply: bool
    modified_at: float
    arrival_no: int
    is_withdrawn: bool
    part: str | None
    named_month: dt.date | None
    stands_after: int
    """The refresh behind which it stands: its own, or of what was restored the last one before that."""
    stands_no: int
    is_restored: bool

    @property
    def place(self) -> tuple[str, str, dt.date]:
        """Whose return of which month it is."""
        return self.return_name, self.department, self.report_month

    @property
    def is_misplaced(self) -> bool:
        """Whether file or folder say another month than is stated."""
        return self.named_month is not None and self.named_month != self.report_month

    @property
    def name(self) -> str:
        return PurePosixPath(self.file).name


@dataclass(frozen=True)
class Overlap:
    """A version beside an earlier one: whether their rows are the same, how many keys both have,

    how many the later one should have and lacks, and which, with the sum of their amounts.
    """

    is_same: bool
    shared: int
    expected: int
    lacking: int
    lacking_keys: list[str]
    lacking_amount: Decimal | None


Overlaps = Mapping[tuple[str, str], Overlap]
"""By the later and the earlier submission."""
IsLifted = Callable[[Candidate, str], bool]
"""Whether somebody has explained a version's finding of a rule."""


def settle(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """Marks the versions in doubt and the parts that stand beside others, and says why."""
    _compare(con)
    candidates = [Candidate(*row) for row in con.execute(statement("settle/candidates")).fetchall()]
    overlaps = {
        (later, earlier): Overlap(*facts)
        for later, earlier, *facts in con.execute(statement("settle/overlapping")).fetchall()
    }
    is_lifted = _explained(con)
    said: list[Finding] = []
    doubtful: list[str] = []
    added: list[str] = []
    for _, group in itertools.groupby(candidates, key=lambda one: one.place):
        versions = list(group)
        found, standing = settled(versions, overlaps, is_lifted, zone)
        # What is withdrawn waits for no word; in doubt it stays, or it would be a version again.
        withdrawn = {one.submission_id for one in versions if one.is_withdrawn}
        said += [one for one in found if one.submission not in withdrawn]
        doubtful += {str(one.submission) for one in found if one.is_error}
        added += [one.submission_id for one in standing[:-1]]
    con.execute(statement("settle/doubted"), {"doubtful": doubtful, "added": added})
    con.execute(
        "delete from core.findings where is_cross and list_contains(?, rule)", [list(IN_DOUBT)]
    )
    findings.store(con, said)


def _compare(con: duckdb.DuckDBPyConnection) -> None:
    """Compares the versions of one return, department and month that are not compared yet."""
    con.execute(statement("settle/uncompared"))
    for (slug,) in con.execute("select distinct return_name from uncompared").fetchall():
        model = schemas.by_name(slug)
        columns = [name for name, one in model.columns().items() if not one.is_envelope]
        con.execute(
            statement(
                "settle/overlaps",
                slug=slug,
                words=", ".join(f"coalesce({name}::varchar, '')" for name in columns),
                amount=amount_field(slug) or "null",
                state="status" if "status" in columns else "null",
            )
        )
    con.execute("drop table uncompared")


def _explained(con: duckdb.DuckDBPyConnection) -> IsLifted:
    """What has been explained: a word on one version is none on another one."""
    words = con.execute(statement("settle/explained_doubts"), {"rules": list(IN_DOUBT)})
    explained = set(words.fetchall())
    return lambda one, rule: (rule, one.submission_id) in explained


def settled(
    candidates: Sequence[Candidate], overlaps: Overlaps, is_lifted: IsLifted, zone: Zone
) -> tuple[list[Finding], list[Candidate]]:
    """What is to be said of the versions of one return, and those that stand in the end.

    Of those that stand together each but the last is a part, or what a part adds to.
    """
    said: list[Finding] = []
    standing: list[Candidate] = []
    let_in: list[Candidate] = []
    # Of one refresh, what lies where it is said to be goes first; what was restored goes behind all.
    order = sorted(
        candidates, key=lambda one: (one.stands_after, one.is_restored, one.is_misplaced)
    )
    for one in order:
        beside = [other for other in standing if _stays_beside(other, one)]
        replaced = [other for other in standing if other not in beside]
        found = _judged(one, candidates, replaced, beside, overlaps, is_lifted, zone)
        said += found
        if any(wrong.is_error for wrong in found) or one.is_withdrawn:
            continue
        standing = [other for other in beside if not overlaps[_pair(one, other)].shared]
        standing.append(one)
        let_in.append(one)
    said += _told_by_time(let_in, overlaps, zone)
    return said, sorted(standing, key=lambda one: one.stands_no)


def _stays_beside(other: Candidate, one: Candidate) -> bool:
    """Whether a version stays when another comes: a part of another name, or what a part adds to.

    A whole return has parts beside it that came with it; one that is restored also those since.
    """
    if one.part is not None:
        return other.part != one.part
    return other.part is not None and other.refresh_no >= one.refresh_no


def _pair(one: Candidate, other: Candidate) -> tuple[str, str]:
    later, earlier = sorted((one, other), key=lambda version: -version.arrival_no)
    return later.submission_id, earlier.submission_id


def _judged(
    one: Candidate,
    candidates: Sequence[Candidate],
    replaced: Sequence[Candidate],
    beside: Sequence[Candidate],
    overlaps: Overlaps,
    is_lifted: IsLifted,
    zone: Zone,
) -> list[Finding]:
    """What is said of a version, as the zone has decided and up to the first error.

    Of one that was restored nothing: somebody has said that it counts.
    """
    if one.is_restored:
        return []
    # Of two files neither is let in by a word: the reply that brings it is a version of its own.
    undecided = decide(_undecided(one, candidates, overlaps), IN_DOUBT, zone)
    if any(wrong.is_error for wrong in undecided):
        return undecided
    said = [*map(_let_in, undecided)]
    for wrong in itertools.chain(
        _too_early(one, zone),
        _misplaced(one, [*replaced, *beside], overlaps),
        _told_twice(one, beside, overlaps),
        _lacking(one, replaced, overlaps),
    ):
        for decided in decide([wrong], IN_DOUBT, zone):
            if decided.is_error and not is_lifted(one, decided.rule):
                said.append(decided)
            else:
                said.append(_let_in(decided))
        if any(found.is_error for found in said):
            break
    return said


def _let_in(doubt: Finding) -> Finding:
    """What is said of a version that an explanation or the zone lets in all the same."""
    severity = Severity.WARNING if doubt.is_error else doubt.severity
    return doubt.knowing(severity=severity, message=doubt.message.replace(_TURNED_BACK, "。"))


def _undecided(
    one: Candidate, candidates: Sequence[Candidate], overlaps: Overlaps
) -> Iterator[Finding]:
    """E010: another file of its refresh, different in its rows, that nothing tells from this one."""
    for other in candidates:
        if (
            _is_alike(other, one)
            and abs(other.modified_at - one.modified_at) <= ONE_MOMENT
            and not overlaps[_pair(one, other)].is_same
        ):
            words = (
                f"与同时收到的“{other.name}”是同一单位、同一月份的同一张报表，内容不同，"
                f"分不清以哪份为准{_TURNED_BACK}"
            )
            yield _doubt(
                E010,
                one,
                words,
                "请只报送一份完整的报表；分几部分报送的，请在文件名中写明第几部分；"
                "确以本表为准的，请在退回的审核意见中填写“单位说明”后报送。",
                value=other.file,
                against=other,
            )
            return


def _is_alike(other: Candidate, one: Candidate) -> bool:
    """Whether only time or name tell two files of one refresh apart; a word on one tells, too."""
    return (
        other.receipt_no != one.receipt_no
        and not other.is_withdrawn
        and not other.is_restored
        and (other.refresh_no, other.filed_on, other.is_reply, other.part)
        == (one.refresh_no, one.filed_on, one.is_reply, one.part)
        and other.is_misplaced == one.is_misplaced
    )


def _told_by_time(let_in: Sequence[Candidate], overlaps: Overlaps, zone: Zone) -> Iterator[Finding]:
    """E010, a warning: of versions of one refresh the one that was changed last was chosen."""
    for one in let_in:
        others = [
            other
            for other in let_in
            if not one.is_restored
            and _is_alike(other, one)
            and not overlaps[_pair(one, other)].is_same
        ]
        if not others:
            continue
        chosen = max([one, *others], key=lambda other: other.arrival_no)
        against = chosen if chosen != one else max(others, key=lambda other: other.arrival_no)
        which = "本表" if chosen == one else f"“{chosen.name}”"
        words = (
            f"与同时收到的“{against.name}”是同一单位、同一月份的同一张报表，内容不同，"
            f"只有修改时间分得出先后：采用修改时间最晚的{which}。"
        )
        told = _doubt(
            E010,
            one,
            words,
            "请核对采用的是否为应报的一份；不是的，请重新报送应采用的一份，"
            "或告知联系人，由其恢复。",
            value=against.file,
            against=against,
            severity=Severity.WARNING,
        )
        yield from map(_let_in, decide([told], IN_DOUBT, zone))


def _misplaced(
    one: Candidate, standing: Sequence[Candidate], overlaps: Overlaps
) -> Iterator[Finding]:
    """E004: the month that is stated is filed, and file or folder say another one."""
    others = [other for other in standing if not overlaps[_pair(one, other)].is_same]
    if one.named_month is not None and one.is_misplaced and others:
        words = (
            f"表内报告期是{_month(one.report_month)}，文件名或文件夹却是{_month(one.named_month)}；"
            f"{_month(one.report_month)}已有报送的“{others[-1].name}”{_TURNED_BACK}"
        )
        yield _doubt(
            E004,
            one,
            words,
            "报告期没有改过来的，请改正；工作簿里留有上月的表的，请删去；"
            "确要替代上月报表的，请在退回的审核意见中填写“单位说明”后报送。",
            value=f"{one.named_month:%Y-%m}",
            against=others[-1],
        )


def _too_early(one: Candidate, zone: Zone) -> Iterator[Finding]:
    """E004: a month before the first for which anybody owes anything."""
    first = zone.first_month
    if first is not None and one.report_month < first:
        yield _doubt(
            E004,
            one,
            f"报告期{_month(one.report_month)}早于最早的应报月份{_month(first)}{_TURNED_BACK}",
            "报告期写错的，请改正；确要补报的，请在退回的审核意见中填写“单位说明”后报送。",
            value=f"{one.report_month:%Y-%m}",
        )


def _told_twice(
    one: Candidate, beside: Sequence[Candidate], overlaps: Overlaps
) -> Iterator[Finding]:
    """E010: a part, and what it would be added to, tell the same rows."""
    for other in beside:
        shared = overlaps[_pair(one, other)].shared
        if shared:
            words = f"本表是报表的一部分，却有{shared}行已在“{other.name}”中填报，不能相加{_TURNED_BACK}"
            yield _doubt(
                E010,
                one,
                words,
                "请报送完整的报表，或使各部分没有相同的行；"
                "确应替代该表的，请在退回的审核意见中填写“单位说明”后报送。",
                value=other.file,
                against=other,
            )
            return


def _lacking(
    one: Candidate, replaced: Sequence[Candidate], overlaps: Overlaps
) -> Iterator[Finding]:
    """E014: rows of what it would replace that it does not have, and whether they are too many."""
    beside = [overlaps[_pair(one, other)] for other in replaced]
    lacking = sum(facts.lacking for facts in beside)
    if not lacking:
        return
    has_nothing = not any(facts.shared for facts in beside)
    is_most = 2 * lacking > sum(facts.expected for facts in beside)
    keys = [key for facts in beside for key in facts.lacking_keys]
    named = "、".join(keys[:NAMED]) + (f"等{lacking}行" if lacking > NAMED else "")
    before = "、".join(f"“{other.name}”" for other in replaced)
    words = (
        f"上一版（{before}）中的{lacking}行本表没有：{named}{_carried(one.return_name, beside)}。"
    )
    if has_nothing or is_most:
        words += ("两版没有相同的行" if has_nothing else "缺少的过半") + _TURNED_BACK
    yield _doubt(
        E014,
        one,
        words,
        value=named,
        against=replaced[-1],
        severity=Severity.ERROR if has_nothing or is_most else Severity.WARNING,
    )


def _carried(return_name: str, beside: Sequence[Overlap]) -> str:
    """The sum that the lacking rows carried."""
    amounts = [facts.lacking_amount for facts in beside if facts.lacking]
    known = [amount for amount in amounts if amount is not None]
    words = sum_words(return_name, sum(known, Decimal(0))) if len(known) == len(amounts) else None
    return f"，{words}" if words else ""


def sum_words(return_name: str, amount: Decimal | None, why: str = "") -> str | None:
    """What rows of a return come to, in the unit in which the column is stated; None: no amount.

    Where the sum can't be computed (no `amount`), that and `why`.
    """
    name = amount_field(return_name)
    if name is None:
        return None
    column = _columns(return_name)[name]
    if amount is None:
        return f"{column.header}合计无法计算：{why}"
    if column.kind is Kind.MONEY:
        amount /= 10_000
    return f"{column.header}合计{amount.normalize():f}{column.unit or ''}"


def _columns(return_name: str) -> Mapping[str, schemas.declare.Column]:
    model: type[Return] = schemas.by_name(return_name)
    return model.columns()


def _doubt(
    rule: Rule,
    one: Candidate,
    words: str,
    suggestion: str = "",
    *,
    value: str,
    against: Candidate | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return finding(
        rule,
        words,
        severity=severity,
        suggestion=suggestion,
        value=value,
        is_cross=True,
        submission=one.submission_id,
        against=against.submission_id if against else None,
        report_month=one.report_month,
        department=one.department,
        return_name=one.return_name,
    )


def _month(month: dt.date) -> str:
    return f"{month.year}年{month.month}月"
