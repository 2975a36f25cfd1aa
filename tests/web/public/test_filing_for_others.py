"""Somebody files for another: asked what her capacity owes, stopped where the law stops."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM
from hub.domain.lifecycle import RequestState
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.hub_task import HubTask, HubTaskKind
from hub.models.representation import RepresentationRow
from hub.models.rights_request import Identity, RightsRequest
from hub.sealing import Place, RequestKeys
from hub.services.confirming import lapse_unconfirmed, remind_unconfirmed
from hub.services.representing import give_new_code, in_my_name_token
from tests.factories import add_organisation, add_processing
from tests.web.members import post
from tests.web.public.test_filing import choose, fill_in, send

MANDATE = {
    "name": "Jean Le Goff",
    "rights": ["access"],
    "ends_on": "31/12/2026",
    "own_email": "angele.dubois@person.example",
}


@pytest.fixture
def base(unit):
    with unit(SYSTEM) as work:
        return add_processing(work, add_organisation(work, "CHU de Rennes"), title="Entrepôt eHOP")


def act_as(client, capacity: str, **details):
    said = post(client, "/demander/pour", capacity=capacity)
    assert said.status_code == 302
    return post(client, "/demander/pour/precisions", **details) if details else said


def representative_of(session, ports):
    session.rollback()
    row = session.scalar(select(Identity))
    place = Place(row.rights_request_id, "identity.sealed", row.rights_request_id)
    facts = RequestKeys(session, ports.keyring).open_facts(place, row.sealed)
    return facts.get("representative")


def test_a_parent_files_for_a_child_and_the_filing_says_so(client, base, session, ports):
    act_as(client, "parent", name="Jean Dubois")
    choose(client, base)
    assert fill_in(client, birth_date="01/02/2019").location == "/demander/verifier"
    check = client.get("/demander/verifier")
    assert "Jean Dubois" in check.text
    assert "15 ans" not in check.text
    send(client, check)
    assert representative_of(session, ports) == {"capacity": "parent", "name": "Jean Dubois"}


def test_a_parent_is_told_that_at_fifteen_her_child_may_act_alone_x10_lil_70(client, base):
    act_as(client, "parent", name="Jean Dubois")
    choose(client, base)
    fill_in(client, birth_date="14/09/2011")
    assert "À partir de 15 ans" in client.get("/demander/verifier").text


def test_a_parent_is_stopped_for_an_adult_child(client, base, session):
    act_as(client, "parent", name="Jean Dubois")
    choose(client, base)
    assert post(client, "/demander/identite", **_adult()).location == "/demander/pour/arret"
    assert "18 ans ou plus" in client.get("/demander/pour/arret").text


def test_a_curator_is_told_that_the_person_acts_herself_and_may_go_on_so_x12_lil_70(
    client, base, session, ports
):
    assert act_as(client, "curator").location == "/demander/pour/arret"
    page = client.get("/demander/pour/arret")
    assert "curatelle" in page.text
    post(client, "/demander/pour/moi", page)
    choose(client, base)
    fill_in(client)
    send(client)
    assert representative_of(session, ports) is None


def test_an_heir_says_one_of_three_purposes_x13_lil_85(client, base, session, ports):
    said = act_as(client, "heir", name="Jean Dubois")
    assert said.status_code == 422
    assert 'id="purpose-error"' in said.text
    act_as(client, "heir", name="Jean Dubois", purpose="estate")
    choose(client, base)
    fill_in(client)
    send(client)
    assert representative_of(session, ports)["purpose"] == "estate"


def test_a_mandate_over_stops_x14_decree_art_77(client, base):
    over = {"answer_to": "representative", "ends_on": "13/09/2026"}
    said = act_as(client, "agent", **(MANDATE | over))
    assert said.location == "/demander/pour/arret"
    assert "a pris fin" in client.get(said.location).text


def test_a_mandate_for_access_does_not_send_an_erasure_x14_decree_art_77(client, base, session):
    act_as(client, "agent", **(MANDATE | {"answer_to": "representative"}))
    assert choose(client, base, right="erasure").location == "/demander/pour/arret"
    client.get("/demander?droit=erasure")
    assert post(client, "/demander/envoyer", client.get("/demander/pour"), checked="x").location
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RightsRequest)) == 0


def test_a_mandate_in_order_is_sent_with_its_terms(client, base, session, ports):
    act_as(client, "association", **(MANDATE | {"answer_to": "representative"}))
    choose(client, base)
    fill_in(client)
    send(client)
    assert representative_of(session, ports) == {
        "capacity": "association",
        "name": "Jean Le Goff",
        "rights": ["access"],
        "ends_on": "2026-12-31",
        "answer_to": "representative",
    }


def test_an_agent_gives_an_address_of_the_person_who_is_told_there(client, base, session, ports):
    terms = MANDATE | {"answer_to": "representative"}
    said = act_as(client, "agent", **(terms | {"own_email": ""}))
    assert said.status_code == 422
    assert "Indiquez une adresse" in said.text
    act_as(client, "agent", **terms)
    choose(client, base)
    fill_in(client, email="", postal_address="1 rue du Bois, 35000 Rennes")
    send(client)
    session.rollback()
    recipients = session.scalars(
        select(Delivery.recipient).where(Delivery.kind == DeliveryKind.FILED_IN_YOUR_NAME)
    ).all()
    assert [one.partition(":")[0] for one in recipients] == ["represented"]
    assert "own_email" not in representative_of(session, ports)


def test_each_page_asks_no_more_than_its_capacity_owes(client, base):
    own = {"own_email", "own_postal_address"}
    fields = {"parent": set(), "guardian": own, "heir": {"purpose"}}
    for capacity, more in fields.items():
        act_as(client, capacity)
        page = client.get("/demander/pour/precisions").text
        asked = set(re.findall(r'name="(\w+)"', page)) - {"csrf_token", "viewport", "color-scheme"}
        assert {"name"} | more <= asked
        assert not {"rights", "ends_on"} & asked
        assert bool(own & asked) is (capacity == "guardian"), "only who is told is asked for"
        assert 'type="file"' not in page, "no document is ever asked for"


def _adult():
    return {
        "given_names": "Angèle",
        "family_name": "Dubois",
        "birth_date": "08/03/1965",
        "birth_name": "Le Goff",
        "email": "angele@person.example",
    }


def minor(client, base, born="14/09/2011"):
    choose(client, base)
    post(client, "/demander/identite", **(_adult() | {"birth_date": born, "email": ""}), **POST)
    return client.get("/demander/precisions")


POST = {"postal_address": "4 rue des Lilas"}


@pytest.mark.parametrize(("born", "is_asked"), [("14/09/2011", True), ("15/09/2011", False)])
def test_only_a_minor_of_fifteen_is_offered_to_keep_parents_out_x10_lil_70(
    client, base, born, is_asked
):
    assert ('name="keeps_parents_out"' in minor(client, base, born).text) is is_asked


def test_a_minors_wish_goes_with_her_request_and_with_no_adults_x10_lil_70(
    client, base, session, ports
):
    page = minor(client, base)
    post(client, "/demander/precisions", page, keeps_parents_out="y")
    send(client)
    row = session.scalar(select(Identity))
    place = Place(row.rights_request_id, "identity.sealed", row.rights_request_id)
    facts = RequestKeys(session, ports.keyring).open_facts(place, row.sealed)
    assert facts["keeps_parents_out"] is True


TERMS = MANDATE | {"answer_to": "representative"}


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("\xa0", " ")


def test_every_page_says_for_whom_one_acts_and_leads_back_to_it(client, base):
    act_as(client, "agent", **TERMS)
    start = client.get("/demander")
    assert "Vous agissez pour quelqu’un d’autre ?" not in start.text.replace("\xa0", " ")
    choose(client, base)
    post(client, "/demander/identite", **(_adult() | {"birth_date": "08/03/1965"}))
    pages = [start] + [
        client.get(f"/demander/{name}") for name in ("trouver", "bases", "identite", "precisions")
    ]
    for page in pages:
        assert "Vous agissez pour quelqu’un d’autre : Mandataire" in words(page)
        assert 'href="/demander/pour"' in page.text


def test_who_acts_for_another_is_not_offered_her_own_name_by_her_browser(client, base):
    choose(client, base)
    assert 'autocomplete="given-name"' in client.get("/demander/identite").text
    act_as(client, "agent", **TERMS)
    page = client.get("/demander/identite").text
    for token in ("given-name", "family-name", "bday"):
        assert f'autocomplete="{token}"' not in page
    assert 'autocomplete="email"' in page, "her own address, as she acts"


def test_the_last_check_shows_the_terms_of_the_mandate_and_where_the_person_is_told(client, base):
    act_as(client, "agent", **TERMS)
    choose(client, base)
    fill_in(client)
    check = words(client.get("/demander/verifier"))
    for said in (
        "Savoir ce que l’on a sur moi",
        "31 décembre 2026",
        "angele.dubois@person.example",
        "Votre adresse e-mail",
    ):
        assert said in check
    assert "Choisi par la personne" not in check
    act_as(client, "heir", name="Jean Dubois", purpose="estate")
    assert "Régler la succession" in words(client.get("/demander/verifier"))


def test_the_address_of_who_acts_is_not_taken_for_the_persons_own(client, base):
    act_as(client, "agent", **TERMS)
    choose(client, base)
    mine = {"email": " Angele.Dubois@person.example", "birth_name": "Le Goff"}
    said = post(client, "/demander/identite", **(_adult() | mine))
    assert said.status_code == 422
    assert 'id="email-error"' in said.text
    fill_in(client)
    again = act_as(client, "agent", **(TERMS | {"own_email": "angele@person.example"}))
    assert again.status_code == 422
    assert 'id="own_email-error"' in again.text


def test_mistakes_are_listed_in_the_order_of_the_page(client):
    said = act_as(client, "agent", name="", own_email="")
    listed = re.findall(r'<li><a href="#([a-z_]+)', said.text)
    assert listed == ["name", "rights", "answer_to", "own_postal_address"]


@pytest.fixture(params=["person", "not_said"])
def hers(request, client, base):
    """A mandate that leaves the answers to the person is filed; gives the receipt's page."""

    def filed(**changes):
        act_as(client, "agent", **(MANDATE | {"answer_to": request.param} | changes))
        choose(client, base)
        page = client.get("/demander/identite")
        assert 'name="email"' not in page.text, "hers is known, and nobody else is written to"
        fill_in(client)
        check = client.get("/demander/verifier")
        assert "Elle seule reçoit le code secret" in check.text
        send(client, check)
        return client.get("/demander/recu")

    return filed


def request_row(session):
    session.rollback()
    return session.scalars(select(RightsRequest)).one()


def her_link(session, ports):
    key = request_row(session).id
    return f"/en-mon-nom/{key}/{in_my_name_token(ports.keyring, key)}"


class TestAMandateThatLeavesTheAnswersToThePerson:
    """X15: silent or explicit, the answers go to her, décret 2019-536 art. 77."""

    def test_who_files_gets_the_reference_and_no_code_and_opens_nothing(
        self, client, hers, session
    ):
        page = hers()
        row = request_row(session)
        assert row.reference in page.text
        assert not re.search(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}", page.text)
        assert "angele.dubois@person.example" in page.text
        assert client.get("/suivre/ma-demande").status_code == 302
        assert client.get("/demander/recu.pdf").status_code == 200

    def test_she_alone_is_written_to_and_nothing_leaves_before_she_agrees(
        self, client, hers, session, ports
    ):
        hers()
        assert request_row(session).state is RequestState.AWAITING_CONFIRMATION
        sent = session.execute(select(Delivery.kind, Delivery.recipient)).all()
        key = request_row(session).id
        assert sent == [(DeliveryKind.CODE_WAITS, f"represented:{key}")]
        page = client.get(her_link(session, ports))
        assert "Prenez votre code secret, et la demande part." in page.text

    def test_her_birth_date_is_her_agreement_and_gives_her_the_code(
        self, client, hers, session, ports
    ):
        hers()
        link = her_link(session, ports)
        assert post(client, f"{link}/code", birth_date="09/03/1965").status_code == 422
        assert request_row(session).state is RequestState.AWAITING_CONFIRMATION
        given = post(client, f"{link}/code", birth_date="08/03/1965")
        secret = re.search(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}", given.text)[0]
        row = request_row(session)
        assert row.state is RequestState.ACTIVE
        assert session.scalar(select(RepresentationRow.revoked_at)) is None, "the mandate holds"
        kinds = session.scalars(select(Delivery.kind)).all()
        assert kinds.count(DeliveryKind.REFERRAL) == 1
        assert kinds.count(DeliveryKind.CODE_WAITS) == 1, "she is not told twice"
        entered = post(client, "/suivre", reference=row.reference, secret=secret)
        assert entered.location == "/suivre/ma-demande"

    def test_she_is_reminded_once_and_without_her_it_lapses(
        self, client, hers, session, unit, clock
    ):
        hers()
        clock.advance(days=3)
        for _ in range(2):
            with unit(SYSTEM) as work:
                remind_unconfirmed(work)
        kinds = session.scalars(select(Delivery.kind)).all()
        assert kinds == [DeliveryKind.CODE_WAITS] * 2
        clock.advance(days=5)
        with unit(SYSTEM) as work:
            lapse_unconfirmed(work)
        assert request_row(session).state is RequestState.LAPSED

    def test_without_an_e_mail_her_code_goes_by_post_and_the_request_leaves(
        self, client, hers, session, unit, ports
    ):
        page = hers(own_email="", own_postal_address="3 rue du Port, 29200 Brest")
        assert "par courrier" in page.text
        assert request_row(session).state is RequestState.ACTIVE
        task = session.scalars(select(HubTask)).one()
        assert task.kind is HubTaskKind.CODE_BY_POST
        with unit(SYSTEM) as work:
            own = give_new_code(work, task.rights_request_id)
        row = request_row(session)
        assert ports.keyring.secret_matches(row.secret_hash, row.reference, own.secret)

    def test_she_may_end_the_mandate_later_and_the_first_code_dies(
        self, client, hers, session, ports
    ):
        hers()
        link = her_link(session, ports)
        post(client, f"{link}/code", birth_date="08/03/1965")
        again = post(client, f"{link}/code", birth_date="08/03/1965")
        assert re.search(r"(?:[A-Z0-9]{4}-){5}[A-Z0-9]{4}", again.text)
        request_row(session)
        assert session.scalar(select(RepresentationRow.revoked_at)) is not None
