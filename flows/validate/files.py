"""Every finding of a batch of files: what recognising and typing said, the envelope, the rows."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

from flows.ground.collector import no_collections
from flows.ground.findings import Finding
from flows.ground.time_limit import LateError
from flows.ground.zone import Zone
from flows.normalise.batch import TypedBatch
from flows.recognise import Draft
from flows.recognise.drafts import odd_file
from flows.store.handling import Handling
from flows.validate.envelope import check_envelopes
from flows.validate.inside import validate
from flows.validate.severity import decide
from schemas.rules import all_rules

LOG = logging.getLogger("guoban")


@no_collections()
def validate_files(
    drafts: Sequence[Draft],
    batches: Sequence[TypedBatch],
    unread: Sequence[Finding],
    zone: Zone,
    handling: Handling,
) -> list[Finding]:
    """The findings of all drafts, each with its return, as the zone has decided.

    `unread` is what typing said of cells that could not be read. A file whose rows can't be checked
    is turned back (E011), and costs no other; one for which time or memory do not suffice is `lost`.
    """
    receipts = list(dict.fromkeys(draft.origin.receipt for draft in drafts))
    try:
        return handling.together(
            "validate", receipts, partial(_validated, drafts, batches, unread, zone)
        )
    except Exception as error:
        why = str(error) if isinstance(error, LateError) else "failed"
        LOG.warning("checking a batch of submissions: %s; now each file by itself", why)
    findings: list[Finding] = []
    for receipt, group in groupby(drafts, key=lambda draft: draft.origin.receipt):
        of_file = list(group)
        keys = {draft.key for draft in of_file}
        own = [batch.only(keys) for batch in batches]
        said = [finding for finding in unread if finding.submission in keys]
        work = partial(_validated, of_file, own, said, zone)
        try:
            findings += handling.alone("validate", receipt, work) or []
        except Exception:
            LOG.exception("%s can't be checked", of_file[0].origin.path)
            odd = [odd_file().of(draft.key) for draft in of_file]
            findings += _decided(odd, of_file, zone)
    return findings


def _validated(
    drafts: Sequence[Draft],
    batches: Iterable[TypedBatch],
    unread: Iterable[Finding],
    zone: Zone,
) -> list[Finding]:
    stated = [finding.of(draft.key) for draft in drafts for finding in draft.findings]
    stated += check_envelopes(drafts, zone)
    failed = (finding for batch in batches for finding in validate(batch, zone))
    return _decided((*stated, *unread, *failed), drafts, zone)


def _decided(said: Iterable[Finding], drafts: Iterable[Draft], zone: Zone) -> list[Finding]:
    by_key: dict[str | None, Draft] = {draft.key: draft for draft in drafts}
    findings = [
        finding.knowing(
            report_month=draft.month,
            department=draft.department,
            return_name=draft.model.form().slug if draft.model else None,
        )
        for finding in said
        for draft in (by_key[finding.submission],)
    ]
    return decide(findings, all_rules(), zone)
