"""What a filing leaves behind: nothing of what guided her, and nothing on a shared device."""

import re

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM
from hub.models.referral import Referral, ReferralItem
from tests.factories import add_organisation, add_processing
from tests.web.members import post
from tests.web.public.test_filing import box, choose, fill_in, secret_on, send


@pytest.fixture
def bases(unit):
    """A hospital's warehouse, known by the town of the hospital."""
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU de Valmont")
        return {"warehouse": add_processing(work, hospital, cues={"hospitals": ["rennes"]})}


def test_the_card_for_someone_close_leads_to_what_must_be_read_first(client):
    home = client.get("/").text
    address = re.search(r'href="([^"]*)"[^>]*>\s*Agir pour un proche', home)[1]
    assert "<h1>Agir pour un proche" in client.get(address, follow_redirects=True).text


def test_what_she_answered_to_the_five_questions_stays_in_her_browser(client, bases, session):
    client.get("/demander?droit=access")
    post(client, "/demander/trouver", hospitals="Rennes", year_from="2019", insured_in_france="yes")
    post(client, "/demander/bases", **box(bases["warehouse"]))
    fill_in(client)
    assert "dans un lieu qu’elle couvre" in client.get("/demander/verifier").text
    send(client)
    kept = [item.reasons for item in session.scalars(select(ReferralItem))]
    kept += [referral.routing_trace for referral in session.scalars(select(Referral))]
    assert "suggested" in str(kept)
    assert "rennes" not in str(kept).lower()


def test_leaving_her_request_leaves_no_secret_code_in_the_browser(client, bases):
    choose(client, bases["warehouse"])
    fill_in(client)
    send(client)
    secret = secret_on(client.get("/demander/recu").text)
    post(client, "/suivre/quitter", client.get("/suivre/ma-demande"))
    assert secret not in client.get("/demander/recu", follow_redirects=True).text


def test_erasing_from_the_device_ends_her_visit_for_a_copied_cookie_too(client, bases):
    choose(client, bases["warehouse"])
    fill_in(client)
    send(client)
    copied = client.get_cookie("visit").value
    post(client, "/demander/terminer", client.get("/demander/recu"))
    client.set_cookie("visit", copied)
    assert client.get("/suivre/ma-demande").location.startswith("/suivre?")
