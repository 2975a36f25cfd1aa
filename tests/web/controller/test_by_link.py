"""A controller without account gets a link for each request, and answers that one request by it."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest
from sqlalchemy import select

from hub.domain.actors import SYSTEM, ActorKind, Role
from hub.domain.audit_log import EventKind
from hub.domain.directory import Channel, ContactStatus
from hub.domain.lifecycle import ReferralState
from hub.models.answer import Answer, Direction, Document
from hub.models.answer_link import AnswerLink, LinkVisit
from hub.models.audit_event import AuditEvent
from hub.models.delivery import Delivery, DeliveryKind, DeliveryState
from hub.models.directory import ContactPoint, Organisation
from hub.models.referral import Referral
from hub.models.rights_request import KeyClass
from hub.queries.delivery_health import is_late
from hub.queries.held_back import suspended_organisations
from hub.queries.outbox import due_recipients
from hub.services.answer_links import (
    TooManyCodes,
    link_code,
    revoke,
    send_code,
    send_new_link,
)
from hub.services.confirming import SentJustNow
from hub.services.documents import enter_documents, receive_file
from hub.services.rerouting import withdraw_referral
from hub.services.suspending import resume_deliveries, suspend_deliveries
from tests import factories
from tests.linked import (
    CONTACT,
    MAILBOX,
    come_in,
    drain_all,
    file_again,
    file_to_contact,
    last_code,
    last_link,
)
from tests.web.controller.pages import PDF, pdf, send, token_of
from tests.web.members import add_member, sign_in
from workers.jobs.delivering import drain, watch_deliveries
from workers.jobs.upkeep import sweep

GRANTED = {"text": "Voici la copie de vos données.", "item0__outcome": "granted"}
SECRETS = ("Dubois", "Angèle", "copie de mes données", "Entrepôt", "angele@")


@pytest.fixture
def case(app, unit, ports, session, clock):
    """A request that was mailed to the contact of a controller without account."""
    filed = file_to_contact(unit, ports)
    drain_all(session, clock)
    return filed


@pytest.fixture
def inside(client, case, ports, session, clock):
    """The contact's browser, once the code was typed."""
    assert come_in(client, ports, session, clock, last_link(ports)).location == "/reponse"
    return client


def referral_of(session, case):
    session.rollback()
    return session.get(Referral, case.referral_id)


def test_she_saves_a_file_of_the_person_by_a_ticket_once_and_it_is_written_down(
    inside, case, unit, ports, session
):
    with unit(SYSTEM) as work:
        referral = work.session.get_one(Referral, case.referral_id)
        key = work.keys.key(referral.rights_request_id, KeyClass.CONTENT)
        received = receive_file(ports, "carte.pdf", BytesIO(PDF), sealed_to=key, limit=10_000)
        enter_documents(work, referral, [received], direction=Direction.FROM_PERSON)
    session.rollback()
    document_id = session.scalar(select(Document.id))
    assert "Enregistrer carte.pdf" in inside.get("/reponse").text
    asked = send(inside, f"/reponse/documents/{document_id}", at="/reponse").location
    file = inside.get(asked)
    assert file.data == PDF
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert inside.get(asked).location == "/reponse"
    session.rollback()
    opened = select(AuditEvent).where(AuditEvent.kind == EventKind.DOCUMENT_OPENED)
    assert [event.actor_kind for event in session.scalars(opened)] == [ActorKind.CONTACT]


def test_the_mail_has_a_link_and_nothing_of_the_person_and_its_departure_is_the_delivery(
    case, ports, session
):
    mails = [mail for mail in ports.mailer.sent if mail.to == MAILBOX]
    assert len(mails) == 1
    assert not any(word in mails[0].text + mails[0].html for word in SECRETS)
    found = referral_of(session, case)
    assert found.state is ReferralState.DELIVERED
    assert str(found.id) not in last_link(ports)
    (link,) = session.scalars(select(AnswerLink))
    assert last_link(ports).rpartition("/")[2].encode() not in bytes(link.token_hash)


def test_each_request_has_a_mail_and_a_link_of_its_own(case, unit, ports, session, clock):
    first = last_link(ports)
    file_again(unit, ports, case.organisation_id, case.processing_id)
    drain_all(session, clock)
    assert last_link(ports) != first


def test_the_link_shows_nothing_before_the_code_of_the_same_mailbox(
    client, case, ports, session, clock
):
    link = last_link(ports)
    page = client.get(link)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert not any(word in page.text for word in SECRETS)
    assert MAILBOX not in page.text
    assert client.get("/reponse").location == "/reponse/lien"
    assert "votre visite est terminée" not in client.get("/reponse/lien").text.casefold()
    send(client, f"{link}/code", at=link)
    drain_all(session, clock)
    assert [mail.to for mail in ports.mailer.sent if last_code(ports) in mail.text] == [MAILBOX]


def test_she_reads_takes_and_answers_with_files_by_the_services_of_a_member(
    inside, case, session, ports
):
    page = inside.get("/reponse")
    for word in ("Dubois", "copie de mes données", "Entrepôt de données de santé", CONTACT):
        assert word in page.text
    send(inside, "/reponse/accuser", at="/reponse")
    assert referral_of(session, case).state is ReferralState.ACKNOWLEDGED
    checked = send(inside, "/reponse/repondre", step="check", **GRANTED)
    assert GRANTED["text"] in checked.text
    assert CONTACT in checked.text
    sent = send(inside, "/reponse/repondre", step="send", files=pdf(), **GRANTED)
    assert sent.location == "/reponse"
    assert referral_of(session, case).state is ReferralState.ANSWERED
    answer = session.scalars(select(Answer)).one()
    assert (answer.author_name, answer.author_id) == (CONTACT, None)
    assert session.scalars(select(Document)).one().answer_id == answer.id
    kinds = {
        event.kind
        for event in session.scalars(
            select(AuditEvent).where(AuditEvent.actor_kind == ActorKind.CONTACT)
        )
    }
    assert kinds >= {
        EventKind.ANSWER_LINK_ENTERED,
        EventKind.REFERRAL_OPENED,
        EventKind.REFERRAL_ACKNOWLEDGED,
        EventKind.ANSWER_SENT,
    }
    assert GRANTED["text"] in inside.get("/reponse").text
    assert inside.get(f"/reponse/lettre/{answer.id}.pdf").data.startswith(b"%PDF")


def test_a_refusal_says_why_nobody_reads_it_with_her(inside, case, session):
    refused = {
        "text": "Nous refusons.",
        "item0__outcome": "refused",
        "item0__ground": "ALL-UNFOUNDED",
        "item0__reasons": "La demande vise un autre établissement.",
        "item0__evidence": "Courrier du 3 mars.",
    }
    said = send(inside, "/reponse/repondre", step="send", **refused)
    assert said.status_code == 422
    alone = refused | {"alone_reason": "Je suis seule au service."}
    assert send(inside, "/reponse/repondre", step="send", **alone).location == "/reponse"
    assert referral_of(session, case).state is ReferralState.ANSWERED


def test_the_link_opens_no_other_case_and_no_page_of_members(
    inside, case, unit, ports, session, clock
):
    other = file_again(unit, ports, case.organisation_id, case.processing_id)
    drain_all(session, clock)
    for address in (f"/dossiers/{case.referral_id}", f"/dossiers/{other.referral_id}", "/dossiers"):
        assert inside.get(address).status_code == 302
        assert "/connexion" in inside.get(address).location
    assert referral_of(session, case).number in inside.get("/reponse").text
    assert referral_of(session, other).number not in inside.get("/reponse").text


def test_wrong_codes_are_counted_and_the_right_one_then_opens_nothing(
    client, case, ports, session, clock
):
    link = last_link(ports)
    send(client, f"{link}/code", at=link)
    drain_all(session, clock)
    right = last_code(ports)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(6):
        page = send(client, f"{link}/entrer", at=f"{link}/code", code=wrong, name=CONTACT)
        assert page.status_code == 422
    said = send(client, f"{link}/entrer", at=f"{link}/code", code=right, name=CONTACT)
    assert said.status_code == 422
    assert "Demandez" in said.text
    session.rollback()
    assert session.scalar(select(LinkVisit)) is None


def test_a_code_works_once_and_for_twenty_minutes(client, case, ports, session, clock):
    link = last_link(ports)
    send(client, f"{link}/code", at=link)
    drain_all(session, clock)
    clock.advance(minutes=21)
    typed = {"code": last_code(ports), "name": CONTACT}
    assert send(client, f"{link}/entrer", at=f"{link}/code", **typed).status_code == 422
    assert come_in(client, ports, session, clock, link).status_code == 302
    again = send(client, f"{link}/entrer", at=f"{link}/code", code=last_code(ports), name=CONTACT)
    assert again.status_code == 422


def test_codes_leave_at_most_every_two_minutes_and_ten_a_day(case, unit, ports, session, clock):
    token = last_link(ports).rpartition("/")[2]
    for _ in range(12):
        for _twice in range(2):
            with suppress(SentJustNow, TooManyCodes), unit(SYSTEM) as work:
                send_code(work, token)
        clock.advance(minutes=3)
    codes = select(Delivery).where(Delivery.kind == DeliveryKind.ANSWER_CODE)
    assert len(session.scalars(codes).all()) == 10


def _contact_changes(unit, case):
    with unit(SYSTEM) as work:
        work.session.scalars(select(ContactPoint)).one().address = "autre@registre.example"


def _contact_is_doubted(unit, case):
    with unit(SYSTEM) as work:
        work.session.scalars(select(ContactPoint)).one().status = ContactStatus.IN_REVIEW


def _operator_stops_it(unit, case):
    with unit(SYSTEM) as work:
        revoke(work, case.referral_id)


def _person_withdraws(unit, case):
    with unit(SYSTEM) as work:
        person = factories.Actor(
            ActorKind.PERSON, work.session.get(Referral, case.referral_id).rights_request_id
        )
    with unit(person) as work:
        withdraw_referral(work, case.referral_id)


def _organisation_is_shut_out(unit, case):
    with unit(SYSTEM) as work:
        work.session.get_one(Organisation, case.organisation_id).is_suspended = True


def test_no_link_nor_code_leaves_to_a_suspended_controller_until_it_is_resumed(
    client, app, unit, ports, session, clock
):
    case = file_to_contact(unit, ports)
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Concentrateur", runs_hub=True)
        factories.add_member(work, hub, Role.HUB_DPO, name="Hélène Petit")
        operator = factories.add_member(work, hub, Role.OPERATOR, name="Omar Diallo")
    with unit(operator) as work:
        suspend_deliveries(work, case.organisation_id, "Adresse détournée")
    assert drain(Channel.PORTAL, f"organisation:{case.organisation_id}") == 0
    with unit(operator) as work:
        resume_deliveries(work, case.organisation_id)
    drain_all(session, clock)
    send(client, f"{last_link(ports)}/code", at=last_link(ports))
    with unit(operator) as work:
        suspend_deliveries(work, case.organisation_id, "Adresse détournée")
    link = f"link:{session.scalar(select(AnswerLink.id))}"
    assert link not in [to for _, to in due_recipients(session, clock.now(), 10)]
    left = len(ports.mailer.sent)
    assert (drain(Channel.EMAIL, link), len(ports.mailer.sent)) == (0, left)
    (held,) = suspended_organisations(session)
    assert held.waiting == 1
    clock.advance(minutes=5)
    assert not is_late(session, clock.now())
    session.rollback()
    clock.advance(hours=73)
    assert watch_deliveries() == 1
    with unit(operator) as work:
        resume_deliveries(work, case.organisation_id)
    assert drain(Channel.EMAIL, link) == 1


@pytest.mark.parametrize(
    "happens",
    [
        _organisation_is_shut_out,
        _contact_changes,
        _contact_is_doubted,
        _operator_stops_it,
        _person_withdraws,
    ],
)
def test_the_link_and_the_visit_end_at_once_when(inside, case, ports, unit, happens):
    happens(unit, case)
    assert inside.get("/reponse").location == "/reponse/fin"
    assert inside.get(last_link(ports)).status_code == 410


def test_an_expired_link_sends_a_new_one_to_the_same_mailbox(client, case, ports, session, clock):
    old = last_link(ports)
    clock.advance(days=41)
    assert "Recevoir un nouveau lien" in client.get(old).text
    send(client, f"{old}/nouveau", at=old)
    drain_all(session, clock)
    assert client.get(old).status_code == 410
    assert client.get(last_link(ports)).status_code == 200
    assert {mail.to for mail in ports.mailer.sent if "/lien/" in mail.text} == {MAILBOX}


def test_an_unknown_link_says_what_a_stopped_one_says(client, case, unit, ports):
    _operator_stops_it(unit, case)
    stopped, unknown = last_link(ports), "/lien/" + "0" * 64
    assert client.get(unknown).text.replace(unknown, stopped) == client.get(stopped).text


def test_a_mail_that_waits_follows_a_contact_that_changes(unit, ports, session, clock, app):
    case = file_to_contact(unit, ports)
    ports.mailer.down = True
    drain_all(session, clock)
    assert referral_of(session, case).state is ReferralState.QUEUED
    _contact_changes(unit, case)
    ports.mailer.down = False
    clock.advance(minutes=2)
    drain_all(session, clock)
    assert [mail.to for mail in ports.mailer.sent if "/lien/" in mail.text] == [
        "autre@registre.example"
    ]
    assert referral_of(session, case).state is ReferralState.DELIVERED


def test_without_any_address_left_it_needs_a_person_and_is_not_delivered(
    unit, ports, session, clock, app
):
    case = file_to_contact(unit, ports)
    ports.mailer.down = True
    drain_all(session, clock)
    _contact_is_doubted(unit, case)
    ports.mailer.down = False
    clock.advance(minutes=2)
    drain_all(session, clock)
    assert referral_of(session, case).state is ReferralState.DELIVERY_FAILED
    row = session.scalars(
        select(Delivery).where(
            Delivery.kind == DeliveryKind.REFERRAL, Delivery.channel == Channel.EMAIL
        )
    ).one()
    assert row.state is DeliveryState.NEEDS_PERSON


def test_where_somebody_has_an_account_the_inbox_is_the_way(unit, ports, session, clock, app):
    case = factories.open_case(unit, ports)
    file_again(unit, ports, case.organisation_id, case.processing_id)
    drain_all(session, clock)
    assert session.scalar(select(AnswerLink)) is None


def test_the_operator_sees_the_links_stops_one_and_sends_a_new_one(
    client, case, unit, ports, session, clock
):
    with unit(SYSTEM) as work:
        hub = factories.add_organisation(work, "Le concentrateur", runs_hub=True)
        add_member(work, hub, "exploitation@hub.example", Role.OPERATOR)
    sign_in(client, "exploitation@hub.example", clock.now())
    page = client.get("/exploitation/liens")
    assert "Registre sans compte" in page.text
    assert not any(word in page.text for word in SECRETS)
    old = last_link(ports)
    stop = f"/exploitation/liens/{case.referral_id}"
    send(client, f"{stop}/arreter", at="/exploitation/liens")
    assert client.get(old).status_code == 410
    send(client, f"{stop}/envoyer", at="/exploitation/liens")
    drain_all(session, clock)
    assert client.get(old).status_code == 410
    assert client.get(last_link(ports)).status_code == 200


def test_finished_visits_are_forgotten_and_leaving_ends_one(inside, session, clock):
    left = send(inside, "/reponse/quitter", at="/reponse")
    assert left.location == "/reponse/fin"
    assert inside.get("/reponse").location == "/reponse/lien"
    clock.advance(hours=3)
    sweep()
    session.rollback()
    assert session.scalar(select(LinkVisit)) is None


def test_two_links_never_share_a_code(unit, ports, session, clock, app):
    case = file_to_contact(unit, ports)
    other = file_again(unit, ports, case.organisation_id, case.processing_id)
    drain_all(session, clock)
    one, two = session.scalars(select(AnswerLink.id))
    assert link_code(ports.keyring, one, 1) != link_code(ports.keyring, two, 1)
    assert {case.referral_id, other.referral_id} == set(
        session.scalars(select(AnswerLink.referral_id))
    )
    with unit(SYSTEM) as work:
        send_new_link(work, case.referral_id)


def test_a_large_file_of_a_contact_leaves_in_parts_for_her_case_alone(inside, session):
    content = b"Glycemie;5,4 mmol/l\n" * 20
    page = send(inside, "/reponse/repondre", step="check", **GRANTED)
    assert 'data-parts="/reponse/depots"' in page.text
    headers = {"X-CSRFToken": token_of(page), "Upload-Token": "ab" * 32}
    facts = {"name": "bilan.csv", "size": len(content)}
    begun = inside.post("/reponse/depots", data=facts, headers=headers).json
    there = f"/reponse/depots/{begun['id']}"
    kind = "application/octet-stream"
    inside.put(f"{there}/0", data=content, headers=headers, content_type=kind)
    other = inside.post(f"{there}/fin", headers=headers | {"Upload-Token": "cd" * 32})
    assert other.status_code == 404
    assert inside.post(f"{there}/fin", headers=headers).json["state"] == "ready"
    assert "bilan.csv" in send(inside, "/reponse/repondre", step="check", **GRANTED).text
    send(inside, "/reponse/repondre", step="send", waiting_file=begun["id"], **GRANTED)
    session.rollback()
    assert session.scalars(select(Document)).one().size == len(content)
    send(inside, "/reponse/quitter", at="/reponse")
    assert inside.post("/reponse/depots", data=facts, headers=headers).status_code == 302
