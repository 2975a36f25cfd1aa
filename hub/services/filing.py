"""Files a rights request: what was prepared is inserted in one short transaction.

The receipt is the commit: nothing is promised before it (DESIGN §5).
"""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.errors import HubError
from hub.models.rights_request import RightsRequest
from hub.ports import Keyring
from hub.services.filing_drafts import FilingDraft
from hub.services.filing_plans import FilingPlan, Receipt, draft_secret, idempotency_hash
from hub.services.unit_of_work import Work


class AlreadyFiling(HubError):
    """The same idempotency key is being filed at this very moment; ask again."""

    code = "already_filing"


class KeyUsedOtherwise(HubError):
    """The idempotency key was used before with another body (Idempotency-Key draft §2.6)."""

    code = "key_used_otherwise"


def find_replay(session: Session, keyring: Keyring, draft: FilingDraft) -> Receipt | None:
    """The receipt already given for this idempotency key, if any.

    Raises KeyUsedOtherwise when the key came with another body.
    """
    found = session.execute(
        select(RightsRequest.id, RightsRequest.reference, RightsRequest.body_digest).where(
            RightsRequest.idempotency_scope == draft.idempotency_scope,
            RightsRequest.idempotency_hash == idempotency_hash(keyring, draft),
        )
    ).first()
    if found is None:
        return None
    rights_request_id, reference, digest = found
    if digest != keyring.exact_digest(draft.digest_text(), "body"):
        raise KeyUsedOtherwise
    return Receipt(
        rights_request_id, reference, draft_secret(keyring, draft, reference), replayed=True
    )


def file_request(work: Work, plan: FilingPlan) -> Receipt:
    """Insert a prepared filing; once committed, its rows are in the intake journal too.

    Raises AlreadyFiling when its key was taken meanwhile.
    """
    connection = work.session.connection()
    ready = plan if plan.bound else plan.bound_for(connection.dialect)
    try:
        for rows in ready.bound:
            rows.insert(connection)
    except IntegrityError as error:
        raise AlreadyFiling from error
    work.journal(plan.receipt.rights_request_id, plan.rows)
    return plan.receipt
