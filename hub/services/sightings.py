"""Writes down a paper that was looked at: what, when, by whom, what came of it; never the paper."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.domain.audit_log import EventKind
from hub.domain.lifecycle import Action
from hub.domain.sightings import SeenKind, Verdict
from hub.domain.working_days import local_date
from hub.errors import Invalid
from hub.models.columns import new_id
from hub.models.representation import Sighting
from hub.sealing import Place
from hub.services.referrals import referral_for
from hub.services.unit_of_work import Work

LONGEST_WORDS = 1_000


@dataclass(frozen=True)
class Seen:
    """A paper looked at; `by_name` is who looked, where that is not who writes it down."""

    kind: SeenKind
    on: date
    verdict: Verdict = Verdict.CONVINCES
    words: str = ""
    by_name: str = ""


def note_sighting(work: Work, referral_id: UUID, seen: Seen) -> UUID:
    """Note what a member looked at for a case of her organisation (EDPB 01/2022 §79, C07, C17).

    Raises NotFound, NotYours, Invalid (`seen_on`, `words`).
    """
    referral = referral_for(work, referral_id, Action.NOTE)
    return enter_sighting(work, referral.rights_request_id, seen, referral.id)


def enter_sighting(
    work: Work, rights_request_id: UUID, seen: Seen, referral_id: UUID | None = None
) -> UUID:
    """The row and the event of what was looked at; without referral, at the hub's own door."""
    if seen.on > local_date(work.now):
        raise Invalid(field="seen_on", reason="in_the_future")
    if len(seen.words) > LONGEST_WORDS:
        raise Invalid(field="words", reason="too_long", most=LONGEST_WORDS)
    row_id = new_id()
    place = Place(rights_request_id, "sighting.words_sealed", row_id)
    words = seen.words.strip()
    work.session.add(
        Sighting(
            id=row_id,
            rights_request_id=rights_request_id,
            referral_id=referral_id,
            organisation_id=work.actor.organisation_id,
            kind=seen.kind,
            verdict=seen.verdict,
            seen_on=seen.on,
            seen_by_id=None if seen.by_name else work.actor.member_id,
            seen_by_name=seen.by_name or work.actor.name,
            noted_at=work.now,
            words_sealed=work.keys.seal(place, words) if words else None,
        )
    )
    work.record(
        EventKind.DOCUMENT_SEEN,
        rights_request_id,
        referral_id or rights_request_id,
        paper=seen.kind.value,
        verdict=seen.verdict.value,
        seen_on=seen.on.isoformat(),
    )
    return row_id
