"""Checks the lines of a backlog without writing: what would be recorded, and what would not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from hub.domain.actors import Actor
from hub.domain.backlog import BacklogRow, Column, Fallbacks, Fault, FaultCode, ReadLine, Sheet
from hub.domain.directory import fold
from hub.domain.intake import arrival_instant
from hub.domain.rights import Right
from hub.domain.routing import Choice
from hub.importers.backlog import read_lines
from hub.models.intake_batch import LineState
from hub.models.rights_request import IntakeChannel
from hub.ports import Keyring
from hub.queries.keying import own_processings
from hub.services.filing import KeyUsedOtherwise, find_replay
from hub.services.filing_drafts import FilingDraft, PersonGiven, PlannedReferral
from hub.services.routing import plan_referrals, route_choices
from hub.services.sightings import Seen


@dataclass(frozen=True)
class Choices:
    """Which place of a file holds which column, and what holds where a row is silent."""

    columns: Mapping[Column, int]
    fallbacks: Fallbacks = field(default_factory=Fallbacks)

    def as_facts(self) -> dict[str, Any]:
        """A JSON object."""
        right = self.fallbacks.right
        return {
            "columns": {column.value: place for column, place in self.columns.items()},
            "right": right.value if right else None,
            "channel": self.fallbacks.channel,
            "processings": list(self.fallbacks.processings),
        }


def choices_from(facts: Mapping[str, Any]) -> Choices:
    """The choices back from their JSON."""
    right = facts.get("right")
    fallbacks = Fallbacks(
        Right(right) if right else None,
        facts.get("channel") or IntakeChannel.POST.value,
        tuple(facts.get("processings") or ()),
    )
    columns = {Column(name): int(place) for name, place in (facts.get("columns") or {}).items()}
    return Choices(columns, fallbacks)


@dataclass(frozen=True)
class CheckedLine:
    """What would come of one line; `draft` is what would be filed, `seen` a paper looked at."""

    line: int
    state: LineState
    draft: FilingDraft | None = None
    faults: tuple[Fault, ...] = ()
    reference: str | None = None
    seen: Seen | None = None


@dataclass(frozen=True)
class Owner:
    """Whose backlog it is, who brings it, and the day on which it is checked."""

    organisation_id: UUID
    actor: Actor
    today: date


class BacklogChecker:
    """Turns the lines of one file into filings; asks the directory once for each set of bases."""

    def __init__(self, session: Session, keyring: Keyring, owner: Owner, choices: Choices) -> None:
        self._session = session
        self._keyring = keyring
        self._owner = owner
        self._choices = choices
        own = own_processings(session, owner.organisation_id)
        self._own = {str(one.id): one.id for one in own} | {fold(one.title): one.id for one in own}
        self._routed: dict[tuple[UUID, ...], tuple[PlannedReferral, ...]] = {}

    def check(self, sheet: Sheet, lines: Iterable[int] | None = None) -> Iterator[CheckedLine]:
        """Each line of the sheet, or these only, in their order."""
        wanted = None if lines is None else set(lines)
        choices = self._choices
        for read in read_lines(sheet, choices.columns, choices.fallbacks, self._owner.today):
            if wanted is None or read.line in wanted:
                yield self._checked(read)

    def _checked(self, read: ReadLine) -> CheckedLine:
        if read.row is None:
            return CheckedLine(read.line, LineState.REFUSED, faults=read.faults)
        chosen = self._chosen(read.row)
        if not chosen:
            fault = Fault(FaultCode.PROCESSING_UNKNOWN, Column.PROCESSING)
            return CheckedLine(read.line, LineState.REFUSED, faults=(fault,))
        draft = self._draft(read.row, self._referrals(chosen))
        try:
            replay = find_replay(self._session, self._keyring, draft)
        except KeyUsedOtherwise:
            fault = Fault(FaultCode.KEY_USED_OTHERWISE, Column.KEY)
            return CheckedLine(read.line, LineState.REFUSED, faults=(fault,))
        if replay is not None:
            return CheckedLine(read.line, LineState.ALREADY, reference=replay.reference)
        return CheckedLine(read.line, LineState.READY, draft, seen=_seen(read.row))

    def _chosen(self, row: BacklogRow) -> tuple[UUID, ...]:
        """The organisation's own databases that the row names, or those chosen for all."""
        names = [row.processing] if row.processing else list(self._choices.fallbacks.processings)
        found = [self._own.get(name) or self._own.get(fold(name)) for name in names]
        return () if None in found else tuple(key for key in found if key is not None)

    def _referrals(self, chosen: tuple[UUID, ...]) -> tuple[PlannedReferral, ...]:
        if chosen not in self._routed:
            seized = self._owner.organisation_id
            routed = route_choices(self._session, [Choice(key, seized_id=seized) for key in chosen])
            self._routed[chosen] = plan_referrals(routed)
        return self._routed[chosen]

    def _draft(self, row: BacklogRow, referrals: tuple[PlannedReferral, ...]) -> FilingDraft:
        draft = FilingDraft(
            right=row.right,
            person=_person(row),
            statement=row.statement,
            language="fr",
            channel=IntakeChannel(row.channel),
            referrals=referrals,
            idempotency_key="",
            idempotency_scope=f"backlog:{self._owner.organisation_id}",
            actor=self._owner.actor,
            active_at_once=True,
            received_at=arrival_instant(row.received_on, self._owner.today),
            representative=row.representative.as_facts() if row.representative else None,
            tells_person=False,
        )
        return replace(draft, idempotency_key=row.key or draft.digest_text())


def _seen(row: BacklogRow) -> Seen | None:
    """What was looked at when the request came, as its owner wrote it down."""
    if row.seen_kind is None or row.seen_on is None:
        return None
    return Seen(row.seen_kind, row.seen_on, by_name=row.seen_by)


def _person(row: BacklogRow) -> PersonGiven:
    """Her mailbox is kept for the controller: the hub does not write to whom it never met."""
    return PersonGiven(
        given_names=row.given_names,
        family_name=row.family_name,
        birth_date=row.birth_date,
        postal_address=row.postal_address or None,
        phone=row.phone or None,
        reply_address=row.email or None,
    )
