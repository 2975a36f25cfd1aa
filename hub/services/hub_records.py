"""Keeps the file of the hub: a dated version more, or one taken out; nothing is rewritten."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.domain.hub_records import RecordKind, review_day
from hub.domain.working_days import local_date
from hub.errors import Conflict, HubError, Invalid, NotFound
from hub.models.columns import new_id
from hub.models.directory import Organisation
from hub.models.hub_record import HubRecord
from hub.services.unit_of_work import Work

LONGEST_TITLE = 200
LONGEST_VERSION = 40
LONGEST_REFERENCE = 500
_LONGEST = {
    "title": LONGEST_TITLE,
    "version": LONGEST_VERSION,
    "reference": LONGEST_REFERENCE,
}


@dataclass(frozen=True)
class RecordGiven:
    """One version as its DPO enters it; `organisation_id` for an agreement alone.

    `reference` says where it lies: a number or a link, never the document itself. Without a
    `review_on` the policy's day is taken.
    """

    kind: RecordKind
    title: str
    dated_on: date
    version: str = ""
    review_on: date | None = None
    organisation_id: UUID | None = None
    reference: str = ""


def enter_record(work: Work, given: RecordGiven) -> UUID:
    """Enter a version in the file of the hub (GDPR 5(2), 13, 26, 28, 30, 35).

    Raises Invalid (facts: field) for an empty title, a text too long, a day to come, a review that
    does not come after it, or an agreement without its organisation; NotFound for an organisation
    that is not of the directory.
    """
    _check_texts(given)
    _check_days(given, local_date(work.now))
    _check_organisation(work, given)
    policy = work.ports.policies.records
    row = HubRecord(
        id=new_id(),
        kind=given.kind,
        organisation_id=given.organisation_id,
        title=given.title.strip(),
        version=given.version.strip(),
        dated_on=given.dated_on,
        review_on=given.review_on or review_day(given.dated_on, policy),
        reference=given.reference.strip(),
        entered_at=work.now,
        entered_by_id=work.actor.member_id,
    )
    work.session.add(row)
    _record(work, EventKind.HUB_RECORD_ENTERED, row)
    return row.id


def withdraw_record(work: Work, record_id: UUID) -> None:
    """Take out a version that was entered by mistake: it stays in the history, crossed out.

    Raises NotFound, Conflict when it is out already.
    """
    row = work.session.get(HubRecord, record_id, with_for_update=True)
    if row is None:
        raise NotFound(record_id=record_id)
    if row.withdrawn_at is not None:
        raise Conflict(already="withdrawn")
    row.withdrawn_at = work.now
    _record(work, EventKind.HUB_RECORD_WITHDRAWN, row)


def _check_texts(given: RecordGiven) -> None:
    if not given.title.strip():
        raise Invalid(field="title")
    for name, most in _LONGEST.items():
        if len(getattr(given, name).strip()) > most:
            raise Invalid(field=name)


def _check_days(given: RecordGiven, today: date) -> None:
    if given.dated_on > today:
        raise Invalid(field="dated_on")
    if given.review_on is not None and given.review_on <= given.dated_on:
        raise Invalid(field="review_on")


def _check_organisation(work: Work, given: RecordGiven) -> None:
    is_agreement = given.kind is RecordKind.AGREEMENT
    if is_agreement is (given.organisation_id is None):
        raise Invalid(field="organisation_id")
    if is_agreement and work.session.get(Organisation, given.organisation_id) is None:
        raise NotFound(organisation_id=given.organisation_id)


def _record(work: Work, kind: EventKind, row: HubRecord) -> None:
    if work.actor.organisation_id is None:
        raise HubError()
    facts = {
        "document": row.kind.value,
        "dated_on": row.dated_on.isoformat(),
        "version": row.version,
    }
    work.record(kind, work.actor.organisation_id, row.id, **facts)
