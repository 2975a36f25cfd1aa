"""`/api/v1/announced`: what the address in a call opens, to a program of the same organisation."""

from typing import Any

from apiflask import APIBlueprint

from hub.domain.actors import Actor
from hub.errors import NotFound
from hub.models.member import TokenScope
from hub.queries.cases import referral_of_organisation
from hub.services.calling import announced_referral
from hub.web.access import api_client
from hub.web.api.rows import referral_json
from hub.web.api.schemas import ReferralOut
from hub.web.work import ports, reading

bp = APIBlueprint("api_announced", __name__, url_prefix="/api/v1/announced", tag="Webhooks")


@bp.get("/<token>")
@api_client(TokenScope.ANSWER)
@bp.output(ReferralOut)
@bp.doc(security="token")
def pull(token: str, client: Actor) -> dict[str, Any]:
    """The referral that a call announced: its `pull_url`, good for seven days.

    After that, or if the call was lost, `GET /referrals` lists what awaits.
    """
    session, organisation_id = reading(), client.organisation_id
    if organisation_id is None:
        raise NotFound
    now = ports().clock.now()
    found = announced_referral(session, ports().keyring, token, organisation_id, now)
    row = referral_of_organisation(session, organisation_id, found) if found else None
    if row is None:
        raise NotFound
    return referral_json(row)
