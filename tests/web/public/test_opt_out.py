"""A person says no to all reuse: one page, one receipt, and back again as simply."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM
from hub.domain.opt_outs import OptOutPolicy
from hub.domain.representation import Capacity
from hub.models.delivery import Delivery, DeliveryKind
from hub.models.opt_out import OptOutEntry
from hub.models.representation import RepresentationRow
from hub.services.representing import dispute, settle_dispute
from tests.web.members import post

REGISTER = "/demander/refus-europeen"
MINE = "/suivre/refus-europeen"
WHO = {
    "given_names": "Angèle Marie",
    "family_name": "Dubois",
    "birth_date": "08/03/1965",
    "email": "angele@person.example",
}


@pytest.fixture
def ports(ports):
    """A hub whose register is open already."""
    opened = OptOutPolicy(from_on=date(2026, 1, 1))
    return replace(ports, policies=replace(ports.policies, opt_outs=opened))


def register(client, **changes):
    page = client.get(REGISTER)
    key = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page.text)[1]
    return post(client, REGISTER, page, key=key, **(WHO | changes))


def count(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(OptOutEntry))


def test_it_counts_at_once_and_the_receipt_says_from_when(client, session):
    answer = register(client)
    assert answer.location == f"{REGISTER}/recu"
    page = client.get(answer.location).text
    assert "Votre refus est enregistré" in page
    assert "accordées à partir du 14 septembre 2026" in page
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}", page)
    assert count(session) == 1


def test_after_the_daily_cut_off_it_counts_from_the_next_day_x21(client, clock):
    clock.advance(hours=13, minutes=57)
    register(client)
    page = client.get(MINE).text
    assert "accordées à partir du 15 septembre 2026" in page
    assert "23 h 59" in page.replace("\u00a0", " ")


def test_the_reason_is_asked_after_never_before_x23(client):
    assert "pourquoi" not in client.get(REGISTER).text.lower().replace("à dire pourquoi", "")
    register(client)
    page = client.get(MINE)
    assert "Si vous le souhaitez, dites-nous pourquoi" in page.text
    entry = re.search(rf"{MINE}/raison/[0-9a-f-]+", page.text)[0]
    post(client, entry, page, reason="Je veux choisir.")
    page = client.get(MINE).text
    assert "Je veux choisir." in page
    assert "dites-nous pourquoi" not in page


def test_taking_it_back_is_one_page_and_one_button_and_the_history_stays_x22(client, clock):
    register(client)
    clock.advance(minutes=3)
    asked = client.get(f"{MINE}/changer")
    assert "y compris celles du temps de votre refus" in asked.text
    post(client, f"{MINE}/changer", asked)
    page = client.get(MINE).text
    assert "Vous avez retiré votre refus." in page
    assert page.count("timeline-title") == 2
    asked = client.get(f"{MINE}/changer")
    post(client, f"{MINE}/changer", asked)
    assert "Votre refus tient. Rien à faire." in client.get(MINE).text


def test_pressed_twice_it_is_one_registration(client, session):
    page = client.get(REGISTER)
    key = re.search(r'name="key"[^>]*value="([0-9a-f]+)"', page.text)[1]
    first = post(client, REGISTER, page, key=key, **WHO)
    second = post(client, REGISTER, page, key=key, **WHO)
    assert first.location == second.location
    assert count(session) == 1


def test_she_comes_in_with_reference_and_code_and_finds_her_refusal_alone(client):
    register(client)
    page = client.get(f"{REGISTER}/recu").text
    reference, secret = re.findall(r"(?:[0-9A-Z]{4}-)+[0-9A-Z]{2,4}", page)[:2]
    post(client, f"{REGISTER}/recu", client.get(MINE))
    client.delete_cookie("visit")
    answer = post(client, "/suivre", reference=reference, secret=secret)
    assert answer.location == "/suivre/ma-demande"
    assert client.get(answer.location).location == MINE
    assert client.get("/suivre/retirer").status_code == 404


def test_the_receipt_is_a_pdf_too(client):
    register(client)
    answer = client.get(f"{REGISTER}/recu.pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(client, session):
    answer = register(client, birth_date="")
    assert answer.status_code == 422
    assert 'id="birth_date-error"' in answer.text
    assert count(session) == 0


CHILD = {"capacity": "parent", "representative_name": "Marie Dubois", "birth_date": "08/03/2016"}


def test_a_parent_refuses_for_a_child_and_not_for_an_adult_lil_70(client, session):
    refused = register(client, **CHILD | {"birth_date": "08/03/1965"})
    assert refused.status_code == 422
    assert 'id="representative_name-error"' in refused.text
    assert count(session) == 0
    nameless = register(client, **CHILD | {"representative_name": " "})
    assert nameless.status_code == 422
    assert register(client, **CHILD).location == f"{REGISTER}/recu"
    session.rollback()
    assert session.scalar(select(RepresentationRow.capacity)) is Capacity.PARENT


def test_an_adult_for_whom_somebody_was_appointed_is_told_and_may_say_it_is_not_hers(
    client, session, unit, ports
):
    acting = {"capacity": "guardian", "representative_name": "Marie Dubois"}
    refused = register(client, **acting)
    assert refused.status_code == 422
    assert 'id="own_postal_address-error"' in refused.text
    register(client, **acting, own_email="angele@own.example")
    session.rollback()
    kinds = [row.kind for row in session.query(Delivery)]
    assert kinds.count(DeliveryKind.FILED_IN_YOUR_NAME) == 1
    key = session.scalar(select(OptOutEntry.rights_request_id))
    with unit(SYSTEM) as work:
        dispute(work, key)
        settle_dispute(work, key, is_hers=False)
    session.rollback()
    acts = session.scalars(select(OptOutEntry.act).order_by(OptOutEntry.position))
    assert [one.value for one in acts] == ["registered", "reversed"]


def test_the_page_of_rights_leads_to_it_once_the_register_is_open(client):
    assert f'href="{REGISTER}"' in client.get("/mes-droits").text


def test_in_english_too(client):
    client.get("/mes-droits?lang=en")
    assert "Refuse all reuse of my health data" in client.get(f"{REGISTER}?lang=en").text


class TestBeforeTheLawOpensIt:
    """Until 26 March 2029 (EHDS 105)."""

    @pytest.fixture
    def ports(self, ports):
        return replace(ports, policies=replace(ports.policies, opt_outs=OptOutPolicy()))

    def test_there_is_no_register(self, client):
        assert client.get(REGISTER).status_code == 404
        assert REGISTER not in client.get("/mes-droits").text
