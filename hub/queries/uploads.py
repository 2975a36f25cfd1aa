"""Files that came in parts and wait for the answer that takes them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.models.referral import Referral
from hub.models.upload import Upload, UploadState
from hub.sealing import Place, RequestKeys


@dataclass(frozen=True)
class WaitingFile:
    """A file that is checked and sealed to the person already."""

    id: UUID
    title: str
    size: int
    extension: str


def waiting_files(
    session: Session, keys: RequestKeys, referral_id: UUID
) -> tuple[WaitingFile, ...]:
    """The files that wait for the answer to this referral, oldest first."""
    rows = session.execute(
        select(Upload, Referral.rights_request_id)
        .join(Referral, Referral.id == Upload.referral_id)
        .where(Upload.referral_id == referral_id, Upload.state == UploadState.READY)
        .order_by(Upload.created_at, Upload.id)
    )
    return tuple(
        WaitingFile(
            row.id,
            keys.open(Place(rights_request_id, "upload.title_sealed", row.id), row.title_sealed),
            row.size,
            row.extension,
        )
        for row, rights_request_id in rows
    )
