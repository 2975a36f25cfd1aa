"""A person is known by FranceConnect when she files and when she opens an answer."""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from hub.adapters.identity.memory import MemoryIdentityProvider
from hub.domain.actors import SYSTEM
from hub.domain.audit_log import EventKind
from hub.domain.identity_proof import CivilIdentity, IdentityMatch, ProofMeans, ProvenIdentity
from hub.domain.identity_providers import Provider
from hub.domain.outcomes import Outcome
from hub.domain.policies import Policies
from hub.models.answer import Answer
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery
from hub.models.identification import Identification
from hub.models.identity_proof import IdentityProof
from hub.models.rights_request import RightsRequest
from hub.port_errors import IdentityRefusal, IdentityRefused, ProviderUnavailable
from hub.services.answering import AnswerDraft, ItemAnswer, answer
from hub.services.confirming import activate, confirmation_code
from hub.services.identifications import forget_over
from tests.conftest import NOW
from tests.factories import open_case
from tests.pages import CheckedClient
from tests.web.members import form_token, post
from tests.web.public.test_filing import bases, choose, send  # noqa: F401
from tests.web.public.test_filing_for_others import act_as

CIVIL = CivilIdentity(
    given_names=("Angèle", "Marie"),
    family_name="DUBOIS",
    birth_date=date(1965, 3, 8),
    sex="female",
    birthplace_code="35238",
    birth_country_code="99100",
)
PROVEN = ProvenIdentity(ProofMeans.FRANCECONNECT, "sub-1", NOW, CIVIL, "angele@personne.example")
REST = {"email": "angele@person.example", "postal_address": ""}


@pytest.fixture
def low():
    return MemoryIdentityProvider(PROVEN)


@pytest.fixture
def plus():
    return MemoryIdentityProvider(replace(PROVEN, means=ProofMeans.FRANCECONNECT_PLUS))


@pytest.fixture
def ports(ports, low, plus):
    known = {Provider.FRANCECONNECT: low, Provider.FRANCECONNECT_PLUS: plus}
    return replace(ports, identity_providers=known, policies=Policies())


def leave_for(client, address, page, **fields):
    """Press the button, and give the state that the provider would be shown."""
    page = client.post(address, data={"csrf_token": form_token(page), **fields})
    assert page.status_code == 200, page.location
    told = re.search(r'content="0; url=([^"]+)"', page.text)[1]
    return parse_qs(urlsplit(told.replace("&amp;", "&")).query)["state"][0]


def come_back(client, state, provider="franceconnect", **told):
    query = {"state": state, "code": "the-code", "iss": "https://provider.example"} | told
    return client.get(f"/identite/retour/{provider}", query_string=query)


def identify(client, bases):  # noqa: F811
    choose(client, bases["warehouse"])
    state = leave_for(client, "/identite/demande/franceconnect", client.get("/demander/identite"))
    return come_back(client, state)


def check(client):
    post(client, "/demander/identite", **REST)
    post(client, "/demander/precisions", statement="Merci.")
    return client.get("/demander/verifier")


def test_she_files_with_the_identity_that_franceconnect_gives(client, bases, session):  # noqa: F811
    back = identify(client, bases)
    assert back.location == "/demander/identite"
    page = client.get(back.location).text
    assert "DUBOIS" in page
    assert 'name="family_name"' not in page
    assert 'name="birth_name"' not in page
    assert 'value="angele@personne.example"' in page
    checked = check(client)
    assert "attestée par FranceConnect" in checked.text
    assert send(client, checked).location == "/demander/recu"
    session.rollback()
    proof = session.scalar(select(IdentityProof))
    assert (proof.means, proof.match) == (ProofMeans.FRANCECONNECT, IdentityMatch.SAME)
    kinds = session.scalars(select(AuditEvent.kind)).all()
    assert EventKind.IDENTITY_PROVEN in kinds


def test_the_mailbox_that_franceconnect_knows_is_told_where_she_typed_another(
    client,
    bases,  # noqa: F811
    session,
):
    identify(client, bases)
    sent = send(client, check(client))
    assert "que FranceConnect connaît" in client.get(sent.location).text
    session.rollback()
    [filed] = session.scalars(select(RightsRequest))
    confirm = {"csrf_token": form_token(client.get("/suivre/ma-demande"))}
    code = confirmation_code(client.application.extensions["ports"].keyring, filed.id, 1)
    client.post("/suivre/confirmer", data=confirm | {"code": code})
    session.rollback()
    told = session.scalars(select(Delivery).where(Delivery.recipient.startswith("represented:")))
    assert [one.recipient for one in told] == [f"represented:{filed.id}"]


def test_who_asks_the_same_again_is_shown_her_open_request_before_she_sends(
    client,
    bases,  # noqa: F811
    app,
    unit,
    session,
    low,
):
    identify(client, bases)
    send(client, check(client))
    session.rollback()
    [filed] = session.scalars(select(RightsRequest))
    with unit(SYSTEM) as work:
        activate(work, work.session.get_one(RightsRequest, filed.id))
    again = app.test_client()
    identify(again, bases)
    checked = check(again)
    assert "Vous avez déjà demandé cela." in checked.text
    assert filed.reference in checked.text
    assert send(again, checked).location == "/demander/recu", "she may ask again all the same"
    low.attests = replace(PROVEN, subject="sub-2")
    namesake = app.test_client()
    identify(namesake, bases)
    assert "Vous avez déjà demandé cela." not in check(namesake).text
    stranger = app.test_client()
    choose(stranger, bases["warehouse"])
    named = {"given_names": "Angèle Marie", "family_name": "Dubois", "birth_date": "08/03/1965"}
    post(stranger, "/demander/identite", **REST, **named, birth_name="Dubois")
    post(stranger, "/demander/precisions", statement="")
    assert filed.reference not in stranger.get("/demander/verifier").text, "a name is no proof"


def test_what_is_proven_cannot_be_typed_over(client, bases, session):  # noqa: F811
    identify(client, bases)
    post(client, "/demander/identite", **REST, family_name="Voleur", birth_date="01/01/1990")
    page = post(client, "/demander/precisions", statement="")
    page = client.get("/demander/verifier").text
    assert "DUBOIS" in page
    assert "Voleur" not in page
    assert "8 mars 1965" in page.replace("\u00a0", " ")


def test_she_may_go_back_and_fill_in_the_page_instead(client, bases, session):  # noqa: F811
    identify(client, bases)
    post(client, "/identite/oublier", client.get("/demander/identite"))
    page = client.get("/demander/identite").text
    assert "DUBOIS" not in page
    assert 'name="family_name"' in page
    session.rollback()
    assert not session.scalar(select(func.count()).select_from(Identification))


def test_a_proof_that_is_over_is_not_filed_as_proven(client, bases, session, clock):  # noqa: F811
    identify(client, bases)
    page = check(client)
    clock.advance(hours=2, minutes=1)
    sent = send(client, page)
    assert sent.location == "/demander/identite"
    assert "Rien n’a été envoyé" in client.get(sent.location).text
    session.rollback()
    assert not session.scalar(select(func.count()).select_from(RightsRequest))


def test_who_acts_for_another_files_that_persons_identity_not_her_own(client, bases):  # noqa: F811
    identify(client, bases)
    check(client)
    act_as(client, "heir", name="Jean Dubois", purpose="estate")
    assert client.get("/demander/verifier").location == "/demander/identite"
    page = client.get("/demander/identite").text
    assert "DUBOIS" not in page
    assert "S’identifier avec" not in page


def test_a_hub_that_is_not_registered_offers_nothing(client, bases, ports):  # noqa: F811
    ports.identity_providers.clear()
    choose(client, bases["warehouse"])
    page = client.get("/demander/identite")
    assert "FranceConnect" not in page.text
    token = {"csrf_token": form_token(page)}
    assert client.post("/identite/demande/franceconnect", data=token).status_code == 404


TROUBLES = {
    IdentityRefused(reason=IdentityRefusal.EXPIRED): "Trop de temps a passé",
    IdentityRefused(reason=IdentityRefusal.INCOMPLETE): "date de naissance complète",
    IdentityRefused(reason=IdentityRefusal.LEVEL_TOO_LOW): "pas assez sûr",
    IdentityRefused(reason=IdentityRefusal.NOT_TRUSTED): "pas pu vérifier",
    ProviderUnavailable(): "ne répond pas",
}


def test_what_goes_wrong_is_said_and_nothing_is_lost(client, bases, low):  # noqa: F811
    for trouble, words in TROUBLES.items():
        low.attests = trouble
        back = identify(client, bases)
        assert back.location == "/demander/identite"
        page = client.get(back.location).text
        assert words in page
        assert "Rien n’est perdu" in page
        assert "DUBOIS" not in page


def test_who_stops_there_is_told_so(client, bases):  # noqa: F811
    choose(client, bases["warehouse"])
    state = leave_for(client, "/identite/demande/franceconnect", client.get("/demander/identite"))
    back = come_back(client, state, code="", error="access_denied")
    assert "s’est arrêtée à votre demande" in client.get(back.location).text


def test_a_provider_that_is_down_keeps_her_where_she_was(client, bases, low):  # noqa: F811
    low.is_away = ProviderUnavailable()
    choose(client, bases["warehouse"])
    token = {"csrf_token": form_token(client.get("/demander/identite"))}
    back = client.post("/identite/demande/franceconnect", data=token)
    assert back.location == "/demander/identite"
    assert "ne répond pas" in client.get(back.location).text


def test_a_return_is_taken_once_and_by_the_browser_that_left(client, bases, app, clock):  # noqa: F811
    choose(client, bases["warehouse"])
    state = leave_for(client, "/identite/demande/franceconnect", client.get("/demander/identite"))
    another: CheckedClient = app.test_client()
    assert come_back(another, state).status_code == 400
    assert come_back(client, "x" * 43).location == "/demander/identite"
    assert "DUBOIS" not in client.get("/demander/identite").text
    assert come_back(client, state, provider="franceconnect-plus").status_code == 400
    assert come_back(client, state).location == "/demander/identite"
    assert come_back(client, state).status_code == 400
    late = leave_for(
        client,
        "/identite/demande/franceconnect",
        client.get("/demander"),
    )
    clock.advance(minutes=31)
    assert come_back(client, late).status_code == 400


def test_nothing_of_her_is_in_an_address_a_cookie_or_a_row(client, bases, session):  # noqa: F811
    back = identify(client, bases)
    assert "?" not in back.location
    session.rollback()
    row = session.scalar(select(Identification))
    kept = " ".join(str(getattr(row, one.name)) for one in row.__table__.columns)
    cookies = " ".join(cookie.value for cookie in client._cookies.values())
    for told in ("DUBOIS", "Dubois", "Angèle", "1965", "angele@", "sub-1", "an.id.token"):
        assert told not in kept
        assert told not in cookies


def test_a_departure_that_is_over_is_swept_away(client, bases, session, unit, clock):  # noqa: F811
    identify(client, bases)
    clock.advance(hours=3)
    with unit(SYSTEM) as work:
        assert forget_over(work) == 1


@pytest.fixture
def case(unit, ports):
    """A case whose answer holds data: it opens to who has proved her identity."""
    case = open_case(unit, ports)
    items = (ItemAnswer(case.processing_id, Outcome.GRANTED),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Voici vos données.", items))
    return case


@pytest.fixture
def answer_id(case, session):
    session.rollback()
    return session.scalar(select(Answer.id))


def visit(client, case):
    entered = post(client, "/suivre", reference=case.receipt.reference, secret=case.receipt.secret)
    assert entered.location == "/suivre/ma-demande"


def prove_in_visit(client, case, answer_id):
    visit(client, case)
    ways = client.get(f"/suivre/identite/{answer_id}")
    state = leave_for(client, f"/identite/reponse/{answer_id}/franceconnect-plus", ways)
    return come_back(client, state, provider="franceconnect-plus")


def test_she_is_known_again_before_she_opens_an_answer(client, case, answer_id, session):
    back = prove_in_visit(client, case, answer_id)
    assert back.location == f"/suivre/identite/{answer_id}"
    page = client.get(back.location)
    assert "Ouvrir la réponse" in page.text
    opened = post(client, f"/suivre/reponse/{answer_id}", page)
    assert "Voici" in client.get(opened.location).text
    session.rollback()
    proof = session.scalar(select(IdentityProof))
    assert (proof.means, proof.match) == (ProofMeans.FRANCECONNECT_PLUS, IdentityMatch.SAME)


def test_a_level_that_is_too_low_is_not_even_offered(client, case, answer_id, ports):
    visit(client, case)
    page = client.get(f"/suivre/identite/{answer_id}").text
    assert f"/identite/reponse/{answer_id}/franceconnect-plus" in page
    assert f'/identite/reponse/{answer_id}/franceconnect"' not in page
    del ports.identity_providers[Provider.FRANCECONNECT_PLUS]
    assert "/identite/reponse/" not in client.get(f"/suivre/identite/{answer_id}").text


def test_the_identity_of_another_opens_nothing_and_she_is_told(
    client, case, answer_id, session, plus
):
    other = replace(CIVIL, family_name="MARTIN", birth_date=date(1980, 1, 1))
    plus.attests = replace(PROVEN, means=ProofMeans.FRANCECONNECT_PLUS, civil=other)
    page = client.get(prove_in_visit(client, case, answer_id).location).text
    assert "n’est pas celle" in page
    assert "Ouvrir la réponse" not in page
    session.rollback()
    assert session.scalar(select(IdentityProof)).match is IdentityMatch.DIFFERS


def test_a_proof_serves_the_visit_in_which_it_was_asked(
    client, unit, ports, case, answer_id, session
):
    visit(client, case)
    ways = client.get(f"/suivre/identite/{answer_id}")
    state = leave_for(client, f"/identite/reponse/{answer_id}/franceconnect-plus", ways)
    visit(client, open_case(unit, ports, organisation="CHU de Brest"))
    assert come_back(client, state, provider="franceconnect-plus").status_code == 400
    session.rollback()
    assert session.scalar(select(IdentityProof)) is None


def test_without_a_visit_there_is_nothing_to_open(client, answer_id):
    token = {"csrf_token": form_token(client.get("/suivre"))}
    away = client.post(f"/identite/reponse/{answer_id}/franceconnect", data=token)
    assert away.location.startswith("/suivre?expired")


def test_when_she_leaves_she_may_sign_out_there_too(client, case, answer_id, session):
    prove_in_visit(client, case, answer_id)
    gone = post(client, "/suivre/quitter", client.get("/suivre/ma-demande"))
    assert gone.location == "/identite/fin"
    page = client.get("/identite/fin")
    assert "FranceConnect+" in page.text
    leading = post(client, "/identite/fin", page).text
    assert "/session/end?id_token_hint=an.id.token" in leading
    assert client.get("/identite/quitte").location == "/"
    assert client.get("/identite/fin").location == "/"
    session.rollback()
    assert not session.scalar(select(func.count()).select_from(Identification))


def test_the_next_one_on_this_device_finds_nothing_of_her(client, bases):  # noqa: F811
    identify(client, bases)
    send(client, check(client))
    gone = post(client, "/demander/terminer", client.get("/demander/recu"))
    assert gone.location == "/identite/fin"
    choose(client, bases["warehouse"])
    assert "DUBOIS" not in client.get("/demander/identite").text
