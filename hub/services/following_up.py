"""Draws the consequence of a decision: erasure after an objection that was upheld (GDPR 17(1)(c)).

A request of its own, with its own month, filed for the same person and linked to the first.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from hub.domain.actors import person
from hub.domain.follow_ups import follow_up
from hub.domain.rights import Right
from hub.domain.routing import Choice
from hub.errors import Conflict, NotFound
from hub.models.rights_request import Identity, IntakeChannel, RightsRequest
from hub.queries.linked_requests import decided_of, follower_of
from hub.sealing import Place, RequestKeys
from hub.services.filing_drafts import FilingDraft, PersonGiven
from hub.services.routing import plan_referrals, route_choices


def erasure_draft(
    session: Session,
    keys: RequestKeys,
    rights_request_id: UUID,
    processing_id: UUID,
    *,
    statement: str,
    scope: str,
) -> FilingDraft:
    """The erasure that an upheld objection opens, towards the controller that upheld it.

    Her identity is that of her first request, and her address is confirmed already. Raises
    NotFound where no decision opens it, Conflict when it was asked already, Shredded once her
    identity is deleted.
    """
    decided = decided_of(session, rights_request_id, processing_id)
    opens = decided and follow_up(decided.right, decided.outcome, decided.ground)
    if decided is None or opens is not Right.ERASURE:
        raise NotFound(processing_id=processing_id)
    if follower_of(session, rights_request_id, processing_id) is not None:
        raise Conflict(already="asked")
    identity = session.get(Identity, rights_request_id)
    place = Place(rights_request_id, "identity.sealed", rights_request_id)
    facts = keys.open_facts(place, identity.sealed if identity else None)
    choice = Choice(processing_id, seized_id=decided.organisation_id)
    return FilingDraft(
        right=Right.ERASURE,
        person=PersonGiven.from_facts(facts),
        statement=statement,
        language=session.get_one(RightsRequest, rights_request_id).language,
        channel=IntakeChannel.WEB,
        referrals=plan_referrals(route_choices(session, [choice])),
        idempotency_key=f"erasure:{rights_request_id}:{processing_id}",
        idempotency_scope=scope,
        actor=person(rights_request_id),
        active_at_once=True,
        representative=facts.get("representative"),
        follows_id=rights_request_id,
    )
