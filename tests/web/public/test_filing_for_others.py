"""Somebody files for another: asked what her capacity owes, stopped where the law stops."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.rights_request import Identity, RightsRequest
from hub.sealing import Place, RequestKeys
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


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"answer_to": "representative", "ends_on": "13/09/2026"}, "a pris fin"),
        ({"answer_to": "person"}, "les réponses vont à la personne"),
        ({"answer_to": "not_said"}, "les réponses vont à la personne"),
    ],
)
def test_a_mandate_over_or_that_leaves_the_answer_to_the_person_stops_x14_x15_decree_art_77(
    client, base, changes, why
):
    said = act_as(client, "agent", **(MANDATE | changes))
    assert said.location == "/demander/pour/arret"
    assert why in client.get(said.location).text


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
