"""Dates in calendar programs: who may read which, and that they say nothing of the case."""

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.models.member import Member
from hub.services.answering import AnswerDraft, ItemAnswer, Outcome, answer
from hub.services.exchanging import verify_identity
from hub.services.rerouting import withdraw_request
from hub.services.visits import open_visit
from hub.web.agenda import token_of
from tests.factories import open_case
from tests.web.members import add_member, sign_in


@pytest.fixture
def case(unit, ports):
    """A case of one controller."""
    return open_case(unit, ports)


@pytest.fixture
def agent(unit, case, client, clock):
    """An agent of that controller, signed in."""
    with unit(SYSTEM) as work:
        member_id = add_member(work, case.organisation_id, "agent@chu.example", Role.AGENT)
    sign_in(client, "agent@chu.example", clock.now())
    return member_id


def address_of(session, ports, member_id):
    session.rollback()
    row = session.get(Member, member_id)
    return f"/agenda/{member_id}/{token_of(ports.keyring, member_id, row.fs_uniquifier)}.ics"


def unfolded(page):
    return page.text.replace("\r\n ", "")


def test_a_member_finds_her_private_link_and_it_opens_without_signing_in(
    app, client, agent, session, ports
):
    address = address_of(session, ports, agent)
    assert address in client.get("/agenda").text
    feed = app.test_client().get(address)
    assert feed.status_code == 200
    assert feed.content_type == "text/calendar; charset=utf-8"


def test_the_feed_gives_numbers_and_dates_and_nothing_of_the_person(
    app, agent, case, session, ports
):
    text = unfolded(app.test_client().get(address_of(session, ports, agent)))
    assert text.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20261014" in text
    assert "réponse due" in text
    assert f"/dossiers/{case.referral_id}" in text
    for word in ("Dubois", "Angèle", "Entrepôt", "CHU", "accès", "access"):
        assert word not in text


def test_each_feed_shows_its_own_organisation_only(app, agent, unit, ports, session):
    open_case(unit, ports, organisation="CHU de Nantes")
    assert unfolded(app.test_client().get(address_of(session, ports, agent))).count("VEVENT") == 2


def test_the_link_is_void_once_the_access_is_renewed_or_closed(app, agent, unit, session, ports):
    address = address_of(session, ports, agent)
    with unit(SYSTEM) as work:
        work.session.get(Member, agent).fs_uniquifier = "another"
    assert app.test_client().get(address).status_code == 404
    fresh = address_of(session, ports, agent)
    assert app.test_client().get(fresh).status_code == 200
    with unit(SYSTEM) as work:
        work.session.get(Member, agent).active = False
    assert app.test_client().get(fresh).status_code == 404


def test_a_guessed_link_opens_nothing(app, agent, case):
    visitor = app.test_client()
    assert visitor.get(f"/agenda/{agent}/x.ics").status_code == 404
    assert visitor.get(f"/agenda/{agent}/é.ics").status_code == 404
    assert visitor.get(f"/agenda/{case.referral_id}/x.ics").status_code == 404


def test_a_role_that_reads_no_case_has_no_feed(app, client, unit, case, session, ports, clock):
    with unit(SYSTEM) as work:
        member_id = add_member(work, case.organisation_id, "op@hub.example", Role.OPERATOR)
    assert app.test_client().get(address_of(session, ports, member_id)).status_code == 404
    sign_in(client, "op@hub.example", clock.now())
    page = client.get("/agenda").text
    assert "Pas d’agenda pour votre rôle" in page
    assert ".ics" not in page


def test_an_answered_case_leaves_the_feed_and_a_paused_one_says_so(
    app, agent, case, unit, session, ports
):
    with unit(case.agent) as work:
        verify_identity(work, case.referral_id, "Votre lieu ?", "Deux homonymes.")
    paused = unfolded(app.test_client().get(address_of(session, ports, agent)))
    assert "délai suspendu" in paused
    items = (ItemAnswer(case.processing_id, Outcome.NO_DATA_HELD),)
    with unit(case.agent) as work:
        answer(work, case.referral_id, AnswerDraft("Rien.", items))
    text = unfolded(app.test_client().get(address_of(session, ports, agent)))
    assert "BEGIN:VEVENT" not in text


def test_a_calendar_program_that_has_the_latest_is_told_so(app, agent, session, ports):
    address = address_of(session, ports, agent)
    first = app.test_client().get(address)
    again = app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_persons_calendar_names_neither_the_controller_nor_what_was_asked(client, case, unit):
    with unit(case.person) as work:
        token = open_visit(work, case.receipt.reference, case.receipt.secret)
    client.set_cookie("visit", token.hex())
    page = client.get("/suivre/agenda.ics")
    text = unfolded(page)
    assert page.content_type == "text/calendar; charset=utf-8"
    assert "attachment" in page.headers["Content-Disposition"]
    assert "DTSTART;VALUE=DATE:20261014" in text
    assert "SUMMARY:Date limite de réponse\\, dossier R-" in text
    for word in ("Rennes", "CHU", "Dubois", "Entrepôt", case.receipt.reference):
        assert word not in text
    with unit(case.person) as work:
        withdraw_request(work, case.receipt.rights_request_id)
    assert "BEGIN:VEVENT" not in client.get("/suivre/agenda.ics").text


def test_nobody_reads_the_persons_calendar_without_her_key(app):
    assert "tracking" not in app.blueprints or (
        app.test_client().get("/suivre/agenda.ics").status_code == 302
    )


def test_the_page_of_the_link_asks_to_sign_in_first(client):
    assert client.get("/agenda").status_code == 302
