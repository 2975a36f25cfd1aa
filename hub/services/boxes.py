"""The person's box: what is sealed to her, and the code that alone opens it."""

import secrets

from sqlalchemy import delete

from hub.domain.audit_log import EventKind
from hub.models.rights_request import RightsRequest, Visit
from hub.services.filing_plans import Receipt
from hub.services.unit_of_work import Work


def renew_box(work: Work, row: RightsRequest, secret: str) -> None:
    """A new pair under a new secret: what was sealed to the former one opens to nobody any more."""
    keyring = work.ports.keyring
    public, private = keyring.new_box()
    row.box_public, row.box_renewed_at = public, work.now
    row.box_private_wrapped = keyring.wrap_private(private, secret, row.reference)
    row.secret_hash = keyring.hash_secret(row.reference, secret)


def renew_code(work: Work, row: RightsRequest) -> Receipt:
    """A new code, shown now and never again; the former one dies, with every visit it opened."""
    secret = work.ports.keyring.derive_secret(secrets.token_hex(32), row.reference)
    renew_box(work, row, secret)
    close_visits(work, row)
    work.record(EventKind.CODE_RENEWED, row.id, row.id)
    return Receipt(row.id, row.reference, secret)


def close_visits(work: Work, row: RightsRequest) -> None:
    """End every visit to a request at once."""
    work.session.execute(delete(Visit).where(Visit.rights_request_id == row.id))
