"""The papers a person saves from her page: the acknowledgements of receipt of each controller."""

from uuid import UUID

from flask import Blueprint, Response

from hub.errors import NotFound
from hub.queries.visits import OpenVisit
from hub.web.access import holder
from hub.web.acknowledgement_paper import acknowledgement_file_name, acknowledgement_pdf
from hub.web.downloads import download_of
from hub.web.public.tracking_frame import request_of

bp = Blueprint("tracking_papers", __name__, url_prefix="/suivre")


@bp.get("/accuse/<uuid:acknowledgement_id>.pdf")
@holder
def acknowledgement(visit: OpenVisit, acknowledgement_id: UUID) -> Response:
    """One acknowledgement of receipt, as it was composed."""
    for referral in request_of(visit).referrals:
        for kept in referral.acknowledgements:
            if kept.id == acknowledgement_id and kept.content:
                pdf = acknowledgement_pdf(kept, kept.content)
                return download_of(pdf, acknowledgement_file_name(kept.content))
    raise NotFound(acknowledgement_id=acknowledgement_id)
