"""What the register of opt-outs shows: one person's acts to her, and the list of a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from hub.domain.opt_outs import OptOutAct, RecordedAct, next_act
from hub.models.opt_out import OptOutEntry
from hub.models.rights_request import Identity, RightsRequest
from hub.sealing import Place, RequestKeys, Shredded


@dataclass(frozen=True)
class OptOutLine:
    """One act of the register, as its person sees it."""

    id: UUID
    act: OptOutAct
    recorded_at: datetime
    reason: str
    may_say_why: bool


@dataclass(frozen=True)
class OptOutHistory:
    """Everything the register holds of one person, the earliest act first; empty for none."""

    lines: tuple[OptOutLine, ...]

    @property
    def acts(self) -> tuple[RecordedAct, ...]:
        """The same, as the law reads it."""
        return tuple(RecordedAct(one.act, one.recorded_at) for one in self.lines)

    @property
    def next_act(self) -> OptOutAct:
        """What she may do now."""
        return next_act(self.acts)

    @property
    def stands(self) -> bool:
        """Whether she is opted out now."""
        return self.next_act is OptOutAct.REVERSED

    @property
    def last(self) -> OptOutLine:
        """Her last act."""
        return self.lines[-1]


@dataclass(frozen=True)
class OptedOut:
    """One registration in force at a cut-off: who, since when, and how to see one person twice.

    `person_key` is the same for two registrations of one name and birth date, and says neither.
    """

    rights_request_id: UUID
    reference: str
    since_at: datetime
    person_key: str
    given_names: str
    family_name: str
    birth_date: date | None
    identifiers: dict[str, str]


def opt_out_history(session: Session, keys: RequestKeys, rights_request_id: UUID) -> OptOutHistory:
    """The acts of one person, in their order."""
    rows = session.scalars(
        select(OptOutEntry)
        .where(OptOutEntry.rights_request_id == rights_request_id)
        .order_by(OptOutEntry.position)
    ).all()
    return OptOutHistory(tuple(_line(keys, row, is_last=row is rows[-1]) for row in rows))


def opted_out_at(
    session: Session, keys: RequestKeys, cut_off: datetime, after: UUID | None, limit: int
) -> list[OptedOut]:
    """Whoever was opted out just before an instant, whatever came since; paged by key."""
    last = (
        select(OptOutEntry.rights_request_id, func.max(OptOutEntry.position).label("position"))
        .where(OptOutEntry.recorded_at < cut_off)
        .group_by(OptOutEntry.rights_request_id)
        .subquery()
    )
    is_last = and_(
        last.c.rights_request_id == OptOutEntry.rights_request_id,
        last.c.position == OptOutEntry.position,
    )
    found = (
        select(OptOutEntry, RightsRequest.reference, Identity.sealed, Identity.person_index)
        .join(last, is_last)
        .join(RightsRequest, RightsRequest.id == OptOutEntry.rights_request_id)
        .join(Identity, Identity.rights_request_id == RightsRequest.id)
        .where(OptOutEntry.act == OptOutAct.REGISTERED)
        .order_by(OptOutEntry.rights_request_id)
        .limit(limit)
    )
    if after is not None:
        found = found.where(OptOutEntry.rights_request_id > after)
    rows = session.execute(found).all()
    keys.load([entry.rights_request_id for entry, *_ in rows])
    return _opted_out(keys, rows)


def _line(keys: RequestKeys, row: OptOutEntry, *, is_last: bool) -> OptOutLine:
    place = Place(row.rights_request_id, "opt_out_entry.reason_sealed", row.id)
    may_say_why = is_last and row.act is OptOutAct.REGISTERED and row.reason_at is None
    reason = keys.open(place, row.reason_sealed)
    return OptOutLine(row.id, row.act, row.recorded_at, reason, may_say_why)


def _opted_out(keys: RequestKeys, rows: Sequence[Any]) -> list[OptedOut]:
    found = []
    for entry, reference, sealed, index in rows:
        key = entry.rights_request_id
        try:
            identity = keys.open_facts(Place(key, "identity.sealed", key), sealed)
        except Shredded:
            identity = {}
        born = identity.get("birth_date")
        found.append(
            OptedOut(
                rights_request_id=key,
                reference=reference,
                since_at=entry.recorded_at,
                person_key=index.hex() if index else "",
                given_names=str(identity.get("given_names") or ""),
                family_name=str(identity.get("family_name") or ""),
                birth_date=date.fromisoformat(born) if born else None,
                identifiers=dict(identity.get("identifiers") or {}),
            )
        )
    return found
