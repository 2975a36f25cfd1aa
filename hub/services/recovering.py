"""Brings filings back from the intake journal after a database was restored from before them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.domain.audit_log import EventKind
from hub.extensions import Model
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery
from hub.models.hub_task import HubTask
from hub.models.opt_out import OptOutEntry
from hub.models.referral import ClockEntry, Referral, ReferralItem
from hub.models.representation import RepresentationRow
from hub.models.rights_request import DataKey, Identity, NameIndex, RightsRequest
from hub.ports import JournalLine
from hub.services.journaling import Rows, line_content, rows_of_line
from hub.services.unit_of_work import Work

OF_A_REQUEST: Sequence[tuple[type[Model], str]] = (
    (RightsRequest, "id"),
    (DataKey, "rights_request_id"),
    (Identity, "rights_request_id"),
    (NameIndex, "rights_request_id"),
    (RepresentationRow, "rights_request_id"),
    (HubTask, "rights_request_id"),
    (Referral, "rights_request_id"),
    (Delivery, "rights_request_id"),
    (AuditEvent, "stream_id"),
    (OptOutEntry, "rights_request_id"),
)
OF_A_REFERRAL: Sequence[type[Model]] = (ReferralItem, ClockEntry)


class Recovery(StrEnum):
    """What came of one line of the journal."""

    ALREADY_THERE = "already_there"
    IMPOSSIBLE = "impossible"
    RECOVERED = "recovered"


def is_there(session: Session, line: JournalLine) -> bool:
    """Whether the database has the filing: the same request, or another for the same key."""
    wanted = RightsRequest.id == line.id
    if session.scalar(select(RightsRequest.id).where(wanted)) is not None:
        return True
    filed = _filed(line)
    same_key = select(RightsRequest.id).where(
        RightsRequest.idempotency_scope == filed["idempotency_scope"],
        RightsRequest.idempotency_hash == filed["idempotency_hash"],
    )
    return session.scalar(same_key) is not None


def recover_line(work: Work, line: JournalLine) -> Recovery:
    """Insert a filing that the database lacks, as it was filed: its receipt is worth its words.

    What was still to leave leaves again; what was done for the request since is not in the
    journal. IMPOSSIBLE where it was filed with an organisation that the database has lost too:
    nothing of it is inserted then.
    """
    if is_there(work.session, line):
        return Recovery.ALREADY_THERE
    try:
        with work.session.begin_nested():
            for table, rows in rows_of_line(line.content):
                work.session.execute(insert(table), rows)
    except IntegrityError:
        return Recovery.IMPOSSIBLE
    work.record(EventKind.REQUEST_RECOVERED, line.id, line.id)
    return Recovery.RECOVERED


def lines_of(session: Session, ids: Iterable[UUID]) -> list[JournalLine]:
    """The lines of requests as the database has them now, for a journal that lacks them."""
    return [JournalLine(key, line_content(_rows_of(session, key))) for key in ids]


def _rows_of(session: Session, key: UUID) -> Rows:
    found = [
        _selected(session, model, getattr(model, column) == key) for model, column in OF_A_REQUEST
    ]
    referrals = select(Referral.id).where(Referral.rights_request_id == key)
    found += [
        _selected(session, model, model.referral_id.in_(referrals))  # type: ignore[attr-defined]
        for model in OF_A_REFERRAL
    ]
    return found


def _selected(session: Session, model: type[Model], which: Any) -> tuple[Table, list[Any]]:
    table = inspect(model).local_table
    assert isinstance(table, Table)  # noqa: S101  (for the type checker: ours are all tables)
    rows = session.execute(select(table).where(which)).mappings()
    return table, [dict(row) for row in rows]


def _filed(line: JournalLine) -> dict[str, Any]:
    table, (row, *_) = rows_of_line(line.content)[0]
    if table is not inspect(RightsRequest).local_table:
        raise ValueError("a line of the journal begins with its request")
    return row
