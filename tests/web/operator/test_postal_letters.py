"""A controller known by its postal address alone gets a letter; its code opens the answer page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, Role
from hub.domain.directory import Channel, ContactRole, ContactStatus
from hub.domain.lifecycle import ReferralState
from hub.errors import NotFound
from hub.models.answer_link import AnswerLink
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint
from hub.models.postal_letter import PostalLetter
from hub.models.referral import Referral
from hub.queries.outbox import due_recipients, outbox_figures
from hub.queries.postal_letters import letters_of, letters_to_print
from hub.services.answer_links import letter_code
from hub.services.postal_letters import print_batch
from hub.services.suspending import resume_deliveries, suspend_deliveries
from tests import factories
from tests.linked import CONTACT, drain_all, file_to_address
from tests.web.controller.pages import send
from tests.web.members import add_member, sign_in

LIST = "/a-faire/lettres"
ADDRESS = "12 rue des Écoles\n35000 Rennes"


@pytest.fixture
def case(app, unit, ports, session, clock):
    filed = file_to_address(unit, ports, ADDRESS)
    drain_all(session, clock)
    return filed


@pytest.fixture
def agent(client, case, unit, clock):
    """An agent of the hub, signed in."""
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Le concentrateur", runs_hub=True)
        add_member(work, hub, "courrier@hub.example", Role.HUB_AGENT)
    sign_in(client, "courrier@hub.example", clock.now())
    return client


def test_a_letter_to_a_suspended_controller_is_not_printed_until_it_is_resumed(case, unit, session):
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Concentrateur", runs_hub=True)
        operator = factories.add_member(work, hub, Role.OPERATOR, name="Omar Diallo")
    with unit(operator) as work:
        suspend_deliveries(work, case.organisation_id, "Adresse détournée")
    assert letters_to_print(session) == 0
    session.rollback()
    with pytest.raises(NotFound), unit(SYSTEM) as work:
        print_batch(work)
    with unit(operator) as work:
        resume_deliveries(work, case.organisation_id)
    assert letters_to_print(session) == 1


def state_of(session, case):
    session.rollback()
    return session.get(Referral, case.referral_id).state


def delivery_of(session):
    session.rollback()
    return session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.REFERRAL)).one()


def code_of(session, ports):
    session.rollback()
    letter = session.scalars(select(PostalLetter)).first()
    (row,) = letters_of(session, letter.batch_id)
    return row.number, letter_code(ports.keyring, row.link_id, row.round_number)


def printed(agent):
    return send(agent, f"{LIST}/imprimer", at=LIST).location


def test_a_letter_waits_for_an_agent_and_rings_no_worker(case, session, clock):
    row = delivery_of(session)
    assert (row.channel, row.state) == (Channel.POST, DeliveryState.WAITING)
    assert due_recipients(session, clock.now(), 10) == []
    assert outbox_figures(session, clock.now()).oldest_waiting_seconds == 0
    assert state_of(session, case) is ReferralState.QUEUED


def test_a_batch_is_printed_franked_and_posted_and_then_delivered(
    agent, case, session, ports, clock
):
    assert "1 lettre attend" in agent.get(LIST).text
    batch = printed(agent)
    assert agent.get(f"{batch}/lettres.pdf").data.startswith(b"%PDF")
    franking = agent.get(f"{batch}/affranchissement.csv").data.decode("utf-8-sig")
    number, _code = code_of(session, ports)
    assert f"{number};Cohorte sans adresse;12 rue des Écoles;35000 Rennes;;;" in franking
    for refused in ("2026-09-13", "2026-09-15"):
        assert send(agent, f"{batch}/poster", at=batch, posted_on=refused).status_code == 422
    assert state_of(session, case) is ReferralState.QUEUED
    send(agent, f"{batch}/poster", at=batch, posted_on="2026-09-14")
    assert state_of(session, case) is ReferralState.DELIVERED
    assert delivery_of(session).state is DeliveryState.DELIVERED
    assert session.scalars(select(PostalLetter.posted_on)).one() == date(2026, 9, 14)
    assert "Dubois" not in agent.get(batch).text


def test_nothing_is_printed_twice_and_an_empty_pile_says_so(agent, case):
    printed(agent)
    assert printed(agent) == LIST
    assert "Aucune lettre" in agent.get(LIST).text


def test_the_number_and_the_code_of_the_letter_open_the_one_request(
    agent, case, client, session, ports, clock
):
    printed(agent)
    number, code = code_of(session, ports)
    assert re.fullmatch(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", code)
    stored = session.scalars(select(AnswerLink.token_hash)).one()
    assert code.encode() not in bytes(stored)
    typed = {"number": number.lower().replace("-", " "), "code": code.lower(), "name": CONTACT}
    assert send(client, "/repondre", **typed).location == "/reponse"
    assert state_of(session, case) is ReferralState.DELIVERED
    answer = {"text": "Nous n’avons rien.", "item0__outcome": "no_data_held", "step": "send"}
    assert send(client, "/reponse/repondre", **answer).location == "/reponse"
    assert state_of(session, case) is ReferralState.ANSWERED


def test_an_unknown_number_and_a_wrong_code_are_refused_alike_and_slowed_down(
    agent, case, client, session, ports
):
    printed(agent)
    number, code = code_of(session, ports)
    pages = [
        send(client, "/repondre", number=one, code="AAAA-BBBB-CCCC-DDDD", name=CONTACT)
        for one in (number, "R-0000-0000")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    assert pages[0].text.count("n’ouvrent rien ensemble") == pages[1].text.count(
        "n’ouvrent rien ensemble"
    )
    wrong = {"number": number, "code": "AAAA-BBBB-CCCC-DDDD", "name": CONTACT}
    slowed = [send(client, "/repondre", **wrong) for _ in range(6)][-1]
    assert "Trop de codes faux" in slowed.text
    assert send(client, "/repondre", number=number, code=code, name=CONTACT).status_code == 302
    assert client.get(f"/lien/{code}").status_code == 410


def test_a_returned_letter_sends_the_address_to_review_and_leaves_again_once_it_is_right(
    agent, case, unit, ports, session, clock
):
    batch = printed(agent)
    send(agent, f"{batch}/poster", at=batch, posted_on="2026-09-14")
    (letter,) = session.scalars(select(PostalLetter.id))
    send(agent, f"{batch}/retour/{letter}", at=batch)
    assert state_of(session, case) is ReferralState.CONTACT_REVIEW
    assert delivery_of(session).state is DeliveryState.NEEDS_PERSON
    point = session.scalars(
        select(ContactPoint).where(ContactPoint.organisation_id == case.organisation_id)
    ).one()
    assert point.status is ContactStatus.IN_REVIEW
    old_number, old_code = code_of(session, ports)
    typed = {"number": old_number, "code": old_code, "name": CONTACT}
    assert send(agent, "/repondre", **typed).status_code == 422
    with unit(SYSTEM) as work:
        work.session.add(
            ContactPoint(
                organisation_id=case.organisation_id,
                role=ContactRole.DPO,
                channel=Channel.EMAIL,
                address="dpo@cohorte.example",
                position=1,
            )
        )
    send(agent, f"{batch}/refaire/{letter}", at=batch)
    assert state_of(session, case) is ReferralState.QUEUED
    drain_all(session, clock)
    assert "dpo@cohorte.example" in {mail.to for mail in ports.mailer.sent}
    assert state_of(session, case) is ReferralState.DELIVERED


def test_operators_see_no_letter_for_it_bears_the_code(client, case, unit, clock):
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Le concentrateur", runs_hub=True)
        add_member(work, hub, "exploitation@hub.example", Role.OPERATOR)
    sign_in(client, "exploitation@hub.example", clock.now())
    assert client.get(LIST).status_code == 403
