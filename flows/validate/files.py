"""Every finding of a batch of files: what recognising and typing said, the envelope, the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flows.ground.collector import no_collections
from flows.ground.findings import Finding
from flows.ground.zone import Zone
from flows.normalise.batch import TypedBatch
from flows.recognise import Draft
from flows.validate.envelope import check_envelopes
from flows.validate.inside import validate
from flows.validate.severity import decide
from schemas.rules import all_rules


@no_collections()
def validate_files(
    drafts: Sequence[Draft],
    batches: Iterable[TypedBatch],
    unread: Iterable[Finding],
    zone: Zone,
) -> list[Finding]:
    """The findings of all drafts, each with its return, as the zone has decided.

    `unread` is what typing said of cells that could not be read.
    """
    stated = [finding.of(draft.key) for draft in drafts for finding in draft.findings]
    stated += check_envelopes(drafts, zone)
    failed = (finding for batch in batches for finding in validate(batch, zone))
    by_key: dict[str | None, Draft] = {draft.key: draft for draft in drafts}
    findings = [
        finding.knowing(
            report_month=draft.month,
            department=draft.department,
            return_name=draft.model.form().slug if draft.model else None,
        )
        for finding in (*stated, *unread, *failed)
        for draft in (by_key[finding.submission],)
    ]
    return decide(findings, all_rules(), zone)
