"""The operator finds an organisation that a "not us" named, or enters it, and passes on."""

from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.lifecycle import ReferralState
from hub.models.referral import Referral
from hub.services.rerouting import decline
from tests.factories import open_case
from tests.web.controller.conftest import member_of
from tests.web.controller.pages import send
from tests.web.members import sign_in

OPERATOR = "omar.fontaine@hub.example"


def test_an_operator_enters_what_was_named_and_nothing_typed_is_lost(
    app, client, unit, ports, clock, session
):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        decline(work, case.referral_id, "C’est la clinique.", "Clinique des Ajoncs")
    member_of(unit, case, OPERATOR, Role.OPERATOR)
    sign_in(client, OPERATOR, clock.now())
    assert "1 organisme nommé reste à trouver" in client.get("/exploitation").text
    assert "Clinique des Ajoncs" in client.get("/exploitation/organismes-nommes").text
    url = f"/exploitation/organismes-nommes/{case.referral_id}"
    bare = send(client, url, step="route", name="Clinique des Ajoncs (Vannes)")
    assert bare.status_code == 422
    assert 'id="email-error"' in bare.text
    assert "Clinique des Ajoncs (Vannes)" in bare.text
    page = client.get(url)
    assert "Angèle" not in page.text
    send(client, url, step="route", name="Clinique des Ajoncs", email="dpo@ajoncs.example")
    session.rollback()
    states = set(session.scalars(select(Referral.state)))
    assert states == {ReferralState.TRANSFERRED, ReferralState.QUEUED}
    assert client.get(url).status_code == 404
