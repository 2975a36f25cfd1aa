"""The operator finds an organisation that a "not us" named, or enters it, and passes on."""

from sqlalchemy import select

from hub.domain.actors import Role
from hub.domain.directory import OrganisationKind
from hub.domain.lifecycle import ReferralState
from hub.models.directory import Organisation
from hub.models.referral import Referral
from hub.services.rerouting import decline
from tests.factories import open_case
from tests.web.controller.conftest import member_of
from tests.web.controller.pages import send
from tests.web.members import sign_in

OPERATOR = "omar.fontaine@hub.example"
MINE = "/suivre/ma-demande"


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


def test_what_cannot_be_found_is_closed_and_her_page_says_what_was_tried_and_what_she_can_do(
    app, client, unit, ports, clock
):
    case = open_case(unit, ports)
    with unit(case.agent) as work:
        decline(work, case.referral_id, "C’est la clinique.", "Clinique des Ajoncs")
    her = app.test_client()
    send(her, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
    assert "Nous cherchons l’organisme responsable" in her.get(MINE).text
    member_of(unit, case, OPERATOR, Role.OPERATOR)
    sign_in(client, OPERATOR, clock.now())
    found = f"/exploitation/organismes-nommes/{case.referral_id}"
    url = f"{found}/introuvable"
    assert url in client.get(found).text
    empty = send(client, url, words="")
    assert empty.status_code == 422
    assert 'href="#words"' in empty.text
    send(client, url, words="Répertoire Sirene le 20, deux appels.")
    assert client.get(url).status_code == 404
    page = her.get(MINE).text
    assert "Nous n’avons pas trouvé «\u00a0Clinique des Ajoncs\u00a0»." in page
    assert "Répertoire Sirene le 20, deux appels." in page
    assert "Écrivez vous-même à" in page
    assert "qui est resté introuvable" in her.get("/suivre/cnil").text


def test_a_public_body_that_names_nobody_leaves_no_one_alone_x16_crpa_l114_2(
    app, client, unit, ports, clock, session
):
    case, private = open_case(unit, ports), open_case(unit, ports, organisation="Orvane")
    for one, kind in (
        (case, OrganisationKind.PUBLIC_HOSPITAL),
        (private, OrganisationKind.COMPANY),
    ):
        with unit(one.agent) as work:
            work.session.get_one(Organisation, one.organisation_id).kind = kind
            decline(work, one.referral_id, "Ce n’est pas nous.")
    her = app.test_client()
    send(her, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
    assert "Nous cherchons l’organisme responsable" in her.get(MINE).text
    member_of(unit, case, OPERATOR, Role.OPERATOR)
    sign_in(client, OPERATOR, clock.now())
    listed = client.get("/exploitation/organismes-nommes").text
    assert "Personne n’a été nommé" in listed
    assert str(private.referral_id) not in listed, "a company need not pass on"
    url = f"/exploitation/organismes-nommes/{case.referral_id}"
    assert "article L114-2" in client.get(url).text
    send(client, f"{url}/introuvable", words="Répertoire Sirene le 20, deux appels.")
    assert "sans le trouver" in her.get(MINE).text
    session.rollback()
    assert session.get(Referral, case.referral_id).search_ended_at
