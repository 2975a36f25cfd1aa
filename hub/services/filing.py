"""Files a rights request: what was prepared is inserted in one short transaction.

The receipt is the commit: nothing is promised before it (DESIGN §5).
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.errors import HubError
from hub.models.rights_request import RightsRequest
from hub.ports import Keyring, Ports
from hub.services.filing_drafts import FilingDraft
from hub.services.filing_plans import FilingPlan, Receipt, draft_secret, idempotency_hash
from hub.services.journaling import write_lines
from hub.services.recovering import lines_of
from hub.services.unit_of_work import Work

MAY_LACK_ITS_LINE = timedelta(hours=2)
"""Longer than it takes until the journal is completed with what it lacks."""


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


def receipt_again(session: Session, ports: Ports, draft: FilingDraft) -> Receipt | None:
    """The receipt already given for this idempotency key, if any, to give it again.

    Its process may have died between the commit and the line of the intake journal: nothing is
    promised twice before that line is on its disk too. Raises KeyUsedOtherwise.
    """
    receipt = find_replay(session, ports.keyring, draft)
    if receipt is None:
        return None
    key = receipt.rights_request_id
    filed_at = session.scalar(select(RightsRequest.filed_at).where(RightsRequest.id == key))
    if filed_at and ports.clock.now() - filed_at < MAY_LACK_ITS_LINE:
        write_lines(ports.journal, lines_of(session, [key]))
    return receipt


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
