"""Which filings the database has."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models.rights_request import RightsRequest


def filed_since(session: Session, since: datetime) -> set[UUID]:
    """The requests filed at this instant or after it."""
    return set(session.scalars(select(RightsRequest.id).where(RightsRequest.filed_at >= since)))
